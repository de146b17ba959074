"""Pages as schema.org JSON-LD: the data set, an instrument, a clause of it, a source with the claims that it carries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from provisions.website.rendering import LONGEST

if TYPE_CHECKING:
    from provisions.model import Json
    from provisions.publication.about import About

    Row = dict[str, Any]

_CONTEXT = "https://schema.org/"
_KINDS = {"newspaper": "NewsArticle", "news": "NewsArticle", "news-agency": "NewsArticle", "treaty-text": "Legislation"}


def dataset(about: About) -> Json:
    """The data set that a page is part of, by its name."""
    return _full({"@type": "Dataset", "name": about.title, "version": about.version, "url": about.homepage})


def describe_page(title: str, about: About) -> Json:
    """A page that is about the data set as a whole."""
    return {"@context": _CONTEXT, "@type": "WebPage", "name": title, "isPartOf": dataset(about)}


def describe_treaty(treaty: Row, about: About) -> Json:
    """An instrument."""
    return {"@context": _CONTEXT} | _full(
        {
            "@type": "Legislation",
            "name": treaty["title"],
            "alternateName": treaty["short_title"],
            "legislationType": treaty["instrument"],
            "legislationDate": treaty["signed"],
            "identifier": [f"{row['scheme']}:{row['value']}" for row in treaty["identifiers"]],
            "subjectOf": dataset(about),
        }
    )


def describe_provision(provision: Row, treaty: Row, about: About) -> Json:
    """A clause of an instrument."""
    return {"@context": _CONTEXT} | _full(
        {
            "@type": "Legislation",
            "name": provision["locator"] or provision["category"],
            "abstract": provision["summary"],
            "about": provision["category"],
            "isPartOf": {"@type": "Legislation", "name": treaty["title"]},
            "subjectOf": dataset(about),
        }
    )


def describe_source(source: Row, about: About) -> Json:
    """A source, with the claims that are taken from it."""
    claims = [
        _full(
            {
                "@type": "Claim",
                "text": remark["claim"] or remark["quote"],
                "author": remark["speaker"] and {"@type": "Person", "name": remark["speaker"]},
                "datePublished": remark["said_on"],
            }
        )
        for remark in source["remarks"]
    ]
    return {"@context": _CONTEXT} | _full(
        {
            "@type": _KINDS.get(source["kind"], "CreativeWork"),
            "name": source["title"],
            "url": source["url"],
            "datePublished": source["published_on"],
            "inLanguage": source["language"],
            "publisher": source["publisher"] and {"@type": "Organization", "name": source["publisher"]},
            "hasPart": claims,
            "subjectOf": dataset(about),
        }
    )


def _full(said: Json) -> Json:
    """Without what is empty; a huge text is cut."""
    return {key: value[:LONGEST] if isinstance(value, str) else value for key, value in said.items() if value}
