"""A made-up German study, from an export to counts, in a process of its own with the folder of this file added.

``python tried.py FOLDER CHECKOUT``: the study is drafted in FOLDER from the templates of CHECKOUT; what was made is
printed as one line of JSON.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import shutil
import sys
from pathlib import Path

from helpers.text import languages

languages.add_folder(Path(__file__).parent)  # before anything else reads a language

from helpers.copies import credit  # noqa: E402
from helpers.extract import author_names, machine_line, parse_date, relative_date  # noqa: E402
from helpers.pipeline import open_corpus  # noqa: E402
from helpers.study import load_study  # noqa: E402
from helpers.study.draft import draft_study  # noqa: E402

STATES = {
    "RUS": {"de": ("Russland", "russisch", "Moskau", "Putin")},
    "PRK": {"de": ("Nordkorea", "nordkoreanisch", "Pjöngjang", "Kim Jong Un")},
}
PARAGRAPHS = (
    "Russlands Präsident und Nordkoreas Machthaber Kim Jong Un haben am 19. Juni einen Vertrag unterzeichnet. Die "
    "Straßen in Pjöngjang waren z. B. gesperrt.",
    "„Wir werden unsere Freunde niemals im Stich lassen“, sagte der russische Außenminister Iwan Petrow in Pjöngjang.",
    "»Die Verträge dienen dem Frieden in der ganzen Region«, so Nordkoreas Botschafter Kim Min.",
    "Die sogenannte „Partnerschaft“ mit Putins Regierung wurde von nordkoreanischen Medien gelobt.",
)


def export(folder: Path) -> Path:
    """Sixty articles of two outlets, each with a paragraph on something else."""
    path = folder / "artikel.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["url", "outlet", "date", "headline", "text", "byline"])
        for i in range(60):
            outlet = ("bote", "kurier")[i % 2]
            paragraphs = [
                f"Es war Tag {i}. {paragraph} Das war im Jahr {1900 + i}." for paragraph in PARAGRAPHS[i % 3 :]
            ]
            text = "\n\n".join([*paragraphs, f"Im Hafen von Halle {i} lag Schnee am Ufer, und niemand kam in Booten."])
            day = f"{1 + i % 28}. {('Januar', 'März', 'Mai')[i % 3]} 2024, 14.05 Uhr"
            rows.writerow(
                [f"https://{outlet}.example/{i}", outlet, day, f"Meldung {i}", text, "Von Ada Byron und Jana Groß"]
            )
    return path


def main(folder: Path, checkout: Path) -> None:
    """Draft the study, make its tables as far as counts, and print what they hold."""
    shutil.copytree(checkout / "studies" / "template", folder / "studies" / "template")
    template = folder / "studies" / "template" / "study.yml"
    named = template.read_text(encoding="utf-8").replace("USA: {", "USA: {de: [USA, amerikanisch, Washington], ")
    template.write_text(named, encoding="utf-8")  # a template's entities need names in the new language too
    draft_study("hafen", export(folder), root=folder, states=STATES)
    study = load_study("hafen", root=folder)
    corpus = open_corpus(study, may_ask=True, say=lambda line: None)
    articles, passages, counts = corpus.articles, corpus.passages, corpus.counts
    terms = counts.groupby("term")["count"].sum()
    quoted = corpus.speech[corpus.speech["voice"] == "quoted"]
    made = {
        "languages": list(study.languages),
        "articles": len(articles),
        "published": str(articles["published"].min()),
        "detected": sorted(passages["language"].unique()),
        "speakers": sorted(quoted["speaker"].dropna().unique()),
        "relevant": round(float(passages["relevant"].mean()), 2),
        "entities": {term: int(n) for term, n in terms.items() if term.startswith("@")},
        "lemmas": [term for term in ("vertrag", "nordkoreanisch", "russland", "unterzeichnen") if term in terms],
    }
    retrieved = dt.datetime(2024, 6, 20, 10, tzinfo=dt.UTC)
    made |= {
        "dates": [
            parse_date("Mittwoch, 19. Jänner 2024 um 9.30 Uhr MEZ", "UTC")[0].isoformat(),
            relative_date("vor drei Tagen", retrieved, "Europe/Berlin"),
            relative_date("gestern, 14:05 Uhr", retrieved, "Europe/Berlin")[0].isoformat(),
        ],
        "authors": author_names("Von Ada Byron und Jana Groß, Redakteurin"),
        "credit": credit("BERLIN, 19. Juni (dpa) - Der Vertrag ist da.", None),
        "machine": machine_line("Dieser Text wurde mit Hilfe von künstlicher Intelligenz erstellt."),
    }
    print(json.dumps(made, ensure_ascii=False))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
