"""The coder's desk, clicked in Python: saved at once, killed, resumed, undone; and the files behind it."""

import datetime
import os
import shutil
import subprocess
import sys
import textwrap
from functools import partial
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from helpers import tables
from helpers.coding.desk import WITHDRAWN, Desk
from helpers.coding.tasks import CANT_TELL, KINDS, TOPIC, WORD, WORD_SET, Task
from helpers.stages import coding

NOON = datetime.datetime(2026, 1, 5, 12, tzinfo=datetime.UTC)
TASKS = [
    Task(f"t{i}", WORD, tuple(f"{word}{i}" for word in ("곡물", "炮弹", "газ", "boat", "oil", "sea"))) for i in range(4)
]


@pytest.fixture
def kept():
    return []


@pytest.fixture
def desk(kept):
    return Desk(TASKS, save=lambda *answer: kept.append(answer))


def test_each_click_is_saved_before_the_next_task_shows(desk, kept):
    assert desk.task == TASKS[0] and "0 of 4" in desk.shown and desk.undo.disabled
    desk.choices[2].click()
    assert kept == [("t0", "газ0")] and desk.task == TASKS[1] and "1 of 4" in desk.shown
    assert "炮弹1" in desk.shown and "炮弹0" not in desk.shown
    desk.cant_tell.click()
    assert kept[-1] == ("t1", CANT_TELL)


def test_keys_do_what_buttons_do_and_the_field_empties_itself(desk, kept):
    for key in ("3", "0", "u", "x", "9", "²", "6"):
        desk.field.value = key
        assert desk.field.value == ""
    assert kept == [("t0", "газ0"), ("t1", CANT_TELL), ("t1", WITHDRAWN), ("t1", "sea1")]
    desk.field.value = "12"
    assert [answer for _, answer in kept[-2:]] == ["곡물2", "炮弹3"] and desk.task is None


def test_undo_goes_back_as_far_as_there_are_answers(desk, kept):
    desk.choices[0].click()
    desk.choices[1].click()
    for _ in range(3):
        desk.undo.click()
    assert kept[2:] == [("t1", WITHDRAWN), ("t0", WITHDRAWN)]
    assert desk.task == TASKS[0] and desk.undo.disabled


def test_a_late_second_click_does_not_answer_the_next_task(desk, kept):
    button = desk.choices[0]
    button.click()
    button.click()
    assert kept == [("t0", "곡물0")] and desk.task == TASKS[1]


def test_the_end_is_told_and_can_be_undone(kept):
    desk = Desk(TASKS[:1], save=lambda *answer: kept.append(answer))
    desk.choices[0].click()
    assert desk.task is None and "All tasks are answered" in desk.shown and desk.cant_tell.disabled
    desk.field.value = "1"
    desk.cant_tell.click()
    assert len(kept) == 1
    desk.undo.click()
    assert desk.task == TASKS[0] and not desk.cant_tell.disabled
    assert Desk([], save=print).task is None


def test_what_could_not_be_saved_is_said_and_asked_again(kept):
    full = [True]

    def save(task, answer):
        if full[0]:
            raise OSError("no space left on <device>")
        kept.append((task, answer))

    desk = Desk(TASKS, save=save)
    desk.choices[0].click()
    assert desk.task == TASKS[0] and "Not saved" in desk.shown and "&lt;device&gt;" in desk.shown
    full[0] = False
    desk.choices[0].click()
    assert kept == [("t0", "곡물0")] and "Not saved" not in desk.shown


def test_text_is_shown_and_never_run():
    evil = '<script>alert("x")</script><img src=x onerror=y>'
    desk = Desk([Task("t", TOPIC, (evil, "b & c"), evil)], save=print)
    assert "<script" not in desk.shown and "<img" not in desk.shown
    assert desk.shown.count("&lt;script&gt;") == 2 and "b &amp; c" in desk.shown


def test_a_desk_that_cannot_work_is_refused():
    with pytest.raises(ValueError, match="nine options"):
        Desk([Task("t", WORD, tuple("abcdefghij"))], save=print)
    with pytest.raises(ValueError, match="same id"):
        Desk([TASKS[0], TASKS[0]], save=print)


WORDS = {"en": "abcdefghijklmnopqrstuvwxyz", "ko": "가나다라마바사아자차카타파하거너더러머버서어저처커터", "zh": "米麦炮弹船网油气展馆海关车皮兵营鱼虾电力剧院学生教官",
         "uk": "абвгґдеєжзиіїйклмнопрстуфх"}  # fmt: skip


def made_study(root, *, text=True, seed=0):
    """A study's tables as the topics stage leaves them: five topics in each of four languages."""
    study = SimpleNamespace(
        name="made", folder=root / "studies" / "made", processed=root / "data", analysis=SimpleNamespace(seed=seed)
    )
    rng = np.random.default_rng(seed)
    terms, shares, articles = [], [], []
    for language, letters in WORDS.items():
        names = [f"{language}-{topic:02d}" for topic in range(1, 6)]
        for place, name in enumerate(names):
            weights = np.sort(rng.dirichlet(np.ones(25)))[::-1]
            words = [letters[place] + letter for letter in rng.permutation(list(letters))[:25]]
            terms += [(language, name, rank, w, b) for rank, (w, b) in enumerate(zip(words, weights, strict=True), 1)]
        theta = rng.dirichlet(np.ones(5), size=60)
        shares += [
            (f"{language}{d}", f"topic:{n}", "all", t) for d in range(60) for n, t in zip(names, theta[d], strict=True)
        ]
        articles += [f"{language}{d}" for d in range(60)]
    write = partial(tables.write, study.processed)
    write("topics", pd.DataFrame(terms, columns=["language", "topic", "rank", "term", "weight"]))
    write("measures", pd.DataFrame(shares, columns=["article_id", "measure", "voice", "value"]))
    held = {"outlet": "o", "language": "en", "n_words": 3, "relevant": True, "voice": "outlet", "paragraph": 0}
    frame = pd.DataFrame(
        {"article_id": articles, "position": 0, "text": [f"a text <{a}>" if text else None for a in articles]}
    )
    frame = frame.assign(**held, speaker=None)
    write("passages", frame[list(tables.SCHEMAS["passages"].columns)])
    full = {column: "" for column in tables.SCHEMAS["articles"].columns} | {"published": pd.NaT, "date_conflict": False}
    full |= {"n_words": 3, "relevant": True, "title": "Title"}
    frame = pd.DataFrame({"article_id": articles}).assign(**{k: v for k, v in full.items() if k != "article_id"})
    write("articles", frame.assign(published=pd.Series(pd.NaT, index=frame.index, dtype="datetime64[us, UTC]")))
    return study


@pytest.fixture
def study(tmp_path):
    return made_study(tmp_path)


def open_desk(study, kind=WORD, coder="ann", **told):
    return coding.intrusion_desk(study, kind, coder=coder, clock=lambda: NOON, **told)


@pytest.mark.parametrize("kind", KINDS)
def test_a_coder_who_is_killed_goes_on_where_it_stopped(study, kind):
    first = open_desk(study, kind)
    n = len(first.tasks)
    assert n == 20
    for place in range(7):
        first.choices[place % 4].click()
    first.undo.click()
    del first
    second = open_desk(study, kind)
    assert "6 of 20" in second.shown and second.task == second.tasks[6]
    second.undo.click()
    while second.task:
        second.choices[0].click()
    answers = coding.read_answers(study, kind, coder="ann")
    assert len(answers) == n and set(answers["task"]) == {task.id for task in second.tasks}
    assert (answers["judged"] == NOON).all()
    assert open_desk(study, kind).task is None


def test_a_process_that_is_killed_in_mid_work_loses_nothing(study, tmp_path):
    script = textwrap.dedent("""
        import datetime, os, sys
        from pathlib import Path
        from types import SimpleNamespace
        from helpers.stages import coding
        study = SimpleNamespace(folder=Path(sys.argv[1]))
        now = datetime.datetime(2026, 1, 5, tzinfo=datetime.UTC)
        for turn in range(5):
            coding.save_answer(study, "word_intrusion", coder="ann", task=f"t{turn}", answer="газ", judged=now)
        os.kill(os.getpid(), 9)
    """)
    done = subprocess.run([sys.executable, "-c", script, str(study.folder)], check=False)
    assert done.returncode == -9
    assert coding.read_answers(study, WORD)["task"].tolist() == [f"t{turn}" for turn in range(5)]


@pytest.mark.parametrize("cut", range(1, 45))
def test_an_unfinished_line_costs_itself_only(study, cut):
    for task in ("t0", "t1"):
        path = coding.save_answer(study, WORD, coder="ann", task=task, answer="곡물, 炮弹", judged=NOON)
    os.truncate(path, path.stat().st_size - cut)
    coding.save_answer(study, WORD, coder="ann", task="t2", answer='a "b"', judged=NOON)
    answers = coding.read_answers(study, WORD).set_index("task")["answer"]
    assert answers["t0"] == "곡물, 炮弹" and answers["t2"] == 'a "b"'
    assert set(answers.index) == ({"t0", "t1", "t2"} if cut == 1 else {"t0", "t2"})


def test_a_coder_never_sees_another_and_has_an_order_of_their_own(study):
    ann, ben = open_desk(study), open_desk(study, coder="김철수")
    assert {t.id for t in ann.tasks} == {t.id for t in ben.tasks} and ann.tasks != ben.tasks
    while ann.task:
        ann.choices[0].click()
    assert "0 of 20" in open_desk(study, coder="김철수").shown
    assert coding.read_answers(study, WORD, coder="김철수").empty
    assert open_desk(study, coder=" Ann ").task is None
    assert sorted(path.name for path in (study.folder / "coding").glob("*.csv")) == ["word_intrusion-ann.csv"]


def test_answers_outlive_a_rebuilt_folder_and_new_topics(study, tmp_path):
    first = open_desk(study, language="ko")
    assert len(first.tasks) == 5
    while first.task:
        first.choices[0].click()
    shutil.rmtree(study.processed)
    made_study(tmp_path)
    assert open_desk(study, language="ko").task is None
    study = made_study(tmp_path, seed=1)
    again = open_desk(study, language="ko")
    assert len(again.tasks) == 5 and {t.id for t in again.tasks}.isdisjoint(t.id for t in first.tasks)
    scores = coding.intrusion_scores(study)
    assert len(scores) == 7 and not scores["current"].any() and (scores["n_answers"].iloc[0] == 5)


def test_a_study_scores_perfect_random_and_mediocre_coders(study):
    for number, (coder, skill) in enumerate({"perfect": 1.0, "mediocre": 0.6, "random": 0.0}.items()):
        rng = np.random.default_rng([7, number])
        for kind in KINDS:
            tasks = {t.id: t for t in coding.intrusion_tasks(study, kind, coder=coder, per_topic=4)}
            for row in coding.intrusion_key(study, kind).itertuples():
                guess = str(rng.choice(tasks[row.task].options))
                answer = row.intruder if rng.random() < skill else guess
                coding.save_answer(study, kind, coder=coder, task=row.task, answer=answer, judged=NOON)
    scores = coding.intrusion_scores(study)
    assert scores["current"].all() and set(scores["kind"]) == {WORD, TOPIC, WORD_SET}
    coders = scores[scores["coder"] != "all"].groupby("coder")
    assert (coders.get_group("perfect")["precision"] == 1.0).all() and (coders.get_group("perfect")["p"] < 1e-6).all()
    guessed, middling = coders.get_group("random"), coders.get_group("mediocre")
    assert (guessed["p"] > 0.01).all() and (guessed["p"] < 0.05).mean() <= 0.2
    truth = 0.6 + 0.4 * middling["chance"]
    assert ((middling["low"] <= truth) & (truth <= middling["high"])).mean() >= 0.8


def test_nothing_answered_yet_has_no_scores(study):
    assert coding.intrusion_scores(study).empty
    assert coding.read_answers(study, WORD).columns.tolist() == coding.COLUMNS


def test_a_key_tells_no_text_of_an_article(study):
    coding.intrusion_tasks(study, TOPIC, coder="ann")
    assert "a text" not in (study.folder / "coding/tasks/topic_intrusion.csv").read_text(encoding="utf-8")


def test_what_cannot_be_asked_or_kept_is_refused(study, tmp_path):
    for coder in ("../eve", "", "ann.csv", "a b"):
        with pytest.raises(ValueError, match="coder"):
            coding.intrusion_tasks(study, WORD, coder=coder)
    with pytest.raises(ValueError, match="kind 'words'"):
        coding.read_answers(study, "words")
    with pytest.raises(ValueError, match="no zone"):
        coding.save_answer(study, WORD, coder="ann", task="t", answer="a", judged=datetime.datetime(2026, 1, 1))
    with pytest.raises(ValueError, match="one line"):
        coding.save_answer(study, WORD, coder="ann", task="t", answer="a\n", judged=NOON)
    with pytest.raises(ValueError, match="holds no text"):
        coding.intrusion_tasks(made_study(tmp_path, text=False), TOPIC, coder="ann")
