"""Whatever the bytes, there is a verdict or a message, never a traceback. `make fuzz` looks further."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import write_foreign
from fuzz.targets import TARGETS
from provisions import Report, validate
from provisions.errors import ProvisionsError

CORPUS = sorted((Path(__file__).parent / "fuzz" / "corpus").glob("*/*"))
NAMES = ["name", "type", "format", "fields", "constraints", "pattern", "enum", "required", "primaryKey", "delimiter"]
texts = st.one_of(st.text(max_size=8), st.sampled_from([*NAMES, "string", "integer", "date", "any", "t.csv", "../x", "a{9}{9}", "(a+)+$", "\ud800", "\0"]))  # fmt: skip
numbers = st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.just(10**400))
values: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, texts),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=6,
)
keywords = ["type", "format", "pattern", "enum", "const", "minimum", "maxLength", "multipleOf", "not", "anyOf", "$ref"]
columns = st.dictionaries(st.sampled_from(keywords), values, max_size=3)
fields = st.fixed_dictionaries({"name": st.sampled_from(["a", "b"])}, optional={"type": st.sampled_from(["string", "integer", "date", "list", "geojson", "any"]), "format": values, "constraints": st.dictionaries(st.sampled_from(["required", "pattern", "enum", "minimum", "maxLength"]), values, max_size=2), "missingValues": values})  # fmt: skip
resources = st.fixed_dictionaries({}, optional={"schema": st.one_of(values, st.fixed_dictionaries({"fields": st.lists(fields, max_size=3)}, optional={"primaryKey": values, "foreignKeys": values, "fieldsMatch": values})), "rowSchema": st.one_of(values, st.fixed_dictionaries({"properties": st.dictionaries(st.sampled_from(["a", "b"]), columns, max_size=2)})), "dialect": st.one_of(values, st.dictionaries(st.sampled_from(["delimiter", "quoteChar", "escapeChar", "header", "headerRows", "commentChar", "nullSequence"]), values, max_size=3)), "encoding": values, "compression": values, "format": values, "bytes": values, "hash": values, "path": values, "data": values, "profile": values})  # fmt: skip
contents = st.one_of(st.binary(max_size=40), st.text(st.sampled_from('ab,"\n\r\0é12-'), max_size=40).map(str.encode))


def _judge(folder: Path) -> None:
    with suppress(ProvisionsError):
        assert isinstance(validate(folder), Report)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_corpus(path: Path) -> None:
    TARGETS[path.parent.name](path.read_bytes())


@given(resource=resources, content=contents)
def test_any_resource(resource: dict[str, Any], content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    _judge(write_foreign(tmp_path_factory.mktemp("package"), [resource], {"t0.csv": content}))


@given(content=contents)
def test_any_file(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    schema = {"fields": [{"name": "a"}, {"name": "b", "type": "integer"}], "primaryKey": "a"}
    _judge(write_foreign(tmp_path_factory.mktemp("package"), [{"schema": schema}], {"t0.csv": b"a,b\n" + content}))


@given(descriptor=st.one_of(st.binary(max_size=60), values.map(lambda value: json.dumps(value).encode())))
@pytest.mark.parametrize("name", ["datapackage.json", "datapackage.yaml"])
def test_any_descriptor(name: str, descriptor: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("package")
    (folder / name).write_bytes(descriptor)
    _judge(folder)
