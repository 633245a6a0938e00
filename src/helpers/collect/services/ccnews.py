"""Which WARC files of Common Crawl's news crawl lie in a period.

Each holds about a gigabyte of pages of all outlets, so they are listed for the researcher to download and import,
not fetched here.
"""

from __future__ import annotations

import datetime as dt
import re
import zlib
from urllib.parse import urljoin

from helpers.collect.answers import Answer
from helpers.collect.services.model import Listed, Listing, Period, Services
from helpers.collect.session import Session

FIRST = (2016, 8)  # the crawl began in August 2016
MOST_BYTES = 20_000_000
MARGIN = dt.timedelta(days=1)  # a file is written for hours, and a page is crawled after it was published
_FILE = re.compile(r"CC-NEWS-(\d{14})-\d+\.warc\.gz$")


async def ccnews_files(session: Session, period: Period, *, services: Services) -> Listing:
    """WARC files that may hold pages of the period.

    Parameters
    ----------
    session : Session
    period : (date, date)
    services : Services

    Returns
    -------
    Listing
        `address` of each file, and as `stated` when it was begun (UTC, from its name).  A month that cannot be had is
        in `failed`.
    """
    listing = Listing()
    start = dt.datetime.combine(period[0], dt.time(), dt.UTC) - MARGIN
    end = dt.datetime.combine(period[1], dt.time(), dt.UTC) + dt.timedelta(days=1) + MARGIN
    for year, month in _months(start, end):
        address = urljoin(services.ccnews, f"crawl-data/CC-NEWS/{year}/{month:02}/warc.paths.gz")
        async with services.lock:
            if address not in services.held:
                services.held[address] = await session.ask(address, pace=services.ccnews_pace)
        answer = services.held[address]
        try:
            files = _files(answer, services.ccnews) if answer.outcome == "ok" else []
        except ValueError as error:
            answer = Answer(address, "unreadable", answer.retrieved, answer.status, detail=str(error))
        if answer.outcome != "ok":
            listing.failed.append(answer)
            continue
        listing.rows += [file for file in files if start <= file.stated < end]
    return listing


def _months(start: dt.datetime, end: dt.datetime) -> list[tuple[int, int]]:
    first, last = max((start.year, start.month), FIRST), (end.year, end.month)
    count = (last[0] - first[0]) * 12 + last[1] - first[1] + 1
    return [((first[0] * 12 + first[1] - 1 + n) // 12, (first[1] - 1 + n) % 12 + 1) for n in range(count)]


def _files(answer: Answer, root: str) -> list[Listed]:
    body = answer.body
    if body[:2] == b"\x1f\x8b":
        inflate = zlib.decompressobj(31)
        try:
            body = inflate.decompress(body, MOST_BYTES)
        except zlib.error as error:
            raise ValueError(f"damaged gzip ({error})") from None
        if inflate.unconsumed_tail or not inflate.eof:
            raise ValueError(f"gzip that is cut off, or holds more than {MOST_BYTES} bytes")
    files = []
    for line in body.decode("ascii", "replace").split():
        name = _FILE.search(line)
        if name is None:
            raise ValueError(f"{line[:100]!r} does not name a CC-NEWS file")
        begun = dt.datetime.strptime(name.group(1), "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC)
        files.append(Listed(urljoin(root, line), begun))
    return sorted(files, key=lambda file: (file.stated, file.address))
