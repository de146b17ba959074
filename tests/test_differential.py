"""Generated schemas × generated rows: every (row, keyword, column) is that of `jsonschema`, wherever the row stands.

`HYPOTHESIS_PROFILE=deep pytest tests/test_differential.py` looks at many more.
"""

from __future__ import annotations

import csv
import itertools
import random
import re
from bisect import bisect
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from conftest import write_foreign
from provisions import loading, open_package, vetting
from provisions.compile import formats
from provisions.engines.duck import DuckEngine
from provisions.schema import standard_tables
from provisions.validation import validate_manifest

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from jsonschema.exceptions import ValidationError

    from provisions.model import Report

NAMES = ("a", "B c", "ü\"'")
Row = dict[str, str]
Pair = tuple[str, str | None]
numbers = itertools.count()

# ECMA-262 patterns, and what they are in Python, whose `$`, `.`, `\d` and `\w` mean something else.
PATTERNS = {
    "^[a-z]+$": r"^[a-z]+\Z",
    "a": "a",
    "^.$": r"^[^\n\r\u2028\u2029]\Z",
    r"^\d{4}$": r"^[0-9]{4}\Z",
    "[^a]": "[^a]",
    "^(a|b)*$": r"^(a|b)*\Z",
    "x?": "x?",
    r"^[\w-]+$": r"^[0-9A-Za-z_-]+\Z",
    "^$": r"^\Z",
    "^2": "^2",
    "[%_']": "[%_']",
    # The following become atoms, or are matched by Python on names of columns.
    "^(?!a)": "^(?!a)",
    "^(?!.*a).*$": r"^(?![^\n\r\u2028\u2029]*a)[^\n\r\u2028\u2029]*\Z",
    "(?<!a)b": "(?<!a)b",
    r"^(.)\1$": r"^([^\n\r\u2028\u2029])\1\Z",
}
# `jsonschema` judges these formats itself; `edtf` it does not know.
checker = FormatChecker(formats=("date", "ipv4", "ipv6", "uuid"))
# Texts that `jsonschema` misjudges, by format, and why; a test fails where it no longer does.
MISJUDGED = {
    ("uuid", "2eb8aa08-aa98-11ea-b4aa-73b441d1_380"): "Python’s int() skips underscores between digits",
}


@checker.checks("edtf")
def is_edtf(value: object) -> bool:
    """EDTF level 0, by the calendar of `datetime`."""
    import datetime as dt

    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", value):
        return not isinstance(value, str)
    try:
        dt.date.fromisoformat((value + "-01-01")[:10])
    except ValueError:
        return False
    return True


# The oracle -----------------------------------------------------------------------------------------------------------

UNREADABLE = object()  # a cell that is not of the type of its column: of no type that a schema can name


def to_instance(row: Row, schema: dict[str, Any]) -> dict[str, Any]:
    """The row after typing: an empty cell is an absent property."""
    kinds = {name: schema["properties"][name].get("type", "string") for name in NAMES}
    return {name: to_value(cell, kinds[name]) for name, cell in row.items() if cell != ""}


def to_value(cell: str, kind: str) -> Any:
    """Numbers become integers or fractions, so that `jsonschema`, given the like in the schema, reckons exactly."""
    if kind == "string":
        return cell
    if kind == "boolean":
        known = dict.fromkeys(("true", "True", "TRUE", "1"), True) | dict.fromkeys(
            ("false", "False", "FALSE", "0"), False
        )
        return known.get(cell, UNREADABLE)
    shape = r"[+-]?[0-9]+" if kind == "integer" else r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?"
    return exactly(cell) if re.fullmatch(shape, cell) else UNREADABLE


def exactly(number: str) -> int | Fraction:
    fraction = Fraction(number)
    return int(fraction) if fraction.denominator == 1 else fraction


FALSE = {"not": True, "title": "false"}


def for_python(schema: Any) -> Any:
    """The schema with patterns and numbers as Python must be given them, and `false` so that the column it fails is told."""
    if isinstance(schema, list):
        return [for_python(value) for value in schema]
    if isinstance(schema, dict):
        return {key: for_keyword(key, value) for key, value in schema.items()}
    if isinstance(schema, float):
        return exactly(repr(schema))
    return FALSE if schema is False else schema


def for_keyword(key: str, value: Any) -> Any:
    """The value of a keyword in that form; what is no schema stays, and so does `false` where its keyword is told."""
    if key == "pattern":
        return PATTERNS[value]
    if key in ("enum", "const"):
        return (
            value
            if value is False
            else [exact_member(item) for item in value]
            if key == "enum"
            else exact_member(value)
        )
    if key in ("additionalProperties", "unevaluatedProperties") and value is False:
        return value
    return for_python(value)


def exact_member(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: exact_member(item) for key, item in value.items()}
    return exactly(repr(value)) if isinstance(value, float) else value


def pairs(error: ValidationError) -> set[Pair]:
    """(rule, column) as findings give them, which tell each column by itself."""
    if "propertyNames" in error.schema_path:
        return {("schema/propertyNames", str(error.instance))}
    assert isinstance(error.schema, dict)
    rule = f"schema/{'false' if error.schema == FALSE else error.validator}"
    if error.validator == "additionalProperties":
        return {(rule, name) for name in others(error.instance, error.schema)}
    if error.validator == "unevaluatedProperties":
        return {(rule, name) for name in NAMES if repr(name) in error.message}
    if error.validator in ("required", "dependentRequired"):
        return {(rule, name) for name in NAMES if error.message.startswith(repr(name))}
    return {(rule, str(error.path[0]) if error.path else None)}


def others(instance: Any, schema: dict[str, Any]) -> Iterable[str]:
    """The columns that `additionalProperties` is about."""
    patterns = schema.get("patternProperties", ())
    named = schema.get("properties", ())
    return (name for name in instance if name not in named and not any(re.search(p, name) for p in patterns))


def judge(schema: dict[str, Any], rows: Iterable[Row]) -> list[set[Pair]]:
    """What `jsonschema` finds wrong with each row."""
    oracle = Draft202012Validator(for_python(schema), format_checker=checker)
    return [set().union(*(pairs(error) for error in oracle.iter_errors(to_instance(row, schema)))) for row in rows]


# What is generated ----------------------------------------------------------------------------------------------------

FORMATS = ("edtf", "date", "ipv4", "ipv6", "uuid")
LEXICALS = [
    *(
        "",
        "a",
        "ab",
        "aa",
        "b",
        "1",
        "-7",
        "x\ny",
        "é",
        "😀",
        "NULL",
        "a\n",
        "’",
        "a\r\n",
        "\r",
        "%",
        "'",
        '"',
        '""',
        " ",
        ",",
    ),
    *("2024", "2024-02", "2024-02-30", "2024-02-29", "0000", "2024-2-29", "２０２４-02-29", "0000-01-01", "2024-W01-1"),
    *("1.2.3.4", "01.2.3.4", "256.1.1.1", "1.2.3", "::1", "1::2::3", "::ffff:1.2.3.4", "fe80::1%eth0", "12345::"),
    *(
        "2eb8aa08-aa98-11ea-b4aa-73b441d16380",
        "2EB8AA08-AA98-11EA-B4AA-73B441D16380",
        "2eb8aa08aa9811eab4aa73b441d16380",
    ),
]
NUMERALS = [
    *("", "0", "-0", "1", "+1", "1.0", "01", "-7", "0.5", "1.5", "2.50", "1e2", "1E-1", "100", "x", "1.", ".5", "true"),
    *("True", "FALSE", "false", "t", "9007199254740993", "9007199254740992", "123456789012345678901", "1e400", "1e-400"),
    *("1_000", " 1", "1 ", "0x1", "NaN", "INF", "1e999", "1e9999", "0.1", "0.10", "0.3", "1e-999", "12345678901234567.5"),
    *("999999999999999999", "-999999999999999999", "1000000000000000000", "0.12345678901234567", "999999999999999.9", "-"),
]  # fmt: skip
texts = st.one_of(st.sampled_from(LEXICALS), st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=5))
cells = st.one_of(texts, st.sampled_from(NUMERALS))
bounds = st.one_of(
    st.integers(-9, 9),
    st.sampled_from([0.5, 1.5, 100.0, 0.1, 1e-7, 1e22, 9007199254740992, 9007199254740993, 123456789012345678901]),
)
members: st.SearchStrategy[Any] = st.one_of(
    texts,
    st.sampled_from([0, 1, 1.0, -7, 0.5, 0.1, 100, 1e22, True, False, None, "true", "1.0", 9007199254740993, [], {}]),
)
names = st.sampled_from(NAMES)
name_lists = st.lists(names, unique=True, max_size=3)
types = st.sampled_from(["string", "integer", "number", "boolean", "null", "object", "array"])
on_values = {
    "type": st.one_of(types, st.lists(types, min_size=1, max_size=3, unique=True)),
    "enum": st.lists(members, min_size=1, max_size=4, unique_by=repr),
    "const": members,
    "minLength": st.integers(0, 3),
    "maxLength": st.integers(0, 3),
    "pattern": st.sampled_from(list(PATTERNS)),
    "format": st.sampled_from(FORMATS),
    "minimum": bounds,
    "maximum": bounds,
    "exclusiveMinimum": bounds,
    "exclusiveMaximum": bounds,
    "multipleOf": st.sampled_from([1, 2, 3, 0.5, 2.5, 0.1, 0.01, 1e-7, 1e22, 9007199254740993]),
}


def combined(inner: st.SearchStrategy[Any], reference: str) -> dict[str, st.SearchStrategy[Any]]:
    """The keywords that combine schemas."""
    several = st.lists(inner, min_size=1, max_size=3)
    return {"not": inner, "anyOf": several, "oneOf": several, "allOf": several, "if": inner, "then": inner} | {
        "else": inner,
        "$ref": st.just(f"#/$defs/{reference}"),
    }


def some(keywords: dict[str, st.SearchStrategy[Any]], most: int = 4) -> st.SearchStrategy[Any]:
    """A schema of a few of these keywords, in any order."""
    chosen = st.lists(st.sampled_from(list(keywords)), unique=True, max_size=most)
    return chosen.flatmap(lambda keys: st.fixed_dictionaries({key: keywords[key] for key in keys}))


values = st.recursive(
    st.one_of(st.booleans(), some(on_values)), lambda inner: some(on_values | combined(inner, "value"), 3), max_leaves=4
)
on_rows = {
    "required": name_lists,
    "dependentRequired": st.dictionaries(names, name_lists, max_size=2),
    "properties": st.dictionaries(names, values, max_size=2),
    "patternProperties": st.dictionaries(
        st.sampled_from(["^[aü]$", "c|ü", "x", "^(?!a)", "(?<!B) ?c$"]), values, max_size=2
    ),
    "additionalProperties": values,
    "propertyNames": values,
    "minProperties": st.integers(0, 3),
    "maxProperties": st.integers(0, 3),
    "type": st.sampled_from(["object", ["object", "string"], "string"]),
    "enum": st.lists(st.dictionaries(names, members, max_size=2), min_size=1, max_size=2),
    "minLength": st.integers(0, 3),  # says nothing of a row
}
parts = st.recursive(
    st.one_of(st.booleans(), some(on_rows)),
    lambda inner: some(
        on_rows | combined(inner, "row") | {"dependentSchemas": st.dictionaries(names, inner, max_size=2)}, 3
    ),
    max_leaves=4,
)
columns = st.one_of(
    *(
        st.builds(
            lambda kind, more: more | kind,
            st.just(kind),
            some({key: on_values[key] for key in on_values if key != "type"} | combined(values, "value")),
        )
        for kind in ({"type": "string"}, {"type": "integer"}, {"type": "number"}, {"type": "boolean"}, {})
    )
)
whole = {key: on_rows[key] for key in on_rows if key not in ("properties", "type", "additionalProperties")} | combined(
    parts, "row"
)
schemas = st.builds(
    lambda columns, more, definitions: {"type": "object", "properties": columns, **more, "$defs": definitions},
    st.fixed_dictionaries(dict.fromkeys(NAMES, columns)),
    some(
        whole | {"dependentSchemas": st.dictionaries(names, parts, max_size=2), "unevaluatedProperties": values},
        5,
    ),
    st.fixed_dictionaries({"row": some(on_rows), "value": some(on_values)}),
)
rows_of_cells = st.lists(st.fixed_dictionaries(dict.fromkeys(NAMES, cells)), min_size=1, max_size=6)


# The tests ------------------------------------------------------------------------------------------------------------


def write_table(folder: Path, schema: dict[str, Any], rows: Iterable[Row]) -> list[int]:
    """A package of one table, every cell quoted; returns the physical line on which each row begins."""
    write_foreign(folder, [{"path": "t.csv", "rowSchema": schema}], {})
    lines, line = [], 2
    with (folder / "t.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerow(schema["properties"])
        for row in rows:
            lines.append(line)
            line += 1 + sum(cell.count("\n") for cell in row.values())
            writer.writerow([row[name] for name in schema["properties"]])
    return lines


def by_row(report: Report, lines: list[int]) -> list[set[Pair]]:
    """What a report finds wrong with each row."""
    found: list[set[Pair]] = [set() for _ in lines]
    for finding in report.findings:
        assert finding.line is not None
        found[bisect(lines, finding.line) - 1].add((finding.rule, finding.field))
    return found


@given(schema=schemas, rows=rows_of_cells)
def test_verdict_of_every_row_and_keyword_is_that_of_jsonschema(
    tmp_path: Path, schema: dict[str, Any], rows: list[Row]
) -> None:
    folder = tmp_path / str(next(numbers))
    lines = write_table(folder, schema, rows)
    report = open_package(folder).validate()
    assert not report.truncated
    assert by_row(report, lines) == judge(schema, rows)


@settings(max_examples=max(5, settings().max_examples // 20))
@given(schema=schemas, rows=rows_of_cells, seed=st.integers(0, 99), threads=st.sampled_from([1, 4]), fast=st.booleans())
def test_a_verdict_does_not_depend_on_neighbours_or_threads(
    tmp_path: Path, schema: dict[str, Any], rows: list[Row], seed: int, threads: int, fast: bool
) -> None:
    """Past two vectors of DuckDB (2,048 rows each), the first row on either side of their edges."""
    order = random.Random(seed).choices(range(len(rows)), k=4100)  # noqa: S311 - the same rows in every run
    for edge in (2048, 4096):
        order[edge - 2 : edge + 1] = [0, 0, 0]
    folder = tmp_path / str(next(numbers))
    lines = write_table(folder, schema, [rows[n] for n in order])
    engine = DuckEngine()
    engine.run(f"SET threads = {threads}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "MIN_BYTES", 0 if fast else vetting.MIN_BYTES)
        report = validate_manifest(open_package(folder).manifest, engine, limit=1_000_000)
    engine.close()
    expected = judge(schema, rows)
    assert by_row(report, lines) == [expected[n] for n in order]


def test_where_jsonschema_misjudges_a_format_is_listed() -> None:
    """None of these texts is of the format, whatever `jsonschema` says; a cell of them is told."""
    engine = DuckEngine()
    for (name, text), why in MISJUDGED.items():
        assert checker.conforms(text, name), f"no longer true: {why}"
        assert engine.rows(f"SELECT {formats.FORMATS[name].right.format(repr(text))} AS ok")[0]["ok"] is False
    engine.close()


def test_every_example_of_the_schemas_is_valid() -> None:
    for table in standard_tables().values():
        for column in table.columns:
            for example in column.schema["examples"]:
                Draft202012Validator(column.schema, format_checker=checker).validate(example)
