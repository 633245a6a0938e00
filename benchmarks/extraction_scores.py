"""How extractions are scored: body, title, date and authors by page, and intervals over pages."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter

import numpy as np
import pandas as pd
from extraction_pages import Answer, Page

DRAWS = 2000  # of the bootstrap over pages
MEASURES = (
    "F1, English",
    "recall, English",
    "body",
    "body, recall",
    "title",
    "date",
    "date, day",
    "date, second",
    "authors",
    "ms, English",
    "ms",
)
_TOKEN = re.compile(r"\w+")
# Words of spaced scripts, single characters of Han, kana and Hangul.
_LETTER = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")


def shingles(text: str, n: int = 4) -> Counter:
    tokens = _TOKEN.findall(text)
    return Counter(tuple(tokens[i : i + n]) for i in range(max(1, len(tokens) - n + 1)) if tokens)


def overlap(gold: Counter, found: Counter) -> tuple[float, float]:
    """Precision and recall; 1 where both are empty, NaN for the one that has no denominator."""
    shared = (gold & found).total()
    precision = shared / found.total() if found else (1.0 if not gold else np.nan)
    return precision, shared / gold.total() if gold else (1.0 if not found else np.nan)


def harmonic(precision: float, recall: float) -> float:
    total = np.nan_to_num(precision) + np.nan_to_num(recall)
    return 2 * np.nan_to_num(precision) * np.nan_to_num(recall) / total if total else 0.0


def bare(text: str) -> str:
    return " ".join(text.split())


def score(page: Page, answer: Answer) -> dict[str, object]:
    """One page, one system: everything that is averaged later."""
    if page.country == "english":
        precision, recall = overlap(shingles(page.text), shingles(answer.text))
        return {"set": "english", "precision": precision, "recall": recall, "ms": answer.seconds * 1000}
    gold, found = (Counter(_LETTER.findall(text)) for text in (page.text, answer.text))
    row: dict[str, object] = {"set": "publishers", "country": page.country, "ms": answer.seconds * 1000}
    row["body"] = harmonic(*overlap(gold, found))
    row["body, recall"] = np.nan_to_num(overlap(gold, found)[1])
    if page.title is not None:
        row["title"] = float(bare(page.title) == bare(answer.title))
    if page.published is not None:
        row |= _dated(page, answer.published)
    if page.authors is not None:
        sides = (Counter({bare(name).casefold() for name in names}) for names in (page.authors, answer.authors))
        row["authors"] = harmonic(*overlap(*sides))
    return row


def _dated(page: Page, said: str) -> dict[str, float]:
    """Whether the date is right: the same minute, or where the gold is a bare day, that day."""
    if not said:
        return {"date": 0.0, "date, day": 0.0, "date, second": 0.0}
    moment = dt.datetime.fromisoformat(said)
    moment = (moment if moment.tzinfo else moment.replace(tzinfo=page.zone)).astimezone(page.zone)
    gold = page.published.astimezone(page.zone)
    day = float(moment.date() == gold.date())
    minute = float(moment.replace(second=0, microsecond=0) == gold.replace(second=0, microsecond=0))
    second = float(moment.replace(microsecond=0) == gold.replace(microsecond=0))
    return {"date": day if gold.time() == dt.time() else minute, "date, day": day, "date, second": second}


def table(pages: list[Page], answers: list[Answer]) -> pd.DataFrame:
    """One row a page."""
    return pd.DataFrame([score(page, answer) for page, answer in zip(pages, answers, strict=True)])


def means(rows: pd.DataFrame) -> dict[str, float]:
    """Each measure over the pages that have a gold for it; English F1 is that of mean precision and mean recall."""
    english, others = rows[rows["set"] == "english"], rows[rows["set"] != "english"]
    found = {"F1, English": harmonic(english["precision"].mean(), english["recall"].mean())} if len(english) else {}
    if len(english):
        found["recall, English"] = english["recall"].mean()
    if len(others):
        found |= {name: others[name].mean() for name in MEASURES if name in others and name != "ms"}
    return found | {"ms, English": english["ms"].mean(), "ms": others["ms"].mean()}


def differences(ours: pd.DataFrame, peer: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Ours less a peer's on the same pages, with 95 % intervals over pages; columns estimate, low, high."""
    point = pd.Series(means(ours)) - pd.Series(means(peer))
    drawn = np.zeros((DRAWS, len(ours)))  # how often each page is drawn, each set in its own size
    for kind in sorted(ours["set"].unique()):
        places = np.flatnonzero((ours["set"] == kind).to_numpy())
        drawn[:, places] = rng.multinomial(len(places), np.full(len(places), 1 / len(places)), size=DRAWS)
    held = {name: _drawn(ours, name, drawn) - _drawn(peer, name, drawn) for name in point.index}
    bounds = {name: np.quantile(values, [0.025, 0.975]) for name, values in held.items()}
    return pd.DataFrame({"estimate": point, "low": {n: b[0] for n, b in bounds.items()},
                         "high": {n: b[1] for n, b in bounds.items()}}).loc[point.index]  # fmt: skip


def _drawn(rows: pd.DataFrame, name: str, drawn: np.ndarray) -> np.ndarray:
    """One measure in every draw."""
    if name == "F1, English":
        precision, recall = _drawn(rows, "precision", drawn), _drawn(rows, "recall", drawn)
        return 2 * precision * recall / (precision + recall)
    column = {"ms, English": "ms", "recall, English": "recall"}.get(name, name)
    values = rows[column].to_numpy(dtype=float)
    if name.startswith("ms"):
        values = np.where((rows["set"] == "english") == (name == "ms, English"), values, np.nan)
    known = ~np.isnan(values)
    return drawn[:, known] @ values[known] / drawn[:, known].sum(axis=1)


def counts(rows: pd.DataFrame) -> dict[str, int]:
    """Pages behind each measure."""
    english = int((rows["set"] == "english").sum())
    others = rows[rows["set"] != "english"]
    found = {name: int(others[name].notna().sum()) for name in MEASURES if name in others}
    return found | {"F1, English": english, "recall, English": english, "ms, English": english}
