"""ECMA-262 patterns (what JSON Schema means by `pattern`) → the regular expressions that every engine reads alike.

A construct that engines read differently is spelled out; one that they cannot express is refused, never passed on.
"""

from __future__ import annotations

import re

from provisions.errors import SchemaError

# Members of each class, as they stand between brackets.
_CLASSES = {
    "d": "0-9",
    "w": "0-9A-Za-z_",
    "s": r"\x{09}-\x{0D}\x{20}\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}",
}
_CONTROLS = {"t": r"\x{09}", "n": r"\x{0A}", "v": r"\x{0B}", "f": r"\x{0C}", "r": r"\x{0D}", "0": r"\x{00}"}
_DOT = r"[^\x{0A}\x{0D}\x{2028}\x{2029}]"
_TOKEN = re.compile(
    r"""\\u\{(?P<braced>[0-9A-Fa-f]{1,6})\} | \\u(?P<four>[0-9A-Fa-f]{4}) | \\x(?P<two>[0-9A-Fa-f]{2})
      | \\(?P<escape>.) | (?P<group>\((?:\?:|(?!\?))) | (?P<quantifier>(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})\??)
      | (?P<plain>[^\\(])""",
    re.VERBOSE | re.DOTALL,
)
MAX_REPEAT = 1000


def translate(pattern: str) -> str:
    """The pattern in the subset that RE2 and Java read alike. Raises `SchemaError` for what it cannot express."""
    out = []
    position, in_class = 0, False
    while position < len(pattern):
        match = _TOKEN.match(pattern, position)
        if match is None:
            raise SchemaError(
                f"the pattern {pattern!r} uses look-around or a named group at character {position + 1}, which is not supported."
            )
        piece = match.group()
        code = match["braced"] or match["four"] or match["two"]
        if code:
            out.append(f"\\x{{{code}}}")
        elif match["escape"]:
            out.append(_escape(match["escape"], in_class, pattern))
        elif in_class:
            in_class = piece != "]"
            out.append("\\" + piece if piece in "[&~|" and in_class else piece)
        elif piece == "[":
            in_class = True
            negated = pattern.startswith("^", match.end())
            if pattern.startswith("]", match.end() + negated):
                raise SchemaError(f"the pattern {pattern!r} holds an empty character class, which is not supported.")
            out.append("[^" if negated else "[")
            position += negated
        elif match["quantifier"]:
            if any(int(number) > MAX_REPEAT for number in re.findall("[0-9]+", piece)):
                raise SchemaError(
                    f"the pattern {pattern!r} repeats more than {MAX_REPEAT} times, which is not supported."
                )
            out.append(piece)
        else:
            out.append({"^": r"\A", "$": r"\z", ".": _DOT, "{": r"\{", "}": r"\}", "]": r"\]"}.get(piece, piece))
        position += len(piece)
    if in_class:
        raise SchemaError(f"the pattern {pattern!r} has a character class that is not closed.")
    return "".join(out)


def _escape(char: str, in_class: bool, pattern: str) -> str:
    if char in _CLASSES:
        return _CLASSES[char] if in_class else f"[{_CLASSES[char]}]"
    if char.lower() in _CLASSES and not in_class:
        return f"[^{_CLASSES[char.lower()]}]"
    if char in _CONTROLS:
        return _CONTROLS[char]
    if char.isascii() and not char.isalnum():
        return "\\" + char
    raise SchemaError(f"the pattern {pattern!r} uses \\{char}, which is not supported.")
