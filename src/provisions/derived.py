"""Derived tables: what follows from the rows of a package, for a day or for a range of years. The SQL is in `views/*.sql`.

A view with a `key` in its header is a derived table, for people; the others are steps towards one. A view may use the
relations `asked` (`as_of`, `from_year`, `to_year`) and `years` (`year`, `covered`: 1 within the time that the package covers).
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from provisions.engines import quote_identifier
from provisions.errors import NotFoundError, PeriodError
from provisions.hints import did_you_mean
from provisions.sqlfile import read_sql_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from provisions.engines import Engine
    from provisions.sqlfile import SqlFile

_ASKED = frozenset({"asked", "years"})
_ITEM = re.compile(r"^\* `(\w+)`: (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Derived:
    """One derived table: its name, title, key, prose, columns (name → description), version of its rule, and the table
    that says what its cells rest on ("" where its own rows do).
    """

    name: str
    title: str
    key: tuple[str, ...]
    prose: str
    columns: dict[str, str]
    version: str
    trace: str


@cache
def read_derived() -> dict[str, Derived]:
    """All derived tables by name."""
    return {
        file.name: Derived(
            file.name,
            file.header["title"],
            tuple(file.header["key"].split()),
            _ITEM.sub("", file.prose).strip(),
            dict(_ITEM.findall(file.prose)),
            file.header.get("version", "1"),
            file.header.get("trace", ""),
        )
        for file in read_sql_files("views")
        if "key" in file.header
    }


def find_derived(name: str) -> Derived:
    """A derived table by name. Raises `NotFoundError`."""
    found = read_derived()
    if name not in found:
        raise NotFoundError(f"There is no derived table {name!r}. {did_you_mean(name, list(found))}".strip())
    return found[name]


def derive(
    engine: Engine, name: str, as_of: dt.date | None = None, first: int | None = None, last: int | None = None
) -> str:
    """The query for a derived table, ordered by its key.

    `as_of` is the day whose status is asked for, today if left out; `first` and `last` are the years of panels, the time
    that the package covers if left out. Raises `NotFoundError` for an unknown name, `PeriodError` for impossible years.
    """
    key = ", ".join(f"{quote_identifier(column)} NULLS FIRST" for column in find_derived(name).key)
    return f"{_with(engine, {name}, [as_of] if as_of else None, first, last)} SELECT * FROM {name} ORDER BY {key}"


def derive_status(engine: Engine, name: str, days: Sequence[dt.date]) -> str:
    """The query for `treaty_status` or `party_status` on each of several days (at least one), told apart by `as_of`."""
    return f"{_with(engine, {name}, days, None, None)} SELECT * FROM {name}"


def make_derived(engine: Engine, sql: str) -> None:
    """Makes a view of each derived table that the query names, as of today and for all years covered."""
    for name in sorted(set(re.findall(r"\w+", sql)) & set(read_derived())):
        if not engine.rows(f"SELECT 1 AS made FROM information_schema.tables WHERE table_name = '{name}'"):
            engine.run(f"CREATE VIEW {name} AS {_with(engine, {name}, None, None, None)} SELECT * FROM {name}")


def is_made_on_demand(file: SqlFile) -> bool:
    """Whether a view is made only when a derived table is asked for: it is one, or it depends on what is asked."""
    return ("key" in file.header and "stored" not in file.header) or bool(_ASKED & _needs(file))


def _with(
    engine: Engine, names: Iterable[str], days: Sequence[dt.date] | None, first: int | None, last: int | None
) -> str:
    """The `WITH` clause that defines those views and all behind them that the engine does not hold."""
    files = {file.name: file for file in read_sql_files("views")}
    ordered: list[SqlFile] = []

    def visit(name: str) -> None:
        file = files.get(name)
        if file and file not in ordered and is_made_on_demand(file):
            for need in sorted(_needs(file)):
                visit(need)
            ordered.append(file)

    for name in names:
        visit(name)
    parts = [*_asked(engine, days, first, last), *(f"{file.name} AS (\n{file.sql}\n)" for file in ordered)]
    return "WITH RECURSIVE " + ",\n".join(parts)


def _asked(engine: Engine, days: Sequence[dt.date] | None, first: int | None, last: int | None) -> list[str]:
    (covered,) = engine.rows(
        "SELECT EXTRACT(YEAR FROM covered_from) AS first, EXTRACT(YEAR FROM covered_to) AS last FROM settings"
    )
    today = dt.datetime.now(dt.UTC).date()
    begin = first if first is not None else covered["first"] or today.year
    end = last if last is not None else covered["last"] or today.year
    if not 1 <= begin <= 9999 or not 1 <= end <= 9999 or end < begin:
        raise PeriodError(f"The years {begin} to {end} are no range of years from 1 to 9999.")
    within = range(covered["first"] or begin, (covered["last"] or end) + 1)
    years = ", ".join(f"({year}, {int(year in within)})" for year in range(begin, end + 1))
    asked = ", ".join(f"(DATE '{day.isoformat()}')" for day in days or [today])
    return [
        f"asked AS (SELECT as_of, {begin} AS from_year, {end} AS to_year FROM (VALUES {asked}) AS t(as_of))",
        f"years AS (SELECT * FROM (VALUES {years}) AS t(year, covered))",
    ]


def _needs(file: SqlFile) -> frozenset[str]:
    return frozenset(file.header.get("needs", "").split())
