"""A release in all its forms, each opened with a tool of somebody else, and compared with the CSV files."""

from __future__ import annotations

import csv
import json
import sqlite3
import subprocess
import sys
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import check_jsonschema
import jsonschema
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pyreadstat
import pytest
import yaml
from datacite import schema45
from huggingface_hub import DatasetCard
from pyld import jsonld
from rocrate.rocrate import ROCrate
from spdx_tools.spdx.parser.parse_anything import parse_file
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

from provisions.derived import read_derived
from provisions.schema import standard_tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from provisions.publication.release import Release

TABLES = [*standard_tables(), *read_derived()]


@pytest.fixture(scope="session")
def release(published: Release) -> Release:
    """The release of the committed package."""
    return published


def read_csv(folder: Path, name: str) -> list[list[str]]:
    """Header and rows of a table."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def shown(value: Any) -> str:
    """A typed cell as the CSV file has it."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def read_json(release: Release, name: str) -> Any:
    """A JSON file of the release."""
    return json.loads((release.folder / name).read_text("utf-8"))


def test_every_table_has_every_form(release: Release) -> None:
    for name in TABLES:
        assert {f"{name}.csv", f"{name}.parquet", f"{name}.dta"} <= set(release.files)


def test_the_site_is_a_file_only_where_it_is_asked_for(release: Release) -> None:
    assert not [name for name in release.files if name.endswith("-site.zip")]


def test_checksums_are_those_that_sha256sum_finds(release: Release) -> None:
    command = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    done = subprocess.run(command, cwd=release.folder, capture_output=True, check=True)
    assert len(done.stdout.splitlines()) == len(release.files) - 1


@pytest.mark.parametrize("name", TABLES)
def test_parquet_for_arrow_and_polars(release: Release, name: str) -> None:
    header, *rows = read_csv(release.folder, name)
    table = pq.read_table(release.folder / f"{name}.parquet")
    assert table.column_names == header
    columns = table.to_pydict().values()
    assert [[shown(cell) for cell in row] for row in zip(*columns, strict=True)] == rows
    assert pl.read_parquet(release.folder / f"{name}.parquet").height == len(rows)
    said = table.schema.metadata
    assert said[b"table"] == name.encode()
    assert b"version 0.1.0" in said[b"citation"]
    assert set(json.loads(said[b"schema"])["properties"]) == set(header)


def test_parquet_is_typed(release: Release) -> None:
    schema = pq.read_schema(release.folder / "flat.parquet")
    assert [str(schema.field(name).type) for name in ("as_of", "statements")] == ["date32[day]", "int64"]
    assert str(pq.read_schema(release.folder / "passages.parquet").field("number").type) == "int64"


@pytest.mark.parametrize("name", TABLES)
def test_stata_for_readstat(release: Release, name: str) -> None:
    header, *rows = read_csv(release.folder, name)
    frame, said = pyreadstat.read_dta(release.folder / f"{name}.dta")
    assert [column.removeprefix("_") for column in frame.columns] == header
    assert len(frame) == len(rows)
    label = said.file_label or ""
    assert label.endswith("0.1.0") or len(label) == 80
    assert all(said.column_labels)
    for place, column in enumerate(frame.columns):
        texts = [{"true": "1", "false": "0"}.get(row[place], row[place]) for row in rows]
        cells = ["" if pd.isna(cell) else str(int(cell) if isinstance(cell, float) else cell) for cell in frame[column]]
        assert cells == texts, column


def test_sqlite_holds_keys_checks_and_references(release: Release) -> None:
    with closing(sqlite3.connect(release.folder / "security-treaty-provisions.sqlite")) as database:
        database.execute("PRAGMA foreign_keys = ON")
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        for name in TABLES:
            _, *rows = read_csv(release.folder, name)
            assert database.execute(f"SELECT COUNT(*) FROM {name}").fetchone() == (len(rows),)
        said = dict(database.execute("SELECT key, value FROM about"))
        assert said["version"] == "0.1.0"
        for wrong, why in [
            ("INSERT INTO roles SELECT * FROM roles LIMIT 1", "UNIQUE"),
            ("UPDATE statements SET party_id = 'atlantis'", "FOREIGN KEY"),
            ("UPDATE statements SET stance = 'shouts'", "CHECK"),
            ("UPDATE statements SET said_on = 'yesterday'", "CHECK"),
            ("UPDATE statements SET property = 'date', value = NULL", "CHECK"),
            ("UPDATE passages SET number = 'one'", "cannot store TEXT"),
            ("UPDATE treaties SET title = NULL", "NOT NULL"),
        ]:
            with pytest.raises(sqlite3.IntegrityError, match=why):
                database.execute(wrong)


def test_sqlite_finds_words(release: Release) -> None:
    with closing(sqlite3.connect(release.folder / "security-treaty-provisions.sqlite")) as database:
        found = database.execute(
            "SELECT s.id FROM statements_fts f JOIN statements s ON s.rowid = f.rowid WHERE statements_fts MATCH 'personal AND approval'"
        ).fetchall()
        assert ("hotscup-2024-approval",) in found
        assert database.execute("SELECT COUNT(*) FROM passages_fts WHERE passages_fts MATCH 'lukashenko'").fetchone()[0]


@pytest.fixture
def datasette(release: Release) -> Iterator[str]:
    """The address of a Datasette that serves the release."""
    command = [
        sys.executable,
        "-m",
        "datasette",
        "security-treaty-provisions.sqlite",
        "-m",
        "metadata.yml",
        "--port",
        "0",
    ]
    with subprocess.Popen(command, cwd=release.folder, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        try:
            line = next(line for line in server.stderr if "running on" in line)
            yield line.split("running on ")[1].split()[0]
        finally:
            server.terminate()
            server.stderr.read()


def test_datasette_serves_rows_words_and_facets(datasette: str) -> None:
    def fetch(path: str) -> Any:
        with urllib.request.urlopen(f"{datasette}/security-treaty-provisions/{path}", timeout=30) as answer:  # noqa: S310
            return json.load(answer)

    (row,) = fetch("treaties/rus-blr-2024.json")["rows"]
    assert "rus-blr-2024" in row
    found = fetch("statements.json?_search=personal+approval&_shape=objects")
    assert "hotscup-2024-approval" in [each["id"] for each in found["rows"]]
    about = fetch("statements.json?_size=1&_extra=metadata")
    assert set(about["facet_results"]) >= {"stance", "attribution"}


def test_citations_satisfy_their_schemas(release: Release) -> None:
    cff = yaml.safe_load((release.folder / "CITATION.cff").read_text("utf-8"))
    vendored = Path(check_jsonschema.__file__).parent / "builtin_schemas" / "vendor" / "citation-file-format.json"
    jsonschema.validate(cff, json.loads(vendored.read_text("utf-8")))
    datacite = read_json(release, "datacite.json")
    schema45.validator.validate(datacite)
    zenodo = read_json(release, ".zenodo.json")
    crate = ROCrate(release.folder)
    assert cff["title"] == datacite["titles"][0]["title"] == zenodo["title"] == crate.name
    assert cff["version"] == datacite["version"] == zenodo["version"] == crate.root_dataset["version"] == "0.1.0"
    assert {cff["license"].lower(), zenodo["license"]} == {"cc-by-4.0"}


def test_crate_lists_every_file_and_the_tools(release: Release) -> None:
    crate = ROCrate(release.folder)
    assert {entity.id for entity in crate.data_entities} == {*release.files} - {"SHA256SUMS", "ro-crate-metadata.json"}
    assert {tool["name"] for tool in crate.get("#publication")["instrument"]} >= {"DuckDB", "SQLite", "zlib"}


def test_licence_of_each_file_in_spdx(release: Release) -> None:
    document = parse_file(str(release.folder / "licences.spdx.json"))
    assert validate_full_spdx_document(document) == []
    licences = {file.name.removeprefix("./"): str(file.license_concluded) for file in document.files}
    assert licences["treaties.csv"] == "CC-BY-4.0"
    assert licences["passages.csv"] == "CC-BY-4.0 AND LicenseRef-third-party-text"
    assert licences["seeds/hotscup-2024.txt"] == "LicenseRef-third-party-text"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of rdflib, in mlcroissant
def test_croissant_gives_the_rows(release: Release) -> None:
    import mlcroissant

    dataset = mlcroissant.Dataset(str(release.folder / "croissant.json"))
    assert dataset.metadata.issues.errors == set()
    for name in ("passages", "statements", "flat"):
        _, *rows = read_csv(release.folder, name)
        assert sum(1 for _ in dataset.records(name)) == len(rows)


def test_card_of_the_hub(release: Release) -> None:
    card = DatasetCard((release.folder / "huggingface.md").read_text("utf-8"))
    said: dict[str, Any] = vars(card.data)
    assert said["license"] == "cc-by-4.0"
    assert {config["config_name"] for config in said["configs"]} == {*TABLES, "history"}
    assert all((release.folder / config["data_files"]).is_file() for config in said["configs"])


# What of the W3C’s context the annotations use (https://www.w3.org/TR/annotation-vocab/); nothing is fetched in tests.
_OA, _AS, _DC = "http://www.w3.org/ns/oa#", "http://www.w3.org/ns/activitystreams#", "http://purl.org/dc/"
CONTEXT = {
    "id": "@id",
    "type": "@type",
    **{name: f"{_OA}{name}" for name in ("Annotation", "SpecificResource", "TextualBody", "TextQuoteSelector")},
    **{name: f"{_OA}{name}" for name in ("exact", "prefix", "suffix")},
    "describing": f"{_OA}describing",
    "AnnotationCollection": f"{_AS}OrderedCollection",
    "AnnotationPage": f"{_AS}OrderedCollectionPage",
    "motivation": {"@id": f"{_OA}motivatedBy", "@type": "@vocab"},
    "purpose": {"@id": f"{_OA}hasPurpose", "@type": "@vocab"},
    "body": {"@id": f"{_OA}hasBody", "@type": "@id"},
    "target": {"@id": f"{_OA}hasTarget", "@type": "@id"},
    "source": {"@id": f"{_OA}hasSource", "@type": "@id"},
    "selector": {"@id": f"{_OA}hasSelector", "@type": "@id"},
    "items": {"@id": f"{_AS}items", "@type": "@id", "@container": "@list"},
    **{name: {"@id": f"{_AS}{name}", "@type": "@id"} for name in ("first", "last", "partOf")},
    "total": f"{_AS}totalItems",
    "startIndex": f"{_AS}startIndex",
    "label": "http://www.w3.org/2000/01/rdf-schema#label",
    "value": "http://www.w3.org/1999/02/22-rdf-syntax-ns#value",
    **{name: f"{_DC}elements/1.1/{name}" for name in ("format", "language")},
    "created": f"{_DC}terms/created",
}


def test_statements_as_web_annotations(release: Release) -> None:
    def load(url: str, _: Any) -> dict[str, Any]:
        assert url == "http://www.w3.org/ns/anno.jsonld"
        return {"contextUrl": None, "documentUrl": url, "document": {"@context": CONTEXT}}

    document = read_json(release, "annotations.jsonld")
    _, *rows = read_csv(release.folder, "statements")
    items = document["first"]["items"]
    assert document["total"] == len(items) == len(rows)
    document["first"]["items"] = [item for item in items if item["id"].endswith(":hotscup-2024-approval")]
    (collection,) = jsonld.expand(document, {"documentLoader": load})
    (page,) = collection[f"{_AS}first"]
    assert page[f"{_AS}partOf"] == [{"@id": collection["@id"]}]
    assert collection[f"{_AS}last"] == [{"@id": page["@id"]}]
    (annotation,) = page[f"{_AS}items"][0]["@list"]
    assert annotation["@type"] == [f"{_OA}Annotation"]
    assert annotation[f"{_OA}hasBody"][0][f"{_DC}elements/1.1/language"] == [{"@value": "en"}]
    (target,) = annotation[f"{_OA}hasTarget"]
    (selector,) = target[f"{_OA}hasSelector"]
    quote = selector[f"{_OA}exact"][0]["@value"]
    passages = (release.folder / "seeds" / "hotscup-2024.txt").read_text("utf-8")
    around = [selector[f"{_OA}{end}"][0]["@value"] if f"{_OA}{end}" in selector else "" for end in ("prefix", "suffix")]
    assert quote.join(around) in passages
    assert annotation["http://www.w3.org/ns/prov#wasDerivedFrom"][0]["@id"].startswith("urn:provisions:statements:")


def test_schema_org_dataset_names_every_download(release: Release) -> None:
    said = read_json(release, "dataset.jsonld")
    assert (said["@type"], said["version"]) == ("Dataset", "0.1.0")
    assert {each["contentUrl"] for each in said["distribution"]} >= {
        "flat.csv",
        release.archive.name,
        "statements.parquet",
    }
    assert all(len(each["sha256"]) == 64 for each in said["distribution"])


def test_flat_has_every_provision_and_what_it_rests_on(release: Release) -> None:
    header, *rows = read_csv(release.folder, "flat")
    _, *provision_rows = read_csv(release.folder, "provisions")
    flat = [dict(zip(header, row, strict=True)) for row in rows]
    assert {row["provision_id"] for row in flat} == {row[0] for row in provision_rows}
    (row,) = [row for row in flat if row["provision_id"] == "rus-blr-2024-art-5" and row["obligor"] == "rus"] or [
        flat[0]
    ]
    assert row["sources"]
    assert {row["as_of"] for row in flat} == {read_json(release, "datapackage.json")["created"][:10]}
