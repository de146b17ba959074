"""Reads JSON and YAML documents strictly: what two readers could take differently is refused. Knows nothing of packages."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from provisions.errors import PackageError

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 16 * 1024 * 1024
MAX_DEPTH = 64
_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"')
_BRACKETS = re.compile(r"[\[\]{}]")


def read_text(path: Path, limit: int = MAX_BYTES) -> str:
    """The text of a UTF-8 file. Raises `PackageError` where it is missing, too large or not UTF-8."""
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise PackageError(f"{path}: cannot be read ({error.strerror or error}).") from error
    if len(data) > limit:
        raise PackageError(f"{path}: larger than {limit:,} bytes, which is more than a descriptor should be.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise PackageError(
            f"{path}:{line}: not UTF-8 (byte 0x{data[error.start]:02x}). Save the file as UTF-8."
        ) from error


def read_json(path: Path) -> Any:
    """A JSON document (RFC 8259, no duplicate keys, no NaN or Infinity). Raises `PackageError`."""
    text = read_text(path)
    if _depth(text) > MAX_DEPTH:
        raise PackageError(f"{path}: nested deeper than {MAX_DEPTH} levels.")
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise PackageError(f"{path}:{error.lineno}:{error.colno}: not JSON: {error.msg}.") from error
    except ValueError as error:
        raise PackageError(f"{path}: {error}.") from error


def read_yaml(path: Path) -> Any:
    """A YAML document of plain data, without tags, anchors, aliases or duplicate keys. Raises `PackageError`."""
    import yaml

    text = read_text(path)
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                line = f":{event.start_mark.line + 1}" if event.start_mark else ""
                raise PackageError(f"{path}{line}: anchors and aliases are not allowed; write the value out.")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        if node is not None:
            _refuse_duplicate_keys(node, path)
        return yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise PackageError(f"{path}{where}: not YAML: {error.problem}.") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise PackageError(f"{path}: not YAML that can be read: {error}") from error


def write_json(value: Any) -> str:
    """JSON text in the one form that this project commits: two blanks of indent, keys in the order given, final newline."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) < len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise ValueError(f"the key {twice!r} stands twice in one object")
    return names


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _depth(text: str) -> int:
    """Deepest nesting of brackets outside strings; cheap, so that no parser is handed what would exhaust its stack."""
    depth = deepest = 0
    for bracket in _BRACKETS.findall(_STRINGS.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _refuse_duplicate_keys(node: Any, path: Path) -> None:
    import yaml

    stack = [node]
    while stack:
        node = stack.pop()
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                if key.value in seen:
                    raise PackageError(f"{path}:{key.start_mark.line + 1}: the key {key.value!r} stands twice.")
                seen.add(key.value)
                stack.append(value)
        elif isinstance(node, yaml.SequenceNode):
            stack.extend(node.value)
