"""The explorer's script and style: written once, for the widget and for the page."""

from __future__ import annotations

from importlib.resources import files

PARTS = ("columns", "estimates", "memory", "words", "drawing", "panels", "explorer")  # each uses what stands before it
_HERE = files("helpers.show.explorer")


def module() -> str:
    """One ES module of all parts, whose default export is a widget and which exports `mount`.

    >>> "export default" in module()
    True
    """
    return "\n".join(_read(f"{part}.js") for part in PARTS)


def page_script() -> str:
    """The same for a page: it mounts the explorer where the page has a place for it."""
    plain = module().replace("export default", "const widget =").replace("export ", "")
    return f"{plain}\n{_read('page.js')}"


def style() -> str:
    """The style sheet of both."""
    return _read("explorer.css")


def events_script() -> str:
    """What sorts and chooses on the page of one event side by side."""
    return _read("events.js")


def _read(name: str) -> str:
    return _HERE.joinpath(name).read_text(encoding="utf-8")
