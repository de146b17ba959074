"""All that a package knows of one treaty, cross-referenced; and the evidence of a package, a row, or a source. Prints nothing."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from provisions.engines import quote_identifier, quote_literal
from provisions.errors import NotFoundError
from provisions.hints import MAX_CANDIDATES, did_you_mean
from provisions.passages import sentences

if TYPE_CHECKING:
    from collections.abc import Iterable

    from provisions.engines import Engine

Row = dict[str, Any]

# What a coded thing can rest on, the best first.
BASES = ("treaty-text", "official-document", "official-statement", "agency", "press", "analysis", "dataset")
_REMARKS = """
SELECT s.id, s.treaty_id, s.provision_id, s.action_id, s.party_id, s.property, s.value, s.claim, s.stance, s.said_on,
  s.passage, s.locator, s.quote, s.attribution, s.follows_id, s.confidence, s.note,
  k.name AS speaker, k.office, s.source_id, r.kind AS source_kind, r.title AS source_title, r.publisher, r.published_on, r.url,
  a.table_name AS about, a.key AS about_key,
  c.coded AS contradicts, w.reason AS decided
FROM statements s
JOIN about a ON a.id = s.id
JOIN sources r ON r.id = s.source_id
LEFT JOIN speakers k ON k.id = s.speaker_id
LEFT JOIN contradictions c ON c.id = s.id
LEFT JOIN waivers w ON w.rule = 'contradicted-value' AND w."table" = 'statements' AND w.key = s.id
LEFT JOIN provisions p ON p.id = s.provision_id
LEFT JOIN actions n ON n.id = s.action_id
WHERE {condition}
ORDER BY COALESCE(s.said_on_earliest, r.published_on_earliest) NULLS LAST, s._row
"""


@dataclass(frozen=True)
class Dossier:
    """One treaty: its row and what hangs on it, as plain rows (column → value, an empty cell is None).

    `parties` have `steps`, their joining actions as (kind, date). Each row of `actions` and `provisions` has `remarks`, the statements about it,
    and `support` (number of supporting statements, of independent origins among them, and of contradictions);
    provisions have `roles` (role → names of parties) and `conditions`. A remark is a statement with its speaker and
    source; `contradicts` is the coded value that it contradicts, `decided` how that was decided. `remarks` are the
    statements about the treaty as a whole or about a party under it, `sources` all that are cited.
    """

    treaty: Row
    identifiers: list[Row]
    parties: list[Row]
    actions: list[Row]
    provisions: list[Row]
    relations: list[Row]
    remarks: list[Row]
    sources: list[Row]


def compile_dossier(engine: Engine, treaty_id: str) -> Dossier:
    """The dossier of one treaty. Raises `NotFoundError`."""
    _find(engine, "treaties", treaty_id)
    this = quote_literal(treaty_id)
    treaty = engine.rows(f"SELECT * FROM treaties WHERE id = {this}")[0]
    remarks = _remarks(engine, f"COALESCE(s.treaty_id, p.treaty_id, n.treaty_id) = {this}")
    by_thing = _by_thing(remarks)
    support = {
        (row["table_name"], row["key"]): {
            name: row[name] for name in ("supporting", "origins", "contradicting", "qualifying")
        }
        for row in engine.rows(f"SELECT * FROM evidence WHERE treaty_id = {this} AND property IS NULL")
    }
    actions = engine.rows(
        f"SELECT a.*, p.name AS party FROM actions a LEFT JOIN parties p ON p.id = a.party_id WHERE a.treaty_id = {this} "
        "ORDER BY a.date_earliest NULLS LAST, a.date_latest, CASE a.kind WHEN 'entry-into-force' THEN 1 ELSE 0 END, a._row"
    )
    for action in actions:
        action["remarks"] = by_thing["actions", action["id"]]
        action["support"] = support["actions", action["id"]]
    provisions = engine.rows(
        f"SELECT v.*, c.label AS category FROM provisions v LEFT JOIN categories c ON c.id = v.category_id "
        f"WHERE v.treaty_id = {this} ORDER BY v._row"
    )
    _add_clauses(engine, this, provisions)
    for provision in provisions:
        keys = [
            ("provisions", provision["id"]),
            *(key for key in by_thing if key[0] == "roles" and key[1].startswith(provision["id"] + "/")),
        ]
        provision["remarks"] = [remark for key in keys for remark in by_thing[key]]
        provision["support"] = support["provisions", provision["id"]]
    relations = engine.rows(
        "SELECT r.*, f.short_title AS from_title, t.short_title AS to_title, t.title AS to_full FROM relations r "
        "LEFT JOIN treaties f ON f.id = r.from_treaty_id LEFT JOIN treaties t ON t.id = r.to_treaty_id "
        f"WHERE r.from_treaty_id = {this} OR r.to_treaty_id = {this} ORDER BY r._row"
    )
    cited = {remark["source_id"] for remark in remarks}
    return Dossier(
        treaty=_public(treaty),
        identifiers=[
            _public(row) for row in engine.rows(f"SELECT * FROM identifiers WHERE treaty_id = {this} ORDER BY _row")
        ],
        parties=_parties(engine, this),
        actions=[_public(row) for row in actions],
        provisions=[_public(row) for row in sorted(provisions, key=by_locator)],
        relations=[_public(row) for row in relations],
        remarks=[remark for remark in remarks if remark["about"] in ("treaties", "parties")],
        sources=[_public(row) for row in engine.rows("SELECT * FROM sources ORDER BY _row") if row["id"] in cited],
    )


def evidence_summary(engine: Engine) -> list[Row]:
    """How well the package is supported: one row for provisions, actions, roles, and the properties on which statements bear.

    `coded` rows; of these `corroborated` by as many independent origins as the package asks for, `single` supported by one,
    `unsupported` by none; `contradicted` have at least one contradicting statement. The others count them by the best of
    their sources, as in the derived table `evidence`.
    """
    counts = ", ".join(
        f"COUNT(CASE WHEN best_basis = {quote_literal(basis)} THEN 1 END) AS {quote_identifier(basis)}"
        for basis in BASES
    )
    return engine.rows(
        f"""
        SELECT thing AS table_name, COUNT(*) AS coded,
          COUNT(CASE WHEN corroborated THEN 1 END) AS corroborated,
          COUNT(CASE WHEN origins = 1 THEN 1 END) AS single,
          COUNT(CASE WHEN origins = 0 THEN 1 END) AS unsupported,
          COUNT(CASE WHEN contradicting > 0 THEN 1 END) AS contradicted, {counts}
        FROM (SELECT *, CASE WHEN property IS NULL THEN table_name ELSE 'properties' END AS thing FROM evidence) e
        GROUP BY thing ORDER BY CASE thing WHEN 'provisions' THEN 1 WHEN 'roles' THEN 2 WHEN 'actions' THEN 3 ELSE 4 END
        """
    )


def contradictions(engine: Engine) -> list[Row]:
    """Every statement that contradicts what is coded, as remarks; `decided` is the reason of its waiver."""
    return _remarks(engine, "c.id IS NOT NULL")


def retellings(engine: Engine) -> list[list[Row]]:
    """Chains of statements that repeat one another (`follows_id`), each from its first statement to one of its last."""
    remarks = {remark["id"]: remark for remark in all_remarks(engine)}
    followed = {remark["follows_id"] for remark in remarks.values()}
    chains = []
    for remark in remarks.values():
        if remark["follows_id"] and remark["id"] not in followed:
            chain = [remark]
            while (earlier := remarks.get(chain[0]["follows_id"])) and earlier not in chain:
                chain.insert(0, earlier)
            chains.append(chain)
    return chains


def evidence_for(engine: Engine, key: str) -> tuple[Row, list[Row]]:
    """One provision, action, party, treaty or statement by id, and the statements about it. Raises `NotFoundError`.

    For a statement: the statements of the chain of retellings that it belongs to.
    """
    this = quote_literal(key)
    for table, condition in (
        ("provisions", f"s.provision_id = {this}"),
        ("actions", f"s.action_id = {this}"),
        ("treaties", f"s.treaty_id = {this} AND a.table_name = 'treaties'"),
        ("parties", f"s.party_id = {this}"),
    ):
        rows = engine.rows(f"SELECT * FROM {quote_identifier(table)} WHERE id = {this}")
        if rows:
            return {"table": table} | _public(rows[0]), _remarks(engine, condition)
    rows = engine.rows(f"SELECT * FROM statements WHERE id = {this}")
    if rows:
        chain = next((chain for chain in retellings(engine) if any(remark["id"] == key for remark in chain)), None)
        return {"table": "statements"} | _public(rows[0]), chain or _remarks(engine, f"s.id = {this}")
    ids = engine.rows(
        f"SELECT id FROM provisions UNION ALL SELECT id FROM actions UNION ALL SELECT id FROM treaties LIMIT {MAX_CANDIDATES}"
    )
    raise NotFoundError(
        f"No provision, action, treaty, party or statement has the id {key!r}. {did_you_mean(key, [r['id'] for r in ids])}".strip()
    )


def anchors(engine: Engine, source_id: str) -> list[Row]:
    """A source whose text is held, sentence by sentence. Raises `NotFoundError`.

    Each row: `passage` (number), `sentence` (text) and `remarks`, the statements whose quote touches that sentence.
    """
    _find(engine, "sources", source_id)
    this = quote_literal(source_id)
    passages = engine.rows(f"SELECT * FROM passages WHERE source_id = {this} ORDER BY number")
    if not passages:
        raise NotFoundError(f"The text of {source_id!r} is not held: passages has no row of it.")
    remarks = _remarks(engine, f"s.source_id = {this} AND s.quote IS NOT NULL")
    rows = []
    for passage in passages:
        text = passage["text"]
        spans = [
            (*_span(text, remark["quote"]), remark) for remark in remarks if remark["passage"] == passage["number"]
        ]
        for start, end in sentences(text):
            touching = [remark for begin, stop, remark in spans if begin < end and stop > start]
            rows.append({"passage": passage["number"], "sentence": text[start:end], "remarks": touching})
    return rows


def _span(text: str, quote: str) -> tuple[int, int]:
    start = text.find(quote)
    return (start, start + len(quote)) if start >= 0 else (-1, -1)


def all_remarks(engine: Engine) -> list[Row]:
    """Every statement as a remark, in the order in which they were said."""
    return _remarks(engine, "TRUE")


def _remarks(engine: Engine, condition: str) -> list[Row]:
    return engine.rows(_REMARKS.format(condition=condition))


def _by_thing(remarks: Iterable[Row]) -> defaultdict[tuple[str, str], list[Row]]:
    by_thing: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for remark in remarks:
        by_thing[remark["about"], remark["about_key"]].append(remark)
    return by_thing


def _parties(engine: Engine, this: str) -> list[Row]:
    parties = engine.rows(
        f"SELECT DISTINCT p.id, p.name FROM joined j JOIN parties p ON p.id = j.party_id WHERE j.treaty_id = {this} ORDER BY p.name"
    )
    steps = engine.rows(
        "SELECT party_id, kind, date FROM actions WHERE kind IN ('signature', 'adoption', 'accession', 'succession', "
        f"'ratification', 'suspension', 'freeze', 'denunciation', 'withdrawal') AND treaty_id = {this} "
        "ORDER BY date_earliest NULLS FIRST, _row"
    )
    for party in parties:
        party["steps"] = [(step["kind"], step["date"]) for step in steps if step["party_id"] == party["id"]]
    return parties


def _add_clauses(engine: Engine, this: str, provisions: list[Row]) -> None:
    """Adds roles and conditions to the provisions of a treaty."""
    roles = engine.rows(
        "SELECT r.provision_id, r.role, p.name, p.id FROM roles r JOIN provisions v ON v.id = r.provision_id "
        f"JOIN parties p ON p.id = r.party_id WHERE v.treaty_id = {this} ORDER BY r._row"
    )
    conditions = engine.rows(
        "SELECT c.provision_id, c.kind, c.detail FROM conditions c JOIN provisions v ON v.id = c.provision_id "
        f"WHERE v.treaty_id = {this} ORDER BY c._row"
    )
    for provision in provisions:
        provision["roles"] = {}
        for role in roles:
            if role["provision_id"] == provision["id"]:
                provision["roles"].setdefault(role["role"], []).append(role["name"])
        provision["conditions"] = [
            {"kind": row["kind"], "detail": row["detail"]}
            for row in conditions
            if row["provision_id"] == provision["id"]
        ]


def by_locator(provision: Row) -> tuple[int, list[tuple[int, str]], str]:
    """Preamble, then articles in the order of their numbers, then what has no known place."""
    locator = provision["locator"]
    if not locator:
        return (2, [], provision["id"])
    parts = [(int(part), "") if part.isdigit() else (0, part) for part in re.findall(r"[0-9]+|[A-Za-z]+", locator)]
    return (0 if locator.lower().startswith("preamble") else 1, parts, provision["id"])


def _public(row: Row) -> Row:
    """The row without what only rules need: its number, and the bounds of its dates."""
    return {
        name: value for name, value in row.items() if name != "_row" and not name.endswith(("_earliest", "_latest"))
    }


def _find(engine: Engine, table: str, key: str) -> None:
    name = quote_identifier(table)
    if not engine.rows(f"SELECT id FROM {name} WHERE id = {quote_literal(key)}"):
        ids = [row["id"] for row in engine.rows(f"SELECT id FROM {name} LIMIT {MAX_CANDIDATES}")]
        raise NotFoundError(f"No row of {table} has the id {key!r}. {did_you_mean(key, ids)}".strip())
