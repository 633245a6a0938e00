"""Which difference is which: estimands, windows and families of ``estimates``, on an invented press in memory."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from helpers.data import tables
from helpers.pipeline import estimates as pipeline
from helpers.pipeline.estimates import LEAD, family
from helpers.study import Study, load_study
from helpers.study.plan import Comparison, Plan

WHOLE = "voice == 'all' and items == 'all' and reference != ''"
GROUPS = ("group:partners", "group:neighbours")
LEAD_IN_MONTH = f"{LEAD}, within month"
CODES = ("LEGALITY", "SHIELD")
LEFT_OUT = ("tarvenia-ribao", "peltarin-wanbao", "dornaval-sinmun", "sundrel-ilbo")  # eight outlets are enough


class Press:
    """Tables in memory, as a maker reads them: indicator rates of the outlets of the practice study, all in English."""

    def __init__(self, study: Study, silent: tuple[str, ...] = (), codes: tuple[str, ...] = CODES) -> None:
        plan = Plan(
            study.plan.dated,
            (Comparison("LEGALITY", GROUPS), Comparison("SHIELD", ("karvosk-herald", "sundrel-gazette"))),
        )
        english = {key: dataclasses.replace(outlet, language="en") for key, outlet in study.outlets.items()
                   if key not in LEFT_OUT}  # fmt: skip
        self.study = dataclasses.replace(study, outlets=english, plan=plan)
        self.tables = {name: tables.empty(name) for name in ("topic_fits", "measure_checks", "frame_shares")}
        rng, days = np.random.default_rng(8), pd.date_range("2029-01-01", "2029-06-30")
        articles, volume = [], []
        for outlet in english:
            for number in range(30):
                day = days[int(rng.integers(len(days)))]
                articles.append((f"{outlet} {number}", outlet, day, f"{outlet} {day:%V}"))
            volume.append(
                pd.DataFrame({"outlet": outlet, "day": days, "observed": (days.month > 2) & (outlet not in silent)})
            )
        about = pd.DataFrame(articles, columns=["article_id", "outlet", "day", "outlet_week"])
        self.tables["articles"] = about.assign(
            language="en", month=about["day"].dt.strftime("%Y-%m"), is_original=True, doubtful=False, analysed=True,
            genre="", copy_cluster=about["article_id"], n_words=rng.integers(100, 900, len(about)),
        )  # fmt: skip
        self.tables["daily_volume"] = pd.concat(volume, ignore_index=True)
        level = {outlet: rng.uniform(0.1, 0.7) for outlet in english}
        rates = [(key, code, np.clip(level[outlet] + 0.1 * rng.normal(), 0, 1))
                 for key, outlet, *_ in articles for code in codes]  # fmt: skip
        measures = pd.DataFrame(rates, columns=["article_id", "measure", "value"]).assign(kind="indicator", voice="all")
        self.tables["measures"] = measures.assign(measure_name=measures["measure"])
        ruled = ~measures["article_id"].str.contains("karvosk-herald 1")  # some passages name one state only
        self.tables["one_rule_measures"] = self.tables["measures"][ruled]

    def table(self, name: str) -> pd.DataFrame:
        return self.tables[name].copy()


@pytest.fixture(scope="module")
def study(root) -> Study:
    return load_study("practice", root=root)


@pytest.fixture(scope="module")
def rows(study) -> pd.DataFrame:
    made = pipeline.make(Press(study))
    tables.conform("estimates", made)
    return made.query(WHOLE)


def test_among_many_outlets_what_is_planned_or_stands_out_is_asked_again_among_like_with_like(rows):
    asked = rows[(rows["reference"] != "") & (rows["estimand"] == "these outlets")]
    wide = asked.pivot_table(index=["measure", "group", "reference"], columns="window", values="p", aggfunc="min")
    planned = asked.groupby(["measure", "group", "reference"])["planned"].any().reindex(wide.index)
    counts = planned | (wide[LEAD] <= pipeline.STANDS_OUT)
    assert 0 < counts.sum() < len(counts)
    assert (
        asked[asked["window"] == LEAD_IN_MONTH]
        .set_index(["measure", "group", "reference"])
        .index.isin(wide.index[counts])
    ).all()
    assert wide.loc[counts, LEAD_IN_MONTH].notna().any() and wide.loc[~counts, LEAD_IN_MONTH].isna().all()


def test_groups_have_a_row_as_these_outlets_and_one_as_kinds(rows):
    groups = rows[(rows["side"] == "group") & (rows["measure"] == "SHIELD")].set_index(["estimand", "window"])
    assert set(groups.index) == {("these outlets", "period"), ("these outlets", "common window"), ("these outlets", LEAD),
                                 ("kind of outlet", "period"), ("kind of outlet", LEAD)}  # fmt: skip
    assert groups.loc[("these outlets", LEAD), "p"] > pipeline.STANDS_OUT  # so that it is not asked again within months
    kind, these = groups.loc[("kind of outlet", "period")], groups.loc[("these outlets", "period")]
    assert kind["method"] == "permutation of outlets" and kind["n_clusters"] == kind["n_outlets"] == 8
    assert kind["high"] - kind["low"] > 2 * (these["high"] - these["low"])


def test_the_leading_window_holds_articles_of_days_that_both_collected_by_one_rule(rows):
    pair = rows[(rows["group"] == "karvosk-herald") & (rows["reference"] == "sundrel-gazette")]
    sizes = pair[pair["measure"] == "SHIELD"].set_index("window")[["n_group", "n_reference"]]
    assert sizes.loc["period"].tolist() == [30, 30]
    assert (
        sizes.loc["common window", "n_group"] < 30
        and sizes.loc[LEAD, "n_group"] < sizes.loc["common window", "n_group"]
    )
    assert sizes.loc[LEAD, "n_reference"] == sizes.loc["common window", "n_reference"]
    assert (pair["n_group"] + pair["n_reference"] == pair["n_articles"]).all()


def test_the_plan_groups_and_pairs_are_each_a_family(rows):
    lead = rows[rows["window"] == LEAD].set_index(["measure", "side", "group", "reference", "estimand"])["family"]
    shield = ("SHIELD", "outlet", "karvosk-herald", "sundrel-gazette", "these outlets")
    assert lead[shield] == lead[("LEGALITY", "group", "neighbours", "partners", "these outlets")] == f"plan, {LEAD}"
    assert lead[("LEGALITY", "group", "neighbours", "partners", "kind of outlet")] == f"plan, kind of outlet, {LEAD}"
    counts = lead.value_counts()
    assert counts[f"indicators of pairs, {LEAD}"] == 1  # eight outlets: the planned pair, by another measure
    assert counts[f"indicators of outlets beside the rest, {LEAD}"] == 2 * 8
    assert counts[f"indicators of groups, {LEAD}"] == counts[f"indicators of groups, kind of outlet, {LEAD}"] == 1
    planned = rows[rows["family"] == f"plan, {LEAD}"]
    assert planned["planned"].all() and (planned["q"] <= 2 * planned["p"] + 1e-12).all()


def test_an_outlet_that_was_not_collected_has_no_difference_in_a_common_window(study):
    rows = pipeline.make(Press(study, silent=("sundrel-gazette",), codes=CODES[:1])).query(WHOLE)
    silent = rows[(rows["group"] == "karvosk-herald") & (rows["reference"] == "sundrel-gazette")].set_index("window")
    assert (silent.loc[[LEAD, "common window"], "method"] == "no overlap").all() and LEAD_IN_MONTH not in silent.index
    assert silent.loc[LEAD, ["estimate", "low", "p", "q"]].isna().all(axis=None)
    assert pd.notna(silent.loc["period", "estimate"])


def test_a_family_says_what_is_counted_together():
    assert (
        family(False, "indicator", "outlet", "these outlets", LEAD, "outlet", "all")
        == f"indicators of pairs, {LEAD}, outlet voice"
    )
    assert (
        family(True, "indicator", "group", "kind of outlet", "period", "all", "originals")
        == "plan, kind of outlet, period, originals"
    )
