"""The derived tables, as a page of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisions.layout import align, heading, style

if TYPE_CHECKING:
    from collections.abc import Iterable

    from provisions.derived import Derived


def write_list(tables: Iterable[Derived]) -> str:
    """Name, title and key of each table."""
    rows = [(heading(table.name), table.title, style(" × ".join(table.key), "dim")) for table in tables]
    return align(rows) + "\n\n" + style("The columns of each are described in the codebook.", "dim") + "\n"
