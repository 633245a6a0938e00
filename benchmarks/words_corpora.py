"""Texts on which nothing differs between two groups, real and made, for `coverage_words.py` and `keyness_speed.py`.

Real ones are read from the folder that the environment names as COVERAGE_DATA; where it is absent they are left out,
and the tables say so.  Nothing of a text is kept: only counts.
"""

from __future__ import annotations

import gzip
import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer

from helpers.text.tokens import is_content, lemmas

SHARED = Path(os.environ.get("COVERAGE_DATA", "data that nobody gave"))
LONGEST = 400  # words of one text that are counted: long briefings would be half of a sample


@dataclass(frozen=True)
class Corpus:
    """Counts with the units that may go to a side together."""

    counts: sparse.csr_matrix
    units: dict[str, np.ndarray]  # label of each document, by kind of unit


def counted(words: list[list[str]], units: dict[str, np.ndarray]) -> Corpus:
    """Counts of lists of words; every document is a unit of its own, too."""
    counts = CountVectorizer(analyzer=list).fit_transform(words).astype(float).tocsr()
    return Corpus(counts, {"document": np.arange(len(words)), **units})


def bbc() -> Corpus:
    """BBC News, 2,225 articles of five desks (MIND-Lab/OCTIS)."""
    lines = (SHARED / "topics/BBC_News/corpus.tsv").read_text(encoding="utf-8").splitlines()
    return counted([line.split("\t")[0].split() for line in lines], {})


def jsonl(name: str, language: str) -> Corpus:
    """Items of one outlet as counted content lemmas, with their week and the cluster of the same words."""
    with gzip.open(SHARED / "coverage" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        items = pd.DataFrame([json.loads(line) for line in lines])
    text = items["text"].fillna("").str.split().str[:LONGEST].str.join(" ")
    words = [[word for word in lemmas(one, language) if is_content(word, language)] for one in text]
    numbers = pd.to_numeric(items["date"], errors="coerce")
    days = pd.to_datetime(items["date"].where(numbers.isna()), errors="coerce", utc=True)
    days = days.fillna(pd.to_datetime(numbers, unit="ms", utc=True))
    weeks = days.dt.strftime("%G-%V").fillna("undated")
    copies = pd.factorize(pd.Series([" ".join(sorted(one)) for one in words]))[0]
    kept = np.array([len(one) >= 5 for one in words]) & (weeks != "undated").to_numpy()
    rows = [one for one, keep in zip(words, kept, strict=True) if keep]
    return counted(rows, {"outlet-week": pd.factorize(weeks[kept])[0], "copy cluster": copies[kept]})


def press() -> Corpus:
    """Headlines and standfirsts of English-language feeds that name the DPRK, with outlet-week."""
    with gzip.open(SHARED / "press/english-feeds-2022-2026.jsonl.gz", "rt", encoding="utf-8") as lines:
        items = pd.DataFrame([json.loads(line) for line in lines]).query("names_dprk").drop_duplicates("title")
    text = (items["title"] + ". " + items["standfirst"].fillna("")).str.replace(r"<[^>]*>", " ", regex=True)
    words = [[word for word in lemmas(one, "en") if is_content(word, "en")] for one in text]
    weeks = items["outlet"] + " " + pd.to_datetime(items["published"], utc=True, format="ISO8601").dt.strftime("%G-%V")
    return counted(words, {"outlet-week": pd.factorize(weeks)[0]})


def climate() -> Corpus:
    """Climate-news articles with their outlet and month (phenixace/narrative-framing)."""
    items = pd.read_csv(SHARED / "frames/narrative-frames/articles_metadata.tsv", sep="\t")
    text = items["text"].astype(str).str.split().str[:LONGEST].str.join(" ")
    return counted([[word for word in lemmas(one, "en") if is_content(word, "en")] for one in text], {})


def made(
    n: int = 300, *, vocabulary: int = 800, burst: float = 0.5, weeks: int = 40, copies: float = 0.35, seed: int = 1
) -> Corpus:
    """Made documents: Zipf words, bursts of a week and of a document, unequal lengths, and copies of stories.

    `burst` is how much rates move by week and by document (gamma, relative variance); `copies` is the share of
    documents that repeat an earlier story, cut to a part of its length.
    """
    rng = np.random.default_rng(seed)
    base = 1 / np.arange(3, vocabulary + 3) ** 1.05
    base = rng.permutation(base / base.sum())
    week = rng.integers(0, weeks, n)
    by_week = rng.gamma(1 / burst, burst, (weeks, vocabulary))
    counts, story = np.zeros((n, vocabulary)), np.arange(n)
    for document in range(n):
        if document and rng.random() < copies:
            other = int(rng.integers(0, document))
            story[document], week[document] = story[other], week[other]
            counts[document] = rng.binomial(counts[other].astype(int), rng.uniform(0.5, 1))
            continue
        rates = base * by_week[week[document]] * rng.gamma(0.5 / burst, burst / 0.5, vocabulary)
        length = int(rng.lognormal(4.6, 0.7)) + 10
        counts[document] = rng.multinomial(length, rates / rates.sum())
    units = {"document": np.arange(n), "outlet-week": week, "copy cluster": story}
    return Corpus(sparse.csr_matrix(counts), units)


def load() -> dict[str, Corpus]:
    """Every corpus by name; real ones only where their folder is."""
    found = {"made": made(n=600, seed=1), "made, bursty": made(n=600, burst=1.5, weeks=60, seed=2)}
    if SHARED.is_dir():
        found |= {
            "BBC News": bbc(),
            "KCNA": jsonl("kcna-en-2024", "en"),
            "White House": jsonl("white-house-dprk-2021-2026", "en"),
            "Channel One": jsonl("channel-one-ru-2022-2024", "ru"),
        }
    return found
