"""JSON Schema keywords → SQL predicates, one function a keyword. A predicate is true for a bad row, and never NULL.

An instance is a row or one of its cells. An empty cell is an absent property; a filled one is a string, a number, an
integer or a boolean by the type of its column. Every keyword is compiled or refused; none is ignored.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from provisions.compile.pattern import translate
from provisions.engines import quote_identifier, quote_literal
from provisions.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Callable

    from provisions.model import Json, Table

ANNOTATIONS = {
    *("$schema", "$id", "$defs", "$comment", "title", "description", "examples", "default", "deprecated", "readOnly"),
    *("writeOnly", "x-table", "x-enum", "contentMediaType", "contentEncoding"),
}
_TYPE_SHAPES = {"integer": r"\A[+-]?[0-9]+\z", "number": r"\A[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?\z"}
_URI = r"\A[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*\z"
_FORMATS = {
    "edtf": ("is_edtf({})", "a date: write YYYY, YYYY-MM or YYYY-MM-DD"),
    "date": ("is_date({})", "a date: write YYYY-MM-DD"),
    "uri": (f"matches({{}}, {quote_literal(_URI)})", "a URI: write it whole, percent-encoding what is not ASCII"),
}


@dataclass(frozen=True)
class Violation:
    """A keyword that fails: where, when (SQL), and what to tell."""

    keyword: str
    column: str | None
    invalid: str
    message: str
    hint: str = ""
    expected: tuple[str, ...] = ()


@dataclass(frozen=True)
class Instance:
    """What a schema is applied to: a row of the table (`column` is None) or the cell of one column."""

    table: Table
    column: str | None = None

    @property
    def cell(self) -> str:
        """The cell’s text, as SQL."""
        return quote_identifier(self.column or "")

    @property
    def type(self) -> str:
        """The JSON type of the instance when it is present."""
        return self.table.column(self.column).type if self.column else "object"


def violations(schema: Any, instance: Instance) -> list[Violation]:
    """All ways in which the instance can fail the schema. Raises `SchemaError` for a keyword that is not supported."""
    if schema is True:
        return []
    if schema is False:
        present = f"{instance.cell} IS NOT NULL" if instance.column else "TRUE"
        return [Violation("false", instance.column, present, f"`{instance.column}` must be empty.")]
    if not isinstance(schema, dict):
        raise SchemaError(f"schema of {instance.table.name}: a schema must be an object or a boolean, not {schema!r}.")
    found = []
    for keyword, value in schema.items():
        if keyword in ANNOTATIONS or keyword in ("then", "else"):  # these two say something only to `if`
            continue
        compiler = (_CELL if instance.column else _ROW).get(keyword) or _BOTH.get(keyword)
        if compiler is None:
            raise SchemaError(
                f"schema of {instance.table.name}: the keyword {keyword!r} is not supported for {_place(instance)}."
            )
        found += compiler(value, schema, instance)
    return found


def invalid(schema: Any, instance: Instance) -> str:
    """One predicate: the instance fails the schema."""
    return " OR ".join(f"({violation.invalid})" for violation in violations(schema, instance)) or "FALSE"


def _place(instance: Instance) -> str:
    return f"the column {instance.column!r}" if instance.column else "a row"


def _cell_violation(keyword: str, instance: Instance, invalid: str, message: str, **more: Any) -> list[Violation]:
    return [Violation(keyword, instance.column, f"COALESCE({invalid}, FALSE)", message, **more)]


# Keywords for a row ---------------------------------------------------------------------------------------------------


def _row_type(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    if value != "object":
        raise SchemaError(f"schema of {instance.table.name}: a row is an object, so its type cannot be {value!r}.")
    return []


def _properties(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    found = []
    for column, spec in value.items():
        if column in instance.table.names:
            found += violations(spec, replace(instance, column=column))
    return found


def _required(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    found = []
    for column in value:
        empty = f"{quote_identifier(column)} IS NULL" if column in instance.table.names else "TRUE"
        found.append(Violation("required", column, empty, f"`{column}` is empty.", _describe(instance.table, column)))
    return found


def _dependent_required(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    found = []
    for column, needed in value.items():
        if column not in instance.table.names:
            continue
        for other in needed:
            missing = f"{quote_identifier(other)} IS NULL" if other in instance.table.names else "TRUE"
            found.append(
                Violation(
                    "dependentRequired",
                    other,
                    f"{quote_identifier(column)} IS NOT NULL AND {missing}",
                    f"`{column}` is filled, so `{other}` must be filled too.",
                    _describe(instance.table, other),
                )
            )
    return found


def _dependent_schemas(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    found = []
    for column, sub in value.items():
        if column in instance.table.names:
            found += _only_if(f"{quote_identifier(column)} IS NOT NULL", violations(sub, instance))
    return found


def _additional_properties(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    """Columns are those of the header, which must be those of the schema: nothing is left to check on the rows."""
    extra = [name for name in instance.table.names if name not in schema.get("properties", {})]
    if extra and value is not True:
        raise SchemaError(
            f"schema of {instance.table.name}: `additionalProperties` is supported beside all `properties` only."
        )
    return []


def _min_properties(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    return [
        Violation("minProperties", None, f"{_filled(instance)} < {int(value)}", f"Fewer than {value} cells are filled.")
    ]


def _max_properties(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    return [
        Violation("maxProperties", None, f"{_filled(instance)} > {int(value)}", f"More than {value} cells are filled.")
    ]


def _filled(instance: Instance) -> str:
    return " + ".join(f"CASE WHEN {quote_identifier(name)} IS NULL THEN 0 ELSE 1 END" for name in instance.table.names)


def _describe(table: Table, column: str) -> str:
    """What the column holds, as a hint; nothing where the schema does not say."""
    return str(table.column(column).schema.get("description", "")) if column in table.names else ""


# Keywords for a cell --------------------------------------------------------------------------------------------------


def _cell_type(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    if value != instance.type:
        raise SchemaError(
            f"schema of {instance.table.name}: the type {value!r} inside another schema of {_place(instance)} is not supported."
        )
    if value == "string":
        return []
    wrong = (
        "as_boolean({0}) IS NULL" if value == "boolean" else f"NOT matches({{0}}, {quote_literal(_TYPE_SHAPES[value])})"
    )
    filled = f"{instance.cell} IS NOT NULL AND {wrong.format(instance.cell)}"
    kind = {"integer": "a whole number", "number": "a number", "boolean": "true or false"}[value]
    return _cell_violation("type", instance, filled, f"“{{value}}” is not {kind}.")


def _enum(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    """The list is compared without `IN`: on DuckDB a long `IN` becomes a join, which loses the order of rows."""
    members = [
        member
        for member in value
        if _json_type(member) == instance.type or (instance.type == "number" and _json_type(member) == "integer")
    ]
    typed = {"string": "{}", "integer": "as_integer({})", "number": "as_number({})", "boolean": "as_boolean({})"}[
        instance.type
    ]
    cell = typed.format(instance.cell)
    matches = " OR ".join(f"{cell} = {_literal(member)}" for member in members) or "FALSE"
    expected = tuple(str(member) for member in members)
    message = f"“{{value}}” is not one of the values of `{instance.column}`."
    hint = f"Write one of: {', '.join(expected[:12])}{', …' if len(expected) > 12 else ''}."
    return _cell_violation(
        "enum",
        instance,
        f"{instance.cell} IS NOT NULL AND NOT COALESCE({matches}, FALSE)",
        message,
        hint=hint,
        expected=expected,
    )


def _const(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    return [replace(violation, keyword="const") for violation in _enum([value], schema, instance)]


def _pattern(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    if instance.type != "string":
        return []
    wrong = f"NOT matches({instance.cell}, {quote_literal(translate(value))})"
    message = f"“{{value}}” does not have the form of `{instance.column}`."
    example = schema.get("examples", [None])[0]
    hint = f"It must match {value}" + (f", as “{example}” does." if example is not None else ".")
    return _cell_violation("pattern", instance, wrong, message, hint=hint, expected=(value,))


def _length(keyword: str, sign: str, word: str) -> Callable[[Any, Json, Instance], list[Violation]]:
    def compile_length(value: Any, schema: Json, instance: Instance) -> list[Violation]:
        if instance.type != "string":
            return []
        wrong = f"code_points({instance.cell}) {sign} {int(value)}"
        return _cell_violation(keyword, instance, wrong, f"`{instance.column}` is {word} than {value} characters.")

    return compile_length


def _bound(keyword: str, sign: str, word: str) -> Callable[[Any, Json, Instance], list[Violation]]:
    def compile_bound(value: Any, schema: Json, instance: Instance) -> list[Violation]:
        if instance.type not in ("integer", "number"):
            return []
        cell, bound = instance.cell, _literal(value)
        shape = quote_literal(_TYPE_SHAPES[instance.type])
        wrong = f"matches({cell}, {shape}) AND CASE WHEN as_integer({cell}) IS NULL THEN as_number({cell}) {sign} {bound} ELSE as_integer({cell}) {sign} {bound} END"
        return _cell_violation(keyword, instance, wrong, f"{{value}} is {word} {value}.")

    return compile_bound


def _format(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    if value not in _FORMATS:
        raise SchemaError(
            f"schema of {instance.table.name}: the format {value!r} of {_place(instance)} is not supported."
        )
    if instance.type != "string":
        return []
    right, words = _FORMATS[value]
    return _cell_violation("format", instance, f"NOT {right.format(instance.cell)}", f"“{{value}}” is not {words}.")


def _format_bound(keyword: str, sign: str, word: str) -> Callable[[Any, Json, Instance], list[Violation]]:
    """A bound on texts that sort as what they stand for, such as dates: `formatMinimum` and its three kin."""

    def compile_bound(value: Any, schema: Json, instance: Instance) -> list[Violation]:
        wrong = f"{instance.cell} {sign} {quote_literal(str(value))}"
        return _cell_violation(keyword, instance, wrong, f"{{value}} is {word} {value}.")

    return compile_bound


def _json_type(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return {str: "string", int: "integer", float: "number"}.get(type(value), "other")


def _literal(value: Any) -> str:
    if isinstance(value, str):
        return quote_literal(value)
    return str(value).upper() if isinstance(value, bool) else repr(value)


# Keywords for both ----------------------------------------------------------------------------------------------------


def _all_of(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    return [violation for sub in value for violation in violations(sub, instance)]


def _any_of(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    wrong = " AND ".join(f"({invalid(sub, instance)})" for sub in value)
    return [Violation("anyOf", instance.column, wrong, _alternatives("At least one", value))]


def _one_of(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    count = " + ".join(f"CASE WHEN {invalid(sub, instance)} THEN 0 ELSE 1 END" for sub in value)
    return [Violation("oneOf", instance.column, f"({count}) <> 1", _alternatives("Exactly one", value))]


def _not(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    absent = f" AND {instance.cell} IS NOT NULL" if instance.column else ""
    return [
        Violation("not", instance.column, f"NOT ({invalid(value, instance)}){absent}", "What stands here is excluded.")
    ]


def _if(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    fails = invalid(value, instance)
    then = _only_if(f"NOT ({fails})", violations(schema.get("then", True), instance))
    return then + _only_if(fails, violations(schema.get("else", True), instance))


def _ref(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    target = instance.table.schema
    if not str(value).startswith("#/$defs/") or value.removeprefix("#/$defs/") not in target.get("$defs", {}):
        raise SchemaError(
            f"schema of {instance.table.name}: the reference {value!r} is not supported; only #/$defs/NAME is."
        )
    sub = target["$defs"][value.removeprefix("#/$defs/")]
    try:
        return violations(sub, instance)
    except RecursionError as error:
        raise SchemaError(f"schema of {instance.table.name}: the reference {value!r} leads back to itself.") from error


def _only_if(condition: str, found: list[Violation]) -> list[Violation]:
    return [replace(violation, invalid=f"({condition}) AND ({violation.invalid})") for violation in found]


def _alternatives(quantity: str, subs: Any) -> str:
    columns = [sub["required"] for sub in subs if isinstance(sub, dict) and set(sub) == {"required"}]
    if len(columns) == len(subs):
        return f"{quantity} of {', '.join(' + '.join(f'`{c}`' for c in names) for names in columns)} must be filled."
    return f"{quantity} of {len(subs)} alternatives must hold."


_ROW: dict[str, Callable[[Any, Json, Instance], list[Violation]]] = {
    "type": _row_type,
    "properties": _properties,
    "required": _required,
    "dependentRequired": _dependent_required,
    "dependentSchemas": _dependent_schemas,
    "additionalProperties": _additional_properties,
    "minProperties": _min_properties,
    "maxProperties": _max_properties,
}
_CELL: dict[str, Callable[[Any, Json, Instance], list[Violation]]] = {
    "type": _cell_type,
    "enum": _enum,
    "const": _const,
    "pattern": _pattern,
    "minLength": _length("minLength", "<", "shorter"),
    "maxLength": _length("maxLength", ">", "longer"),
    "minimum": _bound("minimum", "<", "less than"),
    "maximum": _bound("maximum", ">", "more than"),
    "exclusiveMinimum": _bound("exclusiveMinimum", "<=", "not more than"),
    "exclusiveMaximum": _bound("exclusiveMaximum", ">=", "not less than"),
    "format": _format,
    "formatMinimum": _format_bound("minimum", "<", "before"),
    "formatMaximum": _format_bound("maximum", ">", "after"),
    "formatExclusiveMinimum": _format_bound("exclusiveMinimum", "<=", "not after"),
    "formatExclusiveMaximum": _format_bound("exclusiveMaximum", ">=", "not before"),
}
_BOTH: dict[str, Callable[[Any, Json, Instance], list[Violation]]] = {
    "allOf": _all_of,
    "anyOf": _any_of,
    "oneOf": _one_of,
    "not": _not,
    "if": _if,
    "$ref": _ref,
}
