"""Where the keys of a YAML file stand in it, so that a message can name the line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import yaml

Key = str | int


def line_of(file: Path, key: Sequence[Key]) -> int | None:
    """The line, from 1, of a key or list item, or of the nearest one around it that is in the file.

    Args:
        key: names and positions, as in ("nightly", "sources", 0, "paths").

    Returns:
        None where not even the first name is in the file.
    """
    node = _compose(file)
    line: int | None = None
    for part in key:
        found = _below(node, part)
        if found is None:
            break
        mark, node = found
        line = mark.line + 1
    return line


def repeated(file: Path) -> list[tuple[str, int]]:
    """Keys that an object of the file gives twice, of which YAML silently takes the last, each with its second line.

    Raises:
        yaml.YAMLError: the file is not YAML.
    """
    found: list[tuple[str, int]] = []
    waiting = [_compose(file)]
    seen = set[int]()
    while waiting:
        node = waiting.pop()
        # An alias is the very node that it stands for.
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting += node.value
        elif isinstance(node, yaml.MappingNode):
            met: set[str] = set()
            for name, value in node.value:
                if isinstance(name, yaml.ScalarNode):
                    if name.value in met:
                        found.append((name.value, name.start_mark.line + 1))
                    met.add(name.value)
                waiting.append(value)
    return found


def _compose(file: Path) -> yaml.Node | None:
    with file.open(encoding="utf-8") as text:
        return yaml.compose(text, Loader=yaml.SafeLoader)


def _below(node: yaml.Node | None, part: Key) -> tuple[yaml.Mark, yaml.Node] | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part].start_mark, node.value[part]
    if isinstance(node, yaml.MappingNode):
        for name, value in reversed(node.value):
            if isinstance(name, yaml.ScalarNode) and name.value == part:
                return name.start_mark, value
    return None
