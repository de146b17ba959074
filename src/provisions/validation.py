"""The line from a package to a report: load, check, waive, locate. Every check is a `SELECT`; running them is all there is.

Knows no report format, and nothing of what a single check means.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from provisions.compile import compile_confusables, compile_formulas, compile_table, evaluate_atoms
from provisions.engines import quote_literal
from provisions.errors import EngineError, RuleError
from provisions.findings import add_excerpts, make_findings
from provisions.judging import Judging
from provisions.model import Report
from provisions.parts import locate
from provisions.rules import read_rules
from provisions.running import side_by_side
from provisions.schema import standard_tables
from provisions.sources import unchanged
from provisions.tables import Loaded, load
from provisions.telling import severity_of
from provisions.views import make_views, read_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from provisions.engines import Engine, Plan
    from provisions.findings import Locate
    from provisions.manifest import Manifest
    from provisions.model import Check, Finding

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

    def add(self, check: Check, count: int) -> None:
        """Counts findings of one rule."""
        self.counts[check.rule] += count
        self.severities[check.severity] += count


def prepare(
    manifest: Manifest,
    engine: Engine,
    plans: Mapping[str, Plan] | None = None,
    limit: int = 0,
    names: frozenset[str] | None = None,
    *,
    whole: bool = False,
) -> Loaded:
    """Loads the package into the engine and makes its views; from then on the engine reads no file.

    With plans, a package is loaded for its checks alone: it gets the views that our rules use, one of others gets none.
    Without plans, `names` are those of the columns and views that are wanted; all, if left out. Where it is loaded `whole`,
    plans or not, it gets all of its views, and the engine can still read and write files.
    Of what is wrong with the files themselves, at most `limit` findings of each rule are kept.
    """
    with unchanged(manifest.paths):
        loaded = load(manifest, engine, plans or {}, limit)
    if plans is None or whole:
        make_views(manifest, engine, names)
    elif manifest.is_ours:
        make_views(manifest, engine, _asked())
    if not whole:
        engine.seal()
    return loaded


def validate_manifest(
    manifest: Manifest,
    engine: Engine,
    limit: int = DEFAULT_LIMIT,
    locate: Locate = locate,
    findings: str | Path | None = None,
    *,
    whole: bool = False,
) -> Report:
    """Checks a package against its schemas and, if it is one of ours, against the cross-reference rules.

    Counts are exact; of each rule at most `limit` findings are listed, at the places that `locate` gives. All rows that
    checks find, waived ones left out, go as Parquet into the folder `findings`, which is new or empty. Raises
    `ProvisionsError` where no verdict is possible: a check that could not run is never a pass.
    """
    with unchanged(manifest.paths):
        return _validate(manifest, engine, limit, locate, findings, whole)


def _validate(
    manifest: Manifest, engine: Engine, limit: int, locate: Locate, folder: str | Path | None, whole: bool
) -> Report:
    begin = time.perf_counter()
    judging = Judging(manifest, _compile(manifest), _asked() if manifest.is_ours else frozenset())
    loaded = prepare(
        manifest, engine, {r.table.name: judging.plan(r, whole=whole) for r in manifest.resources}, limit, whole=whole
    )
    tally = _Tally()
    tally.counts += loaded.told.counts
    for rule, number in loaded.told.counts.items():
        tally.severities[severity_of(rule)] += number
    line = _Line(engine, limit, _read_waivers(manifest, engine), tally, folder)
    evaluate_atoms(engine, judging.checks)
    asked, fine = judging.failing(engine, loaded)
    fine |= line.run(asked)
    line.run(judging.doubtful(fine))
    if manifest.is_ours:
        _run_rules(line)
    plain = {
        f: p
        for r in manifest.resources
        if r.reading.usual
        for f, p in zip(r.reading.files, r.reading.paths, strict=True)
    }
    findings = add_excerpts(loaded.told.findings + make_findings(manifest, engine, tally.rows, locate), plain)
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
    tables = manifest.tables
    if manifest.is_ours:
        tables = standard_tables() | tables
    checks = [check for resource in manifest.resources for check in compile_table(resource.schemas, tables)]
    for resource in manifest.resources:
        checks += compile_confusables(resource.table)
        checks += compile_formulas(resource.table) if manifest.is_ours else []
    return checks


def _asked() -> frozenset[str]:
    return read_names(rule.check.sql for rule in read_rules())


def _run_rules(line: _Line) -> None:
    """Runs the rules; last the one that needs to know which waivers applied, from the relation `waived`."""
    checks = {rule.name: rule.check for rule in read_rules()}
    last = checks.pop("stale-waiver")
    line.run(checks.values())
    line.engine.load_rows("waived", ["rule", "table_name", "key"], line.tally.waived)
    line.run([last])


@dataclass(frozen=True)
class _Found:
    """What a check returned: its exact count, the rows to list, and the keys that were waived."""

    count: int
    rows: list[Row]
    waived: list[str]


@dataclass(frozen=True)
class _Line:
    """Runs checks, as many at a time as the engine takes, and tallies what they found in their order."""

    engine: Engine
    limit: int
    waivers: Waivers
    tally: _Tally
    folder: str | Path | None = None

    def run(self, checks: Iterable[Check]) -> set[Check]:
        """Returns the checks that found nothing, not even what is waived. Raises `RuleError` where one cannot run."""
        listed, fine = list(checks), set()
        for check, found in zip(listed, side_by_side(self._ask, listed, self.engine.workers), strict=True):
            self.tally.add(check, found.count)
            kept = found.rows[: self.limit - self.tally.listed[check.rule]]
            self.tally.listed[check.rule] += len(kept)
            self.tally.rows += [(check, row) for row in kept]
            self.tally.waived += [(check.rule, check.table, key) for key in found.waived]
            if not (found.count or found.waived):
                fine.add(check)
        return fine

    def _ask(self, check: Check) -> _Found:
        try:
            sql, waived = check.sql, []
            if keys := self.waivers.get((check.rule, check.table)):
                listed = ", ".join(quote_literal(key) for key in keys)
                accepted = self.engine.rows(f"SELECT q.key AS key FROM ({sql}) q WHERE q.key IN ({listed})")
                waived = [row["key"] for row in accepted]
                sql = f"SELECT * FROM ({sql}) q WHERE q.key IS NULL OR q.key NOT IN ({listed})"
            # Rows begin with `_row` and `key`; the rest of their columns makes the order that of every engine.
            rows = self.engine.rows(f"SELECT * FROM ({sql}) q ORDER BY ALL NULLS FIRST LIMIT {self.limit + 1}")
            if rows and self.folder:
                told = (
                    f"{quote_literal(check.severity)} AS severity, {quote_literal(check.column or '')} AS column_name"
                )
                parts = {"rule": check.rule, "table": check.table}
                self.engine.save(f"SELECT {told}, q.* FROM ({sql}) q", self.folder, parts)
            many = len(rows) > self.limit
            count = self.engine.rows(f"SELECT COUNT(*) AS n FROM ({sql}) q")[0]["n"] if many else len(rows)
            return _Found(count, rows[: self.limit], waived)
        except EngineError as error:
            raise RuleError(
                f"the check {check.rule} on {check.table} could not run, so there is no verdict. {error}"
            ) from error


def _read_waivers(manifest: Manifest, engine: Engine) -> Waivers:
    waivers: Waivers = defaultdict(list)
    if manifest.is_ours:
        for row in engine.rows(
            'SELECT w.rule AS rule, w."table" AS table_name, w.key AS key FROM waivers w '
            "WHERE w.key IS NOT NULL AND w.rule <> 'stale-waiver'"
        ):
            waivers[row["rule"], row["table_name"]].append(row["key"])
    return waivers


def _order(finding: Finding) -> tuple[str, int, int, str, str]:
    return (finding.file or "", finding.line or 0, finding.column or 0, finding.rule, finding.key or "")
