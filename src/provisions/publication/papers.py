"""What a release says of itself, written beside its tables: README, descriptors, citations, licences, checksums, the zip."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from provisions import __version__
from provisions.documents import read_json
from provisions.publication.assets import SUMS, list_assets, list_names, read_asset, write_sums, write_zip
from provisions.publication.cff import write_cff
from provisions.publication.crate import write_crate
from provisions.publication.croissant import write_croissant
from provisions.publication.datacite import write_datacite
from provisions.publication.datasette import write_datasette
from provisions.publication.huggingface import write_card
from provisions.publication.licences import write_spdx
from provisions.publication.metadata import describe_derived
from provisions.publication.readme import write_licence, write_readme
from provisions.publication.schemaorg import write_schemaorg
from provisions.publication.zenodo import write_zenodo

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence
    from pathlib import Path

    from provisions.publication.about import About
    from provisions.publication.assets import Asset
    from provisions.publication.contents import Content

# What the files are that hold no table.
_FILES = {
    "README.md": "What the release is, how to cite it, what each file holds.",
    "CODEBOOK.md": "How the data are coded: every table, column, category, derived table and rule.",
    "CHANGELOG.md": "What changed from release to release.",
    "LICENSE.txt": "What may be done with the data.",
    "licences.spdx.json": "The licence of every file (SPDX).",
    "datapackage.json": "Every column of the tables, with size and hash of each file (Frictionless Data Package 2).",
    "derived.json": "The same of the derived tables.",
    "metadata.yml": "What Datasette shows of the database.",
    "annotations.jsonld": "Every statement as a W3C Web Annotation with its provenance.",
    "dataset.jsonld": "The data set as search engines read it (schema.org).",
    "CITATION.cff": "How to cite (Citation File Format).",
    ".zenodo.json": "The record on Zenodo.",
    "datacite.json": "The record behind a DOI (DataCite).",
    "croissant.json": "The tables as machine-learning tools load them (Croissant).",
    "huggingface.md": "The card on the Hugging Face hub, where its name is README.md.",
    "ro-crate-metadata.json": "The release as an RO-Crate, with the tools that made it.",
    SUMS: "The SHA-256 of every file.",
}
# The files that cannot do without what a citation needs.
CITING = ("CITATION.cff", ".zenodo.json", "datacite.json", "croissant.json", "ro-crate-metadata.json")
# What a citation needs, as a descriptor names it.
_CITED = {"contributors": "creators", "created": "date", "licenses": "licences"}
# What the zip holds beside the package itself and the derived tables; the other forms of tables stand beside it.
_PACKED = (
    "README.md",
    "CODEBOOK.md",
    "CHANGELOG.md",
    "LICENSE.txt",
    "CITATION.cff",
    "datapackage.json",
    "derived.json",
)


def write_package(
    folder: Path, about: About, contents: Sequence[Content], copied: Iterable[str], *, site: bool
) -> tuple[dict[str, str], list[str]]:
    """Writes what belongs into the zip of the package, and the zip; `copied` are the files of the package itself.

    Returns what those files of the release are that hold no table, by name, those to come included; and what the zip holds.
    """
    files = _list_files(folder, about, contents, CITING if find_lacking(about) else ())
    if site:
        files[f"{about.stem}-site.zip"] = "Every treaty, clause and statement as a page: unpack, open index.html."
    inside = {*copied, *_PACKED, *(content.file for content in contents)}
    _write(folder, files, "README.md", write_readme(about, contents, files, inside))
    _write(folder, files, "LICENSE.txt", write_licence(about))
    _write(folder, files, "CITATION.cff", write_cff(about))
    packed = [name for name in list_names(folder) if name in inside]
    write_zip(folder / f"{about.stem}.zip", folder, packed)
    return files, packed


def write_descriptor(folder: Path, about: About, contents: Sequence[Content]) -> Path:
    """Writes `derived.json`, the Data Package of the derived tables, whose CSV files are there; returns its path."""
    path = folder / "derived.json"
    assets = [read_asset(folder, content.file) for content in contents if content.derived]
    text = describe_derived(read_json(folder / "datapackage.json"), about, contents, assets)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def write_papers(
    folder: Path,
    about: About,
    contents: Sequence[Content],
    rights: Mapping[str, str],
    files: Mapping[str, str],
    pack_site: Callable[[Path, Sequence[Asset]], None] | None,
) -> list[Asset]:
    """Writes the rest once every form of every table is there, the checksums last; `files` is what `write_package` gave.

    `pack_site`, where there is to be a site, packs it into a file; it is told of the files that are there by then.
    Returns every file that then is in the folder.
    """
    write = partial(_write, folder, files)
    write("metadata.yml", write_datasette(about, contents, about.name))
    write("huggingface.md", write_card(about, contents, (folder / "README.md").read_text("utf-8")))
    write(".zenodo.json", write_zenodo(about))
    assets = list_assets(folder, files)
    if pack_site:
        pack_site(folder / f"{about.stem}-site.zip", assets)
        assets = list_assets(folder, files, assets)
    write("dataset.jsonld", write_schemaorg(about, contents, assets))
    write("datacite.json", write_datacite(about, assets))
    write("croissant.json", write_croissant(about, contents, assets))
    assets = list_assets(folder, files, assets)
    write("licences.spdx.json", write_spdx(about, assets, rights, __version__))
    assets = list_assets(folder, files, assets)
    write("ro-crate-metadata.json", write_crate(about, assets, __version__))
    assets = list_assets(folder, files, assets)
    write(SUMS, write_sums(assets))
    return list_assets(folder, files, assets)


def _write(folder: Path, files: Container[str], name: str, text: str) -> None:
    """Writes a file, if it is one of those that the release is to have."""
    if name in files:
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def find_lacking(about: About) -> list[str]:
    """The keys of the descriptor without which the files named `CITING` cannot be written."""
    return [key for key, field in _CITED.items() if not getattr(about, field)]


def _list_files(folder: Path, about: About, contents: Iterable[Content], left_out: Collection[str]) -> dict[str, str]:
    """The files of the release that hold no table, those to come included, and what they are."""
    absent = set(left_out)
    if not (folder / "CHANGELOG.md").exists():
        absent.add("CHANGELOG.md")
    if not any(content.derived for content in contents):
        absent |= {"derived.json", "annotations.jsonld"}
    files = {name: text for name, text in _FILES.items() if name not in absent}
    files[f"{about.name}.sqlite"] = (
        "All tables in one SQLite database with keys, checks and full text search; opens in Datasette."
    )
    files[f"{about.stem}.zip"] = "The CSV files, their descriptions, and the source documents in one archive."
    return files
