"""Pages to records, each extracted in a process of its own that is killed when a page asks for too much.

A page that hangs a parser, crashes it or fills the memory is refused by name, and costs nothing else.
"""

from __future__ import annotations

import datetime as dt
import gzip
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.collect.answers import TooLarge
from helpers.collect.archive import read_page
from helpers.extract.article import Extraction, Extractor, extract_article
from helpers.extract.encoding import decode
from helpers.extract.lines import visible_lines
from helpers.extract.newspaper3k import need_newspaper3k
from helpers.pool import Outcome, Pool

SECONDS = 30.0  # for one page; a news page takes .05
MEMORY = 1 << 30  # bytes for one page; a news page takes a few million
LARGEST = 64_000_000  # bytes of a saved page, unpacked
STATED = ("title", "byline", "section", "published", "date_source", "date_precision", "date_conflict", "language",
          "text")  # fmt: skip
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+)\s*-->")


@dataclass(frozen=True)
class Page:
    """Where a page lies, and what extraction has to know of it.

    Attributes
    ----------
    path : Path
        A WARC file, or with `offset` None a saved page, gzipped or not.
    address : str
        That of an archived page; a saved page may say its own.
    timezone : str
        IANA zone of the outlet.
    retrieved : datetime, optional
        A later date on the page is flagged.
    """

    page_id: str
    outlet: str
    path: Path
    offset: int | None
    address: str
    timezone: str = "UTC"
    extractor: Extractor = "trafilatura"
    retrieved: dt.datetime | None = None


def extract_pages(
    pages: Iterable[Page], *, processes: int | None = None, seconds: float = SECONDS, memory: int = MEMORY
) -> Iterator[tuple[Page, dict[str, Any], bool]]:
    """Records of many pages in their order, few of which are in memory at a time.

    Parameters
    ----------
    pages : iterable of Page
    processes : int, optional
        As many as the machine has, by `helpers.pool.default_processes`.
    seconds, memory : float, int
        Bounds for one page.

    Yields
    ------
    (Page, dict, bool)
        The record: page_id, outlet, address, the fields of `STATED`, flags (``flag<TAB>evidence``, one a line),
        refused (why there is no text, or empty) and refusal_detail; and whether the page itself decides all that,
        so that it need not be extracted again.

    Raises
    ------
    ValueError
        The extractor that a page asks for is not installed: that is no fault of the page.
    """
    with Pool(extract_page, processes=processes, seconds=seconds, memory=memory) as pool:
        for page, outcome in pool.map(map(_extractable, pages)):
            yield page, outcome.value or _lost(page, outcome), not outcome.failure


def _extractable(page: Page) -> Page:
    if page.extractor == "newspaper3k":
        need_newspaper3k()
    return page


def read_lines(
    pages: Iterable[Page], *, processes: int | None = None, seconds: float = SECONDS, memory: int = MEMORY
) -> Iterator[tuple[Page, list[str]]]:
    """Lines of each page as its reader sees them, within the bounds of extraction; none of one that breaks them."""
    with Pool(page_lines, processes=processes, seconds=seconds, memory=memory) as pool:
        for page, outcome in pool.map(pages):
            yield page, outcome.value or []


def page_lines(page: Page) -> list[str]:
    """Lines of one page, in this process and without bounds; raises as `extract_page` does."""
    try:
        return [_writable(line) for line in visible_lines(_html(page)[0])]
    except TooLarge:
        return []


def extract_page(page: Page) -> dict[str, Any]:
    """The record of one page, in this process and without bounds.

    Raises
    ------
    ValueError
        The page cannot be read from where it lies, or the extractor cannot read it.
    OSError
        Its file cannot be read.
    """
    try:
        html, address, stated = _html(page)
    except TooLarge as error:
        return _record(page, Extraction(refused="too_large"), page.address) | {"refusal_detail": str(error)}
    extraction = extract_article(
        html, address=address, extractor=page.extractor, timezone=page.timezone, now=page.retrieved
    )
    return _record(page, extraction, address if stated else extraction.canonical or address)


def _html(page: Page) -> tuple[str, str, bool]:
    """Text and address of a page, and whether its canonical address must not replace that."""
    if page.offset is not None:
        answer = read_page(page.path, page.offset)
        return decode(answer.body, content_type=answer.header("Content-Type")), page.address, False
    html = decode(_saved(page.path))
    saved = _SAVED_FROM.search(html[:3000])
    return html, saved.group(1) if saved else page.address, saved is not None


def _saved(path: Path) -> bytes:
    """The bytes of a saved page, gzipped or not."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        try:
            body = (gzip.GzipFile(fileobj=file) if packed else file).read(LARGEST + 1)
        except (EOFError, OSError, zlib.error) as error:
            raise ValueError(
                f"{path.name}: the gzip file is cut off or damaged ({error}); fetch or export it again"
            ) from error
    if len(body) > LARGEST:
        raise TooLarge(f"more than {LARGEST:,} bytes")
    return body


def _record(page: Page, extraction: Extraction, address: str) -> dict[str, Any]:
    flags = dict.fromkeys(f"{flag}\t{' '.join(evidence.split())}" for flag, evidence in extraction.flags)
    record = {"page_id": page.page_id, "outlet": page.outlet, "address": address}
    record |= {name: getattr(extraction, name) for name in STATED}
    record |= {"flags": "\n".join(flags), "refused": extraction.refused, "refusal_detail": ""}
    return {name: _writable(value) if isinstance(value, str) else value for name, value in record.items()}


def _lost(page: Page, outcome: Outcome) -> dict[str, Any]:
    """The record of a page whose extraction did not end well."""
    refused = "unreadable" if outcome.failure == "failed" else outcome.failure
    return _record(page, Extraction(refused=refused), page.address) | {"refusal_detail": _writable(outcome.detail)}


def _writable(text: str) -> str:
    """Text that UTF-8 can hold: halves of surrogate pairs come from JSON.

    >>> _writable("a \\ud800 b")
    'a ? b'
    """
    return text.encode("utf-8", "replace").decode()
