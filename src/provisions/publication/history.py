"""What the last release says of this one: the step of the version, the change log, since when each row is there and unchanged."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from provisions.contribution import compare_packages
from provisions.derived import Derived
from provisions.engines import quote_identifier, quote_literal
from provisions.errors import PackageError, PublishError
from provisions.manifest import open_manifest
from provisions.versions import HISTORY as NAME
from provisions.versions import earlier_versions, find_step, write_part

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from provisions.differences import Change
    from provisions.engines import Engine
    from provisions.manifest import Manifest
    from provisions.publication.contents import Content

_COLUMNS = ("table_name", "key", "first_release", "last_changed_release", "removed_in")
_LONGEST_CELL = (1 << 31) - 1
HISTORY = Derived(
    NAME,
    "Rows by release",
    _COLUMNS[:2],
    "In which release each row of the package first stood, in which it last changed, and in which it was gone. Keys of rows "
    "that are gone are never given to others.",
    {
        "table_name": "The table.",
        "key": "The primary key of the row, its parts joined by `/`.",
        "first_release": "The release in which it first stood.",
        "last_changed_release": "The release in which it came or one of its cells last changed.",
        "removed_in": "The release in which it is no more; empty while it stands.",
    },
    "1",
    "",
)


@dataclass(frozen=True)
class Last:
    """The last release, where there is one: its folder, what changed since, and its rows of `history` and `flat`."""

    changes: tuple[Change, ...] = ()
    history: Sequence[dict[str, str]] = ()
    flat: Sequence[dict[str, str]] = field(default=(), repr=False)


def find_last(out: Path, name: str, version: str) -> Path | None:
    """The highest release in a folder that is lower than that version; None where there is none."""
    there = {path.name.removeprefix(f"{name}-"): path for path in out.glob(f"{name}-*") if path.is_dir()}
    headings = "".join(f"## {known}\n" for known in there)
    found = earlier_versions(headings, version)
    return there[found[0]] if found else None


def read_last(path: Path | None, manifest: Manifest) -> Last:
    """Compares a package with the last release of it, a folder or a zip, and holds it to what that asks for.

    Raises `PublishError` where the change log knows of an earlier release and none is given, where the version is too small,
    the change log does not say what changed, or an id stands again that was removed; `PackageError` where it is no release.
    """
    version = str(manifest.version)
    file = manifest.root / "CHANGELOG.md"
    changelog = file.read_text("utf-8", errors="replace") if file.exists() else ""
    if path is None:
        if manifest.is_ours and (earlier := earlier_versions(changelog, version)):
            raise PublishError(
                f"CHANGELOG.md tells of {earlier[0]}; give that release with --last, to compare it with."
            )
        return Last()
    last = open_manifest(path)
    if last.name != manifest.name or last.version is None:
        raise PublishError(f"{path}: is no release of {manifest.name}; it is one of {last.name}.")
    difference, _ = compare_packages(last, manifest)
    step = find_step(last, manifest, difference.changes)
    step.check(version)
    if manifest.is_ours and version != last.version and write_part(step, difference.changes) not in changelog:
        raise PublishError(
            f"CHANGELOG.md does not say what changed since {last.version}: run `provisions diff {path} --changelog`."
        )
    history = _read(last.root / f"{NAME}.csv")
    gone = {(row["table_name"], row["key"]): row["removed_in"] for row in history if row["removed_in"]}
    for change in difference.changes:
        removed = gone.get((change.table, change.key))
        if removed and change.kind in ("added", "renamed") and manifest.tables[change.table].primary_key == ("id",):
            raise PublishError(
                f"{change.table}: the id {change.key!r} was that of a row removed in {removed}; ids are never used again. Give it another."
            )
    return Last(difference.changes, history, _read(last.root / "flat.csv"))


def make_history(engine: Engine, made: str, contents: Sequence[Content], last: Last, version: str) -> None:
    """Makes the table `history` under the name `made`, from the rows of the package and what the last release says."""
    engine.load_rows("_last", _COLUMNS, [[row[name] for name in _COLUMNS] for row in last.history])
    told = [[change.table, change.key, change.kind, change.was_key] for change in last.changes]
    engine.load_rows("_changes", ("table_name", "key", "kind", "was_key"), told)
    keyed = [content for content in contents if content.table.primary_key]
    rows = " UNION ALL ".join(
        f"SELECT {quote_literal(content.name)} AS table_name, {_key(content)} AS key FROM {quote_identifier(content.name)}"
        for content in keyed
    )
    release = quote_literal(version)
    engine.run(f"""
CREATE TABLE {made} AS
WITH present AS ({rows}),
stood AS (
  SELECT p.table_name, p.key,
    COALESCE(NULLIF(h.first_release, ''), {release}) AS first_release,
    CASE WHEN c.key IS NULL THEN COALESCE(NULLIF(h.last_changed_release, ''), {release}) ELSE {release} END AS last_changed_release,
    CAST(NULL AS VARCHAR) AS removed_in
  FROM present p
  LEFT JOIN _changes c ON c.table_name = p.table_name AND c.key = p.key
  LEFT JOIN _last h ON h.table_name = p.table_name AND h.key = COALESCE(c.was_key, p.key)
)
SELECT * FROM stood
UNION ALL
SELECT h.table_name, h.key, h.first_release, h.last_changed_release, COALESCE(NULLIF(h.removed_in, ''), {release})
FROM _last h LEFT JOIN present p ON p.table_name = h.table_name AND p.key = h.key
WHERE p.key IS NULL
ORDER BY table_name, key""")


def stamp_flat(engine: Engine, made: str, last: Last, version: str) -> None:
    """Fills `first_release` and `last_changed_release` of the table `flat`: a row has changed where another value is in a cell.

    The day `as_of` is none of its values, nor is a column that the last release had not.
    """
    release, stamps = quote_literal(version), ("first_release", "last_changed_release")
    if not last.flat:
        engine.run(f"UPDATE {made} SET first_release = {release}, last_changed_release = {release}")
        return
    columns = tuple(last.flat[0])
    engine.load_rows("_last_flat", columns, [[row[name] for name in columns] for row in last.flat])
    names = [str(row["column_name"]) for row in engine.rows(f"DESCRIBE {made}")]
    compared = [quote_identifier(name) for name in names if name in columns and name not in ("as_of", *stamps)]
    differ = " OR ".join(f"COALESCE(CAST(m.{name} AS VARCHAR), '') <> l.{name}" for name in compared)
    engine.run(f"""
CREATE OR REPLACE TABLE {made} AS
SELECT m.* REPLACE (
  COALESCE(NULLIF(l.first_release, ''), {release}) AS first_release,
  CASE WHEN l.provision_id IS NULL OR {differ} THEN {release} ELSE l.last_changed_release END AS last_changed_release)
FROM {made} m
LEFT JOIN _last_flat l ON l.provision_id = m.provision_id AND l.obligor = COALESCE(m.obligor, '')
ORDER BY m.provision_id, m.obligor NULLS FIRST""")


def _key(content: Content) -> str:
    parts = (f"COALESCE(CAST({quote_identifier(name)} AS VARCHAR), '')" for name in content.table.primary_key)
    return " || '/' || ".join(parts)


def _read(path: Path) -> list[dict[str, str]]:
    """The rows of a table that a release holds, none where it has no such file. Raises `PackageError`."""
    if not path.is_file():
        return []
    before = csv.field_size_limit(_LONGEST_CELL)
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file, restval="", strict=True))
    except (csv.Error, UnicodeDecodeError) as error:
        raise PackageError(f"{path}: cannot be read ({error}).") from error
    finally:
        csv.field_size_limit(before)
