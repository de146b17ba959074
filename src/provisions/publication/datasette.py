"""What Datasette shows of a release’s SQLite database: titles, descriptions of columns, units, facets, licence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from provisions.publication.sqlite import SEARCHED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from provisions.publication.about import About
    from provisions.publication.contents import Content

_LABELS = ("short_title", "title", "name", "label")
_UNITS = {"_months": "month", "_years": "year", "_days": "day"}
_FACETS = 4


def write_datasette(about: About, contents: Sequence[Content], database: str) -> str:
    """The file `metadata.yml`, for `datasette <database>.sqlite -m metadata.yml`."""
    import yaml

    licence = about.licences[0] if about.licences else None
    said: dict[str, Any] = {
        "title": about.title,
        "description": about.description,
        "license": licence.title if licence else "",
        "license_url": licence.path if licence else "",
        "source": about.citation,
        "source_url": f"https://doi.org/{about.doi}" if about.doi else about.homepage,
        "databases": {database: {"tables": {content.name: _table(content) for content in contents}}},
    }
    kept = {key: value for key, value in said.items() if value}
    return yaml.safe_dump(kept, sort_keys=False, allow_unicode=True, width=120)


def _table(content: Content) -> dict[str, Any]:
    table = content.table
    listed = [column.name for column in table.columns if "enum" in column.schema or column.type == "boolean"]
    units = {name: unit for name in table.names for ending, unit in _UNITS.items() if name.endswith(ending)}
    said: dict[str, Any] = {
        "title": content.title,
        "description": content.description,
        "columns": {c.name: str(c.schema.get("description") or c.schema.get("title") or "") for c in table.columns},
        "facets": listed[:_FACETS],
        "units": units,
        "label_column": next((name for name in _LABELS if name in table.names), ""),
        "fts_table": f"{table.name}_fts" if table.name in SEARCHED and not content.derived else "",
    }
    return {key: value for key, value in said.items() if value}
