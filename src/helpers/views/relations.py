"""How topics go together, and how they fare at other numbers, as tables and sentences that a reader sees."""

from __future__ import annotations

import pandas as pd

from helpers.data import tables
from helpers.pipeline.topic_multiverse import AGAIN
from helpers.pipeline.topic_prevalence import FEW
from helpers.pipeline.topics import lost_labels
from helpers.show import sentences as prose
from helpers.study import Study
from helpers.topics.labels import proposal
from helpers.views.topics import (
    label_of,
    largest_topics,
    modelled_languages,
    named,
    topic_languages,
    topic_stability,
    topics,
)
from helpers.views.universes import pair_of, span_of

MOST_EDGES = 12


def topic_labels(study: Study) -> list[str]:
    """Which of the study's labels fit a topic now, and a sentence for each that fits none."""
    if not study.labels:
        return ["No topic has a label of the researcher's yet. To give one, copy the lines below to study.yml under "
                "`labels:` and write the label and the reason."]  # fmt: skip
    notes = tables.read(study.processed, "topic_notes")
    placed = notes[notes["label"] != ""]
    told = [f"{row['topic']} is *{row['label']}* ({row['reason']})" for _, row in placed.iterrows()]
    return [f"- {sentence}." for sentence in [*told, *lost_labels(study)]]


def label_lines(study: Study, topic: str | None = None) -> str:
    """Lines for study.yml that hold what a topic is now; the largest topic without one, unless another is named."""
    notes = tables.read(study.processed, "topic_notes")
    free = notes.loc[notes["label"] == "", "topic"]
    if topic is None and free.empty:
        return "# every topic has a label"
    topic = topic or str(free.iloc[0])
    terms = tables.read(study.processed, "topics")
    return "labels:\n" + proposal(terms, topic, topic.rpartition("-")[0])


def topic_edges(study: Study) -> pd.DataFrame:
    """Pairs of topics that are in one article more or less often than by chance, the clearest first."""
    edges = tables.read(study.processed, "topic_edges")
    clear = edges[edges["q"] <= 0.05].sort_values(["p", "language", "topic_a", "topic_b"]).head(MOST_EDGES)
    return pd.DataFrame(
        {
            "one": [named(study, topic) for topic in clear["topic_a"]],
            "other": [named(study, topic) for topic in clear["topic_b"]],
            "articles with both": clear["together"].to_numpy(),
            "by chance": clear["expected"].round(1).to_numpy(),
            "ratio": [f"{r.lift:.2f} [{r.low:.2f}, {r.high:.2f}]" for r in clear.itertuples()],
            "q": [prose.chance(q) for q in clear["q"]],
        }
    )


def topic_packages(study: Study) -> list[str]:
    """The packages of each language, in words."""
    notes = tables.read(study.processed, "topic_notes")
    sentences = []
    for language in modelled_languages(study):
        mine = notes[(notes["language"] == language) & (notes["package"] != "")]
        told = [
            f"{name} ({prose.listing([label_of(study, topic) for topic in rows['topic']])})"
            for name, rows in mine.groupby("package", sort=True)
        ]
        sentences.append(
            f"- Language `{language}`: {prose.count(len(told), 'package')}: {'; '.join(told)}."
            if told
            else f"- Language `{language}`: no package; no topics meet clearly more often than by chance."
        )
    return sentences


def topic_strands(study: Study) -> pd.DataFrame:
    """Topics of several languages that are about the same concepts, and how well their share tells the language."""
    notes = tables.read(study.processed, "topic_notes")
    links = tables.read(study.processed, "topic_links")
    signal = tables.read(study.processed, "topic_languages").set_index("topic")
    rows = []
    for strand, members in notes[notes["strand"] != ""].groupby("strand", sort=True):
        theirs = links[links["aligned"] & links["topic_a"].isin(members["topic"])]
        shared = theirs["concepts"].str.split(", ").explode().value_counts()
        told = signal.loc[strand]
        rows.append(
            {
                "strand": strand,
                **{row["language"]: named(study, row["topic"]) for _, row in members.iterrows()},
                "concepts": ", ".join(sorted(shared.index, key=lambda name: (-shared[name], name))[:4]),
                "tells language (AUC)": f"{told['auc']:.2f} [{told['low']:.2f}, {told['high']:.2f}]",
                "verdict": told["verdict"] or "–",
            }
        )
    return pd.DataFrame(rows).fillna("–")


def strand_sentences(study: Study) -> list[str]:
    """How many topics were found again in another language, and which are of one language alone."""
    languages = modelled_languages(study)
    if len(languages) < 2:
        return ["One language has topics, so there is nothing to align. Topics are never compared across languages."]
    notes = tables.read(study.processed, "topic_notes")
    alone = notes[notes["strand"] == ""]
    told = prose.count(len(notes) - len(alone), "topic")
    sentences = [
        f"{told} of {len(notes)} in {prose.count(len(languages), 'language')} are found again in another language."
    ]
    if len(alone):
        names = prose.listing([named(study, topic) for topic in alone["topic"]])
        sentences.append(f"A language in disguise, or a matter of its press alone: {names}.")
    return sentences


def topic_universes(study: Study, table: pd.DataFrame) -> pd.DataFrame:
    """How each topic fares over the recommended numbers of topics alone: found again, and its difference there."""
    rows = []
    for topic, found in table.groupby("topic", sort=True):
        again = found[found["overlap"] >= AGAIN]
        known = again.dropna(subset=["estimate"])
        clear = known[(known["low"] > 0) | (known["high"] < 0)]
        rows.append(
            {
                "topic": named(study, str(topic)),
                "numbers": f"{found['n_topics'].min()}–{found['n_topics'].max()}",
                "found again at": f"{len(again)} of {len(found)}",
                "difference": pair_of(study, found.iloc[0]),
                "points": span_of(known["estimate"].min(), known["estimate"].max()),
                "same sign": f"{max((known['estimate'] > 0).sum(), (known['estimate'] < 0).sum())} of {len(known)}",
                "clear of zero": f"{len(clear)} of {len(known)}",
            }
        )
    return pd.DataFrame(rows) if rows else pd.DataFrame([{"topic": "no language has enough articles"}])


def universe_sentences(study: Study, table: pd.DataFrame) -> list[str]:
    """How many topics are the same story at every recommended number."""
    if table.empty:
        return ["No language has enough articles for topics."]
    always = table.groupby("topic", sort=True)["overlap"].min() >= AGAIN
    known = table.dropna(subset=["estimate"])
    known = known[known["overlap"] >= AGAIN]
    signs = known.assign(up=known["estimate"] > 0).groupby("topic")["up"].nunique() == 1
    sentences = [
        f"{prose.count(int(always.sum()), 'topic')} of {len(always)} are found again, by half of their first ten "
        "terms, at every recommended number of topics."
    ]
    if len(signs):
        sentences.append(
            f"The difference between the two first outlets keeps its sign at every number at which the topic is "
            f"found again for {int(signs.sum())} of {prose.count(len(signs), 'topic')}."
        )
    return sentences


def topic_findings(study: Study) -> list[str]:
    """What was modelled, the largest topics, which of them are steady, and which are no subjects."""
    sentences = topic_languages(study)
    notes = tables.read(study.processed, "topic_notes")
    if notes.empty:
        return sentences
    for language in modelled_languages(study):
        share = largest_topics(study, language).head(3)
        told = [
            f"*{label_of(study, topic)}* ({prose.share(row['value'])}, "
            f"{prose.share(row['low'])}–{prose.share(row['high'])})"
            for topic, row in share.iterrows()
        ]
        sentences.append(
            f"- The largest topics in `{language}`, with their mean share and its limits: {prose.listing(told)}."
        )
    steady = topic_stability(study)
    kept = int((steady["samples"] >= AGAIN).sum())
    sentences.append(
        f"- {kept} of {prose.count(len(steady), 'topic')} keep at least half their first terms in other samples."
    )
    named_ = topics(study).query("remark != ''")
    if len(named_):
        told = [f"{row['topic']} ({row['remark']})" for _, row in named_.iterrows()]
        sentences.append(f"- No subjects, or not only: {prose.listing(told)}.")
    return sentences


def topic_range_sentence(study: Study) -> str:
    """The recommended range of the number of topics, in words; the sheet's own rule."""
    sheet = tables.read(study.processed, "topic_range")
    rows = sheet[sheet["quantity"] == "recommended"]
    if rows.empty:
        return "No language has enough articles for topics"
    told = [
        f"{row['language']}: {row['low']:.0f}–{row['high']:.0f}"
        for _, row in rows.drop_duplicates("language").iterrows()
    ]
    return f"Defensible numbers of topics: {prose.listing(told)}"


def apart_title(levels: pd.DataFrame, language: str) -> str:
    """Title of the shares by outlet: how many topics have intervals of two outlets that do not meet."""
    known = levels.dropna(subset=["low", "high"])
    apart = sum(rows["low"].max() > rows["high"].min() for _, rows in known.groupby("topic") if len(rows) > 1)
    n = levels["topic"].nunique()
    return f"Language {language}: {prose.count(int(apart), 'topic')} of {n} have outlets whose intervals do not meet"


def months_title(months: pd.DataFrame, language: str) -> str:
    """Title of the shares over time: how many of the outlet-months hold articles enough to be read."""
    cells = months.drop_duplicates(["outlet", "month"])
    enough = int((cells["n"] >= FEW).sum())
    return f"Language {language}: {enough} of {prose.count(len(cells), 'outlet-month')} hold {FEW} articles or more"
