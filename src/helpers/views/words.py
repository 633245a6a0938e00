"""Tables and sentences about words, made from the ``keyness`` table and from word shifts; no number is typed."""

from __future__ import annotations

import pandas as pd

from helpers.data import tables
from helpers.data.corpus import load_corpus
from helpers.show import sentences as prose
from helpers.study import Study

LEVEL = 0.05
PLAIN = 1.96  # the plain score's bound at 5 %


def keyness_pair(keyness: pd.DataFrame) -> tuple[str, str, str]:
    """Language, target and reference of the contrast shown: the one with most words at q ≤ .05, then most tested."""
    sizes = keyness.groupby(["language", "target", "reference"], sort=False)["q"].agg(
        found=lambda q: (q <= LEVEL).sum(), tested="count"
    )
    return sizes.sort_values(["found", "tested"], ascending=False, kind="stable").index[0]


def _of_pair(keyness: pd.DataFrame) -> pd.DataFrame:
    language, one, two = keyness_pair(keyness)
    chosen = (keyness["language"] == language) & (keyness["target"] == one) & (keyness["reference"] == two)
    return keyness[chosen]


def keyness_sentences(study: Study, keyness: pd.DataFrame) -> list[str]:
    """For each contrast: words found, what the plain score would flag, and how it was judged or why not."""
    if keyness.empty:
        return ["No two outlets of one language have enough relevant articles to contrast their words."]
    sentences = []
    for (language, one, two), rows in keyness.groupby(["language", "target", "reference"], sort=False):
        pair = f"- {study.called(one)} beside {study.called(two)} ({language})"
        if rows["method"].eq("refused").all():
            sentences.append(f"{pair}: refused, {rows['note'].iloc[0]}.")
            continue
        plain = prose.share(float((rows["z_model"].abs() > PLAIN).mean()))
        ours = prose.count(int((rows["q"] <= LEVEL).sum()), "word")
        tested = prose.count(len(rows), "word")
        note = rows["note"].iloc[0]
        told = f"{tested} tested, {ours} with q at most .05; the plain score flags {plain}"
        sentences.append(f"{pair}: {told}. {note[:1].upper()}{note[1:]}.")
    return sentences


def keyness_title(study: Study, keyness: pd.DataFrame) -> str:
    """How many words set the figure's two sides apart."""
    rows = _of_pair(keyness)
    one, two = rows.iloc[0][["target", "reference"]]
    n = prose.count(int((rows["q"] <= LEVEL).sum()), "word")
    return f"{n} of {len(rows):,} set {study.called(one)} and {study.called(two)} apart at q ≤ .05"


def keyness_top(keyness: pd.DataFrame, n: int) -> pd.DataFrame:
    """The words clearest of zero on each side of the contrast shown."""
    rows = _of_pair(keyness)
    sides = [rows[rows["delta"] > 0], rows[rows["delta"] < 0]]
    return pd.concat([side.sort_values(["p", "term"]).head(n) for side in sides], ignore_index=True)


def keyness_articles(study: Study, keyness: pd.DataFrame) -> pd.DataFrame:
    """The relevant articles of the contrast shown."""
    language, *sides = keyness_pair(keyness)
    corpus = load_corpus(study, relevant_only=True)
    return corpus[corpus["outlet"].isin(_members(study, *sides)) & (corpus["language"] == language)]


def _members(study: Study, *sides: str) -> list[str]:
    """Outlets of sides that are outlets or groups."""
    groups = study.groups
    return [outlet for side in sides for outlet in groups.get(side.removeprefix("group:"), (side,))]


def keyness_plain(study: Study, keyness: pd.DataFrame, n: int) -> pd.DataFrame:
    """Words that the plain score would report and the clustered test does not: what stories and weeks explain."""
    rows = _of_pair(keyness)
    lost = rows[(rows["z_model"].abs() > PLAIN) & (rows["q"] > LEVEL)]
    lost = lost.loc[lost["z_model"].abs().sort_values(ascending=False, kind="stable").index].head(n)
    one, two = rows.iloc[0][["target", "reference"]]
    return pd.DataFrame(
        {
            "word": lost["term"], "used more by": [study.called(one if d > 0 else two) for d in lost["delta"]],
            "plain z (a comparison)": lost["z_model"], "clustered z": lost["z"], "p": lost["p"], "q": lost["q"],
        }
    )  # fmt: skip


def shift_table(study: Study, shifts: tuple[pd.DataFrame, pd.DataFrame], n: int) -> pd.DataFrame:
    """The words that carry most of the difference, each outlet's portion, and whose absence turns the sign."""
    shift, by_outlet = shifts
    top = shift.head(n)
    table = pd.DataFrame(
        {
            "word": top.index, "per 1,000, target": 1000 * top["share_target"].to_numpy(),
            "per 1,000, reference": 1000 * top["share_reference"].to_numpy(),
            "% of the divergence": 100 * top["of_all"].to_numpy(),
        }
    )  # fmt: skip
    if by_outlet.shape[1] > 1:
        portion = by_outlet.loc[top.index].div(top["part"], axis=0)
        for outlet in portion:
            table[f"% through {study.outlets[outlet].name}"] = 100 * portion[outlet].to_numpy()
    if (top["n_outlets"] > 0).any():
        named = [[study.outlets[o].name for o in turned.split()] for turned in top["turned_by"]]
        table["sign turns without"] = [prose.listing(names) if names else "none" for names in named]
    return table


def shift_sentence(study: Study, keyness: pd.DataFrame, shifts: tuple[pd.DataFrame, pd.DataFrame]) -> str:
    """How far apart the words of the contrast shown are, and how many words keep their sign whoever is left out."""
    _, one, two = keyness_pair(keyness)
    shift = shifts[0]
    apart = shift["part"].abs().sum()
    sides = f"{study.called(one)} and {study.called(two)}"
    told = f"The words of {sides} are {apart:.3f} bit apart (1 when they share none)."
    if not shift["n_outlets"].max():
        return told + " Each side is one outlet, so no outlet can be left out."
    top = shift.head(100)
    kept = int((top["kept"] == top["n_outlets"]).sum())
    return told + f" Of the {len(top)} that carry most, {kept} keep their sign whichever outlet is left out."


def context_sentences(study: Study, found: pd.DataFrame) -> list[str]:
    """That there is no text to show, where that is so."""
    if tables.read(study.processed, "passages")["text"].notna().any():
        return [] if len(found) else ["None of these words stands in a passage with text."]
    return ["This study holds counts and no text, so no word can be shown in context; its addresses lead to the pages."]


def context_table(study: Study, found: pd.DataFrame) -> pd.DataFrame:
    """Words in context as a reader sees them."""
    told = found.assign(outlet=[study.outlets[outlet].name for outlet in found["outlet"]])
    return told[["term", "outlet", "left", "keyword", "right"]]
