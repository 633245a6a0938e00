"""Plain text: characters, wraps, words glued at joins, lines that belong to the site."""

from __future__ import annotations

import gzip
import json
import os
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers.copies.recurring_lines import recurring_lines, strip_lines, strip_trailer
from helpers.extract.flags import flags
from helpers.extract.glued_words import Joins, learn_joins, split_joins
from helpers.extract.normalise import normalise

DATA = Path(os.environ.get("COVERAGE_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("в\u00a0порту, co\u00adoperation\u200b", "в порту, cooperation"),
        ("e\u0301te\u0301", "été"),
        ("Jen\\_P and \\[a person\\] said", "Jen_P and [a person] said"),
        ("**Bold** words, [a link](https://a.invalid/x) &amp; more&nbsp;text", "Bold words, a link & more text"),
        ("# A heading\n\n![alt](data:image/png;base64,AAAA) text", "A heading\n\ntext"),
        ("“Quoted” and «Цитата» stay", "“Quoted” and «Цитата» stay"),
        ("п\u02bcять ﬁnd ２４ Ａ", "п’ять find 24 A"),
        ("one\r\ntwo\rthree\u2028four", "one two three four"),
        ("One.\nTwo.\n\n\n Three.", "One.\n\nTwo.\n\nThree."),
        ("the tagged name , and so on .", "the tagged name, and so on."),
        ("\x00a\x07b\ufffd", "ab"),
        ("", ""),
    ],
)
def test_known_forms(given: str, wanted: str) -> None:
    assert normalise(given) == wanted


def test_hard_wrapped_lines_are_joined_and_others_are_not() -> None:
    wrapped = (
        "MODERATOR:  Thank you for joining the call about the harbour and what is\n"
        "planned there.  As a reminder, this call is held on the usual terms, so\n"
        "nobody is named.  We start with a few words by the engineer, Ada, and\n"
        "then turn to questions from all who wish to ask one about the cranes\n"
        "or the quay.\n\nQ    How many are there?\n\n- a list\n- of two"
    )
    assert normalise(wrapped).split("\n\n")[1:] == ["Q How many are there?", "- a list", "- of two"]
    assert normalise(wrapped).startswith(
        "MODERATOR: Thank you for joining the call about the harbour and what is planned there."
    )
    single = "The first paragraph ends.\nThe second begins here.\nThe third ends it."
    assert len(normalise(single).split("\n\n")) == 3


def test_a_second_pass_changes_nothing() -> None:
    rng = np.random.default_rng(5)
    pieces = [
        "word",
        "Ada",
        "\n",
        "\n\n",
        " ",
        "  ",
        "\\_",
        "\\\\*",
        "**",
        "#",
        "# ",
        "[",
        "](/x)",
        "&amp;",
        "nbsp;",
        ".",
        ",",
        "\u00ad",
        "Тест",
        "дом",
        "»",
        "-",
        "\r\n",
        "ада",
        "Kim",
        "1.",
        "<br>",
        "\u3000",
        "é",
        "e\u0301",
    ]
    for _ in range(400):
        text = "".join(rng.choice(pieces, size=rng.integers(1, 40)))
        once = normalise(text)
        assert normalise(once) == once, text


@pytest.mark.parametrize(
    "kept",
    [
        "McDonald",
        "iPhone",
        "YouTube",
        "PayPal",
        "DeSantis",
        "TikTok",
        "kWh",
        "U.S.A",
        "e.g.This",
        "www.Site.com/ThePage",
        "ЕвРоПол",
        "easyJet",
        "#theTag",
        "a@bigHost.org",
        "3.5Mb",
        "MiGs",
        "O'Brien",
    ],
)
def test_words_that_only_look_glued_stay(kept: str) -> None:
    assert split_joins(kept) == kept


@pytest.mark.parametrize(
    ("glued", "split"),
    [
        ("wishedAda", "wished Ada"),
        ("ofAda", "of Ada"),
        ("meeting,Ada", "meeting, Ada"),
        ("(1979),Ada", "(1979), Ada"),
        ("ended.The", "ended. The"),
        ("said.”The", "said.” The"),
        ("договор.Стороны", "договор. Стороны"),
        ("встречаАды", "встреча Ады"),
    ],
)
def test_joins_that_show_by_case_are_split(glued: str, split: str) -> None:
    assert split_joins(glued) == split


def test_joins_that_do_not_show_are_learned_from_the_outlet() -> None:
    texts = [f"Mara Lon Ud went {word} again and was there, received and said it." for word in "abcdef"]
    texts += [
        "Mara Lon Udand all.",
        "Mara Lon Udwas it.",
        "Mara Lon Udreceived us.",
        "Mara Lon Udsaid so.",
        "Comrade Mara",
        "ComradeMara Lon Ud",
    ]
    joins = learn_joins(texts)
    assert normalise("Mara Lon Udand ComradeMara Lon Ud", vocabulary=joins) == "Mara Lon Ud and Comrade Mara Lon Ud"
    assert normalise("Mara Lon Udina stays", vocabulary=joins) == "Mara Lon Udina stays"
    assert learn_joins(reversed(texts)) == joins
    assert learn_joins([]) == Joins()


@pytest.mark.skipif(not (DATA / "coverage").exists(), reason="the real coverage is not here (COVERAGE_DATA)")
def test_glued_words_of_a_real_outlet() -> None:
    lines = gzip.open(DATA / "coverage" / "kcna-en-2024.jsonl.gz", "rt", encoding="utf-8")
    bodies = sorted({record["text"] for record in map(json.loads, lines) if record["text"]})
    joins = learn_joins(bodies)
    clean = "\n".join(normalise(body, vocabulary=joins) for body in bodies)
    glued = r"Kim (?:Jong|Il) (?:Un|Il|Sung)(?=[a-z]{2})|[a-z]Kim\b"
    before = len(re.findall(glued, "\n".join(bodies)))
    left = re.findall(glued, clean)
    assert before > 1_000
    assert len(left) < 0.01 * before
    for place in ("Unsan", "Unpha", "Unryul", "United", "Sungho", "University"):
        assert len(re.findall(rf"\b{place}\b", clean)) >= len(re.findall(rf"\b{place}\b", "\n".join(bodies)))


def texts_of(*bodies: str) -> pd.Series:
    return pd.Series(list(bodies), index=[f"a{i}" for i in range(len(bodies))])


def test_lines_that_recur_under_unrelated_addresses_are_found() -> None:
    pages = texts_of(
        *[f"Story {w} of the day {w}.\n\nIt went on {w}.\n\nWrite to us!\n\nSource: TASS" for w in "abcde"]
    )
    found = recurring_lines(pages, pd.Series("x", index=pages.index))
    assert found.values.tolist() == [
        ["x", "Write to us!", "recurring", 5]
    ]  # the credit line recurs too, and is none of the site's
    assert strip_lines(pages["a0"], found["line"]) == "Story a of the day a.\n\nIt went on a.\n\nSource: TASS"


def test_a_repeated_or_updated_body_is_no_boilerplate() -> None:
    body = "The minister opened the quay.\n\nHe spoke of cranes.\n\nThen he left."
    pages = texts_of(body, body, body, body, body + "\n\nUpdated.", body + "\n\nUpdated twice.")
    assert recurring_lines(pages, pd.Series("x", index=pages.index)).empty


def test_a_set_phrase_in_the_middle_of_long_texts_is_no_boilerplate() -> None:
    pages = texts_of(
        *[
            "\n\n".join([*(f"Line {i} {w}" for i in range(30)), "Thank you.", *(f"End {i} {w}" for i in range(30))])
            for w in "abcdef"
        ]
    )
    assert recurring_lines(pages, pd.Series("x", index=pages.index)).empty


def test_other_articles_titles_are_links() -> None:
    pages = texts_of("The story of one.\n\nCranes stand idle today", "The story of two.", "Cranes")
    titles = pd.Series(["One day", "Cranes stand idle today", "Three"], index=pages.index)
    assert recurring_lines(pages, pd.Series("x", index=pages.index), titles=titles)["line"].tolist() == [
        "Cranes stand idle today"
    ]


def test_a_body_of_nothing_but_common_lines_ends_empty() -> None:
    common = "Read also: one\n\nRead also: two"
    pages = texts_of(common, *[f"Story {w}, its first line {w}.\n\n{common}" for w in "abcd"])
    lines = recurring_lines(pages, pd.Series("x", index=pages.index))["line"]
    assert strip_lines(pages["a0"], lines) == ""


def test_one_page_cannot_repeat_itself() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        recurring_lines(texts_of("a"), pd.Series(["x"], index=["a0"]), min_documents=1)


@pytest.mark.parametrize(
    "ending",
    [
        "Source link:",
        "Leave a Reply",
        "Your email address will not be published. Required fields are marked *",
        "Добавить комментарий",
        "Ссылка на источник:",
        "Залишити коментар",
        "댓글 쓰기",
        "发表评论",
        "This article was written by ChatGPT.",
    ],
)
def test_what_follows_the_article_is_cut(ending: str) -> None:
    assert strip_trailer(f"The story.\n\nIt goes on for a while.\n\n{ending}\n\nmore") == (
        "The story.\n\nIt goes on for a while.",
        [ending, "more"],
    )


def test_a_story_about_machines_or_sources_is_not_cut() -> None:
    machines = "Artificial intelligence was used by the port to count its cranes through the whole winter."
    text = f"The story.\n\n{machines}\n\nSource: TASS"
    assert strip_trailer(text) == (text, [])
    assert flags(text, byline="Ada") == []


def test_chinese_and_japanese_lines_are_paragraphs_unless_they_were_cut_mid_sentence() -> None:
    lines = [
        f"第{n}号码头的代表团沿着港口走了很久，清点了起重机和船只，随后在大厅里签署了关于合作的文件，记者在场。"
        for n in "一二三四五"
    ]
    assert normalise("\n".join(lines)).split("\n\n") == lines
    text = "".join(lines)
    assert normalise("\n".join(text[i : i + 42] for i in range(0, len(text), 42))) == text


def test_a_bracketed_lead_in_is_cut_off_a_link() -> None:
    pages = pd.Series({"a": "항구의 이야기.\n\n[관련기사] 항구에 비가 많이 내렸다", "b": "다른 이야기."})
    titles = pd.Series({"a": "항구의 하루 이야기", "b": "항구에 비가 많이 내렸다"})
    found = recurring_lines(pages, pd.Series("x", index=pages.index), titles=titles)
    assert found["line"].tolist() == ["[관련기사] 항구에 비가 많이 내렸다"]
