"""What a reviewer reads instead of CSV lines: the rows that differ between two packages, and what follows from that."""

from __future__ import annotations

import datetime as dt
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from provisions.contribution import compare_packages
from provisions.derived import derive, read_derived
from provisions.engines.duck import DuckEngine
from provisions.errors import PackageError
from provisions.manifest import open_manifest
from provisions.revisions import check_out, find_commit
from provisions.validation import prepare
from provisions.versions import find_step, is_version, put_part, write_part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from provisions.differences import Change
    from provisions.manifest import Manifest
    from provisions.versions import Step

Cells = dict[str, str | None]
# The derived tables whose cells are compared.
CONSEQUENCES = ("treaty_status", "party_status", "cow_type", "atop", "dyad_year")
_LABELS = frozenset(
    [
        "as_of",
        "rests_on",
        "provisions",
        "uncertain",
        "began_by",
        "ended_by",
        "from_earliest",
        "from_latest",
        "to_earliest",
        "to_latest",
    ]
)


@dataclass(frozen=True)
class Consequence:
    """A cell of a derived table that another value follows for; `key` without its year, where a panel changes for several."""

    table: str
    key: str
    column: str
    was: str | None
    now: str | None
    years: tuple[int, ...] = ()


@dataclass(frozen=True)
class Review:
    """The changes between two packages and their consequences; `unread` are tables that could not be compared.

    `step` is what they ask of the version, where the first package is a file or folder with a version, and `version` that of
    the second.
    """

    before: str
    after: str
    changes: tuple[Change, ...]
    consequences: tuple[Consequence, ...]
    unread: tuple[str, ...]
    step: Step | None = None
    version: str = ""


def review(before: str, after: str | None, as_of: dt.date | None = None) -> Review:
    """Compares two packages, each a path or a git revision; of a revision, the package that lies at `after`, or here.

    Status is that of the day `as_of`, today if left out. Raises `PackageError`.
    """
    here = Path(after) if after and Path(after).exists() else open_manifest().root
    day = as_of or dt.datetime.now(dt.UTC).date()
    with ExitStack() as stack:
        manifests = []
        for name in (before, after or str(here)):
            if Path(name).exists():
                manifests.append(open_manifest(name))
                continue
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="provisions-")))
            found = check_out(here, find_commit(here, name), folder)
            if found is None:
                raise PackageError(f"{name}: had no package at {here}.")
            manifests.append(open_manifest(found))
        difference, unread = compare_packages(manifests[0], manifests[1])
        ours = all(manifest.is_ours for manifest in manifests) and not unread
        step = _find_step(manifests[0], manifests[1], difference.changes) if Path(before).exists() else None
        consequences = tuple(_follow(manifests[0], manifests[1], day)) if ours and difference.changes else ()
        version = manifests[1].version or ""
    return Review(before, after or str(here), difference.changes, consequences, tuple(sorted(unread)), step, version)


def amend_changelog(review: Review) -> tuple[Path, str]:
    """The `CHANGELOG.md` of the package that was compared, and its text with what changed in the data under its version.

    Raises `PackageError` where that package is no folder, or the other one has no version, and `PublishError` where the
    version is too small.
    """
    if not Path(review.after).is_dir() or review.step is None:
        raise PackageError("A change log is written from a release, a folder or a zip, for a package that is a folder.")
    review.step.check(review.version)
    manifest = open_manifest(review.after)
    path = manifest.root / "CHANGELOG.md"
    known = path.read_text("utf-8") if path.exists() else "# Changes\n"
    if review.version == review.step.last:  # which is only so where nothing changed
        return path, known
    date = str(manifest.descriptor.get("created") or "")[:10]
    return path, put_part(known, review.version, date, write_part(review.step, review.changes))


def _find_step(before: Manifest, after: Manifest, changes: tuple[Change, ...]) -> Step | None:
    if before.version is None or not is_version(before.version):
        return None
    return find_step(before, after, changes)


def _follow(before: Manifest, after: Manifest, day: dt.date) -> Iterator[Consequence]:
    states = [_derive(manifest, day) for manifest in (before, after)]
    for name in CONSEQUENCES:
        was, now = (state[name] for state in states)
        panel: dict[tuple[str, str, str | None, str | None], list[int]] = {}
        for key in sorted({*was, *now}):
            for cell in _compare(was.get(key), now.get(key)):
                if name.endswith("_year"):
                    panel.setdefault(("/".join(key[:-1]), *cell), []).append(int(key[-1]))
                else:
                    yield Consequence(name, "/".join(key), *cell)
        for (key_text, column, old_value, new_value), years in panel.items():
            yield Consequence(name, key_text, column, old_value, new_value, tuple(years))


def _compare(was: Cells | None, now: Cells | None) -> Iterator[tuple[str, str | None, str | None]]:
    """The cells that differ, as column and both values; of a row that comes or goes, all that it says at once."""
    if was is None or now is None:
        yield ("row", None if was is None else _sum_up(was), None if now is None else _sum_up(now))
        return
    for column in was:
        if column not in _LABELS and was[column] != now[column]:
            yield (column, was[column], now[column])


def _sum_up(cells: Cells) -> str:
    return ", ".join(f"{name} {value}" for name, value in cells.items() if value is not None and name not in _LABELS)


def _derive(manifest: Manifest, day: dt.date) -> dict[str, dict[tuple[str, ...], Cells]]:
    """By table and key, the cells of each row as text."""
    engine = DuckEngine(small=manifest.small)
    try:
        prepare(manifest, engine)
        tables = {}
        for name in CONSEQUENCES:
            key = read_derived()[name].key
            tables[name] = {
                tuple(_text(row[column]) or "" for column in key): {
                    column: _text(value) for column, value in row.items() if column not in key
                }
                for row in engine.rows(derive(engine, name, day))
            }
        return tables
    finally:
        engine.close()


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
