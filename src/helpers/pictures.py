"""A study's figures: the charts of `helpers.show.charts` with the study's own names, colours, gaps and events."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers import views
from helpers.data import ledger, tables
from helpers.pipeline.topic_prevalence import FEW
from helpers.show import sentences as prose
from helpers.show.charts import estimates, topic_map
from helpers.show.charts import event_study as event_time
from helpers.show.charts import reprints as network
from helpers.show.charts import topic_prevalence as topic_time
from helpers.show.charts import topic_terms as words
from helpers.show.charts import volume as charts
from helpers.show.charts.volume import Drawn
from helpers.show.style import Mark, outlet_marks
from helpers.study import Study
from helpers.study.universes import CHOICES

LONG = 24  # months, from which a panel over time takes the whole width
MOST_EVENTS = 8  # ruled and named on one time line; more cannot be read


def _names(study: Study) -> dict[str, str]:
    return {key: outlet.name for key, outlet in study.outlets.items()}


def _marks(study: Study) -> dict[str, Mark]:
    return {study.outlets[key].name: mark for key, mark in outlet_marks(study).items()}


def calendar(study: Study) -> Drawn:
    """Items kept by outlet and month; gaps hatched."""
    return charts.calendar(views.calendar(study), value="n_collected", label="items", names=_names(study))


def funnel(study: Study) -> Drawn:
    """Kept and lost at each stage of the ledger."""
    told = {"collect": "collected", "clean": "became articles", "count": "are analysed"}
    steps = ledger.funnel(tables.read(study.processed, "ledger"))
    return charts.funnel(steps.rename(index=told))


def reprints(study: Study, links: pd.DataFrame) -> Drawn:
    """Who prints whose stories."""
    return network.reprints(links, names=_names(study), marks=_marks(study))


def timeline(study: Study, *, value: str = "n", label: str = "relevant articles a month") -> Drawn:
    """A monthly series, one line an outlet, with gaps and the events that fall inside it."""
    monthly = views.monthly(study)
    wide = monthly.pivot(index="month", columns="outlet", values=value)
    wide = wide[[outlet for outlet in study.outlets if wide[outlet].notna().any()]].rename(columns=_names(study))
    wide = wide.loc[wide.first_valid_index() : wide.last_valid_index()]
    wide.index = pd.to_datetime(wide.index) + pd.Timedelta(days=14)
    events = _events(study, wide.index[0], wide.index[-1])
    return charts.timeline(wide, label=label, events=events, marks=_marks(study))


def levels(study: Study, rows: pd.DataFrame) -> Drawn:
    """Means by outlet with intervals, one row of dots a measure."""
    named = rows.assign(
        quantity=[views.name_of(study, quantity) for quantity in rows["quantity"]],
        group=rows["group"].map(_names(study)),
    )
    return estimates.intervals(
        named, label="share of an article's relevant passages", marks=_marks(study), percent=True
    )


def voices(study: Study, table: pd.DataFrame) -> Drawn:
    """Rates in the outlets' own voice beside quoted speech."""
    long = table.melt(id_vars="indicator", value_vars=["outlet", "quoted"], var_name="group", value_name="estimate")
    long["group"] = long["group"].map({"outlet": "own voice", "quoted": "quoted"})
    long = (
        long.sort_values(["indicator", "group"])
        .rename(columns={"indicator": "quantity"})
        .assign(low=np.nan, high=np.nan)
    )
    return estimates.intervals(long, label="mean share of passages, articles with both voices", percent=True)


def _events(study: Study, first: pd.Timestamp, last: pd.Timestamp) -> list[tuple]:
    """The events inside a span, not more than can be told apart."""
    shown = [event for event in study.events if first <= pd.Timestamp(event.day) <= last]
    step = max(1, int(np.ceil(len(shown) / MOST_EVENTS)))
    return [(event.day, event.id.replace("-", " ")) for event in shown[::step]]


def event_study(study: Study, profiles: pd.DataFrame, *, label: str, percent: bool = False) -> Drawn:
    """A measure week by week around some events, a column an event, a row an outlet or group collected at one."""
    seen = profiles.loc[~profiles["gap"], "group"].unique()
    profiles = profiles[profiles["group"].isin(seen)]
    titles = {event.id: f"{event.title} ({prose.day(pd.Timestamp(event.day))})" for event in study.events}
    names = {group: study.called(group) for group in profiles["group"]}
    marks = {names[group]: mark for group, mark in outlet_marks(study).items() if group in names}
    told = profiles.assign(event=profiles["event"].map(titles), group=profiles["group"].map(names))
    return event_time.event_study(told, label=label, marks=marks, percent=percent)


def topic_words(study: Study, language: str) -> Drawn:
    """First terms of every topic, by three rankings."""
    return words.term_bars(views.topic_rankings(study, language))


def topic_plane(study: Study, language: str) -> Drawn:
    """Map of topics with their packages."""
    return topic_map.topic_map(views.topic_places(study, language), kept=views.map_keeps(study, language))


def _topics(study: Study, table: pd.DataFrame) -> pd.Series:
    """The names of the topics of a table."""
    return table["topic"].map({topic: views.named(study, topic) for topic in table["topic"].unique()})


def topic_shares(study: Study, table: pd.DataFrame) -> Drawn:
    """Mean share of each topic by outlet."""
    told = table.assign(outlet=table["outlet"].map(_names(study)), topic=_topics(study, table))
    return estimates.intervals(
        told, label="mean share of the topic in an article", rows="topic", group="outlet", marks=_marks(study),
        percent=True,
    )  # fmt: skip


def topic_months(study: Study, table: pd.DataFrame) -> Drawn:
    """Mean share of each topic by outlet and month, with gaps and events."""
    months = table.loc[table["n"] > 0, "month"]
    table = table[table["month"].between(months.min(), months.max())]
    table = table.assign(topic=_topics(study, table))
    return topic_time.prevalence_over_time(
        table, events=_events(study, months.min(), months.max()), names=_names(study), marks=_marks(study),
        columns=1 if table["month"].nunique() > LONG else 2, few=FEW,
    )  # fmt: skip


def topic_stability(study: Study) -> Drawn:
    """Agreement of each topic's first terms over seeds and over samples."""
    table = views.topic_stability(study)
    table["quantity"] = table["topic"] + " " + table["label"]
    samples = table.assign(group="other samples", estimate=table["samples"])
    seeds = table.assign(group="other seeds", estimate=table["seeds"], low=np.nan, high=np.nan)
    long = pd.concat([samples, seeds]).sort_values("quantity", kind="stable")
    return estimates.intervals(long, label="share of the first ten terms found again")


def choose_topics(study: Study, language: str) -> Drawn:
    """Diagnostics over the number of topics, for one language."""
    sheet = tables.read(study.processed, "topic_range")
    sheet = sheet[(sheet["language"] == language) & (sheet["quantity"] != "recommended")]
    return estimates.choose_k(sheet, chosen=study.analysis.n_topics)


def keyness(study: Study, table: pd.DataFrame) -> Drawn:
    """Words on either side of one pair of outlets."""
    one, two = table.iloc[0][["target", "reference"]]
    return estimates.keyness(table, target=study.called(one), reference=study.called(two))


def specification_curve(study: Study, universes: pd.DataFrame) -> Drawn:
    """All universes of one comparison, in points, above the choices that made them."""
    table = views.unpacked(universes)
    table = table[table["estimate"].notna()].reset_index(drop=True)
    names = [name for name in CHOICES["indicators"] if name in table and table[name].nunique() > 1]
    points = table.assign(**{name: 100 * table[name] for name in ("estimate", "low", "high")})
    return estimates.specification_curve(
        points,
        label="difference, points",
        choices=table[names].rename(columns=views.called),
        main=table["main"].to_numpy(),
    )


def universe_curves(study: Study, universes: pd.DataFrame) -> Drawn:
    """The curve of every comparison, in points, one small chart each, in the order of the plan."""
    table = views.unpacked(views.in_order(study, universes))
    pairs = [
        f"{study.outlets[a].name} − {study.outlets[b].name}"
        for a, b in zip(table["group"], table["reference"], strict=True)
    ]
    names = table["quantity"].map({quantity: views.name_of(study, quantity) for quantity in table["quantity"].unique()})
    points = table.assign(**{name: 100 * table[name] for name in ("estimate", "low", "high")})
    titles = [f"{name.removesuffix(' (indicator)')}\n{pair}" for name, pair in zip(names, pairs, strict=True)]
    return estimates.small_curves(points.assign(panel=titles), panel="panel", label="difference, points")
