"""What the keys of a sheet mean, as comments: the descriptions of the schemas, each where its key first stands."""

from __future__ import annotations

from provisions.schema import standard_tables
from provisions.sheets.shape import LISTS, ROLE, TREATY, keys_of

_ROOT = {"treaty": TREATY, **LISTS}
# What may be left out of mappings, or be written otherwise than in their table.
_SHORT = {
    "actions": "Without `id`, it is made of treaty, party and kind. `party: [a, b]` is one action of each.",
    "provisions": "Without `id`, it is made of treaty and locator.",
    "relations": "Without `id`, it is made of both treaties and the kind.",
    "roles": "Written as role: parties, each an id, or {party: id, evidence: […]} with the statements that it has that role.",
    "statements": "About the thing in which they stand. Left out, `id` is made of source and thing; `claim` is the summary of "
    "the provision, where a statement asserts it as a whole; `value` beside `property` is the value coded; `stance` is "
    "asserts; `attribution` is own-voice, where there is no speaker. `source: [a, b]` is one statement from each.",
    "passages": "Without `number`, they are numbered from 1.",
    "parties": "Only those that the package lacks, or has wrong, need be written out.",
    "speakers": "Only those that the package lacks, or has wrong, need be written out.",
    "sources": "Only those that the package lacks, or has wrong, need be written out.",
    "categories": "Only those that the package lacks, or has wrong, need be written out.",
}


class Commentary:
    """Says of each key what it means, once: called with the path of a key, in the order of the document."""

    def __init__(self) -> None:
        self.said: set[tuple[str, str]] = set()

    def __call__(self, path: tuple[str, ...]) -> str:
        """The comment for the key at the end of a path, or an empty text."""
        if path[0] == "defaults":
            return "" if path[1:] else "What every statement of the sheet has that does not say otherwise."
        part = _ROOT[path[0]]
        for key in path[1:-1]:
            part = part.parts.get(key, part)  # the name of a role is no part
        key = path[-1]
        inside = _ROOT[key] if len(path) == 1 else part.parts.get(key)
        about = (inside.table, "") if inside else (part.table, key)
        if about in self.said or (part is ROLE and not inside):
            return ""
        self.said.add(about)
        return _describe_table(inside.table) if inside else _describe_column(part.table, key)


def _describe_table(table: str) -> str:
    """What one row is, and what may be left out; for roles, what each means."""
    lines = [standard_tables()[table].schema["description"], _SHORT.get(table, "")]
    if table == "roles":
        lines += _meanings("roles", "role")
    return "\n".join(line for line in lines if line)


def _describe_column(table: str, key: str) -> str:
    """What a column holds; of a closed list, what each value means."""
    column = keys_of(standard_tables()[table])[key]
    return "\n".join([standard_tables()[table].column(column).schema["description"], *_meanings(table, column)])


def _meanings(table: str, column: str) -> list[str]:
    meanings = standard_tables()[table].column(column).schema.get("x-enum", {})
    return [f"{value}: {meaning}" for value, meaning in meanings.items()]
