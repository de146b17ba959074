"""A release for what outgrows one machine: each table, and each table that follows from them, as a folder of Parquet, written by Spark."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from provisions.derived import derive, read_derived
from provisions.engines import quote_identifier
from provisions.errors import PublishError
from provisions.layout import count
from provisions.publication.about import read_about
from provisions.publication.assets import SUMS, list_assets, write_sums
from provisions.publication.landing import build_beside, land
from provisions.publication.release import NAME, Release, day_of
from provisions.validation import prepare, validate_manifest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from provisions.engines import Engine
    from provisions.manifest import Manifest


def write_lake(manifest: Manifest, begin: Callable[[], Engine], out: Path) -> Release:
    """Writes the folder `<name>-<version>-parquet` into `out`: a folder of Parquet a table, and `SHA256SUMS`. Whole, or not there.

    `begin` gives an engine that writes Parquet. Derived tables are as of the day of `created`, for all years covered. Raises
    `PublishError` on findings of level error, and where that version is out with other contents.
    """
    about = read_about(manifest.descriptor)
    stem = f"{about.stem}-parquet"
    if not NAME.fullmatch(stem):
        raise PublishError(f"{manifest.shown}: not published; {stem[:80]!r} cannot be the name of a folder everywhere.")
    with closing(begin()) as engine:
        report = validate_manifest(manifest, engine, 1)
    if not report.ok:
        raise PublishError(
            f"{manifest.shown}: not published, {count(report.errors, 'error')} found. Run `provisions validate` to see them."
        )
    day = day_of(about, manifest.shown) if manifest.is_ours else None
    with build_beside(out, stem) as built:
        with closing(begin()) as engine:
            prepare(manifest, engine)
            for table in manifest.tables.values():
                names = ", ".join(map(quote_identifier, table.names))
                _write(engine, f"SELECT {names} FROM {quote_identifier(table.name)} ORDER BY _row", built / table.name)
            for name in read_derived() if manifest.is_ours else ():
                _write(engine, derive(engine, name, day), built / name)
        assets = list_assets(built, {})
        (built / SUMS).write_text(write_sums(assets), encoding="utf-8")
        final = land(built, out)
    (sums,) = (asset.sha256 for asset in list_assets(final, {}, assets) if asset.name == SUMS)
    return Release(final, final, sums, (*(asset.name for asset in assets), SUMS))


def _write(engine: Engine, sql: str, folder: Path) -> None:
    """Writes one table; its files have the names `part-0.parquet` …, and nothing else is left beside them."""
    engine.save(sql, folder, {})
    parts = sorted(folder.glob("part-*.parquet"))
    for path in set(folder.iterdir()) - set(parts):
        path.unlink()
    for number, path in enumerate(parts):
        path.rename(folder / f"part-{number}.parquet")
