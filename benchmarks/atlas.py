"""An atlas of worlds: does what ours says hold, and what others say?  `python benchmarks/atlas.py [--workers 2]`.

Every world of `atlas_worlds` is drawn, and every estimator of `atlas_rivals` that it has is asked.  Resumable: blocks
of draws that `atlas.csv` holds are not drawn again.  A draw's seed is its world's name and its number, and rows stand
in the order of worlds, so that neither an end nor the number of workers changes a byte.  Writes `atlas.md` and
`atlas.svg`; `docs/methods.md` quotes the tables.  Some forty minutes of processor time.
"""

from __future__ import annotations

import argparse
import os
import warnings
import zlib
from collections.abc import Iterable, Iterator
from multiprocessing import get_context
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import numpy as np  # noqa: E402  the threads of its libraries are counted when they are loaded
import pandas as pd  # noqa: E402
from atlas_report import write  # noqa: E402
from atlas_rivals import Answer, answers  # noqa: E402
from atlas_worlds import WORLDS  # noqa: E402

HERE = Path(__file__).parent
SEED = 20261201
BLOCK = 100  # draws of one world at a time
LEVEL = 0.05
KEYS = ["world", "first", "estimator"]
COLUMNS = [*KEYS, "n", "given", "held", "clear", "called", "width", "square"]
Task = tuple[str, int, int]  # a world, its first draw, how many


def generator(world: str, number: int) -> np.random.Generator:
    """Of one draw of one world, whatever else is drawn."""
    return np.random.default_rng([SEED, zlib.crc32(world.encode()), number])


def block(task: Task) -> list[dict[str, object]]:
    """Some draws of one world, summed by estimator."""
    world, first, n = task
    rows = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        for number in range(first, first + n):
            said = answers(WORLDS[world], generator(world, number))
            rows += [{"estimator": name, **scored(answer, WORLDS[world].truth)} for name, answer in said.items()]
    sums = pd.DataFrame(rows).groupby("estimator", sort=False).sum().reset_index()
    return sums.assign(world=world, first=first, n=n)[COLUMNS].to_dict("records")


def scored(answer: Answer, truth: float | np.ndarray) -> dict[str, float]:
    """One answer: an interval given, holding the truth, p ≤ .05, any of several called, width, squared error.

    Of words p counts where a difference is planted, if one is anywhere.

    >>> one = Answer(*(np.array([value]) for value in (-1.0, 3.0, 0.4, 1.0)))
    >>> {name: float(value) for name, value in scored(one, 0.0).items()}
    {'given': 1.0, 'held': 1.0, 'clear': 0.0, 'called': 0.0, 'width': 4.0, 'square': 1.0}
    """
    truth = answer.truth if answer.truth is not None else truth
    given = np.isfinite(answer.low) & np.isfinite(answer.high)
    many = max(len(given), 1)
    planted = np.abs(truth) > 0.1
    asked = planted if answer.truth is not None and planted.any() else np.ones(len(given), bool)
    held = given & (answer.low <= truth + 1e-12) & (answer.high >= truth - 1e-12)
    return {
        "given": given.sum() / many,
        "held": held.sum() / many,
        "clear": (answer.p[asked] <= LEVEL).sum() / max(asked.sum(), 1),
        "called": np.nan_to_num(answer.any_called),
        "width": (answer.high - answer.low)[given].sum() / many,
        "square": np.nansum((answer.estimate - truth) ** 2) / many,
    }


def tasks(draws: int, known: set[tuple[str, int]], chosen: str | None = None, size: int = BLOCK) -> Iterator[Task]:
    """Blocks still to be drawn, in rounds, so that an early end leaves every world with as many draws."""
    for first in range(0, draws, size):
        for world in WORLDS:
            if (world, first) not in known and (chosen is None or chosen in world):
                yield world, first, size


def sorted_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows in the order of worlds, draws and estimators, whoever came first."""
    place = {world: number for number, world in enumerate(WORLDS)}
    rows = rows[rows["world"].isin(place)]
    order = pd.DataFrame({"world": rows["world"].map(place), "first": rows["first"], "row": np.arange(len(rows))})
    return rows.loc[order.sort_values(["world", "first", "row"]).index].reset_index(drop=True)


def run(kept: Path, draws: int, workers: int, chosen: str | None = None, size: int = BLOCK) -> pd.DataFrame:
    """Draw what `kept` does not hold, writing it whole after every block."""
    known = pd.read_csv(kept) if kept.exists() else pd.DataFrame(columns=COLUMNS)
    waiting = list(tasks(draws, set(zip(known["world"], known["first"], strict=True)), chosen, size))
    for rows in _blocks(waiting, workers):
        fresh = pd.DataFrame(rows)
        known = sorted_rows(fresh if known.empty else pd.concat([known, fresh], ignore_index=True))
        part = kept.with_suffix(".part")
        known.to_csv(part, index=False, float_format="%.6g", lineterminator="\n")
        part.replace(kept)
    return pd.read_csv(kept)


def _blocks(waiting: list[Task], workers: int) -> Iterable[list[dict[str, object]]]:
    if workers == 1:
        yield from map(block, waiting)
        return
    with get_context("spawn").Pool(workers) as pool:
        yield from pool.imap_unordered(block, waiting)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=500)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--world", help="only worlds whose name holds this")
    parser.add_argument("--report", action="store_true", help="write the page from the figures at hand")
    parser.add_argument("--folder", type=Path, default=HERE)
    asked = parser.parse_args()
    kept = asked.folder / "atlas.csv"
    write(asked.folder, pd.read_csv(kept) if asked.report else run(kept, asked.draws, asked.workers, asked.world))


if __name__ == "__main__":
    main()
