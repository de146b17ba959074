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
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import frictionless
import pandas as pd
import pytest

import provisions
from conftest import DATA, ROOT, edit, write_foreign
from provisions.errors import PackageError, PublishError
from provisions.exports import write_stata
from provisions.publication import forms, gate, release, stata
from provisions.publication.apart import apart
from provisions.publication.metadata import compile_descriptor
from provisions.publication.parquet import write_parquet
from provisions.publication.sqlite import write_sqlite
from provisions.validation import validate_manifest

if TYPE_CHECKING:
    from provisions.publication.release import Release


def _tree(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _judge(path: Path) -> Any:
    """What frictionless says of a package, as an independent reader."""
    return frictionless.Package(str(path)).validate()


def test_committed_descriptor_is_up_to_date_and_valid() -> None:
    assert (DATA / "datapackage.json").read_text("utf-8") == compile_descriptor(DATA)
    assert _judge(DATA / "datapackage.json").valid


def test_release_is_valid_for_frictionless_and_carries_hashes(published: Release) -> None:
    assert _judge(published.folder / "datapackage.json").valid
    assert _judge(published.archive).valid
    descriptor = json.loads((published.folder / "datapackage.json").read_text("utf-8"))
    for resource in descriptor["resources"]:
        data = (published.folder / resource["path"]).read_bytes()
        assert resource["bytes"] == len(data)
        assert resource["hash"] == "sha256:" + hashlib.sha256(data).hexdigest()
        assert (published.folder / resource["rowSchema"]).is_file()
    with zipfile.ZipFile(published.archive) as archive:
        assert archive.testzip() is None
        packed = {name: archive.read(name) for name in archive.namelist()}
    assert packed == {name: (published.folder / name).read_bytes() for name in packed}
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


def test_same_bytes_whatever_the_surroundings(published: Release, tmp_path: Path) -> None:
    """Another clone, time zone, language, umask, home, user, hash seed, folder to work in, time of files, order of files in a
    folder, number of processors and of threads.
    """
    clone, cwd = tmp_path / "clone", tmp_path / "cwd"
    cwd.mkdir()
    for folder in ("datapackage", "seeds"):
        (clone / folder).mkdir(parents=True)
        for path in sorted((ROOT / folder).iterdir(), reverse=True):
            shutil.copy(path, clone / folder)
            os.utime(clone / folder / path.name, (1, 1))
    odd = {"TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "1", "HOME": str(cwd), "USER": "x"}
    code = (
        "import sys, os, duckdb; os.umask(0o077); connect = duckdb.connect\n"
        "hasattr(os, 'sched_setaffinity') and os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
        "def counted(*a, **k):\n"
        "    c = connect(*a, **k); c.execute('SET threads = 4'); return c\n"
        "duckdb.connect = counted\n"
        "import provisions; provisions.publish(sys.argv[1], sys.argv[2])"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "there"), str(clone / "datapackage")]
    subprocess.run(command, check=True, env=os.environ | odd, cwd=cwd)
    there = tmp_path / "there" / published.folder.name
    assert _tree(there) == _tree(published.folder)
    assert {path.stat().st_mode & 0o777 for path in there.rglob("*") if path.is_file()} == {0o644}


def test_source_date_epoch_is_the_time_in_the_files_that_have_one(
    tmp_path: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trees = []
    for number, epoch in enumerate(["0", "1700000000", "1700000000"]):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        release = provisions.publish(tmp_path / str(number), tiny)
        trees.append(_tree(release.folder))
    with zipfile.ZipFile(release.archive) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2023, 11, 14, 22, 13, 20)}
    assert trees[1] == trees[2]
    assert trees[0]["t.csv"] == trees[1]["t.csv"]
    assert trees[0][release.archive.name] != trees[1][release.archive.name]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(PublishError, match="number of seconds"):
        provisions.publish(tmp_path / "dist", tiny)
    assert not (tmp_path / "dist").exists()


def test_publishing_twice_changes_nothing_and_other_contents_are_refused(tiny: Path, tmp_path: Path) -> None:
    out = tmp_path / "dist"
    provisions.publish(out, tiny)
    before = _tree(out)
    provisions.publish(out, tiny)
    assert _tree(out) == before
    edit(tiny / "t.csv", "a,x", "a,y")
    with pytest.raises(PublishError, match="already published with other contents"):
        provisions.publish(out, tiny)
    assert _tree(out) == before


def test_package_with_errors_is_not_published(data: Path, tmp_path: Path) -> None:
    edit(data / "actions.csv", "2025-02-18", "2025-02-38")
    with pytest.raises(PublishError, match="1 error found"):
        provisions.publish(tmp_path / "dist", data)
    assert not (tmp_path / "dist").exists()


def run_out_of_space(*_: object, **__: object) -> None:
    """What a full disk does to a process."""
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(
    "broken",
    [
        "zipfile.ZipFile.open",
        "provisions.publication.release.make_sqlite",
        "provisions.publication.release.make_stata",
        "os.fsync",
    ],
)
def test_failure_half_way_leaves_nothing(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    monkeypatch.setattr(broken, run_out_of_space)
    with pytest.raises(PublishError, match="No space left"):
        provisions.publish(tmp_path / "a" / "dist", tiny)
    assert [path.name for path in tmp_path.iterdir()] == ["tiny"]


def test_folder_that_cannot_be_written_is_told(small: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(PublishError, match="could not be written"):
        provisions.publish(tmp_path / "file" / "dist", small)


def test_what_a_killed_publication_left_goes_with_the_next(tiny: Path, tmp_path: Path) -> None:
    code = (
        "import sys, os, signal, provisions; from provisions.publication import release\n"
        "release.check_parquet = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "provisions.publish(sys.argv[1], sys.argv[2])"
    )
    out = tmp_path / "dist"
    done = subprocess.run([sys.executable, "-c", code, str(out), str(tiny)], check=False)
    assert done.returncode < 0
    assert not out.exists()
    assert sum(path.name.startswith(".") for path in tmp_path.iterdir()) == 1
    provisions.publish(out, tiny)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dist", "tiny"]


def test_killed_at_any_moment_it_leaves_the_release_whole_or_not_there(tiny: Path, tmp_path: Path) -> None:
    """`PROVISIONS_KILLS` is how often."""
    whole = provisions.publish(tmp_path / "alone", tiny).folder
    command = [sys.executable, "-m", "provisions", "publish", str(tiny), "-o", str(tmp_path / "dist")]
    begun = time.monotonic()
    subprocess.run([*command[:-1], str(tmp_path / "timed")], check=True, stdout=subprocess.DEVNULL)
    lasts = time.monotonic() - begun
    kept = tmp_path / "dist" / "foreign-0.0.9"
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
    provisions.publish(tmp_path / "dist", tiny)
    assert _tree(tmp_path / "dist" / whole.name) == _tree(whole)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["alone", "dist", "timed", "tiny"]


def test_two_at_once_give_one_release(tiny: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "provisions", "publish", str(tiny), "-o", str(tmp_path / "dist")]
    runs = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(3)]
    assert [run.wait() for run in runs] == [0, 0, 0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dist", "tiny"]
    (folder,) = (tmp_path / "dist").iterdir()
    assert _tree(folder) == _tree(provisions.publish(tmp_path / "alone", tiny).folder)


def falsify_cell(content: Any) -> Any:
    """The table `t` with another first cell in each row."""
    return replace(content, cells=("'u' AS id", *content.cells[1:])) if content.name == "t" else content


def make_wrong_sqlite(change: str, built: Path, contents: list[Any], about: Any) -> None:
    """As `forms.make_sqlite`, in a process of its own; between writing and comparing, somebody changes the database."""
    write = write_sqlite

    def falsify(engine: Any, contents: Any, path: Path, about: Any) -> None:
        write(engine, contents, path, about)
        with closing(sqlite3.connect(path)) as database:
            database.executescript(change)

    forms.__dict__["write_sqlite"] = falsify
    forms.make_sqlite(built, contents, about)


def make_wrong_stata(built: Path, contents: list[Any], about: Any) -> None:
    """As `forms.make_stata`, in a process of its own, with another first cell in each row."""
    write = write_stata

    def falsify(result: Any, *rest: Any) -> None:
        batches = ([("u", *row[1:]) for row in batch] for batch in result.batches)
        write(replace(result, batches=batches), *rest)

    stata.__dict__["write_stata"] = falsify
    forms.make_stata(built, contents, about)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("UPDATE t SET b = 'y' WHERE id = 'a'", "table t: row 1, b: 'y' instead of 'x'"),
        ("UPDATE t SET b = 'y' WHERE id = 'b'", "table t: row 2, b: 'y' instead of ''"),
        ("UPDATE t SET n = NULL WHERE id = 'b'", "table t: row 2, n: '' instead of '2'"),
        ("DELETE FROM u", "table u: has not as many rows"),
        ("INSERT INTO t VALUES ('c', NULL, NULL)", "table t: has not as many rows"),
        ("DROP TABLE u", "no such table: u"),
    ],
)
def test_a_database_that_says_something_else_does_not_go_out(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str, told: str
) -> None:
    monkeypatch.setattr(release, "make_sqlite", partial(make_wrong_sqlite, change))
    with pytest.raises(PublishError, match=told):
        provisions.publish(tmp_path / "dist", tiny)
    assert not (tmp_path / "dist").exists()


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ("parquet", r"t\.parquet: 2 rows, of 2 in t\.csv, and 2 cells differ"),
        ("dta", r"t\.dta: row 1, id: 'u' instead of 'a'"),
        ("csv", r"t\.csv: its header is not that of its description"),
    ],
)
def test_a_form_that_says_something_else_does_not_go_out(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, told: str
) -> None:
    """The cells of every form are compared before a release is put in place; here one of them is written wrongly."""

    def change_parquet(engine: Any, content: Any, path: Path, about: Any) -> None:
        write_parquet(engine, falsify_cell(content), path, about)

    def change_csv(engine: Any, content: Any, path: Path, about: Any) -> None:
        write_parquet(engine, content, path, about)
        if content.name == "t":
            edit(path.with_name("t.csv"), "id,", "ID,")

    if form == "dta":
        monkeypatch.setattr(release, "make_stata", make_wrong_stata)
    else:
        monkeypatch.setattr(release, "make_sqlite", ignore if form == "parquet" else forms.make_sqlite)
        monkeypatch.setattr(release, "write_parquet", change_parquet if form == "parquet" else change_csv)
    with pytest.raises(PublishError, match=told):
        provisions.publish(tmp_path / "dist", tiny)
    assert not (tmp_path / "dist").exists()


@pytest.mark.parametrize("change", ["add", "drop", "alter"])
def test_a_zip_that_holds_something_else_does_not_go_out(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    def falsify(path: Path, folder: Path, names: list[str]) -> None:
        with zipfile.ZipFile(path, "x") as archive:
            for name in sorted(names):
                if not (change == "drop" and name == "CODEBOOK.md"):
                    text = (folder / name).read_text("utf-8")
                    archive.writestr(name, text + "x" if (change, name) == ("alter", "CODEBOOK.md") else text)
            if change == "add":
                archive.writestr("more.txt", "x")

    monkeypatch.setattr("provisions.publication.papers.write_zip", falsify)
    with pytest.raises(PublishError, match=r"foreign\.zip: .*packed"):
        provisions.publish(tmp_path / "dist", tiny)
    assert not (tmp_path / "dist").exists()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("t,T,", "t!,T,", r"\.zip: frictionless does not accept it \(2 errors\): .*pattern"),
        (",treaty,", ",vow,", "SQLite does not accept it: CHECK constraint failed in treaties"),
        ("t,T,", "u,T,", "statements, row 1, refers to a row of treaties that is not there"),
    ],
)
def test_others_find_what_we_do_not(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, told: str
) -> None:
    """Here our own verdict is that all is well."""
    edit(small / "treaties.csv", old, new)
    validate = validate_manifest
    monkeypatch.setattr(release, "validate_manifest", lambda *a, **k: replace(validate(*a, **k), errors=0))
    if "zip" in told:
        monkeypatch.setattr(release, "make_sqlite", ignore)
    with pytest.raises(PublishError, match=told):
        provisions.publish(tmp_path / "dist", small)
    assert not (tmp_path / "dist").exists()


def ignore(*_: object) -> None:
    """Makes nothing of it."""


def test_the_judge_looks_at_so_many_rows_in_all() -> None:
    assert gate.share_judged([10, 299_000]) >= 299_000
    assert gate.share_judged([150_000, 150_000]) >= 150_000
    assert gate.share_judged([100, 1_000_000]) == 299_900
    assert gate.share_judged([1_000_000, 100, 1_000_000]) == 149_950


def test_of_large_tables_the_judge_sees_the_first_rows_and_we_say_so(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release, "share_judged", lambda _: 1)
    done = provisions.publish(tmp_path / "dist", tiny)
    (note,) = (note for note in done.notes if "frictionless" in note)
    assert "frictionless judged the first 1 rows of t;" in note


def test_a_process_gives_back_what_it_raises_and_ends_with_its_caller(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No space left"), apart(run_out_of_space):
        pass
    with (
        pytest.raises(PublishError, match=r"_exit ended with 7, which says nothing of the release"),
        apart(os._exit, 7),
    ):
        pass
    begun = time.monotonic()
    with pytest.raises(ZeroDivisionError), apart(time.sleep, 600):
        raise ZeroDivisionError
    assert time.monotonic() - begun < 300
    code = (
        "import sys, os, signal; sys.path.append(sys.argv[1]); from test_publication import tell_and_wait\n"
        "from provisions.publication.apart import apart\n"
        "with apart(tell_and_wait, sys.argv[2]):\n"
        "    while not os.path.exists(sys.argv[2]): pass\n"
        "    os.kill(os.getpid(), signal.SIGKILL)"
    )
    told = tmp_path / "told"
    subprocess.run([sys.executable, "-c", code, str(ROOT / "tests"), str(told)], check=False)
    with told.open(encoding="ascii") as file:
        assert _ends(int(file.read()))


def tell_and_wait(place: str) -> None:
    """Writes the number of its process into a file, and does not end."""
    unfinished = Path(f"{place}.part")
    unfinished.write_text(str(os.getpid()), encoding="ascii")
    unfinished.replace(place)
    time.sleep(600)


def _ends(process: int) -> bool:
    """Whether a process, which is no child of ours, ends within a minute."""
    for _ in range(600):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        with suppress(FileNotFoundError):
            told = Path(f"/proc/{process}/stat").read_text("ascii")
            if told.rsplit(")", 1)[1].split()[0] == "Z":  # nobody waits for it here
                return True
        time.sleep(0.1)
    return False


def test_a_module_that_lies_where_one_stands_is_not_run(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("frictionless", "pandas", "pickle", "duckdb", "provisions"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(9)", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert provisions.publish(tmp_path / "dist", tiny).archive.is_file()


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
        {"name": "b {c}", "type": "boolean"},
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
            "data/t.csv": f"end,b {{c}},n,i,big\n007,true,1.50,9007199254740993,{big}\n,0,-2e3,,\n5000000000,,,-5,1\n",
            "odd.csv": "end\n1\n",
        },
    )
    release = provisions.publish(tmp_path / "{dist}", package)
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


def test_what_a_form_has_no_number_for_is_a_text_there(tmp_path: Path) -> None:
    fields = [{"name": "n", "type": "number"}, {"name": "m", "type": "number"}, {"name": "o", "type": "number"}]
    resources = [{"name": "t", "path": "t.csv", "schema": {"fields": fields}}]
    rows = "n,m,o\nINF,1e307,NaN\n2.5,,0.30000000000000004\n"
    release = provisions.publish(tmp_path / "dist", write_foreign(tmp_path / "p", resources, {"t.csv": rows}))
    with closing(sqlite3.connect(release.folder / "foreign.sqlite")) as database:
        assert database.execute("SELECT * FROM t").fetchall() == [
            (float("inf"), 1e307, None),
            (2.5, None, 0.1 + 0.2),
        ]
    made = pd.read_stata(release.folder / "t.dta")
    assert made["n"].tolist() == ["inf", "2.5"]
    assert made["m"].dropna().tolist() == [1e307]


def test_a_table_may_be_wide_and_have_keys_that_read_alike(tmp_path: Path) -> None:
    names = ["a_b", "a", "b", *(f"c{n}" for n in range(300))]
    keys = [{"fields": key, "reference": {"resource": "", "fields": key}} for key in (["a_b"], ["a", "b"])]
    schema = {"fields": [{"name": name, "type": "string"} for name in names], "foreignKeys": keys}
    rows = ",".join(names) + "\n" + ",".join(names) + "\n"
    package = write_foreign(tmp_path / "p", [{"name": "t", "path": "t.csv", "schema": schema}], {"t.csv": rows})
    done = provisions.publish(tmp_path / "dist", package)
    with closing(sqlite3.connect(done.folder / "foreign.sqlite")) as database:
        assert database.execute("SELECT * FROM t").fetchall() == [tuple(names)]


def test_numbers_keep_all_their_digits(tmp_path: Path) -> None:
    resources = [{"name": "t", "path": "t.csv", "schema": {"fields": [{"name": "n", "type": "number"}]}}]
    numbers = [0.1 + 0.2, 1 / 3, 5e-324, 1.7976931348623157e308, -0.0]
    rows = "n\n" + "".join(f"{number!r}\n" for number in numbers)
    release = provisions.publish(tmp_path / "dist", write_foreign(tmp_path / "p", resources, {"t.csv": rows}))
    with closing(sqlite3.connect(release.folder / "foreign.sqlite")) as database:
        assert [number for (number,) in database.execute("SELECT n FROM t ORDER BY rowid")] == numbers
    assert pd.read_parquet(release.folder / "t.parquet")["n"].tolist() == numbers


def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "a", "type": "integer"}]}
    package = write_foreign(tmp_path / "p", [{"name": "t", "path": "t.csv", "schema": schema}], {"t.csv": "a\n1\n"})
    edit(package / "datapackage.json", '"foreign"', '"../x"')
    with pytest.raises(PublishError, match="cannot be the name of a folder"):
        provisions.publish(tmp_path / "dist", package)
