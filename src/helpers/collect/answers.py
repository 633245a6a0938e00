"""What came of asking for an address, and reading a body within bounds."""

from __future__ import annotations

import datetime as dt
import zlib
from dataclasses import dataclass

import aiohttp

from helpers.collect.addresses import canonical

REDIRECTS = frozenset({301, 302, 303, 307, 308})
CHUNK = 65_536


@dataclass(frozen=True)
class Answer:
    """What came of asking for one address: an outcome, and the response if there was one."""

    address: str
    outcome: str
    retrieved: dt.datetime
    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    detail: str = ""

    def header(self, name: str) -> str:
        """The first header of that name, empty if there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


class TooLarge(ValueError):
    """A body beyond the bound, found while it was read."""


def redirect_target(answer: Answer) -> str:
    """Where an answer redirects to, as a canonical address."""
    try:
        return canonical(answer.header("Location"), base=answer.address)
    except ValueError:
        return answer.header("Location")[:200]


def outcome_of(status: int, headers: tuple[tuple[str, str], ...]) -> str:
    """The outcome that a status stands for."""
    if status in REDIRECTS and any(name.lower() == "location" for name, _ in headers):
        return "redirect"
    named = {200: "ok", 304: "not_modified", 401: "paywalled", 402: "paywalled", 404: "not_found", 410: "gone"}
    return named.get(status) or (
        "server_error" if status >= 500 or status == 429 else "forbidden" if status >= 400 else "ok"
    )


async def bounded(response: aiohttp.ClientResponse, size: int) -> bytes:
    """The body, decompressed while it is read, never more than `size` bytes of it in memory."""
    coding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in ("identity", "", "gzip", "x-gzip", "deflate"):
        raise ValueError(f"content encoding {coding!r} was not asked for")
    packed = coding not in ("identity", "")
    inflate = zlib.decompressobj(47 if coding != "deflate" else 15) if packed else None
    body = bytearray()
    async for chunk in response.content.iter_chunked(CHUNK):
        if inflate is not None:
            if coding == "deflate" and not body and chunk[:1] and chunk[0] & 0x0F != 8:
                inflate = zlib.decompressobj(-15)  # some servers send the bare stream
            chunk = inflate.decompress(chunk, size + 1 - len(body))
        body += chunk
        if len(body) > size or (inflate is not None and inflate.unconsumed_tail and len(body) >= size):
            raise TooLarge(f"more than {size} bytes")
    if inflate is not None and body and not inflate.eof:
        raise ValueError("the compressed body is cut off")
    return bytes(body)
