"""Reads the SQL files of this project: a header of `-- name: value` lines, prose in Markdown, then one `SELECT`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from provisions.errors import RuleError

_KEY = re.compile(r"-- ([a-z]+): (.+)")


@dataclass(frozen=True)
class SqlFile:
    """One rule or view: its name (the file stem), header, prose and SQL."""

    name: str
    header: dict[str, str]
    prose: str
    sql: str


@cache
def read_sql_files(folder: str) -> tuple[SqlFile, ...]:
    """All `.sql` files of a folder of the library, by name. Raises `RuleError` for a malformed one."""
    entries = sorted(files("provisions").joinpath(folder).iterdir(), key=lambda entry: entry.name)
    return tuple(parse(e.name.removesuffix(".sql"), e.read_text("utf-8")) for e in entries if e.name.endswith(".sql"))


def parse(name: str, text: str) -> SqlFile:
    """Parses one file. Raises `RuleError`."""
    header: dict[str, str] = {}
    prose: list[str] = []
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if not line.startswith("--"):
            sql = "\n".join(lines[number:]).strip()
            break
        match = _KEY.fullmatch(line)
        if match and not prose:
            header[match[1]] = match[2]
        else:
            prose.append(line.removeprefix("--").removeprefix(" "))
    else:
        sql = ""
    words = "\n".join(prose).strip()
    if (
        name not in (header.get("rule"), header.get("view"))
        or not words
        or not re.match(r"(?i)(select|with)\b", sql)
        or ";" in sql
    ):
        raise RuleError(
            f"{name}.sql: needs a header with `-- rule: {name}` (or `view`), prose, and one SELECT without a semicolon."
        )
    return SqlFile(name, header, words, sql)
