"""Known faults: each kind breaks one row so that exactly one finding follows, in a place that is known. Writes no files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks import rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.rows import Size

    Row = dict[str, str]


@dataclass(frozen=True)
class Kind:
    """A kind of fault: the rule that must find it, where, and how a row is broken.

    `pool` names the rows it may hit; `k` is the statement of a source. `edit` changes cells; `raw` the line that they
    make. A kind that is `added` breaks a copy of the table's last row, put after it.
    """

    rule: str
    table: str
    column: str
    pool: str
    edit: Callable[[Row, Size], None] = lambda row, size: None
    raw: Callable[[str], str] | None = None
    k: int = 0
    added: bool = False


def _set(**cells: str) -> Callable[[Row, Size], None]:
    return lambda row, size: row.update(cells)


def _repeat_id(row: Row, size: Size) -> None:
    row["id"] = row["id"][:-2] + "07"


def _span(row: Row, size: Size) -> None:
    first, second, _ = rows.passages(int(row["source_id"].rpartition("-")[2]))
    row["quote"] = " ".join(first.split()[-6:] + second.split()[:6])


def _misquote(row: Row, size: Size) -> None:
    row["quote"] = row["quote"].replace(" ", " never ", 1)


def _move(row: Row, size: Size) -> None:
    row["passage"] = str(int(row["passage"]) % 3 + 1)


def _other_treaty(row: Row, size: Size) -> None:
    row["treaty_id"] = next(rows.treaty(t)[0] for t in (0, 1) if rows.treaty(t)[0] != row["treaty_id"])


def _follow_last(row: Row, size: Size) -> None:
    row["follows_id"] = rows.statement(size.sources - 1, 0)


def _new_id(row: Row, size: Size) -> None:
    row.update(
        {"id": f"zz-{row['id']}", "sha256": "", "origin_id": ""} if "sha256" in row else {"id": f"zz-{row['id']}"}
    )


def _s(rule: str, column: str, k: int, edit: Callable[[Row, Size], None], pool: str = "plain") -> Kind:
    return Kind(rule, "statements", column, pool, edit, k=k)


def _raw(rule: str, k: int, raw: Callable[[str], str]) -> Kind:
    return Kind(rule, "statements", "id", "plain", raw=raw, k=k)


# Statements 0 to 3 of a source support other rows and may be followed, so they are left alone; 17 has a claim of two lines.
KINDS = (
    _s("schema/enum", "confidence", 17, _set(confidence="certain")),
    _s("schema/format", "coded_on", 5, _set(coded_on="2026-02-30")),
    _s("schema/foreignKey", "speaker_id", 6, _set(speaker_id="nobody")),
    _s("schema/foreignKey", "follows_id", 7, _set(follows_id="no-such-statement")),
    _s("schema/primaryKey", "id", 8, _repeat_id),
    _s("schema/required", "claim", 9, _set(claim="")),
    _s("schema/dependentRequired", "property", 10, _set(value="120")),
    Kind("schema/pattern", "sources", "language", "plain", _set(language="english")),
    Kind("schema/pattern", "treaties", "languages", "treaties", _set(languages="Belarusian, Russian")),
    Kind("schema/minimum", "treaties", "term_months", "treaties", _set(term_months="0")),
    Kind("schema/type", "treaties", "term_months", "treaties", _set(term_months="ten")),
    _raw("file/ragged-row", 14, lambda line: line[:-1] + ",one too many\n"),
    _raw("file/ragged-row", 14, lambda line: line[:-1].rpartition(",")[0] + "\n"),
    _raw("file/quote", 8, lambda line: line[0] + '"' + line[1:]),
    _raw("file/encoding", 9, lambda line: line[:-1] + "\udcff\n"),
    _s("quote-not-in-source", "quote", 12, _misquote, "held"),
    _s("quote-in-other-passage", "passage", 13, _move, "held"),
    _s("quote-spans-passages", "quote", 12, _span, "held"),
    Kind("seed-hash-differs", "sources", "sha256", "held", _set(sha256="0" * 64)),
    _s("said-after-published", "said_on", 4, _set(said_on="2025-12-31")),
    _s("source-published-after-coded", "coded_on", 15, _set(coded_on="1950")),
    _s("follows-later-statement", "follows_id", 16, _follow_last),
    _s("statement-about-two-treaties", "treaty_id", 5, _other_treaty),
    _s("unknown-property", "property", 11, _set(property="colour", value="red")),
    _s("contradicted-value", "value", 11, _set(property="date", value="1901", stance="asserts")),
    Kind("action-ends-before-it-begins", "actions", "end_date", "actions", _set(end_date="1900")),
    Kind("unsupported-action", "actions", "id", "added", _new_id, added=True),
    Kind("orphan-source", "sources", "id", "added", _new_id, added=True),
    Kind("orphan-speaker", "speakers", "id", "added", _new_id, added=True),
    Kind("duplicate-statement", "statements", "id", "added", _new_id, added=True),
)


def plan(count: int, size: Size) -> dict[str, dict[int, Kind]]:
    """By table, which rows (from 0) are broken and how: `count` faults, kind after kind, spread over the first four fifths.

    Numbers below zero stand for rows to add. Raises `ValueError` where the package has too few rows.
    """
    last = size.sources * 4 // 5
    pools = {
        "plain": [s for s in range(rows.WAIVED, last) if s % 10 not in (0, 9)],
        "held": [s for s in range(rows.WAIVED, last) if rows.is_held(s)],
        "treaties": list(range(size.treaties)),
        "actions": list(range(0, size.actions, 5)),
        "added": list(range(len(KINDS))),
    }
    chosen = [KINDS[n % len(KINDS)] for n in range(count)]
    planned: dict[str, dict[int, Kind]] = {name: {} for name in rows.TABLES}
    for pool, places in pools.items():
        of_pool = [kind for kind in chosen if kind.pool == pool]
        if len(of_pool) > len(places) and pool != "added":
            raise ValueError(f"{count} faults are too many for {size.statements} statements: too few {pool} rows.")
        for n, kind in enumerate(of_pool):
            table = planned[kind.table]
            place = len(table) if kind.added else places[n * len(places) // len(of_pool)]
            table[-1 - place if kind.added else place * 20 + kind.k if kind.table == "statements" else place] = kind
    return planned
