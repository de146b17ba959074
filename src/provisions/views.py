"""Text cells → what rules and people query: typed views of the tables, and the derived tables of `views/*.sql`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from provisions.compile import cells
from provisions.derived import is_made_on_demand
from provisions.engines import Plan, quote_identifier, quote_literal
from provisions.passages import read_seed, split
from provisions.schema import standard_tables
from provisions.sqlfile import read_sql_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from provisions.engines import Engine
    from provisions.manifest import Manifest
    from provisions.model import Column, Table

# The tables that a statement can be about, in its columns `treaty_id`, `provision_id`, `action_id` and `party_id`.
THINGS = ("treaties", "provisions", "actions", "parties")
_TYPED = {"integer": "as_integer({})", "number": "as_number({})", "boolean": "as_boolean({})", "string": "{}"}


def read_names(asking: Iterable[str]) -> frozenset[str]:
    """Every name that queries, and the derived tables of `views/*.sql` behind them, use for a table or a column."""
    names = {name for sql in asking for name in _names(sql)}
    files = {file.name: _names(file.sql) for file in read_sql_files("views")}
    while more := set().union(*(files[name] for name in names & set(files))) - names:
        names |= more
    return frozenset(names)


def _names(sql: str) -> set[str]:
    return set(re.findall(r"\w+", sql))


def make_views(manifest: Manifest, engine: Engine, names: frozenset[str] | None = None) -> None:
    """Makes the typed views of the package’s tables; for a package of ours, also the relations that the rules use.

    These are: an empty table for each of our tables that the package lacks; `table_columns` (table, column, whether a
    date); `coded_values` (table, key, property, value: the cells that statements are about); `seed_files` and
    `seed_passages` (the source documents as they lie in `seeds/`); `settings` (one row of what `package.yaml` says of the
    data); and the views of `views/*.sql` that depend on nothing asked. Where `names` are given, there are only the columns
    and the views that bear one of them.
    """
    tables = manifest.tables
    if manifest.is_ours:
        for name, table in standard_tables().items():
            if name not in tables:
                tables[name] = table
                engine.run(_empty_table(table))
    for table in tables.values():
        engine.run(
            f"CREATE VIEW {quote_identifier(table.name)} AS SELECT {_typed(table, names)} FROM {cells(table.name)}"
        )
    if not manifest.is_ours:
        return
    columns = [
        [table.name, column.name, "true" if column.is_date else "false"]
        for table in tables.values()
        for column in table.columns
    ]
    engine.load_rows("table_columns", ["table_name", "column_name", "is_date"], columns)
    claimed = {row["property"] for row in engine.rows(f"SELECT DISTINCT property FROM {cells('statements')}")}
    engine.run(f"CREATE VIEW coded_values AS {_coded_values(tables, claimed)}")
    _load_seeds(manifest.seeds, engine)
    if names is None:
        engine.run(f"CREATE TABLE settings AS {_settings(manifest)}")
    _make_views(engine, names)


def _make_views(engine: Engine, names: frozenset[str] | None) -> None:
    """Makes the views of `views/*.sql`, each after those that its header says it needs.

    Those whose header says `stored` are computed once and kept; the others cost nothing until they are asked for.
    """
    files = (file for file in read_sql_files("views") if not is_made_on_demand(file))
    waiting = {file.name: file for file in files if names is None or file.name in names}
    while waiting:
        ready = [file for file in waiting.values() if not set(file.header.get("needs", "").split()) & set(waiting)]
        for file in ready:
            kind = "TABLE" if "stored" in file.header else "VIEW"
            engine.run(f"CREATE {kind} {quote_identifier(file.name)} AS {file.sql}")
            del waiting[file.name]


def _settings(manifest: Manifest) -> str:
    """One row: the time that the package covers (`temporal`; else from the first action to the last coding), and how many
    independent origins corroborate (`corroboration`, 2 if not given).
    """
    temporal = manifest.descriptor.get("temporal")
    period = temporal if isinstance(temporal, dict) else {}
    first, last = (quote_literal(str(period.get(end, ""))) for end in ("start", "end"))
    wanted = manifest.descriptor.get("corroboration")
    corroboration = wanted if isinstance(wanted, int) and 0 < wanted < 2**31 else 2
    return (
        f"SELECT COALESCE(date_earliest({first}), (SELECT MIN(date_earliest) FROM actions)) AS covered_from, "
        f"COALESCE(date_latest({last}), (SELECT MAX(coded_on_latest) FROM statements)) AS covered_to, "
        f"{corroboration} AS corroboration"
    )


def _empty_table(table: Table) -> str:
    columns = ", ".join(f"CAST(NULL AS VARCHAR(1)) AS {quote_identifier(name)}" for name in table.names)
    plan = Plan(table.names, dates=tuple(column.name for column in table.columns if column.is_date))
    made = plan.columns("CAST(0 AS BIGINT)", "TRUE")
    return f"CREATE VIEW {cells(table.name)} AS SELECT {made} FROM (SELECT {columns}) t WHERE FALSE"


def _typed(table: Table, names: frozenset[str] | None) -> str:
    typed = {name: sql for column in table.columns for name, sql in _typed_column(table, column).items()}
    return ", ".join(["_row", *(sql for name, sql in typed.items() if names is None or name in names)])


def _typed_column(table: Table, column: Column) -> dict[str, str]:
    """The column as its type says, and the bounds of a date; of a record with too many or too few cells, only the key can be relied on."""
    name = quote_identifier(column.name)
    cell = name if column.name in table.primary_key else f"CASE WHEN _sound THEN {name} END"
    bounds = [f"{column.name}_{end}" for end in ("earliest", "latest")] if column.is_date else []
    return {column.name: f"{_TYPED[column.type].format(cell)} AS {name}"} | {
        bound: quote_identifier(bound) for bound in bounds
    }


def _coded_values(tables: dict[str, Table], claimed: set[str | None]) -> str:
    parts = [
        f"SELECT {quote_literal(name)} AS table_name, id AS key, {quote_literal(column)} AS property, "
        f"{quote_identifier(column)} AS value FROM {cells(name)}"
        for name in THINGS
        for column in tables[name].names
        if column in claimed
    ]
    parts.append(
        "SELECT 'roles' AS table_name, provision_id || '/' || party_id AS key, 'role' AS property, role AS value "
        f"FROM {cells('roles')}"
    )
    return " UNION ALL ".join(parts)


def _load_seeds(folder: Path | None, engine: Engine) -> None:
    """Loads the source documents, one in memory at a time."""
    files: list[list[str]] = []

    def passages() -> Iterator[list[str]]:
        for path in sorted(folder.glob("*.txt")) if folder else []:
            seed = read_seed(path)
            files.append([seed.source_id, seed.file, seed.sha256])
            yield from ([seed.source_id, str(n), text] for n, text in enumerate(split(seed.text), start=1))

    engine.load_rows("seed_passages", ["source_id", "number", "text"], passages())
    engine.load_rows("seed_files", ["source_id", "file", "sha256"], files)
