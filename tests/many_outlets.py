"""A study of many outlets in four groups, with short items like headlines, and differences that were planted.

Everything is invented.  Groups differ in one frame, and the first outlet of each group from the rest of it in another.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import odd_studies

from helpers.study import Study

GROUPS = ("private", "state", "public", "agency")
TOWNS = ("Alder", "Birchen", "Caddow", "Dunmere", "Elmstow", "Fenwick", "Garrow", "Holm", "Ivelet", "Jarrow", "Kelder")
PAPERS = ("Courier", "Ledger", "Wire")
FOREIGN = {
    "ko": ("새벽신문", "한들일보", "누리뉴스", "가람통신"),
    "ru": ("Вестник Лугани", "Утро Заречья", "Полевая газета"),
}
OF_GROUP = {"private": 0.35, "state": 0.1, "public": 0.35, "agency": 0.35}  # rate of ARMS: of state outlets lower
STANDING_OUT, USUAL = 0.55, 0.2  # rate of LAW: of the first outlet of each group, and of all others


def write_many(
    folder: Path, *, outlets: int = 30, each: int = 60, foreign: bool = False, seed: int = 7, **more: Any
) -> Study:
    """A study called ``odd`` with so many outlets, and about so many items of each.

    Parameters
    ----------
    folder : Path
    outlets, each : int
    foreign : bool
        Whether the last outlets are Korean and Russian ones, in whose languages no indicator can be compared.
    more : Any
        Other keys of ``study.yml``.
    """
    languages = ("en", "ko", "ru") if foreign else ("en",)
    listed = {f"w{place:02d}": _outlet(place) for place in range(outlets)}
    if foreign:
        others = [(code, name) for code, names in FOREIGN.items() for name in names]
        for key, (code, name) in zip(list(listed)[-len(others) :], others, strict=False):
            listed[key] |= {"language": code, "name": name}
    rng = np.random.default_rng(seed)
    rows = [row for key, outlet in listed.items() for row in _items(key, outlet, each, rng)]
    events = ("2031-04-10", "2031-09-13")
    more = {"groups_from": ["ownership"], "universes": {"most": 4}} | more
    return odd_studies.write_files(folder, listed, rows, languages=languages, events=events, **more)


def _outlet(place: int) -> dict[str, str]:
    name = f"{TOWNS[place % len(TOWNS)]} {PAPERS[place // len(TOWNS) % len(PAPERS)]}"
    return {"name": name, "country": "GBR", "language": "en", "timezone": "UTC", "sampling": "census",
            "ownership": GROUPS[place % len(GROUPS)]}  # fmt: skip


def _items(key: str, outlet: dict[str, str], each: int, rng: np.random.Generator) -> list[list[str]]:
    """Items of one outlet: a title, and a standfirst in which indicators stand as often as planted."""
    law = STANDING_OUT if int(key[1:]) < len(GROUPS) else USUAL
    rates = {"ARMS": OF_GROUP[outlet["ownership"]], "LAW": law, "BOND": 0.3}
    n = int(rng.integers(each // 2, 3 * each // 2 + 1))
    rows = []
    for place in range(n):
        pool = odd_studies.SENTENCES[outlet["language"]]
        fired = [odd_studies.INDICATORS[code][0] for code, rate in rates.items() if rng.random() < rate]
        about = odd_studies.ABOUT[outlet["language"]]
        words = " ".join(fired) if outlet["language"] == "en" else str(rng.choice(pool))
        filler = " ".join(rng.choice(odd_studies.FILLERS, 4))
        text = f"{about} {words} {filler}." if outlet["language"] == "en" else f"{about} {words}"
        day = f"2031-{int(rng.integers(1, 13)):02d}-{int(rng.integers(1, 29)):02d}"
        rows.append([f"https://{key}.example/{place}", key, day, f"{key} item {place}", f"{text} {place}"])
    return rows
