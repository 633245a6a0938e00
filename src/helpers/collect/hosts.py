"""What is known of each site that is asked: how much it may be asked, how fast, and what its robots.txt says."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

from protego import Protego

from helpers.collect.answers import Answer

PRODUCT = "coverage-notebooks"  # what a robots.txt calls us
WHOLE = "/"  # in place of a section: the host itself
AGAIN = "//"  # the addresses that had failed in an earlier run, as a section of their own
ELSEWHERE = 2  # failures outside its worst section that make it one of the host
UNREAD = "robots.txt could not be read"
TRANSIENT = frozenset({429, 500, 502, 503, 504})
HOST_DOWN = "host_down"


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
    failures : int
        Addresses that fail in a row, after which a host, or a section of it, is left alone for the rest of the run but
        for a few tries.
    rest : float
        Seconds until the first of them.
    trials : int
        Addresses that are tried then, far apart in the list: one alone may be of what fails by itself, such as a month.
    lists_bytes, lists_seconds, addresses : int, float, int
        What the sitemaps of one outlet may come to, all together; those beyond are not read.
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
    failures: int = 5
    rest: float = 60.0
    trials: int = 3
    lists_bytes: int = 1_000_000_000
    lists_seconds: float = 7200.0
    addresses: int = 1_000_000


@dataclass(frozen=True)
class Rules:
    """The robots.txt of one origin, or why it refuses everything."""

    said: Protego
    refusal: str = ""


@dataclass
class Down:
    """Why a host or a section is not asked, when it may be tried, and how many tries are left."""

    reason: str
    at: float
    n_left: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass
class Host:
    """What is known of one host, asked by http and by https at one pace; `rules` by origin, for each has its own.

    `next_at` is when it may be asked again, on the loop's clock: `pace` after the last request began, and `delay` after
    the last answer was there, for a site or service that names one.  `away` is why it is left alone for the rest of the
    run; `down` is why it is not asked, or a section of it: the first part of a path.
    """

    slots: asyncio.Semaphore
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    rules: dict[str, Rules] = field(default_factory=dict)
    next_at: float = 0.0
    pace: float = 0.0
    delay: float = 0.0
    away: str = ""
    down: dict[str, Down] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)  # in a row, by section
    n_parked: dict[str, int] = field(default_factory=dict)  # how often it came back
    streak: Counter[str] = field(default_factory=Counter)  # failures in a row, whatever the section

    def turn(self, now: float) -> float:
        """Seconds until the next request may go out; whoever asks has that turn."""
        at = max(now, self.next_at)
        self.next_at = at + self.pace
        return at - now

    def answered(self, now: float) -> None:
        """A request has come to its end."""
        if self.delay:
            self.next_at = max(self.next_at, now + self.delay)

    def is_down(self, section: str, *, is_again: bool = False) -> Down | None:
        """Why an address of a section is not asked, if it is not."""
        return self.down.get(WHOLE) or self.down.get(section) or (self.down.get(AGAIN) if is_again else None)

    def heard(self, section: str, failure: str, now: float, limits: Limits) -> None:
        """An address was asked; `failure` is blank if whoever answered is alive.

        A section is down after `Limits.failures` in a row; the host is when two of them lie outside the worst section.
        """
        if not failure:
            self.failed[section] = 0
            self.streak.clear()
            for one in {WHOLE, section} & set(self.down):
                if self.down.pop(one).at <= now:  # else an answer that was under way
                    self.n_parked[one] = self.n_parked.get(one, 0) + 1
            return
        self.streak[section] += 1
        self.failed[section] = self.failed.get(section, 0) + 1
        n_failed = self.streak.total()
        if n_failed >= limits.failures and n_failed - max(self.streak.values()) >= ELSEWHERE:
            self._park(WHOLE, f"{n_failed} addresses in a row failed at the host", failure, now, limits)
        elif self.failed[section] >= limits.failures:
            self._park(
                section, f"{self.failed[section]} addresses in a row failed {_where(section)}", failure, now, limits
            )

    def _park(self, what: str, why: str, failure: str, now: float, limits: Limits) -> None:
        if what not in self.down:
            again = self.n_parked.get(what, 0) > 0  # it came back once, and went again
            self.down[what] = Down(f"not asked: {why} ({failure})", now + limits.rest, 0 if again else limits.trials)


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


def _where(section: str) -> str:
    if section == AGAIN:
        return "as they had before"
    return f"below /{section}/" if section else "at the root of the host"


def section_of(address: str) -> str:
    """The first part of a path, or nothing at the root.

    >>> section_of("http://quay.invalid/sport/1.html"), section_of("http://quay.invalid/1.html")
    ('sport', '')
    """
    first, slash, _ = urlsplit(address).path.lstrip("/").partition("/")
    return first if slash else ""


def failure_of(answer: Answer) -> str:
    """What an answer says of a host that may be down, or nothing: one that answers in whatever way is not.

    A site that asks for patience (429) is alive, and so is one that breaks off amid a page.

    >>> at = dt.datetime(2031, 1, 10, tzinfo=dt.UTC)
    >>> [failure_of(Answer("http://a.invalid/", said, at, status)) for said, status in
    ...  (("server_error", 503), ("server_error", 429), ("timed_out", 0), ("not_found", 404), ("unreachable", 200))]
    ['503', '', 'timed_out', '', '']
    """
    if answer.outcome == "timed_out" or (answer.outcome == "unreachable" and not answer.status):
        return answer.outcome
    return str(answer.status) if answer.status in TRANSIENT - {429} else ""


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

    A date is taken by the site's own clock, where it tells it: this machine's may have been set back.

    >>> at = dt.datetime(2031, 1, 10, tzinfo=dt.UTC)
    >>> busy = Answer("http://a.invalid/", "server_error", at, 503, (("Retry-After", "Fri, 10 Jan 2031 00:01:00 GMT"),))
    >>> retry_after(busy, at)
    60.0
    """
    value = answer.header("Retry-After").strip()
    try:
        if value.isdigit():
            return float(value)
        return max(0.0, (parsedate_to_datetime(value) - _said_at(answer, now)).total_seconds()) if value else None
    except (ValueError, TypeError):
        return None  # not a time: the usual pause does


def _said_at(answer: Answer, now: dt.datetime) -> dt.datetime:
    try:
        said = parsedate_to_datetime(answer.header("Date"))
    except (ValueError, TypeError):
        return now
    return said if said.tzinfo else now
