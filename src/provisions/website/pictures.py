"""Facts → the numbers of pictures: bars and marks on an axis of time, nodes and lines of a network. Draws nothing."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from provisions.website.facts import Facts

Row = dict[str, Any]
Spell = tuple[dt.date, str, str | None]
SIDE = 1000  # of the square that the network is drawn in
_RING, _HUBS = 345.0, 250.0
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


@dataclass(frozen=True)
class Axis:
    """An axis of time from the first of January of `first` to the end of `last`; places on it are percents."""

    first: int
    last: int

    def place(self, day: dt.date) -> float:
        """Where a day lies, from 0 to 100."""
        begin, end = dt.date(self.first, 1, 1).toordinal(), dt.date(self.last, 12, 31).toordinal()
        return round(max(0.0, min(100.0, 100 * (day.toordinal() - begin) / max(1, end - begin))), 3)

    @property
    def ticks(self) -> list[tuple[int, float]]:
        """Some round years, with their places."""
        step = next((s for s in (1, 2, 5, 10, 20, 50, 100) if (self.last - self.first) / s <= 12), 200)
        years = range(-(-self.first // step) * step, self.last + 1, step)
        return [(year, self.place(dt.date(year, 1, 1))) for year in years]


def span_of(actions: Iterable[Row], day: dt.date) -> Axis:
    """The axis on which those actions and that day lie."""
    days = [day, *(row[key] for row in actions for key in ("date_earliest", "date_latest") if row[key])]
    return Axis(min(days).year, max(days).year)


def bars(spells: Sequence[Spell], axis: Axis) -> list[Row]:
    """Spells of status as bars: where each begins, how long it is, its status and first day. What has ended leaves none."""
    drawn = []
    for number, (begin, status, _) in enumerate(spells):
        until = spells[number + 1][0] if number + 1 < len(spells) else dt.date(axis.last, 12, 31)
        x = axis.place(begin)
        drawn.append({"x": x, "width": round(axis.place(until) - x, 3), "status": status, "from": begin, "to": until})
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
    of thirty is thirty spokes and not a thousand lines. A one-sided pledge is an arrow. `lines` have a path, the treaty, the
    days from and to which it holds (None: open) and the categories at the top of the tree.
    """
    tops = {key: row["top"] for key, row in facts.categories.items()}
    by_treaty: defaultdict[str, dict[tuple[str, str], Row]] = defaultdict(dict)
    for pledge in facts.pledges:
        if pledge["begins"]:
            by_treaty[pledge["treaty_id"]][pledge["obligor"], pledge["beneficiary"]] = pledge
    order = _order(by_treaty)
    at = {party: _on_ring(n, len(order), _RING) for n, party in enumerate(order)}
    lines: list[Row] = []
    hubs: list[Row] = []
    for treaty, pairs in by_treaty.items():
        mutual = {pair: row for pair, row in pairs.items() if pair[::-1] in pairs and _mutual(row)}
        members = sorted({party for pair in mutual for party in pair}, key=order.index)
        if len(members) > 2:
            x, y = _middle([at[party] for party in members], len(hubs))
            hubs.append({"treaty": treaty, "x": x, "y": y, "size": len(members)})
            for party in members:
                mine = [row for pair, row in mutual.items() if party in pair]
                lines.append(_line("mutual", treaty, mine, tops, at[party], (x, y), (party, "")))
        else:
            for pair, row in mutual.items():
                if pair[0] < pair[1]:
                    lines.append(_line("mutual", treaty, [row], tops, at[pair[0]], at[pair[1]], pair))
        for pair, row in pairs.items():
            if row["one_sided"]:
                lines.append(_line("one-sided", treaty, [row], tops, at[pair[0]], at[pair[1]], pair))
    nodes = [
        {"party": party, "x": at[party][0], "y": at[party][1], **_label(n, len(order))} for n, party in enumerate(order)
    ]
    return {"nodes": nodes, "hubs": hubs, "lines": lines}


def _mutual(row: Row) -> bool:
    return bool(row["one_sided"] < row["provisions"])


def _order(by_treaty: dict[str, dict[tuple[str, str], Row]]) -> list[str]:
    """The parties so that those who share treaties stand together: by treaty, the largest first."""
    order: dict[str, None] = {}
    size = {treaty: len({party for pair in pairs for party in pair}) for treaty, pairs in by_treaty.items()}
    for treaty in sorted(by_treaty, key=lambda treaty: (-size[treaty], treaty)):
        for party in sorted({party for pair in by_treaty[treaty] for party in pair}):
            order.setdefault(party)
    return list(order)


def _on_ring(number: int, of: int, radius: float) -> tuple[int, int]:
    angle = 2 * math.pi * number / max(1, of) - math.pi / 2
    return round(SIDE / 2 + radius * math.cos(angle)), round(SIDE / 2 + radius * math.sin(angle))


def _label(number: int, of: int) -> Row:
    """The turn of a label in degrees, and whether it is read towards the middle."""
    turn = 360 * number / max(1, of) - 90
    inward = 90 < turn < 270
    return {"turn": round(turn + 180 if inward else turn, 1), "inward": inward}


def _middle(places: Sequence[tuple[int, int]], number: int) -> tuple[int, int]:
    """A place for a hub: in the middle of its members, moved a little so that hubs do not hide each other."""
    x, y = (sum(place[axis] for place in places) / len(places) - SIDE / 2 for axis in (0, 1))
    shrink = min(1.0, _HUBS / max(1.0, math.hypot(x, y)))
    turn = number * 2.399963  # the golden angle spreads them evenly
    return round(SIDE / 2 + x * shrink + 40 * math.cos(turn)), round(SIDE / 2 + y * shrink + 40 * math.sin(turn))


def _line(
    kind: str,
    treaty: str,
    pledges: Sequence[Row],
    tops: dict[str, str],
    a: tuple[int, int],
    b: tuple[int, int],
    parties: tuple[str, str],
) -> Row:
    """A line from a to b, bent towards the middle."""
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
        "obligor": parties[0],
        "beneficiary": parties[1],
    }
