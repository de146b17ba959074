"""Facts → the numbers of pictures: bars and marks on an axis of time, nodes and lines of a network. Draws nothing."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from provisions.website.facts import Facts

Row = dict[str, Any]
Spell = tuple[dt.date, str, str | None]
Place = tuple[int, int]
SIDE = 1000  # of the square that the network is drawn in
_RING, _HUBS = 290.0, 160.0  # radii: of the ring of parties, and within which hubs are
_APART = (230.0, 44.0)  # how far hubs are apart, across and down
_ROUNDS = 60  # of pushing hubs apart
_MEET = 2  # more parties than these meet in a hub
# Kinds of action by the shape of their mark; others are a dot.
SHAPES = {
    "signature": "ring",
    "adoption": "ring",
    "entry-into-force": "up",
    "accession": "plus",
    "succession": "plus",
    "withdrawal": "cross",
    "termination": "cross",
    "denunciation": "cross",
    "suspension": "bar",
    "freeze": "bar",
}


# Steps of the ticks on an axis of time, in months. `site.js` draws them by the same list where one looks closer.
STEPS = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400)
_TICKS = 12  # at most, on an axis as wide as a page
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Axis:
    """An axis of time from one day to another; places on it are percents."""

    first: dt.date
    last: dt.date

    def place(self, day: dt.date) -> float:
        """Where a day lies, from 0 to 100."""
        begin, end = self.first.toordinal(), self.last.toordinal()
        return round(max(0.0, min(100.0, 100 * (day.toordinal() - begin) / max(1, end - begin))), 2)

    @property
    def ticks(self) -> list[tuple[str, float]]:
        """Some round months or years, with their places."""
        begin, end = (12 * day.year + day.month - 1 for day in (self.first, self.last))
        step = next((step for step in STEPS if (end - begin) / step <= _TICKS), STEPS[-1])
        firsts = [dt.date(month // 12, month % 12 + 1, 1) for month in range(-(-begin // step) * step, end + 1, step)]
        return [
            (str(day.year) if day.month == 1 else f"{_MONTHS[day.month - 1]} {day.year}", self.place(day))
            for day in firsts
            if day >= self.first
        ]


def span_of(actions: Iterable[Row], day: dt.date) -> Axis:
    """The axis on which those actions and that day lie, with a little room at both ends."""
    days = [day, *(row[key] for row in actions for key in ("date_earliest", "date_latest") if row[key])]
    first, last = min(days).toordinal(), max(days).toordinal()
    first = max(first - max(31, (last - first) // 50), dt.date.min.toordinal())
    last = min(last + 31, dt.date.max.toordinal())
    return Axis(dt.date.fromordinal(first), dt.date.fromordinal(last))


def bars(spells: Sequence[Spell], axis: Axis) -> list[Row]:
    """Spells of status as bars: place, width, status, the days from and to (None: open). What has ended leaves none."""
    drawn = []
    for number, (begin, status, _) in enumerate(spells):
        until = spells[number + 1][0] if number + 1 < len(spells) else None
        x = axis.place(begin)
        width = round(axis.place(until or axis.last) - x, 2)
        drawn.append({"x": x, "width": width, "status": status, "from": begin, "to": until})
    return [bar for bar in drawn if bar["status"] not in _OVER]


_OVER = frozenset({"ended", "none", "withdrawn", "excluded", "succeeded", "gone", "signature-withdrawn"})


def marks(actions: Iterable[Row], axis: Axis) -> list[Row]:
    """Actions with a date as marks: place, shape, and the action."""
    return [
        {"x": axis.place(row["date_earliest"]), "shape": SHAPES.get(row["kind"], "dot"), "action": row}
        for row in actions
        if row["date_earliest"]
    ]


def draw_network(facts: Facts) -> Row:
    """Parties around a ring, and who owes what to whom.

    Mutual pledges of two are a line between them. Those of more than two meet in a hub, the treaty, so that an alliance
    of thirty is thirty spokes and not a thousand lines. A one-sided pledge is an arrow; what everyone in a hub owes to the
    same party is one arrow from the hub. `lines` have a path, the treaty, the parties at both ends, the days from and to
    which it holds (None: open) and the categories at the top of the tree.
    """
    tops = {key: row["top"] for key, row in facts.categories.items()}
    by_treaty: defaultdict[str, dict[tuple[str, str], Row]] = defaultdict(dict)
    for pledge in facts.pledges:
        if pledge["begins"]:
            by_treaty[pledge["treaty_id"]][pledge["obligor"], pledge["beneficiary"]] = pledge
    order = _order(by_treaty)
    at = {party: _on_ring(n, len(order)) for n, party in enumerate(order)}
    mutual = {
        treaty: {pair: row for pair, row in pairs.items() if pair[::-1] in pairs and _is_mutual(row)}
        for treaty, pairs in by_treaty.items()
    }
    members = {
        treaty: found
        for treaty, pairs in mutual.items()
        if len(found := sorted({party for pair in pairs for party in pair}, key=order.index)) > _MEET
    }
    hubs = _spread({treaty: [at[party] for party in found] for treaty, found in members.items()})
    lines: list[Row] = []
    for treaty, pairs in by_treaty.items():
        one_sided = {pair: row for pair, row in pairs.items() if row["one_sided"]}
        if treaty in hubs:
            for party in members[treaty]:
                mine = [row for pair, row in mutual[treaty].items() if party in pair]
                lines.append(_line("mutual", treaty, mine, tops, at[party], hubs[treaty], ([party], [])))
            for to in sorted({beneficiary for _, beneficiary in one_sided}, key=order.index):
                owing = [party for party in members[treaty] if (party, to) in one_sided]
                if to not in members[treaty] and len(owing) == len(members[treaty]):
                    theirs = [one_sided.pop((party, to)) for party in owing]
                    lines.append(_line("one-sided", treaty, theirs, tops, hubs[treaty], at[to], (owing, [to])))
        else:
            for (a, b), row in mutual[treaty].items():
                if a < b:
                    lines.append(_line("mutual", treaty, [row], tops, at[a], at[b], ([a], [b])))
        for (a, b), row in one_sided.items():
            lines.append(_line("one-sided", treaty, [row], tops, at[a], at[b], ([a], [b])))
    nodes = [
        {"party": party, "x": at[party][0], "y": at[party][1], **_label(n, len(order))} for n, party in enumerate(order)
    ]
    drawn = [{"treaty": treaty, "x": x, "y": y, "size": len(members[treaty])} for treaty, (x, y) in hubs.items()]
    return {"nodes": nodes, "hubs": drawn, "lines": lines}


def _is_mutual(row: Row) -> bool:
    return bool(row["one_sided"] < row["provisions"])


def _order(by_treaty: dict[str, dict[tuple[str, str], Row]]) -> list[str]:
    """The parties so that those who share treaties stand together: by treaty, the largest first."""
    order: dict[str, None] = {}
    size = {treaty: len({party for pair in pairs for party in pair}) for treaty, pairs in by_treaty.items()}
    for treaty in sorted(by_treaty, key=lambda treaty: (-size[treaty], treaty)):
        for party in sorted({party for pair in by_treaty[treaty] for party in pair}):
            order.setdefault(party)
    return list(order)


def _on_ring(number: int, of: int) -> Place:
    angle = 2 * math.pi * number / max(1, of) - math.pi / 2
    return round(SIDE / 2 + _RING * math.cos(angle)), round(SIDE / 2 + _RING * math.sin(angle))


def _label(number: int, of: int) -> Row:
    """The turn of a label in degrees, and whether it is read towards the middle."""
    turn = 360 * number / max(1, of) - 90
    inward = 90 < turn < 270
    return {"turn": round(turn + 180 if inward else turn, 1), "inward": inward}


def _spread(members: dict[str, list[Place]]) -> dict[str, Place]:
    """A place for each hub: in the middle of its members, well inside the ring, and apart from the other hubs."""
    found: dict[str, tuple[float, float]] = {}
    for number, (treaty, places) in enumerate(members.items()):
        turn = number * 2.399963  # the golden angle: hubs in one place are pushed apart in different directions
        x, y = (sum(place[axis] for place in places) / len(places) - SIDE / 2 for axis in (0, 1))
        found[treaty] = (x + math.cos(turn), y + math.sin(turn))
    for _ in range(_ROUNDS):
        for one, other in itertools.combinations(found, 2):
            (ax, ay), (bx, by) = found[one], found[other]
            # Labels are wider than high, so hubs side by side stand further apart.
            across, down = (bx - ax) / _APART[0], (by - ay) / _APART[1]
            near = math.hypot(across, down)
            if 0 < near < 1:
                push = (1 / near - 1) / 2
                move = (push * (bx - ax), push * (by - ay))
                found[one] = (ax - move[0], ay - move[1])
                found[other] = (bx + move[0], by + move[1])
        for treaty, (x, y) in found.items():
            shrink = min(1.0, _HUBS / max(1.0, math.hypot(x, y)))
            found[treaty] = (x * shrink, y * shrink)
    return {treaty: (round(SIDE / 2 + x), round(SIDE / 2 + y)) for treaty, (x, y) in found.items()}


def _line(
    kind: str,
    treaty: str,
    pledges: Sequence[Row],
    tops: dict[str, str],
    a: Place,
    b: Place,
    ends: tuple[Sequence[str], Sequence[str]],
) -> Row:
    """A line from a to b, bent towards the middle; `ends` are the parties that owe and those that are owed."""
    bend = (round((a[0] + b[0] + SIDE / 2) / 3), round((a[1] + b[1] + SIDE / 2) / 3))
    column = "one_sided_categories" if kind == "one-sided" else "categories"
    held = {category for row in pledges for category in row[column] if category}
    open_end = any(row["ends"] is None for row in pledges)
    return {
        "kind": kind,
        "treaty": treaty,
        "path": f"M{a[0]} {a[1]}Q{bend[0]} {bend[1]} {b[0]} {b[1]}",
        "from": min(row["begins"] for row in pledges),
        "to": None if open_end else max(row["ends"] for row in pledges),
        "tops": sorted({tops.get(category, category) for category in held}),
        "obligors": list(ends[0]),
        "beneficiaries": list(ends[1]),
    }
