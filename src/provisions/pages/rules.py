"""The rules as pages of text: a list, and one rule with its explanation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisions.layout import align, heading, style, wrap

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from provisions.model import Report
    from provisions.rules import Example, Rule


def write_rules(rules: Sequence[Rule]) -> str:
    """One line a rule: its name, severity, table and what it finds."""
    rows = [(rule.name, rule.check.severity, rule.check.table, rule.check.message) for rule in rules]
    note = "Besides these, every keyword of a table’s JSON Schema is checked (`schema/required`, `schema/enum`, `schema/foreignKey` …), and every file as such (`file/quote`, `file/ragged-row` …)."
    return f"{align(rows)}\n\n{wrap(note)}\n"


def write_rule(rule: Rule, examples: Sequence[Example] = ()) -> str:
    """One rule: what it finds, why, how to mend it, and rows that it finds and that it leaves alone."""
    facts = [
        (style("severity", "dim"), str(rule.check.severity)),
        (style("finds", "dim"), f"rows of {rule.check.table} ({rule.check.column})"),
        (style("message", "dim"), rule.check.message),
        (style("hint", "dim"), rule.check.hint),
        (style("since", "dim"), rule.since),
    ]
    prose = "\n\n".join(wrap(part) for part in rule.prose.split("\n\n"))
    shown = [next((each for each in examples if bool(each.finds) == found), None) for found in (True, False)]
    cases = "\n\n".join(_write_example(each) for each in shown if each)
    cases = f"{cases}\n\n" if cases else ""
    return f"{heading(rule.name)}\n{align(facts, 2)}\n\n{prose}\n\n{cases}{style('SQL', 'dim')}\n{rule.check.sql}\n"


def _write_example(example: Example) -> str:
    verdict = f"finds {', '.join(example.finds)}" if example.finds else "leaves alone"
    lines = [f"{style('Example', 'dim')} ({verdict}): {example.case}"]
    for table, rows in example.tables.items():
        for row in rows:
            cells = ", ".join(f"{name}: {value}" for name, value in row.items())
            lines.append(wrap(cells, 4 + len(table) + 2, f"    {table}: "))
    return "\n".join(lines)


def write_counts(report: Report, rules: Iterable[str]) -> str:
    """How often each rule was broken, those never broken included; and the rows read of each table."""
    found = [(name, f"{report.by_rule.get(name, 0):,}") for name in sorted({*rules, *report.by_rule})]
    read = [(name, f"{number:,}") for name, number in report.rows.items()]
    return f"{heading('findings by rule')}\n{align(found, 2)}\n{heading('rows by table')}\n{align(read, 2)}\n"


def write_made_rule(name: str, made: Mapping[str, str]) -> str:
    """What a rule without a file means: one of `made`, or one of the form `schema/<keyword>` or `file/<fault>`."""
    family, _, word = name.partition("/")
    if name in made:
        text = made[name]
    elif family == "schema":
        text = f"The cells of a row break the keyword `{word}` of their table’s JSON Schema (or its key, for primaryKey, uniqueKeys and foreignKey). The message gives the value and what was expected; the schema says what the column holds."
    else:
        text = f"The file itself is at fault ({word}), before its cells can be judged. The message gives the line, the character and what to do."
    return f"{heading(name)}\n\n{wrap(text)}\n"
