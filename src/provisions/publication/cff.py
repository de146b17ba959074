"""What a release says of itself as `CITATION.cff` (Citation File Format 1.2.0), which GitHub and Zotero read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from provisions.publication.about import About, Agent


def write_cff(about: About) -> str:
    """The file as YAML. It asks for at least one contributor in the descriptor."""
    import yaml

    said: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use these data, please cite them as below.",
        "type": "dataset",
        "title": about.title,
        "abstract": about.description,
        "version": about.version,
        "date-released": about.date if len(about.date) == len("2000-01-01") else "",
        "doi": about.doi,
        "url": about.homepage if about.homepage.startswith(("http://", "https://")) else "",
        "license": about.licences[0].name if len(about.licences) == 1 else [licence.name for licence in about.licences],
        "authors": [_author(agent) for agent in about.creators],
        "keywords": list(dict.fromkeys(about.keywords)),
    }
    if not all(licence.name for licence in about.licences):
        del said["license"]
    kept = {key: value for key, value in said.items() if value}
    return yaml.safe_dump(kept, sort_keys=False, allow_unicode=True, width=120)


def _author(agent: Agent) -> dict[str, str]:
    orcid = f"https://orcid.org/{agent.orcid}" if agent.orcid else ""
    person = {"given-names": agent.given, "family-names": agent.family, "affiliation": agent.organization}
    said = person if agent.family else {"name": agent.name}
    return {key: value for key, value in (said | {"orcid": orcid}).items() if value}
