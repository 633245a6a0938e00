"""Our extraction beside trafilatura, newspaper3k and newspaper4k, in one run: `python benchmarks/extraction.py`.

Needs `extraction/article-extraction-benchmark` (181 English pages, MIT) and `extraction/publisher-pages` (pages of 17
countries, gold of fundus, MIT) below COVERAGE_DATA or `--data`; nothing of them is kept.  newspaper4k shares its import
name with newspaper3k, so it runs in an environment of its own, made in a temporary folder and thrown away.
The tables are written to `benchmarks/extraction.md`.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import trafilatura
from extraction_pages import Answer, Page, english, publishers
from extraction_scores import MEASURES, counts, differences, means, table

from helpers.extract.article import extract_article
from helpers.extract.encoding import decode

RESULTS = Path(__file__).with_suffix(".md")
PEER = Path(__file__).with_name("newspapers.py")
NEWSPAPER4K = ("newspaper4k[all]==0.9.6", "lxml_html_clean")
SEED = 20240619


def ours(page: Page) -> dict[str, object]:
    got = extract_article(decode(page.body), address=page.address, timezone=page.zone.key, now=page.retrieved)
    moment = got.published
    shown = moment and (
        moment.isoformat() if got.date_precision == "time" else moment.astimezone(page.zone).date().isoformat()
    )
    return {"text": got.text or got.withheld, "title": got.title, "published": shown, "authors": got.authors}


def trafilatura_as_it_is(page: Page) -> dict[str, object]:
    got = trafilatura.bare_extraction(page.body, url=page.address, with_metadata=True)
    if got is None:
        return {}
    found = got.as_dict()
    authors = tuple(name for name in (found["author"] or "").split("; ") if name)
    return {"text": found["text"], "title": found["title"], "published": found["date"], "authors": authors}


SYSTEMS: dict[str, Callable[[Page], dict[str, object]]] = {"ours": ours, "trafilatura": trafilatura_as_it_is}


def run(system: Callable[[Page], dict[str, object]], pages: list[Page]) -> list[Answer]:
    """Every page once, after one that is not counted, so that imports and tables are warm."""
    system(pages[0])
    answers = []
    for page in pages:
        start = time.process_time()
        got = system(page)
        seconds = time.process_time() - start
        answers.append(Answer(**{key: value for key, value in got.items() if value}, seconds=seconds))
    return answers


def run_newspaper(python: Path, pages: list[Page], folder: Path) -> list[Answer]:
    """The newspaper that `python` has installed, in a process of its own."""
    source, target = folder / "pages.jsonl", folder / "answers.jsonl"
    rows = [{"html": page.body.decode("utf-8", "replace"), "address": page.address} for page in pages]
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    subprocess.run([str(python), str(PEER), str(source), str(target)], check=True)
    answers = []
    for page, line in zip(pages, target.read_text("utf-8").splitlines(), strict=True):
        got = json.loads(line)
        if failure := got.pop("failure", ""):
            print(f"newspaper: {page.name}: {failure}", file=sys.stderr)
        answers.append(Answer(**got | {"authors": tuple(got.get("authors", ()))}))
    return answers


def environment(folder: Path) -> Path | None:
    """The Python of a new environment with newspaper4k, or None with a line that says why."""
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    python = folder / "bin" / "python"
    if uv is None:
        print("newspaper4k is left out: uv is not installed", file=sys.stderr)
        return None
    for command in ([uv, "venv", "-q", "--python", sys.executable, str(folder)],
                    [uv, "pip", "install", "-q", "--python", str(python), *NEWSPAPER4K]):  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            print(f"newspaper4k is left out: it could not be installed ({reason})", file=sys.stderr)
            return None
    return python


def measure(pages: list[Page]) -> dict[str, pd.DataFrame]:
    """System to one row a page."""
    found = {name: table(pages, run(system, pages)) for name, system in SYSTEMS.items()}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found["newspaper3k"] = table(pages, run_newspaper(Path(sys.executable), pages, folder))
        if python := environment(folder / "newspaper4k"):
            found["newspaper4k"] = table(pages, run_newspaper(python, pages, folder))
    return found


def shown(value: float, name: str, *, signed: bool = False) -> str:
    text = f"{value:{'+' if signed else ''}.{1 if name.startswith('ms') else 3}f}"
    return text.replace("0.", ".", 1) if text.lstrip("+-").startswith("0.") else text


def systems_table(rows: dict[str, pd.DataFrame]) -> list[str]:
    number = counts(rows["ours"])
    lines = ["| | n | " + " | ".join(rows) + " |", "|---" * (len(rows) + 2) + "|"]
    scores = {name: means(frame) for name, frame in rows.items()}
    for name in MEASURES:
        if name in scores["ours"]:
            cells = " | ".join(shown(scores[system][name], name) for system in rows)
            lines.append(f"| {name} | {number[name]} | {cells} |")
    return lines


def differences_table(rows: dict[str, pd.DataFrame]) -> list[str]:
    peers = [name for name in rows if name != "ours"]
    rng = np.random.default_rng(SEED)
    held = {name: differences(rows["ours"], rows[name], rng) for name in peers}
    lines = ["| ours less | " + " | ".join(peers) + " |", "|---" * (len(peers) + 1) + "|"]
    for measure_name in MEASURES:
        if measure_name in held[peers[0]].index:
            cells = []
            for name in peers:
                row = held[name].loc[measure_name]
                low, high = (shown(row[end], measure_name, signed=True) for end in ("low", "high"))
                cells.append(f"{shown(row['estimate'], measure_name, signed=True)} [{low}, {high}]")
            lines.append(f"| {measure_name} | " + " | ".join(cells) + " |")
    return lines


def countries_table(rows: dict[str, pd.DataFrame]) -> list[str]:
    names = ["body", "title", "date", "authors"]
    lines = ["| country | n | " + " | ".join(names) + " |", "|---" * (len(names) + 2) + "|"]
    mine, peer = (rows[name][rows[name]["set"] != "english"] for name in ("ours", "trafilatura"))
    for country, group in mine.groupby("country"):
        other = peer.loc[group.index]
        cells = (f"{shown(group[name].mean(), name)} / {shown(other[name].mean(), name)}" for name in names)
        lines.append(f"| {country} | {len(group)} | " + " | ".join(cells) + " |")
    return lines


def report(pages: list[Page], rows: dict[str, pd.DataFrame], command: str) -> str:
    halves = [f"{'even' if half == 0 else 'odd'}" for half in (0, 1)]
    parity = halves_of(pages)
    lines = ["# Extraction, ours beside three others", "", f"`{command}`", "", INTRODUCTION, "", *systems_table(rows)]
    lines += ["", "95 % intervals from pages drawn again with replacement, the same for both sides:", ""]
    lines += differences_table(rows)
    for half, name in enumerate(halves):
        part = {system: frame[parity == half] for system, frame in rows.items()}
        lines += ["", f"Pages with an {name} place in the order of their names ({ROLES[half]}):", ""]
        lines += systems_table(part)
    lines += ["", "By country of the publisher, ours / trafilatura:", "", *countries_table(rows), "", NOTES, ""]
    return "\n".join(lines)


def halves_of(pages: list[Page]) -> np.ndarray:
    """Parity of each page's place within its own set."""
    kinds = pd.Series(["english" if page.country == "english" else "publishers" for page in pages])
    return (kinds.groupby(kinds).cumcount() % 2).to_numpy()


ROLES = ("rules were written looking at these", "scores were looked at, and some failures; not wholly unseen")
INTRODUCTION = """Written by the script.
*F1, English*: token 4-shingles, F1 of mean precision and mean recall, as the authors of
those pages score it. *body*: F1 of bags of tokens (single characters of Han, kana and Hangul), mean over pages;
gold is summary, headings and paragraphs. *recall*: the share of gold shingles, or tokens, that are there. *title*:
the same after white space. *date*: the same minute, or where the gold is a bare day, that day; beside it the day
alone (trafilatura tells no time) and the second. *authors*: F1 of the sets of names, case aside, 1 where both are
empty. *ms*: CPU of one page from its bytes, one process, one thread; compare within a run only. All that
trafilatura and the newspapers give is as they come, without options."""
NOTES = """How to read it:

- **Body** is what two readings by trafilatura have, tables kept: the careful one (`favor_precision`) and the default.
  Of the default one it takes all but lines of fewer than 15 tokens that stand before or after everything that both
  have; where the two have cut a stretch in other pieces, the longer one. The headline goes, and byline and date above
  the text. Where the careful reading is shorter than half of the page's `articleBody`, that; where fewer than 160
  tokens are left, the default reading if it is more than twice as long. Pages that keep their article back are scored
  by what they show of it, which a study does not store.
- **Chosen by cross-fitting** among 39 rules (either reading alone, the careful one where it is long enough, their union
  with bounds of 0 to 60 tokens for lines within and around what both have): the best F1 of those whose recall is no
  lower than trafilatura's own. The English pages choose the bound of 15 around and none within; on the publishers'
  pages that has recall .979 for trafilatura's .977. The publishers' choose a bound of 40 within; on the English pages
  that has recall .974 for .978, so it was not taken. The careful reading alone, as it was before, had recall .976 and
  .972 and F1 .972 and .959: recall rises by .002 [.000, .004] and .007 [.004, .011], and precision falls by .012 and
  .011. It is taken because a paragraph that is lost is lost unseen, while what recurs on an outlet's pages is taken out
  later.
- **Chosen before, on both halves**: tables gave +.007 on both English halves; `fast` lost .002 to .03; `articleBody`
  always was no better than only where the body is short.
- **Title**: JSON-LD before OpenGraph before h1, the site's name cut off; a vote of the places agreed better with one
  half (.86) and worse with the other (.76), and was dropped.
- **What is left of dates**: two pages whose gold has day and month exchanged, and one that writes 3:48 for 15:48.
- **Authors**: the gold takes the outlet's name for an author on some pages and leaves it out on others."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("COVERAGE_DATA", "../shared/data"))
    parser.add_argument("--half", type=int, choices=(0, 1), help="pages of even (0) or odd (1) place only; not written")
    parser.add_argument("--limit", type=int, help="pages of each set; not written")
    asked = parser.parse_args()
    folder = Path(asked.data) / "extraction"
    if not (folder / "publisher-pages").is_dir():
        sys.exit("no pages: give the folder that holds extraction/publisher-pages as --data or COVERAGE_DATA")
    sets = [english(folder / "article-extraction-benchmark"), publishers(folder / "publisher-pages")]
    pages = [page for found in sets for page in found[asked.half or 0 :: 1 if asked.half is None else 2][: asked.limit]]
    rows = measure(pages)
    text = report(pages, rows, "python benchmarks/extraction.py")
    print(text)
    if asked.half is None and asked.limit is None:
        RESULTS.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
