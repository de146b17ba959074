"""The README of a release, and what it says of its licence, as text."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from provisions.reports.as_markdown import escape

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from provisions.publication.about import About
    from provisions.publication.contents import Content

_CODE = re.compile(r"(`[\w./]+`)")
_TABLES = (
    (False, "Tables", ""),
    (True, "Derived tables", "What follows from the tables by published rules; status is as of {}."),
)
_LOOK = (
    "To look at everything in one table, open `flat.csv` in a spreadsheet (in Excel by *Data › From Text/CSV*, as UTF-8); "
    "`CODEBOOK.md` says what its columns mean."
)
# The forms in which each table is there.
_FORMS = {
    "<table>.csv": "Each table and derived table, as in the zip.",
    "<table>.parquet": "The same with types, for R, pandas, Polars, DuckDB, Arrow.",
    "<table>.dta": "The same for Stata, with labels; not where it would be too large.",
}
_WIDE = 100  # characters of a line of plain text
_FOLDERS = {
    "schema/": "The JSON Schema of each table.",
    "seeds/": "The source documents whose text is held, as they were found.",
}


def write_readme(about: About, contents: Sequence[Content], files: Mapping[str, str], packed: Collection[str]) -> str:
    """What the release is, how to cite it, what each file holds, under which licence; `files` says what those are that hold no
    table, `packed` are the names of all that the zip has.
    """
    lines = [f"# {escape(about.title)}", ""]
    version = f"Version {escape(about.version)}" if about.version else ""
    if version or about.date:
        lines += [", ".join(part for part in (version, about.date) if part) + ".", ""]
    lines += [escape(about.description), ""] if about.description else []
    if any(content.name == "flat" and content.derived for content in contents):
        lines += [_LOOK, ""]
    lines += ["## How to cite", "", f"> {_cite(about)}", ""] if about.creators else []
    for derived, title, lead in _TABLES:
        listed = [content for content in contents if content.derived == derived]
        if listed:
            lines += [f"## {title}", "", *([lead.format(about.date), ""] if lead else [])]
            lines += ["| file | rows | one row is |", "|---|---:|---|"]
            lines += [f"| `{one.file}` | {one.rows:,} | {_tell(_first_sentence(one.description))} |" for one in listed]
            lines += [""]
    folders = {name: said for name, said in _FOLDERS.items() if any(each.startswith(name) for each in packed)}
    for title, told in (
        (f"Also in `{about.stem}.zip`", {name: said for name, said in files.items() if name in packed} | folders),
        ("Beside the zip", _FORMS | {name: said for name, said in files.items() if name not in packed}),
    ):
        lines += [f"## {title}", "", "| file | what it is |", "|---|---|"]
        lines += [f"| `{name}` | {escape(said)} |" for name, said in told.items()]
        lines += [""]
    lines += ["`sha256sum -c SHA256SUMS` tells whether every file is as it was published.", "", "## Licence", ""]
    lines += [f"* {escape(licence.title)}: {licence.path}".rstrip(": ") for licence in about.licences]
    lines += ["", escape(about.rights), ""] if about.rights else [""]
    return "\n".join(lines)


def _cite(about: About) -> str:
    """The citation, with its brackets as they are: no link begins with them."""
    return escape(about.citation).replace("\\[data set\\].", "[data set].")


def _tell(text: str) -> str:
    """Prose, in which a name between backticks stays code."""
    return "".join(part if _CODE.fullmatch(part) else escape(part) for part in _CODE.split(text))


def write_licence(about: About) -> str:
    """What may be done with the data, in words, with the address of the licence’s own text."""
    named = "; ".join(
        ", ".join(
            part
            for part in (f"{each.title} ({each.name})" if each.name != each.title else each.title, each.path)
            if part
        )
        for each in about.licences
    )
    parts = [about.title, f"Licence of the data: {named}" if named else "No licence is given.", about.rights]
    return "\n\n".join(textwrap.fill(part, _WIDE, break_long_words=False) for part in parts if part) + "\n"


def _first_sentence(text: str) -> str:
    words = text.split(". ", maxsplit=1)[0].rstrip(".").removeprefix("One row is ").removeprefix("One row ")
    return f"{words}." if words else ""
