"""Counts of the press study that reconcile: the shared files read with pandas alone, beside the study's own tables.

    python benchmarks/press_counts.py FOLDER        # the folder that studies/press/build.py reads

writes press_counts.md.  The first half imports nothing of helpers; hosts are read from study.yml as plain YAML.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import yaml

ROOT = Path(__file__).resolve().parents[1]
ARCHIVES = {"english-feeds": "english", "seoul-feeds": "seoul", "cctv-evening-news": "cctv"}
OTHER = "(other hosts)"
COMPARED = ("items", "in the file", "repeated", "DPRK")
ALONE = ("lost in cleaning", "articles", "copies", "analysed", "items on days kept", "analysed on days kept")


def independent(folder: Path) -> pd.DataFrame:
    """Counts by outlet from the shared files."""
    study = yaml.safe_load((ROOT / "studies" / "press" / "study.yml").read_text(encoding="utf-8"))
    sources = {source["path"]: source for source in study["sources"] if source["kind"] == "archive"}
    blocks, volumes = [], []
    for path, source in sources.items():
        rows = pd.read_json(next(folder.glob(source["glob"])), lines=True, dtype=False, convert_dates=False)
        volume = pd.read_csv(folder / f"{ARCHIVES[path]}-items-by-day.csv.gz")
        own = source.get("outlets") or {source["outlet"]: source["outlet"]}
        for table in (rows, volume):
            table["outlet"] = table["outlet"].map(own).fillna(OTHER)
        rows["where"] = rows["url"] if "url" in rows else rows["published"]
        blocks.append(rows)
        volumes.append(volume)
    items = pd.concat(blocks, ignore_index=True)
    items["repeat"] = items.duplicated(["outlet", "where", "title"]) & (items["outlet"] != OTHER)
    first = items[~items["repeat"]]
    table = pd.DataFrame(
        {
            "items": pd.concat(volumes).groupby("outlet")["items"].sum(),
            "in the file": items["outlet"].value_counts(),
            "repeated": items.groupby("outlet")["repeat"].sum(),
            "DPRK": first.groupby("outlet")["names_dprk"].sum(),
            "both": first.groupby("outlet")["names_both"].sum(),
        }
    )
    return table.fillna(0).astype(int)


def of_the_study() -> pd.DataFrame:
    """The same from the study's tables."""
    from helpers.pipeline import open_corpus
    from helpers.pipeline.known_volume import known_volume

    corpus = open_corpus("press")
    volume, articles = corpus.archive_volume, corpus.articles
    by = volume.pivot_table(index="outlet", columns="outcome", values="n_items", aggfunc="sum", fill_value=0)
    by = by.rename(index={"unknown": OTHER})
    relevant, lost = articles[articles["relevant"]], corpus.clean_ledger.query("outcome != 'kept'")
    days = corpus.daily_volume
    table = pd.DataFrame(
        {
            "items": pd.Series({key: items.sum() for key, items in known_volume(corpus.study).days.items()}),
            "in the file": by.sum(axis=1),
            "repeated": by.get("duplicate", 0),
            "DPRK": by["kept"],
            "lost in cleaning": lost["outlet"].value_counts(),
            "articles": articles["outlet"].value_counts(),
            "relevant": relevant["outlet"].value_counts(),
            "copies": relevant[~relevant["is_original"]]["outlet"].value_counts(),
            "analysed": articles[articles["analysed"]]["outlet"].value_counts(),
            "items on days kept": days.groupby("outlet")["n_published"].sum(),
            "analysed on days kept": days[days["observed"]].groupby("outlet")["n_relevant"].sum(),
        }
    )
    return table.fillna(0).astype(int)


def page(ours: pd.DataFrame, theirs: pd.DataFrame) -> str:
    """Both beside each other, and where they differ."""
    rows = ours.join(theirs, how="outer", suffixes=(" ", "  ")).fillna(0).astype(int)
    table = pd.DataFrame(index=rows.index)
    for name in COMPARED:
        one, two = rows[f"{name} "], rows[f"{name}  "]
        table[name] = [f"{a:,}" if a == b else f"{a:,} / {b:,}" for a, b in zip(one, two, strict=True)]
    pairs = zip(rows["both"], rows["relevant"], strict=True)
    table["both"] = [f"{a:,}" if a == b else f"{a:,} / {b:,}" for a, b in pairs]
    for name in ALONE:
        table[name] = [f"{n:,}" for n in rows[name]]
    order = rows["both"].sort_values(ascending=False, kind="stable").index
    totals = rows.sum()
    pairs = [(f"{name} ", f"{name}  ") for name in COMPARED] + [("both", "relevant")]
    sums = [f"{totals[one]:,} / {totals[two]:,}" for one, two in pairs]
    head = f"| all | {' | '.join([*sums, *(f'{totals[name]:,}' for name in ALONE)])} |\n"
    lines = [f"| {key} | " + " | ".join(table.loc[key]) + " |" for key in order]
    columns = ["outlet", *table.columns]
    return f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}\n{head}" + "\n".join(lines) + "\n"


def main() -> None:
    path = Path(__file__).with_suffix(".md")
    text = path.read_text(encoding="utf-8") if path.exists() else "# Counts that reconcile\n\n<!-- table -->\n"
    before, _, after = text.partition("<!-- table -->\n")
    _, _, after = after.partition("<!-- end of table -->\n")
    made = page(independent(Path(sys.argv[1])), of_the_study())
    path.write_text(f"{before}<!-- table -->\n{made}<!-- end of table -->\n{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
