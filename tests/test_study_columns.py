"""Columns of a study's own, groups drawn from them, and plans that name groups."""

from __future__ import annotations

import copy
import functools
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from test_study import CODEBOOK, EVENTS

from helpers.data.schemas import SCHEMAS
from helpers.study import Comparison, Study, StudyError, load_study
from helpers.study.groups import ATTRIBUTES
from helpers.study.sources import CARRIED
from helpers.study.study import TAKEN

STUDY = """
title: Two outlets
question: Do they differ?
contact: mailto:someone@example.org
languages: [en, ru]
period: {start: 2030-01-01, end: 2030-12-31}
pair: [XAA, XBB]
entities:
  XAA: {en: [Borland], ru: [Борландия]}
  XBB: {en: [Tarvia], ru: [Тарвия]}
covariates: [lean, desk]
outlets:
  herald: {name: Herald, country: XAA, language: en, timezone: Europe/London, covariates: {lean: left}}
  post: {name: Post, country: XAA, language: en, timezone: Europe/London, covariates: {lean: right}}
  vestnik: {name: Вестник, country: XBB, language: ru, timezone: Europe/Moscow, ownership: state}
groups_from: [lean, country]
sources:
  - {kind: csv, path: rows.csv, columns: {address: url, outlet: outlet, desk: section_name}}
plan:
  dated: 2029-12-01
  comparisons:
    - {measure: "indicator:TRADE", groups: [left, right]}
    - {kind: indicator, measure: TRADE, groups: [herald, "group:XBB"]}
"""


def load(folder: Path, old: str = "", new: str = "") -> Study:
    assert old in STUDY
    study = folder / "studies" / "small"
    study.mkdir(parents=True, exist_ok=True)
    for name, text in {
        "study.yml": STUDY.replace(old, new) if old else STUDY,
        "codebook.yml": CODEBOOK,
        "events.yml": EVENTS,
    }.items():
        (study / name).write_text(textwrap.dedent(text).lstrip(), encoding="utf-8")
    return load_study("small", root=folder)


def test_covariates_are_the_outlets_or_the_files(tmp_path: Path) -> None:
    study = load(tmp_path)
    assert study.covariates == {"lean": "lean", "desk": "desk"} and study.outlet_covariates == ("lean",)
    assert study.outlets["herald"].covariates == {"lean": "left"} and study.outlets["vestnik"].covariates == {}
    [source] = study.sources
    assert study.covariate_columns(source) == {"desk": "section_name"}
    assert source.fields == {"address": "url", "outlet": "outlet"}


def test_a_label_may_stand_beside_a_covariate_and_a_file_may_lack_one(tmp_path: Path) -> None:
    study = load(tmp_path, "covariates: [lean, desk]", "covariates: {lean: political lean, desk: the paper's desk}")
    assert study.covariates["lean"] == "political lean"
    study = load(tmp_path, "desk: section_name", "desk: null")
    assert study.covariate_columns(study.sources[0]) == {} and "desk" not in study.sources[0].fields
    study = load(tmp_path, ", desk: section_name", "")
    assert study.covariate_columns(study.sources[0]) == {"desk": "desk"}


def test_a_section_is_a_covariate_in_the_column_that_articles_have(tmp_path: Path) -> None:
    study = load(tmp_path, "covariates: [lean, desk]", "covariates: [lean, desk, section]")
    assert study.sources[0].fields == {"address": "url", "outlet": "outlet", "section": "section"}
    assert study.covariate_columns(study.sources[0]) == {"desk": "section_name"} and "section" in study.covariates


def test_no_covariate_has_the_name_of_a_column_that_articles_or_passages_have() -> None:
    have = {*SCHEMAS["articles"].columns, *SCHEMAS["passages"].columns} - {*CARRIED}
    assert have <= TAKEN and set(ATTRIBUTES) <= TAKEN


def test_groups_are_drawn_from_columns_and_who_has_no_value_is_told(tmp_path: Path) -> None:
    study = load(tmp_path)
    assert study.groups == {"left": ("herald",), "right": ("post",), "XAA": ("herald", "post"), "XBB": ("vestnik",)}
    assert study.ungrouped == ("outlet 'vestnik' has no lean; it is in no group of that column",)
    assert study.members("group:XAA") == ("herald", "post") and study.called("group:XAA") == "outlets in XAA"


def test_a_value_that_two_columns_share_is_called_by_column_and_value(tmp_path: Path) -> None:
    study = load(tmp_path)
    text = STUDY.replace("lean: left}", "lean: state}").replace("[lean, country]", "[lean, ownership]")
    text = text.replace("groups: [left, right]", 'groups: ["lean: state", right]').replace('"group:XBB"', "right")
    (study.folder / "study.yml").write_text(text.lstrip(), encoding="utf-8")
    study = load_study("small", root=tmp_path)
    assert list(study.groups) == ["lean: state", "right", "ownership: state"]
    assert study.plan.comparisons[0].groups == ("group:lean: state", "group:right")
    assert study.called("group:lean: state") == "outlets whose lean is state" and study.members(
        "group:lean: state"
    ) == ("herald",)


def test_a_plan_compares_groups_and_keeps_kind_and_measure_apart(tmp_path: Path) -> None:
    first, second = load(tmp_path).plan.comparisons
    assert first == Comparison("TRADE", ("group:left", "group:right"))
    assert (first.kind, first.measure, first.quantity) == ("indicator", "TRADE", "indicator:TRADE")
    assert second.groups == ("herald", "group:XBB") and second.quantity == first.quantity


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("[lean, desk]", "[lean, Desk]", 10, "covariate 'Desk': lower-case letters"),
        ("[lean, desk]", "[lean, desk, country]", 10, "covariate 'country': articles have a country anyway"),
        ("[lean, desk]", "[lean, 3]", 10, "covariates.1 must be text, not 3"),
        ("[lean, desk]", "lean", 10, "must be a mapping"),
        ("{lean: left}", "{leen: left}", 12, "covariate 'leen' is not known; did you mean 'lean'?"),
        ("{lean: left}", "{lean: 3}", 12, "covariates.lean must be text, not 3; quote it"),
        ("[lean, desk]", "[lean, desk, relevant]", 10, "covariate 'relevant': articles have a relevant anyway"),
        ("[lean, country]", "[lean, contry]", 15, "column of outlets 'contry' is not known; did you mean 'country'?"),
        ("[lean, country]", "[lean, desk]", 15, "no outlet has 'desk' under its covariates; groups are of outlets"),
        ("desk: section_name", "dusk: section_name", 17, "unknown key 'dusk'; did you mean 'desk'?"),
        ("desk: section_name", "lean: section_name", 17, "'lean' stands under the outlets' covariates"),
        ("address: url,", "address: null,", 17, "address must be text"),
        ("[left, right]", "[left, rihgt]", 21, "outlet or group 'rihgt' is not known; did you mean 'right'?"),
        ("[left, right]", "[left, left]", 21, "must be two or more, each once"),
        ('"group:XBB"', '"group:XBC"', 22, "group 'XBC' is not known; did you mean 'XBB'?"),
        ("indicator:TRADE", "indicator:TRAED", 21, "measure 'TRAED' is not known; did you mean 'TRADE'?"),
        ("indicator:TRADE", "indicater:TRADE", 21, "kind of measure 'indicater' is not known; did you mean 'indicator'?"),
        ("kind: indicator", "kind: indicater", 22, "kind of measure 'indicater' is not known"),
    ],
)  # fmt: skip
def test_each_fault_names_its_line_and_value(tmp_path: Path, old: str, new: str, line: int, told: str) -> None:
    with pytest.raises(StudyError) as caught:
        load(tmp_path, old, new)
    message = str(caught.value)
    assert message.startswith(f"small/study.yml:{line}: ") and told in message and "\n" not in message


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in what a file holds."""
    keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield (*path, key)
        yield from places(value[key], (*path, key))


WRONG = ["", 3, [], {}, "zzz", None, True, [1], {"a": 1}, "2030-02-31"]


def test_whatever_stands_in_the_wrong_place_is_told_in_one_line(tmp_path: Path) -> None:
    folder, whole = load(tmp_path).folder, yaml.safe_load(STUDY)
    told = []
    for turn, place in enumerate(places(whole)):
        spoilt = copy.deepcopy(whole)
        parent = functools.reduce(lambda value, key: value[key], place[:-1], spoilt)
        parent[place[-1]] = WRONG[turn % len(WRONG)]
        (folder / "study.yml").write_text(yaml.safe_dump(spoilt, allow_unicode=True, sort_keys=False), encoding="utf-8")
        try:
            load_study("small", root=tmp_path)
        except StudyError as error:
            told.append(str(error))
    assert len(told) > 50
    for line in told:
        assert re.match(r"small/study\.yml:\d+: ", line) and "\n" not in line and "Input should" not in line, line
