"""The corpora that topics are compared on: a folder in, documents as columns of words and counts out.

BBC News (OCTIS) as it is, with the noise of a discussion group, and cut to the length of a headline; and reports of
KCNA and the White House, which are only counted.  Nothing of any of them is kept.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer

BBC, NOISY, SHORT, COVERAGE = "BBC_News", "BBC_News, noisy", "BBC_News, first 8 words", "coverage"
REPORTS = ("kcna-en-2024.jsonl.gz", "white-house-dprk-2021-2026.jsonl.gz")
WINDOW = 10  # words, the usual width for C_NPMI
SEED = 20240619  # of the noise
SENDERS, SIGNATURE = 60, (8, 15)  # senders, and words of a signature
KEPT_WORDS, QUOTED_WORDS = 40, 30
CUT, QUOTING, REPLACED = 0.5, 0.25, 0.2  # shares of documents, of documents and of words
HEADLINE = 8  # words


@dataclass(frozen=True)
class Corpus:
    """Documents to learn topics from, and the text in which words are said to go together."""

    name: str
    texts: list[str]  # for an encoder
    counts: sparse.csr_matrix
    reference: list[np.ndarray]  # columns of words as they follow each other
    labels: pd.Series | None


def read(folder: Path) -> tuple[list[str], pd.Series, CountVectorizer, sparse.csr_matrix]:
    """Texts, labels, vocabulary and counts of an OCTIS corpus folder."""
    corpus = pd.read_csv(folder / "corpus.tsv", sep="\t", names=["text", "split", "label"], keep_default_na=False)
    vectoriser = CountVectorizer(token_pattern=r"\S+")
    counts = vectoriser.fit_transform(corpus.text)
    return corpus.text.tolist(), corpus.label, vectoriser, counts


def sliding_windows(documents: list[np.ndarray], n_terms: int) -> sparse.csr_matrix:
    """Counts of terms in every window of ten words, one row each; a shorter document is one window."""
    filled = [row for row in documents if len(row)]
    windows = [np.lib.stride_tricks.sliding_window_view(row, min(WINDOW, len(row))) for row in filled]
    lengths = np.concatenate([np.full(len(block), block.shape[1]) for block in windows])
    columns = np.concatenate([block.ravel() for block in windows])
    ends = np.concatenate([[0], np.cumsum(lengths)])
    shape = (len(lengths), n_terms)
    rows = sparse.csr_matrix((np.ones(len(columns), dtype=np.int32), columns, ends), shape=shape)
    rows.sum_duplicates()
    return rows


def bbc(data: Path) -> Corpus:
    """BBC News, 2004–2005, lemmatised and without stop words by the makers of OCTIS."""
    return _derived(BBC, data, lambda words, counts: words)


def noisy(data: Path) -> Corpus:
    """BBC News with signatures, quoted passages, cuts and strange words; NPMI is of the texts before that."""
    return _derived(NOISY, data, with_noise)


def short(data: Path) -> Corpus:
    """The first words of each text of BBC News; NPMI is of the whole texts."""
    return _derived(SHORT, data, lambda words, counts: [row[:HEADLINE] for row in words])


def coverage(data: Path) -> Corpus:
    """English reports of KCNA and the White House, each text once: words as they are written, no labels."""
    reports = (report for name in REPORTS for report in _reports(data / "coverage" / name))
    texts = list(dict.fromkeys(report["text"] for report in reports if report["text"]))
    vectoriser = CountVectorizer(token_pattern=r"[a-z]{2,}", stop_words="english", min_df=5, max_df=0.5)
    counts = vectoriser.fit_transform(texts)
    analyse, column = vectoriser.build_analyzer(), vectoriser.vocabulary_
    filled = np.flatnonzero(np.diff(counts.indptr))
    texts = [texts[row] for row in filled]
    words = [np.array([column[word] for word in analyse(text) if word in column]) for text in texts]
    return Corpus(COVERAGE, texts, counts[filled], words, None)


def with_noise(words: list[np.ndarray], counts: sparse.csr_matrix) -> list[np.ndarray]:
    """Documents as a discussion group would have them, always the same.

    Half are cut to 40 words, a quarter begins with 30 words of another, a fifth of the words is replaced by draws from
    the frequencies of the corpus, and each ends with the signature of one of 60 senders who write about anything.
    Signatures are drawn once from the rarest quarter of the vocabulary.
    """
    rng = np.random.default_rng(SEED)
    frequency = np.asarray(counts.sum(axis=0)).ravel()
    rare = np.argsort(frequency, kind="stable")[: len(frequency) // 4]
    low, high = SIGNATURE
    signatures = [rng.choice(rare, size=rng.integers(low, high + 1), replace=False) for _ in range(SENDERS)]
    noised = []
    for own in words:
        body = own[:KEPT_WORDS] if rng.random() < CUT else own
        if rng.random() < QUOTING:
            other = words[rng.integers(len(words))]
            begin = rng.integers(max(1, len(other) - QUOTED_WORDS))
            body = np.concatenate([other[begin : begin + QUOTED_WORDS], body])
        strange = rng.choice(len(frequency), size=len(body), p=frequency / frequency.sum())
        body = np.where(rng.random(len(body)) < REPLACED, strange, body)
        noised.append(np.concatenate([body, signatures[rng.integers(SENDERS)]]))
    return noised


CORPORA: dict[str, Callable[[Path], Corpus]] = {BBC: bbc, NOISY: noisy, SHORT: short, COVERAGE: coverage}


def _derived(
    name: str, data: Path, change: Callable[[list[np.ndarray], sparse.csr_matrix], list[np.ndarray]]
) -> Corpus:
    """BBC News with its words changed; words that go together are those of the unchanged texts."""
    texts, labels, vectoriser, counts = read(data / "topics" / BBC)
    reference = [np.array([vectoriser.vocabulary_[word] for word in text.split()]) for text in texts]
    changed = change(reference, counts)
    names = vectoriser.get_feature_names_out()
    ends = np.concatenate([[0], np.cumsum([len(row) for row in changed])])
    columns = np.concatenate(changed)
    made = sparse.csr_matrix((np.ones(len(columns), dtype=np.int64), columns, ends), shape=counts.shape)
    made.sum_duplicates()
    return Corpus(name, [" ".join(names[row]) for row in changed], made, reference, labels)


def _reports(path: Path) -> list[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
