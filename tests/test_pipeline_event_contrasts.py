"""Which outlets carried an event and from when on; what is compared, held back and refused, on a press in memory."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from helpers.data import tables
from helpers.data.schemas import conform
from helpers.pipeline import event_contrasts as pipeline
from helpers.show.event_contrasts import contrast_sentences, contrast_table
from helpers.study import Study, load_study
from practice.scores.events import contrasts as scored

CODE = "SHIELD"
CARRIERS = ("karvosk-herald", "tarvenski-vestnik", "lodmaria-segodnya", "karvosk-ranok")


class Press:
    """Tables in memory: the practice outlets, all in English, of which some take an event up and change by a shift."""

    def __init__(self, study: Study, carriers: tuple[str, ...] = CARRIERS, *, shift: float = 0.4, names: bool = True):
        outlets = {key: dataclasses.replace(outlet, language="en") for key, outlet in study.outlets.items()}
        event = dataclasses.replace(study.events[0], names={"en": ("song festivals",)} if names else {})
        self.study = dataclasses.replace(study, outlets=outlets, events=(event,))
        rng, days = np.random.default_rng(8), pd.date_range(study.period.start, study.period.end)
        start, rows, terms = pd.Timestamp(event.day), [], []
        for place, outlet in enumerate(outlets):
            for offset in range(-56, 56, 2):
                key = f"{outlet} {offset}"
                late = 7 * (place % 2)
                after = outlet in carriers and offset >= late
                rows.append((key, outlet, start + pd.Timedelta(days=offset), shift * after + 0.3 * rng.random()))
                terms += [(key, 0, "festival"), (key, int(not after), "song")]  # all words in one passage, or not
        about = pd.DataFrame(rows, columns=["article_id", "outlet", "day", "value"])
        articles = about.drop(columns="value").assign(
            language="en", month="", n_words=400, is_original=True, doubtful=False, analysed=True, outlet_week=about["article_id"],
            copy_cluster=about["article_id"], genre="",
        )  # fmt: skip
        measures = about[["article_id", "value"]].assign(kind="indicator", measure=CODE, measure_name="S", voice="all")
        counts = pd.DataFrame(terms, columns=["article_id", "position", "term"])
        passages = counts[["article_id", "position"]].drop_duplicates().assign(paragraph=0, voice="outlet")
        volume = [pd.DataFrame({"outlet": outlet, "day": days, "observed": True}) for outlet in outlets]
        self.tables = {
            "articles": articles, "measures": measures, "counts": counts, "passages": passages,
            "daily_volume": pd.concat(volume, ignore_index=True), "measure_checks": tables.empty("measure_checks"),
            "frame_shares": tables.empty("frame_shares"),
        }  # fmt: skip

    def table(self, name: str) -> pd.DataFrame:
        return self.tables[name].copy()

    def made(self) -> pd.Series:
        rows = pipeline.make(self)
        conform("event_contrasts", rows)
        assert len(rows) == 1
        return rows.iloc[0]


@pytest.fixture(scope="module")
def study() -> Study:
    return load_study("practice")


def test_carriers_are_told_by_their_articles_and_their_change_is_recovered(study: Study) -> None:
    row = Press(study).made()
    assert set(row["carriers"].split()) == set(CARRIERS) and row["n_others"] == len(study.outlets) - 4
    assert row["low"] < 0.4 < row["high"] and row["low"] > 0 and row["q"] == row["p"] < 0.05
    assert row["pretrend_p"] > 0.05 and row["n_leads"] >= 8 and row["method"] == "permutation of beginnings"
    still = Press(study, shift=0.0).made()
    assert still["low"] < 0 < still["high"] and still["n_carriers"] == 4


def test_words_apart_are_no_name_and_actors_of_the_pair_tell_nothing(study: Study) -> None:
    nobody = Press(study, carriers=()).made()
    assert nobody["note"] == f"none of {len(study.outlets)} outlets with articles on both sides carried it"
    pair = Press(study, names=False).made()
    assert "nothing but the pair tells articles on it from others" in pair["note"] and np.isnan(pair["p"])


def test_all_carriers_in_one_week_are_refused_in_a_line(study: Study) -> None:
    press = Press(study, carriers=tuple(study.outlets))
    counts = press.tables["counts"]
    counts["position"] = 0
    row = press.made()
    n = len(study.outlets)
    assert row["note"].startswith(f"all {n} outlets carried it in one week: none is left to compare with")
    assert row["estimate"] != row["estimate"] and row["method"] == "none"


def test_outlets_that_may_have_carried_it_unseen_are_left_out(study: Study) -> None:
    press = Press(study)
    volume = press.tables["daily_volume"]
    day = pd.Timestamp(press.study.events[0].day) + pd.Timedelta(days=20)
    volume.loc[volume["outlet"].isin(["sundrel-ilbo", CARRIERS[0]]) & (volume["day"] == day), "observed"] = False
    row = press.made()
    assert "sundrel-ilbo" not in row["others"].split() and CARRIERS[0] in row["carriers"].split()
    assert row["note"].endswith("1 outlet not collected throughout")
    volume.loc[volume["day"] > day, "observed"] = False  # an end is no gap: what was seen is compared
    row = press.made()
    assert (row["n_carriers"], row["n_others"]) == (4, len(press.study.outlets) - 4)


def test_too_few_are_these_outlets_and_languages_pass_the_gate(study: Study) -> None:
    press = Press(study)
    four = [*CARRIERS[:2], "sundrel-ilbo", "sundrel-gazette"]
    press.tables["measures"] = press.table("measures")[lambda rows: rows["article_id"].str.split().str[0].isin(four)]
    row = press.made()
    assert "these outlets: 2 that carried it beside 2 cannot show p ≤ .05" in row["note"] and row["p"] >= 1 / 12
    shown = contrast_table(row.to_frame().T.infer_objects(), {}).iloc[0]["difference (interval)"]
    assert shown.endswith("(too few to tell)")
    press = Press(study)
    press.study = dataclasses.replace(
        press.study,
        outlets=press.study.outlets
        | {"sundrel-ilbo": dataclasses.replace(press.study.outlets["sundrel-ilbo"], language="ko")},
    )
    assert press.made()["method"] == "held back"


def test_what_is_told_and_what_was_planted(study: Study) -> None:
    rows = pipeline.make(Press(study))
    clear, *_ = contrast_sentences(rows)[1:]
    assert clear.startswith(f"{study.events[0].title}: S +") and "4 carried it" in clear
    sentences = contrast_sentences(pipeline.make(Press(study, carriers=())))
    assert sentences[0] == "Of 1 event with a window, none let outlets that carried it be held against others."
    assert sentences[1].endswith("outlets with articles on both sides carried it.")
    planted = pd.DataFrame(
        {"measure": CODE, "event": study.events[0].id, "group": list(study.outlets), "span": "change"}
    )
    planted = planted.assign(voice="all", scope="all", side="outlet")
    planted["indicator_planted"] = 0.4 * planted["group"].isin(CARRIERS)
    [row] = scored(rows, planted).to_dict("records")
    assert row["planted"] == pytest.approx(0.4) and row["verdict"] == "inside the interval"
