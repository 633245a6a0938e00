"""Every stage of the pipeline killed at random: the tables are those of a run that was left in peace, byte by byte."""

from __future__ import annotations

import time
from pathlib import Path

import built
import numpy as np
from soak_collect import Figures
from soak_forks import Forks

PATIENCE = 1800  # seconds that one table may take
NAME, LANGUAGES = "practice", ("en",)


def make(log: str) -> None:
    """All tables of the study, one after the other; a file says of each when it was begun and when it was there."""
    from helpers.data.store import ordered
    from helpers.pipeline import open_corpus

    corpus = open_corpus(NAME, say=lambda line: None)
    with Path(log).open("a", encoding="utf-8") as file:
        for recipe in ordered(
            corpus.recipes, [name for one in dict.fromkeys(corpus.recipes.values()) for name in one.writes]
        ):
            if recipe.notebook and not corpus.may_ask:
                continue
            print("begun", recipe.writes[0], time.monotonic(), file=file, flush=True)
            corpus.table(recipe.writes[0])
            print("done", recipe.writes[0], time.monotonic(), file=file, flush=True)
        print("end", "end", time.monotonic(), file=file, flush=True)


def soak(seed: int, folder: Path) -> Figures:
    """The practice study of one language once in peace and once with a kill in every stage."""
    figures = Figures()
    places = {name: built.workshop(_made(folder / name)) for name in ("whole", "fire")}
    for place in places.values():
        built.make_small(place, LANGUAGES)
    with Forks("soak_stages", "make", {"COVERAGE_ROOT": str(places["whole"]), "HELPERS_QUIET": "1"}) as forks:
        forks.start(log=str(folder / "whole.log"))
        if forks.ended() != "done":
            raise RuntimeError("the run that was left in peace failed")
    seconds = _seconds(folder / "whole.log")
    rng = np.random.default_rng(seed)
    moments = {name: float(rng.uniform(0.05, 0.95)) * taken for name, taken in seconds.items()}
    with Forks("soak_stages", "make", {"COVERAGE_ROOT": str(places["fire"]), "HELPERS_QUIET": "1"}) as forks:
        killed: set[str] = set()
        for turn in range(2 * len(moments)):
            log = folder / f"fire-{turn}.log"
            forks.start(log=str(log))
            stage = _kill_in_a_stage(forks, log, moments, killed)
            end = forks.ended()
            figures.add(stage_runs=1, stage_kills=end == "killed")
            if end == "failed":
                figures.faults.append(f"a run failed in {stage or 'no stage that was to be killed'}")
            if not stage:
                break
    figures.add(stages=len(moments), stages_killed=len(killed))
    _compare(places["whole"], places["fire"], figures)
    return figures


def _kill_in_a_stage(forks: Forks, log: Path, moments: dict[str, float], killed: set[str]) -> str:
    """Kill the run in the first stage that was not killed yet, at that stage's moment; its name, blank at the end."""
    for _ in range(PATIENCE * 200):
        lines = log.read_text(encoding="utf-8").split("\n")[:-1] if log.exists() else []
        word, name, at = lines[-1].split() if lines else ("", "", "0")
        if word == "end":
            return ""
        if word == "begun" and name not in killed:
            if time.monotonic() >= float(at) + moments[name]:
                forks.kill()
                killed.add(name)
                return name
        time.sleep(0.005)
    raise RuntimeError(f"no end after {PATIENCE} s")


def _seconds(log: Path) -> dict[str, float]:
    """How long each stage took in peace, in the order of the stages."""
    begun: dict[str, float] = {}
    taken: dict[str, float] = {}
    for line in log.read_text(encoding="utf-8").splitlines():
        word, name, at = line.split()
        if word == "begun":
            begun[name] = float(at)
        elif word == "done":
            taken[name] = float(at) - begun[name]
    return taken


def _compare(whole: Path, fire: Path, figures: Figures) -> None:
    """Put down every table that differs in a byte, and whatever a killed run left lying about."""
    folders = [place / "data" / "processed" / NAME for place in (whole, fire)]
    one, two = ({path.name: path.read_bytes() for path in folder.glob("*.parquet")} for folder in folders)
    unlike = sorted(name for name in {*one, *two} if one.get(name) != two.get(name))
    left = sorted(path.name for path in folders[1].glob(".*") if path.is_file())
    figures.add(stage_tables=len(two), stage_tables_unlike=len(unlike), files_left_over=len(left))
    if unlike or left:
        figures.faults.append(
            f"tables unlike: {', '.join(unlike) or 'none'}; left over: {', '.join(left) or 'nothing'}"
        )


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder
