"""The line from a package to a report: load, check, waive, locate. Every check is a `SELECT`; running them is all there is.

Knows no report format, and nothing of what a single check means.
"""

from __future__ import annotations

import re
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from provisions.compile import cells, compile_table, evaluate_atoms
from provisions.engines import quote_identifier, quote_literal
from provisions.errors import EngineError, RuleError
from provisions.hints import MAX_CANDIDATES, closest_stretch, did_you_mean
from provisions.load import Loaded, load, locate
from provisions.model import Check, Finding, Report
from provisions.rules import read_rules
from provisions.schema import standard_tables
from provisions.views import make_views

if TYPE_CHECKING:
    from collections.abc import Iterator

    from provisions.engines import Engine
    from provisions.manifest import Manifest

DEFAULT_LIMIT = 100
MAX_SHOWN = 120
_NAME_IN_BRACES = re.compile(r"\{([a-z_]+)\}")
Row = dict[str, Any]
Waivers = dict[tuple[str, str], list[str]]


@dataclass
class _Tally:
    """What was found so far: counts by rule and severity, the rows to list, and the waivers that applied."""

    counts: Counter[str] = field(default_factory=Counter)
    severities: Counter[str] = field(default_factory=Counter)
    rows: list[tuple[Check, Row]] = field(default_factory=list)
    waived: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, check: Check | Finding, count: int) -> None:
        """Counts findings of one rule."""
        self.counts[check.rule] += count
        self.severities[check.severity] += count


def prepare(manifest: Manifest, engine: Engine) -> Loaded:
    """Loads the package into the engine and makes its views; from then on the engine reads no file."""
    loaded = load(manifest, engine)
    make_views(manifest, engine)
    engine.seal()
    return loaded


def validate_manifest(manifest: Manifest, engine: Engine, limit: int = DEFAULT_LIMIT) -> Report:
    """Checks a package against its schemas and, if it is one of ours, against the cross-reference rules.

    Counts are exact; of each rule at most `limit` findings are listed. Raises `ProvisionsError` where no verdict is
    possible: a check that could not run is never a pass.
    """
    begin = time.perf_counter()
    checks = _compile(manifest)
    loaded = prepare(manifest, engine)
    tally = _Tally()
    for finding in loaded.findings:
        tally.add(finding, 1)
    waivers = _read_waivers(manifest, engine)
    evaluate_atoms(engine, checks)
    for check in _failing(engine, checks, loaded):
        _run(engine, check, limit, waivers, tally)
    if manifest.is_ours:
        _run_rules(engine, limit, waivers, tally)
    findings = _cap(loaded.findings, limit) + _make_findings(manifest, engine, tally.rows)
    listed = Counter(finding.rule for finding in findings)
    return Report(
        name=manifest.name,
        version=manifest.version,
        path=manifest.shown,
        engine=engine.name,
        errors=tally.severities["error"],
        warnings=tally.severities["warning"],
        waived=len(tally.waived),
        by_rule=dict(sorted((+tally.counts).items())),
        rows=loaded.rows,
        findings=tuple(sorted(findings, key=_order)),
        seconds=time.perf_counter() - begin,
        truncated={rule: n - listed[rule] for rule, n in sorted(tally.counts.items()) if n > listed[rule]},
    )


def _compile(manifest: Manifest) -> list[Check]:
    tables = {resource.table.name: resource.table for resource in manifest.resources}
    if manifest.is_ours:
        tables = standard_tables() | tables
    return [check for resource in manifest.resources for check in compile_table(resource.schemas, tables)]


def _failing(engine: Engine, checks: list[Check], loaded: Loaded) -> Iterator[Check]:
    """The checks worth listing: of those on cells, the ones that one pass over their table counts anything for."""
    by_table: dict[str, list[Check]] = defaultdict(list)
    for check in checks:
        if check.column is None or check.column not in loaded.absent.get(check.table, ()):
            by_table[check.table].append(check)
    for table, of_table in by_table.items():
        predicates = [check for check in of_table if check.predicate]
        if predicates:
            counts = ", ".join(
                f"COUNT(*) FILTER (WHERE {check.predicate}) AS n{n}" for n, check in enumerate(predicates)
            )
            row = engine.rows(f"SELECT {counts} FROM {cells(table)} t WHERE t._sound")[0]
            yield from (check for n, check in enumerate(predicates) if row[f"n{n}"])
        yield from (check for check in of_table if not check.predicate)


def _run_rules(engine: Engine, limit: int, waivers: Waivers, tally: _Tally) -> None:
    """Runs the rules; last the one that needs to know which waivers applied, from the relation `waived`."""
    checks = {rule.name: rule.check for rule in read_rules()}
    last = checks.pop("stale-waiver")
    for check in checks.values():
        _run(engine, check, limit, waivers, tally)
    engine.load_rows("waived", ["rule", "table_name", "key"], tally.waived)
    _run(engine, last, limit, waivers, tally)


def _run(engine: Engine, check: Check, limit: int, waivers: Waivers, tally: _Tally) -> None:
    """Runs one check: its exact count, and as many of its rows as are listed. Raises `RuleError` if it cannot run."""
    try:
        sql = check.sql
        if keys := waivers.get((check.rule, check.table)):
            listed = ", ".join(quote_literal(key) for key in keys)
            accepted = engine.rows(f"SELECT q.key AS key FROM ({sql}) q WHERE q.key IN ({listed})")
            tally.waived += [(check.rule, check.table, row["key"]) for row in accepted]
            sql = f"SELECT * FROM ({sql}) q WHERE q.key IS NULL OR q.key NOT IN ({listed})"
        rows = engine.rows(f"SELECT * FROM ({sql}) q ORDER BY q._row NULLS FIRST, q.key NULLS FIRST LIMIT {limit + 1}")
        count = len(rows) if len(rows) <= limit else engine.rows(f"SELECT COUNT(*) AS n FROM ({sql}) q")[0]["n"]
    except EngineError as error:
        raise RuleError(
            f"the check {check.rule} on {check.table} could not run, so there is no verdict. {error}"
        ) from error
    tally.add(check, count)
    tally.rows += [(check, row) for row in rows[:limit]]


def _read_waivers(manifest: Manifest, engine: Engine) -> Waivers:
    waivers: Waivers = defaultdict(list)
    if manifest.is_ours:
        for row in engine.rows(
            'SELECT w.rule AS rule, w."table" AS table_name, w.key AS key FROM waivers w WHERE w.key IS NOT NULL'
        ):
            waivers[row["rule"], row["table_name"]].append(row["key"])
    return waivers


def _cap(findings: list[Finding], limit: int) -> list[Finding]:
    seen: Counter[str] = Counter()
    kept = []
    for finding in findings:
        seen[finding.rule] += 1
        if seen[finding.rule] <= limit:
            kept.append(finding)
    return kept


def _make_findings(manifest: Manifest, engine: Engine, found: list[tuple[Check, Row]]) -> list[Finding]:
    """Rows → findings: the place of each in its file, the message with its values, the hint."""
    resources = {resource.table.name: resource for resource in manifest.resources}
    wanted: dict[str, set[int]] = defaultdict(set)
    for check, row in found:
        wanted[check.table] |= {row[name] for name in ("_row", "other_row") if row.get(name)}
    places = {table: locate(resources[table], rows) for table, rows in wanted.items() if table in resources}
    candidates: dict[tuple[str, str], list[str]] = {}
    for look_up in {check.looks_up for check, _ in found if check.looks_up}:
        table, name = look_up[0], quote_identifier(look_up[1])
        values = engine.rows(
            f"SELECT DISTINCT {name} AS value FROM {cells(table)} WHERE {name} IS NOT NULL LIMIT {MAX_CANDIDATES}"
        )
        candidates[look_up] = [row["value"] for row in values]
    findings = []
    for check, row in found:
        resource = resources.get(check.table)
        field_name = row.get("field") or check.column
        line, column = (
            places[check.table].position(row.get("_row"), field_name) if check.table in places else (None, None)
        )
        if row.get("other_row") and check.table in places:
            row = row | {"other_line": places[check.table].position(row["other_row"], None)[0]}
        findings.append(
            Finding(
                rule=check.rule,
                severity=check.severity,
                table=check.table,
                message=_fill(check.message, row),
                file=resource.file if resource else None,
                line=line,
                column=column,
                key=row.get("key"),
                field=field_name,
                value=_plain(row.get("value")),
                expected=list(check.expected) or _plain(row.get("expected")),
                hint=_hint(check, row, candidates),
            )
        )
    return findings


def _hint(check: Check, row: Row, candidates: dict[tuple[str, str], list[str]]) -> str:
    value = row.get("value")
    if isinstance(value, str) and (check.rule in ("schema/enum", "schema/const") or check.looks_up):
        near = did_you_mean(value, candidates[check.looks_up] if check.looks_up else check.expected)
        return near or check.hint
    if "{closest}" in check.hint:
        row = row | {"closest": closest_stretch(str(value), str(row.get("expected")))}
    return _fill(check.hint, row)


def _fill(template: str, row: Row) -> str:
    """Puts values in the place of {names}; a value is shortened, and never read as a template itself."""
    return _NAME_IN_BRACES.sub(lambda match: _short(row[match[1]]) if match[1] in row else match[0], template)


def _short(value: Any) -> str:
    text = " ".join(str("" if value is None else value).split())
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)


def _order(finding: Finding) -> tuple[str, int, int, str, str]:
    return (finding.file or "", finding.line or 0, finding.column or 0, finding.rule, finding.key or "")
