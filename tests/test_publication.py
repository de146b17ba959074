"""A release is whole, reproducible, and valid for an independent reader."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
import zipfile
from contextlib import closing, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import frictionless
import pandas as pd
import pytest

import provisions
from conftest import DATA, ROOT, edit, write_foreign
from provisions.errors import PackageError, PublishError
from provisions.publication.metadata import compile_descriptor

if TYPE_CHECKING:
    from pathlib import Path


def _tree(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _judge(path: Path) -> Any:
    """What frictionless says of a package, as an independent reader."""
    return frictionless.Package(str(path)).validate()


def test_committed_descriptor_is_up_to_date_and_valid() -> None:
    assert (DATA / "datapackage.json").read_text("utf-8") == compile_descriptor(DATA)
    assert _judge(DATA / "datapackage.json").valid


def test_release_is_valid_for_frictionless_and_carries_hashes(tmp_path: Path) -> None:
    release = provisions.publish(tmp_path, DATA)
    assert _judge(release.folder / "datapackage.json").valid
    assert _judge(release.folder / "derived.json").valid
    assert _judge(release.archive).valid
    descriptor = json.loads((release.folder / "datapackage.json").read_text("utf-8"))
    for resource in descriptor["resources"]:
        data = (release.folder / resource["path"]).read_bytes()
        assert resource["bytes"] == len(data)
        assert resource["hash"] == "sha256:" + hashlib.sha256(data).hexdigest()
        assert (release.folder / resource["rowSchema"]).is_file()
    with zipfile.ZipFile(release.archive) as archive:
        assert archive.testzip() is None
        packed = {name: archive.read(name) for name in archive.namelist()}
    assert packed == {name: (release.folder / name).read_bytes() for name in packed}
    assert {"README.md", "CODEBOOK.md", "CHANGELOG.md", "LICENSE.txt", "CITATION.cff", "seeds/hotscup-2024.txt"} <= set(
        packed
    )
    assert {"derived.json", "flat.csv", "dyad_year.csv", "schema/statements.json"} <= set(packed)


def test_a_release_is_a_package_of_its_own(tmp_path: Path, small: Path) -> None:
    release = provisions.publish(tmp_path / "dist", small)
    for package in (release.folder, release.archive, release.folder / "derived.json"):
        assert provisions.validate(package).ok
    again = provisions.publish(tmp_path / "again", release.archive)
    assert _tree(again.folder) == _tree(release.folder)


def test_frictionless_finds_a_release_changed_afterwards(tmp_path: Path, small: Path) -> None:
    release = provisions.publish(tmp_path / "dist", small)
    edit(release.folder / "treaties.csv", "t,T,", "t,U,")
    assert not _judge(release.folder / "datapackage.json").valid
    assert {finding.rule for finding in provisions.validate(release.folder).findings} == {"file/hash"}


def test_same_bytes_whatever_the_surroundings(tmp_path: Path) -> None:
    """Another clone, zone, locale, umask, hash seed, time of files, order of files in a folder, and number of threads."""
    code = (
        "import sys, os, duckdb; os.umask(int(sys.argv[2], 8)); connect = duckdb.connect\n"
        "def counted(*a, **k):\n"
        "    c = connect(*a, **k); c.execute(f'SET threads = {sys.argv[4]}'); return c\n"
        "duckdb.connect = counted\n"
        "import provisions; provisions.publish(sys.argv[1], sys.argv[3])"
    )
    trees = []
    for number, (zone, locale, umask, seed, threads) in enumerate(
        [("UTC", "C", "022", "0", "1"), ("Asia/Tokyo", "C.UTF-8", "077", "7", "4")]
    ):
        clone, out = tmp_path / f"clone-{'x' * number}", tmp_path / str(number)
        for folder in ("datapackage", "seeds"):
            (clone / folder).mkdir(parents=True)
            for path in sorted((ROOT / folder).iterdir(), reverse=bool(number)):
                shutil.copy(path, clone / folder)
                os.utime(clone / folder / path.name, (1e9 * (number + 1),) * 2)
        surroundings = os.environ | {"TZ": zone, "LC_ALL": locale, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", code, str(out), umask, str(clone / "datapackage"), threads]
        subprocess.run(command, check=True, env=surroundings, cwd=clone)
        trees.append((_tree(out), {path.name: path.stat().st_mode for path in out.rglob("*")}))
    assert trees[0] == trees[1]


def test_source_date_epoch_is_the_time_in_the_files_that_have_one(
    tmp_path: Path, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trees = []
    for number, epoch in enumerate(["0", "1700000000", "1700000000"]):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        release = provisions.publish(tmp_path / str(number), small)
        trees.append(_tree(release.folder))
    with zipfile.ZipFile(release.archive) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2023, 11, 14, 22, 13, 20)}
    assert trees[1] == trees[2]
    assert trees[0]["treaties.csv"] == trees[1]["treaties.csv"]
    assert trees[0][release.archive.name] != trees[1][release.archive.name]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(PublishError, match="number of seconds"):
        provisions.publish(tmp_path / "dist", small)
    assert not (tmp_path / "dist").exists()


def test_the_same_bytes_wherever_and_by_whomever(data: Path, tmp_path: Path) -> None:
    """Another path, time zone, language, umask, home, hash seed, number of processors and order of files."""
    here = provisions.publish(tmp_path / "here", DATA).folder
    for folder in (data, data.parent / "seeds"):  # made anew, so that they are listed in another order
        for path in sorted(folder.iterdir(), reverse=True):
            content = path.read_bytes()
            path.unlink()
            path.write_bytes(content)
            os.utime(path, (1, 1))
    odd = {
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "tr_TR.UTF-8",
        "PYTHONHASHSEED": "1",
        "HOME": str(tmp_path),
        "USER": "x",
    }
    code = (
        "import os, sys, provisions; os.umask(0o077)\n"
        "hasattr(os, 'sched_setaffinity') and os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
        "provisions.publish(sys.argv[1], sys.argv[2])"
    )
    (tmp_path / "cwd").mkdir()
    subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "there"), str(data)],
        env=os.environ | odd,
        cwd=tmp_path / "cwd",
        check=True,
    )
    assert _tree(tmp_path / "there" / here.name) == _tree(here)
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "there").rglob("*.csv")} == {0o644}


def test_publishing_twice_changes_nothing_and_other_contents_are_refused(small: Path, tmp_path: Path) -> None:
    out = tmp_path / "dist"
    provisions.publish(out, small)
    before = _tree(out)
    provisions.publish(out, small)
    assert _tree(out) == before
    edit(small / "treaties.csv", "t,T,", "t,U,")
    with pytest.raises(PublishError, match="already published with other contents"):
        provisions.publish(out, small)
    assert _tree(out) == before


def test_package_with_errors_is_not_published(data: Path, tmp_path: Path) -> None:
    edit(data / "actions.csv", "2025-02-18", "2025-02-38")
    with pytest.raises(PublishError, match="1 error found"):
        provisions.publish(tmp_path / "dist", data)
    assert not (tmp_path / "dist").exists()


@pytest.mark.parametrize(
    "broken", ["zipfile.ZipFile.open", "sqlite3.connect", "provisions.publication.stata.write_stata", "os.fsync"]
)
def test_failure_half_way_leaves_nothing(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(broken, full)
    with pytest.raises(PublishError, match="No space left"):
        provisions.publish(tmp_path / "a" / "dist", small)
    assert [path.name for path in tmp_path.iterdir()] == ["small"]


def test_folder_that_cannot_be_written_is_told(small: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(PublishError, match="could not be written"):
        provisions.publish(tmp_path / "file" / "dist", small)


def test_what_a_killed_publication_left_goes_with_the_next(small: Path, tmp_path: Path) -> None:
    code = (
        "import sys, os, signal, provisions; from provisions.publication import release\n"
        "release.judging = lambda paths: os.kill(os.getpid(), signal.SIGKILL); provisions.publish(sys.argv[1], sys.argv[2])"
    )
    out = tmp_path / "dist"
    done = subprocess.run([sys.executable, "-c", code, str(out), str(small)], check=False)
    assert done.returncode < 0
    assert not out.exists()
    assert sum(path.name.startswith(".") for path in tmp_path.iterdir()) == 1
    provisions.publish(out, small)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dist", "small"]


def test_killed_at_any_moment_it_leaves_the_release_whole_or_not_there(small: Path, tmp_path: Path) -> None:
    """`PROVISIONS_KILLS` is how often."""
    whole = provisions.publish(tmp_path / "alone", small).folder
    command = [sys.executable, "-m", "provisions", "publish", str(small), "-o", str(tmp_path / "dist")]
    begun = time.monotonic()
    subprocess.run([*command[:-1], str(tmp_path / "timed")], check=True, stdout=subprocess.DEVNULL)
    lasts = time.monotonic() - begun
    kept = tmp_path / "dist" / "security-treaty-provisions-0.0.9"
    kept.mkdir(parents=True)
    (kept / "flat.csv").write_text("x", encoding="utf-8")
    moments = random.Random(7)  # noqa: S311  moments, not secrets
    for _ in range(int(os.environ.get("PROVISIONS_KILLS", "5"))):
        run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with suppress(subprocess.TimeoutExpired):
            run.wait(moments.uniform(0, 1.1 * lasts))
        run.kill()
        run.wait()
        there = sorted(path.name for path in (tmp_path / "dist").iterdir())
        assert there in ([kept.name], [kept.name, whole.name])
        if whole.name in there:
            assert _tree(tmp_path / "dist" / whole.name) == _tree(whole)
            shutil.rmtree(tmp_path / "dist" / whole.name)
    provisions.publish(tmp_path / "dist", small, whole)
    assert _tree(tmp_path / "dist" / whole.name) == _tree(whole)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["alone", "dist", "small", "timed"]


def test_two_at_once_give_one_release(small: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "provisions", "publish", str(small), "-o", str(tmp_path / "dist")]
    runs = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(3)]
    assert [run.wait() for run in runs] == [0, 0, 0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dist", "small"]
    (folder,) = (tmp_path / "dist").iterdir()
    assert _tree(folder) == _tree(provisions.publish(tmp_path / "alone", small).folder)


@pytest.mark.parametrize("form", ["parquet", "sqlite", "dta", "csv"])
def test_a_form_that_says_something_else_does_not_go_out(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """The cells of every form are compared before a release is put in place; here one of them is written wrongly."""
    from provisions.publication import release

    names = {"parquet": "write_parquet", "sqlite": "write_sqlite", "dta": "write_dta", "csv": "write_papers"}
    write = getattr(release, names[form])

    def falsify(*arguments: Any) -> Any:
        if form == "csv":
            edit(arguments[0] / "flat.csv", "treaty_id,", "treaty,")
        elif form == "sqlite":
            wrong = [
                replace(one, cells=("'u'", *one.cells[1:])) if one.name == "treaties" else one for one in arguments[1]
            ]
            wrong = [replace(one, table=replace(one.table, foreign_keys=())) for one in wrong]
            arguments = (arguments[0], wrong, *arguments[2:])
        elif arguments[1].name == "treaties":
            arguments = (arguments[0], replace(arguments[1], cells=("'u'", *arguments[1].cells[1:])), *arguments[2:])
        return write(*arguments)

    monkeypatch.setattr(release, names[form], falsify)
    with pytest.raises(PublishError, match=r"treaties|flat.csv"):
        provisions.publish(tmp_path / "dist", small)
    assert not (tmp_path / "dist").exists()


def test_what_is_missing_is_told_with_how_to_install_it(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("provisions.publication.release.find_spec", lambda _: None)
    with pytest.raises(PublishError, match=r"frictionless and pandas.*pip install 'provisions\[publish\]'"):
        provisions.publish(tmp_path / "dist", small)


def test_package_metadata_must_be_complete(tmp_path: Path) -> None:
    (tmp_path / "package.yaml").write_text("name: x\n", encoding="utf-8")
    with pytest.raises(PackageError, match="title, description, version"):
        compile_descriptor(tmp_path)


@pytest.mark.parametrize("text", ["a: &x [1]\nb: *x\n", "a: 1\na: 2\n", "a: !!python/object:x {}\n", "a: [", "- 1\n"])
def test_yaml_that_says_two_things_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "package.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PackageError, match=r"package\.yaml"):
        compile_descriptor(tmp_path)


def test_a_package_of_others_is_published_in_every_form(tmp_path: Path) -> None:
    fields = [
        {"name": "end", "type": "integer"},
        {"name": "b c", "type": "boolean"},
        {"name": "n", "type": "number"},
        {"name": "i", "type": "integer"},
    ]
    big = "123456789012345678901234567890"
    package = write_foreign(
        tmp_path / "p",
        [
            {"name": "t", "path": "data/t.csv", "schema": {"fields": [*fields, {"name": "big", "type": "integer"}]}},
            {"name": "odd", "path": "odd.csv", "dialect": {"delimiter": ";"}, "schema": {"fields": fields[:1]}},
        ],
        {
            "data/t.csv": f"end,b c,n,i,big\n007,true,1.50,9007199254740993,{big}\n,0,-2e3,,\n5000000000,,,-5,1\n",
            "odd.csv": "end\n1\n",
        },
    )
    release = provisions.publish(tmp_path / "dist", package)
    assert any("odd is not one CSV file of the usual kind" in note for note in release.notes)
    assert any("lacks contributors, created, licenses" in note for note in release.notes)
    assert {"data/t.csv", "odd.csv", "t.parquet", "t.dta", "foreign.sqlite", "foreign.zip", "SHA256SUMS"} <= set(
        release.files
    )
    assert frictionless.validate(str(release.archive)).valid
    with closing(sqlite3.connect(release.folder / "foreign.sqlite")) as database:
        assert database.execute("SELECT * FROM t").fetchall() == [
            (7, 1, 1.5, 9007199254740993, big),
            (None, 0, -2000.0, None, None),
            (5000000000, None, None, -5, "1"),
        ]
    described = json.loads((release.folder / "datapackage.json").read_text("utf-8"))["resources"]
    assert [each["bytes"] for each in described] == [
        (package / path).stat().st_size for path in ("data/t.csv", "odd.csv")
    ]


def test_what_stata_has_no_number_for_is_a_text_there(tmp_path: Path) -> None:
    fields = [{"name": "n", "type": "number"}, {"name": "m", "type": "number"}]
    resources = [{"name": "t", "path": "t.csv", "schema": {"fields": fields}}]
    package = write_foreign(tmp_path / "p", resources, {"t.csv": "n,m\nINF,1e307\n2.5,\n"})
    release = provisions.publish(tmp_path / "dist", package)
    with closing(sqlite3.connect(release.folder / "foreign.sqlite")) as database:
        assert database.execute("SELECT * FROM t").fetchall() == [(float("inf"), 1e307), (2.5, None)]
    made = pd.read_stata(release.folder / "t.dta")
    assert made["n"].tolist() == ["inf", "2.5"]
    assert made["m"].dropna().tolist() == [1e307]


def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "a", "type": "integer"}]}
    package = write_foreign(tmp_path / "p", [{"name": "t", "path": "t.csv", "schema": schema}], {"t.csv": "a\n1\n"})
    edit(package / "datapackage.json", '"foreign"', '"../x"')
    with pytest.raises(PublishError, match="cannot be the name of a folder"):
        provisions.publish(tmp_path / "dist", package)
