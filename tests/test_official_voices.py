"""The real study as shipped: its files parse, its codebook does what it says, its events are sourced."""

from __future__ import annotations

import csv
import datetime
import itertools
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from helpers.frames.codebook import FUNCTIONS
from helpers.study import Study, load_study
from helpers.text.aliases import Aliases
from helpers.text.tokens import lemmas

ROOT = Path(__file__).resolve().parents[1]
ISSUE_FRAMES = {
    "BATTLEFIELD_AID", "ALLIANCE", "LEGALITY", "ARMS_TECHNOLOGY", "PENINSULA_SECURITY", "REACTIONS", "CHINA_PLACE",
    "DOMESTIC", "SOVEREIGNTY",
}  # fmt: skip
GENERIC_FRAMES = {"CONFLICT", "HUMAN_INTEREST", "ECONOMIC", "MORALITY", "RESPONSIBILITY"}


@pytest.fixture(scope="module")
def study() -> Study:
    return load_study("official-voices", root=ROOT)


def named(study: Study, text: str, language: str) -> set[str]:
    return set(Aliases(study.entities, language).names(lemmas(text, language, breaks=True)))


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "An envoy of the Democratic People’s Republic of Korea", {"PRK"}),
        ("en", "North Koreans, N. Korea and the DPRK’s missiles", {"PRK"}),
        ("en", "Kim Jong-un spoke", {"PRK"}),  # and not the United Nations
        ("en", "The Republic of Korea and South Koreans", {"KOR"}),
        ("en", "Korea is a peninsula", set()),
        ("en", "Putin left the Kremlin for the U.N.", {"RUS", "UN"}),
        ("en", "They told us about Prussia", set()),  # neither the USA nor Russia inside another word
        ("en", "The People's Republic of China", {"CHN"}),
        ("ru", "Переговоры с Ким Чен Ыном в Пхеньяне", {"PRK"}),
        ("ru", "Отношения с Северной Кореей", {"PRK"}),
        ("ru", "северокорейскими солдатами", {"PRK"}),
        ("ru", "Корейской Народно-Демократической Республики", {"PRK"}),
        ("ru", "Договор с Республикой Корея и Южной Кореей", {"KOR"}),
        ("ru", "российским послом в Москве", {"RUS"}),
        ("ru", "встреча с Зеленским в Киеве", {"UKR"}),
        ("ru", "Си Цзиньпина в Пекине", {"CHN"}),
        ("ru", "В США и в ООН", {"USA", "UN"}),
    ],
)
def test_names_are_found_in_every_form(study: Study, language: str, text: str, expected: set[str]) -> None:
    assert named(study, text, language) == expected


def test_both_tiers_are_there_in_both_languages(study: Study) -> None:
    tiers = {code: frame.tier for code, frame in study.codebook.frames.items()}
    assert {code for code, tier in tiers.items() if tier == "generic"} == GENERIC_FRAMES
    assert {code for code, tier in tiers.items() if tier == "issue"} == ISSUE_FRAMES
    for frame in study.codebook.frames.values():
        assert set(frame.definition) == set(FUNCTIONS) and frame.include and frame.exclude
        for language in study.languages:
            assert len(frame.indicators[language]) >= 2, (frame.code, language)
            assert len(frame.examples[language].positive) >= 2 and len(frame.examples[language].negative) >= 2


def test_no_indicator_is_one_word_that_the_pair_itself_brings(study: Study) -> None:
    """Every relevant passage names the pair: an indicator made of it alone would fire on all of them."""
    pair = {f"@{code}" for code in study.pair}
    for language, frame in itertools.product(study.languages, study.codebook.frames.values()):
        for one in frame.indicators[language]:
            assert not set(one.all) <= pair, (frame.code, one.text)


def test_events_are_dated_sourced_and_checked(study: Study) -> None:
    assert len(study.events) >= 16
    days = {event.id: event.day for event in study.events}
    assert days["vostochny-summit"] == datetime.date(2023, 9, 13)
    assert days["panel-veto"] == datetime.date(2024, 3, 28)
    assert days["treaty-signed"] == datetime.date(2024, 6, 19)
    assert days["treaty-in-force"] == datetime.date(2024, 12, 4)
    assert days["dprk-acknowledges"] == datetime.date(2025, 4, 28)
    assert list(days.values()) == sorted(days.values())
    for event in study.events:
        assert study.start <= event.day <= study.end
        assert urlsplit(event.address).scheme in ("http", "https") and event.publisher and event.source_title
        assert event.checked >= event.day


def test_known_volume_has_every_month_of_the_outlet_once(study: Study) -> None:
    (volume,) = study.known_volume
    assert volume.outlet == "channel-one"
    with volume.path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    months = [row["month"] for row in rows]
    assert months == [f"{year}-{month:02d}" for year in (2022, 2023, 2024) for month in range(1, 13)]
    assert all(int(row["n_items"]) > 0 for row in rows)


def test_collection_is_marked_and_inside_the_period(study: Study) -> None:
    for outlet in study.outlets.values():
        assert outlet.collected
        for start, end in outlet.collected:
            assert study.start <= start <= end <= study.end
    assert study.outlets["kcna"].speaks_for == "PRK"
    assert study.outlets["white-house"].sampling == "keyword"


@pytest.mark.parametrize(
    ("label", "voice"),
    [("Q", "quoted"), ("PRESIDENT YOON", "quoted"), ("PRIME MINISTER KISHIDA", "quoted"), ("MODERATOR", "quoted"),
     ("MS. JEAN-PIERRE", "outlet"), ("PRESIDENT BIDEN", "outlet"),
     ("THE PRESIDENT", "outlet"), ("MR. KIRBY", "outlet")],
)  # fmt: skip
def test_who_speaks_for_the_white_house(study: Study, label: str, voice: str) -> None:
    rules = study.outlets["white-house"].transcript_voices
    assert next((told for rule, told in rules.items() if re.fullmatch(rule, label)), "outlet") == voice


def test_the_data_statement_says_what_it_must() -> None:
    text = (ROOT / "studies" / "official-voices" / "README.md").read_text(encoding="utf-8")
    for heading in ("Who is speaking", "What is missing", "How the counts were made", "What cannot be concluded"):
        assert f"## {heading}" in text


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "No Kwang Chol met Lee Jae-myung of S. Korea", {"PRK", "KOR"}),
        ("en", "The Washington Post and The Moscow Times", set()),
        ("en", "the Treaty of Friendship, Cooperation and Mutual Assistance", {"TREATY.1961"}),
        ("ru", "о политике Соединённых Штатов", {"USA"}),
        ("ru", "российско-северокорейских связей", {"RUS", "PRK"}),
        ("ru", "с Но Кван Чхолем и Юн Сок Ёлем", {"PRK", "KOR"}),
        ("ru", "согласно 51-й статье", {"UN.ARTICLE51"}),
        ("ru", "Договора о дружбе, сотрудничестве и взаимной помощи", {"TREATY.1961"}),
        ("uk", "зустріч із Лавровим, Захаровою та Юн Сок Йолем", {"RUS", "KOR"}),
        ("ko", "북·러 정상과 한·미·일", {"PRK", "RUS", "KOR", "USA", "JPN"}),
        ("ko", "로광철은 北 국방상", {"PRK"}),
        ("zh", "根據《聯合國憲章》第五十一條", {"UN", "UN.ARTICLE51"}),
        ("zh", "朝鮮日報駐白宮記者", {"USA"}),
        ("zh", "朝鮮外務省、克里姆林宮、紹伊古", {"PRK", "RUS"}),
    ],
)
def test_names_of_five_languages_in_the_forms_that_print_uses(
    study: Study, language: str, text: str, expected: set[str]
) -> None:
    assert named(study, text, language) == expected
