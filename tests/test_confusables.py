"""Ids that look like others, or hold what nobody sees, are told in any package; words of one script are left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conftest import write_foreign
from provisions import validate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

MIXED = "mixes letters of two scripts in one word"
UNSEEN = "holds a character that nobody sees"
FIELDS: list[dict[str, Any]] = [{"name": "id", "type": "string"}, {"name": "name", "type": "string"}]


def _told(folder: Path, ids: list[str], key: Any = "id", **more: Any) -> list[tuple[int | None, str]]:
    schema = {"fields": FIELDS, "primaryKey": key}
    encoding = more.get("encoding", "utf-8")
    content = ("id,name\n" + "".join(f"{each},раypal\n" for each in ids)).encode(encoding)
    report = validate(write_foreign(folder, [{"schema": schema, **more}], {"t0.csv": content}))
    assert report.ok
    assert {(f.rule, f.severity, f.field, f.column) for f in report.findings} <= {("confusable-id", "warning", "id", 1)}
    return [(f.line, f.message.partition("” ")[2].rstrip(".")) for f in report.findings]


def test_ids_of_one_script_are_left_alone(tmp_path: Path) -> None:
    ids = [
        "arg",
        "ARG",
        "аргентина",
        "Россия",
        "ελλάδα",
        "café",
        "日本",
        "naïve",
        "α-carotene",
        "Հայաստան",
        "m²",
        "ﬁn",
        "µg",
    ]
    assert _told(tmp_path, ids) == []


@pytest.mark.parametrize(
    ("odd", "message"),
    [("pаypal", MIXED), ("Ρeru", MIXED), ("a\u200bb", UNSEEN), ("x\u00ady", UNSEEN), ("\u202eab", UNSEEN), ("t\U000e0041", UNSEEN)],
)  # fmt: skip
def test_an_odd_id_is_told(odd: str, message: str, tmp_path: Path) -> None:
    assert _told(tmp_path, ["usa", odd]) == [(3, message)]


@pytest.mark.parametrize("odd", ["сосо", "ｃoco", "𝐜𝐨𝐜𝐨", "СОСО", "ⅽoⅽo"])
@pytest.mark.parametrize("more", [{}, {"encoding": "utf-16"}])
def test_an_id_that_looks_like_another_is_told(odd: str, more: dict[str, Any], tmp_path: Path) -> None:
    for ids, line in ((["coco", "usa", odd], 4), ([odd, "usa", "coco"], 2)):
        told = _told(tmp_path, ids, **more)
        assert (line, f"looks like the one on line {6 - line}, which is another") in told


def test_letters_composed_and_not_look_the_same(tmp_path: Path) -> None:
    assert _told(tmp_path, ["café", "cafe\u0301"]) == [(3, "looks like the one on line 2, which is another")]


def test_only_keys_are_looked_at(tmp_path: Path) -> None:
    assert _told(tmp_path, ["usa", "pаypal"], key=[]) == []


def test_the_rule_is_explained(run: Callable[..., Result]) -> None:
    assert "Cyrillic" in run("rules", "confusable-id").stdout
