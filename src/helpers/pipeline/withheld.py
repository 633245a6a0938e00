"""What shared tables keep to themselves: words of the texts, and whatever would tell one.

An id that is the hash of a headline tells it to whoever has guessed it; so does the hash of a text.  Items of outlets
whose unit is the headline are therefore known by their address alone, and their rare words are shared as totals
(`helpers.pipeline.rare_terms`).
"""

from __future__ import annotations

import hashlib
import re

import pandas as pd

from helpers.data.corpus import Corpus
from helpers.pipeline.cleaned import article_id
from helpers.pipeline.rare_terms import shared_counts
from helpers.pipeline.recipes import SHARED
from helpers.text.rare_terms import LEAST_ITEMS, is_sentence

WITHHELD = {"cleaned": ["title", "byline", "section", "text"], "passages": ["text"], "speech": ["speaker", "text"]}
PLAIN_DETAIL = re.compile(
    r"[0-9a-f]{16}(?:-\d+)?|[a-z]{2,3}|https?://\S+|listed as of \d{4}-\d\d-\d\d|disallowed in robots\.txt"
    r"|[\d,]+ items? (?:of [\w.-]+(?:, most often [\w.-]+ \([\d,]+\)(?:, [\w.-]+ \([\d,]+\))*)?|have this text)"
    r"|background: drawn from the rest with a share of [\d.]+|its text was HTML, read as paragraphs"
    r"|(?:its text was HTML, read as paragraphs; )?dates are written [%a-zA-Z/.: -]+"
    r"(?:, as '[\d/.: APM-]+' in (?:row|line) \d+ shows)?"
    r"|\d{3}|after [\d.]+ s|\S+, (?:row|line) \d+: no (?:text|headline)"
)
"""What a ledger says of an item in words of our own, whole."""
PLACE = re.compile(r"[^\s:'\"]+, (?:row|line|item) \d+(?=: )")
OTHER_MONTHS = "other"  # in ``background``: months of a headline outlet that hold too few items, taken together


def shareable(corpus: Corpus) -> dict[str, pd.DataFrame]:
    """Every table of `SHARED` as it may be shared: never text, title, name or quotation."""
    shared = {name: corpus.table(name) for name in SHARED}
    for name, columns in WITHHELD.items():
        shared[name] = shared[name].assign(**dict.fromkeys(columns))
    shared["cleaned"]["traces"] = "[]"
    shared["flags"] = shared["flags"].assign(evidence="")
    shared["copies"] = shared["copies"].assign(evidence=shared["copies"]["evidence"].str.split(": ", n=1).str[0])
    for name in ("collect_ledger", "clean_ledger"):
        shared[name] = shared[name].assign(detail=shared[name]["detail"].map(plain_detail))
    if corpus.study.headlines:
        _hide_headlines(corpus, shared)
    shared["boilerplate"] = _lines(shared["boilerplate"], corpus.study.headlines)
    return shared


def plain_detail(detail: str) -> str:
    """What a ledger says of an item without a word of it: an id, a number, a place; never a value.

    >>> plain_detail("export.csv, row 7: 'published' cannot be read ('The minister said so')")
    'export.csv, row 7'
    >>> plain_detail("export.csv, line 7: no text"), plain_detail("Subscribe to go on"), plain_detail("ko")
    ('export.csv, line 7: no text', '', 'ko')
    """
    if PLAIN_DETAIL.fullmatch(detail):
        return detail
    place = PLACE.match(detail)
    return place[0] if place else ""


def _lines(boilerplate: pd.DataFrame, headlines: frozenset[str]) -> pd.DataFrame:
    """How many lines recur, and how often, without the lines: a hash, or for headlines a number."""
    hashes = boilerplate["line"].map(lambda line: hashlib.sha256(line.encode()).hexdigest()[:16])
    ordered = boilerplate.assign(line=hashes).sort_values(["outlet", "kind", "n_articles", "line"], kind="stable")
    numbers = "line " + ordered.groupby(["outlet", "kind"]).cumcount().add(1).astype(str)
    return ordered.assign(line=ordered["line"].where(~ordered["outlet"].isin(list(headlines)), numbers)).sort_index()


def _hide_headlines(corpus: Corpus, shared: dict[str, pd.DataFrame]) -> None:
    """What is withheld of outlets whose items are headlines."""
    headlines = list(corpus.study.headlines)
    articles = corpus.table("articles").set_index("article_id")["outlet"]
    cleaned = shared["cleaned"]
    mine = cleaned["article_id"].map(articles).isin(headlines)
    ids = _plain_ids(corpus)
    cleaned["page_id"] = cleaned["page_id"].map(lambda key: ids.get(key, key))
    cleaned["sha256"] = cleaned["sha256"].where(~mine, "")
    for name in ("collect_ledger", "clean_ledger"):
        rows = shared[name].copy()
        rows["id"] = rows["id"].map(lambda key: ids.get(key, key))
        shared[name] = rows
    shared["counts"] = shared_counts(corpus)
    shared["background"] = _background(corpus, shared["background"])
    left = set(shared["counts"]["term"]) | set(shared["background"]["term"])
    phrases = shared["phrases"]
    shared["phrases"] = phrases[(phrases["origin"] == "codebook") | phrases["phrase"].isin(left)]


def _plain_ids(corpus: Corpus) -> dict[str, str]:
    """For each page of a headline outlet an id that is made of its address and not of its title.

    Pages of one address are numbered in the order of hashes that nobody can turn back.
    """
    study, pages = corpus.study, corpus.table("pages")
    pages = pages[pages["outlet"].isin(list(study.headlines))].sort_values("page_id")
    own = [article_id(outlet, study.outlets[outlet].edition, where)
           for outlet, where in zip(pages["outlet"], pages["address"], strict=True)]  # fmt: skip
    turn = pages.groupby(["outlet", "address"]).cumcount()
    return {page: key if n == 0 else f"{key}-{n + 1}" for page, key, n in zip(pages["page_id"], own, turn, strict=True)}


def _background(corpus: Corpus, background: pd.DataFrame) -> pd.DataFrame:
    """Totals of headlines only over enough of them: months with few are taken together, and left out if still few.

    Names of pages and files are left out.
    """
    passages, articles = corpus.table("passages"), corpus.table("articles")
    spoken = articles.set_index("article_id")[["outlet", "month", "language"]]
    rest = passages[~passages["relevant"]].drop(columns="language").join(spoken, on="article_id")
    sizes = rest.groupby(["outlet", "language", "month"])["article_id"].nunique().rename("n").reset_index()
    rows = background.merge(sizes, on=["outlet", "language", "month"], validate="many_to_one")
    mine = rows["outlet"].isin(list(corpus.study.headlines))
    rows = rows[~(mine & is_sentence(rows["term"]))]
    few = mine.loc[rows.index] & (rows["n"] < LEAST_ITEMS)
    rows["month"] = rows["month"].where(~few, OTHER_MONTHS)
    together = sizes[sizes["n"] < LEAST_ITEMS].groupby(["outlet", "language"])["n"].sum()
    taken = pd.MultiIndex.from_frame(rows[["outlet", "language"]]).map(together)
    rows = rows[~few | (pd.Series(taken, index=rows.index) >= LEAST_ITEMS)]
    return rows.groupby(["outlet", "language", "month", "term"], as_index=False)["count"].sum()
