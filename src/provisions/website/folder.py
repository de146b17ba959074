"""The line from a package to the folder of its site: read, check, render, copy what stands beside the pages, put in place."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from provisions.documents import write_json
from provisions.errors import PublishError
from provisions.publication.about import read_about
from provisions.publication.assets import list_assets
from provisions.publication.landing import build_beside
from provisions.rules import read_rules
from provisions.website.facts import read_facts
from provisions.website.pages import Pages
from provisions.website.rendering import make_environment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from provisions.engines import Engine
    from provisions.manifest import Manifest
    from provisions.model import Report
    from provisions.publication.assets import Asset

_DATA = "data"
MARK = "provisions-site.json"  # says that a folder holds a site of ours, which the next one may take the place of


@dataclass(frozen=True)
class Site:
    """A site that was written: its folder, the page to open first, how many files it has and their size in bytes."""

    folder: Path
    front: Path
    files: int
    bytes: int


def write_site(manifest: Manifest, engine: Engine, report: Report, codebook: str, out: str | Path) -> Site:
    """Writes the site of a package into the folder `out`, whole or not at all; one that was there before is replaced.

    The same package gives the same bytes: status is told as of the day of `created`, never of today. A package with
    findings is shown too, with what was found. Raises `PublishError` for a package of other tables, and where `out` holds
    anything that is not a site.
    """
    refuse_unshowable(manifest)
    out = Path(out)
    if out.exists() and not (out.is_dir() and ((out / MARK).is_file() or not any(out.iterdir()))):
        raise PublishError(f"{out}: is there and is no site; nothing was written. Give another folder, or empty it.")
    try:
        with build_beside(out, f"{out.resolve().name}-site") as built:
            build_site(manifest, engine, report, codebook, built)
            sizes = [path.stat().st_size for path in built.rglob("*") if path.is_file()]
            _take_place(built, out)
    except OSError as error:
        raise PublishError(f"{out}: the site could not be written ({error.strerror or error}).") from error
    return Site(out, out / "index.html", len(sizes), sum(sizes))


def _take_place(built: Path, out: Path) -> None:
    """Puts the site there; the one before goes with the folder that was built in, or back where this one cannot be put."""
    before = built.parent / "before"
    if out.exists():
        out.rename(before)
    try:
        built.rename(out)
    except OSError:
        if before.exists():
            before.rename(out)
        raise


def refuse_unshowable(manifest: Manifest) -> None:
    """Raises `PublishError` for a package of other tables, and where what pages are rendered with is not installed."""
    if not manifest.is_ours:
        raise PublishError(f"{manifest.shown}: has none of the tables that the site shows.")
    make_environment()


def build_site(
    manifest: Manifest, engine: Engine, report: Report, codebook: str, built: Path, beside: Sequence[Asset] = ()
) -> None:
    """Writes all files of the site into an empty folder; the front page lists those of the release `beside` it too."""
    about = read_about(manifest.descriptor)
    _copy_data(manifest, built / _DATA)
    inside = list_assets(built, {})
    names = {asset.name for asset in inside}
    changes = manifest.root / "CHANGELOG.md"
    told = changes.is_file() and not changes.is_symlink()
    texts = {
        "codebook": codebook,
        "changes": changes.read_text("utf-8", errors="replace") if told else "This package tells of no changes.",
    }
    pages = Pages(
        read_facts(engine, _day(about.date)),
        about,
        report,
        read_rules(),
        engine.rows("SELECT * FROM waivers ORDER BY _row"),
        texts,
        [*inside, *(asset for asset in beside if f"{_DATA}/{asset.name}" not in names)],
    )
    for path, text in pages.render():
        place = built / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8", newline="\n", errors="backslashreplace")
    for asset in files("provisions.website").joinpath("assets").iterdir():
        (built / "assets" / asset.name).write_bytes(asset.read_bytes())
    (built / MARK).write_text(write_json({"site": about.name, "version": about.version}), encoding="utf-8")


def _copy_data(manifest: Manifest, folder: Path) -> None:
    """The tables as they are, and their descriptor."""
    folder.mkdir()
    (folder / "datapackage.json").write_text(write_json(manifest.descriptor), encoding="utf-8")
    for resource in manifest.resources:
        for file, path in zip(resource.reading.files, resource.reading.paths, strict=True):
            if not resource.reading.inline and not (folder / file).exists():
                (folder / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, folder / file)


def _day(date: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(date)
    except ValueError:
        return None
