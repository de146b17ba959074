"""The shape of a sheet: which mapping holds a row of which table, and what its place says already. Reads and writes nothing.

The keys of a mapping are the columns of its table, in their order, without the ending `_id`; what nests in a mapping
belongs to its row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provisions.model import Table


@dataclass(frozen=True)
class Part:
    """The mappings at one place: their table, the columns that need not be written there, and the parts inside."""

    table: str
    implied: tuple[str, ...] = ()
    parts: Mapping[str, Part] = field(default_factory=dict)


_WAIVERS = {"waivers": Part("waivers", ("table", "key"))}


def _evidence(*implied: str) -> dict[str, Part]:
    return {"evidence": Part("statements", ("treaty_id", *implied), _WAIVERS)}


TREATY = Part("treaties", parts={"identifiers": Part("identifiers", ("treaty_id",))} | _evidence() | _WAIVERS)
ROLE = Part("roles", ("provision_id",), _evidence("provision_id", "party_id"))
LISTS = {
    "parties": Part("parties", parts=_evidence("party_id")),
    "actions": Part("actions", ("treaty_id",), _evidence("action_id") | _WAIVERS),
    "provisions": Part(
        "provisions",
        ("treaty_id",),
        {"roles": ROLE, "conditions": Part("conditions", ("provision_id",))} | _evidence("provision_id") | _WAIVERS,
    ),
    "relations": Part("relations", ("from_treaty_id",)),
    "speakers": Part("speakers"),
    "sources": Part("sources", parts={"passages": Part("passages", ("source_id",))}),
    "categories": Part("categories"),
    "waivers": Part("waivers"),
}
# What every statement of the sheet has that does not say otherwise.
DEFAULTS = ("source_id", "stance", "attribution", "confidence", "coded_on")
# Tables whose rows belong to no treaty: a sheet adds to them and corrects them, and takes nothing away.
SHARED = ("parties", "speakers", "sources", "categories")
# Where a list of values stands for as many rows, alike in all else.
LISTED = {"actions": "party_id", "statements": "source_id"}


def key_of(column: str) -> str:
    """The key under which a column stands in a sheet."""
    return column.removesuffix("_id")


def keys_of(table: Table) -> dict[str, str]:
    """The keys of a table’s mappings, each with its column."""
    return {key_of(name): name for name in table.names}
