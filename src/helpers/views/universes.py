"""What the universes agree on, as tables and sentences that a reader sees; no number in them is typed."""

from __future__ import annotations

import json
from itertools import combinations

import numpy as np
import pandas as pd

from helpers.compare.multiverse import FAILED, choices_of, summarise
from helpers.data import tables
from helpers.pipeline.multiverse import CLASSIFIER, KEYS
from helpers.pipeline.topic_multiverse import AGAIN
from helpers.show import sentences as prose
from helpers.study import Study
from helpers.study.universes import CHOICES, declared
from helpers.views.measures import name_of
from helpers.views.results import sides
from helpers.views.topics import named

NEARLY_ALL, MOST = 0.9, 0.5  # shares of universes by which a finding is worded
WORDS = {
    "measure": "way of counting",
    "min_documents": "fewest articles a term",
    "min_passages": "fewest passages",
    "n_topics": "number of topics",
    "stop_words": "stop words",
}  # what a choice is called where its name would not do


def unpacked(universes: pd.DataFrame) -> pd.DataFrame:
    """Universes with a column for each choice, estimate and limits brought to the spread of the main measure."""
    choices = pd.DataFrame([json.loads(text) for text in universes["universe"]], index=universes.index)
    columns = ["estimate", "low", "high"]
    told = universes.assign(**{name: universes[name] * universes["scale"] for name in columns})
    return pd.concat([told, choices.astype(object).where(choices.notna(), "–")], axis=1)


def all_universes(study: Study) -> pd.DataFrame:
    """Everything that was varied, indicators and topics."""
    return tables.read(study.processed, "universes")


def planned(study: Study) -> str:
    """Whether the comparisons of indicators stand in a plan."""
    return "exploratory" if study.plan is None else "planned"


def called(choice: str) -> str:
    """A choice in words."""
    return WORDS.get(choice, choice)


def in_order(study: Study, universes: pd.DataFrame) -> pd.DataFrame:
    """The universes of indicators, comparisons in the order of the plan."""
    rows = universes[~universes["quantity"].str.startswith("topic:")]
    if study.plan is None:
        return rows
    place = {(c.quantity, *pair): n for n, c in enumerate(study.plan.comparisons) for pair in combinations(c.groups, 2)}
    order = [place.get(keys, len(place)) for keys in rows[KEYS].itertuples(index=False, name=None)]
    return rows.iloc[np.argsort(order, kind="stable")]


def universe_choices(study: Study, kind: str, universes: pd.DataFrame) -> pd.DataFrame:
    """The declared choices of one grid, the main option first, why each option is fair, and what changes nothing here.

    Parameters
    ----------
    study : Study
    kind : 'indicators' or 'topics'
    universes : DataFrame
        The rows of ``universes`` of that kind: an option that none of them has was left out as the same analysis.
    """
    used: dict[str, set] = {name: set() for name in CHOICES[kind]}
    for text in universes["universe"].unique():
        for name, option in json.loads(text).items():
            used[name].add(option)
    rows = []
    for name, options in declared(kind, study.universes, study.analysis).items():
        if not used[name] and name == "threshold":
            continue
        shown = sorted({*options, *used[name]}, key=lambda o, first=options[0]: (o != first, str(o).zfill(12)))
        reasons = CHOICES[kind][name].options
        told = [f"{option}: {reasons[option]}" if option in reasons else str(option) for option in shown]
        idle = [str(option) for option in options if used[name] and option not in used[name]]
        rows.append(
            {
                "choice": called(name),
                "why it is open": CHOICES[kind][name].why,
                "options, the main one first": "; ".join(told),
                "changes nothing here": ", ".join(idle) or "–",
            }
        )
    return pd.DataFrame(rows)


def threshold_sentence(universes: pd.DataFrame) -> str:
    """Whether any measure has a threshold that could be chosen otherwise."""
    n = universes.loc[universes["quantity"].str.startswith(CLASSIFIER), "quantity"].nunique()
    if n:
        return f"{prose.count(n, 'measure')} of a classifier {'is' if n == 1 else 'are'} tried at several thresholds."
    return "No measure here comes from a classifier, so there is no threshold to vary."


def universe_counts(universes: pd.DataFrame) -> str:
    """How many universes there are, and how many of them were refused or failed."""
    if universes.empty:
        return "No comparison can be estimated here, so there are no universes."
    n, comparisons = len(universes), universes[KEYS].drop_duplicates()
    refused = int(universes["low"].isna().sum())
    failed = universes["note"].str.startswith(FAILED)
    told = [f"{prose.count(n, 'universe')} over {prose.count(len(comparisons), 'comparison')}.",
            f"{refused:,} without interval."]  # fmt: skip
    if failed.any():
        told.append(f"{int(failed.sum()):,} failed, the first so: {universes.loc[failed, 'note'].iloc[0]}.")
    return " ".join(told)


def universe_summary(study: Study, universes: pd.DataFrame) -> pd.DataFrame:
    """For each comparison: how many universes agree, and which choice moves the answer most."""
    rows = []
    for (quantity, group, reference), part in unpacked(in_order(study, universes)).groupby(KEYS, sort=False):
        if part["estimate"].isna().all():
            continue
        found = _found(part)
        rows.append(
            {
                "measure": name_of(study, quantity),
                "outlets": f"{study.outlets[group].name} {prose.MINUS} {study.outlets[reference].name}",
                "plan": planned(study),
                "main": 100 * float(part.loc[part["main"], "estimate"].mean()),
                "median (range)": _spread(found),
                "universes (refused)": f"{found['n_universes']} ({prose.share(found['refused'])})",
                "same sign": prose.share(found["same_sign"]),
                "clear of zero": prose.share(found["clear_of_zero"]),
                "moved most by (share of variance)": _moved(found["by_choice"]),
            }
        )
    columns = ["measure", "outlets", "plan", "main", "median (range)", "universes (refused)", "same sign",
               "clear of zero", "moved most by (share of variance)"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _spread(found: dict[str, object]) -> str:
    """Median of the universes in points, with the smallest and the largest."""
    median, least, most = (f"{100 * found[name]:+.1f}" for name in ("median", "least", "most"))
    return f"{median} ({least} to {most})".replace("-", prose.MINUS)


def _found(part: pd.DataFrame) -> dict[str, object]:
    """`summarise` of one comparison's universes over the choices that vary."""
    names = [name for name in part.columns if name in CHOICES["indicators"] or name in CHOICES["topics"]]
    return summarise(part, choices=choices_of(part[names]))


def _moved(effects: pd.DataFrame) -> str:
    if effects.empty:
        return "–"
    first = effects.iloc[0]
    return f"{called(effects.index[0])} ({prose.share(first['variance_share'])})"


def effect_table(study: Study, universes: pd.DataFrame) -> pd.DataFrame:
    """Largest swing of each choice in each comparison, in points: one row a comparison, one column a choice."""
    rows = []
    for (quantity, group, reference), part in unpacked(in_order(study, universes)).groupby(KEYS, sort=False):
        if part["estimate"].isna().all():
            continue
        effects = _found(part)["by_choice"]
        pair = f"{study.outlets[group].name} − {study.outlets[reference].name}"
        rows.append(
            {"measure": name_of(study, quantity), "outlets": pair}
            | {called(name): 100 * float(row["swing"]) for name, row in effects.iterrows()}
        )
    return pd.DataFrame(rows, columns=None if rows else ["measure", "outlets"])


def choice_sentences(study: Study, universes: pd.DataFrame) -> list[str]:
    """Which choice matters most, comparison by comparison, in words."""
    sentences = []
    for (quantity, *_), part in unpacked(in_order(study, universes)).groupby(KEYS, sort=False):
        if part["estimate"].isna().all():
            continue
        effects = _found(part)["by_choice"]
        pair = sides(study, part.iloc[0])
        told = f"- {name_of(study, quantity)}, {pair['group']} beside {pair['reference']}: "
        if effects.empty:
            sentences.append(told + "no choice moves it.")
            continue
        first, rest = effects.iloc[0], 1 - effects["variance_share"].sum()
        sentences.append(
            f"{told}{called(effects.index[0])} matters most; from *{first['lowest']}* to *{first['highest']}* the "
            f"difference rises by {prose.points(first['swing'], sign=False)}, all else alike "
            f"({prose.share(first['variance_share'])} of the variance; {prose.share(max(rest, 0.0))} lies in choices "
            "together)."
        )
    return sentences


def first_comparison(study: Study, universes: pd.DataFrame) -> pd.DataFrame:
    """The universes of the first comparison of the plan that has an estimate."""
    universes = in_order(study, universes)
    known = universes[universes["estimate"].notna()]
    first = (known if len(known) else universes).iloc[0][KEYS]
    return universes[(universes[KEYS] == first).all(axis=1)]


def robustness(universes: pd.DataFrame) -> str:
    """``87 % of 64 universes agree in sign`` for one comparison."""
    found = summarise(universes, choices=[])
    n = found["n_universes"] - found["n_missing"]
    return f"{prose.share(found['same_sign'])} of {n} universes agree in sign"


def curve_title(study: Study, universes: pd.DataFrame) -> str:
    """One comparison's robustness as a figure's title."""
    row = universes.iloc[0]
    pair = sides(study, row)
    return f"{name_of(study, row['quantity'])}, {pair['group']} beside {pair['reference']}: {robustness(universes)}"


def curves_title(study: Study, universes: pd.DataFrame) -> str:
    """How many comparisons keep their sign in nearly every universe, as a figure's title."""
    parts = [part for _, part in universes.groupby(KEYS, sort=False) if part["estimate"].notna().any()]
    kept = sum(summarise(part, choices=[])["same_sign"] >= NEARLY_ALL for part in parts)
    return (
        f"{kept} of {prose.count(len(parts), f'{planned(study)} comparison')} keep their sign in "
        f"{prose.share(NEARLY_ALL)} of the universes or more"
    )


def robustness_findings(study: Study, universes: pd.DataFrame) -> list[str]:
    """One sentence a comparison, and one on topics where they were varied, by rule."""
    sentences = []
    for (quantity, *_), part in in_order(study, universes).groupby(KEYS, sort=False):
        if part["estimate"].isna().all():
            continue
        pair, found = sides(study, part.iloc[0]), summarise(part, choices=[])
        clear, refused = prose.share(found["clear_of_zero"]), prose.share(found["refused"])
        main = part.loc[part["main"], "estimate"]
        turned = len(main) and main.notna().all() and np.sign(main.iloc[0]) != found["sign"]
        sentences.append(
            f"- {name_of(study, quantity)}, {pair['group']} beside {pair['reference']} ({planned(study)}): "
            f"{_verdict(found)}; {robustness(part)}, {clear} with an interval clear of zero, {refused} refused"
            f"{'; the main analysis has the other sign' if turned else ''}."
        )
    sentences = sentences or ["- No planned comparison can be estimated here, so there is nothing to vary."]
    topics = universes[universes["quantity"].str.startswith("topic:")]
    return sentences + ([_topic_finding(topics)] if len(topics) else [])


def _verdict(found: dict[str, object]) -> str:
    """What one may say of a comparison, by two shares."""
    if found["same_sign"] < NEARLY_ALL:
        return "its direction hangs on the choices"
    return "holds" if found["clear_of_zero"] >= MOST else "keeps its direction, but most intervals hold zero"


def _topic_finding(topics: pd.DataFrame) -> str:
    table = topic_agreement(topics)
    steady = int((table["found"] >= MOST).sum())
    known = table.dropna(subset="same_sign")
    kept = int((known["same_sign"] >= NEARLY_ALL).sum())
    return (
        f"- Topics (exploratory): {steady} of {prose.count(len(table), 'topic')} are found again in at least half of "
        f"the universes; the difference between outlets keeps its sign in nearly all of those for {kept} of "
        f"{len(known)}."
    )


def topic_agreement(universes: pd.DataFrame) -> pd.DataFrame:
    """For each topic: universes, share in which it is found, and what those agree on; in numbers.

    A universe in which the topic is not found agrees with nothing.  One that was refused for its few articles could not
    look for it, and is no universe in which it was missed.
    """
    rows = []
    for quantity, part in unpacked(universes).groupby("quantity", sort=True):
        looked = part[part["overlap"].notna()]
        again = looked[looked["overlap"] >= AGAIN]
        row = {"topic": quantity.removeprefix("topic:"), "n": len(part), "looked": len(looked), "again": len(again),
               "found": len(again) / len(looked) if len(looked) else np.nan, "group": part["group"].iloc[0],
               "reference": part["reference"].iloc[0], "least": np.nan, "most": np.nan, "same_sign": np.nan,
               "clear": np.nan, "moved": "–"}  # fmt: skip
        if again["estimate"].notna().any():
            found = _found(again)
            row |= {"least": found["least"], "most": found["most"], "same_sign": found["same_sign"],
                    "clear": found["clear_of_zero"], "moved": _moved(found["by_choice"])}  # fmt: skip
        rows.append(row)
    return pd.DataFrame(rows)


def topic_summary(study: Study, universes: pd.DataFrame) -> pd.DataFrame:
    """How each topic fares over all universes of its language."""
    if universes.empty:
        return pd.DataFrame([{"topic": "no language has enough articles"}])
    table = topic_agreement(universes)
    return pd.DataFrame(
        {
            "topic": [named(study, topic) for topic in table["topic"]],
            "found in (refused)": [
                f"{row.again} of {row.looked} ({row.n - row.looked})" for row in table.itertuples(index=False)
            ],
            "difference": [pair_of(study, row) for _, row in table.iterrows()],
            "points": [span_of(row["least"], row["most"]) for _, row in table.iterrows()],
            "same sign": [prose.share(value) for value in table["same_sign"]],
            "clear of zero": [prose.share(value) for value in table["clear"]],
            "moved most by (share of variance)": table["moved"],
        }
    )


def pair_of(study: Study, row: pd.Series) -> str:
    """The two outlets whose topic shares are compared."""
    if not row["group"]:
        return "one outlet alone has enough articles"
    return f"{study.outlets[row['group']].name} − {study.outlets[row['reference']].name}"


def span_of(low: float, high: float) -> str:
    """Least and most of some differences, in points."""
    return "–" if np.isnan(low) else f"{100 * low:+.1f} to {100 * high:+.1f}".replace("-", prose.MINUS)


def topic_drawn(study: Study, universes: pd.DataFrame) -> list[str]:
    """How many universes were drawn in each language, of how many."""
    sentences = []
    languages = universes["quantity"].str.extract(r"^topic:(.*)-", expand=False)
    for language, part in universes.groupby(languages, sort=False):
        told = unpacked(part[part["quantity"] == part["quantity"].iloc[0]])
        varied = [name for name in CHOICES["topics"] if name in told]
        n = int(np.prod([told[name].nunique() for name in varied], dtype=np.int64))
        sentences.append(
            f"- Language `{language}`: {prose.count(len(told), 'universe')} of {n:,} that their options allow."
        )
    return sentences or ["No language has enough articles for topics."]
