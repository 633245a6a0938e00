"""From what was looked for to what is analysed: tables of the way and its losses, as a reader sees them."""

from __future__ import annotations

import pandas as pd

from helpers.copies import reprints as clean_reprints
from helpers.data import ledger, tables
from helpers.data.corpus import load_corpus, observed_months
from helpers.pipeline.counts import shared_counts
from helpers.show import sentences as prose
from helpers.study import Study

EXAMPLE = 70  # characters of a line that a table shows
WITHHELD = "withheld"


def outlets(study: Study) -> pd.DataFrame:
    """Who speaks, from where, and how their items were chosen."""
    rows = [
        {
            "outlet": outlet.name,
            "country": outlet.country,
            "language": outlet.language,
            "ownership": outlet.ownership,
            "time zone": outlet.timezone,
            "chosen by": outlet.sampling,
            "collected": "; ".join(f"{start} to {end}" for start, end in outlet.collected) or "whole period",
        }
        for outlet in study.outlets.values()
    ]
    return pd.DataFrame(rows)


def calendar(study: Study) -> pd.DataFrame:
    """Items found and kept by outlet and month, with whether collection worked (`observed`).

    Returns
    -------
    DataFrame: outlet, month, n_collected, n_lost, observed; every month of the study's period
    """
    books = tables.read(study.processed, "ledger")
    found = books[(books["stage"] == "collect") & books["month"].notna()]
    kept = found["outcome"] == ledger.KEPT
    counts = pd.DataFrame(
        {
            "n_collected": found[kept].groupby(["outlet", "month"]).size(),
            "n_lost": found[~kept].groupby(["outlet", "month"]).size(),
        }
    )
    observed = observed_months(study)
    table = counts.reindex(pd.MultiIndex.from_frame(observed[["outlet", "month"]])).fillna(0).astype(int).reset_index()
    return table.assign(observed=observed["observed"])


def sources(study: Study) -> pd.DataFrame:
    """Where each outlet's items were looked for, and what came of it."""
    books = tables.read(study.processed, "ledger")
    collected = books[books["stage"] == "collect"]
    lists = collected["outcome"].str.startswith(ledger.LIST_FAILED)
    rows = []
    for outlet in study.outlets.values():
        own = collected["outlet"] == outlet.id
        kept = int((own & (collected["outcome"] == ledger.KEPT)).sum())
        rows.append(
            {
                "outlet": outlet.name, "looked for in": "; ".join(_places(study, outlet.id)),
                "found": int((own & ~lists).sum()), "collected": kept, "lists that failed": int((own & lists).sum()),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _places(study: Study, outlet: str) -> list[str]:
    """Kinds of list of an outlet with their number, or the files that hold its items."""
    found, counted = [], shared_counts(study)
    for source in study.sources:
        if source.outlet not in (None, outlet) or source.kind == "counts":
            continue
        if source.kind != "web":
            found.append(("counts of " if counted else f"{source.kind}: ") + source.path.name)
        parts = {"feed": source.feeds, "sitemap": source.sitemaps, "page": source.front}
        found += [prose.count(len(lists), kind) for kind, lists in parts.items() if lists]
        found += [*([f"list {source.addresses.name}"] if source.addresses else []), *source.services]
    return found or ["shared counts"]


def losses(study: Study) -> pd.DataFrame:
    """What collection lost, by outlet and reason, with the months that it fell in."""
    books = tables.read(study.processed, "ledger")
    lost = books[(books["stage"] == "collect") & (books["outcome"] != ledger.KEPT)]
    if lost.empty:
        return pd.DataFrame([{"outlet": "none", "reason": "–", "items": 0, "months": "–"}])
    grouped = lost.groupby(["outlet", "outcome"])
    table = pd.DataFrame({"items": grouped.size(), "months": grouped["month"].agg(_months_told)}).reset_index()
    table["reason"] = table["outcome"].str.replace("_", " ")
    return table[["outlet", "reason", "items", "months"]]


def _months_told(months: pd.Series) -> str:
    """First and last month of a loss; an item that no list dates has none."""
    known = months.dropna()
    if known.empty:
        return "unknown"
    span = known.min() if known.min() == known.max() else f"{known.min()} to {known.max()}"
    undated = len(months) - len(known)
    return span + (f", {undated:,} undated" if undated else "")


def boilerplate(study: Study) -> pd.DataFrame:
    """Lines removed, by outlet and kind: how many, in how many articles the commonest stood, and which that is."""
    lines = tables.read(study.processed, "boilerplate").sort_values(["n_articles", "line"], ascending=[False, True])
    if lines.empty:
        return pd.DataFrame([{"outlet": "none", "kind": "–", "lines": 0, "most articles": 0, "for example": "–"}])
    grouped = lines.groupby(["outlet", "kind"])
    table = pd.DataFrame({"lines": grouped.size(), "most articles": grouped["n_articles"].max()})
    withheld = shared_counts(study)
    table["for example"] = [WITHHELD if withheld else _short(line) for line in grouped["line"].first()]
    return table.reset_index()


def _short(line: str) -> str:
    """The beginning of a line; Chinese has no spaces to cut at."""
    return line if len(line) <= EXAMPLE else line[: EXAMPLE - 1].rstrip() + "…"


def reprints(study: Study) -> pd.DataFrame:
    """Who prints whose stories, as `helpers.copies.reprints.reprints` tells it."""
    articles = tables.read(study.processed, "articles").set_index("article_id")
    return clean_reprints.reprints(tables.read(study.processed, "copies"), articles["outlet"])


def outcomes(study: Study, stage: str) -> pd.DataFrame:
    """What became of the items that reached a stage: an outlet a row, an outcome a column."""
    books = tables.read(study.processed, "ledger")
    table = ledger.summary(books[books["stage"] == stage]).droplevel("stage").T
    table.columns = [name.replace("_", " ") for name in table.columns]
    return table.rename_axis("outlet").reset_index()


def dates(study: Study) -> pd.DataFrame:
    """Where each outlet's dates come from, and how many conflict or are missing."""
    articles = tables.read(study.processed, "articles")
    grouped = articles.groupby(["outlet", "date_source", "date_precision"])
    table = pd.DataFrame(
        {
            "articles": grouped.size(),
            "conflicting": grouped["date_conflict"].sum(),
            "missing": grouped["published"].apply(lambda published: int(published.isna().sum())),
        }
    )
    return table.reset_index()


def flags(study: Study) -> pd.DataFrame:
    """Articles that carry each flag, by outlet, with the words that earned it once; one row that says so if none."""
    carried = tables.read(study.processed, "flags")
    if carried.empty:
        return pd.DataFrame([{"flag": "none", "outlet": "–", "articles": 0, "for example": "–"}])
    articles = tables.read(study.processed, "articles")[["article_id", "outlet"]]
    grouped = tables.join(carried, articles, "article_id").groupby(["flag", "outlet"])
    withheld = WITHHELD if shared_counts(study) else "–"
    examples = [_short(evidence) or withheld for evidence in grouped["evidence"].first()]
    return pd.DataFrame({"articles": grouped.size(), "for example": examples}).reset_index()


def funnel(study: Study) -> pd.DataFrame:
    """From items found to the articles that are analysed, by outlet, with their sum."""
    books = tables.read(study.processed, "ledger")
    books = books[~books["outcome"].str.startswith(ledger.LIST_FAILED)]
    kept = books[books["outcome"] == ledger.KEPT].groupby(["outlet", "stage"]).size().unstack(fill_value=0)
    everything, analysed = load_corpus(study), load_corpus(study, relevant_only=True)
    table = pd.DataFrame(
        {
            "found": books[books["stage"] == "collect"].groupby("outlet").size(),
            "collected": kept.get("collect"),
            "articles": everything.groupby("outlet").size(),
            "with a relevant passage": everything[everything["relevant"]].groupby("outlet").size(),
            "analysed": analysed.groupby("outlet").size(),
            "originals among them": analysed[analysed["is_original"]].groupby("outlet").size(),
        }
    )
    others = sorted(set(table.index) - set(study.outlets))
    table = table.reindex([*study.outlets, *others]).fillna(0).astype(int)
    table.loc["all"] = table.sum()
    return table.rename_axis("outlet").reset_index()
