"""YAML in, plain values out, and where in the file each of them stands.

A study folder is edited by hand, so every complaint about it has to name a line.  PyYAML's composed
nodes know theirs; the plain values do not, so both are kept side by side.
"""

from __future__ import annotations

import codecs
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
TOO_DEEP = 500  # brackets at which nobody has to try
LARGEST = 2_000_000  # bytes of a file that a person edits; the largest of ours has 67,000
MOST_REPEATED = 10_000  # values that aliases (*name) may stand for beyond those that are written out
UNSHOWN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")  # no page can hold them
BRACKETS = re.compile(r"[][{}]")
MANY = 25  # names that a line can still list; there are 600 time zones
LONGEST = 80  # characters of a value that a message repeats
NESTED = "nested too deeply to be read; look for brackets that never close"
REMEDIES = {
    "found character '\\t'": "a tab stands here; indent with spaces",
    "mapping values are not allowed": "a colon makes a key here; check the indent, and quote a text that holds ': '",
    "found unexpected end of stream": "a quotation mark opens here and never closes",
    "tag:yaml.org,2002:merge": "'<<' is not read; write the keys out",
    "another document": "'---' begins a second document; a file holds one",
    "found undefined alias": "nothing is marked &name for this *name to stand for; quote a text that begins with *",
    "found character '@'": "a text that begins with @ needs quotes",
    "found character '`'": "a text that begins with ` needs quotes",
}


class StudyError(ValueError):
    """A study folder that cannot be used; the message is one line and says what to do."""


def shown(value: object) -> str:
    """A value as a message repeats it: in quotes if it is text, and not longer than a line can bear.

    >>> shown("Tass"), shown([1, 2]), len(shown("x" * 5000)) <= LONGEST
    ("'Tass'", '[1, 2]', True)
    """
    try:
        said = repr(value)
    except ValueError:  # a whole number with more digits than Python writes
        said = f"a number of {value.bit_length():,} bits" if isinstance(value, int) else type(value).__name__
    return said if len(said) <= LONGEST else f"{said[: LONGEST - 20]}…{said[-10:]}"


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
        The file is missing, too large, is not UTF-8, is not YAML, has a key twice, or aliases that multiply.
    """
    place = f"{path.parent.name}/{path.name}"
    source = _source(path, place)
    if _brackets(source) > TOO_DEEP:
        raise StudyError(f"{place}: {NESTED}")
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
        line, said = _yaml_fault(error)
        raise StudyError(f"{place}:{line}: not valid YAML: {said}") from None
    except RecursionError:
        raise StudyError(f"{place}: {NESTED}") from None


def _source(path: Path, place: str) -> str:
    """The text of a file."""
    try:
        if path.stat().st_size > LARGEST:
            raise StudyError(f"{place}: more than {LARGEST:,} bytes; a file of a study is written by hand: cut it down")
        body = path.read_bytes()
    except FileNotFoundError:
        raise StudyError(f"{place}: there is no such file; every study folder needs one") from None
    except OSError as error:
        raise StudyError(f"{place}: cannot be read ({error.strerror}); it must be a file that you may read") from None
    if body[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        raise StudyError(f"{place}: saved as UTF-16; save it as UTF-8")
    try:
        return body.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise StudyError(
            f"{place}:{line}: byte 0x{body[error.start]:02x} is not UTF-8; save the file as UTF-8"
        ) from None


def _yaml_fault(error: yaml.MarkedYAMLError) -> tuple[int, str]:
    """Where YAML is wrong, and what to do about it."""
    known = next((key for key in REMEDIES if key in str(error.problem)), "")
    mark = error.problem_mark or error.context_mark
    if "end of stream" in known and error.context_mark:
        mark = error.context_mark  # where the quotation mark stands, not where the file ends
    said = REMEDIES.get(known) or f"{error.problem}; check the indent and quotes"
    return (mark.line + 1 if mark else 1), said


def _is_plain(source: str) -> bool:
    """Whether libyaml, eight times as fast, may read this: it is there, and nothing is nested so deeply that it dies.

    >>> _is_plain("a: [1, 2]") == yaml.__with_libyaml__, _is_plain("[" * 5000)
    (True, False)
    """
    if not yaml.__with_libyaml__ or max(map(len, source.splitlines()), default=0) > LONGEST_LINE:
        return False
    return _brackets(source) <= DEEPEST


def _brackets(source: str) -> int:
    """How many brackets are open at once, at most."""
    depth = deepest = 0
    for bracket in BRACKETS.findall(source):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _composed(path: Path, loader: yaml.SafeLoader | yaml.CSafeLoader, place: str) -> Document:
    """Values and lines, from either loader."""
    try:
        node, lines = loader.get_single_node(), {}
        if node is not None:
            _check_aliases(node, place)
        data = _plain(node, (), lines, loader, place) if node is not None else None
    finally:
        loader.dispose()
    return Document(path, data, lines)


def _check_aliases(root: yaml.Node, place: str) -> None:
    """Refuse aliases that stand for themselves, or for more values than a study can have (thirteen of thirteen of …).

    Every node is looked at once, however often it is named; its size is that of what it would be written out.
    """
    sizes: dict[int, int] = {}
    n_nodes, above = 0, set()
    waiting = [(root, False)]
    while waiting:
        node, is_done = waiting.pop()
        below = _below(node)
        if is_done:
            above.discard(id(node))
            sizes[id(node)] = 1 + sum(sizes[id(child)] for child in below)
            if sizes[id(node)] > MOST_REPEATED + n_nodes:
                line = node.start_mark.line + 1
                raise StudyError(f"{place}:{line}: aliases (*name) make more values of this than can be; write it out")
            continue
        if id(node) in above:
            line = node.start_mark.line + 1
            raise StudyError(f"{place}:{line}: an alias (*name) stands for what it is itself a part of; take it out")
        if id(node) not in sizes:
            n_nodes += 1
            above.add(id(node))
            waiting += [(node, True), *((child, False) for child in reversed(below))]


def _below(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return node.value if isinstance(node, yaml.SequenceNode) else []


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
            raise StudyError(f"{place}:{key_node.start_mark.line + 1}: key {shown(key)} stands twice; keep one")
        lines[(*path, key)] = key_node.start_mark.line + 1
        values[key] = _plain(value_node, (*path, key), lines, loader, place)
    return values


def _scalar(node: yaml.Node, loader: yaml.SafeLoader, place: str) -> Any:
    """A scalar's value; a date that is no date (2024-02-31) is kept as text, for the check to name it."""
    if not isinstance(node, yaml.ScalarNode):
        raise StudyError(f"{place}:{node.start_mark.line + 1}: a key must be plain text")
    if sign := UNSHOWN.search(node.value):
        line = node.start_mark.line + 1
        raise StudyError(
            f"{place}:{line}: character U+{ord(sign[0]):04X} stands in a text, and no page can show it; delete it"
        )
    try:
        value = loader.construct_object(node)
    except (ValueError, AttributeError, LookupError):  # the others: of a tag whose form it has not, as in !!bool x
        return node.value
    # Norway: `no` is a language code as often as a refusal, so only the unmistakable words are booleans.
    if isinstance(value, bool) and node.value.lower() not in {"true", "false"}:
        return node.value
    return value
