"""What the explorer gets of a study, and the explorer in JupyterLab as a reader has it."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from browser import chromium, jupyterlab

from helpers.pipeline.explore import explore
from helpers.show.explorer.assets import module, page_script
from helpers.show.explorer.packing import numbers, whole
from helpers.show.explorer.payload import UNDATED, as_json, payload

TYPES = {"u8": "u1", "u16": "<u2", "u32": "<u4", "f64": "<f8"}


def unpacked(column: dict) -> np.ndarray:
    """As the script reads a column."""
    if "v" in column:
        return unpacked(column["v"])[unpacked(column["c"])]
    return np.frombuffer(base64.b64decode(column["b"]), TYPES[column["t"]])


def made(n: int = 6, **options: object) -> dict:
    """A study of two outlets, one of which was not collected on the second day."""
    days = pd.date_range("2030-01-01", periods=3)
    articles = pd.DataFrame({
        "article_id": [f"a{place}" for place in range(n)], "outlet": ["one", "two"] * (n // 2), "language": "en",
        "outlet_name": ["One", "Two"] * (n // 2), "groups": "", "unit": "headline", "genre": "", "title": None,
        "day": [*days, *days][:n], "published": None, "copy_cluster": "s", "is_original": True, "outlet_week": "w",
        "address": [f"https://one.invalid/{place}" for place in range(n)],
    })  # fmt: skip
    articles["day"] = articles["day"].where(articles["article_id"] != "a5")  # one tells no day
    measures = pd.DataFrame({"article_id": ["a0", "a1"], "kind": "indicator", "measure": "M", "measure_name": "M",
                             "voice": "all", "value": [0.0, 1 / 3]})  # fmt: skip
    counts = pd.DataFrame({"article_id": ["a0", "a0", "a1"], "position": [0, 1, 0], "voice": ["outlet", "quoted", "outlet"],
                           "term": ["ship", "ship", "rare"], "count": 1})  # fmt: skip
    daily = pd.DataFrame({"outlet": ["one"] * 3 + ["two"] * 3, "outlet_name": ["One"] * 3 + ["Two"] * 3,
                          "day": [*days] * 2, "observed": [True, False, True, True, True, True]})  # fmt: skip
    events = pd.DataFrame(columns=["id", "name", "day"])
    return payload(articles, measures, counts, daily, events, about={"title": "t", "level": 0.95}, **options)


@pytest.mark.parametrize("values", [[0.1 + 0.2, np.nan, -1e300], [0.5] * 9 + [np.nan], []])
def test_numbers_come_back_to_the_last_bit(values: list[float]):
    assert np.array_equal(unpacked(numbers(np.array(values))), np.array(values), equal_nan=True)


def test_whole_numbers_come_back_and_others_are_refused():
    assert unpacked(whole(np.array([0, 70_000]))).tolist() == [0, 70_000]
    with pytest.raises(ValueError, match="-1"):
        whole(np.array([-1]))


def test_items_without_a_day_come_last_and_days_that_were_not_collected_are_told():
    study = made()
    day = unpacked(study["items"]["day"])
    assert day.tolist() == [0, 0, 1, 1, 2, UNDATED]
    assert study["outlets"][0]["observed"] == [0, 1, 2, 3] and study["outlets"][1]["observed"] == [0, 3]


def test_a_study_without_items_has_an_empty_explorer():
    study = made(0)
    assert study["items"]["n"] == 0 and study["views"] == study["terms"]["term"] == []


def test_a_missing_value_is_no_zero():
    [measure] = made()["measures"]
    values = unpacked(measure["voices"]["all"])
    assert np.isnan(values).sum() == 4 and np.nansum(values) == pytest.approx(1 / 3)


def test_a_word_of_both_voices_is_told_of_both_and_the_rarest_stay_out_beyond_the_limit():
    terms = made()["terms"]
    assert dict(zip(terms["term"], unpacked(terms["said"]), strict=True)) == {"rare": 1, "ship": 3}
    assert unpacked(terms["content"]).tolist() == [1, 1]
    small = made(most_entries=1)["terms"]
    assert (small["term"], small["dropped"], small["least"]) == ([], 2, 2)


def test_nothing_ends_the_script_that_holds_it():
    text = as_json({"title": "</script><!--\u2028"})
    assert "<" not in text and json.loads(text)["title"] == "</script><!--\u2028"
    assert "</script" not in page_script().lower() and module().count("export default") == 1


def test_a_program_that_runs_the_notebook_gets_the_page_and_makes_no_table():
    link = explore("no such study is opened", live=False)
    assert 'href="explorer.html"' in link.data and "explorer.html" in repr(link)


CELL = """
from pathlib import Path
from helpers.pipeline.explore import explore
from helpers.study import load_study
explore(load_study("practice", root=Path({root!r})), state="in=ko&by=measure")
"""


def test_the_widget_in_jupyterlab_shows_what_is_asked_and_tells_what_is_chosen(practice, root: Path, tmp_path: Path):
    cell = {"cell_type": "code", "id": "look", "metadata": {}, "execution_count": None, "outputs": [],
            "source": CELL.format(root=str(practice.study.root))}  # fmt: skip
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = {"cells": [cell], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    summary = "document.querySelector('.explorer .summary')?.textContent"
    with jupyterlab(tmp_path, notebook, [root / "src"]) as address, chromium(tmp_path, address) as page:
        page.wait("window.jupyterapp?.shell?.currentWidget?.sessionContext?.isReady")
        page.run("jupyterapp.commands.execute('notebook:run-all-cells').then(() => true)")
        page.wait(f"{summary}?.includes('Korean')")
        assert page.run("location.hash") == ""  # a widget leaves the address to JupyterLab
        assert page.run("document.querySelectorAll('.explorer .rows tbody tr').length") > 3
        before = page.run(summary)
        page.run("document.querySelector('.explorer').explorer.set({period: [60, 120], by: 'outlet'})")
        assert page.run(summary) != before
        page.wait("document.querySelectorAll('.explorer .items li').length > 0")
