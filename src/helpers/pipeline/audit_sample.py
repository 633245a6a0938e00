"""Articles drawn for the eye: what their source shows beside what the study keeps of it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.collect.extraction import read_lines
from helpers.data.corpus import Corpus
from helpers.pipeline.archives import has_archives, read_archives
from helpers.pipeline.extracted import archived_pages
from helpers.pipeline.records import FILES, read_file
from helpers.study import Study

COLUMNS = ["outlet", "outlet_name", "address", "title", "byline", "published", "date_source", "text", "source"]


def audit_sample(corpus: Corpus, rng: np.random.Generator, *, n: int = 20) -> pd.DataFrame:
    """A sample of articles with their sources, as even over outlets as their numbers allow.

    Parameters
    ----------
    corpus : Corpus
    rng : numpy.random.Generator
    n : int
        Articles wanted; all there are, where there are fewer.

    Returns
    -------
    DataFrame, one row an article, by outlet and address; empty for a study that holds no text
        Columns of `COLUMNS`; ``source`` is a list of str: the lines that the page shows, or of the export's text.
    """
    articles = corpus.articles
    if articles["text"].isna().all():
        return pd.DataFrame(columns=COLUMNS)
    drawn = articles.loc[_evenly(articles["outlet"], n, rng)].sort_values(["outlet", "address"], ignore_index=True)
    page_ids = drawn["article_id"].map(corpus.cleaned.set_index("article_id")["page_id"])
    sources = _sources(corpus.study, list(page_ids))
    return drawn.assign(source=[sources[page_id] for page_id in page_ids])[COLUMNS]


def _evenly(outlets: pd.Series, n: int, rng: np.random.Generator) -> pd.Index:
    """Rows drawn in turns, one of each outlet a turn."""
    shuffled = outlets.iloc[rng.permutation(len(outlets))]
    turn = shuffled.groupby(shuffled).cumcount()
    return turn.sort_values(kind="stable").index[:n]


def _sources(study: Study, page_ids: list[str]) -> dict[str, list[str]]:
    """Lines of each item as it arrived: those of its archived page, or of its row in an export or archive."""
    pages = archived_pages(study, page_ids)
    lines_of = {page.page_id: lines for page, lines in read_lines(pages[key] for key in sorted(pages))}
    if len(lines_of) < len(page_ids):
        rows = [read_file(study, source).records for source in study.sources if source.kind in FILES]
        rows += [read_archives(study)] if has_archives(study) else []
        for records in rows:
            lines_of |= _lines_of_rows(records[records["page_id"].isin(page_ids)], study.headlines)
    return {key: [line for line in lines if line.strip()] for key, lines in lines_of.items()}


def _lines_of_rows(records: pd.DataFrame, headlines: frozenset[str]) -> dict[str, list[str]]:
    """Lines of each row: its text, and above a headline's standfirst the headline."""
    rows = records[["page_id", "outlet", "title", "text"]].itertuples(index=False)
    return {
        key: [*([title or ""] if outlet in headlines else []), *(text or "").splitlines()]
        for key, outlet, title, text in rows
    }
