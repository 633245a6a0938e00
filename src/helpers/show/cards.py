"""Findings as cards: the level on each side before the difference, a small picture, how sure, and what it rests on.

A frame of `findings` becomes HTML that reads the same on a page, in JupyterLab and on paper; what all cards share is
said once, below them.
"""

from __future__ import annotations

import pandas as pd
from IPython.display import HTML, display

from helpers.show import sentences as prose
from helpers.show.card_words import headline, in_points, level_text, sentence, why
from helpers.show.evidence import CHECKS
from helpers.show.foreign import marked
from helpers.show.level_strip import level_strip
from helpers.show.sentences import NBSP, about, capital

SAME = (
    "Levels of two sides are of the days on which both were collected, by one rule for both; the bars are "
    f"95{NBSP}% intervals. How sure: <b>clear</b> where the difference, what was held alike and the other analyses "
    "agree; <b>hangs on choices</b> where one of these is clear of zero and another does not bear it out (on shared "
    "days it may hold zero, and over the whole period not); <b>cannot tell</b> where none is."
)
NOTHING = "No finding could be drawn from these tables: too few articles, or nobody to compare them with."


def show_cards(findings: pd.DataFrame, *, item: str = "passage") -> None:
    """Show the findings that have a place as cards.

    Parameters
    ----------
    findings : DataFrame
        The table of that name.
    item : str
        What a level is a share of: `helpers.show.units.words(…).passage`.
    """
    display(HTML(cards_html(findings, item=item)))


def cards_html(findings: pd.DataFrame, *, item: str = "passage") -> str:
    """The cards of `show_cards` as HTML.

    >>> cards_html(pd.DataFrame({"place": [0]})) == f'<p class="nothing">{NOTHING}</p>'
    True
    """
    shown = findings[findings["place"] > 0].sort_values("place")
    if shown.empty:
        return f'<p class="nothing">{NOTHING}</p>'
    cards = "\n".join(_card(row, item) for _, row in shown.iterrows())
    return f'<div class="cards">\n{cards}\n</div>\n<p class="evidence">{SAME}</p>'


def _card(row: pd.Series, item: str) -> str:
    """One finding."""
    place = "".join(f"<dt>{name}</dt><dd>{marked(text)}</dd>" for name, text in rests(row).items())
    sure = f'<strong class="{row["sure"].split()[0]}">{capital(row["sure"])}.</strong> {marked(why(row))}'
    return (
        f'<section class="card"><h3>{marked(subject(row))}</h3>\n'
        f'<p class="finding">{marked(capital(sentence(row, item)))}</p>\n{_picture(row, item)}\n'
        f'<p class="sure">{sure}</p>\n'
        f'<details class="rests"><summary>What this rests on</summary><dl>{place}</dl></details></section>'
    )


def subject(row: pd.Series) -> str:
    """What a card is about: its heading.

    >>> subject(pd.Series({"about": "difference", "measure_name": "Alliance and treaty (indicator)"}))
    'Alliance and treaty'
    >>> subject(pd.Series({"about": "attention", "measure_name": "relevant originals a day"}))
    'How much of the news it was'
    """
    if row["about"] == "attention":
        return "How much of the news it was"
    if row["about"] == "commonest":
        return "What comes first"
    return f"{capital(about(row['measure_name']))}{', around an event' if row['about'] == 'event' else ''}"


def _picture(row: pd.Series, item: str) -> str:
    """Both levels as dots with intervals."""
    names = {"event": ("after", "before"), "commonest": (about(row["group_name"]), about(row["reference_name"]))}
    one, two = names.get(row["about"], (row["group_name"], row["reference_name"]))
    sides = [
        (name, *(float(row[f"level_{side}{end}"]) for end in ("", "_low", "_high")))
        for name, side in ((one, "group"), (two, "reference"))
    ]
    return level_strip(sides, unit=row["unit"], alt=headline(row, item))


def rests(row: pd.Series) -> dict[str, str]:
    """What a finding rests on, by name: the numbers behind its sentence."""
    beside = {"Whole period": "period", "Same topic": "topic", "Same month": "month", "Kinds of outlet": "kinds"}
    lines = {"Difference": _difference(row)}
    lines |= {name: in_points(row, f"{key}_") for name, key in beside.items() if pd.notna(row[f"{key}_estimate"])}
    if row["n_universes"]:
        lines["All analyses"] = (
            f"{prose.share(row['same_sign'])} of {row['n_universes']:,}, the main one among them, agree in direction, "
            f"{prose.share(row['clear_of_zero'])} are clear of zero; so many would agree by chance in "
            f"{prose.share(row['p_joint'])} of shuffles"
        )
    elif row["about"] == "difference":
        lines["Other analyses"] = "none was run: they are run of planned comparisons"
    if pd.notna(row["q"]):
        lines["Chance"] = f"p {prose.chance(row['p'])}; q {prose.chance(row['q'])} among those asked with it"
    lines["Asked"] = "planned before the result was seen" if row["planned"] else "not planned: exploratory"
    lines["Counted"] = _counted(row)
    if row["checks"]:
        lines["Checked"] = "; ".join(CHECKS.get(state, state) for state in row["checks"].split(" and "))
    return {name: text for name, text in lines.items() if text}


def _difference(row: pd.Series) -> str:
    """The difference with its interval, in its unit."""
    if row["about"] == "attention":
        one, two = (level_text(row[f"level_{side}"], "feed") for side in ("group", "reference"))
        return f"{one} against {two}; counted, so without an interval"
    if row["unit"] == "a day":
        return f"{row['estimate']:+.2f} a day ({row['low']:+.2f} to {row['high']:+.2f})".replace("-", prose.MINUS)
    return in_points(row, "")


def _counted(row: pd.Series) -> str:
    """Items and clusters a side."""
    outlets = prose.count(int(row["n_outlets"]), "outlet")
    if row["about"] == "attention":
        return f"{row['n_group']:,} items in the fortnight and {row['n_reference']:,} on other days, of {outlets}"
    if row["about"] in ("event", "commonest"):
        return f"{row['n_group']:,} items in {row['clusters_group']:,} clusters"
    return (
        f"{row['n_group']:,} and {row['n_reference']:,} items, in {row['clusters_group']:,} and "
        f"{row['clusters_reference']:,} clusters, of {outlets}"
    )


def finding_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Differences with their levels and everything that stands beside them, a row each.

    Parameters
    ----------
    rows : DataFrame
        Rows of `findings`.
    """
    ways = {"as it leads": "", "whole period": "period_", "same topic": "topic_", "same month": "month_"}
    sides = rows["group_name"] + f" {prose.MINUS} " + rows["reference_name"]
    both = zip(rows["level_group"], rows["level_reference"], strict=True)
    shown = pd.DataFrame({"difference": rows["measure_name"].map(about) + ", " + sides})
    shown["levels"] = [f"{prose.share(one)}, {prose.share(two)}" for one, two in both]
    for name, key in ways.items():
        texts = [in_points(row, key).replace(f"{NBSP}points", "") for _, row in rows.iterrows()]
        shown[name] = [
            text if pd.notna(value) else "–" for text, value in zip(texts, rows[f"{key}estimate"], strict=True)
        ]
    shown["other analyses agree"] = [
        f"{prose.share(one.same_sign)} of {one.n_universes:,}, by chance {prose.share(one.p_joint)}"
        for one in rows.itertuples()
    ]
    shown["other analyses agree"] = shown["other analyses agree"].where(rows["n_universes"] > 0, "–")
    return shown.assign(sure=rows["sure"].to_numpy())
