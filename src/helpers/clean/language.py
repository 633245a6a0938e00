"""Which of a study's languages a text is in.

Method: Lui & Baldwin (2012), langid.py, in the port py3langid; its bundled model, restricted to the
candidates.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

MIN_LETTERS = 12  # fewer letters, or Hangul and Han signs at a third of that, tell nothing
MAX_CHARACTERS = 4_000  # the start of a text is enough, and keeps the cost of a long one down


def detect(text: str, *, among: Iterable[str]) -> str | None:
    """The language of a text among candidates, None if there is too little of it to say.

    Parameters
    ----------
    text : str
    among : iterable of str
        BCP 47 codes of the languages it may be; region and script subtags are ignored.

    Returns
    -------
    str or None
        One of `among`, as given there.

    Raises
    ------
    ValueError
        No candidate, or one that the model does not know.

    >>> detect("Стороны подписали договор о сотрудничестве.", among=["en", "ru", "uk"])
    'ru'
    >>> detect("2024", among=["en", "ru"]) is None
    True
    """
    candidates = {code.split("-")[0]: code for code in among}
    start = text[:MAX_CHARACTERS]
    letters = sum(3 if "\u3041" <= c <= "\ud7a3" else 1 for c in start if c.isalpha())
    identifier = _identifier(tuple(sorted(candidates)))
    if letters < MIN_LETTERS:
        return None
    return candidates[identifier.classify(start)[0]]


@cache
def _identifier(codes: tuple[str, ...]) -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    unknown = [code for code in codes if code not in identifier.labels]
    if unknown or not codes:
        raise ValueError(
            f"language {unknown[0] if unknown else ''!r} is not one that can be told apart; use BCP 47 codes"
        )
    identifier.set_languages(list(codes))
    return identifier
