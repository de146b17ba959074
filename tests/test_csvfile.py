"""CSV is read exactly, and every fault has its line and character."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisions.csvfile import Fault, Record, decode, read

SPECTRUM = Path(__file__).resolve().parents[2] / "shared" / "suites" / "csv-spectrum"
cells = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=12)


def records(text: str) -> list[list[str]]:
    items = list(read(text))
    assert all(isinstance(item, Record) for item in items), items
    return [item.cells for item in items if isinstance(item, Record)]


@given(st.lists(st.lists(cells, min_size=2, max_size=4), max_size=6), st.sampled_from(["\n", "\r\n"]))
def test_reads_back_what_csv_writes(rows: list[list[str]], newline: str) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator=newline).writerows(rows)
    assert records(text.getvalue()) == rows


@given(st.text(st.sampled_from('a",\n\r'), max_size=20))
def test_agrees_with_the_strict_reader_or_tells_a_fault(text: str) -> None:
    items = list(read(text))
    if any(isinstance(item, Fault) for item in items):
        return
    reference = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert [item.cells for item in items if isinstance(item, Record)] == list(reference)


@given(st.lists(st.lists(cells, min_size=2, max_size=3), min_size=1, max_size=5))
def test_every_cell_begins_where_it_says(rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    lines = text.getvalue().split("\n")
    for item in read(text.getvalue()):
        assert isinstance(item, Record)
        for cell, (line, column) in zip(item.cells, item.starts, strict=True):
            rest = "\n".join([lines[line - 1][column - 1 :], *lines[line:]])
            assert rest.startswith('"' + cell.replace('"', '""') + '"')


@pytest.mark.parametrize(
    ("text", "rule", "line", "column"),
    [
        ("a,b\n1,2\n\n3,4\n", "file/blank-line", 3, 1),
        ('a,b\n1,2"x\n', "file/quote", 2, 4),
        ('a,b\n1,"2"x\n', "file/quote", 2, 6),
        ('a,b\n1,"2\n3,4\n', "file/quote", 2, 3),
        ('a,b\n"x\ny",1\n2,"3\n4"z,5\n', "file/quote", 4, 3),
        ("a,b\n1,2\r3,4\n", "file/newline", 2, 4),
    ],
)
def test_fault_has_its_place(text: str, rule: str, line: int, column: int) -> None:
    fault = next(item for item in read(text) if isinstance(item, Fault))
    assert (fault.rule, fault.line, fault.column) == (rule, line, column)


def test_fault_does_not_hide_what_follows() -> None:
    items = list(read('a,b\n1,"2\n3,4\n5,6\n'))
    assert [item.cells for item in items if isinstance(item, Record)] == [["a", "b"], ["3", "4"], ["5", "6"]]


def test_bytes_that_are_not_utf8_are_told_with_their_place() -> None:
    text, faults = decode("a,b\né,1\n".encode() + b"x\xe9,2\n")
    assert [(fault.rule, fault.line, fault.column) for fault in faults] == [("file/encoding", 3, 2)]
    assert "é" in text


def test_byte_order_mark_and_nul_are_told() -> None:
    _, faults = decode(b"\xef\xbb\xbfa\nb\0\n")
    assert [(fault.rule, fault.line, fault.column) for fault in faults] == [
        ("file/byte-order-mark", 1, 1),
        ("file/nul", 2, 2),
    ]


@pytest.mark.skipif(not SPECTRUM.is_dir(), reason="csv-spectrum lies outside this repository and is not here")
def test_csv_spectrum() -> None:
    paths = sorted((SPECTRUM / "csvs").glob("*.csv"))
    assert paths
    for path in paths:
        text = path.read_bytes().decode()
        expected = json.loads((SPECTRUM / "json" / f"{path.stem}.json").read_text("utf-8"))
        if "\r" not in text:  # a copy whose line ends were converted
            expected = [{name: cell.replace("\r\n", "\n") for name, cell in row.items()} for row in expected]
        header, *rows = records(text)
        assert [dict(zip(header, row, strict=True)) for row in rows] == expected, path.name
