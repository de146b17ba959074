"""The rows about one treaty → a sheet that says the same, for people to read and to change."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from provisions.canonical import read_rows
from provisions.errors import NotFoundError
from provisions.hints import did_you_mean
from provisions.schema import standard_tables
from provisions.sheets.addition import own_rows, table_files
from provisions.sheets.shape import LISTS, TREATY, key_of
from provisions.sheets.yamltext import write_yaml

if TYPE_CHECKING:
    from provisions.manifest import Manifest
    from provisions.sheets.addition import Tables
    from provisions.sheets.shape import Part

Cells = dict[str, str]
Mapping = dict[str, Any]


def write_sheet(manifest: Manifest, treaty_id: str) -> str:
    """The sheet of a treaty, as YAML. Raises `NotFoundError`, or `PackageError` where the package cannot be read."""
    tables = {name: read_rows(path, standard_tables()[name]) for name, path in table_files(manifest).items()}
    mine = own_rows(tables, treaty_id)
    if not mine["treaties"]:
        ids = [row.cells["id"] for row in tables["treaties"]]
        raise NotFoundError(f"No row of treaties has the id {treaty_id!r}. {did_you_mean(treaty_id, ids)}".strip())
    return write_yaml(_Writing(tables, mine, treaty_id).document())


class _Writing:
    """A sheet in the writing: the statements and waivers of the treaty, by what they are about."""

    def __init__(self, tables: Tables, mine: Tables, treaty_id: str) -> None:
        self.tables, self.mine, self.id = (
            tables,
            {n: [row.cells for row in rows] for n, rows in mine.items()},
            treaty_id,
        )
        self.defaults = _common(self.mine["statements"])
        self.parties = {row.cells["id"] for row in tables["parties"]}
        self.evidence: dict[tuple[str, ...], list[Cells]] = {}
        self.roles = {(row["provision_id"], row["party_id"], row["role"]) for row in self.mine["roles"]}
        for row in self.mine["statements"]:
            self.evidence.setdefault(self.subject(row), []).append(row)
        self.waivers: dict[tuple[str, str], list[Cells]] = {}
        self.others: list[Cells] = []
        for row in self.mine["waivers"]:
            if row["table"] in ("treaties", "actions", "provisions", "statements"):
                self.waivers.setdefault((row["table"], row["key"]), []).append(row)
            else:
                self.others.append(row)

    def subject(self, row: Cells) -> tuple[str, ...]:
        """The part under which a statement stands, and its key; whatever fits nowhere else stands under the treaty."""
        own = {name: {each["id"] for each in self.mine[name]} for name in ("actions", "provisions")}
        if row["action_id"] in own["actions"]:
            return ("actions", row["action_id"])
        if row["provision_id"] in own["provisions"] and not row["action_id"]:
            role = (row["provision_id"], row["party_id"], row["value"] if row["property"] == "role" else "")
            return ("roles", *role) if role in self.roles else ("provisions", row["provision_id"])
        if row["party_id"] in self.parties and not (row["action_id"] or row["provision_id"]):
            return ("parties", row["party_id"])
        return ("treaties", self.id)

    def document(self) -> Mapping:
        treaty = self.row(self.mine["treaties"][0], TREATY)
        identifiers = [self.row(row, TREATY.parts["identifiers"]) for row in self.mine["identifiers"]]
        treaty |= {"identifiers": identifiers} | self.inside("treaties", self.id, {"treaty_id": self.id})
        document: Mapping = {"defaults": self.defaults, "treaty": treaty}
        parties, speakers, sources = self.shared()
        document["parties"] = [
            self.row(row, LISTS["parties"])
            | self.inside("parties", row["id"], {"treaty_id": self.id, "party_id": row["id"]})
            for row in parties
        ]
        document["actions"] = [
            self.row(row, LISTS["actions"])
            | self.inside("actions", row["id"], {"treaty_id": self.id, "action_id": row["id"]})
            for row in sorted(self.mine["actions"], key=lambda row: (row["date"] or "9", row["id"]))
        ]
        document["provisions"] = [self.provision(row) for row in sorted(self.mine["provisions"], key=_natural)]
        document["relations"] = [self.row(row, LISTS["relations"]) for row in self.mine["relations"]]
        document["speakers"] = [self.row(row, LISTS["speakers"]) for row in speakers]
        document["sources"] = [self.source(row) for row in sources]
        document["waivers"] = [self.row(row, LISTS["waivers"]) for row in self.others]
        return {key: item for key, item in _filled(document).items() if item}

    def provision(self, row: Cells) -> Mapping:
        key = row["id"]
        roles: dict[str, list[Any]] = {}
        for role in self.mine["roles"]:
            if role["provision_id"] == key:
                party = role["party_id"]
                about = {"provision_id": key, "party_id": party, "property": "role", "value": role["role"]}
                said = [
                    self.statement(each, about | {"treaty_id": self.id})
                    for each in self.evidence.get(("roles", key, party, role["role"]), ())
                ]
                roles.setdefault(role["role"], []).append({"party": party, "evidence": said} if said else party)
        known = standard_tables()["roles"].column("role").schema["enum"]
        conditions = [each for each in self.mine["conditions"] if each["provision_id"] == key]
        part = LISTS["provisions"]
        return (
            self.row(row, part)
            | {"roles": {role: roles[role] for role in sorted(roles, key=lambda each: (each not in known, each))}}
            | {"conditions": [self.row(each, part.parts["conditions"]) for each in conditions]}
            | self.inside("provisions", key, {"treaty_id": self.id, "provision_id": key})
        )

    def source(self, row: Cells) -> Mapping:
        part = LISTS["sources"]
        passages = [each.cells for each in self.tables["passages"] if each.cells["source_id"] == row["id"]]
        return self.row(row, part) | {"passages": [self.row(each, part.parts["passages"]) for each in passages]}

    def inside(self, table: str, key: str, subject: Cells) -> Mapping:
        """What nests in every mapping that statements can be about."""
        part = TREATY.parts["waivers"]
        return {
            "evidence": [self.statement(row, subject) for row in self.evidence.get((table, key), ())],
            "waivers": [self.row(row, part) for row in self.waivers.get((table, key), ())],
        }

    def statement(self, row: Cells, subject: Cells) -> Mapping:
        """A statement without what its place and the defaults say; a cell that is empty against them is `""`."""
        said = subject | {"stance": "asserts"} | ({} if row["speaker_id"] else {"attribution": "own-voice"})
        said |= self.defaults
        shown = {key_of(name): row[name] for name in row if row[name] != said.get(name, "")}
        if "property" in shown and not row["value"]:
            shown["value"] = ""
        if not row["claim"]:
            shown["claim"] = ""
        part = TREATY.parts["waivers"]
        return shown | {"waivers": [self.row(each, part) for each in self.waivers.get(("statements", row["id"]), ())]}

    @staticmethod
    def row(row: Cells, part: Part) -> Mapping:
        return {key_of(name): value for name, value in row.items() if value and name not in part.implied}

    def shared(self) -> tuple[list[Cells], list[Cells], list[Cells]]:
        """The parties, speakers and sources that the rows of the treaty name, and those that these name in turn."""
        statements = self.mine["statements"]
        speakers = self.closure("speakers", {row["speaker_id"] for row in statements})
        named = {row["party_id"] for name in ("actions", "roles", "statements") for row in self.mine[name]}
        parties = self.closure("parties", named | {row["party_id"] for row in speakers}, "succeeds_id")
        return parties, speakers, self.closure("sources", {row["source_id"] for row in statements}, "origin_id")

    def closure(self, table: str, wanted: set[str], link: str = "") -> list[Cells]:
        """Rows by id, with those that they link to, and so on."""
        known = {row.cells["id"]: row.cells for row in self.tables[table]}
        found: set[str] = set()
        while wanted := (wanted & set(known)) - found:
            found |= wanted
            wanted = {known[key][link] for key in wanted} if link else set()
        return [known[key] for key in sorted(found)]


def _common(statements: list[Cells]) -> Cells:
    """What most statements share of the day and the confidence of coding, where every statement says it."""
    common = {}
    for column in ("confidence", "coded_on"):
        counts = Counter(row[column] for row in statements)
        if counts and not counts[""]:
            common[column] = min(counts, key=lambda value: (-counts[value], value))
    return common


def _natural(row: Cells) -> list[tuple[int, int, str]]:
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"([0-9]+)", row["id"])]


def _filled(value: Any) -> Any:
    """Without empty lists and mappings."""
    if isinstance(value, dict):
        found = {key: _filled(item) for key, item in value.items()}
        return {key: item for key, item in found.items() if item not in ([], {})}
    return [_filled(item) for item in value] if isinstance(value, list) else value
