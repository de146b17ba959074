"""Whatever the bytes, there is a verdict or a message, never a traceback. `make fuzz` looks further."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import write_foreign
from fuzz.targets import TARGETS
from provisions import Report, open_package, validate
from provisions.errors import ProvisionsError
from provisions.package import format_package
from provisions.sheets.reading import read_sheet

CORPUS = sorted((Path(__file__).parent / "fuzz" / "corpus").glob("*/*"))
NAMES = ["name", "type", "format", "fields", "constraints", "pattern", "enum", "required", "primaryKey", "delimiter"]
SHEET = ["treaty", "treaties", "parties", "actions", "provisions", "statements", "sources", "id", "roles", "conditions"]
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


def _tidy(cell: str | None) -> str:
    return unicodedata.normalize("NFC", cell or "").strip()


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


@given(cells=st.lists(st.tuples(st.text(max_size=5), st.text(max_size=5)), max_size=4), newline=st.sampled_from(["\n", "\r\n"]), quoted=st.booleans())  # fmt: skip
def test_fmt_keeps_the_rows_and_settles(
    cells: list[tuple[str, str]], newline: str, quoted: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=newline, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL)
    writer.writerows([("a", "b"), *cells])
    folder = write_foreign(
        tmp_path_factory.mktemp("package"),
        [{"schema": {"fields": [{"name": "a"}, {"name": "b"}]}}],
        {"t0.csv": text.getvalue().encode("utf-8", errors="replace")},
    )
    with open_package(folder) as package:
        before, rows = package.validate(), package.rows("t0")
    with suppress(ProvisionsError):  # it touches no file that it cannot read without loss
        format_package(folder)
        assert format_package(folder, dry_run=True) == {}
    with open_package(folder) as package:
        tidy = [{name: _tidy(cell) for name, cell in row.items()} for row in rows]
        assert [{name: _tidy(cell) for name, cell in row.items()} for row in package.rows("t0")] == tidy
        assert package.validate().errors <= before.errors


@given(sheet=st.one_of(st.binary(max_size=60), st.dictionaries(st.one_of(texts, st.sampled_from(SHEET)), values, max_size=4).map(lambda value: json.dumps(value).encode())))  # fmt: skip
def test_any_sheet(sheet: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("sheet") / "sheet.yaml"
    path.write_bytes(sheet)
    with suppress(ProvisionsError):
        _, findings = read_sheet(path)
        assert all(finding.line for finding in findings)


@given(descriptor=st.one_of(st.binary(max_size=60), values.map(lambda value: json.dumps(value).encode())))
@pytest.mark.parametrize("name", ["datapackage.json", "datapackage.yaml"])
def test_any_descriptor(name: str, descriptor: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("package")
    (folder / name).write_bytes(descriptor)
    _judge(folder)
