"""Stata files, as pandas and ReadStat read them."""

from __future__ import annotations

import datetime as dt
import struct
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyreadstat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from provisions.engines import Result
from provisions.exports import write_file

if TYPE_CHECKING:
    from pathlib import Path

LONG = "длинный текст, " * 300
NAMES = ("text", "words", "day", "yes", "small", "large", "huge", "n", "end")
TYPES = ("VARCHAR", "VARCHAR", "DATE", "BOOLEAN", "INTEGER", "BIGINT", "HUGEINT", "DOUBLE", "VARCHAR")
ROWS: list[tuple[Any, ...]] = [
    ("ä € 𝒳", LONG, dt.date(1947, 9, 2), True, -1, 2**40, 2**53 + 1, 0.1, None),
    (None, "", None, None, None, None, None, None, None),
    ("", LONG, dt.date(9999, 12, 31), False, 2_147_483_620, -(2**53), 1, -2e300, "x"),
    ("x", "short", dt.date(1, 1, 1), True, 0, 0, -5, 1.0, ""),
]


def _write(path: Path, rows: list[tuple[Any, ...]], types: tuple[str, ...] = TYPES, labels: str = "") -> None:
    names = NAMES[: len(types)] if types == TYPES else tuple(f"v{n}" for n in range(len(types)))
    write_file(Result(names, types, iter([rows] if rows else [])), path, "dta", "A title", dict.fromkeys(names, labels))


def test_every_kind_of_cell_comes_back(tmp_path: Path) -> None:
    _write(tmp_path / "t.dta", ROWS, labels="`Label` " + "of many words " * 9)
    read, said = pyreadstat.read_dta(tmp_path / "t.dta", disable_datetime_conversion=True)
    expected = {
        "text": ["ä € 𝒳", "", "", "x"],
        "words": [LONG, "", LONG, "short"],
        "small": [-1, None, 2_147_483_620, 0],
        "large": [2**40, None, -(2**53), 0],
        "huge": [str(2**53 + 1), "", "1", "-5"],
        "n": [0.1, None, -2e300, 1.0],
        "yes": [1, None, 0, 1],
        "_end": ["", "", "x", ""],
    }
    days = [None if row[2] is None else (row[2] - dt.date(1960, 1, 1)).days for row in ROWS]
    for name, cells in (expected | {"day": days}).items():
        assert [None if pd.isna(cell) else cell for cell in read[name]] == cells, name
    assert said.variable_value_labels == {"yes": {0: "no", 1: "yes"}}
    assert said.file_label == "A title"
    assert set(said.column_labels) == {"Label " + "of many words " * 5 + "of…"}
    assert said.original_variable_types["day"] == "%td"
    for_pandas = pd.read_stata(tmp_path / "t.dta", convert_dates=False)
    assert for_pandas["words"].tolist() == expected["words"]
    assert for_pandas["yes"].tolist()[0] == "yes"


def test_a_long_text_is_there_once(tmp_path: Path) -> None:
    _write(tmp_path / "t.dta", ROWS)
    content = (tmp_path / "t.dta").read_bytes()
    assert content.count(LONG.encode()) == 1
    begins = struct.unpack_from("<14Q", content, content.index(b"<map>") + 5)
    assert begins[-1] == len(content)
    assert all(content[place:].startswith(b"<") for place in begins[:-1])


def test_a_table_without_rows(tmp_path: Path) -> None:
    _write(tmp_path / "t.dta", [])
    assert pd.read_stata(tmp_path / "t.dta").shape == (0, len(NAMES))


CELLS: dict[str, st.SearchStrategy[Any]] = {
    "VARCHAR": st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30),
    "BIGINT": st.integers(-(2**60), 2**60),
    "DOUBLE": st.floats(allow_nan=False),
    "BOOLEAN": st.booleans(),
}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_pandas_reads_what_was_written(tmp_path: Path, data: st.DataObject) -> None:
    types = tuple(data.draw(st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=4)))
    cells = st.tuples(*(st.one_of(st.none(), CELLS[kind]) for kind in types))
    rows = data.draw(st.lists(cells, max_size=8))
    _write(tmp_path / "t.dta", rows, types)
    read = pd.read_stata(tmp_path / "t.dta", convert_categoricals=False)
    assert len(read) == len(rows)
    for place, kind in enumerate(types):
        for cell, other in zip([row[place] for row in rows], read[f"v{place}"], strict=True):
            if kind == "VARCHAR":
                assert other == (cell or "")
            elif cell is None:
                assert other == "" or pd.isna(other)
            else:
                assert type(cell)(float(other) if kind == "DOUBLE" else int(other)) == pytest.approx(cell, rel=0, abs=0)
