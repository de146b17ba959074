"""The database and the Stata files of a release, written from its Parquet files and compared with its CSV files."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from provisions.engines.duck import DuckEngine
from provisions.publication.gate import check_constraints, check_sqlite, check_stata
from provisions.publication.sqlite import write_sqlite
from provisions.publication.stata import write_dta
from provisions.running import beside

if TYPE_CHECKING:
    from pathlib import Path

    from provisions.publication.about import About
    from provisions.publication.contents import Content


def make_sqlite(folder: Path, contents: list[Content], about: About) -> None:
    """Writes the database. Raises `PublishError` where it is not what the CSV files say."""
    path = folder / f"{about.name}.sqlite"
    with closing(DuckEngine(small=True)) as engine:
        write_sqlite(engine, contents, path, about)
    with beside(partial(check_constraints, path)) as checked:  # SQLite does that alone
        check_sqlite(path, folder, contents)
    checked.result()


def make_stata(folder: Path, contents: list[Content], about: About) -> None:
    """Writes the Stata files. Raises `PublishError` where they are not what the CSV files say."""
    with closing(DuckEngine(small=True)) as engine:
        written = [content for content in contents if write_dta(engine, content, folder, about)]
    for content in written:
        check_stata(folder, content)
