"""Lemmas of a study's indicators and concepts, kept between runs: the dictionaries that make them take seconds to open.

Every notebook reads the study, and few count words.  What is kept is forgotten whenever an analyser or the code that
asks it is another; it can be deleted at any time.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import helpers.text
from helpers.text.tokens import lemmas

FILE = "lemmas.json"
ANALYSERS = ("jieba", "kiwipiepy", "kiwipiepy_model", "opencc", "pymorphy3", "simplemma")


class KnownLemmas:
    """`helpers.text.tokens.lemmas` with breaks, read from a file where it was asked before.

    Parameters
    ----------
    path : Path
        Of the file; its folder is made when there is something to keep.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     known = KnownLemmas(Path(folder, FILE))
    ...     first = known("Treaties, signed", "en")
    ...     known.keep()
    ...     first, first == KnownLemmas(Path(folder, FILE))("Treaties, signed", "en")
    (['treaty', '', 'sign'], True)
    """

    def __init__(self, path: Path) -> None:
        self.path, self.version, self.new = path, _version(), False
        self.lemmas: dict[str, dict[str, list[str]]] = {}
        with contextlib.suppress(OSError, ValueError):  # not there, or cut off: asked again
            kept = json.loads(path.read_text(encoding="utf-8"))
            if isinstance(kept, dict) and kept.get("version") == self.version:
                self.lemmas = kept["lemmas"]

    def __call__(self, text: str, language: str) -> list[str]:
        """Lemmas of a text in order, an empty string at each break."""
        of_language = self.lemmas.setdefault(language, {})
        if text not in of_language:
            of_language[text], self.new = lemmas(text, language, breaks=True), True
        return of_language[text]

    def keep(self) -> None:
        """Write what was asked for the first time; a folder that cannot be written to costs time and nothing else."""
        if not self.new:
            return
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self.path.parent, prefix=".lemmas-")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump({"version": self.version, "lemmas": self.lemmas}, file, ensure_ascii=False)
            os.replace(temporary, self.path)
            self.new = False


def _version() -> str:
    """Of the analysers and of the code that asks them."""
    digest = hashlib.sha256()
    for name in ANALYSERS:
        with contextlib.suppress(PackageNotFoundError):
            digest.update(f"{name} {version(name)}\n".encode())
    room = Path(helpers.text.__file__).parent
    for path in sorted([*room.rglob("*.py"), *room.rglob("*.yml")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
