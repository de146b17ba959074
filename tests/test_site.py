"""The site as files: complete, self-contained, the same every time, and harmless whatever the package holds."""

from __future__ import annotations

import hashlib
import json
import re
import sys
import zipfile
from functools import cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

import pytest
from pyld import jsonld

import provisions
from conftest import DATA, ROOT, edit, write_foreign
from provisions.errors import PublishError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from click.testing import Result

Element = tuple[str, dict[str, str]]
# What makes a browser fetch something by itself.
FETCHING = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src", "object": "data"}


class Page(NamedTuple):
    """A page as parsed: its elements in order, and the texts of its scripts."""

    elements: list[Element]
    scripts: list[str]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.scripts: list[str] = []
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self._in_script = tag == "script"
        if self._in_script:
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002  only scripts are listened to
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripts[-1] += data


@cache
def read_page(path: Path) -> Page:
    reader = _Reader()
    reader.feed(path.read_text("utf-8"))
    return Page(reader.elements, reader.scripts)


def pages(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.html"))


def _anchors(path: Path) -> set[str]:
    return {attributes["id"] for _, attributes in read_page(path).elements if "id" in attributes}


def _inside(folder: Path, page: Path, address: str) -> str | None:
    """What is wrong with an address that stays in the folder."""
    parts = urlsplit(address)
    target = page if not parts.path else (page.parent / unquote(parts.path)).resolve()
    if not target.is_relative_to(folder.resolve()) or not target.is_file():
        return f"{page.relative_to(folder)}: {address} is not there"
    if parts.fragment and unquote(parts.fragment) not in _anchors(target):
        return f"{page.relative_to(folder)}: {address} has no such anchor"
    return None


def faults(folder: Path) -> Iterator[str]:
    """What would make a page fetch, run or lead to anything that it should not."""
    for page in pages(folder):
        place = page.relative_to(folder)
        elements, scripts = read_page(page)
        for tag, attributes in elements:
            address = attributes.get("href", attributes.get("src", attributes.get("action", "")))
            fetched = attributes.get(FETCHING.get(tag, ""), "")
            outside = bool(urlsplit(address).scheme)
            if outside and not (tag == "a" and urlsplit(address).scheme in ("http", "https")):
                yield f"{place}: <{tag}> leads to {address}"
            if fetched and outside:
                yield f"{place}: <{tag}> fetches {fetched}"
            if address and not outside and (wrong := _inside(folder, page, address)):
                yield wrong
            yield from (f"{place}: <{tag} {name}>" for name in attributes if name.startswith("on") or name == "style")
            if tag in ("style", "iframe", "object", "embed", "base", "img"):
                yield f"{place}: <{tag}>"
        kinds = [attributes for tag, attributes in elements if tag == "script"]
        for attributes, text in zip(kinds, scripts, strict=True):
            if attributes.get("type") == "application/ld+json":
                json.loads(text)
            elif text.strip() or "src" not in attributes:
                yield f"{place}: a script stands in the page"


def test_links_stay_inside_and_resolve_and_nothing_is_fetched(site: Path) -> None:
    assert list(faults(site)) == []
    assert len(pages(site)) > 1000


def test_the_search_finds_pages_that_are_there(site: Path) -> None:
    text = (site / "assets" / "index.js").read_text("utf-8")
    rows = json.loads(text.removeprefix("window.INDEX = ").removesuffix(";\n"))
    assert len(rows) > 1000
    assert [wrong for row in rows if (wrong := _inside(site, site / "search.html", row[2]))] == []


def _load_schema_org(url: str, _: object) -> dict[str, object]:
    assert url == "https://schema.org/"
    context = {"@context": {"@vocab": "http://schema.org/"}}
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": context}


def test_every_page_has_its_policy_and_its_linked_data(site: Path) -> None:
    for page in pages(site):
        elements, scripts = read_page(page)
        policies = [a["content"] for tag, a in elements if a.get("http-equiv") == "Content-Security-Policy"]
        assert len(policies) == 1
        assert policies[0].startswith("default-src 'none'")
        assert "unsafe" not in policies[0]
        (data,) = (json.loads(text) for text in scripts if text)
        assert data["@context"] == "https://schema.org/"
        assert data["@type"]
        assert sum(tag == "h1" for tag, _ in elements) == 1 or page.name in ("codebook.html", "changes.html")
        (thing,) = jsonld.expand(data, {"documentLoader": _load_schema_org})
        assert thing["@type"][0] == f"http://schema.org/{data['@type']}"
    treaty = json.loads(read_page(site / "treaty" / "rus-blr-2024.html").scripts[-1])
    assert (treaty["@type"], treaty["legislationDate"]) == ("Legislation", "2024-12-06")


def test_what_others_wrote_is_as_they_wrote_it(site: Path) -> None:
    """The search library is the one that docs/site.md names, with its licence beside it."""
    told = (ROOT / "docs" / "site.md").read_text("utf-8")
    assert hashlib.sha256((site / "assets" / "minisearch.js").read_bytes()).hexdigest() in told
    assert "Luca Ongaro" in (site / "assets" / "minisearch.LICENSE.txt").read_text("utf-8")


def test_the_front_page_is_light_and_tells_of_every_file(site: Path) -> None:
    loaded = [
        a[FETCHING[tag]] for tag, a in read_page(site / "index.html").elements if tag in FETCHING and FETCHING[tag] in a
    ]
    assert sum((site / name).stat().st_size for name in {"index.html", *loaded}) < 300_000
    text = (site / "index.html").read_text("utf-8")
    for path in sorted((site / "data").iterdir()):
        assert f'href="data/{path.name}"' in text
        assert hashlib.sha256(path.read_bytes()).hexdigest() in text
        assert f"{path.stat().st_size:,}" in text
    assert (site / "data" / "statements.csv").read_bytes() == (DATA / "statements.csv").read_bytes()


def test_a_treaty_page_has_all_that_is_known(site: Path) -> None:
    text = (site / "treaty" / "rus-blr-2024.html").read_text("utf-8")
    with provisions.open_package(DATA) as package:
        dossier = package.dossier("rus-blr-2024")
    for row in dossier.provisions:
        assert f'href="../provision/{row["id"]}.html"' in text
    for row in dossier.actions:
        assert f'href="../life/rus-blr-2024.html#a-{row["id"]}"' in text
    for part in ("life", "parties", "clauses", "relations", "codings", "open", "sources"):
        assert f'<section id="{part}">' in text


def test_a_retold_claim_a_contradiction_and_the_words_in_the_live_source(site: Path) -> None:
    text = (site / "provision" / "rus-blr-2024-art-6-decision.html").read_text("utf-8")
    assert re.search(r'<ol class="drift">.*changed: .*</ol>', text, re.DOTALL)
    assert 'href="../source/hotscup-2024.html#q-hotscup-2024-approval"' in text
    held = (site / "source" / "hotscup-2024.html").read_text("utf-8")
    assert '<span class="anchor" id="q-hotscup-2024-approval"></span><mark ' in held
    assert re.search(r'href="https://[^"]*#:~:text=Lukashenko%E2%80%99s%20personal%20approval', held)
    life = (site / "life" / "rus-blr-2024.html").read_text("utf-8")
    assert re.search(r'<div class="sides">.*For what is coded.*Against it.*Against what is coded', life, re.DOTALL)


def _bytes(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_the_same_package_gives_the_same_bytes(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = provisions.site(tmp_path / "one", small)
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    second = provisions.site(tmp_path / "elsewhere" / "two", small)
    assert _bytes(first.folder) == _bytes(second.folder)
    assert (first.files, first.bytes) == (second.files, second.bytes)
    assert first.files == len(_bytes(first.folder))


# Packages of strangers ----------------------------------------------------------------------------------------------------


def test_a_hostile_package_is_shown_and_does_no_harm(hostile: Path) -> None:
    assert list(faults(hostile)) == []
    shown = {path.relative_to(hostile).as_posix(): path.read_text("utf-8") for path in pages(hostile)}
    assert {path.split("/")[0] for path in shown} >= {"treaty", "provision", "source", "life", "compare"}
    for text in shown.values():
        assert not re.search("[\u200b-\u200f\u202a-\u202e\u2066-\u2069]", text)
        assert len(text) < 400_000
    assert "{{ 7 * 7 }}" in shown["treaty/con.html"]
    every = "".join(shown.values())
    assert "\\u202egnihtemos" in every
    assert "&lt;/script&gt;&lt;script&gt;window.HACKED" in every


# The command ------------------------------------------------------------------------------------------------------------


def test_the_command_tells_where_the_site_is(small: Path, tmp_path: Path, run: Callable[..., Result]) -> None:
    out = tmp_path / "site"
    result = run("site", small, "-o", out)
    assert (result.exit_code, result.stderr) == (0, "")
    assert re.fullmatch(rf"{re.escape(str(out))}/index\.html  \d+ files, \d+\.\d MB\n", result.stdout)
    kept = out / "treaty" / "of-an-earlier-one.html"
    kept.write_text("", encoding="utf-8")
    assert run("site", small, "-o", out).exit_code == 0
    assert not kept.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site", "small"]


def test_it_opens_the_front_page(
    small: Path, tmp_path: Path, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("click.launch", opened.append)
    assert run("site", small, "-o", tmp_path / "site", "--open").exit_code == 0
    assert opened == [str(tmp_path / "site" / "index.html")]


def test_what_is_no_site_is_left_alone(small: Path, tmp_path: Path, run: Callable[..., Result]) -> None:
    thesis = tmp_path / "home" / "thesis.txt"
    thesis.parent.mkdir()
    thesis.write_text("years of work", encoding="utf-8")
    result = run("site", small, "-o", thesis.parent)
    assert (result.exit_code, result.stdout) == (3, "")
    assert "is no site; nothing was written. Give another folder" in result.stderr
    assert [path.name for path in thesis.parent.iterdir()] == ["thesis.txt"]


def test_a_package_of_other_tables_has_no_site(tmp_path: Path, run: Callable[..., Result]) -> None:
    package = write_foreign(tmp_path / "p", [{"schema": {"fields": [{"name": "a"}]}}], {"t0.csv": "a\nx\n"})
    result = run("site", package, "-o", tmp_path / "site")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "none of the tables that the site shows" in result.stderr
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize("lacking", ["jinja2", "markdown_it"])
def test_without_the_extra_it_says_what_to_install(
    lacking: str, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, lacking, None)
    with pytest.raises(PublishError, match=re.escape("pip install 'provisions[site]'")):
        provisions.site(tmp_path / "site", small)
    assert [path.name for path in tmp_path.iterdir()] == ["small"]


def test_findings_are_shown_not_hidden(small: Path, tmp_path: Path) -> None:
    edit(small / "treaties.csv", "t,T,", "t,,")
    shown = provisions.site(tmp_path / "site", small).folder
    assert "Not valid: " in (shown / "checks.html").read_text("utf-8")


# In a release -------------------------------------------------------------------------------------------------------------


def test_a_release_has_the_site_packed(small: Path, tmp_path: Path, run: Callable[..., Result]) -> None:
    result = run("publish", small, "-o", tmp_path / "dist", "--site")
    assert result.exit_code == 0, result.output
    (folder,) = (tmp_path / "dist").iterdir()
    packed = folder / f"{folder.name}-site.zip"
    lines = (folder / "SHA256SUMS").read_text("utf-8").splitlines()
    sums = {name: digest for digest, name in (line.split("  ") for line in lines)}
    assert sums[packed.name] == hashlib.sha256(packed.read_bytes()).hexdigest()
    assert packed.name in (folder / "README.md").read_text("utf-8")
    shown = tmp_path / "shown"
    with zipfile.ZipFile(packed) as archive:
        assert archive.testzip() is None
        archive.extractall(shown)
    assert list(faults(shown)) == []
    front = (shown / "index.html").read_text("utf-8")
    for name in (
        f"{folder.name}.zip",
        "treaties.parquet",
        "treaties.dta",
        "flat.csv",
    ):  # each file with its size and hash
        assert f">{name}<" in front
        assert sums[name] in front
    assert (shown / "data" / "treaties.csv").read_bytes() == (folder / "treaties.csv").read_bytes()
    again = provisions.publish(tmp_path / "again", small, site=True)
    assert (again.folder / packed.name).read_bytes() == packed.read_bytes()


def test_a_release_without_the_extra_is_refused_before_anything_is_written(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(PublishError, match=re.escape("pip install 'provisions[site]'")):
        provisions.publish(tmp_path / "dist", small, site=True)
    assert not (tmp_path / "dist").exists()
