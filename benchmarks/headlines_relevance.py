"""Are headlines that name both states about the two, and others missed?  `python benchmarks/headlines_relevance.py`.

Needs the feeds (`headlines_items.py`).  `headlines_relevance.csv` holds what was read: stratum, label, how much.
The rules were tuned on keys that end on an even digit; the page reports both halves.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from headlines_items import PAIR, arguments, entities, read_items

from helpers.text.passing import EARLY, in_passing
from helpers.text.relevance import entities_named

SEED, DRAWS = 20230913, 2000
HERE = Path(__file__).with_suffix("")
NEAR = [("2023-08-30", "2023-11-01"), ("2025-08-28", "2025-10-15")]
# words that may stand for the other state, or for what the two deal in, where its name is not an alias
CUES = {
    "en": r"Ukrain|\btrain|Wagner|Prigozhin|artiller|\bshells\b|ammunition|munitions|spaceport|cosmodrome|Siberia|"
    r"Far East|arms deal|\btrip\b|travel|Soviet|Stalin|Zelensk|Kyiv|autocrat|Vostok|Amur|Khabarovsk|Sakhalin|Sputnik|"
    r"UN envoy|veto|axis|summit",
    "ko": "러|우크라|파병|푸틴|쿠르스크|모스크바|소련|열병식|나토|북중러|3각|전용열차",
}
HINTS = {
    "en": r"\bKims?\b|Korea|\bNK\b|Vostochny|Khasan|Tumen|armou?red train|Jong|Pyong|Rason|Wonsan|hermit|Juche",
    "ko": r"(?=.*(?:러|푸틴|파병|쿠르스크))(?=.*(?:북[^부한서대동극아구유]|파병|평양|조선))",
}
STRATA = {
    "both": "names both",
    "both, drawn": "names both, not by the feeds' expression",
    "one, cue": "names the DPRK alone, with a word that may hint at Russia",
    "one, near": "names the DPRK alone, near the events of September 2023 and 2025",
    "one, else": "names the DPRK alone, elsewhere",
    "hint": "does not name the DPRK, and holds a word that may hint at it",
}
NEW = "러"  # the alias that reading added: names in one syllable stand alone in Korean headlines
RULES = ("before", f"with {NEW}", "not in passing", "both")


def stratum(items: pd.DataFrame, named: pd.Series) -> pd.Series:
    """Where each item was drawn from; blank where nothing hints at the DPRK."""
    text = items["title"] + " " + items["standfirst"]
    hint, cue = _holds(text, items["language"], HINTS, case=True), _holds(text, items["language"], CUES, case=False)
    near = np.any(
        [items["published"].between(*pd.to_datetime(days, utc=True), inclusive="left") for days in NEAR], axis=0
    )
    both = named.map(lambda codes: set(PAIR) <= codes)
    one = named.map(lambda codes: "PRK" in codes)
    drawn = items["weight"] > 1
    rules = [both & ~drawn, both, one & cue, one & near, one, hint | (items["named"] & (items["language"] == "en"))]
    return pd.Series(np.select(rules, list(STRATA), ""), index=items.index)


def _holds(text: pd.Series, languages: pd.Series, patterns: dict[str, str], *, case: bool) -> pd.Series:
    """Whether each text holds what its language's pattern says."""
    parts = [part.str.contains(patterns[language], case=case) for language, part in text.groupby(languages)]
    return pd.concat(parts).reindex(text.index)


def verdicts(items: pd.DataFrame) -> pd.DataFrame:
    """What each rule calls relevant: the states' names as before, with `NEW`, and each without what is in passing."""
    before, now = (names_both(items, states) for states in (entities(without=NEW), entities()))
    about = in_passing(items, entities=entities(), pair=PAIR) == ""
    return pd.DataFrame(dict(zip(RULES, (before, now, before & about, now & about), strict=True)))


def names_both(items: pd.DataFrame, states: dict[str, dict[str, tuple[str, ...]]]) -> pd.Series:
    return named_in(items, states).map(lambda codes: set(PAIR) <= codes)


def named_in(items: pd.DataFrame, states: dict[str, dict[str, tuple[str, ...]]]) -> pd.Series:
    """Entities that headline or standfirst names."""
    parts = [
        entities_named(items[["language"]].assign(text=items[column]), entities=states)
        for column in ("title", "standfirst")
    ]
    return pd.Series([a | b for a, b in zip(*parts, strict=True)], index=items.index)


def estimate(
    read: pd.DataFrame, sizes: pd.Series, rule: str, rng: np.random.Generator
) -> dict[str, tuple[float, float, float]]:
    """Precision and recall with 95 % intervals: strata are resampled each on its own.

    A stratum read whole is not resampled; in one without a hit the share is drawn from Jeffreys' posterior; items that
    stand for others are drawn as often as a Poisson variable of mean one says.
    """
    strata = [_totals(part, sizes[name], rule, rng) for name, part in read.groupby("stratum")]
    hits, called, wanted = np.sum(strata, axis=0)
    shares = {"precision": hits / called, "recall": hits / wanted}
    return {name: (values[0], *np.quantile(values[1:], [0.025, 0.975])) for name, values in shares.items()}


def _totals(part: pd.DataFrame, size: int, rule: str, rng: np.random.Generator) -> np.ndarray:
    """A stratum's items that are relevant and called so, called so, relevant: as read, then resampled."""
    yes, called, n = (part["label"] == "yes").to_numpy(), part[rule].to_numpy(), len(part)
    times = np.ones((DRAWS + 1, n))
    if (part["weight"] > 1).any():
        times[1:] = np.where(part["weight"] > 1, rng.poisson(1, (DRAWS, n)), 1)
    elif n < size:
        times[1:] = rng.multinomial(n, np.full(n, 1 / n), size=DRAWS)
    scale = part["weight"].to_numpy() * (size / n)
    sums = np.array([times @ (scale * which) for which in (yes & called, called, yes)])
    if n < size and not yes.any():
        sums[2, 1:] += size * rng.beta(0.5, n + 0.5, DRAWS)
    return sums


def main() -> None:
    given = arguments(__doc__).parse_args()
    items = read_items(given.data)
    items["stratum"] = stratum(items, named_in(items, entities(without=NEW)))
    items["half"] = [int(key[-1], 16) % 2 for key in items["key"]]
    frame = items[items["stratum"] != ""]
    labels = pd.read_csv(HERE.with_suffix(".csv"), dtype={"key": str}, keep_default_na=False)
    read = labels.drop(columns="stratum").merge(frame, on="key", validate="one_to_one")
    lost = len(labels) - len(read)
    if lost:
        raise SystemExit(f"{lost} labelled items are not in {given.data}")
    read = read.join(verdicts(read))
    rng = np.random.default_rng(SEED)
    print(_counts(frame, read).to_string(), "\n")
    for language, half in ((a, b) for a in ("en", "ko", "") for b in (0, 1)):
        here, of = (t[(t["half"] == half) & t["language"].str.startswith(language)] for t in (read, frame))
        for rule in RULES:
            if language == "en" and rule in (RULES[1], RULES[3]):
                continue
            figures = estimate(here, of.groupby("stratum").size(), rule, rng)
            shown = "   ".join(f"{key} {a:.3f} [{b:.3f}, {c:.3f}]" for key, (a, b, c) in figures.items())
            print(f"{language or 'all':4}{'tuned' if half == 0 else 'reported':10}{rule:16}{shown}")
    print(f"\nEARLY = {EARLY}", _reasons(read).to_string(), sep="\n")


def _counts(frame: pd.DataFrame, read: pd.DataFrame) -> pd.DataFrame:
    """Strata: items of the feeds, items that they stand for, read, labels."""
    keys = ["language", "stratum"]
    table = frame.groupby(keys).agg(items=("key", "size"), stand_for=("weight", "sum"))
    table["read"] = read.groupby(keys).size()
    return table.join(read.groupby([*keys, "label"]).size().unstack("label")).fillna(0).astype(int)


def _reasons(read: pd.DataFrame) -> pd.DataFrame:
    """Of items that name both: why in passing, by label."""
    both = read[read[RULES[1]]]
    why = in_passing(both, entities=entities(), pair=PAIR).replace("", "kept")
    return pd.crosstab([both["language"], both["half"], why], both["label"])


if __name__ == "__main__":
    main()
