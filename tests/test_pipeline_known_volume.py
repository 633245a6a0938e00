"""True numbers of items by day that a study brings: shares of an outlet's own feed, and holes that are holes."""

from __future__ import annotations

import gzip
from pathlib import Path

import pandas as pd
import pytest
from archived import feed_days, study_of

from helpers.pipeline import open_corpus
from helpers.pipeline.known_volume import known_volume
from helpers.study import Study, StudyError, load_study

SOURCE = """
kind: archive
path: feeds
glob: "2030/*/*/*_entries.json"
records: entries
columns: {address: link, title: title, standfirst: description, published: date_published}
outlets: {herald.invalid: herald, edition.herald.invalid: herald, post.invalid: post}
background: 1
"""
DAYS = pd.date_range("2030-05-01", periods=20)


def study_with(root: Path, text: str, *, file: str = "days.csv", outlet: str = "") -> Study:
    """A study of two outlets that brings a file of its own."""
    study = study_of(root, SOURCE)
    where = study.folder / file
    packed = gzip.compress(text.encode()) if file.endswith(".gz") else text.encode()
    where.write_bytes(packed)
    given = study.folder / "study.yml"
    entry = f"{{path: {file}{', outlet: ' + outlet if outlet else ''}}}"
    given.write_text(given.read_text(encoding="utf-8") + f"known_volume: [{entry}]\n", encoding="utf-8")
    return load_study("small", root=root)


def table(*rows: tuple[str, str, int]) -> str:
    return "outlet,day,n_items\n" + "".join(f"{outlet},{day},{n}\n" for outlet, day, n in rows)


def test_numbers_by_day_are_the_denominators(tmp_path: Path) -> None:
    far = pd.date_range("2030-09-01", periods=20)
    rows = [("post", f"{day:%Y-%m-%d}", 100) for day in [*DAYS, *far]]
    study = study_with(tmp_path, table(*rows), file="days.csv.gz")
    feed_days(study.raw / "feeds", days=20)
    corpus = open_corpus(study)
    post = corpus.daily_volume.query("outlet == 'post'").set_index("day")
    assert post["n_published"].sum() == 4000 and post["observed"].sum() == 40
    assert pd.isna(post.loc["2030-07-01", "n_published"])  # a hole, and no silence
    months = corpus.volume.query("outlet == 'post'").set_index("month")
    assert months["n_published"].dropna().to_dict() == {"2030-05": 2000, "2030-09": 2000}
    assert months.loc["2030-09", "n_relevant"] == 0 and not months.loc["2030-07", "observed"]
    herald = corpus.daily_volume.query("outlet == 'herald'")  # whom the file does not name: counted on the way
    assert herald["n_published"].sum() == 80


def test_hosts_of_one_outlet_are_added_up_and_a_name_will_do(tmp_path: Path) -> None:
    study = study_with(
        tmp_path,
        table(
            ("herald.invalid", "2030-05-01", 3), ("edition.herald.invalid", "2030-05-01", 4), ("Post", "2030-05-01", 0)
        ),
    )
    known = known_volume(study)
    assert known.days["herald"].to_dict() == {pd.Timestamp("2030-05-01"): 7} and not known.months
    assert known.days["post"].sum() == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (table(("post", "2030-05-01", 1), ("pots", "2030-05-02", 1)), ["days.csv, row 3", "'pots'", "'post'"]),
        (table(("post", "2030-02-30", 1)), ["row 2", "'2030-02-30'", "YYYY-MM-DD"]),
        (table(("post", "01.05.2030", 1)), ["row 2", "'01.05.2030'", "YYYY-MM-DD"]),
        (table(("post", "2030-05-01", -4)), ["row 2", "'-4'", "whole number from 0"]),
        (table(("post", "2030-05-01", 1), ("post", "2030-05-01", 1)), ["row 3", "'2030-05-01'", "twice"]),
        ("month,n_items\n2030-05,3\n", ["['month', 'n_items']", "outlet, day, n_items"]),
        ("", ["days.csv", "cannot be read"]),
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_says_where(tmp_path: Path, text: str, words: list[str]) -> None:
    with pytest.raises(StudyError) as error:
        known_volume(study_with(tmp_path, text))
    assert "\n" not in str(error.value)
    for word in words:
        assert word in str(error.value)


def test_one_outlet_by_month_stays_possible(tmp_path: Path) -> None:
    study = study_with(tmp_path, "month,n_items\n2030-05,30\n", outlet="post")
    assert known_volume(study).months["post"].to_dict() == {"2030-05": 30}
    with pytest.raises(StudyError, match="row 3: month '2030-5'"):
        known_volume(study_with(tmp_path, "month,n_items\n2030-05,30\n2030-5,3\n", outlet="post"))
