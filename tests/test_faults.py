"""Whatever befalls a command that writes – a kill, a full disk, a folder that is read-only, another run – what was there stays
as it was or is as it should be, and the command says so.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import provisions
from conftest import write_foreign
from provisions import replacing
from provisions.errors import PackageError
from provisions.replacing import finish, replace_files, whole_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from click.testing import Result

NOBODY = 65534
SHEET = "treaty:\n  id: new-1999\n  title: A new treaty\n  instrument: treaty\n  secrecy: public\n  coding: none\n  text_basis: reports\n"
# Each command that writes, and what it needs to have something to write. {p} is the package, {o} a folder beside it.
WRITERS = {
    "fmt": "fmt {p}",
    "add": "add {o}/sheet.yaml {p}",
    "waive": "waive {w} {p} --reason checked",
    "compile": "compile {p}",
    "publish": "publish {p} -o {o}/dist",
    "codebook": "codebook {p} -o {o}/made",
    "sheet": "sheet rus-blr-2024 {p} -o {o}/made",
    "derive": "derive treaty_status {p} --as-of 2025-01-01 -o {o}/made.csv",
    "parquet": "derive treaty_status {p} --as-of 2025-01-01 -o {o}/made.parquet",
    "stata": "derive treaty_status {p} --as-of 2025-01-01 -o {o}/made.dta",
    "report": "validate {p} -f json -o {o}/made --fail-on never",
}
State = dict[str, bytes]


def _state(folder: Path) -> State:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture
def work(data: Path) -> tuple[Path, Path]:
    """A package with something to write for each command, and a folder for the output, which holds older output."""
    out = data.parent / "out"
    out.mkdir()
    (out / "sheet.yaml").write_text(SHEET, encoding="utf-8")
    for name in ("made", "made.csv", "made.parquet", "made.dta"):
        (out / name).write_text("older", encoding="utf-8")
    return data, out


def _command(name: str, package: Path, out: Path) -> list[str]:
    """The command line; what it works on is made ready."""
    waivable = ""
    if name == "fmt":
        for table in ("parties.csv", "statements.csv", "treaties.csv"):
            path = package / table
            path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    if name == "waive":
        waivers = package / "waivers.csv"
        waivers.write_bytes(waivers.read_bytes().split(b"\n", 1)[0] + b"\n")
        waivable = next(each.fingerprint for each in provisions.validate(package).findings if "/" not in each.rule)
    if name == "compile":
        (package / "datapackage.json").write_bytes((package / "datapackage.json").read_bytes() + b"\n")
    words = WRITERS[name].format(p=package, o=out, w=waivable).split()
    return [sys.executable, "-m", "provisions", *words]


def _run(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, **options)  # type: ignore[call-overload, no-any-return]


def _refused(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 3, done.stderr
    assert done.stderr.startswith("provisions: ")
    assert "Traceback" not in done.stderr


# Stops -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda stop: stop.name)
@pytest.mark.parametrize("name", ["fmt", "add", "compile", "parquet"])
def test_stopped_at_any_moment_all_is_old_or_new(
    name: str, stop: signal.Signals, work: tuple[Path, Path], tmp_path: Path
) -> None:
    """`PROVISIONS_KILLS` is how often."""
    package, out = work
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    command = _command(name, package, out)
    old = tmp_path / "old"
    old.mkdir()
    for folder in (package, out):
        shutil.copytree(folder, old / folder.name)
    begun = time.monotonic()
    assert _run(command).returncode == 0
    lasts = time.monotonic() - begun
    new = (_state(package), _state(out))
    before = (_state(old / package.name), _state(old / out.name))
    assert new != before
    moments = random.Random(7)  # noqa: S311  moments, not secrets
    for _ in range(int(os.environ.get("PROVISIONS_KILLS", "3"))):
        for folder in (package, out):
            shutil.rmtree(folder)
            shutil.copytree(old / folder.name, folder)
        run = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"TMPDIR": str(scratch)},
        )
        with suppress(subprocess.TimeoutExpired):
            run.wait(moments.uniform(0.3, 1.1) * lasts)
        run.send_signal(stop)
        _, err = run.communicate(timeout=60)
        if stop != signal.SIGKILL:
            assert run.returncode in (0, 128 + stop, -stop), err  # the last: Python was not up
            assert "Traceback" not in err or run.returncode == -stop
            assert list(scratch.iterdir()) == []
        if (package / replacing._DECIDED).exists():
            finished = _run([sys.executable, "-m", "provisions", "fmt", str(package)])
            assert finished.returncode == 0, finished.stderr
        visible = [
            {path: content for path, content in _state(folder).items() if not path.startswith(".provisions-")}
            for folder in (package, out)
        ]
        assert tuple(visible) in (before, new)
    assert _run(command).returncode == 0
    assert (_state(package), _state(out)) == new


@pytest.mark.parametrize("moment", range(6))
def test_killed_while_files_are_put_in_place_it_is_told_and_fmt_finishes(
    moment: int, work: tuple[Path, Path], run: Callable[..., Result]
) -> None:
    package, out = work
    command = _command("fmt", package, out)
    old = _state(package)
    code = (
        "import os, signal, sys; from pathlib import Path; from provisions.cli import main; left = [int(sys.argv.pop(1))]\n"
        "for name in ('replace', 'rename'):\n"
        "    def step(path, target, real=getattr(Path, name)):\n"
        "        left[0] -= 1\n"
        "        if left[0] < 0: os.kill(os.getpid(), signal.SIGKILL)\n"
        "        return real(path, target)\n"
        "    setattr(Path, name, step)\n"
        "main()"
    )
    done = _run([sys.executable, "-c", code, str(moment), *command[3:]])
    assert done.returncode in (0, -signal.SIGKILL)
    half = (package / replacing._DECIDED).exists()
    assert half == (0 < moment < 4)
    if half:
        for arguments in (
            ("validate", package),
            ("fmt", package, "--check"),
            ("add", out / "sheet.yaml", package, "--dry-run"),
        ):
            told = run(*arguments)
            assert told.exit_code == 3
            assert "`provisions fmt` finishes it" in told.output
    assert run("fmt", package).exit_code == 0
    assert _state(package) == {path: content.replace(b"\r\n", b"\n") for path, content in old.items()}


# Places that cannot be written -------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 6 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if _mount("-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)).returncode:
        pytest.skip("no file system can be mounted here: a full disk was NOT tried")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def _mount(*options: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["mount", *options], capture_output=True, check=False)


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("fault", ["full", "read-only"])
def test_a_disk_that_is_full_or_read_only(name: str, fault: str, work: tuple[Path, Path], small_disk: Path) -> None:
    package, out = work
    command = _command(name, package, out)
    for folder in (package, package.parent / "seeds", out):
        shutil.copytree(folder, small_disk / folder.name)
    if fault == "full":
        free = os.statvfs(small_disk)
        (small_disk / "ballast").write_bytes(b"x" * (free.f_bavail * free.f_bsize))
    else:
        assert _mount("-o", "remount,ro", str(small_disk)).returncode == 0
    before = _state(small_disk)
    done = _run([word.replace(str(package.parent), str(small_disk)) for word in command])
    _refused(done)
    assert _state(small_disk) == before


@pytest.mark.parametrize("name", WRITERS)
def test_no_file_may_grow(name: str, work: tuple[Path, Path]) -> None:
    """As on a disk that is full: also the temporary files."""
    package, out = work
    command = _command(name, package, out)
    before = (_state(package), _state(out))

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    _refused(_run(command, preexec_fn=limit))
    assert (_state(package), _state(out)) == before


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("what", ["folder", "file"])
def test_permissions_that_were_lost(name: str, what: str, work: tuple[Path, Path]) -> None:
    if os.getuid() or not shutil.which("setpriv"):
        pytest.skip("only root can become somebody else: lost permissions were NOT tried")
    package, out = work
    command = _command(name, package, out)
    for folder in [path for path in package.parents if path.is_relative_to(Path("/tmp"))][:-1]:  # noqa: S108
        folder.chmod(0o755)
    for place in (package, out):
        for path in (place, *place.rglob("*")):
            path.chmod((0o777 if path.is_dir() else 0o666) if what == "file" else 0o555 if path.is_dir() else 0o444)
    if what == "file":
        (package / "statements.csv").chmod(0)
        (package / "package.yaml").chmod(0)
    before = (_state(package), _state(out))
    done = _run(["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *command])
    if done.returncode == 126 or "Permission denied: '/root" in done.stderr or "setpriv" in done.stderr:
        pytest.skip(f"{sys.executable} cannot be run by somebody else: lost permissions were NOT tried")
    _refused(done)
    assert (_state(package), _state(out)) == before


@pytest.mark.parametrize("name", [*WRITERS, "nothing"])
def test_no_temporary_folder(name: str, work: tuple[Path, Path]) -> None:
    """It is not needed, or its lack is told."""
    package, out = work
    command = (
        _command(name, package, out)
        if name != "nothing"
        else [sys.executable, "-m", "provisions", "validate", str(package)]
    )
    before = (_state(package), _state(out))
    code = "import tempfile, sys; tempfile._candidate_tempdir_list = lambda: ['/nowhere']; from provisions.cli import run; run()"
    done = _run([sys.executable, "-c", code, *command[3:]])
    assert "Traceback" not in done.stderr
    if done.returncode:
        _refused(done)
        assert (_state(package), _state(out)) == before


# Others ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["fmt", "add", "compile", "codebook", "parquet"])
def test_several_at_once(name: str, work: tuple[Path, Path], tmp_path: Path) -> None:
    package, out = work
    command = _command(name, package, out)
    shutil.copytree(package, tmp_path / "alone" / "datapackage")
    shutil.copytree(out, tmp_path / "alone" / "out")
    shutil.copytree(package.parent / "seeds", tmp_path / "alone" / "seeds")
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    validating = subprocess.Popen(
        [sys.executable, "-m", "provisions", "validate", str(package)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    for each in runs:
        _, err = each.communicate(timeout=120)
        assert each.returncode in (0, 3)
        assert "Traceback" not in err
    _, err = validating.communicate(timeout=120)
    assert "Traceback" not in err
    assert any(each.returncode == 0 for each in runs)
    assert _run([word.replace(str(package.parent), str(tmp_path / "alone")) for word in command]).returncode == 0
    assert _state(package) == _state(tmp_path / "alone" / "datapackage")
    assert _state(out).keys() == _state(tmp_path / "alone" / "out").keys()


def test_what_another_wrote_meanwhile_is_not_lost(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"theirs")
    with pytest.raises(PackageError, match="changed by someone else meanwhile; nothing was written"):
        replace_files(tmp_path, {"a.csv": b"read"}, {"a.csv": b"ours"})
    assert _state(tmp_path) == {"a.csv": b"theirs"}


@pytest.mark.parametrize("planted", [".git/hooks/pre-commit", "other.csv", "link.csv"])
def test_a_package_cannot_have_other_files_put_in_place(
    planted: str, tmp_path: Path, run: Callable[..., Result]
) -> None:
    package = write_foreign(tmp_path, [{"path": "data/t.csv"}], {"data/t.csv": "a\n1\n"})
    path = package / replacing._DECIDED / planted
    path.parent.mkdir(parents=True)
    if planted == "link.csv":
        path.symlink_to("/etc/passwd")
    else:
        path.write_text("a\n", encoding="utf-8")
    told = run("fmt", package)
    assert (told.exit_code, "Look at it" in told.output) == (3, True)
    assert not (package / planted).exists()


def test_tables_in_folders_and_of_any_ending_are_formatted_together(tmp_path: Path, run: Callable[..., Result]) -> None:
    files = {"data/t.csv": "a\r\n1\r\n", "more/t.csv": "a\r\n2\r\n", "u.txt": "a\r\n3\r\n"}
    package = write_foreign(tmp_path, [{"path": path, "schema": {"fields": [{"name": "a"}]}} for path in files], files)
    (package / "u.txt").chmod(0o640)
    assert run("fmt", package).exit_code == 0
    assert {path: _state(package)[path] for path in files} == {
        path: text.replace("\r", "").encode() for path, text in files.items()
    }
    assert (package / "u.txt").stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in package.iterdir()) == ["data", "datapackage.json", "more", "u.txt"]


@pytest.mark.parametrize("command", ["fmt", "publish"])
def test_a_file_that_is_cut_short_or_changes_while_it_is_read(
    command: str, small: Path, tmp_path: Path, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = small / "statements.csv"
    whole = path.read_bytes()
    path.write_bytes(whole[:-30] + b'"')
    cut = path.read_bytes()
    arguments = (command, small) if command == "fmt" else (command, small, "-o", tmp_path / "dist")
    assert run(*arguments).exit_code == 3
    assert path.read_bytes() == cut
    path.write_bytes(whole.replace(b"\n", b"\r\n"))
    target = ("provisions.formatting.read_rows", "provisions.publication.copying._copy")[command == "publish"]
    module, name = target.rsplit(".", 1)
    real = getattr(sys.modules.get(module) or __import__(module, fromlist=[name]), name)

    def meddle(*given: object) -> object:
        result = real(*given)
        if given[0] == path:
            path.write_bytes(whole + b"\n")
        return result

    monkeypatch.setattr(target, meddle)
    told = run(*arguments)
    assert told.exit_code == 3
    assert "changed" in told.output
    assert path.read_bytes() == whole + b"\n"
    assert not (tmp_path / "dist").exists()


@pytest.mark.parametrize("epoch", ["0", "-1", "4102444800", "253402300799", "99999999999999", "soon"])
def test_a_clock_that_is_elsewhere(epoch: str, small: Path, tmp_path: Path) -> None:
    for path in small.iterdir():
        os.utime(path, (0, 2**33))
    assert provisions.validate(small).ok
    done = _run(
        [sys.executable, "-m", "provisions", "publish", str(small), "-o", str(tmp_path / "dist")],
        env=os.environ | {"SOURCE_DATE_EPOCH": epoch},
    )
    assert "Traceback" not in done.stderr
    assert (done.returncode, (tmp_path / "dist").exists()) in ((0, True), (3, False))


def test_a_device_is_written_to_and_a_link_is_replaced(tmp_path: Path, work: tuple[Path, Path]) -> None:
    package, out = work
    done = _run([*_command("codebook", package, out)[:-1], "/dev/stdout"])
    assert (done.returncode, done.stdout[:2]) == (0, "# ")
    assert Path("/dev/stdout").is_symlink()
    (tmp_path / "victim").write_text("theirs", encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "victim")
    with whole_file(tmp_path / "link") as made:
        made.write_text("ours", encoding="utf-8")
    assert ((tmp_path / "victim").read_text("utf-8"), (tmp_path / "link").read_text("utf-8")) == ("theirs", "ours")


def test_finishing_where_nothing_was_begun(tmp_path: Path) -> None:
    finish(tmp_path, [])
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_while_a_room_is_removed_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    removed = shutil.rmtree

    def stopped(room: Path, **_: bool) -> None:
        monkeypatch.setattr(shutil, "rmtree", removed)
        (room / "a").unlink()
        raise KeyboardInterrupt

    def work() -> None:
        with replacing.make_room(tmp_path) as room:
            (room / "a").touch()
            (room / "b").touch()
            monkeypatch.setattr(shutil, "rmtree", stopped)

    with pytest.raises(KeyboardInterrupt):
        work()
    assert list(tmp_path.iterdir()) == []
