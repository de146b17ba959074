"""Facts → the pages of the site: which there are, where each lies, and what its template is given. Reads no package."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from provisions.publication.schemaorg import describe
from provisions.website.facts import BASES
from provisions.website.linkeddata import describe_page, describe_provision, describe_source, describe_treaty
from provisions.website.pictures import bars, draw_network, marks, span_of
from provisions.website.rendering import highlight, make_environment, show, slug, words

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Sequence

    from provisions.model import Json, Report
    from provisions.publication.about import About
    from provisions.publication.assets import Asset
    from provisions.rules import Rule
    from provisions.website.facts import Facts

Row = dict[str, Any]
# The pages that every page leads to: file, what it is called.
NAVIGATION = (
    ("matrix.html", "Matrix"),
    ("timeline.html", "Timeline"),
    ("network.html", "Network"),
    ("compare.html", "Clauses"),
    ("sources.html", "Sources"),
    ("codebook.html", "Codebook"),
    ("changes.html", "Changes"),
    ("checks.html", "Checks"),
    ("search.html", "Search"),
)
_STANCES = ("asserts", "qualifies", "denies", "expects", "opines")
_NEWEST = 8
_FEW = 8  # parties that are named in the index of the search


class Pages:
    """All pages of one site; `render` yields (path in the folder, text)."""

    def __init__(
        self,
        facts: Facts,
        about: About,
        report: Report,
        rules: Sequence[Rule],
        waivers: Sequence[Row],
        texts: dict[str, str],
        assets: Sequence[Asset],
    ) -> None:
        self.facts, self.about, self.report, self.rules = facts, about, report, rules
        self.waivers, self.texts, self.assets = waivers, texts, assets
        self.treaties = {treaty["id"]: treaty for treaty in facts.treaties}
        self.homes = {
            action["id"]: treaty["id"] for treaty in facts.treaties for action in treaty["actions"] if action["id"]
        }
        self.environment = make_environment()
        self.environment.globals |= {
            "about": about,
            "facts": facts,
            "navigation": NAVIGATION,
            "to": self.to,
            "status_at": lambda spells: status_at(spells, facts.day),
            "highlight": highlight,
            "names": lambda parties: ", ".join(facts.name_of(party) for party in parties),
            "stances": _STANCES,
            "treaties": self.treaties,
            "decade": lambda date: f"{date[:3]}0s" if date else "no date",
        }

    def render(self) -> Iterator[tuple[str, str]]:
        """Every page and the index of the search, by path."""
        newest = sorted(self.facts.treaties, key=lambda row: (row["signed"] or "", row["id"]), reverse=True)
        data = {"@context": "https://schema.org/"} | describe(self.about, [], self.assets)
        yield self._page(
            "index.html",
            "front.html",
            self.about.title,
            data,
            newest=newest[:_NEWEST],
            assets=self.assets,
            inside={asset.name for asset in self.assets if asset.name.startswith("data/")},
        )
        yield self._page("matrix.html", "matrix.html", "Matrix", newest=newest, **self._matrix())
        yield from self._timeline()
        yield self._page(
            "network.html",
            "network.html",
            "Who owes what to whom",
            network=draw_network(self.facts),
            owed=list(self._owed()),
            groups={party for party in self.facts.parties if self.facts.is_group(party)},
        )
        yield from self._comparisons()
        yield self._page("sources.html", "sources.html", "Sources")
        for name, title in (("codebook", "Codebook"), ("changes", "What changed")):
            yield self._page(f"{name}.html", "prose.html", title, prose=self.texts[name])
        yield self._page(
            "checks.html", "checks.html", "Checks", report=self.report, rules=self.rules, waivers=self._waived()
        )
        yield self._page("search.html", "search.html", "Search")
        yield "assets/index.js", self._index()
        for treaty in self.facts.treaties:
            yield from self._treaty(treaty)
        for provision in self.facts.provisions.values():
            yield self._provision(provision)
        for source in self.facts.sources.values():
            title = source["title"] or source["id"]
            yield self._page(
                self.to("source", source["id"]),
                "source.html",
                title,
                describe_source(source, self.about),
                source=source,
                remarks=_as_they_stand(source),
                quoting=[remark for remark in source["remarks"] if remark["quote"] and remark["passage"]],
            )

    def to(self, kind: str, key: str | None, treaty: str | None = None) -> str:
        """Where a thing is shown, from the root of the site; "" where it is not there."""
        if kind == "statement":
            remark = self.facts.remarks.get(key or "")
            return f"{self.to('source', remark['source_id'])}#s-{slug(key)}" if remark else ""
        if kind == "quote":
            remark = self.facts.remarks[key or ""]
            held = any(
                row["number"] == remark["passage"] and remark["quote"] and remark["quote"] in (row["text"] or "")
                for row in self.facts.sources[remark["source_id"]]["passages"]
            )
            return f"{self.to('source', remark['source_id'])}#q-{slug(key)}" if held else ""
        if kind == "action":
            home = self.homes.get(key or "")
            return f"life/{slug(home)}.html#a-{slug(key)}" if home else ""
        if kind == "clauses":
            return f"compare/{slug(key)}.html?treaty={slug(treaty)}#t-{slug(treaty)}"
        there = {
            "treaty": self.treaties,
            "life": self.treaties,
            "provision": self.facts.provisions,
            "source": self.facts.sources,
            "compare": self.facts.categories,
        }[kind]
        return f"{kind}/{slug(key)}.html" if key in there else ""

    def _page(self, path: str, template: str, title: str, data: Json | None = None, **given: Any) -> tuple[str, str]:
        said = json.dumps(data or describe_page(title, self.about), indent=1, default=str)
        for sign in "<>&":  # a script element ends at the first </script>
            said = said.replace(sign, f"\\u{ord(sign):04x}")
        text = self.environment.get_template(template).render(
            root="../" * path.count("/"), path=path, title=title, linked=said, **given
        )
        return path, text

    def _matrix(self) -> Row:
        cells = self._cells()
        regions = {region for treaty in self.facts.treaties for region in self.facts.regions_of(treaty)}
        kinds: dict[str, list[str]] = {treaty: [] for treaty in self.treaties}
        for treaty, top in cells:
            kinds.setdefault(treaty, []).append(top)
        return {"cells": cells, "kinds": kinds, "parties": self._bound(), "regions": sorted(regions)}

    def _cells(self) -> dict[tuple[str, str], Row]:
        """Treaty and category at the top → how many provisions, on the best what basis, how many of them corroborated."""
        cells: dict[tuple[str, str], Row] = {}
        for row in self.facts.provisions.values():
            cell = cells.setdefault((row["treaty_id"], row["top"]), {"n": 0, "basis": "inference", "corroborated": 0})
            cell["n"] += 1
            cell["basis"] = min((cell["basis"], row["basis"]), key=lambda b: BASES.index(b) if b in BASES else 9)
            cell["corroborated"] += bool(row["support"].get("corroborated"))
        for cell in cells.values():  # in tenths; neither some nor almost all is none or all
            tenths = round(10 * cell["corroborated"] / cell["n"])
            cell["share"] = 10 if cell["corroborated"] == cell["n"] else min(9, max(1, tenths))
        return cells

    def _bound(self) -> list[Row]:
        """The parties that joined a treaty, by name."""
        keys = {party["id"] for treaty in self.facts.treaties for party in treaty["parties"]}
        return sorted(
            ({"id": key, "name": self.facts.name_of(key)} for key in keys), key=lambda row: (row["name"], row["id"])
        )

    def _timeline(self) -> Iterator[tuple[str, str]]:
        axis = span_of((a for treaty in self.facts.treaties for a in treaty["actions"]), self.facts.day)
        lanes = [self._lanes(treaty, axis) for treaty in _by_beginning(self.facts.treaties)]
        yield self._page("timeline.html", "timeline.html", "Timeline", axis=axis, lanes=lanes)

    def _lanes(self, treaty: Row, axis: Any) -> Row:
        return {
            "treaty": treaty,
            "bars": bars(treaty["spells"], axis),
            "marks": marks(treaty["actions"], axis),
            "parties": [
                {"id": party["id"], "spells": party["spells"], "bars": bars(party["spells"], axis)}
                for party in treaty["parties"]
            ],
        }

    def _owed(self) -> Iterator[Row]:
        """The network as a table: a row an obligor under a treaty, with those to whom it is bound."""
        grouped: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
        for pledge in self.facts.pledges:
            grouped[pledge["treaty_id"], pledge["obligor"]].append(pledge)
        for (treaty, obligor), pledges in grouped.items():
            begins = [row["begins"] for row in pledges if row["begins"]]
            ends = [row["ends"] for row in pledges]
            held = {self.facts.categories[key]["top"] for row in pledges for key in row["categories"] if key}
            yield {
                "treaty": treaty,
                "obligor": obligor,
                "mutual": [row["beneficiary"] for row in pledges if row["one_sided"] < row["provisions"]],
                "one_sided": [row["beneficiary"] for row in pledges if row["one_sided"]],
                "from": min(begins) if begins else None,
                "to": None if None in ends else max(ends),
                "tops": sorted(held),
            }

    def _comparisons(self) -> Iterator[tuple[str, str]]:
        clauses: defaultdict[str, defaultdict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
        for row in self.facts.provisions.values():
            clauses[row["top"]][row["category_id"]].append(row)
        counts = {top: sum(map(len, kinds.values())) for top, kinds in clauses.items()}
        yield self._page("compare.html", "compare.html", "Clauses, kind by kind", counts=counts, clauses=clauses)
        for top in self.facts.tops:
            kinds = {
                key: sorted(
                    rows,
                    key=lambda row: (self.treaties.get(row["treaty_id"], {}).get("signed") or "", row["treaty_id"]),
                )
                for key, rows in sorted(clauses[top["id"]].items(), key=lambda item: item[1][0]["category"])
            }
            first: dict[str, str] = {}
            for rows in kinds.values():
                for row in rows:
                    first.setdefault(row["treaty_id"], row["id"])
            title = f"{top['label']}: clauses side by side"
            yield self._page(
                f"compare/{slug(top['id'])}.html", "clauses.html", title, top=top, kinds=kinds, first=first
            )

    def _waived(self) -> dict[str, list[Row]]:
        waived: defaultdict[str, list[Row]] = defaultdict(list)
        for row in self.waivers:
            waived[row["rule"]].append(row)
        return dict(waived)

    def _treaty(self, treaty: Row) -> Iterator[tuple[str, str]]:
        axis = span_of(treaty["actions"], self.facts.day)
        data = describe_treaty(treaty, self.about)
        sources = Counter(
            remark["source_id"]
            for row in (treaty, *treaty["actions"], *treaty["provisions"])
            for remark in row["remarks"]
        )
        yield self._page(
            self.to("treaty", treaty["id"]),
            "treaty.html",
            treaty["name"],
            data,
            treaty=treaty,
            axis=axis,
            lane=self._lanes(treaty, axis),
            sources=sources,
            open_questions=list(self._open_questions(treaty)),
        )
        title = f"{treaty['name']}: its life, and what that rests on"
        yield self._page(self.to("life", treaty["id"]), "life.html", title, data, treaty=treaty)

    def _open_questions(self, treaty: Row) -> Iterator[tuple[str, str]]:
        """What is not known or not settled, each with where to read on ("" where there is nothing more)."""
        if treaty["coding"] != "complete":
            yield (
                f"Coding is {treaty['coding'] or 'not said to be complete'}: what is absent here may be in the text.",
                "",
            )
        if treaty["text_basis"] in ("reports", "unpublished"):
            yield f"The text was not seen; what is coded rests on {treaty['text_basis']}.", ""
        for row in treaty["actions"]:
            if not row["date"]:
                yield f"When: {words(row['kind'])}, {row['party'] or 'all'}.", self.to("action", row["id"])
        for row in treaty["provisions"]:
            if not row["locator"]:
                yield f"Where in the text: {row['summary']}", self.to("provision", row["id"])
        for row in (*treaty["actions"], *treaty["provisions"]):
            for remark in row["remarks"]:
                if remark["contradicts"]:
                    claimed = f"{remark['property']} {remark['value']}" if remark["property"] else remark["claim"]
                    yield (
                        f"Contradicted: {claimed}, against {remark['contradicts']}.",
                        self.to("statement", remark["id"]),
                    )

    def _provision(self, provision: Row) -> tuple[str, str]:
        treaty = self.treaties.get(provision["treaty_id"])
        missing = {"id": None, "title": None, "name": provision["treaty_id"], "spells": [], "relations": []}
        place = provision["locator"] or provision["category"]
        home = treaty or missing
        return self._page(
            self.to("provision", provision["id"]),
            "provision.html",
            f"{place} – {home['name']}",
            describe_provision(provision, home, self.about),
            provision=provision,
            treaty=home,
        )

    def _index(self) -> str:
        """What the search looks through, as a script, because a page opened from a folder may read no other file."""
        rows = [
            *(
                (t["name"], "treaty", self.to("treaty", t["id"]), f"{t['title']}. {self._named(t['parties'])}")
                for t in self.facts.treaties
            ),
            *((c["label"], "kind of clause", self.to("compare", c["top"]), c["definition"]) for c in self._used()),
            *(
                (
                    f"{self.treaties[p['treaty_id']]['name'] if p['treaty_id'] in self.treaties else ''} {p['locator'] or ''}",
                    p["category"],
                    self.to("provision", p["id"]),
                    f"{p['summary']} {self._named({'id': key} for keys in p['roles'].values() for key in keys)}",
                )
                for p in self.facts.provisions.values()
            ),
            *(
                (
                    s["title"] or s["id"],
                    "source",
                    self.to("source", s["id"]),
                    f"{s['publisher'] or ''} {s['published_on'] or ''}",
                )
                for s in self.facts.sources.values()
            ),
            *(
                (
                    r["claim"],
                    "statement",
                    self.to("statement", r["id"]),
                    f"{_voice(r)} {r['said_on'] or ''} {r['quote'] or ''}",
                )
                for r in self.facts.remarks.values()
                if r["claim"] and self.facts.sources.get(r["source_id"], {}).get("kind") != "dataset"
            ),
        ]
        lines = ",\n".join(json.dumps([shorten(str(show(cell)), 300, placeholder="…") for cell in row]) for row in rows)
        return f"window.INDEX = [\n{lines}\n];\n"

    def _named(self, parties: Iterable[Row]) -> str:
        """The parties by name, each once; none where they are many."""
        keys = dict.fromkeys(party["id"] for party in parties)
        return ", ".join(map(self.facts.name_of, keys)) if len(keys) <= _FEW else ""

    def _used(self) -> list[Row]:
        tops = {row["id"] for row in self.facts.tops}
        used = {row["category_id"] for row in self.facts.provisions.values()}
        return [row for key, row in self.facts.categories.items() if key in used and row["top"] in tops]


def status_at(spells: Sequence[tuple[dt.date, str, str | None]], day: dt.date) -> str:
    """The status on that day; `none` before the first spell."""
    return next((status for begin, status, _ in reversed(spells) if begin <= day), "none")


def _voice(remark: Row) -> str:
    return str(remark["speaker"] or remark["publisher"] or remark["source_title"] or "")


def _as_they_stand(source: Row) -> list[Row]:
    """The statements of a source in the order in which their quotes stand in its text; then those without a place in it."""
    texts = {row["number"]: (number, row["text"] or "") for number, row in enumerate(source["passages"])}

    def place(remark: Row) -> tuple[int, int]:
        number, text = texts.get(remark["passage"], (len(texts), ""))
        return number, text.find(remark["quote"] or "")

    return sorted(source["remarks"], key=place)


def _by_beginning(treaties: Sequence[Row]) -> list[Row]:
    return sorted(treaties, key=lambda row: (str(row["spells"][0][0]) if row["spells"] else "9999", row["id"]))
