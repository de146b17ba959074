"""A sheet to fill in: every part once, with what its keys mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from provisions.schema import standard_tables
from provisions.sheets.commentary import Commentary
from provisions.sheets.shape import LISTS, ROLE, TREATY, key_of, needed_columns
from provisions.sheets.yamltext import write_yaml

if TYPE_CHECKING:
    from provisions.sheets.shape import Part

_HEAD = """\
# A coding sheet: all that is known of one treaty. Fill in what you know and leave the rest empty: a key without a value
# counts as not there. Repeat an item, from its `- ` on, for each further one, and delete those that you do not need.
# `provisions add SHEET --dry-run` says what is missing, `provisions add SHEET` puts it into the tables.
"""
# Parts that most sheets have; of the others stands the key alone.
_USUAL = ("parties", "actions", "provisions", "sources")
# Columns that few ever need: those that say what a statement is about, as its place does, and those of copies.
_RARE = ("treaty_id", "provision_id", "action_id", "follows_id", "sha256", "archived_url")


def write_blank(treaty_id: str = "", coded_on: str = "") -> str:
    """A commented sheet without values but the id of the treaty and the day of coding, where these are given."""
    document: dict[str, Any] = {"treaty": _mapping(TREATY) | {"id": treaty_id or None, "evidence": None}}
    for name, part in LISTS.items():
        document[name] = [_mapping(part)] if name in _USUAL else None
    document["parties"][0]["evidence"] = None
    document["defaults"] = {"confidence": None, "coded_on": coded_on or None}
    return _HEAD + write_yaml(document, Commentary())


def _mapping(part: Part) -> dict[str, Any]:
    table = standard_tables()[part.table]
    needed = needed_columns(table, part)
    skipped = {*part.implied, *_RARE, *({"id"} - {*needed})}
    if part.table == "statements":
        skipped |= {"party_id", "coded_on"}
    keys: dict[str, Any] = {key_of(name): None for name in table.names if name not in skipped}
    for name, inside in part.parts.items():
        if inside is ROLE:
            keys[name] = dict.fromkeys(standard_tables()["roles"].column("role").schema["enum"])
        else:
            keys[name] = [_mapping(inside)] if name == "evidence" else None
    return keys
