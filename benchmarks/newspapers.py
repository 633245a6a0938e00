"""Whichever newspaper is installed, over pages in a file: `python newspapers.py pages.jsonl answers.jsonl`.

newspaper3k and newspaper4k share their import name, so the second runs this in an environment of its own.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
import warnings
from pathlib import Path

warnings.simplefilter("ignore")
sys.path.append(f"{sys.prefix}/newspaper3k")  # where install.py puts it

from newspaper import Article, Config  # noqa: E402  its source warns when it is first compiled


def answer(html: str, address: str) -> dict[str, object]:
    """Title, date, authors and text, with what it cost in CPU seconds; parsing only."""
    start = time.process_time()
    config = Config()
    config.fetch_images, config.memoize_articles = False, False
    found: dict[str, object] = {}
    try:
        article = Article(address or "http://page.invalid/", config=config)
        article.download_state = 2  # as newspaper4k asks of a page that it did not fetch
        article.set_html(html) if hasattr(article, "set_html") else setattr(article, "html", html)
        article.parse()
        moment = article.publish_date
        found = {"text": article.text or "", "title": article.title or "", "authors": list(article.authors)}
        found["published"] = moment.isoformat() if isinstance(moment, dt.datetime) else ""
    except Exception as error:
        found["failure"] = f"{type(error).__name__} {error}"[:200]  # a page it cannot read gave nothing
    return found | {"seconds": time.process_time() - start}


def main() -> None:
    source, target = map(Path, sys.argv[1:3])
    pages = [json.loads(line) for line in source.read_text("utf-8").splitlines()]
    answer(**pages[0])  # not counted: imports and tables are warm after it
    with target.open("w", encoding="utf-8") as out:
        for page in pages:
            out.write(json.dumps(answer(**page)) + "\n")


if __name__ == "__main__":
    main()
