"""A release is whole, reproducible, and valid for an independent reader."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING, Any

import frictionless
import pytest

import provisions
from conftest import DATA, edit, write_foreign
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
    assert _judge(release.archive).valid
    descriptor = json.loads((release.folder / "datapackage.json").read_text("utf-8"))
    for resource in descriptor["resources"]:
        data = (release.folder / resource["path"]).read_bytes()
        assert resource["bytes"] == len(data)
        assert resource["hash"] == "sha256:" + hashlib.sha256(data).hexdigest()
        assert (release.folder / resource["rowSchema"]).is_file()
    for name in ("README.md", "CHANGELOG.md", "LICENSE.txt", "seeds/hotscup-2024.txt"):
        assert name in release.files
    with zipfile.ZipFile(release.archive) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == {
            name: (release.folder / name).read_bytes() for name in release.files
        }


def test_frictionless_finds_a_release_changed_afterwards(tmp_path: Path) -> None:
    release = provisions.publish(tmp_path, DATA)
    edit(release.folder / "speakers.csv", "Alexander Lukashenko", "Alexander Lukashenka")
    assert not _judge(release.folder / "datapackage.json").valid
    assert {finding.rule for finding in provisions.validate(release.folder).findings} == {"file/hash"}


def test_same_bytes_whatever_the_surroundings(tmp_path: Path) -> None:
    code = "import sys, os, provisions; os.umask(int(sys.argv[2], 8)); provisions.publish(sys.argv[1], sys.argv[3])"
    trees = []
    for number, (zone, locale, umask, seed) in enumerate(
        [("UTC", "C", "022", "0"), ("Asia/Tokyo", "C.UTF-8", "077", "7")]
    ):
        out = tmp_path / str(number)
        surroundings = os.environ | {"TZ": zone, "LC_ALL": locale, "PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", code, str(out), umask, str(DATA)], check=True, env=surroundings)
        trees.append((_tree(out), {path.name: path.stat().st_mode for path in out.rglob("*")}))
    assert trees[0] == trees[1]


def test_publishing_twice_changes_nothing_and_other_contents_are_refused(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "dist"
    provisions.publish(out, data)
    before = _tree(out)
    provisions.publish(out, data)
    assert _tree(out) == before
    edit(data / "speakers.csv", "Alexander Lukashenko", "Aliaksandr Lukashenka")
    with pytest.raises(PublishError, match="already published with other contents"):
        provisions.publish(out, data)
    assert _tree(out) == before


def test_package_with_errors_is_not_published(data: Path, tmp_path: Path) -> None:
    edit(data / "actions.csv", "2025-02-18", "2025-02-38")
    with pytest.raises(PublishError, match="1 error found"):
        provisions.publish(tmp_path / "dist", data)
    assert not (tmp_path / "dist").exists()


def test_failure_half_way_leaves_nothing(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "writestr", full)
    with pytest.raises(PublishError, match="No space left"):
        provisions.publish(tmp_path / "dist", data)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["datapackage", "seeds"]


def test_folder_that_cannot_be_written_is_told(data: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(PublishError, match="could not be written"):
        provisions.publish(tmp_path / "file" / "dist", data)


def test_package_metadata_must_be_complete(tmp_path: Path) -> None:
    (tmp_path / "package.yaml").write_text("name: x\n", encoding="utf-8")
    with pytest.raises(PackageError, match="title, description, version"):
        compile_descriptor(tmp_path)


@pytest.mark.parametrize("text", ["a: &x [1]\nb: *x\n", "a: 1\na: 2\n", "a: !!python/object:x {}\n", "a: [", "- 1\n"])
def test_yaml_that_says_two_things_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "package.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PackageError, match=r"package\.yaml"):
        compile_descriptor(tmp_path)


def test_a_package_of_others_is_published_with_sizes_and_hashes(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "a", "type": "integer"}]}
    package = write_foreign(tmp_path / "p", [{"name": "t", "path": "t.csv", "schema": schema}], {"t.csv": "a\n1\n"})
    release = provisions.publish(tmp_path / "dist", package)
    assert release.files == ("datapackage.json", "t.csv")
    assert frictionless.validate(str(release.archive)).valid
    (described,) = json.loads((release.folder / "datapackage.json").read_text("utf-8"))["resources"]
    assert described["bytes"] == 4
    (package / "datapackage.json").write_text(
        (package / "datapackage.json").read_text("utf-8").replace('"foreign"', '"../x"')
    )
    with pytest.raises(PublishError, match="cannot be the name of a folder"):
        provisions.publish(tmp_path / "dist", package)
