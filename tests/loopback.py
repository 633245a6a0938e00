"""A small web site on loopback for the tests of collecting; it counts what reaches it."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from helpers.collect.fetch import Collected, WebSource, collect_web
from helpers.collect.session import Limits

NOW = dt.datetime(2031, 1, 10, tzinfo=dt.UTC)
HOST = "www.quay.invalid"
QUICK = Limits(rest=0.05, seconds=1.0, size=200_000, pace=0.0, tries=3, wait=0.01, longest_wait=0.5)
Reply = tuple[int, dict[str, str], bytes]
STORY = "".join(f"<p>Sentence {i} of a story about cranes and barges, long enough to be a body.</p>" for i in range(9))
HTML = {"Content-Type": "text/html; charset=utf-8"}


def html(text: str = STORY) -> Reply:
    return 200, HTML, f"<html><body><article><h1>T</h1>{text}</article></body></html>".encode()


class _Server(ThreadingHTTPServer):
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        """A reader that went away is what some tests are about."""


class Site:
    """A small server whose pages are functions of the request; it counts what reaches it."""

    def __init__(self) -> None:
        self.pages: dict[str, Reply | Callable[[BaseHTTPRequestHandler], Reply]] = {}
        self.requests: Counter[str] = Counter()  # by path
        self.asked: Counter[str] = Counter()  # by address
        self.at: list[float] = []
        self.busy = self.most_busy = 0
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.requests[self.path] += 1
                site.asked[f"http://{self.headers['Host']}{self.path}"] += 1
                site.at.append(time.monotonic())
                site.busy += 1
                site.most_busy = max(site.most_busy, site.busy)
                page = site.pages.get(self.path, (404, HTML, b"no"))
                try:
                    status, headers, body = page(self) if callable(page) else page
                finally:
                    site.busy -= 1
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                try:
                    self.wfile.write(body)
                except ConnectionError:
                    self.close_connection = True

            def date_time_string(self, timestamp: float | None = None) -> str:
                return "Fri, 10 Jan 2031 00:00:00 GMT"

            def log_message(self, *_: object) -> None:
                pass

        self.server = _Server(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self.server.shutdown()
        self.server.server_close()

    def resolve(self, host: str) -> tuple[str, int]:
        if not host.endswith("quay.invalid"):
            raise LookupError("not here")
        return "127.0.0.1", self.server.server_address[1]


def collect(site: Site, folder: Path, *paths: str, **options: object) -> Collected:
    source = WebSource("quay", addresses=tuple(f"http://{HOST}{path}" for path in paths))
    settings = {
        "contact": "mailto:a@b.invalid",
        "practice": True,
        "resolver": site.resolve,
        "limits": QUICK,
        "clock": lambda: NOW,
        **options,
    }
    return collect_web([settings.pop("source", source)], folder, **settings)  # type: ignore[arg-type, list-item]


def outcomes(got: Collected) -> dict[str, str]:
    return {
        address.split(".invalid", 1)[-1]: outcome
        for address, outcome in zip(got.ledger["address"], got.ledger["outcome"], strict=True)
    }
