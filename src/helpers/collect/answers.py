"""What came of asking for an address, and reading a body within bounds."""

from __future__ import annotations

import datetime as dt
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import brotli  # only archives of others hold it, and it is not asked for

from helpers.collect.addresses import canonical

REDIRECTS = frozenset({301, 302, 303, 307, 308})
CODINGS = ("identity", "gzip", "deflate", "br")
CHUNK = 65_536
_NOT_ASCII = re.compile(rb"[\x80-\xff]")


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


class Inflate:
    """A body unpacked piece by piece, never more than `size` bytes of it.

    Parameters
    ----------
    coding : str
        As in the header ``Content-Encoding``.
    size : int
        Bytes after unpacking.
    whole : bool
        Whether a body of more is refused, rather than cut.

    Attributes
    ----------
    is_full : bool
        The body was cut: there is more of it.

    Raises
    ------
    ValueError
        The coding is none of `CODINGS`.

    >>> inflate = Inflate("deflate", 100)
    >>> inflate.feed(zlib.compress(b"quay")), inflate.end()
    (b'quay', None)
    """

    def __init__(self, coding: str, size: int, *, whole: bool = True) -> None:
        coding = (coding or "identity").strip().lower().removeprefix("x-")
        if coding not in CODINGS:
            raise ValueError(f"content encoding {coding[:40]!r} cannot be unpacked")
        self.coding, self.size, self.left = coding, size, size
        self.whole, self.is_full = whole, False
        self._begun = self._ended = False
        self._stream = None if coding == "identity" else self._new()

    def feed(self, piece: bytes) -> bytes:
        """What a piece holds.

        Raises
        ------
        TooLarge
            More than `size` bytes so far; no more than that was unpacked.
        ValueError
            The bytes are not in the coding.
        """
        if self.coding == "identity":
            return self._within(piece)
        if not self._begun and self.coding == "deflate" and piece and piece[0] & 0x0F != 8:
            self._stream = zlib.decompressobj(-15)  # some servers send the bare stream
        self._begun = self._begun or bool(piece)
        if self.coding == "br":
            return self._brotli(piece)
        try:
            return self._zlib(piece)
        except zlib.error as error:
            raise ValueError(f"the body is not {self.coding}: {error}") from error

    def end(self) -> None:
        """Raise if the body is cut off."""
        whole = self._stream.is_finished() if self.coding == "br" else self._ended
        if self._begun and self.coding != "identity" and not whole:
            raise ValueError("the compressed body is cut off")

    def _new(self) -> Any:
        return brotli.Decompressor() if self.coding == "br" else zlib.decompressobj(47 if self.coding == "gzip" else 15)

    def _zlib(self, piece: bytes) -> bytes:
        content = bytearray()
        while piece and not self.is_full:
            if self._ended and (self.coding != "gzip" or piece[:1] != b"\x1f"):
                break  # padding after the last member
            if self._ended:
                self._stream, self._ended = self._new(), False
            content += self._within(self._stream.decompress(piece, self.left + 1))
            piece = self._stream.unused_data
            self._ended = self._stream.eof
        return bytes(content)

    def _brotli(self, piece: bytes) -> bytes:
        content = bytearray()
        try:
            while not (self._stream.is_finished() or self.is_full):
                part, piece = self._stream.process(piece, output_buffer_limit=CHUNK), b""
                if not part:
                    break
                content += self._within(part)
        except brotli.error as error:
            raise ValueError(f"the body is not br: {error}") from error
        return bytes(content)

    def _within(self, piece: bytes) -> bytes:
        if len(piece) > self.left and not self.whole:
            piece, self.is_full = piece[: self.left], True
        self.left -= len(piece)
        if self.left < 0:
            raise TooLarge(f"more than {self.size} bytes")
        return piece


async def bounded(response: aiohttp.ClientResponse, size: int, *, whole: bool = True) -> bytes:
    """The body, unpacked while it is read, never more than `size` bytes of it in memory.

    Where it need not be whole, its first `size` bytes.

    Raises
    ------
    TooLarge
        The body is larger.
    ValueError
        It is cut off, damaged, or in a coding that was not asked for.
    """
    inflate, body = Inflate(response.headers.get("Content-Encoding", ""), size, whole=whole), bytearray()
    async for chunk in response.content.iter_chunked(CHUNK):
        body += inflate.feed(chunk)
        if inflate.is_full:
            return bytes(body)
    inflate.end()
    return bytes(body)


def plain_headers(headers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Headers in order, bytes that are not ASCII written as ``%E9``, the way a browser asks for such an address."""
    return tuple((name, ascii_form(value)) for name, value in headers.items())


def ascii_form(value: str) -> str:
    """Text with every byte that is not ASCII written as ``%E9``."""
    raw = value.encode("utf-8", "surrogateescape")
    return _NOT_ASCII.sub(lambda byte: b"%%%02X" % byte[0][0], raw).decode("ascii")


def redirect_target(answer: Answer) -> str:
    """Where an answer redirects to, as a canonical address."""
    try:
        return canonical(answer.header("Location"), base=answer.address)
    except ValueError:
        return answer.header("Location")[:200]


def outcome_of(status: int, headers: tuple[tuple[str, str], ...]) -> str:
    """The outcome that a status stands for.

    >>> outcome_of(404, ()), outcome_of(503, ()), outcome_of(302, (("Location", "/a"),))
    ('not_found', 'server_error', 'redirect')
    >>> outcome_of(200, ()), outcome_of(206, ()), outcome_of(204, ())
    ('ok', 'partial', 'no_content')
    """
    if status in REDIRECTS and any(name.lower() == "location" for name, _ in headers):
        return "redirect"
    named = {200: "ok", 203: "ok", 206: "partial", 304: "not_modified", 401: "paywalled", 402: "paywalled",
             404: "not_found", 410: "gone"}  # fmt: skip
    return named.get(status) or (
        "server_error"
        if status >= 500 or status == 429 or status < 200
        else "forbidden"
        if status >= 400
        else "no_content"
    )
