"""How much of the press study's headlines can be had back from what it ships.

    python benchmarks/headlines_release.py FOLDER       # the folder that studies/press/build.py reads

writes the tables of headlines_release.md: the counts as they lie in data/raw/press/counts, against the headlines.
Outlets are looked at together; nothing is read by outlet.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.data import tables
from helpers.data.corpus import Corpus
from helpers.pipeline import open_corpus
from helpers.pipeline.build_counts import with_texts
from helpers.study import load_study
from helpers.text.disclosure import candidate_ranks, in_address, released
from helpers.text.tokens import lemmas

SAME = {
    "articles": [
        "article_id", "genre", "day", "relevant", "analysed", "copy_cluster", "share_copied", "is_original", "origin",
    ],
    "indicator_hits": [],
    "indicator_measures": [],
    "volume": [],
    "daily_volume": [],
}  # fmt: skip
FORMS = {
    "all terms, as if nothing were withheld": ("whole", True),
    "what ships": ("shipped", True),
    "what ships, without lengths": ("shipped", False),
    "lengths and entities alone": ("entities", True),
}


def bags(counts: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Single terms of each item."""
    rows = counts[~counts["term"].str.contains(" |@")]
    totals = rows.groupby(["article_id", "term"])["count"].sum()
    return {key: part.droplevel(0).to_dict() for key, part in totals.groupby(level=0)}


def measured(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Ranks of the true headlines among candidates, how much can be had without any, and what comes out the same."""
    shipped = load_study("press")
    with tempfile.TemporaryDirectory() as workshop:
        corpus = open_corpus(with_texts(shipped, folder, Path(workshop)))
        articles, whole, equal = corpus.articles, corpus.counts, same(corpus)
        texts = corpus.table("cleaned").set_index("article_id")["text"]
    articles = articles[articles["outlet"].isin(list(shipped.headlines))].set_index("article_id")
    articles["words"] = [
        [word for word in lemmas(texts[key], language) if word] for key, language in articles["language"].items()
    ]
    whole = whole[whole["article_id"].isin(articles.index)]
    sent = tables.read(shipped.raw / "counts", "counts")
    sent = sent[sent["article_id"].isin(articles.index)]
    pool = articles["outlet"] + " " + articles["month"].fillna("")
    return ranked(articles.assign(pool=pool), whole, sent), had(articles, whole, sent), equal


def same(corpus: Corpus) -> pd.DataFrame:
    """Tables made from the texts beside those made from what ships."""
    shipped = open_corpus("press")
    rows = []
    for name, columns in SAME.items():
        one, two = (other.table(name)[columns or list(tables.SCHEMAS[name].columns)] for other in (corpus, shipped))
        rows.append({"table": name, "columns": ", ".join(columns) or "all", "rows": len(one), "equal": one.equals(two)})
    return pd.DataFrame(rows)


def ranked(articles: pd.DataFrame, whole: pd.DataFrame, sent: pd.DataFrame) -> pd.DataFrame:
    """The true one among all items of its outlet's month that the file holds."""
    held = {"whole": bags(whole), "shipped": bags(sent)}
    keys = list(held["whole"])
    held["entities"] = {key: {} for key in keys}
    common = {name: frozenset(term for bag in of.values() for term in bag) for name, of in held.items()}
    rows = []
    for form, (name, with_lengths) in FORMS.items():
        lengths = {key: len(articles.at[key, "words"]) for key in keys} if with_lengths else None
        of = {key: held[name].get(key, {}) for key in keys}
        ranks = candidate_ranks(of, articles[["pool", "words"]], common=common[name], lengths=lengths)
        rivals = ranks[ranks["n_candidates"] >= 10]
        rows.append(
            {
                "shared": form,
                "items": len(rivals),
                "candidates, median": rivals["n_candidates"].median(),
                "first": (rivals["rank"] == 1).mean(),
                "first three": (rivals["rank"] <= 3).mean(),
            }
        )
    return pd.DataFrame(rows)


def had(articles: pd.DataFrame, whole: pd.DataFrame, sent: pd.DataFrame) -> pd.DataFrame:
    """Without candidates: words, their order, and what the address tells."""
    rows = []
    terms = sent.groupby("article_id")["term"].agg(set)
    for key in whole["article_id"].unique():
        one = articles.loc[key]
        given = released(one["words"], terms.get(key, set()), language=one["language"])
        slug = in_address(one["words"], one["address"], language=one["language"])
        rows.append({"language": one["language"], **given, "address": slug})
    table = pd.DataFrame(rows)
    table["run of 4"] = table["run"] >= 4
    table["most in address"] = table["address"] >= 0.5
    of = table.groupby("language")
    shown = of[["words", "content", "whole", "pairs", "run of 4", "address", "most in address"]].mean()
    return shown.assign(items=of.size(), longest=of["run"].max()).reset_index()


def markdown(table: pd.DataFrame) -> str:
    shown = table.map(lambda value: f"{value:.3f}" if isinstance(value, float | np.floating) else f"{value}")
    lines = ["| " + " | ".join(row) + " |" for row in shown.to_numpy()]
    return "\n".join(["| " + " | ".join(table.columns) + " |", "|" + "---|" * len(table.columns), *lines]) + "\n"


def main() -> None:
    path = Path(__file__).with_suffix(".md")
    text = path.read_text(encoding="utf-8") if path.exists() else "<!-- ranks --><!-- had -->"
    for name, table in zip(("ranks", "had", "same"), measured(Path(sys.argv[1])), strict=True):
        before, _, after = text.partition(f"<!-- {name} -->")
        after = after.partition(f"<!-- end of {name} -->")[2] or after
        text = f"{before}<!-- {name} -->\n{markdown(table)}<!-- end of {name} -->{after}"
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
