"""Ids that are not what they seem: letters of two scripts in one word, characters nobody sees, two ids that look the same.

Told as warnings, for the columns of primary keys, where a value is told apart from another by its characters alone
(Unicode Technical Standard 39). Only values with a character that is suspect are looked at twice.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from provisions.compile.keys import cells, key_of
from provisions.engines import quote_identifier, quote_literal
from provisions.model import Check, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from provisions.model import Table

RULE = "confusable-id"
# Letters that are drawn like a Latin one in most typefaces, each with that one (confusables.txt of the standard).
_TWINS = (
    "аa еe оo рp сc уy хx іi јj ѕs һh ԁd ԛq ԝw ӏl ѵv АA ВB ЕE КK МM НH ОO РP СC ТT УY ХX ІI ЈJ ЅS ԌG ԚQ ԜW ӀI ѴV "  # Cyrillic
    "αa ιi οo κk νv ρp υu χx ϲc ϳj ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX ϹC ͿJ "  # Greek
    "օo հh ոn սu ՕO ՏS ՍU ɡg ıi ǀl ⲟo ᴏo"  # Armenian, and other
)
# Soft hyphen, joiners, marks of direction, fillers, invisible operators, variation selectors, tags.
_UNSEEN = (
    *((0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F)),
    *((0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF)),
    *((0xFFA0, 0xFFA0), (0xE0000, 0xE007F), (0xE0100, 0xE01EF)),
)
# Other forms of ASCII characters: letterlike, Roman numerals, circled, full-width, mathematical.
_FORMS = ((0xAA, 0xBA), (0x2070, 0x217F), (0x2460, 0x24FF), (0xFF01, 0xFF5E), (0x1D400, 0x1D7FF))


def compile_confusables(table: Table) -> list[Check]:
    """The checks of each column of the primary key that holds text."""
    listed = [table.column(name) for name in table.primary_key]
    return [check for column in listed if column.type == "string" for check in _compile_column(table, column.name)]


def _compile_column(table: Table, name: str) -> list[Check]:
    column, key = f"t.{quote_identifier(name)}", key_of(table)
    other = r"[\p{Cyrillic}\p{Greek}\p{Armenian}]"
    within = r"[\p{M}\p{N}_]*"  # digits part no words
    mixed = rf"\p{{Latin}}{within}{other}|{other}{within}\p{{Latin}}"
    unseen = f"[{_as_class(_unseen())}]"
    suspect = f"[{_as_class(_twins())}{_as_class(_forms())}{_as_class(_unseen())}\\p{{M}}]"
    hint = "Write ids in the letters of one script, best in ASCII; waive it if it is meant."
    alone = (
        f"SELECT t._row, {key} AS key, CASE WHEN {_matches(column, unseen)} THEN 'holds a character that nobody sees' "
        f"ELSE 'mixes letters of two scripts in one word' END AS how FROM {cells(table.name)} t "
        f"WHERE t._sound AND {_matches(column, f'{unseen}|{mixed}')}"
    )
    pairs = (
        f"SELECT {_seen_as(column)} AS seen, MIN(_row) AS first_row, MAX(_row) AS last_row FROM {cells(table.name)} t "
        f"WHERE {column} IS NOT NULL GROUP BY 1 HAVING MIN({column}) <> MAX({column})"
    )
    suspects = (  # not compared in the join itself: to Spark, what it asks of Java may change from row to row
        f"SELECT DISTINCT {column} AS value, {_seen_as(column)} AS seen FROM {cells(table.name)} t "
        f"WHERE t._sound AND {_matches(column, suspect)}"
    )
    alike = (
        f"SELECT t._row, {key} AS key, CASE WHEN o.first_row = t._row THEN o.last_row ELSE o.first_row END AS other_row "
        f"FROM {cells(table.name)} t JOIN ({suspects}) s ON s.value = {column} JOIN ({pairs}) o ON o.seen = s.seen "
        "WHERE t._sound"
    )
    looks = "The id “{value}” looks like the one on line {other_line}, which is another."
    return [
        Check(RULE, Severity.WARNING, table.name, name, sql, message, hint, f"COALESCE(NOT is_ascii({column}), FALSE)")
        for sql, message in ((alone, "The id “{value}” {how}."), (alike, looks))
    ]


def _matches(column: str, pattern: str) -> str:
    return f"matches({column}, {quote_literal(pattern)})"


def _seen_as(column: str) -> str:
    """SQL: the text as a reader takes it in, the same for texts that look the same. Long tables are used only where they are needed."""
    short, long = _twins(), _twins() | _forms() | _unseen()
    rare = _matches(column, f"[{_as_class(_forms())}{_as_class(_unseen())}]")
    return (
        f"CASE WHEN is_ascii({column}) THEN lowered({column}) "
        f"WHEN {rare} THEN {_translated(column, long)} ELSE {_translated(column, short)} END"
    )


def _translated(column: str, likes: dict[str, str]) -> str:
    known = sorted(likes, key=lambda char: not likes[char])  # what stands for nothing comes last, and is left out
    meant = "".join(likes[char] for char in known)
    return f"lowered(translate(composed({column}), {quote_literal(''.join(known))}, {quote_literal(meant)}))"


def _as_class(chars: Iterable[str]) -> str:
    return "".join(f"\\x{{{ord(char):X}}}" for char in chars)


@cache
def _twins() -> dict[str, str]:
    return {pair[0]: pair[1] for pair in _TWINS.split()}


@cache
def _unseen() -> dict[str, str]:
    return {chr(code): "" for first, last in _UNSEEN for code in range(first, last + 1)}


@cache
def _forms() -> dict[str, str]:
    forms = {}
    for code in (code for first, last in _FORMS for code in range(first, last + 1)):
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1 and plain.isascii() and plain.isprintable():
            forms[chr(code)] = plain
    return forms
