"""Are indicators answered fast enough for a large study?  `python benchmarks/frames_speed.py`.

A made corpus of 100,000 passages in five languages and the codebook of the shipped studies, fourteen frames.  Ours
reads counts, as a study does; the peer is a plain Python loop that searches each passage's text with a regular
expression for every term of every rule; it is given every fifth article, and its time multiplied.  Both in processes
of their own, one thread; on the articles that both read, their answers must be the same.  Writes `frames_speed.md`.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import platform
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import scipy

from helpers.frames.codebook import Codebook
from helpers.frames.indicators import carried, rates, score
from helpers.study import load_study

HERE = Path(__file__).parent
PASSAGES = 100_000
WORDS = 60  # of a passage
IN_ARTICLE = 5  # passages
EVERY = 5  # of the articles, one is read by the loop
FILLERS = 20_000  # other words, by Zipf's law
SHARE = 0.08  # of places taken by a term of some rule, a name among them
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
MOST_SECONDS, MOST_MB, LEAST_RATIO = 20, 1_000, 20


def codebook(folder: Path) -> tuple[Codebook, tuple[str, ...]]:
    """The fourteen frames with their rules in five languages, read by `make`: neither method needs the analysers."""
    return pickle.loads((folder / "codebook.pickle").read_bytes())


def make(folder: Path, n: int) -> None:
    """Write `n` made passages as text and as counts; a name stands in the text as its code."""
    study = load_study("world-press", root=HERE.parent)
    book, languages = study.codebook, study.languages
    (folder / "codebook.pickle").write_bytes(pickle.dumps((book, languages)))
    rng = np.random.default_rng(1)
    share = 1 / np.arange(5, FILLERS + 5)
    share /= share.sum()
    tables, counted = [], []
    for place, language in enumerate(languages):
        numbers = np.arange(place, n, len(languages))
        texts = written(rng, book, language, len(numbers), share)
        article = [f"{language}{number // (IN_ARTICLE * len(languages)):06d}" for number in numbers]
        position = numbers // len(languages) % IN_ARTICLE
        voice = np.where(rng.random(len(numbers)) < 0.3, "quoted", "outlet")
        tables.append(pd.DataFrame({"article_id": article, "position": position, "n_words": WORDS, "text": texts}))
        tables[-1]["n_words_quoted"] = np.where(voice == "quoted", WORDS, 0)
        tables[-1]["language"] = language
        starts: dict[str, list[tuple[str, ...]]] = {}
        for phrase in book.phrases(language):
            starts.setdefault(phrase.split(" ")[0], []).append(tuple(phrase.split(" ")))
        bags = [bag(text.split(" "), starts) for text in texts]
        rows = (
            tables[-1][["article_id", "position"]]
            .assign(voice=voice)
            .iloc[np.repeat(np.arange(len(bags)), [len(b) for b in bags])]
        )
        terms, numbers_of = [t for b in bags for t in b], [c for b in bags for c in b.values()]
        counted.append(rows.assign(term=pd.Series(terms, index=rows.index, dtype="str"), count=numbers_of))
    pd.concat(tables, ignore_index=True).assign(relevant=True).to_parquet(folder / "passages.parquet")
    pd.concat(counted, ignore_index=True).to_parquet(folder / "counts.parquet")


def written(rng: np.random.Generator, book: Codebook, language: str, n: int, share: np.ndarray) -> list[str]:
    """Passages of words that mean nothing, with terms of the rules strewn in."""
    terms = sorted({term for _, one in book.indicators(language) for term in (*one.all, *one.none)})
    names = [term for term in terms if term[0] == "@"]
    words = np.array([f"w{word}" for word in range(FILLERS)], dtype=object)[rng.choice(FILLERS, (n, WORDS), p=share)]
    strewn, named = rng.random((n, WORDS)) < SHARE, rng.random((n, WORDS)) < 0.4
    for among, where in ((terms, strewn & ~named), (names, strewn & named)):
        words[where] = np.array(among, dtype=object)[rng.integers(len(among), size=int(where.sum()))]
    return [" ".join(row) for row in words]


def bag(words: list[str], starts: dict[str, list[tuple[str, ...]]]) -> Counter[str]:
    """Words and listed phrases, counted as `helpers.text.counts` counts them."""
    found = Counter(words)
    for at, word in enumerate(words):
        for phrase in starts.get(word, ()):
            if tuple(words[at : at + len(phrase)]) == phrase:
                found[" ".join(phrase)] += 1
    return found


def ours(folder: Path) -> tuple[pd.DataFrame, float]:
    """What fired, and the seconds that firing, rates in every voice and what carried them took."""
    book, _ = codebook(folder)
    counts = pd.read_parquet(folder / "counts.parquet")
    columns = ["article_id", "position", "language", "n_words", "n_words_quoted", "relevant"]
    passages = pd.read_parquet(folder / "passages.parquet", columns=columns)
    languages = passages.drop_duplicates("article_id").set_index("article_id")["language"]
    before = time.process_time()
    fired = score(counts, book, languages)
    rates(fired, passages, codebook=book, languages=languages)
    carried(fired[fired["voice"] == "all"])
    fired = fired[fired["voice"] == "all"]
    return fired[["article_id", "position", "frame", "indicator"]], time.process_time() - before


def loop(folder: Path) -> tuple[pd.DataFrame, float]:
    """The same rules on the texts, one search a term."""
    book, languages = codebook(folder)
    passages = pd.read_parquet(folder / "passages.parquet")
    passages = passages[read_by_loop(passages["article_id"])]
    before = time.process_time()
    rules = {
        language: [(code, one.text, [_pattern(t) for t in one.all], [_pattern(t) for t in one.none])
                   for code, one in book.indicators(language)]
        for language in languages
    }  # fmt: skip
    found = []
    for row in passages.itertuples(index=False):
        for code, name, wanted, guards in rules[row.language]:
            if all(one.search(row.text) for one in wanted) and not any(one.search(row.text) for one in guards):
                found.append((row.article_id, row.position, code, name))
    seconds = (time.process_time() - before) * EVERY
    return pd.DataFrame(found, columns=["article_id", "position", "frame", "indicator"]), seconds


def read_by_loop(articles: pd.Series) -> np.ndarray:
    """Whether the loop is given each article."""
    return (articles.str[2:].astype(int) % EVERY == 0).to_numpy()


def _pattern(term: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\S){re.escape(term)}(?!\S)")


def run(method: str, folder: Path) -> dict[str, float]:
    """CPU seconds and the process's memory at its peak; what fired is written for `main` to compare."""
    if method == "make":
        make(folder, int(folder.name.split("-")[-1]))
        return {}
    table, seconds = {"ours": ours, "loop": loop}[method](folder)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    table.sort_values(list(table.columns), ignore_index=True).to_parquet(folder / f"{method}.parquet")
    return {"seconds": seconds, "peak_mb": peak, "fired": len(table)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=PASSAGES)
    parser.add_argument("--one", nargs=2)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(run(given.one[0], Path(given.one[1]))))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / f"made-{given.passages}"
        folder.mkdir()
        found = {}
        for method in ("make", "ours", "loop"):  # each alone, so that no peak is another's
            command = [sys.executable, __file__, "--one", method, str(folder)]
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=os.environ | ONE_THREAD, check=True)
            found[method] = json.loads(done.stdout)
            print(method, found[method], flush=True)
        del found["make"]
        own, peer = (pd.read_parquet(folder / f"{method}.parquet") for method in ("ours", "loop"))
        own = own[read_by_loop(own["article_id"])].reset_index(drop=True)
        pd.testing.assert_frame_equal(own, peer, check_dtype=False)
        book, languages = codebook(folder)
        n_counts = len(pd.read_parquet(folder / "counts.parquet", columns=["position"]))
    (HERE / "frames_speed.md").write_text(page(given.passages, n_counts, found, book, languages), encoding="utf-8")


def page(n: int, n_counts: int, found: dict[str, dict[str, float]], book: Codebook, languages: tuple[str, ...]) -> str:
    """The results as a page."""
    rules = {language: len(book.indicators(language)) for language in languages}
    own, peer = found["ours"], found["loop"]
    ratio = peer["seconds"] / own["seconds"]
    told = {True: "reached", False: "**missed**"}
    return "\n".join([
        HEAD.format(python=platform.python_version(), numpy=np.__version__, pandas=pd.__version__,
                    scipy=scipy.__version__, n=n, frames=len(book.frames), counts=n_counts, words=WORDS, every=EVERY,
                    rules=", ".join(f"{number} in {language}" for language, number in rules.items())),
        "| method | CPU s | peak MB | indicators fired |", "|---|---|---|---|",
        f"| ours, from counts: firing, rates in three voices, what carried them | {own['seconds']:.2f} | "
        f"{own['peak_mb']:,.0f} | {own['fired']:,} |",
        f"| loop, from text: firing alone, × {EVERY} | {peer['seconds']:.1f} | {peer['peak_mb']:,.0f} | "
        f"{peer['fired']:,} |",
        "", "| aim | measured | |", "|---|---|---|",
        f"| under {MOST_SECONDS} s | {own['seconds']:.2f} s | {told[own['seconds'] < MOST_SECONDS]} |",
        f"| under {MOST_MB:,} MB, the whole process with its counts | {own['peak_mb']:,.0f} MB | "
        f"{told[own['peak_mb'] < MOST_MB]} |",
        f"| at least {LEAST_RATIO} × the loop | {ratio:.0f} × | {told[ratio >= LEAST_RATIO]} |", "",
        f"All {peer['fired']:,} rows that fired in the loop's passages are the same in ours, or the script stops.", "",
    ])  # fmt: skip


HEAD = """# Speed of indicators

Written by `python benchmarks/frames_speed.py`; do not edit. Python {python}, NumPy {numpy}, pandas {pandas}, SciPy
{scipy}, one thread. {n:,} made passages of {words} places in five languages, {counts:,} counts; {frames} frames of the
shipped codebook, rules: {rules}. The loop read one article in {every}, and its seconds are multiplied. Counting is
not in the figure of ours: it is done once, for topics and words as well. Reading files is in neither figure and in
both peaks; reading the codebook, which wakes the Korean and Chinese analysers, is in none.
"""


if __name__ == "__main__":
    main()
