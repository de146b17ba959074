"""The keywords that judge one value by itself → SQL, one function a keyword: they apply no further schema.

A cell that cannot be read as the type of its column is of no JSON type: `type`, `enum` and `const` fail, nothing else does.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from provisions.compile.formats import FORMATS
from provisions.compile.instance import Instance, Violation, cell_of, is_filled
from provisions.compile.matcher import Matcher
from provisions.compile.numeric import (
    compares,
    equals_one_of,
    exactly,
    is_multiple_of,
    is_whole,
    readable,
)
from provisions.compile.pattern import read_pattern
from provisions.compile.portable import translate
from provisions.engines import quote_literal
from provisions.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Callable

    from provisions.model import Json

_KINDS = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
    "object": "an object",
    "array": "a list",
}


_MANY = 1000  # values of a list, from which on it is not written out in SQL


def _violation(keyword: str, instance: Instance, wrong: str, message: str, **more: Any) -> list[Violation]:
    present = f"{instance.cell} IS NOT NULL"
    return [Violation(keyword, instance.column, f"{present} AND COALESCE({wrong}, FALSE)", message, **more)]


def compile_type(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    """A cell has the type of its column, so that only its form is left to judge; a whole number is an integer as well."""
    allowed = {value} if isinstance(value, str) else set(value)
    kinds = " or ".join(_KINDS[kind] for kind in ([value] if isinstance(value, str) else value))
    own = instance.type
    if own == "object":
        message = f"A row is an object, but the schema wants {kinds}."
        return [] if own in allowed else [Violation("type", None, "TRUE", message)]
    if own in allowed or (own == "integer" and "number" in allowed):
        right = readable(instance)
    elif own == "number" and "integer" in allowed:
        right = f"{readable(instance)} AND {is_whole(instance)}"
    else:
        right = "FALSE"
    return [] if right == "TRUE" else _violation("type", instance, f"NOT ({right})", f"“{{value}}” is not {kinds}.")


def compile_enum(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    """The value is one of these, where numbers are equal by value: 1, 1.0 and 1e0 are the same."""
    if instance.is_row:
        rows = " OR ".join(f"({_equals_row(member, instance)})" for member in value if isinstance(member, dict))
        return [Violation("enum", None, f"NOT ({rows or 'FALSE'})", "The row is none of those that the schema lists.")]
    expected = tuple(map(_shown, value))
    return _violation(
        "enum",
        instance,
        f"NOT COALESCE({_equals(value, instance)}, FALSE)",
        f"“{{value}}” is not one of the values of `{instance.column}`.",
        hint=f"Write one of: {', '.join(expected[:12])}{', …' if len(expected) > 12 else ''}." if expected else "",
        expected=expected,
    )


def _equals(members: list[Any], instance: Instance) -> str:
    """The list is compared without `IN`: on DuckDB a long `IN` becomes a join, which loses the order of rows.

    A very long one would take engines minutes to plan; it is looked up in Python.
    """
    if instance.type in ("integer", "number"):
        numbers = [exactly(member, instance) for member in members if _json_type(member) == "number"]
        return equals_one_of(instance, numbers) if numbers else "FALSE"
    same = [member for member in members if _json_type(member) == instance.type]
    if len(same) > _MANY and instance.type == "string":
        digest = hashlib.sha256(json.dumps(same).encode()).hexdigest()
        return instance.atom(f"one of {digest}", "TRUE", set(same).__contains__)
    if instance.type == "null":
        return "TRUE" if same else "FALSE"
    typed = f"as_boolean({instance.cell})" if instance.type == "boolean" else instance.cell
    return " OR ".join(f"{typed} = {_literal(member)}" for member in same) or "FALSE"


def _equals_row(member: Json, instance: Instance) -> str:
    """The row has exactly these cells, with these values."""
    if not set(member) <= set(instance.table.names):
        return "FALSE"
    return " AND ".join(
        f"COALESCE({_equals([member[name]], instance.at(name))}, FALSE) AND {cell_of(name)} IS NOT NULL"
        if name in member
        else f"NOT {is_filled(name, instance.table)}"
        for name in instance.table.names
    )


def compile_const(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    """The value is this one."""
    return [
        Violation("const", found.column, found.invalid, found.message, found.hint, found.expected)
        for found in compile_enum([value], schema, instance)
    ]


def compile_pattern(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    """The text matches a pattern of ECMA-262: in SQL where engines can, in Python where they cannot."""
    try:
        pattern = read_pattern(value)
        translated = translate(pattern)
        matcher = Matcher(pattern)
    except SchemaError as error:
        raise SchemaError(f"schema of {instance.table.name}, {instance.place}: {error}") from error
    if instance.type != "string":
        return []
    if translated is None:
        wrong = instance.atom(f"does not match {value}", "TRUE", lambda text: not matcher.search(text))
    else:
        wrong = f"NOT matches({instance.cell}, {quote_literal(translated)})"
    message = f"“{{value}}” does not have the form of `{instance.column}`."
    example = (schema.get("examples") or [None])[0]
    hint = f"It must match {value}" + (f", as “{example}” does." if example is not None else ".")
    return _violation("pattern", instance, wrong, message, hint=hint, expected=(value,))


def length(keyword: str, sign: str, word: str) -> Callable[[Any, Json, Instance], list[Violation]]:
    """`minLength` or `maxLength`: the text has that many characters, counted as code points."""

    def compile_length(value: Any, schema: Json, instance: Instance) -> list[Violation]:
        if instance.type != "string":
            return []
        wrong = f"code_points({instance.cell}) {sign} {int(value)}"
        return _violation(keyword, instance, wrong, f"`{instance.column}` is {word} than {int(value)} characters.")

    return compile_length


def bound(keyword: str, sign: str, word: str) -> Callable[[Any, Json, Instance], list[Violation]]:
    """`minimum` and its like: a number that compares so with the bound is wrong."""

    def compile_bound(value: Any, schema: Json, instance: Instance) -> list[Violation]:
        if instance.type not in ("integer", "number"):
            return []
        wrong = compares(instance, sign, exactly(value, instance))
        return _violation(keyword, instance, wrong, f"{{value}} is {word} {value}.")

    return compile_bound


def compile_multiple_of(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    """The number is a whole multiple of this one."""
    if instance.type not in ("integer", "number"):
        return []
    wrong = f"NOT ({is_multiple_of(instance, exactly(value, instance))})"
    return _violation("multipleOf", instance, wrong, f"{{value}} is not a multiple of {value}.")


def compile_format(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    """The text has a format; formats assert here, and one that is not known is refused."""
    if value not in FORMATS:
        instance.refuse(f"the format {value!r} is not supported")
    known, judge = FORMATS[value], FORMATS[value].judge
    if instance.type != known.kind:
        return []
    wrong = f"{readable(instance)} AND NOT ({known.right.format(instance.cell)})"
    if judge:
        asked = known.judged.format(instance.cell)
        wrong += f" OR {instance.atom(f'is no {value}', asked, lambda text: not judge(text))}"
    return _violation("format", instance, wrong, f"“{{value}}” is not {known.words}.")


def _json_type(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if value is None:
        return "null"
    return {str: "string", int: "number", float: "number"}.get(type(value), "other")


def _literal(value: str | bool) -> str:
    return str(value).upper() if isinstance(value, bool) else quote_literal(value)


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
