"""Sentences about results, written from `estimates` by rule; no number in them is typed."""

from __future__ import annotations

import pandas as pd

from helpers.data import ledger, tables
from helpers.data.corpus import gap_share, load_corpus
from helpers.show import sentences as prose
from helpers.study import Study
from helpers.views.corpus import monthly
from helpers.views.measures import indicator_rates, indicator_voices, name_of
from helpers.views.results import differences, main_differences, sides

FEW_ARTICLES = 30  # fewer make an interval wide, and lead no title


def findings(study: Study, estimates: pd.DataFrame) -> list[str]:
    """One sentence for each difference, by rule (`prose.finding`), in the order given."""
    return [
        prose.finding(row, measure=name_of(study, row["quantity"]), rests=rests(study, row), **sides(study, row))
        for _, row in estimates.iterrows()
    ]


def rests(study: Study, row: pd.Series) -> str:
    """What a difference rests on: copies, months not collected, what could be detected, the check, and the plan."""
    outlets = [outlet for side in ("group", "reference") for outlet in study.members(row[side])]
    copies = 1 - row["n_originals"] / row["n_articles"]
    parts = [
        f"{prose.share(copies)} copies",
        f"{prose.share(gap_share(study, outlets))} of outlet-months not collected",
    ]
    if pd.notna(row["smallest"]):
        parts.append(f"detectable {100 * row['smallest']:.1f}")
    return ", ".join([*parts, f"`{row['checks']}`", "planned" if row["planned"] else "exploratory"])


def difference_findings(study: Study, estimates: pd.DataFrame) -> list[str]:
    """The planned differences and the clearest others as bullets; or that none is clear, and how large one could be."""
    shown = main_differences(estimates)
    if len(shown):
        return [f"- {sentence}" for sentence in findings(study, shown)]
    every = differences(estimates, planned=False)
    known = every[every["low"].notna()]
    if known.empty:
        return ["- No two outlets could be compared: too few clusters, or no measure that both may be compared by."]
    most = prose.points(float(known[["low", "high"]].abs().to_numpy().max()), sign=False)
    n = prose.count(len(known), "difference")
    return [f"- None of {n} is clear of zero once all are counted; the widest interval leaves room for {most}."]


def plan_sentences(study: Study, planned: pd.DataFrame) -> list[str]:
    """When the plan was dated, and how much of it could be estimated."""
    if study.plan is None:
        return ["This study has no plan, so every comparison below is exploratory."]
    n = sum(len(c.groups) * (len(c.groups) - 1) // 2 for c in study.plan.comparisons)
    return [
        f"The plan is dated {study.plan.dated}: {prose.count(n, 'comparison')}, "
        f"of which {len(planned)} can be estimated here."
    ]


def level_title(study: Study, rows: pd.DataFrame) -> str:
    """The highest level in a figure, in words; outlets of a handful of articles do not lead."""
    enough = rows[rows["n_articles"] >= FEW_ARTICLES]
    row = rows.loc[(enough if len(enough) else rows)["estimate"].idxmax()]
    outlet = study.outlets[row["group"]].name
    return f"Highest: {name_of(study, row['quantity'])} in {outlet}, {prose.share(row['estimate'])} of passages"


def held_back(study: Study, estimates: pd.DataFrame) -> list[str]:
    """Comparisons that are not shown, by reason."""
    rows = estimates[
        (estimates["method"] == "held back") & (estimates["voice"] == "all") & (estimates["items"] == "all")
    ]
    if rows.empty:
        return ["No comparison was held back."]
    return [
        f"- {prose.count(len(part), 'comparison')} of {prose.count(part['quantity'].nunique(), 'measure')} "
        f"held back: {reason}."
        for reason, part in rows.groupby("note", sort=True)
    ]


def indicator_findings(study: Study) -> list[str]:
    """The highest rate of each outlet, and the largest gap between voices."""
    rates = indicator_rates(study).set_index("indicators of")
    sentences = []
    for outlet in rates.columns:
        known = rates[outlet].dropna()
        if len(known):
            sentences.append(
                f"- {study.outlets[outlet].name}: most in {known.idxmax()} ({prose.share(known.max())} of passages)."
            )
    voices = indicator_voices(study)
    if len(voices):
        row = voices.loc[(voices["quoted"] - voices["outlet"]).abs().idxmax()]
        gap = prose.points(row["quoted"] - row["outlet"])
        n = prose.count(int(row["n_articles"]), "article")
        sentences.append(
            f"- Quoted speech differs most from the outlets' own in {row['indicator']}: {gap} ({n} with both voices)."
        )
    return sentences


def validation_findings(study: Study, lint: pd.DataFrame) -> list[str]:
    """What the codebook's examples showed and what is known of error."""
    failed = int((lint["kind"] == "example").sum())
    checks = tables.read(study.processed, "measure_checks")
    checks = checks[checks["quantity"].isin(["precision", "recall"])]
    sentences = [f"- {prose.count(failed, 'example')} of the codebook came out otherwise than claimed."]
    if checks.empty:
        return [
            *sentences,
            "- No passage has been judged: every measure is `described`, and none is compared across languages.",
        ]
    for quantity, rows in checks.groupby("quantity"):
        worst = rows.loc[rows["value"].idxmin()]
        name = name_of(study, worst["measure"])
        sentences.append(
            f"- Lowest {quantity}: {prose.share(worst['value'])} for {name} in `{worst['language']}` "
            f"(n = {worst['n']:,})."
        )
    return sentences


def monthly_title(study: Study) -> str:
    """The busiest month."""
    row = monthly(study).dropna(subset=["n"]).nlargest(1, "n").iloc[0]
    n = prose.count(int(row["n"]), "relevant article")
    return f"Busiest: {study.outlets[row['outlet']].name}, {row['month']}, {n}"


def opening(study: Study) -> list[str]:
    """Two or three sentences on what was read and how sure one may be."""
    corpus = load_corpus(study, relevant_only=True)
    books = tables.read(study.processed, "ledger")
    found = int((books["stage"] == "collect").sum())
    lost = found - int(((books["stage"] == "clean") & (books["outcome"] == ledger.KEPT)).sum())
    outlets = prose.listing([outlet.name for outlet in study.outlets.values()])
    return [
        f"{prose.count(len(corpus), 'article')} of {outlets} bear on the question, {prose.span(corpus['day'])}; "
        f"{prose.count(corpus['copy_cluster'].nunique(), 'story', 'stories')} once copies are told apart. "
        f"They were found among {prose.count(found, 'item')}, of which {lost:,} were lost on the way, "
        "each with its reason in the ledger.",
    ]


def cautions(study: Study) -> list[str]:
    """What the reader must not conclude, from the study's own tables."""
    estimates = tables.read(study.processed, "estimates")
    held = estimates[estimates["method"] == "held back"]
    corpus = load_corpus(study, relevant_only=True)
    few = [study.outlets[o].name for o in study.outlets if (corpus["outlet"] == o).sum() < FEW_ARTICLES]
    keyword = [outlet.name for outlet in study.outlets.values() if outlet.sampling == "keyword"]
    states = sorted(set(estimates["checks"]))
    listed = prose.listing([f"`{state}`" for state in states])
    sentences = [f"- Check state of every share of indicators and topics: {listed}; these are not frames."]
    if len(tables.read(study.processed, "frame_shares")):
        sentences.append(
            "- Shares of frames are `corrected` for what coders would have said, not for what they all miss."
        )
    if few:
        sentences.append(
            f"- {prose.listing(few)}: fewer than {FEW_ARTICLES} relevant articles, "
            "so most of their intervals are wide or refused."
        )
    if keyword:
        sentences.append(
            f"- {prose.listing(keyword)}: items chosen by keyword, so volumes do not compare with the others'."
        )
    if len(held):
        sentences.append(
            f"- {prose.count(held['quantity'].nunique(), 'measure')} not compared across languages: "
            "error not known in each."
        )
    sentences.append(
        "- A difference in words is not proof of intent, and a change after an event is not yet its effect."
    )
    return sentences
