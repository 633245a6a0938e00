"""The coder's desk, clicked in Python: saved at once, killed, resumed, undone; and the files behind it."""

import datetime
import os
import shutil
import subprocess
import sys
import textwrap
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from given import Given, filled

from helpers.coding.intrusion import CANT_TELL, KINDS, NO_ANSWER, TOPIC, WORD, Task
from helpers.coding.intrusion_desk import IntrusionDesk
from helpers.coding.intrusion_scores import EVERY
from helpers.data import coding_files as files
from helpers.data import tables
from helpers.pipeline import intrusion_tasks as coding

NOON = datetime.datetime(2026, 1, 5, 12, tzinfo=datetime.UTC)
TASKS = [
    Task(f"t{i}", WORD, tuple(f"{word}{i}" for word in ("곡물", "炮弹", "газ", "boat", "oil", "sea"))) for i in range(4)
]


@pytest.fixture
def kept():
    return []


@pytest.fixture
def desk(kept):
    return IntrusionDesk(TASKS, save=lambda *answer: kept.append(answer))


def test_each_click_is_saved_before_the_next_task_shows(desk, kept):
    assert desk.task == TASKS[0] and "0 of 4" in desk.shown and desk.undo.disabled
    desk.choices[2].click()
    assert kept == [("t0", "газ0")] and desk.task == TASKS[1] and "1 of 4" in desk.shown
    assert "炮弹1" in desk.shown and "炮弹0" not in desk.shown
    desk.cant_tell.click()
    assert kept[-1] == ("t1", CANT_TELL)


def typed(desk, keys):
    for key in keys:
        desk.field.value += key


def test_keys_do_what_buttons_do(desk, kept):
    typed(desk, ("3", "0", "u", "x", "9", "²", "6"))
    assert kept == [("t0", "газ0"), ("t1", CANT_TELL), ("t1", NO_ANSWER), ("t1", "sea1")]
    desk.field.value = "1" + desk.field.value
    desk.field.value = desk.field.value[:-1]
    assert kept[4:] == [("t2", "곡물2")] and desk.task == TASKS[3]
    desk.field.value = ""
    assert len(kept) == 5


def test_keys_typed_while_an_answer_is_saved_neither_repeat_nor_answer_what_was_not_shown(desk, kept):
    """A slow disk: the browser sends what its field holds when the first answer is saved."""
    for value in ("1", "1234"):
        desk.field.value = value
    assert kept == [("t0", "곡물0"), ("t1", "炮弹1")] and desk.task == TASKS[2]


def test_a_pressed_button_gives_the_keys_back_to_the_field(desk, monkeypatch):
    """Otherwise JupyterLab hears them: 1 makes a heading of the cell, 0 twice restarts the kernel."""
    heard = []
    monkeypatch.setattr(type(desk.field), "focus", lambda field: heard.append(field))
    desk.choices[0].click()
    desk.cant_tell.click()
    desk.undo.click()
    assert heard == [desk.field] * 3


def test_undo_goes_back_as_far_as_there_are_answers(desk, kept):
    desk.choices[0].click()
    desk.choices[1].click()
    for _ in range(3):
        desk.undo.click()
    assert kept[2:] == [("t1", NO_ANSWER), ("t0", NO_ANSWER)]
    assert desk.task == TASKS[0] and desk.undo.disabled


def test_a_late_second_click_does_not_answer_the_next_task(desk, kept):
    button = desk.choices[0]
    button.click()
    button.click()
    assert kept == [("t0", "곡물0")] and desk.task == TASKS[1]


def test_the_end_is_told_and_can_be_undone(kept):
    desk = IntrusionDesk(TASKS[:1], save=lambda *answer: kept.append(answer))
    desk.choices[0].click()
    assert desk.task is None and "All tasks are answered" in desk.shown and desk.cant_tell.disabled
    typed(desk, "1")
    desk.cant_tell.click()
    assert len(kept) == 1
    desk.undo.click()
    assert desk.task == TASKS[0] and not desk.cant_tell.disabled
    assert IntrusionDesk([], save=print).task is None


def test_what_could_not_be_saved_is_said_and_asked_again(kept):
    full = [True]

    def save(task, answer):
        if full[0]:
            raise OSError("no space left on <device>")
        kept.append((task, answer))

    desk = IntrusionDesk(TASKS, save=save)
    desk.choices[0].click()
    assert desk.task == TASKS[0] and "Not saved" in desk.shown and "&lt;device&gt;" in desk.shown
    full[0] = False
    desk.choices[0].click()
    assert kept == [("t0", "곡물0")] and "Not saved" not in desk.shown


def test_text_is_shown_and_never_run():
    evil = '<script>alert("x")</script><img src=x onerror=y>'
    desk = IntrusionDesk([Task("t", TOPIC, (evil, "b & c"), evil)], save=print)
    assert "<script" not in desk.shown and "<img" not in desk.shown
    assert desk.shown.count("&lt;script&gt;") == 2 and "b &amp; c" in desk.shown


def test_a_desk_that_cannot_work_is_refused():
    with pytest.raises(ValueError, match="nine options"):
        IntrusionDesk([Task("t", WORD, tuple("abcdefghij"))], save=print)
    with pytest.raises(ValueError, match="same id"):
        IntrusionDesk([TASKS[0], TASKS[0]], save=print)


WORDS = {"en": "abcdefghijklmnopqrstuvwxyz", "ko": "가나다라마바사아자차카타파하거너더러머버서어저처커터", "zh": "米麦炮弹船网油气展馆海关车皮兵营鱼虾电力剧院学生教官",
         "uk": "абвгґдеєжзиіїйклмнопрстуфх"}  # fmt: skip


def made_study(root, *, text=True, seed=0, story=None):
    """A study's tables as the topics stage leaves them: five topics in each of four languages."""
    study = SimpleNamespace(
        name="made",
        root=root,
        folder=root / "studies" / "made",
        processed=root / "data",
        analysis=SimpleNamespace(seed=seed, coverage_level=0.95),
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
        shares += [(f"{language}{d}", n, t) for d in range(60) for n, t in zip(names, theta[d], strict=True)]
        articles += [f"{language}{d}" for d in range(60)]
    shown = pd.DataFrame(terms, columns=["language", "topic", "rank", "term", "weight"])
    values = pd.DataFrame(shares, columns=["article_id", "measure", "value"])
    stories = [a if story is None else f"{a[:2]}{int(a[2:]) % story}" for a in articles]
    frame = pd.DataFrame({"article_id": articles, "copy_cluster": stories})
    texts = frame.assign(position=0, text=[f"a text <{a}>" if text else None for a in articles])
    corpus = Given(study)
    corpus.give(
        topic_terms=shown.assign(frex=shown["weight"], relevance=shown["weight"]),
        topic_measures=values.assign(kind="topic", voice="all"),
        passages=filled("passages", texts, language="en", relevant=True, n_words=3),
        articles=filled("articles", frame, title="Title", relevant=True, n_words=3),
    )
    return corpus


@pytest.fixture
def corpus(tmp_path):
    return made_study(tmp_path)


def folder_of(corpus):
    return coding.coding_folder(corpus.study)


def open_desk(corpus, kind=WORD, coder="ann", **options):
    return coding.intrusion_desk(corpus, kind, coder=coder, clock=lambda: NOON, **options)


@pytest.mark.parametrize("kind", KINDS)
def test_a_coder_who_is_killed_goes_on_where_it_stopped(corpus, kind):
    first = open_desk(corpus, kind)
    n = len(first.tasks)
    assert n == 20
    for place in range(7):
        first.choices[place % 4].click()
    first.undo.click()
    del first
    second = open_desk(corpus, kind)
    assert "6 of 20" in second.shown and second.task == second.tasks[6]
    second.undo.click()
    while second.task:
        second.choices[0].click()
    answers = files.read_answers(folder_of(corpus), kind, coder="ann")
    assert len(answers) == n and set(answers["task"]) == {task.id for task in second.tasks}
    assert (answers["judged"] == NOON).all()
    assert open_desk(corpus, kind).task is None


def test_a_process_that_is_killed_in_mid_work_loses_nothing(corpus, tmp_path):
    script = textwrap.dedent("""
        import datetime, os, sys
        from pathlib import Path
        from helpers.data.coding_files import save_answer
        now = datetime.datetime(2026, 1, 5, tzinfo=datetime.UTC)
        for turn in range(5):
            save_answer(Path(sys.argv[1]), "word_intrusion", coder="ann", task=f"t{turn}", answer="газ", judged=now)
        os.kill(os.getpid(), 9)
    """)
    done = subprocess.run([sys.executable, "-c", script, str(folder_of(corpus))], check=False)
    assert done.returncode == -9
    assert files.read_answers(folder_of(corpus), WORD)["task"].tolist() == [f"t{turn}" for turn in range(5)]


@pytest.mark.parametrize("cut", range(1, 45))
def test_an_unfinished_line_costs_itself_only(corpus, cut):
    for task in ("t0", "t1"):
        path = files.save_answer(folder_of(corpus), WORD, coder="ann", task=task, answer="곡물, 炮弹", judged=NOON)
    os.truncate(path, path.stat().st_size - cut)
    files.save_answer(folder_of(corpus), WORD, coder="ann", task="t2", answer='a "b"', judged=NOON)
    answers = files.read_answers(folder_of(corpus), WORD).set_index("task")["answer"]
    assert answers["t0"] == "곡물, 炮弹" and answers["t2"] == 'a "b"'
    assert set(answers.index) == ({"t0", "t1", "t2"} if cut == 1 else {"t0", "t2"})


def test_a_coder_never_sees_another_and_has_an_order_of_their_own(corpus):
    ann, ben = open_desk(corpus), open_desk(corpus, coder="김철수")
    assert {t.id for t in ann.tasks} == {t.id for t in ben.tasks} and ann.tasks != ben.tasks
    while ann.task:
        ann.choices[0].click()
    assert "0 of 20" in open_desk(corpus, coder="김철수").shown
    assert files.read_answers(folder_of(corpus), WORD, coder="김철수").empty
    assert open_desk(corpus, coder=" Ann ").task is None
    assert sorted(path.name for path in (corpus.study.folder / "coding").glob("*.csv")) == ["word_intrusion-ann.csv"]


def test_answers_outlive_a_rebuilt_folder_and_new_topics(corpus, tmp_path):
    first = open_desk(corpus, language="ko")
    assert len(first.tasks) == 5
    while first.task:
        first.choices[0].click()
    shutil.rmtree(corpus.study.processed)
    made_study(tmp_path)
    assert open_desk(corpus, language="ko").task is None
    corpus = made_study(tmp_path, seed=1)
    again = open_desk(corpus, language="ko")
    assert len(again.tasks) == 5 and {t.id for t in again.tasks}.isdisjoint(t.id for t in first.tasks)
    scores = coding.intrusion_scores(corpus)
    assert len(scores) == 7 and not scores["current"].any() and (scores["n_answers"].iloc[0] == 5)


def test_topic_tasks_are_about_different_stories(tmp_path):
    corpus = made_study(tmp_path, story=12)
    coding.intrusion_tasks(corpus, TOPIC, coder="ann", per_topic=5)
    stories = corpus.table("articles").set_index("article_id")["copy_cluster"]
    drawn = files.read_key(folder_of(corpus), TOPIC)["document"].map(stories)
    assert drawn.is_unique and 4 * 5 < len(drawn) <= 4 * 12


def test_a_plan_writes_nothing_and_tells_no_key(corpus):
    plan, examples = coding.intrusion_plan(corpus)
    assert not corpus.study.folder.exists()
    assert len(plan) == 12 and (plan["n_tasks"] == 5).all() and set(examples) == set(KINDS)
    asked = {kind: coding.intrusion_tasks(corpus, kind, coder="ann", language="en") for kind in KINDS}
    for kind, task in examples.items():
        assert type(task) is Task and task in asked[kind]  # what is shown is what is asked
    again, _ = coding.intrusion_plan(corpus)
    pd.testing.assert_frame_equal(plan, again)
    key = files.read_key(folder_of(corpus), WORD).set_index("task")
    assert sorted(examples[WORD].options) == sorted(key.loc[examples[WORD].id, "options"])
    assert not [name for name in ("model", "topic") if key.loc[examples[WORD].id, name] in repr(examples[WORD])]


def test_a_plan_says_why_nothing_is_asked(corpus, tmp_path):
    wordless, examples = coding.intrusion_plan(made_study(tmp_path, text=False))
    assert wordless.groupby("kind")["n_tasks"].sum()[TOPIC] == 0 and TOPIC not in examples
    assert "holds no text" in wordless.loc[wordless["kind"] == TOPIC, "why"].iloc[0]
    corpus.give(topic_terms=tables.empty("topic_terms"))
    plan, examples = coding.intrusion_plan(corpus)
    assert plan.empty and not examples
    with pytest.raises(ValueError, match="no topics in any language"):
        coding.intrusion_tasks(corpus, WORD, coder="ann")


def test_coders_are_scored_beside_chance(corpus):
    for coder in ("ann", "ben"):
        desk = open_desk(corpus, coder=coder, language="ko")
        key = files.read_key(folder_of(corpus), WORD).set_index("task")["intruder"]
        while desk.task:
            desk.choices[desk.task.options.index(key[desk.task.id])].click()
    scores = coding.intrusion_scores(corpus)
    whole = scores[(scores["coder"] == EVERY) & (scores["topic"] == EVERY)].iloc[0]
    assert (whole["kind"], whole["n_tasks"], whole["n_answers"], whole["n_found"]) == (WORD, 5, 10, 10)
    assert whole["chance"] == pytest.approx(1 / 6) and whole["low"] == pytest.approx(0.025 ** (1 / 5))
    assert whole["p"] < 0.001 and set(scores["coder"]) == {"ann", "ben", EVERY}


def test_nothing_answered_yet_has_no_scores(corpus):
    assert coding.intrusion_scores(corpus).empty
    assert files.read_answers(folder_of(corpus), WORD).columns.tolist() == files.ANSWERS


def test_a_key_tells_no_text_of_an_article(corpus):
    coding.intrusion_tasks(corpus, TOPIC, coder="ann")
    assert "a text" not in (corpus.study.folder / "coding/tasks/topic_intrusion.csv").read_text(encoding="utf-8")


def test_what_cannot_be_asked_or_kept_is_refused(corpus, tmp_path):
    for coder in ("../eve", "", "ann.csv", "a b"):
        with pytest.raises(ValueError, match="coder"):
            coding.intrusion_tasks(corpus, WORD, coder=coder)
    with pytest.raises(ValueError, match="kind 'words'"):
        files.read_answers(folder_of(corpus), "words")
    with pytest.raises(ValueError, match="no zone"):
        files.save_answer(
            folder_of(corpus), WORD, coder="ann", task="t", answer="a", judged=datetime.datetime(2026, 1, 1)
        )
    with pytest.raises(ValueError, match="one line"):
        files.save_answer(folder_of(corpus), WORD, coder="ann", task="t", answer="a\n", judged=NOON)
    with pytest.raises(ValueError, match="holds no text"):
        coding.intrusion_tasks(made_study(tmp_path, text=False), TOPIC, coder="ann")
