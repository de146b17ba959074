"""Faults in the real data are told at their place, all in one run, each once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from conftest import DATA, edit, write_foreign, write_package
from provisions import open_package, validate
from provisions.errors import PackageError, RuleError
from provisions.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result


def test_committed_package_is_clean() -> None:
    report = validate(DATA)
    assert report.ok
    assert report.findings == ()
    assert report.rows["passages"] == 5


def test_every_fault_is_told_once_at_its_place_in_one_run(data: Path) -> None:
    line, column = edit(
        data / "statements.csv",
        "Lukashenko’s personal approval would be required",
        "Lukashenkos personal approval would be required",
    )
    start = (data / "statements.csv").read_text("utf-8").split("\n")[line - 1].index("Lukashenkos personal") + 1
    assert column == start
    quote = (line, column)
    date = edit(data / "actions.csv", "2025-02-18", "2025-02-38")
    foreign = edit(data / "roles.csv", "rus-blr-2024-art-5,blr,host", "rus-blr-2024-art-5,bLlr,host")
    enum = edit(data / "actions.csv", "rus-blr-2024,rus,submission,", "rus-blr-2024,rus,submision,")
    ragged = edit(
        data / "conditions.csv", "rus-blr-2024-art-5,separate-agreement,", "rus-blr-2024-art-5,separate-agreement,,"
    )
    report = validate(data)
    assert not report.ok
    found = {(f.rule, f.file, f.line) for f in report.findings}
    assert found == {
        ("quote-not-in-source", "statements.csv", quote[0]),
        ("schema/format", "actions.csv", date[0]),
        ("schema/foreignKey", "roles.csv", foreign[0]),
        ("schema/pattern", "roles.csv", foreign[0]),
        ("schema/enum", "actions.csv", enum[0]),
        ("file/ragged-row", "conditions.csv", ragged[0]),
    }
    by_rule = {finding.rule: finding for finding in report.findings}
    assert by_rule["quote-not-in-source"].column == column
    assert by_rule["quote-not-in-source"].key == "hotscup-2024-approval"
    assert "“Lukashenko’s personal approval would be required" in by_rule["quote-not-in-source"].hint
    assert by_rule["schema/format"].column == date[1]
    assert by_rule["schema/format"].value == "2025-02-38"
    assert by_rule["schema/enum"].hint == "Did you mean “submission”?"
    assert "submission" in by_rule["schema/enum"].expected
    assert by_rule["schema/foreignKey"].hint == "Did you mean “blr”?"
    assert "4 cells, the header 3" in by_rule["file/ragged-row"].message


def test_quoted_newlines_do_not_shift_lines(tmp_path: Path) -> None:
    rows = [
        {"id": "a", "name": "A\nB\nC", "kind": "state"},
        {"id": "b", "name": "B", "kind": "planet"},
        {"id": "c", "name": "C\n", "kind": "state"},
        {"id": "b", "name": "again", "kind": "state"},
    ]
    found = [f for f in validate(write_package(tmp_path, {"parties": rows})).findings if f.file == "parties.csv"]
    assert [(f.rule, f.line, f.column) for f in found] == [("schema/enum", 5, 5), ("schema/primaryKey", 8, 1)]
    assert "on line 5" in found[1].message


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", [("file/header", 1, 1)]),
        (b"id,name,kind\n", [("file/header", 1, 1)] * 6),
        (b"\xef\xbb\xbfid\n", [("file/byte-order-mark", 1, 1)] + [("file/header", 1, 1)] * 8),
    ],
)
def test_file_faults(tmp_path: Path, content: bytes, expected: list[tuple[str, int, int]]) -> None:
    package = write_package(tmp_path, {})
    (package / "parties.csv").write_bytes(content)
    assert [(f.rule, f.line, f.column) for f in validate(package).findings] == expected


def test_header_faults_are_told_once_and_not_once_a_row(data: Path) -> None:
    edit(data / "parties.csv", "id,name,kind,", "id,nmae,kind,")
    found = [(f.rule, f.field or f.value, f.line, f.column) for f in validate(data).findings]
    assert found == [("file/header", "name", 1, 1), ("file/header", "nmae", 1, 4)]


def test_columns_in_another_order_are_told_and_read_by_name(tmp_path: Path) -> None:
    package = write_package(tmp_path, {"speakers": [{"id": "s", "name": "S"}]})
    (package / "speakers.csv").write_text("name,id,party_id,office,start,end,wikidata\nS,s,,,,,x\n", encoding="utf-8")
    found = {(f.rule, f.key, f.line, f.column) for f in validate(package).findings}
    assert found == {("file/header", None, 1, 1), ("schema/pattern", "s", 2, 9), ("orphan-speaker", "s", 2, 3)}


def test_missing_file_is_a_finding(data: Path) -> None:
    (data / "waivers.csv").unlink()
    report = validate(data)
    assert ("file/missing", "waivers.csv") in {(f.rule, f.file) for f in report.findings}
    assert report.by_rule["contradicted-value"] == report.warnings


def test_bad_bytes_do_not_hide_the_rest(tmp_path: Path) -> None:
    package = write_package(tmp_path, {"speakers": [{"id": "s", "name": "S"}, {"id": "T", "name": "T"}]})
    path = package / "speakers.csv"
    path.write_bytes(path.read_bytes().replace(b"s,S", b"s,\xe9"))
    found = {(f.rule, f.line, f.column) for f in validate(package).findings if f.rule != "orphan-speaker"}
    assert found == {("file/encoding", 2, 3), ("schema/pattern", 3, 1)}


def test_counts_are_exact_and_the_cap_is_said(tmp_path: Path) -> None:
    rows = [{"id": f"p{n}", "name": "P", "kind": "planet"} for n in range(150)]
    package = write_package(tmp_path, {"parties": rows})
    report = validate(package, limit=10)
    assert report.by_rule == {"schema/enum": 150}
    assert report.errors == 150
    assert len(report.findings) == 10
    assert report.truncated == {"schema/enum": 140}
    assert [f.line for f in report.findings] == list(range(2, 12))
    assert validate(package, limit=200).truncated == {}


def test_waiver_takes_a_finding_out_of_the_count_and_a_new_one_shows(data: Path) -> None:
    before = validate(data)
    assert before.waived > 0
    edit(
        data / "waivers.csv",
        "contradicted-value,statements,hotscup-2024-approval,",
        "contradicted-value,statements,hotscup-2024-xx,",
    )
    report = validate(data)
    assert report.waived == before.waived - 1
    assert {(f.rule, f.severity) for f in report.findings} == {
        ("contradicted-value", Severity.WARNING),
        ("stale-waiver", Severity.ERROR),
    }


def test_fingerprint_stays_when_a_row_moves(tmp_path: Path) -> None:
    rows = [{"id": f"p{n}", "name": "P", "kind": "planet"} for n in range(3)]
    first = validate(write_package(tmp_path / "a", {"parties": rows})).findings
    second = validate(write_package(tmp_path / "b", {"parties": rows[::-1]})).findings
    assert [f.line for f in first] == [f.line for f in second]
    assert [f.fingerprint for f in first] == [f.fingerprint for f in second][::-1]
    assert len({f.fingerprint for f in first}) == 3


def test_values_are_never_read_as_templates_or_sql(tmp_path: Path) -> None:
    rows = [{"id": "p", "name": "x'); DROP TABLE statements; --", "kind": "{expected}' OR 1=1 --"}]
    finding = validate(write_package(tmp_path, {"parties": rows})).findings[0]
    assert "{expected}' OR 1=1 --" in finding.message


def test_a_check_that_cannot_run_is_no_pass(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from provisions import rules, validation
    from provisions.sqlfile import parse

    text = "-- rule: broken\n-- severity: error\n-- table: actions\n-- column: id\n-- since: 0\n-- message: m\n-- hint: h\n--\n-- Prose.\n\nSELECT nothing FROM nowhere"
    broken = rules.read_rule(parse("broken", text))
    monkeypatch.setattr(validation, "read_rules", lambda: (*rules.read_rules(), broken))
    with pytest.raises(RuleError, match="broken on actions could not run"):
        validate(data)


def test_foreign_package_is_judged_by_its_table_schema(tmp_path: Path) -> None:
    schema = {
        "fields": [
            {"name": "Id", "type": "integer", "constraints": {"minimum": 1, "unique": True}},
            {"name": "when", "type": "date"},
            {"name": 'a "quoted" name; --', "type": "string", "constraints": {"required": True, "pattern": "a|b"}},
        ],
        "primaryKey": "Id",
    }
    content = 'Id,when,"a ""quoted"" name; --"\n1,2024-02-30,a\n1_0,,ab\n0,2024-02-29,\n1,,b\n'
    package = write_foreign(
        tmp_path, [{"name": "things", "path": "things.csv", "schema": schema}], {"things.csv": content}
    )
    found = [(f.rule, f.line, f.column) for f in validate(package).findings]
    assert found == [
        ("schema/format", 2, 3),
        ("schema/type", 3, 1),
        ("schema/pattern", 3, 6),
        ("schema/minimum", 4, 1),
        ("schema/required", 4, 14),
        ("schema/primaryKey", 5, 1),
        ("schema/uniqueKeys", 5, 1),
    ]


def test_row_schema_is_judged_beside_the_table_schema(tmp_path: Path) -> None:
    row_schema = {"type": "object", "properties": {"a": {"type": "string", "maxLength": 1}}}
    table_schema = {"fields": [{"name": "a", "type": "string", "constraints": {"enum": ["x", "yy"]}}]}
    resource = {"path": "t.csv", "schema": table_schema, "rowSchema": "rows.json"}
    package = write_foreign(tmp_path, [resource], {"t.csv": "a\nx\nyy\nz\n", "rows.json": json.dumps(row_schema)})
    assert [(f.rule, f.line) for f in validate(package).findings] == [("schema/maxLength", 3), ("schema/enum", 4)]


def test_hash_and_size_are_checked(tmp_path: Path) -> None:
    resource = {"path": "t.csv", "schema": {"fields": [{"name": "a"}]}, "bytes": 5, "hash": "sha256:" + "0" * 64}
    package = write_foreign(tmp_path, [resource], {"t.csv": "a\nx\n"})
    assert [f.rule for f in validate(package).findings] == ["file/bytes", "file/hash"]


@pytest.mark.parametrize(
    "resource",
    [
        {"path": "../t.csv"},
        {"path": "/etc/passwd"},
        {"path": "https://example.org/t.csv"},
        {"path": "~/t.csv"},
        {"path": "a\\b.csv"},
        {"path": "link.csv"},
        {"path": "folder"},
        {"path": ["t.csv", "../t.csv"]},
        {"path": ["t.csv", "link.csv"]},
        {"path": []},
        {"path": "t.csv", "data": [["a"]]},
        {"path": "t.csv", "encoding": "latin-99"},
        {"path": "t.csv", "encoding": "rot13"},
        {"path": "t.csv", "dialect": "../dialect.json"},
        {"path": "t.csv", "compression": "rar"},
        {"path": "t.csv", "compression": "gz"},
        {"path": "t.csv", "compression": "zip"},
        {"path": "t.csv", "format": "xlsx"},
        {"path": "t.xlsx"},
        {"path": "t.csv", "schema": "../schema.json"},
        {"path": "t.csv", "schema": {"fields": [{"name": "a"}]}, "hash": "crc32:d41d8cd9"},
    ],
    ids=str,
)
def test_what_is_unsafe_or_not_supported_is_refused(tmp_path: Path, resource: dict[str, object]) -> None:
    package = write_foreign(tmp_path / "p", [{"schema": {"fields": [{"name": "a"}]}} | resource], {"t.csv": "a\nx\n"})
    (tmp_path / "outside.csv").write_text("a\nsecret\n", encoding="utf-8")
    (package / "link.csv").symlink_to(tmp_path / "outside.csv")
    (package / "folder").mkdir()
    with pytest.raises(PackageError, match=r"resource 't0'|t\.csv"):
        open_package(package).validate()


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{",
        '{"resources": []}',
        '{"resources": [{"name": "a", "path": "a.csv"}]}',
        '{"resources": [1]}',
        '{"name": 1, "name": 2, "resources": []}',
        '{"x": NaN, "resources": []}',
        "[" * 200 + "]" * 200,
        '{"resources": [{"path": "a.csv", "schema": {"fields": []}}]}',
    ],
)
def test_unreadable_descriptor_is_refused_in_one_line(tmp_path: Path, text: str, run: Callable[..., Result]) -> None:
    (tmp_path / "datapackage.json").write_text(text, encoding="utf-8")
    result = run("validate", tmp_path)
    assert result.exit_code == 3
    assert result.stdout == ""
    assert result.stderr.startswith("provisions: ")
    assert result.stderr.count("\n") == 1


def test_finding_is_a_plain_value() -> None:
    finding = Finding("r", Severity.ERROR, "t", "m", key="k")
    assert finding == Finding("r", Severity.ERROR, "t", "m", key="k")
    assert finding.fingerprint == Finding("r", Severity.WARNING, "t", "other", key="k", line=9).fingerprint
