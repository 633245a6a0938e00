"""Are copies among headlines told from stories in own words?  `python benchmarks/headlines_copies.py`.

Needs the feeds (`headlines_items.py`).  `headlines_copies.csv` holds pairs that were read, by keys: whose (one outlet's
or two), stratum, whether it was drawn among pairs that a first version of the rule joined, weight, label.  A pair is
joined when both stand in one cluster.  Tuned on pairs whose hash ends on an even digit; the page reports both halves.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
from headlines_items import arguments, entities, read_items
from headlines_relevance import NEW, named_in, stratum

from helpers.copies.headlines import WINDOW_DAYS, find_headline_copies
from helpers.copies.near_duplicates import find_copies

SEED, DRAWS = 20230915, 2000
HERE = Path(__file__).with_suffix("")
RULES = ("articles' rule", "headlines' rule")


def clusters(items: pd.DataFrame) -> dict[str, pd.Series]:
    """Copy cluster of each item by each rule."""
    items = items.set_index("key")
    none = pd.Series(None, index=items.index, dtype=object)
    whole = items["title"] + "\n\n" + items["standfirst"]
    when, outlets = items["published"], items["outlet"]
    before = find_copies(whole, when, outlets, none, window_days=WINDOW_DAYS, containment=0.3)
    now = find_headline_copies(items["title"], items["standfirst"], when, outlets, none)
    tables = zip(RULES, (before, now), strict=True)
    return {rule: table.set_index("article_id")["copy_cluster"] for rule, table in tables}


def estimate(pairs: pd.DataFrame, rule: str, rng: np.random.Generator) -> dict[str, tuple[float, float, float]]:
    """Precision and recall with 95 % intervals, each stratum resampled on its own."""
    copy, joined = (pairs["label"] == "copy").to_numpy(), pairs[rule].to_numpy()
    times = np.ones((DRAWS + 1, len(pairs)))
    for places in pairs.groupby(["stratum", "again"]).indices.values():
        times[1:, places] = rng.multinomial(len(places), np.full(len(places), 1 / len(places)), size=DRAWS)
    weights = times * pairs["weight"].to_numpy()
    both, called, wanted = (weights @ which for which in (copy & joined, joined, copy))
    shares = {"precision": both / np.maximum(called, 1e-9), "recall": both / np.maximum(wanted, 1e-9)}
    return {name: (values[0], *np.quantile(values[1:], [0.025, 0.975])) for name, values in shares.items()}


def half(row: tuple[str, str]) -> int:
    return int(hashlib.sha256(" ".join(row).encode()).hexdigest()[-1], 16) % 2


def main() -> None:
    items = read_items(arguments(__doc__).parse_args().data)
    named = named_in(items, entities(without=NEW)).map(lambda codes: "PRK" in codes)
    items = items[named & (stratum(items, named_in(items, entities(without=NEW))) != "")]
    pairs = pd.read_csv(HERE.with_suffix(".csv"), keep_default_na=False)
    pairs["half"] = [half(row) for row in pairs[["key_a", "key_b"]].itertuples(index=False, name=None)]
    outlet = items.set_index("key")["outlet"]
    print(f"{len(items)} items, {len(pairs)} pairs read")
    for rule, cluster in clusters(items).items():
        pairs[rule] = pairs["key_a"].map(cluster).to_numpy() == pairs["key_b"].map(cluster).to_numpy()
        copies = cluster[cluster != cluster.index]
        own = (copies.index.map(outlet) == copies.map(outlet).to_numpy()).sum()
        print(f"{rule}: {len(copies)} items join an earlier one, {own} of them of the same outlet")
    print(pairs.groupby(["outlets", "stratum", "again", "label"]).size().unstack("label").fillna(0).astype(int))
    rng = np.random.default_rng(SEED)
    for outlets in ("two", "one"):
        for part in (0, 1):
            here = pairs[(pairs["outlets"] == outlets) & (pairs["half"] == part)]
            for rule in RULES:
                shown = "   ".join(
                    f"{k} {a:.3f} [{b:.3f}, {c:.3f}]" for k, (a, b, c) in estimate(here, rule, rng).items()
                )
                print(f"{outlets} {'reported' if part else 'tuned':9} {len(here):4} {rule:16} {shown}")


if __name__ == "__main__":
    main()
