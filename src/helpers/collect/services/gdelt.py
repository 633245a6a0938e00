"""Addresses from the GDELT DOC 2.0 interface, which gives at most 250 a query.

The period is asked in slices of a month; one that comes back full, or nearly, is halved, to days and on to a quarter of
an hour, and a slice that is full even then is reported as cut.  Where little is found this takes a thirtieth of the
requests that a slice a day would, at six seconds each.  GDELT searches its own English translation of every article, so
it is asked in English where the study has English names.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import re
from urllib.parse import urlencode

from helpers.collect.answers import Answer
from helpers.collect.services.model import Listed, Listing, Query, Services
from helpers.collect.session import Session

ROWS = 250  # the most that `maxrecords` may be
FULL = 225  # near-duplicates may be dropped after the count, so that a cut slice has fewer
LONGEST = dt.timedelta(days=32)
SHORTEST = dt.timedelta(minutes=15)  # GDELT gathers in quarters of an hour, and refuses shorter spans
LONGEST_QUERY = 240  # characters; longer ones are answered by "too short or too long"
SHORTEST_NAME = 3
IN_A_ROW = 3  # slices without an answer, after which the rest is left for another run
LANGUAGES = {
    "en": "english", "ru": "russian", "uk": "ukrainian", "ko": "korean", "zh": "chinese", "ja": "japanese",
}  # fmt: skip
_ESCAPE = re.compile(r'\\(["\\/bfnrt]|u[0-9a-fA-F]{4})?')
_PACE = re.compile(r"limit requests", re.IGNORECASE)


async def ask_gdelt(session: Session, query: Query, services: Services) -> Listing:
    """Articles of an outlet that GDELT has seen in the period.

    Parameters
    ----------
    session : Session
    query : Query
    services : Services

    Returns
    -------
    Listing
        `stated` is when GDELT saw the article, which is hours after its publication.  A slice that was cut, and one
        that got no answer, is in `failed`; the others are asked all the same, until GDELT has refused the query itself,
        has asked for fewer requests to the last try, or has failed on three slices in a row.  The days that were then
        not asked for are told in one line.
    """
    listing = Listing()
    begin = dt.datetime.combine(query.period[0], dt.time())
    end = dt.datetime.combine(query.period[1], dt.time()) + dt.timedelta(days=1)
    starts = [begin + n * LONGEST for n in range(-(-(end - begin) // LONGEST))]
    for wording in wordings(query):
        failures = 0
        for start in starts:
            before, span = len(listing.failed), (start, min(start + LONGEST, end))
            goes_on = await _slice(session, services, wording, span, listing)
            new = {answer.outcome for answer in listing.failed[before:]} - {"cut"}
            failures = failures + 1 if new else 0
            if goes_on and failures < IN_A_ROW:
                continue
            if span[1] < end:
                detail = f"GDELT was not asked for {span[1]:%Y-%m-%d} to {query.period[1]}, after the failure before"
                listing.failed.append(Answer(services.gdelt, "not_asked", session.clock(), detail=detail))
            return listing
    return listing


def wordings(query: Query) -> list[str]:
    """The queries that together ask for every name, none longer than GDELT takes.

    >>> pair = {"en": {"A": ("Tarvenia", "Karvosk City"), "B": ("Lodmaria",)}}
    >>> wordings(Query("https://www.quay.invalid/", period=(), language="ru", terms=pair))
    ['(Tarvenia OR "Karvosk City") Lodmaria domainis:quay.invalid sourcelang:russian']
    """
    groups = query.names("en") or query.names(query.language)
    places = [f"domainis:{domain}" for domain in query.domains]
    tail = f"({' OR '.join(places)})" if len(places) > 1 else places[0]
    if query.language in LANGUAGES:
        tail += f" sourcelang:{LANGUAGES[query.language]}"
    room = (LONGEST_QUERY - len(tail)) // max(1, len(groups)) - 1
    parts = [_packed(names, room) for names in groups]
    return [" ".join((*combination, tail)) for combination in itertools.product(*(p for p in parts if p))]


def _packed(names: tuple[str, ...], room: int) -> list[str]:
    """Names joined by OR, in as many clauses as the room asks for; in parentheses only where there are several."""
    clauses: list[list[str]] = []
    for name in dict.fromkeys(names):
        plain = re.sub(r"[^\w\s-]+", " ", name)
        if len(plain.replace(" ", "")) < SHORTEST_NAME:
            continue
        word = f'"{" ".join(plain.split())}"' if re.search(r"[\s-]", plain.strip()) else plain.strip()
        if clauses and len(" OR ".join((*clauses[-1], word))) + 2 <= room:
            clauses[-1].append(word)
        else:
            clauses.append([word])
    return [f"({' OR '.join(clause)})" if len(clause) > 1 else clause[0] for clause in clauses]


async def _slice(
    session: Session, services: Services, wording: str, span: tuple[dt.datetime, dt.datetime], listing: Listing
) -> bool:
    """Ask for a span, and for its halves where it comes back full; whether to go on asking."""
    start, end = span
    parameters = {
        "query": wording, "mode": "artlist", "format": "json", "maxrecords": ROWS, "sort": "dateasc",
        "startdatetime": f"{start:%Y%m%d%H%M%S}", "enddatetime": f"{end - dt.timedelta(seconds=1):%Y%m%d%H%M%S}",
    }  # fmt: skip
    address = f"{services.gdelt}?{urlencode(parameters)}"
    answer, rows = await _answered(session, services, address)
    if answer is not None:
        listing.failed.append(answer)
        return answer.outcome not in ("rate_limited", "refused_query", "refused_address")
    if len(rows) >= FULL and end - start >= 2 * SHORTEST:
        middle = start + (end - start) / 2
        return await _slice(session, services, wording, (start, middle), listing) and await _slice(
            session, services, wording, (middle, end), listing
        )
    if len(rows) >= FULL:
        detail = (
            f"GDELT gave {len(rows)} rows, no more than {ROWS}, for {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC"
        )
        listing.failed.append(Answer(address, "cut", session.clock(), 200, detail=detail))
    listing.rows += rows
    return True


async def _answered(session: Session, services: Services, address: str) -> tuple[Answer | None, list[Listed]]:
    """What went wrong, or the rows; GDELT says in plain text with status 200 that it was asked too often."""
    for _ in range(session.limits.tries):
        answer = await session.ask(address, pace=services.gdelt_pace)
        text = answer.body.decode("utf-8", "replace").strip().removeprefix("\ufeff")
        message = " ".join(text.split())[:160]
        if answer.status == 429:
            return _failure(answer, "rate_limited", "GDELT asks for fewer requests; collect again later"), []
        if answer.outcome != "ok":
            return answer, []
        if text.startswith("{") or not text:
            return _rows(answer, text)
        if not _PACE.search(message):
            return _failure(answer, "refused_query", f"GDELT refused the query: {message}"), []
    return _failure(answer, "rate_limited", f"GDELT asks for fewer requests: {message}"), []


def _rows(answer: Answer, text: str) -> tuple[Answer | None, list[Listed]]:
    try:  # GDELT leaves lone backslashes and control characters in titles
        articles = json.loads(_ESCAPE.sub(_known, text) if text else "{}", strict=False).get("articles") or []
        return None, [
            Listed(str(row["url"]), _seen(str(row.get("seendate") or "")), str(row.get("title") or ""))
            for row in articles
            if row.get("url")
        ]
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        return _failure(answer, "unreadable", f"GDELT's answer is not its JSON: {str(error)[:120]}"), []


def _known(escape: re.Match[str]) -> str:
    """An escape that JSON knows, as it is; of any other the backslash alone, as a character."""
    return escape.group() if escape.group(1) else "\\\\"


def _seen(value: str) -> dt.datetime | None:
    try:
        return dt.datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
    except ValueError:
        return None  # an undated row is still an address


def _failure(answer: Answer, outcome: str, detail: str) -> Answer:
    return Answer(answer.address, outcome, answer.retrieved, answer.status, detail=detail)
