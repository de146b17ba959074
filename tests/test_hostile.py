"""Packages of strangers: nothing outside is read or written, nothing is fetched, work is bounded, reports say what is there."""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import stat
import subprocess
import sys
import warnings
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conftest import ROOT, write_foreign
from provisions import tables, validate
from provisions.engines.duck import DuckEngine
from provisions.errors import EngineMemoryError, PackageError, ProvisionsError
from provisions.limits import Limits, raised
from provisions.reports import FORMATS, write_report

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

SCHEMA: dict[str, Any] = {"fields": [{"name": "a", "type": "string"}]}
SECRET = "not-for-you"  # noqa: S105
DESCRIPTOR = json.dumps({"name": "p", "resources": [{"name": "t", "path": "t.csv", "schema": SCHEMA}]})


def _refused(run: Callable[..., Result], package: Path, words: str, *options: object) -> None:
    """One line says why, and nothing of what lies outside."""
    result = run("validate", package, *options)
    assert (result.exit_code, result.stdout) == (3, "")
    assert re.fullmatch(r"provisions: .*\n", result.stderr)
    assert re.search(words, result.stderr)
    assert SECRET not in result.stderr


def _package(folder: Path, item: dict[str, Any], files: dict[str, bytes | str] | None = None) -> Path:
    return write_foreign(folder, [{"schema": SCHEMA} | item], {"t0.csv": "a\nx\n", **(files or {})})


# Paths ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["path", "schema", "rowSchema", "dialect"])
@pytest.mark.parametrize("link", ["file", "folder", "itself", "fifo"])
def test_links_and_what_is_no_file(key: str, link: str, tmp_path: Path, run: Callable[..., Result]) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.json").write_text(SECRET, encoding="utf-8")
    place = {"file": "link.json", "folder": "link/secret.json", "itself": "link.json", "fifo": "link.json"}[link]
    package = _package(tmp_path / "p", {key: place})
    if link == "fifo":
        os.mkfifo(package / "link.json")
    else:
        target = {"file": outside / "secret.json", "folder": outside, "itself": Path("link.json")}[link]
        (package / place.split("/", maxsplit=1)[0]).symlink_to(target)
    _refused(run, package, "leads out of the package|cannot be followed|not a regular file")


@pytest.mark.parametrize(
    "path",
    [
        "/dev/zero",
        "../t.csv",
        "http://127.0.0.1:9/t.csv",
        "s3://b/t.csv",
        "t\0.csv",
        "t0.csv/",
        "C:\\t.csv",
        "x" * 5000,
    ],
)
def test_paths(path: str, tmp_path: Path, run: Callable[..., Result]) -> None:
    _refused(run, _package(tmp_path, {"path": path}), "path")


@pytest.mark.parametrize("where", ["http://127.0.0.1:9/s.json", "file:///etc/passwd", "../s.json"])
def test_references_are_not_followed_out_of_the_schema(where: str, tmp_path: Path, run: Callable[..., Result]) -> None:
    schema = {"properties": {"a": {"type": "string", "$ref": where}}}
    package = write_foreign(tmp_path, [{"rowSchema": schema}], {"t0.csv": "a\nx\n"})
    _refused(run, package, "ref")


# Archives ---------------------------------------------------------------------------------------------------------------


def _link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        (["../evil"], "outside the folder"),
        (["/evil"], "outside the folder"),
        (["//evil"], "outside the folder"),
        (["a/../../evil"], "outside the folder"),
        (["C:/evil"], "outside the folder"),
        ([_link()], "is a link"),
        (["t.csv", "T.CSV"], "stands twice"),
        (["t.csv", "t.csv"], "stands twice"),
    ],
    ids=str,
)
def test_archives(entries: list[Any], words: str, tmp_path: Path, run: Callable[..., Result]) -> None:
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr("datapackage.json", DESCRIPTOR)
        for entry in entries:
            archive.writestr(entry, "a\nx\n")
    _refused(run, tmp_path / "p.zip", words)
    assert [path.name for path in tmp_path.iterdir()] == ["p.zip"]


def _zip(**files: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_", "."), content)
    return data.getvalue()


def test_an_archive_whose_names_hold_nul_or_that_is_encrypted(tmp_path: Path, run: Callable[..., Result]) -> None:
    data = _zip(datapackage_json=DESCRIPTOR, t_csv="a\nx\n")
    (tmp_path / "nul.zip").write_bytes(data.replace(b"t.csv", b"t\0csv"))
    _refused(run, tmp_path / "nul.zip", "NUL")
    at = data.rindex(b"PK\x01\x02") + 8
    (tmp_path / "locked.zip").write_bytes(data[:at] + b"\x01" + data[at + 1 :])
    _refused(run, tmp_path / "locked.zip", "encrypted")


# Limits -----------------------------------------------------------------------------------------------------------------

MANY = {"fields": [{"name": f"c{n}"} for n in range(20)]}
LOOK = {"fields": [{"name": "a", "type": "string", "constraints": {"pattern": "(?=(x+))\\1{3}y"}}]}


@pytest.mark.parametrize(
    ("name", "item", "content"),
    [
        ("document-bytes", {}, "a\n"),
        ("document-depth", {"note": [[[[[[]]]]]]}, "a\n"),
        ("columns", {"schema": MANY}, "a\n"),
        ("file-bytes", {"compression": "gz"}, gzip.compress(b"a\n" + b"x\n" * 1000, mtime=0)),
        ("file-bytes", {"encoding": "latin-1"}, "a\n" + "x\n" * 1000),
        ("pattern-size", {"schema": LOOK}, "a\nxxxxxx\n"),
        ("pattern-steps", {"schema": LOOK}, "a\n" + "x" * 2000 + "\n"),
        ("sql-characters", {}, "a\nx\n"),
        ("subschemas", {"rowSchema": {"properties": {"a": {"type": "string", "not": {"const": "y"}}}}}, "a\nx\n"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isprintable() else "",
)
def test_each_limit_can_be_raised(
    name: str, item: dict[str, Any], content: bytes | str, tmp_path: Path, run: Callable[..., Result]
) -> None:
    strict = {"pattern-steps": 1, "columns": 19, "file-bytes": 999, "document-bytes": 99}.get(name, 1)
    constrained = {"fields": [{"name": "a", "type": "string", "constraints": {"maxLength": 99}}]}
    package = _package(tmp_path, {"schema": constrained} | item, {"t0.csv": content})
    _refused(run, package, rf"limit {name} is {strict}; raise it with --limit {name}=", "--limit", f"{name}={strict}")
    assert run("validate", package).exit_code in (0, 1)
    with pytest.raises(ProvisionsError, match=name):
        validate(package, limits={name: strict})


def test_limits_of_tables_and_archives(tmp_path: Path, run: Callable[..., Result]) -> None:
    package = write_foreign(tmp_path, [{"schema": SCHEMA}] * 2, {"t0.csv": "a\n", "t1.csv": "a\n"})
    _refused(run, package, "limit tables is 1;", "--limit", "tables=1")
    archive = tmp_path / "p.zip"
    archive.write_bytes(_zip(datapackage_json=DESCRIPTOR, t_csv="a\n" + "x\n" * 10_000))
    _refused(run, archive, "limit archive-files is 1;", "--limit", "archive-files=1")
    _refused(run, archive, "limit archive-bytes is 10,240;", "--limit", "archive-bytes=10K")
    assert run("validate", archive, "--limit", "archive-bytes=10MB", "--limit", 5).exit_code == 0


def test_what_unpacks_to_very_much(tmp_path: Path, run: Callable[..., Result]) -> None:
    much = "x\n" * (33 * 1024**2)
    packages = (
        _package(tmp_path, {"compression": "gz"}, {"t0.csv": gzip.compress(much.encode(), mtime=0)}),
        tmp_path / "p.zip",
    )
    packages[1].write_bytes(_zip(datapackage_json=DESCRIPTOR, t_csv=much))
    for package, other in zip(packages, ("file-bytes", "archive-bytes"), strict=True):
        _refused(run, package, "limit compression-ratio is 200; raise it with --limit compression-ratio=")
        _refused(run, package, other, "--limit", "compression-ratio=2000", "--limit", f"{other}=1M")


def test_what_the_engine_may_spill() -> None:
    with raised({"spill_bytes": 8 * 1024**2}):
        engine = DuckEngine("40MB")
    try:
        with pytest.raises(EngineMemoryError, match="limit spill-bytes is"):
            engine.rows(
                "SELECT MAX(r) AS r FROM (SELECT ROW_NUMBER() OVER (ORDER BY md5(i::VARCHAR)) AS r FROM range(3000000) t(i))"
            )
    finally:
        engine.close()


def test_a_limit_that_is_none(run: Callable[..., Result]) -> None:
    for option, words in (("colums=5", "Did you mean 'columns'"), ("columns=many", "needs a number"), ("0", "")):
        result = run("validate", "--limit", option)
        assert result.exit_code == 2
        assert words in result.stderr.replace("\n", " ")


def test_every_limit_is_documented(run: Callable[..., Result]) -> None:
    page, told = (ROOT / "SECURITY.md").read_text("utf-8"), re.sub(r"\s+", "", run("validate", "--help").stdout)
    for name in Limits.names():
        number = getattr(Limits(), name.replace("-", "_"))
        assert re.search(rf"^\| `{name}` \| .* \| {number:,} \|$", page, re.MULTILINE)
        assert name in told


# Documents --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: &a [x]\nresources: [*a, *a]", "anchors and aliases"),
        ("resources: !!python/object/apply:os.system ['true']", "tags are not allowed"),
        ("resources: []\nresources: []", "stands twice"),
        ("resources: " + "[" * 500 + "]" * 500, "nested too deep"),
        ("<<: {resources: []}", ""),
        ("resources: []\n1: x", "the key 1 is read as no text"),
        ("resources: [{on: x}]", "the key True is read as no text"),
    ],
)
def test_yaml(text: str, words: str, tmp_path: Path, run: Callable[..., Result]) -> None:
    (tmp_path / "datapackage.yaml").write_text(text, encoding="utf-8")
    _refused(run, tmp_path, words)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "9" * 5000, "1e400", '"\\ud800"'])
def test_values_that_are_none(number: str, tmp_path: Path, run: Callable[..., Result]) -> None:
    (tmp_path / "datapackage.json").write_text(DESCRIPTOR.replace('"p"', number, 1), encoding="utf-8")
    _refused(run, tmp_path, "datapackage.json")


@pytest.mark.parametrize(
    "name", ["rot13", "zlib_codec", "idna", "punycode", "unicode_escape", "raw-unicode-escape", "no-such", "utf-8\0"]
)
def test_what_is_no_encoding(name: str, tmp_path: Path, run: Callable[..., Result]) -> None:
    _refused(run, _package(tmp_path, {"encoding": name}), "encoding")


@pytest.mark.parametrize(
    "key",
    [
        {"foreignKeys": 5},
        {"foreignKeys": {}},
        {"foreignKeys": [{"fields": [], "reference": {"resource": "", "fields": []}}]},
        {"foreignKeys": [{"fields": {"a": 1}, "reference": {"resource": "", "fields": "a"}}]},
        {"foreignKeys": [{"fields": "a", "reference": {"resource": 5, "fields": "a"}}]},
        {"primaryKey": {"a": 1}},
        {"uniqueKeys": [5]},
    ],
    ids=str,
)
@pytest.mark.parametrize("schema", ["schema", "rowSchema"])
def test_keys_that_are_none(schema: str, key: dict[str, Any], tmp_path: Path, run: Callable[..., Result]) -> None:
    row = {"properties": {"a": {"type": "string"}}, "x-table": key}
    package = write_foreign(tmp_path, [{schema: SCHEMA | key if schema == "schema" else row}], {"t0.csv": "a\nx\n"})
    _refused(run, package, "[kK]ey|must name fields")


def test_groups_inside_groups(tmp_path: Path, run: Callable[..., Result]) -> None:
    for depth, words in ((90, ""), (101, "more than 100 groups"), (5000, "more than 100 groups")):
        pattern = "(" * depth + "x" + ")" * depth
        field = {"name": "a", "type": "string", "constraints": {"pattern": pattern}}
        package = _package(tmp_path / str(depth), {"schema": {"fields": [field]}})
        if words:
            with pytest.raises(ProvisionsError, match=words):
                validate(package)
        else:
            assert run("validate", package).exit_code == 0


def test_very_many_tables_and_columns(tmp_path: Path) -> None:
    fields = [{"name": f"c{n}", "type": "integer"} for n in range(500)]
    row = ",".join(["1"] * 499)
    files = {"t0.csv": ",".join(field["name"] for field in fields) + f"\n{row},x\n", "t1.csv": "c0\nx\n"}
    one = {"path": "t1.csv", "schema": {"fields": fields[:1]}}
    report = validate(write_foreign(tmp_path, [{"schema": {"fields": fields}}, *[one] * 500], files))
    assert (report.by_rule, len(report.rows)) == ({"schema/type": 501}, 501)


# Reports ----------------------------------------------------------------------------------------------------------------

HIDDEN = "\x1b\x9b\x07\u202e\u2066\u200b\u061c\xad\u3164\ufe0f\ufffa\U000e0041\U000e0100"
FORGED = f"[2J{HIDDEN}31m]8;;x ::error file=x::y ##[error]z ##vso[task.x]y\n::warning::w\r<b>|</td>```"


@pytest.mark.parametrize("form", FORMATS)
def test_cells_and_names_steer_no_report(form: str, tmp_path: Path) -> None:
    fields = [{"name": "a", "type": "integer"}, {"name": FORGED, "type": "integer"}]
    cell = '"' + FORGED.replace('"', '""') + '"'
    package = write_foreign(tmp_path, [{"schema": {"fields": fields}}], {"t0.csv": f"a,{cell}\n{cell},{cell}\n"})
    text = write_report(validate(package), form, {})
    if form == "text":
        text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    assert not set(HIDDEN) & set(text)
    ours = {"github": r"^::(error|warning|notice) (file|title)="}.get(form, r"(?!)")
    commands = [line for line in text.splitlines() if re.match(r"\s*::|.*##\w*\[", line)]
    assert [line for line in commands if not re.match(ours, line)] == []


def test_messages_steer_nothing(tmp_path: Path, run: Callable[..., Result]) -> None:
    package = _package(tmp_path, {"dialect": {FORGED: 1}})
    _refused(run, package, "is not supported")
    error = run("validate", package).stderr
    assert not set(HIDDEN) & set(error)
    assert not re.search(r"##\w*\[|^\s*::", error, re.MULTILINE)


def test_a_screen_that_cannot_show_it(tmp_path: Path) -> None:
    package = write_foreign(
        tmp_path, [{"schema": {"fields": [{"name": "a", "type": "integer"}]}}], {"t0.csv": "a\né😀\n"}
    )
    command = [sys.executable, "-m", "provisions", "validate", str(package)]
    told = subprocess.run(command, capture_output=True, env=os.environ | {"PYTHONIOENCODING": "latin-1"}, check=False)
    assert (told.returncode, told.stderr) == (1, b"")
    assert b"\xe9\\U0001f600" in told.stdout


def test_what_a_finding_holds_of_a_long_cell_and_a_long_list(tmp_path: Path) -> None:
    fields = [{"name": "a", "type": "integer"}, {"name": "b", "constraints": {"enum": [f"v{n}" for n in range(3000)]}}]
    long = "x" * 1_000_000
    package = write_foreign(tmp_path, [{"schema": {"fields": fields}}], {"t0.csv": f"a,{long}\n{long},y\n1,v2999\n"})
    report = validate(package)
    assert {finding.rule for finding in report.findings} == {"file/header", "schema/type"}
    (tmp_path / "t0.csv").write_text(f"a,b\n{long},y\n1,v2999\n2,v0\n", encoding="utf-8")
    report = validate(package)
    assert report.by_rule == {"schema/enum": 1, "schema/type": 1}
    assert [finding.line for finding in report.findings] == [2, 2]
    assert all(len(write_report(report, form, {})) < 300_000 for form in FORMATS)


def test_a_closed_or_full_screen_is_no_traceback(tmp_path: Path) -> None:
    package = _package(tmp_path, {})
    command = f"{sys.executable} -m provisions validate {package}"
    for redirected in (">&-", "> /dev/full", "| true"):
        result = subprocess.run(["sh", "-c", f"{command} {redirected}"], capture_output=True, text=True, check=False)
        assert "Traceback" not in result.stderr


# Faults -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", ["grows", "is replaced", "goes"])
def test_a_file_that_changes_while_it_is_read(change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = _package(tmp_path, {})
    file = package / "t0.csv"

    def meddle(*_: object) -> None:
        if change == "grows":
            file.write_text("a\nx\ny\n", encoding="utf-8")
        elif change == "goes":
            file.unlink()
        else:
            (package / "new.csv").write_text("a\nx\n", encoding="utf-8")
            (package / "new.csv").replace(file)

    monkeypatch.setattr(tables, "check_integrity", meddle)
    with pytest.raises(PackageError, match="was changed while it was read"):
        validate(package)
