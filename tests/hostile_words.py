"""Strings that would be more than words if a page let them, and a study in which every field has them all."""

from __future__ import annotations

import csv
from pathlib import Path

import odd_studies
import yaml

from helpers.study import Study, load_study

RIGHT_TO_LEFT = "سلام עולם"
PAYLOADS = (
    "![x](http://evil.invalid/a.png)",
    "[click](javascript:ran())",
    "[click](http://evil.invalid/)",
    r"$\frac{$ and $x^2$ and \(y\)",
    "**bold** *star* _low_ `tick` ~~gone~~",
    "<img src=x onerror=ran()>",
    "<script>ran()</script>",
    "'\"><svg onload=ran()>",
    "a | b | c",
    "line\n\n# Heading\n\n- item\n\n---",
    "\u202egnp.exe\u202c \u2066isolated",
    "zero\u200bwidth\ufeff\u00adword",
    "Z" + "\u0301\u0322\u0333\u0489" * 12 + "algo",
    "X" * 10_000,
    RIGHT_TO_LEFT,
    'Traceback (most recent call last):\n  File "wallet.py", line 1, in theft',
    "<Purse object at 0x7f3a12345678>",
    "=HYPERLINK(\"http://evil.invalid\",\"x\")",
    "</td></table></details></main>&lt;i&gt;&#x3c;b&#x3e;",
    "Freeze Frame \U00013000 \U0010fffd, a name with the word frame and signs that no font has",
    "{{ 7*7 }} ${7*7} %(x)s {0} \\n \\u003c http://evil.invalid www.evil.invalid",
)  # fmt: skip
UNSEEN = "bell\x07 escape\x1b[31m null\x00 end"  # a study file that holds these is refused, an export is not
ALIAS = "<img src=x onerror=ran()> [c](javascript:ran()) {} | =HYPERLINK(1) **b**"
# What a data statement may say; a picture, a dead link and what is no formula are refused, each in a line.
STATEMENT = "# Statement\n\n" + " ".join(
    [payload for payload in PAYLOADS if not payload.startswith(("![", "[click](http", r"$\frac"))]
    + ["[a](data:text/html,<script>ran()</script>)", "[b](//evil.invalid/x)", "[c](vbscript:ran())", "<javascript:ran()>",
       "[d](javascript&colon;ran())", "[e](\x01javascript:ran())", "[f]: javascript:ran()", "<a href=javascript:ran()>g</a>"]
)  # fmt: skip


def all_of(start: int = 0, step: int = 1) -> str:
    """Payloads in one string, every `step`-th from `start`."""
    return " ".join(PAYLOADS[start::step])


def named(start: int, step: int) -> str:
    """As `all_of`, for a name that stands in every figure: as long as a name may be that is drawn in a moment."""
    return all_of(start, step).replace("X" * 10_000, "X" * 300)


def write_study(folder: Path, *, n: int = 60) -> Study:
    """A study called ``odd`` whose every field that takes free words carries every payload, over its rows."""
    outlets = {
        f"o{place}": {"name": f"Outlet {place} {named(place, 4)}", "country": "GBR", "language": "en", "timezone": "UTC",
                      "ownership": "private" if place % 2 else "state", "sampling": "census"}
        for place in range(4)
    }  # fmt: skip
    odd_studies.write_study(folder, n=n, outlets=4, events=("2031-06-01", "2031-09-01"))
    here = folder / "studies" / "odd"
    given = yaml.safe_load((here / "study.yml").read_text(encoding="utf-8"))
    given |= {"title": f"Odd {all_of()}", "question": f"How? {all_of()}", "outlets": outlets}
    given["entities"]["XAV"]["en"].insert(0, ALIAS.format("Averland"))  # the first stands on the explorer
    given["entities"]["XBO"]["en"].insert(0, ALIAS.format("Borrovia"))
    given["covariates"] = {"byline": f"who wrote {named(0, 2)}", "section": f"where it stood {named(1, 2)}"}
    given["labels"] = [
        {"language": "en", "label": f"{term} {named(place, 3)}", "reason": all_of(), "terms": [term, "envoy", "garden"]}
        for place, term in enumerate(("harbour", "treaty", "rain"))
    ]
    given["sources"][0]["columns"] |= {"byline": "byline", "section": "section"}
    for place, outlet in enumerate(outlets.values()):
        outlet["group"] = f"kind {all_of(place % 2, 2)}"
    _write(here / "study.yml", given)
    book = yaml.safe_load((here / "codebook.yml").read_text(encoding="utf-8"))
    for place, frame in enumerate(book["frames"].values()):
        frame["name"] += f" {named(place, 3)}"
        frame["definition"] = dict.fromkeys(frame["definition"], all_of())
        frame["indicators"]["en"].append(f"visit {RIGHT_TO_LEFT}")  # punctuation is refused
        frame["examples"]["en"]["positive"][0] += f" {all_of()}"
        frame |= {"include": list(PAYLOADS), "exclude": list(PAYLOADS), "source": all_of()}
    _write(here / "codebook.yml", book)
    events = yaml.safe_load((here / "events.yml").read_text(encoding="utf-8"))
    for place, event in enumerate(events):
        event["title"] += f" {named(place, 2)}"
        event["id"] += " '\"><svg onload=ran()> &quot;"
        event["source"] |= {"publisher": all_of(), "title": all_of()}
    _write(here / "events.yml", events)
    (here / "README.md").write_text(STATEMENT, encoding="utf-8")
    _rows(here / "articles.csv")
    return load_study("odd", root=folder)


def _rows(path: Path) -> None:
    """Every row's words, each with a payload; some rows that are lost, for the ledger's details."""
    with path.open(newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    written = []
    for place, (url, outlet, day, title, text) in enumerate(rows):
        words = (*PAYLOADS, UNSEEN)[place % (len(PAYLOADS) + 1)]
        url = f"{url}?{words[:40]}" if place % 3 else url
        written.append(
            [url, outlet, day, f"{title} {words}", f"{text}\n\nAverland told Borrovia: {words}", words, words]
        )
    written += [[f"https://o0.example/{all_of()}", "o0", f"no day {all_of()}", *[all_of()] * 4]]
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([[*head, "byline", "section"], *written])


def _write(path: Path, data: object) -> None:
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
