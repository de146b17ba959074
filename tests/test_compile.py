"""The compiled SQL gives the verdict of `jsonschema` for every row and keyword, and refuses what it cannot express."""

from __future__ import annotations

import csv
import itertools
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from conftest import write_foreign, write_package
from provisions import open_package
from provisions.compile import compile_table
from provisions.compile.matcher import Matcher
from provisions.compile.pattern import read_pattern
from provisions.compile.portable import translate
from provisions.engines import quote_literal
from provisions.engines.duck import DuckEngine
from provisions.errors import RuleError, SchemaError
from provisions.schema import read_table, standard_tables

if TYPE_CHECKING:
    from pathlib import Path

    from jsonschema.exceptions import ValidationError

NAMES = ("a", "b", "c")
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
}
checker = FormatChecker(formats=())
numbers = itertools.count()


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


@checker.checks("date")
def is_date(value: object) -> bool:
    """RFC 3339 `full-date`."""
    return not isinstance(value, str) or (len(value) == 10 and is_edtf(value))


def to_instance(row: dict[str, str], schema: dict[str, Any]) -> dict[str, Any]:
    """The row after typing: an empty cell is an absent property; a cell that is not of its type is a value of no type of cells."""
    instance: dict[str, Any] = {}
    for name, cell in row.items():
        if cell != "":
            if schema["properties"][name]["type"] == "string":
                instance[name] = cell
            else:
                instance[name] = int(cell) if re.fullmatch(r"[+-]?[0-9]+", cell) else []
    return instance


def for_python(schema: Any) -> Any:
    """The schema with its patterns as Python must be given them."""
    if isinstance(schema, dict):
        return {key: PATTERNS[value] if key == "pattern" else for_python(value) for key, value in schema.items()}
    return schema


def pairs(error: ValidationError, row: int) -> tuple[int, str, str | None]:
    """(row, keyword, column) as a finding gives them."""
    column = str(error.path[0]) if error.path else None
    if error.validator == "required":
        column = re.findall("'([abc])'", error.message)[0]
    if error.validator == "dependentRequired":
        column = re.findall("'([abc])'", error.message)[0]
    return row, f"schema/{error.validator}", column


texts = st.one_of(
    st.sampled_from(
        [
            "",
            "a",
            "ab",
            "1",
            "-7",
            "2024",
            "2024-02",
            "2024-02-30",
            "2024-02-29",
            "0000",
            "x\ny",
            "é",
            "😀",
            "NULL",
            "a\n",
            "’",
        ]
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=5),
)
cell_schemas = st.one_of(
    st.fixed_dictionaries(
        {"type": st.just("string")},
        optional={
            "minLength": st.integers(0, 3),
            "maxLength": st.integers(0, 3),
            "pattern": st.sampled_from(list(PATTERNS)),
            "enum": st.lists(texts, min_size=1, max_size=3, unique=True),
            "const": texts,
            "format": st.sampled_from(["edtf", "date"]),
            "not": st.fixed_dictionaries({"enum": st.lists(texts, min_size=1, max_size=2, unique=True)}),
            "if": st.just({"pattern": "^2"}),
            "then": st.just({"maxLength": 4}),
            "anyOf": st.just([{"maxLength": 1}, {"minLength": 3}]),
        },
    ),
    st.fixed_dictionaries(
        {"type": st.just("integer")},
        optional={
            "minimum": st.integers(-9, 9),
            "maximum": st.integers(-9, 9),
            "exclusiveMinimum": st.integers(-9, 9),
            "exclusiveMaximum": st.integers(-9, 9),
            "enum": st.lists(st.integers(-9, 9), min_size=1, max_size=3, unique=True),
        },
    ),
)
column_lists = st.lists(st.sampled_from(NAMES), unique=True, max_size=3)
row_schemas = st.fixed_dictionaries(
    {"properties": st.fixed_dictionaries(dict.fromkeys(NAMES, cell_schemas))},
    optional={
        "required": column_lists,
        "dependentRequired": st.dictionaries(st.sampled_from(NAMES), column_lists, max_size=2),
        "anyOf": st.lists(st.builds(lambda names: {"required": names}, column_lists), min_size=1, max_size=3),
        "oneOf": st.lists(st.builds(lambda names: {"required": names}, column_lists), min_size=1, max_size=3),
        "not": st.builds(lambda names: {"required": names}, column_lists),
        "minProperties": st.integers(0, 3),
        "maxProperties": st.integers(0, 3),
        "allOf": st.just([{"properties": {"a": {"maxLength": 2}}}, {"required": ["b"]}]),
        "if": st.builds(lambda names: {"required": names}, column_lists),
        "then": st.just({"required": ["c"]}),
        "else": st.just({"properties": {"b": {"minLength": 1}}}),
        "$ref": st.just("#/$defs/short"),
        "dependentSchemas": st.just({"a": {"required": ["b"]}}),
    },
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(schema=row_schemas, rows=st.lists(st.fixed_dictionaries(dict.fromkeys(NAMES, texts)), min_size=1, max_size=6))
def test_verdict_of_every_row_and_keyword_is_that_of_jsonschema(
    tmp_path: Path, schema: dict[str, Any], rows: list[dict[str, str]]
) -> None:
    schema = {"type": "object", **schema, "$defs": {"short": {"properties": {"c": {"maxLength": 4}}}}}
    oracle = Draft202012Validator(for_python(schema), format_checker=checker)
    expected = {pairs(error, n) for n, row in enumerate(rows) for error in oracle.iter_errors(to_instance(row, schema))}
    folder = write_foreign(tmp_path / str(next(numbers)), [{"path": "t.csv", "rowSchema": schema}], {})
    with (folder / "t.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerow(schema["properties"])
        writer.writerows([row[name] for name in schema["properties"]] for row in rows)
    report = open_package(folder).validate()
    starts = [2 + sum(cell.count("\n") for row in rows[:n] for cell in row.values()) + n for n in range(len(rows))]
    found = set()
    for finding in report.findings:
        assert finding.line is not None
        row = max(n for n, start in enumerate(starts) if start <= finding.line)
        column = None if finding.rule in ("schema/not", "schema/anyOf") and finding.field is None else finding.field
        found.add((row, finding.rule, column))
    assert found == expected


def test_every_example_of_the_schemas_is_valid() -> None:
    for table in standard_tables().values():
        for column in table.columns:
            for example in column.schema["examples"]:
                Draft202012Validator(column.schema, format_checker=checker).validate(example)


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"properties": {"a": {"type": "string", "minlength": 1}}}, "keyword 'minlength' is not supported.*column 'a'"),
        ({"properties": {"a": {"type": "string", "format": "phone"}}}, "'phone'"),
        ({"properties": {"a": {"type": "array"}}}, "'array'"),
        ({"properties": {"a": {"type": "string", "anyOf": [{"type": "text"}]}}}, "'type' must be one of"),
        ({"properties": {"a": {"type": "string", "pattern": "(?i:x)"}}}, r"\(\?i:x\)"),
        ({"properties": {"a": {"type": "string", "pattern": r"\p{Script=Greek}"}}}, "Script=Greek"),
        ({"properties": {"a": {"type": "string", "pattern": "(a{900}){900}"}}}, "repeats too much"),
        ({"properties": {"a": {"type": "string", "pattern": "a{1,9999999999}"}}}, "more often"),
        ({"properties": {"a": {"type": "string", "minLength": -1}}}, "'minLength' must be a whole number from 0"),
        ({"properties": {"a": {"type": "integer", "multipleOf": 0}}}, "'multipleOf' must be a number greater than 0"),
        ({"properties": {"a": {"type": "number", "maximum": float("inf")}}}, "too large"),
        ({"properties": {"a": {"type": "string"}}, "required": "a"}, "'required' must be a list"),
        ({"properties": {"a": {"type": "string"}}, "anyOf": []}, "'anyOf' must be a list of schemas"),
        ({"properties": {"a": {"type": "string"}}, "$dynamicRef": "#x"}, "dynamicRef"),
        ({"properties": {"a": {"type": "string"}}, "$schema": "http://json-schema.org/draft-07/schema#"}, "draft-07"),
        ({"properties": {"a": {"type": "string"}}, "$ref": "https://example.org/x"}, "https://example.org/x"),
        ({"properties": {"a": {"type": "string"}}, "$ref": "#/$defs/nowhere"}, "nowhere"),
        (
            {"properties": {"a": {"type": "string"}}, "$ref": "#/$defs/x", "$defs": {"x": {"$ref": "#/$defs/x"}}},
            "itself",
        ),
        (
            {
                "properties": {"a": {"type": "string"}},
                "$ref": "#/$defs/n0",
                "$defs": {f"n{n}": {"allOf": [{"$ref": f"#/$defs/n{n + 1}"}] * 2} for n in range(20)} | {"n20": {}},
            },
            "too many schemas",
        ),
        ({"properties": {"a": {"type": "string"}}, "x-table": {"primaryKey": ["b"]}}, "'b'"),
    ],
)
def test_what_cannot_be_judged_is_refused_by_name(schema: dict[str, Any], words: str) -> None:
    with pytest.raises(SchemaError, match=words):
        compile_table([read_table("t", {"type": "object", **schema})], {})


@pytest.mark.parametrize(
    ("pattern", "matching", "not_matching"),
    [
        ("^a$", ["a"], ["a\n", "ba"]),
        (r"^\s$", ["\u00a0", "\ufeff", "\t"], ["\u200b", "x"]),
        (r"^\d$", ["1"], ["\u0661"]),
        (r"^\w$", ["_"], ["é"]),
        (r"^[\W\d]$", ["é", "1"], ["a"]),
        (r"^[^\S]$", [" "], ["a"]),
        ("^.$", ["é", "😀"], ["\n", "\u2028"]),
        (r"^[\w.-]+$", ["a.b-c"], ["a b"]),
        (r"^[^\d]$", ["a"], ["1"]),
        (r"^é$", ["é"], ["e"]),
        ("^a{2,3}$", ["aa"], ["a", "aaaa"]),
        ("^(?:ab|c){2}$", ["abc", "cc"], ["ab"]),
        (r"^\[x\]$", ["[x]"], ["x"]),
        ("^[[]$", ["["], ["x"]),
        ("b|c", ["abd"], ["a"]),
        ("^a|b$", ["ax", "xb"], ["xa", "bx"]),
        (r"^\cJ\x41\u0042\u{43}\ud83d\ude00$", ["\nABC😀"], ["J"]),
        (r"^\p{Lu}\p{gc=Nd}\P{L}$", ["É٣!"], ["é3!"]),
        (r"^\p{Letter}[^\p{L}\p{Mn}]$", ["a1"], ["ab"]),
        (r"^[\]&&|~^-]$", ["]", "&", "~", "^", "-"], ["a"]),
        (r"^\d{4}\-\d{2}}$", ["2024-12}"], ["2024-12"]),
        ("^{a]$", ["{a]"], ["a"]),
        ("(?:)", ["", "a"], []),
        ("()b(?:)*", ["ab"], ["a"]),
        (r"^a_\\%$", ["a_\\%"], ["ab\\%", "a_\\b"]),
    ],
)
def test_patterns_mean_what_ecma_262_says(pattern: str, matching: list[str], not_matching: list[str]) -> None:
    engine = DuckEngine()
    portable = translate(pattern)
    assert portable is not None
    matcher = Matcher(read_pattern(pattern))
    for text in matching + not_matching:
        found = engine.rows(f"SELECT matches({quote_literal(text)}, {quote_literal(portable)}) AS m")[0]["m"]
        assert found == (text in matching), text
        assert matcher.search(text) == (text in matching), text
    engine.close()


@pytest.mark.parametrize(
    ("pattern", "matching", "not_matching"),
    [
        ("^(?!.*--)[a-z-]+$", ["a-b"], ["a--b"]),
        ("(?<=a+)b", ["aab"], ["cb"]),
        ("(?<!a)b", ["b", "cb"], ["ab"]),
        (r"(?<=\1([ab]+))c", ["ababc", "aac"], ["abc", "c"]),
        (r"^(a+)\1$", ["aa", "aaaa"], ["a", "aaa"]),
        (r"^(?<x>a|b)\k<x>$", ["aa", "bb"], ["ab"]),
        (r"^(?:(a)|b)\1$", ["aa", "b"], ["ba"]),
        (r"^(?:(a)|(b))*\1$", ["ab", "aa", "aaa", ""], ["c"]),
        (r"^(?:(a)|b)*\1b$", ["aab", "b", "abb"], ["ab", "a"]),
        (r"^(\1a)$", ["a"], ["aa"]),
        (r"^(?=(a+))a*b\1$", ["aba"], ["aabab"]),
        (r"^(?:a?)*?\b$", ["aa"], [""]),
        (r"\bx\B", ["xy", "-xy"], ["ax", "x"]),
        ("^[]$", [], ["", "a"]),
        ("^[^]$", ["\n", "a"], [""]),
        (r"^\p{LC}\p{C}$", ["a\x00"], ["aa", "\x00a"]),
        ("^a{1200}$", ["a" * 1200], ["a" * 1199]),
        ("^(?:a*)*(?=b)(?:b|c){0,2}$", ["aabb"], ["aac"]),
    ],
)
def test_patterns_that_no_engine_can_express_run_in_python(
    pattern: str, matching: list[str], not_matching: list[str]
) -> None:
    assert translate(pattern) is None
    matcher = Matcher(read_pattern(pattern))
    assert {text: matcher.search(text) for text in matching + not_matching} == {
        **dict.fromkeys(matching, True),
        **dict.fromkeys(not_matching, False),
    }


def test_a_pattern_cannot_hang() -> None:
    assert not Matcher(read_pattern("^(?=(?:a|a|aa)+$)(?:a*)*b")).search("a" * 2000)
    with pytest.raises(RuleError, match="takes too long"):
        Matcher(read_pattern(r"^(a|aa|a?)+(a+)+\1\2b$"), steps=100_000).search("a" * 200)


def test_keys(tmp_path: Path) -> None:
    package = write_package(
        tmp_path,
        {
            "parties": [
                {"id": "blr", "name": "B", "kind": "state"},
                {"id": "blr", "name": "B2", "kind": "state"},
                {"id": "csto", "name": "C", "kind": "organisation", "succeeds_id": "bIr"},
            ],
            "passages": [{"source_id": "s", "number": 1, "text": "x"}, {"source_id": "s", "number": 1, "text": "y"}],
        },
    )
    found = {
        (f.rule, f.table, f.key, f.line)
        for f in open_package(package).validate().findings
        if f.rule.startswith("schema/")
    }
    assert found == {
        ("schema/primaryKey", "parties", "blr", 3),
        ("schema/foreignKey", "parties", "csto", 4),
        ("schema/pattern", "parties", "csto", 4),
        ("schema/primaryKey", "passages", "s/1", 3),
        ("schema/foreignKey", "passages", "s/1", 2),
        ("schema/foreignKey", "passages", "s/1", 3),
    }
