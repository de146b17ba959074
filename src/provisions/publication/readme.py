"""The README of a release, and what it says of its licence, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisions.reports.as_markdown import escape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from provisions.publication.about import About
    from provisions.publication.contents import Content


def write_readme(about: About, contents: Sequence[Content], files: Mapping[str, str]) -> str:
    """What the release is, how to cite it, what each file holds, under which licence; `files` says what those are that hold no table."""
    lines = [f"# {escape(about.title)}", ""]
    version = f"Version {escape(about.version)}" if about.version else ""
    if version or about.date:
        lines += [", ".join(part for part in (version, about.date) if part) + ".", ""]
    lines += [escape(about.description), ""] if about.description else []
    lines += ["## How to cite", "", f"> {escape(about.citation)}", ""] if about.creators else []
    for derived, title in ((False, "Tables"), (True, "Derived tables")):
        listed = [content for content in contents if content.derived == derived]
        if listed:
            lines += [f"## {title}", "", "| file | rows | one row is |", "|---|---:|---|"]
            lines += [f"| `{one.file}` | {one.rows:,} | {escape(_first_sentence(one.description))} |" for one in listed]
            lines += [""]
    lines += [
        "Each table is there as CSV, as `<table>.parquet` with types, and as `<table>.dta` for Stata with labels unless it is too large.",
        "",
        "## Other files",
        "",
        "| file | what it is |",
        "|---|---|",
    ]
    lines += [f"| `{name}` | {escape(said)} |" for name, said in sorted(files.items())]
    lines += ["", "`sha256sum -c SHA256SUMS` tells whether every file is as it was published.", "", "## Licence", ""]
    lines += [f"* {escape(licence.title)}: {licence.path}".rstrip(": ") for licence in about.licences]
    lines += ["", escape(about.rights), ""] if about.rights else [""]
    return "\n".join(lines)


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
    return "\n\n".join(part for part in parts if part) + "\n"


def _first_sentence(text: str) -> str:
    words = text.split(". ", maxsplit=1)[0].rstrip(".").removeprefix("One row is ").removeprefix("One row ")
    return f"{words}." if words else ""
