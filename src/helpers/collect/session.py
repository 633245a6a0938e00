"""Asking the web politely: robots.txt, each host at its own pace, bounded in bytes and seconds.

robots.txt after RFC 9309: absent means allowed, unreachable means refused.  A host whose robots.txt names a delay is
asked one request at a time.  Waits before another try by stamina; ``Retry-After`` after RFC 9110, as seconds or date.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import urljoin, urlsplit

import aiohttp
import stamina
from protego import Protego

from helpers.collect.addresses import GuardedResolver, RefusedAddress, Resolve, check_address
from helpers.collect.answers import Answer, TooLarge, bounded, outcome_of, plain_headers, redirect_target
from helpers.collect.hosts import (
    AGAIN,
    HOST_DOWN,
    PRODUCT,
    TRANSIENT,
    UNREAD,
    Host,
    Limits,
    MayPass,
    Robots,
    Rules,
    delay_of,
    failure_of,
    named_sitemaps,
    retry_after,
    section_of,
)

__all__ = ["PRODUCT", "ROBOTS_BYTES", "Clock", "Limits", "Robots", "Session"]

ROBOTS_BYTES = 512_000  # RFC 9309: at least 500 KiB are read, and what follows need not be
logging.getLogger("stamina").addHandler(logging.NullHandler())  # each try is no news; the outcome is in the ledger

Clock = Callable[[], dt.datetime]


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
        self._hosts: dict[str, Host] = defaultdict(self._new_host)
        self._room = asyncio.Semaphore(self.limits.connections)
        self._client: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Session:
        # How many requests go out at once is ours to say: waiting for a connection would count as the site's time.
        connector = aiohttp.TCPConnector(resolver=self._resolver, use_dns_cache=False, limit=0)
        self._client = aiohttp.ClientSession(
            connector=connector,
            auto_decompress=False,  # decompressed below, where the bound can see it
            trust_env=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self.agent, "Accept-Encoding": "gzip, deflate", "Accept": "text/html,*/*;q=0.5"},
        )
        return self

    def _new_host(self) -> Host:
        return Host(asyncio.Semaphore(self.limits.per_host), pace=self.limits.pace)

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()
        await self._resolver.close()

    async def get(
        self,
        address: str,
        *,
        validators: Mapping[str, str] | None = None,
        size: int | None = None,
        is_trial: bool = False,
        is_again: bool = False,
    ) -> Answer:
        """Ask for one address, following no redirect.

        Parameters
        ----------
        address : str
        validators : mapping, optional
            ``If-None-Match`` and ``If-Modified-Since`` headers.
        size : int, optional
            Bytes to take instead of what a page may have: a sitemap is a longer thing.
        is_trial : bool
            Try a host that is down, after `Limits.rest` and `Limits.trials` times a run.
        is_again : bool
            It had failed in an earlier run: if it does so again, that says nothing of the others at its host.

        Returns
        -------
        Answer
            With outcome ok, redirect, not_modified, partial, no_content, robots_refused, refused_address, gone,
            not_found, paywalled, forbidden, server_error, timed_out, too_large, unreachable or host_down; never an
            exception of the network.
        """
        try:
            check_address(address, practice=self.practice)
        except RefusedAddress as error:
            return Answer(address, "refused_address", self.clock(), detail=str(error))
        host = self._hosts[_name(address)]
        rules = await self._read_robots(address, host)
        if rules.refusal or not rules.said.can_fetch(address, PRODUCT):
            return Answer(address, "robots_refused", self.clock(), detail=rules.refusal or "disallowed in robots.txt")
        ask = partial(self._heard, address, host, validators or {}, size or self.limits.size)
        down = host.is_down(section_of(address))
        if down is None or not is_trial:
            return await ask(self.limits.tries, is_again=is_again)
        async with down.lock:  # whoever else would try waits for what comes of this
            if not down.n_left or not host.is_down(section_of(address)):
                return await ask(self.limits.tries)
            await asyncio.sleep(max(0.0, down.at - asyncio.get_running_loop().time()))
            answer = await ask(1, is_trial=True)
            down.n_left -= 1
            return answer

    async def _heard(
        self,
        address: str,
        host: Host,
        validators: Mapping[str, str],
        size: int,
        tries: int,
        *,
        is_trial: bool = False,
        is_again: bool = False,
    ) -> Answer:
        """The answer for an address, which tells whether its host is alive."""
        async with host.slots:
            if (down := host.is_down(section_of(address), is_again=is_again)) and not is_trial:
                return Answer(address, HOST_DOWN, self.clock(), detail=down.reason)
            answer = await self._with_tries(address, host, validators, size, tries=tries)
            if not host.away:
                section = AGAIN if is_again else section_of(address)
                host.heard(section, failure_of(answer), asyncio.get_running_loop().time(), self.limits)
            return answer

    def refuses(self, address: str) -> bool:
        """Whether an address is one that is never asked, whoever leads to it."""
        try:
            check_address(address, practice=self.practice)
        except RefusedAddress:
            return True
        return False

    def is_down(self, address: str) -> str:
        """Why an address is not asked because others at its place failed, or nothing."""
        down = self._hosts[_name(address)].is_down(section_of(address))
        return down.reason if down else ""

    def is_given_up(self, address: str) -> bool:
        """Whether the place of an address is down, and was tried as often as a run may."""
        down = self._hosts[_name(address)].is_down(section_of(address))
        return down is not None and not down.n_left

    async def ask(self, address: str, *, pace: float) -> Answer:
        """Ask a service by its documented interface: at its own pace, and not by robots.txt, which is for crawlers.

        Parameters
        ----------
        address : str
        pace : float
            Seconds between two requests that the service's documentation asks for.

        Returns
        -------
        Answer
            As of `get`.
        """
        try:
            check_address(address, practice=self.practice)
        except RefusedAddress as error:
            return Answer(address, "refused_address", self.clock(), detail=str(error))
        host = self._hosts[_name(address)]
        async with host.lock:
            host.delay = max(host.delay, pace)
            return await self._with_tries(address, host, {}, self.limits.size)

    async def follow(self, address: str, *, size: int | None = None) -> Answer:
        """Ask for one address and the ones it redirects to; each hop is checked like the first."""
        for _ in range(self.limits.redirects + 1):
            answer = await self.get(address, size=size)
            if answer.outcome != "redirect":
                return answer
            address = redirect_target(answer)
        return Answer(address, "unreachable", self.clock(), detail=f"more than {self.limits.redirects} redirects")

    async def sitemaps(self, address: str) -> list[str]:
        """Sitemaps that the robots.txt of an address's host names."""
        return list((await self.robots(address)).sitemaps)

    async def robots(self, address: str) -> Robots:
        """What the robots.txt of an address's host says of that address."""
        try:
            check_address(address, practice=self.practice)
        except RefusedAddress as error:
            return Robots(allowed=False, refusal=str(error))  # and whoever asks for the address is told the same
        rules = await self._read_robots(address, self._hosts[_name(address)])
        if rules.refusal:
            return Robots(allowed=False, refusal=rules.refusal)
        return Robots(
            allowed=rules.said.can_fetch(address, PRODUCT),
            crawl_delay=delay_of(rules.said),
            sitemaps=named_sitemaps(rules.said, address),
        )

    async def _read_robots(self, address: str, host: Host) -> Rules:
        async with host.lock:
            if rules := host.rules.get(_origin(address)):
                return rules
            answer = await self._robots_txt(address, host)
            said, refusal = Protego.parse(robots_text(answer.body) if answer.outcome == "ok" else ""), ""
            absent = answer.outcome == "no_content" or (400 <= answer.status < 500 and answer.status != 429)
            if answer.outcome != "ok" and not absent:
                words = f"{answer.outcome} {answer.status or ''} {answer.detail}".split()
                refusal = f"{UNREAD}: {' '.join(dict.fromkeys(words))}"
            delay = delay_of(said)
            if delay and delay > self.limits.longest_delay:
                refusal = f"robots.txt asks for {delay:g} s between requests, more than is waited for"
            elif delay:
                host.delay, host.slots = max(host.delay, delay), host.slots if host.delay else asyncio.Semaphore(1)
                host.answered(asyncio.get_running_loop().time())  # robots.txt itself was a request
            return host.rules.setdefault(_origin(address), Rules(said, refusal))

    async def _robots_txt(self, address: str, host: Host) -> Answer:
        """The robots.txt of an address's host, or of where that host sends us for it."""
        place = urljoin(address, "/robots.txt")
        for _ in range(self.limits.redirects + 1):
            answer = await self._with_tries(place, host, {}, ROBOTS_BYTES, whole=False)
            if answer.outcome != "redirect":
                return answer
            place = redirect_target(answer)
            try:
                check_address(place, practice=self.practice)
            except RefusedAddress as error:
                return Answer(place, "refused_address", self.clock(), detail=str(error))
        return answer

    async def _with_tries(
        self,
        address: str,
        host: Host,
        validators: Mapping[str, str],
        size: int,
        *,
        whole: bool = True,
        tries: int | None = None,
    ) -> Answer:
        """The answer after as many tries as it takes, or as are allowed."""
        pause = partial(self._pause, host)
        attempts = stamina.retry_context(on=pause, attempts=tries or self.limits.tries, timeout=None, wait_jitter=0.0)
        try:
            async for attempt in attempts:
                with attempt:
                    if host.away:
                        return Answer(address, "server_error", self.clock(), detail=host.away)
                    await asyncio.sleep(host.turn(asyncio.get_running_loop().time()))
                    async with self._room:
                        answer = await self._once(address, validators, size, whole)
                    host.answered(asyncio.get_running_loop().time())
                    if answer.status in TRANSIENT or answer.outcome == "unreachable":
                        raise MayPass(answer, attempt.num)
        except MayPass as failure:
            return failure.answer
        return answer

    def _pause(self, host: Host, error: Exception) -> bool | float:
        """Seconds before the next try, during which nobody else asks that host; False if it must not be asked."""
        if not isinstance(error, MayPass):
            return False
        named = retry_after(error.answer, self.clock())
        pause = self.limits.wait * 2 ** (error.n_tries - 1) if named is None else named
        if pause > self.limits.longest_wait:
            if named is not None:
                host.away = f"the site asked to be left alone for {pause:.0f} s"
            return False
        if error.n_tries < self.limits.tries:
            host.next_at = max(host.next_at, asyncio.get_running_loop().time() + pause)
        return pause

    async def _once(self, address: str, validators: Mapping[str, str], size: int, whole: bool) -> Answer:
        status, headers, body = 0, (), b""
        try:
            async with asyncio.timeout(self.limits.seconds):
                async with self._client.get(address, allow_redirects=False, headers=dict(validators)) as response:
                    status, headers = response.status, plain_headers(response.headers)
                    body = await bounded(response, size, whole=whole)
        except TimeoutError:
            return Answer(address, "timed_out", self.clock(), detail=f"after {self.limits.seconds:g} s")
        except TooLarge as error:
            return Answer(address, "too_large", self.clock(), detail=str(error))
        except (aiohttp.ClientError, OSError, ValueError) as error:
            refused = next((cause for cause in (error, error.__cause__) if isinstance(cause, RefusedAddress)), None)
            if refused:
                return Answer(address, "refused_address", self.clock(), detail=str(refused))
            return Answer(address, "unreachable", self.clock(), detail=f"{type(error).__name__}: {str(error)[:200]}")
        outcome = outcome_of(status, headers)
        return Answer(address, outcome, self.clock(), status, headers, body, "" if outcome == "ok" else str(status))


def robots_text(body: bytes) -> str:
    """The rules of a robots.txt, without the line in which its first 500 KiB end.

    >>> robots_text(b"Disallow: /a")
    'Disallow: /a'
    """
    if len(body) >= ROBOTS_BYTES:
        body = body[: max(body.rfind(b"\n"), body.rfind(b"\r")) + 1]
    return body.decode("utf-8-sig", "replace")


def _name(address: str) -> str:
    return urlsplit(address).hostname or ""


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.lower()}"
