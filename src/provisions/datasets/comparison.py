"""Our codings beside those of another data set, for the treaties that both have: agreement by variable, and every difference."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from provisions.datasets.atop import PLEDGES, alliance_values
from provisions.datasets.files import read_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from provisions.datasets.atop import Member

Row = dict[str, Any]
SECTORS = ("TREX", "PROCUREMENT", "COMMISSION", "RESEARCH")


@dataclass(frozen=True)
class Cell:
    """One variable of one treaty, here and there; `ours` is None where it is not coded here, or only a reader can decide."""

    number: str  # of the treaty in the other data set
    treaties: str  # our treaties of that number, separated by a space
    variable: str
    ours: int | str | None
    theirs: int | str
    provisions: str | None
    why: str | None

    @property
    def agrees(self) -> bool | None:
        """Whether both say the same; None where there is nothing to compare."""
        return None if self.ours is None else self.ours == self.theirs


@dataclass(frozen=True)
class Agreement:
    """How far both codings of one variable agree: treaties compared, of these the same, and Cohen’s kappa (1960).

    Kappa is None where both give all treaties one and the same code, so that chance alone would agree.
    """

    variable: str
    compared: int
    same: int
    kappa: float | None


@dataclass(frozen=True)
class Comparison:
    """A comparison: the data set, every cell of the treaties that both have, and our treaties whose number it lacks."""

    dataset: str
    cells: tuple[Cell, ...]
    unknown: tuple[str, ...]

    def agreements(self) -> list[Agreement]:
        """By variable, in the order of the cells; those with nothing to compare are left out."""
        pairs: dict[str, list[tuple[Any, Any]]] = defaultdict(list)
        for cell in self.cells:
            if cell.ours is not None:
                pairs[cell.variable].append((cell.ours, cell.theirs))
        return [
            Agreement(name, len(both), sum(ours == theirs for ours, theirs in both), find_kappa(both))
            for name, both in pairs.items()
        ]

    def differences(self) -> list[Cell]:
        """The cells on which both disagree."""
        return [cell for cell in self.cells if cell.agrees is False]


def find_kappa(pairs: Sequence[tuple[Any, Any]]) -> float | None:
    """Cohen’s kappa (1960) of two codings of the same things: agreement beyond what chance gives, at most 1."""
    total = len(pairs)
    ours, theirs = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    chance = sum(ours[code] * theirs[code] for code in ours) / total**2 if total else 1.0
    return None if chance == 1.0 else (sum(a == b for a, b in pairs) / total - chance) / (1 - chance)


def compare_atop(
    identifiers: Iterable[Row], crosswalk: Iterable[Row], trace: Iterable[Row], members: Sequence[Member]
) -> Comparison:
    """Our treaties beside ATOP’s alliances, by the identifiers of scheme `atop`; several of one number are taken together.

    `trace` are the rows of `atop_trace`. Of an alliance, each variable is the highest code of its members, as ATOP has it;
    where `crosswalk` says `>0`, all codes above 0 are one.
    """
    alike = {row["variable"] for row in crosswalk if row["scheme"] == "atop" and row["value"] == ">0"}
    theirs = alliance_values(members)
    numbers = {row["treaty_id"]: row["value"] for row in identifiers if row["scheme"] == "atop"}
    ours: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in trace:
        if row["party_id"] is None and row["treaty_id"] in numbers:
            ours[numbers[row["treaty_id"]], row["variable"]].append(row)
    cells = []
    for (number, variable), rows in sorted(ours.items(), key=lambda item: _place(item[0][1], item[0][0])):
        value = theirs.get(number, {}).get(variable)
        if value is not None:
            cells.append(_cell(number, numbers, variable, rows, min(value, 1) if variable in alike else value))
    return Comparison("ATOP", tuple(cells), tuple(sorted(t for t, n in numbers.items() if n not in theirs)))


def compare_dcad(
    identifiers: Iterable[Row], codings: Iterable[Row], signed: Mapping[str, str | None], complete: set[str], path: Path
) -> Comparison:
    """Our treaties beside the Defense Cooperation Agreement Dataset (Kinne 2020): day of signature, and sectors.

    `codings` are the rows of the view of that name, `signed` the dates of signature and `complete` the treaties that are
    coded completely, so that a sector without a provision is a 0. Raises `PackageError`.
    """
    rows = {row["dcaid"]: row for row in read_table(path, ["dcaid", "signyear", "signmonth", "signday", "category1"])}
    numbers = {row["treaty_id"]: row["value"] for row in identifiers if row["scheme"] == "dcad"}
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for coding in codings:
        if coding["scheme"] == "dcad" and coding["value"] in SECTORS:
            found[coding["treaty_id"], coding["value"]].append(coding["provision_id"])
    cells = []
    for treaty, number in sorted(numbers.items(), key=lambda item: item[1]):
        if number not in rows:
            continue
        row = rows[number]
        date = "-".join(part.zfill(2) for part in (row["signyear"], row["signmonth"], row["signday"]))
        cells.append(Cell(number, treaty, "signed", signed.get(treaty), date, None, None))
        theirs = {row.get(name, "") for name in ("category1", "category2", "category3")}
        for sector in SECTORS:
            provisions = " ".join(sorted(set(found[treaty, sector]))) or None
            value = 1 if provisions else 0 if treaty in complete else None
            cells.append(Cell(number, treaty, sector, value, int(sector in theirs), provisions, None))
    return Comparison("DCAD", tuple(cells), tuple(sorted(t for t, n in numbers.items() if n not in rows)))


def _place(variable: str, number: str) -> tuple[int, str, str]:
    return (PLEDGES.index(variable) if variable in PLEDGES else len(PLEDGES), variable, number)


def _cell(number: str, numbers: Mapping[str, str], variable: str, rows: Sequence[Row], theirs: int) -> Cell:
    """Several treaties of one number count as one: the highest code; not known where none has one and one is open."""
    known = [row["value"] for row in rows if row["value"] is not None]
    highest = max(known, default=None)
    settled = highest is not None and (highest > 0 or len(known) == len(rows))
    telling = [row for row in rows if row["value"] == highest]
    provisions = " ".join(row["provisions"] for row in telling if row["provisions"]) or None
    why = " · ".join(dict.fromkeys(row["why"] for row in telling))
    treaties = " ".join(treaty for treaty, value in sorted(numbers.items()) if value == number)
    return Cell(number, treaties, variable, highest if settled else None, theirs, provisions, why)
