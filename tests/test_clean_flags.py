"""Traces that a page leaves of how it was made, and the language it is in."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pandas as pd
import pytest

from helpers.clean.boilerplate import strip_trailer
from helpers.clean.flags import flags, template_flags
from helpers.clean.language import detect
from helpers.clean.normalise import normalise

DATA = Path(os.environ.get("COVERAGE_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))


def texts_of(*bodies: str) -> pd.Series:
    return pd.Series(list(bodies), index=[f"a{i}" for i in range(len(bodies))])


@pytest.mark.skipif(not (DATA / "pages").exists(), reason="the example page is not here (COVERAGE_DATA)")
def test_the_real_example_page() -> None:
    text = normalise((DATA / "pages" / "000_10b7c2c8f8929c68.txt").read_text(encoding="utf-8"))
    found = dict(flags(text, byline=None))
    assert found["no_source"] == "Source link:"
    assert found["ai_disclosed"].startswith("Artificial intelligence was used")
    clean, cut = strip_trailer(text)
    assert cut[0] == "Source link:"
    assert clean.endswith("implications" if clean.endswith("implications") else clean[-1])
    assert not re.search("Source link|Artificial intelligence|Leave a Reply|email address", clean)
    assert len(clean) > 0.9 * len(text)


def test_flags_carry_the_words_that_earned_them() -> None:
    text = "Рассказ.\n\nСсылка на источник:\n\nЭтот текст составлен искусственным интеллектом и не проверен редактором."
    assert flags(text, byline="Мара") == [
        ("ai_disclosed", "Этот текст составлен искусственным интеллектом и не проверен редактором."),
        ("no_source", "Ссылка на источник:"),
    ]
    assert flags("Рассказ.\n\nИсточник:\n\nhttps://a.invalid/x", byline="Мара") == []
    assert flags("A story.", byline=" ") == [("no_author", "")]
    assert flags("A story.", byline=None, check_author=False, title="") == [("no_title", "")]


def test_template_articles_share_a_mould() -> None:
    texts = texts_of(
        *[
            f"On Monday the port of {name} received {n} ships and sent {n} away."
            for n, name in enumerate(["Ada", "Bo", "Ci"], 11)
        ],
        "A story that nobody else has written in this way or in any other.",
    )
    found = template_flags(texts)
    assert (found != "").tolist() == [True, True, True, False]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The sides signed a treaty on trade.", "en"),
        ("Стороны подписали договор о торговле.", "ru"),
        ("Сторони підписали договір про торгівлю.", "uk"),
        ("양측은 무역 조약에 서명했다.", "ko"),
        ("双方签署了贸易条约。", "zh"),
        ("12:30", None),
        ("", None),
    ],
)
def test_language_among_candidates(text: str, language: str | None) -> None:
    assert detect(text, among=["en", "ru", "uk", "ko", "zh"]) == language


def test_an_unknown_language_code_is_named() -> None:
    with pytest.raises(ValueError, match="'xx'"):
        detect("Some text that is long enough", among=["en", "xx"])
