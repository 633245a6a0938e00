"""Words that set two sides apart, in sentences made by rule from rows of ``keyness`` and from word shifts."""

from __future__ import annotations

import pandas as pd

from helpers.show.sentences import count, share

LEVEL = 0.05
PLAIN = 1.96  # the plain score's bound at 5 %
CARRIED = 100  # words that carry most of a difference, of which it is told whether an outlet turns their sign


def keyness_sentences(words: pd.DataFrame) -> list[str]:
    """For each contrast: words found, what the plain score would flag, and how it was judged or why not.

    Parameters
    ----------
    words : DataFrame
        Rows of ``keyness``.

    >>> row = {"language": "en", "side": "outlet", "target": "a", "reference": "b", "target_name": "A",
    ...        "reference_name": "B", "q": 0.01, "z_model": 3.0, "method": "permuted", "note": "9 arrangements"}
    >>> keyness_sentences(pd.DataFrame([row]))
    ['- A beside B (en): 1 word tested, 1 word with q at most .05; the plain score flags 100 %. 9 arrangements.']
    """
    if words.empty:
        return ["No two outlets of one language have enough relevant articles to contrast their words."]
    sentences = []
    for (language, *_), rows in words.groupby(["language", "side", "target", "reference"], sort=False):
        first = rows.iloc[0]
        pair = f"- {first['target_name']} beside {first['reference_name']} ({language})"
        if rows["method"].eq("refused").all():
            sentences.append(f"{pair}: refused, {first['note']}.")
            continue
        plain = share(float((rows["z_model"].abs() > PLAIN).mean()))
        ours, tested = count(int((rows["q"] <= LEVEL).sum()), "word"), count(len(rows), "word")
        note = f"{first['note'][:1].upper()}{first['note'][1:]}"
        sentences.append(f"{pair}: {tested} tested, {ours} with q at most .05; the plain score flags {plain}. {note}.")
    return sentences


def keyness_title(words: pd.DataFrame) -> str:
    """How many words set the two sides of one contrast apart."""
    one, two = words.iloc[0][["target_name", "reference_name"]]
    n = count(int((words["q"] <= LEVEL).sum()), "word")
    return f"{n} of {len(words):,} set {one} and {two} apart at q ≤ .05"


def shift_sentence(shift: pd.DataFrame, *, target: str, reference: str) -> str:
    """How far apart the words of two sides are, and how many words keep their sign whoever is left out.

    Parameters
    ----------
    shift : DataFrame
        As from `helpers.compare.word_shift`, the largest parts first.
    target, reference : str
        What the sides are called.

    >>> shift = pd.DataFrame({"part": [0.25, -0.25], "n_outlets": 0, "kept": 0}, index=["a", "b"])
    >>> shift_sentence(shift, target="KCNA", reference="the White House")[:73]
    'The words of KCNA and the White House are 0.500 bit apart (1 when they sh'
    """
    apart = shift["part"].abs().sum()
    sentence = f"The words of {target} and {reference} are {apart:.3f} bit apart (1 when they share none)."
    if not shift["n_outlets"].max():
        return sentence + " Each side is one outlet, so no outlet can be left out."
    top = shift.head(CARRIED)
    kept = int((top["kept"] == top["n_outlets"]).sum())
    return sentence + f" Of the {len(top)} that carry most, {kept} keep their sign whichever outlet is left out."
