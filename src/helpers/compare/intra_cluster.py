"""How alike the articles of one cluster are, and how large a cluster an article typically stands in.

In: values and cluster codes.  Out: numbers.

Method: one-way analysis of variance (Eldridge, Ashby & Kerry 2006, International Journal of Epidemiology 35(5)); the
size by Kish (1965, Survey Sampling, section 8.2).
"""

from __future__ import annotations

import numpy as np

SUPPOSED_ICC = 0.1  # likeness of articles of one cluster where nothing shows it: assumed


def intra_cluster(values: np.ndarray, codes: np.ndarray) -> float:
    """Intra-cluster correlation from one-way analysis of variance, at least 0.

    (B - W) / (B + (m0 - 1) W), with mean squares between and within clusters and
    m0 = (n - sum m_c² / n) / (G - 1).

    >>> intra_cluster(np.array([1.0, 1.0, 3.0, 3.0]), np.array([0, 0, 1, 1]))
    1.0
    """
    size = np.bincount(codes).astype(float)
    n, g = len(values), len(size)
    if g < 2 or n == g:
        return 0.0
    center = np.bincount(codes, values) / size
    between = float((size * (center - values.mean()) ** 2).sum() / (g - 1))
    inside = float(((values - center[codes]) ** 2).sum() / (n - g))
    typical = (n - (size**2).sum() / n) / (g - 1)
    below = between + (typical - 1) * inside
    return float(np.clip((between - inside) / below, 0.0, 1.0)) if below > 0 else 0.0


def typical_size(codes: np.ndarray) -> float:
    """Size of the cluster that an article stands in, on average over articles: sum m_c² / sum m_c.

    >>> typical_size(np.array([0, 0, 0, 5]))
    2.5
    """
    size = np.bincount(codes).astype(float)
    return float((size**2).sum() / size.sum())
