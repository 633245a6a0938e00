"""Frame times of the explorer with 50,000 items, in headless Chromium, while a period is chosen and a measure changed.

    python benchmarks/explorer.py            # prints benchmarks/explorer.md
    python benchmarks/explorer.py --items 5000

Items are drawn: thirty outlets of one language, four years, one in five a copy, sixteen measures of which half are
shares that take any value, and words by a Zipf law.  The page is the report's own.  The browser's protocol plays the
mouse: a window is drawn over the chart in 120 moves; then measures, words and rows are changed, each twice.  A frame is
what lies between two calls of requestAnimationFrame; beside it stands what the explorer's own work took: `move` at each
move of the window, `refresh` at each change, `settle` after both.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "src")]

from browser import Page, chromium  # noqa: E402

from helpers.report.explorer import page_of  # noqa: E402
from helpers.show.explorer.payload import payload  # noqa: E402
from helpers.study import load_study  # noqa: E402

SEED, MOVES, N_OUTLETS, N_DAYS, N_TERMS = 17, 120, 30, 1461, 5000
RECORD = """(() => { window.frames_seen = []; let last = performance.now();
  const step = (now) => { frames_seen.push(now - last); last = now; window.ticking = requestAnimationFrame(step); };
  window.ticking = requestAnimationFrame(step); })()"""
STOP = "(cancelAnimationFrame(window.ticking), window.frames_seen.slice(1))"
TIMED = """(() => { const { explorer } = document.querySelector(".explorer"); window.work = [];
  for (const name of ["move", "settle", "refresh", "drawChart"]) { const plain = explorer[name].bind(explorer);
    explorer[name] = (...given) => { const begun = performance.now(), made = plain(...given);
      work.push([name, performance.now() - begun]); return made; }; } })()"""
CHANGES = {
    "another measure": "explorer.set({measure: 'indicator:M%d', word: ''})",
    "a word": "explorer.set({word: 'w%d'})",
    "some outlets": "explorer.set({outlets: new Set([%d, 3, 5, 7])})",
    "all outlets": "explorer.set({outlets: null})",
    "rows by measure": "explorer.set({by: 'measure', measure: 'indicator:M%d', word: ''})",
    "rows by outlet": "explorer.set({by: 'outlet'})",
}


def frames(n: int) -> tuple[pd.DataFrame, ...]:
    """Invented items with measures, counts and days: what `payload` takes."""
    rng = np.random.default_rng(SEED)
    outlet, day = rng.integers(0, N_OUTLETS, n), np.sort(rng.integers(0, N_DAYS, n))
    days = pd.Timestamp("2026-01-01") + pd.to_timedelta(day, unit="D")
    ids = np.array([f"{number:016x}" for number in range(n)])
    story = np.where(rng.random(n) < 0.2, ids[np.maximum(np.arange(n) - rng.integers(1, 40, n), 0)], ids)
    iso = pd.Series(days).dt.isocalendar()
    articles = pd.DataFrame({
        "article_id": ids, "outlet": [f"o{one:02d}" for one in outlet], "title": None, "language": "en", "genre": "",
        "outlet_name": [f"Outlet {one}" for one in outlet], "groups": [f"group {one % 4}" for one in outlet],
        "address": [f"https://outlet-{one}.example/news/{number}" for number, one in enumerate(outlet)],
        "day": days, "published": days.tz_localize("UTC"), "copy_cluster": story, "is_original": story == ids,
        "unit": "headline",
    })  # fmt: skip
    articles["outlet_week"] = articles["outlet"] + " " + iso["year"].astype(str) + "-" + iso["week"].astype(str)
    blocks = []
    for number in range(16):
        value = (rng.random(n) < 0.03 * (number + 1)).astype(float) if number % 2 else rng.beta(0.6, 2, n)
        about = {"kind": "indicator", "measure": f"M{number}", "measure_name": f"Measure {number} (indicator)"}
        blocks.append(pd.DataFrame({"article_id": ids, "voice": "all", "value": value, **about}))
    of = np.repeat(np.arange(n), 12)
    term = np.minimum((N_TERMS ** rng.random(len(of))).astype(int), N_TERMS - 1)
    counts = pd.DataFrame({"article_id": ids[of], "term": [f"w{one}" for one in term], "voice": "outlet"})
    grid = pd.MultiIndex.from_product([range(N_OUTLETS), range(N_DAYS)], names=["place", "ago"]).to_frame(index=False)
    daily = pd.DataFrame({
        "outlet": [f"o{one:02d}" for one in grid["place"]], "outlet_name": [f"Outlet {one}" for one in grid["place"]],
        "day": pd.Timestamp("2026-01-01") + pd.to_timedelta(grid["ago"], unit="D"),
        "observed": (grid["ago"] // 60 + grid["place"]) % 7 > 0,
    })  # fmt: skip
    event_days = pd.Timestamp("2026-01-10") + pd.to_timedelta(np.arange(60) * 24, unit="D")
    events = pd.DataFrame({"id": [f"e{one}" for one in range(60)], "name": [f"Event {one}" for one in range(60)]})
    events["day"] = event_days
    return articles, pd.concat(blocks), counts.drop_duplicates(), daily, events


def measured(page: Page, play: object, settle: float = 0.6) -> tuple[list[float], list[tuple[str, float]]]:
    """Frames while something is played, and what the explorer's own work took."""
    page.run("window.work = []")
    page.run(f"{RECORD}; true")
    play()
    time.sleep(settle)
    return page.run(STOP), page.run("work")


def brush(page: Page) -> None:
    """The mouse draws a window over the chart, one move after another."""
    x, y, wide = page.run(
        "(r => [r.x, r.y + 100, r.width])(document.querySelector('.chart svg').getBoundingClientRect())"
    )
    mouse = {"y": y, "button": "left", "clickCount": 1}
    page.ask("Input.dispatchMouseEvent", type="mousePressed", x=x + 0.2 * wide, **mouse)
    for move in range(MOVES):
        place = x + wide * (0.2 + 0.7 * move / MOVES)
        page.ask("Input.dispatchMouseEvent", type="mouseMoved", x=place, buttons=1, **mouse)
    page.ask("Input.dispatchMouseEvent", type="mouseReleased", x=x + 0.9 * wide, **mouse)


def line(name: str, seen: list[float], work: list[tuple[str, float]]) -> str:
    """A row of the table: frames and work, in milliseconds."""
    longest = [took for _, took in work] or [0.0]
    cuts = [f"{np.median(seen):.0f}", f"{np.percentile(seen, 95):.0f}", f"{max(seen):.0f}"]
    return f"| {name} | {len(seen)} | {' | '.join(cuts)} | {np.median(longest):.1f} | {max(longest):.1f} |"


def play(n: int) -> tuple[list[str], str]:
    """Rows of the table, and a line on the page that was measured."""
    begun = time.monotonic()
    about = {"study": "invented", "title": "Invented items", "level": 0.95, "practice": True}
    made = payload(*frames(n), about=about)
    took = time.monotonic() - begun
    text, _ = page_of(load_study("practice"), made)
    with tempfile.TemporaryDirectory() as folder, chromium(Path(folder), "about:blank") as page:
        path = Path(folder, "explorer.html")
        path.write_text(text, encoding="utf-8")
        page.ask("Page.enable")
        page.ask("Page.navigate", url=path.as_uri())
        page.wait("document.querySelector('.explorer')?.explorer !== undefined && document.readyState === 'complete'")
        opened = page.run("performance.timing.loadEventEnd - performance.timing.navigationStart")
        page.run("window.explorer = document.querySelector('.explorer').explorer; true")
        page.run(f"{TIMED}; document.querySelector('.chart').scrollIntoView({{block: 'center'}}); true")
        rows = [line("drawing a window over time", *measured(page, lambda: brush(page)))]
        for name, code in CHANGES.items():
            twice = [code % number if "%" in code else code for number in (1, 2)]
            rows.append(line(name, *measured(page, lambda twice=twice: [page.run(f"{one}; 0") for one in twice])))
        version = page.ask("Browser.getVersion")["product"]
    size = f"The page has {len(text.encode()) / 1e6:.1f} MB and {len(made['terms']['term']):,} words; its data were"
    return rows, f"{version}. {size} packed in {took:.1f} s, and it was open after {opened / 1000:.1f} s."


def main() -> None:
    """Print the page of results."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--items", type=int, default=50_000)
    n = parser.parse_args().items
    rows, about = play(n)
    busy = os.getloadavg()[0]
    print(
        f"# Frame times of the explorer\n\n`python benchmarks/explorer.py --items {n}`, {time.strftime('%Y-%m-%d')}.\n"
    )
    print(f"{n:,} items, {N_OUTLETS} outlets, 16 measures, 2 cores with a load of {busy:.0f}. {about} Milliseconds.\n")
    print("| what was done | frames | median | 95 % | longest | work, median | longest piece of work |")
    print("|---|---|---|---|---|---|---|")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
