"""`explore`: the explorer in a notebook; where no browser is, the sentence that says where it is."""

from __future__ import annotations

from IPython import get_ipython
from IPython.display import HTML, DisplayObject

from helpers.data.corpus import Corpus
from helpers.pipeline import open_corpus
from helpers.pipeline.explorer import explorer_payload
from helpers.show.explorer.payload import as_json
from helpers.show.explorer.widget import Explorer
from helpers.study import Study

PAGE = "explorer.html"
ELSEWHERE = f'<p class="start"><a href="{PAGE}">Open the explorer</a>: choose outlets, period and measure yourself.</p>'


class _Link(HTML):
    """The link, and in plain text the same."""

    def __repr__(self) -> str:
        return f"The explorer is a page of the report ({PAGE}), and a widget in JupyterLab."


def explore(study: str | Study | Corpus, *, state: str = "", live: bool | None = None) -> Explorer | DisplayObject:
    """Outlets, period, voice and measure to choose from; shares over time, side by side, words, and the items behind.

    Parameters
    ----------
    study : str, Study or Corpus
        The name of a study, or what was opened of it.
    state : str
        What is chosen at first, as the page's address has it after ``#``.
    live : bool, optional
        Whether a reader sits before the notebook.  A notebook that is run by a program gets a link to the report's page
        instead; by default that is told by whether the cell was sent by a notebook's window.

    Returns
    -------
    Explorer, a widget; or the link
    """
    if not (_is_live() if live is None else live):
        return _Link(ELSEWHERE)
    corpus = study if isinstance(study, Corpus) else open_corpus(study)
    return Explorer(payload=as_json(explorer_payload(corpus)), state=state)


def _is_live() -> bool:
    """Whether a notebook's window sent the cell that runs: it names the cell, and programs do not."""
    kernel = getattr(get_ipython(), "kernel", None)
    sent = kernel.get_parent("shell") if kernel is not None else {}
    return bool(sent.get("metadata", {}).get("cellId"))
