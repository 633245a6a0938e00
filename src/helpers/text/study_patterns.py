"""Regular expressions that a study gives, each search bounded in time: repetitions of repetitions could go on for ever.

The engine is that of the package regex: the syntax of Python's own with lookaround, back references and Unicode's
letters, which engines of linear time such as RE2 lack, and with a limit of time that Python's own lacks.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

import regex

SECONDS = 2.0  # for one search; a pattern that was thought through takes a thousandth of that
TRIES = 3  # searches of a pattern that may take too long before it is given up


class PatternError(ValueError):
    """No regular expression; the message says why."""


class PatternTooSlow(ValueError):
    """A search took too long; the message names the pattern."""


@lru_cache(256)  # an item's title makes a pattern of its own
def compiled(pattern: str) -> regex.Pattern[str]:
    """A pattern, made once.

    Raises
    ------
    PatternError
    """
    try:
        return regex.compile(pattern, cache_pattern=False)
    except regex.error as error:
        raise PatternError(str(error)) from None


class StudyPatterns:
    """Searches with a study's patterns; one that took too long `TRIES` times is not tried again.

    Parameters
    ----------
    seconds : float, optional
        For one search; `SECONDS` if not given.

    Attributes
    ----------
    slow : list of str
        What is to be told of searches of `fits` that took too long; whoever tells it empties it.

    >>> patterns = StudyPatterns(seconds=0.2)
    >>> patterns.replaced(r"\\bKapi\\w+:\\s", "", "Kapitän: Rain fell.")
    'Rain fell.'
    >>> patterns.replaced(r"(\\w+\\s*)+\\d", "", "rain " * 2000)
    Traceback (most recent call last):
    ...
    helpers.text.study_patterns.PatternTooSlow: pattern (\\w+\\s*)+\\d takes longer than 0.2 s; take out ...
    """

    def __init__(self, *, seconds: float | None = None) -> None:
        self._seconds = SECONDS if seconds is None else seconds
        self._times: Counter[str] = Counter()
        self.slow: list[str] = []

    def replaced(self, pattern: str, by: str, text: str, *, of: str = "") -> str:
        """The text with every match replaced.

        Parameters
        ----------
        of : str
            The pattern under which too slow searches are counted, where `pattern` was made of it.

        Raises
        ------
        PatternTooSlow
        """
        name = of or pattern
        self._check(name)
        try:
            return compiled(pattern).sub(by, text, timeout=self._seconds)
        except TimeoutError:
            raise self._too_slow(name) from None

    def fits(self, pattern: str, text: str) -> bool:
        """Whether all of a text is a match; no where that takes too long, which `slow` then tells."""
        try:
            self._check(pattern)
            return compiled(pattern).fullmatch(text, timeout=self._seconds) is not None
        except TimeoutError:
            self.slow.append(str(self._too_slow(pattern)))
        except PatternTooSlow as error:
            self.slow.append(str(error))
        return False

    def _check(self, pattern: str) -> None:
        if self._times[pattern] >= TRIES:
            raise PatternTooSlow(f"pattern {pattern} took too long {TRIES} times before and was not tried again")

    def _too_slow(self, pattern: str) -> PatternTooSlow:
        self._times[pattern] += 1
        return PatternTooSlow(
            f"pattern {pattern} takes longer than {self._seconds:g} s; take out what repeats inside a repetition"
        )
