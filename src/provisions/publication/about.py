"""What a descriptor says of its package, in the words that every citation format needs. Writes nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from provisions.model import Json

_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
_ORCID = re.compile(r"https?://orcid\.org/(\d{4}-\d{4}-\d{4}-\d{3}[\dX])/?")
_DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


@dataclass(frozen=True)
class Agent:
    """A person (with a family name) or a body, as a Data Package names its contributors."""

    name: str
    given: str = ""
    family: str = ""
    path: str = ""
    organization: str = ""
    roles: tuple[str, ...] = ()

    @property
    def orcid(self) -> str:
        """The ORCID iD, `0000-0000-0000-0000`; empty without one."""
        match = _ORCID.fullmatch(self.path)
        return match[1] if match else ""


@dataclass(frozen=True)
class Licence:
    """A licence: its SPDX identifier, where there is one, its title and its address."""

    name: str
    title: str
    path: str


@dataclass(frozen=True)
class About:
    """A package as its descriptor tells of it; what is not told is empty. `date` is the day of `created`."""

    name: str
    title: str
    description: str
    version: str
    date: str
    creators: tuple[Agent, ...]
    publisher: str
    keywords: tuple[str, ...]
    licences: tuple[Licence, ...]
    rights: str
    doi: str
    homepage: str
    language: str
    begins: str
    ends: str
    place: str

    @property
    def stem(self) -> str:
        """Name and version, as files of the release are named by."""
        return f"{self.name}-{self.version}" if self.version else self.name

    @property
    def citation(self) -> str:
        """One line of citation."""
        authors = ", ".join(agent.name for agent in self.creators)
        year = f" ({self.date[:4]})" if self.date else ""
        version = f", version {self.version}" if self.version else ""
        licences = "; ".join(licence.title for licence in self.licences)
        end = "".join(
            f" {part.rstrip('.')}." for part in (licences, self.doi and f"https://doi.org/{self.doi}") if part
        )
        return f"{authors}{year}. ".lstrip(". ") + f"{self.title}{version} [data set].{end}"


def read_about(descriptor: Json) -> About:
    """What a descriptor tells of its package; whatever is not of the form that the standard asks for is left out."""
    agents = tuple(_agent(each) for each in _objects(descriptor.get("contributors")))
    creators = tuple(agent for agent in agents if {"creator", "author"} & set(agent.roles)) or agents
    temporal = descriptor.get("temporal")
    period = temporal if isinstance(temporal, dict) else {}
    identifiers = [_DOI.fullmatch(_text(descriptor.get(key))) for key in ("id", "homepage")]
    name = _text(descriptor.get("name")) or "package"
    return About(
        name=name,
        title=_text(descriptor.get("title")) or name,
        description=_text(descriptor.get("description")),
        version=_text(descriptor.get("version")),
        date=_day(descriptor.get("created")),
        creators=creators,
        publisher=next((a.name for a in agents if "publisher" in a.roles), creators[0].name if creators else ""),
        keywords=tuple(_text(word) for word in _list(descriptor.get("keywords")) if _text(word)),
        licences=tuple(
            Licence(
                _text(each.get("name")), _text(each.get("title")) or _text(each.get("name")), _text(each.get("path"))
            )
            for each in _objects(descriptor.get("licenses"))
            if each.get("name") or each.get("path")
        ),
        rights=_text(descriptor.get("rights")),
        doi=next((match[1] for match in identifiers if match), ""),
        homepage=_text(descriptor.get("homepage")),
        language=_text(descriptor.get("language")),
        begins=_day(period.get("start")),
        ends=_day(period.get("end")),
        place=_text(descriptor.get("spatial")),
    )


def _agent(item: Json) -> Agent:
    given, family = _text(item.get("givenName")), _text(item.get("familyName"))
    roles = item.get("roles", item.get("role"))
    return Agent(
        name=_text(item.get("title")) or f"{given} {family}".strip() or _text(item.get("organization")) or "Anonymous",
        given=given,
        family=family,
        path=_text(item.get("path")),
        organization=_text(item.get("organization")),
        roles=tuple(_text(role) for role in (roles if isinstance(roles, list) else [roles])),
    )


def _text(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _day(value: Any) -> str:
    match = _DAY.match(_text(value))
    return match[0] if match else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _objects(value: Any) -> list[Json]:
    return [item for item in _list(value) if isinstance(item, dict)]
