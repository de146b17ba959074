"""What a type of cells is: text or JSON value → logical value → the one canonical text that the engine sees."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from provisions.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_SHOWN = 120


def refuse_json(value: Any) -> Any:
    """What takes no JSON value but a string. Raises `ValueError`."""
    raise ValueError(value)


def same(value: Any) -> Any:
    """The value itself."""
    return value


def shorten(text: str) -> str:
    """A cell as it is shown in a message: in one line, cut where it is long."""
    text = " ".join(text.split())
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"


def json_text(value: Any) -> str:
    """A JSON value as its one text: no blanks, keys sorted."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


@dataclass(frozen=True)
class CellType:
    """How the cells of a field are read. `read` and `take` raise `ValueError` for what is not of the type.

    `write` gives None for a value that has no canonical text (NaN). `kind` is the JSON type of that text. A type is
    `plain` if the engine can judge the text as it stands in the file, save for what `odd` matches (and, where texts are
    compared, as in keys, `odd_compared`): that is readable, but must be transcoded first. What is not readable but
    matches does no harm.
    """

    expected: str
    read: Callable[[str], Any]
    take: Callable[[Any], Any] = refuse_json
    write: Callable[[Any], str | None] = same
    kind: str = "string"
    format: str | None = None
    plain: bool = False
    odd: str = ""
    odd_compared: str = ""

    def value(self, given: Any, where: str) -> Any:
        """The logical value of what a descriptor gives, as text or as JSON. Raises `SchemaError`."""
        try:
            return self.read(given) if isinstance(given, str) else self.take(given)
        except ValueError as error:
            raise SchemaError(f"{where}: {json_text(given)} is not {self.expected}.") from error


def text_option(field: dict[str, Any], name: str, default: str, where: str) -> str:
    """A property of a field that must be a text. Raises `SchemaError`."""
    value = field.get(name, default)
    if not isinstance(value, str):
        raise SchemaError(f"{where}: `{name}` must be a text, not {json_text(value)}.")
    return value
