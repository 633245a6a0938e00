"""A table of a page is read right by eyes and by machines, whatever stands in it."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from helpers.show.tables import table_html


def cells(page: str) -> list[str]:
    return re.findall(r"<td[^>]*>(.*?)</td>", page)


def test_everything_is_escaped() -> None:
    page = table_html(pd.DataFrame({"<b>": ["<script>x()</script>", "a & b"]}), "<i>caption</i>")
    assert not re.search(r"<(b|i|script)>", page)
    assert cells(page) == ["&lt;script&gt;x()&lt;/script&gt;", "a &amp; b"]


def test_heads_have_a_scope_and_the_table_a_caption() -> None:
    frame = pd.DataFrame({"n": [1, 2]}, index=pd.Index(["KCNA", "TASS"], name="outlet"))
    page = table_html(frame, "Articles")
    assert "<caption>Articles</caption>" in page
    assert page.count('<th scope="col"') == 2 and page.count('<th scope="row" class="words">') == 2
    assert 'scope="row"' not in table_html(frame.reset_index(), "Articles")  # an index without a name is no head


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
    kinds = re.findall(r'<th scope="col"(?: class="([^"]*)")?>', page)
    assert kinds == ["", "", "words day", "words day", "words", ""]


def test_levels_of_columns_are_joined_and_a_wide_table_is_set_small() -> None:
    frame = pd.DataFrame([[1] * 8], columns=pd.MultiIndex.from_product([["a", "b"], ["w", "x", "y", ""]]))
    page = table_html(frame, "Wide")
    assert ">a, w</th>" in page and ">b</th>" in page and 'class="table wide"' in page
    assert 'class="table"' in table_html(frame.iloc[:, :3], "Narrow")


def test_an_empty_frame_is_a_table_without_rows() -> None:
    assert cells(table_html(pd.DataFrame({"a": []}), "None")) == []
