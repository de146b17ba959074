"""The limit: DuckDB reads every cell of every table as text and keeps nothing.

python -m benchmarks.scan DIR
"""

import csv
import sys
from pathlib import Path

import duckdb


def scan(folder: Path) -> None:
    """Asks for the greatest value of each column of each table."""
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        for path in sorted(folder.glob("*.csv")):
            with path.open(encoding="utf-8", newline="") as file:
                columns = ", ".join(f"'{name}': 'VARCHAR'" for name in next(csv.reader(file)))
            options = f"auto_detect=false, header=true, delim=',', quote='\"', escape='\"', columns={{{columns}}}"
            connection.execute(f"SELECT max(COLUMNS(*)) FROM read_csv(?, {options})", [str(path)]).fetchall()


if __name__ == "__main__":
    scan(Path(sys.argv[1]))
