"""All tables of a package → tables of text cells in the engine, each from what holds it: a file, several, or the engine itself."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from provisions.engines import Plan, quote_identifier
from provisions.errors import NotFoundError, PackageError
from provisions.hints import did_you_mean
from provisions.loading import is_odd, load_file
from provisions.parts import load_held_parts, load_parts
from provisions.reading import Row
from provisions.running import side_by_side
from provisions.telling import Teller, Told, check_header, check_integrity
from provisions.transcode import copy_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provisions.engines import Engine
    from provisions.manifest import Manifest
    from provisions.resources import Resource


@dataclass(frozen=True)
class Loaded:
    """What was read: what is told of the files, records per table, and the columns that a file lacks."""

    told: Told
    rows: dict[str, int] = field(default_factory=dict)
    absent: dict[str, set[str]] = field(default_factory=dict)


def load(manifest: Manifest, engine: Engine, plans: Mapping[str, Plan], limit: int) -> Loaded:
    """Reads every table of the package into the engine, each by its plan; without one, all columns are kept.

    Of each rule, at most `limit` findings are kept. Raises `PackageError` for a file that cannot be opened.
    """
    loaded = Loaded(Told(limit))
    for name in engine.held:
        if name not in manifest.tables:
            raise NotFoundError(
                f"The package has no table {name!r}. {did_you_mean(name, list(manifest.tables))}".strip()
            )

    def load_alone(resource: Resource) -> Loaded:
        table = resource.table
        dates = tuple(column.name for column in table.columns if column.is_date)
        tell = Teller(resource, limit)
        count, header = _load_table(resource, engine, plans.get(table.name, Plan(table.names, dates=dates)), tell)
        return Loaded(tell.told, {table.name: count}, {table.name: set(table.names) - set(header)})

    for each in side_by_side(load_alone, manifest.resources, engine.workers):
        loaded.told.add(each.told)
        loaded.rows.update(each.rows)
        loaded.absent.update(each.absent)
    return loaded


def _load_table(resource: Resource, engine: Engine, plan: Plan, tell: Teller) -> tuple[int, list[str]]:
    """Loads one table; returns its records and its header."""
    if resource.table.name in engine.held:
        return _load_held(resource, engine, plan, tell)
    paths = zip(resource.reading.files, resource.reading.paths, strict=True)
    if absent := [file for file, path in paths if not path.exists()]:
        hint = "Add it, or take its resource out of datapackage.json."
        for file in absent:
            tell("file/missing", None, None, f"The file {file} does not exist.", hint, file=file)
        return copy_in(engine, resource.table, plan, []), list(resource.table.names)
    check_integrity(resource, tell)
    if resource.reading.usual and len(resource.reading.paths) > 1:
        return load_parts(engine, resource, plan, tell)
    return load_file(engine, resource, plan, tell)


def _load_held(resource: Resource, engine: Engine, plan: Plan, tell: Teller) -> tuple[int, list[str]]:
    """Takes a table that the engine has by itself; its columns may stand in any order. Raises `PackageError`."""
    table, place = resource.table, engine.held[resource.table.name]
    parts = engine.list_parts(table.name)
    odd = is_odd(resource, canonical=False)
    watching = replace(plan, flags=(*plan.flags, odd)) if odd else plan
    if parts:
        count, columns = load_held_parts(engine, resource, parts, watching, tell)
    else:
        count, columns = engine.load_held(table.name, table.names, table.primary_key, watching)
    flag = Plan.flag(len(plan.flags))
    if not (parts or all(field.plain for field in resource.reading.fields)) or (
        odd and engine.rows(f"SELECT 1 AS odd FROM {quote_identifier(f'_cells_{table.name}')} WHERE {flag} LIMIT 1")
    ):
        raise PackageError(
            f"{place}: {table.name} has cells in another form than the default of their type, such as `.5`."
        )
    if parts:
        return count, columns
    present = [name for name in table.names if name in columns]
    check_header(resource, Row(place, present + [name for name in columns if name not in present], [(1, 1)]), tell)
    tell.told.findings[:] = [replace(one, file=place, line=None, column=None) for one in tell.told.findings]
    return count, columns
