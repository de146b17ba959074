"""The cross-reference rules, one `.sql` file each: discovered, not registered. Runs nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from provisions.documents import read_yaml
from provisions.errors import RuleError
from provisions.model import Check, Severity
from provisions.schema import bundled
from provisions.sqlfile import SqlFile, read_sql_files

# Rules that are made for every column, and so have no file of their own: what they find, in prose.
MADE = {
    "formula-cell": (
        "A cell begins with `=`, `+`, `-`, `@` or a tab, so that a spreadsheet that opens the CSV may compute it, and run what "
        "it names (CWE-1236). The data are not altered for it. Begin the cell with another character, or waive the finding if "
        "it is meant; `--defuse` writes such cells with an apostrophe before them, for people who open a file in a spreadsheet."
    ),
    "confusable-id": (
        "A primary key holds a value that mixes letters of Latin with those of Cyrillic, Greek or Armenian in one word, or a "
        "character that nobody sees, or that looks like another one of the same column: `аrg` with a Cyrillic а beside `arg`. "
        "A reader, and a reviewer, takes it for what it is not (Unicode Technical Standard 39). It is a warning, as words of two "
        "scripts may be meant: write ids in the letters of one script, best in ASCII, or waive it."
    ),
}
_KEYS = ("rule", "severity", "table", "column", "since", "message", "hint")


@dataclass(frozen=True)
class Rule:
    """A rule: the check it is on the line, and the page that explains it (Markdown)."""

    check: Check
    since: str
    prose: str

    @property
    def name(self) -> str:
        """The name, which is the stem of its file."""
        return self.check.rule


def read_rules() -> tuple[Rule, ...]:
    """All rules of the library, by name. Raises `RuleError`."""
    return tuple(read_rule(file) for file in read_sql_files("rules"))


@dataclass(frozen=True)
class Example:
    """Rows, by table, that a rule has a finding on or leaves alone; `finds` are the keys of what it finds."""

    case: str
    tables: dict[str, list[dict[str, Any]]]
    finds: tuple[str, ...]


def read_examples(name: str) -> tuple[Example, ...]:
    """The cases by which a rule is tested: what it finds, and what it leaves alone."""
    path = bundled("tests/rules") / f"{name}.yaml"
    cases = read_yaml(path) if path.is_file() else []
    return tuple(Example(case["case"], case["tables"], tuple(map(str, case["finds"]))) for case in cases)


def read_rule(file: SqlFile) -> Rule:
    """One rule from its file. Raises `RuleError` where a header line is missing, unknown or wrong."""
    header = file.header
    if tuple(header) != _KEYS or header["severity"] not in tuple(Severity):
        raise RuleError(f"{file.name}.sql: the header must be the lines {', '.join(_KEYS)}, in this order.")
    check = Check(
        rule=header["rule"],
        severity=Severity(header["severity"]),
        table=header["table"],
        column=header["column"],
        sql=file.sql,
        message=header["message"],
        hint=header["hint"],
    )
    return Rule(check, header["since"], file.prose)
