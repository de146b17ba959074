"""What became of every entry of the research notes: a row of the data, or left out for a reason (`tests/ledger/*.csv`).

`python tests/test_ledger.py` prints the count of each.
"""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from provisions.canonical import read_rows
from provisions.differences import row_key
from provisions.schema import standard_tables

ROOT = Path(__file__).resolve().parent.parent
LEDGERS = Path(__file__).parent / "ledger"
SHARED = Path(os.environ.get("PROVISIONS_SHARED", ROOT.parent / "shared"))
OUTCOMES = ("coded", "memory", "left")
LISTS = ("parties", "provisions", "statements", "discrepancies", "gaps")
DATES = ("signed_on", "in_force_on", "terminated_on")


def read_ledger(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def keys() -> dict[str, set[str]]:
    """The keys of every table of the committed package."""
    return {
        name: {row_key(row.cells, table) for row in read_rows(ROOT / "datapackage" / f"{name}.csv", table)}
        for name, table in standard_tables().items()
    }


@pytest.fixture(scope="module")
def known() -> dict[str, set[str]]:
    return keys()


@pytest.mark.parametrize("path", sorted(LEDGERS.glob("*.csv")), ids=lambda path: path.stem)
def test_what_is_coded_is_there_and_what_is_left_has_a_reason(path: Path, known: dict[str, set[str]]) -> None:
    lines = read_ledger(path)
    assert lines
    for line in lines:
        assert line["outcome"] in OUTCOMES, line
        assert line["row"] if line["outcome"] == "coded" else line["reason"] or line["outcome"] == "memory", line
        for row in re.split(rf" (?=(?:{'|'.join(known)}):)", line["row"]) if line["row"] else ():
            table, _, key = row.partition(":")
            assert key in known[table], line


@pytest.mark.parametrize("path", sorted(LEDGERS.glob("*.csv")), ids=lambda path: path.stem)
def test_every_entry_has_its_line(path: Path) -> None:
    notes = SHARED / "dossiers" / f"{path.stem}.yaml"
    if not notes.is_file():
        pytest.skip("the research notes are not here")
    items = {line["item"] for line in read_ledger(path)}
    dossier: dict[str, Any] = yaml.safe_load(notes.read_text("utf-8"))
    wanted = {f"{name}[{n}]" for name in LISTS for n in range(len(dossier.get(name) or ()))}
    wanted |= {f"treaty.{name}" for name in DATES if (dossier.get("treaty") or {}).get(name)}
    assert wanted - items == set()


def main() -> None:
    """Prints, by file, how many entries were coded, left out as memory, and left out for another reason."""
    total: Counter[str] = Counter()
    print(f"{'':42}" + "".join(f"{name:>8}" for name in OUTCOMES))  # noqa: T201
    for path in sorted(LEDGERS.glob("*.csv")):
        counts = Counter(line["outcome"] for line in read_ledger(path))
        total += counts
        print(f"{path.stem:42}" + "".join(f"{counts[name]:8}" for name in OUTCOMES))  # noqa: T201
    print(f"{'all':42}" + "".join(f"{total[name]:8}" for name in OUTCOMES))  # noqa: T201


if __name__ == "__main__":
    main()
