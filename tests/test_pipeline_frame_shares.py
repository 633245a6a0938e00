"""Corrected shares: tables from codes, copies that share a code, labels brought, nothing without codes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from coded import coded_study

from helpers.coding.sample import units
from helpers.data import tables
from helpers.pipeline.coding_sample import population
from helpers.pipeline.frame_shares import coded_passages
from helpers.pipeline.measure_checks import check_state

NOW = pd.Timestamp("2029-10-01", tz="UTC")
KEY = ["article_id", "position"]


@pytest.fixture
def corpus(tmp_path):
    """The invented study with a code on every second passage that may be drawn, for one frame."""
    made = coded_study(tmp_path)
    passages = population(made)
    drawn = passages[units(passages)["first"]].sort_values(["language", "month", "article_id", "position"])
    drawn = drawn.iloc[::2].reset_index(drop=True)
    stratum = drawn["outlet"] + ":" + drawn["language"] + ":" + drawn["month"]
    rows = drawn[KEY].assign(frame="SHIELD", frame_name="Shield", value=np.arange(len(drawn)) % 3 == 0)
    rows["value"] = rows["value"].astype(float)
    version = made.study.codebook.frames["SHIELD"].fingerprint
    about = {"start": None, "end": None, "fingerprint": version, "current": True, "judged": NOW}
    made.give(
        coding_sample=drawn[KEY].assign(draw="d", stratum=stratum, n_stratum=9, probability=0.5),
        codes=pd.concat([rows.assign(coder=coder, **about) for coder in ("ann", "ben")], ignore_index=True),
        indicator_hits=tables.empty("indicator_hits"),
    )
    return made


def test_every_outlet_has_three_estimates_and_an_error(corpus):
    table = corpus.frame_shares
    assert (
        set(table["kind"]) == {"frame"}
        and set(table["measure"]) == {"SHIELD"}
        and set(table["source"]) == {"classifier"}
    )
    assert table["language"].nunique() == 4
    shares = table[(table["reference"] == "") & table["group"].str.startswith("own-")]
    assert shares.groupby("group")["method"].apply(set).map(len).tolist() == [3] * 4
    assert shares["estimate"].between(0, 1).all() and shares["low"].notna().all()
    wrong = corpus.frame_errors
    assert {"all", "own-en"} <= set(wrong["outlet"])
    assert set(wrong["quantity"]) == {"precision", "recall", "f1", "brier", "calibration"}


def test_the_same_tables_give_the_same_bytes(corpus):
    path = corpus.study.processed / "frame_shares.parquet"
    assert len(corpus.frame_shares)
    before = path.read_bytes()
    path.unlink()
    assert len(corpus.frame_shares) and path.read_bytes() == before


def test_a_copy_has_the_code_of_what_was_drawn_for_it(corpus):
    passages = coded_passages(corpus)
    copies = passages[passages["outlet"].str.startswith("copier-")]
    assert not copies["first"].any()
    code = passages.set_index(["unit", "first"])["code:SHIELD"]
    assert all(np.array_equal(code[unit, True], code[unit, False], equal_nan=True) for unit in copies["unit"])
    weights = passages.groupby("article_id")["weight"].sum()
    assert np.allclose(weights, 1)


def test_differing_coders_count_half_and_unanswered_lower_the_chance(corpus):
    codes = corpus.codes
    keys = codes[codes["coder"] == "ben"].iloc[0][["article_id", "position"]].tolist()
    mine = (codes["article_id"] == keys[0]) & (codes["position"] == keys[1])
    value = codes["value"].where(~(mine & (codes["coder"] == "ben")), 1 - codes["value"])
    corpus.give(codes=codes.assign(value=value))
    passages = coded_passages(corpus).set_index(["article_id", "position"])
    assert passages.loc[tuple(keys), "code:SHIELD"] == 0.5
    corpus.give(codes=codes.assign(value=codes["value"].where(~mine)))
    after = coded_passages(corpus).set_index(["article_id", "position"])
    assert np.isnan(after.loc[tuple(keys), "code:SHIELD"])
    stratum = after[(after["outlet"] == after.loc[tuple(keys), "outlet"])]
    stratum = stratum[(stratum["month"] == after.loc[tuple(keys), "month"]) & stratum["first"]]
    assert (stratum["chance:SHIELD"].dropna() < 0.5).all()


def test_labels_brought_are_corrected_too(corpus):
    folder = corpus.study.folder / "coding/predictions"
    folder.mkdir(parents=True)
    passages = population(corpus)[["article_id", "position"]]
    labels = passages.assign(frame="SHIELD", value=np.arange(len(passages)) % 2)
    labels.to_csv(folder / "llm.csv", index=False)
    (folder / "llm.yml").write_text('model: m-1\nprompt: Is it a shield?\ndate: "2029-10-01"\n', encoding="utf-8")
    table = corpus.frame_shares
    assert set(table["source"]) == {"classifier", "m-1 2029-10-01"}
    labels.replace({"article_id": {labels["article_id"].iloc[0]: "none"}}).to_csv(folder / "llm.csv", index=False)
    with pytest.raises(ValueError, match=r"llm.csv, row 2: no relevant passage 0 of article 'none'"):
        corpus.table("frame_shares")


def test_without_codes_both_tables_are_empty(tmp_path):
    made = coded_study(tmp_path)
    assert made.frame_shares.empty and made.frame_errors.empty
    assert check_state(made.measure_checks, made.frame_shares, "frame", "SHIELD", ["en"]) == "described"


def test_codes_whose_chances_are_not_known_weigh_nothing(corpus):
    corpus.give(coding_sample=tables.empty("coding_sample"))
    assert len(corpus.codes) and corpus.frame_shares.empty and corpus.frame_errors.empty


def test_state_is_corrected_where_coders_agree_and_every_language_has_an_interval(corpus):
    shares, none = corpus.frame_shares, tables.empty("measure_checks")
    assert check_state(none, shares, "frame", "SHIELD", ["en"]) == "described"  # whether coders agree is not known
    checks = pd.DataFrame({"language": ["en", "ru", "fr"], "low": [0.9, 0.7, 0.9]})
    checks = checks.assign(kind="frame", measure="SHIELD", quantity="alpha")
    states = [check_state(checks, shares, "frame", "SHIELD", spoken) for spoken in (["en", "ru"], ["en", "fr"])]
    assert states == ["corrected", "agrees"]
    assert check_state(checks, shares, "frame", "DANGER", ["en"]) == "described"
    for spoken in (["en", "ko"], ["ko", "en"]):  # what is not known in one language is not known
        assert check_state(checks, shares, "frame", "SHIELD", spoken) == "described"
    point = checks.assign(value=0.95, low=0.6)
    assert check_state(point, shares, "frame", "SHIELD", ["en"]) == "described"


def test_counts_serve_where_there_is_no_text(corpus):
    corpus.give(passages=corpus.table("passages").assign(text=None))
    table = corpus.frame_shares
    assert len(table) and table["estimate"].notna().any()


def test_indicators_are_held_against_what_people_coded(corpus):
    codes = corpus.codes
    seen = codes[(codes["value"] == 1) & (codes["coder"] == "ann")]
    hits = pd.concat([seen.iloc[1:], codes[codes["value"] == 0].iloc[:1]])  # one missed, one false
    hits = hits.rename(columns={"frame": "measure"}).assign(indicator="pact")
    corpus.give(indicator_hits=hits[[*KEY, "measure", "indicator"]].assign(voice="all"))
    found = corpus.indicator_validity
    assert set(found["measure"]) == {"SHIELD"} and set(found["source"]) == {"2 coders"}
    spoken = found.set_index(["language", "quantity"])
    missed, false = (part["article_id"].iloc[0][:2] for part in (seen, codes[codes["value"] == 0]))
    n = seen["article_id"].str[:2].value_counts()
    assert spoken.loc[(missed, "recall"), "value"] == pytest.approx(1 - 1 / n[missed])
    assert spoken.loc[(false, "precision"), "value"] < 1
    assert spoken.loc[("zh", "recall"), "value"] == 1 and spoken.loc[("zh", "recall"), "n"] == n["zh"]


def test_without_codes_nothing_is_known_of_indicators(tmp_path):
    assert coded_study(tmp_path).indicator_validity.empty


def test_passages_whose_frame_is_known_go_before_codes(corpus):
    passages = corpus.table("passages").merge(corpus.table("articles")[["article_id"]], on="article_id")
    passages = passages[passages["language"] == "en"].reset_index(drop=True)
    articles = corpus.table("articles").assign(address=lambda rows: "https://" + rows["article_id"])
    known = pd.DataFrame({
        "address": "https://" + passages["article_id"], "position": passages["position"],
        "frame": ["SHIELD" if place % 2 else "" for place in passages.index], "source": "planted truth",
    })  # fmt: skip
    corpus.study.raw.mkdir(parents=True)
    known.to_csv(corpus.study.raw / "judged_passages.csv", index=False)
    hits = passages[passages.index % 4 == 1][KEY].assign(voice="all", measure="SHIELD", indicator="pact")
    corpus.give(articles=articles, indicator_hits=hits)
    found = corpus.indicator_validity
    assert set(found["source"]) == {"planted truth"} and set(found["measure"]) == {"SHIELD", "DANGER", "BURDEN"}
    mine = found[(found["measure"] == "SHIELD") & (found["language"] == "en")].set_index("quantity")
    assert mine.loc["precision", "value"] == 1 and mine.loc["recall", "value"] == pytest.approx(
        len(hits) / known["frame"].eq("SHIELD").sum()
    )
