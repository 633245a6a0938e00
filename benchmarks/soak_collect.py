"""Collecting under fire: runs at a misbehaving web are killed at random, and what is left is compared with one run."""

from __future__ import annotations

import datetime as dt
import shutil
import threading
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
from soak_forks import Forks
from soak_web import DOWN, OUTLETS, Plan, Web

from helpers.collect.archive import ArchiveError, read_page
from helpers.collect.fetch import collect_web
from helpers.collect.session import Limits

NOW = dt.datetime(2031, 1, 10, tzinfo=dt.UTC)
LIMITS = Limits(
    size=200_000, pace=0.0, per_host=6, tries=3, wait=0.01, longest_wait=0.5, rest=0.05
)  # fmt: skip
PATIENCE = 1.5  # seconds for one request
LATER = 7  # hours after which failures are asked again
JUMP = 48  # hours by which the clock jumps at most, to either side
MOST_RUNS = 12  # to the end, until two agree
KILL = 0.25  # of the addresses: a run is killed after at most so many requests, and within a while after the last
WHILE = 0.05  # seconds
FAILED = ("server_error", "host_down")


@dataclass
class Figures:
    """What was done and what came of it."""

    numbers: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def add(self, **numbers: int) -> None:
        """Count more of something."""
        self.numbers.update({name.replace("_", " "): n for name, n in numbers.items()})


def run(
    seed: int,
    size: int,
    port: int,
    folder: str,
    result: str,
    clock: int | None,
    hours: int = 0,
    patience: float = PATIENCE,
) -> None:
    """One run of the collector, whose clock jumps if it has a seed; its tables are left in a folder."""
    jumps = np.random.default_rng(clock).integers(-JUMP, JUMP + 1, 64) if clock is not None else np.zeros(64, int)
    begun = time.monotonic()

    def now() -> dt.datetime:
        return NOW + dt.timedelta(hours=hours + int(jumps[int((time.monotonic() - begun) * 4) % 64]))

    got = collect_web(
        Plan.drawn(seed, size).sources(), Path(folder), contact="mailto:a@b.invalid", practice=True,
        resolver=lambda _: ("127.0.0.1", port), limits=replace(LIMITS, seconds=patience), clock=now,
    )  # fmt: skip
    Path(result).mkdir(parents=True, exist_ok=True)
    got.ledger.to_parquet(Path(result, "ledger.parquet"))
    got.pages.to_parquet(Path(result, "pages.parquet"))


def campaign(forks: Forks, seed: int, size: int, folder: Path, figures: Figures, until: float, patience: float) -> None:
    """One web, collected once in peace and once under fire; faults are put down."""
    plan, rng = Plan.drawn(seed, size), np.random.default_rng(seed + 1)
    with Web(plan) as web:
        whole = _to_the_end(forks, plan, web.port, folder / "whole", patience)
    with Web(plan) as web:
        settled: set[str] = set()
        while True:
            keywords = {"seed": seed, "size": size, "port": web.port, "folder": str(folder / "fire")}
            forks.start(**keywords, patience=patience, result=str(folder / "cut"), clock=int(rng.integers(1 << 30)))
            wanted = web.asked.total() + int(rng.integers(0, max(2, KILL * 3 * size)))
            ended = threading.Event()
            killer = threading.Thread(
                target=_kill, args=(forks, web, wanted, float(rng.uniform(0, WHILE)), ended, until)
            )
            killer.start()
            end = forks.ended()
            ended.set()
            killer.join()
            figures.add(runs=1, kills=end == "killed")
            if end == "failed":
                figures.faults.append(f"seed {seed}: a run failed")
            held = _held(folder / "fire")
            if lost := settled - held:
                figures.faults.append(f"seed {seed}: {len(lost)} archived answers are gone after a kill")
            settled = held
            if end != "killed" or time.monotonic() > until:
                break
        fire = _to_the_end(forks, plan, web.port, folder / "fire", patience)
        figures.add(requests=web.asked.total())
    _compare(plan, whole, fire, folder / "fire", figures, f"seed {seed}")


def _kill(forks: Forks, web: Web, wanted: int, pause: float, ended: threading.Event, until: float) -> None:
    """Kill a run once the web was asked so often, however slow the machine is; or when the time is over."""
    while web.asked.total() < wanted and time.monotonic() < until:
        if ended.wait(0.002):
            return
    if not ended.wait(pause):
        forks.kill()


def _to_the_end(
    forks: Forks, plan: Plan, port: int, folder: Path, patience: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ledger and pages after as many runs as it takes until two agree, each at a later hour."""
    before = None
    for turn in range(MOST_RUNS):
        result = folder.with_name(f"{folder.name}-result")
        shutil.rmtree(result, ignore_errors=True)
        forks.start(seed=plan.seed, size=plan.size, port=port, folder=str(folder), result=str(result), clock=None,
                    hours=3 * JUMP + LATER * turn, patience=patience)  # fmt: skip
        if forks.ended() != "done":
            raise RuntimeError(f"seed {plan.seed}: a run that was left in peace failed")
        ledger, pages = (pd.read_parquet(result / f"{name}.parquet") for name in ("ledger", "pages"))
        now = _fates(ledger)
        if before is not None and now.equals(before) and "host_down" not in set(now):
            break
        before = now
    return ledger, pages


def _fates(ledger: pd.DataFrame) -> pd.Series:
    """Outcome by outlet and address; of a host that is down it is not told which address was asked."""
    outcomes = ledger["outcome"].where(~((ledger["outlet"] == DOWN) & ledger["outcome"].isin(FAILED)), "down")
    return outcomes.set_axis(pd.MultiIndex.from_frame(ledger[["outlet", "address"]])).sort_index()


def _held(folder: Path) -> set[str]:
    """Whole records, by file and place of their first bytes; a damaged one is no record."""
    from helpers.collect.records import members

    held: set[str] = set()
    for path in sorted(folder.glob("*.warc.gz")):
        with path.open("rb") as file:
            held |= {f"{path.name} {start} {len(content)}" for start, _, content in members(file)}
    return held


def _compare(
    plan: Plan,
    whole: tuple[pd.DataFrame, pd.DataFrame],
    fire: tuple[pd.DataFrame, pd.DataFrame],
    folder: Path,
    figures: Figures,
    name: str,
) -> None:
    """Put down every address without a row, every page that is lost, and every difference from the run in peace."""
    one, two = _fates(whole[0]), _fates(fire[0])
    planned = {(outlet, address) for outlet in (*OUTLETS, DOWN) for address in plan.addresses(outlet)}
    no_row = planned - set(two.index)
    lost = {place for place in one.index[one == "kept"] if two.get(place) != "kept"}
    unlike = {place for place in one.index.union(two.index) if one.get(place) != two.get(place)}
    columns = ["page_id", "outlet", "address", "final_address", "status", "sha256", "archive"]
    pages = [frame[frame["outlet"] != DOWN][columns].reset_index(drop=True) for frame in (whole[1], fire[1])]
    unequal = not pages[0].equals(pages[1])
    twice = fire[0][fire[0]["outcome"] == "kept"]["address"].duplicated().sum()
    kept, unreadable = fire[0][fire[0]["outcome"] == "kept"].merge(fire[1], on=["outlet", "address"]), 0
    for row in kept.itertuples():
        try:
            unreadable += read_page(folder / row.archive, int(row.offset)).address != row.address
        except (ArchiveError, TypeError, ValueError):
            unreadable += 1
    figures.add(
        campaigns=1, addresses=len(planned), rows=len(two), pages_kept=len(kept), addresses_without_a_row=len(no_row),
        pages_lost=len(lost), outcomes_unlike=len(unlike), tables_unlike=int(unequal), pages_kept_by_two=int(twice),
        pages_unreadable=int(unreadable),
    )  # fmt: skip
    for what, places in (("without a row", no_row), ("lost", lost), ("unlike", unlike)):
        if places:
            first = sorted(places)[0]
            figures.faults.append(f"{name}: {len(places)} {what}, such as {first}: {one.get(first)}, {two.get(first)}")
    if unequal or twice or unreadable:
        figures.faults.append(f"{name}: pages unequal {unequal}, kept by two {twice}, unreadable {unreadable}")


def soak(seconds: float, seed: int, folder: Path, *, size: int, patience: float = PATIENCE) -> Figures:
    """Campaigns until the time is over, at least one."""
    figures, until, turn = Figures(), time.monotonic() + seconds, 0
    with Forks("soak_collect", "run") as forks:
        while not turn or time.monotonic() < until:
            place = folder / f"web-{turn}"
            campaign(forks, seed + 1000 * turn, size, place, figures, until, patience)
            if not figures.faults:
                shutil.rmtree(place)
            turn += 1
    return figures
