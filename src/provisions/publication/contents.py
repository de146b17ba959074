"""The tables of a release: those of the package, as they lie in it, and those derived from them, written as CSV and Parquet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from provisions.compile import cells
from provisions.derived import derive, read_derived
from provisions.engines import quote_identifier, quote_literal
from provisions.model import Column, Json, Table
from provisions.publication.history import HISTORY, make_history, stamp_flat
from provisions.running import side_by_side

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from provisions.derived import Derived
    from provisions.engines import Engine
    from provisions.manifest import Manifest
    from provisions.publication.history import Last

# Types of columns as DuckDB writes them → those of Table Schema; any other is a text.
_TYPES = {"DATE": "date", "BOOLEAN": "boolean", "DOUBLE": "number", "FLOAT": "number"}
_CSV = "FORMAT csv, HEADER true, DELIMITER ',', QUOTE '\"', ESCAPE '\"', NULLSTR '', DATEFORMAT '%Y-%m-%d'"


@dataclass(frozen=True)
class Content:
    """One table of a release: its description, its CSV file, its rows, and where the engine has its typed cells.

    `cells` has an SQL expression for each column, `source` what follows `FROM`; `texts` are the columns given as text.
    """

    table: Table
    file: str
    rows: int
    cells: tuple[str, ...]
    source: str
    texts: frozenset[str]
    derived: bool = False

    @property
    def query(self) -> str:
        """The query that gives its rows in order, cells typed."""
        return f"SELECT {', '.join(self.cells)} FROM {self.source}"

    @property
    def name(self) -> str:
        """Name of the table."""
        return self.table.name

    @property
    def title(self) -> str:
        """Its title; its name, where it has none."""
        return str(self.table.schema.get("title") or self.table.name)

    @property
    def description(self) -> str:
        """Its description, as one line."""
        return " ".join(str(self.table.schema.get("description") or "").split())


def list_tables(manifest: Manifest, engine: Engine, rows: Mapping[str, int]) -> list[Content]:
    """The plain tables of the package. A column that holds what its type cannot, such as an integer of 30 digits, is a text.

    A cell `NaN` of a number says that there is none, and is empty.
    """
    contents = []
    for resource in manifest.resources:
        if not resource.reading.plain:
            continue
        table = resource.table
        view, text = quote_identifier(table.name), cells(table.name)
        typed = [column.name for column in table.columns if column.type not in ("string", "null")]
        lost = [f"COUNT(c.{quote_identifier(name)}) > COUNT(v.{quote_identifier(name)})" for name in typed]
        asked = ", ".join(f"{sql} AS {quote_identifier(name)}" for sql, name in zip(lost, typed, strict=True))
        found = engine.rows(f"SELECT {asked} FROM {view} v JOIN {text} c ON c._row = v._row")[0] if asked else {}
        texts = {name for name in table.names if name not in typed or found[name]}
        taken = tuple(f"{'c' if found.get(name) else 'v'}.{quote_identifier(name)}" for name in table.names)
        joined = f"JOIN {text} c ON c._row = v._row " if any(found.values()) else ""
        source = f"{view} v {joined}ORDER BY v._row"
        contents.append(Content(table, resource.file, rows[table.name], taken, source, frozenset(texts)))
    return contents


def write_derived(
    engine: Engine, folder: Path, as_of: dt.date, tables: Sequence[Content], last: Last, version: str
) -> list[Content]:
    """Writes each derived table as `<name>.csv`, as of that day and for all years covered, and `history.csv` of the `tables`."""

    def make(derived: Derived) -> Content:
        made = quote_identifier(f"_derived_{derived.name}")
        if derived is HISTORY:
            make_history(engine, made, tables, last, version)
        else:
            engine.run(f"CREATE TABLE {made} AS {derive(engine, derived.name, as_of)}")
        if derived.name == "flat":
            stamp_flat(engine, made, last, version)
        engine.run(f"COPY {made} TO {quote_literal(str(folder / f'{derived.name}.csv'))} ({_CSV})")
        table = _describe(engine, made, derived)
        taken = tuple(map(quote_identifier, table.names))
        texts = frozenset(column.name for column in table.columns if column.type == "string")
        return Content(table, f"{derived.name}.csv", _count(engine, made), taken, made, texts, derived=True)

    return side_by_side(make, (*read_derived().values(), HISTORY), engine.workers)


def _describe(engine: Engine, made: str, derived: Derived) -> Table:
    """A derived table, described like the others. Its key is primary where no part of it is ever empty, else unique."""
    described = {row["column_name"]: row["column_type"] for row in engine.rows(f"DESCRIBE {made}")}
    filled = ", ".join(f"COUNT({quote_identifier(name)}) AS {quote_identifier(name)}" for name in derived.key)
    total = _count(engine, made)
    (counts,) = engine.rows(f"SELECT {filled} FROM {made}")
    full = {name for name, count in counts.items() if count == total}
    properties: dict[str, Json] = {}
    for name, kind in described.items():
        shown = _TYPES.get(kind, "integer" if kind.endswith("INT") or kind == "INTEGER" else "string")
        spec = {"type": "string", "format": "date"} if shown == "date" else {"type": shown}
        properties[name] = spec | {"title": _title(name), "description": derived.columns.get(name, "")}
    is_primary = set(derived.key) <= full
    schema = {
        "title": derived.title,
        "description": derived.prose,
        "type": "object",
        "required": [name for name in derived.key if name in full],
        "properties": properties,
    }
    columns = tuple(Column(name, spec["type"], spec, name in full) for name, spec in properties.items())
    primary, unique = (derived.key, ()) if is_primary else ((), (derived.key,))
    return Table(derived.name, schema, columns, primary, unique)


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _count(engine: Engine, made: str) -> int:
    (found,) = engine.rows(f"SELECT COUNT(*) AS n FROM {made}")
    return int(found["n"])
