"""Exercises of 04-topics: naming them, comparing a share of them, and how far each can be trusted."""

from __future__ import annotations

import pandas as pd

from helpers.data.corpus import Corpus
from practice.exercises.answers import LABELS, NAMES, SHARE, Exercise, Slip
from practice.exercises.tables import GAZETTE, POST, gap, truth
from practice.scores.nearest import planted_for


def subjects(corpus: Corpus) -> dict[str, str]:
    """Which subject was planted behind each English topic."""
    terms = corpus.topic_terms.query("language == 'en'")
    return planted_for(terms, corpus.table("truth_topics")).set_index("topic")["planted"].to_dict()


def fishing(corpus: Corpus) -> float:
    """How much more of the Post's coverage than of the Gazette's was about fishing, as the press was printed."""
    return truth(corpus, "topic", "realised", "fishing", POST, GAZETTE)


def shares_of(corpus: Corpus, subject: str) -> pd.DataFrame:
    """Analysed English articles with the share of the topic that is nearest to a subject, in `value`."""
    topic = next(topic for topic, planted in subjects(corpus).items() if planted == subject)
    shares = corpus.topic_measures.query(f"measure == {topic!r}")[["article_id", "value"]]
    return corpus.articles.query("analysed").merge(shares, on="article_id", validate="one_to_one")


def energy(corpus: Corpus) -> float:
    """The same difference of the wrong topic."""
    return gap(shares_of(corpus, "energy"), POST, GAZETTE)


def fishing_in_both(corpus: Corpus) -> float:
    """Fishing in the Post, of whom nothing was taken away."""
    rows = shares_of(corpus, "fishing")
    return float(rows.loc[rows["outlet"] == POST, "value"].mean())


def worst(corpus: Corpus, quantity: str) -> set[str]:
    """The English topic with the lowest score."""
    scores = corpus.topic_quality.query(f"language == 'en' and quantity == {quantity!r} and topic != 'all'")
    return {str(scores.sort_values("value").iloc[0]["topic"])}


EXERCISES = (
    Exercise(LABELS, subjects),
    Exercise(
        SHARE,
        fishing,
        within=0.06,
        slips=(
            Slip("That is another topic's difference: which of them is about fishing?", energy),
            Slip("That is the Post's level: what is left once the Gazette's is taken away?", fishing_in_both),
        ),
    ),
    Exercise(
        NAMES,
        lambda corpus: worst(corpus, "stability over samples"),
        slips=(
            Slip(
                "Coherence asks whether its words meet, not whether other articles would give the same topic.",
                lambda corpus: worst(corpus, "coherence"),
            ),
            Slip("A small topic is not an unsteady one.", lambda corpus: worst(corpus, "prevalence")),
        ),
    ),
)
