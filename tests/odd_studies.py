"""Small and odd studies about two invented states: no article, one, twenty; one outlet; no event; no indicator.

Names, places and sentences are made up; a study is written as a user would, `articles.csv` beside `study.yml`.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from helpers.study import Study, load_study

NAMES = {
    "en": {"XAV": ["Averland", "Averlander"], "XBO": ["Borrovia", "Borrovian"]},
    "ko": {"XAV": ["아베를란트"], "XBO": ["보로비아"]},
    "ru": {"XAV": ["Аверланд"], "XBO": ["Борровия", "Борровию", "Борровии"]},
}
ABOUT = {"en": "Averland, Borrovia:", "ko": "아베를란트와 보로비아가 만났다.", "ru": "Аверланд и Борровия встретились."}
FILLERS = ("harbour", "minister", "morning", "border", "visit", "envoy", "railway", "winter", "garden", "bridge", "speech",
           "market", "ferry", "committee", "promise", "quarrel")  # fmt: skip
SENTENCES = {
    "en": [
        "Averland and Borrovia signed a treaty by the lake.",
        "Shells from Borrovia went to Averland at night.",
        "Averland broke a resolution when it traded with Borrovia, a delegate held.",
        "A ferry joins Averland and Borrovia again.",
        "Dancers from Averland came to Borrovia for the feast.",
        '"We trust Borrovia," an Averlander minister said on the quay.',
    ],
    "ko": [
        "아베를란트와 보로비아가 호수에서 조약을 맺었다.",
        "보로비아의 포탄이 밤에 아베를란트로 갔다.",
        "아베를란트와 보로비아를 잇는 배가 다시 다닌다.",
        "아베를란트의 무용단이 보로비아 축제에 왔다.",
    ],
}
SENTENCES["ru"] = ["Аверланд и Борровия подписали договор.", "Снаряды из Борровии везли ночью в Аверланд."]
REST = {
    "ru": ["Над долиной шёл дождь.", "Хор пел целый час."],
    "en": ["Rain fell on the valley.", "The choir sang for an hour.", "Wheat rose in price."],
    "ko": ["골짜기에 비가 내렸다.", "합창단이 한 시간 노래했다.", "밀값이 올랐다."],
}
INDICATORS = {"BOND": ["treaty", "trust"], "ARMS": ["shell", "troop"], "LAW": ["resolution", "sanction"]}
PERIOD = ("2031-01-01", "2031-12-31")


def write_study(
    folder: Path,
    *,
    n: int = 20,
    outlets: int = 2,
    languages: tuple[str, ...] = ("en",),
    about: bool = True,
    empty: bool = False,
    events: tuple[str, ...] = (),
    seed: int = 3,
    **more: Any,
) -> Study:
    """A study called ``odd`` below a folder that holds ``notebooks/`` and ``templates/``.

    Parameters
    ----------
    folder : Path
    n, outlets : int
        How many articles, of how many outlets, which take turns.
    languages : tuple of str
        One after another they are those of the outlets; only English has indicators.
    about : bool
        Whether articles are about the pair.
    empty : bool
        Whether rows have no text, so that none becomes an article.
    events : tuple of str
        Their dates.
    more : Any
        Other keys of ``study.yml``.
    """
    listed = {
        f"o{place}": {"name": f"Outlet {place}", "country": "GBR", "language": languages[place % len(languages)],
                      "timezone": "UTC", "ownership": "private", "sampling": "census"}
        for place in range(outlets)
    }  # fmt: skip
    rows = _rows(n, listed, about=about, rng=np.random.default_rng(seed))
    rows = [[*row[:-1], ""] for row in rows] if empty else rows
    return write_files(folder, listed, rows, languages=languages, events=events, **more)


def write_files(
    folder: Path,
    outlets: dict[str, dict[str, str]],
    rows: list[list[str]],
    *,
    languages: tuple[str, ...],
    events: tuple[str, ...],
    **more: Any,
) -> Study:
    """The files of a study of given outlets and rows of its export."""
    here = folder / "studies" / "odd"
    here.mkdir(parents=True)
    given = {
        "title": "Odd", "question": "How do they tell it?", "contact": "mailto:you@example.org",
        "languages": list(languages), "period": dict(zip(("start", "end"), PERIOD, strict=True)),
        "pair": ["XAV", "XBO"],
        "entities": {code: {one: NAMES[one][code] for one in languages} for code in ("XAV", "XBO")},
        "outlets": outlets,
        "sources": [{"kind": "csv", "path": "articles.csv", "licence": "not shared",
                     "columns": {"address": "url", "outlet": "outlet", "published": "date", "title": "headline",
                                 "text": "text"}}],
        "analysis": {"n_topics": 3, "topic_range": [3, 4], "seed": 3}, "universes": {"most": 2},
    }  # fmt: skip
    _write(here / "study.yml", given | more)
    _write(here / "codebook.yml", {"version": 1, "frames": {code: _frame(code) for code in INDICATORS}})
    _write(here / "events.yml", [_event(place, day) for place, day in enumerate(events)])
    with (here / "articles.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["url", "outlet", "date", "headline", "text"])
        writer.writerows(rows)
    return load_study("odd", root=folder)


def _rows(n: int, outlets: dict[str, dict[str, str]], *, about: bool, rng: np.random.Generator) -> list[list[str]]:
    rows = []
    for place in range(n):
        key = list(outlets)[place % len(outlets)]
        language = outlets[key]["language"]
        pool = SENTENCES[language] if about else REST[language]
        said = [str(rng.choice(pool)) if rng.random() < 0.8 else str(rng.choice(REST[language])) for _ in range(5)]
        text = "\n\n".join([" ".join(said[:3]), " ".join(said[3:]), f"{place}."])
        day = f"2031-{int(rng.integers(1, 13)):02d}-{int(rng.integers(1, 29)):02d}"
        rows.append([f"https://{key}.example/{place}", key, day, f"Item {place}", text])
    return rows


def _frame(code: str) -> dict[str, Any]:
    sides = dict.fromkeys(("problem", "cause", "judgement", "remedy"), "made up")
    return {"name": code.capitalize(), "tier": "issue", "definition": sides, "include": ["made up"],
            "exclude": ["made up"], "source": "written for a test", "indicators": {"en": INDICATORS[code]},
            "examples": {"en": {"positive": [f"The {INDICATORS[code][0]} came."], "negative": ["The choir sang."]}}}  # fmt: skip


def _event(place: int, day: str) -> dict[str, Any]:
    return {"id": f"event-{place}", "date": day, "title": f"Event {place}", "kind": "summit", "actors": ["XAV"],
            "source": {"publisher": "Nobody", "title": "Made up", "address": "https://made-up.example/",
                       "checked": "2031-12-31"}}  # fmt: skip


def _write(path: Path, data: Any) -> None:
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
