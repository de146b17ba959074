"""The line from a package to a release: copy, check, derive, write every form, let others judge, put in place.

What is checked and published is a copy, so that nothing that happens to the package meanwhile matters.
"""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from provisions.engines.duck import DuckEngine
from provisions.errors import EngineError, ExportError, PublishError
from provisions.layout import count
from provisions.manifest import open_manifest
from provisions.publication.about import read_about
from provisions.publication.annotations import write_annotations
from provisions.publication.apart import apart
from provisions.publication.assets import SUMS, list_names, write_zip
from provisions.publication.contents import list_tables, write_derived
from provisions.publication.copying import DESCRIPTOR, copy_package
from provisions.publication.forms import make_sqlite, make_stata
from provisions.publication.gate import check_parquet, check_zip, judge, share_judged
from provisions.publication.history import Last, find_last, read_last
from provisions.publication.landing import build_beside, land
from provisions.publication.licences import find_rights
from provisions.publication.papers import CITING, find_lacking, write_descriptor, write_package, write_papers
from provisions.publication.parquet import write_parquet
from provisions.publication.stata import LARGEST
from provisions.sources import unchanged
from provisions.validation import validate_manifest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from provisions.manifest import Manifest
    from provisions.model import Report
    from provisions.publication.about import About
    from provisions.publication.assets import Asset
    from provisions.publication.contents import Content

    # Given the package, an engine that holds its tables, the verdict, the codebook, a folder, the files of the release.
    SiteBuilder = Callable[[Manifest, DuckEngine, Report, str, Path, Sequence[Asset]], None]

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,99}")
_NEEDED = ("frictionless", "pandas")


@dataclass(frozen=True)
class Release:
    """A release that was written: its folder, the zip of the package in it, and the SHA-256 of its list of checksums.

    `files` are all of its files; `notes` say what was left out, and why.
    """

    folder: Path
    archive: Path
    sha256: str
    files: tuple[str, ...]
    notes: tuple[str, ...] = ()


def write_release(
    manifest: Manifest,
    out: str | Path,
    codebook: Callable[[DuckEngine], str],
    last: str | Path | None = None,
    site: SiteBuilder | None = None,
    memory_limit: str | None = None,
) -> Release:
    """Writes the folder `<name>-<version>` into `out`; `codebook` is asked with an engine that holds the tables.

    `last` is the last release, a folder or a zip; without it, the highest below this one in `out`. With `site`, which builds
    one into an empty folder, the release has it as `<name>-<version>-site.zip`. `memory_limit` (`"1GB"`) bounds the memory of
    the engine, which spills to disk beyond it.

    It is built aside, checked, synced to disk and then renamed, so that a release is whole or not there. A version that is
    already out is left as it is if its bytes are the same. Raises `PublishError` on findings of level error, where the
    descriptor lacks what a release needs, where the version is too small for what changed since the last release, and where
    it is out with other bytes.
    """
    if missing := [name for name in _NEEDED if find_spec(name) is None]:
        raise PublishError(
            f"A release is written and judged with {' and '.join(missing)}, which this Python lacks: "
            "pip install 'provisions[publish]'"
        )
    about = read_about(manifest.descriptor)
    if manifest.is_ours and not about.version:
        raise PublishError(f"{manifest.shown}: not published; a release needs a `version`.")
    if not NAME.fullmatch(about.stem):
        raise PublishError(
            f"{manifest.shown}: not published; {about.stem[:80]!r} cannot be the name of a folder everywhere."
        )
    out = Path(out)
    before = Path(last) if last is not None else find_last(out, about.name, about.version)
    try:
        with build_beside(out, about.stem) as built:
            with unchanged(manifest.paths):
                copy_package(manifest, built)
            assets, notes = _build(manifest, built, about, codebook, before, site, memory_limit)
            final = land(built, out)
    except (OSError, sqlite3.Error, EngineError, ExportError) as error:
        said = error.strerror if isinstance(error, OSError) else error
        raise PublishError(
            f"{out}: the release could not be written ({said or error}); nothing was published."
        ) from error
    sums = next(asset.sha256 for asset in assets if asset.name == SUMS)
    return Release(final, final / f"{about.stem}.zip", sums, tuple(asset.name for asset in assets), notes)


def _build(
    manifest: Manifest,
    built: Path,
    about: About,
    codebook: Callable[[DuckEngine], str],
    before: Path | None,
    site: SiteBuilder | None,
    memory_limit: str | None,
) -> tuple[list[Asset], tuple[str, ...]]:
    """Writes everything into the folder, which holds the package, and checks it; returns its files, and what is to be told."""
    copied = open_manifest(built / DESCRIPTOR)
    copies = list_names(built)
    with closing(DuckEngine(memory_limit, small=copied.small)) as engine, ExitStack() as judges:
        report = validate_manifest(copied, engine, whole=True)
        if not report.ok:
            raise PublishError(
                f"{manifest.shown}: not published, {count(report.errors, 'error')} found. Run `provisions validate` to see them."
            )
        last = read_last(before, copied) if about.version else Last()
        contents = list_tables(copied, engine, report.rows)
        if copied.is_ours:
            contents += write_derived(engine, built, day_of(about, manifest.shown), contents, last, about.version)
        _refuse_clashes(contents)
        rows = share_judged(content.rows for content in contents)
        large = _list_large(contents, rows)
        if copied.is_ours:
            judges.enter_context(apart(judge, write_descriptor(built, about, contents), rows, large))
        for content in contents:
            write_parquet(engine, content, built / f"{content.name}.parquet", about)
            if content.derived:
                engine.run(f"DROP TABLE {content.source}")
        # All is on the disk now. The database takes longest, so it is made beside everything else.
        with apart(make_sqlite, built, contents, about):
            seeds = [name for name in copies if name.startswith("seeds/")]
            rights = find_rights(engine, contents, seeds) if copied.is_ours else {}
            prose = codebook(engine)
            (built / "CODEBOOK.md").write_text(prose, encoding="utf-8", newline="\n")
            files, packed = write_package(built, about, contents, copies, site=site is not None)
            judges.enter_context(apart(judge, built / f"{about.stem}.zip", rows, large))
            if copied.is_ours:
                write_annotations(engine, built / "annotations.jsonld", about, report.rows.get("statements", 0))
            with apart(make_stata, built, contents, about):
                check_parquet(built, contents)
        pack = partial(_pack_site, site, copied, engine, report, prose) if site else None
        assets = write_papers(built, about, contents, rights, files, pack)
        check_zip(built / f"{about.stem}.zip", assets, packed)
    return assets, tuple(_list_notes(built, about, contents, copied, rows))


def _list_notes(built: Path, about: About, contents: list[Content], copied: Manifest, judged: int) -> Iterator[str]:
    """What the release has not, and why; what frictionless has not looked at."""
    if lacking := find_lacking(about):
        yield f"The descriptor lacks {', '.join(lacking)}; left out for that: {', '.join(CITING)}."
    for content in contents:
        if not (built / f"{content.name}.dta").exists():
            most = f"{LARGEST >> 20} MB"
            yield f"{content.name} would be larger than {most} for Stata, which loads a file whole: not there as .dta."
    if large := sorted(_list_large(contents, judged)):
        yield f"frictionless judged the first {judged:,} rows of {', '.join(large)}; each form was compared whole."
    for resource in copied.resources:
        if not resource.reading.plain:
            name = resource.table.name
            yield f"{name} is not one CSV file of the usual kind: published as it is, in no other form."


def _list_large(contents: list[Content], judged: int) -> frozenset[str]:
    return frozenset(content.name for content in contents if content.rows > judged)


def _pack_site(
    site: SiteBuilder,
    manifest: Manifest,
    engine: DuckEngine,
    report: Report,
    codebook: str,
    archive: Path,
    assets: Sequence[Asset],
) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        site(manifest, engine, report, codebook, folder, assets)
        write_zip(archive, folder, list_names(folder))


def day_of(about: About, shown: str) -> dt.date:
    """The day as of which status is derived: that on which the version was made, never today. Raises `PublishError`."""
    try:
        return dt.date.fromisoformat(about.date)
    except ValueError:
        raise PublishError(
            f"{shown}: `created` must begin with a day, such as 2026-11-23; status is derived as of it."
        ) from None


def _refuse_clashes(contents: list[Content]) -> None:
    """Raises `PublishError` where two tables would have one file, or a table one that is none."""
    seen: set[str] = set()
    for content in contents:
        if not NAME.fullmatch(content.name) or content.name.casefold() in seen:
            raise PublishError(f"The table {content.name!r} cannot have files of its name in a release; rename it.")
        seen.add(content.name.casefold())
