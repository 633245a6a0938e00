"""How sure one may be of a difference: one of three words, from all that was asked of it together.

In: the main estimate, what stands beside it (the whole period, the same topic, the same month) and what its universes
agree on.  Out: ``clear``, ``hangs on choices`` or ``cannot tell``, and a code for the sentence that says why.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

CLEAR, HANGS, CANNOT = "clear", "hangs on choices", "cannot tell"
SURE = (CLEAR, HANGS, CANNOT)
MOST_Q = 0.05  # of a difference among those that were asked with it
NEARLY_ALL, MOST = 0.9, 0.5  # shares of universes that agree in sign, and that are clear by themselves
MOST_BY_CHANCE = 0.05  # joint p, up to which agreement in sign says something by itself
FEWEST_CONTROLS = 2  # that have to be clear themselves where no universes were run


class Interval(NamedTuple):
    """An estimate with its limits; nan where there is none.

    >>> Interval(0.2, 0.1, 0.3).clear, Interval(0.2, -0.1, 0.3).clear, Interval(0.2).clear
    (True, False, False)
    """

    estimate: float
    low: float = math.nan
    high: float = math.nan

    @property
    def clear(self) -> bool:
        """Whether it lies on one side of zero."""
        return self.low > 0 or self.high < 0

    @property
    def known(self) -> bool:
        """Whether it has limits."""
        return not math.isnan(self.low)

    def agrees(self, main: Interval) -> bool:
        """Whether it has the sign of `main`, and is clear itself or holds what `main` says."""
        same = self.estimate * main.estimate > 0
        return same and (self.clear or self.low <= main.estimate <= self.high)


@dataclass(frozen=True)
class Universes:
    """What other analyses of one difference agree on.

    Attributes
    ----------
    n : int
        That have an estimate.
    same_sign, clear_of_zero : float
        Shares of them that agree in sign, and that have an interval on that side of zero.
    p_joint : float
        How often so many would agree in sign by chance.
    sign : float
        Of most of them.
    """

    n: int
    same_sign: float
    clear_of_zero: float
    p_joint: float
    sign: float

    @property
    def hold(self) -> bool:
        """Whether nearly all agree in sign, and chance alone would not make them: by joint p, or most by themselves."""
        beyond_chance = self.p_joint <= MOST_BY_CHANCE or self.clear_of_zero >= MOST
        return self.same_sign >= NEARLY_ALL and beyond_chance


class Verdict(NamedTuple):
    """One of `SURE`, and why."""

    sure: str
    why: str


def verdict(
    main: Interval,
    *,
    q: float,
    planned: bool,
    controls: Mapping[str, Interval],
    whole: Interval | None = None,
    whole_q: float = math.nan,
    universes: Universes | None = None,
) -> Verdict:
    """How sure a difference is, by rule.

    ``clear``: the main interval is on one side of zero, q is at most .05, every control that could be computed agrees,
    and the universes hold; where none were run, at least two controls are clear of zero themselves.
    ``hangs on choices``: the main interval is clear, but one of these fails; or it is not, and the whole period is, or
    most universes are.  ``cannot tell``: the rest.  A control without limits is missing, and counts neither way.

    Parameters
    ----------
    main : Interval
        Of the days that both sides share, by one rule.
    q : float
        Of the main estimate, in its family.
    planned : bool
        Whether it was asked before the result was seen; among unplanned ones an interval that q does not bear out is
        what chance brings, and nothing hangs on it.
    controls : mapping from code of the reason (``topic``, ``month``) to Interval
        The same difference with something held alike.
    whole, whole_q : Interval, float
        Of the whole period, each side by its own rule: told as ``window``.
    universes : Universes, optional

    >>> main = Interval(-0.2, -0.3, -0.1)
    >>> alike = {"month": main, "topic": Interval(-0.1, -0.2, -0.02)}
    >>> verdict(main, q=0.01, planned=True, controls=alike)
    Verdict(sure='clear', why='controls')
    >>> verdict(main, q=0.01, planned=True, controls=alike | {"topic": Interval(0.01, -0.1, 0.1)})
    Verdict(sure='hangs on choices', why='topic')
    >>> verdict(Interval(0.1, -0.2, 0.4), q=0.5, planned=True, controls={})
    Verdict(sure='cannot tell', why='open')
    """
    if not main.known:
        return Verdict(CANNOT, "no interval")
    known = {code: one for code, one in controls.items() if one.known}
    if whole is not None and whole.known:
        known["window"] = whole
    if not main.clear:
        return _unclear(known.get("window"), whole_q, universes)
    if not q <= MOST_Q:
        return Verdict(HANGS, "looks") if planned else Verdict(CANNOT, "looks")
    against = next((code for code, one in known.items() if not one.agrees(main)), None)
    if against:
        return Verdict(HANGS, against)
    if universes is None or not universes.n:
        enough = sum(one.clear for one in known.values()) >= FEWEST_CONTROLS
        return Verdict(CLEAR, "controls") if enough else Verdict(HANGS, "unchecked")
    if universes.sign * main.estimate < 0 or not universes.hold:
        return Verdict(HANGS, "universes")
    return Verdict(CLEAR, "all")


def _unclear(whole: Interval | None, whole_q: float, universes: Universes | None) -> Verdict:
    """Of a difference whose main interval holds zero."""
    if whole is not None and whole.clear and whole_q <= MOST_Q:
        return Verdict(HANGS, "window")
    if universes is not None and universes.n and universes.clear_of_zero >= MOST:
        return Verdict(HANGS, "universes")
    return Verdict(CANNOT, "open")


def verdict_of_change(main: Interval, *, q: float, before: Interval, step: Interval, placebo: float | None) -> Verdict:
    """How sure a change around an event is, by rule.

    ``clear``: its interval is on one side of zero, q is at most .05, the slope before holds zero, the step on the day
    beside that slope has the same sign and is clear itself, and at most one quiet date in twenty changes as much.

    Parameters
    ----------
    main : Interval
    q : float
        Among the measures around the event.
    before : Interval
        The slope before the event.
    step : Interval
        The jump on the day in a regression with slopes; without limits where it could not be computed.
    placebo : float, optional
        p among quiet dates; None where there are too few to say.

    >>> change = Interval(0.2, 0.1, 0.3)
    >>> step = Interval(0.1, 0.02, 0.2)
    >>> verdict_of_change(change, q=0.01, before=Interval(0.0, -0.1, 0.1), step=step, placebo=0.04)
    Verdict(sure='clear', why='quiet dates')
    >>> verdict_of_change(change, q=0.01, before=Interval(0.1, 0.05, 0.2), step=step, placebo=0.04)
    Verdict(sure='hangs on choices', why='under way')
    >>> verdict_of_change(change, q=0.01, before=Interval(0.0, -0.1, 0.1), step=Interval(0.1, -0.1, 0.3), placebo=0.04)
    Verdict(sure='hangs on choices', why='trend')
    """
    if not main.known:
        return Verdict(CANNOT, "no interval")
    if not main.clear:
        return Verdict(CANNOT, "open")
    if not q <= MOST_Q:
        return Verdict(CANNOT, "looks")
    if before.clear:
        return Verdict(HANGS, "under way")
    if step.known and (step.estimate * main.estimate < 0 or not step.clear):
        return Verdict(HANGS, "trend")
    if placebo is not None and placebo > MOST_Q:
        return Verdict(HANGS, "quiet dates")
    if placebo is None or not (before.known and step.known):
        return Verdict(HANGS, "unchecked")
    return Verdict(CLEAR, "quiet dates")
