"""What a release says of itself as DataCite JSON (Metadata Schema 4.5), by which a DOI is registered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from provisions.documents import write_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from provisions.publication.about import About, Agent
    from provisions.publication.assets import Asset


def write_datacite(about: About, assets: Sequence[Asset]) -> str:
    """The file as JSON."""
    said: dict[str, Any] = {
        "doi": about.doi,
        "creators": [_creator(agent) for agent in about.creators],
        "titles": [{"title": about.title}],
        "publisher": {"name": about.publisher},
        "publicationYear": about.date[:4],
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Data package"},
        "subjects": [{"subject": word} for word in about.keywords],
        "dates": [{"date": about.date, "dateType": "Issued"}],
        "language": about.language,
        "version": about.version,
        "formats": sorted({asset.mediatype for asset in assets}),
        "sizes": [f"{sum(asset.bytes for asset in assets)} bytes", f"{len(assets)} files"],
        "rightsList": [_rights(licence.title, licence.name, licence.path) for licence in about.licences]
        + ([{"rights": about.rights}] if about.rights else []),
        "descriptions": [{"description": about.description, "descriptionType": "Abstract"}]
        if about.description
        else [],
        "geoLocations": [{"geoLocationPlace": about.place}] if about.place else [],
        "schemaVersion": "http://datacite.org/schema/kernel-4",
    }
    return write_json({key: value for key, value in said.items() if value})


def _creator(agent: Agent) -> dict[str, Any]:
    said: dict[str, Any] = {"name": agent.name, "nameType": "Organizational"}
    if agent.family:
        name = f"{agent.family}, {agent.given}".rstrip(", ")
        said = {"name": name, "nameType": "Personal", "givenName": agent.given, "familyName": agent.family}
        said["affiliation"] = [{"name": agent.organization}] if agent.organization else []
    if agent.orcid:
        scheme = {"nameIdentifierScheme": "ORCID", "schemeUri": "https://orcid.org"}
        said["nameIdentifiers"] = [{"nameIdentifier": f"https://orcid.org/{agent.orcid}"} | scheme]
    return {key: value for key, value in said.items() if value}


def _rights(title: str, name: str, path: str) -> dict[str, str]:
    known = {"rightsIdentifier": name, "rightsIdentifierScheme": "SPDX"} if name else {}
    return {key: value for key, value in ({"rights": title, "rightsUri": path} | known).items() if value}
