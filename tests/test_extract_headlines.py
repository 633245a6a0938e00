"""A headline and its standfirst as one paragraph, and the genre that title and address announce; all invented."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.copies import bare_standfirsts, idle_standfirsts, standfirst_runs
from helpers.extract.headlines import headline_text, one_line, without_invitation
from helpers.show.units import words
from helpers.text.genre import GENRES, PASSING, genre
from helpers.text.voices import split_voices


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("Ships <b>leave</b> &amp; return", "Ships leave & return"),
        ("<p>Ships leave.</p><p>Rain falls.</p>", "Ships leave. Rain falls."),
        ("Ships leave. <img src='a.jpg' alt='x", "Ships leave."),
        ("a < b and\n c > d", "a < b and c > d"),
    ],
)
def test_tags_and_entities_are_no_text(given: str, wanted: str) -> None:
    assert one_line(given) == wanted


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("Ships leave on Monday. Continue reading...", "Ships leave on Monday."),
        ("Ships leave on Monday… Read more »", "Ships leave on Monday…"),
        ("Корабли уходят в понедельник. Читать далее", "Корабли уходят в понедельник."),
        ("배가 월요일에 떠난다. 자세히 보기", "배가 월요일에 떠난다."),
        ("船周一离港。阅读全文", "船周一离港。"),
        ("Envoys asked the children to keep reading", "Envoys asked the children to keep reading"),
        ("What the port will read more", "What the port will read more"),
    ],
)
def test_an_invitation_to_read_on_is_cut_only_behind_a_sentence(given: str, wanted: str) -> None:
    assert without_invitation(given) == wanted


def test_a_standfirst_that_begins_with_its_headline_stands_alone() -> None:
    assert headline_text("Ships leave", "Ships leave the quay") == "Ships leave the quay"
    assert headline_text("Ships leave", "Ships leaving the quay") == "Ships leave. Ships leaving the quay"
    assert headline_text("Ships leave:", "the quay is empty") == "Ships leave: the quay is empty"


def test_a_standfirst_of_capitals_without_a_full_stop_stays() -> None:
    titles = pd.Series([f"Story {word} of the quay" for word in "abcdefghijklmnop"])
    lines = pd.Series([f"XA minister number {word} meets envoys" for word in "abcdefghijklmnop"])
    outlets = pd.Series("x", index=lines.index)
    runs = standfirst_runs(lines, outlets, titles)
    assert runs.empty and idle_standfirsts(lines, outlets, titles).empty
    assert bare_standfirsts(lines, outlets, runs).tolist() == lines.tolist()


@pytest.mark.parametrize(
    ("title", "address", "code", "wanted"),
    [
        ("Ships leave", "http://quay.invalid/world/live/2030/may/01/ships", "en", "live"),
        ("Harbour war live: ships leave", "http://quay.invalid/1", "en", "live"),
        ("Watch live: ships leave", "http://quay.invalid/1", "en", "video"),
        ("Your Monday Briefing: ships leave", "http://quay.invalid/1", "en", "briefing"),
        ("Harbour at a glance: wheat, ships and day three", "http://quay.invalid/1", "en", "briefing"),
        ("Ships leave", "http://quay.invalid/podcasts/12", "en", "podcast"),
        ("The quay is ours | Ada Tolen", "http://quay.invalid/1", "en", "opinion"),
        ("Ships leave – in pictures", "http://quay.invalid/1", "en", "pictures"),
        ("[사설] 항구를 열라", "http://quay.invalid/1", "ko", "opinion"),
        ("社评：港口必须开放", "http://quay.invalid/1", "zh", "opinion"),
        ("Мнение: порт должен открыться", "http://quay.invalid/1", "ru", "opinion"),
        ("Minister gives a briefing on ships", "http://quay.invalid/1", "en", ""),
        ("Ships that live at sea", "http://quay.invalid/how-ships-live-at-sea", "en", ""),
        ("Ships leave", "http://[quay", "en", ""),
        (None, None, "de", ""),
    ],
)
def test_genre(title: str | None, address: str | None, code: str, wanted: str) -> None:
    assert genre(title, address, code) == wanted and wanted in ("", *GENRES) and set(PASSING) < set(GENRES)


def test_a_whole_text_is_one_passage_without_labels_or_length() -> None:
    text = "Q Will they leave?\n\nMS. TOLEN: " + "They will. " * 300
    [passage] = split_voices(text, whole=True)
    assert passage.position == 0 and passage.n_words > 600 and passage.n_words_quoted == 0
    [quoted] = split_voices("‘We will leave the quay today’: Tolen to envoys", whole=True)
    assert quoted.n_words_quoted == 6
    [claimed] = split_voices("Ships will leave the quay, minister says", whole=True)
    assert claimed.n_words_quoted == 0


def test_what_a_page_calls_its_items() -> None:
    both = words(pd.DataFrame({"unit": ["headline", "paragraph"]}))
    assert both.item == "text" and "not compared" in both.note
    assert words(pd.DataFrame({"unit": ["paragraph"]})).note == ""
