"""What shared tables keep to themselves: words of the texts, and whatever would tell one.

An id that is the hash of a headline tells it to whoever has guessed it; so does the hash of a text.  Items of outlets
whose unit is the headline are therefore known by their address alone, and their rare words are shared as totals
(`helpers.pipeline.rare_terms`).
"""

from __future__ import annotations

import hashlib

import pandas as pd

from helpers.collect.archive_items import FAULTY
from helpers.data.corpus import Corpus
from helpers.pipeline.cleaned import article_id
from helpers.pipeline.rare_terms import shared_counts
from helpers.pipeline.recipes import SHARED
from helpers.text.rare_terms import LEAST_ITEMS, is_sentence

WITHHELD = {"cleaned": ["title", "byline", "section", "text"], "passages": ["text"], "speech": ["speaker", "text"]}
OTHER_MONTHS = "other"  # in ``background``: months of a headline outlet that hold too few items, taken together


def shareable(corpus: Corpus) -> dict[str, pd.DataFrame]:
    """Every table of `SHARED` as it may be shared: never text, title, name or quotation."""
    shared = {name: corpus.table(name) for name in SHARED}
    for name, columns in WITHHELD.items():
        shared[name] = shared[name].assign(**dict.fromkeys(columns))
    shared["cleaned"]["traces"] = "[]"
    shared["flags"] = shared["flags"].assign(evidence="")
    if corpus.study.headlines:
        _hide_headlines(corpus, shared)
    shared["boilerplate"] = _lines(shared["boilerplate"], corpus.study.headlines)
    return shared


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
    mine = {name: shared[name]["article_id"].map(articles).isin(headlines) for name in ("cleaned", "copies")}
    cleaned, copies = shared["cleaned"], shared["copies"].copy()
    ids = _plain_ids(corpus)
    cleaned["page_id"] = cleaned["page_id"].map(lambda key: ids.get(key, key))
    cleaned["sha256"] = cleaned["sha256"].where(~mine["cleaned"], "")
    copies["evidence"] = copies["evidence"].where(~mine["copies"], copies["evidence"].str.split(": ", n=1).str[0])
    shared["copies"] = copies
    for name in ("collect_ledger", "clean_ledger"):
        rows = shared[name].copy()
        rows["id"] = rows["id"].map(lambda key: ids.get(key, key))
        faulty = rows["outcome"].isin(FAULTY)
        rows["detail"] = rows["detail"].where(~faulty, rows["detail"].str.split(": ", n=1).str[0])
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
