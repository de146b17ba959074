"""What a new version must be called, by what it changes for those who use the last one, and what its change log says of that."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from provisions.derived import read_derived
from provisions.errors import PublishError
from provisions.layout import clean, count
from provisions.manifest import open_manifest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from provisions.differences import Change
    from provisions.manifest import Manifest
    from provisions.model import Json, Table

LEVELS = ("none", "patch", "minor", "major")
PART = "### Data"
# The derived table that tells of releases; it follows from no view.
HISTORY = "history"
_VERSION = re.compile(r"(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})(-[0-9A-Za-z.-]+)?")
_SHOWN = 20
_SAID = {"added": "added", "removed": "removed", "changed": "corrected", "renamed": "renamed"}


@dataclass(frozen=True)
class Step:
    """The least step from the version `last`, as Semantic Versioning names it, the version it leads to, and what asks for it."""

    last: str
    level: str
    reasons: tuple[str, ...]

    @property
    def version(self) -> str:
        """The least version that will do: that of the last release, where nothing changed."""
        major, minor, patch = _parse(self.last)[:3]
        steps = {
            "major": (major + 1, 0, 0),
            "minor": (major, minor + 1, 0),
            "patch": (major, minor, patch + 1),
            "none": (major, minor, patch),
        }
        return ".".join(map(str, steps[self.level]))

    def check(self, version: str) -> None:
        """Raises `PublishError` where the version is too small for what changed."""
        if _parse(version) < _parse(self.version):
            why = f": {'; '.join(self.reasons[:3])}" if self.reasons else ""
            raise PublishError(
                f"The version {version} is too small after {self.last}{why}. This asks for a {self.level} step: {self.version} or higher."
            )


def find_step(before: Manifest, after: Manifest, changes: Sequence[Change]) -> Step:
    """The step from the version of `before` that the changes ask for: major, where a table, a column or an allowed value goes
    or has another type, also of the derived tables of a release; minor, where tables, columns, values or rows come, or rows go;
    patch, where cells were corrected.

    Raises `PublishError` where that version is none.
    """
    last = before.version or ""
    _parse(last)
    found = [*_compare_tables(before.tables, after.tables), *_compare_derived(before)]
    kinds = {(change.kind, change.table) for change in changes if change.table in before.tables}
    for kind, table in sorted(kinds):
        level = "patch" if kind == "changed" else "minor"
        number = sum(change.kind == kind and change.table == table for change in changes)
        found.append((level, f"{table}: {count(number, 'row')} {_SAID[kind]}"))
    level = max((level for level, _ in found), key=LEVELS.index, default="none")
    return Step(last, level, tuple(reason for each, reason in found if each == level))


def write_part(step: Step, changes: Sequence[Change]) -> str:
    """The part of a change log on the data: what asks for the version, and which rows came, went and were corrected."""
    lines = [PART, "", f"Since {step.last}. " + (_sentence(step) if step.reasons else "No row differs."), ""]
    for table, group in groupby(changes, key=lambda change: change.table):
        listed = list(group)
        for kind, said in _SAID.items():
            told = [_tell(change) for change in listed if change.kind == kind]
            if told:
                more = f" and {len(told) - _SHOWN:,} more" if len(told) > _SHOWN else ""
                lines.append(f"* {table}, {len(told):,} {said}: {', '.join(told[:_SHOWN])}{more}.")
    return "\n".join(lines).rstrip() + "\n"


def put_part(changelog: str, version: str, date: str, part: str) -> str:
    """The change log with that part under the heading of the version, in the place of the one that was there.

    A heading is made where there is none yet, above those of earlier versions.
    """
    lines = changelog.splitlines()
    heads = [number for number, line in enumerate(lines) if line.startswith("## ")]
    ours = [number for number in heads if _heading(lines[number]) == version]
    if not ours:
        place = heads[0] if heads else len(lines)
        lines[place:place] = [f"## {version} – {date}" if date else f"## {version}", "", *part.splitlines(), ""]
        return "\n".join(lines).rstrip() + "\n"
    begin = ours[0] + 1
    end = next((number for number in heads if number >= begin), len(lines))
    said = lines[begin:end]
    if PART in said:
        first = said.index(PART)
        rest = next((n for n in range(first + 1, len(said)) if said[n].startswith("### ")), len(said))
        said[first:rest] = []
    while said and not said[-1].strip():
        said.pop()
    return "\n".join([*lines[:begin], *said, "", *part.splitlines(), "", *lines[end:]]).rstrip() + "\n"


def is_version(text: str) -> bool:
    """Whether the text is a version as Semantic Versioning has them."""
    return _VERSION.fullmatch(text) is not None


def earlier_versions(changelog: str, version: str) -> list[str]:
    """The versions below `version` that a change log has a heading for, the newest first; none where that is no version."""
    if not is_version(version):
        return []
    found = {_heading(line) for line in changelog.splitlines() if line.startswith("## ")}
    known = [name for name in found if is_version(name)]
    return sorted((name for name in known if _parse(name) < _parse(version)), key=_parse, reverse=True)


def _heading(line: str) -> str:
    return line.removeprefix("## ").strip().strip("[]").split(" ")[0].removeprefix("v").strip("[]")


def _sentence(step: Step) -> str:
    return f"A {step.level} release: {'; '.join(step.reasons)}."


def _tell(change: Change) -> str:
    if change.kind == "renamed":
        return f"`{clean(change.was_key or '')}` → `{clean(change.key)}`"
    columns = f" ({', '.join(change.columns)})" if change.kind == "changed" and change.columns else ""
    return f"`{clean(change.key)}`{columns}"


def _compare_tables(before: Mapping[str, Table], after: Mapping[str, Table]) -> Iterator[tuple[str, str]]:
    for name in sorted({*before, *after}):
        if name not in after:
            yield "major", f"the table {name} is gone"
        elif name not in before:
            yield "minor", f"the table {name} is new"
        else:
            yield from _compare_columns(before[name], after[name])


def _compare_derived(before: Manifest) -> Iterator[tuple[str, str]]:
    """What people find otherwise in the derived tables, where `before` is a release that has some."""
    path = before.root / "derived.json"
    if not path.is_file():
        return
    was = {name: table.names for name, table in open_manifest(path).tables.items() if name != HISTORY}
    now = {name: tuple(derived.columns) for name, derived in read_derived().items()}
    yield from _told("derived tables", "table", was, now)
    for name in sorted(was.keys() & now.keys()):
        yield from _told(name, "column", was[name], now[name])


def _compare_columns(was: Table, now: Table) -> Iterator[tuple[str, str]]:
    yield from _told(was.name, "column", was.names, now.names)
    if was.primary_key != now.primary_key:
        yield "major", f"{was.name}: another primary key"
    for name in was.names:
        if name not in now.names:
            continue
        old, new = was.column(name), now.column(name)
        if old.type != new.type:
            yield "major", f"{was.name}.{name}: {new.type}, which was {old.type}"
        values = _values(old.schema), _values(new.schema)
        if all(values):
            yield from _told(f"{was.name}.{name}", "value", *values)


def _told(where: str, what: str, was: Iterable[str], now: Iterable[str]) -> Iterator[tuple[str, str]]:
    was, now = list(was), list(now)
    if gone := [name for name in was if name not in now]:
        yield "major", f"{where}: the {what} {', '.join(gone)} is gone"
    if new := [name for name in now if name not in was]:
        yield "minor", f"{where}: the {what} {', '.join(new)} is new"


def _values(schema: Json) -> list[str]:
    return [str(value) for value in schema.get("enum") or []]


def _parse(version: str) -> tuple[int, int, int, int]:
    """A version to be compared; one that goes before the release of its number, such as 1.0.0-rc.1, is the smaller."""
    match = _VERSION.fullmatch(version)
    if not match:
        raise PublishError(f"{version[:40]!r} is no version as Semantic Versioning has them, such as 1.2.0.")
    return int(match[1]), int(match[2]), int(match[3]), int(match[4] is None)
