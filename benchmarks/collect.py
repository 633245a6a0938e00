"""Our collector beside newspaper3k's downloader and Scrapy on a loopback site: `python benchmarks/collect.py`.

Every engine asks for the same pages over the same number of connections to one host, without a pause between
requests, in a process of its own; the site is another process, which counts.  Scrapy and ours obey robots.txt,
newspaper3k has no notion of it.  Results are kept in `benchmarks/collect.md`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import importlib
import json
import logging
import platform
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd

CONNECTIONS = 8
CLOSED = 10  # one page in so many is closed to crawlers in the run that counts crossings
RESULTS = Path(__file__).with_suffix(".md")
HOST = "www.quay.invalid"
Result = dict[str, Any]


def page(number: int) -> bytes:
    """An article of about 20 kB, no two alike."""
    words = hashlib.sha256(str(number).encode()).hexdigest()
    lines = "".join(
        f"<p>Line {i} of {words}: the board met and agreed on two cranes, {words[i % 60 :]}.</p>" for i in range(130)
    )
    head = f"<html><head><title>{number}</title></head><body><article><h1>{number}</h1>"
    return f"{head}{lines}</article></body></html>".encode()


async def serve(latency: float, delay: str) -> None:
    """A site that answers after `latency` seconds and counts; prints its port."""
    told: Result = {"requests": 0, "closed": 0, "busy": 0, "most_busy": 0, "least_gap": 1e9}
    robots = f"User-agent: *\nDisallow: /closed/\n{delay}\n".encode()
    last = 0.0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal last
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                path = head.split(b" ", 2)[1].decode()
                if path == "/told":
                    body = json.dumps(told).encode()
                elif path == "/robots.txt":
                    body = robots
                else:
                    now = time.monotonic()
                    told["least_gap"], last = min(told["least_gap"], now - last), now
                    told["requests"] += 1
                    told["closed"] += path.startswith("/closed/")
                    told["busy"] += 1
                    told["most_busy"] = max(told["most_busy"], told["busy"])
                    if latency:
                        await asyncio.sleep(latency)
                    told["busy"] -= 1
                    body = page(int(path.rsplit("/", 1)[1]))
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n"
                    % len(body)
                    + body
                )
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, limit=1 << 20)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


def ours(port: int, paths: list[str], connections: int) -> int:
    """Pages asked for, judged and archived as WARC."""
    from helpers.collect.fetch import WebSource, collect_web
    from helpers.collect.session import Limits

    source = WebSource("quay", addresses=tuple(f"http://{HOST}{path}" for path in paths))
    limits = Limits(pace=0.0, per_host=connections, connections=connections)
    with tempfile.TemporaryDirectory() as folder:
        found = collect_web([source], Path(folder), contact="mailto:a@b.invalid", practice=True, limits=limits,
                            resolver=lambda _: ("127.0.0.1", port))  # fmt: skip
    return int((found.ledger["outcome"] == "kept").sum())


def ours_unarchived(port: int, paths: list[str], connections: int) -> int:
    """The same requests, the bodies dropped: what the peers here do."""
    from helpers.collect.session import Limits, Session

    async def work() -> int:
        limits = Limits(pace=0.0, per_host=connections, connections=connections)
        async with Session(
            contact="mailto:a@b.invalid", practice=True, limits=limits, resolver=lambda _: ("127.0.0.1", port)
        ) as session:
            waiting, n_ok = iter(paths), 0

            async def worker() -> None:
                nonlocal n_ok
                for path in waiting:
                    answer = await session.get(f"http://{HOST}{path}")
                    n_ok += answer.outcome == "ok"

            await asyncio.gather(*(worker() for _ in range(connections)))
            return n_ok

    return asyncio.run(work())


def newspaper(port: int, paths: list[str], connections: int) -> int:
    """`newspaper.Article.download` in threads."""
    from newspaper import Article, Config

    config = Config()
    config.fetch_images = config.memoize_articles = False

    def fetch(path: str) -> bool:
        article = Article(f"http://127.0.0.1:{port}{path}", config=config)
        article.download()
        return len(article.html) > 1000

    with ThreadPoolExecutor(connections) as threads:
        return sum(threads.map(fetch, paths))


def scrapy(port: int, paths: list[str], connections: int) -> int:
    """A spider with the list as its start addresses."""
    from scrapy import Spider
    from scrapy.crawler import CrawlerProcess

    got = []

    class Pages(Spider):
        name = "pages"
        start_urls = [f"http://127.0.0.1:{port}{path}" for path in paths]  # noqa: RUF012

        def parse(self, response: Any) -> None:
            got.append(len(response.body))

    settings = {
        "CONCURRENT_REQUESTS": connections, "CONCURRENT_REQUESTS_PER_DOMAIN": connections, "DOWNLOAD_DELAY": 0,
        "ROBOTSTXT_OBEY": True, "LOG_ENABLED": False, "TELNETCONSOLE_ENABLED": False, "AUTOTHROTTLE_ENABLED": False,
    }  # fmt: skip
    process = CrawlerProcess(settings)
    process.crawl(Pages)
    process.start()
    return len(got)


ENGINES: dict[str, Callable[[int, list[str], int], int]] = {
    "ours, archived": ours,
    "ours, not archived": ours_unarchived,
    "newspaper3k": newspaper,
    "Scrapy": scrapy,
}


sys.path.append(f"{sys.prefix}/newspaper3k")  # where install.py puts it
NEEDS = {  # imported before the clock starts
    "ours, archived": ["helpers.collect.fetch"],
    "ours, not archived": ["helpers.collect.fetch"],
    "newspaper3k": ["newspaper"],
    "Scrapy": ["scrapy.crawler"],
}


def run_engine(name: str, port: int, n_pages: int, connections: int, closed: int) -> Result:
    """One engine over the site, measured from inside its own process."""
    logging.disable(logging.CRITICAL)
    for module in NEEDS[name]:
        importlib.import_module(module)
    paths = [f"/{'closed' if closed and i % closed == 0 else 'open'}/{i}" for i in range(n_pages)]
    began, used = time.perf_counter(), time.process_time()
    n_kept = ENGINES[name](port, paths, connections)
    return {
        "kept": n_kept, "seconds": time.perf_counter() - began, "cpu": time.process_time() - used,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }  # fmt: skip


@contextlib.contextmanager
def site(latency: float = 0.0, delay: str = "") -> Iterator[int]:
    """A running site; its port."""
    command = [sys.executable, __file__, "--serve", str(latency), "--delay", delay]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield int(server.stdout.readline())
        finally:
            server.kill()


def measure(name: str, n_pages: int, *, latency: float = 0.0, delay: str = "", connections: int = CONNECTIONS,
            closed: int = 0) -> Result:  # fmt: skip
    """What an engine did, and what the site saw of it."""
    with site(latency, delay) as port:
        asked = ["--engine", name, "--port", str(port), "--pages", str(n_pages), "--connections", str(connections)]
        run = subprocess.run(
            [sys.executable, __file__, *asked, "--closed", str(closed)], capture_output=True, text=True
        )
        if run.returncode:
            sys.exit(f"{name}: {run.stderr.strip().splitlines()[-1]}")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/told") as answer:
            told = json.load(answer)
    return json.loads(run.stdout.splitlines()[-1]) | told


def speeds(n_pages: int, latencies: list[float]) -> pd.DataFrame:
    """Pages a second, CPU and memory of every engine at every latency."""
    rows = []
    for latency in latencies:
        for name in ENGINES:
            got = measure(name, n_pages, latency=latency)
            if got["kept"] != n_pages:
                sys.exit(f"{name} kept {got['kept']} of {n_pages} pages")
            rows.append({
                "latency, ms": f"{1000 * latency:.0f}", "engine": name, "pages/s": f"{n_pages / got['seconds']:.0f}",
                "CPU ms/page": f"{1000 * got['cpu'] / n_pages:.2f}", "peak MB": f"{got['peak']:.0f}",
                "requests under way, most": got["most_busy"],
            })  # fmt: skip
            print(rows[-1], file=sys.stderr)
    return pd.DataFrame(rows)


def crossings(n_pages: int) -> pd.DataFrame:
    """Requests to closed pages, and to a host that asks for a delay, as the site counted them."""
    rows = []
    runs = [(f"1 page in {CLOSED} closed", "", n_pages, connections) for connections in (1, 8, 32, 128)]
    runs += [("the same, Crawl-delay: 0.1", "Crawl-delay: 0.1", 60, connections) for connections in (1, 32)]
    for name, delay, n, connections in runs:
        got = measure("ours, archived", n, latency=0.005, delay=delay, connections=connections, closed=CLOSED)
        rows.append({
            "site": name, "connections allowed": connections, "pages listed": n, "pages asked": got["requests"],
            "closed pages asked": got["closed"], "under way, most": got["most_busy"],
            "least gap, ms": f"{1000 * got['least_gap']:.0f}",
        })  # fmt: skip
    return pd.DataFrame(rows)


def table(frame: pd.DataFrame) -> str:
    """A frame as a table in Markdown."""
    lines = [list(frame.columns), ["---"] * frame.shape[1], *frame.astype(str).to_numpy().tolist()]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--latencies", type=float, nargs="+", default=[0.0, 20.0, 100.0], help="milliseconds")
    parser.add_argument("--connections", type=int, default=CONNECTIONS, help=argparse.SUPPRESS)
    for hidden in ("--serve", "--port", "--engine", "--delay", "--closed"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve is not None:
        asyncio.run(serve(float(asked.serve), asked.delay or ""))
        return
    if asked.engine:
        print(
            json.dumps(
                run_engine(asked.engine, int(asked.port), asked.pages, asked.connections, int(asked.closed or 0))
            )
        )
        return
    fast = speeds(asked.pages, [latency / 1000 for latency in asked.latencies])
    polite = crossings(max(200, asked.pages // 10))
    text = f"""# Collecting from a loopback site

`python benchmarks/collect.py --pages {asked.pages}` (Python {platform.python_version()}).
{asked.pages:,} pages of about 20 kB on one host, {CONNECTIONS} connections for every engine, no pause between requests,
each engine in a process of its own. CPU is that of the engine's process, its imports left out; peak is the most memory
that the process held, its imports included.

{table(fast)}

- **Archived** is the whole of our work: the page judged for walls, packed into a WARC record with both digests, written
  in the order of the list. The peers' downloads end with the body in memory, so **not archived** is the like for like.
- newspaper3k asks with a new connection for each page and knows no robots.txt; Scrapy's figure includes its scheduler.

Requests as the site counted them, ours at any number of connections:

{table(polite)}
"""
    RESULTS.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
