"""Sentences and tables of results, written from `estimates` by rule; no number in them is typed."""

from __future__ import annotations

import math

import pandas as pd

from helpers import ledger, prose, tables
from helpers.compare.events import overlapping
from helpers.compare.universes import choices_of, summarise
from helpers.stages.corpus import load_corpus
from helpers.study import Study
from helpers.views.measures import indicator_voices, name_of, topic_languages, topic_stability, topics

SHOWN = 8  # findings a list holds


def findings(study: Study, estimates: pd.DataFrame) -> list[str]:
    """One sentence for each difference, by rule (`prose.finding`), in the order given."""
    return [
        prose.finding(row, measure=name_of(study, row["quantity"]), **_sides(study, row))
        for _, row in estimates.iterrows()
    ]


def _sides(study: Study, row: pd.Series) -> dict[str, str]:
    return {side: study.called(row[side]) for side in ("group", "reference")}


def differences(estimates: pd.DataFrame, *, planned: bool) -> pd.DataFrame:
    """Differences between outlets over the period, all voices and items, planned ones or the others."""
    whole = (estimates["window"] == "period") & (estimates["voice"] == "all") & (estimates["items"] == "all")
    shown = whole & (estimates["reference"] != "") & (estimates["planned"] == planned)
    return estimates[shown & (estimates["method"] != "held back")].reset_index(drop=True)


def clearest(rows: pd.DataFrame, n: int) -> pd.DataFrame:
    """The `n` rows with an interval whose p is smallest."""
    known = rows[rows["low"].notna()]
    return known.sort_values(["p", "quantity", "group", "reference"]).head(n)


def main_differences(estimates: pd.DataFrame) -> pd.DataFrame:
    """Planned differences, then the clearest of the others whose q is at most .05."""
    others = differences(estimates, planned=False)
    others = clearest(others[others["q"] <= 0.05], SHOWN)
    return pd.concat([differences(estimates, planned=True), others], ignore_index=True)


def plan_sentences(study: Study, planned: pd.DataFrame) -> list[str]:
    """When the plan was dated, and how much of it could be estimated."""
    if study.plan is None:
        return ["This study has no plan, so every comparison below is exploratory."]
    n = sum(len(c.groups) * (len(c.groups) - 1) // 2 for c in study.plan.comparisons)
    return [
        f"The plan is dated {study.plan.dated}: {prose.count(n, 'comparison')}, of which {len(planned)} can be estimated here."
    ]


def difference_table(study: Study, rows: pd.DataFrame) -> pd.DataFrame:
    """Differences in points with interval, q, sample, check state and method."""
    table = [
        {
            "measure": name_of(study, row["quantity"]),
            "outlet": _sides(study, row)["group"],
            "beside": _sides(study, row)["reference"],
            "points": 100 * row["estimate"],
            "low": 100 * row["low"],
            "high": 100 * row["high"],
            "q": row["q"],
            "smallest detectable": 100 * row["smallest"],
            "articles": row["n_articles"],
            "clusters": row["n_clusters"],
            "check": row["checks"],
            "note": row["note"],
        }
        for _, row in rows.iterrows()
    ]
    columns = [
        "measure",
        "outlet",
        "beside",
        "points",
        "low",
        "high",
        "q",
        "smallest detectable",
        "articles",
        "clusters",
    ]
    return pd.DataFrame(table, columns=[*columns, "check", "note"])


def detectable(power: pd.DataFrame) -> pd.DataFrame:
    """Smallest detectable difference by pair: median and range over the indicator sets, in points."""
    grouped = power.assign(points=100 * power["smallest"]).groupby(["group", "reference"])
    table = grouped["points"].agg(["min", "median", "max"])
    table["articles"], table["clusters"] = grouped["n_articles"].max(), grouped["n_clusters"].max()
    return table.reset_index().rename(columns={"group": "outlet", "reference": "beside"})


def levels(estimates: pd.DataFrame, *, kind: str, largest: int | None = None) -> pd.DataFrame:
    """Means by outlet of one kind of measure, all voices and items; the `largest` measures if asked."""
    whole = (estimates["window"] == "period") & (estimates["voice"] == "all") & (estimates["items"] == "all")
    rows = estimates[whole & (estimates["reference"] == "") & estimates["quantity"].str.startswith(f"{kind}:")]
    if largest is not None:
        top = rows.groupby("quantity")["estimate"].max().sort_index().nlargest(largest, keep="first").index
        rows = rows[rows["quantity"].isin(top)]
    return rows.reset_index(drop=True)


def level_title(study: Study, rows: pd.DataFrame) -> str:
    """The highest level in a figure, in words."""
    row = rows.loc[rows["estimate"].idxmax()]
    outlet = study.outlets[row["group"]].name
    return f"Highest: {name_of(study, row['quantity'])} in {outlet}, {prose.share(row['estimate'])} of passages"


def copies_matter(study: Study, estimates: pd.DataFrame, n: int = 8) -> pd.DataFrame:
    """Differences that change most when copies are left out."""
    return _beside(study, estimates, "items", "all", "originals", {"voice": "all"}, n)


def voices_matter(study: Study, estimates: pd.DataFrame, n: int = 8) -> pd.DataFrame:
    """Differences that change most when quotation is left out."""
    return _beside(study, estimates, "voice", "all", "outlet", {"items": "all"}, n)


def _beside(
    study: Study, estimates: pd.DataFrame, column: str, one: str, two: str, fixed: dict[str, str], n: int
) -> pd.DataFrame:
    keys = ["quantity", "group", "reference"]
    rows = estimates[(estimates["window"] == "period") & (estimates["reference"] != "") & estimates["estimate"].notna()]
    for name, value in fixed.items():
        rows = rows[rows[name] == value]
    sides = [rows[rows[column] == value].set_index(keys)[["estimate", "low", "high"]] for value in (one, two)]
    both = sides[0].join(sides[1], how="inner", lsuffix=f" {one}", rsuffix=f" {two}")
    both["moved"] = (both[f"estimate {one}"] - both[f"estimate {two}"]).abs()
    both = both.sort_values("moved", ascending=False, kind="stable").head(n).reset_index()
    table = pd.DataFrame({"measure": [name_of(study, quantity) for quantity in both["quantity"]]})
    for side in ("group", "reference"):
        table["outlet" if side == "group" else "beside"] = [study.outlets[o].name for o in both[side]]
    for value, told in ((one, one), (two, two)):
        table[told] = [_told(row, value) for _, row in both.iterrows()]
    return table


def _told(row: pd.Series, value: str) -> str:
    low, high = row[f"low {value}"], row[f"high {value}"]
    inner = f"{100 * low:.1f} to {100 * high:.1f}" if not math.isnan(low) else "no interval"
    return f"{100 * row[f'estimate {value}']:.1f} ({inner})".replace("-", prose.MINUS)


def held_back(study: Study, estimates: pd.DataFrame) -> list[str]:
    """Comparisons that are not shown, by reason."""
    rows = estimates[
        (estimates["method"] == "held back") & (estimates["voice"] == "all") & (estimates["items"] == "all")
    ]
    if rows.empty:
        return ["No comparison was held back."]
    return [
        f"- {prose.count(len(part), 'comparison')} of {prose.count(part['quantity'].nunique(), 'measure')} held back: {reason}."
        for reason, part in rows.groupby("note", sort=True)
    ]


def keyness_sentences(study: Study, keyness: pd.DataFrame) -> list[str]:
    """For each pair: words flagged by the clustered test and by the plain one."""
    if keyness.empty:
        return ["No two outlets of one language have enough relevant articles to contrast their words."]
    sentences = []
    for (one, two), rows in keyness.groupby(["target", "reference"], sort=False):
        plain = prose.share(float((rows["z_model"].abs() > 1.96).mean()))
        ours = prose.count(int((rows["q"] <= 0.05).sum()), "word")
        pair = f"{study.outlets[one].name} beside {study.outlets[two].name}"
        tested = prose.count(len(rows), "word")
        sentences.append(f"- {pair}: {tested} tested, {ours} with q at most .05; the plain score would flag {plain}.")
    return sentences


def keyness_top(keyness: pd.DataFrame, n: int) -> pd.DataFrame:
    """The words clearest of zero on each side of the pair with most tested words."""
    sizes = keyness.groupby(["target", "reference"], sort=False).size()
    one, two = sizes.idxmax()
    rows = keyness[(keyness["target"] == one) & (keyness["reference"] == two)]
    sides = [rows[rows["delta"] > 0], rows[rows["delta"] < 0]]
    return pd.concat([side.sort_values(["p", "term"]).head(n) for side in sides], ignore_index=True)


def keyness_title(study: Study, keyness: pd.DataFrame) -> str:
    """How many words set the figure's two outlets apart."""
    one, two = keyness.groupby(["target", "reference"], sort=False).size().idxmax()
    rows = keyness[(keyness["target"] == one) & (keyness["reference"] == two)]
    n = prose.count(int((rows["q"] <= 0.05).sum()), "word")
    return f"{n} of {len(rows):,} set {study.outlets[one].name} and {study.outlets[two].name} apart at q ≤ .05"


def keyness_articles(study: Study, keyness: pd.DataFrame) -> pd.DataFrame:
    """The relevant articles of the figure's two outlets."""
    pair = keyness.groupby(["target", "reference"], sort=False).size().idxmax()
    corpus = load_corpus(study, relevant_only=True)
    return corpus[corpus["outlet"].isin(pair)]


def topic_findings(study: Study) -> list[str]:
    """What was modelled, the largest topics, and which of them are steady."""
    sentences = topic_languages(study)
    table = topics(study)
    if table.empty:
        return sentences
    largest = table.sort_values("prevalence", ascending=False).head(3)
    told = [f"{row['first terms'].split(', ')[0]} ({prose.share(row['prevalence'])})" for _, row in largest.iterrows()]
    sentences.append(f"- The largest topics, by first term and mean share: {prose.listing(told)}.")
    steady = topic_stability(study)
    kept = int((steady["samples"] >= 0.5).sum())
    sentences.append(
        f"- {kept} of {prose.count(len(steady), 'topic')} keep at least half their first terms in other samples."
    )
    named = table[table["remark"] != ""]
    if len(named):
        sentences.append(
            f"- Not subjects but registers: {prose.listing(named['topic'].tolist())} (one source carries each)."
        )
    return sentences


def topic_range_sentence(study: Study) -> str:
    """The recommended range of the number of topics, in words; the sheet's own rule."""
    sheet = tables.read(study.processed, "topic_range")
    rows = sheet[sheet["quantity"] == "recommended"]
    if rows.empty:
        return "No language has enough articles for topics"
    told = [
        f"{row['language']}: {row['low']:.0f}–{row['high']:.0f}"
        for _, row in rows.drop_duplicates("language").iterrows()
    ]
    return f"Defensible numbers of topics: {prose.listing(told)}"


def indicator_findings(study: Study) -> list[str]:
    """The highest rate of each outlet, and the largest gap between voices."""
    from helpers.views.measures import indicator_rates

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
            f"- Lowest {quantity}: {prose.share(worst['value'])} for {name} in `{worst['language']}` (n = {worst['n']:,})."
        )
    return sentences


def event_rows(changes: pd.DataFrame, *, quantity: str) -> pd.DataFrame:
    """Changes around events of the volume, or of the indicators."""
    return changes[changes["quantity"].str.startswith(quantity) & changes["window"].str.startswith("event:")]


def event_table(study: Study, rows: pd.DataFrame) -> pd.DataFrame:
    """Changes around events with interval, sample and note."""
    titles = {f"event:{event.id}": f"{event.day} {event.title}" for event in study.events}
    points = 1 if rows["quantity"].eq("volume").all() else 100
    table = pd.DataFrame(
        {
            "event": [titles[window] for window in rows["window"]],
            "outlet": [study.called(group) for group in rows["group"]],
            "measure": [name_of(study, quantity) for quantity in rows["quantity"]],
            "change": points * rows["estimate"].to_numpy(),
            "low": points * rows["low"].to_numpy(),
            "high": points * rows["high"].to_numpy(),
            "articles": rows["n_articles"].to_numpy(),
            "note": rows["note"].to_numpy(),
        }
    )
    return table.drop(columns="measure") if points == 1 else table


def event_overlaps(study: Study) -> list[str]:
    """Events whose windows overlap, so that their changes cannot be told apart."""
    days = {event.id: pd.Timestamp(event.day) for event in study.events}
    pairs = overlapping(days, study.analysis.event_window_days)
    n = prose.count(int((pairs["told_apart"] == "no").sum()), "pair")
    window = f"{study.analysis.event_window_days} days"
    return [f"{n} of events stand closer than the window of {window}: what follows one may belong to the other."]


def volume_title(study: Study, volume: pd.DataFrame) -> str:
    """How many event-outlet changes in volume are clear of zero."""
    known = volume[volume["low"].notna()]
    clear = int(((known["low"] > 0) | (known["high"] < 0)).sum())
    return f"Volume changed clearly in {clear} of {prose.count(len(known), 'event window')} that could be observed"


def monthly_title(study: Study) -> str:
    """The busiest month."""
    from helpers.views.corpus import monthly

    row = monthly(study).dropna(subset=["n"]).nlargest(1, "n").iloc[0]
    return f"Busiest: {study.outlets[row['outlet']].name}, {row['month']}, {prose.count(int(row['n']), 'relevant article')}"


def event_findings(study: Study, estimates: pd.DataFrame) -> list[str]:
    """Changes clear of zero after correction, or that there are none; and what could not be observed."""
    rows = estimates[estimates["window"].str.startswith("event:")]
    known, refused = rows[rows["low"].notna()], rows[rows["low"].isna()]
    clear = known[known["q"] <= 0.05].sort_values(["q", "window", "group", "quantity"])
    titles = {f"event:{event.id}": event.title for event in study.events}
    sentences = []
    for _, row in clear.head(SHOWN).iterrows():
        what = "relevant originals a day" if row["quantity"] == "volume" else name_of(study, row["quantity"])
        size = (
            f"{row['estimate']:+.2f}".replace("-", prose.MINUS)
            if row["quantity"] == "volume"
            else prose.points(row["estimate"])
        )
        sentences.append(
            f"- {titles[row['window']]}, {study.called(row['group'])}: {what} {size} (q = {row['q']:.3f})."
        )
    if clear.empty:
        sentences.append(
            f"- None of {prose.count(len(known), 'change')} is clear of zero once all are counted (q at most .05)."
        )
    sentences.append(
        f"- {prose.count(len(refused), 'change')} could not be estimated: too few observed days or articles on a side."
    )
    return sentences


def universe_summary(study: Study, universes: pd.DataFrame) -> pd.DataFrame:
    """For each comparison: how many universes agree, and which choice moves the answer most."""
    rows = []
    for (quantity, group, reference), part in universes.groupby(["quantity", "group", "reference"], sort=False):
        if part["estimate"].isna().all():
            continue
        found = summarise(part, choices=choices_of(part.drop(columns=["quantity", "group", "reference"])))
        moved = found["by_choice"]
        rows.append(
            {
                "measure": name_of(study, quantity),
                "outlet": study.outlets[group].name,
                "beside": study.outlets[reference].name,
                "universes": found["n_universes"],
                "median, points": 100 * found["median"],
                "same sign": prose.share(found["same_sign"]),
                "clear of zero": prose.share(found["clear_of_zero"]),
                "moved most by": f"{moved.index[0]} ({prose.share(moved.iloc[0])} of variance)" if len(moved) else "–",
            }
        )
    columns = [
        "measure",
        "outlet",
        "beside",
        "universes",
        "median, points",
        "same sign",
        "clear of zero",
        "moved most by",
    ]
    return pd.DataFrame(rows, columns=columns)


def choices(grid: dict[str, list], why: dict[str, str]) -> pd.DataFrame:
    """The declared choices and their options."""
    return pd.DataFrame([{"choice": name, "options": ", ".join(o), "why": why[name]} for name, o in grid.items()])


def first_comparison(universes: pd.DataFrame) -> pd.DataFrame:
    """The universes of the first comparison."""
    keys = ["quantity", "group", "reference"]
    return universes[(universes[keys] == universes.iloc[0][keys]).all(axis=1)]


def robustness(universes: pd.DataFrame) -> str:
    """``87 % of 64 universes agree in sign`` for one comparison."""
    found = summarise(universes, choices=[])
    return f"{prose.share(found['same_sign'])} of {found['n_universes']} universes agree in sign"


def curve_title(study: Study, universes: pd.DataFrame) -> str:
    """One comparison's robustness as a figure's title."""
    row = universes.iloc[0]
    sides = _sides(study, row)
    return f"{name_of(study, row['quantity'])}, {sides['group']} beside {sides['reference']}: {robustness(universes)}"


def robustness_findings(study: Study, universes: pd.DataFrame) -> list[str]:
    """One sentence a comparison, by rule."""
    sentences = []
    for (quantity, group, reference), part in universes.groupby(["quantity", "group", "reference"], sort=False):
        if part["estimate"].isna().all():
            continue
        sides = _sides(study, part.iloc[0])
        found = summarise(part, choices=[])
        clear = prose.share(found["clear_of_zero"])
        sentences.append(
            f"- {name_of(study, quantity)}, {sides['group']} beside {sides['reference']}: {robustness(part)}, "
            f"in {clear} with an interval clear of zero."
        )
    return sentences or ["- No planned comparison can be estimated here, so there is nothing to vary."]


def topic_universes(study: Study, table: pd.DataFrame) -> pd.DataFrame:
    """The widest topic difference at each number of topics, in points."""
    if table.empty:
        return pd.DataFrame([{"n_topics": "–", "topic": "no language has enough articles"}])
    told = table.assign(points=100 * table["estimate"], low=100 * table["low"], high=100 * table["high"])
    for side in ("group", "reference"):
        told[side] = [study.outlets[outlet].name for outlet in told[side]]
    return told[["language", "n_topics", "topic", "group", "reference", "points", "low", "high"]]


def opening(study: Study) -> list[str]:
    """Two or three sentences on what was read and how sure one may be."""
    corpus = load_corpus(study, relevant_only=True)
    books = tables.read(study.processed, "ledger")
    found = int((books["stage"] == "collect").sum())
    lost = found - int(((books["stage"] == "clean") & (books["outcome"] == ledger.KEPT)).sum())
    outlets = prose.listing([outlet.name for outlet in study.outlets.values()])
    return [
        f"{prose.count(len(corpus), 'article')} of {outlets} bear on the question, {prose.span(corpus['published'])}; "
        f"{prose.count(corpus['copy_cluster'].nunique(), 'story', 'stories')} once copies are told apart. "
        f"They were found among {prose.count(found, 'item')}, of which {lost:,} were lost on the way, each with its reason in the ledger.",
    ]


def cautions(study: Study) -> list[str]:
    """What the reader must not conclude, from the study's own tables."""
    estimates = tables.read(study.processed, "estimates")
    held = estimates[estimates["method"] == "held back"]
    corpus = load_corpus(study, relevant_only=True)
    few = [study.outlets[o].name for o in study.outlets if (corpus["outlet"] == o).sum() < 30]
    keyword = [outlet.name for outlet in study.outlets.values() if outlet.sampling == "keyword"]
    states = sorted(set(estimates["checks"]))
    sentences = [
        f"- Check state of every share: {prose.listing([f'`{state}`' for state in states])}; indicators are not frames."
    ]
    if few:
        sentences.append(
            f"- {prose.listing(few)}: fewer than 30 relevant articles, so most of their intervals are wide or refused."
        )
    if keyword:
        sentences.append(
            f"- {prose.listing(keyword)}: items chosen by keyword, so volumes do not compare with the others'."
        )
    if len(held):
        sentences.append(
            f"- {prose.count(held['quantity'].nunique(), 'measure')} not compared across languages: error not known in each."
        )
    sentences.append(
        "- A difference in words is not proof of intent, and a change after an event is not yet its effect."
    )
    return sentences


def placebos(study: Study, table: pd.DataFrame) -> pd.DataFrame:
    """The rank of each real change among changes at quiet dates, where there is any."""
    titles = {event.id: f"{event.day} {event.title}" for event in study.events}
    known = table[table["rank"] > 0] if len(table) else table
    if known.empty:
        return pd.DataFrame([{"event": "none", "note": "no outlet was observed long enough for a quiet date"}])
    told = known.assign(event=known["event"].map(titles), outlet=[study.outlets[o].name for o in known["outlet"]])
    names = {"change": "change a day", "n_placebos": "placebos", "n_apart": "of them apart"}
    return told[["event", "outlet", "change", "rank", "n_placebos", "n_apart", "p"]].rename(columns=names)
