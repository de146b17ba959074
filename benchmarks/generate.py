"""Writes a generated package of our tables: valid, or with known faults. The same arguments give the same bytes.

    python -m benchmarks.generate --rows 100k -o DIR [--foreign] [--faults 30]

`--foreign` adds `foreign.json`: the same files, described by row schemas of another `$id`, so that schemas, keys and
foreign keys are checked and no rule of ours. `--faults` writes `faults.json`: what must be found, no more and no less.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import rows
from benchmarks.faults import plan

if TYPE_CHECKING:
    from benchmarks.faults import Kind

ROOT = Path(__file__).resolve().parent.parent
FOREIGN_ID = "urn:benchmark:schema:"
_FLUSH = 1 << 20
_UNITS = {"k": 1_000, "M": 1_000_000}
Fault = dict[str, Any]


def parse_rows(text: str) -> int:
    """`10k` → 10000; a multiple of 1,000. Raises `ValueError`."""
    unit = _UNITS.get(text[-1:], 1)
    count = int(text.rstrip("kM")) * unit
    if count < 1_000 or count % 1_000:
        raise ValueError(f"{text}: the number of statements must be a multiple of 1,000.")
    return count


def generate(folder: Path, statements: int, *, faults: int = 0, foreign: bool = False, seed: int = 1) -> list[Fault]:
    """Writes the package into an empty or new folder; returns what must be found. Raises `ValueError` for too many faults."""
    size = rows.Size(statements, seed)
    planned = plan(faults, size)
    (folder / "seeds").mkdir(parents=True)
    shutil.copy(ROOT / "datapackage" / "datapackage.json", folder)
    version = json.loads((folder / "datapackage.json").read_text("utf-8"))["version"]
    (folder / "CHANGELOG.md").write_text(f"# Changes\n\n## {version}\n\nGenerated.\n", encoding="utf-8")
    expected: list[Fault] = []
    for name in rows.TABLES:
        columns = list(json.loads((ROOT / "schema" / f"{name}.json").read_text("utf-8"))["properties"])
        expected += _write_table(folder / f"{name}.csv", columns, size, planned[name])
    for s in filter(rows.is_held, range(size.sources)):
        (folder / "seeds" / f"{rows.source(s)}.txt").write_bytes(rows.document(s).encode())
    if foreign:
        _write_foreign(folder)
    if faults:
        (folder / "faults.json").write_text(json.dumps(expected, indent=1), encoding="utf-8")
    return expected


class _Sink:
    """A CSV file that knows on which physical line it is, and holds no more than a megabyte of text."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("wb")
        self.text = io.StringIO()
        self.row = csv.writer(self.text, lineterminator="\n").writerow
        self.lines = 0

    def flush(self) -> None:
        """Writes what is held."""
        text = self.text.getvalue()
        self.lines += text.count("\n")
        self.file.write(text.encode("utf-8", "surrogateescape"))
        self.text.seek(0)
        self.text.truncate()


def _write_table(path: Path, columns: list[str], size: rows.Size, faults: dict[int, Kind]) -> list[Fault]:
    sink = _Sink(path)
    sink.row(columns)
    expected: list[Fault] = []
    last: list[str] = []
    for n, row in enumerate(rows.TABLES[path.stem](size)):
        if n in faults:
            expected.append(_write_fault(sink, path.name, columns, row, faults[n], size))
        else:
            sink.row(row)
        last = row
        if n % 1000 == 0 and sink.text.tell() > _FLUSH:
            sink.flush()
    for number, kind in enumerate(kind for kind in faults.values() if kind.added):
        added = [f"{last[0]}-{number}", *last[1:]]
        expected.append(_write_fault(sink, path.name, columns, added, kind, size))
    sink.flush()
    sink.file.close()
    return expected


def _write_fault(sink: _Sink, file: str, columns: list[str], row: list[str], kind: Kind, size: rows.Size) -> Fault:
    """Writes a row with a fault; returns what must be found, and the line on which the cell begins."""
    cells = dict(zip(columns, row, strict=True))
    kind.edit(cells, size)
    sink.flush()
    before = "".join(list(cells.values())[: columns.index(kind.column)])
    sink.row(list(cells.values()))
    if kind.raw:
        line = kind.raw(sink.text.getvalue())
        sink.text.seek(0)
        sink.text.truncate()
        sink.text.write(line)
    return {"rule": kind.rule, "file": file, "line": sink.lines + 1 + before.count("\n"), "key": cells[columns[0]]}


def _write_foreign(folder: Path) -> None:
    """`foreign.json`: the same resources, each described by a row schema that is not one of ours."""
    descriptor = json.loads((folder / "datapackage.json").read_text("utf-8"))
    (folder / "schema").mkdir()
    for resource in descriptor["resources"]:
        path = f"schema/{resource['name']}.json"
        schema = json.loads((ROOT / path).read_text("utf-8"))
        schema["$id"] = FOREIGN_ID + resource["name"]
        (folder / path).write_text(json.dumps(schema, ensure_ascii=False, indent=1), encoding="utf-8")
        resource["rowSchema"] = path
        del resource["schema"]
    descriptor["name"] = "benchmark"
    (folder / "foreign.json").write_text(json.dumps(descriptor, ensure_ascii=False, indent=1), encoding="utf-8")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=parse_rows, default=10_000, help="statements: 10k, 100k, 1M, 10M")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="a new folder")
    parser.add_argument("--faults", type=int, default=0, metavar="N", help="known faults to inject")
    parser.add_argument("--foreign", action="store_true", help="describe the files as a foreign package as well")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    generate(given.output, given.rows, faults=given.faults, foreign=given.foreign, seed=given.seed)


if __name__ == "__main__":
    main()
