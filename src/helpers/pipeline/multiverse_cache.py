"""Universes computed side by side, each kept as soon as it is there, so that a run that was killed goes on."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from pathlib import Path

import pandas as pd
from threadpoolctl import threadpool_limits

from helpers.compare.multiverse import Results, key, run
from helpers.data.provenance import code_hash
from helpers.pool import Pool, default_processes
from helpers.study import Study

SECONDS = 300.0  # that one universe may take
FEWEST = 12  # universes, from which starting processes is worth its time
MODULES = {"indicators": "helpers.pipeline.multiverse", "topics": "helpers.pipeline.topic_multiverse"}
SLOTS = "CREATE TABLE IF NOT EXISTS results (kind TEXT, name TEXT, value TEXT, PRIMARY KEY (kind, name))"


class Kept(MutableMapping[str, Results]):
    """Results of one kind of universe by `helpers.compare.multiverse.key`, in a file that survives a kill.

    Each result is written whole or not at all.  A file that is no such file is begun anew: it holds nothing that cannot
    be computed again.
    """

    def __init__(self, path: Path, kind: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.kind = kind
        try:
            self._file = _opened(path)
        except sqlite3.DatabaseError:
            path.unlink(missing_ok=True)
            self._file = _opened(path)

    def __getitem__(self, name: str) -> Results:
        row = self._file.execute("SELECT value FROM results WHERE kind = ? AND name = ?", (self.kind, name)).fetchone()
        if row is None:
            raise KeyError(name)
        return json.loads(row[0])

    def __setitem__(self, name: str, value: Results) -> None:
        self._file.execute("INSERT OR REPLACE INTO results VALUES (?, ?, ?)", (self.kind, name, json.dumps(value)))

    def __delitem__(self, name: str) -> None:
        if not self._file.execute("DELETE FROM results WHERE kind = ? AND name = ?", (self.kind, name)).rowcount:
            raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        names = self._file.execute("SELECT name FROM results WHERE kind = ? ORDER BY name", (self.kind,)).fetchall()
        return iter([name for (name,) in names])

    def __len__(self) -> int:
        return self._file.execute("SELECT COUNT(*) FROM results WHERE kind = ?", (self.kind,)).fetchone()[0]

    def keep_only(self, names: Iterable[str]) -> None:
        """Forget every other result: of older data, older code or a grid that is declared no more."""
        wanted = set(names)
        for name in [name for name in self if name not in wanted]:
            del self[name]

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def _opened(path: Path) -> sqlite3.Connection:
    """A file of results; each statement is a transaction of its own."""
    connection = sqlite3.connect(path, timeout=60, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = OFF")  # a lost power supply costs a computation, not a result
        connection.execute(SLOTS)
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def computed(
    study: Study,
    kind: str,
    universes: Sequence[Mapping],
    function: Callable[[], Callable[[Mapping], object]],
    *,
    workers: int | None = None,
) -> pd.DataFrame:
    """`helpers.compare.multiverse.run` over several processes, with what is known from before.

    Parameters
    ----------
    study : Study
        Its interim folder holds what is kept.
    kind : str
        ``indicators`` or ``topics``.
    universes : sequence of mapping
        All of the kind, each with a hash of the data that it reads; what an older code gave is stale.
    function : callable
        Gives the function from a universe to its results, which must be importable by name; asked only when something
        is left to compute.
    workers : int, optional
        Processes; as many as there are processors, if left out.  Results are the same for any number.
    """
    if not universes:
        return pd.DataFrame()
    kept = Kept(study.interim / "universes.sqlite", kind)
    try:
        asked = [dict(universe) | {"method": code_hash(MODULES.get(kind, __name__))} for universe in universes]
        names = [key(universe) for universe in asked]
        ready = dict if set(names) <= set(kept) else function()  # never asked where nothing is left
        results = run(asked, ready, cache=kept, mapper=_spread(workers or default_processes()))
        kept.keep_only(names)
        return results.drop(columns="method")
    finally:
        kept.close()


def _spread(workers: int) -> Callable[[Callable, Iterable], Iterator[Results | str]]:
    """A map over processes; over none where there is little to do.  One thread in each, so that sums are the same."""

    def mapper(function: Callable, items: Iterable) -> Iterator[Results | str]:
        items = list(items)
        processes = min(workers, len(items) // FEWEST)
        if processes < 2:
            with threadpool_limits(limits=1):
                yield from map(function, items)
            return
        with Pool(function, processes=processes, seconds=SECONDS) as pool:
            for _, outcome in pool.map(items):
                yield f"{outcome.failure}: {outcome.detail}" if outcome.failure else outcome.value

    return mapper


def hash_of(frame: pd.DataFrame, *more: object) -> str:
    """A hash of the content of a table, in its order, and of what else an estimate depends on.

    >>> table = pd.DataFrame({"outlet": ["a", "b"], "value": [0.5, 1.0]})
    >>> hash_of(table) == hash_of(table.copy()), hash_of(table) == hash_of(table, 0.95)
    (True, False)
    """
    content = pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes()
    rest = json.dumps([list(map(str, frame.columns)), *more], sort_keys=True)
    return hashlib.sha256(content + rest.encode()).hexdigest()[:16]
