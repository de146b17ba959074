"""The codebook of a package in Markdown: how it was coded, its tables and columns, categories, crosswalk and rules."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from provisions.derived import Derived
    from provisions.model import Column, Table
    from provisions.rules import Rule

Row = dict[str, Any]
_PARTS_OF_DEFINITION = ("Not here:", "Borderline:")


def write_codebook(
    descriptor: Row,
    prose: str,
    tables: Iterable[Table],
    categories: Sequence[Row],
    crosswalk: Sequence[Row],
    rules: Sequence[Rule],
    derived: Iterable[Derived],
) -> str:
    """The whole codebook. `prose` is how the data are coded, in Markdown with headings from the second level on.

    `categories` and `crosswalk` are the rows of those tables; without any, as for a package of others, their chapters
    and those of the rules and the derived tables are left out.
    """
    tables = list(tables)
    chapters = [_title(descriptor), prose.strip(), _tables(tables)]
    if categories:
        chapters += [_categories(categories, crosswalk), _crosswalk(crosswalk), _derived(derived), _rules(rules)]
    return "\n\n".join(chapter for chapter in chapters if chapter) + "\n"


def _title(descriptor: Row) -> str:
    title = descriptor.get("title") or descriptor.get("name") or "Data package"
    version = f"Version {descriptor['version']}. " if descriptor.get("version") else ""
    about = str(descriptor.get("description") or "").strip()
    return f"# Codebook: {title}\n\n{version}{about}".strip()


def _tables(tables: Sequence[Table]) -> str:
    lines = ["## Tables", "", "| table | one row is |", "|---|---|"]
    for table in tables:
        about = str(table.schema.get("description", ""))
        lines.append(f"| [{table.name}](#table-{table.name}) | {_cell(_first_sentence(about))} |")
    return "\n\n".join(["\n".join(lines), *map(_table, tables)])


def _table(table: Table) -> str:
    lines = [
        _anchor("table", table.name),
        f"### Table `{table.name}`",
        "",
        str(table.schema.get("description", "")),
        "",
    ]
    keys = [f"Primary key: {_codes(table.primary_key)}."] if table.primary_key else []
    keys += [f"Unique: {_codes(columns)}." for columns in table.unique_keys]
    for key in table.foreign_keys:
        keys.append(f"{_codes(key.columns)} → `{key.to_table}` ({_codes(key.to_columns)}).")
    lines += [f"* {key}" for key in keys]
    lines += ["", "| column | type | description | example |", "|---|---|---|---|"]
    lines += [_column(table, column) for column in table.columns]
    for column in table.columns:
        meanings = column.schema.get("x-enum") or dict.fromkeys(column.schema.get("enum", ()), "")
        if meanings:
            lines += ["", f"Values of `{column.name}`:", ""]
            lines += [f"* `{value}`{': ' + meaning if meaning else ''}" for value, meaning in meanings.items()]
    return "\n".join(lines)


def _column(table: Table, column: Column) -> str:
    needed = " (required)" if column.required or column.name in table.primary_key else ""
    kind = "date" if column.is_date else column.type
    example = next((f"`{_plain(value)}`" for value in column.schema.get("examples", ())), "")
    about = str(column.schema.get("description", ""))
    return f"| `{_cell(column.name)}` | {kind}{needed} | {_cell(about)} | {_cell(example)} |"


def _categories(categories: Sequence[Row], crosswalk: Sequence[Row]) -> str:
    below: dict[str | None, list[Row]] = defaultdict(list)
    for row in categories:
        below[row["broader_id"]].append(row)
    maps: dict[str, list[Row]] = defaultdict(list)
    for row in crosswalk:
        maps[row["category_id"]].append(row)
    lines = ["## Categories", "", "A provision has one category: the narrowest that fits.", ""]

    def outline(parent: str | None, depth: int) -> None:
        for row in below[parent]:
            lines.append(f"{'  ' * depth}* [{row['label']}](#category-{row['id']}) `{row['id']}`")
            outline(row["id"], depth + 1)

    def describe(parent: str | None, depth: int) -> None:
        nonlocal lines
        for row in below[parent]:
            lines += ["", _anchor("category", row["id"]), f"{'#' * min(3 + depth, 5)} {row['label']} `{row['id']}`", ""]
            lines.append(_definition(row["definition"] or ""))
            if row.get("example"):
                lines += ["", f"*Example:* {row['example']}"]
            if maps[row["id"]]:
                lines += ["", "*Elsewhere:* " + "; ".join(map(_mapping, maps[row["id"]])) + "."]
            describe(row["id"], depth + 1)

    outline(None, 0)
    describe(None, 0)
    return "\n".join(lines)


def _definition(text: str) -> str:
    for part in _PARTS_OF_DEFINITION:
        text = text.replace(f" {part}", f"\n\n*{part}*")
    return text


def _mapping(row: Row) -> str:
    limits = [f"as {row['modality'].replace(' ', ' or ')}"] if row.get("modality") else []
    limits += [f"with the condition `{row['condition_kind']}`"] if row.get("condition_kind") else []
    limits += [f"if {row['condition']}"] if row.get("condition") else []
    value = row["value"] if row["value"].startswith(">") else f"= {row['value']}"
    return f"{row['scheme'].upper()} `{row['variable']} {value}` ({', '.join([row['match'], *limits])})"


def _crosswalk(crosswalk: Sequence[Row]) -> str:
    lines = ["## Crosswalk: from a variable elsewhere to the categories here", ""]
    lines += ["| scheme | variable | value | category | match | counts as | with the condition | if |"]
    lines += ["|---|---|---|---|---|---|---|---|"]
    for row in sorted(crosswalk, key=lambda r: (r["scheme"], r["variable"], r["value"], r["category_id"])):
        cells = [row["scheme"].upper(), f"`{row['variable']}`", f"`{row['value']}`"]
        cells += [f"[{row['category_id']}](#category-{row['category_id']})", row["match"]]
        cells += [row.get(name) or "" for name in ("modality", "condition_kind", "condition")]
        lines.append("| " + " | ".join(map(_cell, cells)) + " |")
    return "\n".join(lines)


def _derived(tables: Iterable[Derived]) -> str:
    """The tables that follow from the rows, each with its key, prose and columns."""
    lines = [
        "## Derived tables",
        "",
        "`provisions derive NAME` computes them from the rows above, by the SQL of `views/NAME.sql`. The version of a rule goes up",
        "when it gives another result for the same rows.",
    ]
    for table in tables:
        lines += ["", _anchor("derived", table.name), f"### `{table.name}`: {table.title}", "", table.prose, ""]
        trace = f" What its cells rest on: [{table.trace}](#derived-{table.trace})." if table.trace else ""
        lines += [
            f"Key: {_codes(table.key)}. Rule version {table.version}.{trace}",
            "",
            "| column | description |",
            "|---|---|",
        ]
        lines += [f"| `{name}` | {_cell(about)} |" for name, about in table.columns.items()]
    return "\n".join(lines)


def _rules(rules: Sequence[Rule]) -> str:
    lines = ["## Rules that the data keep", ""]
    lines += ["Besides the schema of each table and its keys; `provisions rules NAME` explains one.", ""]
    lines += ["| rule | severity | table | what it finds |", "|---|---|---|---|"]
    for rule in rules:
        first = _first_sentence(rule.prose.replace("\n", " "))
        lines.append(f"| `{rule.name}` | {rule.check.severity} | {rule.check.table} | {_cell(first)} |")
    return "\n".join(lines)


def _anchor(kind: str, name: str) -> str:
    return f'<a id="{kind}-{name}"></a>\n'


def _first_sentence(text: str) -> str:
    head, stop, _ = text.partition(". ")
    return head + "." if stop else text


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _cell(text: str) -> str:
    """Text for a cell of a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|")
