"""Time, memory and what was found at each size in, `topics_scale.md` out; verdicts come from the figures."""

from __future__ import annotations

import platform
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from topics_planted import BACKGROUND, BLOCK, FOUND, N_TERMS, N_TOPICS, WORDS
from topics_tables import listed, markdown, number, wrapped

OURS = "ours"
SHOWN = {"learning s": 1, "CPU s": 1, "CPU ms a document": 2, "peak MB": 0, "shares": 3, "words": 3, "topics found": 0}


def figures(table: pd.DataFrame) -> str:
    """One row an engine and size."""
    rows = {}
    for _, row in table.iterrows():
        name = f"{row['engine']}, {row['documents']:,}"
        if np.isnan(row["CPU s"]):
            rows[name] = [f"not finished in {row['limit'] / 60:.0f} min", *[""] * (len(SHOWN) - 1)]
        else:
            rows[name] = [number(row[column], digits) for column, digits in SHOWN.items()]
    return markdown(rows, list(SHOWN))


def growth(table: pd.DataFrame) -> pd.DataFrame:
    """From each size to the next of one engine: how many times the CPU seconds, and how many times the words."""
    steps = []
    for engine, of in table.dropna(subset=["CPU s"]).groupby("engine", sort=False):
        of = of.sort_values("documents")
        for (_, small), (_, large) in zip(list(of.iterrows())[:-1], list(of.iterrows())[1:], strict=True):
            steps.append(
                {
                    "engine": engine,
                    "from": small["documents"],
                    "to": large["documents"],
                    "words": large["documents"] / small["documents"],
                    "CPU s": large["CPU s"] / small["CPU s"],
                    "MB": large["peak MB"] / small["peak MB"],
                }
            )
    return pd.DataFrame(steps)


def grown(steps: pd.DataFrame) -> str:
    rows = {
        f"{step['engine']}, {step['from']:,} to {step['to']:,}": [
            f"{step['words']:.1f} ×",
            f"{step['CPU s']:.1f} ×",
            f"{step['MB']:.2f} ×",
            "no faster than the words" if step["CPU s"] <= step["words"] else "**faster**",
        ]
        for _, step in steps.iterrows()
    }
    return markdown(rows, ["words", "CPU s", "peak MB", ""])


def reading(table: pd.DataFrame, steps: pd.DataFrame) -> str:
    """What the figures say of ours."""
    lines = []
    done = table.dropna(subset=["CPU s"])
    for engine, of in steps[steps["engine"].str.startswith(OURS)].groupby("engine", sort=False):
        over = [f"{size:,}" for size in of.loc[of["CPU s"] > of["words"], "from"]]
        said = (
            f"faster than that of the words from {listed(over)} documents on" if over else "no faster than the words'"
        )
        found = done[done["engine"] == engine].sort_values("documents")
        counted = [f"{n:.0f} at {size:,}" for n, size in zip(found["topics found"], found["documents"], strict=True)]
        last = found.iloc[-1]
        lines.append(
            f"**{engine}.** Growth of CPU seconds: {said}. At {last['documents']:,} documents: {last['CPU s']:.0f} s, "
            f"{last['CPU ms a document']:.2f} ms a document, peak {last['peak MB']:.0f} MB "
            f"({last['MB at start']:.0f} when the process starts). Planted topics found, of {N_TOPICS}: "
            f"{listed(counted)}; mean cosine of shares {listed([number(value) for value in found['shares']])}."
        )
    for size, of in done.groupby("documents"):
        peers, ours = of[~of["engine"].str.startswith(OURS)], of[of["engine"].str.startswith(OURS)]
        if len(peers) and len(ours):
            best, fast = peers.loc[peers["shares"].idxmax()], peers.loc[peers["CPU s"].idxmin()]
            lines.append(
                f"**{size:,} documents.** Ours {ours['CPU s'].min():.0f} s, shares {number(ours['shares'].max())}; "
                f"best peer by shares {best['engine']} ({number(best['shares'])}, {best['CPU s']:.0f} s), fastest "
                f"{fast['engine']} ({fast['CPU s']:.0f} s, {number(fast['shares'])})."
            )
    return "\n".join(wrapped(f"- {line}", indent="  ") for line in lines)


def write(target: Path, table: pd.DataFrame) -> None:
    """Write the whole page."""
    table = table.assign(**{"CPU ms a document": 1000 * table["CPU s"] / table["documents"]})
    steps = growth(table)
    sizes = listed([f"{size:,}" for size in sorted(set(table["documents"]))])
    page = [
        "# Topics at growing size",
        wrapped(
            f"Written by `python benchmarks/topics_scale.py`; do not edit. {sizes} documents, K = {N_TOPICS}. Python "
            f"{platform.python_version()}, 2 cores, one thread a process, one process at a time, scikit-learn "
            f"{version('scikit-learn')}. Other work ran on the second core."
        ),
        wrapped(METHOD),
        figures(table),
        "## Growth",
        grown(steps),
        "## What the figures say",
        reading(table, steps),
        "## Not here",
        wrapped(NOT_HERE),
    ]
    target.write_text("\n\n".join(page) + "\n", encoding="utf-8")


METHOD = f"""Made documents, about {WORDS} words each, {N_TOPICS} topics over {N_TERMS:,} terms with the frequencies
of Zipf's law; {BACKGROUND:.0%} of a topic's words are anybody's. They are made in blocks of {BLOCK:,} from fixed
seeds, anew whenever an engine asks, so that no corpus is held unless the engine holds it; CPU seconds are without
that. **CPU s** is learning and the shares of every document. **shares**: mean cosine of each planted topic's shares
with those of its match, over the first {BLOCK:,} documents; **words**: the same of words by class-based TF-IDF of the
shares; **topics found**: those with cosine {FOUND} and more in shares. Ours as it comes but for K: it learns from at
most 10,000 documents and gives the others their shares as strangers. scikit-learn NMF on all at once; its mini-batch
NMF and online LDA in batches of their own default size, once over the documents, or as often as makes 20,000."""
NOT_HERE = """Peers at more than 100,000 documents, and our `fit`, which keeps every document; tomotopy and BERTopic,
whose cost on 2,225 documents `topics.md` has; peers with more passes, which would find more and take as much longer;
real text, whose vocabulary grows with the corpus, and topics so rare that the 10,000 documents learned from hold too
few of them: here all are equally common; more than one run of each."""
