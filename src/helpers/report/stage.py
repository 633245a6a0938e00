"""The pages of a build: each checked as it comes, all looked at together, then put in their places, or none."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from helpers.report.check import PageError, check_page
from helpers.report.links import dead


def publish(path: Path, text: str, own_script: str = "") -> Path:
    """Check a page and put it in its place, whole; the one script that the page may have is `own_script`.

    Raises
    ------
    PageError
        With the first thing that is wrong, also of the disk; the page that was there before stays.
    """
    check(path.name, text, own_script)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".page-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except OSError as error:
        raise PageError(
            f"{path.name}: {error.strerror}; the page that was there stands, make room and run again"
        ) from error
    finally:
        Path(temporary).unlink(missing_ok=True)
    return path


def check(name: str, text: str, own_script: str = "") -> None:
    """Stop at a page that may not be published.

    Raises
    ------
    PageError
        With the first thing that is wrong.
    """
    _stop(f"{name}: {fault}" for fault in check_page(text.replace(own_script, "", 1) if own_script else text))


class Stage:
    """Pages that wait for one another: a link from one to a part of another is known to work when both are there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pages: dict[Path, tuple[str, str]] = {}

    def publish(self, path: Path, text: str, own_script: str = "") -> Path:
        """Check a page and keep it; as `publish`, but its place stays as it is."""
        check(path.name, text, own_script)
        self._pages[path] = (text, own_script)
        return path

    def settle(self, *, whole: bool = True) -> list[Path]:
        """Put all pages in their places, where their links within the folder lead somewhere.

        Parameters
        ----------
        whole : bool
            Look at the links; of a run that ended early the pages are put in place as they are.

        Raises
        ------
        PageError
            With the first dead link; all pages are as they were.
        """
        if whole:
            pages = {path.name: text for path, (text, _) in self._pages.items()}
            files = [path for path in self.folder.iterdir() if path.name not in pages and path.is_file()]
            others = {path.name: path.read_text("utf-8") if path.suffix == ".html" else None for path in files}
            _stop(dead(pages, others))
        return [publish(path, *page) for path, page in self._pages.items()]


def _stop(faults: Iterable[str]) -> None:
    first, *others = [*faults] or [""]
    if first:
        raise PageError(first + (f" (and {len(others)} more)" if others else ""))
