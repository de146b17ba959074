"""A comparison with another data set, as a page of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisions.layout import align, clean, count, heading, style, wrap

if TYPE_CHECKING:
    from provisions.datasets.comparison import Comparison


def write_comparison(comparison: Comparison) -> str:
    """Agreement by variable, then each difference with what our code rests on."""
    agreements = comparison.agreements()
    treaties = {cell.number for cell in comparison.cells}
    open_cells = sum(cell.ours is None for cell in comparison.cells)
    parts = [f"{heading(f'AGREEMENT WITH {comparison.dataset}')} on {count(len(treaties), 'treaty', 'treaties')}"]
    table = [("", "compared", "same", "percent", "kappa")]
    for one in agreements:
        kappa = "" if one.kappa is None else f"{one.kappa:.2f}"
        table.append((one.variable, f"{one.compared}", f"{one.same}", f"{100 * one.same / one.compared:.0f} %", kappa))
    width = [max(len(row[n]) for row in table) for n in range(5)]
    parts[0] += "\n" + align([[row[0], *(row[n].rjust(width[n]) for n in range(1, 5))] for row in table], 2)
    if open_cells:
        parts.append(wrap(f"{count(open_cells, 'cell')} not compared: not coded here, or for a reader to decide.", 2))
    if comparison.unknown:
        parts.append(wrap(f"Not in the files given: {', '.join(map(clean, comparison.unknown))}.", 2))
    lines = []
    for cell in comparison.differences():
        lines.append(
            f"  {heading(clean(cell.treaties))} ({clean(cell.number)}) {clean(cell.variable)}: {cell.ours}, there {cell.theirs}"
        )
        lines.append(style(wrap(cell.why or cell.provisions or "", 6), "dim"))
    if lines:
        parts.append(f"{heading('DIFFERENCES')}\n" + "\n".join(lines))
    return "\n\n".join(parts) + "\n"
