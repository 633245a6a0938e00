"""What is counted is the article: an export with everything that is none, and what becomes of each row."""

import csv
import dataclasses
import shutil

import numpy as np
import pandas as pd
import pytest

from helpers.pipeline import open_corpus
from helpers.study import load_study
from helpers.text import study_patterns

COLUMNS = ["url", "outlet", "date", "headline", "text"]
SAID = [
    "Russia and North Korea signed a treaty, officials said on page {0}.",
    "Soldiers from North Korea went to Russia, the ministry of harbour {0} reported.",
    "Shells from Pyongyang were loaded for Moscow by night at pier {0}.",
    "A rail link between Russia and the DPRK opened again over bridge {0}.",
]
REST = [
    "Rain fell on the valley again.",
    "The choir sang for an hour.",
    "Wheat rose in price, bakers of the valley said.",
]
GERMAN = (
    "Russland und Nordkorea haben einen Vertrag unterzeichnet, sagte der Minister am Abend vor der Presse im Hafen."
)
RUSSIAN = "Россия и КНДР подписали договор, сообщил министр дорог вечером в порту, и поезда пойдут ещё до конца осени."
KOREAN = "러시아와 북한이 조약에 서명했다고 도로부 장관이 저녁에 항구에서 기자들에게 말했다."


def row(i, **changed):
    text = "\n\n".join(line.format(f"{i}-{k}") for k, line in enumerate((SAID * 3)[i % 4 : i % 4 + 4]))
    given = {"url": f"https://daily.example/{i}", "outlet": "daily", "date": f"2024-{i % 12 + 1:02d}-03",
             "headline": f"Item {i}", "text": text}  # fmt: skip
    return list((given | changed).values())


@pytest.fixture
def corpus_of(root, tmp_path):
    """The corpus of rows as an export of the template study."""

    def made(rows, **changed):
        folder = tmp_path / "studies" / "mine"
        shutil.copytree(root / "studies" / "template", folder)
        with (folder / "articles.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([COLUMNS, *rows])
        study = dataclasses.replace(load_study("mine", root=tmp_path), **changed)
        return open_corpus(study, say=lambda line: None)

    return made


def outcomes(corpus, stage="clean_ledger"):
    return corpus.table(stage)["outcome"].value_counts().to_dict()


def test_markup_in_the_text_column_becomes_paragraphs_and_is_told(corpus_of):
    rows = [row(i) for i in range(5)]
    rows.append(
        row(5, text="<p>Rain fell on the quay.</p><p>Russia and North Korea signed it.</p><p>Bread &amp; salt.</p>")
    )
    corpus = corpus_of(rows)
    passages = corpus.passages.merge(corpus.articles[["article_id", "address"]], on="article_id")
    assert passages.loc[passages["address"].str.endswith("/5"), "text"].tolist() == [
        "Rain fell on the quay.", "Russia and North Korea signed it.", "Bread & salt."
    ]  # fmt: skip
    details = corpus.collect_ledger["detail"]
    assert details[details != ""].tolist() == ["its text was HTML, read as paragraphs"]


def test_text_of_another_language_is_never_the_nearest(corpus_of):
    rows = [*(row(i) for i in range(6)), *(row(10 + i, text=text) for i, text in enumerate([GERMAN, RUSSIAN, KOREAN]))]
    rows.append(row(20, text=f"{SAID[0]}\n\n{GERMAN}\n\n{SAID[1]}"))
    corpus = corpus_of(rows)
    foreign = corpus.clean_ledger.query("outcome == 'other_language'")
    assert sorted(foreign["detail"]) == ["de", "ko", "ru"]
    assert len(corpus.articles) == 7 and set(corpus.articles["language"]) == {"en"}
    passage = corpus.passages.query("language == 'de'")
    assert len(passage) == 1 and not passage["relevant"].any()


def test_other_texts_under_one_address_are_other_articles(corpus_of):
    address = "https://daily.example/round-up"
    rows = [row(i) for i in range(4)] + [
        *(row(4 + i, url=address, text=f"{said}\n\nIt went on.") for i, said in enumerate(SAID[:3]))
    ]
    rows.append(row(9, url=address, text=rows[4][4] + "\n\nA line was added by night."))
    corpus = corpus_of(rows)
    assert outcomes(corpus) == {"kept": 7, "repeat_of_address": 1}
    articles = corpus.articles.query("address == @address")
    assert articles["article_id"].is_unique and len(articles) == 3


def test_the_first_text_under_an_address_has_the_key_it_always_had(corpus_of):
    from helpers.pipeline.cleaned import article_id

    address = "https://daily.example/round-up"
    corpus = corpus_of([row(1, url=address, text=SAID[0]), row(2, url=address, text=SAID[1])])
    assert len(corpus.articles) == 2
    first = corpus.articles.sort_values("published").iloc[0]
    assert first["article_id"] == article_id("daily", "en", address)


def test_a_teaser_is_no_article_at_all(corpus_of):
    teaser = "This story is for members of The Daily. Open the app to go on reading."
    titles = ["Bridge opens at noon", "Wheat is dear again", "The choir sings for envoys", "Storm over both towns"]
    rows = [row(i) for i in range(4)] + [row(9 + i, text=teaser, headline=title) for i, title in enumerate(titles)]
    corpus = corpus_of(rows)
    assert outcomes(corpus) == {"kept": 4, "teaser": 4}
    assert set(corpus.clean_ledger.query("outcome == 'teaser'")["detail"]) == {"4 items have this text"}


def test_the_address_tells_the_date_that_a_column_leaves_out(corpus_of):
    rows = [row(i) for i in range(4)] + [row(5, date="", url="https://daily.example/2024/06/19/treaty")]
    articles = corpus_of(rows).articles.set_index("address")
    dated = articles.loc["https://daily.example/2024/06/19/treaty"]
    assert dated["date_source"] == "address" and dated["day"] == pd.Timestamp("2024-06-19")


def test_undated_articles_are_analysed_and_on_no_day(corpus_of):
    rng = np.random.default_rng(7)

    def mixed(i, **changed):
        said = [str(rng.choice(SAID + REST)).format(f"{i}-{k}") for k in range(6)]
        return row(i, text="\n\n".join([SAID[i % 4].format(i), *said]), **changed)

    rows = [mixed(i) for i in range(40)]
    rows += [mixed(100 + i, outlet="herald", date="" if i < 30 else "2024-05-03") for i in range(40)]
    rows += [mixed(200, date="2023-05-03"), row(201, text=" ".join(REST), date="")]
    corpus = corpus_of(rows)
    counted = outcomes(corpus, "ledger")
    assert counted["undated"] == 30 and counted["outside_period"] == 1 and counted["not_relevant"] == 1
    articles = corpus.articles
    assert articles["analysed"].sum() == 80 and not articles.loc[articles["day"].isna(), "in_period"].any()
    undated = articles.loc[articles["day"].isna() & articles["analysed"], "article_id"]
    assert set(undated) <= set(corpus.indicator_measures["article_id"])  # levels
    assert "herald" in {*corpus.keyness["target"], *corpus.keyness["reference"]}  # and words
    observed = corpus.daily_volume.groupby("outlet")["observed"].any()
    assert observed["daily"] and not observed["herald"]  # unknown, not zero
    assert not corpus.volume.query("outlet == 'herald'")["observed"].any()
    assert corpus.bursts.query("outlet == 'herald'").empty
    assert not (corpus.first_reports.query("outlet == 'herald'")["status"] == "reported").any()


def test_furniture_goes_a_kept_line_stays_and_what_is_left_is_told(corpus_of):
    letter, standing = "Sign up for our evening newsletter here.", "Rain and wind."
    rows = []
    for i in range(12):
        parts = row(i)[4].split("\n\n")
        parts[1] += f" {letter}"
        rows.append(
            row(i, text="\n\n".join([parts[0], "Advertisement", *parts[1:3], standing, "Advertisement", parts[3]]))
        )
    corpus = corpus_of(rows)
    assert not corpus.articles["text"].str.contains("Advertisement|newsletter").any()
    kinds = corpus.boilerplate.set_index("line")["kind"]
    assert kinds[letter] == "run" and kinds["Advertisement"] == "recurring"


def test_the_study_says_which_runs_stay(corpus_of):
    letter = "Sign up for our evening newsletter here."
    rows = [row(i, text=row(i)[4].replace(".\n\n", f". {letter}\n\n", 1)) for i in range(12)]
    corpus = corpus_of(rows)
    study = corpus.study
    outlets = {key: dataclasses.replace(outlet, keep=(letter,)) for key, outlet in study.outlets.items()}
    kept = open_corpus(dataclasses.replace(study, outlets=outlets), say=lambda line: None)
    assert kept.articles["text"].str.contains("newsletter").all()


SLOW = r"(?:\w+\s?)+[:;]$"  # repeats a repetition


def test_a_pattern_of_a_study_that_hangs_costs_the_items_it_hangs_on(corpus_of, monkeypatch):
    monkeypatch.setattr(study_patterns, "SECONDS", 0.1)
    monkeypatch.setattr(study_patterns, "TRIES", 2)
    long = row(0)[4] + "\n\n" + "The harbour counted ships and wrote them down " * 300  # one paragraph without a stop
    rows = [row(0), *(row(i, text=long) for i in range(1, 6)), *(row(i, outlet="herald") for i in range(6, 10))]
    corpus, lines = corpus_of(rows), []
    corpus.say = lines.append
    for key, pattern in {"daily": SLOW, "herald": r"\b\w+ from Pyongyang\b"}.items():
        corpus.study.outlets[key] = dataclasses.replace(corpus.study.outlets[key], strip=(pattern,))
    ledger = corpus.clean_ledger
    lost = ledger[ledger["outcome"] == "pattern_too_slow"]
    assert len(lost) == 5 and lost["detail"].str.contains(SLOW, regex=False).all()
    assert lost["detail"].str.contains("was not tried").sum() == 3  # it was given up after two
    assert ledger.loc[ledger["outlet"] == "herald", "outcome"].eq("kept").all()
    assert len(ledger) == len(rows)
    assert any(line.startswith("daily, https://daily.example/1: strip: pattern ") and SLOW in line for line in lines)
    assert "from Pyongyang were loaded" not in " ".join(corpus.cleaned.query("outlet == 'herald'")["text"])


def test_a_transcript_rule_that_hangs_is_told_and_fits_nobody(corpus_of, monkeypatch):
    monkeypatch.setattr(study_patterns, "TRIES", 2)
    speech = "MR. SALT: The treaty of Russia and North Korea stands on page {0}.\n\nMS. REED: Shells went to pier {0}."
    corpus, lines = corpus_of([row(i, text=speech.format(i)) for i in range(3)]), []
    corpus.say = lines.append
    compiled = study_patterns.compiled
    monkeypatch.setattr(study_patterns, "compiled", lambda pattern: Hanging() if pattern == SLOW else compiled(pattern))
    rules = {SLOW: "quoted", "MS.*": "quoted"}
    corpus.study.outlets["daily"] = dataclasses.replace(corpus.study.outlets["daily"], transcript_voices=rules)
    patterns = study_patterns.StudyPatterns()
    assert [patterns.fits(SLOW, "MR. SALT") for _ in range(3)] == [False] * 3 and "was not tried" in patterns.slow[2]
    assert corpus.speech.groupby("speaker")["voice"].agg(set).to_dict() == {
        "MR. SALT": {"outlet"},
        "MS. REED": {"quoted"},
    }
    assert sum(line.startswith("daily, article ") and SLOW in line for line in lines) >= 3


class Hanging:
    """A pattern that takes too long on whatever it is held against."""

    def fullmatch(self, text, timeout):
        raise TimeoutError
