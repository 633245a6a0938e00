"""Whether words that unrelated articles share say something of them, or are the site's.

"The two towns remain at war." stands under many stories of an agency, and is text: its telling words come back in the
rest of these stories.  "Sign up for our letter." does not bear on anything.  Own rule; `docs/methods.md` has what was
measured.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache, lru_cache

from helpers.text.languages import pieces

BEARING = 0.25  # of a run's uncommon words stand in the rest of an article that it is about, or
OF_ALL = 0.5  # more than so many of all its words, function words apart: it is about what everything here is about
COMMON = 0.3  # of articles: a word in more of them, the run apart, is common
SAMPLED = 200  # articles by which words are common
MOST_READ = 40  # articles that the bearing of words is judged by

_WORD = re.compile(r"[^\W\d_]+")
_SIGNS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_HANGUL = re.compile(r"[\uac00-\ud7af]")


def belongs(run: str, articles: Sequence[str], others: Sequence[str]) -> bool:
    """Whether a run of words is text: it bears on the articles that hold it, or has too few words that could.

    Parameters
    ----------
    run : str
    articles, others : sequences of str
        Those that hold the run, and all of the outlet; of many, some are read.

    >>> letter = "Sign up for our letter."
    >>> stories = [f"Shells fell on {town}. {letter}" for town in ("Quay", "Pier", "Moor")]
    >>> belongs(letter, stories, stories), belongs("And so it is.", stories, stories)
    (False, True)
    """
    read = articles[:: max(1, len(articles) // MOST_READ)]
    uncommon, of_all = bearing(run, read, others[:: max(1, len(others) // SAMPLED)])
    return not uncommon < BEARING or of_all > OF_ALL


def bearing(run: str, articles: Sequence[str], others: Sequence[str] = ()) -> tuple[float, float]:
    """The share of a run's words that stand in the rest of the articles that hold it.

    Parameters
    ----------
    run : str
    articles, others : sequences of str
        Those that hold the run, and a sample of all, by which a word is common.

    Returns
    -------
    (float, float)
        Of its uncommon words, and of all but function words; nan where it has none.

    >>> war = "The two towns remain at war."
    >>> bearing(war, [f"{war} Shells fell on both towns.", f"Envoys of both towns remain. {war}"])
    (0.75, 0.75)
    """
    words = _stems(run) - _function_stems()
    sample = [_stems(text.replace(run, " ")) for text in others]
    uncommon = [stem for stem in words if sum(stem in one for one in sample) <= COMMON * len(sample)]
    rests = [_stems(text.replace(run, " ")) for text in articles]
    return _held(uncommon, rests), _held(words, rests)


def _held(words: Collection[str], rests: Sequence[frozenset[str]]) -> float:
    """Mean share of the words that a rest holds."""
    pairs = len(words) * len(rests)
    return sum(word in rest for rest in rests for word in words) / pairs if pairs else float("nan")


@lru_cache(maxsize=2 * SAMPLED)
def _stems(text: str) -> frozenset[str]:
    """Words of four letters or more, cut to what endings leave alone; Chinese and Japanese signs two by two."""
    signs = "".join(_SIGNS.findall(text))
    words = (word for word in _WORD.findall(_SIGNS.sub(" ", text.casefold())))
    stems = (word[:2] if _HANGUL.match(word) else word[:5] for word in words if len(word) > 3 or _HANGUL.match(word))
    return frozenset([*stems, *(signs[i : i + 2] for i in range(len(signs) - 1))])


@cache
def _function_stems() -> frozenset[str]:
    return _stems(" ".join(pieces("words", "stop")))
