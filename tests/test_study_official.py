"""The study of statements: its report, its differences, and its counts rebuilt from the texts."""

import gzip
import json
import re
import runpy
import sys

import cells
import pytest

from helpers.data import ledger, tables
from helpers.pipeline.one_rule_measures import passages_by_one_rule
from helpers.report import check_page
from helpers.report.page import body
from helpers.text.phrases import scan_for_runs


@pytest.fixture(scope="module")
def study(official):
    """official-voices with its own report."""
    return official.study


def test_its_own_pages_are_there_and_pass_their_checks(study):
    pages = {path.name: path.read_text(encoding="utf-8") for path in study.reports.glob("*.html")}
    own = {"index.html", "report.html", "report-with-code.html"}
    assert set(pages) == own | {"explorer.html", "events.html", "glossary.html"}
    scripted = {"explorer.html", "events.html"}  # each has one script, its own
    assert [(name, check_page(page)) for name, page in pages.items() if check_page(page) and name not in scripted] == []
    assert "from helpers" not in pages["report.html"] and "no word of our list" in pages["index.html"]


def test_the_report_by_rule_tells_levels_first_and_what_cannot_be_said(study, official, monkeypatch):
    monkeypatch.setenv("COVERAGE_ROOT", str(study.root))
    notebook = cells.run(study.root / "notebooks" / "10-report.ipynb", study.name)
    page = body(notebook, study.root / "templates")
    cards = re.findall(r'<section class="card"><h3>([^<]+)</h3>\n<p class="finding">(.*?)</p>', page)
    assert cards[0] == ("Battlefield aid", "No passage at KCNA, 1 in\u00a04 at the White House.") and len(cards) == 4
    first = official.findings.query("place == 1").iloc[0]  # clear alone, and neither in the plan nor within a topic
    assert (first["measure"], first["sure"], first["why"]) == ("BATTLEFIELD_AID", "hangs on choices", "looks")
    assert first["low"] < first["high"] < 0 < first["topic_high"] and "Channel One with The Kremlin" in page
    assert all(name in (study.reports / "index.html").read_text() for name, _ in cards)


def test_the_ledger_accounts_for_every_source_record(official):
    entries = official.ledger
    ledger.balance(entries, "collect", "clean")
    collected = entries[entries["stage"] == "collect"]
    assert collected.groupby("outlet").size().to_dict() == {
        "channel-one": 2049, "kcna": 2078, "kremlin": 200, "white-house": 386,
    }  # fmt: skip
    assert set(entries["outcome"]) >= {"kept", "empty_text", "repeat_of_body", "not_relevant"}


def test_nothing_is_compared_across_languages_while_errors_are_unknown(official):
    estimates = official.estimates[official.estimates["side"] == "outlet"]
    between = estimates[(estimates["reference"] != "") & (estimates["window"] == "period")]
    speaks = {key: outlet.language for key, outlet in official.study.outlets.items()}
    crosses = between["group"].map(speaks) != between["reference"].map(speaks)
    assert crosses.any() and between.loc[crosses, "estimate"].isna().all()
    assert between.loc[~crosses, "estimate"].notna().any()


def test_what_holds_by_one_rule_in_the_time_that_both_share_leads(official):
    """KCNA and the White House hardly share a time, and KCNA is read wherever it names Russia."""
    rows = official.estimates.query(
        "kind == 'indicator' and estimand == 'these outlets' and reference == 'white-house'"
    )
    rows = rows[(rows["group"] == "kcna") & (rows["voice"] == "all") & (rows["items"] == "all")]
    clear = rows.assign(clear=(rows["low"] > 0) | (rows["high"] < 0)).pivot(
        index="measure", columns="window", values="clear"
    )
    for measure in ("LEGALITY", "CHINA_PLACE", "ECONOMIC"):
        assert clear.loc[measure, "period"] and not clear.loc[measure, "common window, one rule"], measure
    lead = rows[rows["window"] == "common window, one rule"].set_index("measure")
    assert lead.loc["REACTIONS", "estimate"] < -0.15 and not clear.loc["REACTIONS", "common window, one rule"]
    aid = lead.loc["BATTLEFIELD_AID"]  # one side without one: the interval leaves zero out all the same
    assert clear.loc["BATTLEFIELD_AID", ["period", "common window, one rule"]].all() and aid["p"] < 0.05
    lead = rows[rows["window"] == "common window, one rule"]
    assert (lead["n_group"] + lead["n_reference"] == lead["n_articles"]).all() and (lead["n_group"] < 111).all()
    assert (lead["family"].str.startswith("plan, ") == lead["planned"]).all() and lead["planned"].sum() == 4


def test_outlets_without_a_common_time_are_not_compared_in_it(official):
    rows = official.estimates.query("group == 'channel-one' and reference == 'kremlin'")
    common = rows[rows["window"].str.startswith("common window")]
    assert len(common) and (common["method"] == "no overlap").all() and common[["estimate", "p"]].isna().all(axis=None)


def test_one_rule_takes_no_passage_that_the_outlets_own_rule_leaves_out(official):
    passages = passages_by_one_rule(official)
    shares = official.articles.set_index("article_id")["outlet"]
    kept = passages.groupby(passages["article_id"].map(shares))["one_rule"].mean()
    assert kept["kcna"] < 0.9 <= kept["white-house"]  # names Russia only, as its own rule lets it
    assert set(official.one_rule_measures["article_id"]) == set(passages.loc[passages["one_rule"], "article_id"])


def test_what_is_shipped_is_single_terms_and_listed_phrases_without_text(study):
    folder = study.raw / "counts"
    phrases, copies = tables.read(folder, "phrases"), tables.read(folder, "copies")
    counts, background = tables.read(folder, "counts"), tables.read(folder, "background")
    runs = {term for term in set(counts["term"]) | set(background["term"]) if " " in term}
    assert runs <= set(phrases["phrase"]) and max(run.count(" ") for run in runs) <= 3
    stories = counts.merge(copies[["article_id", "copy_cluster"]], on="article_id")
    holding = stories.groupby("term")["copy_cluster"].nunique()
    recurring = phrases.loc[phrases["origin"] == "corpus", "phrase"]
    assert (holding[recurring] >= 10).all()
    articles = tables.read(folder, "cleaned")
    assert articles[["title", "byline", "section", "text"]].isna().all().all()
    assert tables.read(folder, "passages")["text"].isna().all()
    assert tables.read(folder, "speech")[["speaker", "text"]].isna().all().all()


def test_no_run_of_words_of_the_texts_is_shipped(study, coverage_data):
    folder = study.raw / "counts"
    phrases, counts = tables.read(folder, "phrases"), tables.read(folder, "counts")
    with gzip.open(coverage_data / "coverage" / "kcna-en-2024.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = [text for line in lines if (text := json.loads(line)["text"])]
    articles = tables.read(folder, "cleaned").set_index("article_id")
    mine = counts[counts["article_id"].map(articles["outlet"]) == "kcna"]
    assert scan_for_runs(set(mine["term"]), texts, language="en", phrases=set(phrases["phrase"])) == []


def test_the_same_texts_give_the_same_bytes(root, coverage_data, tmp_path, monkeypatch):
    monkeypatch.setenv("COVERAGE_ROOT", str(root))
    script = root / "studies" / "official-voices" / "build.py"
    monkeypatch.setattr(sys, "argv", [str(script), str(coverage_data / "coverage"), "--out", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(script), run_name="__main__")
    assert ended.value.code == 0
    shipped = root / "data" / "raw" / "official-voices" / "counts"
    names = sorted(path.name for path in shipped.iterdir())
    assert names == sorted(path.name for path in tmp_path.iterdir())
    differing = [name for name in names if (shipped / name).read_bytes() != (tmp_path / name).read_bytes()]
    assert differing == []
