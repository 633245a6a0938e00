"""Thirty outlets, or nine: contrasts grow with outlets, groups stay within their column, and a page holds them all."""

from __future__ import annotations

import cells
import many_outlets
import pytest
from some import some

from helpers.pipeline import open_corpus
from helpers.pipeline.rests import group_pairs_of, in_pairs, pairs_of, rests
from helpers.report.check import check_page
from helpers.report.page import body

LEAD = "common window, one rule"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Nine outlets of four groups, one of which has three."""
    study = many_outlets.write_many(tmp_path_factory.mktemp("nine"), outlets=9, each=22)
    return open_corpus(study, say=lambda line: None)


def test_few_outlets_are_compared_in_pairs_and_many_with_the_rest(tmp_path):
    few = many_outlets.write_many(tmp_path / "few", outlets=6, each=2)
    assert in_pairs(few) and len(pairs_of(few)) == 15 and rests(few) == {}
    many = many_outlets.write_many(tmp_path / "many", outlets=9, each=2)
    assert not in_pairs(many) and pairs_of(many) == []
    assert rests(many)["w00"] == ("private", ("w04", "w08")) and rests(many)["w01"] == ("state", ("w05",))


def test_planned_pairs_of_many_outlets_stay(tmp_path):
    plan = {"dated": "2030-12-01", "comparisons": [{"measure": "LAW", "groups": ["w02", "w01"]}]}
    study = many_outlets.write_many(tmp_path, outlets=9, each=2, plan=plan)
    assert pairs_of(study) == [("w01", "w02")]


def test_groups_are_compared_within_their_column(tmp_path):
    study = many_outlets.write_many(tmp_path, outlets=9, each=2, groups_from=["ownership", "country"])
    assert set(study.leading_groups.values()) == {"private", "state", "public", "agency"}
    assert len(group_pairs_of(study)) == 6 and all("GBR" not in pair for pair in group_pairs_of(study))


def test_estimates_have_a_contrast_an_outlet_and_no_pair(corpus):
    rows = corpus.estimates.query("reference != '' and kind == 'indicator' and voice == 'all' and items == 'all'")
    assert set(rows["side"]) == {"group", "rest"}
    lead = rows.query("side == 'rest' and window == @LEAD")
    assert lead.groupby("measure")["group"].nunique().eq(9).all()
    assert set(lead["family"]) == {f"indicators of outlets beside the rest, {LEAD}"}
    one = lead.query("group == 'w00' and measure == 'LAW'").iloc[0]
    assert (one["reference_name"], one["n_outlets"]) == ("the other private outlets", 3)
    articles = corpus.articles.query("analysed")
    assert one["n_group"] + one["n_reference"] == articles["outlet"].isin(["w00", "w04", "w08"]).sum()


def test_words_and_detectable_sizes_are_of_the_same_contrasts(corpus):
    assert set(corpus.detectable["side"]) == {"rest"} and len(corpus.detectable) == 27
    assert "outlet" not in set(corpus.keyness["side"])


@pytest.mark.long
@pytest.mark.parametrize(("outlets", "foreign"), [(4, False), (13, False), (30, True)])
def test_every_notebook_becomes_a_page_whatever_the_number_of_outlets(root, tmp_path, monkeypatch, outlets, foreign):
    monkeypatch.setenv("COVERAGE_ROOT", str(tmp_path))
    monkeypatch.setenv("HELPERS_QUIET", "1")
    many_outlets.write_many(tmp_path, outlets=outlets, each=40, foreign=foreign)
    for path in some(sorted((root / "notebooks").glob("*.ipynb"))):
        page = body(cells.run(path, "odd"), root / "templates", with_code=True)
        assert check_page(page) == [], path.name
        if path.stem == "07-compare":
            assert ('class="levels"' in page) == (outlets > 6)
