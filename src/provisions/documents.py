"""Reads JSON and YAML documents strictly: what two readers could take differently is refused. Knows nothing of packages."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from provisions.errors import PackageError
from provisions.limits import beyond, limits

if TYPE_CHECKING:
    from pathlib import Path

_NULLS = ("", "~", "null", "Null", "NULL")
_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"')
# What YAML 1.1 does not allow to stand in a document.
_UNREADABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_BRACKETS = re.compile(r"[\[\]{}]")


@dataclass(frozen=True)
class Node:
    """A value of a YAML document – text, list, mapping, or None for nothing – and where it begins, both from 1.

    `keys` has the nodes of the keys of a mapping.
    """

    value: Any
    line: int
    column: int
    keys: dict[str, Node] = field(default_factory=dict)


def read_text(path: Path) -> str:
    """The text of a UTF-8 file. Raises `PackageError` where it is missing, too large or not UTF-8."""
    limit = limits().document_bytes
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise PackageError(f"{path}: cannot be read ({error.strerror or error}).") from error
    if len(data) > limit:
        raise PackageError(f"{path}: larger than such a file may be ({beyond('document-bytes')}).")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        where = _where(data[: error.start].decode("utf-8"))
        raise PackageError(
            f"{path}:{where}: not UTF-8 (byte 0x{data[error.start]:02x}). Save the file as UTF-8."
        ) from error


def read_json(path: Path) -> Any:
    """A JSON document (RFC 8259, no duplicate keys, no NaN or Infinity). Raises `PackageError`."""
    text = read_text(path)
    if _depth(text) > limits().document_depth:
        raise PackageError(f"{path}: nested too deep ({beyond('document-depth')}).")
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse_constant, parse_float=_read_number)
        if _SURROGATE.search(text):
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise PackageError(f"{path}: half a surrogate pair ({error.object[error.start]!r}) is no character.") from error
    except json.JSONDecodeError as error:
        raise PackageError(f"{path}:{error.lineno}:{error.colno}: not JSON: {error.msg}.") from error
    except ValueError as error:
        raise PackageError(f"{path}: {error}.") from error
    return value


def read_yaml(path: Path) -> Any:
    """A YAML document of plain data, without tags, anchors, aliases or duplicate keys. Raises `PackageError`."""
    import yaml

    text = read_text(path)
    _compose(text, path)
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise PackageError(f"{path}: not YAML that can be read: {error}") from error


def read_yaml_node(path: Path) -> Node:
    """A YAML document, as strict as `read_yaml`, with the place of everything in it; what it says is left as text.

    So `2024-12-06`, `no` and `0x10` are what stands there. Raises `PackageError`.
    """
    return _compose(read_text(path), path)


def write_json(value: Any) -> str:
    """JSON text in the one form that this project commits: two blanks of indent, keys in the order given, final newline."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _where(before: str) -> str:
    """The line and the character at which a text goes on after `before`."""
    return f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) < len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise ValueError(f"the key {twice!r} stands twice in one object")
    return names


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _read_number(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"the number {text[:40]} is larger than can be told from infinity")
    return number


def _depth(text: str) -> int:
    """Deepest nesting of brackets outside strings; cheap, so that no parser is handed what would exhaust its stack."""
    depth = deepest = 0
    for bracket in _BRACKETS.findall(_STRINGS.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _compose(text: str, path: Path) -> Node:
    """The document as nodes, built without recursion, so that no nesting exhausts the stack."""
    import yaml

    root = Node([], 1, 1)
    inside: list[tuple[Node, Node | None]] = [(root, None)]  # the open nodes, with the key that waits for its value
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            mark = event.start_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise PackageError(f"{path}:{line}:{column}: anchors and aliases are not allowed; write the value out.")
            if getattr(event, "tag", None):
                raise PackageError(f"{path}:{line}:{column}: tags are not allowed; write the value alone.")
            if isinstance(event, yaml.DocumentStartEvent) and root.value:
                raise PackageError(f"{path}:{line}:{column}: a second document begins here; a file holds one.")
            if isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                inside.pop()
            elif isinstance(event, yaml.ScalarEvent):
                empty = event.style is None and event.value in _NULLS
                _put(Node(None if empty else event.value, line, column), inside, path)
            elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                node = Node({} if isinstance(event, yaml.MappingStartEvent) else [], line, column)
                _put(node, inside, path)
                inside.append((node, None))
                if len(inside) > limits().document_depth:
                    raise PackageError(f"{path}:{line}:{column}: nested too deep ({beyond('document-depth')}).")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise PackageError(f"{path}{where}: not YAML: {error.problem}.") from error
    except yaml.reader.ReaderError as error:
        if bad := _UNREADABLE.search(text):
            where = _where(text[: bad.start()])
            raise PackageError(f"{path}:{where}: the character U+{ord(bad[0]):04X} may not stand in YAML.") from error
        raise PackageError(f"{path}: not YAML that can be read: {error.reason}.") from error
    except (yaml.YAMLError, ValueError) as error:
        raise PackageError(f"{path}: not YAML that can be read: {error}") from error
    return root.value[0] if root.value else Node(None, 1, 1)


def _put(node: Node, inside: list[tuple[Node, Node | None]], path: Path) -> None:
    """Puts a node where it belongs: into the open list, or as key or value into the open mapping."""
    parent, key = inside[-1]
    if isinstance(parent.value, list):
        parent.value.append(node)
    elif key is None:
        if isinstance(node.value, (dict, list)):
            raise PackageError(f"{path}:{node.line}:{node.column}: a key must be a text.")
        name = node.value or ""
        if name in parent.value:
            raise PackageError(f"{path}:{node.line}:{node.column}: the key {name[:80]!r} stands twice.")
        parent.value[name] = node
        parent.keys[name] = node
        inside[-1] = (parent, node)
    else:
        parent.value[key.value or ""] = node
        inside[-1] = (parent, None)
