"""Words that set two sides apart, in sentences made by rule from rows of ``keyness`` and from word shifts."""

from __future__ import annotations

import pandas as pd

from helpers.show.sentences import capital, count, listing, share
from helpers.text.languages import name_of

LEVEL = 0.05
PLAIN = 1.96  # the plain score's bound at 5 %
NAMED = 3  # words that a sentence names of each side
CARRIED = 100  # words that carry most of a difference, of which it is told whether an outlet turns their sign


def keyness_sentences(words: pd.DataFrame) -> list[str]:
    """How many words set each two sides apart, those with most first; what was refused; and what the plain score flags.

    Parameters
    ----------
    words : DataFrame
        Rows of ``keyness``.

    >>> row = {"language": "en", "side": "outlet", "target": "a", "reference": "b", "target_name": "A", "term": "pact",
    ...        "reference_name": "B", "q": 0.01, "p": 0.001, "delta": 1.0, "z_model": 3.0, "method": "permuted"}
    >>> keyness_sentences(pd.DataFrame([row]))[0]
    '- A beside B, in English: 1 of 1 word; A says more of “pact”.'
    """
    if words.empty:
        return ["No two outlets of one language have enough relevant articles to contrast their words."]
    clear, none, refused = [], [], []
    for (language, *_), rows in words.groupby(["language", "side", "target", "reference"], sort=False):
        first = rows.iloc[0]
        pair = f"{first['target_name']} beside {first['reference_name']}, in {name_of(language)}"
        if rows["method"].eq("refused").all():
            refused.append(f"{capital(pair)}: not compared, {first['note']}.")
        elif n := int((rows["q"] <= LEVEL).sum()):
            clear.append((-n, f"- {capital(pair)}: {n} of {count(len(rows), 'word')}; {_sayers(rows)}."))
        else:
            none.append(len(rows))
    sentences = [sentence for _, sentence in sorted(clear, key=lambda one: one[0])]
    tested = words[words["method"] != "refused"]
    if none:
        n = capital(count(len(none), "other pair" if clear else "pair"))
        sentences.append(f"- {n}: no word of {sum(none):,} that were tried stands out once all are counted.")
    if len(tested):
        plain = share(float((tested["z_model"].abs() > PLAIN).mean()))
        sentences.append(f"- A score that takes every word as drawn on its own would have flagged {plain} of them.")
    return sentences + [f"- {sentence}" for sentence in refused]


def _sayers(rows: pd.DataFrame) -> str:
    """Who says more of which words, the clearest first; codes of names are no words."""
    clear = rows[(rows["q"] <= LEVEL) & ~rows["term"].str.startswith("@")].sort_values(["p", "term"])
    said = []
    for side, more in (("target_name", clear["delta"] > 0), ("reference_name", clear["delta"] < 0)):
        if terms := clear.loc[more, "term"].head(NAMED).tolist():
            said.append(f"{rows.iloc[0][side]} says more of {listing([f'“{term}”' for term in terms])}")
    return "; ".join(said) or "all of them names"


def keyness_title(words: pd.DataFrame) -> str:
    """How many words set the two sides of one contrast apart."""
    one, two = words.iloc[0][["target_name", "reference_name"]]
    n = count(int((words["q"] <= LEVEL).sum()), "word")
    return f"{n} of {len(words):,} set {one} and {two} apart once all are counted"


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
