"""Workers that hang, crash, swallow memory or are orphaned cost one item, and nothing else."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from jobs import act

from helpers.pool import Pool, PoolError

SECONDS, MEMORY = 1.0, 200 << 20
BAD = {
    "sleep": (("sleep", 60), "timed_out", "longer than 1 s"),
    "spin": (("spin", 0), "timed_out", "longer than 1 s"),
    "never give way": (("never give way", 0), "timed_out", "longer than 1 s"),
    "allocate": (("allocate", 1000), "too_much_memory", "more than 200 MB"),
    "reserve": (("reserve", 1 << 40), "too_much_memory", "more than 200 MB"),
    "leave": (("leave", 3), "crashed", "the process left with code 3"),
    "crash": (("crash", 0), "crashed", "ended by SIGSEGV"),
    "killed": (("signal", "SIGKILL"), "crashed", "ended by SIGKILL"),
    "raise": (("raise", "no such\nthing"), "failed", "ValueError: no such"),
    "exit": (("exit", 2), "failed", "SystemExit: 2"),
    "unpicklable": (("unpicklable", 0), "failed", "TypeError: cannot pickle '_thread.lock' object"),
}


def gone(pid: int, within: float = 5.0) -> bool:
    """Whether a process ends in time."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        state = Path(f"/proc/{pid}/stat")
        try:
            if state.read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.05)
    return False


@pytest.fixture(scope="module")
def pool():
    with Pool(act, processes=2, seconds=SECONDS, memory=MEMORY) as pool:
        yield pool


@pytest.fixture(scope="module")
def patient():
    """A pool with time enough: on a busy machine a second can pass before the memory is taken."""
    with Pool(act, processes=2, seconds=60, memory=MEMORY) as pool:
        yield pool


@pytest.mark.parametrize("name", BAD)
def test_a_bad_item_costs_itself_and_has_its_name(pool: Pool, patient: Pool, name: str) -> None:
    item, failure, detail = BAD[name]
    asked = pool if failure == "timed_out" else patient
    outcomes = [outcome for _, outcome in asked.map([("twice", 1), item, ("twice", 2), ("twice", 3)])]
    assert [outcome.value for outcome in outcomes] == [2, None, 4, 6]
    assert [outcome.failure for outcome in outcomes] == ["", failure, "", ""]
    assert outcomes[1].detail == detail
    assert outcomes[1].seconds < SECONDS + 2


def test_memory_is_noticed_also_between_two_looks() -> None:
    with Pool(act, processes=1, seconds=60, memory=MEMORY) as pool:  # a busy machine is not what is tested
        outcome = pool.run(("allocate", 30))  # 240 MB, and given back before the answer
        assert (outcome.value, outcome.failure) == (None, "too_much_memory")
        assert pool.run(("allocate", 10)).value == 10


def test_what_a_worker_prints_does_not_disturb_its_answers(pool: Pool) -> None:
    assert pool.run(("print", "x" * 100)).value == "x" * 100


def test_order_and_values_do_not_depend_on_how_many_processes_there_are() -> None:
    generator = random.Random(7)
    kinds = [("twice", 4), ("raise", "no"), ("sleep", 0.01), ("leave", 1)]
    items = [generator.choice(kinds) for _ in range(30)]
    told = []
    for processes in (1, 3):
        with Pool(act, processes=processes, seconds=20) as pool:
            told.append([(item, o.value, o.failure, o.detail) for item, o in pool.map(items)])
    assert told[0] == told[1]
    assert [item for item, *_ in told[0]] == items


def test_items_are_taken_only_a_little_ahead(pool: Pool) -> None:
    taken = 0

    def items():
        nonlocal taken
        for i in range(1000):
            taken += 1
            yield "twice", i

    reader = pool.map(items())
    assert next(reader)[1].value == 0
    assert taken <= 10
    reader.close()
    assert pool.run(("twice", 5)).value == 10


def test_a_reader_that_stops_early_waits_for_nothing() -> None:
    with Pool(act, processes=2, seconds=60) as pool:
        reader = pool.map([("twice", 1)] + [("sleep", 50)] * 20)
        next(reader)
        began = time.monotonic()
        reader.close()
    assert time.monotonic() - began < 5


def test_workers_are_kept_warm_and_replaced_after_so_many_items() -> None:
    with Pool(act, processes=1, seconds=10, recycle=3) as pool:
        pids = [outcome.value for _, outcome in pool.map([("who", 0)] * 7)]
    assert len(set(pids[:3])) == len(set(pids[3:6])) == 1
    assert len(set(pids)) == 3
    assert all(gone(pid) for pid in pids)


def test_many_threads_may_ask_and_closing_ends_them() -> None:
    found = []
    with Pool(act, processes=2, seconds=60) as pool:
        threads = [threading.Thread(target=lambda i=i: found.append(pool.run(("twice", i)).value)) for i in range(8)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        assert sorted(found) == [0, 2, 4, 6, 8, 10, 12, 14]
    with pytest.raises(PoolError, match="closed"):
        pool.run(("twice", 1))


@pytest.mark.parametrize("ending", ["SIGKILL", "SIGINT"])
@pytest.mark.parametrize("item", ["('sleep', 300)", "('never give way', 0)"])
def test_no_orphan_is_left(tmp_path: Path, ending: str, item: str) -> None:
    script = (
        f"import sys; sys.path[:0] = {[*sys.path]!r}\n"
        "from jobs import act\nfrom helpers.pool import Pool\n"
        "with Pool(act, processes=1, seconds=2) as pool:\n"
        "    print(pool.run(('who', 0)).value, flush=True)\n"
        f"    list(pool.map([{item}] * 3))\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    worker = int(parent.stdout.readline())
    time.sleep(0.5)
    assert Path(f"/proc/{worker}").exists()
    parent.send_signal(signal.Signals[ending])
    assert parent.wait(5) != 0
    assert gone(worker, within=8)
    parent.stdout.close()


def test_a_function_that_no_process_can_import_is_refused() -> None:
    def act(item):
        return item

    act.__module__ = "__main__"
    with pytest.raises(ValueError, match="move it to a module"):
        Pool(act, seconds=1)
    with pytest.raises(ValueError, match="seconds 0"):
        Pool(len, seconds=0)


def test_a_worker_that_cannot_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "fleeting.py").write_text("def act(item):\n    return item\n")
    monkeypatch.syspath_prepend(tmp_path)
    from fleeting import act as fleeting

    (tmp_path / "fleeting.py").write_text("import absent_module\n")
    os.utime(tmp_path / "fleeting.py", (1, 1))
    with Pool(fleeting, processes=1, seconds=1) as pool, pytest.raises(PoolError, match="absent_module"):
        pool.run(1)
