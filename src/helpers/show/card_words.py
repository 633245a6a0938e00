"""The words of a card: levels as a reader says them, what was found in a sentence, and why one may trust it how far."""

from __future__ import annotations

import math

import pandas as pd

from helpers.show import sentences as prose
from helpers.show.sentences import NBSP, about, capital, interval
from helpers.text.languages import name_of

SMALL = 0.3  # a share below it is told as one in so many, above as so many in ten
NEARLY_ALL = 0.95
NEARLY_EQUAL = 1.2  # times: two shares a point apart that are told as one


def parts(value: float) -> tuple[int, int]:
    """A share as so many in so many; (0, 0) for none, (1, 1) for nearly all.

    >>> parts(0.241), parts(0.052), parts(0.0003), parts(0.36), parts(0.0), parts(0.99)
    ((1, 4), (1, 19), (1, 3300), (4, 10), (0, 0), (1, 1))
    """
    if value <= 0:
        return 0, 0
    if value >= NEARLY_ALL:
        return 1, 1
    if value >= SMALL:
        return round(10 * value), 10
    n = 1 / value
    return 1, int(round(n, 0 if n < 100 else 1 - math.floor(math.log10(n))))


def in_words(value: float, item: str = "") -> str:
    """A share in words: of items where they are named, else of what was named before.

    >>> [in_words(value, "item").replace(NBSP, " ") for value in (0.241, 0.36, 0.0)]
    ['1 item in 4', '4 items in 10', 'no item']
    >>> in_words(0.052).replace(NBSP, " "), in_words(0.0)
    ('1 in 19', 'none')
    """
    n, of = parts(value)
    if not of:
        return f"no {item}" if item else "none"
    if of == 1:
        return f"nearly every {item or 'one'}"
    noun = f" {item}{'s' if n > 1 else ''}" if item else ""
    return f"{n}{noun} in{NBSP}{of:,}"


def level_text(value: float, unit: str) -> str:
    """A level as a number, in its unit.

    >>> level_text(0.241, "share").replace(NBSP, " "), level_text(0.0106, "feed"), level_text(2.345, "a day")
    ('24 %', '10.6 in 1,000', '2.3 a day')
    """
    if unit == "feed":
        return f"{1000 * value:.1f} in 1,000"
    return f"{value:.1f} a day" if unit == "a day" else prose.share(value)


def in_points(row: pd.Series, key: str) -> str:
    """A difference of shares with its interval as it is, in points; `key` before the names of its columns.

    >>> row = pd.Series({"low": -0.191, "high": 0.015, "estimate": -0.08})
    >>> in_points(row, "").replace(NBSP, " ").replace(prose.MINUS, "-")
    '-8.0 points (-19.1 to +1.5)'
    """
    estimate, low, high = (row[f"{key}{end}"] for end in ("estimate", "low", "high"))
    ends = "too few for an interval" if pd.isna(low) else interval(low, high)
    return f"{prose.points(estimate)} ({ends})"


def headline(row: pd.Series, item: str = "passage") -> str:
    """What was found in one sentence, both levels before any difference.

    Parameters
    ----------
    row : Series
        A row of `findings` with its levels.
    item : str
        What a level is a share of.

    >>> row = pd.Series({"about": "difference", "unit": "share", "measure_name": "Alliance (indicator)",
    ...                  "group_name": "KCNA", "reference_name": "the White House", "level_group": 0.36,
    ...                  "level_reference": 0.01})
    >>> headline(row).replace(NBSP, " ")
    'Alliance: 4 passages in 10 at KCNA, 1 in 100 at the White House.'
    >>> headline(pd.Series({**row, "level_reference": 0.36})).replace(NBSP, " ")
    'Alliance: about 4 passages in 10 both at KCNA and at the White House.'
    >>> headline(pd.Series({**row, "level_group": 0.127, "level_reference": 0.115})).replace(NBSP, " ")
    'Alliance: about 1 passage in 8 both at KCNA and at the White House.'
    """
    prefix = f"{capital(about(row['measure_name']))}: " if row["about"] == "difference" else ""
    return prefix + sentence(row, item)


def sentence(row: pd.Series, item: str = "passage") -> str:
    """A finding's sentence below its heading, which names the measure already; as in `headline`."""
    one, two = row["level_group"], row["level_reference"]
    words = (level_text(one, "a day"), level_text(two, "a day")) if row["unit"] == "a day" else (
        in_words(one, "item" if row["unit"] == "feed" else item), in_words(two))  # fmt: skip
    alike = row["unit"] != "a day" and about_equal(one, two)
    if alike:
        words = (in_words((one + two) / 2, "item" if row["unit"] == "feed" else item),)
    at_one, at_two = (inside(row[f"{side}_name"]) for side in ("group", "reference"))
    if row["about"] == "attention":
        since = prose.day(pd.Timestamp(row["event_day"]))
        both = f"{words[0]} was about the two states; on other days {words[1]}"
        return f"In the two weeks from {since}, {both}. They began with this: {row['event_name']}."
    if row["about"] == "commonest":
        first, second = (about(row[f"{side}_name"]) for side in ("group", "reference"))
        spoken = name_of(row["language"])
        return f"In {spoken}, words of “{first}” stand in {words[0]}; next comes “{second}”, in {words[1]}."
    if row["about"] == "event":
        days = f"in the {row['window_days']} days from the event on"
        level = f"about {words[0]} both {days} and before" if alike else f"{words[0]} {days}, {words[1]} before"
        return f"At {at_one} {level}: {row['event_name']}."
    if alike:
        return f"about {words[0]} both at {at_one} and at {at_two}."
    return f"{words[0]} at {at_one}, {words[1]} at {at_two}."


def about_equal(one: float, two: float) -> bool:
    """Whether two shares are told as one: the same in words, or a point apart and nearly as large.

    >>> about_equal(0.127, 0.115), about_equal(0.02, 0.01), about_equal(0.44, 0.14), about_equal(0.0, 0.0)
    (True, False, False, True)
    """
    if parts(one) == parts(two):
        return True
    return abs(round(100 * one) - round(100 * two)) <= 1 and max(one, two) <= NEARLY_EQUAL * min(one, two)


def inside(name: str) -> str:
    """A name as it stands inside a sentence.

    >>> inside("The White House"), inside("KCNA"), inside("Theatre Weekly")
    ('the White House', 'KCNA', 'Theatre Weekly')
    """
    return f"the {name[4:]}" if name.startswith("The ") else name


def why(row: pd.Series) -> str:
    """Why a finding is as sure as it is: one sentence by its code.

    >>> why(pd.Series({"why": "topic", "about": "difference"}))
    'Among articles of one main topic it is gone, or much smaller.'
    """
    code, clear = row["why"], row["sure"] == "clear" if "sure" in row else False
    match code:
        case "all":
            return (
                f"{prose.share(row['same_sign'])} of {row['n_universes']:,} other analyses agree in direction; so do "
                "the whole period and what could be held alike."
            )
        case "universes":
            agree = f"{prose.share(row['same_sign'])} of {row['n_universes']:,} agree in direction"
            return f"Other fair analyses do not bear it out: {agree}, {prose.share(row['clear_of_zero'])} are clear."
        case "open":
            return _open(row)
        case "looks" if row["planned"]:
            return "Its own interval is clear of zero, but not once all planned comparisons are counted together."
        case "window" if not (row["low"] > 0 or row["high"] < 0):
            return (
                f"Over the whole period, each by its own rule, it is clear: {in_points(row, 'period_')}. On the days "
                "that both share it cannot be told from none."
            )
        case "quiet dates" if clear:
            return "It stands beside what was changing before, and hardly any quiet date changes as much."
        case "lists":
            return (
                "Both lists of words were checked against coders." if clear
                else "The gap is clear, but no two lists of words catch equally much, and how each errs is not known."
            )  # fmt: skip
        case "counted":
            outlets = f"{round(row['same_sign'] * row['n_outlets']):,} of {row['n_outlets']:,} outlets"
            return f"Counted, not estimated: more than usual in {outlets}, and no other fortnight had as much."
        case _:
            return WHY.get(code, capital(f"{code}."))


WHY = {
    "controls": "It stays over the whole period, and where topic and month are held alike.",
    "topic": "Among articles of one main topic it is gone, or much smaller.",
    "month": "Among articles of one month it is gone, or much smaller.",
    "window": "Over the whole period, each side by its own rule, it is another.",
    "looks": "Among so many that were asked, an interval like this comes by chance.",
    "unchecked": "Too few articles to ask whether it stays with topic, month or other dates held alike.",
    "no interval": "Too few articles or weeks for an interval.",
    "no overlap": "The two sides share no day.",
    "held back": "The measure may not be compared between these sides.",
    "quiet dates": "Quiet dates change as much.",
    "under way": "Something was under way before the event.",
    "trend": "Beside what was changing before, the step on the day cannot be told from none, or has the other sign.",
    "elsewhere": "Another fortnight, away from any event, had as much.",
    "outlets": "Not in nearly all of the outlets.",
    "usual": "It is less than three times what is usual.",
}


def _open(row: pd.Series) -> str:
    """How much an interval that holds zero leaves open."""
    if row["unit"] == "a day":
        return f"The change lies anywhere from {interval(row['low'], row['high'], scale=1)} a day."
    return f"The difference lies anywhere from {interval(row['low'], row['high'])}{NBSP}points."
