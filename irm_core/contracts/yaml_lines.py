"""A YAML file as plain data, with the line of every key and item."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from irm_core.errors import ContractError

Place = tuple[str | int, ...]


class _Loader(yaml.SafeLoader):
    """Dates stay strings, as in JSON: the data contract standard knows no other dates."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True)
class Document:
    """The parsed file. `lines` gives the line of the key or item at a place such as ("schema", 0, "name")."""

    path: Path
    data: dict[str, Any]
    lines: dict[Place, int]

    def line(self, place: Place) -> int:
        """The line of `place`, or of the nearest thing around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    @property
    def sha256(self) -> str:
        """SHA-256 of the canonical JSON of the data, so that comments and layout do not matter."""
        canonical = json.dumps(self.data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()


def load(path: Path) -> Document:
    """The YAML file at `path`. Raises ContractError where it is no YAML mapping with distinct text keys."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ContractError(f"{path}:1: there is no such contract.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ContractError(f"{path}:1: this contract cannot be read: {error}.") from error
    try:
        node = yaml.compose(text, Loader=_Loader)
        lines = dict(_lines(node, path)) if node else {}
        data = yaml.load(text, Loader=_Loader)  # noqa: S506 (a SafeLoader, less its dates)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ContractError(f"{path}:{line}: this is not YAML: {error.problem}.") from error
    except yaml.YAMLError as error:
        raise ContractError(f"{path}:1: this is not YAML: {error}.") from error
    if not isinstance(data, dict):
        raise ContractError(f"{path}:1: a contract is a mapping of keys such as apiVersion, kind and schema.")
    return Document(path, data, lines)


def _lines(
    node: yaml.Node, path: Path, place: Place = (), above: tuple[int, ...] = ()
) -> Iterator[tuple[Place, int]]:
    if id(node) in above:
        raise ContractError(f"{path}:{_line(node)}: this YAML anchor contains itself.")
    above = (*above, id(node))
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield (*place, index), _line(item)
            yield from _lines(item, path, (*place, index), above)
    elif isinstance(node, yaml.MappingNode):
        for key, value in _entries(node, path):
            yield (*place, key.value), _line(key)
            yield from _lines(value, path, (*place, key.value), above)


def _entries(node: yaml.MappingNode, path: Path) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
    seen: dict[str, int] = {}
    for key, value in node.value:
        line = _line(key)
        if not isinstance(key, yaml.ScalarNode) or key.tag not in _TEXT_KEYS:
            raise ContractError(f"{path}:{line}: a key must be text; put it in quotes.")
        if key.value in seen:
            raise ContractError(
                f"{path}:{line}: the key {key.value!r} is already given at line {seen[key.value]}."
            )
        seen[key.value] = line
        yield key, value


_TEXT_KEYS = {"tag:yaml.org,2002:str", "tag:yaml.org,2002:merge"}


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
