"""Large files are vetted fast; where the fast reader is sure, it says what the exact one says."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import write_foreign
from provisions import load, validate, vetting
from provisions.csvfile import Record, read

if TYPE_CHECKING:
    from pathlib import Path


def _write(rows: list[list[str]], end: str, quoting: int) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator=end, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return text.getvalue()


csv_like = st.one_of(
    st.text(st.sampled_from('ab",,\n\n\r'), min_size=1, max_size=14),
    st.builds(
        _write,
        st.lists(
            st.lists(st.text(st.sampled_from('aé",\n'), max_size=4), min_size=2, max_size=3), min_size=1, max_size=5
        ),
        st.sampled_from(["\n", "\r\n"]),
        st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    ),
)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of a few bytes count as large, and are read in chunks of a few bytes."""
    monkeypatch.setattr(vetting, "_CHUNK", 7)
    monkeypatch.setattr(load, "MIN_BYTES", 1)


@given(text=csv_like)
def test_sure_means_well_formed_and_records_stand_where_they_do(
    text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    path.write_bytes(text.encode())
    count = vetting.count_records(path)
    if count is None:
        return
    records = list(read(text))
    assert all(isinstance(record, Record) for record in records)
    assert count == len(records) - 1
    places = vetting.find_records(path, range(len(records)))
    for number, record in enumerate(records):
        place = places[number]
        assert isinstance(record, Record)
        assert place.line == record.line
        (again,) = read(text.encode()[place.first : place.after].decode())
        assert isinstance(again, Record)
        assert again.cells == record.cells


@pytest.mark.parametrize(("end", "well_formed"), [("\n", True), ("\r\n", True), ("\n\n", False), ("\r", False)])
def test_line_ends(tmp_path: Path, end: str, *, well_formed: bool) -> None:
    (tmp_path / "t.csv").write_bytes(end.join(["a,b", '1,"2\n"', "3,4", ""]).encode())
    assert (vetting.count_records(tmp_path / "t.csv") == 2) == well_formed


BODY = '"x\ny",1\nz,2\n"q""",3\nw,four\n'


@pytest.mark.parametrize(
    "content",
    [
        "a,b\n" + BODY,
        "a,b\r\n" + BODY.replace("\n", "\r\n"),
        "a,b\n" + BODY + "1,2,3\n",
        "a,b\n" + BODY + "1\n",
        "a,b\n" + BODY + '1"2,3\n',
        "a,b\n" + BODY + "\n1,x\n",
        "b,a\n1,x\n",
        "a,b\n" + BODY + '"open,x\n',
        "a,b\n",
        "a,b",
    ],
)
@pytest.mark.parametrize("more", [b"", b"\xe9,1\n"])
def test_report_is_the_same_as_that_of_the_exact_reader(
    tmp_path: Path, content: str, more: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema = {"fields": [{"name": "a"}, {"name": "b", "type": "integer"}], "primaryKey": "a"}
    package = write_foreign(tmp_path, [{"path": "t.csv", "schema": schema}], {"t.csv": content.encode() + more})
    fast = validate(package)
    monkeypatch.setattr(load, "MIN_BYTES", 1 << 40)
    exact = validate(package)
    assert fast.findings == exact.findings
    assert fast.rows == exact.rows


def test_bytes_that_are_not_utf8_are_seen_in_a_column_that_nothing_is_asked_of(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "a"}, {"name": "note"}]}
    package = write_foreign(tmp_path, [{"path": "t.csv", "schema": schema}], {"t.csv": b"a,note\n1,x\n2,\xe9\n"})
    assert [(f.rule, f.line, f.column) for f in validate(package).findings] == [("file/encoding", 3, 3)]
