"""Source documents in `seeds/` (`<source id>.txt`, and a YAML header) → numbered paragraphs, and paragraphs → sentences."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from provisions.documents import read_text, read_yaml
from provisions.errors import PackageError

if TYPE_CHECKING:
    from pathlib import Path

# A sentence ends at . ! ? or …, with closing quotes, before white space and an opening quote or a capital or a digit.
_SENTENCE_END = re.compile(r"[.!?…][\"”’»)\]]*(?=\s+[\"“‘«(\[]?[A-ZÀ-ÖØ-ÞА-ЯЁ0-9])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Col|Lt|St|Art|Arts|No|Nos|vs|para|paras|cf|e\.g|i\.e|etc)|\b[A-Z])\.$"
)


@dataclass(frozen=True)
class Seed:
    """A source document as it lies in `seeds/`."""

    source_id: str
    file: str
    sha256: str
    text: str


def read_seed(path: Path) -> Seed:
    """The document at that path, whose stem is the id of its source. Raises `PackageError`."""
    text = read_text(path)
    return Seed(path.stem, path.name, hashlib.sha256(text.encode("utf-8")).hexdigest(), text)


def check_header(seed: Path) -> None:
    """Checks the YAML header beside a source document: that it is there and gives the document’s hash. Raises `PackageError`."""
    header = seed.with_suffix(".yaml")
    if not header.is_file():
        raise PackageError(
            f"{seed}: its header {header.name} is missing; say there what the document is, and its sha256."
        )
    content = read_yaml(header)
    digest = read_seed(seed).sha256
    if not isinstance(content, dict) or content.get("sha256") != digest:
        raise PackageError(f"{header}: must say `sha256: {digest}`, the hash of {seed.name}.")


def passage_rows(seed: Path) -> list[dict[str, str | int]]:
    """The rows of `passages` that hold a document, once its header was checked. Raises `PackageError`."""
    check_header(seed)
    document = read_seed(seed)
    return [
        {"source_id": document.source_id, "number": n, "text": text}
        for n, text in enumerate(split(document.text), start=1)
    ]


def write_passages(rows: list[dict[str, str | int]]) -> str:
    """Rows of `passages` as CSV, with a header."""
    text = io.StringIO()
    writer = csv.DictWriter(text, ["source_id", "number", "text"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def split(text: str) -> list[str]:
    """The paragraphs of a text, verbatim: its lines, without those that are blank."""
    return [line.removesuffix("\r") for line in text.split("\n") if line.strip()]


def sentences(paragraph: str) -> list[tuple[int, int]]:
    """Where the sentences of a paragraph begin and end, as offsets; white space between them belongs to none."""
    bounds = []
    start = 0
    for match in _SENTENCE_END.finditer(paragraph):
        if _ABBREVIATION.search(paragraph, start, match.start() + 1):
            continue
        bounds.append((start, match.end()))
        start = match.end() + len(paragraph[match.end() :]) - len(paragraph[match.end() :].lstrip())
    if paragraph[start:].strip():
        bounds.append((start, len(paragraph.rstrip())))
    return bounds
