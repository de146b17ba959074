"""A release as an RO-Crate (1.2): the data set, its files, its people, and by which tools its files were made."""

from __future__ import annotations

import sqlite3
import zlib
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from provisions.documents import write_json
from provisions.publication.schemaorg import describe_agent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from provisions.publication.about import About, Agent
    from provisions.publication.assets import Asset

_PROFILE = "https://w3id.org/ro/crate/1.2"


def write_crate(about: About, assets: Sequence[Asset], program: str) -> str:
    """The file `ro-crate-metadata.json`. With other versions of the tools that it names, some bytes may come out otherwise."""
    agents = {_identify(agent, number): describe_agent(agent) for number, agent in enumerate(about.creators, start=1)}
    publisher = next((key for key, said in agents.items() if said["name"] == about.publisher), "#publisher")
    licences = [
        _drop(
            {"@id": each.path or f"#{each.name}", "@type": "CreativeWork", "name": each.title, "identifier": each.name}
        )
        for each in about.licences
    ]
    files = [
        _drop(
            {
                "@id": asset.name,
                "@type": "File",
                "name": asset.name,
                "description": asset.about,
                "encodingFormat": asset.mediatype,
                "contentSize": str(asset.bytes),
                "sha256": asset.sha256,
            }
        )
        for asset in assets
    ]
    root: dict[str, Any] = {
        "@id": "./",
        "@type": "Dataset",
        "name": about.title,
        "description": about.description or about.title,
        "version": about.version,
        "datePublished": about.date,
        "license": [{"@id": each["@id"]} for each in licences],
        "copyrightNotice": about.rights,
        "creditText": about.citation,
        "author": [{"@id": key} for key in agents],
        "publisher": {"@id": publisher} if about.publisher else None,
        "identifier": f"https://doi.org/{about.doi}" if about.doi else "",
        "url": about.homepage,
        "keywords": ", ".join(about.keywords),
        "inLanguage": about.language,
        "temporalCoverage": f"{about.begins}/{about.ends or '..'}" if about.begins else "",
        "hasPart": [{"@id": asset.name} for asset in assets],
        "mentions": {"@id": "#publication"},
    }
    graph = [
        {
            "@id": "ro-crate-metadata.json",
            "@type": "CreativeWork",
            "conformsTo": {"@id": _PROFILE},
            "about": {"@id": "./"},
        },
        _drop(root),
        *({**said, "@id": key} for key, said in agents.items()),
        *(
            [{"@id": publisher, "@type": "Organization", "name": about.publisher}]
            if about.publisher and publisher not in agents
            else []
        ),
        *licences,
        *_made_by(about, program),
        *files,
    ]
    return write_json({"@context": f"{_PROFILE}/context", "@graph": graph})


def _identify(agent: Agent, number: int) -> str:
    return agent.path if agent.path.startswith(("http://", "https://")) else f"#contributor-{number}"


def _made_by(about: About, program: str) -> list[dict[str, Any]]:
    """The act of publication, with the tools on which the bytes depend."""
    tools = {
        "provisions": program,
        "DuckDB": version("duckdb"),
        "SQLite": sqlite3.sqlite_version,
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
    }
    act = {
        "@id": "#publication",
        "@type": "CreateAction",
        "name": f"Publication of {about.stem}",
        "endTime": about.date,
        "instrument": [{"@id": f"#{name.lower()}"} for name in tools],
        "result": {"@id": "./"},
    }
    software = [
        {"@id": f"#{name.lower()}", "@type": "SoftwareApplication", "name": name, "softwareVersion": number}
        for name, number in tools.items()
    ]
    return [_drop(act), *software]


def _drop(said: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in said.items() if value}
