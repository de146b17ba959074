"""Where the items of a JSON or YAML document stand: physical line and character. Looked up only when there is a fault to tell."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Place = tuple[int, int]
NOWHERE = (1, 1)


class ItemPlaces:
    """The places of the rows of a table that lies at `keys` of a document, and of the cells in them."""

    def __init__(self, path: Path, keys: Sequence[str | int]) -> None:
        self.path, self.keys = path, keys

    @cached_property
    def _root(self) -> Any:
        import yaml

        try:
            node = yaml.compose(self.path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        except (OSError, ValueError, RecursionError, yaml.YAMLError):
            return None  # JSON that YAML reads otherwise, such as escaped surrogates
        for key in self.keys:
            node = _child(node, key)
        return node

    def place(self, row: int, key: str | int) -> Place:
        """The place of a cell; of its row, where the row lacks it; of the table, for a row below 0."""
        node = self._root if row < 0 else _child(self._root, row)
        mark = getattr(_child(node, key) or node, "start_mark", None)
        return (mark.line + 1, mark.column + 1) if mark else NOWHERE


class Starts:
    """The places of the cells of one row, as a sequence."""

    def __init__(self, places: ItemPlaces, row: int, keys: Sequence[str | int]) -> None:
        self.places, self.row, self.keys = places, row, keys

    def __len__(self) -> int:
        return max(len(self.keys), 1)

    def __getitem__(self, number: int) -> Place:
        return self.places.place(self.row, self.keys[number] if self.keys else 0)


def _child(node: Any, key: str | int) -> Any:
    value = getattr(node, "value", None)
    if not isinstance(value, list):
        return None
    if isinstance(key, int):
        return value[key] if 0 <= key < len(value) and not isinstance(value[key], tuple) else None
    return next(
        (child for pair in value if isinstance(pair, tuple) for child in [pair[1]] if pair[0].value == key), None
    )
