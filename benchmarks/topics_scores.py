"""Fits of one engine in, its scores out: means over seeds, and one value a sample where engines are to be compared."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.metrics import normalized_mutual_info_score
from topics_engines import N_TERMS, OWN, SHARES, TURNED, drawn_samples

from helpers.topics.matching import match_topics
from helpers.topics.quality import coherence, diversity

SELECTORS = OWN, SHARES, TURNED
PAIRED = ("NPMI", "diversity", "stability, samples with all")  # a selector each, compared sample by sample


@dataclass(frozen=True)
class Yard:
    """What scores are taken against."""

    windows: sparse.csr_matrix
    labels: pd.Series | None
    n_documents: int


def found_again(a: list[list[int]], b: list[list[int]], n_terms: int) -> float:
    """Mean overlap of matched topics' words; a topic without a partner counts 0."""
    flags = [np.zeros((len(words), n_terms)) for words in (a, b)]
    for flag, words in zip(flags, (a, b), strict=True):
        np.put_along_axis(flag, np.array(words), 1.0, axis=1)
    return match_topics(*flags, n=N_TERMS).similarity.sum() / max(len(a), len(b))


def measure(result: dict, yard: Yard, encoding: float) -> dict[str, object]:
    """All scores of one engine at one K on one corpus."""
    whole, parts = result["whole"], result["samples"]
    scores: dict[str, object] = {}
    for selector in SELECTORS:
        named = of_words([fit["words"][selector] for fit in whole], [fit["words"][selector] for fit in parts], yard)
        scores |= {f"{name}, {selector}": value for name, value in named.items()}
    # The first fit of a process compiles what is compiled, so it is left out of the time.
    seconds = float(np.median([fit["seconds"] for fit in whole[1:] or whole]))
    drawn = drawn_samples(yard.n_documents, len(parts))
    return scores | {
        "NMI": np.mean([agreement(yard.labels, fit["topic"]) for fit in whole]),
        "NMI of samples": [
            agreement(None if yard.labels is None else yard.labels.iloc[inside], fit["topic"])
            for inside, fit in zip(drawn, parts, strict=True)
        ],
        "outliers": np.mean([np.mean(np.array(fit["topic"]) < 0) for fit in whole]),
        "topics found": np.mean([len(fit["words"][OWN]) for fit in whole]),
        "CPU s": seconds,
        "CPU s with encoding": seconds + encoding,
        "peak MB": result["peak MB"],
        "seeds": len(whole),
        "samples": len(parts),
    }


def of_words(whole: list[list[list[int]]], parts: list[list[list[int]]], yard: Yard) -> dict[str, object]:
    """Scores of the words that one selector shows, for fits of all documents and of samples."""
    fits = [*whole, *parts]
    n_terms = yard.windows.shape[1]
    # All at once: words are counted together only once.
    each = coherence(np.vstack([np.array(words) for words in fits]), yard.windows)
    npmi = [block.mean() for block in np.split(each, np.cumsum([len(words) for words in fits])[:-1])]
    spread = [diversity(np.array(words)) for words in fits]
    again = [found_again(whole[0], words, n_terms) for words in fits[1:]]
    n_seeds = len(whole)
    return {
        "NPMI": np.mean(npmi[:n_seeds]),
        "sd of NPMI": np.std(npmi[:n_seeds], ddof=1),
        "diversity": np.mean(spread[:n_seeds]),
        "stability, seeds": np.mean(again[: n_seeds - 1]),
        "stability, samples with all": np.mean(again[n_seeds - 1 :]),
        "stability, between samples": np.mean([found_again(a, b, n_terms) for a, b in combinations(parts, 2)]),
        "NPMI of samples": npmi[n_seeds:],
        "diversity of samples": spread[n_seeds:],
        "stability, samples with all of samples": again[n_seeds - 1 :],
    }


def agreement(labels: pd.Series | None, topics: list[int]) -> float:
    """NMI with labels, nan where there are none; documents without a topic are a group of their own."""
    return float("nan") if labels is None else normalized_mutual_info_score(labels, topics)
