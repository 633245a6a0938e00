"""What a notebook found, most telling first: a handful of sentences stand open, the rest one click away."""

from __future__ import annotations

import html
from collections.abc import Iterable

from IPython.display import HTML, display

from helpers.show.sentences import count, say

MOST = 6


def bullets(sentences: Iterable[str], *, most: int = MOST) -> None:
    """Show sentences as bullets, the first open and the others folded; everything in them is escaped.

    Parameters
    ----------
    sentences : iterable of str
        In the order of their weight; with or without the ``-`` of a bullet.
    most : int
        How many stand open.
    """
    listed = [sentence.removeprefix("- ") for sentence in sentences]
    if listed:
        say(*(f"- {sentence}" for sentence in listed[:most]))
    if listed[most:]:
        display(HTML(folded_list(listed[most:])))


def folded_list(sentences: list[str]) -> str:
    """Sentences as a list that opens at a click.

    >>> folded_list(["1 < 2.", "3."])
    '<details class="all"><summary>2 more findings</summary><ul><li>1 &lt; 2.</li><li>3.</li></ul></details>'
    """
    lines = "".join(f"<li>{html.escape(sentence, quote=False)}</li>" for sentence in sentences)
    more = count(len(sentences), "more finding")
    return f'<details class="all"><summary>{more}</summary><ul>{lines}</ul></details>'
