"""ATOP’s members → a package of our tables, which gives ATOP’s own variables and panels back.

Each of the five pledges becomes a provision of our category, one for each set of conditions, with the members bound by it as
obligors. Every other variable that is not 0 becomes a provision of a category of its own, `atop-<variable>-<code>`, with a
row of `crosswalk` that gives the code back; where ATOP leaves a variable open, so does the package. The phases of an
alliance are instruments that amend the first. Every row rests on a statement whose source is the data set.
"""

from __future__ import annotations

import datetime as dt
import os
from collections import defaultdict
from typing import TYPE_CHECKING

import yaml

from provisions.canonical import Row, write_rows
from provisions.datasets.atop import COMPUTED, CONDITIONS, PLEDGES, read_atop
from provisions.errors import PackageError
from provisions.publication.metadata import compile_descriptor, write_descriptor
from provisions.replacing import make_room
from provisions.schema import standard_tables

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from provisions.datasets.atop import Member

_CATEGORIES = {
    "defense": ("mutual-defence", "Mutual defence", "obligation"),
    "offense": ("offence", "Offence", "obligation"),
    "neutral": ("neutrality", "Neutrality", "obligation"),
    "nonagg": ("non-aggression", "Non-aggression", "prohibition"),
    "consul": ("consultation", "Consultation in a crisis", "obligation"),
}
_PARTS = frozenset(name for parts in CONDITIONS.values() for name in parts)
_OPEN = "missing"


def import_atop(paths: Sequence[Path], out: Path) -> dict[str, int]:
    """Writes a package made of a user’s ATOP files into the new folder `out`; returns its rows by table.

    Raises `PackageError` for files that are not ATOP’s, and where `out` is there already.
    """
    if out.exists():
        raise PackageError(f"{out}: is there already; give a new folder.")
    members = read_atop(paths)
    tables = _Tables()
    for instrument in _instruments(members):
        tables.add_instrument(instrument)
    tables.add_categories()
    last = max((spell.end or spell.start)[:4] for member in members for spell in member.spells)
    first = min(spell.start[:4] for member in members for spell in member.spells)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with make_room(out.parent) as room:
            made = room / "package"
            made.mkdir(mode=0o755)
            _write(made, tables, first, last)
            made.rename(out)
    except OSError as error:
        raise PackageError(f"{out}: cannot be written ({error.strerror or error}).") from error
    return {name: len(rows) for name, rows in sorted(tables.rows.items())}


def _instruments(members: Sequence[Member]) -> list[list[Member]]:
    """The members by alliance and phase."""
    found: dict[tuple[str, int], list[Member]] = defaultdict(list)
    for member in members:
        found[member.atopid, member.phase].append(member)
    return list(found.values())


class _Tables:
    """The rows of the package as they are made."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, str]]] = {name: [] for name in standard_tables()}
        self.first: dict[str, str] = {}
        self.codes: set[str] = set()
        self.used: dict[str, tuple[str, str]] = {}
        self.on = dt.datetime.fromtimestamp(
            int(os.environ.get("SOURCE_DATE_EPOCH", dt.datetime.now(dt.UTC).timestamp())), dt.UTC
        ).date()
        self.add(
            "sources",
            id="atop",
            kind="dataset",
            title="Alliance Treaty Obligations and Provisions",
            author="Leeds, Ritter, Mitchell and Long",
            publisher="ATOP project",
            language="en",
            rights="third-party",
            note="The user’s own copy.",
        )

    def add(self, table: str, **cells: str) -> None:
        """Adds a row; columns that are not named stay empty."""
        self.rows[table].append(cells)

    def add_instrument(self, members: Sequence[Member]) -> None:
        """A phase of an alliance: treaty, parties, their spells as actions, and what they owe as provisions."""
        one = members[0]
        root = f"atop-{one.atopid}"
        treaty = f"{root}-{one.phase}" if one.phase else root
        known = one.values.get("estmode")
        self.add(
            "treaties",
            id=treaty,
            title=f"ATOP alliance {one.atopid}" + (f", phase {one.phase}" if one.phase else ""),
            instrument="treaty" if known == 1 else "unspecified",
            coding="complete",
            text_basis="reports",
            note=one.note,
        )
        self.add("identifiers", treaty_id=treaty, scheme="atop", value=one.atopid)
        for name, scheme in (("cowid", "cow-alliance-v3"), ("cow4id", "cow-alliance-v4")):
            if name in one.numbers:
                self.add("identifiers", treaty_id=treaty, scheme=scheme, value=one.numbers[name])
        earlier = self.first.setdefault(one.atopid, treaty)
        if earlier != treaty:
            link = f"{treaty}-amends"
            self.add("relations", id=link, from_treaty_id=treaty, kind="amends", to_treaty_id=earlier)
        for member in members:
            self._add_member(treaty, member)
        for pledge in PLEDGES:
            self._add_pledge(treaty, pledge, members)
        others = {name for member in members for name in member.values} - COMPUTED - _PARTS - set(PLEDGES)
        for name in sorted(others):
            self._add_variable(treaty, name, members)

    def _add_member(self, treaty: str, member: Member) -> None:
        party = f"cow-{member.code}"
        if member.code not in self.codes:
            self.codes.add(member.code)
            self.add("parties", id=party, name=f"State {member.code} of the Correlates of War", kind="state")
        for number, spell in enumerate(sorted(member.spells, key=lambda spell: spell.start), start=1):
            suffix = f"-{number}" if number > 1 else ""
            if number == 1:
                self._add_action(treaty, party, "signature", "signature", spell.start, "")
            self._add_action(treaty, party, "entry-into-force", f"entry{suffix}", spell.start, "")
            if spell.end:
                self._add_action(treaty, party, "withdrawal", f"exit{suffix}", spell.end, spell.why)

    def _add_action(self, treaty: str, party: str, kind: str, name: str, date: str, note: str) -> None:
        key = f"{treaty}-{party}-{name}"
        self.add("actions", id=key, treaty_id=treaty, party_id=party, kind=kind, date=date, note=note)
        words = "leaves" if kind == "withdrawal" else "enters"
        self._state(f"The member {party.removeprefix('cow-')} {words} the alliance.", treaty, action_id=key)

    def _add_pledge(self, treaty: str, pledge: str, members: Sequence[Member]) -> None:
        category, label, modality = _CATEGORIES[pledge]
        groups: dict[tuple[str, ...], list[Member]] = defaultdict(list)
        for member in members:
            if member.values.get(pledge) == 1:
                groups[tuple(name for name in CONDITIONS[pledge] if member.values.get(name) == 1)].append(member)
        for number, (names, bound) in enumerate(sorted(groups.items()), start=1):
            key = f"{treaty}-{pledge}" + (f"-{number}" if number > 1 else "")
            codes = [pledge, *names]
            self._add_provision(treaty, key, category, modality, codes, bound, members if len(members) > 1 else ())
            for name in names:
                self.add("conditions", provision_id=key, kind=CONDITIONS[pledge][name], detail=f"{name} is 1")
            self.used.setdefault(category, (label, pledge))

    def _add_variable(self, treaty: str, name: str, members: Sequence[Member]) -> None:
        groups: dict[str, list[Member]] = defaultdict(list)
        for member in members:
            value = member.values.get(name, 0)
            if value != 0:
                groups[_OPEN if value is None else str(value)].append(member)
        for code, bound in sorted(groups.items()):
            slug = f"{name}-{code.replace('-', 'minus-')}"
            self._add_provision(
                treaty, f"{treaty}-{slug}", f"atop-{slug}", "declaration", [f"{name} = {code}"], bound, ()
            )
            self.used.setdefault(f"atop-{slug}", (f"ATOP: {name} = {code}", f"{name} {code}"))

    def _add_provision(
        self,
        treaty: str,
        key: str,
        category: str,
        modality: str,
        codes: Sequence[str],
        bound: Sequence[Member],
        benefiting: Sequence[Member],
    ) -> None:
        said = ", ".join(codes)
        self.add(
            "provisions",
            id=key,
            treaty_id=treaty,
            category_id=category,
            modality=modality,
            summary=f"Coded by ATOP: {said}.",
            basis="dataset",
        )
        for role, holders in (("obligor", bound), ("beneficiary", benefiting)):
            for member in holders:
                self.add("roles", provision_id=key, party_id=f"cow-{member.code}", role=role)
        whom = " ".join(member.code for member in bound)
        self._state(f"{said}, for the members {whom}.", treaty, provision_id=key)

    def _state(self, claim: str, treaty: str, **about: str) -> None:
        (key,) = about.values()
        self.add(
            "statements",
            id=f"atop-{key}" if not key.startswith("atop-") else f"coded-{key}",
            treaty_id=treaty,
            claim=claim,
            stance="asserts",
            source_id="atop",
            attribution="own-voice",
            confidence="high",
            coded_on=self.on.isoformat(),
            **about,
        )

    def add_categories(self) -> None:
        """The categories that occur, and how each gives ATOP’s variables back."""
        for category, (label, meaning) in sorted(self.used.items()):
            name, _, value = meaning.partition(" ")
            self.add("categories", id=category, label=label, definition=f"What ATOP codes as {meaning}.")
            if not value:
                self.add("crosswalk", category_id=category, scheme="atop", variable=name, value="1", match="exact")
                for part, kind in CONDITIONS[name].items():
                    row = {"scheme": "atop", "variable": part, "value": "1", "match": "exact", "condition_kind": kind}
                    self.add("crosswalk", category_id=category, **row)
            elif value == _OPEN:
                self.add(
                    "crosswalk",
                    category_id=category,
                    scheme="atop",
                    variable=name,
                    value="0",
                    match="related",
                    condition="ATOP leaves the variable open",
                )
            else:
                self.add("crosswalk", category_id=category, scheme="atop", variable=name, value=value, match="exact")


def _write(folder: Path, tables: _Tables, first: str, last: str) -> None:
    for name, table in standard_tables().items():
        rows = [Row(dict.fromkeys(table.names, "") | cells) for cells in tables.rows[name]]
        (folder / f"{name}.csv").write_bytes(write_rows(rows, table)[0].encode())
    metadata = {
        "name": "atop-import",
        "title": "Alliance Treaty Obligations and Provisions, as a package of provisions",
        "description": "The codings of a copy of ATOP, one row a pledge or variable, each with the data set as its source.",
        "version": "0.1.0",
        "created": f"{tables.on.isoformat()}T00:00:00Z",
        "keywords": ["alliances", "ATOP"],
        "licenses": [
            {"name": "LicenseRef-ATOP", "title": "The terms of the ATOP project", "path": "http://www.atopdata.org"}
        ],
        "contributors": [{"title": "The ATOP project", "roles": ["creator"]}],
        "rights": "The codings are those of the ATOP project (Leeds, Ritter, Mitchell and Long 2002); cite them.",
        "temporal": {"start": first, "end": last},
        "corroboration": 1,
    }
    (folder / "package.yaml").write_text(
        yaml.safe_dump(metadata, allow_unicode=True, sort_keys=False), encoding="utf-8"
    )
    write_descriptor(folder / "datapackage.json", compile_descriptor(folder))
