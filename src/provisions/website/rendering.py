"""Values → text in templates: everything escaped, nothing invisible or endless, links that stay inside the folder."""

from __future__ import annotations

import hashlib
import itertools
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from provisions.errors import PublishError
from provisions.layout import spell_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jinja2 import Environment

    Row = dict[str, Any]

LONGEST = 10_000  # characters of one value that a page shows
_SAFE = re.compile(r"[a-z0-9][a-z0-9-]{0,119}")
_ANCHOR = re.compile(r"<p>&lt;a id=&quot;([\w.-]+)&quot;&gt;&lt;/a&gt;</p>")
_FRAGMENT = 120  # characters of a quote that go into a link whole; of a longer one, both ends do


def make_environment() -> Environment:
    """The templates, with what they may call. Raises `PublishError` where what they are rendered with is not installed."""
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
        from markdown_it import MarkdownIt
        from markupsafe import Markup
    except ImportError:
        raise PublishError(
            "The site is written with jinja2 and markdown-it-py, which this Python lacks: pip install 'provisions[site]'"
        ) from None
    environment = Environment(
        loader=PackageLoader("provisions.website"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=show,
    )
    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    # A wide table is scrolled, with keys too.
    reader.add_render_rule(
        "table_open", lambda *_: '<div class="scroll" tabindex="0" role="region" aria-label="Table">\n<table>\n'
    )
    reader.add_render_rule("table_close", lambda *_: "</table>\n</div>\n")

    def markdown(text: str) -> Markup:
        """Markdown as HTML; HTML in it stays text, but for the anchors of the codebook, and pictures become links."""
        return Markup(_ANCHOR.sub(r'<span class="anchor" id="\1"></span>', reader.render(spell_out(text))))  # noqa: S704

    environment.filters |= {
        "markdown": markdown,
        "slug": slug,
        "outside": outside,
        "words": words,
        "fragment": fragment,
    }
    return environment


def show(value: Any) -> Any:
    """A value as a page shows it: nothing for None, controls written out, a huge text shortened. Markup is left alone."""
    if value is None:
        return ""
    if hasattr(value, "__html__"):
        return value
    text = str(value)
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]}… ({len(text) - LONGEST:,} more characters)"
    return spell_out(text)


def slug(key: object) -> str:
    """An id as the name of a file or an anchor: itself, or a hash of it where it is no plain slug."""
    text = str(key)
    return text if _SAFE.fullmatch(text) else f"x-{hashlib.sha256(text.encode(errors='replace')).hexdigest()[:20]}"


def outside(url: object) -> str:
    """An address that a link may lead to: of the web, or none."""
    text = str(url or "")
    return text if re.match(r"https?://[^\s]+\Z", text) and spell_out(text) == text else ""


def fragment(url: object, words_quoted: str | None) -> str:
    """The address with a text fragment, so that a browser scrolls to the words; of long ones the two ends are given."""
    place = outside(url)
    if not place or not words_quoted or "#" in place:
        return place
    if len(words_quoted) <= _FRAGMENT:
        return f"{place}#:~:text={_encode(words_quoted)}"
    parts = words_quoted.split()
    return f"{place}#:~:text={_encode(' '.join(parts[:5]))},{_encode(' '.join(parts[-5:]))}"


def words(name: object) -> str:
    """A name of a closed list in words: `entry-into-force` → `entry into force`."""
    return str(name or "").replace("-", " ").replace("_", " ")


def highlight(text: str, remarks: Iterable[Mapping[str, Any]]) -> list[tuple[str, list[str], list[str]]]:
    """A text cut where quotes begin and end: each piece, the statements that quote it, and those whose quote begins there."""
    spans = []
    for remark in remarks:
        start = text.find(remark["quote"]) if remark["quote"] else -1
        if start >= 0:
            spans.append((start, start + len(remark["quote"]), remark["id"]))
    cuts = sorted({0, len(text), *(end for span in spans for end in span[:2])})
    return [
        (
            text[begin:end],
            [key for start, stop, key in spans if start < end and stop > begin],
            [key for start, _, key in spans if start == begin],
        )
        for begin, end in itertools.pairwise(cuts)
    ]


def _encode(text: str) -> str:
    return quote(text, safe="").replace("-", "%2D")
