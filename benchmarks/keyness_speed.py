"""Is ours fast enough to be used?  `python benchmarks/keyness_speed.py --convokit <folder with fightingWords.py>`.

Made documents and, where the environment names their folder (`words_corpora.py`), real ones; each method in a process
of its own, one thread.  ConvoKit's own `FightingWords` is imported from its
file (its package wants far more than that file does) and is given counts through a stand-in for its vectoriser, so that
only its comparison is timed.  Writes `benchmarks/keyness_speed.md`.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import io
import json
import os
import platform
import resource
import subprocess
import sys
import time
import types
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import numpy as np
import scipy
from keyness_before import keyness_before
from keyness_plain_scores import plain_z
from scipy import sparse
from words_corpora import SHARED, bbc, press

from helpers.compare.keyness import keyness
from helpers.compare.log_odds import log_odds, pseudo_counts

HERE = Path(__file__).parent
REAL = {"BBC News": bbc, "headlines": press}
SIZES = {"small": (2_000, 5_000), "middle": (10_000, 10_000), "large": (100_000, 50_000)}
WORDS = 120  # tokens of a document
SAMPLES = 999  # of the bootstrap, as many as ours has permutations
NOW, SAME = "ours, 999 and 4,999 near the line", "ours, 999"
BEFORE, LONG = "ours before, 999", "ours before, 4,999"
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def documents(size: str) -> tuple[sparse.csr_matrix, np.ndarray, np.ndarray]:
    """Zipf words, two sides, stories of two documents on average."""
    rng = np.random.default_rng(1)
    if size in REAL:
        counts = REAL[size]().counts
        return counts, rng.random(counts.shape[0]) < 0.5, np.arange(counts.shape[0])
    n, vocabulary = SIZES[size]
    share = 1 / np.arange(5, vocabulary + 5)
    words = rng.choice(vocabulary, n * WORDS, p=share / share.sum())
    counts = sparse.csr_matrix((np.ones(n * WORDS), (np.repeat(np.arange(n), WORDS), words)), shape=(n, vocabulary))
    counts.sum_duplicates()
    stories = np.sort(rng.integers(0, n // 2, n))
    return counts, rng.permutation(n // 2)[stories] < n // 4, stories


def bootstrap(counts: sparse.csr_matrix, side: np.ndarray, n: int) -> np.ndarray:
    """Standard error of the log-odds ratio when documents are drawn anew, one sample after the other."""
    rng, found = np.random.default_rng(1), []
    rows = [np.flatnonzero(mask) for mask in (side, ~side)]
    for _ in range(n):
        y, z = (np.asarray(counts[rng.choice(one, len(one))].sum(axis=0)).ravel() for one in rows)
        alpha = pseudo_counts(y + z, (y.sum(), z.sum())) + 1e-9
        a, b = y + alpha, z + alpha
        found.append(np.log(a / (a.sum() - a)) - np.log(b / (b.sum() - b)))
    return np.std(found, axis=0)


def fighting_words(counts: sparse.csr_matrix, side: np.ndarray, folder: Path) -> dict:
    """ConvoKit's own comparison of two classes, on these counts."""

    class Transformer:
        pass

    stand_in = {name: types.ModuleType(name) for name in ("convokit", "convokit.model", "cleantext")}
    stand_in["convokit"].Transformer = Transformer
    stand_in["convokit.model"].Corpus = stand_in["convokit.model"].CorpusComponent = object
    stand_in["cleantext"].clean = lambda text, **_: text
    found = importlib.util.spec_from_file_location("fightingWords", folder / "fightingWords.py")
    module = importlib.util.module_from_spec(found)
    with mock.patch.dict(sys.modules, stand_in):
        found.loader.exec_module(module)
    order = np.r_[np.flatnonzero(side), np.flatnonzero(~side)]
    names = {str(term): term for term in range(counts.shape[1])}
    reader = types.SimpleNamespace(fit_transform=lambda _: counts[order], vocabulary_=names)
    peer = module.FightingWords(cv=reader, text_func=lambda document: document, prior=0.1)
    with contextlib.redirect_stdout(io.StringIO()):
        return peer._bayes_compare_language(list(np.flatnonzero(side)), list(np.flatnonzero(~side)))


def run(method: str, size: str, folder: str) -> dict[str, float]:
    """CPU seconds and memory at the peak."""
    counts, side, stories = documents(size)
    given = {"target": side, "reference": ~side, "terms": range(counts.shape[1])}
    few = 9 if size != "small" else 99
    seed = {"rng": np.random.default_rng(1)}
    works: dict[str, tuple[Callable[[], object], float]] = {  # and by how much the time is multiplied
        "ours, sandwich": (lambda: log_odds(counts, **given, clusters=stories), 1),
        NOW: (lambda: keyness(counts, **given, clusters=stories, **seed), 1),
        SAME: (lambda: keyness(counts, **given, clusters=stories, **seed, n_near=0), 1),
        BEFORE: (lambda: keyness_before(counts, **given, clusters=stories, **seed), 1),
        LONG: (lambda: keyness_before(counts, **given, clusters=stories, **seed, n_permutations=4999), 1),
        "plain z, ours": (lambda: plain_z(counts, **given), 1),
        "ConvoKit FightingWords": (lambda: fighting_words(counts, side, Path(folder)), 1),
        "document bootstrap": (lambda: bootstrap(counts, side, few), SAMPLES / few),
    }
    work, factor = works[method]
    before = time.process_time()
    work()
    seconds = (time.process_time() - before) * factor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "peak_mb": peak, "documents": counts.shape[0], "terms": counts.shape[1]}


PLAN = [
    *[(method, size) for size in ("small", "middle") for method in (
        "ours, sandwich", NOW, SAME, BEFORE, LONG, "plain z, ours", "ConvoKit FightingWords", "document bootstrap")],
    *[(method, "large") for method in ("ours, sandwich", NOW, SAME, BEFORE, "plain z, ours", "document bootstrap")],
    *[(method, size) for size in REAL for method in ("ours, sandwich", NOW, SAME, BEFORE, LONG, "document bootstrap")],
]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--convokit", default="")
    parser.add_argument("--one", nargs=2)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(run(*given.one, given.convokit)))
        return
    found = {}
    for method, size in PLAN:
        if (method.startswith("ConvoKit") and not given.convokit) or (size in REAL and not SHARED.is_dir()):
            continue
        command = [sys.executable, __file__, "--one", method, size, "--convokit", given.convokit]
        done = subprocess.run(command, capture_output=True, text=True, env=os.environ | ONE_THREAD, check=True)
        found[size, method] = json.loads(done.stdout)
        print(size, method, found[size, method], flush=True)
    (HERE / "keyness_speed.md").write_text(page(found), encoding="utf-8")


def page(found: dict[tuple[str, str], dict[str, float]]) -> str:
    """The results as a page."""
    lines = [HEAD.format(python=platform.python_version(), numpy=np.__version__, scipy=scipy.__version__)]
    rivals = (BEFORE, LONG, "document bootstrap")
    lines += [
        "| documents × terms | method | CPU s | before is × | with 4,999 × | bootstrap × | peak MB |",
        "|---" * 7 + "|",
    ]
    for (size, method), one in found.items():
        name = f"{one['documents']:,} × {one['terms']:,}" + (f", {size}" if size in REAL else "")
        times = [found[size, other]["seconds"] / one["seconds"] if (size, other) in found else None for other in rivals]
        cells = ["–" if value is None else f"{value:,.1f}" for value in times]
        lines.append(f"| {name} | {method} | {one['seconds']:.2f} | {' | '.join(cells)} | {one['peak_mb']:,.0f} |")
    return "\n".join([*lines, "", "| aim | measured | |", "|---|---|---|", *aims(found), ""])


def aims(found: dict[tuple[str, str], dict[str, float]]) -> list[str]:
    """What was aimed at, as far as it was measured."""
    lines = []
    if ("large", "ours, sandwich") in found:
        large = found["large", "ours, sandwich"]
        ratio = found["large", "document bootstrap"]["seconds"] / large["seconds"]
        lines += [
            f"| sandwich, 100,000 × 50,000 under 2 s CPU | {large['seconds']:.2f} s | {told(large['seconds'] < 2)} |",
            f"| the same under 2 GB | {large['peak_mb']:,.0f} MB with data | {told(large['peak_mb'] < 2000)} |",
            f"| 50 × faster than the bootstrap | {ratio:,.0f} × | {told(ratio >= 50)} |",
        ]
    for name, slow, fast in (
        ("999 permutations, 5 × faster than before", BEFORE, SAME),
        ("4,999 near the line, 5 × faster than 4,999 for all before", LONG, NOW),
    ):
        sizes = [
            size for size in dict.fromkeys(size for size, _ in found) if {(size, slow), (size, fast)} <= set(found)
        ]
        times = {size: found[size, slow]["seconds"] / found[size, fast]["seconds"] for size in sizes}
        if times:
            measured = ", ".join(f"{size} {value:.1f} ×" for size, value in times.items())
            lines.append(f"| {name} | {measured} | {told(min(times.values()) >= 5)} |")
    return lines


def told(reached: bool) -> str:
    return "reached" if reached else "**missed**"


HEAD = """# Speed of keyness

Written by `python benchmarks/keyness_speed.py --convokit <folder>`; do not edit. Python {python}, NumPy {numpy}, SciPy
{scipy}, one thread. Made documents of 120 words, stories of two documents on average; the last rows are real texts
cut at random. Peak memory is the whole process, data and libraries included. The bootstrap draws documents 999 times in
a loop (9 timed and multiplied, 99 at the smallest size); ours permutes stories 999 times, and 4,999 times for words
with p ≤ .1. *Before* is keyness as it was (`keyness_before.py`): one stage, 64 bits throughout, p by sorting all. For
the same permutations its p and the present ones are equal. *With 4,999* is the same with so many for every word: as
exact near the line as ours is now. What both find is in `keyness_stages.md`. ConvoKit makes a dense matrix (`toarray`),
so it was not run at 100,000 × 50,000: that alone is 40 GB.
"""


if __name__ == "__main__":
    main()
