"""docs/keywords.md says of every keyword and format what is done with it, and what it says is so."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema_specifications import REGISTRY

from provisions import compile as compiler
from provisions.compile import keywords
from provisions.compile.formats import FORMATS
from provisions.errors import SchemaError
from provisions.schema import read_table

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "keywords.md").read_text("utf-8")
COMPILED = keywords._BOTH | keywords._ROW | keywords._CELL


def test_every_keyword_is_listed_with_the_file_of_its_function() -> None:
    listed = re.findall(r"^\| `([$A-Za-z]+)` \| .* \| \[`.*`\]\(\.\./(.*)\) \|$", PAGE, re.MULTILINE)
    files = {name: "src/" + function.__module__.replace(".", "/") + ".py" for name, function in COMPILED.items()}
    assert dict(listed) == files


def test_every_format_is_listed_with_who_judges_it() -> None:
    listed = re.findall(r"^\| `([a-z0-9-]+)` \| (.*) \| ((?:SQL|Python).*) \|$", PAGE, re.MULTILINE)
    by = {
        name: "SQL" if form.judge is None else "Python" if form.right == "TRUE" else "SQL; some in Python"
        for name, form in FORMATS.items()
    }
    assert listed == [(name, form.words, by[name]) for name, form in FORMATS.items()]


def test_every_other_keyword_of_the_draft_is_refused_and_listed() -> None:
    vocabularies = [uri for uri in REGISTRY if "2020-12/meta/" in uri]
    of_draft = {word for uri in vocabularies for word in REGISTRY.contents(uri).get("properties", {})}
    passed_over = keywords.ANNOTATIONS | keywords.FOR_LISTS | {"then", "else"}
    refused = of_draft - set(COMPILED) - passed_over
    line = next(line for line in PAGE.splitlines() if "every keyword that is not of draft 2020-12" in line)
    assert set(re.findall(r"`(.*?)`", line)) == refused
    for word in refused:
        with pytest.raises(SchemaError, match=re.escape(word)):
            compile_column({word: {}})


@pytest.mark.parametrize(
    ("schema", "in_python"),
    [
        *(({"pattern": pattern}, True) for pattern in ("(?!a)", r"(a)\1", r"\b", "[]", r"\p{LC}", "a{1001}")),
        *(({"pattern": pattern}, False) for pattern in ("^a+$", r"\p{Lu}", "a{1000}")),
        ({"type": "number", "multipleOf": 0.1}, True),
        ({"type": "number", "anyOf": [{"type": "integer"}]}, True),
        *(({"format": name}, form.judge is not None) for name, form in FORMATS.items()),
    ],
)
def test_what_python_is_asked(schema: dict[str, Any], in_python: bool) -> None:
    kind = FORMATS[schema["format"]].kind if "format" in schema else "string"
    assert any(check.atoms for check in compile_column({"type": kind} | schema)) == in_python


def test_the_sql_of_a_package_can_be_seen(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    exec(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)[0], {})  # noqa: S102 - what the page shows
    assert "statements schema/required" in capsys.readouterr().out


def compile_column(schema: dict[str, Any]) -> list[Any]:
    return compiler.compile_table([read_table("t", {"properties": {"a": schema}})], {})
