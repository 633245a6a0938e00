"""A small invented study whose passages people can code: text in four scripts, copies, and a codebook."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pandas as pd
from given import Given, filled

from helpers.frames.codebook import FUNCTIONS, Codebook, parse_codebook
from helpers.study.outlets import Outlet

SAID = {
    "en": "🚢 Ferry crews of Tarvenia and Lodmaria signed a pact about grain. The harbour stays open, wave {n}. ⚓",
    "ru": "Паромщики Тарвении и Лодмарии подписали пакт о зерне. Порт остаётся открытым, волна {n}.",
    "ko": "🚢 타르베니아와 로드마리아의 선원들이 곡물 협정에 서명했다. 항구는 계속 열려 있다, 물결 {n}.",
    "zh": "𠀀塔尔文尼亚和洛德马里亚的船员签署了谷物协议。港口仍然开放，第{n}道浪。𠀀",
}
FRAMES = ("SHIELD", "DANGER", "BURDEN")


def codebook(frames: tuple[str, ...] = FRAMES, *, edited: str = "") -> Codebook:
    """A codebook of invented frames; the definition of the one that is `edited` reads otherwise."""
    entries = {
        code: {
            "name": code.capitalize(),
            "tier": "issue",
            "definition": {
                part: f"The {part} of {code.lower()}{', put anew' * (code == edited)}." for part in FUNCTIONS
            },
            "include": [f"{code.capitalize()} is said in so many words."],
            "exclude": ["Weather."],
            "source": "written for these tests",
            "indicators": {"en": ["pact"]},
            "examples": {"en": {"positive": [f"A pact about {code.lower()}."], "negative": ["A calm sea."]}},
        }
        for code in frames
    }
    return parse_codebook({"version": 1, "frames": entries}, languages=list(SAID))


def coded_study(root: Path, *, per_month: int = 6, text: bool = True, frames: tuple[str, ...] = FRAMES) -> Given:
    """Articles, passages and counts as upstream leaves them: an outlet a language, three months, three passages an article.

    The first article of each month is copied by a second outlet of the same language, first paragraph only.
    """
    study = SimpleNamespace(
        name="made", root=root, raw=root / "raw", folder=root / "studies" / "made", processed=root / "data", practice=False, codebook=codebook(frames),
        languages=tuple(SAID), start=pd.Timestamp("2029-07-01").date(), end=pd.Timestamp("2029-09-30").date(),
        timezones={f"{kind}-{language}": "UTC" for language in SAID for kind in ("own", "copier")},
        outlets={f"{kind}-{lang}": Outlet(f"{kind} {lang}", "AAA", lang, "UTC", id=f"{kind}-{lang}")
                 for kind in ("copier", "own") for lang in SAID},
        analysis=SimpleNamespace(seed=5, coverage_level=0.95, doubtful=(), leave_out=()),
    )  # fmt: skip
    articles, passages = [], []
    for language, said in SAID.items():
        for month in ("07", "08", "09"):
            for n in range(per_month):
                key = f"{language}-{month}-{n}"
                articles.append((key, f"own-{language}", language, f"2029-{month}-{n + 1:02d}", key))
                passages += [(key, place, language, said.format(n=f"{month}{n}{place}")) for place in range(3)]
            key = f"{language}-{month}-copy"
            articles.append((key, f"copier-{language}", language, f"2029-{month}-20", f"{language}-{month}-0"))
            passages.append((key, 0, language, said.format(n=f"{month}00")))
    found = pd.DataFrame(articles, columns=["article_id", "outlet", "language", "day", "copy_cluster"])
    day = pd.to_datetime(found["day"]).astype("datetime64[ns]")
    week = day.dt.isocalendar()
    dated = {"published": day.dt.tz_localize("UTC"), "day": day, "month": day.dt.strftime("%Y-%m")}
    rules = {
        "is_original": True,
        "in_period": True,
        "relevant": True,
        "analysed": True,
        "n_words": 9,
        "covariates": "{}",
    }
    weeks = found["outlet"] + " " + week["year"].astype(str) + "-W" + week["week"].astype(str)
    rows = pd.DataFrame(passages, columns=["article_id", "position", "language", "text"])
    counts = rows.assign(voice="outlet", term=rows["text"], count=1)
    counts = counts[["article_id", "position", "voice", "term", "count"]]
    rows["text"] = rows["text"] if text else None
    held = {"relevant": True, "n_words": 9, "n_words_quoted": 0}
    corpus = Given(study)
    corpus.give(
        articles=filled("articles", found, **dated, **rules, outlet_week=weeks),
        passages=rows.assign(**held), counts=counts,
    )  # fmt: skip
    return corpus
