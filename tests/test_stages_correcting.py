"""The stage that corrects shares: tables from codes, copies that share a code, labels brought, nothing without codes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from coded import coded_study

from helpers.coding.sample import units
from helpers.data import tables
from helpers.pipeline import frame_shares as correcting
from helpers.pipeline import indicator_validity as confronting
from helpers.pipeline.coding_sample import population

NOW = pd.Timestamp("2029-10-01", tz="UTC")


@pytest.fixture
def study(tmp_path):
    """The invented study with a code on every second passage that may be drawn, for one frame."""
    made = coded_study(tmp_path)
    passages = population(made)
    drawn = passages[units(passages)["first"]].sort_values(["language", "month", "article_id", "position"])
    drawn = drawn.iloc[::2].reset_index(drop=True)
    stratum = drawn["outlet"] + ":" + drawn["language"] + ":" + drawn["month"]
    sample = drawn[["article_id", "position"]].assign(draw="d", stratum=stratum, n_stratum=9, probability=0.5)
    tables.write(made.processed, "coding_sample", sample)
    rows = drawn[["article_id", "position"]].assign(frame="SHIELD", value=np.arange(len(drawn)) % 3 == 0)
    rows["value"] = rows["value"].astype(float)
    version = made.codebook.frames["SHIELD"].fingerprint
    told = {"start": None, "end": None, "fingerprint": version, "current": True, "judged": NOW}
    codes = pd.concat([rows.assign(coder=coder, **told) for coder in ("ann", "ben")], ignore_index=True)
    tables.write(made.processed, "codes", codes)
    return made


def test_every_outlet_has_three_estimates_and_an_error(study):
    table = correcting.correct(study)
    assert set(table["measure"]) == {"frame:SHIELD"} and set(table["source"]) == {"classifier"}
    assert table["language"].nunique() == 4
    shares = table[(table["reference"] == "") & table["group"].str.startswith("own-")]
    assert shares.groupby("group")["method"].apply(set).map(len).tolist() == [3] * 4
    assert shares["estimate"].between(0, 1).all() and shares["low"].notna().all()
    wrong = tables.read(study.processed, "frame_errors")
    assert {"all", "own-en"} <= set(wrong["outlet"])
    assert set(wrong["quantity"]) == {"precision", "recall", "f1", "brier", "calibration"}


def test_the_same_tables_give_the_same_bytes(study):
    path = study.processed / "frame_shares.parquet"
    correcting.correct(study)
    before = path.read_bytes()
    correcting.correct(study)
    assert path.read_bytes() == before


def test_a_copy_has_the_code_of_what_was_drawn_for_it(study):
    passages = correcting.coded_passages(study)
    copies = passages[passages["outlet"].str.startswith("copier-")]
    assert not copies["first"].any()
    code = passages.set_index(["unit", "first"])["code:SHIELD"]
    assert all(np.array_equal(code[unit, True], code[unit, False], equal_nan=True) for unit in copies["unit"])
    weights = passages.groupby("article_id")["weight"].sum()
    assert np.allclose(weights, 1)


def test_differing_coders_count_half_and_unanswered_lower_the_chance(study):
    codes = tables.read(study.processed, "codes")
    keys = codes[codes["coder"] == "ben"].iloc[0][["article_id", "position"]].tolist()
    mine = (codes["article_id"] == keys[0]) & (codes["position"] == keys[1])
    value = codes["value"].where(~(mine & (codes["coder"] == "ben")), 1 - codes["value"])
    tables.write(study.processed, "codes", codes.assign(value=value))
    passages = correcting.coded_passages(study).set_index(["article_id", "position"])
    assert passages.loc[tuple(keys), "code:SHIELD"] == 0.5
    tables.write(study.processed, "codes", codes.assign(value=codes["value"].where(~mine)))
    after = correcting.coded_passages(study).set_index(["article_id", "position"])
    assert np.isnan(after.loc[tuple(keys), "code:SHIELD"])
    stratum = after[(after["outlet"] == after.loc[tuple(keys), "outlet"])]
    stratum = stratum[(stratum["month"] == after.loc[tuple(keys), "month"]) & stratum["first"]]
    assert (stratum["chance:SHIELD"].dropna() < 0.5).all()


def test_labels_brought_are_corrected_too(study):
    folder = study.folder / "coding/predictions"
    folder.mkdir(parents=True)
    passages = population(study)[["article_id", "position"]]
    labels = passages.assign(frame="SHIELD", value=np.arange(len(passages)) % 2)
    labels.to_csv(folder / "llm.csv", index=False)
    (folder / "llm.yml").write_text('model: m-1\nprompt: Is it a shield?\ndate: "2029-10-01"\n', encoding="utf-8")
    table = correcting.correct(study)
    assert set(table["source"]) == {"classifier", "m-1 2029-10-01"}
    labels.replace({"article_id": {labels["article_id"].iloc[0]: "none"}}).to_csv(folder / "llm.csv", index=False)
    with pytest.raises(ValueError, match=r"llm.csv, row 2: no relevant passage 0 of article 'none'"):
        correcting.correct(study)


def test_without_codes_both_tables_are_empty(tmp_path):
    made = coded_study(tmp_path)
    assert len(correcting.correct(made)) == 0
    assert len(tables.read(made.processed, "frame_errors")) == 0
    assert correcting.check_state(made, "frame:SHIELD", ["en"]) == "described"


def test_codes_whose_chances_are_not_known_weigh_nothing(study):
    tables.write(study.processed, "coding_sample", tables.empty("coding_sample"))
    assert len(tables.read(study.processed, "codes")) and correcting.correct(study).empty
    assert tables.read(study.processed, "frame_errors").empty


def test_state_is_corrected_where_coders_agree_and_every_language_has_an_interval(study):
    correcting.correct(study)
    assert correcting.check_state(study, "frame:SHIELD", ["en"]) == "described"  # whether coders agree is not known
    rows = pd.DataFrame({"measure": "frame:SHIELD", "language": ["en", "ru", "fr"], "value": [0.9, 0.7, 0.9], "n": 9})
    rows = rows.assign(quantity="alpha", low=None, high=None, source="2 coders")
    tables.write(study.processed, "measure_checks", rows)
    assert correcting.check_state(study, "frame:SHIELD", ["en", "ru"]) == "corrected"
    assert correcting.check_state(study, "frame:SHIELD", ["en", "fr"]) == "agrees"
    assert correcting.check_state(study, "frame:DANGER", ["en"]) == "described"


def test_counts_serve_where_there_is_no_text(tmp_path, study):
    passages = tables.read(study.processed, "passages")
    tables.write(study.processed, "passages", passages.assign(text=None))
    table = correcting.correct(study)
    assert len(table) and table["estimate"].notna().any()


def test_indicators_are_held_against_what_people_coded(study, monkeypatch):
    codes = tables.read(study.processed, "codes")
    seen = codes[(codes["value"] == 1) & (codes["coder"] == "ann")]
    hits = pd.concat([seen.iloc[1:], codes[codes["value"] == 0].iloc[:1]])  # one missed, one false
    monkeypatch.setattr(confronting, "fired", lambda _: hits[["article_id", "position", "frame"]])
    found = confronting.check_measures(study)
    assert set(found["measure"]) == {"indicator:SHIELD"} and set(found["source"]) == {"2 coders"}
    spoken = found.set_index(["language", "quantity"])
    missed, false = (part["article_id"].iloc[0][:2] for part in (seen, codes[codes["value"] == 0]))
    n = seen["article_id"].str[:2].value_counts()
    assert spoken.loc[(missed, "recall"), "value"] == pytest.approx(1 - 1 / n[missed])
    assert spoken.loc[(false, "precision"), "value"] < 1
    assert spoken.loc[("zh", "recall"), "value"] == 1 and spoken.loc[("zh", "recall"), "n"] == n["zh"]


def test_without_codes_nothing_is_known_of_indicators(tmp_path):
    assert confronting.check_measures(coded_study(tmp_path)).empty
