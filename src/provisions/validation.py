"""The line from a package to a report: load, check, waive, locate. Every check is a `SELECT`; running them is all there is.

Knows no report format, and nothing of what a single check means.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from provisions.compile import cells, compile_table, evaluate_atoms
from provisions.engines import FLAGS_PER_COLUMN, Plan, quote_identifier, quote_literal
from provisions.errors import EngineError, RuleError
from provisions.findings import make_findings
from provisions.load import Loaded, load, locate
from provisions.model import Check, Finding, Report
from provisions.rules import read_rules
from provisions.schema import standard_tables
from provisions.views import make_views

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from provisions.engines import Engine
    from provisions.findings import Locate
    from provisions.manifest import Manifest, Resource

DEFAULT_LIMIT = 100
Row = dict[str, Any]
Waivers = dict[tuple[str, str], list[str]]


@dataclass
class _Tally:
    """What was found so far: counts by rule and severity, the rows to list, and the waivers that applied."""

    counts: Counter[str] = field(default_factory=Counter)
    severities: Counter[str] = field(default_factory=Counter)
    rows: list[tuple[Check, Row]] = field(default_factory=list)
    listed: Counter[str] = field(default_factory=Counter)
    waived: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, check: Check | Finding, count: int) -> None:
        """Counts findings of one rule."""
        self.counts[check.rule] += count
        self.severities[check.severity] += count


def prepare(manifest: Manifest, engine: Engine, plans: Mapping[str, Plan] | None = None) -> Loaded:
    """Loads the package into the engine and makes its views; from then on the engine reads no file.

    With plans, a package of others is loaded for its checks alone: it gets no views.
    """
    loaded = load(manifest, engine, plans or {})
    if plans is None:
        make_views(manifest, engine)
    elif manifest.is_ours:
        make_views(manifest, engine, [rule.check.sql for rule in read_rules()])
    engine.seal()
    return loaded


def validate_manifest(
    manifest: Manifest, engine: Engine, limit: int = DEFAULT_LIMIT, locate: Locate = locate
) -> Report:
    """Checks a package against its schemas and, if it is one of ours, against the cross-reference rules.

    Counts are exact; of each rule at most `limit` findings are listed, at the places that `locate` gives. Raises
    `ProvisionsError` where no verdict is possible: a check that could not run is never a pass.
    """
    begin = time.perf_counter()
    checks = _compile(manifest)
    plans = {resource.table.name: _plan(manifest, resource, checks) for resource in manifest.resources}
    loaded = prepare(manifest, engine, plans)
    tally = _Tally()
    for finding in loaded.findings:
        tally.add(finding, 1)
    waivers = _read_waivers(manifest, engine)
    evaluate_atoms(engine, checks)
    for check in _failing(engine, checks, loaded):
        _run(engine, check, limit, waivers, tally)
    if manifest.is_ours:
        _run_rules(engine, limit, waivers, tally)
    findings = _cap(loaded.findings, limit) + make_findings(manifest, engine, tally.rows, locate)
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


def _plan(manifest: Manifest, resource: Resource, checks: list[Check]) -> Plan:
    """Cells are judged while a table is loaded; kept are the columns that are asked for afterwards."""
    table = resource.table
    own = [check for check in checks if check.table == table.name and check.predicate]
    flags = tuple(str(check.predicate) for check in own if not check.atoms)
    if manifest.is_ours:
        return Plan(table.names, flags)
    keys = [key for other in manifest.resources for schema in other.schemas for key in schema.foreign_keys]
    needed = {column for key in keys if key.to_table == table.name for column in key.to_columns}
    for schema in resource.schemas:
        needed |= {
            *schema.primary_key,
            *sum(schema.unique_keys, ()),
            *sum((k.columns for k in schema.foreign_keys), ()),
        }
    later = " ".join(str(check.predicate) for check in own if check.atoms)
    return Plan(tuple(name for name in table.names if name in needed or quote_identifier(name) in later), flags)


def _failing(engine: Engine, checks: list[Check], loaded: Loaded) -> Iterator[Check]:
    """The checks to run: of those on cells, the ones that hold anywhere; and the others."""
    by_table: dict[str, list[Check]] = defaultdict(list)
    for check in checks:
        if check.column is None or check.column not in loaded.absent.get(check.table, ()):
            by_table[check.table].append(check)
    for table, of_table in by_table.items():
        # The number of a flag counts all checks of the table, those on absent columns too.
        flagged = [check for check in checks if check.table == table and check.predicate and not check.atoms]
        found = {check: Plan.flag(n) for n, check in enumerate(flagged) if check in of_table}
        yield from _holding(engine, table, found, _any_flag(len(flagged)))
        yield from _holding(engine, table, {c: f"({c.predicate})" for c in of_table if c.atoms}, "t._sound")
        yield from (check for check in of_table if not check.predicate)


def _holding(engine: Engine, table: str, conditions: dict[Check, str], among: str) -> Iterator[Check]:
    """Those checks whose condition holds for a row, each narrowed to such rows; one pass over the table finds them."""
    if conditions:
        ups = ", ".join(f"MAX(CASE WHEN {sql} THEN 1 ELSE 0 END) AS n{n}" for n, sql in enumerate(conditions.values()))
        row = engine.rows(f"SELECT {ups} FROM {cells(table)} t WHERE {among}")[0]
        yield from (
            replace(c, sql=f"{c.sql} AND {sql}") for n, (c, sql) in enumerate(conditions.items()) if row[f"n{n}"]
        )


def _any_flag(number: int) -> str:
    """Whether any of so many flags is up, as SQL."""
    return " OR ".join(f"_flags{n} <> 0" for n in range((number + FLAGS_PER_COLUMN - 1) // FLAGS_PER_COLUMN))


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
    kept = rows[: limit - tally.listed[check.rule]]
    tally.listed[check.rule] += len(kept)
    tally.rows += [(check, row) for row in kept]


def _read_waivers(manifest: Manifest, engine: Engine) -> Waivers:
    waivers: Waivers = defaultdict(list)
    if manifest.is_ours:
        for row in engine.rows(
            'SELECT w.rule AS rule, w."table" AS table_name, w.key AS key FROM waivers w '
            "WHERE w.key IS NOT NULL AND w.rule <> 'stale-waiver'"
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


def _order(finding: Finding) -> tuple[str, int, int, str, str]:
    return (finding.file or "", finding.line or 0, finding.column or 0, finding.rule, finding.key or "")
