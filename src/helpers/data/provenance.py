"""What a table was made from, as hashes: of settings, of files, and of the code that made it.

A setting is an attribute of the study, such as ``pair`` or ``analysis.seed``.  Nobody has to declare which ones a table
rests on: `Watched` notes each that is read while the table is made.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import importlib.metadata
import importlib.util
import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

PLACES = frozenset({"root", "folder", "raw", "processed", "interim", "reports", "name"})  # where, not what
PARTS = frozenset({"analysis", "universes"})  # settings of settings: noted one by one
RESOURCES = (".yml", ".js", ".css")  # data of a package, part of its code
IMPORT = re.compile(r"^\s*(?:from\s+([\w.]+)\s+import\s+(\([^)]*\)|[^\n#]+)|import\s+([\w., ]+))", re.MULTILINE)
OURS = ("helpers", "practice")
LARGE, END = 64_000_000, 1_000_000  # bytes
DISTRIBUTIONS = {"sklearn": "scikit-learn", "yaml": "PyYAML", "dateutil": "python-dateutil", "bs4": "beautifulsoup4"}


class Watched:
    """A study that notes which of its settings are read.

    >>> from types import SimpleNamespace
    >>> seen = Watched(SimpleNamespace(pair=("RUS", "PRK"), analysis=SimpleNamespace(seed=1), root="here"))
    >>> seen.pair, seen.analysis.seed, seen.root
    (('RUS', 'PRK'), 1, 'here')
    >>> sorted(seen.noted)
    ['analysis.seed', 'pair']
    """

    def __init__(self, thing: Any, prefix: str = "", noted: set[str] | None = None) -> None:
        self._thing, self._prefix = thing, prefix
        self.noted: set[str] = set() if noted is None else noted

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._thing, name)
        if not self._prefix and name in PLACES:
            return value
        if not self._prefix and name in PARTS:
            return Watched(value, f"{name}.", self.noted)
        if not (callable(value) and hasattr(value, "__func__")):
            self.noted.add(self._prefix + name)
        else:  # a method reads what it likes: let it read through here
            return value.__func__.__get__(self)
        return value


def setting(study: Any, name: str) -> str:
    """Hash of one setting's value; ``absent`` where the study has no such setting."""
    value = study
    for part in name.split("."):
        value = getattr(value, part, None)
        if value is None:
            return "absent"
    return digest(json.dumps(_plain(value, study.root), sort_keys=True, ensure_ascii=False))


def _plain(value: Any, root: Path) -> Any:
    """A value as JSON can have it, the same wherever the checkout lies."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name), root) for f in dataclasses.fields(value)}
    if hasattr(value, "model_fields"):
        return {name: _plain(getattr(value, name), root) for name in type(value).model_fields}
    if isinstance(value, Mapping):
        return [[_plain(key, root), _plain(item, root)] for key, item in value.items()]
    if isinstance(value, set | frozenset):
        return sorted(json.dumps(_plain(item, root), sort_keys=True) for item in value)
    if isinstance(value, list | tuple):
        return [_plain(item, root) for item in value]
    if isinstance(value, Path):
        return value.relative_to(root).as_posix() if value.is_relative_to(root) else value.as_posix()
    if isinstance(value, datetime.date | re.Pattern):
        return str(value)
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise TypeError(f"a setting of type {type(value).__name__} has no hash; teach helpers.data.provenance about it")


def file_hash(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fingerprint(file: Path) -> str:
    """Hash of a file; of a large one its size, time and ends, since it is looked at before every run."""
    size = file.stat().st_size
    if size <= LARGE:
        return file_hash(file)
    with file.open("rb") as held:
        first = held.read(END)
        held.seek(-END, 2)
        ends = hashlib.sha256(first + held.read()).hexdigest()
    return f"{size} {file.stat().st_mtime_ns} {ends}"


def files_hash(paths: Iterable[Path], root: Path) -> str:
    """One hash of the names and contents of files; of folders, with all that lies below them."""
    listed = sorted({file for path in paths for file in (path.rglob("*") if path.is_dir() else (path,))})
    parts = [f"{_within(file, root)} {_fingerprint(file)}" for file in listed if file.is_file()]
    return digest("\n".join(parts))


def _within(file: Path, root: Path) -> str:
    """A file's name as it is told: below the checkout where it lies there."""
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else file.name


def digest(text: str) -> str:
    """Thirty-two hexadecimal digits of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@cache
def code_hash(module: str) -> str:
    """Hash of a module's source, of every module of the house that it imports, and of the libraries' versions.

    Read from the source, not from what happens to be loaded, so that it is the same in every process.
    """
    sources, libraries = _closure(module)
    parts = [f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}" for name, path in sorted(sources.items())]
    return digest("\n".join(parts + [f"{name} {_version(name)}" for name in sorted(libraries)]))


def _closure(module: str) -> tuple[dict[str, Path], set[str]]:
    """Files of the house behind a module, by name, and the libraries that these import."""
    sources: dict[str, Path] = {}
    libraries: set[str] = set()
    waiting, seen = [module], set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        path = _source(name)
        if path is None:
            continue
        sources[name] = path
        if path.name == "__init__.py":  # data of a package count as its code, and modules that it loads by name
            endings = (*RESOURCES, ".py") if "import_module" in path.read_text(encoding="utf-8") else RESOURCES
            sources |= {f"{name}/{p.name}": p for p in path.parent.iterdir() if p.suffix in endings}
        for imported in _imports(path):
            top = imported.split(".")[0]
            if top in OURS:
                waiting.append(imported)
            elif top:
                libraries.add(top)
    return sources, libraries


@cache
def _imports(path: Path) -> tuple[str, ...]:
    """Dotted names that a file imports; of ``from a import b`` both ``a`` and ``a.b``, whichever is a module."""
    imported: list[str] = []
    for package, names, plain in IMPORT.findall(path.read_text(encoding="utf-8")):
        if package:
            listed = [name.split(" as ")[0].strip() for name in names.strip("()\n ").replace("\n", " ").split(",")]
            imported += [package, *(f"{package}.{name}" for name in listed if name and package.split(".")[0] in OURS)]
        else:
            imported += [name.split(" as ")[0].strip() for name in plain.split(",")]
    return tuple(dict.fromkeys(imported))


@cache
def _source(name: str) -> Path | None:
    """The file of a module of the house; None for what is no module but a name in one."""
    top, *rest = name.split(".")
    spec = importlib.util.find_spec(top)
    if spec is None or not spec.submodule_search_locations:
        return None
    path = Path(next(iter(spec.submodule_search_locations))).joinpath(*rest)
    if (path / "__init__.py").exists():
        return path / "__init__.py"
    path = path.with_suffix(".py")
    return path if path.exists() else None


@cache
def _version(name: str) -> str:
    """Version of an installed library; blank for the standard library's and for what is not installed."""
    try:
        return importlib.metadata.version(DISTRIBUTIONS.get(name, name))
    except importlib.metadata.PackageNotFoundError:
        return ""
