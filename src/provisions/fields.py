"""One field of a Table Schema: what its cells mean, as JSON Schema of their canonical text, and how a cell is read.

Reading a cell needs no engine; what JSON Schema can say of canonical text is left to the compiler.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from provisions.celltypes import BOUNDS, TYPES, CellType, cell_type, json_text
from provisions.celltypes import constraints as judging
from provisions.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from provisions.model import Json

_OF_EVERY_TYPE = ("required", "unique", "enum")
_KEYS = {"name", "type", "format", "title", "description", "example", "constraints", "missingValues", "rdfType"}
_TYPE_KEYS = {key for _, keys, _ in TYPES.values() for key in keys} | {"categories", "categoriesOrdered"}
_CONSTRAINTS = {name for _, _, names in TYPES.values() for name in names} | set(_OF_EVERY_TYPE)
_KEPT = 100_000


@dataclass(frozen=True)
class Problem:
    """What is wrong with a cell: the keyword that fails, and what to say."""

    keyword: str
    message: str
    hint: str = ""


@dataclass(frozen=True)
class Field:
    """A field. `judged` are the constraints that reading a cell judges; `schema` says others of its canonical text.

    That it is `required` or `unique` is for the schema of the table to say.
    """

    name: str
    type: CellType
    missing: frozenset[str]
    required: bool
    unique: bool
    schema: Json
    judged: tuple[judging.Judge, ...]
    _known: dict[str, tuple[str | None, tuple[Problem, ...]]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def plain(self) -> bool:
        """Whether the engine can judge its cells as they stand in the file."""
        return self.type.plain and self.missing == {""} and not self.judged

    @property
    def compares_texts(self) -> bool:
        """Whether its constraints compare canonical texts, so that two forms of one value must not differ."""
        return self.type.kind == "string" and any(key == "enum" or key[:6] == "format" != key for key in self.schema)

    def read(self, cell: Any) -> tuple[str | None, tuple[Problem, ...]]:
        """The canonical text of a cell – a text, or a JSON value – and what is wrong with it; None where it holds nothing."""
        if not isinstance(cell, str):
            return self._read(cell)
        known = self._known.get(cell)
        if known is None:
            known = self._read(cell)
            if len(self._known) < _KEPT:
                self._known[cell] = known
        return known

    def _read(self, cell: Any) -> tuple[str | None, tuple[Problem, ...]]:
        if cell is None or (cell if isinstance(cell, str) else json_text(cell)) in self.missing:
            return None, ()
        try:
            value = self.type.read(cell) if isinstance(cell, str) else self.type.take(cell)
            text = self.type.write(value)
            broken = [judge for judge in self.judged if text is not None and not judge.keeps(value)]
        except (ValueError, ArithmeticError, RecursionError):
            whole = self.type.kind == "string" or re.fullmatch("[+-]?[0-9]+", str(cell))
            keyword = "format" if self.type.format and whole else "type"
            return None, (Problem(keyword, f"“{{value}}” is not {self.type.expected}."),)
        hint = str(self.schema.get("description", ""))
        return text, tuple(Problem(judge.keyword, judge.message, hint) for judge in broken)


def read_field(table: str, given: Any, missing: Any) -> Field:
    """A field of a Table Schema; `missing` are the missing values of the schema. Raises `SchemaError`."""
    if not isinstance(given, dict) or not isinstance(given.get("name"), str):
        raise SchemaError(f"Table Schema of {table}: each field must be an object with a `name`.")
    name, kind = given["name"], given.get("type", "string")
    where = f"Table Schema of {table}, field {name!r}"
    cells = cell_type(given, where)
    _, keys, own = TYPES[kind]
    categories = ("categories", "categoriesOrdered") if kind in ("string", "integer") else ()
    for key in sorted(set(given) & ((_TYPE_KEYS | _CONSTRAINTS) - {*keys, *categories})):
        hint = "it belongs into `constraints`" if key in _CONSTRAINTS else f"the type {kind!r} has none"
        raise SchemaError(f"{where}: the property {key!r} is not supported here: {hint}.")
    limits = given.get("constraints", {})
    if not isinstance(limits, dict):
        raise SchemaError(f"{where}: `constraints` must be an object.")
    for keyword in limits:
        if keyword not in (*own, *_OF_EVERY_TYPE):
            raise SchemaError(f"{where}: the constraint {keyword!r} is not supported for the type {kind!r}.")
    spec: Json = {"type": cells.kind} | ({"format": cells.format} if cells.format else {})
    judged = []
    for keyword, value in limits.items():
        if keyword in BOUNDS and kind == "duration":
            judged.append(judging.bound(keyword, cells.value(value, f"{where}, {keyword}")))
        elif keyword in BOUNDS:
            spec |= _bound(keyword, value, cells, where)
        elif keyword in ("minLength", "maxLength"):
            limit = _count(value, f"{where}, {keyword}")
            if kind == "string":
                spec[keyword] = limit
            else:
                judged.append(judging.size(keyword, limit, name))
        elif keyword == "pattern":
            if not isinstance(value, str):
                raise SchemaError(f"{where}: `pattern` must be a text.")
            spec["pattern"] = f"^(?:{value})$"
        elif keyword == "jsonSchema":
            judged.append(judging.json_schema(value, where, name))
    if (members := _members(given, limits, cells, where)) is not None:
        spec["enum"] = members
    return Field(
        name=name,
        type=cells,
        missing=read_missing(given.get("missingValues", missing), where),
        required=_flag(limits, "required", where),
        unique=_flag(limits, "unique", where),
        schema=spec | {key: given[key] for key in ("title", "description") if key in given},
        judged=tuple(judged),
    )


def read_missing(given: Any, where: str) -> frozenset[str]:
    """The texts that stand for nothing, from a list of texts or of objects with `value`. Raises `SchemaError`."""
    items = given if isinstance(given, list) else [None]
    values = [item.get("value") if isinstance(item, dict) else item for item in items]
    texts = [value for value in values if isinstance(value, str)]
    if len(texts) < len(values):
        raise SchemaError(f"{where}: `missingValues` must be a list of texts, or of objects with a text `value`.")
    return frozenset(texts)


def _members(given: Json, limits: Json, cells: CellType, where: str) -> list[Any] | None:
    """The values that are allowed, as canonical text or numbers: of `enum`, which must be among the `categories`."""
    lists = {}
    for keyword, values in (("categories", given.get("categories")), ("enum", limits.get("enum"))):
        if values is None:
            continue
        if not isinstance(values, list):
            raise SchemaError(f"{where}: `{keyword}` must be a list.")
        if keyword == "categories":
            values = [value.get("value") if isinstance(value, dict) else value for value in values]
        texts = [cells.write(cells.value(value, f"{where}, {keyword}")) for value in values]
        lists[keyword] = [_to_json(text, cells) for text in texts if text is not None]
    if "categories" in lists and (extra := _beyond(lists.get("enum", ()), lists["categories"])):
        raise SchemaError(f"{where}: {json_text(extra[0])} stands in `enum` but is none of the `categories`.")
    _flag(given, "categoriesOrdered", where)
    return lists.get("enum", lists.get("categories"))


def _beyond(values: Iterable[Any], known: list[Any]) -> list[Any]:
    return [value for value in values if value not in known]


def _bound(keyword: str, value: Any, cells: CellType, where: str) -> Json:
    text = cells.write(cells.value(value, f"{where}, {keyword}"))
    if text is None or text.endswith("1e999"):
        raise SchemaError(f"{where}: the {keyword} {json_text(value)} is not finite.")
    if cells.kind == "string":
        return {f"format{keyword[0].upper()}{keyword[1:]}": text}
    return {keyword: _to_json(text, cells)}


def _to_json(text: str, cells: CellType) -> Any:
    if cells.kind == "boolean":
        return text == "true"
    if cells.kind in ("integer", "number"):
        return int(text) if text.lstrip("-").isdigit() else float(text)
    return text


def _count(value: Any, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise SchemaError(f"{where}: {json_text(value)} is not a number of characters or items.")
    return value


def _flag(given: Json, name: str, where: str) -> bool:
    value = given.get(name, False)
    if not isinstance(value, bool):
        raise SchemaError(f"{where}: `{name}` must be true or false, not {json_text(value)}.")
    return value
