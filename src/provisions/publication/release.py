"""Writes a release, a folder and a zip: the same bytes for the same data, and whole or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from provisions.documents import write_json
from provisions.errors import PackageError, PublishError
from provisions.layout import count
from provisions.publication.metadata import write_licence, write_readme

if TYPE_CHECKING:
    from provisions.manifest import Manifest
    from provisions.model import Report

_STEM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,150}")
# The earliest time that a zip can hold: no clock, so the same bytes every time.
_STAMP = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Release:
    """A release that was written: its folder, its zip, and the SHA-256 of the zip."""

    folder: Path
    archive: Path
    sha256: str
    files: tuple[str, ...]


def write_release(manifest: Manifest, report: Report, out: str | Path) -> Release:
    """Writes `<name>-<version>/` and `<name>-<version>.zip` into `out`.

    Both are built aside, synced to disk and then renamed, so that a release is whole or not there. A version that is
    already out is left as it is if its bytes are the same. A package of others is published as it is, with the size and
    hash of each file; without a version, its name alone is that of the release. Raises `PublishError` on findings of level
    error, where a package of ours has no version, and where the version is out with other bytes.
    """
    if not report.ok:
        raise PublishError(
            f"{manifest.shown}: not published, {count(report.errors, 'error')} found. Run `provisions validate` to see them."
        )
    if manifest.is_ours and not manifest.version:
        raise PublishError(f"{manifest.shown}: not published; a release needs a `version`.")
    out = Path(out)
    stem = f"{manifest.name}-{manifest.version}" if manifest.version else manifest.name
    if not _STEM.fullmatch(stem):
        raise PublishError(f"{manifest.shown}: not published; {stem[:80]!r} cannot be the name of a folder everywhere.")
    folder, archive = out / stem, out / f"{stem}.zip"
    contents = _collect(manifest, report)
    try:
        with tempfile.TemporaryDirectory(prefix=f".{stem}-", dir=_room_for(out)) as building:
            whole = Path(building) / "release"
            whole.mkdir()
            built, built_zip = whole / stem, whole / f"{stem}.zip"
            _write_folder(built, contents)
            _write_zip(built_zip, contents)
            whole.chmod(0o755)
            if out.exists() or not _takes_place(whole, out):
                for finished, final in ((built, folder), (built_zip, archive)):
                    _refuse_other_contents(finished, final)
                for finished, final in ((built, folder), (built_zip, archive)):
                    if not final.exists():
                        finished.rename(final)
            _sync(out)
    except OSError as error:
        raise PublishError(
            f"{out}: the release could not be written ({error.strerror or error}); nothing was published."
        ) from error
    return Release(folder, archive, hashlib.sha256(archive.read_bytes()).hexdigest(), tuple(sorted(contents)))


def _takes_place(whole: Path, out: Path) -> bool:
    """Puts the folder there in one step, unless another run has been quicker."""
    try:
        whole.rename(out)
    except OSError:
        if out.is_dir():
            return False
        raise
    return True


def _room_for(out: Path) -> Path:
    """Where to build: beside the folder, so that nothing unfinished is ever in it; in it, where only that can be written."""
    beside = out.resolve().parent
    beside.mkdir(parents=True, exist_ok=True)
    if out.exists() and (not os.access(beside, os.W_OK) or beside.stat().st_dev != out.stat().st_dev):
        return out
    return beside


def _collect(manifest: Manifest, report: Report) -> dict[str, bytes]:
    """Every file of the release, by its path in it."""
    if not manifest.is_ours:
        return _collect_foreign(manifest)
    contents: dict[str, bytes] = {}
    descriptor: dict[str, Any] = {key: value for key, value in manifest.descriptor.items() if key != "resources"}
    resources = []
    for resource, authored in zip(manifest.resources, manifest.descriptor["resources"], strict=True):
        data = resource.path.read_bytes()
        contents[resource.file] = data
        schema_file = f"schema/{resource.table.name}.json"
        contents[schema_file] = write_json(resource.table.schema).encode()
        digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
        resources.append(authored | {"bytes": len(data), "hash": digest, "rowSchema": schema_file})
    descriptor["resources"] = resources
    for path in sorted(manifest.seeds.iterdir()) if manifest.seeds else []:
        contents[f"seeds/{path.name}"] = path.read_bytes()
    changelog = manifest.root / "CHANGELOG.md"
    if not changelog.is_file():
        raise PackageError(f"{changelog}: missing; a release says what changed.")
    contents["CHANGELOG.md"] = changelog.read_bytes()
    contents["README.md"] = write_readme(descriptor, report.rows).encode()
    contents["LICENSE.txt"] = write_licence(descriptor).encode()
    contents["datapackage.json"] = write_json(descriptor).encode()
    return contents


def _collect_foreign(manifest: Manifest) -> dict[str, bytes]:
    """The files of a package of others, and its descriptor with their sizes and hashes."""
    contents: dict[str, bytes] = {}
    tables = {resource.table.name: resource for resource in manifest.resources}
    described = []
    for item in manifest.descriptor["resources"]:
        resource = tables.get(str(item.get("name")))
        if resource is not None and not resource.reading.inline:
            for file, path in zip(resource.reading.files, resource.reading.paths, strict=True):
                contents[file] = path.read_bytes()
            if len(resource.reading.files) == 1:
                data = contents[resource.file]
                item = item | {"bytes": len(data), "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}
        described.append(item)
    contents["datapackage.json"] = write_json(manifest.descriptor | {"resources": described}).encode()
    return contents


def _write_folder(folder: Path, contents: dict[str, bytes]) -> None:
    for name, data in sorted(contents.items()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        path.chmod(0o644)
    for path in (folder, *folder.rglob("*/")):
        path.chmod(0o755)
        _sync(path)


def _write_zip(path: Path, contents: dict[str, bytes]) -> None:
    """A zip whose bytes depend on nothing but the contents; `datapackage.json` is at its root."""
    with path.open("xb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for name, data in sorted(contents.items()):
                entry = zipfile.ZipInfo(name, _STAMP)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.create_system = 3
                entry.external_attr = 0o100644 << 16
                archive.writestr(entry, data)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(0o644)


def _refuse_other_contents(built: Path, final: Path) -> None:
    """Raises `PublishError` where that name is taken by something else."""
    if final.exists() and _digest(final) != _digest(built):
        raise PublishError(
            f"{final}: this version is already published with other contents. "
            "Raise `version` in package.yaml, or delete it if it never went out."
        )


def _digest(path: Path) -> str:
    """A hash over a file, or over the names and bytes of all files in a folder."""
    digest = hashlib.sha256()
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_file():
            name = file.relative_to(path).as_posix().encode()
            digest.update(len(name).to_bytes(8) + name + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
