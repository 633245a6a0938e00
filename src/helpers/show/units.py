"""What a page calls its items and their passages: articles with paragraphs, or headlines.

The words of notebooks are those of a study of articles.  What is computed takes its nouns from here; the rest is said
once on each page, by `helpers.show.basis.rests_on`.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Words:
    """Nouns of a page.

    Attributes
    ----------
    item, passage : str
        In the singular.
    rate : str
        What an indicator's rate is a share of: the label of an axis.
    note : str
        What is to be read otherwise on the page; blank for articles.
    """

    item: str
    passage: str
    rate: str
    note: str = ""


WORDS = {
    frozenset({"paragraph"}): Words("article", "passage", "share of an article's relevant passages"),
    frozenset({"headline"}): Words(
        "headline",
        "headline",
        "share of relevant headlines",
        "headlines. An item is a headline with what stands under it, which is its only passage: where this page says "
        "article, paragraph or passage, that is meant, and an indicator fires in it or not",
    ),
    frozenset({"headline", "paragraph"}): Words(
        "text",
        "passage",
        "share of a text's relevant passages",
        "of some outlets paragraphs of articles, of others headlines with what stands under them, each a text with one "
        "passage; where this page says article, either is meant, and the two are not compared",
    ),
}


def words(articles: pd.DataFrame) -> Words:
    """What to call the items of a frame, by its column ``unit``; articles where it has none.

    >>> words(pd.DataFrame({"unit": ["headline", "headline"]})).item, words(pd.DataFrame({"n": [1]})).item
    ('headline', 'article')
    """
    units = frozenset(articles["unit"].unique()) if "unit" in articles else frozenset()
    return WORDS.get(units, WORDS[frozenset({"paragraph"})])
