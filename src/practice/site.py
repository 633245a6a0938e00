"""The practice world as a web site on loopback: one server, every host told apart by the Host header.

Hosts end in ``.invalid`` and never resolve, so a collector must ask `Site.resolve` instead of the name
service; addresses stay ``http://www.….invalid/…`` whatever port the machine gives.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from practice.build import World
from practice.pages import Page

LOOPBACK = "127.0.0.1"


@dataclass
class Site:
    """A running server.

    Attributes
    ----------
    port : int
    hosts : tuple of str
    requests : Counter of (host, path)
        Every request that reached the server, answered or not.
    unmodified : Counter of (host, path)
        Those answered 304.
    """

    port: int
    hosts: tuple[str, ...]
    requests: Counter[tuple[str, str]] = field(default_factory=Counter)
    unmodified: Counter[tuple[str, str]] = field(default_factory=Counter)

    def resolve(self, host: str) -> tuple[str, int]:
        """Where a host of the practice world is served.

        Raises
        ------
        LookupError
            The host is not one of them.
        """
        if host not in self.hosts:
            raise LookupError(f"host {host!r} is not part of the practice site; it has {', '.join(self.hosts)}")
        return LOOPBACK, self.port


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, made: World, port: int, *, any_host: bool) -> None:
        super().__init__((LOOPBACK, port), _Handler)
        self.made, self.any_host = made, any_host
        self.site = Site(self.server_address[1], made.hosts)
        self.closing = threading.Event()
        self.lock = threading.Lock()


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "practice", ""
    disable_nagle_algorithm = True
    timeout = 30

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The practice clock: an archive of the answers must not change from run to run."""
        return format_datetime(self.server.made.now.astimezone(UTC), usegmt=True)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the console; `Site.requests` counts instead."""

    def _answer(self, *, with_body: bool) -> None:
        host, path = self._place()
        with self.server.lock:
            self.server.site.requests[host, path] += 1
        page = self.server.made.pages.get((host, path)) or self.server.made.missing.get(host)
        if page is None:
            page = Page(421, b"no such host here; send a Host header of the practice world\n")
        if self._is_browser((self.headers.get("Host") or "").split(":")[0].lower()):
            inside = f'href="/{host.removesuffix(".invalid")}/'.encode()
            page = replace(page, body=page.body.replace(b'href="/', inside))
        if page.delay and self.server.closing.wait(page.delay):
            self.close_connection = True
            return
        unmodified = page.status == 200 and self._has(page)
        if unmodified:
            with self.server.lock:
                self.server.site.unmodified[host, path] += 1
        try:
            self._send(page, unmodified=unmodified, with_body=with_body)
        except ConnectionError:
            # The reader went away, as it may: that is what the slow pages are for.
            self.close_connection = True

    def _place(self) -> tuple[str, str]:
        """Host and path asked for; a person's browser puts the host first in the path."""
        path = self.path.split("?")[0].split("#")[0]
        host = (self.headers.get("Host") or "").split(":")[0].lower()
        if self._is_browser(host):
            first, _, rest = path.lstrip("/").partition("/")
            return f"{first}.invalid", f"/{rest}"
        return host, path

    def _is_browser(self, host: str) -> bool:
        return self.server.any_host and host in (LOOPBACK, "localhost")

    def _has(self, page: Page) -> bool:
        """Whether the reader already holds these bytes (RFC 9110, 13.1: the ETag goes first)."""
        headers = dict(page.headers)
        if tag := self.headers.get("If-None-Match"):
            return headers.get("ETag") in [part.strip().removeprefix("W/") for part in tag.split(",")]
        since, modified = self.headers.get("If-Modified-Since"), headers.get("Last-Modified")
        if not since or not modified:
            return False
        try:
            return parsedate_to_datetime(modified) <= parsedate_to_datetime(since)
        except (ValueError, TypeError):
            return False  # RFC 9110, 13.1.3: a date that cannot be read is ignored

    def _send(self, page: Page, *, unmodified: bool, with_body: bool) -> None:
        self.send_response(304 if unmodified else page.status)
        for name, value in page.headers:
            self.send_header(name, value)
        if not unmodified:
            self.send_header("Content-Length", str(len(page.body)))
        self.end_headers()
        if with_body and not unmodified:
            self.wfile.write(page.body)


@contextmanager
def serve(made: World, *, port: int = 0, any_host: bool = False) -> Iterator[Site]:
    """Serve a world on loopback while the block runs.

    Parameters
    ----------
    made : World
    port : int
        0 lets the machine choose.
    any_host : bool
        Also answer ``http://127.0.0.1:port/www.<outlet>/…``, for a person with a browser.

    Yields
    ------
    Site
    """
    server = _Server(made, port, any_host=any_host)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.site
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
