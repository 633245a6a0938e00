"""Codes to and from CSV, Label Studio and doccano: whole round trips, signs beyond U+FFFF, and errors of one line."""

import datetime
import json

import numpy as np
import pandas as pd
import pytest
from coded import FRAMES, coded_study

from helpers.coding import code_formats as formats
from helpers.data.coding_files import read_judgements
from helpers.pipeline import code_formats as exchange
from helpers.pipeline import coder_desks
from helpers.pipeline import coding_sample as sampling

NOON = datetime.datetime(2026, 1, 5, 12, tzinfo=datetime.UTC)
TEXT = "𠀀 港口 ⚓ 𠀁 open"
TEXTS = {("a", 0): TEXT, ("b", 1): "곡물 협정"}
CODED = [
    (("a", 0), "ann", {"DANGER": (2, 4), "SHIELD": (9, 13)}, False),
    (("b", 1), "ann", {}, True),
]


@pytest.fixture
def corpus(tmp_path):
    corpus = coded_study(tmp_path)
    sampling.draw_sample(corpus, 6)
    rng = np.random.default_rng(1)
    for coder in ("ann", "ben"):
        desk = coder_desks.frame_desk(corpus, coder=coder, clock=lambda: NOON)
        while desk.card:
            seen = {code: [0, 4] if rng.random() < 0.5 else None for code in FRAMES if rng.random() < 0.4}
            unsure = bool(rng.random() < 0.1)
            desk.hear({"kind": "save", "turn": desk.shown["turn"], "seen": seen, "unsure": unsure})
    return corpus


def codes(corpus):
    return read_judgements(sampling.frames_folder(corpus.study)).sort_values(
        ["coder", "article_id", "position", "frame"]
    )


@pytest.mark.parametrize("ending", ["csv", "json", "jsonl"])
def test_what_goes_out_comes_back(corpus, tmp_path, ending):
    before = codes(corpus).reset_index(drop=True)
    paths = {coder: tmp_path / f"{coder}.{ending}" for coder in ("ann", "ben")}
    for coder, path in paths.items():
        exchange.export_codes(corpus, path, coder=coder)
    for path in sampling.frames_folder(corpus.study).glob("judged-*.csv"):
        path.unlink()
    for coder, path in paths.items():
        assert exchange.import_codes(corpus, path, coder=coder, coders={"": coder}, clock=lambda: NOON) == 24
    pd.testing.assert_frame_equal(codes(corpus).reset_index(drop=True), before)
    exchange.import_codes(corpus, paths["ann"], coder="ann", clock=lambda: NOON)
    assert len(codes(corpus)) == len(before)


def test_passages_alone_go_out_to_be_coded_elsewhere(corpus, tmp_path):
    exchange.export_codes(corpus, tmp_path / "tasks.json", coder="nobody")
    tasks = json.loads((tmp_path / "tasks.json").read_text(encoding="utf-8"))
    assert len(tasks) == 24 and all(task["annotations"] == [] for task in tasks)
    assert not any("own-" in json.dumps(task) for task in tasks)
    assert '<Choice value="SHIELD" hint="Shield"/>' in (tmp_path / "tasks.xml").read_text(encoding="utf-8")
    lines = (
        exchange.export_codes(corpus, tmp_path / "tasks.jsonl", coder="nobody").read_text(encoding="utf-8").splitlines()
    )
    assert len(lines) == 24 and all(json.loads(line)["cats"] == [] for line in lines)


def test_doccano_counts_in_utf16_units():
    record = json.loads(formats.to_doccano(TEXTS, CODED).splitlines()[0])
    units = record["text"].encode("utf-16-le")
    assert [units[2 * s : 2 * e].decode("utf-16-le") for s, e, _ in record["entities"]] == ["港口", "open"]
    assert record["entities"] == [[3, 5, "DANGER"], [11, 15, "SHIELD"]] and record["cats"] == ["DANGER", "SHIELD"]
    told = {"file": "f", "coder": "ann", "texts": TEXTS, "frames": FRAMES}
    assert formats.from_doccano(formats.to_doccano(TEXTS, CODED), **told) == CODED
    plain = formats.to_doccano(TEXTS, CODED, utf16=False)
    assert formats.from_doccano(plain, utf16=False, **told) == CODED


@pytest.mark.parametrize(
    "labels",
    [
        {"label": ["DANGER", "SHIELD"]},
        {"label": [[3, 5, "DANGER"], [11, 15, "SHIELD"]]},
        {
            "entities": [{"id": 1, "label": "DANGER", "start_offset": 3, "end_offset": 5}],
            "cats": ["SHIELD"],
            "relations": [],
        },
    ],
)
def test_other_kinds_of_doccano_projects_are_read_too(labels):
    line = json.dumps({"id": 7, "text": TEXT, "article_id": "a", "position": 0, "Comments": [], **labels})
    told = {"file": "f", "coder": "ann", "texts": TEXTS, "frames": FRAMES}
    [(_, _, seen, unsure)] = formats.from_doccano(line + "\n", **told)
    assert set(seen) == {"DANGER", "SHIELD"} and not unsure
    assert seen["DANGER"] in (None, (2, 4))


def task(results, *, user=3, **told):
    annotation = {"id": 1, "completed_by": user, "was_cancelled": False, "result": results} | told
    return json.dumps(
        [{"id": 9, "data": {"text": TEXT, "article_id": "a", "position": 0}, "annotations": [annotation]}]
    )


def labels(start, end, words, code="DANGER"):
    value = {"start": start, "end": end, "text": words, "labels": [code]}
    return {"id": "x", "from_name": "evidence", "to_name": "text", "type": "labels", "value": value, "origin": "manual"}


def read(content, **told):
    return formats.from_label_studio(content, file="ls.json", texts=TEXTS, frames=FRAMES, **told)


def test_label_studio_of_any_age_is_read_by_the_words_beside_the_offsets():
    assert read(task([labels(2, 4, "港口")]))[0][2] == {"DANGER": (2, 4)}
    assert read(task([labels(3, 5, "港口")]))[0][2] == {"DANGER": (2, 4)}  # UTF-16 units, as versions before 1.5 wrote
    choices = {"type": "choices", "value": {"choices": ["SHIELD", "DANGER"]}}
    assert read(task([labels(9, 13, "open", "SHIELD"), choices]))[0][2] == {"SHIELD": (9, 13), "DANGER": None}


def test_label_studio_coders_are_named_and_what_was_skipped_is_no_judgement():
    assert read(task([]))[0][1] == "user-3" and read(task([]), coders={"3": "ann"})[0][1] == "ann"
    assert read(task([], user={"id": 3, "email": "a@b.example"}), coders={"a@b.example": "ann"})[0][1] == "ann"
    assert read(task([], was_cancelled=True)) == []
    unsure = {"type": "choices", "value": {"choices": ["CANT_TELL"]}}
    assert read(task([unsure]))[0][2:] == ({}, True)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", r"ls.json, the file: is no JSON"),
        ("{}", r"ls.json, the file: is not a list of tasks; export as JSON"),
        ('[{"data": {}}]', r"ls.json, task 1: has no list of annotations"),
        ('[{"data": {"text": "x"}, "annotations": []}]', r"ls.json, task 1: has no article_id and position"),
        (task([labels(2, 4, "港口", "PEACE")]), r"ls.json, task 1: frame 'PEACE' is not in the codebook"),
        (task([labels(0, 3, "港口")]), r"ls.json, task 1: DANGER: signs 0 to 3 are not '港口'"),
        (task([labels(2, 99, None)]), r"ls.json, task 1: DANGER: signs 2 to 99 are not in a passage of 13"),
        (task([labels("2", 4, None)]), r"ls.json, task 1: DANGER: start '2'"),
        (task([]).replace('"a"', '"z"'), r"ls.json, task 1: no drawn passage has article_id 'z' and position 0"),
        (task([]).replace("open", "shut"), r"ls.json, task 1: the text of 'a', 0 is not the one"),
    ],
)
def test_a_label_studio_file_that_cannot_be_read_says_where_and_why(content, words):
    with pytest.raises(formats.FormatError, match=words):
        read(content)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("nonsense", "d.jsonl, line 2: is no JSON"),
        ("[]", "d.jsonl, line 2: '\\[\\]' is no record"),
        ({"cats": ["PEACE"]}, "d.jsonl, line 2: frame 'PEACE' is not in the codebook"),
        ({"entities": [[0, 99, "DANGER"]]}, "d.jsonl, line 2: DANGER: signs 0 to 99 are not in a passage of 15"),
        ({"entities": [[5, 5, "DANGER"]]}, "d.jsonl, line 2: DANGER: signs 5 to 5 are not"),
        ({"entities": [["x", 5, "DANGER"]]}, "d.jsonl, line 2: label \\['x', 5, 'DANGER'\\] is neither"),
    ],
)
def test_a_doccano_line_that_cannot_be_read_says_where_and_why(line, words):
    good = {"text": TEXT, "article_id": "a", "position": 0}
    bad = line if isinstance(line, str) else json.dumps(good | line)
    with pytest.raises(formats.FormatError, match=words):
        formats.from_doccano(json.dumps(good) + "\n" + bad, file="d.jsonl", coder="ann", texts=TEXTS, frames=FRAMES)


HEAD = "article_id,position,frame,coder,value"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("article_id,position,frame,value\n", "c.csv, line 1: column 'coder' is missing"),
        (f"{HEAD}\na,x,DANGER,ann,1\n", "c.csv, line 2: position 'x' is not a whole number"),
        (f"{HEAD}\na,,DANGER,ann,1\n", "c.csv, line 2: position is blank"),
        (f"{HEAD}\na,0,danger,ann,1\n", "c.csv, line 2: frame 'danger' is not in the codebook"),
        (f"{HEAD}\na,0,DANGER,ann,1\na,0,DANGER,ben,maybe\n", "c.csv, line 3: value 'maybe' is not 1, 0 or blank"),
        (f"{HEAD},start,end\na,0,DANGER,ann,1,two,3\n", "c.csv, line 2: start 'two' is not a whole number"),
    ],
)
def test_a_csv_that_cannot_be_read_says_where_and_why(content, words):
    with pytest.raises(formats.FormatError, match=words):
        formats.from_csv(content, file="c.csv", frames=FRAMES)


def test_a_csv_without_versions_and_times_is_of_now_and_a_stranger_is_refused_whole(corpus, tmp_path):
    drawn = sampling.read_sample(corpus.study).iloc[0]
    row = f"{drawn['article_id']},{drawn['position']},DANGER"
    path = tmp_path / "c.csv"
    path.write_text(f"{HEAD}\n{row},Eve,1\n{row},zoe,\n", encoding="utf-8-sig")
    assert exchange.import_codes(corpus, path, clock=lambda: NOON) == 2
    rows = codes(corpus).set_index("coder").loc[["eve", "zoe"]]
    assert rows["value"].tolist()[0] == 1 and np.isnan(rows["value"].tolist()[1])
    assert (
        set(rows["fingerprint"]) == {corpus.study.codebook.frames["DANGER"].fingerprint}
        and (rows["judged"] == NOON).all()
    )
    path.write_text(f"{HEAD}\n{row},kim,1\nnone,0,DANGER,kim,1\n", encoding="utf-8")
    with pytest.raises(formats.FormatError, match=r"c.csv, none, 0: no drawn passage"):
        exchange.import_codes(corpus, path)
    assert "kim" not in set(codes(corpus)["coder"])


def test_files_whose_kind_or_coder_is_not_known_are_refused(corpus, tmp_path):
    with pytest.raises(ValueError, match="ends in none of"):
        exchange.export_codes(corpus, tmp_path / "codes.xlsx")
    with pytest.raises(ValueError, match="name one with coder="):
        exchange.export_codes(corpus, tmp_path / "codes.jsonl")
    (tmp_path / "codes.jsonl").write_text("")
    with pytest.raises(ValueError, match="say whose it is"):
        exchange.import_codes(corpus, tmp_path / "codes.jsonl")
