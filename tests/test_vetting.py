"""Large files are read by other means than small ones; what is said of them is the same, to the last finding."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import write_foreign
from provisions import loading, manifest, mending, open_package, validate, vetting
from provisions.csvfile import Record, read
from provisions.reading import Reading

if TYPE_CHECKING:
    from pathlib import Path

    from provisions.model import Report

# A large file that is not vetted at all is read exactly.
NEVER = 1 << 40
SCHEMA = {"fields": [{"name": "a"}, {"name": "b", "type": "integer"}], "primaryKey": "a"}


def _write(rows: list[list[str]], end: str, quoting: int) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator=end, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return text.getvalue()


csv_like = st.one_of(
    st.text(st.sampled_from('ab",,\n\n\r'), min_size=1, max_size=14),
    st.text(st.sampled_from('a""",\n\n'), min_size=1, max_size=30),
    st.builds(
        _write,
        st.lists(
            st.lists(st.text(st.sampled_from('aé",\n'), max_size=4), min_size=2, max_size=3), min_size=1, max_size=5
        ),
        st.sampled_from(["\n", "\r\n"]),
        st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    ),
)
# Mostly sound lines, so that what a fault does to its neighbours shows.
lines = st.lists(
    st.one_of(
        st.sampled_from(
            [b"x,1", b"y,2", b"z,", b"w,four", b'"m\nn",3', b'"q""r",4', b'"",5', b"\xc3\xa9,6", b'"u\rv",7']
        ),
        st.sampled_from([b"x,1,", b"x,1,2", b"x", b"", b"\xe9,2", b"n\0,3", b"\0,4", b"\xef\xbf\xbd,5"]),
        st.sampled_from([b'"o,7', b'p",8', b'"s"t,9', b"u\rv,1", b'""","""']),
    ),
    max_size=9,
)
headers = st.sampled_from(
    [b"a,b", b"a,b", b"a,b", b'"a",b', b"b,a", b"a", b"x,b", b"a,a,b", b"a;b", b'"a,b', b"\xef\xbb\xbfa,b"]
)
ends = st.sampled_from([[b"\n"], [b"\r\n"], [b"\n", b"\n", b"\r\n", b"\r"]])


@st.composite
def faulty(draw: st.DrawFn) -> bytes:
    """A file of a few lines, some of them faulty, whose lines may end in several ways, and the last one not at all."""
    end = st.sampled_from(draw(ends))
    whole = b"".join(line + draw(end) for line in [draw(headers), *draw(lines)])
    return whole.rstrip(b"\r\n") if draw(st.booleans()) else whole


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of a few bytes count as large, and are read in chunks of a few bytes, one file at a time."""
    monkeypatch.setattr(manifest, "SMALL_BYTES", 0)
    monkeypatch.setattr(vetting, "_CHUNK", 7)
    monkeypatch.setattr(loading, "MIN_BYTES", 1)


@given(text=csv_like)
def test_sure_means_well_formed(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    path.write_bytes(text.encode())
    records = list(read(text))
    first = records[0]
    columns = len(first.cells) if isinstance(first, Record) else 1
    count = vetting.count_records(path, columns)
    if count is not None:
        assert all(isinstance(record, Record) for record in records)
        assert count == len(records) - 1
        assert sum(len(record.cells) for record in records if isinstance(record, Record)) == columns * len(records)


@given(text=csv_like)
def test_records_stand_where_they_do(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    data = text.encode()
    path.write_bytes(data)
    records = [item for item in read(text) if isinstance(item, Record)]
    places = vetting.find_records(path, range(len(records) + 1))
    again = [next(read(data[place.first : place.after].decode(), place.line)) for place in places.values()]
    assert again == records


@pytest.mark.parametrize(("end", "well_formed"), [("\n", True), ("\r\n", True), ("\n\n", False), ("\r", False)])
def test_line_ends(tmp_path: Path, end: str, *, well_formed: bool) -> None:
    (tmp_path / "t.csv").write_bytes(end.join(["a,b", '1,"2\n"', "3,4", ""]).encode())
    assert (vetting.count_records(tmp_path / "t.csv", 2) == 2) == well_formed


def _both(folder: Path, content: bytes, schema: dict[str, Any] = SCHEMA, limit: int = 100) -> tuple[Report, Report]:
    """The report on a file as a large one, and the report of the exact reader."""
    package = write_foreign(folder, [{"path": "t.csv", "schema": schema}], {"t.csv": content})
    fast = validate(package, limit)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "MIN_BYTES", NEVER)
        return fast, validate(package, limit)


# What both kinds of readers tell of a file; of a quote that is wrong, one says more.
_OF_FILES = ("file/ragged-row", "file/blank-line", "file/header", "file/encoding", "file/nul", "file/byte-order-mark")


@settings(max_examples=settings().max_examples // 4)
@given(contents=st.lists(faulty(), min_size=2, max_size=3))
def test_parts_large_and_small_are_read_alike(contents: list[bytes], tmp_path_factory: pytest.TempPathFactory) -> None:
    """Each part by itself, whether it repeats the header, has another one, or none."""
    files = {f"{n}.csv": content for n, content in enumerate(contents)}
    package = write_foreign(tmp_path_factory.mktemp("parts"), [{"path": list(files), "schema": SCHEMA}], files)
    fast = validate(package, 1000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "MIN_BYTES", NEVER)
        exact = validate(package, 1000)
    _same(fast, exact)
    with pytest.MonkeyPatch.context() as patch:  # the reader of any layout, which takes no part by itself
        patch.setattr(Reading, "usual", property(lambda _: False))
        odd = validate(package, 1000)
    assert fast.rows == odd.rows
    told = [[(f.rule, f.file, f.line) for f in one.findings if f.rule in _OF_FILES] for one in (fast, odd)]
    assert told[0] == told[1]


def _same(fast: Report, exact: Report) -> None:
    assert fast.findings == exact.findings
    assert (fast.rows, fast.by_rule, fast.truncated) == (exact.rows, exact.by_rule, exact.truncated)


BODY = '"x\ny",1\nz,2\n"q""",3\nw,four\n'


@pytest.mark.parametrize(
    "content",
    [
        "a,b\n" + BODY,
        "a,b\r\n" + BODY.replace("\n", "\r\n"),
        "a,b\r\n" + BODY,
        "a,b\n" + BODY + "1,2,3\n",
        "a,b\n" + BODY + "1\n",
        "a,b\n" + BODY + "1,2,\n",
        "a,b\n" + BODY + '1"2,3\n',
        "a,b\n" + BODY + "\n1,x\n",
        "b,a\n1,x\n",
        "b,c,a\nx,1,2\n",
        "c\nx\n",
        "a,b\n" + BODY + '"open,x\n',
        "a,b\n" + BODY + '"open,x\n' + "y,2\n" * 30 + '"closed" late\n' + BODY,
        'a,b\n"' + "long " * 30 + '",1\n' + BODY,
        "\ufeffa,b\n" + BODY,
        "\n\na,b\n" + BODY,
        "a,b\r" + BODY.replace("\n", "\r"),
        "a,b\n",
        "a,b",
        "\ufeff",
        '"a',
    ],
)
@pytest.mark.parametrize("more", [b"", b"\xe9,1\n", b"\0,1\n"])
def test_report_is_the_same_as_that_of_the_exact_reader(tmp_path: Path, content: str, more: bytes) -> None:
    _same(*_both(tmp_path, content.encode() + more))


@settings(max_examples=60)
@given(content=faulty(), limit=st.sampled_from([1, 2, 100]))
def test_any_faults_are_told_alike(content: bytes, limit: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    _same(*_both(tmp_path_factory.mktemp("package"), content, limit=limit))


@given(content=st.binary(max_size=40))
def test_any_bytes_have_the_faults_that_the_exact_reader_tells(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("package")
    _same(*_both(folder, b"a\n" + content, {"fields": [{"name": "a"}]}))


def test_faults_beyond_the_limit_are_counted(tmp_path: Path) -> None:
    content = b"a,b\n" + b'1,2,3\n\n4,\xe9\n5\0,6\n7"8,9\n' * 20
    fast, exact = _both(tmp_path, content, limit=3)
    _same(fast, exact)
    assert fast.by_rule["file/ragged-row"] == fast.by_rule["file/quote"] == 20
    assert sum(finding.rule == "file/ragged-row" for finding in fast.findings) == 3
    assert fast.truncated["file/encoding"] == fast.truncated["file/nul"] == fast.truncated["file/blank-line"] == 17


def test_cells_of_faulty_records_are_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = b'a,b\nx,1,2\ny\nz"z,3\n"w\0\xe9,\n",4\n'
    package = write_foreign(tmp_path, [{"path": "t.csv", "schema": SCHEMA}], {"t.csv": content})
    for size in (1, NEVER):
        monkeypatch.setattr(loading, "MIN_BYTES", size)
        with open_package(package) as opened:
            texts = opened.query("SELECT _row, _sound, a, b FROM _cells_t0 ORDER BY _row").fetchall()
        assert texts == [(1, False, "x", "1"), (2, False, "y", None), (3, True, "w\ufffd,\n", "4")]


def test_a_header_too_wide_for_a_copy_is_read_exactly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mending, "_MAX_SPARE", 1)
    _same(*_both(tmp_path, b"b,c,d,e,a\n1,2,3,4,x\ny,2,3,4\n"))


def test_bytes_that_are_not_utf8_are_seen_in_a_column_that_nothing_is_asked_of(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "a"}, {"name": "note"}]}
    package = write_foreign(tmp_path, [{"path": "t.csv", "schema": schema}], {"t.csv": b"a,note\n1,x\n2,\xe9\n"})
    assert [(f.rule, f.line, f.column) for f in validate(package).findings] == [("file/encoding", 3, 3)]
