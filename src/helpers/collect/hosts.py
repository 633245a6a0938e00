"""What is known of each site that is asked: how much it may be asked, how fast, and what its robots.txt says."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

from protego import Protego

from helpers.collect.answers import Answer

PRODUCT = "coverage-notebooks"  # what a robots.txt calls us
UNREAD = "robots.txt could not be read"
TRANSIENT = frozenset({429, 500, 502, 503, 504})


@dataclass(frozen=True)
class Limits:
    """How much of other people's time and of one's own memory a page may take.

    Attributes
    ----------
    seconds : float
        For one request from first byte asked to last byte read.
    size : int
        Bytes of a page after decompression.
    pace : float
        Seconds between two requests to a host, if its robots.txt asks for no more.
    tries : int
        For answers that may pass: 429, 500, 502, 503, 504 and broken connections.
    wait : float
        Seconds before the second try, doubled for each further one.
    longest_wait : float
        A site that asks for more by Retry-After is left for another day.
    longest_delay : float
        A site whose robots.txt asks for more seconds between two requests is not asked at all.
    redirects : int
    connections : int
        Requests under way at once, over all hosts.
    per_host : int
        Requests under way at once at one host; one where its robots.txt asks for a delay.
    """

    seconds: float = 60.0
    size: int = 10_000_000
    pace: float = 1.0
    tries: int = 3
    wait: float = 2.0
    longest_wait: float = 120.0
    longest_delay: float = 120.0
    redirects: int = 5
    connections: int = 16
    per_host: int = 2


@dataclass(frozen=True)
class Rules:
    """The robots.txt of one origin, or why it refuses everything."""

    said: Protego
    refusal: str = ""


@dataclass
class Host:
    """What is known of one host, asked by http and by https at one pace; `rules` by origin, for each has its own.

    `next_at` is when it may be asked again, on the loop's clock: `pace` after the last request began, and `delay` after
    the last answer was there, for a site or service that names one.  `away` is why it is left alone for the rest of the
    run.
    """

    slots: asyncio.Semaphore
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    rules: dict[str, Rules] = field(default_factory=dict)
    next_at: float = 0.0
    pace: float = 0.0
    delay: float = 0.0
    away: str = ""

    def turn(self, now: float) -> float:
        """Seconds until the next request may go out; whoever asks has that turn."""
        at = max(now, self.next_at)
        self.next_at = at + self.pace
        return at - now

    def answered(self, now: float) -> None:
        """A request has come to its end."""
        if self.delay:
            self.next_at = max(self.next_at, now + self.delay)


class MayPass(Exception):
    """An answer that may be another one soon, and how often it has been asked for."""

    def __init__(self, answer: Answer, n_tries: int) -> None:
        super().__init__(answer.outcome)
        self.answer, self.n_tries = answer, n_tries


@dataclass(frozen=True)
class Robots:
    """What a robots.txt says of one address: whether it may be asked, how slowly, and where sitemaps are.

    `refusal` is why it could not be read, which refuses everything; empty when it was read or is absent.
    """

    allowed: bool
    refusal: str = ""
    crawl_delay: float | None = None
    sitemaps: tuple[str, ...] = ()


def delay_of(rules: Protego) -> float | None:
    """Seconds between two requests that a robots.txt asks for, as a delay or as a rate."""
    delay, rate = rules.crawl_delay(PRODUCT), rules.request_rate(PRODUCT)
    asked = [delay or 0.0, rate.seconds / rate.requests if rate and rate.requests else 0.0]
    return max(asked) or None


def named_sitemaps(rules: Protego, base: str) -> tuple[str, ...]:
    """Sitemaps that a robots.txt names, from the root where it leaves out the host; what is no address stays as it is.

    >>> named_sitemaps(Protego.parse("Sitemap: /news.xml"), "http://a.org/1")
    ('http://a.org/news.xml',)
    """
    addresses = []
    for name in rules.sitemaps:
        try:
            addresses.append(urljoin(base, name))
        except ValueError:
            addresses.append(name)  # whoever asks for it is told
    return tuple(addresses)


def retry_after(answer: Answer, now: dt.datetime) -> float | None:
    """Seconds that a site asks to wait, as a number or as a date; None if it names no time that can be read.

    >>> at = dt.datetime(2031, 1, 10, tzinfo=dt.UTC)
    >>> busy = Answer("http://a.invalid/", "server_error", at, 503, (("Retry-After", "Fri, 10 Jan 2031 00:01:00 GMT"),))
    >>> retry_after(busy, at)
    60.0
    """
    value = answer.header("Retry-After").strip()
    try:
        if value.isdigit():
            return float(value)
        return max(0.0, (parsedate_to_datetime(value) - now).total_seconds()) if value else None
    except (ValueError, TypeError):
        return None  # not a time: the usual pause does
