"""A package → the beginning of a release: its files, the schemas of its tables, and a descriptor with sizes and hashes."""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING, Any

from provisions.documents import write_json
from provisions.errors import PublishError
from provisions.resources import read_document, resolve

if TYPE_CHECKING:
    from pathlib import Path

    from provisions.manifest import Manifest
    from provisions.resources import Resource

DESCRIPTOR = "datapackage.json"


def copy_package(manifest: Manifest, folder: Path) -> None:
    """Copies the package into an empty folder. Raises `PublishError` for a table that is not one CSV file in UTF-8."""
    resources = []
    for resource, authored in zip(manifest.resources, manifest.descriptor["resources"], strict=True):
        if not resource.reading.plain:
            raise PublishError(
                f"{manifest.shown}: {resource.table.name} is not one file of comma-separated UTF-8 with cells in their usual forms; "
                "a release holds such tables only."
            )
        resources.append(authored | _copy_resource(manifest, resource, authored, folder))
    for path in sorted(manifest.seeds.iterdir()) if manifest.seeds else []:
        if path.is_file() and not path.is_symlink():
            _copy(path, folder / "seeds" / path.name)
    changelog = manifest.root / "CHANGELOG.md"
    if changelog.is_file():
        _copy(changelog, folder / "CHANGELOG.md")
    elif manifest.is_ours:
        raise PublishError(f"{changelog}: missing; a release says what changed.")
    (folder / DESCRIPTOR).write_text(write_json(manifest.descriptor | {"resources": resources}), encoding="utf-8")


def _copy_resource(manifest: Manifest, resource: Resource, authored: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Copies a table and writes its schema; returns what its descriptor says of them."""
    _copy(resource.path, folder / resource.file)
    with (folder / resource.file).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    said: dict[str, Any] = {"bytes": (folder / resource.file).stat().st_size, "hash": f"sha256:{digest}"}
    for key in ("schema", "dialect"):
        if isinstance(authored.get(key), str):
            said[key] = read_document(resolve(manifest.root, authored[key], manifest.shown))
    if "rowSchema" in authored:
        said["rowSchema"] = f"schema/{resource.table.name}.json"
        path = folder / said["rowSchema"]
        path.parent.mkdir(exist_ok=True)
        path.write_text(write_json(resource.table.schema), encoding="utf-8")
    return said


def _copy(source: Path, target: Path) -> None:
    if target.exists():
        raise PublishError(f"{target.name}: stands twice in the package.")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
