"""Lists of others are parsed in processes of their own: one that hangs a parser or fills its memory costs one list."""

from __future__ import annotations

import asyncio
import atexit
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import NamedTuple

from helpers.collect.answers import Answer
from helpers.collect.listings import Feed, Link, Sitemap, read_feed, read_front, read_sitemap
from helpers.collect.recognise import recognise
from helpers.extract.encoding import decode
from helpers.pool import Outcome, Pool

SECONDS, MEMORY = 60.0, 1_500_000_000  # for one list of 50 MB, the most that a sitemap may have
PROCESSES = 2
FEED, SITEMAP, FRONT, ANY = "feed", "sitemap", "front", "any"
Recognised = tuple[str, list[Link], str]


class Unread(NamedTuple):
    """A list that gave nothing: outcome and detail as the ledger has them."""

    outcome: str
    detail: str


class Job(NamedTuple):
    """One list to be parsed: its kind, and the answer that holds it."""

    kind: str
    answer: Answer
    timezone: str


def parse(job: Job) -> Feed | Sitemap | list[str] | Recognised | Unread:
    """What a list holds.

    >>> import datetime as dt
    >>> page = Answer("http://a.org/", "ok", dt.datetime.now(dt.UTC), 200, body=b"<a href='/news/1.html'>x</a>")
    >>> parse(Job(FRONT, page, "UTC"))
    ['http://a.org/news/1.html']
    >>> parse(Job(SITEMAP, page, "UTC")).outcome
    'unreadable'
    """
    body, base = job.answer.body, job.answer.address
    if job.kind == ANY:
        return recognise(job.answer, timezone=job.timezone)
    if job.kind == FRONT:
        return read_front(decode(body, content_type=job.answer.header("Content-Type")), base=base)
    if job.kind == FEED:
        return read_feed(body, base=base, timezone=job.timezone)
    try:
        return read_sitemap(body, base=base, timezone=job.timezone)
    except ValueError as error:
        return Unread("unreadable", str(error))


async def read_list(kind: str, answer: Answer, timezone: str) -> Feed | Sitemap | list[str] | Recognised | Unread:
    """What a list holds, parsed within `SECONDS` and `MEMORY`.

    Parameters
    ----------
    kind : {"feed", "sitemap", "front", "any"}
    answer : Answer
    timezone : str
        Of dates without one.

    Returns
    -------
    Feed, Sitemap, list of addresses, (kind, links, fault) as of `recognise`, or Unread; never Unread of kind any
    """
    outcome = await asyncio.get_running_loop().run_in_executor(_threads(), _run, Job(kind, answer, timezone))
    if not outcome.failure:
        return outcome.value
    if kind == ANY:
        return "other", [], f"{outcome.failure}: {outcome.detail}"
    if outcome.failure == "failed":
        return Unread("unreadable", outcome.detail)
    return Unread(outcome.failure, f"while its {kind} was read: {outcome.detail}")


def _run(job: Job) -> Outcome:
    return _pool().run(job)


@cache
def _pool() -> Pool:
    """One pool for all runs of this process: to start it takes longer than to read most lists."""
    pool = Pool(parse, processes=PROCESSES, seconds=SECONDS, memory=MEMORY)
    atexit.register(pool.close)
    return pool


@cache
def _threads() -> ThreadPoolExecutor:
    """Threads that wait for the pool, and for nothing else: names are looked up in those of the loop."""
    return ThreadPoolExecutor(PROCESSES, thread_name_prefix="lists")
