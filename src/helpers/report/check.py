"""What must hold of every page before it counts: alt text, evidence, nothing remote, nothing that fails to be said."""

from __future__ import annotations

import re
from html.parser import HTMLParser

LOADS = {"src", "srcset", "data", "poster", "action", "formaction", "background", "xlink:href"}
FORBIDDEN = {"script", "iframe", "object", "embed", "form", "base", "applet", "frame"}
REMOTE = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
REMOTE_STYLE = re.compile(r"@import|url\(\s*['\"]?\s*(?:[a-z+.-]*:)?//", re.IGNORECASE)
ADDRESS = re.compile(r"\bat 0x[0-9a-f]{6,}")
FAILED = "Traceback"


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

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one element."""
        values = {name: value or "" for name, value in attrs}
        if tag in FORBIDDEN:
            self.faults.append(f"<{tag}> is in it")
        if tag == "link" and REMOTE.match(values.get("href", "")):
            self.faults.append(f"loads {values['href'][:60]}")
        for name, value in values.items():
            if name in LOADS and REMOTE.match(value):
                self.faults.append(f"loads {value[:60]}")
            if name.startswith("on") or (name == "style" and REMOTE_STYLE.search(value)):
                self.faults.append(f"<{tag}> has {name}")
        if tag == "img":
            self._image(values.get("alt", "").strip())
        elif tag == "svg" and values.get("role") == "img":
            label = values.get("aria-label", "").strip()
            if not label or label != self.waiting:  # the second drawing of a figure says the same as the first
                self._image(label)
        classes = values.get("class", "").split()
        if "evidence" in classes:
            self.waiting = None
        self.basis |= "basis" in classes
        self.style = tag == "style"

    def _image(self, alt: str) -> None:
        self.close_image()
        if not alt:
            self.faults.append("an image has no alt text")
        self.waiting = alt or "without alt text"
        if not self.basis:
            self.faults.append("an image comes before what the page's figures rest on; call rests_on() above it")

    def close_image(self) -> None:
        """No evidence came before the next image or the end."""
        if self.waiting is not None:
            self.faults.append(f"image {self.waiting[:40]!r} has no evidence beside it; publish figures with show()")
        self.waiting = None

    def handle_data(self, data: str) -> None:
        """Look at text and at style sheets."""
        if self.style:
            if REMOTE_STYLE.search(data):
                self.faults.append("its style sheet loads something")
            return
        if FAILED in data:
            self.faults.append(f"{FAILED!r} is in it")
        if match := ADDRESS.search(data):
            self.faults.append(f"an output shows a memory address ({match[0]!r}), which differs from run to run")

    def handle_endtag(self, tag: str) -> None:
        """Leave a style sheet."""
        self.style = False


def check_page(text: str) -> list[str]:
    """What is wrong with a page; empty when it may be published.

    >>> basis = '<details class="basis">…</details>'
    >>> check_page(basis + '<img src="data:image/png;base64,AA" alt="Bar chart"><p class="evidence">9 articles.</p>')
    []
    >>> check_page(basis + '<svg role="img" aria-label="Bars"></svg>')
    ["image 'Bars' has no evidence beside it; publish figures with show()"]
    >>> check_page(basis + '<img src="https://example.org/a.png" alt="Bars">')
    ['loads https://example.org/a.png', "image 'Bars' has no evidence beside it; publish figures with show()"]
    """
    reader = _Reader()
    reader.feed(text)
    reader.close()
    reader.close_image()
    return list(dict.fromkeys(reader.faults))
