"""How often people find the intruder: answers and a key in; precision with exact intervals and tests out.

Precision and topic log odds: Chang et al. (2009), NIPS 22, eqs. 1 and 2. Limits: Clopper & Pearson (1934); where
several answers go to one task, on the effective number of answers of Korn & Graubard (1998), "Confidence intervals
for proportions with small expected number of positive counts estimated from survey data", Survey Methodology 24(2).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from helpers.coding.intrusion import CANT_TELL, TOPIC

SMALLEST_SHARE = 0.001  # own rule: below this a share counts as this much, since factors may be exactly 0
COLUMNS = ["kind", "model", "topic", "coder", "n_tasks", "n_answers", "n_found", "n_unsure", "precision", "low", "high",
           "chance", "p", "q"]  # fmt: skip
EVERY = "all"


def proportion(hits: np.ndarray, tasks: np.ndarray, *, coverage: float = 0.95) -> tuple[float, float, float]:
    """A share with exact binomial limits that know which answers are to the same task.

    Parameters
    ----------
    hits : ndarray of bool, shape (n_answers,)
    tasks : ndarray, shape (n_answers,)
        Task of each answer. With one answer a task the limits are Clopper and Pearson's; otherwise they rest on as
        many answers as would be worth as much if they were independent, never fewer than there are tasks.
    coverage : float in (0, 1)

    Returns
    -------
    share, low, high

    Raises
    ------
    ValueError
        No answer, or a coverage outside (0, 1).

    >>> [round(x, 4) for x in proportion(np.arange(10) < 8, np.arange(10))]
    [0.8, 0.4439, 0.9748]
    >>> [round(x, 4) for x in proportion(np.repeat(np.arange(10) < 8, 3), np.repeat(np.arange(10), 3))]
    [0.8, 0.4439, 0.9748]
    """
    if not 0 < coverage < 1:
        raise ValueError(f"coverage is {coverage}; give a share between 0 and 1, for example 0.95")
    if not len(hits):
        raise ValueError("no answers; a share needs at least one")
    share, n = float(np.mean(hits)), _effective(np.asarray(hits, dtype=float), np.asarray(tasks))
    tail, x = (1 - coverage) / 2, share * n
    low = stats.beta.ppf(tail, x, n - x + 1) if share > 0 else 0.0
    high = stats.beta.ppf(1 - tail, x + 1, n - x) if share < 1 else 1.0
    return share, float(low), float(high)


def _effective(hits: np.ndarray, tasks: np.ndarray) -> float:
    """Answers that would be worth as much if independent: between the number of tasks and that of answers."""
    n, share = len(hits), hits.mean()
    places = np.unique(tasks, return_inverse=True)[1]
    m = places.max() + 1
    if m == n:
        return float(n)
    sums = np.bincount(places, weights=hits - share)
    variance = m / (m - 1) * (sums**2).sum() / n**2 if m > 1 else 0.0
    if variance == 0:  # nothing shows how tasks vary: count each once
        return float(m)
    return float(np.clip(share * (1 - share) / variance, m, n))


def precision(answers: pd.DataFrame, key: pd.DataFrame, *, coverage: float = 0.95) -> pd.DataFrame:
    """Share of answers that name the intruder, beside what guessing would give.

    Parameters
    ----------
    answers : DataFrame, columns ``task``, ``coder``, ``answer``
        One answer a coder and task; `CANT_TELL` counts as not found. Answers to tasks outside the key are not scored.
    key : DataFrame, columns of `helpers.coding.intrusion.KEY`
    coverage : float in (0, 1)

    Returns
    -------
    DataFrame, columns of `COLUMNS`: for each model one row of everything, one a coder and one a topic
        ``p`` is exact and one-sided, for more than chance; ``q`` is p of topics by Benjamini and Hochberg (1995).
        Limits of models and coders speak about further tasks, those of a topic about further coders.

    Raises
    ------
    ValueError
        A coder answered a task twice, an answer is none of its options, or tasks of one model differ in chance.

    >>> key = pd.DataFrame({"task": ["t1", "t2"], "kind": "word_intrusion", "model": "m", "topic": ["00", "01"],
    ...                     "options": [("a", "b"), ("c", "d")], "intruder": ["a", "d"]})
    >>> answers = pd.DataFrame({"task": ["t1", "t2"], "coder": "ann", "answer": ["a", "c"]})
    >>> scores = precision(answers, key)
    >>> scores.loc[0, ["precision", "chance", "p"]].tolist()
    [0.5, 0.5, 0.75]
    """
    scored = _scored(answers, key)
    blocks = []
    for (kind, model), part in scored.groupby(["kind", "model"], sort=True):
        if part["chance"].nunique() > 1:
            raise ValueError(f"{kind} of {model}: tasks have different numbers of options; score them apart")
        rows = [_score(part, coverage)]
        rows += [_score(rows_of, coverage) | {"coder": coder} for coder, rows_of in part.groupby("coder", sort=True)]
        topics = [
            _score(rows_of.assign(task=range(len(rows_of))), coverage)
            | {"topic": topic, "n_tasks": rows_of["task"].nunique()}
            for topic, rows_of in part.groupby("topic", sort=True)
        ]
        adjusted = stats.false_discovery_control([row["p"] for row in topics])
        rows += [row | {"q": float(q)} for row, q in zip(topics, adjusted, strict=True)]
        blocks.append(pd.DataFrame(rows).assign(kind=kind, model=model))
    return pd.concat(blocks, ignore_index=True)[COLUMNS] if blocks else pd.DataFrame(columns=COLUMNS)


def _score(rows: pd.DataFrame, coverage: float) -> dict[str, object]:
    hits = rows["found"].to_numpy()
    share, low, high = proportion(hits, rows["task"].to_numpy(), coverage=coverage)
    chance = float(rows["chance"].iloc[0])
    n_found, n = int(hits.sum()), len(hits)
    # Under guessing answers to one task are independent too, so the test counts every answer.
    p = float(stats.binomtest(n_found, n, chance, alternative="greater").pvalue)
    counts = {"n_tasks": rows["task"].nunique(), "n_answers": n, "n_found": n_found}
    figures = {"n_unsure": int((rows["answer"] == CANT_TELL).sum()), "precision": share, "low": low, "high": high}
    return {"topic": EVERY, "coder": EVERY} | counts | figures | {"chance": chance, "p": p, "q": np.nan}


def topic_log_odds(
    answers: pd.DataFrame, key: pd.DataFrame, *, rng: np.random.Generator, n_draws: int = 1000, coverage: float = 0.95
) -> pd.DataFrame:
    """How much likelier the model holds what coders chose than the intruder: at most 0, higher is better.

    Parameters
    ----------
    answers, key : as `precision`
        Only topic intrusion has log odds; "can't tell" has none and is left out.
    rng : numpy Generator
    n_draws : int
        Bootstrap samples, of whole tasks.
    coverage : float in (0, 1)

    Returns
    -------
    DataFrame, one row a model: ``model``, ``n_tasks``, ``n_answers``, ``log_odds``, ``low``, ``high``, ``guessing``
        ``guessing`` is what a coder who guesses can expect on the same tasks.

    >>> key = pd.DataFrame({"task": ["t"], "kind": "topic_intrusion", "model": "m", "topic": "00",
    ...                     "options": [("x", "y")], "intruder": ["x"], "shares": [(0.1, 0.9)]})
    >>> answers = pd.DataFrame({"task": "t", "coder": ["ann", "ben"], "answer": ["x", "y"]})
    >>> topic_log_odds(answers, key, rng=np.random.default_rng(1)).log_odds.round(3).item()       # log(1/9) / 2
    -1.099
    """
    columns = ["model", "n_tasks", "n_answers", "log_odds", "low", "high", "guessing"]
    scored = _scored(answers, key)
    scored = scored[(scored["kind"] == TOPIC) & (scored["answer"] != CANT_TELL)]
    rows = []
    for model, part in scored.groupby("model", sort=True):
        odds = pd.DataFrame([_log_odds(row) for row in part.itertuples()], columns=["chosen", "guessing"])
        each = odds.groupby(part["task"].to_numpy()).mean()
        draws = each["chosen"].to_numpy()[rng.integers(0, len(each), size=(n_draws, len(each)))].mean(axis=1)
        low, high = np.quantile(draws, [(1 - coverage) / 2, (1 + coverage) / 2])
        middle = each.mean()
        rows.append((model, len(each), len(part), middle["chosen"], float(low), float(high), middle["guessing"]))
    return pd.DataFrame(rows, columns=columns)


def _log_odds(row: object) -> tuple[float, float]:
    """Log odds of the intruder against the choice, and against an option at random."""
    odds = np.log(np.maximum(row.shares, SMALLEST_SHARE))
    odds = odds[row.options.index(row.intruder)] - odds
    return float(odds[row.options.index(row.answer)]), float(odds.mean())


def codes(answers: pd.DataFrame, key: pd.DataFrame) -> pd.DataFrame:
    """Answers as `helpers.coding.agreement` takes them: which place the chosen option has in its task.

    The words themselves would never coincide between tasks, so that any two coders would seem to agree beyond chance.

    Returns
    -------
    DataFrame, shape (n_tasks, n_coders): place from 0; missing where a coder cannot tell or gave no answer

    >>> key = pd.DataFrame({"task": ["t"], "kind": "word_intrusion", "model": "m", "topic": "00",
    ...                     "options": [("a", "b")], "intruder": ["a"]})
    >>> answers = pd.DataFrame({"task": "t", "coder": ["ann", "ben"], "answer": ["b", "?"]})
    >>> codes(answers, key).loc["t"].tolist()
    [1.0, nan]
    """
    scored = _scored(answers, key)
    place = [np.nan if row.answer == CANT_TELL else float(row.options.index(row.answer)) for row in scored.itertuples()]
    return scored.assign(place=place).pivot(index="task", columns="coder", values="place")


def _scored(answers: pd.DataFrame, key: pd.DataFrame) -> pd.DataFrame:
    """Answers beside their task's key, each checked."""
    if (doubled := answers.duplicated(["task", "coder"])).any():
        row = answers[doubled].iloc[0]
        raise ValueError(f"coder {row['coder']!r} answered task {row['task']!r} twice; keep the last answer")
    scored = answers[["task", "coder", "answer"]].merge(key, on="task", how="inner", validate="many_to_one")
    for row in scored.itertuples():
        if row.answer != CANT_TELL and row.answer not in row.options:
            raise ValueError(f"coder {row.coder!r}, task {row.task!r}: {row.answer!r} is none of the options")
    chance = scored["options"].map(lambda options: 1 / len(options)).astype(float)
    return scored.assign(found=(scored["answer"] == scored["intruder"]).astype(bool), chance=chance)
