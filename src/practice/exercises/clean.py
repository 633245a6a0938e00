"""Exercises of 02-clean: copies, the agency behind them, and who printed what without credit."""

from __future__ import annotations

from helpers.data.corpus import Corpus
from helpers.text.lengths import n_words
from practice.exercises.answers import NAMES, RATIO, SHARE, Exercise, Slip
from practice.exercises.tables import GAZETTE, HERALD, outlet_names


def repeated(corpus: Corpus) -> float:
    """Share of relevant articles that repeat a story printed before."""
    articles = corpus.table("truth_articles").query("relevant and reachable")
    return float(1 - articles["is_first"].mean())


def repeated_anywhere(corpus: Corpus) -> float:
    """The same of all articles, those about other things too."""
    return float(1 - corpus.articles["is_original"].mean())


def in_company(corpus: Corpus) -> float:
    """Share of relevant articles whose story was printed more than once, the first printing counted too."""
    articles = corpus.articles.query("analysed")
    return float(articles["copy_cluster"].duplicated(keep=False).mean())


def prints(corpus: Corpus) -> float:
    """How often one outlet prints a story of the agency that it prints most."""
    wire = corpus.table("truth_articles").query(f"origin == 'SUNDRELPRESS' and outlet == {GAZETTE!r} and reachable")
    return float(wire.groupby("copy_cluster").size().mean())


def printed_anywhere(corpus: Corpus) -> float:
    """The same over the outlets of its language together."""
    wire = corpus.table("truth_articles").query("origin == 'SUNDRELPRESS' and language == 'en' and reachable")
    return float(wire.groupby("copy_cluster").size().mean())


def printed_in_all(corpus: Corpus) -> float:
    """Articles of the agency in that outlet."""
    return float(len(corpus.table("truth_articles").query(f"origin == 'SUNDRELPRESS' and outlet == {GAZETTE!r}")))


def lifting(corpus: Corpus) -> set[str]:
    """Outlets that printed another's article as their own."""
    return outlet_names(corpus, corpus.table("truth_articles").query("kind == 'lifted'")["outlet"])


def flagged(corpus: Corpus) -> set[str]:
    """Outlets of any article that stands elsewhere word for word."""
    carrying = corpus.flags.query("flag == 'identical_elsewhere'")["article_id"]
    return set(corpus.articles.loc[corpus.articles["article_id"].isin(carrying), "outlet_name"])


def furniture(corpus: Corpus) -> float:
    """Share that the lines which recur at one outlet would have of all its words."""
    lines = corpus.table("truth_boilerplate").query(f"outlet == {HERALD!r}")
    added = sum(n_words(line) * n for line, n in zip(lines["line"], lines["n_pages"], strict=True))
    return float(added / (added + _words(corpus)))


def furniture_once(corpus: Corpus) -> float:
    """The same with each line counted once, however often it stands there."""
    added = corpus.boilerplate.query(f"outlet == {HERALD!r}")["line"].map(n_words).sum()
    return float(added / (added + _words(corpus)))


def furniture_beside(corpus: Corpus) -> float:
    """Words of furniture over words of articles, furniture left out of the whole."""
    share = furniture(corpus)
    return share / (1 - share)


def _words(corpus: Corpus) -> int:
    return int(corpus.articles.query(f"outlet == {HERALD!r}")["n_words"].sum())


EXERCISES = (
    Exercise(
        SHARE,
        repeated,
        within=0.02,
        slips=(
            Slip("Did you keep the articles that bear on the pair (`analysed`)?", repeated_anywhere),
            Slip("You counted first printings too: only what repeats an earlier one is asked.", in_company),
        ),
    ),
    Exercise(
        RATIO,
        prints,
        within=0.1,
        slips=(
            Slip("Those are the printings of all outlets: keep the Gazette's.", printed_anywhere),
            Slip(
                "Those are articles: divide by the stories, or take the mean size of a cluster.",
                printed_in_all,
            ),
        ),
    ),
    Exercise(
        NAMES,
        lifting,
        slips=(Slip("The flag stands on both: who was first did not lift it (`is_original`).", flagged),),
    ),
    Exercise(
        SHARE,
        furniture,
        within=0.001,
        slips=(
            Slip("The line stands under every article: count its words as often as that.", furniture_once),
            Slip("Furniture is among all the words that would have been counted: add it below too.", furniture_beside),
        ),
    ),
)
