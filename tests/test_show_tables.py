"""A table of a page is read right by eyes and by machines, whatever stands in it."""

from __future__ import annotations

import base64
import csv
import io
import re

import numpy as np
import pandas as pd

from helpers.report.check import check_page
from helpers.show.tables import folded_html, frame_html, table_html


def cells(page: str) -> list[str]:
    """What stands in the cells of rows, heads of rows among them, without marks of direction."""
    body = page.split("<tbody", 1)[-1]
    return [re.sub(r"</?(?:bdi|wbr)>", "", cell) for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", body)]


def test_everything_is_escaped() -> None:
    page = table_html(pd.DataFrame({"<b>": ["<script>x()</script>", "a & b"]}), "<i>caption</i>")
    assert not re.search(r"<(b|i|script)>", page)
    assert cells(page) == ["&lt;script&gt;x()&lt;/script&gt;", "a &amp; b"]


def test_heads_have_a_scope_and_the_table_a_caption() -> None:
    frame = pd.DataFrame({"n": [1, 2]}, index=pd.Index(["KCNA", "TASS"], name="outlet"))
    page = table_html(frame, "Articles")
    assert "<caption>Articles</caption>" in page
    assert page.count('<th scope="col"') == 2 and page.count('<th scope="row"') == 2
    assert table_html(frame.reset_index(), "Articles").count('<th scope="row"') == 2  # words head a row, numbers do not
    assert 'scope="row"' not in table_html(frame.reset_index(drop=True), "Articles")
    assert "<th></th>" not in page and not re.search(r"<th[^>]*></th>", page)


def test_numbers_words_days_and_nothing() -> None:
    frame = pd.DataFrame(
        {
            "share": [-0.126, np.nan],
            "n": [12345, 1],
            "day": ["2024-01-05", None],
            "when": pd.to_datetime(["2024-01-05 10:30", None]),
            "yes": [True, False],
            "maybe": pd.array([3, None], dtype="Int64"),
        }
    )
    page = table_html(frame, "All kinds", digits=1)
    assert cells(page) == [
        "−0.1", "12,345", "2024-01-05", "2024-01-05 10:30", "yes", "3", "–", "1", "–", "–", "no", "–",
    ]  # fmt: skip
    kinds = re.findall(r'<th scope="col" role="columnheader" class="([^"]*)">', page)
    assert kinds == ["number", "number", "day", "day", "words", "number"]


def test_levels_of_columns_are_joined() -> None:
    frame = pd.DataFrame([[1] * 4], columns=pd.MultiIndex.from_product([["a", "b"], ["w", ""]]))
    page = table_html(frame, "Wide")
    assert ">a, w</bdi>" in page and ">b</bdi>" in page


def test_a_long_table_opens_with_its_first_rows_and_gives_all_away() -> None:
    frame = pd.DataFrame({"outlet": [f"Outlet {place}" for place in range(83)], "n": range(83)})
    page = table_html(frame, "Articles of each")
    first, rest = page.split("<details>")
    assert len(cells(first)) == 2 * 10 and "Full table, 83 rows" in rest and len(cells(rest)) == 2 * 83
    assert pd.read_csv(io.BytesIO(file_in(page))).equals(frame)
    assert "<details" not in table_html(frame.head(14), "Articles of each")
    assert check_page(page) == []


def test_a_wide_table_folds_its_last_columns_and_says_how_many() -> None:
    frame = pd.DataFrame(
        {f"a long name of column {place}": ["many words of a cell", "and more"] for place in range(20)}
    )
    page = table_html(frame, "Wide")
    first, rest = page.split("<details>")
    shown = first.count('scope="col"')
    assert 2 < shown < 20 and f"and {20 - shown} more columns" in rest and rest.count('scope="col"') == 20
    assert 'role="region" tabindex="0" aria-label="Wide, all columns"' in rest
    assert "tabindex" not in first


def test_estimates_are_drawn_on_one_scale_with_a_line_at_no_difference() -> None:
    frame = pd.DataFrame({"measure": ["a", "b", "c"], "points": ["−5.0 (−10.0 to 0.0)", "+10.0 (+5.0 to +15.0)", "–"]})
    page = table_html(frame, "Differences")
    drawn = re.findall(r"<svg.*?</svg>", page)
    zero = {re.search(r"M([\d.]+) 0V12", svg)[1] for svg in drawn if "<path" in svg}
    dots = [float(re.search(r'cx="([\d.]+)"', svg)[1]) for svg in drawn if "<circle" in svg]
    assert len(zero) == 1 and dots[0] < float(zero.pop()) < dots[1] and 'aria-hidden="true"' in drawn[0]
    assert "−5.0 <small>(−10.0 to 0.0)</small>" in page  # read aloud as it is
    levels = table_html(pd.DataFrame({"outlet": ["a"], "share": ["5 % (1 % to 9 %)"]}), "Levels")
    assert "0V12" not in levels and "<circle" in levels


def test_no_cell_of_the_file_is_a_formula() -> None:
    words = ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "＝1", "harmless"]
    frame = pd.DataFrame({"=head": words, "n": [-1.5] * 7})
    page = folded_html(frame, "=caption", lead=[False] * 7)
    rows = list(csv.reader(io.StringIO(file_in(page).decode("utf-8-sig"))))
    assert not [cell for row in rows for cell in row if cell[:1] in "=+@＝\t" or cell.startswith("-2")]
    assert {row[1] for row in rows[1:]} == {"-1.5"}


def test_a_file_too_large_for_a_page_is_not_in_it() -> None:
    frame = pd.DataFrame({"words": ["x" * 390] * 2000})
    page = table_html(frame, "Much")
    assert "data:text/csv" not in page and "too many for a file" in page and page.count("<tr") < 450


def test_what_every_row_says_and_notes_are_said_once_below() -> None:
    frame = pd.DataFrame({"outlet": list("abc"), "state": "described", "n": [1, 2, 3], "note": ["few", "", "few"]})
    page = table_html(frame, "Articles")
    assert page.count("described") == 1 and "In every row: state <bdi>described</bdi>." in page
    assert page.count("<bdi>few") == 1 and page.count(" <sup>1</sup></th>") == 2
    assert ">note</bdi>" not in page


def test_codes_are_words_and_computed_ids_are_numbers() -> None:
    frame = pd.DataFrame({"language": ["ko", "en"], "outcome": ["no_text", "kept"], "story": ["a" * 16, "b" * 16]})
    assert cells(table_html(frame, "x")) == ["Korean", "no text", "1", "English", "kept", "2"]
    assert cells(table_html(pd.DataFrame({"title": ["snake_case", "A title"]}), "x"))[0] == "snake_case"  # data stays


def test_a_frame_that_ends_a_cell_is_a_table_named_as_in_code() -> None:
    frame = pd.DataFrame({"outlet_name": ["<b>"], "n_words": [1200]}, index=[7])
    page = frame_html(frame)
    assert ">n_words</bdi></th>" in page and "&lt;b&gt;" in page and cells(page)[1] == "1,200" and len(cells(page)) == 2
    counted = frame_html(pd.DataFrame({"a": range(30)}, index=pd.Index(range(30), name="a")))
    assert "The first 10 of 30 rows" in counted


def test_an_empty_frame_is_a_sentence() -> None:
    assert table_html(pd.DataFrame({"a": []}), "None <b>") == '<p class="nothing">None &lt;b&gt;: nothing to list.</p>'


def file_in(page: str) -> bytes:
    return base64.b64decode(re.search(r'href="data:text/csv;charset=utf-8;base64,([^"]+)"', page)[1])
