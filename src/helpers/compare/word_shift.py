"""Which terms carry the difference between two groups of documents, and through which outlets.

In: a document-term matrix, two groups, the outlet of each document.  Out: one row a term, or a term and outlet.

Method: word shifts (Gallagher et al. 2021, EPJ Data Science 10).  A term's part in the difference is signed by the
group that uses it more: of proportions p - q, or of the Jensen–Shannon divergence.  It is exact arithmetic on the
texts at hand, not a test: `keyness` says what may be chance.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import scipy

from helpers.compare.log_odds import checked_groups

KINDS = ("jensen-shannon", "proportion")


def word_shift(
    counts: scipy.sparse.csr_matrix,
    target: np.ndarray,
    reference: np.ndarray,
    *,
    terms: Sequence[str],
    outlets: np.ndarray,
    kind: str = "jensen-shannon",
) -> pd.DataFrame:
    """Part of each term in the difference between two groups, and whether one outlet alone gives it its sign.

    Parameters
    ----------
    counts : sparse, shape (n_documents, n_terms), non-negative.
    target, reference : bool, shape (n_documents,)
    terms : the n_terms names.
    outlets : labels, shape (n_documents,)
    kind : 'jensen-shannon' (bits, the sizes add up to the divergence) or 'proportion' (shares of all words).

    Returns
    -------
    DataFrame indexed by term, largest part first: share_target, share_reference, part (signed), of_all (its size
    among all sizes), n_outlets (of both sides that can be left out, none where a side has one), kept (how many of
    them can be left out without turning the sign), turned_by (the outlets that turn it, joined by blanks).

    Raises
    ------
    ValueError
        The kind is unknown, or as `keyness.log_odds`.

    >>> counts = scipy.sparse.csr_matrix([[3, 1], [1, 3]])
    >>> sides = np.array([True, False]), np.array([False, True])
    >>> table = word_shift(counts, *sides, terms=["a", "b"], outlets=np.array(["x", "y"]), kind="proportion")
    >>> table.part.to_dict()
    {'a': 0.5, 'b': -0.5}
    """
    counts, target, reference = checked_groups(counts, target, reference, terms)
    sides = [_by_outlet(counts, mask, outlets) for mask in (target, reference)]
    p, q = (_shares(uses) for uses, _ in sides)
    part = parts_of_difference(p, q, kind)
    table = pd.DataFrame({"share_target": p, "share_reference": q, "part": part}, index=_index(terms))
    table["of_all"] = np.abs(part) / max(float(np.abs(part).sum()), 1e-300)
    table["n_outlets"], table["kept"], table["turned_by"] = _left_out(sides, p, q)
    order = np.lexsort((table.index.to_numpy().astype(str), -np.abs(part).round(15)))
    return table.iloc[order]


def parts_of_difference(p: np.ndarray, q: np.ndarray, kind: str = "jensen-shannon") -> np.ndarray:
    """Signed part of each term, from the shares of the two groups, shape (n_terms,).

    >>> parts = parts_of_difference(np.array([1.0, 0.0]), np.array([0.0, 1.0]))
    >>> parts.tolist()  # nothing shared: a divergence of one bit
    [0.5, -0.5]
    """
    if kind not in KINDS:
        raise ValueError(f"kind {kind!r} is not one of {', '.join(KINDS)}")
    if kind == "proportion":
        return p - q
    middle = (p + q) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        halves = [np.where(one > 0, one * np.log2(one / middle), 0.0) for one in (p, q)]
    return np.sign(p - q) * np.maximum(halves[0] + halves[1], 0.0) / 2


def shift_by_outlet(
    counts: scipy.sparse.csr_matrix,
    target: np.ndarray,
    reference: np.ndarray,
    *,
    terms: Sequence[str],
    outlets: np.ndarray,
    kind: str = "jensen-shannon",
) -> pd.DataFrame:
    """The part of each term split over the outlets of the target; a term's row adds up to its part.

    An outlet with weight w (its words among the target's) and share p_o moves p - q by w (p_o - q), so its portion of
    the part is w (p_o - q) / (p - q); against the others' sign when it uses the term less than the reference does.

    Returns
    -------
    DataFrame, terms × outlets of the target, in vocabulary order; parameters as `word_shift`.

    >>> counts = scipy.sparse.csr_matrix([[4, 0], [2, 2], [1, 3]])
    >>> target, names = np.array([True, True, False]), np.array(["x", "y", "z"])
    >>> shift_by_outlet(counts, target, ~target, terms=["a", "b"], outlets=names, kind="proportion").loc["a"].to_dict()
    {'x': 0.375, 'y': 0.125}
    """
    counts, target, reference = checked_groups(counts, target, reference, terms)
    (uses, names), (others, _) = (_by_outlet(counts, mask, outlets) for mask in (target, reference))
    p, q = _shares(uses), _shares(others)
    moved = (uses - uses.sum(axis=1, keepdims=True) * q) / uses.sum()
    difference = p - q
    rate = np.where(difference != 0, parts_of_difference(p, q, kind) / np.where(difference != 0, difference, 1.0), 0.0)
    return pd.DataFrame((moved * rate).T, index=_index(terms), columns=names)


def _by_outlet(counts: scipy.sparse.csr_matrix, mask: np.ndarray, outlets: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Counts of a side summed to its outlets, shape (n_outlets, n_terms), and their names."""
    if len(outlets) != counts.shape[0]:
        raise ValueError(f"{len(outlets)} outlets for {counts.shape[0]} documents; give one each")
    codes, names = pd.factorize(np.asarray(outlets, dtype=object)[mask], sort=True)
    belongs = scipy.sparse.csr_matrix((np.ones(len(codes)), (codes, np.arange(len(codes)))))
    return np.asarray((belongs @ counts[mask]).todense()), [str(name) for name in names]


def _shares(uses: np.ndarray) -> np.ndarray:
    """Share of each term among all words of a side."""
    total = uses.sum(axis=0)
    return total / total.sum()


def _left_out(
    sides: Sequence[tuple[np.ndarray, list[str]]], p: np.ndarray, q: np.ndarray
) -> tuple[int, np.ndarray, list[str]]:
    """How many outlets can be left out at all, how many keep each sign, and who turns it."""
    sign, kept, turned, n = np.sign(p - q), np.zeros(len(p), dtype=int), [[] for _ in p], 0
    for (uses, names), other, way in ((sides[0], q, 1), (sides[1], p, -1)):
        total = uses.sum(axis=0)
        for row, name in zip(uses, names, strict=True):
            rest = total - row
            if len(names) < 2 or rest.sum() == 0:
                continue
            n += 1
            same = np.sign(rest / rest.sum() - other) * way == sign
            kept += same
            for place in np.flatnonzero(~same):
                turned[place].append(name)
    return n, kept, [" ".join(names) for names in turned]


def _index(terms: Sequence[str]) -> pd.Index:
    return pd.Index(terms, name="term", dtype=object)
