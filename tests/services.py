"""Loopback servers that speak as GDELT, Media Cloud, the Wayback Machine and Common Crawl do, limits and moods included.

After each service's documentation: the GDELT DOC 2.0 announcement, the Wayback CDX server's README, the Media Cloud
client, the CC-NEWS announcement.  Everything that they list is invented.
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
import threading
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote_plus, unquote_plus, urlsplit

from helpers.collect.services import Services

Reply = tuple[int, dict[str, str], bytes]
KEY = "0123456789abcdef0123456789abcdef01234567"
TEXT, JSON = {"Content-Type": "text/html; charset=utf-8"}, {"Content-Type": "application/json; charset=utf-8"}
TOO_OFTEN = b"Please limit requests to one every 5 seconds or contact the address below for larger queries."


@dataclass
class World:
    """What the services hold, and answers that they give before the true one, first come first."""

    gdelt: list[tuple[str, str, dt.datetime]] = field(default_factory=list)  # address, title, seen
    stories: list[tuple[str, str, str]] = field(default_factory=list)  # address, title, day
    captures: list[tuple[str, str]] = field(default_factory=list)  # stamp, address
    warcs: dict[str, list[str]] = field(default_factory=dict)  # YYYY/MM → stamps
    pages: dict[str, Reply] = field(default_factory=dict)  # of the outlet: path → reply
    moods: dict[str, list[Reply]] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    queries: list[tuple[str, dict[str, list[str]]]] = field(default_factory=list)
    page_size: int = 2
    escapes: bool = False


class Web:
    """One server for all of them, told apart by host; a context manager."""

    def __init__(self, world: World) -> None:
        self.world = world
        web = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                status, headers, body = web.reply(self)
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]

    def __enter__(self) -> Web:
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def resolve(self, host: str) -> tuple[str, int]:
        return "127.0.0.1", self.port

    def services(self) -> Services:
        """Where they are, without a pace."""
        return Services(
            gdelt="http://gdelt.invalid/api/v2/doc/doc",
            mediacloud=f"http://127.0.0.1:{self.port}/api/",
            wayback="http://cdx.invalid/cdx/search/cdx",
            ccnews="http://ccnews.invalid/",
            gdelt_pace=0.0,
            wayback_pace=0.0,
            ccnews_pace=0.0,
            mediacloud_rate=100_000,
        )

    def reply(self, request: BaseHTTPRequestHandler) -> Reply:
        host = request.headers["Host"].split(":")[0].split(".")[0]
        service = {"127": "mediacloud"}.get(host, host)
        parts = urlsplit(request.path)
        asked = parse_qs(parts.query, keep_blank_values=True)
        self.world.asked[service] += 1
        self.world.queries.append((service, asked))
        if parts.path == "/robots.txt":
            return 200, TEXT, b"User-agent: *\nDisallow: /\n" if service in ("gdelt", "cdx", "ccnews") else b""
        if service == "mediacloud" and parts.path.endswith("/api-params"):
            return 200, JSON, json.dumps({"params": {"query-rate": "60000/m"}}).encode()
        if self.world.moods.get(service):
            return self.world.moods[service].pop(0)
        speak = {"gdelt": self.gdelt, "mediacloud": self.mediacloud, "cdx": self.cdx, "ccnews": self.ccnews}
        if service in speak:
            return speak[service](parts.path, asked, request)
        return self.world.pages.get(request.path, (404, TEXT, b"no"))

    def gdelt(self, path: str, asked: dict[str, list[str]], _: BaseHTTPRequestHandler) -> Reply:
        query = asked["query"][0]
        assert path == "/api/v2/doc/doc" and asked["mode"] == ["artlist"] and asked["format"] == ["json"]
        if len(query) > 250:
            return 200, TEXT, b"Your query was too short or too long.\n"
        if re.search(r"\((?:(?! OR )[^)])*\)", query):
            return 200, TEXT, b"Parentheses may only be used around OR'd statements.\n"
        if any(len(name) < 3 for name in re.findall(r'"([^"]*)"|(?<![:\w])(\w+)(?![:\w])', query)[0] if name):
            return 200, TEXT, b"The specified phrase is too short.\n"
        start, end = (dt.datetime.strptime(asked[name][0], "%Y%m%d%H%M%S") for name in ("startdatetime", "enddatetime"))
        if end - start < dt.timedelta(minutes=15):
            return 200, TEXT, b"Timespan is too short.\n"
        hosts = re.findall(r"domainis:(\S+?)(?=[\s)]|$)", query)
        names = [name.strip('"').lower() for name in re.findall(r'"[^"]+"|(?<![:\w])\w[\w-]*(?![:\w])', query)]
        rows = [
            {"url": address, "url_mobile": "", "title": title, "seendate": f"{seen:%Y%m%dT%H%M%SZ}",
             "socialimage": "", "domain": urlsplit(address).hostname, "language": "English", "sourcecountry": ""}
            for address, title, seen in sorted(self.world.gdelt, key=lambda row: row[2])
            if start <= seen <= end
            and any(urlsplit(address).hostname.removeprefix("www.").endswith(host) for host in hosts)
            and any(name in title.lower() for name in names)
        ]  # fmt: skip
        if not rows:
            return 200, JSON, b"{}"
        body = json.dumps({"articles": rows[: min(250, int(asked["maxrecords"][0]))]}, ensure_ascii=False)
        return 200, JSON, (body.replace("~", "\\'\x01") if self.world.escapes else body).encode()

    def mediacloud(self, path: str, asked: dict[str, list[str]], request: BaseHTTPRequestHandler) -> Reply:
        assert path == "/api/search/story-list"
        if request.headers["Authorization"] != f"Token {KEY}":
            return 403, JSON, b'{"status": "error", "note": "Invalid token."}'
        start, end = asked["start"][0], asked["end"][0]
        held = [story for story in self.world.stories if start <= (story[2] or start) <= end]
        first = int(asked.get("pagination_token", ["0"])[0])
        last = first + min(self.world.page_size, int(asked["page_size"][0]))
        stories = [
            {"id": address, "url": address, "title": title, "publish_date": day, "indexed_date": f"{day}T10:00:00"}
            if day
            else {"id": address, "url": address, "title": title, "publish_date": None, "indexed_date": None}
            for address, title, day in held[first:last]
        ]
        token = str(last) if last < len(held) else None
        return 200, JSON, json.dumps({"stories": stories, "pagination_token": token}).encode()

    def cdx(self, path: str, asked: dict[str, list[str]], _: BaseHTTPRequestHandler) -> Reply:
        assert path == "/cdx/search/cdx" and asked["output"] == ["json"] and asked["collapse"] == ["urlkey"]
        assert asked["filter"] == ["statuscode:200", "mimetype:text/html"] and asked["fl"] == ["timestamp,original"]
        prefix = asked["url"][0] if asked["matchType"] == ["prefix"] else asked["url"][0] + "/"
        first, last = asked["from"][0], asked["to"][0]
        rows = {}
        for stamp, address in sorted(self.world.captures, key=lambda row: (row[1], row[0])):
            known = re.sub(r"^https?://(?:www\.)?", "", address)
            if known.startswith(prefix) and first <= stamp[: len(first)] and stamp[: len(last)] <= last:
                rows.setdefault(known, [stamp, address])
        rows = dict(sorted(rows.items()))
        after = unquote_plus(asked.get("resumeKey", [""])[0]).split(" ")[0]
        left = [(key, row) for key, row in rows.items() if key > after]
        given = left[: min(self.world.page_size, int(asked["limit"][0]))]
        table = [["timestamp", "original"], *(row for _, row in given)] if given else []
        if len(left) > len(given):
            table += [[], [quote_plus(f"{given[-1][0]} {given[-1][1][0]}!")]]
        return 200, {**JSON, "Content-Encoding": "gzip"}, gzip.compress(json.dumps(table).encode(), mtime=0)

    def ccnews(self, path: str, _: dict[str, list[str]], __: BaseHTTPRequestHandler) -> Reply:
        month = re.fullmatch(r"/crawl-data/CC-NEWS/(\d{4}/\d{2})/warc\.paths\.gz", path)
        stamps = self.world.warcs.get(month.group(1)) if month else None
        if stamps is None:
            return 404, {"Content-Type": "application/xml"}, b"<Error><Code>NoSuchKey</Code></Error>"
        lines = [f"crawl-data/CC-NEWS/{month.group(1)}/CC-NEWS-{s}-{n:05}.warc.gz\n" for n, s in enumerate(stamps)]
        return 200, {"Content-Type": "binary/octet-stream"}, gzip.compress("".join(lines).encode(), mtime=0)
