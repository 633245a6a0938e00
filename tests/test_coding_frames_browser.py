"""The desk for frames as a coder has it: JupyterLab in a real browser, by keyboard and mouse, through a killed kernel."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from browser import Page, chromium, jupyterlab

from helpers.data.coding_files import read_judgements

CELL = """
import os
from pathlib import Path
from coded import coded_study
from helpers.pipeline.coder_desks import frame_desk
from helpers.pipeline.coding_sample import draw_sample

here = Path({folder!r})
corpus = coded_study(here)
if not (corpus.study.folder / "coding").exists():
    draw_sample(corpus, 3)
(here / "pid").write_text(str(os.getpid()))
frame_desk(corpus, coder="ann")
"""
COUNT = "document.querySelector('.frames-desk .count')?.textContent"
FOCUS = "document.activeElement?.className"


def notebook(source: str) -> dict:
    cell = {"cell_type": "code", "id": "desk", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
    spec = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return {"cells": [cell], "metadata": spec, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture(scope="module")
def desk(root: Path, tmp_path_factory: pytest.TempPathFactory):
    """A page of JupyterLab with the desk open, and the folder that it works in."""
    folder = tmp_path_factory.mktemp("lab")
    source = CELL.format(folder=str(folder))
    with (
        jupyterlab(folder, notebook(source), [root / "src", root / "tests"]) as address,
        chromium(folder, address) as page,
    ):
        page.wait("window.jupyterapp?.shell?.currentWidget?.sessionContext?.isReady")
        opened(page)
        yield page, folder


def opened(page: Page, *, judged: int = 0) -> None:
    """Run the cell and sit down at the desk."""
    page.run("document.querySelectorAll('.frames-desk').forEach(one => one.remove())")
    page.run("jupyterapp.commands.execute('notebook:run-all-cells').then(() => true)")
    page.wait(f"{COUNT} === '{judged} of 24 judged'")
    page.run("document.querySelector('.frames-desk').scrollIntoView({block: 'center'})")
    page.click(".frames-desk .count")
    assert page.run(FOCUS) == "frames-desk"


def judge(page: Page, n: int, *keys: str) -> None:
    """Keys, Enter, and the next passage."""
    for key in keys:
        page.press(key)
    page.press("Enter")
    page.wait(f"{COUNT} === '{n} of 24 judged'")


def mark(page: Page, start: int, end: int) -> str:
    """Select signs of the passage by mouse, counted in UTF-16 units; what the browser then says is selected."""
    place = """(at => {
        const walk = document.createTreeWalker(document.querySelector('.frames-desk .passage'), NodeFilter.SHOW_TEXT);
        let node = walk.nextNode();
        while (at > node.length) { at -= node.length; node = walk.nextNode(); }
        const range = document.createRange();
        range.setStart(node, at); range.setEnd(node, at);
        const box = range.getBoundingClientRect();
        return [box.x, box.y + box.height / 2];
    })"""
    page.drag(tuple(page.run(f"{place}({start})")), tuple(page.run(f"{place}({end})")))
    return page.run("document.getSelection().toString()")


def test_ten_passages_by_keyboard_words_by_mouse_and_nothing_lost_when_the_kernel_is_killed(desk):
    page, folder = desk
    journal = folder / "studies" / "made" / "coding" / "frames"
    marked, texts = {}, []
    for n in range(1, 6):
        text = page.run("document.querySelector('.frames-desk .passage').textContent")
        texts.append(text)
        words = mark(page, 5, 12)
        page.press("2")
        page.press("1")
        assert page.run("document.querySelector('.frames-desk mark').textContent") == words.strip()
        assert page.run("document.querySelector('.frames-desk mark').dataset.keys") == "2"
        start = text.index(words.strip())
        marked[n] = (start, start + len(words.strip()), words.strip())
        judge(page, n)
    assert any(ord(sign) > 0xFFFF for text in texts for sign in text[:5])  # two UTF-16 units before what is marked
    os.kill(int((folder / "pid").read_text()), signal.SIGKILL)
    page.press("3")
    page.press("Enter")
    page.wait("document.querySelector('.frames-desk .note').textContent.includes('not saved')")
    assert len(read_judgements(journal)) == 5 * 3
    page.wait(
        "document.querySelector('.jp-Dialog .jp-mod-accept') !== null"
    )  # JupyterLab tells that it starts another kernel
    page.run("document.querySelector('.jp-Dialog .jp-mod-accept').click()")
    page.wait("jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'")
    opened(page, judged=5)
    for n in range(6, 11):
        judge(page, n, "3")
    rows = read_judgements(journal)
    assert len(rows) == 10 * 3 and set(rows["coder"]) == {"ann"}
    seen = rows[rows["value"] == 1]
    assert seen["frame"].value_counts().to_dict() == {"BURDEN": 5, "DANGER": 5, "SHIELD": 5}
    spans = seen.dropna(subset="start")
    assert spans["frame"].tolist() == ["DANGER"] * 5
    assert [tuple(map(int, row)) for row in spans[["start", "end"]].to_numpy()] == [m[:2] for m in marked.values()]


def test_keys_are_the_desks_own_and_undo_and_cant_tell_work(desk):
    page, folder = desk
    cells = page.run("document.querySelectorAll('.jp-Cell').length")
    for key in ("b", "d", "d", "0"):  # in JupyterLab's own hands: a new cell, one deleted, the kernel restarted
        page.press(key)
    page.wait(f"{COUNT} === '11 of 24 judged'")
    page.press("u")
    page.wait(f"{COUNT} === '10 of 24 judged'")
    assert page.run("document.querySelectorAll('.jp-Cell').length") == cells
    page.press("ㅂ", "Digit1")  # another layout: the place of the key counts
    assert page.run("document.querySelector('.frames-desk .frame').getAttribute('aria-pressed')") == "true"
    page.press("Escape")
    assert page.run("document.querySelector('.frames-desk .save').textContent").startswith("Save: none")
    rows = read_judgements(folder / "studies" / "made" / "coding" / "frames")
    assert len(rows) == 30 and rows["value"].notna().all()
