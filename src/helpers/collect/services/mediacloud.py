"""Addresses from Media Cloud, through its own client and with the user's key.

The key is read from the environment variable that the study names, is sent to the service alone, and is written
nowhere.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import time
import zoneinfo
from urllib.parse import urlsplit

import mediacloud.api
import requests
from mediacloud.error import APIResponseError

from helpers.collect.answers import Answer
from helpers.collect.services.model import Listed, Listing, Query, Services
from helpers.collect.session import TRANSIENT, Session
from helpers.study import MediaCloud

ROWS = 1_000  # the largest page that the service gives
PAGES = 500
ANYTHING = "*"


async def ask_mediacloud(session: Session, query: Query, services: Services, options: MediaCloud) -> Listing:
    """Stories of an outlet that Media Cloud holds for the period.

    Parameters
    ----------
    session : Session
        For its limits and clock; the requests are the client's own.
    query : Query
    services : Services
    options : MediaCloud

    Returns
    -------
    Listing
        `stated` is midnight, in the outlet's zone, of the day of publication.  Without a key, and where the service
        refuses, one line in `failed`.
    """
    key = os.environ.get(options.key_variable, "").strip()
    if not key:
        detail = f"no Media Cloud key: set the environment variable {options.key_variable} to yours"
        return Listing(failed=[Answer(services.mediacloud, "no_key", session.clock(), detail=detail)])
    return await asyncio.to_thread(_stories, session, query, services, options, key)


def worded(query: Query, *, by_host: bool) -> str:
    """What Media Cloud is asked for: a name of each entity, in the outlet's own language.

    >>> pair = {"en": {"A": ("Tarvenia", "Karvosk City"), "B": ("Lodmaria",)}}
    >>> worded(Query("https://www.quay.invalid/", period=(), language="en", terms=pair), by_host=True)
    '("Tarvenia" OR "Karvosk City") AND ("Lodmaria") AND canonical_domain:quay.invalid'
    """
    groups = query.names(query.language)
    clauses = ["({})".format(" OR ".join('"{}"'.format(name.replace('"', " ")) for name in names)) for names in groups]
    if by_host:
        places = [f"canonical_domain:{domain}" for domain in query.domains]
        clauses.append(f"({' OR '.join(places)})" if len(places) > 1 else places[0])
    return " AND ".join(clauses) or ANYTHING


def _stories(session: Session, query: Query, services: Services, options: MediaCloud, key: str) -> Listing:
    """Page after page of stories, in a thread of its own: the client waits by sleeping."""
    listing, token = Listing(), None
    if fault := _unfit(services.mediacloud, practice=session.practice):
        return Listing(failed=[Answer(services.mediacloud, "refused_address", session.clock(), detail=fault)])
    client = mediacloud.api.SearchApi(key)
    client.BASE_API_URL, client.RATE_LIMIT_PER_MINUTE = services.mediacloud, services.mediacloud_rate
    client.TIMEOUT_SECS, client.USER_AGENT_STRING = session.limits.seconds, session.agent
    client._headers["User-Agent"] = session.agent
    for _ in range(PAGES):
        try:
            stories, following = _page(client, session, query, options, token)
        except APIResponseError as error:
            outcome, detail = _refusal(error)
            listing.failed.append(
                Answer(services.mediacloud, outcome, session.clock(), error.response.status_code, detail=detail)
            )
            return listing
        except (requests.RequestException, KeyError, TypeError, ValueError) as error:
            outcome = "unreachable" if isinstance(error, requests.ConnectionError) else "unreadable"
            outcome = "timed_out" if isinstance(error, requests.Timeout) else outcome
            detail = f"Media Cloud gave no story list: {type(error).__name__}"
            listing.failed.append(Answer(services.mediacloud, outcome, session.clock(), detail=detail))
            return listing
        listing.rows += [_listed(story, query.timezone) for story in stories if story.get("url")]
        if not following or not stories or following == token:
            return listing
        token = following
    detail = f"Media Cloud lists more than {PAGES * ROWS} stories; ask for a shorter period"
    listing.failed.append(Answer(services.mediacloud, "cut", session.clock(), 200, detail=detail))
    return listing


def _page(
    client: mediacloud.api.SearchApi, session: Session, query: Query, options: MediaCloud, token: str | None
) -> tuple[list[mediacloud.api.Story], str | None]:
    """One page; an answer that may pass is waited for, as the session waits."""
    for attempt in range(session.limits.tries):
        try:
            return client.story_list(
                worded(query, by_host=not options.sources),
                query.period[0],
                query.period[1],
                collection_ids=list(options.collections),
                source_ids=list(options.sources),
                pagination_token=token,
                page_size=ROWS,
            )
        except APIResponseError as error:
            pause = session.limits.wait * 2**attempt
            asked = error.response.headers.get("Retry-After", "")
            pause = float(asked) if asked.isdigit() else pause
            passing = error.response.status_code in TRANSIENT
            if not passing or attempt + 1 == session.limits.tries or pause > session.limits.longest_wait:
                raise
        time.sleep(pause)
    raise ValueError("limits.tries must be at least 1")


def _refusal(error: APIResponseError) -> tuple[str, str]:
    """The outcome of a refused request, and what to do; the service's own words without the query."""
    status = error.response.status_code
    note = " ".join(str(error.data.get("note") or "").split())[:120]
    if status in (401, 403):
        return "forbidden", f"Media Cloud refuses the key, or the account may not ask this: {note}"
    if status == 429:
        return "rate_limited", f"Media Cloud asks for fewer requests; collect again later: {note}"
    outcome = "server_error" if status >= 500 else "refused_query" if status >= 400 else "unreadable"
    return outcome, f"Media Cloud answered {status}: {note}"


def _listed(story: mediacloud.api.Story, timezone: str) -> Listed:
    day = story.get("publish_date")
    stated = dt.datetime.combine(day, dt.time(), zoneinfo.ZoneInfo(timezone)).astimezone(dt.UTC) if day else None
    return Listed(str(story["url"]), stated, str(story.get("title") or ""))


def _unfit(address: str, *, practice: bool) -> str:
    """Why an address may not have the key: it must be https, and this machine itself only in practice."""
    parts = urlsplit(address)
    if practice and parts.scheme == "http" and parts.hostname == "127.0.0.1":
        return ""
    return "" if parts.scheme == "https" and not practice else f"{address} is not where the key may be sent"
