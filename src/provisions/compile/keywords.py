"""JSON Schema keywords → SQL predicates, one function a keyword. A predicate is true for a bad row, and never NULL.

An instance is a row or one of its cells. An empty cell is an absent property; a filled one has the JSON type of its
column, whatever a schema says. A keyword applies to its own types only, as the specification says. Every keyword is
compiled or refused; none is ignored: those that only describe, and those for lists, which no cell is, are listed here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from provisions.compile.instance import Instance, Violation, is_filled
from provisions.compile.matcher import Matcher
from provisions.compile.pattern import read_pattern
from provisions.compile.shapes import check_shape
from provisions.compile.values import (
    bound,
    compile_const,
    compile_enum,
    compile_format,
    compile_multiple_of,
    compile_pattern,
    compile_type,
    length,
)
from provisions.engines import quote_literal
from provisions.limits import beyond, limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from provisions.model import Json, Table

# They describe, or say only where something is; so does whatever begins with `x-`.
ANNOTATIONS = {
    *("$schema", "$id", "$anchor", "$dynamicAnchor", "$defs", "definitions", "$comment", "title", "description"),
    *("examples", "default", "deprecated", "readOnly", "writeOnly", "contentMediaType", "contentEncoding"),
    "contentSchema",
}
# They judge lists alone, and neither a row nor a cell is one.
FOR_LISTS = {
    *("items", "prefixItems", "contains", "minContains", "maxContains", "minItems", "maxItems", "uniqueItems"),
    "unevaluatedItems",
}


def violations(schema: Any, instance: Instance) -> list[Violation]:
    """All ways in which the instance can fail the schema. Raises `SchemaError` for a keyword that is not supported."""
    if schema is True:
        return []
    if schema is False:
        if instance.is_row:
            return [Violation("false", None, "TRUE", "The schema allows no row here.")]
        there = is_filled(instance.column, instance.table) if instance.column else "TRUE"
        return [Violation("false", instance.column, there, f"`{instance.column}` must be empty.")]
    if not isinstance(schema, dict):
        instance.refuse(f"a schema must be an object or a boolean, not {schema!r}")
    instance = instance.begin(schema)
    found = []
    for keyword, value in schema.items():
        if keyword in ANNOTATIONS or keyword in FOR_LISTS or keyword.startswith("x-"):
            continue
        if keyword not in _BOTH and keyword not in _CELL and keyword not in _ROW and keyword not in ("then", "else"):
            instance.refuse(f"the keyword {keyword!r} is not supported")
        check_shape(keyword, value, instance)
        compiler = _BOTH.get(keyword) or (_ROW if instance.is_row else _CELL).get(keyword)
        if compiler:  # `then` and `else` say something only to `if`
            found += compiler(value, schema, instance)
    if sum(len(violation.invalid) for violation in found) > limits().sql_characters:
        instance.refuse(f"it unfolds into too much SQL ({beyond('sql-characters')})")
    return found


def invalid(schema: Any, instance: Instance) -> str:
    """One predicate: the instance fails the schema."""
    return " OR ".join(f"({violation.invalid})" for violation in violations(schema, instance)) or "FALSE"


# Keywords for a row ---------------------------------------------------------------------------------------------------


def _properties(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    return [
        violation
        for column, sub in value.items()
        if column in instance.table.names
        for violation in violations(sub, instance.at(column))
    ]


def _pattern_properties(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    """Which columns a pattern means is known beforehand."""
    found = []
    for pattern, sub in value.items():
        matcher = Matcher(read_pattern(pattern))
        for column in filter(matcher.search, instance.table.names):
            found += violations(sub, instance.at(column))
    return found


def _additional_properties(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    others = [column for column in instance.table.names if not _is_named(column, schema)]
    found = [violation for column in others for violation in violations(value, instance.at(column))]
    return [replace(violation, keyword="additionalProperties") for violation in found] if value is False else found


def _is_named(column: str, schema: Json) -> bool:
    """Whether `properties` or `patternProperties` of the schema mean the column."""
    return column in schema.get("properties", {}) or any(
        Matcher(read_pattern(pattern)).search(column) for pattern in schema.get("patternProperties", {})
    )


def _unevaluated_properties(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    """The schema is for the filled columns that no other keyword here, or in what applies here, has evaluated."""
    others = {keyword: sub for keyword, sub in schema.items() if keyword != "unevaluatedProperties"}
    found = []
    for column in instance.table.names:
        seen = _evaluated(others, column, instance)
        wrong = "FALSE" if seen == "TRUE" else invalid(value, instance.at(column))
        if wrong != "FALSE":
            message = f"`{column}` is filled, but nothing that applies to this row knows it."
            predicate = f"{is_filled(column, instance.table)} AND NOT ({seen}) AND ({wrong})"
            found.append(Violation("unevaluatedProperties", column, predicate, message))
    return found


def _evaluated(schema: Any, column: str, instance: Instance) -> str:
    """SQL: a filled column is evaluated by the schema, in a row that satisfies it."""
    if not isinstance(schema, dict):
        return "FALSE"
    instance = instance.begin(schema)
    if {"additionalProperties", "unevaluatedProperties"} & set(schema) or _is_named(column, schema):
        return "TRUE"
    applied = [("TRUE", sub) for sub in schema.get("allOf", ())]
    applied += [(_valid(sub, instance), sub) for sub in (*schema.get("anyOf", ()), *schema.get("oneOf", ()))]
    if "if" in schema:
        holds = _valid(schema["if"], instance)
        applied += [(holds, schema["if"]), (holds, schema.get("then")), (f"NOT ({holds})", schema.get("else"))]
    for keyword in ("dependencies", "dependentSchemas"):
        causes = {cause: sub for cause, sub in schema.get(keyword, {}).items() if cause in instance.table.names}
        applied += [(is_filled(cause, instance.table), sub) for cause, sub in causes.items()]
    terms = [(condition, _evaluated(sub, column, instance)) for condition, sub in applied]
    if "$ref" in schema:
        target, inside = _follow(schema["$ref"], instance)
        terms.append(("TRUE", _evaluated(target, column, inside)))
    if ("TRUE", "TRUE") in terms:
        return "TRUE"
    return " OR ".join(f"({condition} AND ({term}))" for condition, term in terms if term != "FALSE") or "FALSE"


def _valid(schema: Any, instance: Instance) -> str:
    return f"NOT ({invalid(schema, instance)})"


def _property_names(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    """The names of filled columns are texts that satisfy the schema."""
    found = []
    for column in instance.table.names:
        wrong = invalid(value, replace(instance, name=column, trail=()))
        if wrong != "FALSE":
            message = f"`{column}` is filled, but the schema allows no column of that name."
            filled = is_filled(column, instance.table)
            found.append(Violation("propertyNames", column, f"{filled} AND ({wrong})", message))
    return found


def _required(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    return [
        Violation(
            "required",
            column,
            f"NOT {is_filled(column, instance.table)}",
            f"`{column}` is empty.",
            _describe(instance.table, column),
        )
        for column in value
    ]


def _dependent_required(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    return [
        Violation(
            "dependentRequired",
            other,
            f"{is_filled(column, instance.table)} AND NOT {is_filled(other, instance.table)}",
            f"`{column}` is filled, so `{other}` must be filled too.",
            _describe(instance.table, other),
        )
        for column, needed in value.items()
        if column in instance.table.names
        for other in needed
    ]


def _dependent_schemas(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    return [
        violation
        for column, sub in value.items()
        if column in instance.table.names
        for violation in _only_if(is_filled(column, instance.table), violations(sub, instance))
    ]


def _dependencies(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    """What `dependentRequired` and `dependentSchemas` were before 2019-09."""
    names = {column: needed for column, needed in value.items() if isinstance(needed, list)}
    schemas = {column: sub for column, sub in value.items() if not isinstance(sub, list)}
    return _dependent_required(names, schema, instance) + _dependent_schemas(schemas, schema, instance)


def _min_properties(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    message = f"Fewer than {int(value)} cells are filled."
    return [Violation("minProperties", None, f"{_count(instance)} < {int(value)}", message)]


def _max_properties(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    message = f"More than {int(value)} cells are filled."
    return [Violation("maxProperties", None, f"{_count(instance)} > {int(value)}", message)]


def _count(instance: Instance) -> str:
    return " + ".join(f"CASE WHEN {is_filled(name, instance.table)} THEN 1 ELSE 0 END" for name in instance.table.names)


def _describe(table: Table, column: str) -> str:
    """What the column holds, as a hint; nothing where the schema does not say."""
    return str(table.column(column).schema.get("description", "")) if column in table.names else ""


# Keywords for both ----------------------------------------------------------------------------------------------------


def _all_of(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    return [violation for sub in value for violation in violations(sub, instance)]


def _any_of(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    wrong = " AND ".join(f"({invalid(sub, instance)})" for sub in value)
    return [Violation("anyOf", instance.column, wrong, _alternatives("At least one", value))]


def _one_of(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    count = " + ".join(f"CASE WHEN {invalid(sub, instance)} THEN 0 ELSE 1 END" for sub in value)
    wrong = f"{_present(instance)}({count}) <> 1"
    return [Violation("oneOf", instance.column, wrong, _alternatives("Exactly one", value))]


def _not(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    wrong = f"{_present(instance)}NOT ({invalid(value, instance)})"
    return [Violation("not", instance.column, wrong, "What stands here is excluded.")]


def _present(instance: Instance) -> str:
    """A condition to put before those that would be true of an empty cell."""
    return "" if instance.is_row else f"{instance.cell} IS NOT NULL AND "


def _if(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    fails = invalid(value, instance)
    then = _only_if(f"NOT ({fails})", violations(schema.get("then", True), instance))
    return then + _only_if(fails, violations(schema.get("else", True), instance))


def _ref(value: Any, schema: Json, instance: Instance) -> list[Violation]:
    return violations(*_follow(value, instance))


def _follow(reference: Any, instance: Instance) -> tuple[Any, Instance]:
    """The schema a reference means, and the same instance there. Raises `SchemaError` for one that never ends."""
    target, base = instance.scope.document.resolve(reference, instance.base)
    if isinstance(target, dict) and id(target) in instance.trail:
        instance.refuse(f"the reference {reference!r} leads back to itself")
    return target, replace(instance, base=base, trail=(*instance.trail, id(target)))


def _only_if(condition: str, found: list[Violation]) -> list[Violation]:
    return [replace(violation, invalid=f"({condition}) AND ({violation.invalid})") for violation in found]


def _alternatives(quantity: str, subs: Any) -> str:
    columns = [sub["required"] for sub in subs if isinstance(sub, dict) and set(sub) == {"required"}]
    if len(columns) == len(subs):
        return f"{quantity} of {', '.join(' + '.join(f'`{c}`' for c in names) for names in columns)} must be filled."
    return f"{quantity} of {len(subs)} alternatives must hold."


def _format_bound(keyword: str, sign: str, word: str) -> Callable[[Any, Json, Instance], list[Violation]]:
    """A bound on texts that sort as what they stand for, such as dates: `formatMinimum` and its three kin."""

    def compile_bound(value: Any, schema: Json, instance: Instance) -> list[Violation]:
        wrong = f"COALESCE({instance.cell} {sign} {quote_literal(value)}, FALSE)"
        return [Violation(keyword, instance.column, wrong, f"{{value}} is {word} {value}.", expected=(value,))]

    return compile_bound


_ROW: dict[str, Callable[[Any, Json, Instance], list[Violation]]] = {
    "properties": _properties,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional_properties,
    "unevaluatedProperties": _unevaluated_properties,
    "propertyNames": _property_names,
    "required": _required,
    "dependentRequired": _dependent_required,
    "dependentSchemas": _dependent_schemas,
    "dependencies": _dependencies,
    "minProperties": _min_properties,
    "maxProperties": _max_properties,
}
_CELL: dict[str, Callable[[Any, Json, Instance], list[Violation]]] = {
    "pattern": compile_pattern,
    "minLength": length("minLength", "<", "shorter"),
    "maxLength": length("maxLength", ">", "longer"),
    "minimum": bound("minimum", "<", "less than"),
    "maximum": bound("maximum", ">", "more than"),
    "exclusiveMinimum": bound("exclusiveMinimum", "<=", "not more than"),
    "exclusiveMaximum": bound("exclusiveMaximum", ">=", "not less than"),
    "multipleOf": compile_multiple_of,
    "format": compile_format,
    "formatMinimum": _format_bound("minimum", "<", "before"),
    "formatMaximum": _format_bound("maximum", ">", "after"),
    "formatExclusiveMinimum": _format_bound("exclusiveMinimum", "<=", "not after"),
    "formatExclusiveMaximum": _format_bound("exclusiveMaximum", ">=", "not before"),
}
_BOTH: dict[str, Callable[[Any, Json, Instance], list[Violation]]] = {
    "type": compile_type,
    "enum": compile_enum,
    "const": compile_const,
    "allOf": _all_of,
    "anyOf": _any_of,
    "oneOf": _one_of,
    "not": _not,
    "if": _if,
    "$ref": _ref,
}
