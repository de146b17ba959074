"""The library’s front door: an opened package, and what can be done with it. Only puts the pieces below together.

What a method needs is imported in it, so that validating a package does not wait for what publishes one.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from provisions.engines import quote_identifier
from provisions.engines.choice import DUCKDB, EngineChoice, choose, emptied
from provisions.engines.duck import DuckEngine
from provisions.errors import NotFoundError, PackageError
from provisions.hints import did_you_mean
from provisions.limits import raised
from provisions.manifest import open_manifest
from provisions.replacing import UNFINISHED, is_unfinished
from provisions.running import run_bounded
from provisions.validation import DEFAULT_LIMIT, prepare, validate_manifest

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    import duckdb
    from pyspark.sql import SparkSession

    from provisions.datasets.comparison import Comparison
    from provisions.dossiers import Dossier
    from provisions.engines import Result
    from provisions.manifest import Manifest
    from provisions.model import Finding, Report, Table
    from provisions.publication.release import Release
    from provisions.sheets import Addition
    from provisions.website.folder import Site


class Package:
    """An opened Data Package: its tables as DuckDB relations and plain rows, its verdict, its dossiers, its release.

    Tables are loaded when first asked for, into memory; files are never changed. A context manager; `close` frees memory.
    """

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Package {self.name} {self.version or ''} at {self.manifest.shown}>"

    @property
    def name(self) -> str:
        """Name of the package."""
        return self.manifest.name

    @property
    def version(self) -> str | None:
        """Version of the package, where its descriptor gives one."""
        return self.manifest.version

    @property
    def tables(self) -> dict[str, Table]:
        """The tables by name, as their schemas describe them."""
        return self.manifest.tables

    @cached_property
    def engine(self) -> DuckEngine:
        """The engine with all tables and views of the package; it can read no file any more."""
        engine = DuckEngine(small=self.manifest.small)
        prepare(self.manifest, engine)
        return engine

    def close(self) -> None:
        """Frees what the engine holds."""
        if "engine" in self.__dict__:
            self.engine.close()
            del self.__dict__["engine"]

    def table(self, name: str) -> duckdb.DuckDBPyRelation:
        """A table as a lazy relation, cells typed by its schema: `.df()`, `.pl()`, `.arrow()`, `.fetchall()`.

        Raises `NotFoundError`.
        """
        return self.engine.relation(self._select(name))

    def rows(self, name: str) -> list[dict[str, Any]]:
        """A table as plain rows in file order; an empty cell is None. Raises `NotFoundError`."""
        return self.engine.rows(self._select(name))

    def query(self, sql: str) -> duckdb.DuckDBPyRelation:
        """One SQL query over the tables, the views and the derived tables as a lazy relation. Raises `EngineError`.

        Date columns have two companions, `<column>_earliest` and `<column>_latest` (DATE), the bounds of what the cell
        says: `1992-05` lies between 1992-05-01 and 1992-05-31.
        """
        from provisions.derived import make_derived

        make_derived(self.engine, sql)
        return self.engine.relation(sql)

    def derive(
        self,
        name: str,
        as_of: dt.date | None = None,
        first: int | None = None,
        last: int | None = None,
    ) -> duckdb.DuckDBPyRelation:
        """A derived table as a lazy relation, ordered by its key; `read_derived()` lists them.

        `as_of` is the day whose status is asked for (today, if left out), `first` and `last` the years of panels (the time
        that the package covers, if left out). Raises `NotFoundError`, `PeriodError`.
        """
        from provisions.derived import derive

        return self.engine.relation(derive(self.engine, name, as_of, first, last))

    def stream(self, sql: str) -> Result:
        """The rows of a query in batches, for results that are larger than memory. Raises `EngineError`."""
        from provisions.derived import make_derived

        make_derived(self.engine, sql)
        return self.engine.stream(sql)

    def stream_derived(
        self, name: str, as_of: dt.date | None = None, first: int | None = None, last: int | None = None
    ) -> Result:
        """The rows of a derived table in batches; as `derive`."""
        from provisions.derived import derive

        return self.engine.stream(derive(self.engine, name, as_of, first, last))

    def save(
        self,
        name: str,
        folder: str | Path,
        engine: EngineChoice | SparkSession,
        as_of: dt.date | None = None,
        first: int | None = None,
        last: int | None = None,
    ) -> None:
        """Lets Spark write a derived table, as `derive`, or a table of the package with its types, as Parquet into a folder.

        The folder is new or empty, or a place with a scheme. Raises `NotFoundError`, `UsageError`, `EngineError`.
        """
        from provisions.derived import derive, find_derived
        from provisions.validation import prepare
        from provisions.views import read_names

        if name not in self.tables:
            find_derived(name)
        begun = choose(engine).begin(None, small=self.manifest.small)
        try:
            if name in self.tables:
                sql = self._select(name)
                prepare(self.manifest, begun, names=read_names([sql]))
            else:
                prepare(self.manifest, begun)
                sql = derive(begun, name, as_of, first, last)
            with emptied(folder):
                begun.save(sql, folder, {})
        finally:
            begun.close()

    def validate(
        self,
        limit: int = DEFAULT_LIMIT,
        memory_limit: str | None = None,
        *,
        select: Sequence[str] = (),
        ignore: Sequence[str] = (),
        baseline: str | Path | None = None,
        changed_since: str | None = None,
        time_limit: float | None = None,
        limits: Mapping[str, int] | None = None,
        engine: EngineChoice | SparkSession = DUCKDB,
    ) -> Report:
        """The verdict on the package; of each rule at most `limit` findings are listed.

        `memory_limit` (`"1GB"`) bounds the memory of the engine, which spills to disk beyond it. `select` and `ignore` are
        names of rules, `*` standing for anything. With `baseline`, a report kept as JSON, only what it does not have is
        told; with `changed_since`, a git revision, only what the work since then brought about. `time_limit` is in seconds,
        `limits` are those of `provisions.limits.Limits` that are to be others. `engine` is what judges: DuckDB, if left out;
        a Spark session, or `provisions.engines.choice.EngineChoice`. Raises `ProvisionsError`.
        """

        def judge() -> Report:
            with raised(limits or {}):
                return self._judge(limit, memory_limit, select, ignore, baseline, changed_since, choose(engine))

        return run_bounded(judge, time_limit)

    def _judge(
        self,
        limit: int,
        memory_limit: str | None,
        select: Sequence[str],
        ignore: Sequence[str],
        baseline: str | Path | None,
        changed_since: str | None,
        choice: EngineChoice,
    ) -> Report:
        from provisions.selection import ALL, is_new, keep_findings, read_baseline, select_rules

        partly = baseline is not None or changed_since is not None
        engine = choice.begin(memory_limit, small=self.manifest.small)
        try:
            with emptied(choice.findings):
                report = validate_manifest(self.manifest, engine, ALL if partly else limit, findings=choice.findings)
        finally:
            engine.close()
        if select or ignore:
            report = select_rules(report, select, ignore)
        if changed_since is not None:
            from provisions.contribution import keep_caused

            report = keep_caused(report, self.manifest, changed_since, limit if baseline is None else ALL)
        if baseline is not None:
            report = keep_findings(report, is_new(read_baseline(Path(baseline))), limit)
        return report

    def waive(self, fingerprint: str, reason: str) -> Finding:
        """Accepts a finding, by its fingerprint, with a reason: adds a row to `waivers`. Raises `NotFoundError`, `PackageError`."""
        from provisions.selection import ALL
        from provisions.waiving import add_waiver

        return add_waiver(self.manifest, self.validate(ALL), fingerprint, reason)

    def dossier(self, treaty_id: str) -> Dossier:
        """All that the package knows of one treaty, cross-referenced. Raises `NotFoundError`."""
        from provisions.dossiers import compile_dossier

        return compile_dossier(self.engine, treaty_id)

    def evidence(self, key: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """A provision, action, party, treaty or statement by id, and the statements about it. Raises `NotFoundError`."""
        from provisions.dossiers import evidence_for

        return evidence_for(self.engine, key)

    def evidence_summary(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[list[dict[str, Any]]]]:
        """How well the package is supported: counts by table, the contradicting statements, the chains of retellings."""
        from provisions.dossiers import contradictions, evidence_summary, retellings

        return evidence_summary(self.engine), contradictions(self.engine), retellings(self.engine)

    def anchors(self, source_id: str) -> list[dict[str, Any]]:
        """A source whose text is held, sentence by sentence, with the statements that quote each. Raises `NotFoundError`."""
        from provisions.dossiers import anchors

        return anchors(self.engine, source_id)

    def compare(self, dataset: str, files: Sequence[str | Path]) -> Comparison:
        """Our codings beside the user’s own copy of a data set, `atop` or `dcad`. Raises `PackageError`, `NotFoundError`."""
        from provisions.datasets.atop import read_atop
        from provisions.datasets.comparison import compare_atop, compare_dcad
        from provisions.derived import derive

        identifiers = self.rows("identifiers")
        paths = [Path(file) for file in files]
        if dataset == "atop":
            trace = self.engine.rows(derive(self.engine, "atop_trace"))
            return compare_atop(identifiers, self.rows("crosswalk"), trace, read_atop(paths))
        if dataset != "dcad":
            raise NotFoundError(
                f"There is nothing to compare with under the name {dataset!r}; there are atop and dcad."
            )
        if len(paths) != 1:
            raise PackageError("DCAD has one file of agreements; give that one.")
        signed = {row["treaty_id"]: row["signed"] for row in self.engine.rows("SELECT * FROM treaty_life")}
        complete = {row["id"] for row in self.rows("treaties") if row["coding"] == "complete"}
        return compare_dcad(identifiers, self.engine.rows("SELECT * FROM codings"), signed, complete, paths[0])

    def sheet(self, treaty_id: str, *, comments: bool = False) -> str:
        """All rows about one treaty as one YAML document, for people to read and change. Raises `NotFoundError`.

        With `comments`, what each key means is said where it first stands.
        """
        from provisions.sheets import write_sheet

        return write_sheet(self.manifest, treaty_id, comments=comments)

    def codebook(self) -> str:
        """How the data are coded, and every table, column, category, crosswalk row, derived table and rule, in Markdown.

        The part on coding is the file `coding.md` of the package, where it has one.
        """
        return self._codebook(self.engine)

    def _codebook(self, engine: DuckEngine) -> str:
        from provisions.derived import read_derived
        from provisions.pages.codebook import write_codebook
        from provisions.rules import read_rules

        prose = self.manifest.root / "coding.md"
        categories, crosswalk = (
            engine.rows(self._select(name)) if name in self.tables else [] for name in ("categories", "crosswalk")
        )
        return write_codebook(
            self.manifest.descriptor,
            prose.read_text("utf-8") if prose.is_file() and not prose.is_symlink() else "",
            self.tables.values(),
            categories,
            crosswalk,
            read_rules(),
            read_derived().values(),
        )

    def publish_parquet(self, out: str | Path, engine: EngineChoice | SparkSession) -> Release:
        """Lets Spark write every table, and every table that follows from them, as Parquet: the folder `<name>-<version>-parquet`
        in the folder `out`. Raises `PublishError`, as `publish`, and `EngineError`.
        """
        from provisions.publication.lake import write_lake

        choice = choose(engine)
        return write_lake(self.manifest, lambda: choice.begin(None, small=self.manifest.small), Path(out))

    def publish(
        self, out: str | Path, last: str | Path | None = None, *, site: bool = False, memory_limit: str | None = None
    ) -> Release:
        """Writes a release of the package, the folder `<name>-<version>`, into the folder `out`.

        `last` is the last release, a folder or a zip; without it, the highest in `out` below this one. With `site`, the static
        site is one of its files, as a zip, and what it is made with must be installed. `memory_limit` is as for `validate`. Raises
        `PublishError` on findings of level error, where the version is too small for what changed since the last release, and
        where that version is already out with other contents.
        """
        from provisions.publication.release import write_release

        if site:
            from provisions.website.folder import build_site, refuse_unshowable

            refuse_unshowable(self.manifest)
            return write_release(self.manifest, out, self._codebook, last, build_site, memory_limit)
        return write_release(self.manifest, out, self._codebook, last, None, memory_limit)

    def site(self, out: str | Path) -> Site:
        """Writes the package as a static site into the folder `out`, where an earlier one is replaced. Raises `PublishError`."""
        from provisions.selection import ALL
        from provisions.website.folder import write_site

        return write_site(self.manifest, self.engine, self.validate(ALL), self.codebook(), out)

    def _select(self, name: str) -> str:
        if name not in self.tables:
            raise NotFoundError(f"{self.name} has no table {name!r}. {did_you_mean(name, list(self.tables))}".strip())
        columns = ", ".join(quote_identifier(column) for column in self.tables[name].names)
        return f"SELECT {columns} FROM {quote_identifier(name)} ORDER BY _row"


def open_package(package: str | Path | None = None) -> Package:
    """Opens a folder, a `datapackage.json` or a release zip; without one, the package here, `./datapackage` or the data in the library.

    Raises `PackageError`, also while an addition to it is half put in place, or `SchemaError`.
    """
    manifest = open_manifest(package)
    if is_unfinished(manifest.root):
        raise PackageError(f"{manifest.shown}: {UNFINISHED}")
    return Package(manifest)


def load(version: str | None = None, source: str | None = None, sums: str | None = None) -> Package:
    """Opens a published release, which is fetched unless it is in the cache; as `provisions fetch`. Raises `ReleaseError`.

    `source` is where it is, `sums` the SHA-256 that its `SHA256SUMS` must have.
    """
    from provisions.fetching import fetch_release

    return open_package(fetch_release(version, source, sums).archive)


def validate(
    package: str | Path | Package | None = None,
    limit: int = DEFAULT_LIMIT,
    memory_limit: str | None = None,
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    baseline: str | Path | None = None,
    changed_since: str | None = None,
    time_limit: float | None = None,
    limits: Mapping[str, int] | None = None,
    engine: EngineChoice | SparkSession = DUCKDB,
) -> Report:
    """The verdict on a package: `open_package(package).validate(…)`, with the same arguments, bounded as a whole."""

    def judge() -> Report:
        with raised(limits or {}):
            opened = package if isinstance(package, Package) else open_package(package)
            return opened.validate(
                limit,
                memory_limit,
                select=select,
                ignore=ignore,
                baseline=baseline,
                changed_since=changed_since,
                engine=engine,
            )

    return run_bounded(judge, time_limit)


def format_package(package: str | Path | None = None, *, dry_run: bool = False) -> dict[Path, tuple[str, str]]:
    """Writes the CSV files of a package in their canonical form; gives, by file, the text before and after, where they differ.

    Raises `PackageError`; without a package, it is the one here or in `./datapackage`.
    """
    from provisions.formatting import format_tables, settle, write_formatted

    manifest = open_manifest(package)
    if not _is_folder(manifest, package):
        raise PackageError(f"{manifest.shown}: cannot be formatted; give the folder of a package.")
    settle(manifest, dry_run=dry_run)
    changed = format_tables(manifest)
    if changed and not dry_run:
        write_formatted(manifest, changed)
    return changed


def dossier(treaty_id: str, package: str | Path | None = None) -> Dossier:
    """All that a package knows of one treaty: `open_package(package).dossier(treaty_id)`."""
    with open_package(package) as opened:
        return opened.dossier(treaty_id)


def publish(
    out: str | Path,
    package: str | Path | None = None,
    last: str | Path | None = None,
    *,
    site: bool = False,
    memory_limit: str | None = None,
) -> Release:
    """Writes a release of a package into the folder `out`, as `open_package(package).publish(out, last, …)` does."""
    with open_package(package) as opened:
        return opened.publish(out, last, site=site, memory_limit=memory_limit)


def site(out: str | Path, package: str | Path | None = None) -> Site:
    """Writes a package as a static site into the folder `out`: `open_package(package).site(out)`."""
    with open_package(package) as opened:
        return opened.site(out)


def add(sheets: Sequence[str | Path], package: str | Path | None = None, *, dry_run: bool = False) -> Addition:
    """Merges coding sheets into the CSV files of a package folder: all of it, or nothing where errors are found.

    Raises `PackageError`; without a package, it is the one here or in `./datapackage`.
    """
    from provisions.sheets import add_sheets

    manifest = open_manifest(package)
    if not _is_folder(manifest, package):
        raise PackageError(f"{manifest.shown}: cannot be added to; give the folder of a package.")
    return add_sheets(manifest, [Path(sheet) for sheet in sheets], dry_run=dry_run)


def _is_folder(manifest: Manifest, package: str | Path | None) -> bool:
    """Whether the package is a folder of the user’s: no zip, and not the data that come with the library."""
    if package is None:
        return manifest.shown in (".", "datapackage")
    return Path(package).is_dir() or Path(package).name.startswith("datapackage.")
