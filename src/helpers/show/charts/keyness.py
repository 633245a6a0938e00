"""Words that set two sides apart, with their intervals."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.show.charts.lettering import cut, plain
from helpers.show.drawing import drawable, letters, note, on_phone, page_width
from helpers.show.style import OKABE_ITO

NORMAL_95 = 1.959964  # two-sided 95 % point of the standard normal


@drawable
def keyness(words: pd.DataFrame, *, limit: int = 12, level: float = 0.05) -> tuple[Figure, Axes]:
    """Terms that set a target apart from a reference: log-odds with clustered intervals; open dots may be chance.

    Parameters
    ----------
    words : DataFrame
        Of one contrast: ``term``, ``delta`` (log-odds ratio), ``z`` (delta over its clustered standard error), ``q``,
        ``target_name``, ``reference_name``.
    limit : int
        Terms a side, by size of ``z``.
    level : float
        False discovery rate below which a dot is filled.

    >>> rows = pd.DataFrame({"term": ["ally", "tax"], "delta": [1.0, -0.5], "z": [4.0, -1.0], "q": [0.001, 0.4]})
    >>> figure, axis = keyness(rows.assign(target_name="KCNA", reference_name="the White House"))
    >>> [text.get_text() for text in axis.get_yticklabels()]
    ['ally', 'tax']
    >>> plt.close(figure)
    """
    known = words.dropna(subset=["delta", "z"]).sort_values("z", ascending=False)
    top = pd.concat([known[known["z"] > 0].head(limit), known[known["z"] <= 0].tail(limit)])
    figure, axis = plt.subplots(figsize=(page_width(), 1.1 + 0.19 * max(4, len(top))))
    for place, row in enumerate(top.itertuples()):
        colour = OKABE_ITO[0] if row.delta > 0 else OKABE_ITO[1]
        half = NORMAL_95 * abs(row.delta / row.z) if row.z else 0.0
        axis.plot([row.delta - half, row.delta + half], [place, place], color=colour, linewidth=1.2, marker="")
        face = colour if row.q < level else "white"
        axis.plot(row.delta, place, marker="o" if row.delta > 0 else "s", color=colour, markerfacecolor=face)
    axis.axvline(0, color="#8C8C8C", linewidth=0.8, zorder=0)
    size = letters(8)
    room = 1.2 if on_phone() else 2
    axis.set_yticks(range(len(top)), [cut(figure, plain(term), size=size, room=room) for term in top["term"]])
    axis.set_ylim(len(top) - 0.4, -0.6)
    axis.tick_params(axis="y", length=0)
    target, reference = words[["target_name", "reference_name"]].iloc[0]
    axis.set_xlabel("log-odds ratio")
    axis.grid(axis="x")
    note(
        figure,
        f"Right of zero: words that {target} uses more; left: {reference}. "
        f"Open: may be chance (false discovery rate of {100 * level:.0f}\N{NO-BREAK SPACE}% or more).",
    )
    return figure, axis
