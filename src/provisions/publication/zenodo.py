"""What a release says of itself as `.zenodo.json`, from which Zenodo fills in the record of a deposit."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from provisions.documents import write_json

if TYPE_CHECKING:
    from provisions.publication.about import About, Agent


def write_zenodo(about: About) -> str:
    """The file as JSON; the description is HTML there."""
    said: dict[str, Any] = {
        "upload_type": "dataset",
        "title": about.title,
        "description": "".join(f"<p>{html.escape(text)}</p>" for text in (about.description, about.rights) if text),
        "version": about.version,
        "publication_date": about.date if len(about.date) == len("2000-01-01") else "",
        "creators": [_creator(agent) for agent in about.creators],
        "access_right": "open",
        "license": about.licences[0].name.lower() if about.licences else "",
        "keywords": list(about.keywords),
        "notes": html.escape(about.citation),
    }
    return write_json({key: value for key, value in said.items() if value})


def _creator(agent: Agent) -> dict[str, str]:
    name = f"{agent.family}, {agent.given}".rstrip(", ") if agent.family else agent.name
    said = {"name": name, "affiliation": agent.organization, "orcid": agent.orcid}
    return {key: value for key, value in said.items() if value}
