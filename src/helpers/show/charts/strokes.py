"""Many short lines as one path: a figure of a thousand intervals stays small."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike


def uprights(axis: Axes, x: ArrayLike, low: ArrayLike, high: ArrayLike, **looks: object) -> None:
    """A line from `low` to `high` at each `x`, all of one look.

    >>> import matplotlib.pyplot as plt
    >>> figure, axis = plt.subplots()
    >>> uprights(axis, [1, 2], [0, 0], [3, 4], color="black")
    >>> axis.lines[0].get_xdata()[:3].tolist()
    [1.0, 1.0, nan]
    >>> plt.close(figure)
    """
    x, low, high = (np.asarray(part, float) for part in (x, low, high))
    empty = np.full(len(x), np.nan)
    axis.plot(np.c_[x, x, empty].ravel(), np.c_[low, high, empty].ravel(), **({"marker": ""} | looks))


def points(axis: Axes, x: ArrayLike, y: ArrayLike, *, size: float, **looks: object) -> None:
    """A round dot of `size` points at each place."""
    axis.plot(x, y, "o", markersize=size, markeredgewidth=0, **looks)
