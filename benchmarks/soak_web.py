"""A misbehaving web on loopback: what each of its addresses does follows from a seed, and so does what must come of it.

Three outlets answer in sixteen ways, and the host of a fourth is down.  No more than three addresses in a row fail, so
that a host which is alive is not taken for one that is down.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import threading
from collections import Counter
from dataclasses import dataclass

import numpy as np

from helpers.collect.fetch import WebSource

OUTLETS = ("soak-quay", "soak-pier", "soak-mole")
DOWN = "soak-down"
WAYS = {
    "page": 0.42, "flaky": 0.06, "storm": 0.06, "redirect": 0.06, "other": 0.05, "chunks": 0.04, "gone": 0.03,
    "circle": 0.03, "reset": 0.04, "short": 0.04, "endless": 0.03, "bomb": 0.03, "drip": 0.02, "silent": 0.02,
    "garbage": 0.04, "tls": 0.03,
}  # fmt: skip
FAILING = frozenset({"reset", "drip", "silent", "garbage", "tls"})
MOST_FAILING = 3  # in a row
HEAD = "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n"
BOMB = gzip.compress(bytes(30_000_000), 9, mtime=0)


def host(outlet: str) -> str:
    """Where an outlet is on the web."""
    return f"www.{outlet}.invalid"


@dataclass(frozen=True)
class Plan:
    """The addresses of a web, and what each does."""

    seed: int
    size: int
    ways: dict[str, tuple[str, ...]]

    @classmethod
    def drawn(cls, seed: int, size: int) -> Plan:
        """A web of `size` addresses an outlet; the same seed gives the same web.

        >>> plan = Plan.drawn(3, 50)
        >>> plan.ways == Plan.drawn(3, 50).ways, [len(ways) for ways in plan.ways.values()]
        (True, [50, 50, 50])
        """
        rng = np.random.default_rng(seed)
        ways = {}
        for outlet in OUTLETS:
            drawn: list[str] = []
            for way in rng.choice(list(WAYS), size, p=np.array(list(WAYS.values())) / sum(WAYS.values())):
                row = drawn[-MOST_FAILING:]
                drawn.append("page" if len(row) == MOST_FAILING and set(row) <= FAILING else str(way))
            ways[outlet] = tuple(drawn)
        return cls(seed, size, ways)

    def addresses(self, outlet: str) -> tuple[str, ...]:
        """What is to be asked of an outlet."""
        ways = self.ways.get(outlet, ("down",) * (self.size // 2))
        return tuple(f"http{'s' if way == 'tls' else ''}://{host(outlet)}/{i}" for i, way in enumerate(ways))

    def sources(self) -> list[WebSource]:
        """The same as the collector takes it."""
        return [
            WebSource(outlet, home=f"http://{host(outlet)}/", addresses=self.addresses(outlet))
            for outlet in (*OUTLETS, DOWN)
        ]

    def way(self, outlet: str, path: str) -> str:
        """What an address does."""
        number = path.strip("/")
        if outlet == DOWN:
            return "down"
        if outlet not in self.ways or not number.isdigit() or int(number) >= self.size:
            return "target" if path.startswith("/to/") else "gone"
        return self.ways[outlet][int(number)]


class Web:
    """The server of a plan; a context manager that runs it in a thread."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.asked = plan, Counter[str]()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.port = 0

    def __enter__(self) -> Web:
        self._thread.start()
        started = asyncio.run_coroutine_threadsafe(asyncio.start_server(self._serve, "127.0.0.1", 0), self._loop)
        self._server = started.result()
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # The end of the soak cancels whoever is still silent.
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            path = head.split(" ")[1]
            name = next((line[6:] for line in head.split("\r\n") if line.lower().startswith("host: ")), "")
            outlet = name.split(":")[0].removeprefix("www.").removesuffix(".invalid")
            self.asked[f"{outlet}{path}"] += 1
            if path == "/robots.txt":
                writer.write(_answer("404 no", b""))
            else:
                await getattr(self, f"_{self.plan.way(outlet, path)}")(writer, outlet, path)
            await writer.drain()
        writer.close()

    async def _page(self, writer: asyncio.StreamWriter, outlet: str, path: str) -> None:
        await asyncio.sleep(0.002 * (len(path) + ord(path[-1])) % 0.03)
        writer.write(_answer("200 ok", _story(outlet, path)))

    _target = _page

    async def _flaky(self, writer: asyncio.StreamWriter, outlet: str, path: str) -> None:
        if self.asked[f"{outlet}{path}"] % 2:
            writer.transport.abort()
        else:
            await self._page(writer, outlet, path)

    async def _storm(self, writer: asyncio.StreamWriter, outlet: str, path: str) -> None:
        if self.asked[f"{outlet}{path}"] % 3:
            writer.write(_answer("429 slow down", b"", "Retry-After: 0\r\n"))
        else:
            await self._page(writer, outlet, path)

    async def _redirect(self, writer: asyncio.StreamWriter, outlet: str, path: str) -> None:
        writer.write(_answer("302 moved", b"", f"Location: /to{path}\r\n"))

    async def _other(self, writer: asyncio.StreamWriter, outlet: str, path: str) -> None:
        next_one = OUTLETS[(OUTLETS.index(outlet) + 1) % len(OUTLETS)]
        writer.write(_answer("301 moved", b"", f"Location: http://{host(next_one)}/to{path}\r\n"))

    async def _chunks(self, writer: asyncio.StreamWriter, outlet: str, path: str) -> None:
        writer.write(HEAD.format(status="200 ok").encode() + b"Transfer-Encoding: chunked\r\n\r\n")
        story = _story(outlet, path)
        for at in range(0, len(story), 97):
            writer.write(b"%x\r\n%s\r\n" % (len(story[at : at + 97]), story[at : at + 97]))
            await writer.drain()
        writer.write(b"0\r\n\r\n")

    async def _gone(self, writer: asyncio.StreamWriter, outlet: str, path: str) -> None:
        writer.write(_answer("404 no", b"no"))

    async def _down(self, writer: asyncio.StreamWriter, outlet: str, path: str) -> None:
        writer.write(_answer("503 down", b"down"))

    async def _circle(self, writer: asyncio.StreamWriter, outlet: str, path: str) -> None:
        writer.write(_answer("302 moved", b"", f"Location: {path}\r\n"))

    async def _reset(self, writer: asyncio.StreamWriter, outlet: str, path: str) -> None:
        writer.transport.abort()

    async def _short(self, writer: asyncio.StreamWriter, outlet: str, path: str) -> None:
        writer.write(HEAD.format(status="200 ok").encode() + b"Content-Length: 90000\r\n\r\n" + _story(outlet, path))

    async def _endless(self, writer: asyncio.StreamWriter, outlet: str, path: str) -> None:
        writer.write(HEAD.format(status="200 ok").encode() + b"\r\n")
        while not writer.is_closing():
            writer.write(b"x" * 16_384)
            await writer.drain()

    async def _bomb(self, writer: asyncio.StreamWriter, outlet: str, path: str) -> None:
        writer.write(_answer("200 ok", BOMB, "Content-Encoding: gzip\r\n"))

    async def _drip(self, writer: asyncio.StreamWriter, outlet: str, path: str) -> None:
        writer.write(HEAD.format(status="200 ok").encode() + b"Content-Length: 9999\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.1)

    async def _silent(self, writer: asyncio.StreamWriter, outlet: str, path: str) -> None:
        await asyncio.sleep(60)

    async def _garbage(self, writer: asyncio.StreamWriter, outlet: str, path: str) -> None:
        writer.write(b"\x00\xff\xfe not HTTP at all\r\n\r\n")


def _answer(status: str, body: bytes, more: str = "") -> bytes:
    return HEAD.format(status=status).encode() + f"Content-Length: {len(body)}\r\n{more}\r\n".encode() + body


def _story(outlet: str, path: str) -> bytes:
    lines = "".join(f"<p>Sentence {i} of story {path} of {outlet}, about cranes and barges.</p>" for i in range(12))
    return f"<html><body><article><h1>Story {path}</h1>{lines}</article></body></html>".encode()
