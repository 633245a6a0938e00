"""What two stages of permutations find, and what they cost, beside one.  `python benchmarks/keyness_stages.py`.

Contrasts in which nothing differs, and contrasts with planted words, as in `coverage_words.py`, on real texts.  The
same contrast is given to keyness as it was (`keyness_before.py`) and as it is.  Writes `keyness_stages.md` and `.csv`.
"""

from __future__ import annotations

import argparse
import platform
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import scipy
from coverage_words import LEVEL, Setting, draw, with_planted
from keyness_before import keyness_before
from words_corpora import Corpus, bbc, climate, press

from helpers.compare.keyness import keyness

RESULTS = Path(__file__).parent / "keyness_stages.csv"
SETTINGS = [
    Setting("BBC News", "document", 200, 0.5),
    Setting("headlines", "outlet-week", 300, 0.4),
    Setting("climate news", "document", 200, 0.5),
]
LOAD: dict[str, Callable[[], Corpus]] = {"BBC News": bbc, "headlines": press, "climate news": climate}
SEEN = ("BBC News",)  # in sight when the stages were chosen
FAR = 19_999  # permutations of the run that others are held against
BEFORE, AGAIN, FEWER = "before, 999", "before, 999 dealt anew", "before, 199"
SAME, NOW, ALL = "now, 999", "now, 999 and 4,999", "now, 4,999 for all"
KEYS = ("table", "corpus", "unit", "n_units", "split")
METHODS = [FEWER, BEFORE, AGAIN, SAME, NOW, ALL]


def run(method: str, given: dict, seed: int) -> pd.DataFrame:
    """One method's p, q and tested, in the order of the terms."""
    rng = np.random.default_rng([seed, method == AGAIN])
    if method in (FEWER, BEFORE, AGAIN):
        return keyness_before(**given, rng=rng, n_permutations=199 if method == FEWER else 999)
    stages = {SAME: (999, 0), NOW: (999, 4999), ALL: (4999, 0), "far": (FAR, 0)}[method]
    table = keyness(**given, rng=rng, n_permutations=stages[0], n_near=stages[1])
    return table.loc[list(given["terms"])]


def contrast(corpus: Corpus, setting: Setting, seed: int, *, planted: bool, far: bool) -> list[dict]:
    """What every method says of one contrast."""
    rng = np.random.default_rng([23 if planted else 19, seed])
    counts, side, units = draw(corpus, setting, rng)
    truth = np.zeros(counts.shape[1], dtype=bool)
    if planted:
        counts, truth = with_planted(counts, side, rng)
    given = {"counts": counts, "target": side, "reference": ~side, "clusters": units, "terms": range(len(truth))}
    tables, seconds = {}, {}
    for method in [*METHODS, "far"] if far else [FEWER, BEFORE, SAME, NOW]:
        before = time.process_time()
        tables[method] = run(method, given, seed)
        seconds[method] = time.process_time() - before
    tested = tables[BEFORE]["tested"].to_numpy(dtype=bool)
    calls = {method: (table["p"].to_numpy() <= LEVEL)[tested] for method, table in tables.items()}
    rows = []
    for method in [name for name in METHODS if name in tables]:
        hit = tables[method]["q"].to_numpy() <= LEVEL
        rows.append({
            "table": "planted" if planted else "null", "corpus": setting.corpus, "unit": setting.unit,
            "n_units": setting.n_units, "split": setting.split, "seed": seed, "method": method,
            "flagged": calls[method].mean(), "any": hit.any(), "n_tested": tested.sum(), "seconds": seconds[method],
            "power": (hit & truth).sum() / truth.sum() if planted else np.nan,
            "false_share": (hit & ~truth).sum() / max(hit.sum(), 1) if planted else np.nan,
            "agrees": (calls[method] == calls[BEFORE]).mean(),
            "agrees_far": (calls[method] == calls["far"]).mean() if far else np.nan,
        })  # fmt: skip
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--null", type=int, default=200)
    parser.add_argument("--planted", type=int, default=100)
    parser.add_argument(
        "--far", type=int, default=10, help=f"contrasts of each that are also given {FAR:,} permutations"
    )
    parser.add_argument("--report", action="store_true", help="write the page from keyness_stages.csv and run nothing")
    given = parser.parse_args()
    warnings.simplefilter("ignore", RuntimeWarning)
    rows: list[dict] = []
    if not given.report:
        corpora = {name: load() for name, load in LOAD.items()}
        for setting in SETTINGS:
            for planted, n in ((True, given.planted), (False, given.null)):
                block: list[dict] = []
                for seed in range(n):
                    block += contrast(corpora[setting.corpus], setting, seed, planted=planted, far=seed < given.far)
                rows += together(pd.DataFrame(block)).to_dict("records")
                pd.DataFrame(rows).round(5).to_csv(RESULTS, index=False)
                print(setting, planted, flush=True)
    RESULTS.with_suffix(".md").write_text(
        page(pd.read_csv(RESULTS, keep_default_na=False, na_values=[""])), encoding="utf-8"
    )


def together(rows: pd.DataFrame) -> pd.DataFrame:
    """Means over contrasts, of seconds the median."""
    grouped = rows.groupby([*KEYS, "method"], sort=False)
    kinds = {"flagged": "mean", "any": "mean", "power": "mean", "false_share": "mean", "n_tested": "mean"}
    kinds |= {"agrees": "mean", "agrees_far": "mean", "seconds": "median", "seed": "nunique"}
    return grouped.agg(kinds).rename(columns={"seed": "n"}).reset_index()


def page(table: pd.DataFrame) -> str:
    """The page from the rows."""
    about = f"Python {platform.python_version()}, NumPy {np.__version__}, SciPy {scipy.__version__}"
    parts = [HEAD.format(about=about, far=FAR)]
    for (corpus, unit, n_units, split), rows in table.groupby(list(KEYS[1:]), sort=False):
        null, planted = (rows[rows["table"] == kind].set_index("method") for kind in ("null", "planted"))
        star = "" if corpus in SEEN else " *"
        parts.append(f"## {corpus}{star}, {n_units} × {unit}, {split}\n")
        n_tested = null.loc[BEFORE, "n_tested"]
        n = [int(part.loc[BEFORE, "n"]) for part in (null, planted)]
        parts.append(f"{n_tested:.0f} words tested; {n[0]} null and {n[1]} planted contrasts.\n")
        parts.append(
            "| method | null: words p ≤ .05 | null: any q ≤ .05 | planted words found | false among found | as before |"
            f" as with {FAR:,} | CPU ms |\n" + "|---" * 8 + "|"
        )
        for method in [name for name in METHODS if name in planted.index]:
            a, b = null.reindex([method]).iloc[0], planted.loc[method]
            few = "" if b["n"] == n[1] else f" (first {np.nan_to_num(a['n']):.0f} + {b['n']:.0f} only)"
            agrees, agrees_far = (np.nanmean([a[name], b[name], np.nan]) for name in ("agrees", "agrees_far"))
            figures = [a["flagged"], a["any"], b["power"], b["false_share"], agrees, agrees_far]
            cells = ["–" if np.isnan(figure) else f"{figure:.4f}" for figure in figures]
            parts.append(f"| {method}{few} | {' | '.join(cells)} | {1000 * b['seconds']:.0f} |")
        parts.append("")
    return "\n".join(parts)


HEAD = """# Keyness in two stages, beside one

Written by `python benchmarks/keyness_stages.py`; do not edit. {about}, one thread. Each contrast cuts a corpus at
random (null), or makes one frequent word in eight rare on one side (planted), and is given to every method. *Before* is
keyness as it was (`keyness_before.py`): as many permutations for every word. *Now* draws 999 for every word and the
whole contrast, and goes on to 4,999 for words with p ≤ .1. *As before* and *as with {far:,}* are the shares of words
whose p ≤ .05 agrees with that of *before, 999*, and with that of so many permutations; the latter, *dealt anew* (the
same with other random numbers) and *4,999 for all* are of some contrasts only; a dash was not run. CPU is the median of
a call with planted words, its description of the words included. A star marks texts that nobody had looked at when the
stages were chosen. Contrasts here have few words, so that much of a call is work that permutations do not
change; what large ones cost is in `keyness_speed.md`.
"""

if __name__ == "__main__":
    main()
