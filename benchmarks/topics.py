"""Our topics beside four peers on BBC News and others, in one run: `python benchmarks/topics.py`.

Needs the extras `bench`, `tomotopy` and `bertopic`, and the folders `topics/BBC_News` (OCTIS, MIT licence) and
`coverage` below COVERAGE_DATA or `--data`; nothing of them is kept.  Every engine is given the same counts, the same
samples and one thread, in a process of its own (`topics_engines.py`), and is shown by its own words and by two
selectors that are the same for all.  Writes `benchmarks/topics.md`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse
from topics_corpora import BBC, CORPORA, Corpus, sliding_windows
from topics_engines import ENCODED, ENGINES, OURS, PARTS
from topics_published import beside_published
from topics_report import EXPECTED, MAIN, write
from topics_scores import Yard, measure

HERE = Path(__file__).parent
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "HF_HUB_OFFLINE"), "1"
)
FEW = 2, 3  # seeds and samples of the other corpora, and of a K that is only looked at


class Run(NamedTuple):
    """One engine at one K on one corpus."""

    corpus: str
    n_topics: int
    engine: str
    seeds: int
    samples: int


def planned(asked: argparse.Namespace) -> list[Run]:
    """All runs: the K that goals were set for first, the parts of ours, other corpora, the other K."""
    full = asked.seeds, asked.samples
    ks = sorted(asked.topics, key=lambda n_topics: (n_topics != MAIN, n_topics))
    runs = [
        Run(BBC, k, engine, *(FEW if k in asked.thin else full))
        for k in ks
        for engine in ENGINES
        if k == MAIN or engine in (OURS, *asked.peers)
    ]
    parts = [Run(BBC, MAIN, engine, *full) for engine in PARTS if MAIN in ks]
    others = [Run(corpus, MAIN, engine, *FEW) for corpus in asked.others for engine in EXPECTED[corpus]]
    first = len(ENGINES) if ks[0] == MAIN else 0
    return [*runs[:first], *parts, *others, *runs[first:]]


def measured(asked: dict[str, object], kept: Path) -> dict:
    """What a process of its own says; a result kept earlier is not measured again."""
    if not kept.is_file():
        command = [sys.executable, str(HERE / "topics_engines.py"), json.dumps(asked)]
        done = subprocess.run(command, env={**os.environ, **ONE_THREAD}, stdout=subprocess.PIPE, check=True, text=True)
        kept.write_text(done.stdout[done.stdout.index("{") :], encoding="utf-8")
    return json.loads(kept.read_text(encoding="utf-8"))


def kept_at(keep: Path, run: Run) -> Path:
    """Where the measurements of a run are kept."""
    return keep / f"{plain(*run)}.json"


def plain(*parts: object) -> str:
    """A name for a file."""
    return "".join(letter if letter.isalnum() else "_" for letter in "-".join(map(str, parts)))


def laid_out(corpus: Corpus, keep: Path) -> dict[str, str]:
    """Files that the processes read a corpus from."""
    paths = {what: str(keep / plain(corpus.name, what)) for what in ("counts", "texts", "vectors")}
    paths = {what: path + {"counts": ".npz", "texts": ".json", "vectors": ".npy"}[what] for what, path in paths.items()}
    sparse.save_npz(paths["counts"], sparse.csr_matrix(corpus.counts))
    Path(paths["texts"]).write_text(json.dumps(corpus.texts), encoding="utf-8")
    return paths


def timed(files: dict[str, str], keep: Path, rounds: int) -> pd.DataFrame:
    """CPU seconds of each engine's second fit in a process, and that process' peak, medians over rounds.

    In each round every engine has its turn, one process at a time whatever else was asked for: what else a machine does
    then weighs on all alike.
    """
    asked = {"n_topics": MAIN, "seeds": 2, "samples": 0, **files}
    rows = []
    for turn in range(rounds):
        for engine in [*ENGINES, *PARTS]:
            result = measured({**asked, "engine": engine}, keep / f"{plain('time', turn, engine)}.json")
            rows.append({"engine": engine, "CPU s": result["whole"][1]["seconds"], "peak MB": result["peak MB"]})
    return pd.DataFrame(rows).groupby("engine").median()


def everything(runs: list[Run], data: Path, keep: Path, jobs: int, rounds: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Scores by corpus, K and engine; and of each corpus its size and what encoding took."""
    corpora = {name: CORPORA[name](data) for name in dict.fromkeys(run.corpus for run in runs)}
    files = {name: laid_out(corpus, keep) for name, corpus in corpora.items()}
    with ThreadPoolExecutor(jobs) as pool:
        encoded = pool.map(
            lambda name: measured({"engine": "encode", **files[name]}, keep / f"{plain(name, 'encode')}.json"), corpora
        )
        encoding = dict(zip(corpora, encoded, strict=True))
        results = list(pool.map(lambda run: measured({**run._asdict(), **files[run.corpus]}, kept_at(keep, run)), runs))
    yards = {
        name: Yard(sliding_windows(corpus.reference, corpus.counts.shape[1]), corpus.labels, corpus.counts.shape[0])
        for name, corpus in corpora.items()
    }
    rows = [
        {
            **dict(zip(("corpus", "K", "engine"), run, strict=False)),
            **measure(result, yards[run.corpus], encoding[run.corpus]["seconds"] if run.engine in ENCODED else 0.0),
        }
        for run, result in zip(runs, results, strict=True)
    ]
    table = pd.DataFrame(rows).set_index(["corpus", "K", "engine"])
    if rounds and (BBC, MAIN) in table.index.droplevel("engine"):
        for engine, row in timed(files[BBC], keep, rounds).iterrows():
            with_encoding = row["CPU s"] + (encoding[BBC]["seconds"] if engine in ENCODED else 0.0)
            table.loc[(BBC, MAIN, engine), ["CPU s", "CPU s with encoding", "peak MB"]] = (
                row["CPU s"],
                with_encoding,
                row["peak MB"],
            )
    sizes = [
        {
            "documents": corpus.counts.shape[0],
            "terms": corpus.counts.shape[1],
            "words": int(corpus.counts.sum()),
            **encoding[name],
        }
        for name, corpus in corpora.items()
    ]
    return table, pd.DataFrame(sizes, index=list(corpora))


def published(data: Path, keep: Path) -> pd.DataFrame:
    """The engines whose scores are published, fitted again."""
    kept = keep / "published.csv"
    if not kept.is_file():
        corpus = CORPORA[BBC](data)
        windows = sliding_windows(corpus.reference, corpus.counts.shape[1])
        beside_published(data / "topics" / BBC, windows).to_csv(kept)
    return pd.read_csv(kept, index_col=0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("COVERAGE_DATA"))
    parser.add_argument("--topics", type=int, nargs="+", default=[10, 20, 30, 40, 50])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--samples", type=int, default=5)
    parser.add_argument(
        "--thin", type=int, nargs="*", default=[], help=f"K with {FEW[0]} seeds and {FEW[1]} samples only"
    )
    peers = [engine for engine in ENGINES if engine != OURS]
    parser.add_argument("--peers", nargs="*", default=peers, choices=peers, help=f"at other K than {MAIN}")
    parser.add_argument("--others", nargs="*", default=list(EXPECTED), choices=list(EXPECTED), help="further corpora")
    parser.add_argument("--jobs", type=int, default=1, help="processes at a time")
    parser.add_argument("--rounds", type=int, default=3, help=f"of time at K = {MAIN}; 0 takes that of the fits")
    parser.add_argument("--keep", type=Path, help="folder for finished measurements, which are not repeated")
    parser.add_argument("--only-kept", action="store_true", help="measure nothing; name what is absent as not run")
    asked = parser.parse_args()
    data = Path(asked.data or "").resolve()
    if not (data / "topics" / BBC / "corpus.tsv").is_file():
        sys.exit("BBC_News not found: give the folder that holds topics/BBC_News as --data or COVERAGE_DATA")
    with tempfile.TemporaryDirectory() as spare:
        keep = asked.keep or Path(spare)
        keep.mkdir(parents=True, exist_ok=True)
        runs = [run for run in planned(asked) if not asked.only_kept or kept_at(keep, run).is_file()]
        table, corpora = everything(runs, data, keep, asked.jobs, asked.rounds)
        write(HERE / "topics.md", table, corpora, published(data, keep), asked.rounds)
    shown = table.drop(columns=[name for name in table if "of samples" in name])
    print(shown.astype(float).round(3).T.to_string(), np.round(corpora, 1).to_string(), sep="\n")


if __name__ == "__main__":
    main()
