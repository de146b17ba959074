"""What each `format` of JSON Schema demands of a text: in SQL where that is exact, in Python for the rest.

The grammars are those of the RFCs that JSON Schema 2020-12 names. Expressions here are portable regular expressions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from provisions.celltypes.numeric import YEAR
from provisions.celltypes.temporal import DATETIME, TIME, YEARMONTH
from provisions.celltypes.texts import EMAIL
from provisions.compile.pattern import NotAPatternError, read_pattern
from provisions.engines import quote_literal

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Format:
    """A format: what it wants in words, when a cell `{0}` has it as SQL, and what of that only Python can judge.

    It is about cells of one JSON type, `kind`, as every format of JSON Schema is.
    """

    words: str
    right: str
    judged: str = ""
    judge: Callable[[str], bool] | None = None
    kind: str = "string"


def _matches(expression: str) -> str:
    """SQL for a text that matches from begin to end; braces doubled, since the text is filled in with `str.format`."""
    literal = quote_literal(rf"\A(?:{expression})\z").replace("{", "{{").replace("}", "}}")
    return f"matches({{0}}, {literal})"


# RFC 3986 and RFC 3987.
_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV4 = rf"{_OCTET}\.{_OCTET}\.{_OCTET}\.{_OCTET}"
_H16 = "[0-9A-Fa-f]{1,4}"
_LS32 = f"(?:{_H16}:{_H16}|{_IPV4})"
_IPV6 = "|".join(
    (
        f"(?:{_H16}:){{6}}{_LS32}",
        f"::(?:{_H16}:){{5}}{_LS32}",
        f"(?:{_H16})?::(?:{_H16}:){{4}}{_LS32}",
        *(f"(?:(?:{_H16}:){{0,{n}}}{_H16})?::(?:{_H16}:){{{4 - n}}}{_LS32}" for n in (1, 2, 3)),
        f"(?:(?:{_H16}:){{0,4}}{_H16})?::{_LS32}",
        f"(?:(?:{_H16}:){{0,5}}{_H16})?::{_H16}",
        f"(?:(?:{_H16}:){{0,6}}{_H16})?::",
    )
)
_PERCENT = "%[0-9A-Fa-f]{2}"
_PLAIN = r"A-Za-z0-9._~!$\&'()*+,;=\-"
_PRIVATE = r"\x{E000}-\x{F8FF}\x{F0000}-\x{FFFFD}\x{100000}-\x{10FFFD}"
_BEYOND_ASCII = (
    r"\x{A0}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFEF}"
    + "".join(rf"\x{{{plane:X}0000}}-\x{{{plane:X}FFFD}}" for plane in range(1, 14))
    + r"\x{E1000}-\x{EFFFD}"
)


def _uri(more: str, private: str, *, relative: bool) -> str:
    """A URI, or a reference to one if `relative`; `more` are the characters allowed beyond ASCII."""
    char = f"(?:[{_PLAIN}:@{more}]|{_PERCENT})"
    host = rf"(?:\[(?:{_IPV6}|[vV][0-9A-Fa-f]+\.[{_PLAIN}:]+)\]|(?:[{_PLAIN}{more}]|{_PERCENT})*)"
    authority = f"(?:(?:[{_PLAIN}:{more}]|{_PERCENT})*@)?{host}(?::[0-9]*)?"
    rooted = f"//{authority}(?:/{char}*)*|/(?:{char}+(?:/{char}*)*)?"
    tail = rf"(?:\?(?:{char}|[/?{private}])*)?(?:#(?:{char}|[/?])*)?"
    whole = rf"[A-Za-z][A-Za-z0-9+.\-]*:(?:{rooted}|{char}+(?:/{char}*)*|){tail}"
    if not relative:
        return whole
    first = f"(?:[{_PLAIN}@{more}]|{_PERCENT})+"
    return f"{whole}|(?:{rooted}|{first}(?:/{char}*)*|){tail}"


# RFC 3339; a leap second can only be where it is 23:59 in UTC, which takes arithmetic.
_OFFSET = "(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
_TIME = rf"(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?{_OFFSET}"
_LEAP = re.compile(r"([0-9]{2}):([0-9]{2}):60(?:\.[0-9]+)?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))\Z")
_DURATION_TIME = "T(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S)"
_DURATION_DATE = "(?:[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D)"
# RFC 5321 and RFC 6531.
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_LITERAL = rf"\[(?:{_IPV4}|IPv6:(?:{_IPV6})|[A-Za-z0-9-]*[A-Za-z0-9]:[!-Z\^-~]+)\]"
_ATOM = r"A-Za-z0-9!#$%\&'*+/=?\^_`{|}~\-"
_BEYOND = r"\x{80}-\x{10FFFF}"


def _mailbox(more: str, label: str) -> str:
    local = rf"[{_ATOM}{more}]+(?:\.[{_ATOM}{more}]+)*"
    quoted = rf'"(?:[ !#-\[\]-~{more}]|\\[ -~])*"'
    return rf"(?:{local}|{quoted})@(?:{label}(?:\.{label})*|{_LITERAL})"


_POINTER = "(?:/(?:[^~/]|~[01])*)*"
_VARIABLE = rf"(?:[A-Za-z0-9_]|{_PERCENT})(?:\.?(?:[A-Za-z0-9_]|{_PERCENT}))*(?:\*|:[1-9][0-9]{{0,3}})?"
_TEMPLATE_TEXT = rf"[!#$\&(-;=?-\[\]_a-z~'{_BEYOND_ASCII}{_PRIVATE}]"
_TEMPLATE = rf"(?:{_TEMPLATE_TEXT}|{_PERCENT}|\{{[+#./;?\&]?{_VARIABLE}(?:,{_VARIABLE})*\}})*"
_HOST_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = rf"{_HOST_LABEL}(?:\.{_HOST_LABEL})*"


# Moments of Table Schema are of the years 0001 to 9999 in UTC too: near both ends the zone decides.
_CLOCK = "(as_integer(substr({0}, 12, 2)) * 60 + as_integer(substr({0}, 15, 2)))"
_OFFSET_MINUTES = (
    "(as_integer(substr({0}, code_points({0}) - 4, 2)) * 60 + as_integer(substr({0}, code_points({0}) - 1, 2)))"
)
_IN_CALENDAR = (
    "CASE WHEN matches({0}, '\\A9999-12-31T24') THEN FALSE "
    f"WHEN matches({{0}}, '\\A0001-01-01T.*[+]') THEN {_CLOCK} >= {_OFFSET_MINUTES} "
    f"WHEN matches({{0}}, '\\A9999-12-31T.*-') THEN {_CLOCK} + {_OFFSET_MINUTES} < 1440 ELSE TRUE END"
)


def is_leap_second(text: str) -> bool:
    """Whether a time with second 60 is 23:59:60 in UTC."""
    found = _LEAP.search(text)
    if not found:
        return False
    minutes = int(found[1]) * 60 + int(found[2])
    if found[3]:
        offset = int(found[4]) * 60 + int(found[5])
        minutes += offset if found[3] == "-" else -offset
    return minutes % 1440 == 1439


def is_pattern(text: str) -> bool:
    """Whether the text is a regular expression of ECMA-262. Raises `SchemaError` where that cannot be told."""
    try:
        read_pattern(text, strict=True)
    except NotAPatternError:
        return False
    return True


def is_hostname(text: str) -> bool:
    """Whether each A-label (`xn--…`) of a host name stands for a U-label of IDNA 2008, and no other label looks like one."""
    return all(_is_label(label) for label in text.split(".") if label[2:4] == "--")


def is_idn_hostname(text: str) -> bool:
    """Whether the text is an internationalised host name of RFC 5890, in U-labels or A-labels, not ending with a dot."""
    labels = re.split("[.\u3002\uff0e\uff61]", text)
    return all(map(_is_label, labels)) and _keeps_direction(labels) and _length(labels) <= 253


def _is_label(label: str) -> bool:
    import idna

    try:
        if label.isascii():
            idna.ulabel(label)
        return bool(idna.alabel(label))
    except UnicodeError:
        return False


def _keeps_direction(labels: list[str]) -> bool:
    """RFC 5893: in a name with a label from right to left, all labels satisfy the Bidi rule."""
    import idna

    shown = [idna.ulabel(label) for label in labels]
    try:
        return not any(map(_is_right_to_left, shown)) or all(idna.check_bidi(label, check_ltr=True) for label in shown)
    except idna.IDNABidiError:
        return False


def _is_right_to_left(label: str) -> bool:
    import unicodedata

    return any(unicodedata.bidirectional(char) in ("R", "AL", "AN") for char in label)


def _length(labels: list[str]) -> int:
    import idna

    return sum(len(idna.alabel(label)) + 1 for label in labels) - 1


FORMATS = {
    "edtf": Format("a date: write YYYY, YYYY-MM or YYYY-MM-DD", "is_edtf({0})"),
    "date": Format("a date: write YYYY-MM-DD", "is_date({0})"),
    "time": Format(
        "a time: write it as 08:30:00Z or 08:30:00+01:00",
        _matches(_TIME),
        r"matches({0}, ':[0-9]{{2}}:60')",
        is_leap_second,
    ),
    "date-time": Format(
        "a date and time: write it as 2024-12-06T08:30:00Z or 2024-12-06T08:30:00+03:00",
        f"is_date(substr({{0}}, 1, 10)) AND {_matches('[0-9-]{10}[Tt]' + _TIME)}",
        r"matches({0}, ':[0-9]{{2}}:60')",
        is_leap_second,
    ),
    # The default forms of Table Schema, where they are not those of JSON Schema.
    "table-time": Format("a time: write HH:MM:SS", _matches(TIME)),
    "table-datetime": Format(
        "a datetime: write YYYY-MM-DDTHH:MM:SS",
        f"is_date(substr({{0}}, 1, 10)) AND {_matches(DATETIME)} AND {_IN_CALENDAR}",
    ),
    "table-year": Format("a year of four digits", f"code_points({{0}}) <= 4000 AND {_matches(YEAR)}", kind="integer"),
    "table-yearmonth": Format("a month: write YYYY-MM", _matches(YEARMONTH)),
    "table-email": Format("an e-mail address: write it as name@example.org", _matches(EMAIL)),
    "duration": Format(
        "a duration: write it as P1Y2M, P4W or PT36H",
        _matches(f"P(?:{_DURATION_DATE}(?:{_DURATION_TIME})?|{_DURATION_TIME}|[0-9]+W)"),
    ),
    "uri": Format("a URI: write it whole, percent-encoding what is not ASCII", _matches(_uri("", "", relative=False))),
    "uri-reference": Format(
        "a reference to a URI: percent-encode blanks and what is not ASCII", _matches(_uri("", "", relative=True))
    ),
    "iri": Format(
        "an IRI: write it whole, percent-encoding blanks", _matches(_uri(_BEYOND_ASCII, _PRIVATE, relative=False))
    ),
    "iri-reference": Format(
        "a reference to an IRI: percent-encode blanks", _matches(_uri(_BEYOND_ASCII, _PRIVATE, relative=True))
    ),
    "uri-template": Format("a URI template: write it as /treaties/{id}", _matches(_TEMPLATE)),
    "uuid": Format(
        "a UUID: write it as 2eb8aa08-aa98-11ea-b4aa-73b441d16380",
        _matches("[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"),
    ),
    "email": Format("an e-mail address: write it as name@example.org", _matches(_mailbox("", _LABEL))),
    "idn-email": Format(
        "an e-mail address: write it as name@example.org",
        _matches(_mailbox(_BEYOND, f"[A-Za-z0-9{_BEYOND}](?:[A-Za-z0-9{_BEYOND}-]*[A-Za-z0-9{_BEYOND}])?")),
    ),
    "hostname": Format(
        "a host name: write it as www.example.org, without a dot at its end",
        f"code_points({{0}}) <= 253 AND {_matches(_HOST)}",
        r"matches({0}, '(?:\A|\.)..--')",
        is_hostname,
    ),
    "idn-hostname": Format(
        "a host name: write it as www.example.org, without a dot at its end", "TRUE", "TRUE", is_idn_hostname
    ),
    "ipv4": Format("an IPv4 address: write four numbers up to 255, as 192.0.2.1", _matches(_IPV4)),
    "ipv6": Format("an IPv6 address: write it as 2001:db8::1", _matches(_IPV6)),
    "regex": Format("a regular expression of ECMA-262 with the flag u", "TRUE", "TRUE", is_pattern),
    "json-pointer": Format("a JSON pointer: write it as /a/0", _matches(_POINTER)),
    "relative-json-pointer": Format(
        "a relative JSON pointer: write it as 1/a", _matches(f"(?:0|[1-9][0-9]*)(?:#|{_POINTER})")
    ),
}
