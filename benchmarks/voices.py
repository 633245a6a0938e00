"""How well quoted text and speakers are found, in five languages, on paragraphs written for this.

Run ``python benchmarks/voices.py``; it writes ``voices.md`` and ``voices.csv`` beside itself.  ``--misses`` shows what
goes wrong in the paragraphs that rules may be tuned on, and writes nothing.  The row "unseen" is what the key
``measured`` of a language's file says; a test holds the two equal.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent / "src"), str(HERE.parent / "tests")]

from gold_voices_hard import HELD_OUT, LOOKED_AT, PROSE, TUNED, Marked, marked  # noqa: E402

from helpers.text import quotations, split_voices  # noqa: E402

HALVES = {"tuned": TUNED, "looked at": LOOKED_AT, "held out": HELD_OUT, "prose": PROSE}
UNSEEN = ("held out", "prose")


def scores(rows: list[Marked]) -> dict[str, float]:
    """Precision and recall of quoted letters; shares of paragraphs right in every letter's voice, and in speakers.

    `named` are paragraphs for which a speaker is given, `right` those among them whose speakers are just the true ones.
    """
    given = [speaker(row.text) for row in rows]
    marks = [(letters(row.text, row.spans), letters(row.text, quotations(row.text))) for row in rows]
    both = sum(len(gold & mine) for gold, mine in marks)
    return {
        "paragraphs": len(rows),
        "precision": both / max(1, sum(len(mine) for _, mine in marks)),
        "recall": both / max(1, sum(len(gold) for gold, _ in marks)),
        "voices": sum(gold == mine for gold, mine in marks) / len(rows),
        "speakers": sum(who == row.speaker for who, row in zip(given, rows, strict=True)) / len(rows),
        "named": sum(who is not None for who in given),
        "right": sum(who is not None and who == row.speaker for who, row in zip(given, rows, strict=True)),
    }


def letters(text: str, spans: list[tuple[int, int]]) -> set[int]:
    """Places of the letters and digits within spans."""
    return {place for start, end in spans for place in range(start, end) if text[place].isalnum()}


def speaker(text: str) -> str | None:
    """All whom the passages of a paragraph name."""
    speech = [one for passage in split_voices(text) for one in passage.speech]
    return "; ".join(one.speaker for one in speech if one.voice == "quoted" and one.speaker) or None


def measured() -> pd.DataFrame:
    """One row a language and half, and one for what nothing was tuned on."""
    rows = [
        {"language": code, "half": half} | scores(marked(lines))
        for half, languages in HALVES.items()
        for code, lines in languages.items()
    ]
    rows += [
        {"language": code, "half": "unseen"} | scores([row for half in UNSEEN for row in marked(HALVES[half][code])])
        for code in PROSE
    ]
    return pd.DataFrame(rows)


def misses() -> None:
    """What goes wrong where looking is allowed."""
    for half in ("tuned", "looked at"):
        for code, lines in HALVES[half].items():
            for row in marked(lines):
                spans = quotations(row.text)
                if letters(row.text, spans) != letters(row.text, row.spans) or speaker(row.text) != row.speaker:
                    print(code, "|", row.speaker, "|", speaker(row.text), "|", row.text)
                    print("    ", [row.text[start:end] for start, end in spans])


def report(table: pd.DataFrame, day: date) -> str:
    """The page of results."""
    shown = table.assign(
        **{name: table[name].map("{:.3f}".format) for name in ("precision", "recall", "voices", "speakers")}
    )
    lines = ["| " + " | ".join(map(str, row)) + " |" for row in shown.itertuples(index=False, name=None)]
    head = ["| " + " | ".join(shown.columns) + " |", "|" + " --- |" * len(shown.columns)]
    return INTRODUCTION.format(day=day) + "\n".join([*head, *lines]) + "\n"


INTRODUCTION = """# Voices

`python benchmarks/voices.py`, {day}. Paragraphs of `tests/gold_voices_hard.py`, all invented, by one author.

* *tuned*: rules were written on these. *held out*: the same forms with other words. *looked at*: newspapers'
  sentences that rules were tuned on later. *prose*: more of those, scored only. *unseen*: held out and prose together.
* precision, recall: of quoted letters. voices: paragraphs with every letter in its voice. speakers: paragraphs with
  just the speakers that are named in them, nobody included. named, right: paragraphs given a speaker, and rightly.

One author, short paragraphs, and the sums of all halves were seen while rules were written: the figures tell which
forms are read, and are no rate of errors in a newspaper.

"""

if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--misses", action="store_true")
    if arguments.parse_args().misses:
        misses()
    else:
        results = measured()
        results.round(4).to_csv(HERE / "voices.csv", index=False)
        (HERE / "voices.md").write_text(report(results, date.today()), encoding="utf-8")
        print(results.round(3).to_string(index=False))
