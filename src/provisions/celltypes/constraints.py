"""Constraints that only the logical value of a cell can be judged by: sizes and JSON Schemas of JSON cells, bounds on durations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from provisions.celltypes import durations
from provisions.celltypes.base import json_text, shorten
from provisions.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True)
class Judge:
    """A constraint: its keyword, whether a value keeps it, and what to say of one that does not."""

    keyword: str
    keeps: Callable[[Any], bool]
    message: str


def bound(keyword: str, limit: durations.Duration) -> Judge:
    """A bound on durations. What cannot be compared with it does not keep it."""
    accepted = {"minimum": (0, 1), "maximum": (0, -1), "exclusiveMinimum": (1,), "exclusiveMaximum": (-1,)}[keyword]
    words = {"minimum": "not at least", "maximum": "not at most"} | {
        "exclusiveMinimum": "not longer than",
        "exclusiveMaximum": "not shorter than",
    }
    return Judge(
        keyword,
        lambda value: durations.compare(value, limit) in accepted,
        f"“{{value}}” is {words[keyword]} {durations.write_duration(limit)}.",
    )


def size(keyword: str, limit: int, name: str) -> Judge:
    """How many items or properties a value may have, or characters a text."""
    if keyword == "minLength":
        return Judge(keyword, lambda value: len(value) >= limit, f"`{name}` has fewer than {limit} parts.")
    return Judge(keyword, lambda value: len(value) <= limit, f"`{name}` has more than {limit} parts.")


def json_schema(schema: Any, where: str, name: str) -> Judge:
    """A JSON Schema that the value must satisfy; nothing is fetched. Raises `SchemaError`."""
    from jsonschema import SchemaError as BadSchemaError
    from jsonschema.validators import Draft202012Validator, validator_for
    from referencing import Registry, Resource
    from referencing.exceptions import Unresolvable
    from referencing.jsonschema import DRAFT202012

    if not isinstance(schema, (dict, bool)):
        raise SchemaError(f"{where}: `jsonSchema` must be a JSON Schema, not {json_text(schema)}.")
    references = [reference for reference in _references(schema) if isinstance(reference, str)]
    for reference in references:
        if not reference.startswith("#"):
            raise SchemaError(
                f"{where}: the reference {reference!r} in `jsonSchema` is not supported; nothing is fetched."
            )
    kind = validator_for(schema, default=Draft202012Validator)
    try:
        kind.check_schema(cast("dict[str, Any]", schema))
    except BadSchemaError as error:
        raise SchemaError(f"{where}: `jsonSchema` is not a JSON Schema: {shorten(error.message)}.") from error
    registry: Registry[Any] = Registry()
    resource = Resource.from_contents(schema, default_specification=DRAFT202012) if isinstance(schema, dict) else None
    for reference in references:
        try:
            if resource is not None:
                registry.resolver_with_root(resource).lookup(reference)
        except Unresolvable as error:
            raise SchemaError(f"{where}: the reference {reference!r} in `jsonSchema` leads nowhere.") from error
    validator = kind(schema, registry=registry)
    return Judge("jsonSchema", validator.is_valid, f"“{{value}}” does not satisfy the JSON Schema of `{name}`.")


def _references(schema: Any) -> Iterator[Any]:
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key in ("$ref", "$dynamicRef", "$recursiveRef"):
                yield value
            yield from _references(value)
    elif isinstance(schema, list):
        for item in schema:
            yield from _references(item)
