"""Do time and memory of topics grow with the documents, and no faster?  `python benchmarks/topics_scale.py`.

Made documents (`topics_planted.py`), each engine at each size in a process of its own, one after the other, one thread.
CPU seconds are without those for making documents.  Writes `benchmarks/topics_scale.md`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.decomposition import NMF, LatentDirichletAllocation, MiniBatchNMF
from sklearn.preprocessing import normalize
from topics_engines import peak_mb
from topics_planted import BLOCK, N_TERMS, N_TOPICS, Block, planted_blocks, recovered

from helpers.topics.engine import rows_to_one
from helpers.topics.topic_model import TopicModel

HERE = Path(__file__).parent
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
SIZES = 1_000, 10_000, 100_000, 1_000_000
NMF_BATCH, LDA_BATCH = 1_024, 128  # documents that peers learn from at a time, as they have it
SEEN = 20_000  # documents that peers see at least: a small corpus several times
WHOLE, BATCHES = "ours, `fit`", "ours, `fit_batches`"


class Documents:
    """Blocks of documents, and the CPU seconds that making them took."""

    def __init__(self, n_documents: int) -> None:
        self.n_documents = n_documents
        self.seconds = 0.0

    def __iter__(self) -> Iterator[Block]:
        blocks = planted_blocks(self.n_documents)
        while True:
            start = time.process_time()
            block = next(blocks, None)
            self.seconds += time.process_time() - start
            if block is None:
                return
            yield block

    def batches(self) -> Iterator[sparse.csr_matrix]:
        """Counts of a block each."""
        return (block.counts for block in self)

    def whole(self) -> sparse.csr_matrix:
        return sparse.vstack(list(self.batches()), format="csr")


def ours_whole(documents: Documents) -> Callable[[], np.ndarray]:
    """Learn from all at once; shares are there afterwards.  Gives back the shares of the first block."""
    model = TopicModel(N_TOPICS).fit(documents.whole())
    return lambda: model.doc_topic[:BLOCK]


def ours_batches(documents: Documents) -> Callable[[], np.ndarray]:
    model = TopicModel(N_TOPICS).fit_batches(documents.batches)
    return lambda: shares_by_block(documents, model.transform)


def nmf_whole(documents: Documents) -> Callable[[], np.ndarray]:
    counts = documents.whole()
    weigh = weighing([counts])
    model = NMF(N_TOPICS, init="nndsvda", max_iter=500, random_state=0)
    loads = model.fit_transform(weigh(counts))
    return lambda: explained(loads[:BLOCK], model)


def nmf_batches(documents: Documents) -> Callable[[], np.ndarray]:
    """scikit-learn's mini-batch NMF on the same weights, document frequencies of all counted before."""
    weigh = weighing(documents.batches())
    model = MiniBatchNMF(N_TOPICS, init="nndsvda", random_state=0)
    for counts in some(documents, NMF_BATCH):
        model.partial_fit(weigh(counts))
    return lambda: shares_by_block(documents, lambda counts: explained(model.transform(weigh(counts)), model))


def lda_batches(documents: Documents) -> Callable[[], np.ndarray]:
    """scikit-learn's online LDA (Hoffman, Blei & Bach 2010)."""
    model = LatentDirichletAllocation(
        N_TOPICS, learning_method="online", total_samples=documents.n_documents, random_state=0, n_jobs=1
    )
    for counts in some(documents, LDA_BATCH):
        model.partial_fit(counts)
    return lambda: shares_by_block(documents, model.transform)


ENGINES: dict[
    str, tuple[Callable[[Documents], Callable[[], np.ndarray]], int]
] = {  # and the most documents asked of it
    WHOLE: (ours_whole, 100_000),
    BATCHES: (ours_batches, 1_000_000),
    "scikit-learn NMF": (nmf_whole, 100_000),
    "scikit-learn MiniBatchNMF": (nmf_batches, 100_000),
    "scikit-learn LDA, online": (lda_batches, 100_000),
}


def some(documents: Documents, n: int) -> Iterator[sparse.csr_matrix]:
    """Counts of `n` documents at a time, in as many passes as show a peer `SEEN` documents, one at least."""
    for _ in range(max(1, SEEN // documents.n_documents)):
        for counts in documents.batches():
            for begin in range(0, counts.shape[0], n):
                yield counts[begin : begin + n]


def weighing(batches: Iterator[sparse.csr_matrix] | list[sparse.csr_matrix]) -> Callable:
    """Sublinear TF-IDF with rows of length 1, as scikit-learn's, from document frequencies counted by batch."""
    n_documents, frequency = 0, np.zeros(N_TERMS)
    for counts in batches:
        n_documents += counts.shape[0]
        frequency += np.bincount(counts.indices, minlength=N_TERMS)
    idf = sparse.diags_array(np.log((1 + n_documents) / (1 + frequency)) + 1)

    def weigh(counts: sparse.csr_matrix) -> sparse.csr_matrix:
        weights = sparse.csr_matrix(counts, dtype=np.float64, copy=True)
        weights.data = 1 + np.log(weights.data)
        return normalize(sparse.csr_matrix(weights @ idf))

    return weigh


def explained(loads: np.ndarray, model: NMF) -> np.ndarray:
    return rows_to_one(loads * model.components_.sum(axis=1))[0]


def shares_by_block(documents: Documents, transform: Callable[[sparse.csr_matrix], np.ndarray]) -> np.ndarray:
    """Shares of every document, as they would be written down block by block; the first block's are given back."""
    first = None
    for counts in documents.batches():
        shares = transform(counts)
        first = shares if first is None else first
    return first


def run(engine: str, n_documents: int) -> dict[str, float]:
    """One engine on so many documents, in this process."""
    before = peak_mb()
    documents = Documents(n_documents)
    start = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # engines that have not come to rest: what was found shows it
        share = ENGINES[engine][0](documents)
        learned = time.process_time() - start - documents.seconds
        found = share()
    seconds = time.process_time() - start - documents.seconds
    return {
        "learning s": learned,
        "CPU s": seconds,
        "MB at start": before,
        "peak MB": peak_mb(),
        **recovered(found, next(iter(documents))),
    }


def measured(engine: str, n_documents: int, limit: float, keep: Path) -> dict[str, object]:
    """A process of its own, ended at the limit of seconds; a result kept earlier is not measured again."""
    name = "".join(letter if letter.isalnum() else "_" for letter in f"{engine}-{n_documents}")
    kept = keep / f"{name}.json"
    if not kept.is_file():
        command = [sys.executable, __file__, "--one", engine, str(n_documents)]
        try:
            done = subprocess.run(
                command, env={**os.environ, **ONE_THREAD}, stdout=subprocess.PIPE, check=True, text=True, timeout=limit
            )
            kept.write_text(done.stdout, encoding="utf-8")
        except subprocess.TimeoutExpired:
            kept.write_text(json.dumps({"limit": limit}), encoding="utf-8")
    return {"engine": engine, "documents": n_documents, **json.loads(kept.read_text(encoding="utf-8"))}


def main() -> None:
    from topics_scale_report import write

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", default=SIZES)
    parser.add_argument("--limit", type=float, default=1800, help="seconds a process may take")
    parser.add_argument("--keep", type=Path, help="folder for finished measurements, which are not repeated")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as spare:
        keep = asked.keep or Path(spare)
        keep.mkdir(parents=True, exist_ok=True)
        rows = [
            measured(engine, n_documents, asked.limit, keep)
            for n_documents in sorted(asked.sizes)
            for engine, (_, most) in ENGINES.items()
            if n_documents <= most
        ]
    table = pd.DataFrame(rows)
    write(HERE / "topics_scale.md", table)
    print(table.round(3).to_string(index=False))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(run(sys.argv[2], int(sys.argv[3]))))
    else:
        main()
