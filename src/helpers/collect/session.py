"""Asking the web politely: robots.txt, one host at a time at its own pace, bounded in bytes and seconds.

robots.txt after RFC 9309: absent means allowed, unreachable means refused.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import zlib
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

import aiohttp
from protego import Protego

from helpers.collect.addresses import GuardedResolver, RefusedAddress, Resolve, check_address
from helpers.collect.answers import Answer, TooLarge, bounded, outcome_of, redirect_target

PRODUCT = "coverage-notebooks"
TRANSIENT = frozenset({429, 500, 502, 503, 504})
ROBOTS_BYTES = 512_000  # RFC 9309 asks for at least 500 KiB

Clock = Callable[[], dt.datetime]


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
    redirects : int
    connections : int
        Hosts asked at once.
    """

    seconds: float = 60.0
    size: int = 10_000_000
    pace: float = 1.0
    tries: int = 3
    wait: float = 2.0
    longest_wait: float = 120.0
    redirects: int = 5
    connections: int = 16


@dataclass
class Host:
    """What is known of one origin."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    rules: Protego | None = None
    refusal: str = ""
    asked: bool = False
    next_at: float = 0.0


class Session:
    """One collecting run; an asynchronous context manager.

    Parameters
    ----------
    contact : str
        Address in the user agent, so that a site can complain.
    practice : bool
    resolver : callable ``host -> (ip, port)``, optional
        For practice hosts.
    clock : callable, optional
        What `retrieved` is read from; the machine's UTC clock by default.
    limits : Limits
    names : AbstractResolver, optional
        Name service, for tests.
    """

    def __init__(
        self,
        *,
        contact: str,
        practice: bool = False,
        resolver: Resolve | None = None,
        clock: Clock | None = None,
        limits: Limits | None = None,
        names: aiohttp.abc.AbstractResolver | None = None,
    ) -> None:
        self.practice, self.limits = practice, limits or Limits()
        self.clock = clock or (lambda: dt.datetime.now(dt.UTC))
        self.agent = f"{PRODUCT}/1 (+{contact})"
        self._resolver = GuardedResolver(practice=practice, resolver=resolver, names=names)
        self._hosts: dict[str, Host] = defaultdict(Host)
        self._client: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Session:
        connector = aiohttp.TCPConnector(
            resolver=self._resolver, use_dns_cache=False, limit=self.limits.connections, limit_per_host=1
        )
        self._client = aiohttp.ClientSession(
            connector=connector,
            auto_decompress=False,  # decompressed below, where the bound can see it
            trust_env=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self.agent, "Accept-Encoding": "gzip, deflate", "Accept": "text/html,*/*;q=0.5"},
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()
        await self._resolver.close()

    async def get(self, address: str, *, validators: Mapping[str, str] | None = None) -> Answer:
        """Ask for one address, following no redirect.

        Parameters
        ----------
        address : str
        validators : mapping, optional
            ``If-None-Match`` and ``If-Modified-Since`` headers.

        Returns
        -------
        Answer
            With outcome ok, redirect, not_modified, robots_refused, refused_address, gone, not_found,
            paywalled, forbidden, server_error, timed_out, too_large or unreachable; never an exception of the
            network.
        """
        try:
            check_address(address, practice=self.practice)
        except RefusedAddress as error:
            return Answer(address, "refused_address", self.clock(), detail=str(error))
        host = self._hosts[_origin(address)]
        async with host.lock:
            await self._read_robots(address, host)
            if host.refusal or not host.rules.can_fetch(address, self.agent):
                return Answer(
                    address, "robots_refused", self.clock(), detail=host.refusal or "disallowed in robots.txt"
                )
            return await self._with_tries(address, host, validators or {}, self.limits.size)

    async def follow(self, address: str) -> Answer:
        """Ask for one address and the ones it redirects to; each hop is checked like the first."""
        for _ in range(self.limits.redirects + 1):
            answer = await self.get(address)
            if answer.outcome != "redirect":
                return answer
            address = redirect_target(answer)
        return Answer(address, "unreachable", self.clock(), detail=f"more than {self.limits.redirects} redirects")

    async def sitemaps(self, address: str) -> list[str]:
        """Sitemaps that the robots.txt of an address's host names."""
        try:
            check_address(address, practice=self.practice)
        except RefusedAddress:
            return []  # the caller asks for the address next and reports the refusal
        host = self._hosts[_origin(address)]
        async with host.lock:
            await self._read_robots(address, host)
        return list(host.rules.sitemaps) if host.rules else []

    async def _read_robots(self, address: str, host: Host) -> None:
        if host.asked:
            return
        host.asked = True
        place, answer = urljoin(address, "/robots.txt"), None
        for _ in range(self.limits.redirects + 1):
            answer = await self._with_tries(place, host, {}, ROBOTS_BYTES)
            if answer.outcome != "redirect":
                break
            place = redirect_target(answer)
            try:
                check_address(place, practice=self.practice)
            except RefusedAddress as error:
                answer = Answer(place, "refused_address", self.clock(), detail=str(error))
                break
        absent = 400 <= answer.status < 500 and answer.status != 429
        if answer.outcome == "ok" or absent:
            host.rules = Protego.parse(answer.body.decode("utf-8", "replace") if answer.outcome == "ok" else "")
        else:
            host.rules = Protego.parse("")
            host.refusal = (
                f"robots.txt could not be read: {answer.outcome} {answer.status or ''} {answer.detail}".strip()
            )

    async def _with_tries(self, address: str, host: Host, validators: Mapping[str, str], size: int) -> Answer:
        answer = Answer(address, "unreachable", self.clock())
        for attempt in range(self.limits.tries):
            await self._keep_pace(host)
            answer = await self._once(address, validators, size)
            if answer.status not in TRANSIENT and answer.outcome != "unreachable":
                return answer
            pause = _retry_after(answer, self.clock())
            pause = self.limits.wait * 2**attempt if pause is None else pause
            if pause > self.limits.longest_wait or attempt + 1 == self.limits.tries:
                return answer
            await asyncio.sleep(pause)
        return answer

    async def _keep_pace(self, host: Host) -> None:
        loop = asyncio.get_running_loop()
        asked = host.rules.crawl_delay(self.agent) if host.rules else None
        await asyncio.sleep(max(0.0, host.next_at - loop.time()))
        host.next_at = loop.time() + max(self.limits.pace, asked or 0.0)

    async def _once(self, address: str, validators: Mapping[str, str], size: int) -> Answer:
        status, headers = 0, ()
        try:
            async with asyncio.timeout(self.limits.seconds):
                async with self._client.get(address, allow_redirects=False, headers=dict(validators)) as response:
                    status, headers = response.status, tuple(response.headers.items())
                    body = await bounded(response, size)
        except TimeoutError:
            return Answer(address, "timed_out", self.clock(), detail=f"after {self.limits.seconds:g} s")
        except TooLarge as error:
            return Answer(address, "too_large", self.clock(), detail=str(error))
        except RefusedAddress as error:
            return Answer(address, "refused_address", self.clock(), detail=str(error))
        except (aiohttp.ClientError, OSError, zlib.error, ValueError) as error:
            cause = error.__cause__ or error
            if isinstance(cause, RefusedAddress):
                return Answer(address, "refused_address", self.clock(), detail=str(cause))
            return Answer(address, "unreachable", self.clock(), detail=f"{type(error).__name__}: {str(error)[:200]}")
        outcome = outcome_of(status, headers)
        return Answer(address, outcome, self.clock(), status, headers, body, "" if outcome == "ok" else str(status))


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _retry_after(answer: Answer, now: dt.datetime) -> float | None:
    """Seconds that a site asks to wait, as a number or as a date."""
    value = answer.header("Retry-After").strip()
    if value.isdigit():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - now).total_seconds()) if value else None
    except (ValueError, TypeError):
        return None  # not a time: the usual pause does
