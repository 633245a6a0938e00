"""Our topics beside scikit-learn's NMF and LDA on BBC News, in one run: `python benchmarks/topics.py`.

Needs the folder `topics/BBC_News` (OCTIS, MIT licence) below COVERAGE_DATA or `--data`; nothing of it is kept.
Every engine is given the same counts and shown by the same words.  Results are kept in `benchmarks/topics.md`.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.decomposition import NMF, LatentDirichletAllocation
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from threadpoolctl import threadpool_limits

from helpers.topics.matching import stability
from helpers.topics.model import TopicModel
from helpers.topics.quality import coherence, diversity, normalised_mutual_information
from helpers.topics.ranking import top_columns

WINDOW = 10  # words, the usual width for C_NPMI
N_TERMS = 10


@dataclass(frozen=True)
class Shares:
    """What any engine is reduced to: θ and two ways of showing its words, its own and one for all."""

    doc_topic: np.ndarray
    topic_term: np.ndarray  # of the common selector, so that stability compares what is shown
    own: np.ndarray


def common_words(doc_topic: np.ndarray, counts: sparse.csr_matrix) -> np.ndarray:
    """The display-word selector every engine gets: term frequency by topic × log(1 + A / f), rows sum to 1.

    Class-based TF-IDF (Grootendorst 2022, BERTopic, eq. 2) with topic shares as soft classes.
    """
    words = np.asarray(counts.T @ doc_topic).T
    weights = words / words.sum(axis=1, keepdims=True)
    total = np.maximum(words.sum(axis=0), 1e-12)
    weights *= np.log1p(words.sum() / len(words) / total)
    return weights / weights.sum(axis=1, keepdims=True)


def finish(doc_topic: np.ndarray, own: np.ndarray, counts: sparse.csr_matrix) -> Shares:
    total = doc_topic.sum(axis=1, keepdims=True)
    shares = np.divide(doc_topic, total, out=np.full_like(doc_topic, 1 / doc_topic.shape[1]), where=total > 0)
    return Shares(shares, common_words(shares, counts), own)


def ours(counts: sparse.csr_matrix, n_topics: int, seed: int) -> Shares:
    model = TopicModel(n_topics, seed=seed).fit(counts)
    return finish(model.doc_topic, model.topic_term, counts)


def plain_nmf(counts: sparse.csr_matrix, n_topics: int, seed: int) -> Shares:
    weights = TfidfTransformer(sublinear_tf=True).fit_transform(counts)
    model = NMF(n_topics, init="nndsvda", max_iter=500, random_state=seed)
    loads = model.fit_transform(weights) * model.components_.sum(axis=1)
    return finish(loads, model.components_, counts)


def lda(counts: sparse.csr_matrix, n_topics: int, seed: int) -> Shares:
    # n_jobs stays 1: with two the same seed gives other topics
    model = LatentDirichletAllocation(n_topics, learning_method="online", max_iter=20, random_state=seed, n_jobs=1)
    return finish(model.fit_transform(counts), model.components_, counts)


ENGINES: dict[str, Callable[[sparse.csr_matrix, int, int], Shares]] = {
    "ours (neighbour-smoothed NMF)": ours,
    "scikit-learn NMF": plain_nmf,
    "scikit-learn LDA, online": lda,
}


def load(folder: Path) -> tuple[sparse.csr_matrix, sparse.csr_matrix, pd.Series]:
    """Counts, sliding windows of ten words (one row each), and labels."""
    corpus = pd.read_csv(folder / "corpus.tsv", sep="\t", names=["text", "split", "label"], keep_default_na=False)
    vectoriser = CountVectorizer(token_pattern=r"\S+")
    counts = vectoriser.fit_transform(corpus.text)
    places = [np.array([vectoriser.vocabulary_[word] for word in text.split()]) for text in corpus.text]
    windows = [np.lib.stride_tricks.sliding_window_view(row, min(WINDOW, len(row))) for row in places]
    lengths = np.concatenate([np.full(len(block), block.shape[1]) for block in windows])
    columns = np.concatenate([block.ravel() for block in windows])
    ends = np.concatenate([[0], np.cumsum(lengths)])
    shape = (len(lengths), counts.shape[1])
    rows = sparse.csr_matrix((np.ones(len(columns), dtype=np.int32), columns, ends), shape=shape)
    rows.sum_duplicates()
    return counts, rows, corpus.label


def measure(
    name: str, data: tuple[sparse.csr_matrix, sparse.csr_matrix, pd.Series], *, n_topics: int, seeds: int, samples: int
) -> dict[str, object]:
    counts, windows, labels = data
    fits: list[tuple[Shares, float]] = []

    def fit(csr: sparse.csr_matrix, seed: int) -> Shares:
        start = time.process_time()
        shares = ENGINES[name](csr, n_topics, seed)
        fits.append((shares, time.process_time() - start))
        return shares

    held = stability(fit, counts, seeds=range(seeds), samples=samples, rng=np.random.default_rng(20240619))
    held = held.query("topic == 'all'").set_index("source").estimate
    whole = [shares for shares, _ in fits if len(shares.doc_topic) == counts.shape[0]]
    chosen = [top_columns(shares.topic_term, n=N_TERMS) for shares in whole]
    own = [top_columns(shares.own, n=N_TERMS) for shares in whole]
    return {
        "engine": name,
        "NPMI": np.mean([coherence(words, windows).mean() for words in chosen]),
        "diversity": np.mean([diversity(words) for words in chosen]),
        "NPMI, own words": np.mean([coherence(words, windows).mean() for words in own]),
        "diversity, own words": np.mean([diversity(words) for words in own]),
        "NPMI, whole documents": np.mean([coherence(words, counts).mean() for words in chosen]),
        "NMI": np.mean([normalised_mutual_information(shares.doc_topic, labels) for shares in whole]),
        "stability, seeds": held["seeds"],
        "stability, samples": held["samples"],
        "CPU s": np.median([seconds for shares, seconds in fits if len(shares.doc_topic) == counts.shape[0]]),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("COVERAGE_DATA"))
    parser.add_argument("--topics", type=int, default=20)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--samples", type=int, default=5)
    asked = parser.parse_args()
    folder = Path(asked.data or "") / "topics" / "BBC_News"
    if not (folder / "corpus.tsv").is_file():
        sys.exit("BBC_News not found: give the folder that holds topics/BBC_News as --data or COVERAGE_DATA")
    data = load(folder)
    with threadpool_limits(limits=1):
        rows = [
            measure(name, data, n_topics=asked.topics, seeds=asked.seeds, samples=asked.samples) for name in ENGINES
        ]
    table = pd.DataFrame(rows).set_index("engine").round(3)
    print(
        f"BBC News, {data[0].shape[0]:,} documents, {data[0].shape[1]:,} terms, K = {asked.topics}, "
        f"{asked.seeds} seeds, {asked.samples} samples of 80 % of documents, top {N_TERMS} words"
    )
    print(table.T.to_string())
    ratio = table["CPU s"].div(table["CPU s"].iloc[0]).round(2)
    print("CPU beside ours: " + ", ".join(f"{name} {value:g}x" for name, value in ratio.items()))


if __name__ == "__main__":
    main()
