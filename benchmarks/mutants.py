"""Do the tests bite?  Faults are put into compare, copies, frames, coding and the store, one at a time: which are seen?

    PYTHONPATH=src python benchmarks/mutants.py [--sample N] [--only compare/clusters …] [--workers 1] [--again]
    PYTHONPATH=src python benchmarks/mutants.py --report

Tests are collected and run once, unchanged, noting the lines that each reaches.  Then a process is forked for each
mutant: it exchanges the code of one function and runs the tests that reached the line, those of its own module first,
then the fastest, until one fails or BUDGET is spent.  A mutant whose tests take ten times their processor time is dead
too, and counted apart.  Results are appended to `mutants.csv`, so a run that was stopped goes on; `--sample` takes N
mutants of each room, the same each time; `--again` tries once more what lived; `--report` writes `mutants.md`.
Left out: tests that need a browser, or more than LONGEST seconds.  What a test does in a process of its own sees no
mutant, nor does what a test file computes while it is imported: such mutants count as alive.

Why none of the tools there are: cosmic-ray 8.7 and mutatest 3.1 start a process for each mutant, which is four seconds
of imports here, for ten thousand mutants; mutmut 3.8 forks, but collects its tests anew in each fork, and wraps every
function, whose name and signature doctests and settings then see.
"""

from __future__ import annotations

import argparse
import ast
import csv
import gc
import hashlib
import itertools
import os
import resource
import select
import sys
import tempfile
from pathlib import Path

import pytest
from mutants_fork import HELPERS, exchange, fork, kill, loaded, readers
from mutants_lines import LONGEST, Lines, forget, memories, succeeds
from mutants_operators import Mutation, mutations
from mutants_report import page

ROOT = Path(__file__).parents[1]
ROOMS = {"compare": "compare", "copies": "copies", "frames": "frames", "coding": "coding", "store": "data"}
TESTS = [f"test_{room}_*.py" for room in ROOMS.values()] + ["test_tables.py", "test_pipeline_frame_shares.py"]
RESULTS = Path(__file__).with_suffix(".csv")
COLUMNS = ["module", "function", "place", "operator", "change", "outcome", "test"]
BUDGET = 4.0  # processor seconds of the tests that one mutant is given
SEED = 18


class Run:
    """The plugin that runs mutants where pytest would run tests."""

    def __init__(self, pending: list[tuple[Path, int, Mutation]], workers: int, results: Path) -> None:
        self.pending, self.workers, self.results = pending, workers, results
        self.lines = Lines([HELPERS / folder for folder in ROOMS.values()])
        self.tests: list[tuple[float, int, pytest.Item, set[tuple[str, int]]]] = []

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        session.config.pluginmanager.register(self.lines)
        reached = self.lines.reached(session.items)
        for number, item in enumerate(session.items):
            lines, seconds, passed = reached[item.nodeid]
            if not passed:
                print(f"left out: {item.nodeid} ({seconds:.1f} s)", file=sys.__stderr__)
            elif lines:
                self.tests.append((seconds, number, item, lines))
        self.tests.sort(key=lambda test: test[:2])
        gc.unfreeze()  # what was set apart would not be listed
        memories.cache_clear()
        memories(), loaded()
        gc.freeze()
        children = [fork(self.work, session, self.pending[part :: self.workers]) for part in range(self.workers)]
        for child in children:
            os.waitpid(child, 0)
        return True

    def work(self, session: pytest.Session, pending: list[tuple[Path, int, Mutation]]) -> None:
        os.nice(max(0, 15 - os.nice(0)))
        for path, number, mutation in pending:
            outcome, test = self.outcome(session, path, number, mutation)
            row = [path.relative_to(HELPERS).with_suffix("").as_posix(), *mutation.key(), outcome, test]
            with self.results.open("a", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerow(row)

    def outcome(self, session: pytest.Session, path: Path, number: int, mutation: Mutation) -> tuple[str, str]:
        """What became of one mutant, and the test that killed it."""
        lines = {(str(path), line) for line in range(mutation.reach[0], mutation.reach[1] + 1)}
        if not mutation.function:
            lines = set().union(*(readers(Path(file), path, mutation.line) for file in self.lines.files))
        tests = [(seconds, item) for seconds, _, item, reached in self.tests if reached & lines]
        if not tests:
            return "not covered", ""
        own = (f"_{path.parent.name}_{path.stem}.py", f"{path.parent.name}/{path.name}")
        tests.sort(
            key=lambda test: not test[1].nodeid.partition("::")[0].endswith(own)
        )  # the rest stays: fastest first
        spent = itertools.accumulate(seconds for seconds, _ in tests)
        tests = [
            test for place, (test, until) in enumerate(zip(tests, spent, strict=True)) if until < BUDGET or not place
        ]
        limit = 5 + 10 * sum(seconds for seconds, _ in tests)
        with tempfile.TemporaryDirectory() as folder:
            read, write = os.pipe()
            child = fork(self.mutant, session, path, number, [item for _, item in tests], limit, Path(folder), write)
            os.close(write)
            ended = select.select([read], [], [], 10 * limit)[0]  # a process that ends, closes its end
            test = os.read(read, 9999).decode() if ended else ""
            kill(child)
            os.close(read)
            status = os.waitpid(child, 0)[1]
        if not ended or (os.WIFSIGNALED(status) and not test):
            return "timed out", ""
        if test.startswith("not applied"):
            return "not applied", test
        return ("survived", "") if test == "-" else ("killed", test)

    def mutant(
        self, session: pytest.Session, path: Path, number: int, items: list, limit: float, folder: Path, write: int
    ) -> None:
        os.setsid()
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        resource.setrlimit(resource.RLIMIT_CPU, (int(limit) + 1, int(limit) + 2))
        session.config._tmp_path_factory._basetemp = folder
        try:
            done = exchange(path, number)
        except (AttributeError, LookupError, StopIteration, TypeError, ValueError) as error:
            done = repr(error)
        if not isinstance(done, int) or not done:
            os.write(write, f"not applied: {done}".encode())
            return
        forget()
        for item, following in zip(items, [*items[1:], None], strict=True):
            if not succeeds(item, following):
                os.write(write, item.nodeid.partition("[")[0].encode())
                os._exit(0)
        os.write(write, b"-")


def mutants(only: list[str], sample: int | None) -> list[tuple[Path, int, Mutation]]:
    """All mutants, or some of each room, in an order that is random and always the same: any first part is a sample."""
    ranked = []
    for folder in ROOMS.values():
        paths = sorted((HELPERS / folder).glob("*.py"))
        every = [
            (path, number, one)
            for path in paths
            for number, one in enumerate(mutations(ast.parse(path.read_text(encoding="utf-8"))))
        ]
        every.sort(key=lambda one: hashlib.sha256(repr((SEED, module(one[0]), one[2].key())).encode()).digest())
        ranked += [(place, one) for place, one in enumerate(every)]
    ranked.sort(key=lambda one: one[0])
    chosen = [one for place, one in ranked if sample is None or place < sample]
    return [one for one in chosen if not only or module(one[0]).startswith(tuple(only))]


def module(path: Path) -> str:
    return path.relative_to(HELPERS).with_suffix("").as_posix()


def known(results: Path) -> dict[tuple[str, ...], tuple[str, str]]:
    """Outcomes by mutant; of a mutant that was tried twice, the later."""
    if not results.exists():
        return {}
    with results.open(encoding="utf-8", newline="") as file:
        return {tuple(row[:5]): (row[5], row[6]) for row in csv.reader(file)}


def first_outcomes(results: Path) -> dict[tuple[str, ...], str]:
    """Outcomes of mutants when they were first tried."""
    with results.open(encoding="utf-8", newline="") as file:
        return {tuple(row[:5]): row[5] for row in reversed(list(csv.reader(file)))}


def report(outcomes: dict[tuple[str, ...], tuple[str, str]]) -> None:
    """Write the page; of mutants that are no longer there it says nothing."""
    every = [(module(path), *one.key()) for path, _, one in mutants([], None)]
    sizes = {room: sum(key[0].split("/")[0] == folder for key in every) for room, folder in ROOMS.items()}
    rows = [(*key, outcomes[key][0]) for key in every if key in outcomes]
    budget = (
        f"A test may take {LONGEST:.0f} s and those of one mutant {BUDGET:.0f} s together, as measured while traced."
    )
    RESULTS.with_suffix(".md").write_text(
        page(rows, first_outcomes(RESULTS), sizes, ROOMS, __doc__, budget), encoding="utf-8"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--tests", nargs="*", default=TESTS)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--report", action="store_true")
    asked = parser.parse_args()
    outcomes = known(asked.results)
    if asked.report:
        report(outcomes)
        return
    lived = ("survived", "not covered") if asked.again else ()
    pending = []
    for path, number, one in mutants(asked.only, asked.sample):
        before = outcomes.get((module(path), *one.key()))
        if before is None if not asked.again else before is not None and before[0] in lived:
            pending.append((path, number, one))
    print(f"{len(pending)} mutants to try", file=sys.__stderr__)
    if not pending:
        return
    tests = [
        str(path)
        for pattern in asked.tests
        for path in sorted((ROOT / "tests").glob(pattern))
        if "browser" not in path.name
    ]
    folders = sorted({str(path.parent) for path, *_ in pending})
    sys.exit(
        pytest.main(
            ["-p", "no:cacheprovider", "-q", *tests, *folders], plugins=[Run(pending, asked.workers, asked.results)]
        )
    )


if __name__ == "__main__":
    main()
