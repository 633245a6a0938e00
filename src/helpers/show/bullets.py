"""What a notebook found, most telling first: a handful of sentences stand open, the rest one click away."""

from __future__ import annotations

from collections.abc import Iterable

from IPython.display import HTML, display

from helpers.show.markup import as_html
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
    '<details class="all"><summary>2 more findings</summary><ul>\\n<li>1 &lt; 2.</li>\\n<li>3.</li>\\n</ul></details>'
    """
    more = count(len(sentences), "more finding")
    lines = as_html(f"- {sentence}" for sentence in sentences)
    return f'<details class="all"><summary>{more}</summary>{lines}</details>'
