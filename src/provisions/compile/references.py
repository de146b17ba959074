"""`$ref` inside one schema document: `$id`, `$anchor` and JSON pointers. Nothing outside the document is fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urldefrag, urljoin

from provisions.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Iterator

# Where schemas stand inside a schema: as the value, as a list, as the values of an object.
ONE = (
    *("items", "contains", "additionalProperties", "propertyNames", "not", "if", "then", "else", "contentSchema"),
    *("unevaluatedItems", "unevaluatedProperties"),
)
LISTED = ("allOf", "anyOf", "oneOf", "prefixItems")
NAMED = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies")
DIALECT = "https://json-schema.org/draft/2020-12/schema"


class Document:
    """A schema with the addresses of all schemas in it. Raises `SchemaError` for an `$id` or `$schema` it cannot mean."""

    def __init__(self, name: str, schema: Any) -> None:
        self.name = name
        self.resources: dict[str, Any] = {"": schema}
        self.anchors: dict[tuple[str, str], Any] = {}
        self._bases: dict[int, str] = {}
        self._add(schema, "")

    def base_of(self, schema: Any, around: str) -> str:
        """The address that references in a schema start from: its own `$id`, or that of what stands around it."""
        return self._bases.get(id(schema), around)

    def resolve(self, reference: Any, base: str) -> tuple[Any, str]:
        """The schema that a reference means, and its own base. Raises `SchemaError` where that is not in the document."""
        address, fragment = urldefrag(_join(base, str(reference)))
        if address in self.resources:
            if fragment == "" or fragment.startswith("/"):
                return self._follow(reference, self.resources[address], address, fragment)
            if (address, unquote(fragment)) in self.anchors:
                return self.anchors[address, unquote(fragment)], address
        raise SchemaError(
            f"schema of {self.name}: the reference {reference!r} leads to no place in the schema itself. "
            "Other documents are not fetched; copy what is needed into `$defs`."
        )

    def _follow(self, reference: Any, schema: Any, base: str, pointer: str) -> tuple[Any, str]:
        for token in pointer.split("/")[1:]:
            key = unquote(token).replace("~1", "/").replace("~0", "~")
            if isinstance(schema, dict) and key in schema:
                schema = schema[key]
            elif isinstance(schema, list) and key.isdecimal() and int(key) < len(schema):
                schema = schema[int(key)]
            else:
                raise SchemaError(
                    f"schema of {self.name}: the reference {reference!r} leads to no place in the schema itself."
                )
            base = self.base_of(schema, base)
        return schema, base

    def _add(self, schema: Any, base: str) -> None:
        if not isinstance(schema, dict):
            return
        if schema.get("$schema", DIALECT) not in (DIALECT, DIALECT + "#"):
            raise SchemaError(
                f"schema of {self.name}: its `$schema` is {schema['$schema']!r}; only {DIALECT} is supported."
            )
        if "$id" in schema:
            base, fragment = urldefrag(_join(base, str(schema["$id"])))
            if fragment or not isinstance(schema["$id"], str):
                raise SchemaError(f"schema of {self.name}: the `$id` {schema['$id']!r} must be an address without `#`.")
            self.resources[base] = schema
        self._bases[id(schema)] = base
        for keyword in ("$anchor", "$dynamicAnchor"):
            if keyword in schema:
                self.anchors[base, str(schema[keyword])] = schema
        for sub in _inside(schema):
            self._add(sub, base)


def _inside(schema: dict[str, Any]) -> Iterator[Any]:
    for keyword, value in schema.items():
        if keyword in ONE:
            yield value
        elif keyword in LISTED and isinstance(value, list):
            yield from value
        elif keyword in NAMED and isinstance(value, dict):
            yield from value.values()


def _join(base: str, reference: str) -> str:
    """RFC 3986 resolution; `urljoin` knows it only for addresses with a path, so a bare fragment is put to its base here."""
    return base + reference if reference.startswith("#") else urljoin(base, reference)
