"""Topics as sentences and as cells of a table: the house's tables in, words out.

A topic's ``topic_name`` is the researcher's own label, or terms of it in quotes.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from helpers.show import sentences as prose
from helpers.show.units import words
from helpers.text.languages import name_of
from helpers.topics.topic_model import FEW_DOCUMENTS

OTHER_UNIT = "items of another unit"  # a quantity of ``topic_quality``
STEADY = "stability over samples"  # another: how much of a topic comes back
HALF = 0.5  # of a topic's first terms: what it must keep in other samples to be called the same


def bracketed(rows: pd.DataFrame, *, percent: bool = False) -> pd.Series:
    """Figures as a table shows them: value, and its limits in brackets where there are any.

    Parameters
    ----------
    rows : DataFrame
        Columns ``value``, ``low``, ``high``.
    percent : bool
        Values are shares and are shown per cent.

    >>> rows = pd.DataFrame({"value": [0.3, 0.9], "low": [0.21, None], "high": [0.39, None]})
    >>> bracketed(rows).tolist(), bracketed(rows, percent=True).tolist()
    (['0.30 [0.21, 0.39]', '0.90'], ['30\\xa0% [21 to 39]', '90\\xa0%'])
    """

    def number(value: float) -> str:
        return f"{100 * value:.0f}" if percent else f"{value:.2f}"

    def cell(row: pd.Series) -> str:
        between = " to " if percent else ", "
        limits = "" if math.isnan(row["low"]) else f" [{number(row['low'])}{between}{number(row['high'])}]"
        return f"{number(row['value'])}{f'{prose.NBSP}%' if percent else ''}{limits}"

    cells = [cell(row) for _, row in rows[["value", "low", "high"]].astype(float).iterrows()]
    return pd.Series(cells, index=rows.index, dtype=object)


def remarks(called: pd.Series, names: Mapping[str, str]) -> pd.Series:
    """What a topic is that is no subject, in words; blank for a subject.

    Parameters
    ----------
    called : Series of str
        As in the ``topics`` table: ``outlet: kcna``, ``week: 2024-W25``, ``wire story``, ``boilerplate: kcna``.
    names : mapping
        What to call an outlet.

    >>> remarks(pd.Series(["outlet: kcna", "week: 2024-W25", ""]), {"kcna": "KCNA"}).tolist()
    ['carried by one outlet, KCNA', 'carried by one week, that of 17\\xa0Jun\\xa02024', '']
    """

    def words(what: str) -> str:
        kind, _, whose = what.partition(": ")
        who = names.get(whose, whose)
        return {
            "": "",
            "outlet": f"carried by one outlet, {who}",
            "week": f"carried by one week, that of {_monday(whose)}",
            "wire story": "one wire story",
            "boilerplate": f"boilerplate{f' of {who}' if who else ''}",
        }[kind]

    return called.map(words).astype(object)


def _monday(week: str) -> str:
    """The first day of a week that is written as ISO 8601 has it."""
    try:
        return prose.day(pd.Timestamp(datetime.datetime.strptime(f"{week}-1", "%G-W%V-%u")))
    except ValueError:
        return week


def model_sentences(
    articles: pd.DataFrame, quality: pd.DataFrame, languages: Sequence[str], *, fewest: int
) -> list[str]:
    """A bullet a language: how many articles were modelled, or why none; and how many of them have no topic at all.

    Parameters
    ----------
    articles : DataFrame
        Those that are analysed: ``language``, ``outlet``, ``outlet_name``.
    quality : DataFrame
        The ``topic_quality`` table.
    languages : sequence of str
        In the study's order.
    fewest : int
        Articles below which a language is not modelled.

    >>> articles = pd.DataFrame({"language": ["ru"] * 3, "outlet": "a", "outlet_name": "A"})
    >>> model_sentences(articles, pd.DataFrame(columns=["language", "topic", "quantity", "value"]), ["ru"], fewest=60)
    ['- Russian: no topics, for there are 3 relevant articles, and topics of fewer than 60 are noise.']
    """
    names = dict(zip(articles["outlet"], articles["outlet_name"], strict=True))
    sentences = []
    for language in languages:
        here, mine = articles[articles["language"] == language], quality[quality["language"] == language]
        other = int(mine.loc[mine["quantity"] == OTHER_UNIT, "value"].sum())
        n = len(here) - other
        n_topics = mine.loc[~mine["topic"].isin(["all", "none"]), "topic"].nunique()
        size = prose.count(n, f"relevant {words(here).item}")
        if n_topics:
            few = n < max(FEW_DOCUMENTS, 5 * n_topics)
            sentences.append(
                f"- {name_of(language)}: {prose.count(n_topics, 'topic')} from {size}. {_unassigned(mine, names)}"
                + f" {prose.count(other, 'item')} of outlets that are counted in another unit: left out." * (other > 0)
                + " These are few: another draw of articles would give other topics, so look at their stability first."
                * few
            )
        else:
            few = f", of which {_refused(mine)}" if n >= fewest else f", and topics of fewer than {fewest} are noise"
            sentences.append(f"- {name_of(language)}: no topics, for there are {size}{few}.")
    return sentences


def _refused(quality: pd.DataFrame) -> str:
    """For want of what a language with articles enough has no topics."""
    row = quality[quality["topic"] == "none"].iloc[0]
    return f"{prose.count(int(row['value']), row['quantity'].removesuffix('s'))} are too few to learn topics from"


def _unassigned(quality: pd.DataFrame, names: Mapping[str, str]) -> str:
    """Which outlets have articles that nothing speaks for a topic in."""
    rows = quality[(quality["topic"] == "all") & quality["quantity"].str.startswith("unassigned ")]
    rows = rows[rows["value"] > 0]
    if rows.empty:
        return "None is left out."
    outlets = rows["quantity"].str.removeprefix("unassigned ").map(names)
    shares = [f"{name} {prose.share(value)}" for name, value in zip(outlets, rows["value"], strict=True)]
    return f"Articles in which nothing speaks for any topic, kept with equal shares: {prose.listing(shares)}."


def package_sentences(topics: pd.DataFrame, languages: Sequence[str]) -> list[str]:
    """The packages of each language that has topics, by name with their topics.

    >>> topics = pd.DataFrame({"language": "en", "topic": ["en-01", "en-02"], "package": "p01",
    ...     "topic_name": ["the grain trade", "ships"]})
    >>> package_sentences(topics, ["en"])
    ['- English: 1 package: the grain trade with ships.']
    """
    sentences = []
    for language in (one for one in languages if one in set(topics["language"])):
        mine = topics[(topics["language"] == language) & (topics["package"] != "")]
        packages = [" with ".join(rows["topic_name"]) for _, rows in mine.groupby("package", sort=True)]
        sentences.append(
            f"- {name_of(language)}: {prose.count(len(packages), 'package')}: {'; '.join(packages)}."
            if packages
            else f"- {name_of(language)}: no package; no topics meet clearly more often than by chance."
        )
    return sentences


def strand_sentences(topics: pd.DataFrame) -> list[str]:
    """How many topics were found again in another language, and which are of one language alone.

    >>> strand_sentences(pd.DataFrame({"language": ["en"], "topic_name": ["grain"], "strand": [""]}))
    ['One language has topics, so there is nothing to align. Topics are never compared across languages.']
    """
    n_languages = topics["language"].nunique()
    if n_languages < 2:
        return ["One language has topics, so there is nothing to align. Topics are never compared across languages."]
    alone = topics[topics["strand"] == ""]
    again = len(topics) - len(alone)
    sentences = [
        f"{again:,} of {prose.count(len(topics), 'topic')} in {n_languages} languages "
        f"{'is' if again == 1 else 'are'} found again in another language."
    ]
    if len(alone) == len(topics):
        sentences.append("Each may be its language in disguise, or a matter of its press alone.")
    elif len(alone):
        names = prose.listing(alone["topic_name"])
        sentences.append(f"A language in disguise, or a matter of its press alone: {names}.")
    return sentences


def strand_table(topics: pd.DataFrame, links: pd.DataFrame, signal: pd.DataFrame) -> pd.DataFrame:
    """Topics of several languages that are about the same concepts, and how well their share tells the language.

    Parameters
    ----------
    topics, links, signal : DataFrame
        The tables ``topics``, ``topic_links`` and ``topic_languages``.
    """
    known, rows = signal.set_index("topic"), []
    for strand, members in topics[topics["strand"] != ""].groupby("strand", sort=True):
        theirs = links[links["aligned"] & links["topic_a"].isin(members["topic"])]
        shared = theirs["concepts"].str.split(", ").explode().value_counts()
        tells = known.loc[strand]
        rows.append(
            {
                "strand": strand,
                **{name_of(row.language): row.topic_name for row in members.itertuples()},
                "concepts": ", ".join(sorted(shared.index, key=lambda name: (-shared[name], name))[:4]),
                "tells language (AUC)": f"{tells['auc']:.2f} [{tells['low']:.2f}, {tells['high']:.2f}]",
                "verdict": tells["verdict"] or "–",
            }
        )
    return pd.DataFrame(rows).fillna("–")


def topic_answer(topics: pd.DataFrame, quality: pd.DataFrame) -> str:
    """The largest topic of each language, and how many of all come back in other samples.

    Parameters
    ----------
    topics, quality : DataFrame
        The tables ``topics`` and ``topic_quality``.

    >>> topic_answer(pd.DataFrame(columns=["topic"]), pd.DataFrame())
    'No language has enough relevant articles for topics.'
    """
    if topics.empty:
        return "No language has enough relevant articles for topics."
    each = quality[quality["topic"].isin(topics["topic"])]
    first = _largest(topics, each).drop_duplicates("language")
    largest = [
        f"{_own(row.topic_name, row.language)} in {name_of(row.language)} ({_limited(row)})"
        for row in first.itertuples()
    ]
    samples = each.loc[each["quantity"] == STEADY, "value"]
    kept = int((samples >= HALF).sum())
    n = f"{kept} of {prose.count(len(samples), 'topic')}" if kept < len(samples) else f"All {kept} topics"
    return (
        f"The coverage is most about {prose.listing(largest)}. {n} {'comes' if kept == 1 else 'come'} back with at "
        "least half their words in other samples of articles."
    )


def _limited(row: NamedTuple) -> str:
    """A share with its limits, where it has some."""
    ends = "" if math.isnan(row.low) else f", {prose.share(row.low)} to {prose.share(row.high)}"
    return f"{prose.share(row.value)}{ends}"


def _own(name: str, language: str) -> str:
    """What a topic is called where its language is said already."""
    return name.removesuffix(f" ({name_of(language)})")


def _largest(topics: pd.DataFrame, each: pd.DataFrame) -> pd.DataFrame:
    """Topics with their names and mean shares, the largest first, in the order of the languages; subjects alone first.

    Topics that one outlet, week or story carries come after all that are subjects.
    """
    share = each[each["quantity"] == "prevalence"].merge(topics[["topic", "topic_name", "called"]], on="topic")
    order = dict(zip(topics["language"].drop_duplicates(), range(len(topics)), strict=False))
    share = share.assign(place=share["language"].map(order), idle=share["called"] != "")
    return share.sort_values(["place", "idle", "value"], ascending=[True, True, False], kind="stable")


def topic_findings(
    articles: pd.DataFrame, topics: pd.DataFrame, quality: pd.DataFrame, languages: Sequence[str], *, fewest: int
) -> list[str]:
    """The largest topics, how many are steady, which are no subjects, and what was modelled, as bullets.

    Parameters
    ----------
    articles, quality, languages, fewest : as in `model_sentences`
    topics : DataFrame
        The ``topics`` table.
    """
    modelled = model_sentences(articles, quality, languages, fewest=fewest)
    if topics.empty:
        return modelled
    each, sentences = quality[quality["topic"].isin(topics["topic"])], []
    share = _largest(topics, each)
    for language in (one for one in languages if one in set(topics["language"])):
        largest = [
            f"{_own(row.topic_name, row.language)} ({_limited(row)})"
            for row in share[share["language"] == language].head(3).itertuples()
        ]
        sentences.append(f"- Largest in {name_of(language)}, by mean share of an article: {prose.listing(largest)}.")
    samples = each.loc[each["quantity"] == STEADY, "value"]
    sentences.append(
        f"- {int((samples >= HALF).sum())} of {prose.count(len(samples), 'topic')} keep at least half their first "
        "terms in other samples."
    )
    no_subject = remarks(topics["called"], dict(zip(articles["outlet"], articles["outlet_name"], strict=True)))
    if (no_subject != "").any():
        named = (topics["topic_name"] + " (" + no_subject + ")")[no_subject != ""]
        sentences.append(f"- No subjects, or not only: {prose.listing(named.tolist())}.")
    return sentences + modelled


def universe_sentences(numbers: pd.DataFrame) -> list[str]:
    """How many topics are the same story at every number of topics that was tried.

    Parameters
    ----------
    numbers : DataFrame, one row a topic and number of topics
        Columns ``measure`` (the topic), ``overlap`` (of its first terms), ``estimate`` (the difference there).

    >>> numbers = pd.DataFrame({"measure": "en-01", "overlap": [1.0, 0.6], "estimate": [0.1, 0.2]})
    >>> universe_sentences(numbers)[0]
    '1 topic of 1 are found again, by half of their first ten terms, at every recommended number of topics.'
    """
    if numbers.empty:
        return ["No language has enough articles for topics."]
    always = numbers.groupby("measure")["overlap"].min() >= HALF
    known = numbers[numbers["overlap"] >= HALF].dropna(subset=["estimate"])
    signs = known.assign(up=known["estimate"] > 0).groupby("measure")["up"].nunique() == 1
    sentences = [
        f"{prose.count(int(always.sum()), 'topic')} of {len(always)} are found again, by half of their first ten "
        "terms, at every recommended number of topics."
    ]
    if len(signs):
        sentences.append(
            f"For {int(signs.sum())} of {prose.count(len(signs), 'topic')} the difference of the two first outlets "
            "keeps its direction at every number at which the topic is found again."
        )
    return sentences


def universe_table(fate: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """How each topic fares over the numbers of topics that were tried, in words.

    Parameters
    ----------
    fate : DataFrame, one row a topic
        ``measure``, ``group_name`` and ``reference_name`` (the outlets of its difference); of all numbers ``fewest``,
        ``most``, how many (``n``) and at how many it was found ``again``; of those with a difference how many
        (``known``), how often it was above zero (``up``) and ``clear`` of it, and its ``min`` and ``max``.
    names : Series of str, indexed by measure

    >>> fate = {"measure": "en-01", "group_name": "KCNA", "reference_name": "TASS", "fewest": 6, "most": 8, "n": 3,
    ...         "again": 2, "known": 2.0, "up": 0.0, "clear": 1.0, "min": -0.2, "max": -0.1}
    >>> universe_table(pd.DataFrame([fate]), pd.Series({"en-01": "grain"})).iloc[0].tolist()
    ['grain', '6–8', '2 of 3', 'KCNA − TASS', '−20.0 to −10.0', '2 of 2', '1 of 2']
    """
    columns = ["topic", "numbers", "found again at", "difference", "points", "same sign", "clear of zero"]
    rows = []
    for row in fate.itertuples():
        known, up, clear = (0 if math.isnan(number) else int(number) for number in (row.known, row.up, row.clear))
        span = f"{100 * row.min:+.1f} to {100 * row.max:+.1f}".replace("-", prose.MINUS) if known else "–"
        pair = f"{row.group_name} {prose.MINUS} {row.reference_name}"
        rows.append((
            names[row.measure], f"{row.fewest}–{row.most}", f"{row.again} of {row.n}",
            pair if row.group_name else "one outlet alone has enough articles", span,
            f"{max(up, known - up)} of {known}", f"{clear} of {known}",
        ))  # fmt: skip
    return pd.DataFrame(rows, columns=columns) if rows else pd.DataFrame([{"topic": "no language has enough articles"}])
