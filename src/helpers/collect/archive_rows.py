"""Rows of the files of a news archive, one after the other, whatever their format, and never more than is allowed.

JSON (a list of items, or one below a key), JSON lines, CSV, Markdown with an item under each heading or with one item a
file; each packed with gzip or not.  JSON lines and CSV are read line by line; the others are read whole.
"""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import yaml

from helpers.collect.files import Row, csv_rows
from helpers.study.sources import ENDINGS
from helpers.study.yaml_lines import nearest

LARGEST = 200_000_000  # bytes of a file that is read whole, unpacked
MOST = 20_000_000_000  # bytes of any file, unpacked
LONGEST = 20_000_000  # bytes of a line
FRONT = 100_000  # characters of what stands before the text of a Markdown file
_PLAIN = (str, int, float, bool, dt.date)
_LINK = re.compile(r"^\[[^\]\n]*\]\((https?://[^\s()]+(?:\([^\s()]*\)[^\s()]*)*)\)$", re.MULTILINE)
_RULE = re.compile(r"^ {0,3}(?:-{3,}|\*{3,}|_{3,})[ \t]*$", re.MULTILINE)
_HEADING = re.compile(r"^(#{1,6})[ \t]+(.+?)[ \t]*#*$", re.MULTILINE)


class FileFault(ValueError):
    """A file of an archive that cannot be read, or not to its end; one line that says why and what to do."""


@dataclass(frozen=True)
class Layout:
    """Where items stand in a file: below a key of JSON (``.``: the file is one), under headings of a level."""

    records: str = ""
    heading: int = 0


def archive_rows(path: Path, layout: Layout) -> Iterator[Row]:
    """Rows of one file; a row that cannot be read has a fault and no values.

    Parameters
    ----------
    path : Path
        How it is read follows from its ending, ``.gz`` left out.
    layout : Layout

    Yields
    ------
    Row
        `number` is the line of JSON lines, CSV and Markdown, the place in the list of JSON; both from 1.

    Raises
    ------
    FileFault
        When reading comes to where it cannot go on.
    """
    ending = path.name.lower().removesuffix(".gz").rpartition(".")[2]
    kind = ENDINGS.get(ending)
    if kind is None:
        raise FileFault(f"files that end in {ending!r} cannot be read; {nearest(ending, ENDINGS)}")
    try:
        with _opened(path) as file:
            if kind == "jsonl":
                yield from _json_lines(file)
            elif kind == "csv":
                yield from csv_rows(_text_lines(file), path.name, error=FileFault)
            elif kind == "json":
                yield from _json(_whole(file), layout.records)
            else:
                yield from _markdown(_decoded(_whole(file)), layout.heading)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FileFault(f"the gzip file is cut off or damaged ({error}); fetch it again") from error
    except OSError as error:
        raise FileFault(f"cannot be read ({error.strerror or error}); check it and its rights") from error


def _opened(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return gzip.open(path) if packed else path.open("rb")


def _whole(file: IO[bytes]) -> bytes:
    body = file.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise FileFault(f"more than {LARGEST:,} bytes unpacked; cut it into several files, or make it JSON lines")
    return body


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        raise FileFault(f"line {line} is not UTF-8; save the file again in UTF-8") from error


def _byte_lines(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Lines with their numbers; of one that is too long the beginning."""
    number = size = 0
    while line := file.readline(LONGEST + 1):
        number, size = number + 1, size + len(line)
        whole = line
        while len(whole) > LONGEST and not whole.endswith(b"\n") and (whole := file.readline(LONGEST + 1)):
            size += len(whole)
            if size > MOST:
                break
        if size > MOST:
            raise FileFault(f"line {number}: more than {MOST:,} bytes unpacked; cut the file into several")
        yield number, line


def _json_lines(file: IO[bytes]) -> Iterator[Row]:
    for number, line in _byte_lines(file):
        if not line.strip():
            continue
        shown = line[:80].decode("utf-8", "replace").strip()
        if len(line) > LONGEST:
            yield Row(number, fault=("bad_row", shown, f"line {number} is longer than {LONGEST:,} bytes"))
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield Row(number, fault=("bad_row", shown, f"line {number} is not JSON ({type(error).__name__})"))
            continue
        yield _item(number, value, f"line {number}")


def _item(number: int, value: Any, place: str) -> Row:
    if isinstance(value, dict):
        return Row(number, value)
    return Row(number, fault=("bad_row", str(value)[:80], f"{place} is not a JSON object"))


def _text_lines(file: IO[bytes]) -> Iterator[str]:
    for number, line in _byte_lines(file):
        if len(line) > LONGEST:
            raise FileFault(f"line {number} is longer than {LONGEST:,} bytes; check where its rows end")
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise FileFault(f"line {number} is not UTF-8; save the file again in UTF-8") from error


def _json(body: bytes, records: str) -> Iterator[Row]:
    text = _decoded(body)
    if not text.strip():
        raise FileFault("the file is empty; fetch it again")
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise FileFault(f"line {error.lineno} is not JSON ({error.msg}); fetch it again, or mend the line") from error
    except RecursionError as error:
        raise FileFault("its JSON is nested too deep to be read") from error
    for number, value in enumerate(_listed(document, records), 1):
        yield _item(number, value, f"item {number}")


def _listed(document: Any, records: str) -> list[Any]:
    """The list of items of a JSON document; one that is a list itself needs no key."""
    if isinstance(document, list):
        return document
    if records == ".":
        return [document]
    keys: list[str] = []
    for key in records.split(".") if records else ():
        keys = list(document) if isinstance(document, dict) else []
        document = document.get(key) if isinstance(document, dict) else None
    if records and isinstance(document, list):
        return document
    if records:
        raise FileFault(f"no list of items under {records!r}; {nearest(records, keys)}")
    keys = [key for key, value in document.items() if isinstance(value, list)] if isinstance(document, dict) else []
    which = f", such as `records: {keys[0]}`" if keys else ""
    raise FileFault(f"holds no list of items; say under which key they stand with `records`{which}")


def _markdown(text: str, heading: int) -> Iterator[Row]:
    """An item under each heading of a level, or the file as one: ``title``, ``text``, ``link``, ``section``, and what
    stands before the text."""
    text = text.replace("\r\n", "\n")
    front, text, skipped = _front_matter(text)
    heads = list(_HEADING.finditer(text))
    if not heading:
        first = next((head for head in heads if len(head[1]) == 1), None)
        body = text if first is None or "title" in front else text[: first.start()] + text[first.end() :]
        title = {} if first is None else {"title": first[2]}
        yield Row(1, title | front | _body(body))
        return
    section = ""
    for head in heads:
        level = len(head[1])
        if level < heading:
            section = head[2]
        if level != heading:
            continue
        last = next((h for h in heads if h.start() > head.start() and len(h[1]) <= heading), None)
        body = text[head.end() : last.start() if last else len(text)]
        if last is None:
            body = _RULE.split(body)[0]  # what follows a rule at the end of the file is about the file
        number = skipped + text.count("\n", 0, head.start()) + 1
        yield Row(number, front | {"title": head[2], "section": section} | _body(body))


def _body(text: str) -> dict[str, str]:
    """Text, and the last link that has a line of its own, which is taken out of it."""
    links = list(_LINK.finditer(text))
    if not links:
        return {"text": text.strip()}
    last = links[-1]
    return {"text": (text[: last.start()] + text[last.end() :]).strip(), "link": last[1]}


def _front_matter(text: str) -> tuple[dict[str, Any], str, int]:
    """What YAML before the text says in plain values, the text, and how many lines stand before it."""
    if not text.startswith("---\n"):
        return {}, text, 0
    end = text.find("\n---", 3, FRONT)
    if end < 0:
        return {}, text, 0
    try:
        said = yaml.load(io.StringIO(text[4:end]), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    # Not only its own: a day that is none (2031-02-31), and a tag whose form a value has not (!!bool x).
    except (yaml.YAMLError, ValueError, AttributeError, LookupError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        raise FileFault(f"line {line}: what stands before the text is not YAML; mend it, or take it out") from error
    after = text.find("\n", end + 1)
    body = text[after + 1 :] if after >= 0 else ""
    plain = {str(key): value for key, value in said.items() if _is_plain(value)} if isinstance(said, dict) else {}
    return plain, body, text.count("\n", 0, len(text) - len(body))


def _is_plain(value: Any) -> bool:
    """No mapping and no list in a list: an alias there may stand for more than memory holds."""
    return isinstance(value, _PLAIN) or (isinstance(value, list) and all(isinstance(one, _PLAIN) for one in value))
