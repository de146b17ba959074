"""A release as a dataset on the Hugging Face hub: the card, to be put there as its `README.md` beside the Parquet files."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from provisions.publication.about import About
    from provisions.publication.contents import Content

_SIZES = ("n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "10M<n<100M", "100M<n<1B", "n>1B")


def write_card(about: About, contents: Sequence[Content], readme: str) -> str:
    """The card: the metadata that the hub reads, with one configuration a table, then the README."""
    import yaml

    default = next(
        (content.name for content in contents if content.name == "flat"), contents[0].name if contents else ""
    )
    rows = max((content.rows for content in contents), default=0)
    said: dict[str, Any] = {
        "pretty_name": about.title,
        "license": about.licences[0].name.lower() if about.licences and about.licences[0].name else "other",
        "language": [about.language] if about.language else [],
        "tags": [word.lower() for word in about.keywords],
        "size_categories": [_SIZES[min(max(int(math.log10(max(rows, 1))) - 2, 0), len(_SIZES) - 1)]],
        "configs": [
            {"config_name": content.name, "data_files": f"{content.name}.parquet"}
            | ({"default": True} if content.name == default else {})
            for content in contents
        ],
    }
    front = yaml.safe_dump({key: value for key, value in said.items() if value}, sort_keys=False, allow_unicode=True)
    return f"---\n{front}---\n\n{readme}"
