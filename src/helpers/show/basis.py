"""What every figure of a page rests on, said once and folded: losses, gaps, check states, source, codebook."""

from __future__ import annotations

import pandas as pd
from IPython.display import HTML, display

from helpers.show import sentences as prose
from helpers.show.evidence import CHECKS, caption, evidence_of
from helpers.show.plain import in_line
from helpers.show.units import words

KEPT, COLLECT = "kept", "collect"  # of the ledger: nothing was lost, and the step before there are articles
UNDATED = "undated"  # analysed, but on no day
ELSEWHERE = "09-robustness tries other defensible analyses; where a figure says nothing of them, none was tried on it"


def rests_on(
    articles: pd.DataFrame,
    ledger: pd.DataFrame,
    volume: pd.DataFrame,
    *,
    source: str,
    codebook: str = "",
    unit: str = "",
) -> None:
    """Show, folded, what all figures of a page share; the page may show no figure without it.

    Parameters
    ----------
    articles : DataFrame
        The articles (or items) that the page is about: ``outlet``, ``outlet_name``, ``language``, ``day`` or ``month``,
        and, for articles, ``is_original``.
    ledger : DataFrame
        ``stage``, ``outcome``: where everything else went.
    volume : DataFrame
        ``outlet``, ``outlet_name``, ``observed``, an outlet-month a row: where collection worked.
    source : str
        Which study this is.
    codebook : str
        Version of the codebook, where the page shows coded frames.
    unit : str
        ``item`` for what was collected, before copies are told apart.
    """
    if articles.empty:
        prose.say(f"There is no {unit or 'article'} to show.")
        return
    note = words(articles).note
    lines = {
        **({"Unit": note[0].upper() + note[1:]} if note else {}),
        "Outlets": prose.listing(articles["outlet_name"].unique()),
        "Left out": exclusions(ledger, unit=unit),
        "Not collected": gaps(volume, articles["outlet"].unique()),
        "Check states": "; ".join(f"{state}: {meaning}" for state, meaning in CHECKS.items()),
        "Other analyses": ELSEWHERE,
        **({"Codebook": codebook} if codebook else {}),
        "Source": source,
    }
    listed = "".join(f"<dt>{name}</dt><dd>{in_line(text)}.</dd>" for name, text in lines.items())
    summary = in_line(caption(evidence_of(articles, unit=unit)).split(". ")[0])
    display(HTML(f'<details class="basis"><summary>This page rests on {summary}</summary><dl>{listed}</dl></details>'))


def exclusions(ledger: pd.DataFrame, *, unit: str = "") -> str:
    """What was lost before analysis, by reason.

    >>> exclusions(pd.DataFrame({"stage": "clean", "outcome": ["kept", "no_text", "no_text"]}))
    '2 no text'
    """
    stages = ledger["stage"] == COLLECT if unit == "item" else ledger["stage"] != COLLECT
    lost = ledger.loc[~ledger["outcome"].isin([KEPT, UNDATED]) & stages, "outcome"].value_counts()
    return ", ".join(f"{n:,} {reason.replace('_', ' ')}" for reason, n in sorted(lost.items())) or "nothing"


def gaps(volume: pd.DataFrame, outlets: object) -> str:
    """The share of the outlets' months in which nothing was collected: what a figure cannot know.

    >>> rows = pd.DataFrame({"outlet": "kcna", "outlet_name": "KCNA", "observed": [True, True, True, False]})
    >>> gaps(rows, ["kcna"])
    '25\xa0% of outlet-months (KCNA 25\xa0%)'
    """
    shown = volume[volume["outlet"].isin(list(outlets))]
    missing = 1 - shown.groupby("outlet_name", sort=False)["observed"].mean()
    listed = ", ".join(f"{name} {prose.share(value)}" for name, value in missing.items() if value > 0)
    return f"{prose.share(1 - shown['observed'].mean())} of outlet-months" + (f" ({listed})" if listed else "")
