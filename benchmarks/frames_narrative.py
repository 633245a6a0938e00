"""Corrected shares on articles that people coded in full.  `COVERAGE_DATA=... python benchmarks/frames_narrative.py`.

428 articles on climate with five frames each, coded twice (phenixace/narrative-framing), and 523 sentences with one of
ten frame classes (mattguida/FrAC).  Agreement of the coders; error of the classifier by its folds; and, over draws of
15 and 30 % of the articles, the difference of right and left from predictions, from codes and from both, beside the one
that all codes give.  No text enters the page, only what is computed.  Writes `frames_narrative.csv` and `.md`.
"""

from __future__ import annotations

import argparse
import json
import os
import warnings
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import numpy as np  # noqa: E402  the threads of its libraries are counted when they are loaded
import pandas as pd  # noqa: E402
from frames_narrative_report import page  # noqa: E402
from sklearn.metrics import f1_score  # noqa: E402

from helpers.coding.agreement import agreement  # noqa: E402
from helpers.compare.corrected_shares import corrected_differences  # noqa: E402
from helpers.frames.classify import groups, predict, text_features  # noqa: E402

HERE = Path(__file__).parent
DATA = Path(os.environ.get("COVERAGE_DATA", "data that nobody gave")) / "frames"
SEED = 20261126
FRAMES = ["RE", "HI", "CO", "MO", "EC"]
SHARES = (0.15, 0.30)
RIGHT = ("right_bias", "questionable_source")
QUESTIONS = ["co1", "co2", "co3", "ec1", "ec2", "ec3", "hi1", "hi2", "hi5", "mo1", "mo2", "re1", "re5"]
KEPT = ["method", "estimate", "low", "high", "power", "power_reference", "r2"]


@dataclass(frozen=True)
class Articles:
    """What a draw needs: features that give the same inner products as the words, codes, lean, month, outlet."""

    features: np.ndarray
    codes: np.ndarray
    right: np.ndarray
    month: np.ndarray
    outlet: np.ndarray


def articles() -> Articles:
    """The articles with a code for every frame; one has none, and one cell carries a stray sign."""
    table = pd.read_csv(DATA / "narrative-frames/articles_metadata.tsv", sep="\t")
    codes = table[FRAMES].apply(lambda column: column.astype(str).str.strip("() ").map({"True": 1.0, "False": 0.0}))
    whole = codes.notna().all(axis=1)
    table, codes = table[whole], codes[whole]
    names = table["source"].str.lower().str.replace(r"^the ?|[^a-z]", "", regex=True)
    right = table["mbfc"].isin(RIGHT).to_numpy()
    return Articles(
        _same_products(table["text"].tolist()),
        codes.to_numpy(),
        right,
        table["date"].str[:7].to_numpy(),
        names.to_numpy(),
    )


def _same_products(texts: list[str]) -> np.ndarray:
    """A square of numbers whose rows have the inner products of the texts' features: all that the ridge asks for."""
    words = text_features(texts)
    values, vectors = np.linalg.eigh((words @ words.T).toarray())
    return vectors * np.sqrt(np.maximum(values, 0))


def one_draw(data: Articles, share: float, number: int) -> pd.DataFrame:
    """Code some articles of each lean, train on these alone, and ask for every frame's difference."""
    rng = np.random.default_rng([SEED, int(100 * share), number])
    coded, chance = np.zeros(len(data.right), bool), np.zeros(len(data.right))
    for side in (True, False):
        mine = np.flatnonzero(data.right == side)
        take = round(share * len(mine))
        coded[rng.choice(mine, take, replace=False)] = True
        chance[mine] = take / len(mine)
    seen = np.where(coded[:, None], data.codes, np.nan)
    group = groups(range(len(coded)), [data.month], coded)
    found = predict(data.features, seen, group=group, seed=number)
    units = pd.DataFrame({"lean": np.where(data.right, "right", "left"), "outlet": data.outlet, "probability": chance})
    rows = []
    for place, frame in enumerate(FRAMES):
        units["code"], units["prediction"] = seen[:, place], found.probability[:, place]
        options = {"group": "lean", "clusters": "outlet", "stratum": "lean", "pairs": [("right", "left")]}
        table = corrected_differences(units, target="corpus", **options)[KEPT]
        truth = data.codes[data.right, place].mean() - data.codes[~data.right, place].mean()
        constant = bool(found.notes[place])
        rows.append(table.assign(frame=frame, share=share, number=number, truth=truth, constant=constant))
    return pd.concat(rows, ignore_index=True)


_DATA: list[Articles] = []


def block(task: tuple[float, int, int]) -> pd.DataFrame:
    """Some draws of one share."""
    share, first, last = task
    return pd.concat([one_draw(_DATA[0], share, number) for number in range(first, last)], ignore_index=True)


def counted(rows: pd.DataFrame) -> pd.DataFrame:
    """Bias, coverage and width by frame, share and method; widths beside the coded one's, draw by draw."""
    keys = ["frame", "share", "number"]
    rows = rows.assign(
        holds=(rows["low"] <= rows["truth"]) & (rows["truth"] <= rows["high"]),
        width=rows["high"] - rows["low"],
        bias=rows["estimate"] - rows["truth"],
        tuned=rows[["power", "power_reference"]].mean(axis=1),
    )
    rows["ratio"] = rows["width"] / rows.groupby(keys)["width"].transform(lambda width: width.iloc[1])
    table = rows.groupby(["frame", "share", "method"], sort=False).agg(
        n=("holds", "size"), truth=("truth", "mean"), bias=("bias", "mean"), spread=("estimate", "std"),
        coverage=("holds", "mean"), width=("width", "mean"), ratio=("ratio", "mean"), widest=("ratio", "max"),
        tuned=("tuned", "mean"), r2=("r2", "mean"), constant=("constant", "mean"),
    )  # fmt: skip
    return table.reset_index()


def questions() -> pd.DataFrame:
    """Alpha of each question, from the answers as they were given; -1 was not asked."""
    raw = json.loads((DATA / "narrative-frames/full_annotations.json").read_text(encoding="utf-8"))
    rows = []
    for name in QUESTIONS:
        answers = pd.DataFrame([one[name][1] for one in raw.values() if name in one])
        answers = answers.where(answers.isin(["yes", "no"]))
        found = agreement(answers, rng=np.random.default_rng(SEED))
        rows.append((name, found.alpha, found.low, found.high, found.n_units))
    return pd.DataFrame(rows, columns=["question", "alpha", "low", "high", "n"])


def classifier(data: Articles, seeds: int = 5) -> pd.DataFrame:
    """F1, precision, recall, Brier score and r² of each frame by folds of months, mean of some seeds."""
    group = groups(range(len(data.right)), [data.month], np.ones(len(data.right), bool))
    rows = []
    for seed in range(seeds):
        found = predict(data.features, data.codes, group=group, seed=seed)
        for place, frame in enumerate(FRAMES):
            y, p, yes = data.codes[:, place], found.probability[:, place], found.label[:, place]
            hits = float(y[yes].sum())
            rows.append((frame, y.sum(), 2 * hits / (yes.sum() + y.sum()), hits / max(yes.sum(), 1), hits / y.sum(),
                         np.mean((p - y) ** 2), np.corrcoef(p, y)[0, 1] ** 2))  # fmt: skip
    columns = ["frame", "n_with", "f1", "precision", "recall", "brier", "r2"]
    return pd.DataFrame(rows, columns=columns).groupby("frame", sort=False).mean().reset_index()


def sentences(seeds: int = 3) -> dict[str, float]:
    """Macro-F1 and accuracy on sentences of ten classes: one classifier a class, the most probable wins."""
    table = pd.read_csv(DATA / "frac-gold-single-label.csv")
    classes = np.sort(table["label"].unique())
    seen = (table["label"].to_numpy()[:, None] == classes).astype(float)
    features = _same_products(table["sentence"].tolist())
    scores = []
    for seed in range(seeds):
        best = classes[predict(features, seen, group=np.arange(len(table)), seed=seed).probability.argmax(axis=1)]
        scores.append((f1_score(table["label"], best, average="macro"), (best == table["label"]).mean()))
    macro, accuracy = np.mean(scores, axis=0)
    return {"n": len(table), "macro": macro, "accuracy": accuracy}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=500)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    if not DATA.is_dir():
        parser.error(f"no folder {DATA}; set COVERAGE_DATA to the one that holds frames/")
    data = articles()
    _DATA.append(data)
    tasks = [(share, first, min(first + 10, asked.draws)) for share in SHARES for first in range(0, asked.draws, 10)]
    with ProcessPoolExecutor(asked.jobs) as pool:
        table = counted(pd.concat(list(pool.map(block, tasks)), ignore_index=True))
    table.to_csv(HERE / "frames_narrative.csv", index=False, float_format="%.5f", lineterminator="\n")
    size = {"articles": len(data.right), "outlets": len(set(data.outlet)), "right": int(data.right.sum())}
    text = page(table, questions(), classifier(data), sentences(), size)
    (HERE / "frames_narrative.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
