"""Evidence as pages of text: of the whole package, of one row, of a source sentence by sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from provisions.layout import align, clean, count, heading, style, wrap
from provisions.pages.remarks import LEGEND, cite, name_speaker, write_remark, write_remarks

if TYPE_CHECKING:
    from collections.abc import Sequence

Row = dict[str, Any]


def write_summary(summary: Sequence[Row], contradicting: Sequence[Row], chains: Sequence[Sequence[Row]]) -> str:
    """How well the package is supported, what contradicts it, and how remarks were retold."""
    supported = ("coded", "corroborated", "single", "unsupported", "contradicted")
    bases = [name for name in (summary[0] if summary else {}) if name not in ("table_name", *supported)]
    titles = {
        "corroborated": "corroborated",
        "single": "1 origin",
        "official-document": "official doc.",
        "official-statement": "official said",
    }
    parts = [
        f"{heading('SUPPORT')}\n{_counts(summary, supported, titles)}",
        f"{heading('BEST BASIS')}\n{_counts(summary, bases, titles)}",
    ]
    if contradicting:
        decided = sum(remark["decided"] is not None for remark in contradicting)
        lines = write_remarks(contradicting, 2)
        parts.append(
            f"{heading('CONTRADICTIONS')} ({count(len(contradicting), 'statement')}, {decided} decided)\n"
            + "\n".join(lines)
        )
    if chains:
        parts.append(heading("RETELLINGS") + "\n" + "\n\n".join("\n".join(_chain(chain)) for chain in chains))
    parts.append(style(LEGEND, "dim"))
    return "\n\n".join(parts) + "\n"


def _counts(summary: Sequence[Row], names: Sequence[str], titles: dict[str, str]) -> str:
    """A table of counts, one line a kind of thing."""
    rows = [("", *(titles.get(name, name) for name in names))]
    rows += [(row["table_name"], *(f"{row[name]:,}" for name in names)) for row in summary]
    width = [max(len(row[n]) for row in rows) for n in range(len(names) + 1)]
    return align([[row[0], *(cell.rjust(width[n]) for n, cell in enumerate(row[1:], start=1))] for row in rows], 2)


def write_evidence(row: Row, remarks: Sequence[Row]) -> str:
    """One row of the package and the statements about it."""
    facts = [(style(name, "dim"), clean(value)) for name, value in row.items() if value is not None and name != "table"]
    chained = row["table"] == "statements" and len(remarks) > 1
    body = _chain(remarks) if chained else write_remarks(remarks, 2)
    title = "RETELLING" if chained else "STATEMENTS"
    return (
        f"{heading(row['table'].upper())}\n{align(facts, 2)}\n\n{heading(title)}\n"
        + "\n".join(body)
        + f"\n\n{style(LEGEND, 'dim')}\n"
    )


def write_anchors(source_id: str, rows: Sequence[Row]) -> str:
    """A source sentence by sentence, each with the statements that anchor it; bare sentences are marked."""
    lines = [f"{heading(clean(source_id))}"]
    passage = None
    for row in rows:
        if row["passage"] != passage:
            passage = row["passage"]
            lines += ["", heading(f"Passage {passage}")]
        lines.append(wrap(row["sentence"], 2))
        for remark in row["remarks"]:
            lines += write_remark(remark, 6, place=f"on {remark['about']} {remark['about_key']} [{remark['id']}]")
        if not row["remarks"]:
            lines.append("      " + style("bare: no statement quotes this sentence", "red"))
    bare = sum(not row["remarks"] for row in rows)
    statements = {remark["id"] for row in rows for remark in row["remarks"]}
    lines += ["", f"{count(len(rows), 'sentence')}, {bare} bare; {count(len(statements), 'statement')}."]
    return "\n".join(lines) + "\n"


def _chain(chain: Sequence[Row]) -> list[str]:
    """A chain of retellings, step by step."""
    lines = []
    for number, remark in enumerate(chain, start=1):
        claimed = f" ({remark['property']}: {remark['value']})" if remark["property"] else ""
        said = f"{name_speaker(remark)}: {remark['claim']}{claimed}"
        lines += [
            wrap(said, 5, f"  {number}."),
            style(wrap(f"{remark['about']} {remark['about_key']}; {cite(remark)}", 5), "dim"),
        ]
    return lines
