"""The compiler refuses what it cannot judge, and patterns and keys mean what they should."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conftest import write_foreign, write_package
from provisions import open_package
from provisions.compile import compile_table
from provisions.compile.matcher import Matcher
from provisions.compile.pattern import read_pattern
from provisions.compile.portable import translate
from provisions.engines import quote_literal
from provisions.engines.duck import DuckEngine
from provisions.errors import RuleError, SchemaError
from provisions.schema import read_table

if TYPE_CHECKING:
    from pathlib import Path


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
        ({"properties": {"_Row": {"type": "string"}}}, "'_Row' is kept"),
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


def test_many_patterns_that_need_python_are_each_told_once(tmp_path: Path) -> None:
    """Two hundred on fifty columns; those of one column share the cell that breaks them all."""
    columns: dict[str, Any] = {
        f"c{n}": {"type": "string", "allOf": [{"pattern": f"^(?!{letter}*{n}x)"} for letter in "abcd"]}
        for n in range(50)
    }
    rows = [
        ["ok"] * 50,
        [f"{n}x" if n % 2 else "" for n in range(50)],
        [f"a{n}x" if n == 7 else "ok" for n in range(50)],
    ]
    lines = [",".join(row) for row in [list(columns), *rows]]
    row_schema = {"type": "object", "properties": columns}
    folder = write_foreign(tmp_path, [{"rowSchema": row_schema}], {"t0.csv": "\n".join(lines) + "\n"})
    found = [(f.line, f.field, f.expected[0]) for f in open_package(folder).validate(limit=1000).findings]
    assert sorted(found) == sorted(
        [(3, f"c{n}", f"^(?!{letter}*{n}x)") for n in range(1, 50, 2) for letter in "abcd"] + [(4, "c7", "^(?!a*7x)")]
    )
