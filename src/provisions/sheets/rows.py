"""Entries of a sheet → complete rows: what their places and the defaults say is filled in, and ids are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisions.canonical import Row
from provisions.schema import standard_tables
from provisions.sheets.naming import name_rows
from provisions.sheets.shape import SHARED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from provisions.sheets.reading import Entry, Sheet

Cells = dict[str, str]
Tables = dict[str, list[Row]]


def make_rows(sheet: Sheet, old: Mapping[str, Sequence[Row]], elsewhere: Mapping[str, Sequence[Row]]) -> Tables:
    """The rows of a sheet by table; of shared tables, the cells that the sheet gives.

    `old` are the rows of that treaty which these replace, `elsewhere` those that stay.
    """
    making = _Making(sheet, old, elsewhere)
    making.treaty()
    making.named("actions", sheet.lists["actions"])
    making.named("provisions", sheet.lists["provisions"])
    making.relations()
    making.shared()
    making.statements()
    making.waivers()
    return making.tables


class _Making:
    """Rows in the making: `about` are the statements still to be made, each with what its place says."""

    def __init__(self, sheet: Sheet, old: Mapping[str, Sequence[Row]], elsewhere: Mapping[str, Sequence[Row]]) -> None:
        self.sheet, self.old, self.elsewhere = sheet, old, elsewhere
        self.id = sheet.treaty.cells.get("id", "")
        self.tables: Tables = {}
        self.about: list[tuple[Entry, Cells, Cells]] = []
        self.accepted: list[tuple[Entry, Cells]] = []

    def add(self, entry: Entry, **implied: str) -> Row:
        cells = dict.fromkeys(standard_tables()[entry.table].names, "") | implied | entry.cells
        row = Row(cells, entry.place, entry.places)
        self.tables.setdefault(entry.table, []).append(row)
        return row

    def name(self, table: str) -> None:
        rows = [row.cells for row in self.tables.get(table, ())]
        old = [row.cells for row in self.old.get(table, ())]
        name_rows(table, rows, old, (row.cells["id"] for row in self.elsewhere.get(table, ())))

    def inside(self, entry: Entry, row: Row, **subject: str) -> None:
        """Notes the statements about a row, and the waivers of findings on it."""
        self.about += [(item, subject, row.cells) for item in entry.parts.get("evidence", ())]
        self.waive(entry, row)

    def waive(self, entry: Entry, row: Row) -> None:
        key = {"table": entry.table, "key": row.cells["id"]} if "id" in row.cells else {}
        self.accepted += [(item, key) for item in entry.parts.get("waivers", ())]

    def treaty(self) -> None:
        row = self.add(self.sheet.treaty)
        for entry in self.sheet.treaty.parts.get("identifiers", ()):
            self.add(entry, treaty_id=self.id)
        self.inside(self.sheet.treaty, row)

    def named(self, table: str, entries: Iterable[Entry]) -> None:
        """Actions or provisions, named, with what nests in them."""
        pairs = [(item, self.add(item, treaty_id=self.id)) for entry in entries for item in entry.expand()]
        self.name(table)
        column = f"{table.removesuffix('s')}_id"
        for entry, row in pairs:
            here = {column: row.cells["id"]}
            for role in entry.parts.get("roles", ()):
                part = self.add(role, **here)
                subject = here | {"party_id": part.cells["party_id"], "property": "role", "value": part.cells["role"]}
                self.about += [(item, subject, part.cells) for item in role.parts.get("evidence", ())]
            for condition in entry.parts.get("conditions", ()):
                self.add(condition, **here)
            self.inside(entry, row, **here)

    def relations(self) -> None:
        for entry in self.sheet.lists["relations"]:
            self.add(entry, from_treaty_id=self.id)
        self.name("relations")

    def shared(self) -> None:
        for name in SHARED:
            for entry in self.sheet.lists[name]:
                row = Row(dict(entry.cells), entry.place, entry.places)
                self.tables.setdefault(name, []).append(row)
                key = row.cells.get("id", "")
                for number, passage in enumerate(entry.parts.get("passages", ()), start=1):
                    self.add(passage, source_id=key, **{} if "number" in passage.cells else {"number": str(number)})
                if "evidence" in entry.parts:
                    coded = next((each.cells for each in self.elsewhere.get(name, ()) if each.cells["id"] == key), {})
                    self.inside(entry, Row(coded | row.cells), party_id=key)

    def statements(self) -> None:
        pairs = []
        for entry, subject, coded in self.about:
            for item in entry.expand():
                row = self.add(item, treaty_id=self.id, **subject)
                _fill(row, item, self.sheet.defaults, coded)
                pairs.append((item, row))
        self.name("statements")
        for entry, row in pairs:
            self.waive(entry, row)

    def waivers(self) -> None:
        for entry, key in self.accepted:
            self.add(entry, **key)
        for entry in self.sheet.lists["waivers"]:
            self.add(entry)


def _fill(row: Row, entry: Entry, defaults: Entry, coded: Cells) -> None:
    """Fills in what a statement leaves out: see the README, “Add a treaty”."""
    given, cells = entry.cells, row.cells
    for column in defaults.cells:
        if column not in given:
            cells[column] = defaults.cells[column]
            row.places.setdefault(column, defaults.places[column])
    if "stance" not in {*given, *defaults.cells}:
        cells["stance"] = "asserts"
    if "attribution" not in {*given, *defaults.cells} and not cells["speaker_id"]:
        cells["attribution"] = "own-voice"
    if "value" not in given and "property" in given:
        cells["value"] = coded.get(cells["property"], "")
    if "claim" not in given and "summary" in coded and not cells["property"] and cells["stance"] == "asserts":
        cells["claim"] = coded["summary"]
