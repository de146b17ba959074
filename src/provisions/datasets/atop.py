"""The Alliance Treaty Obligations and Provisions data (Leeds, Ritter, Mitchell and Long 2002; versions 3 to 5): CSV files → members.

A member row of ATOP says what one state owes during one spell in one phase of one alliance. Files of the alliance and phase
level say it for all their members at once; they are read as if each member had a row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from provisions.datasets.files import read_table
from provisions.errors import PackageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

PLEDGES = ("defense", "offense", "neutral", "nonagg", "consul")
# Sub-conditions by pledge: ATOP’s variable → kind of `conditions`.
CONDITIONS = {
    "defense": {
        "defcoadv": "adversary",
        "defcoloc": "location",
        "defcocon": "ongoing-conflict",
        "defconum": "number",
        "defcodem": "demands",
        "defconpr": "non-provocation",
    },
    "offense": {
        "offcoadv": "adversary",
        "offcoloc": "location",
        "offcocon": "ongoing-conflict",
        "offconum": "number",
        "offcodem": "demands",
    },
    "neutral": {
        "neucoadv": "adversary",
        "neucoloc": "location",
        "neucocon": "ongoing-conflict",
        "neuconum": "number",
        "neucodem": "demands",
        "neuconpr": "non-provocation",
        "neucoatt": "attack",
    },
    "nonagg": {},
    "consul": {
        "concoadv": "adversary",
        "concoloc": "location",
        "concocon": "ongoing-conflict",
        "concoreq": "on-request",
    },
}
# What follows from other variables, and is computed from them here as there.
COMPUTED = frozenset({"active", "conditio", "defcon", "offcon", "neucon", "concon"})
_NOT_VARIABLES = frozenset(
    [
        "atopid",
        "atopidphase",
        "cowid",
        "cow4id",
        "member",
        "yrent",
        "moent",
        "dayent",
        "yrexit",
        "moexit",
        "dayexit",
        "begyr",
        "begmo",
        "begday",
        "endyr",
        "endmo",
        "endday",
        "phase",
        "maxphase",
        "ineffect",
        "bilat",
        "term",
        "termmode",
        "termcaus",
        "source",
        "new4",
        "rev4",
        "new5",
        "rev5",
        "version",
    ]
)
_MEMBER = re.compile(r"mem[0-9]+")
_NUMBER = re.compile(r"-?[0-9]+(\.0+)?")


@dataclass(frozen=True)
class Spell:
    """A member’s time in a phase of an alliance: dates in EDTF (`1815-01-03`, `1815`), the end empty while it lasts."""

    start: str
    end: str
    why: str  # how and why it ended, in ATOP’s codes


@dataclass
class Member:
    """What a state owes in one phase of an alliance: `values` by variable, None where ATOP leaves it open."""

    atopid: str
    phase: int
    code: str
    values: dict[str, int | None]
    spells: list[Spell]
    numbers: dict[str, str]  # cowid, cow4id
    note: str


def read_atop(paths: Sequence[Path]) -> list[Member]:
    """The members in a user’s ATOP files, from the most detailed level among them. Raises `PackageError`."""
    tables = [(path, read_table(path, ["atopid", "defense"])) for path in paths]
    levels = {_level(path, rows): (path, rows) for path, rows in tables}
    path, rows = levels[max(levels)]
    members: dict[tuple[str, int, str], Member] = {}
    for number, row in enumerate(rows, start=2):
        try:
            for code in _codes(row):
                _add(members, row, code)
        except ValueError as error:
            raise PackageError(f"{path}:{number}: {error}") from error
    return [members[key] for key in sorted(members, key=lambda key: (int(key[0]), key[1], int(key[2])))]


def alliance_values(members: Iterable[Member]) -> dict[str, dict[str, int | None]]:
    """By alliance, each variable: the highest code of its members, as in ATOP’s own alliance file; None where all are open."""
    found: dict[str, dict[str, int | None]] = {}
    for member in members:
        values = found.setdefault(member.atopid, {})
        for name, value in member.values.items():
            known = values.get(name)
            values[name] = known if value is None else value if known is None else max(known, value)
    return found


def _level(path: Path, rows: list[dict[str, str]]) -> int:
    first = rows[0] if rows else {}
    if "yrent" in first and "member" in first:
        return 2
    if "begyr" in first and "mem1" in first:
        return 1 if "atopidphase" in first else 0
    raise PackageError(f"{path}:1: is no file of alliances, phases or members of ATOP.")


def _codes(row: dict[str, str]) -> list[str]:
    if "member" in row:
        return [_integer(row, "member")]
    return [_integer(row, name) for name in row if _MEMBER.fullmatch(name) and row[name]]


def _add(members: dict[tuple[str, int, str], Member], row: dict[str, str], code: str) -> None:
    atopid, phase = _integer(row, "atopid"), int(_integer(row, "phase") or 0) if "phase" in row else 0
    start, end = ("ent", "exit") if "yrent" in row else ("beg", "end")
    spell = Spell(_date(row, start), _date(row, end), _why(row))
    if not spell.start:
        raise ValueError(f"alliance {atopid}, member {code}: has no year of entry.")
    values = {
        name: int(float(cell)) if cell else None
        for name, cell in row.items()
        if name not in _NOT_VARIABLES and not _MEMBER.fullmatch(name) and _NUMBER.fullmatch(cell or "0")
    }
    key = (atopid, phase, code)
    if key in members:
        members[key].spells.append(spell)
        for name, value in values.items():
            if value is not None:
                members[key].values[name] = max(value, members[key].values.get(name) or 0)
        return
    numbers = {name: row[name] for name in ("cowid", "cow4id") if row.get(name)}
    note = ", ".join(f"{name} {row[name]}" for name in ("version", "source", "new4", "rev4") if row.get(name))
    members[key] = Member(atopid, phase, code, values, [spell], numbers, note)


def _integer(row: dict[str, str], name: str) -> str:
    cell = row[name]
    if cell and not _NUMBER.fullmatch(cell):
        raise ValueError(f"{name} is {cell[:40]!r}, not a whole number.")
    return cell.split(".")[0]


def _date(row: dict[str, str], end: str) -> str:
    """A date from its three columns; 0 or nothing stands for what is not known."""
    names = (f"yr{end}", f"mo{end}", f"day{end}") if end in ("ent", "exit") else (f"{end}yr", f"{end}mo", f"{end}day")
    year, month, day = (int(_integer(row, name) or 0) if name in row else 0 for name in names)
    if not year:
        return ""
    if not 1 <= month <= 12:
        return f"{year:04}"
    return f"{year:04}-{month:02}-{day:02}" if 1 <= day <= 31 else f"{year:04}-{month:02}"


def _why(row: dict[str, str]) -> str:
    return ", ".join(f"{name} {row[name]}" for name in ("term", "termmode", "termcaus") if row.get(name, "0") != "0")
