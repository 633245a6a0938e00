"""Where a coder sits: one task at a time, every answer handed on before the next task shows.

Widgets of ipywidgets alone, so that it works wherever a notebook does. Keys go into a field, since widgets hear no
keys otherwise. Nothing is kept here: `save` gets each answer, and a desk that is opened with the answers so far goes on
where the last one stopped.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import ipywidgets

from helpers.coding.intrusion import CANT_TELL, NO_ANSWER, Task

CANT_TELL_KEYS, UNDO_KEYS = "0?", "uU"
# A long passage scrolls in its box, so that the options below stay in sight and in place.
PASSAGE = "white-space: pre-wrap; line-height: 1.4; max-width: 50em; max-height: 24em; overflow: auto; margin: 0 0 1em"


class IntrusionDesk(ipywidgets.VBox):
    """A widget that asks tasks one by one.

    Parameters
    ----------
    tasks : sequence of Task
        In the order in which they are asked; at most nine options each.
    save : callable taking a task's id and the answer
        Called once an answer, before the next task shows. The answer is an option's text, `CANT_TELL`, or `NO_ANSWER`
        for one that is taken back. While it raises OSError nothing moves on and the coder is told.
    answered : mapping from task id to answer, optional
        This coder's answers so far, oldest first; those tasks are not asked again. Ids of other tasks are ignored.

    Raises
    ------
    ValueError
        A task with more than nine options, or two tasks with one id.

    >>> kept = []
    >>> tasks = [Task("t", "word_intrusion", ("grain", "treaty"))]
    >>> desk = IntrusionDesk(tasks, save=lambda *answer: kept.append(answer))
    >>> desk.choices[1].click()
    >>> kept, desk.task is None
    ([('t', 'treaty')], True)
    """

    def __init__(
        self, tasks: Sequence[Task], *, save: Callable[[str, str], None], answered: Mapping[str, str] | None = None
    ) -> None:
        self.tasks = list(tasks)
        if len({task.id for task in self.tasks}) < len(self.tasks):
            raise ValueError("two tasks have the same id")
        if long := [task.id for task in self.tasks if len(task.options) > 9]:
            raise ValueError(f"task {long[0]!r} has more than nine options; a key is one digit")
        self._save = save
        known = {task.id for task in self.tasks}
        self._history = [task for task in answered or {} if task in known]
        self.choices: list[ipywidgets.Button] = []
        self._bar = ipywidgets.IntProgress(max=max(len(self.tasks), 1), layout={"width": "12em"})
        self._progress, self._page, self._notice = (ipywidgets.HTML() for _ in range(3))
        self._options = ipywidgets.VBox()
        self.cant_tell = ipywidgets.Button(description="Can't tell", tooltip="key 0")
        self.cant_tell.on_click(lambda _: self._pressed(lambda: self.task and self._chosen(self.task, CANT_TELL)))
        self.undo = ipywidgets.Button(description="Undo", tooltip="key u: take the last answer back")
        self.undo.on_click(lambda _: self._pressed(self._take_back))
        style = {"description_width": "initial"}
        self.field = ipywidgets.Text(description="Keys:", placeholder="a digit, 0 can't tell, u undo", style=style)
        self.field.observe(self._typed, names="value")
        super().__init__(
            [
                ipywidgets.HBox([self._bar, self._progress]),
                self._page,
                self._options,
                ipywidgets.HBox([self.cant_tell, self.undo, self.field]),
                self._notice,
            ]
        )
        self._show()

    @property
    def task(self) -> Task | None:
        """The task that is asked now; none when all are answered."""
        done = set(self._history)
        return next((task for task in self.tasks if task.id not in done), None)

    @property
    def shown(self) -> str:
        """Everything a coder can read on the desk now, as HTML."""
        options = [row.children[1].value for row in self._options.children]
        return "\n".join([self._progress.value, self._page.value, *options, self._notice.value])

    def _show(self) -> None:
        task = self.task
        self._bar.value = len(self._history)
        self._progress.value = f"{len(self._history)} of {len(self.tasks)} answered"
        self._page.value = _page(task) if task else "<p><b>All tasks are answered. Thank you.</b></p>"
        # New buttons for each task: a second click that arrives late belongs to the task it was meant for.
        rows = [self._choice(task, number) for number in range(len(task.options))] if task else []
        self.choices = [row.children[0] for row in rows]
        self._options.children = rows
        self.cant_tell.disabled = task is None
        self.undo.disabled = not self._history

    def _choice(self, task: Task, number: int) -> ipywidgets.HBox:
        option = task.options[number]
        button = ipywidgets.Button(description=str(number + 1), tooltip=option, layout={"width": "3em"})
        button.on_click(lambda _: self._pressed(partial(self._chosen, task, option)))
        return ipywidgets.HBox([button, ipywidgets.HTML(f'<span dir="auto">{html.escape(option)}</span>')])

    def _pressed(self, act: Callable[[], object]) -> None:
        """What a button does; then keys go to the field again, or JupyterLab would take them for its own commands."""
        act()
        self.field.focus()

    def _chosen(self, task: Task, answer: str) -> None:
        if task == self.task and self._kept(task.id, answer):
            self._history.append(task.id)
            self._show()

    def _take_back(self) -> None:
        if self._history and self._kept(self._history[-1], NO_ANSWER):
            self._history.pop()
            self._show()

    def _kept(self, task: str, answer: str) -> bool:
        """Whether the answer was saved; if it was not, the coder is told."""
        try:
            self._save(task, answer)
        except OSError as error:
            self._notice.value = f"<p><b>Not saved, answer again:</b> {html.escape(str(error))}</p>"
            return False
        self._notice.value = ""
        return True

    def _typed(self, change: Mapping[str, str]) -> None:
        """Act on the key that was typed.

        The field keeps what is typed: emptied from here, it would lose or repeat keys typed while an answer is saved.
        Of several that come at once the first counts, since the others were typed before the next task showed.
        """
        if key := _added(change["old"], change["new"])[:1]:
            task = self.task
            if key in UNDO_KEYS:
                self._take_back()
            elif task and key in CANT_TELL_KEYS:
                self._chosen(task, CANT_TELL)
            elif task and key.isascii() and key.isdigit() and int(key) <= len(task.options):
                self._chosen(task, task.options[int(key) - 1])


def _added(old: str, new: str) -> str:
    """What was typed into a text, wherever the cursor stood; nothing if signs were taken out.

    >>> _added("31", "312"), _added("31", "431"), _added("33", "333"), _added("31", "3"), _added("", "12")
    ('2', '4', '3', '', '12')
    """
    place = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    return new[place : place + max(len(new) - len(old), 0)]


def _page(task: Task) -> str:
    """The question, and the passage if there is one; text is shown and never run."""
    passage = f'<blockquote dir="auto" style="{PASSAGE}">{html.escape(task.passage)}</blockquote>'
    return f"<p><b>{html.escape(task.question)}</b></p>" + (passage if task.passage else "")
