"""Trees of patterns → regular expressions in the subset that RE2 and Java read alike; None for what that cannot express."""

from __future__ import annotations

from provisions.compile.pattern import (
    Alternatives,
    Category,
    Chars,
    Edge,
    Group,
    Node,
    Pattern,
    Repeat,
    Sequence,
    read_pattern,
)

MAX_REPEAT = 1000
# RE2 has no Cn and leaves it out of C, and no LC.
_ELSEWHERE_DIFFERENT = {"C", "Cn", "Cs", "LC"}


class _NotPortableError(Exception):
    """The pattern needs what regular expressions of engines lack or read differently."""


def translate(pattern: str | Pattern) -> str | None:
    """The pattern as every engine reads it, or None where it can only be judged in Python. Raises `SchemaError`."""
    read = read_pattern(pattern) if isinstance(pattern, str) else pattern
    try:
        return _write(read.node, 1)
    except _NotPortableError:
        return None


def _write(node: Node, times: int) -> str:
    """`times` says how often the repetitions around the node repeat it: RE2 writes repetitions out, up to 1,000."""
    if isinstance(node, Chars):
        return _write_chars(node)
    if isinstance(node, Edge) and node.kind in "^$":
        return r"\A" if node.kind == "^" else r"\z"
    if isinstance(node, Group):
        return f"(?:{_write(node.node, times)})"
    if isinstance(node, Sequence):
        return "".join(
            f"(?:{_write(part, times)})" if isinstance(part, Alternatives) else _write(part, times)
            for part in node.nodes
        )
    if isinstance(node, Alternatives):
        return "|".join(_write(part, times) for part in node.nodes)
    if isinstance(node, Repeat):
        times *= max(node.low, node.high or 1, 1)
        if times > MAX_REPEAT:
            raise _NotPortableError
        body = _write(node.node, times)
        body = body if isinstance(node.node, Chars) else f"(?:{body})"
        if (node.low, node.high) in ((0, None), (1, None), (0, 1)):
            return body + {(0, None): "*", (1, None): "+", (0, 1): "?"}[node.low, node.high]
        return f"{body}{{{node.low},{'' if node.high is None else node.high}}}"
    raise _NotPortableError


def _write_chars(node: Chars) -> str:
    if not node.items:
        raise _NotPortableError
    if len(node.items) == 1 and not node.negated and isinstance(node.items[0], tuple):
        first, last = node.items[0]
        if first == last:
            return _write_char(first)
    return f"[{'^' if node.negated else ''}{''.join(map(_write_item, node.items))}]"


def _write_item(item: tuple[int, int] | Category) -> str:
    if isinstance(item, Category):
        if item.name in _ELSEWHERE_DIFFERENT:
            raise _NotPortableError
        return f"\\{'P' if item.negated else 'p'}{{{item.name}}}"
    first, last = item
    return _write_char(first) if first == last else f"{_write_char(first)}-{_write_char(last)}"


def _write_char(code: int) -> str:
    char = chr(code)
    return char if char == "_" or (char.isascii() and char.isalnum()) else f"\\x{{{code:02X}}}"
