"""YAML in, plain values out, and where in the file each of them stands.

A study folder is edited by hand, so every complaint about it has to name a line.  PyYAML's composed
nodes know theirs; the plain values do not, so both are kept side by side.
"""

from __future__ import annotations

import contextlib
import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

KeyPath = tuple[str | int, ...]
LONGEST_LINE, DEEPEST = 5000, 100  # characters and brackets up to which libyaml is asked
BRACKETS = re.compile(r"[][{}]")
MANY = 25  # names that a line can still list; there are 600 time zones


class StudyError(ValueError):
    """A study folder that cannot be used; the message is one line and says what to do."""


def nearest(value: object, valid: Iterable[object]) -> str:
    """A ready clause naming the valid value closest to `value`, or all of them when none is close.

    >>> nearest("outlets_", ["outlets", "sources"])
    "did you mean 'outlets'?"
    >>> nearest("x", ["outlets", "sources"])
    'valid here: outlets, sources'
    """
    names = [str(name) for name in valid]
    close = difflib.get_close_matches(str(value), names, n=1)
    shown = names if len(names) <= MANY else [*names[:MANY], f"… ({len(names)} in all)"]
    return f"did you mean {close[0]!r}?" if close else f"valid here: {', '.join(shown) or 'nothing'}"


@dataclass(frozen=True)
class Document:
    """One parsed YAML file: its values, and the line (from 1) of every key path in it."""

    path: Path
    data: Any
    lines: dict[KeyPath, int] = field(default_factory=dict)

    def line(self, path: KeyPath) -> int:
        """The line of `path`, or of the nearest enclosing entry that has one."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def error(self, path: KeyPath, message: str) -> StudyError:
        """A `StudyError` that starts with ``file:line``."""
        return StudyError(f"{self.path.parent.name}/{self.path.name}:{self.line(path)}: {message}")

    def at(self, path: KeyPath = ()) -> Entry:
        """The entry at `path`."""
        value = self.data
        for key in path:
            value = value[key]
        return Entry(self, path, value)


@dataclass(frozen=True)
class Entry:
    """A value with its place."""

    document: Document
    path: KeyPath
    value: Any

    def error(self, message: str) -> StudyError:
        """A complaint about this very value."""
        return self.document.error(self.path, message)

    def child(self, key: str | int) -> Entry:
        """The entry below this one."""
        return Entry(self.document, (*self.path, key), self.value[key])


def read_yaml(path: Path) -> Document:
    """Parse a YAML file, keeping the line of every entry.

    Raises
    ------
    StudyError
        The file is missing, is not UTF-8, is not YAML, or has a key twice.
    """
    place = f"{path.parent.name}/{path.name}"
    try:
        source = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise StudyError(f"{place}: there is no such file; every study folder needs one") from None
    except UnicodeDecodeError as error:
        raise StudyError(f"{place}: not UTF-8 at byte {error.start}; save it as UTF-8") from None
    if _is_plain(source):
        with contextlib.suppress(yaml.YAMLError, RecursionError):  # whatever is wrong, the other loader says it better
            return _composed(path, yaml.CSafeLoader(source), place)
    try:
        loader = yaml.SafeLoader(source)
    except yaml.reader.ReaderError as error:
        line = source.count("\n", 0, error.position) + 1
        raise StudyError(f"{place}:{line}: character #x{error.character:04x} is not text; delete it") from None
    try:
        return _composed(path, loader, place)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise StudyError(f"{place}:{line}: not valid YAML: {error.problem}; check the indent and quotes") from None
    except RecursionError:
        raise StudyError(f"{place}: nested too deeply to be read; look for brackets that never close") from None


def _is_plain(source: str) -> bool:
    """Whether libyaml, eight times as fast, may read this: it is there, and nothing is nested so deeply that it dies.

    >>> _is_plain("a: [1, 2]") == yaml.__with_libyaml__, _is_plain("[" * 5000)
    (True, False)
    """
    if not yaml.__with_libyaml__ or max(map(len, source.splitlines()), default=0) > LONGEST_LINE:
        return False
    depth = deepest = 0
    for bracket in BRACKETS.findall(source):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest <= DEEPEST


def _composed(path: Path, loader: yaml.SafeLoader | yaml.CSafeLoader, place: str) -> Document:
    """Values and lines, from either loader."""
    try:
        node, lines = loader.get_single_node(), {}
        data = _plain(node, (), lines, loader, place) if node is not None else None
    finally:
        loader.dispose()
    return Document(path, data, lines)


def _plain(node: yaml.Node, path: KeyPath, lines: dict[KeyPath, int], loader: yaml.SafeLoader, place: str) -> Any:
    """The value of a node, its lines written into `lines` on the way."""
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child, (*path, i), lines, loader, place) for i, child in enumerate(node.value)]
    if not isinstance(node, yaml.MappingNode):
        return _scalar(node, loader, place)
    values: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = _scalar(key_node, loader, place)
        if key in values:
            raise StudyError(f"{place}:{key_node.start_mark.line + 1}: key {key!r} stands twice; keep one")
        lines[(*path, key)] = key_node.start_mark.line + 1
        values[key] = _plain(value_node, (*path, key), lines, loader, place)
    return values


def _scalar(node: yaml.Node, loader: yaml.SafeLoader, place: str) -> Any:
    """A scalar's value; a date that is no date (2024-02-31) is kept as text, for the check to name it."""
    if not isinstance(node, yaml.ScalarNode):
        raise StudyError(f"{place}:{node.start_mark.line + 1}: a key must be plain text")
    try:
        value = loader.construct_object(node)
    except (ValueError, AttributeError, LookupError):  # the others: of a tag whose form it has not, as in !!bool x
        return node.value
    # Norway: `no` is a language code as often as a refusal, so only the unmistakable words are booleans.
    if isinstance(value, bool) and node.value.lower() not in {"true", "false"}:
        return node.value
    return value
