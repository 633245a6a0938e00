"""`frames_narrative.md` from the figures."""

from __future__ import annotations

import numpy as np
import pandas as pd

GOAL = 0.93, 0.97
NAMES = {"RE": "resolution", "HI": "human interest", "CO": "conflict", "MO": "morality", "EC": "economic"}
FIRST_TRY = {"RE": 0.59, "HI": 0.11, "CO": 0.80, "MO": 0.04}
INTRO = """# Corrected shares on articles that people coded in full

`COVERAGE_DATA=<folder> python benchmarks/frames_narrative.py --draws {draws}`. {articles} articles on climate of
{outlets} outlets, coded twice for five frames by their authors' 21 questions (phenixace/narrative-framing, MIT); one
of 428 has no code. No text is kept here, only what is computed from it."""
DRAWS = """## Right and left: what a draw of some codes says of all

The target is the corpus: the difference of right (right bias or questionable source, {right} articles) and left
({left}) in the share of articles with a frame, as all {articles} codes have it. Nothing but the draw of the coded
articles varies, so intervals are those about the corpus (`compare.correct`, target `corpus`): drawn apart by side,
without replacement. The classifier is trained anew in each draw on the coded articles alone, its predictions of these
by folds of months. {draws} draws a row; Monte Carlo error of a coverage of .95: ± {error:.3f} (two standard errors).
*raw*: predictions alone, interval over outlets; *coded*: codes alone; *corrected*: both. *Width* is corrected over
coded, mean over draws, *most* its largest in one draw; √(1−r²) is what the squared correlation of predictions and
codes, mean over draws, would allow. *Constant*: draws with fewer than five articles coded with the frame, where there
is no classifier. Bold: outside .93 to .97."""


def page(
    table: pd.DataFrame, questions: pd.DataFrame, classifier: pd.DataFrame, sentences: dict[str, float], size: dict
) -> str:
    """The whole page."""
    n = int(table["n"].max())
    told = size | {"draws": n, "left": size["articles"] - size["right"], "error": 2 * np.sqrt(0.95 * 0.05 / n)}
    parts = [
        INTRO.format(**told), "## Agreement of the coders", _alphas(questions), "## The classifier",
        _scores(classifier), _sentences(sentences), DRAWS.format(**told), _draws(table), _verdict(table),
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def _alphas(table: pd.DataFrame) -> str:
    lines = ["Krippendorff's α of each question from the answers as given (yes or no; −1 was not asked), interval by a "
             "bootstrap over articles.\n", "| question | α | 95 % | articles |", "|---|---|---|---|"]  # fmt: skip
    lines += [
        f"| {q} | {a:.2f} | {low:.2f} to {high:.2f} | {n} |" for q, a, low, high, n in table.itertuples(index=False)
    ]
    return "\n".join(lines)


def _scores(table: pd.DataFrame) -> str:
    lines = [
        "All articles coded, five folds of months, threshold and sigmoid by inner folds; mean of five orders of folds. "
        "Beside it the F1 of a first try.\n",
        "| frame | articles with it | F1 | first try | precision | recall | Brier | r² |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in table.itertuples(index=False):
        first = f"{FIRST_TRY[row.frame]:.2f}" if row.frame in FIRST_TRY else "–"
        lines.append(
            f"| {NAMES[row.frame]} | {row.n_with:.0f} | {row.f1:.2f} | {first} | {row.precision:.2f} "
            f"| {row.recall:.2f} | {row.brier:.3f} | {row.r2:.2f} |"
        )
    return "\n".join(lines)


def _sentences(found: dict[str, float]) -> str:
    return (
        f"Sentences of ten frame classes (mattguida/FrAC, {found['n']}, CC BY 4.0 annotations), by cross-validation "
        f"over sentences: macro-F1 {found['macro']:.2f}, accuracy {found['accuracy']:.2f}. Published for them are .66 "
        "and .77, of fine-tuned and large language models; counts of words are not their equal."
    )


def _draws(table: pd.DataFrame) -> str:
    lines = [
        "| frame | coded | truth | bias raw | coded | corrected | coverage raw | coded | corrected | width coded "
        "| width | most | √(1−r²) | λ | constant |",
        "|" + "---|" * 15,
    ]
    for (frame, share), part in table.groupby(["frame", "share"], sort=False):
        raw, coded, ours = (part.set_index("method").loc[m] for m in ("raw", "coded", "corrected"))
        cells = [
            NAMES[frame], f"{100 * share:.0f} %", f"{raw['truth']:+.3f}", f"{raw['bias']:+.3f}",
            f"{coded['bias']:+.3f}", f"{ours['bias']:+.3f}", f"{raw['coverage']:.3f}", _cell(coded["coverage"]),
            _cell(ours["coverage"]), f"{coded['width']:.3f}", f"{ours['ratio']:.3f}", f"{ours['widest']:.3f}",
            f"{np.sqrt(1 - ours['r2']):.3f}", f"{ours['tuned']:.2f}", f"{ours['constant']:.2f}",
        ]  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _verdict(table: pd.DataFrame) -> str:
    ours = table[table["method"] == "corrected"]
    inside = int(ours["coverage"].round(3).between(*GOAL).sum())
    return (
        f"Corrected intervals hold the truth in {ours['coverage'].min():.3f} to {ours['coverage'].max():.3f} of draws, "
        f"within .93 to .97 in {inside} of {len(ours)} rows; the mean width is {ours['ratio'].min():.3f} to "
        f"{ours['ratio'].max():.3f} times the coded one, never more than {ours['widest'].max():.3f} times in one draw."
    )


def _cell(coverage: float) -> str:
    return f"{coverage:.3f}" if GOAL[0] <= round(coverage, 3) <= GOAL[1] else f"**{coverage:.3f}**"
