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
    """Copies the package into an empty folder. Raises `PublishError` where two of its files have one name."""
    tables = {resource.table.name: resource for resource in manifest.resources}
    resources = []
    for authored in manifest.descriptor["resources"]:
        resource = tables.get(str(authored.get("name")))
        resources.append(authored | (_copy_resource(manifest, resource, authored, folder) if resource else {}))
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
    said: dict[str, Any] = {}
    for file, path in zip(resource.reading.files, resource.reading.paths, strict=True):
        if not resource.reading.inline:
            _copy(path, folder / file)
    if not resource.reading.inline and len(resource.reading.files) == 1:
        with (folder / resource.file).open("rb") as copied:
            digest = hashlib.file_digest(copied, "sha256").hexdigest()
        said |= {"bytes": (folder / resource.file).stat().st_size, "hash": f"sha256:{digest}"}
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
