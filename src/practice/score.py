"""Recovered against planted: what each notebook of the practice study found, beside the truth.

Pure: tables and truth tables in, rows of ``scores`` out.  A share is recovered when the truth lies inside its
interval; a yes/no recovery is scored by precision and recall.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

COLUMNS = ["quantity", "planted", "recovered", "low", "high", "n", "verdict"]
GOOD = 0.95  # precision or recall below this is told as a miss


def row(
    quantity: str,
    planted: float,
    recovered: float,
    *,
    n: int,
    verdict: str,
    low: float = np.nan,
    high: float = np.nan,
) -> dict[str, object]:
    """One row of scores."""
    return dict(zip(COLUMNS, (quantity, float(planted), float(recovered), low, high, int(n), verdict), strict=True))


def retrieval(quantity: str, planted: set, found: set) -> list[dict[str, object]]:
    """Recall and precision of a set of things found against the set planted.

    >>> [(r["quantity"], r["recovered"]) for r in retrieval("copies", {1, 2}, {2, 3})]
    [('copies: recall', 0.5), ('copies: precision', 0.5)]
    """
    rows = []
    for name, among in (("recall", planted), ("precision", found)):
        value = len(planted & found) / len(among) if among else np.nan
        verdict = "nothing to find" if not among else "recovered" if value >= GOOD else "missed in part"
        rows.append(row(f"{quantity}: {name}", 1.0, value, n=len(among), verdict=verdict))
    return rows


def interval(quantity: str, planted: float, found: pd.Series, *, n: int) -> dict[str, object]:
    """An estimate with its interval beside the truth.

    >>> interval("share", 0.2, pd.Series({"estimate": 0.25, "low": 0.1, "high": 0.4}), n=9)["verdict"]
    'inside the interval'
    """
    low, high = float(found["low"]), float(found["high"])
    if np.isnan(low):
        verdict = "no interval given"
    else:
        verdict = "inside the interval" if low <= planted <= high else "outside the interval"
    return row(quantity, planted, found["estimate"], n=n, low=low, high=high, verdict=verdict)


def collected(ledger: pd.DataFrame, truth_articles: pd.DataFrame, pages: pd.DataFrame) -> pd.DataFrame:
    """Pages fetched beside articles that could be reached."""
    reachable = set(truth_articles.loc[truth_articles["reachable"], "address"])
    fetched = set(pages.loc[pages["status"] == 200, "final_address"]) & set(truth_articles["address"])
    return pd.DataFrame(retrieval("articles fetched", reachable, fetched), columns=COLUMNS)


def cleaned(
    articles: pd.DataFrame, copies: pd.DataFrame, boilerplate: pd.DataFrame, truth: dict[str, pd.DataFrame]
) -> pd.DataFrame:
    """Dates, copies, origins, boilerplate, flags and relevance beside what was planted."""
    about = truth["truth_articles"].set_index("address")
    found = articles.merge(copies, on="article_id").set_index("address")
    both = about.index.intersection(found.index)
    about, found = about.loc[both], found.loc[both]
    rows = []
    dated = about["date_fault"].isin(["none"])
    same = (about["published"] - found["published"]).abs() <= pd.Timedelta(days=1)
    rows += share("dates right where the page gives one", same[dated])
    faulty = ~dated & about["date_fault"].isin(["conflict", "conflicting", "wrong"])
    rows += share("conflicting dates flagged", found.loc[faulty, "date_conflict"].astype(bool))
    rows += retrieval("pairs that copy one story", _pairs(about["copy_cluster"]), _pairs(found["copy_cluster"]))
    credited = about["credit"].isin(["byline", "dateline", "credit", "credit line", "line"])
    agency = about.loc[credited, "origin"] == found.loc[credited, "origin"]
    rows += share("origin of credited stories", agency)
    rows += share(
        "own stories not credited to an agency",
        found.loc[about["origin"] == "own", "origin"].isin(["own", "unknown"]),
    )
    lines = truth["truth_boilerplate"]
    planted = {(o, line) for o, line, n in lines[["outlet", "line", "n_pages"]].itertuples(index=False) if n >= 3}
    rows += _boilerplate(articles, planted)
    rows += retrieval("relevant articles", set(about.index[about["relevant"]]), set(found.index[found["relevant"]]))
    planted_flags = about["flags"].str.split().explode().dropna().unique()
    for flag in sorted({*planted_flags, *found["flags"].str.split().explode().dropna().unique()}):
        has = [set(t.index[t["flags"].str.split().map(lambda f: flag in f)]) for t in (about, found)]  # noqa: B023
        rows += retrieval(f"flag {flag}", *has)
    return pd.DataFrame(rows, columns=COLUMNS)


def _boilerplate(articles: pd.DataFrame, planted: set[tuple[str, str]]) -> list[dict[str, object]]:
    """Share of articles whose text still holds a planted recurring line (0 is wanted)."""
    left = 0
    for outlet, text in articles[["outlet", "text"]].dropna().itertuples(index=False):
        lines = {line.strip() for line in text.split("\n")}
        left += any(line in lines for place, line in planted if place == outlet)
    verdict = "recovered" if left == 0 else "missed in part"
    return [row("articles with a recurring line left in", 0.0, left, n=len(articles), verdict=verdict)]


def share(quantity: str, right: pd.Series) -> list[dict[str, object]]:
    """The share of a yes/no series that is right, as one row."""
    value = float(right.mean()) if len(right) else np.nan
    verdict = "nothing to find" if not len(right) else "recovered" if value >= GOOD else "missed in part"
    return [row(quantity, 1.0, value, n=len(right), verdict=verdict)]


def _pairs(clusters: pd.Series) -> set[tuple[str, str]]:
    """Pairs of addresses in one cluster."""
    pairs = set()
    for _, members in clusters.groupby(clusters):
        names = sorted(members.index)
        pairs |= {(a, b) for i, a in enumerate(names) for b in names[i + 1 :]}
    return pairs


def described(voices: pd.DataFrame, truth: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Share of words that are quoted, by outlet, beside the planted one."""
    about = truth["truth_articles"]
    passages = truth["truth_passages"].merge(
        about.loc[about["reachable"], ["address", "outlet"]], on="address", validate="many_to_one"
    )
    passages = passages[passages["relevant"]]
    words = passages.pivot_table(index="outlet", columns="voice", values="n_words", aggfunc="sum")
    planted = words["quoted"] / words.sum(axis=1)
    rows = []
    for outlet, share, n in voices[["outlet", "share quoted", "passages"]].itertuples(index=False):
        near = abs(share - planted[outlet]) <= 0.05
        verdict = "recovered" if near else "off by more than 5 points"
        rows.append(row(f"share quoted, {outlet}", planted[outlet], share, n=n, verdict=verdict))
    return pd.DataFrame(rows, columns=COLUMNS)


def levels(estimates: pd.DataFrame, effects: pd.DataFrame) -> pd.DataFrame:
    """Mean indicator rates by outlet beside the realised ones."""
    truth = effects[(effects["window"] == "all") & (effects["voice"] == "all") & (effects["scope"] == "all")]
    truth = truth.set_index(["quantity", "group"])["indicator_articles"]
    rows = []
    for _, found in estimates.iterrows():
        key = (found["quantity"], found["group"])
        if key in truth.index:
            rows.append(interval(f"{key[0]}, {key[1]}", truth[key], found, n=found["n_articles"]))
    return pd.DataFrame(rows, columns=COLUMNS)


def differences(estimates: pd.DataFrame, effects: pd.DataFrame) -> pd.DataFrame:
    """Differences between outlets beside the planted ones, all items and the first print of each story.

    ``indicator_planted`` is what a repeated draw would give on average: the quantity that an interval is about.
    """
    rows = []
    for scope, items in (("all", "all"), ("first", "originals")):
        levels_ = effects[(effects["window"] == "all") & (effects["voice"] == "all") & (effects["scope"] == scope)]
        truth = levels_.set_index(["quantity", "group"])["indicator_planted"]
        for _, found in estimates[estimates["items"] == items].iterrows():
            keys = [(found["quantity"], found[side]) for side in ("group", "reference")]
            if all(key in truth.index for key in keys):
                planted = truth[keys[0]] - truth[keys[1]]
                name = f"{found['quantity']}, {found['group']} − {found['reference']} ({items})"
                rows.append(interval(name, planted, found, n=found["n_articles"]))
    return pd.DataFrame(rows, columns=COLUMNS)


def changes(estimates: pd.DataFrame, effects: pd.DataFrame) -> pd.DataFrame:
    """Changes around events beside the planted ones."""
    rows = []
    truth = effects[
        (effects["voice"] == "all") & (effects["scope"] == "all") & effects["quantity"].str.startswith("effect:")
    ]
    truth = truth.set_index(["quantity", "group", "window"])["indicator_planted"]
    for _, found in estimates.iterrows():
        group = found["group"].replace("group:", "bloc:")
        key = (f"effect:{found['quantity']}", group, found["window"].removeprefix("event:"))
        if key in truth.index and not np.isnan(found["estimate"]):
            name = f"{found['quantity']}, {group}, {key[2]}"
            rows.append(interval(name, truth[key], found, n=found["n_articles"]))
    return pd.DataFrame(rows, columns=COLUMNS)


def non_effects(estimates: pd.DataFrame, shifted: set[tuple[str, str, str]]) -> pd.DataFrame:
    """What was found where nothing was planted: intervals clear of zero, and changes told once all are counted.

    Parameters
    ----------
    estimates : changes around events, columns of ``estimates``.
    shifted : (quantity, group, window) of every planted change; all others were planted as none.

    >>> rows = pd.DataFrame({"quantity": "volume", "group": list("ab"), "window": "event:x", "level": 0.95,
    ...                      "low": [-1.0, 0.5], "high": [1.0, 2.0], "q": [0.9, 0.04]})
    >>> found = non_effects(rows, {("volume", "b", "event:x")})
    >>> found[["recovered", "n", "verdict"]].values.tolist()
    [[0.0, 1, 'at its level'], [0.0, 1, 'none'], [1.0, 1, 'recovered']]
    """
    known = estimates[estimates["low"].notna()]
    keys = known[["quantity", "group", "window"]].itertuples(index=False, name=None)
    planted = pd.Series([key in shifted for key in keys], index=known.index, dtype=bool)
    clear, told = (known["low"] > 0) | (known["high"] < 0), known["q"] <= 1 - known["level"]
    rows = []
    if (~planted).any():
        level, wrong = 1 - float(known["level"].iloc[0]), float(clear[~planted].mean())
        verdict = "at its level" if wrong <= 2 * level else "too often"
        rows.append(row("none planted: intervals clear of zero", level, wrong, n=(~planted).sum(), verdict=verdict))
        n = int(told[~planted].sum())
        verdict = "none" if not n else "found where none is"
        rows.append(row("none planted: changes told (q)", 0, n, n=(~planted).sum(), verdict=verdict))
    if planted.any():
        found = float(clear[planted].mean())
        verdict = "recovered" if found >= GOOD else "missed in part"
        rows.append(row("planted: intervals clear of zero", 1, found, n=planted.sum(), verdict=verdict))
    return pd.DataFrame(rows, columns=COLUMNS)


def bursts(spells: pd.DataFrame, floods: set[tuple[str, str]]) -> pd.DataFrame:
    """Bursts found beside the days on which an outlet was flooded, (outlet, day); relevant items have no burst.

    >>> spells = pd.DataFrame({"outlet": ["a"], "counted": "collected", "kind": "burst",
    ...                        "first_day": ["2030-03-11"], "last_day": ["2030-03-17"]})
    >>> bursts(spells, {("a", "2030-03-14")})["recovered"].tolist()
    [1.0, 1.0, 0.0]
    """
    found = spells[spells["kind"] == "burst"]
    relevant = int((found["counted"] == "relevant").sum())
    n = int((spells["counted"] == "relevant").sum())
    hits = set()
    for one in found[found["counted"] == "collected"].itertuples():
        inside = [flood for flood in floods if flood[0] == one.outlet and one.first_day <= flood[1] <= one.last_day]
        hits.add(inside[0] if inside else (one.outlet, one.first_day))
    rows = retrieval("bursts of all originals", floods, hits)
    verdict = "none" if not relevant else "found where none is"
    rows.append(row("none planted: bursts of relevant originals", 0, relevant, n=n, verdict=verdict))
    return pd.DataFrame(rows, columns=COLUMNS)


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """How many rows of each verdict, by the kind of quantity before its first comma or colon."""
    kind = rows["quantity"].str.replace(r"[,:(].*$", "", regex=True).str.strip()
    table = pd.crosstab(kind, rows["verdict"])
    table.columns.name = None
    return table.rename_axis("quantity").reset_index()
