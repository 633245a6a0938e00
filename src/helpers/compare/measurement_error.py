"""What the fit behind the values adds to an interval: topic shares are estimated, not observed.

In: an `Estimate` from the shares of one fit, and the same contrast computed from other fits.  Out: the `Estimate`,
wider.

Method: fits on random halves of the clusters, each giving its shares to all documents, differ from one another as fits
on fresh samples of the whole size would (half-samples need no scaling: McCarthy 1969, Review of the International
Statistical Institute 37(3); Shao & Wu 1989, Annals of Statistics 17(3)).  Their variance is added to that over
clusters as in multiple imputation (Rubin 1987, Multiple Imputation for Nonresponse in Surveys, ch. 3), which is also
the idea of the method of composition (Treier & Jackman 2008, American Journal of Political Science 52(1)); there the
variance within a fit takes articles as independent, here it is the clustered one.  The two half-lengths are squared
and added, so that limits which are not symmetric, from a randomisation, stay so; those of a share on the log-odds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.special import expit, logit, ndtr, ndtri

from helpers.compare.clusters import Estimate, t_quantile, t_tail

FEWEST_FITS = 3  # below this the spread of fits is not known at all


def widened(estimate: Estimate, fits: Sequence[float]) -> Estimate:
    """The same estimate with the variance between fits in its interval, its p and its standard error.

    Parameters
    ----------
    estimate : Estimate, from the values of the fit that is reported.
    fits : the same contrast under each of M other fits, at least 3; not their own intervals.

    Raises
    ------
    ValueError
        There are fewer than three fits, or one is not finite.

    >>> estimate = Estimate(0.10, 0.06, 0.14, 0.95, 60.0, 300, 62, "CR2", p=0.001, se=0.02)
    >>> wider = widened(estimate, [0.09, 0.11, 0.10, 0.12, 0.08])
    >>> round(wider.low, 3), round(wider.high, 3), wider.method
    (0.037, 0.163, 'CR2 with 5 fits')
    """
    values = np.asarray(fits, dtype=float)
    if len(values) < FEWEST_FITS or not np.isfinite(values).all():
        raise ValueError(f"{len(values)} fits, {int(np.isfinite(values).sum())} of them finite; give {FEWEST_FITS}")
    if estimate.refused:
        return estimate
    between = float(values.var(ddof=1)) * (1 + 1 / len(values))
    reach = t_quantile((1 + estimate.level) / 2, len(values) - 1) * np.sqrt(between)
    low, high = (_further(estimate, limit, reach) for limit in (estimate.low, estimate.high))
    ratio = (high - low) / (estimate.high - estimate.low) if estimate.high > estimate.low else np.inf
    return replace(
        estimate,
        low=low,
        high=high,
        p=_weaker(estimate.p, estimate.dof, ratio),
        se=float(np.sqrt(estimate.se**2 + between)),
        method=f"{estimate.method} with {len(values)} fits",
    )


def _further(estimate: Estimate, limit: float, reach: float) -> float:
    """A limit moved out by the squared sum of its distance and `reach`; a share's on the log-odds, within 0 and 1."""
    away = float(np.sign(limit - estimate.estimate)) or 1.0
    if "logit" not in estimate.method:
        return float(estimate.estimate + away * np.hypot(limit - estimate.estimate, reach))
    middle, reach = logit(estimate.estimate), reach / (estimate.estimate * (1 - estimate.estimate))
    return float(expit(middle + away * np.hypot(logit(limit) - middle, reach)))


def _weaker(p: float, dof: float, ratio: float) -> float:
    """The p of a statistic divided by `ratio`, on the scale that it came from."""
    if not np.isfinite(p):
        return p
    if np.isfinite(dof) and dof > 0:
        # abs: below a p of about 1e-200 the quantile comes as +inf
        return float(2 * t_tail(abs(t_quantile(p / 2, dof)) / ratio, dof))
    return float(2 * ndtr(ndtri(p / 2) / ratio))
