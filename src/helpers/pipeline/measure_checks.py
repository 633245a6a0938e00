"""What is known about each measure: agreement of coders on frames, precision and recall of indicators.

Two things follow: a measure has a check state (`check_state`), and a gate says whether it may be compared across
languages (`Gate`).  Outlets are compared where it lets all their languages through, and within one unit (`held_back`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations

import numpy as np
import pandas as pd

from helpers.data import tables
from helpers.data.corpus import Corpus
from helpers.pipeline.names import measure_name
from helpers.study import Study
from helpers.text.languages import name_of

STATES = (("agrees", 0.8), ("tentative", 0.667))  # Krippendorff (2004, Content Analysis, ch. 11)
TOLERANCE = 0.15  # the most by which an indicator's recall or precision may differ between languages compared
ERRORS = ("precision", "recall")


def make(corpus: Corpus) -> pd.DataFrame:
    """``measure_checks``: ``frame_agreement`` and ``indicator_validity`` as rows, a quantity each."""
    agreed = corpus.table("frame_agreement").rename(columns={"frame": "measure", "alpha": "value", "n_units": "n"})
    agreed = agreed.assign(
        kind="frame", quantity="alpha", source=[f"{n} coders" for n in agreed["n_coders"]],
        measure_name=[measure_name(corpus.study, "frame", code) for code in agreed["measure"]],
    )  # fmt: skip
    return tables.stack("measure_checks", [agreed, corpus.table("indicator_validity")])


def check_state(checks: pd.DataFrame, shares: pd.DataFrame, kind: str, measure: str, languages: Iterable[str]) -> str:
    """How far a measure was checked, in the worst of its languages.

    A frame is ``corrected`` where its coders agree at least tentatively (a share corrected towards codes that people do
    not share is worth no more than these) and, in each of the languages, an outlet's share has a corrected interval.

    Parameters
    ----------
    checks, shares : DataFrame
        The tables ``measure_checks`` and ``frame_shares``.
    kind, measure : str
    languages : iterable of str

    Returns
    -------
    str : ``corrected``, ``agrees`` (the lower limit of Krippendorff's α is at least .800), ``tentative`` (.667), or
    ``described``
    """
    spoken = list(languages)
    same = (checks["kind"] == kind) & (checks["measure"] == measure) & (checks["quantity"] == "alpha")
    known = checks[same].set_index("language")["low"].reindex(spoken).astype(float)
    least = known.min(skipna=False)  # what is not known in one language is not known
    agreed = next((state for state, enough in STATES if least >= enough), "described")
    if agreed == "described":
        return agreed
    same = (shares["kind"] == kind) & (shares["measure"] == measure) & (shares["method"] == "corrected")
    return "corrected" if set(spoken) <= set(shares.loc[same & shares["low"].notna(), "language"]) else agreed


class Gate:
    """Whether measures may be compared across languages, by what is known of their errors.

    Parameters
    ----------
    checks : DataFrame
        The table ``measure_checks``.

    >>> gate = Gate(pd.DataFrame(columns=["kind", "measure", "language", "quantity", "value"]))
    >>> gate("indicator", "ALLIANCE", ("en", "ru")), gate("indicator", "ALLIANCE", ("en", "en"))
    ('precision not known in English and Russian', '')
    >>> rows = [("precision", "en", 0.9), ("recall", "en", 0.8), ("precision", "ko", 0.7), ("recall", "ko", 0.2)]
    >>> known = pd.DataFrame(rows, columns=["quantity", "language", "value"]).assign(kind="indicator", measure="A")
    >>> Gate(known)("indicator", "A", ("en", "ko"))
    'precision and recall differ between English and Korean by more than 0.15'
    """

    def __init__(self, checks: pd.DataFrame) -> None:
        known = checks[checks["quantity"].isin(ERRORS)]
        keys = known[["kind", "measure", "quantity", "language"]].itertuples(index=False, name=None)
        self._known = dict(zip(keys, known["value"], strict=True))

    def __call__(self, kind: str, measure: str, languages: tuple[str, str]) -> str:
        """Why a measure may not be compared across two languages; blank when it may.

        Its error must have been measured in both, and its recall and precision must be within `TOLERANCE`; each that is
        not is named.
        """
        if languages[0] == languages[1]:
            return ""
        unlike = []
        for quantity in ERRORS:
            values = [self._known.get((kind, measure, quantity, language), np.nan) for language in languages]
            lacking = [language for language, value in zip(languages, values, strict=True) if np.isnan(value)]
            if lacking:
                return f"{quantity} not known in {' and '.join(map(name_of, lacking))}"
            if abs(values[0] - values[1]) > TOLERANCE:
                unlike.append(quantity)
        verb = "differs" if len(unlike) == 1 else "differ"
        between = f"between {' and '.join(map(name_of, languages))} by more than {TOLERANCE}"
        return f"{' and '.join(unlike)} {verb} {between}" if unlike else ""


def held_back(study: Study, gate: Gate, kind: str, measure: str, outlets: Iterable[str]) -> str:
    """Why a measure may not be compared among some outlets; blank when it may.

    Parameters
    ----------
    study : Study
    gate : Gate
    kind, measure : str
    outlets : iterable of outlet ids
    """
    among = list(outlets)
    if said := across_units({study.outlets[key].name: study.unit_of(key) for key in among}):
        return said
    spoken = sorted({study.outlets[key].language for key in among})
    return next(filter(None, (gate(kind, measure, pair) for pair in combinations(spoken, 2))), "")


def across_units(units: Mapping[str, str]) -> str:
    """Why outlets may not be compared for the unit in which they are counted; blank when they may.

    Parameters
    ----------
    units : mapping of an outlet's name to its unit

    >>> across_units({"Herald": "headline", "Post": "paragraph"}), across_units({"Herald": "headline"})
    ('Herald is counted in headlines and Post in paragraphs, which are compared each within its own', '')
    """
    first = {unit: name for name, unit in reversed(units.items())}
    if len(first) < 2:
        return ""
    (one, name), (two, other) = sorted(first.items())
    return f"{name} is counted in {one}s and {other} in {two}s, which are compared each within its own"
