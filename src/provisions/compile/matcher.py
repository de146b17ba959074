"""Runs patterns in Python exactly as ECMA-262 says, in counted steps: what no engine can express, and names of columns.

A pattern becomes a short program for a machine with a stack of alternatives. A place reached a second time in the same
state is not tried again, so that only back-references can take more than (length of program × length of text) steps,
and a limit on steps ends those.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from provisions.compile.pattern import (
    Alternatives,
    Backreference,
    Category,
    Chars,
    Edge,
    Group,
    Look,
    Node,
    Pattern,
    Repeat,
    Sequence,
)
from provisions.errors import RuleError, SchemaError
from provisions.limits import beyond, limits

if TYPE_CHECKING:
    from collections.abc import Callable

# A value may use what earlier ones left over; together they may use `pattern-steps`, and so many more for each.
STEPS_FOR_EACH = 5_000
Registers = tuple[int, ...]


@dataclass
class Matcher:
    """A pattern that can be searched for, with the steps it may still take."""

    pattern: Pattern
    steps: int = field(default_factory=lambda: limits().pattern_steps)
    program: list[tuple[Any, ...]] = field(default_factory=list)
    registers: int = 0

    def __post_init__(self) -> None:
        builder = _Builder(self.pattern)
        builder.add(self.pattern.node, back=False)
        builder.emit("match")
        self.program, self.registers = builder.program, builder.registers

    def search(self, text: str) -> bool:
        """Whether the pattern matches anywhere in the text. Raises `RuleError` instead of running on and on."""
        self.steps += STEPS_FOR_EACH
        seen: set[tuple[int, int, Registers]] = set()
        starts = range(1) if self.program[0] == ("edge", "^") else range(len(text) + 1)
        return any(self._run(0, text, start, (-1,) * self.registers, seen) is not None for start in starts)

    def _run(
        self, begin: int, text: str, start: int, given: Registers, seen: set[tuple[int, int, Registers]]
    ) -> Registers | None:
        """Runs from one instruction at one place to `match`; returns what was captured, or None."""
        stack = [(begin, start, given)]
        while stack:
            at, place, held = stack.pop()
            while True:
                self.steps -= 1
                if self.steps < 0:
                    raise RuleError(
                        f"the pattern {self.pattern.text!r} takes too long, so there is no verdict ({beyond('pattern-steps')}). "
                        "Write it without back-references or without repetitions inside repetitions."
                    )
                kind, *arguments = self.program[at]
                at += 1
                if kind == "match":
                    return held
                if kind == "jump":
                    at = arguments[0]
                elif kind == "split":
                    if (at, place, held) in seen:
                        break
                    seen.add((at, place, held))
                    stack.append((arguments[0], place, held))
                elif kind == "char":
                    test, back = arguments
                    here = place - 1 if back else place
                    if not (0 <= here < len(text) and test(text[here])):
                        break
                    place += -1 if back else 1
                elif kind == "edge":
                    if not _at_edge(arguments[0], text, place):
                        break
                elif kind == "look":
                    inner, negated, after = arguments
                    found = self._run(inner, text, place, held, set())
                    if (found is None) != negated:
                        break
                    held = held if found is None or negated else found
                    at = after
                elif kind == "save":
                    held = _put(held, arguments[0], place)
                elif kind == "close":
                    opened, first = arguments
                    begins, ends = sorted((held[opened], place))
                    held = _put(_put(held, first, begins), first + 1, ends)
                elif kind == "reset":
                    for register in arguments[0]:
                        held = _put(held, register, -1)
                elif kind == "moved":
                    if held[arguments[0]] == place:
                        break
                else:  # "back-reference"
                    first, back = arguments
                    begins, ends = held[first], held[first + 1]
                    captured = text[begins:ends] if begins >= 0 and ends >= 0 else ""
                    here = place - len(captured) if back else place
                    if here < 0 or not text.startswith(captured, here):
                        break
                    place = here if back else here + len(captured)
        return None


def _put(held: Registers, register: int, value: int) -> Registers:
    return (*held[:register], value, *held[register + 1 :])


def _at_edge(kind: str, text: str, place: int) -> bool:
    if kind == "^":
        return place == 0
    if kind == "$":
        return place == len(text)
    before = place > 0 and _is_word(text[place - 1])
    after = place < len(text) and _is_word(text[place])
    return (before != after) == (kind == "b")


def _is_word(char: str) -> bool:
    return char == "_" or (char.isascii() and char.isalnum())


class _Builder:
    """Writes the program of a pattern. Captures are kept only where something refers back to them."""

    def __init__(self, pattern: Pattern) -> None:
        self.pattern = pattern
        self.program: list[tuple[Any, ...]] = []
        self.captures = any(isinstance(node, Backreference) for node in _walk(pattern.node))
        groups = [node.number for node in _walk(pattern.node) if isinstance(node, Group)]
        self.registers = 2 * max(groups, default=0) if self.captures else 0

    def emit(self, *instruction: Any) -> int:
        if len(self.program) >= limits().pattern_size:
            raise SchemaError(f"the pattern {self.pattern.text!r} repeats too much ({beyond('pattern-size')}).")
        self.program.append(instruction)
        return len(self.program) - 1

    def add(self, node: Node, *, back: bool) -> None:
        """Adds a node; `back` is true inside look-behind, where ECMA-262 matches from right to left."""
        if isinstance(node, Chars):
            self.emit("char", _tester(node), back)
        elif isinstance(node, Edge):
            self.emit("edge", node.kind)
        elif isinstance(node, Sequence):
            for part in reversed(node.nodes) if back else node.nodes:
                self.add(part, back=back)
        elif isinstance(node, Alternatives):
            self.add_alternatives(node, back=back)
        elif isinstance(node, Repeat):
            self.add_repeat(node, back=back)
        elif isinstance(node, Look):
            at = self.emit("look")
            self.add(node.node, back=node.behind)
            self.emit("match")
            self.program[at] = ("look", at + 1, node.negated, len(self.program))
        elif isinstance(node, Backreference):
            number = self.pattern.names[node.group] if isinstance(node.group, str) else node.group
            self.emit("back-reference", 2 * (number - 1), back)
        else:
            opened = self.register() if self.captures else 0
            if self.captures:
                self.emit("save", opened)
            self.add(node.node, back=back)
            if self.captures:
                self.emit("close", opened, 2 * (node.number - 1))

    def register(self) -> int:
        self.registers += 1
        return self.registers - 1

    def add_alternatives(self, node: Alternatives, *, back: bool) -> None:
        jumps = []
        for part in node.nodes[:-1]:
            split = self.emit("split")
            self.add(part, back=back)
            jumps.append(self.emit("jump"))
            self.program[split] = ("split", len(self.program))
        self.add(node.nodes[-1], back=back)
        for jump in jumps:
            self.program[jump] = ("jump", len(self.program))

    def add_repeat(self, node: Repeat, *, back: bool) -> None:
        for _ in range(node.low):
            self.add_round(node, back=back, counts=False)
        if node.high is None:
            split = self.emit("split")
            self.add_round(node, back=back, counts=True)
            self.emit("jump", split)
            self.program[split] = ("split", len(self.program))
        else:
            splits = []
            for _ in range(node.high - node.low):
                splits.append(self.emit("split"))
                self.add_round(node, back=back, counts=True)
            for split in splits:
                self.program[split] = ("split", len(self.program))

    def add_round(self, node: Repeat, *, back: bool, counts: bool) -> None:
        """One round of a repetition: it forgets what earlier rounds captured, and if it is not due, it must move on."""
        if not self.captures:
            self.add(node.node, back=back)
            return
        inner = [2 * (part.number - 1) + end for part in _walk(node.node) if isinstance(part, Group) for end in (0, 1)]
        self.emit("reset", tuple(inner))
        start = self.register()
        self.emit("save", start)
        self.add(node.node, back=back)
        if counts:
            self.emit("moved", start)


def _walk(node: Node) -> list[Node]:
    """The node and all within it."""
    inner = list(node.nodes) if isinstance(node, (Sequence, Alternatives)) else []
    inner += [node.node] if isinstance(node, (Look, Group, Repeat)) else []
    return [node, *(found for part in inner for found in _walk(part))]


@cache
def _tester(chars: Chars) -> Callable[[str], bool]:
    ranges = [item for item in chars.items if isinstance(item, tuple)]
    categories = [item for item in chars.items if isinstance(item, Category)]

    @cache
    def test(char: str) -> bool:
        code = ord(char)
        inside = any(first <= code <= last for first, last in ranges) or any(
            _has_category(char, category.name) != category.negated for category in categories
        )
        return inside != chars.negated

    return test


def _has_category(char: str, name: str) -> bool:
    found = unicodedata.category(char)
    return found in ("Lu", "Ll", "Lt") if name == "LC" else found.startswith(name)
