"""Our topics beside four peers on BBC News, in one run: `python benchmarks/topics.py`.

Needs the extras `bench`, `tomotopy` and `bertopic`, and the folder `topics/BBC_News` (OCTIS, MIT licence) below
COVERAGE_DATA or `--data`; nothing of it is kept.  Every engine is given the same counts, the same samples and one
thread, in a process of its own (`topics_engines.py`), and is shown by its own words and by the same words.  Writes
`benchmarks/topics.md`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.metrics import normalized_mutual_info_score
from topics_engines import ENGINES, N_TERMS, read
from topics_published import beside_published
from topics_report import write

from helpers.topics.matching import match_topics
from helpers.topics.quality import coherence, diversity

HERE = Path(__file__).parent
WINDOW = 10  # words, the usual width for C_NPMI
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "HF_HUB_OFFLINE"), "1"
)
THIN = 2  # seeds and samples of a K that is only looked at


def sliding_windows(texts: list[str], vectoriser: CountVectorizer) -> sparse.csr_matrix:
    """Counts of terms in every window of ten words, one row each; a shorter document is one window."""
    places = [np.array([vectoriser.vocabulary_[word] for word in text.split()]) for text in texts]
    windows = [np.lib.stride_tricks.sliding_window_view(row, min(WINDOW, len(row))) for row in places]
    lengths = np.concatenate([np.full(len(block), block.shape[1]) for block in windows])
    columns = np.concatenate([block.ravel() for block in windows])
    ends = np.concatenate([[0], np.cumsum(lengths)])
    shape = (len(lengths), len(vectoriser.vocabulary_))
    rows = sparse.csr_matrix((np.ones(len(columns), dtype=np.int32), columns, ends), shape=shape)
    rows.sum_duplicates()
    return rows


def found_again(a: list[list[int]], b: list[list[int]], n_terms: int) -> float:
    """Mean overlap of matched topics' words; a topic without a partner counts 0."""
    flags = [np.zeros((len(words), n_terms)) for words in (a, b)]
    for flag, words in zip(flags, (a, b), strict=True):
        np.put_along_axis(flag, np.array(words), 1.0, axis=1)
    return match_topics(*flags, n=N_TERMS).similarity.sum() / max(len(a), len(b))


def measure(
    result: dict, data: tuple[sparse.csr_matrix, sparse.csr_matrix, pd.Series], encoding: float
) -> dict[str, object]:
    """All scores of one engine at one K."""
    counts, windows, labels = data
    whole, parts = result["whole"], result["samples"]

    def again(pairs: list[tuple[dict, dict]]) -> float:
        return float(np.mean([found_again(a["common"], b["common"], counts.shape[1]) for a, b in pairs]))

    # The first fit of a process compiles what is compiled, so it is left out of the time.
    seconds = float(np.median([fit["seconds"] for fit in whole[1:] or whole]))
    npmi = [coherence(np.array(fit["common"]), windows).mean() for fit in whole]
    return {
        "NPMI": np.mean(npmi),
        "sd of NPMI over seeds": np.std(npmi, ddof=1),
        "diversity": np.mean([diversity(np.array(fit["common"])) for fit in whole]),
        "NPMI, own words": np.mean([coherence(np.array(fit["own"]), windows).mean() for fit in whole]),
        "diversity, own words": np.mean([diversity(np.array(fit["own"])) for fit in whole]),
        "NPMI of samples": [coherence(np.array(fit["common"]), windows).mean() for fit in parts],
        "NPMI of samples, own words": [coherence(np.array(fit["own"]), windows).mean() for fit in parts],
        "NMI": np.mean([normalized_mutual_info_score(labels, fit["topic"]) for fit in whole]),
        "stability, seeds": again([(whole[0], fit) for fit in whole[1:]]),
        "stability, samples with all": again([(whole[0], fit) for fit in parts]),
        "stability, between samples": again(list(combinations(parts, 2))),
        "outliers": np.mean([np.mean(np.array(fit["topic"]) < 0) for fit in whole]),
        "topics found": np.mean([len(fit["common"]) for fit in whole]),
        "CPU s": seconds,
        "CPU s with encoding": seconds + encoding,
        "peak MB": result["peak MB"],
        "seeds": len(whole),
        "samples": len(parts),
    }


def measured(asked: dict[str, object], keep: Path) -> dict:
    """What a process of its own says about one engine at one K; a result kept earlier is not measured again."""
    name = "-".join(str(asked[key]) for key in ("engine", "n_topics", "seeds", "samples")).replace(" ", "_")
    kept = keep / f"{name}.json"
    if not kept.is_file():
        command = [sys.executable, str(HERE / "topics_engines.py"), json.dumps(asked)]
        done = subprocess.run(command, env={**os.environ, **ONE_THREAD}, stdout=subprocess.PIPE, check=True, text=True)
        kept.write_text(done.stdout[done.stdout.index("{") :], encoding="utf-8")
    return json.loads(kept.read_text(encoding="utf-8"))


def everything(asked: argparse.Namespace, folder: Path, keep: Path) -> tuple[pd.DataFrame, dict, pd.DataFrame]:
    """Scores by K and engine, what encoding took, and the engines whose scores are published."""
    base = {"folder": str(folder), "vectors": str(keep / "vectors.npy"), "seeds": 0, "samples": 0, "n_topics": 0}
    encoding = measured({**base, "engine": "encode"}, keep)
    wanted = [
        {
            **base,
            "engine": engine,
            "n_topics": n_topics,
            "seeds": THIN if n_topics in asked.thin else asked.seeds,
            "samples": THIN if n_topics in asked.thin else asked.samples,
        }
        for n_topics in sorted(asked.topics, key=lambda n_topics: (n_topics in asked.thin, n_topics))
        for engine in ENGINES
    ]
    with ThreadPoolExecutor(asked.jobs) as pool:
        results = list(pool.map(lambda one: measured(one, keep), wanted))
    texts, labels, vectoriser, counts = read(folder)
    windows = sliding_windows(texts, vectoriser)
    data = counts, windows, labels
    rows = [
        {
            "K": one["n_topics"],
            "engine": one["engine"],
            **measure(result, data, encoding["seconds"] if one["engine"] == "BERTopic" else 0.0),
        }
        for one, result in zip(wanted, results, strict=True)
    ]
    table = pd.DataFrame(rows).set_index(["K", "engine"]).sort_index(level="K", sort_remaining=False)
    corpus = {**encoding, "documents": counts.shape[0], "terms": counts.shape[1]}
    kept = keep / "published.csv"
    if not kept.is_file():
        beside_published(folder, windows).to_csv(kept)
    return table, corpus, pd.read_csv(kept, index_col=0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("COVERAGE_DATA"))
    parser.add_argument("--topics", type=int, nargs="+", default=[10, 20, 30, 40, 50])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--samples", type=int, default=5)
    parser.add_argument("--thin", type=int, nargs="*", default=[], help=f"K with {THIN} seeds and {THIN} samples only")
    parser.add_argument("--jobs", type=int, default=1, help="processes at a time")
    parser.add_argument("--keep", type=Path, help="folder for finished measurements, which are not repeated")
    asked = parser.parse_args()
    folder = Path(asked.data or "") / "topics" / "BBC_News"
    if not (folder / "corpus.tsv").is_file():
        sys.exit("BBC_News not found: give the folder that holds topics/BBC_News as --data or COVERAGE_DATA")
    with tempfile.TemporaryDirectory() as spare:
        keep = asked.keep or Path(spare)
        keep.mkdir(parents=True, exist_ok=True)
        table, corpus, published = everything(asked, folder.resolve(), keep)
    write(HERE / "topics.md", table, corpus, published)
    print(table.drop(columns=[name for name in table if "of samples" in name]).round(3).T.to_string())
    print(published.round(4).to_string())


if __name__ == "__main__":
    main()
