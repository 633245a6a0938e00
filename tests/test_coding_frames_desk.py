"""The desk for frames, driven in Python: saved at once, resumed, undone, blind; and how disagreements are settled."""

import datetime
import json
import os

import numpy as np
import pandas as pd
import pytest
from coded import FRAMES, codebook, coded_study

from helpers.coding.frame_desk import KEYS, Card, FramesDesk
from helpers.coding.judgement import ADJUDICATED, Judgement
from helpers.data import coding_files as files
from helpers.pipeline import coder_desks as seating
from helpers.pipeline import codes as judging
from helpers.pipeline import coding_sample as sampling
from helpers.pipeline.frame_agreement import pair_agreement
from helpers.pipeline.measure_checks import check_state

NOON = datetime.datetime(2026, 1, 5, 12, tzinfo=datetime.UTC)
BOOK = list(codebook().frames.values())
CARDS = [Card(f"c{i}", f"harbour 𠀀 곡물 ⚓ {i}", FRAMES) for i in range(4)]


@pytest.fixture
def kept():
    return []


@pytest.fixture
def desk(kept):
    return FramesDesk(CARDS, BOOK, save=lambda *told: kept.append(told))


def save(desk, seen=(), *, unsure=False):
    spans = seen if isinstance(seen, dict) else dict.fromkeys(seen)
    desk.hear({"kind": "save", "turn": desk.shown["turn"], "seen": spans, "unsure": unsure})


def undo(desk):
    desk.hear({"kind": "undo", "turn": desk.shown["turn"]})


def test_each_judgement_is_saved_before_the_next_passage_shows(desk, kept):
    save(desk, {"DANGER": [8, 9], "SHIELD": None})
    card, judgement, withdrawn = kept[0]
    assert (card, withdrawn, dict(judgement.seen)) == ("c0", False, {"DANGER": (8, 9), "SHIELD": None})
    assert set(judgement.asked) == set(FRAMES) and desk.card.id == "c1" and desk.shown["done"] == 1
    assert CARDS[0].text[8:9] == "𠀀"
    save(desk)
    save(desk, unsure=True)
    assert not kept[1][1].seen and kept[2][1].unsure == set(FRAMES) and np.isnan(kept[2][1].value("SHIELD"))


def test_what_comes_late_or_twice_judges_nothing(desk, kept):
    turn = desk.shown["turn"]
    for _ in range(3):
        desk.hear({"kind": "save", "turn": turn, "seen": {}, "unsure": False})
    assert len(kept) == 1 and desk.card.id == "c1"
    desk.hear({"kind": "undo", "turn": turn})
    assert len(kept) == 1


def test_undo_goes_back_as_far_as_there_are_judgements(desk, kept):
    save(desk, ["SHIELD"])
    save(desk)
    for _ in range(3):
        undo(desk)
    assert [(card, withdrawn) for card, _, withdrawn in kept[2:]] == [("c1", True), ("c0", True)]
    assert desk.card.id == "c0" and desk.shown["done"] == 0


@pytest.mark.parametrize(
    "seen", [{"NONE": None}, {"SHIELD": [4, 4]}, {"SHIELD": [0, 99]}, {"SHIELD": "x"}, {"SHIELD": [1]}]
)
def test_what_cannot_be_is_not_saved_and_is_told(desk, kept, seen):
    save(desk, seen)
    assert not kept and desk.card.id == "c0" and desk.shown["notice"].startswith("Not saved") and desk.shown["keep"]


def test_a_full_disk_is_told_and_nothing_moves_on(kept):
    full = [True]

    def keep(*told):
        if full[0]:
            raise OSError("no space left on device")
        kept.append(told)

    desk = FramesDesk(CARDS, BOOK, save=keep)
    save(desk, ["SHIELD"])
    assert desk.card.id == "c0" and "no space left" in desk.shown["notice"] and desk.shown["keep"]
    full[0] = False
    save(desk, ["SHIELD"])
    assert len(kept) == 1 and desk.shown["notice"] == "" and not desk.shown["keep"]


def test_keys_are_digits_then_letters_without_those_that_mean_something_else():
    frames = tuple(f"F{i:02d}" for i in range(len(KEYS)))
    desk = FramesDesk([Card("c", "text", frames)], list(codebook(frames).frames.values()), save=print)
    keys = [frame["key"] for frame in desk.frames]
    assert keys[:11] == list("123456789ab") and "u" not in keys and "0" not in keys and len(set(keys)) == 34
    many = tuple(f"F{i:02d}" for i in range(len(KEYS) + 1))
    with pytest.raises(ValueError, match="34 keys"):
        FramesDesk([], list(codebook(many).frames.values()), save=print)
    with pytest.raises(ValueError, match="same id"):
        FramesDesk([CARDS[0], CARDS[0]], BOOK, save=print)
    with pytest.raises(ValueError, match="not in the codebook"):
        FramesDesk([Card("c", "text", ("NONE",))], BOOK, save=print)


def test_an_empty_desk_says_so_and_takes_nothing(kept):
    desk = FramesDesk([], BOOK, save=lambda *told: kept.append(told))
    save(desk, ["SHIELD"])
    undo(desk)
    assert desk.card is None and desk.shown["total"] == 0 and not kept


def test_text_reaches_the_page_as_text_only():
    script = (desk_file("frame_desk.js") + desk_file("frame_desk.css")).lower()
    for way in (
        "innerhtml",
        "outerhtml",
        "insertadjacent",
        "document.write",
        "eval(",
        "http:",
        "https:",
        "import(",
        "url(",
    ):
        assert way not in script, way


def desk_file(name):
    return FramesDesk._esm if name.endswith(".js") else FramesDesk._css


@pytest.fixture
def corpus(tmp_path):
    made = coded_study(tmp_path)
    sampling.draw_sample(made, 12)
    return made


def open_desk(corpus, coder="ann", **options):
    return seating.frame_desk(corpus, coder=coder, clock=lambda: NOON, **options)


def test_a_coder_sees_words_and_neighbours_and_nothing_that_tells_the_outlet(corpus):
    desk = open_desk(corpus, language="ko")
    told = json.dumps(desk.shown) + json.dumps(desk.frames)
    assert not any(word in told for word in ("own-ko", "copier", "ko-07", "ko-08", "ko-09", "2029-"))
    assert all(card.language == "ko" and (card.before or card.after) for card in desk.cards.values())


def test_a_coder_who_stops_goes_on_where_it_stopped(corpus):
    first = open_desk(corpus, language="zh")
    assert first.shown["total"] == 12
    for _ in range(5):
        save(first, {"BURDEN": [0, 3]})
    undo(first)
    again = open_desk(corpus, language="zh")
    assert again.shown["done"] == 4 and again.card.id == first.card.id
    undo(again)
    assert open_desk(corpus, language="zh").shown["done"] == 3
    rows = files.read_judgements(sampling.frames_folder(corpus.study), coder="ann")
    assert len(rows) == 3 * len(FRAMES) and (rows["judged"] == NOON).all()
    assert rows.loc[rows["value"] == 1, ["frame", "start", "end"]].drop_duplicates().values.tolist() == [
        ["BURDEN", 0, 3]
    ]


def test_coders_do_not_see_one_another_and_have_an_order_of_their_own(corpus):
    ann, ben = open_desk(corpus), open_desk(corpus, coder="김철수")
    assert set(ann.cards) == set(ben.cards) and list(ann.cards) != list(ben.cards)
    save(ann, ["SHIELD"])
    assert open_desk(corpus, coder="김철수").shown["done"] == 0 and open_desk(corpus, coder=" Ann ").shown["done"] == 1
    names = sorted(path.name for path in sampling.frames_folder(corpus.study).iterdir())
    assert names == ["judged-ann.csv", "sample.csv"]
    with pytest.raises(ValueError, match="adjudication_desk"):
        open_desk(corpus, coder="Adjudicated")


def test_an_edited_definition_makes_its_codes_stale_and_asks_again_for_it_alone(corpus):
    for coder in ("ann", "ben"):
        desk = open_desk(corpus, coder, language="en")
        while desk.card:
            save(desk, ["SHIELD"])
    assert corpus.codes["current"].all() and judging.code_losses(corpus).empty
    corpus.study.codebook = codebook(edited="DANGER")
    table = corpus.codes
    assert set(table.loc[~table["current"], "frame"]) == {"DANGER"}
    assert judging.code_losses(corpus).values.tolist() == [[c, judging.STALE, 12, 12] for c in ("ann", "ben")]
    assert set(corpus.frame_agreement["frame"]) == {"SHIELD", "BURDEN"}
    desk = open_desk(corpus, language="en")
    assert desk.shown["asked"] == ["DANGER"] and desk.shown["done"] == 0
    while desk.card:
        save(desk, ["DANGER"])
    table = corpus.codes
    mine = table[table["coder"] == "ann"]
    assert mine["current"].all() and (mine.loc[mine["frame"] != "BURDEN", "value"] == 1).all()


def test_codes_that_belong_to_nothing_are_told_and_left_out(corpus):
    version = corpus.study.codebook.frames["SHIELD"].fingerprint
    drawn = sampling.read_sample(corpus.study).iloc[0]
    key = (drawn["article_id"], int(drawn["position"]))
    judged = [
        ((*key, drawn["text"]), Judgement({"SHIELD": version, "GONE": "00000000"})),
        ((*key[:1], 99, ""), Judgement({"SHIELD": version})),
        ((drawn["article_id"], (key[1] + 1) % 3, "0" * 16), Judgement({"SHIELD": version})),
    ]
    files.save_judgements(sampling.frames_folder(corpus.study), judged, coder="ann", when=NOON)
    assert corpus.codes[["position", "frame"]].values.tolist() == [[key[1], "SHIELD"]]
    assert set(judging.code_losses(corpus)["reason"]) == {judging.GONE, judging.CHANGED, judging.UNKNOWN}


def test_a_passage_whose_text_changed_since_it_was_drawn_is_not_asked(corpus):
    passages = corpus.table("passages")
    drawn = sampling.read_sample(corpus.study).iloc[0]
    here = (passages["article_id"] == drawn["article_id"]) & (passages["position"] == drawn["position"])
    passages.loc[here, "text"] = "other words"
    corpus.give(passages=passages)
    desk = open_desk(corpus)
    assert desk.shown["total"] == 47 and desk.shown["notice"].startswith("1 drawn passages are not asked")


def test_who_has_the_texts_of_a_study_without_any_can_code_it(tmp_path):
    whole = coded_study(tmp_path / "whole")
    texts = whole.table("passages")[["article_id", "position", "text"]]
    corpus = coded_study(tmp_path / "bare", text=False)
    with pytest.raises(ValueError, match="no passages of 'made' were drawn yet"):
        open_desk(corpus)
    sampling.draw_sample(corpus, 12)
    with pytest.raises(ValueError, match="48 drawn passages wait"):
        open_desk(corpus)
    desk = open_desk(corpus, texts=texts)
    save(desk, ["SHIELD"])
    assert len(corpus.codes) == len(FRAMES) and judging.code_losses(corpus).empty


def test_disagreements_are_settled_side_by_side_without_names(corpus):
    for coder, seen in (("ann", {"SHIELD": [0, 5], "DANGER": None}), ("ben", {"SHIELD": [0, 5]})):
        desk = open_desk(corpus, coder, language="en")
        for _ in range(12):
            save(desk, seen)
    desk = seating.adjudication_desk(corpus, clock=lambda: NOON)
    assert desk.shown["total"] == 12 and desk.shown["asked"] == ["DANGER"]
    sides = [(one["name"], one["said"]["DANGER"]) for one in desk.shown["others"]]
    assert sorted(said for _, said in sides) == ["not seen", "seen"] and [name for name, _ in sides] == ["A", "B"]
    first = {card.others[0].value("DANGER") for card in desk.cards.values()}
    assert first == {0.0, 1.0}  # no coder always stands first
    assert "ann" not in json.dumps(desk.shown) and "ben" not in json.dumps(desk.shown)
    save(desk, ["DANGER"])
    save(desk)
    again = seating.adjudication_desk(corpus, clock=lambda: NOON)
    assert again.shown["done"] == 2 and again.card.id == desk.card.id
    found = judging.settled_codes(corpus)
    assert found.groupby("settled").size().to_dict() == {"adjudicated": 2, "agreed": 24, "open": 10}
    assert found.loc[found["settled"] == "adjudicated", "value"].sum() == 1
    assert set(judging.current_codes(corpus)["coder"]) == {"ann", "ben", ADJUDICATED}
    assert (corpus.frame_agreement["n_values"] == 24).all()  # who settles is no coder


def test_agreement_is_kept_by_frame_and_language_beside_other_checks(corpus):
    rng = np.random.default_rng(1)
    sampling.draw_sample(corpus, 54)
    for coder in ("ann", "ben", "eve"):
        desk = open_desk(corpus, coder)
        while desk.card:
            seen = ["DANGER"] if int(desk.card.id, 16) % 3 == 0 else []
            save(desk, [*seen, "SHIELD"] if rng.random() < 0.5 else seen)
    other = {"kind": "indicator", "measure": "SHIELD", "measure_name": "Shield (indicator)", "language": "en"}
    known = {"quantity": "recall", "value": 0.5, "low": 0.4, "high": 0.6, "n": 9, "source": "planted truth"}
    corpus.give(indicator_validity=pd.DataFrame([other | known]))
    found = corpus.frame_agreement
    assert (found["n_coders"] == 3).all() and (found["n_units"] == 54).all()
    by = found.set_index(["frame", "language"])
    assert (by.loc["DANGER"]["alpha"] == 1.0).all() and (by.loc["SHIELD"]["verdict"] == "unreliable").all()
    assert (by.loc["BURDEN"]["verdict"] == "not known").all() and by.loc["BURDEN"]["alpha"].isna().all()
    checks, shares = corpus.measure_checks, corpus.frame_shares
    assert len(checks) == 1 + 12 and set(checks["source"]) == {"planted truth", "3 coders"}
    before = shares.head(0)
    assert check_state(checks, before, "frame", "DANGER", ["en", "ko"]) == "tentative"  # α 1, of 18 stories
    states = [check_state(checks, shares, "frame", code, ["en"]) for code in ("DANGER", "SHIELD", "BURDEN")]
    assert states == ["corrected", "described", "described"]
    assert len(pair_agreement(corpus)) == 3 * 12


@pytest.mark.parametrize("cut", [1, 2, 9, 21, 40, 60])
def test_an_unfinished_line_costs_itself_only(corpus, cut):
    folder, version = sampling.frames_folder(corpus.study), {"SHIELD": "14e58eac"}
    for place in (0, 1):
        path = files.save_judgements(
            folder, [(("a", place, ""), Judgement(version, {"SHIELD": (0, 2)}))], coder="ann", when=NOON
        )
    os.truncate(path, path.stat().st_size - cut)
    files.save_judgements(folder, [(("a", 2, ""), Judgement(version))], coder="ann", when=NOON)
    rows = files.read_judgements(folder)
    assert rows["position"].tolist() == ([0, 1, 2] if cut == 1 else [0, 2])


def test_files_that_nobody_wrote_are_refused_by_name_and_line(corpus):
    folder = sampling.frames_folder(corpus.study)
    head = ",".join(files.LINE)
    for line, words in (
        ("a,0,,ben,coded,,,SHIELD:14e58eac,2026-01-05T12:00:00Z", "line 2: is by 'ben'"),
        ("a,0,,ann,coded,shield,,SHIELD:14e58eac,2026-01-05T12:00:00Z", "line 2: 'shield' is not of the form"),
        ("a,0,,ann,coded,DANGER,,SHIELD:14e58eac,2026-01-05T12:00:00Z", "line 2: frame 'DANGER' was not asked"),
        ("a,x,,ann,coded,,,SHIELD:14e58eac,2026-01-05T12:00:00Z", "line 2: 'coded' at 'x'"),
    ):
        (folder / "judged-ann.csv").write_text(f"{head}\n{line}\n", encoding="utf-8")
        with pytest.raises(ValueError, match=words):
            files.read_judgements(folder)


def test_no_text_of_an_article_lies_in_the_files(corpus):
    desk = open_desk(corpus)
    save(desk, {"SHIELD": [0, 4]})
    held = "".join(path.read_text(encoding="utf-8") for path in sampling.frames_folder(corpus.study).iterdir())
    assert "Ferry" not in held and "곡물" not in held
    assert seating._card_id("a", 0) != seating._card_id("a", 1)


def test_shares_are_of_the_languages_that_somebody_coded(corpus):
    assert corpus.frame_agreement.empty and corpus.frame_shares.empty
    rng = np.random.default_rng(2)
    sampling.draw_sample(corpus, 54)
    for coder in ("ann", "ben"):
        desk = open_desk(corpus, coder, language="en")
        while desk.card:
            seen = ["DANGER"] if int(desk.card.id, 16) % 3 == 0 else []
            save(desk, [*seen, "SHIELD"] if rng.random() < 0.5 else seen)
    assert set(corpus.frame_shares["language"]) == {"en"}  # nobody coded the others
    verdicts = corpus.frame_agreement.set_index("frame_name")["verdict"]
    assert verdicts.to_dict() == {"Burden": "not known", "Danger": "tentative", "Shield": "unreliable"}


def test_without_a_draw_there_are_no_codes(tmp_path):
    corpus = coded_study(tmp_path)
    assert corpus.codes.empty and corpus.coding_sample.empty
    assert sampling.coding_plan(corpus)["for_alpha"].eq(401).all()
