"""Cells in a plain file, judged by SQL, get the verdict of the same cells in any other file, judged one by one in Python."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import pytest

from conftest import write_foreign
from provisions import loading, open_package, validate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOSTILE = "019:-+.TZztWeE@_ \n\r\t'\"é٣２\u200b\x7f"
_EDGES = [
    f"{day}T{clock}{zone}"
    for day in ("0001-01-01", "9999-12-31", "0001-01-02", "9999-12-30", "0000-01-01")
    for clock in ("00:00:00", "00:30:59.9", "09:59:59", "10:00:00", "13:59:59", "14:00:00", "23:59:59.999", "24:00:00")
    for zone in ("", "Z", "+00:00", "-00:00", "+00:01", "-00:01", "+00:31", "+10:00", "-10:00", "+14:00", "-14:00")
]
# Types, and cells that are of them or nearly so; the test adds whatever is one character away.
TYPES: list[tuple[dict[str, Any], list[str]]] = [
    ({"type": "time"}, ["09:30:00", "23:59:59", "24:00:00", "19:60:00", "00:00:00.5", "09:30:00Z"]),
    (
        {"type": "datetime"},
        [*_EDGES[:1], "2024-02-29T09:30:00", "2023-02-29T23:59:59.50+13:59", "2024-12-31T24:00:00.0Z", "2024-01-26T15:00:00.1234567"],
    ),
    ({"type": "datetime"}, _EDGES),
    ({"type": "year"}, ["2024", "-0044", "0000", "-0000", "12024", "2024Z", "2024+13:00", "02024", "+2024"]),
    ({"type": "yearmonth"}, ["2024-05", "0000-12", "2024-10Z", "2024-05-14:00", "2024-13", "-2024-05"]),
    ({"type": "date"}, ["2024-02-29", "1900-02-28", "9999-12-31"]),
    (
        {"type": "string", "format": "email"},
        ["a.b@x.org", "a+b@x-y.example.com", ".a@b.org", "a..b@c.org", "a@-b.org", '"a b"@c.org', f"a@{'x' * 63}.org", f"a@{'x' * 64}.org"],
    ),
    ({"type": "string", "format": "uuid"}, ["123e4567-e89b-12d3-a456-426614174000"]),
]  # fmt: skip
# Constraints on them, to be judged together with cells that are of no type.
BOUNDS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"type": "time"}, {"minimum": "09:30:00", "exclusiveMaximum": "23:59:59"}),
    ({"type": "datetime"}, {"minimum": "2024-02-29T09:30:00", "maximum": "2024-12-31T23:00:00"}),
    ({"type": "datetime"}, {"exclusiveMaximum": "2024-12-31T23:00:00Z", "enum": ["2025-01-01T00:00:00Z"]}),
    ({"type": "year"}, {"minimum": "0000", "exclusiveMaximum": 2024, "enum": ["-0000", 2024]}),
    ({"type": "yearmonth"}, {"exclusiveMinimum": "0000-12", "enum": ["2024-05"]}),
    ({"type": "date"}, {"minimum": "2024-02-29", "maximum": "9999-12-30"}),
    ({"type": "string", "format": "email"}, {"maxLength": 9}),
]


def near(texts: list[str]) -> Iterator[str]:
    """The texts, and all that differ from one of them by a character put in, taken out or replaced."""
    for text in texts:
        yield text
        for place in range(len(text) + 1):
            yield text[:place] + text[place + 1 :]
            for char in HOSTILE:
                yield text[:place] + char + text[place:]
                yield text[:place] + char + text[place + 1 :]


def verdicts(folder: Path, field: dict[str, Any], cells: list[str], delimiter: str) -> list[tuple[str, int | None]]:
    """What is found in a file of these cells; with another delimiter than a comma they are read in Python."""
    resource = {"dialect": {"delimiter": delimiter}, "schema": {"fields": [{"name": "n"}, {"name": "f"} | field]}}
    write_foreign(folder, [resource], {})
    with (folder / "t0.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerows([["n", "f"], *([str(n), cell] for n, cell in enumerate(cells))])
    return [(finding.rule, finding.line) for finding in validate(folder, limit=len(cells)).findings]


@pytest.mark.parametrize(("field", "texts"), TYPES, ids=[str(list(field.values())) for field, _ in TYPES])
def test_sql_and_python_agree_on_every_form(tmp_path: Path, field: dict[str, Any], texts: list[str]) -> None:
    cells = sorted(set(texts if texts is _EDGES else near(texts)))
    in_python = verdicts(tmp_path / "python", field, cells, ";")
    assert verdicts(tmp_path / "sql", field, cells, ",") == in_python
    assert 0 < len(in_python) < len(cells)
    # Where no text is compared, none had to be read in Python.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "load_transcoded", None)
        plain = [cell for cell in cells if not (field["type"] == "year" and cell[4:])]
        verdicts(tmp_path / "plain", field, plain, ",")


@pytest.mark.parametrize(("field", "constraints"), BOUNDS, ids=[str(list(field.values())) for field, _ in BOUNDS])
def test_sql_and_python_agree_on_constraints(
    tmp_path: Path, field: dict[str, Any], constraints: dict[str, Any]
) -> None:
    """Each cell in a file of its own kind, and all of them in one file, which is then read in Python for the odd among them."""
    texts = next(texts for known, texts in TYPES if known == field)
    cells = sorted(
        {*texts, "", "nonsense", "2025-01-01T00:00:00+00:00", "2024-12-31T24:00:00Z", "2024-12-31T22:59:59.50"}
    )
    field = field | {"constraints": constraints}
    in_python = verdicts(tmp_path / "python", field, cells, ";")
    assert verdicts(tmp_path / "sql", field, cells, ",") == in_python
    for n, cell in enumerate(cells):
        expected = [rule for rule, line in in_python if line == 2 + n + sum(c.count("\n") for c in cells[:n])]
        assert [rule for rule, _ in verdicts(tmp_path / str(n), field, [cell], ",")] == expected, cell


# Texts of no characters, and cells that could not be read ---------------------------------------------------------------


def told(folder: Path, resource: dict[str, Any], content: str) -> list[tuple[str, int | None, str | None]]:
    write_foreign(folder, [resource], {"t0.csv": content})
    return [(finding.rule, finding.line, finding.field) for finding in validate(folder).findings]


@pytest.mark.parametrize("empty", ["", '""'])
def test_an_empty_text_that_is_not_missing_is_a_value(tmp_path: Path, empty: str) -> None:
    limits = {"required": True, "minLength": 1, "pattern": r"\p{L}+", "enum": ["a", "b"]}
    fields = [
        {"name": "id", "constraints": {"unique": True}},
        {"name": "v", "constraints": limits},
        {"name": "e", "constraints": {"enum": ["", "x"], "pattern": "(?!y).*", "maxLength": 0}},
        {"name": "to"},
    ]
    schema = {
        "fields": fields,
        "missingValues": ["NA"],
        "primaryKey": ["id"],
        "foreignKeys": [{"fields": ["to"], "reference": {"fields": ["id"]}}],
    }
    row_schema = {
        "properties": {"id": {"not": {"const": ""}}, "v": {}, "e": {"oneOf": [{"const": ""}, {"minLength": 0}]}, "to": {}},
        "required": ["id", "v", "e", "to"],
        "minProperties": 3,
    }  # fmt: skip
    content = "id,v,e,to\nk,a,E,k\nE,E,E,E\nE,b,x,k\nNA,a,NA,NA\n".replace("E", empty)
    assert sorted(told(tmp_path, {"schema": schema, "rowSchema": row_schema}, content)) == [
        ("schema/enum", 3, "v"),
        ("schema/maxLength", 4, "e"),
        ("schema/minLength", 3, "v"),
        ("schema/minProperties", 5, None),
        ("schema/not", 3, "id"),
        ("schema/not", 4, "id"),
        ("schema/oneOf", 2, "e"),
        ("schema/oneOf", 3, "e"),
        ("schema/pattern", 3, "v"),
        ("schema/primaryKey", 4, "id"),
        *(("schema/required", 5, name) for name in ("e", "id", "to")),
        ("schema/uniqueKeys", 4, "id"),
    ]


@pytest.mark.parametrize("empty", ["", '""'])
def test_an_empty_text_that_is_missing_is_none(tmp_path: Path, empty: str) -> None:
    """Nor is any that no Table Schema speaks of."""
    fields = [{"name": "a", "constraints": {"minLength": 1, "unique": True}}, {"name": "b", "missingValues": ["", "-"]}]
    row_schema = {"properties": {"a": {"minLength": 1}, "b": {"const": "x"}}, "required": ["b"]}
    content = "a,b\nE,x\nE,E\n".replace("E", empty)
    for resource in ({"schema": {"fields": fields}, "rowSchema": row_schema}, {"rowSchema": row_schema}):
        for dialect in (",", ";"):
            found = told(tmp_path, resource | {"dialect": {"delimiter": dialect}}, content.replace(",", dialect))
            assert found == [("schema/required", 3, "b")]


def test_values_that_are_empty_texts_are_told_from_cells_that_hold_nothing(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "a"}, {"name": "b", "type": "list"}], "missingValues": ["NA"]}
    write_foreign(tmp_path, [{"schema": schema}], {"t0.csv": 'a,b\n"",\nNA,NA\n'})
    with open_package(tmp_path) as package:
        assert package.rows("t0") == [{"a": "", "b": '[""]'}, {"a": None, "b": None}]


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_cell_that_cannot_be_read_is_told_once_and_is_there(tmp_path: Path, delimiter: str) -> None:
    """Whatever a row schema asks of the presence of cells: only one that holds nothing is absent."""
    fields = [{"name": "i", "type": "integer"}, {"name": "t", "type": "time"}, {"name": "x"}]
    row_schema = {
        "properties": {"i": {"type": "integer"}, "t": {}, "x": {}},
        "required": ["i", "t"],
        "minProperties": 2,
        "dependentRequired": {"t": ["x"], "x": ["i"]},
        "oneOf": [{"required": ["i"]}, {"not": {"required": ["i"]}}],
    }
    resource = {"dialect": {"delimiter": delimiter}, "schema": {"fields": fields}, "rowSchema": row_schema}
    content = "i,t,x\n1,09:00:00,u\nz,noon,u\n,noon,\n".replace(",", delimiter)
    assert sorted(told(tmp_path, resource, content)) == [
        ("schema/dependentRequired", 4, "x"),
        ("schema/format", 3, "t"),
        ("schema/format", 4, "t"),
        ("schema/minProperties", 4, None),
        ("schema/required", 4, "i"),
        ("schema/type", 3, "i"),
    ]


@pytest.mark.parametrize(
    ("kind", "here", "there"),
    [
        ("number", "1", "1.0"),
        ("boolean", "true", "1"),
        ("datetime", "2024-01-01T00:00:00Z", "2024-01-01T01:00:00+01:00"),
        ("yearmonth", "2024-01", "2024-01Z"),
        ("year", "0000", "-0000"),
    ],
)
def test_a_foreign_key_finds_a_value_in_another_form(tmp_path: Path, kind: str, here: str, there: str) -> None:
    """Whichever side has it, and though the column it leads to is no key of its own table."""
    key = {"fields": "x", "reference": {"resource": "t1", "fields": "y"}}
    referring = {"schema": {"fields": [{"name": "x", "type": kind}, {"name": "n"}], "foreignKeys": [key]}}
    referred = {"schema": {"fields": [{"name": "y", "type": kind}, {"name": "n"}]}}
    for x, y in ((here, there), (there, here)):
        write_foreign(tmp_path, [referring, referred], {"t0.csv": f"x,n\n{x},1\n", "t1.csv": f"y,n\n{y},1\n"})
        assert validate(tmp_path).ok
