"""Everything that could be a finding, each with its verdict: differences, changes, attention, what comes first.

Nothing is estimated here but the gap between the two commonest measures of a language; the rest is read from tables.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.compare.attention import DAYS, fortnights
from helpers.compare.clusters import CLUSTERS
from helpers.compare.differences import KIND, THESE, means
from helpers.compare.multiverse import summarise
from helpers.compare.placebo import ENOUGH_PLACEBOS
from helpers.compare.support import NO_OVERLAP
from helpers.compare.verdict import CANNOT, CLEAR, HANGS, Interval, Universes, Verdict, verdict, verdict_of_change
from helpers.data.corpus import Corpus
from helpers.pipeline.estimates import HELD_BACK, LEAD, PERIOD, WITHIN, WITHIN_LEAD
from helpers.pipeline.measure_checks import check_state
from helpers.pipeline.measures import with_articles
from helpers.pipeline.names import VOLUME

KEYS = ["kind", "measure", "side", "group", "reference"]
ENDS = ["estimate", "low", "high"]
TOPIC, MONTH = (next(name for name in WITHIN_LEAD if name.endswith(end)) for end in ("topic", "month"))
WHOLE_TOPIC = next(iter(WITHIN))
CHECKED = {"agrees", "corrected"}  # states of a measure in which two lists of words may be set side by side
FEWEST_ARTICLES = 30  # of a language, before one measure is called its commonest
TIMES = 3.0  # what is usual, before a fortnight is called one of much attention
NEARLY_ALL = 0.9  # of the outlets


def differences_between(corpus: Corpus) -> pd.DataFrame:
    """Differences between outlets and groups in the common window, with what stands beside each."""
    rows = corpus.table("estimates")
    rows = rows[(rows["voice"] == "all") & (rows["items"] == "all") & (rows["reference"] != "")]
    these = rows[rows["estimand"] == THESE]
    lead = these[(these["window"] == LEAD) | (these["method"] == HELD_BACK)].copy()
    beside = {"period": PERIOD, "topic": TOPIC, "month": MONTH, "whole_topic": WHOLE_TOPIC}
    for name, window in beside.items():
        lead = _beside(lead, these[(these["window"] == window) & (these["method"] != HELD_BACK)], name)
    lead = _beside(lead, rows[(rows["estimand"] == KIND) & (rows["window"] == LEAD)], "kinds")
    missing = lead["topic_low"].isna()  # too few on the shared days: asked of the whole period
    for end in ENDS:
        lead[f"topic_{end}"] = lead[f"topic_{end}"].where(~missing, lead[f"whole_topic_{end}"])
    agreed = universes_of(corpus.table("multiverse"))
    together = [agreed.get(tuple(key)) for key in lead[KEYS].itertuples(index=False, name=None)]
    pairs = zip(lead.to_dict("records"), together, strict=True)
    verdicts = [_of_difference(row, one) for row, one in pairs]
    shares = {name: [getattr(one, name) if one else np.nan for one in together] for name in
              ("same_sign", "clear_of_zero", "p_joint")}  # fmt: skip
    return lead.assign(
        **shares, n_universes=[one.n if one else 0 for one in together], about="difference", unit="share",
        sure=[one.sure for one in verdicts], why=[one.why for one in verdicts],
    )  # fmt: skip


def _beside(lead: pd.DataFrame, others: pd.DataFrame, name: str) -> pd.DataFrame:
    """Differences with those of another window or estimand under a name of their own."""
    columns = {end: f"{name}_{end}" for end in [*ENDS, "q"]}
    return lead.merge(others[[*KEYS, *columns]].rename(columns=columns), on=KEYS, how="left", validate="one_to_one")


def universes_of(multiverse: pd.DataFrame) -> dict[tuple[str, ...], Universes]:
    """What the universes of each comparison agree on, under both orders of its sides."""
    agreed = {}
    for key, rows in multiverse.groupby(KEYS):
        if rows["estimate"].notna().any():
            all_of_it = summarise(rows[ENDS], choices=[])
            shares = {name: all_of_it[name] for name in ("same_sign", "clear_of_zero")}
            n, p_joint = int(rows["estimate"].notna().sum()), float(rows["p_joint"].iloc[0])
            *first, one, two = key
            agreed[*first, one, two] = Universes(n, **shares, p_joint=p_joint, sign=all_of_it["sign"])
            agreed[*first, two, one] = Universes(n, **shares, p_joint=p_joint, sign=-all_of_it["sign"])
    return agreed


def _of_difference(row: dict[str, object], universes: Universes | None) -> Verdict:
    """The verdict over all that was asked of one difference."""
    if row["method"] in (HELD_BACK, NO_OVERLAP):
        return Verdict(CANNOT, "held back" if row["method"] == HELD_BACK else "no overlap")
    intervals = {name: Interval(*(row[f"{name}_{end}"] for end in ENDS)) for name in ("topic", "month", "period")}
    return verdict(
        Interval(*(row[end] for end in ENDS)), q=row["q"], planned=bool(row["planned"]), universes=universes,
        controls={name: intervals[name] for name in ("topic", "month")}, whole=intervals["period"],
        whole_q=row["period_q"],
    )  # fmt: skip


def changes(corpus: Corpus) -> pd.DataFrame:
    """Changes around events that could be estimated, with what a sceptic asked of them."""
    rows, checks = corpus.table("event_estimates"), corpus.table("event_checks")
    keys = ["kind", "measure", "side", "group", "event"]
    wide = checks.set_index([*keys, "check"])
    rows = rows[rows["low"].notna()].copy()

    def of(row: dict[str, object]) -> Verdict:
        key = tuple(row[name] for name in keys)
        asked = {name: wide.loc[(*key, name)] if (*key, name) in wide.index else None
                 for name in ("slope before", "level change", "placebo")}  # fmt: skip
        before, step, quiet = asked.values()
        enough = quiet is not None and quiet["n_placebos"] >= ENOUGH_PLACEBOS
        return verdict_of_change(
            Interval(*(row[end] for end in ENDS)), q=row["q"], placebo=float(quiet["p"]) if enough else None,
            before=Interval(before["value"], before["low"], before["high"]) if before is not None else Interval(np.nan),
            step=Interval(step["value"], step["low"], step["high"]) if step is not None else Interval(np.nan),
        )  # fmt: skip

    verdicts = [of(row) for row in rows.to_dict("records")]
    rows["sure"], rows["why"] = [one.sure for one in verdicts], [one.why for one in verdicts]
    unit = rows["kind"].map({"volume": "a day"}).fillna("share")
    return rows.assign(
        about="event", reference="before", reference_name="before", unit=unit, n_group=rows["n_articles"],
        n_reference=rows["n_articles"], clusters_group=rows["n_clusters"], clusters_reference=rows["n_clusters"],
        n_outlets=1,
    )  # fmt: skip


def attention(corpus: Corpus) -> pd.DataFrame:
    """The share of their own items that outlets gave to the pair in the fortnight from each event."""
    daily, study = corpus.table("daily_volume"), corpus.study
    daily = daily[daily["observed"] & (daily["n_published"] > 0)]
    days = {event.id: pd.Timestamp(event.day) for event in study.events}
    rows = fortnights(daily, days, items="n_relevant", of="n_published")
    if rows.empty:
        return rows
    titles = {event.id: event.title for event in study.events}
    verdicts = [_of_attention(row) for row in rows.itertuples()]
    return pd.DataFrame({
        "about": "attention", "kind": "volume", "measure": "volume", "measure_name": VOLUME, "side": "period",
        "group": "fortnight", "group_name": "the fortnight", "reference": "other days", "reference_name": "other days",
        "event": rows["event"], "event_name": rows["event"].map(titles), "event_day": rows["event"].map(days),
        "window_days": DAYS, "unit": "feed", "level_group": rows["share"],
        "level_reference": rows["usual"], "estimate": rows["share"] - rows["usual"], "n_group": rows["n_items"],
        "n_reference": rows["n_others"], "n_outlets": rows["n_outlets"], "same_sign": rows["outlets_up"],
        "sure": [one.sure for one in verdicts], "why": [one.why for one in verdicts],
    })  # fmt: skip


def _of_attention(row: object) -> Verdict:
    """Counted, not estimated: much more than usual, more than in any other fortnight, and in nearly every outlet."""
    if not row.share >= TIMES * row.usual:
        return Verdict(CANNOT, "usual")
    if row.busiest_else >= row.share:
        return Verdict(HANGS, "elsewhere")
    return Verdict(CLEAR, "counted") if row.outlets_up >= NEARLY_ALL else Verdict(HANGS, "outlets")


def commonest(corpus: Corpus) -> pd.DataFrame:
    """The commonest measure of the language with most articles, beside the next: which of all lists stands first.

    The interval of the gap is as wide as all the others that could have come second make it (Bonferroni).
    """
    measures, study = corpus.table("measures"), corpus.study
    measures = measures[(measures["kind"] == "indicator") & (measures["voice"] == "all")]
    rows = with_articles(corpus, measures) if len(measures) else measures.assign(language="")
    if rows.empty:
        return rows
    language = rows.drop_duplicates("article_id")["language"].value_counts().sort_index().idxmax()
    rows = rows[rows["language"] == language]
    wide = rows.pivot(index="article_id", columns="measure", values="value").dropna(axis=1)
    ranked = wide.mean().sort_values(ascending=False, kind="stable")
    if len(wide) < FEWEST_ARTICLES or len(ranked) < 2 or ranked.iloc[0] == 0:
        return rows.iloc[:0]
    one, two = ranked.index[:2]
    about = rows.drop_duplicates("article_id").set_index("article_id")
    level, options = study.analysis.coverage_level, {"group": "language", "clusters": CLUSTERS, "day": "day"}
    gap = about.assign(value=wide[one] - wide[two])
    strict = 1 - (1 - level) / (len(ranked) - 1)
    gap = means(gap, value="value", level=strict, **options).iloc[0]
    sides = [
        means(about.assign(value=wide[name]), value="value", level=level, **options).iloc[0] for name in (one, two)
    ]
    checks, shares = corpus.table("measure_checks"), corpus.table("frame_shares")
    states = {check_state(checks, shares, "indicator", name, [language]) for name in (one, two)}
    interval = Interval(*(gap[end] for end in ENDS))
    clear = Verdict(CLEAR, "lists") if states <= CHECKED else Verdict(HANGS, "lists")
    sure = clear if interval.clear else Verdict(CANNOT, "open" if interval.known else "no interval")
    names = measures.drop_duplicates("measure").set_index("measure")["measure_name"]
    ends = {"": "estimate", "_low": "low", "_high": "high"}
    levels = {f"level_{side}{end}": row[column] for side, row in zip(("group", "reference"), sides, strict=True)
              for end, column in ends.items()}  # fmt: skip
    return pd.DataFrame([{
        "about": "commonest", "kind": "indicator", "measure": one, "measure_name": names[one], "side": "measure",
        "group": one, "group_name": names[one], "reference": two, "reference_name": names[two], "language": language,
        "unit": "share", **levels, **dict(zip(ENDS, interval, strict=True)), "level": strict,
        "n_group": int(gap["n_articles"]), "n_reference": int(gap["n_articles"]),
        "clusters_group": int(gap["n_clusters"]), "clusters_reference": int(gap["n_clusters"]),
        "n_outlets": about["outlet"].nunique(),
        "checks": " and ".join(sorted(states)), "sure": sure.sure, "why": sure.why, "note": gap["note"],
    }])  # fmt: skip
