"""The rows of a generated package: each a plain function of its number, so that any size streams and none is remembered.

Twenty statements stand under each source; two of them assert two provisions and one an action, so that all are
supported. What else they name is spread over the whole package, as in real data. Writes no files.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PER_SOURCE = 20
SPEAKERS = 40
PARTIES = 60
CATEGORIES = 30
WAIVED = 5
_PRIME = 1_000_003
_FIRST_DAY = dt.date(1995, 1, 1).toordinal()
_DAYS = 11_000
_MODALITIES = ("obligation", "prohibition", "permission", "power", "declaration", "intention")
_STANCES = ("asserts", "asserts", "qualifies", "expects", "opines")
_CONDITIONS = ("adversary", "location", "attack", "threat", "on-request", "consent", "lawfulness", "time")
_SUBJECTS = (
    "Moscow",
    "the Foreign Ministry",
    "Łukasz Żuk",
    "the Côte d’Ivoire delegation",
    "Минск",
    "the Council",
    "Şahin",
)
_VERBS = ("confirmed", "said", "recalled", "repeated", "explained", "announced", "wrote")
_OBJECTS = (
    "the commitment",
    "the duty to consult",
    "the guarantee",
    "the clause on deployment",
    "the time limit",
    "the veto",
)
_ENDS = (
    "in full",
    "as “agreed”",
    "until further notice",
    "under Article 51",
    "by common accord",
    "without delay",
    "für alle Fälle",
)
_KINDS = ("news-agency", "official", "newspaper", "treaty-text", "analysis", "news", "ngo")


@dataclass(frozen=True)
class Size:
    """How many rows each large table has, from the number of statements, a multiple of 1,000; and the seed."""

    statements: int
    seed: int = 1

    @property
    def sources(self) -> int:
        """Rows of `sources`."""
        return self.statements // PER_SOURCE

    @property
    def provisions(self) -> int:
        """Rows of `provisions`, ten a treaty."""
        return self.statements // 10

    @property
    def actions(self) -> int:
        """Rows of `actions`, five a treaty."""
        return self.statements // 20

    @property
    def treaties(self) -> int:
        """Rows of `treaties`."""
        return self.statements // 100

    def pick(self, number: int, count: int) -> int:
        """A number below `count` that looks random and depends on `number` and the seed alone."""
        return ((number + self.seed) * 2_654_435_761 % 4_294_967_296 >> 6) % count


def party(n: int) -> str:
    """Id of a party: three letters."""
    return f"x{chr(97 + n // 26)}{chr(97 + n % 26)}"


def speaker(n: int) -> str:
    """Id of a speaker."""
    return f"speaker-{n:02d}"


def source(s: int) -> str:
    """Id of a source."""
    return f"outlet-{s:07d}"


def statement(s: int, k: int) -> str:
    """Id of a statement: of source `s`, the `k`th of twenty."""
    return f"outlet-{s:07d}-{k:02d}"


def category(n: int) -> str:
    """Id of a category."""
    return f"category-{n:02d}"


def is_held(s: int) -> bool:
    """Whether the text of a source is in the package."""
    return s % 10 == 0


def is_copy(s: int) -> bool:
    """Whether a source copies another one, the one that stands 19 before it."""
    return s % 20 == 19


@lru_cache(1 << 16)
def treaty(t: int) -> tuple[str, str, str, int]:
    """A treaty: its id, its two parties, its year."""
    a, b = t * 7 % PARTIES, (t * 7 + 1 + t % 50) % PARTIES
    year = 1991 + t % 30
    return f"{party(a)}-{party(b)}-{year}-{t}", party(a), party(b), year


def provision(p: int) -> str:
    """Id of a provision."""
    return f"{treaty(p // 10)[0]}-art-{p % 10 + 1}"


@lru_cache(1 << 16)
def action(n: int) -> tuple[str, str, str, str, str, str]:
    """An action: id, treaty, party or nothing, kind, date, end date. Every third treaty is signed by all at once."""
    t, step = divmod(n, 5)
    treaty_id, a, b, year = treaty(t)
    day = f"{t % 28 + 1:02d}"
    together = t % 3 == 0
    last = ("exercise", "meeting", "termination")[t % 7 % 3]
    who, kind, date, end = (
        ("", "announcement", f"{year}-01", "") if together else (a, "signature", f"{year}-03-{day}", ""),
        ("" if together else b, "signature", f"{year}-03-{day}", ""),
        (a, "ratification", f"{year}-06-{day}", ""),
        ("", "entry-into-force", f"{year}-09", ""),
        ("", last, f"{year + 1}-05-{day}", f"{year + 1}-06" if last == "exercise" else ""),
    )[step]
    return f"{treaty_id}-{step}-{kind}", treaty_id, who, kind, date, end


def published(s: int, size: Size) -> tuple[str, dt.date]:
    """When a source appeared, as its row says, and the day that stands behind it. Later sources never appear earlier."""
    day = dt.date.fromordinal(_FIRST_DAY + s * _DAYS // size.sources)
    text = day.isoformat()
    return (text[:7] if s % 11 == 5 else text[:4] if s % 23 == 7 else text), day


@lru_cache(64)
def passages(s: int) -> tuple[str, ...]:
    """The paragraphs of a held source; no two of them share twelve words in a row."""
    return tuple(
        " ".join(
            f"On day {n * 100 + sentence} of {_ENDS[(s + sentence) % 7]}, {_SUBJECTS[(s + n + sentence) % 7]} {_VERBS[sentence % 7]} “{_OBJECTS[(s + sentence) % 6]}” "
            f"no. {s}.{n}.{sentence} {_ENDS[(n + sentence) % 7]}, or so it was reported from the meeting."
            for sentence in range(8)
        )
        for n in (1, 2, 3)
    )


def document(s: int) -> str:
    """The text of a held source as it lies in `seeds/`."""
    return "\n\n".join(passages(s)) + "\n"


def statements(size: Size) -> Iterator[list[str]]:
    """The rows of `statements`."""
    for s in range(size.sources):
        _, day = published(s, size)
        said = [dt.date.fromordinal(day.toordinal() - n).isoformat() for n in range(7)]
        words = [text.split() for text in passages(s)] if is_held(s) else []
        for k in range(PER_SOURCE):
            yield _statement(size, s, k, said, words)


def _statement(size: Size, s: int, k: int, said: list[str], words: list[list[str]]) -> list[str]:
    at = size.pick(s * PER_SOURCE + k, 1 << 26)
    treaty_id, provision_id, action_id, party_id, prop, value = _about(size, s, k, at)
    stance = "asserts" if k < 5 or prop else _STANCES[at % 5]
    if k == 15 and action_id and not prop:
        stance, prop, value = "denies", "date", "1901"
    follows = statement(size.pick(at, s), at % 4) if k == 16 and s else ""
    who = "" if k % 5 == 1 or follows else speaker(2 * ((s + k) % 20))
    if is_copy(s):
        who, follows = speaker(2 * k + 1), ""
    claim = f"{_SUBJECTS[at % 7]} {_VERBS[at % 5]} {_OBJECTS[at % 6]} no. {k} {_ENDS[at % 7]}: {provision_id or action_id or party_id or treaty_id} was meant, and nothing else, as those who were there understood it."
    if k == 17:
        claim = claim.replace(": ", ":\n", 1)
    quoted = bool(words) and k % 4 != 3
    passage, start = k % 3, k // 3 * 12
    return [
        statement(s, k),
        treaty_id,
        provision_id,
        action_id,
        party_id,
        prop,
        value,
        claim,
        stance,
        who,
        said[at % 7] if who else "",
        source(s),
        str(passage + 1) if words else "",
        "" if words else f"para {at % 40 + 1}",
        " ".join(words[passage][start : start + 12 + at % 8]) if quoted else "",
        "indirect" if who else "own-voice",
        follows,
        ("high", "medium", "low")[at % 3],
        f"2026-{at % 11 + 1:02d}-{at % 28 + 1:02d}",
        f'Read twice, “closely”; see also "{_ENDS[at % 7]}"' if k == 18 else "",
    ]


def _about(size: Size, s: int, k: int, at: int) -> tuple[str, str, str, str, str, str]:
    """What a statement is about: treaty, provision, action, party; and the property and value that it claims."""
    if k == 19 and s < WAIVED:
        act = action(s)
        return act[1], "", act[0], "", "date", "1901-01-01"
    if k == 2:
        act = action(s * _PRIME % size.actions)
        return act[1], "", act[0], "", "date", act[4]
    if k % 5 == 1 and k > 1:
        act = action(at % size.actions)
        return act[1], "", act[0], "", "", ""
    if k == 3:
        return treaty(at % size.treaties)[0], "", "", "", "", ""
    if k % 5 == 2:
        return "", "", "", party(at % PARTIES), "", ""
    p = (2 * s + k) * _PRIME % size.provisions if k < 2 else at % size.provisions
    treaty_id, obligor, _, _ = treaty(p // 10)
    if k % 5 == 4:
        return treaty_id, provision(p), "", obligor, "role", "obligor"
    return treaty_id, provision(p), "", "", "", ""


def sources(size: Size) -> Iterator[list[str]]:
    """The rows of `sources`."""
    for s in range(size.sources):
        yield [
            source(s),
            _KINDS[s % 7],
            f"{_SUBJECTS[s % 7]}, “{_OBJECTS[s % 6]}” {_ENDS[s % 5]}",
            "" if s % 3 else "A. Author, B. Author",
            f"outlet-{s % 500}.example",
            published(s, size)[0],
            ("en", "ru", "be", "de")[s % 4],
            f"https://outlet-{s % 500}.example/{s}?a=1&b=%C3%A9",
            "",
            "third-party",
            sha256(document(s).encode()).hexdigest() if is_held(s) else "",
            source(s - 19) if is_copy(s) else "",
            "",
        ]


def _treaties(size: Size) -> Iterator[list[str]]:
    for t in range(size.treaties):
        treaty_id, a, b, year = treaty(t)
        title = f"Treaty between {a.upper()} and {b.upper()} of {year} on {_OBJECTS[t % 6]}, no. {t}"
        term = str(t % 20 * 12) if t % 20 else ""
        yield [
            treaty_id,
            title,
            f"Treaty {t}",
            "treaty",
            "public",
            term,
            "automatic",
            "be ru",
            "partial",
            "excerpts",
            "",
        ]


def _provisions(size: Size) -> Iterator[list[str]]:
    for p in range(size.provisions):
        summary = (
            f"The parties keep {_OBJECTS[p % 6]}, {_ENDS[p % 7]}, as article {p % 10 + 1} of treaty {p // 10} says."
        )
        modality = _MODALITIES[p % 6]
        kind = category(1 + p % (CATEGORIES - 1))
        yield [provision(p), treaty(p // 10)[0], f"Art. {p % 10 + 1}", kind, modality, "", summary, "report"]


def _roles(size: Size) -> Iterator[list[str]]:
    for p in range(size.provisions):
        _, a, b, _ = treaty(p // 10)
        yield [provision(p), a, "obligor"]
        yield [provision(p), b, "beneficiary"]


def _relations(size: Size) -> Iterator[list[str]]:
    for t in range(1, size.treaties):
        here, there = treaty(t)[0], treaty(t - 1)[0]
        yield [f"{here}-cites", here, provision(10 * t), "cites", there, ""]


def _waivers(size: Size) -> Iterator[list[str]]:
    for s in range(WAIVED):
        yield [
            "contradicted-value",
            "statements",
            statement(s, 19),
            "An error of the outlet; both are kept.",
            "2026-11-23",
        ]


def _passages(size: Size) -> Iterator[list[str]]:
    for s in range(0, size.sources, 10):
        yield from ([source(s), str(n), text] for n, text in enumerate(passages(s), start=1))


TABLES: dict[str, Callable[[Size], Iterator[list[str]]]] = {
    "actions": lambda size: ([*action(n), "", ""] for n in range(size.actions)),
    "categories": lambda _: (
        [category(n), f"Category {n}", category(0) if n else "", f"What is of kind {n}.", ""] for n in range(CATEGORIES)
    ),
    "conditions": lambda size: (
        [provision(5 * n), _CONDITIONS[n % 8], f"Only {_ENDS[n % 7]}, and so on."] for n in range(size.provisions // 5)
    ),
    "crosswalk": lambda _: ([category(n), "atop", f"var{n}", "1", "close", "", "", ""] for n in range(CATEGORIES)),
    "identifiers": lambda size: ([treaty(t)[0], "unts", f"I-{t}"] for t in range(size.treaties)),
    "parties": lambda _: (
        [party(n), f"État {n}", "state", party(n).upper(), f"Q{n + 1}", "1901", "", "", ""] for n in range(PARTIES)
    ),
    "passages": _passages,
    "provisions": _provisions,
    "relations": _relations,
    "roles": _roles,
    "sources": sources,
    "speakers": lambda _: (
        [speaker(n), f"Ångström, {n}", party(n), "Minister", "1991", "", f"Q{n + 1}"] for n in range(SPEAKERS)
    ),
    "spells": lambda _: iter(()),
    "statements": statements,
    "treaties": _treaties,
    "waivers": _waivers,
}
