"""A sheet → its entries as they are written, and findings about its shape. Knows no package and derives nothing."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from provisions.canonical import Place
from provisions.documents import read_yaml_node
from provisions.hints import did_you_mean
from provisions.model import Finding, Severity
from provisions.schema import standard_tables
from provisions.sheets.shape import DEFAULTS, LISTED, LISTS, ROLE, TREATY, key_of, keys_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from provisions.documents import Node
    from provisions.sheets.shape import Part

# Texts that are given as they stand in a document, whatever their Unicode form.
_VERBATIM = {("passages", "text"), ("statements", "quote")}


@dataclass
class Entry:
    """A mapping of a sheet, or what stands for one: the cells that it gives, and what nests in it.

    A cell that is not given is absent; one given as `""` is empty. `listed` are the values of a list that stands for
    as many rows, with their places.
    """

    table: str
    place: Place
    cells: dict[str, str] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    parts: dict[str, list[Entry]] = field(default_factory=dict)
    listed: list[tuple[str, Place]] = field(default_factory=list)

    def expand(self) -> list[Entry]:
        """The entries that it stands for: one for each of the listed values, else itself."""
        column = LISTED.get(self.table, "")
        return [
            replace(self, cells=self.cells | {column: value}, places=self.places | {column: place}, listed=[])
            for value, place in self.listed
        ] or [self]


@dataclass(frozen=True)
class Sheet:
    """A sheet as it is written: the treaty, the lists by name, and what all statements have that do not say otherwise."""

    file: str
    treaty: Entry
    lists: dict[str, list[Entry]]
    defaults: Entry


class _Reader:
    """Turns nodes into entries, and collects what is wrong with their shape."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []

    def tell(self, rule: str, node: Node, message: str, hint: str, table: str = "sheet") -> None:
        where = {"file": self.file, "line": node.line, "column": node.column}
        self.findings.append(Finding(f"sheet/{rule}", Severity.ERROR, table, message, hint=hint, **where))  # type: ignore[arg-type]

    def place(self, node: Node) -> Place:
        return Place(self.file, node.line, node.column)

    def mapping(self, node: Node, what: str, known: Iterable[str]) -> dict[str, Node]:
        """The values of a mapping by key, with those keys only that are known; what has no value is left out."""
        if not isinstance(node.value, dict):
            self.tell(
                "shape", node, f"Here must be {what}: lines of `key: value`.", f"It may have: {', '.join(known)}."
            )
            return {}
        for key, place in node.keys.items():
            if key not in known:
                hint = did_you_mean(key, list(known)) or f"There may be: {', '.join(known)}."
                self.tell("unknown-key", place, f"{what[:1].upper()}{what[1:]} has no key “{key}”.", hint)
        return {key: value for key, value in node.value.items() if key in known and value.value is not None}

    def items(self, node: Node, what: str) -> list[Node]:
        """The items of a list."""
        if isinstance(node.value, list):
            return node.value
        self.tell("shape", node, f"Here must be a list of {what}.", "Begin each item on a line of its own with `- `.")
        return []

    def text(self, node: Node, table: str, column: str) -> str:
        if not isinstance(node.value, str):
            hint = "Put a text that begins with [ or { in quotes."
            self.tell("shape", node, f"“{key_of(column)}” must be a text, not a list or a mapping.", hint)
            return ""
        text = node.value if (table, column) == ("passages", "text") else node.value.strip()
        return text if (table, column) in _VERBATIM else unicodedata.normalize("NFC", text)

    def entry(self, node: Node, part: Part, what: str) -> Entry:
        """A mapping that holds a row, with what nests in it."""
        entry = Entry(part.table, self.place(node))
        columns = keys_of(standard_tables()[part.table])
        for key, value in self.mapping(node, what, [*columns, *part.parts]).items():
            if key in part.parts:
                read = self.roles if part.parts[key] is ROLE else self.entries
                entry.parts[key] = read(value, part.parts[key], key)
                continue
            column = columns[key]
            if LISTED.get(part.table) == column and isinstance(value.value, list):
                entry.listed = [(self.text(item, part.table, column), self.place(item)) for item in value.value]
            else:
                entry.cells[column] = self.text(value, part.table, column)
            entry.places[column] = self.place(value)
        return entry

    def entries(self, node: Node, part: Part, name: str) -> list[Entry]:
        return [self.entry(item, part, _NAMES[name]) for item in self.items(node, name)]

    def roles(self, node: Node, part: Part, name: str) -> list[Entry]:
        """Roles, as role → parties: a party is its id, or a mapping with `party` and `evidence`."""
        known = standard_tables()[part.table].column("role").schema["enum"]
        found = []
        for role, value in self.mapping(node, name, known).items():
            for item in value.value if isinstance(value.value, list) else [value]:
                if isinstance(item.value, dict):
                    entry = self.role(item, part)
                else:
                    entry = Entry(part.table, self.place(item))
                    entry.cells["party_id"] = self.text(item, part.table, "party_id")
                entry.cells["role"] = role
                entry.places["role"] = self.place(node.keys[role])
                found.append(entry)
        return found

    def role(self, node: Node, part: Part) -> Entry:
        entry = Entry(part.table, self.place(node))
        for key, value in self.mapping(node, "a role", ("party", *part.parts)).items():
            if key == "party":
                entry.cells["party_id"] = self.text(value, part.table, "party_id")
                entry.places["party_id"] = self.place(value)
            else:
                entry.parts[key] = self.entries(value, part.parts[key], key)
        return entry


# What one item of a list is called.
_NAMES = {
    "actions": "an action",
    "categories": "a category",
    "conditions": "a condition",
    "evidence": "a statement",
    "identifiers": "an identifier",
    "parties": "a party",
    "passages": "a passage",
    "provisions": "a provision",
    "relations": "a relation",
    "sources": "a source",
    "speakers": "a speaker",
    "waivers": "a waiver",
}


def read_sheet(path: Path) -> tuple[Sheet, list[Finding]]:
    """A sheet, and what is wrong with its shape. Raises `PackageError` where it is not YAML."""
    reader = _Reader(str(path))
    root = read_yaml_node(path)
    if root.value is None:
        root = replace(root, value={})
    tables = standard_tables()
    values = reader.mapping(root, "a sheet", ["treaty", "defaults", *LISTS])
    defaults = Entry("statements", reader.place(root))
    if "defaults" in values:
        columns = {key_of(column): column for column in DEFAULTS}
        for key, value in reader.mapping(values["defaults"], "`defaults`", columns).items():
            defaults.cells[columns[key]] = reader.text(value, "statements", columns[key])
            defaults.places[columns[key]] = reader.place(value)
    treaty = Entry("treaties", reader.place(root))
    if "treaty" in values:
        treaty = reader.entry(values["treaty"], TREATY, "a treaty")
    if not treaty.cells.get("id"):
        hint = f"Begin it with `treaty:` and, indented, `id: {tables['treaties'].column('id').schema['examples'][0]}`."
        reader.tell("no-treaty", values.get("treaty", root), "The sheet does not say which treaty it is about.", hint)
    lists = {name: reader.entries(values[name], part, name) if name in values else [] for name, part in LISTS.items()}
    return Sheet(str(path), treaty, lists, defaults), reader.findings
