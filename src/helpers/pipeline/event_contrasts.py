"""Events to changes in outlets that carried them, beside those that did not: which did, from when on, and by how much.

Windows are those of `helpers.pipeline.event_windows.windows`; weeks are counted from the event's day.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.compare.difference_in_differences import difference_in_differences
from helpers.compare.differences import benjamini_hochberg
from helpers.data import tables
from helpers.data.corpus import Corpus
from helpers.pipeline.analysed import analysed_articles, analysed_counts
from helpers.pipeline.event_windows import collected_days, indicator_values, windows
from helpers.pipeline.measure_checks import Gate, check_state, held_back
from helpers.study import Study
from helpers.study.events import Event
from helpers.text.tokens import lemmas

WEEK = 7


def make(corpus: Corpus) -> pd.DataFrame:
    """``event_contrasts``: each indicator's change in carriers of each event less the change in other outlets."""
    study, articles, counts = corpus.study, analysed_articles(corpus), analysed_counts(corpus)
    values, checks = indicator_values(corpus), corpus.table("measure_checks")
    values = values[values["outlet"].isin(study.outlets)]
    collected, register = collected_days(study, corpus.table("daily_volume")), windows(study).set_index("event")
    values = values[_collected(values, collected)]
    blocks, gate = [], Gate(checks)
    for event in study.events if len(values) else ():
        window = register.loc[event.id]
        if not window["window_days"] or values.empty:
            continue
        starts, note = _starts(articles, naming(counts, event, study), event, int(window["window_days"]), collected)
        place = {"event": event.id, "event_name": event.title, "event_day": pd.Timestamp(event.day)}
        place |= {
            "window_days": int(window["window_days"]),
            "family": f"contrasts around {event.id}",
            "kind": "indicator",
        }
        rows = [
            _row(study, gate, part, starts, window, note) | place | {"measure": measure, "measure_name": name}
            for (measure, name), part in values.groupby(["measure", "measure_name"], sort=True)
        ]
        blocks.append(pd.DataFrame(rows).assign(q=lambda rows: benjamini_hochberg(rows["p"].to_numpy(dtype=float))))
    if not blocks:
        return tables.empty("event_contrasts")
    shares = corpus.table("frame_shares")
    states = {code: check_state(checks, shares, "indicator", code, study.languages) for code in study.codebook.frames}
    rows = pd.concat(blocks, ignore_index=True)
    rows = rows.assign(level=study.analysis.coverage_level, checks=rows["measure"].map(states))
    return tables.stack("event_contrasts", [rows])


def _collected(values: pd.DataFrame, collected: dict[str, pd.Series]) -> np.ndarray:
    """Whether each row's day was one of its outlet's collection."""
    days = pd.concat({outlet: marks for outlet, marks in collected.items()}).astype(bool)
    return days.reindex(pd.MultiIndex.from_frame(values[["outlet", "day"]])).fillna(False).to_numpy(dtype=bool)


def naming(counts: pd.DataFrame, event: Event, study: Study) -> pd.Index | None:
    """Articles on an event, by its names or by its actors beyond the pair; None where it has neither.

    Parameters
    ----------
    counts : DataFrame
        As from `helpers.pipeline.analysed.analysed_counts`.
    """
    if event.names:
        named = [
            _holding(counts[counts["language"] == language], set(lemmas(name, language)), ["article_id", "position"])
            for language, names in event.names.items()
            for name in names
        ]
        return pd.Index(np.unique(np.concatenate(named)))
    third = {f"@{actor}" for actor in event.actors if actor not in study.pair}
    return pd.Index(_holding(counts, third, ["article_id"])) if third else None


def _holding(counts: pd.DataFrame, terms: set[str], unit: list[str]) -> np.ndarray:
    """Articles of which a unit holds all of the terms."""
    held = counts[counts["term"].isin(terms)].groupby(unit)["term"].nunique()
    return held.index[held == len(terms)].get_level_values("article_id").unique().to_numpy(dtype=object)


def _starts(
    articles: pd.DataFrame, on_it: pd.Index | None, event: Event, window_days: int, collected: dict[str, pd.Series]
) -> tuple[pd.Series, str]:
    """Week of each outlet's first article on the event, nan for none in the window, and who is left out or why all are.

    An outlet with a day that was not collected until then, or until its last collected day of the window, may have
    carried it unseen; one in whose language the event has no name cannot be judged.
    """
    if on_it is None:
        return pd.Series(
            dtype=float
        ), "nothing but the pair tells articles on it from others: give it names in events.yml"
    since = (articles["day"] - pd.Timestamp(event.day)).dt.days
    inside = since.between(0, window_days - 1)
    lags = since[inside & articles["article_id"].isin(on_it)].groupby(articles["outlet"]).min()
    spoken = articles.drop_duplicates("outlet").set_index("outlet")["language"]
    days = pd.date_range(event.day, periods=window_days)
    starts, unseen, unnamed = {}, 0, 0
    for outlet in spoken.index:
        lag = lags.get(outlet, np.nan)
        seen = collected[outlet].reindex(days).fillna(False).astype(bool).to_numpy()
        until = np.flatnonzero(seen).max(initial=-1) + 1 if np.isnan(lag) else int(lag)
        if event.names and spoken[outlet] not in event.names:
            unnamed += 1
        elif not seen[:until].all() or not seen.any():
            unseen += 1
        else:
            starts[outlet] = lag // WEEK
    notes = [f"{_outlets(unseen)} not collected throughout" if unseen else ""]
    notes += [f"{_outlets(unnamed)} in whose language it has no name" if unnamed else ""]
    return pd.Series(starts, dtype=float), "; ".join(filter(None, notes))


def _outlets(n: int) -> str:
    """A number of outlets in words."""
    return f"{n} outlet{'s' * (n != 1)}"


def _row(
    study: Study, gate: Gate, values: pd.DataFrame, starts: pd.Series, window: pd.Series, note: str
) -> dict[str, object]:
    """One measure around one event: the contrast, or why there is none."""
    panel, n_articles = _panel(values, starts, window)
    began = panel.groupby("outlet")["start"].first()
    carriers, others = sorted(began.index[began.notna()]), sorted(began.index[began.isna()])
    sides = {"carriers": " ".join(carriers), "others": " ".join(others), "n_articles": n_articles}
    sides |= {"n_carriers": len(carriers), "n_others": len(others)}
    held = held_back(study, gate, "indicator", values["measure"].iloc[0], began.index) if carriers and others else ""
    if held or not carriers or starts.empty:
        nan, method = float("nan"), "held back" if held else "none"
        none = f"none of {_outlets(len(began))} with articles on both sides carried it"
        why = held or (note if starts.empty else none if len(began) else "no outlet has articles on both sides")
        blank = {"estimate": nan, "low": nan, "high": nan, "p": nan, "pretrend_p": nan, "n_leads": 0}
        return blank | sides | {"method": method, "note": why}
    answer = difference_in_differences(
        panel, outlet="outlet", period="week", value="value", start="start", base=None,
        level=study.analysis.coverage_level, rng=np.random.default_rng(study.analysis.seed),
    )  # fmt: skip
    effect = answer.effect
    said = effect.note.replace("began", "carried it").replace("carried it in the same period", "carried it in one week")
    said = said.replace("1 outlet carried it", "only 1 outlet has articles on both sides, and carried it")
    numbers = {name: getattr(effect, name) for name in ("estimate", "low", "high", "p", "method")}
    numbers |= {"pretrend_p": answer.pretrend_p, "n_leads": answer.n_leads}
    return numbers | sides | {"note": "; ".join(filter(None, [said, note, window["note"]]))}


def _panel(values: pd.DataFrame, starts: pd.Series, window: pd.Series) -> tuple[pd.DataFrame, int]:
    """Mean of each outlet and week in the window, of outlets with articles on both sides of the event; and articles."""
    since = (values["day"] - window["day"]).dt.days
    reach = window["window_days"]
    near = values[since.between(-reach, reach - 1) & values["outlet"].isin(starts.index)]
    near = near.assign(week=since // WEEK)
    both = near.groupby("outlet")["week"].agg(lambda weeks: weeks.min() < 0 <= weeks.max())
    near = near[near["outlet"].isin(both.index[both.astype(bool)])]
    panel = near.groupby(["outlet", "week"], as_index=False)["value"].mean()
    return panel.assign(start=panel["outlet"].map(starts)), len(near)
