"""What the value of each keyword must be, so that a schema that says nonsense is refused and never half understood."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from provisions.compile.instance import Instance

TYPES = ("string", "integer", "number", "boolean", "null", "object", "array")


def check_shape(keyword: str, value: Any, instance: Instance) -> None:
    """Raises `SchemaError` where the value of a keyword is not what the specification demands."""
    test, words = _SHAPES[keyword]
    if not test(value):
        instance.refuse(f"the value of {keyword!r} must be {words}, not {value!r}")


def _is_schema(value: Any) -> bool:
    return isinstance(value, (dict, bool))


def _are_schemas(value: Any) -> bool:
    return isinstance(value, list) and value != [] and all(map(_is_schema, value))


def _are_named_schemas(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_is_schema, value.values()))


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value) and len(set(value)) == len(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_count(value: Any) -> bool:
    return _is_number(value) and value >= 0 and value == int(value)


def _are_types(value: Any) -> bool:
    return value in TYPES if isinstance(value, str) else _are_names(value) and value != [] and set(value) <= set(TYPES)


_SCHEMA = (_is_schema, "a schema")
_SCHEMAS = (_are_schemas, "a list of schemas")
_NAMED = (_are_named_schemas, "an object of schemas")
_NAMES = (_are_names, "a list of different names")
_TEXT = (lambda value: isinstance(value, str), "a text")
_COUNT = (_is_count, "a whole number from 0")
_NUMBER = (_is_number, "a number")
_SHAPES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "type": (_are_types, f"one of {', '.join(TYPES)}, or a list of them"),
    "enum": (lambda value: isinstance(value, list), "a list"),
    "const": (lambda _: True, "any value"),
    **dict.fromkeys(("pattern", "format", "$ref"), _TEXT),
    **dict.fromkeys(("formatMinimum", "formatMaximum", "formatExclusiveMinimum", "formatExclusiveMaximum"), _TEXT),
    **dict.fromkeys(("minLength", "maxLength", "minProperties", "maxProperties"), _COUNT),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _NUMBER),
    "multipleOf": (lambda value: _is_number(value) and value > 0, "a number greater than 0"),
    "required": _NAMES,
    "dependentRequired": (
        lambda value: isinstance(value, dict) and all(map(_are_names, value.values())),
        "an object of lists of different names",
    ),
    "dependencies": (
        lambda value: isinstance(value, dict) and all(_is_schema(sub) or _are_names(sub) for sub in value.values()),
        "an object of schemas and lists of different names",
    ),
    **dict.fromkeys(("properties", "patternProperties", "dependentSchemas"), _NAMED),
    **dict.fromkeys(("additionalProperties", "unevaluatedProperties", "propertyNames", "not", "if"), _SCHEMA),
    **dict.fromkeys(("then", "else"), _SCHEMA),
    **dict.fromkeys(("allOf", "anyOf", "oneOf"), _SCHEMAS),
}
