"""Addresses that the Wayback Machine has captured, from the Internet Archive's CDX server."""

from __future__ import annotations

import datetime as dt
import json
from urllib.parse import unquote_plus, urlencode

from helpers.collect.answers import Answer
from helpers.collect.services.model import Listed, Listing, Query, Services
from helpers.collect.session import Session

ROWS = 5_000  # a page of the list
PAGES = 400
LATER = dt.timedelta(days=30)  # captures follow publication; what was published on the last day is captured later


async def ask_wayback(session: Session, query: Query, services: Services) -> Listing:
    """Pages of an outlet's host that were captured as HTML with status 200 in the period or the month after it.

    Parameters
    ----------
    session : Session
    query : Query
    services : Services

    Returns
    -------
    Listing
        `stated` is the first capture in that span: no date of publication but a day by which the page was there, and
        so the least trusted of all dates.  Pages captured before and again in the period are among them.
    """
    listing, key = Listing(), ""
    start, end = query.period
    parameters = [
        ("url", f"{query.host}{query.path}/" if query.path else query.host),
        ("matchType", "prefix" if query.path else "host"),
        ("from", f"{start:%Y%m%d}"), ("to", f"{end + LATER:%Y%m%d}"),
        ("filter", "statuscode:200"), ("filter", "mimetype:text/html"), ("collapse", "urlkey"),
        ("fl", "timestamp,original"), ("output", "json"), ("limit", ROWS), ("showResumeKey", "true"),
    ]  # fmt: skip
    for _ in range(PAGES):
        address = f"{services.wayback}?{urlencode([*parameters, *([('resumeKey', key)] if key else [])])}"
        answer = await session.ask(address, pace=services.wayback_pace)
        if answer.outcome != "ok":
            outcome = "rate_limited" if answer.status == 429 else answer.outcome
            listing.failed.append(Answer(address, outcome, answer.retrieved, answer.status, detail=_told(answer)))
            return listing
        try:
            rows, following = _rows(answer.body)
        except ValueError as error:
            listing.failed.append(Answer(address, "unreadable", answer.retrieved, answer.status, detail=str(error)))
            return listing
        listing.rows += rows
        if not following or following == key:
            return listing
        key = following
    detail = f"the Wayback Machine lists more than {PAGES * ROWS} pages; ask for a shorter period"
    listing.failed.append(Answer(address, "cut", answer.retrieved, answer.status, detail=detail))
    return listing


def _rows(body: bytes) -> tuple[list[Listed], str]:
    """Rows, and the key of the next page: after the rows an empty one, then one that holds the key alone."""
    text = body.decode("utf-8", "replace").strip()
    if not text:
        return [], ""
    try:
        table = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError(f"the CDX server answered no JSON: {' '.join(text.split())[:120]}") from None
    if not isinstance(table, list) or not all(isinstance(row, list) for row in table):
        raise ValueError("the CDX server answered no table")
    key = ""
    if len(table) >= 2 and table[-2] == [] and len(table[-1]) == 1:
        key, table = unquote_plus(str(table[-1][0])), table[:-2]
    if not table:
        return [], key
    header = table[0]
    if "timestamp" not in header or "original" not in header:
        raise ValueError(f"the CDX server answered a table with columns {header}")
    when, where = header.index("timestamp"), header.index("original")
    return [Listed(str(row[where]), _captured(str(row[when]))) for row in table[1:] if len(row) == len(header)], key


def _captured(stamp: str) -> dt.datetime | None:
    try:
        return dt.datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC)
    except ValueError:
        return None  # an undated row is still an address


def _told(answer: Answer) -> str:
    text = " ".join(answer.body.decode("utf-8", "replace").split())[:120]
    return f"the Wayback Machine did not answer: {answer.detail} {text}".strip()
