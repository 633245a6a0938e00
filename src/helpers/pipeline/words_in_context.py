"""Relevant passages that hold a word, with what stands around it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.data.corpus import Corpus
from helpers.pipeline.analysed import analysed_articles, analysed_counts
from helpers.text.contexts import contexts

COLUMNS = ["term", "outlet", "outlet_name", "article_id", "position", "left", "keyword", "right"]


def words_in_context(corpus: Corpus, terms: Sequence[str], outlets: Sequence[str], *, limit: int = 3) -> pd.DataFrame:
    """Relevant passages that hold each term, `limit` a term, spread over time; none where the study has no text.

    Returns
    -------
    DataFrame, columns of `COLUMNS`
    """
    articles, counts = analysed_articles(corpus), analysed_counts(corpus)
    articles = articles[articles["outlet"].isin(outlets)].sort_values(["published", "article_id"])
    place = pd.Series(np.arange(len(articles)), index=articles["article_id"])
    about = articles.set_index("article_id")[["outlet", "outlet_name"]]
    texts = corpus.table("passages")[["article_id", "position", "text"]].dropna(subset=["text"])
    blocks = []
    for term in terms:
        rows = counts[(counts["term"] == term) & counts["article_id"].isin(place.index)]
        rows = rows.assign(place=rows["article_id"].map(place)).sort_values(["place", "position"])
        rows = rows.drop_duplicates("article_id").merge(texts, on=["article_id", "position"], validate="one_to_one")
        spread = np.unique(np.linspace(0, len(rows) - 1, min(limit, len(rows))).round().astype(int))
        excerpts = contexts(rows.iloc[spread], term, limit=limit).assign(term=term)
        blocks.append(excerpts.join(about, on="article_id"))
    filled = [block for block in blocks if len(block)]
    return pd.concat(filled, ignore_index=True)[COLUMNS] if filled else pd.DataFrame(columns=COLUMNS)
