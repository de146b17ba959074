"""A release as a schema.org Dataset in JSON-LD, which search engines for data read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from provisions.documents import write_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from provisions.publication.about import About, Agent
    from provisions.publication.assets import Asset
    from provisions.publication.contents import Content


def write_schemaorg(about: About, contents: Sequence[Content], assets: Sequence[Asset]) -> str:
    """The file as JSON-LD: the Dataset, its columns as measured variables, its files as distributions."""
    return write_json({"@context": "https://schema.org/"} | describe(about, contents, assets))


def describe(about: About, contents: Sequence[Content], assets: Sequence[Asset]) -> dict[str, Any]:
    """The Dataset, without its context."""
    temporal = f"{about.begins}/{about.ends or '..'}" if about.begins else ""
    said: dict[str, Any] = {
        "@type": "Dataset",
        "@id": f"https://doi.org/{about.doi}" if about.doi else "",
        "name": about.title,
        "alternateName": about.name,
        "description": about.description,
        "version": about.version,
        "datePublished": about.date,
        "creator": [describe_agent(agent) for agent in about.creators],
        "publisher": {"@type": "Organization", "name": about.publisher} if about.publisher else None,
        "license": [licence.path for licence in about.licences if licence.path],
        "copyrightNotice": about.rights,
        "citation": about.citation,
        "creditText": about.citation,
        "identifier": f"https://doi.org/{about.doi}" if about.doi else "",
        "url": about.homepage,
        "inLanguage": about.language,
        "keywords": list(about.keywords),
        "temporalCoverage": temporal,
        "spatialCoverage": about.place,
        "isAccessibleForFree": True,
        "variableMeasured": [
            {
                "@type": "PropertyValue",
                "name": f"{content.name}.{column.name}",
                "description": str(column.schema.get("description") or column.schema.get("title") or column.name),
            }
            for content in contents
            for column in content.table.columns
        ],
        "distribution": [
            {
                "@type": "DataDownload",
                "name": asset.name,
                "contentUrl": asset.name,
                "encodingFormat": asset.mediatype,
                "contentSize": f"{asset.bytes} B",
                "sha256": asset.sha256,
            }
            | ({"description": asset.about} if asset.about else {})
            for asset in assets
        ],
    }
    return {key: value for key, value in said.items() if value}


def describe_agent(agent: Agent) -> dict[str, Any]:
    """A contributor as a schema.org Person or Organization."""
    said: dict[str, Any] = {"@type": "Person" if agent.family else "Organization", "name": agent.name}
    said |= {"givenName": agent.given, "familyName": agent.family} if agent.family else {}
    if agent.family and agent.organization:
        said["affiliation"] = {"@type": "Organization", "name": agent.organization}
    said |= {"@id": agent.path, "url": agent.path} if agent.path.startswith(("http://", "https://")) else {}
    return {key: value for key, value in said.items() if value}
