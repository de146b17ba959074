"""The tables of a release → one SQLite database: real keys and checks, an index behind each reference, full text search."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

from provisions.engines import quote_identifier, quote_literal
from provisions.errors import PublishError
from provisions.publication.parquet import parquet_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from provisions.engines.duck import DuckEngine
    from provisions.model import Column, ForeignKey, Table
    from provisions.publication.about import About
    from provisions.publication.contents import Content

# Columns whose words can be searched, by table.
SEARCHED = {"statements": ("claim", "quote", "note"), "passages": ("text",)}
# No INTEGER, which as a key would be the number of the row, so that rows would lose their order.
_TYPES = {"integer": "INT", "boolean": "INT", "number": "REAL"}
# KiB of pages held in memory: keys come in no order, so that with SQLite’s own 2 MiB most of them are read again and again.
CACHE = 256 << 10
# Bytes of words gathered before they go into the index: with SQLite’s own 1 MiB, it merges them again and again.
_WORDS = 16 << 20
# Of the file’s header: the version of SQLite that wrote it last, which nothing reads.
_WRITER = 96
_DATE = ["[0-9]" * 4, "[0-9][0-9]", "[0-9][0-9]"]


def write_sqlite(engine: DuckEngine, contents: Sequence[Content], path: Path, about: About) -> None:
    """Writes the database, from the Parquet files beside it. The same tables give the same bytes with the same version of SQLite.

    Raises `PublishError` where a row breaks a key; whether checks hold and references lead anywhere, `gate.check_constraints` asks.
    """
    tables = {content.name: content.table for content in contents}
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.executescript(
            f"PRAGMA page_size = 4096; PRAGMA cache_size = -{CACHE}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; "
            "PRAGMA ignore_check_constraints = ON; BEGIN"
        )
        database.execute("CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT")
        database.executemany("INSERT INTO about VALUES (?, ?)", _say(about))
        for content in contents:
            try:
                database.execute(_create(content, tables))
                _fill(database, engine, content, path.parent)
                for columns in _list_indexed(content.table):
                    database.execute(_index(content.table, columns))
            except sqlite3.IntegrityError as error:
                raise PublishError(f"{content.name}: a row breaks the database’s constraints: {error}.") from error
        for content in contents:
            if not content.derived and content.name in SEARCHED:
                _make_searchable(database, content.table)
        database.execute("COMMIT")
        database.executescript("ANALYZE")
    with path.open("r+b") as file:
        file.seek(_WRITER)
        file.write(bytes(4))


def _say(about: About) -> Iterator[tuple[str, str]]:
    said = {"name": about.name, "title": about.title, "version": about.version, "date": about.date}
    said |= {"description": about.description, "citation": about.citation, "rights": about.rights}
    said["licences"] = ", ".join(licence.name or licence.path for licence in about.licences)
    return ((key, value) for key, value in said.items() if value)


def _create(content: Content, tables: dict[str, Table]) -> str:
    table = content.table
    parts = [_column(table, column, text=column.name in content.texts) for column in table.columns]
    if table.primary_key:
        parts.append(f"PRIMARY KEY ({_names(table.primary_key)})")
    parts += [f"UNIQUE ({_names(key)})" for key in table.unique_keys]
    parts += [
        f"FOREIGN KEY ({_names(key.columns)}) REFERENCES {quote_identifier(key.to_table)} ({_names(key.to_columns)})"
        for key in table.foreign_keys
        if key.to_table in tables and _is_unique(tables[key.to_table], key)
    ]
    parts += [f"CHECK ({check})" for check in _row_checks(table)]
    return f"CREATE TABLE {quote_identifier(table.name)} (\n  " + ",\n  ".join(parts) + "\n) STRICT"


def _is_unique(table: Table, key: ForeignKey) -> bool:
    """Whether SQLite lets a foreign key refer to these columns."""
    return any(sorted(columns) == sorted(key.to_columns) for columns in (table.primary_key, *table.unique_keys))


def _column(table: Table, column: Column, *, text: bool) -> str:
    name = quote_identifier(column.name)
    kind = "TEXT" if text else _TYPES[column.type]
    needed = " NOT NULL" if column.required or column.name in table.primary_key else ""
    of_its_type = column.type == "string" or not text
    checks = "".join(f" CHECK ({check})" for check in _cell_checks(column, name) if of_its_type)
    return f"{name} {kind}{needed}{checks}"


def _cell_checks(column: Column, name: str) -> Iterator[str]:
    """What SQLite can say of the limits on a cell; a check that gives NULL holds."""
    spec = column.schema
    if column.type == "boolean":
        yield f"{name} IN (0, 1)"
    if (
        isinstance(spec.get("enum"), list)
        and all(isinstance(value, str) for value in spec["enum"])
        and column.type == "string"
    ):
        yield f"{name} IN ({', '.join(map(quote_literal, spec['enum']))})"
    if column.is_date:
        yield " OR ".join(f"{name} GLOB '{'-'.join(_DATE[:parts])}'" for parts in (3, 2, 1))  # most are whole
    if column.type in ("integer", "number"):
        for keyword, operator in (("minimum", ">="), ("maximum", "<=")):
            if isinstance(spec.get(keyword), (int, float)):
                yield f"{name} {operator} {spec[keyword]!r}"
    if column.type == "string":
        for keyword, operator in (("minLength", ">="), ("maxLength", "<=")):
            if isinstance(spec.get(keyword), int):
                yield f"length({name}) {operator} {spec[keyword]}"


def _row_checks(table: Table) -> Iterator[str]:
    """What a row must hold beside something else, and the choices of which one must be there."""
    known = set(table.names)
    for name, needed in table.schema.get("dependentRequired", {}).items():
        for other in needed:
            if {name, other} <= known:
                yield f"{quote_identifier(name)} IS NULL OR {quote_identifier(other)} IS NOT NULL"
    choices: list[Any] = table.schema.get("anyOf", [])
    if choices and all(isinstance(choice, dict) and list(choice) == ["required"] for choice in choices):
        ways = [[f"{quote_identifier(name)} IS NOT NULL" for name in choice["required"]] for choice in choices]
        yield " OR ".join(f"({' AND '.join(way)})" if len(way) > 1 else way[0] for way in ways)


def _fill(database: sqlite3.Connection, engine: DuckEngine, content: Content, folder: Path) -> None:
    names = content.table.names
    taken = (
        f"CAST({quote_identifier(name)} AS VARCHAR)" if name in content.texts else quote_identifier(name)
        for name in names
    )
    rows = engine.stream(f"SELECT {', '.join(taken)} FROM {parquet_of(folder, content)}").rows()
    database.executemany(f"INSERT INTO {quote_identifier(content.name)} VALUES ({', '.join('?' * len(names))})", rows)


def _list_indexed(table: Table) -> Iterator[tuple[str, ...]]:
    """The columns of each reference, unless a key or a longer reference begins with them, whose index serves."""
    references = list(dict.fromkeys(key.columns for key in table.foreign_keys))
    for columns in references:
        others = [table.primary_key, *table.unique_keys, *(other for other in references if other != columns)]
        if not any(other[: len(columns)] == columns for other in others):
            yield columns


def _index(table: Table, columns: tuple[str, ...]) -> str:
    """Of rows whose first column is empty, which refer to nothing, the index has none."""
    name = quote_identifier(f"{table.name}_by_{'_'.join(columns)}")
    where = "" if table.column(columns[0]).required else f" WHERE {quote_identifier(columns[0])} IS NOT NULL"
    return f"CREATE INDEX IF NOT EXISTS {name} ON {quote_identifier(table.name)} ({_names(columns)}){where}"


def _make_searchable(database: sqlite3.Connection, table: Table) -> None:
    """A full-text index over the table’s own words; Datasette finds it by its `content`."""
    columns = [name for name in SEARCHED[table.name] if name in table.names]
    index = quote_identifier(f"{table.name}_fts")
    database.execute(
        f"CREATE VIRTUAL TABLE {index} USING fts5({_names(columns)}, content={quote_identifier(table.name)}, "
        "tokenize='unicode61 remove_diacritics 2')"
    )
    database.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('hashsize', {_WORDS})")
    database.execute(f"INSERT INTO {index} ({index}) VALUES ('rebuild')")


def _names(columns: Sequence[str]) -> str:
    return ", ".join(map(quote_identifier, columns))
