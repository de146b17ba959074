"""A dossier as a page of text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from provisions.layout import align, clean, count, heading, style, wrap
from provisions.pages.remarks import LEGEND, write_remarks

if TYPE_CHECKING:
    from provisions.dossiers import Dossier

Row = dict[str, Any]
# For one obligor, for several.
_MODALITIES = {
    "obligation": ("must", "must"),
    "prohibition": ("must not", "must not"),
    "permission": ("permits", "permit"),
    "power": ("may", "may"),
    "declaration": ("declares", "declare"),
    "intention": ("intends", "intend"),
}


def write_dossier(dossier: Dossier) -> str:
    """The page: what it is, parties, life, provisions with their evidence, relations, other statements, sources."""
    sections = [
        _title(dossier),
        _section("Parties", [align(_party_rows(dossier), 2)]),
        _section("Life", _life(dossier)),
        _section("Provisions", [line for provision in dossier.provisions for line in _provision(provision)]),
        _section("Relations to other instruments", [align(_relation_rows(dossier), 2)]),
        _section("Said of the treaty as a whole", write_remarks(dossier.remarks, 2)),
        _section("Sources", [align(_source_rows(dossier), 2)]),
        style(f"{LEGEND}\n[2 for, 1 origin]: two supporting statements that go back to one document", "dim"),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _section(title: str, lines: list[str]) -> str:
    body = "\n".join(line for line in lines if line.strip())
    return f"{heading(title.upper())}\n{body}" if body else ""


def _title(dossier: Dossier) -> str:
    treaty = dossier.treaty
    term = [f"{treaty['term_months']} months"] if treaty["term_months"] else []
    term += [f"renewal {treaty['renewal']}"] if treaty["renewal"] else []
    rows = [
        ("known as", treaty["short_title"]),
        ("id", treaty["id"]),
        ("form", treaty["instrument"]),
        ("term", ", ".join(term)),
        ("text", treaty["secrecy"]),
        ("coded", f"{treaty['coding']}, from {treaty['text_basis']}"),
        ("also", "; ".join(f"{row['scheme']} {row['value']}" for row in dossier.identifiers)),
        ("note", treaty["note"]),
    ]
    return (
        style(wrap(treaty["title"]), "bold")
        + "\n"
        + align([(style(name, "dim"), clean(value)) for name, value in rows if value], 2)
    )


def _party_rows(dossier: Dossier) -> list[tuple[str, str, str]]:
    return [
        (
            clean(party["name"]),
            style(clean(party["id"]), "dim"),
            clean(", ".join(f"{kind} {date or '(no date)'}" for kind, date in party["steps"])),
        )
        for party in dossier.parties
    ]


def _life(dossier: Dossier) -> list[str]:
    rows = []
    for action in dossier.actions:
        when = (action["date"] or "no date") + (f" – {action['end_date']}" if action["end_date"] else "")
        place = f"{action['place']}." if action["place"] else ""
        detail = " ".join(part for part in (place, action["note"], f"[{_support(action['support'])}]") if part)
        rows.append((clean(when), clean(action["party_id"] or "all"), clean(action["kind"]), clean(detail)))
    lines = align(rows, 2).splitlines()
    for action in dossier.actions:
        against = [remark for remark in action["remarks"] if remark["contradicts"]]
        if against:
            lines.append(
                wrap(
                    f"Contested: {action['kind']}, {action['party'] or 'all parties'}, {action['date'] or 'no date'}", 2
                )
            )
            lines += write_remarks(against, 4)
    return lines


def _provision(provision: Row) -> list[str]:
    place = provision["locator"] or "(article not seen)"
    head = f"{style(clean(place), 'bold')}  {clean(provision['category'])}  {style('[' + clean(provision['id']) + ']', 'dim')}"
    roles = provision["roles"]
    obligors = roles.get("obligor", ["nobody named"])
    who = [clean(" and ".join(obligors)), _MODALITIES[provision["modality"]][len(obligors) > 1]]
    if roles.get("beneficiary"):
        who.append("for " + clean(" and ".join(roles["beneficiary"])))
    others = [
        f"{role}: {clean(', '.join(names))}" for role, names in roles.items() if role not in ("obligor", "beneficiary")
    ]
    facts = [
        ("who", " ".join(who) + (f"; {'; '.join(others)}" if others else "")),
        ("when", clean(provision["trigger"] or "")),
        ("only if", clean("; ".join(f"{row['detail']} ({row['kind']})" for row in provision["conditions"]))),
        ("rests on", f"{provision['basis']}; {_support(provision['support'])}"),
        ("note", clean(provision["note"] or "")) if provision.get("note") else ("", ""),
    ]
    return [
        f"  {head}",
        wrap(provision["summary"], 4),
        align([(style(name, "dim"), value) for name, value in facts if value], 4),
        *write_remarks(provision["remarks"], 4),
    ]


def _support(support: Row) -> str:
    words = f"{support['supporting']} for, {count(support['origins'], 'origin')}"
    if support["contradicting"]:
        words += f", {support['contradicting']} against"
    if support["qualifying"]:
        words += f", {support['qualifying']} qualifying"
    return words


def _relation_rows(dossier: Dossier) -> list[tuple[str, str]]:
    rows = []
    for relation in dossier.relations:
        outgoing = relation["from_treaty_id"] == dossier.treaty["id"]
        other = relation["to_treaty_id"] if outgoing else relation["from_treaty_id"]
        title = (relation["to_title"] or relation["to_full"]) if outgoing else relation["from_title"]
        verb = relation["kind"] if outgoing else f"{relation['kind']} this:"
        rows.append((clean(verb), f"{clean(title or other)} {style('[' + clean(other) + ']', 'dim')}"))
    return rows


def _source_rows(dossier: Dossier) -> list[tuple[str, str, str]]:
    return [
        (
            clean(source["published_on"] or "no date"),
            clean(source["kind"]),
            clean(f"{source['publisher']}: {source['title'] or '(no title)'} {source['url'] or ''}"),
        )
        for source in sorted(dossier.sources, key=lambda source: (source["published_on"] or "9999", source["id"]))
    ]
