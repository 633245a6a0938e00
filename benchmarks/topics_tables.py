"""Scores in, tables of `topics.md` out."""

from __future__ import annotations

from textwrap import fill

import numpy as np
import pandas as pd
from scipy.stats import t
from topics_engines import EMBEDDED, OURS, OWN, SHARES
from topics_scores import PAIRED, SELECTORS

PEERS = ("scikit-learn NMF", "scikit-learn LDA", "tomotopy LDA", EMBEDDED)
STABLE = ("stability, seeds", "stability, samples with all", "stability, between samples")
REST = {"outliers": 3, "topics found": 1, "CPU s": 2, "CPU s with encoding": 2, "peak MB": 0}
GOALS = {"NPMI": 0.22, "diversity": 0.88, "stability, seeds": 0.95, "stability, samples with all": 0.75}
LABELS_GOAL = 0.60
CHEAPER = {"CPU s": 5, "CPU s with encoding": 50}  # times, beside BERTopic
NEAR = {"NPMI": 0.02, "diversity": 0.03}  # of the published scores


def number(value: float, digits: int = 3) -> str:
    """As the house prints it: .187, 1.000, 2.05."""
    if np.isnan(value):
        return "–"
    text = f"{value:.{digits}f}"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) and digits == 3 else text


def listed(values: list[object]) -> str:
    """``1, 2 and 3``."""
    words = [str(value) for value in values]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def wrapped(text: str, *, indent: str = "") -> str:
    return fill(" ".join(text.split()), 118, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False)


def markdown(rows: dict[str, list[str]], head: list[str]) -> str:
    lines = [f"| | {' | '.join(head)} |", "|---" * (len(head) + 1) + "|"]
    return "\n".join([*lines, *(f"| {name} | {' | '.join(cells)} |" for name, cells in rows.items())])


def heads(scores: pd.DataFrame) -> list[str]:
    """Engines by name; with whatever share of documents one leaves out."""
    left = scores["outliers"]
    return [f"{engine} ({left[engine]:.0%} outliers)" if left[engine] > 0.005 else engine for engine in scores.index]


def full(scores: pd.DataFrame) -> str:
    """Every score of every engine at one K."""
    rows = {}
    for selector in SELECTORS:
        npmi, spread = scores[f"NPMI, {selector}"], scores[f"sd of NPMI, {selector}"]
        rows[f"NPMI, {selector}"] = [f"{number(npmi[e])} ± {number(spread[e])}" for e in scores.index]
    for name in ("diversity", *STABLE):
        for selector in SELECTORS:
            rows[f"{name}, {selector}"] = [number(value) for value in scores[f"{name}, {selector}"]]
    rows["NMI"] = [number(value) for value in scores["NMI"]]
    rows |= {name: [number(value, digits) for value in scores[name]] for name, digits in REST.items()}
    runs = f"{scores['seeds'].iloc[0]:.0f} seeds, {scores['samples'].iloc[0]:.0f} samples."
    return f"{runs}\n\n{markdown(rows, heads(scores))}"


def small(scores: pd.DataFrame) -> str:
    """What differs between parts of one engine."""
    names = [
        *(f"{name}, {selector}" for name in ("NPMI", "diversity") for selector in (OWN, SHARES)),
        "NMI",
        *(f"{name}, {selector}" for selector in (OWN, SHARES) for name in STABLE[:2]),
        "CPU s",
    ]
    rows = {name: [number(value, 2 if name == "CPU s" else 3) for value in scores[name]] for name in names}
    return markdown(rows, list(scores.index))


def verdict(reached: bool) -> str:
    return "reached" if reached else "**missed**"


def aims(scores: pd.DataFrame) -> dict[str, tuple[str, str, bool]]:
    """What was aimed at: the aim, what ours has, and whether that is enough.  Seeds are never without samples."""
    ours = scores.loc[OURS]
    found = {}
    for name, goal in GOALS.items():
        for selector in SELECTORS:
            value = ours[f"{name}, {selector}"]
            said = number(value)
            if name == "stability, seeds":
                said += f" (over samples {number(ours[f'stability, samples with all, {selector}'])})"
            found[f"{name}, {selector}"] = f"≥ {number(goal)}", said, value >= goal
    found["NMI"] = f"≥ {number(LABELS_GOAL)}", number(ours["NMI"]), ours["NMI"] >= LABELS_GOAL
    for name, times in CHEAPER.items() if EMBEDDED in scores.index else ():
        ratio = scores.loc[EMBEDDED, name] / ours["CPU s"]
        found[f"{name}, BERTopic's"] = f"≥ {times} × ours", f"{ratio:.1f} ×", ratio >= times
    return found


def goals(scores: pd.DataFrame) -> str:
    rows = {name: [aim, ours, verdict(enough)] for name, (aim, ours, enough) in aims(scores).items()}
    return markdown(rows, ["aim", "ours", ""])


def across(table: pd.DataFrame) -> str:
    """Ours at every K, and the best peer in brackets."""
    ks = sorted(set(table.index.get_level_values("K")))
    shown = [f"{name}, {s}" for name in ("NPMI", "diversity", "stability, samples with all") for s in SELECTORS]

    def cell(name: str, k: int) -> str:
        peers = table.loc[k, name].drop(OURS)
        return f"{number(table.loc[(k, OURS), name])} ({peers.idxmax()} {number(peers.max())})"

    rows = {name: [cell(name, k) for k in ks] for name in [*shown, "NMI"]}
    ratio = [table.loc[k, "CPU s"].get(EMBEDDED, np.nan) / table.loc[(k, OURS), "CPU s"] for k in ks]
    rows["CPU s, BERTopic's"] = [f"{number(times, 1)} ×" for times in ratio]
    return markdown(rows, [f"K = {k}" for k in ks])


def interval(less: np.ndarray) -> tuple[float, float, float]:
    """Mean of paired differences and its 95 % interval by Student's t."""
    half = t.ppf(0.975, len(less) - 1) * less.std(ddof=1) / np.sqrt(len(less))
    return less.mean(), less.mean() - half, less.mean() + half


def paired(scores: pd.DataFrame) -> str:
    """Ours less each peer on the same samples of documents, mean and interval; those that exclude 0 in bold."""
    names = [f"{name} of samples, {selector}" for name in PAIRED for selector in SELECTORS]
    if not np.isnan(scores["NMI"].iloc[0]):
        names.append("NMI of samples")
    peers = [engine for engine in scores.index if engine != OURS]
    rows = {}
    for name in names:
        cells = []
        for peer in peers:
            mean, low, high = interval(np.array(scores[name][OURS]) - np.array(scores[name][peer]))
            cell = f"{mean:+.3f} ({low:+.3f} to {high:+.3f})"
            cells.append(f"**{cell}**" if low > 0 or high < 0 else cell)
        rows[name.replace(" of samples", "", 1)] = cells
    return markdown(rows, peers)


def yardstick(published: pd.DataFrame) -> str:
    """Our runs beside the published ones."""
    rows = {
        name: [
            f"{number(row['NPMI published'])} / {number(row['diversity published'])}",
            f"{number(row['NPMI'])} / {number(row['diversity'])}",
            number(row["NPMI, our function"]),
            number(row["NPMI, whole documents"]),
            number(row["diversity, 25 words"]),
        ]
        for name, row in published.iterrows()
    }
    head = ["published", "our runs", "NPMI by our function", "NPMI, whole documents", "diversity, 25 words"]
    return markdown(rows, head)
