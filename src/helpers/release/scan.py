"""What in a folder may not be shared: words of the study's items, keys, links, and what nobody can look into.

Every file is read as what it is: each text column and the metadata of a Parquet file, each cell of a CSV file or a
notebook with its outputs, what a reader sees of a page.  Addresses are shared on purpose and are passed over.
"""

from __future__ import annotations

import csv
import gzip
import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from helpers.text.word_runs import WordRuns

ADDRESS = re.compile(r"https?://[^\s\"'<>)\]]+")
UNSEEN = re.compile(r"<(script|style)\b.*?</\1>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
PICTURE = re.compile(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=]+")
ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
TAG = re.compile(r"<[^>]*>")
KEY = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_\w{36}\b"
    r"|\b(?:api[_-]?key|token|secret|password)\b[\"']?\s*[:=]\s*[\"']?(?=[^\s\"']*\d)[\w+/=-]{20,}",
    re.IGNORECASE,
)
PRIVATE = re.compile(r"^\.env|\.(?:pem|key|p12|pfx)$|^id_(?:rsa|ed25519|ecdsa)|^\.netrc$", re.IGNORECASE)
PROGRAMS = "src"
SHOWN = 60  # characters of a run that are told


class Fault(NamedTuple):
    """Why a file may not be shared: its name below the folder, where in it, and what is there."""

    file: str
    place: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}{f', {self.place}' if self.place else ''}: {self.what}"


def faults(folder: Path, runs: WordRuns) -> Iterator[Fault]:
    """Everything below `folder` that may not be shared, one fault a file, in the order of names.

    Programs know phrases of any text, such as marks of a machine's writing: there only keys and links are looked for.
    """
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or path.is_file():
            of_programs = path.relative_to(folder).parts[0] == PROGRAMS
            fault = fault_of(path, WordRuns([]) if of_programs else runs)
            if fault:
                yield Fault(path.relative_to(folder).as_posix(), *fault)


def fault_of(path: Path, runs: WordRuns) -> tuple[str, str] | None:
    """What is wrong with one file, as place and words; None if it may be shared.

    >>> import tempfile
    >>> runs = WordRuns(["The quay was closed after the storm of last night."])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "notes.csv")
    ...     _ = path.write_text("id,note\\n1,fine\\n2,as it says: quay was closed after the storm\\n")
    ...     fault_of(path, runs)
    ('row 3, note', 'words of an item ("quay was closed after the storm")')
    """
    if path.is_symlink():
        return "", "a link to another place; put the file itself there, or leave it out"
    if PRIVATE.search(path.name):
        return "", "a file for keys; move it out of the study"
    try:
        for place, text in pieces(path):
            if KEY.search(text):
                return place, "what looks like a key or password; take it out"
            run = runs.first(ADDRESS.sub(lambda match: " " * len(match[0]), text))
            if run:
                line = "" if place else f"line {text.count(chr(10), 0, run.start) + 1}"
                return place or line, f'words of an item ("{run.words[:SHOWN]}")'
    except UnicodeDecodeError:
        return ("", "cannot be read as text, so nobody can say what is in it") if runs else None
    except (pa.ArrowInvalid, csv.Error, json.JSONDecodeError, gzip.BadGzipFile) as error:
        return "", f"cannot be read ({str(error).splitlines()[0][:80]})"
    return None


def pieces(path: Path) -> Iterator[tuple[str, str]]:
    """What can be read in a file, piece by piece, each with its place; a blank place stands for the whole file."""
    name = path.name.lower()
    if name.endswith(".parquet"):
        yield from _of_parquet(path)
        return
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if name.endswith(".gz") else raw).decode("utf-8-sig")
    if name.removesuffix(".gz").endswith(".csv"):
        yield from _of_csv(text)
    elif name.endswith(".ipynb"):
        yield from _of_notebook(json.loads(text))
    elif name.endswith((".html", ".svg")):
        yield "", visible(text)
        yield "", hidden(text)
    else:
        yield "", text


def visible(page: str) -> str:
    """What a page says in its text; lines keep their numbers.

    >>> visible("<p>One <b>day</b>&amp; night</p><style>p {}</style>").split()
    ['One', 'day', '&', 'night']
    """
    bare = UNSEEN.sub(lambda match: "\n" * match[0].count("\n"), page)
    return html.unescape(TAG.sub(lambda match: " " + "\n" * match[0].count("\n"), bare))


def hidden(page: str) -> str:
    """All that a page's file holds but pictures, read as a browser reads it: attributes, comments, and data of scripts.

    >>> hidden('<p data-say="a &amp; b"><script>{"t": "caf\\\\u00e9"}</script>')
    '<p data-say="a & b"><script>{"t": "café"}</script>'
    """
    bare = PICTURE.sub("", page)
    return html.unescape(ESCAPE.sub(lambda match: chr(int(match[1], 16)), bare))


def _of_parquet(path: Path) -> Iterator[tuple[str, str]]:
    file = pq.ParquetFile(path)
    for key, value in (file.metadata.metadata or {}).items():
        if key != b"ARROW:schema":
            yield f"metadata {key.decode('utf-8', 'replace')!r}", value.decode("utf-8", "replace")
    for field in file.schema_arrow:
        for key, value in (field.metadata or {}).items():
            yield f"metadata of {field.name}", f"{key.decode('utf-8', 'replace')} {value.decode('utf-8', 'replace')}"
    for name in file.schema_arrow.names:
        if _holds_text(file.schema_arrow.field(name).type):
            column = file.read([name])[name]
            seen: set[str] = set()
            for row, value in enumerate(column.to_pylist(), start=1):
                text = value if isinstance(value, str) else "" if value is None else str(value)
                if text not in seen:
                    seen.add(text)
                    yield f"row {row}, {name}", text


def _holds_text(kind: pa.DataType) -> bool:
    numbers = (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean, pa.types.is_temporal, pa.types.is_null)
    return not any(is_such(kind) for is_such in numbers)


def _of_csv(text: str) -> Iterator[tuple[str, str]]:
    reader = csv.reader(text.splitlines(keepends=True))
    head = next(reader, [])
    yield "row 1", "\n".join(head)
    for cells in reader:
        for place, cell in enumerate(cells):
            yield f"row {reader.line_num}, {head[place] if place < len(head) else f'column {place + 1}'}", cell
        yield f"row {reader.line_num}", " ".join(cells)  # words that were split over cells


def _of_notebook(notebook: dict) -> Iterator[tuple[str, str]]:
    for number, cell in enumerate(notebook.get("cells", []), start=1):
        yield f"cell {number}", _joined(cell.get("source", ""))
        for output in cell.get("outputs", []):
            yield (
                f"output of cell {number}",
                _joined(output.get("text", ""))
                + "\n"
                + visible("\n".join(_joined(part) for part in output.get("data", {}).values())),
            )
        yield f"metadata of cell {number}", json.dumps(cell.get("metadata", {}), ensure_ascii=False)
    yield "metadata", json.dumps(notebook.get("metadata", {}), ensure_ascii=False)


def _joined(part: object) -> str:
    return "".join(str(line) for line in part) if isinstance(part, list) else str(part)
