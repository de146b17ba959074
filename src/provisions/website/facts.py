"""What the pages of the site show, read from an engine at once and hung together as plain rows. Renders nothing."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from provisions.derived import derive, derive_status
from provisions.dossiers import all_remarks, by_locator
from provisions.website.regions import REGIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from provisions.engines import Engine

Row = dict[str, Any]
# What a provision rests on, the best first.
BASES = ("treaty-text", "report", "dataset", "inference")
_DAYS = """
SELECT DISTINCT day FROM (
  SELECT date_earliest AS day FROM actions UNION SELECT date_latest FROM actions
  UNION SELECT start_earliest FROM parties UNION SELECT end_latest FROM parties
) d WHERE day IS NOT NULL ORDER BY day
"""
_ACTIONS = """
SELECT a.*, p.name AS party FROM actions a LEFT JOIN parties p ON p.id = a.party_id
ORDER BY a.date_earliest NULLS LAST, a.date_latest, CASE a.kind WHEN 'entry-into-force' THEN 1 ELSE 0 END, a._row
"""
_TREATIES = """
SELECT t.*, COALESCE(t.short_title, t.title, t.id) AS name, l.signed, l.signed_earliest, l.ended
FROM treaties t LEFT JOIN treaty_life l ON l.treaty_id = t.id ORDER BY t._row
"""
_PLEDGES = """
SELECT treaty_id, obligor, beneficiary, MIN(from_earliest) AS begins,
  CASE WHEN COUNT(*) = COUNT(to_latest) THEN MAX(to_latest) END AS ends,
  COUNT(DISTINCT provision_id) AS provisions, COUNT(DISTINCT CASE WHEN one_sided THEN provision_id END) AS one_sided,
  array_sort(array_agg(DISTINCT category_id)) AS categories,
  array_sort(array_agg(DISTINCT CASE WHEN one_sided THEN category_id END)) AS one_sided_categories
FROM ({obligations}) o WHERE beneficiary IS NOT NULL
GROUP BY treaty_id, obligor, beneficiary ORDER BY treaty_id, obligor, beneficiary
"""
_CHANGES = """
SELECT * FROM (
  SELECT {key}, as_of, status, rests_on, LAG(status, 1, 'none') OVER (PARTITION BY {key} ORDER BY as_of) AS before
  FROM ({status}) s
) c WHERE status <> before ORDER BY {key}, as_of
"""


@dataclass
class Facts:
    """Everything there is to show, by what it hangs on; `day` is the day as of which status is told first.

    A treaty has `parties`, `actions`, `provisions`, `relations`, `identifiers`, `codings`, `spells` and `remarks`. Spells
    are (day from which, status, id of the action that it rests on). A remark is a statement, as in `dossiers`; `chain`
    gives the statements of the chain of retellings that it belongs to, each with what `changed`.
    """

    day: dt.date
    treaties: list[Row]
    provisions: dict[str, Row]
    categories: dict[str, Row]
    parties: dict[str, Row]
    sources: dict[str, Row]
    remarks: dict[str, Row]
    pledges: list[Row]
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def tops(self) -> list[Row]:
        """The categories at the top of the tree that have a provision, by label."""
        used = {provision["top"] for provision in self.provisions.values()}
        return sorted((row for key, row in self.categories.items() if key in used), key=lambda row: row["label"])

    def regions_of(self, treaty: Row) -> list[str]:
        """The regions in which states lie that joined a treaty."""
        codes = ((self.parties.get(party["id"]) or {}).get("iso3") for party in treaty["parties"])
        return sorted({REGIONS[code] for code in codes if code in REGIONS})

    def is_group(self, party: str) -> bool:
        """Whether a party is a class of states without members by name, such as all states."""
        return (self.parties.get(party) or {}).get("kind") == "group"

    def name_of(self, party: str) -> str:
        """Name of a party; its id where it has none."""
        return (self.parties.get(party) or {}).get("name") or party


def read_facts(engine: Engine, day: dt.date | None) -> Facts:
    """Reads all facts; without a day, status is told as of the last that the package covers."""
    if day is None:
        (covered,) = engine.rows("SELECT covered_to FROM settings")
        day = covered["covered_to"] or dt.date(2000, 1, 1)
    remarks = _read_remarks(engine)
    support = {
        (row["table_name"], row["key"]): row for row in engine.rows("SELECT * FROM evidence WHERE property IS NULL")
    }
    categories = _read_categories(engine)
    provisions = _read_provisions(engine, categories, remarks, support)
    parties = {row["id"]: row for row in engine.rows("SELECT * FROM parties ORDER BY _row")}
    treaties = _read_treaties(engine, provisions, remarks, support, day)
    return Facts(
        day,
        treaties,
        {provision["id"]: provision for provision in provisions},
        categories,
        parties,
        _read_sources(engine, remarks.values()),
        remarks,
        engine.rows(_PLEDGES.format(obligations=derive(engine, "obligations"))),
        {
            name: engine.rows(f"SELECT COUNT(*) AS n FROM {name}")[0]["n"]
            for name in ("treaties", "provisions", "parties", "actions", "statements", "sources")
        },
    )


def _read_remarks(engine: Engine) -> dict[str, Row]:
    """Every statement by id, with its chain of retellings where it is part of one."""
    remarks = {row["id"]: row | {"chain": []} for row in all_remarks(engine)}
    chains = _group(engine.rows(derive(engine, "drift")), "chain")
    for steps in chains.values():
        told = [(remarks[step["statement_id"]], (step["changed"] or "").split()) for step in steps]
        for remark, _ in told:
            remark["chain"] = max(remark["chain"], told, key=len)
    return remarks


def _read_categories(engine: Engine) -> dict[str, Row]:
    """Every category by id, with its label and `top`, the category above all that are above it."""
    categories = {row["id"]: row for row in engine.rows("SELECT * FROM categories ORDER BY _row")}
    for key, row in categories.items():
        row["label"] = row["label"] or key
        seen = [key]
        while (above := categories[seen[-1]]["broader_id"]) in categories and above not in seen:
            seen.append(above)
        row["top"] = seen[-1]
    return categories


def _read_provisions(
    engine: Engine, categories: dict[str, Row], remarks: dict[str, Row], support: dict[tuple[str, str], Row]
) -> list[Row]:
    """All provisions in the order of their places, with roles (role → ids of parties), conditions, support, remarks."""
    roles = _group(engine.rows("SELECT * FROM roles ORDER BY _row"), "provision_id")
    conditions = _group(engine.rows("SELECT * FROM conditions ORDER BY _row"), "provision_id")
    said = _group(remarks.values(), "provision_id")
    provisions = engine.rows("SELECT * FROM provisions ORDER BY _row")
    for row in provisions:
        key = row["category_id"]
        if key not in categories:  # nothing may get lost, not even in a package with errors
            categories[key] = {"id": key, "label": key or "none", "definition": None, "broader_id": None, "top": key}
        row["category"], row["top"] = categories[key]["label"], categories[key]["top"]
        row["roles"] = {}
        for role in roles.get(row["id"], ()):
            row["roles"].setdefault(role["role"], []).append(role["party_id"])
        row["conditions"] = conditions.get(row["id"], [])
        row["support"] = support.get(("provisions", row["id"]), {})
        row["remarks"] = said.get(row["id"], [])
    return sorted(provisions, key=by_locator)


def _read_treaties(
    engine: Engine, provisions: list[Row], remarks: dict[str, Row], support: dict[tuple[str, str], Row], day: dt.date
) -> list[Row]:
    days = [row["day"] for row in engine.rows(_DAYS)] or [day]
    spells = _read_spells(engine, "treaty_status", days, "treaty_id")
    standing = _read_spells(engine, "party_status", days, "treaty_id, party_id")
    uncertain = {row["treaty_id"]: row["uncertain"] for row in engine.rows(derive(engine, "treaty_status", day))}
    actions = _group(engine.rows(_ACTIONS), "treaty_id")
    clauses = _group(provisions, "treaty_id")
    identifiers = _group(engine.rows("SELECT * FROM identifiers ORDER BY _row"), "treaty_id")
    codings = _group(
        engine.rows(
            f"SELECT * FROM ({derive(engine, 'atop_trace')}) c WHERE party_id IS NULL AND state IN ('coded', 'undecided') "
            "ORDER BY treaty_id, variable"
        ),
        "treaty_id",
    )
    cow = {row["treaty_id"]: row for row in engine.rows(derive(engine, "cow_type"))}
    relations = engine.rows("SELECT * FROM relations ORDER BY _row")
    members = _group(engine.rows(derive(engine, "memberships")), "treaty_id")
    about_action = _group(remarks.values(), "action_id")
    whole = _group((r for r in remarks.values() if r["about"] in ("treaties", "parties")), "treaty_id")
    parties: defaultdict[str, list[Row]] = defaultdict(list)
    for (treaty_id, party), found in standing.items():
        parties[treaty_id].append({"id": party, "spells": found})
    treaties = engine.rows(_TREATIES)
    for treaty in treaties:
        key = treaty["id"]
        treaty |= {
            "spells": spells.get((key,), []),
            "uncertain": (uncertain.get(key) or "").split(),
            "actions": actions.get(key, []),
            "provisions": clauses.get(key, []),
            "identifiers": identifiers.get(key, []),
            "codings": codings.get(key, []),
            "cow": cow.get(key),
            "relations": [r for r in relations if key in (r["from_treaty_id"], r["to_treaty_id"])],
            "remarks": whole.get(key, []),
            "memberships": members.get(key, []),
            "parties": parties.get(key, []),
        }
        for action in treaty["actions"]:
            action["remarks"] = about_action.get(action["id"], [])
            action["support"] = support.get(("actions", action["id"]), {})
    return treaties


def _read_sources(engine: Engine, remarks: Iterable[Row]) -> dict[str, Row]:
    """Every source by id, with `passages` where its text is held, and `remarks`, the statements that it carries."""
    passages = _group(engine.rows("SELECT * FROM passages ORDER BY source_id, number"), "source_id")
    said = _group(remarks, "source_id")
    sources = {row["id"]: row for row in engine.rows("SELECT * FROM sources ORDER BY _row")}
    for key, row in sources.items():
        row["passages"] = passages.get(key, [])
        row["remarks"] = said.get(key, [])
    return sources


def _read_spells(
    engine: Engine, name: str, days: Sequence[dt.date], key: str
) -> dict[tuple[str, ...], list[tuple[dt.date, str, str | None]]]:
    """The days from which a status was another, by key. Only changes leave the engine: there are far more days than these."""
    found: defaultdict[tuple[str, ...], list[tuple[dt.date, str, str | None]]] = defaultdict(list)
    for row in engine.rows(_CHANGES.format(status=derive_status(engine, name, days), key=key)):
        found[tuple(row[column] for column in key.split(", "))].append((row["as_of"], row["status"], row["rests_on"]))
    return dict(found)


def _group(rows: Iterable[Row], column: str) -> dict[Any, list[Row]]:
    grouped: defaultdict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row[column]].append(row)
    return dict(grouped)
