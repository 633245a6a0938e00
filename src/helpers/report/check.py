"""What must hold of every page before it counts: alt text, evidence, nothing remote, nothing that fails to be said.

A page is looked at for what it is built of, never for its words: an article about a ``Traceback``, or a purse at 0x7f…,
is news.  What failed shows in the outputs of cells, before they are set among data, and is sought there.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from nbformat import NotebookNode

LOADS = {"src", "srcset", "data", "poster", "action", "formaction", "background", "xlink:href"}
FORBIDDEN = {"script", "iframe", "object", "embed", "form", "base", "applet", "frame"}
REMOTE = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
REMOTE_STYLE = re.compile(r"@import|url\(\s*['\"]?\s*(?:[a-z+.-]*:)?//", re.IGNORECASE)
# An object, or a list of some; not a row of a Series, whose values are data and stand behind its index.
ADDRESS = re.compile(r"\s*(?:\w+\()?[\s,\[({]*(<[^<>'\"]* at 0x[0-9a-f]{6,}>)")
QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", re.DOTALL)  # a string, as Python shows it: data
FAILED = re.compile(r"^Traceback \(most recent call last\):\n  File \"", re.MULTILINE)
OWN_SCHEMES = re.compile(r"(?:https?|data):", re.IGNORECASE)
# As a browser reads it, which skips controls and needs no slash behind a scheme that it knows.
ELSEWHERE = re.compile(r"[\x00-\x20]*(?:(?:https?|ftp|file|wss?|blob):|[/\\]{2})", re.IGNORECASE)
SCHEME = re.compile(r"\s*[a-z][a-z0-9+.-]*:", re.IGNORECASE)


class PageError(RuntimeError):
    """A page that was written but may not be published; one line."""


class _Reader(HTMLParser):
    """Collects what is wrong, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.waiting: str | None = None  # alt text of an image whose evidence has not come yet
        self.basis = False  # whether the page has said what its figures rest on
        self.style = False
        self._figure = False  # in a figure whose drawing has not come yet

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one element."""
        values = {name: value or "" for name, value in attrs}
        if tag in FORBIDDEN:
            self.faults.append(f"<{tag}> is in it")
        if tag == "link" and REMOTE.match(values.get("href", "")):
            self.faults.append(f"loads {values['href'][:60]}")
        for name, value in values.items():
            if name in LOADS and ELSEWHERE.match(re.sub(r"[\t\r\n]", "", value)):
                self.faults.append(f"loads {value[:60]}")
            if name.startswith("on") or (name == "style" and REMOTE_STYLE.search(value)):
                self.faults.append(f"<{tag}> has {name}")
        if tag == "a" and SCHEME.match(values.get("href", "")) and not OWN_SCHEMES.match(values["href"]):
            self.faults.append(f"links to {values['href'][:60]!r}, which is not of the web")
        classes = values.get("class", "").split()
        if tag == "img":
            self._image(values.get("alt", ""))
        elif tag == "figure" and "chart" in classes:
            self._figure = True
        elif tag == "svg" and values.get("role") == "img":
            self._drawing(values.get("aria-label", ""))
        if "evidence" in classes:
            self.waiting = None
        self.basis |= "basis" in classes
        self.style = tag == "style"

    def _drawing(self, alt: str) -> None:
        """A figure's first drawing is its image; a further one shows the same on another screen."""
        if self._figure or not alt.strip():
            self._image(alt)
        self._figure = False

    def _image(self, alt: str) -> None:
        self.close_image()
        if not alt.strip():
            self.faults.append("an image has no alt text")
        self.waiting = alt.strip() or "without alt text"
        if not self.basis:
            self.faults.append("an image comes before what the page's figures rest on; call rests_on() above it")

    def close_image(self) -> None:
        """No evidence came before the next image or the end."""
        if self.waiting is not None:
            self.faults.append(f"image {self.waiting[:40]!r} has no evidence beside it; publish figures with show()")
        self.waiting = None

    def handle_data(self, data: str) -> None:
        """Look at style sheets."""
        if self.style and REMOTE_STYLE.search(data):
            self.faults.append("its style sheet loads something")

    def handle_endtag(self, tag: str) -> None:
        """Leave a style sheet."""
        self.style = False


def check_page(text: str) -> list[str]:
    """What is wrong with a page; empty when it may be published.

    >>> basis = '<details class="basis">…</details>'
    >>> check_page(basis + '<img src="data:image/png;base64,AA" alt="Bar chart"><p class="evidence">9 articles.</p>')
    []
    >>> check_page(basis + '<figure class="chart"><svg role="img" aria-label="Bars"></svg></figure>')
    ["image 'Bars' has no evidence beside it; publish figures with show()"]
    >>> check_page(basis + '<img src="https://example.org/a.png" alt="Bars">')
    ['loads https://example.org/a.png', "image 'Bars' has no evidence beside it; publish figures with show()"]
    """
    reader = _Reader()
    reader.feed(text)
    reader.close()
    reader.close_image()
    return list(dict.fromkeys(reader.faults))


def check_outputs(notebook: NotebookNode) -> list[str]:
    """What went wrong in a notebook that ran to its end: an error let pass, or an object shown by its place.

    >>> from nbformat.v4 import new_code_cell, new_notebook, new_output
    >>> shown = {"text/plain": "['<Axes at 0x7f3a11>', <Axes at 0x7f3a12>]"}
    >>> check_outputs(new_notebook(cells=[new_code_cell(outputs=[new_output("execute_result", data=shown)])]))
    ["an output shows a memory address ('<Axes at 0x7f3a12>'), which differs from run to run"]
    """
    faults = []
    for output in (output for cell in notebook.cells for output in cell.get("outputs", [])):
        data = output.get("data", {})
        if output.output_type == "error":
            faults.append(f"a cell failed with {output.ename}")
        elif output.output_type == "stream" and output.name == "stderr" and FAILED.search(output.text):
            faults.append("a cell wrote a traceback")
        elif output.output_type == "execute_result" and set(data) == {"text/plain"}:
            if match := ADDRESS.match(QUOTED.sub("", data["text/plain"])):
                faults.append(f"an output shows a memory address ({match[1]!r}), which differs from run to run")
    return list(dict.fromkeys(faults))
