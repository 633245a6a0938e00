"""Exercises of 03-describe: whose words, silences that are none, and a flood."""

from __future__ import annotations

import pandas as pd

from helpers.data.corpus import Corpus
from practice import world
from practice.exercises.answers import COUNT, NAMES, SHARE, Exercise, Slip
from practice.exercises.tables import HERALD, outlet_names


def quoted(corpus: Corpus) -> float:
    """Share of the words of the Herald's relevant passages that are quoted."""
    articles, said = corpus.table("truth_articles"), corpus.table("truth_passages").query("relevant")
    own = articles.loc[(articles["outlet"] == HERALD) & articles["reachable"], "address"]
    said = said[said["address"].isin(own)]
    words = said.groupby("voice")["n_words"].sum()
    return float(words["quoted"] / words.sum())


def quoted_by_article(corpus: Corpus) -> float:
    """The mean of the articles' shares."""
    of = corpus.passages.query(f"analysed and relevant and outlet == {HERALD!r}").groupby("article_id")
    words = of[["n_words", "n_words_quoted"]].sum()
    return float((words["n_words_quoted"] / words["n_words"]).mean())


def passages_with_quotes(corpus: Corpus) -> float:
    """Share of passages that quote anybody."""
    passages = corpus.passages.query(f"analysed and relevant and outlet == {HERALD!r}")
    return float((passages["n_words_quoted"] > 0).mean())


def silences(corpus: Corpus) -> int:
    """Months in which an outlet that could be read had nothing on the pair."""
    articles = corpus.table("truth_articles")
    month = articles["published"].dt.strftime("%Y-%m")
    ran = articles[articles["relevant"]].groupby(["outlet", month]).size()
    months = pd.period_range(world.START, world.END, freq="M").astype(str)
    grid = pd.MultiIndex.from_product([list(corpus.study.outlets), months])
    return int((ran.reindex(grid, fill_value=0) == 0).sum())


def empty_months(corpus: Corpus) -> int:
    """Months without a relevant article, gaps among them."""
    return int((corpus.volume["n_relevant"] == 0).sum())


def flood(corpus: Corpus) -> set[str]:
    """The outlet that was flooded for a day, and the day."""
    outlet, day, _ = world.FLOOD
    return outlet_names(corpus, [outlet]) | {str(day)}


def busiest_on_the_pair(corpus: Corpus) -> set[str]:
    """The day on which an outlet had most articles on the pair."""
    busiest = corpus.daily_volume.loc[corpus.daily_volume["n_relevant"].idxmax()]
    return {busiest["outlet_name"], f"{busiest['day']:%Y-%m-%d}"}


EXERCISES = (
    Exercise(
        SHARE,
        quoted,
        within=0.008,
        slips=(
            Slip(
                "A mean of articles' shares lets short articles weigh as much as long ones: add up words first.",
                quoted_by_article,
            ),
            Slip(
                "That is the share of passages that quote somebody: of the words, how many?",
                passages_with_quotes,
            ),
        ),
    ),
    Exercise(
        COUNT,
        silences,
        slips=(Slip("Did you look whether collection worked in that month (`observed`)?", empty_months),),
    ),
    Exercise(
        NAMES,
        flood,
        slips=(
            Slip(
                "Those are articles on the pair: the flood was of items about other things (`n_collected`).",
                busiest_on_the_pair,
            ),
        ),
    ),
)
