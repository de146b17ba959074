"""What was probably meant: the nearest of several values, the nearest stretch of a text. Judges nothing."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_CANDIDATES = 20_000
MAX_TEXT = 20_000


def did_you_mean(value: str, candidates: Sequence[str]) -> str:
    """“Did you mean …?” for the nearest candidate, or an empty string."""
    folded = {candidate.casefold(): candidate for candidate in candidates[:MAX_CANDIDATES]}
    near = difflib.get_close_matches(value[:200].casefold(), folded, 1)
    return f"Did you mean “{folded[near[0]]}”?" if near else ""


def closest_stretch(words: str, text: str) -> str:
    """The stretch of `text`, whole words and about as long as `words`, that is most like `words`."""
    target, pieces = words.split(), text[:MAX_TEXT].split()
    if not target or not pieces:
        return ""
    matcher = difflib.SequenceMatcher(a=target[:200], b=pieces, autojunk=False)
    anchor = max(matcher.get_matching_blocks(), key=lambda block: block.size)
    begin = max(0, anchor.b - anchor.a) if anchor.size else 0
    return " ".join(pieces[begin : begin + len(target)])
