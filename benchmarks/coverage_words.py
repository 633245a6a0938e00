"""How often does a test of words flag words when nothing differs?  `python benchmarks/coverage_words.py`.

Groups are split at random out of one corpus, by document, by outlet-week or by copy cluster, so that no word differs.
Each method then tells its share of words at p ≤ .05 and whether any word is left after Benjamini–Hochberg.  A second
table plants differences.  Writes `coverage_words.md` and `coverage_words.csv` beside it.
"""

from __future__ import annotations

import argparse
import platform
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import scipy
from coverage_words_report import write
from keyness_plain_scores import g_squared, plain_z, welch
from scipy import sparse, stats
from words_corpora import Corpus, load

from helpers.compare.differences import benjamini_hochberg
from helpers.compare.keyness import keyness
from helpers.compare.log_odds import pseudo_counts

RESULTS = Path(__file__).parent / "coverage_words.csv"
KEYS = ("table", "corpus", "unit", "n_units", "split")
LEVEL = 0.05
TERMS = 300  # drawn for each replication; all other words are one further column, so that lengths stay
DRAWS = 99  # permutations and bootstrap samples in a null contrast
DRAWS_PLANTED = 299
KEPT = 0.12  # a planted word keeps this share of its uses on one side
FREQUENT = 25  # units that hold a word which may be planted
OURS = "ours, permutation"


@dataclass(frozen=True)
class Setting:
    """One way to split one corpus."""

    corpus: str
    unit: str
    n_units: int
    share: float  # of the units that go to the target
    thin: float = 1.0  # share of its words that a document of the target keeps: shorter documents

    @property
    def split(self) -> str:
        told = f"{100 * self.share:.0f}/{100 * (1 - self.share):.0f}"
        return told if self.thin == 1 else f"{told}, target × {self.thin:g} as long"


SETTINGS = [
    Setting(corpus, unit, n, share, thin)
    for corpus, unit, n in (
        ("BBC News", "document", 200),
        ("White House", "document", 200),
        ("KCNA", "outlet-week", 45),
        ("made", "outlet-week", 40),
        ("made, bursty", "outlet-week", 60),
        ("KCNA", "copy cluster", 200),
        ("made", "copy cluster", 200),
    )
    for share, thin in ((0.5, 1.0), (0.2, 1.0), (0.5, 0.33))
] + [
    Setting("BBC News", "document", 200, 0.8, 0.33),
    Setting("made, bursty", "outlet-week", 60, 0.8, 0.33),
    Setting("Channel One", "outlet-week", 100, 0.2),
    Setting("BBC News", "document", 1500, 0.2),
    Setting("made, bursty", "outlet-week", 12, 0.5),
    Setting("made, bursty", "outlet-week", 10, 0.5),
    Setting("made, bursty", "outlet-week", 8, 0.5),
]
SEEN = ("BBC News", "KCNA", "made", "made, bursty", "Channel One")  # in sight when rules were chosen
PLANTED = [
    Setting("BBC News", "document", 200, 0.5),
    Setting("BBC News", "document", 200, 0.2),
    Setting("KCNA", "outlet-week", 45, 0.5),
    Setting("made", "copy cluster", 200, 0.3, 0.5),
    Setting("White House", "document", 200, 0.3, 0.5),
    Setting("made, bursty", "outlet-week", 60, 0.3),
]


def draw(corpus: Corpus, setting: Setting, rng: np.random.Generator) -> tuple[sparse.csr_matrix, np.ndarray, ...]:
    """Counts of some terms and of all others together, the target, and the unit of each document."""
    labels = corpus.units[setting.unit]
    chosen = rng.permutation(np.unique(labels))[: setting.n_units]
    cut = max(1, round(setting.share * len(chosen)))
    target = np.isin(labels, chosen[:cut])
    kept = target | np.isin(labels, chosen[cut:])
    counts, side = corpus.counts[kept], target[kept]
    if setting.thin < 1:
        counts = thinned(counts, np.repeat(side, np.diff(counts.indptr)), setting.thin, rng)
    able = np.flatnonzero(np.bincount(counts.indices, minlength=counts.shape[1]) >= 3)
    terms = np.sort(rng.permutation(able)[:TERMS])
    rest = np.asarray(counts.sum(axis=1)).ravel() - np.asarray(counts[:, terms].sum(axis=1)).ravel()
    return sparse.hstack([counts[:, terms], rest[:, None]], format="csr"), side, labels[kept]


def thinned(counts: sparse.csr_matrix, where: np.ndarray, keep: float, rng: np.random.Generator) -> sparse.csr_matrix:
    """Each use of the words stored at `where` kept with probability `keep`."""
    counts = counts.copy()
    counts.data[where] = rng.binomial(counts.data[where].astype(int), keep)
    counts.eliminate_zeros()
    return counts


def bootstrap(counts: sparse.csr_matrix, side: np.ndarray, *, draws: int, rng: np.random.Generator) -> np.ndarray:
    """p of each term from the log-odds ratio over its spread when documents are drawn anew within each side."""
    totals = [np.asarray(counts[mask].sum(axis=0)).ravel() for mask in (side, ~side)]
    alpha = pseudo_counts(totals[0] + totals[1], (totals[0].sum(), totals[1].sum()))[:, None]
    found = 0.0
    for mask, sign in ((side, 1.0), (~side, -1.0)):
        n = int(mask.sum())
        weights = np.column_stack([np.ones(n), rng.multinomial(n, np.full(n, 1 / n), size=draws).T])
        uses = counts[mask].T @ weights + alpha
        found = found + sign * np.log(uses / np.maximum(uses.sum(axis=0) - uses, 1e-9))
    spread = found[:, 1:].std(axis=1, ddof=1)
    return 2 * stats.norm.sf(np.abs(found[:, 0]) / np.maximum(spread, 1e-12))


def methods(
    counts: sparse.csr_matrix, side: np.ndarray, units: np.ndarray, *, draws: int, seed: int
) -> tuple[dict[str, tuple[np.ndarray, np.ndarray]], np.ndarray, str]:
    """p and q of every method for the terms that ours tests, which terms these are, and how ours went."""
    names = list(range(counts.shape[1]))
    sides = {"target": side, "reference": ~side, "terms": names}
    ours = keyness(
        counts, **sides, clusters=units, rng=np.random.default_rng(seed), n_permutations=draws, n_near=0
    ).loc[names]  # fmt: skip
    tested = ours["tested"].to_numpy()
    if not tested.any():
        return {}, tested, ours["note"].iloc[0] if (ours["method"] == "refused").all() else "no word can be tested"
    plain: dict[str, Callable[[], np.ndarray]] = {
        "sandwich": lambda: 2 * stats.t.sf(ours["z"].abs(), ours["dof"]),  # as `log_odds` has it
        "plain z": lambda: plain_z(counts, **sides)["p"].to_numpy(),
        "G²": lambda: g_squared(counts, **sides)["p"].to_numpy(),
        "Welch": lambda: welch(counts, **sides)["p"].to_numpy(),
        "document bootstrap": lambda: bootstrap(counts, side, draws=draws, rng=np.random.default_rng(seed)),
    }
    found = {OURS: (ours["p"].to_numpy()[tested], ours["q"].to_numpy()[tested])}
    for name, run in plain.items():
        p = run()[tested]
        found[name] = (p, benjamini_hochberg(p))
    return found, tested, ""


def null_rows(corpus: Corpus, setting: Setting, replications: int) -> list[dict]:
    """Share of words flagged, and of contrasts with a discovery, by method."""
    flagged: dict[str, list[float]] = {}
    any_found: dict[str, list[bool]] = {}
    reasons: list[str] = []
    n_tested: list[int] = []
    for seed in range(replications):
        counts, side, units = draw(corpus, setting, np.random.default_rng([7, seed]))
        found, tested, reason = methods(counts, side, units, draws=DRAWS, seed=seed)
        if reason:
            reasons.append(reason)
            continue
        n_tested.append(int(tested.sum()))
        for name, (p, q) in found.items():
            flagged.setdefault(name, []).append(float((p <= LEVEL).mean()))
            any_found.setdefault(name, []).append(bool((q <= LEVEL).any()))
    told = {
        "n_tested": np.mean(n_tested) if n_tested else 0,
        "refused": len(reasons),
        "reason": max(reasons, default=""),
    }
    rows = [
        {"method": name, "flagged": np.mean(flagged[name]), "family": np.mean(any_found[name]), "n": len(flagged[name])}
        for name in flagged
    ] or [{"method": OURS, "flagged": np.nan, "family": np.nan, "n": 0}]
    return [describe("null", setting) | row | told for row in rows]


def planted_rows(corpus: Corpus, setting: Setting, replications: int) -> list[dict]:
    """Share of planted words found and of found words that were not planted, after Benjamini–Hochberg."""
    power: dict[str, list[float]] = {}
    false: dict[str, list[float]] = {}
    n_tested: list[int] = []
    for seed in range(replications):
        rng = np.random.default_rng([11, seed])
        counts, side, units = draw(corpus, setting, rng)
        counts, planted = with_planted(counts, side, rng)
        found, tested, reason = methods(counts, side, units, draws=DRAWS_PLANTED, seed=seed)
        if reason:
            continue
        truth = planted[tested]
        n_tested.append(int(tested.sum()))
        for name, (_, q) in found.items():
            hit = q <= LEVEL
            power.setdefault(name, []).append((hit & truth).sum() / max(planted.sum(), 1))
            false.setdefault(name, []).append((hit & ~truth).sum() / max(hit.sum(), 1))
    return [
        describe("planted", setting)
        | {"method": name, "power": np.mean(power[name]), "false_share": np.mean(false[name]), "n": len(power[name])}
        | {"n_tested": np.mean(n_tested)}
        for name in power
    ]


def with_planted(
    counts: sparse.csr_matrix, side: np.ndarray, rng: np.random.Generator, *, keep: float = KEPT
) -> tuple[sparse.csr_matrix, np.ndarray]:
    """One frequent word in eight made rare on one side, and which words these are."""
    held = np.bincount(counts.indices, minlength=counts.shape[1])
    able = np.flatnonzero(held[:-1] >= FREQUENT)
    words = rng.permutation(able)[: max(5, len(able) // 8)]
    weak = np.zeros(counts.shape[1], dtype=int)  # 1: rare in the reference; 2: rare in the target
    weak[words] = rng.integers(1, 3, len(words))
    in_target, kind = np.repeat(side, np.diff(counts.indptr)), weak[counts.indices]
    return thinned(counts, ((kind == 1) & ~in_target) | ((kind == 2) & in_target), keep, rng), weak > 0


def describe(table: str, setting: Setting) -> dict:
    return {
        "table": table, "corpus": setting.corpus, "unit": setting.unit, "n_units": setting.n_units,
        "split": setting.split, "seen": setting.corpus in SEEN,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=500)
    parser.add_argument("--planted", type=int, default=60)
    parser.add_argument("--report", action="store_true", help="write the page from coverage_words.csv and run nothing")
    parser.add_argument("--resume", action="store_true", help="keep the settings that coverage_words.csv already has")
    given = parser.parse_args()
    warnings.simplefilter("ignore", RuntimeWarning)
    about = f"Python {platform.python_version()}, NumPy {np.__version__}, SciPy {scipy.__version__}, one thread"
    sizes = {"replications": given.replications, "planted": given.planted}
    table = (
        pd.read_csv(RESULTS, keep_default_na=False, na_values=[""]) if given.resume or given.report else pd.DataFrame()
    )
    if len(table):
        table["seen"] = table["corpus"].isin(SEEN)
    rows, corpora = table.to_dict("records"), {} if given.report else load()
    plan = [("null", null_rows, one) for one in sorted(SETTINGS, key=lambda one: one.share)]  # the hardest first
    plan += [("planted", planted_rows, one) for one in PLANTED]
    waiting = [step for step in plan if tuple(describe(step[0], step[2])[key] for key in KEYS) not in _have(rows)]
    while waiting:
        kind, run, setting = waiting.pop(0)
        if setting.corpus in corpora:
            rows += run(corpora[setting.corpus], setting, given.planted if kind == "planted" else given.replications)
            pd.DataFrame(rows).round(4).to_csv(RESULTS, index=False)
            print(setting, flush=True)
    have = _have(rows)
    missing = [told(kind, one) for kind, _, one in plan if tuple(describe(kind, one)[key] for key in KEYS) not in have]
    write(pd.DataFrame(rows), RESULTS.with_suffix(".md"), given=sizes, about=about, missing=missing)


def _have(rows: list[dict]) -> set[tuple]:
    return {tuple(row[key] for key in KEYS) for row in rows}


def told(kind: str, setting: Setting) -> str:
    return f"{kind}: {setting.corpus}, {setting.unit}, {setting.n_units}, {setting.split}"


if __name__ == "__main__":
    main()
