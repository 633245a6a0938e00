"""What a study takes from another one: names of entities, events and codebook that it does not hold itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from helpers.study.fields import Text, read
from helpers.study.yaml_lines import Document, Entry, StudyError, nearest, read_yaml, shown


@dataclass(frozen=True)
class Chain:
    """A study, and in turn the studies that it shares from; whoever comes first holds what is asked for."""

    documents: tuple[Document, ...]

    def has(self, key: str) -> bool:
        """Whether any of the chain has ``key``."""
        return any(key in (document.data or {}) for document in self.documents)

    def entry(self, key: str) -> Entry:
        """The nearest ``key`` of a study.yml.

        Raises
        ------
        StudyError
            None of the chain has it.
        """
        for document in self.documents:
            if key in (document.data or {}):
                return document.at((key,))
        raise self._lacking(f"no {key!r}; add it")

    def file(self, name: str) -> Path:
        """The nearest file of that name; with nothing shared, the study's own, there or not."""
        folders = [document.path.parent for document in self.documents]
        return next((folder / name for folder in folders if (folder / name).exists()), folders[0] / name)

    def _lacking(self, what: str) -> StudyError:
        own, *others = self.documents
        hint = f" here, nor in {others[-1].path.parent.name}, which is shared" if others else ", or share a study's"
        return own.error(("shares",) if others else (), f"{own.path.name} has {what}{hint}")


def read_chain(folder: Path) -> Chain:
    """Read a study.yml and those that ``shares`` leads to.

    Raises
    ------
    StudyError
        A study that is shared is not there, or the chain comes back to where it was.
    """
    documents = [read_yaml(folder / "study.yml")]
    seen = [folder.name]
    while isinstance(documents[-1].data, dict) and "shares" in documents[-1].data:
        entry = documents[-1].at(("shares",))
        name = read(entry, Text)
        if name in seen:
            raise entry.error(
                f"shares {name!r} goes round in a circle ({' → '.join([*seen, name])}); take one of them out"
            )
        have = sorted(other.parent.name for other in folder.parent.glob("*/study.yml") if other.parent != folder)
        if name not in have:
            raise entry.error(f"shares {shown(name)}: no such study; {nearest(name, have)}")
        documents.append(read_yaml(folder.parent / name / "study.yml"))
        seen.append(name)
    return Chain(tuple(documents))
