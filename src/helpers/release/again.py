"""Texts of a study that came as counts, fetched again: which items are as they were, which changed, which are gone.

Every address is asked by the collector, with robots.txt, pace and resumption; a page that its site does not give is
asked of the Wayback Machine.  An item is the same where its text has the hash that was shared, or its words are those
that were counted; of a headline the counted words have to stand on the page.
"""

from __future__ import annotations

import dataclasses
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pandas as pd

from helpers.collect.addresses import canonical
from helpers.collect.captures import CAPTURES, Lost, fetch_captures
from helpers.collect.discover import WebSource
from helpers.collect.fetch import collect_web
from helpers.collect.services import Services
from helpers.data.ledger import KEPT
from helpers.pipeline import open_corpus
from helpers.study import Source, Study, StudyError
from helpers.study.units import PARAGRAPH
from helpers.text.tokens import lemmas

MATCH, DRIFT, ROT = "match", "drift", "rot"
ALIKE = 0.95  # share of the counted words that a page has to hold
LONGER = 0.1  # share by which the number of words of a text may differ
ELSEWHERE, NO_TEXT = "redirected elsewhere", "no text on the page"
ROBOTS = "robots_refused"  # what a site keeps from machines is not had by another door
FILE = "rehydrated.csv"
COLUMNS = [
    "article_id", "outlet", "address", "verdict", "reason", "source", "similarity", "n_words_then", "n_words_now",
]  # fmt: skip
Say = Callable[[str], None]


def rehydrate(
    study: Study,
    *,
    say: Say,
    most: int | None = None,
    wayback: bool = True,
    dry_run: bool = False,
    web: Mapping[str, object] | None = None,
    services: Services | None = None,
) -> pd.DataFrame:
    """Fetch the relevant items of a study again, and compare them with what was shared.

    Parameters
    ----------
    study : Study
    say : callable
    most : int, optional
        Items of each outlet at most, the first by time.
    wayback : bool
        Whether the Wayback Machine is asked for what is gone.
    dry_run : bool
        Only say how many addresses would be asked.
    web : mapping, optional
        Options of the collector: an address book, a clock, limits.
    services : Services, optional
        Where the Wayback Machine is.

    Returns
    -------
    DataFrame, a row an item, columns `COLUMNS`
        ``verdict``: match, drift, or rot with its ``reason``; ``source``: site or wayback; ``similarity``: share of the
        counted words that the page holds.
    """
    corpus = open_corpus(study, say=lambda line: None)
    items = corpus.articles.query("relevant").sort_values(["published", "article_id"], kind="stable")
    items = items[items["address"].str.match(r"https?://")]
    items = items.groupby("outlet").head(most) if most else items
    if items.empty:
        raise StudyError(f"{study.name}: no relevant item has an address that could be asked")
    sizes = items.groupby("outlet_name").size()
    if dry_run:
        lines = [f"{name}: {n:,}" for name, n in sizes.items()]
        say("\n".join([*lines, f"{len(items):,} addresses would be asked; nothing was"]))
        return pd.DataFrame(columns=COLUMNS)
    folder, web = study.raw / "again", dict(web or {})
    answers = _ask_sites(study, items, folder / "warc", web)
    gone = answers[(answers["outcome"] != KEPT) & (answers["outcome"] != ROBOTS)]
    captured = {}
    if wayback and len(gone) and (services or not study.practice):
        say(f"{len(gone):,} of {len(items):,} are not given by their sites; asking the Wayback Machine")
        lost = [Lost(row.outlet, row.asked, row.published) for row in gone.itertuples()]
        captured = fetch_captures(lost, folder / "warc", contact=study.contact, services=services, **web)
    texts = _texts(study, folder / "warc")
    seen = compare(items, corpus.table("counts"), answers, captured, texts, study.headlines)
    seen.to_csv(folder / FILE, index=False, lineterminator="\n")
    say(by_outlet(seen, items).to_string(index=False))
    say(f"data/raw/{study.name}/again/{FILE}: a row an item; the pages beside it are for yourself, not to be shared")
    return seen


def _ask_sites(study: Study, items: pd.DataFrame, folder: Path, web: dict[str, object]) -> pd.DataFrame:
    """What came of each address: outcome, and where the page was in the end; by article_id."""
    sources = [WebSource(outlet, addresses=tuple(part["address"])) for outlet, part in items.groupby("outlet")]
    ledger = collect_web(sources, folder, contact=study.contact, **web).ledger
    said = {(row.outlet, row.address): (row.outcome, row.detail) for row in ledger.itertuples()}
    rows = []
    for item in items.itertuples():
        asked = place = canonical(item.address)
        outcome, detail = said.get((item.outlet, place), ("unreachable", ""))
        while outcome == "redirected":
            place = detail
            outcome, detail = said.get((item.outlet, place), ("unreachable", ""))
        rows.append((item.article_id, item.outlet, asked, place, item.published,
                     ELSEWHERE if is_elsewhere(asked, place) else outcome))  # fmt: skip
    columns = ["article_id", "outlet", "asked", "place", "published", "outcome"]
    return pd.DataFrame(rows, columns=columns)


def is_elsewhere(asked: str, place: str) -> bool:
    """Whether a redirect left the article: for another site, or for a front page.

    >>> is_elsewhere("http://www.a.invalid/1.html", "https://a.invalid/news/1")
    False
    >>> is_elsewhere("http://a.invalid/1.html", "http://a.invalid/"), is_elsewhere("http://a.invalid/1", "http://b.invalid/1")
    (True, True)
    """
    one, two = urlsplit(asked), urlsplit(place)
    hosts = [(part.hostname or "").removeprefix("www.").removeprefix("m.") for part in (one, two)]
    return hosts[0] != hosts[1] or (two.path in ("", "/") and one.path not in ("", "/"))


def _texts(study: Study, folder: Path) -> pd.DataFrame:
    """Title and text of every page that was had, by outlet, address and source, read as the study's pages are."""
    outlets = {key: dataclasses.replace(outlet, unit=PARAGRAPH) for key, outlet in study.outlets.items()}
    parts = []
    for source, ending in (("site", ""), ("wayback", CAPTURES)):
        files = {outlet: folder / f"{outlet}{ending}.warc.gz" for outlet in outlets}
        held = [Source(kind="warc", outlet=o, path=path) for o, path in files.items() if path.exists()]
        if held:
            with tempfile.TemporaryDirectory() as workshop:
                again = dataclasses.replace(
                    study, root=Path(workshop), sources=tuple(held), outlets=outlets, unit=PARAGRAPH, practice=False
                )
                cleaned = open_corpus(again, say=lambda line: None).table("cleaned")
            parts.append(cleaned[["outlet", "address", "title", "text", "sha256", "n_words"]].assign(source=source))
    columns = ["outlet", "address", "title", "text", "sha256", "n_words", "source"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def compare(
    items: pd.DataFrame,
    counts: pd.DataFrame,
    answers: pd.DataFrame,
    captured: Mapping[str, str],
    texts: pd.DataFrame,
    headlines: frozenset[str],
) -> pd.DataFrame:
    """What became of each item, columns `COLUMNS`.

    Parameters
    ----------
    items : DataFrame, articles as they were shared
    counts : DataFrame, the ``counts`` table as it was shared
    answers : DataFrame with columns article_id, asked, place, outcome
    captured : mapping of address to what the Wayback Machine gave
    texts : DataFrame with columns outlet, address, title, text, sha256, n_words, source
    headlines : frozenset of outlets whose items are headlines
    """
    single = counts[~counts["term"].str.contains(r"^@| ")]  # marks of entities and phrases stand beside the words
    single = single.groupby(["article_id", "term"], as_index=False)["count"].sum()
    then = {
        key: Counter(dict(zip(part["term"], part["count"], strict=True))) for key, part in single.groupby("article_id")
    }
    pages = {(row.source, row.outlet, row.address): row for row in texts.itertuples()}
    rows = []
    for item, answer in zip(items.itertuples(), answers.itertuples(), strict=True):
        page, source = pages.get(("site", item.outlet, answer.place)), "site"
        if answer.outcome != KEPT:
            page, source = pages.get(("wayback", item.outlet, answer.asked)), "wayback"
        if page is None:
            why = NO_TEXT if answer.outcome == KEPT else _why(answer.outcome, captured.get(answer.asked, ""))
            rows.append((item.article_id, item.outlet, item.address, ROT, why, "", None, item.n_words, None))
            continue
        now = Counter(lemmas(f"{page.title or ''}\n{page.text}", item.language))
        alike = _held(then.get(item.article_id, Counter()), now)
        longer = abs(page.n_words - item.n_words) > LONGER * max(item.n_words, 1)
        same = page.sha256 == item.sha256 or (
            alike is not None and alike >= ALIKE and (item.outlet in headlines or not longer)
        )
        verdict, reason = (MATCH if same else DRIFT), ("" if source == "site" else answer.outcome)
        rows.append((item.article_id, item.outlet, item.address, verdict, reason, source, alike, item.n_words,
                     page.n_words))  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def _held(then: Counter, now: Counter) -> float | None:
    """Share of the counted words that a text holds; None where nothing was counted.

    >>> _held(Counter({"grain": 1, "ship": 1}), Counter({"grain": 3}))
    0.5
    """
    total = sum(then.values())
    return round(sum((then & now).values()) / total, 4) if total else None


def _why(outcome: str, capture: str) -> str:
    words = outcome.replace("_", " ")
    return f"{words}; {capture.replace('_', ' ')}" if capture else words


def by_outlet(seen: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """How many items of each outlet match, drifted and rotted, how many came from the Wayback Machine, and why."""
    names = items.drop_duplicates("outlet").set_index("outlet")["outlet_name"]
    rows = []
    for outlet, part in seen.groupby("outlet", sort=True):
        reasons = part.loc[part["verdict"] == ROT, "reason"].value_counts()
        because = ", ".join(f"{n} {why}" for why, n in sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0])))
        verdicts = part["verdict"].value_counts()
        rows.append((names[outlet], len(part), *(int(verdicts.get(name, 0)) for name in (MATCH, DRIFT, ROT)),
                     int((part["source"] == "wayback").sum()), because))  # fmt: skip
    return pd.DataFrame(rows, columns=["outlet", "items", MATCH, DRIFT, ROT, "from_wayback", "gone_because"])
