"""Our copies beside datasketch and rensa on controlled edits of real articles: `python benchmarks/copies.py`.

Needs the folder `coverage` below COVERAGE_DATA or `--data`; nothing of it is kept.  `--documents 10000` draws four
in five documents from real texts (long ones are cut into sections, so no two share a line of the source) and makes the
rest by editing them; `--large` adds 100,000 documents recombined from real sentences.  Each engine runs in a
process of its own, so that peaks of memory are its own.  Results are written to `benchmarks/copies.md`.
"""

from __future__ import annotations

import argparse
import difflib
import gzip
import itertools
import json
import multiprocessing
import os
import pickle
import platform
import re
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.copies.near_duplicates import find_copies

SEED = 20240619
SECTION = 260  # words, about
EDITED_WORDS = 30  # a text is edited from this length on
KINDS = ("verbatim", "trimmed", "re-headlined", "30 % of sentences", "30 % of words")
WINDOW, CONTAINMENT = 7.0, 0.3
FILES = {
    "KCNA": ("kcna-en-2024", "headline"),
    "Channel One": ("channel-one-ru-2022-2024", "title"),
    "Kremlin": ("kremlin-ru-2025", "title"),
    "White House": ("white-house-dprk-2021-2026", "title"),
}


@dataclass
class Corpus:
    """Documents, what each was edited from (itself, if nothing) and how."""

    texts: list[str] = field(default_factory=list)
    days: list[float] = field(default_factory=list)
    outlets: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    source: list[int] = field(default_factory=list)
    kind: list[str] = field(default_factory=list)

    def add(self, text: str, day: float, outlet: str, language: str, source: int | None = None, kind: str = "") -> None:
        self.source.append(len(self.texts) if source is None else source)
        self.texts.append(text)
        self.days.append(day)
        self.outlets.append(outlet)
        self.languages.append(language)
        self.kind.append(kind)


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.!?…])\s+", text) if part]


def sections(text: str) -> list[str]:
    """A text cut after whole sentences into parts of equal length; no part repeats words of another."""
    parts = sentences(text)
    words = np.cumsum([len(part.split()) for part in parts])
    n = max(1, round(words[-1] / SECTION))
    place = np.minimum((words - 1) * n // words[-1], n - 1)
    return [" ".join(part for part, at in zip(parts, place, strict=True) if at == k) for k in range(n)]


def real_texts(folder: Path) -> pd.DataFrame:
    """Sections of every distinct real text: text, day, outlet, language, headline."""
    rows, seen = [], set()
    for outlet, (name, title) in FILES.items():
        with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for record in map(json.loads, lines):
                text = " ".join((record.get("text") or "").split("Опубликован")[0].split())
                day = pd.to_datetime(record["date"], utc=True, errors="coerce", unit=None)
                if isinstance(record["date"], int | float):
                    day = pd.to_datetime(record["date"], unit="ms", utc=True)
                for part in sections(text) if text else ():
                    if part and part.casefold() not in seen:
                        seen.add(part.casefold())
                        since = (day - pd.Timestamp("2021-01-01", tz="UTC")) / pd.Timedelta(days=1)
                        rows.append((part, since, outlet, record["lang"], record.get(title) or ""))
    return pd.DataFrame(rows, columns=["text", "day", "outlet", "language", "headline"]).dropna()


def edit(text: str, kind: str, others: np.ndarray, words: np.ndarray, rng: np.random.Generator) -> str:
    """A text changed in one of the ways in which copies differ; `others` are sentences that no document holds."""
    parts = sentences(text)
    if kind == "trimmed":  # from the end, as desks do
        tokens = text.split()
        return " ".join(tokens[: max(12, round(rng.uniform(0.4, 0.7) * len(tokens)))])
    if kind == "re-headlined":  # two other sentences on top, the first dropped unless it is a quarter of the text
        kept = parts[1:] if 4 * len(parts[0].split()) < len(text.split()) else parts
        return " ".join([*others[rng.integers(len(others), size=2)], *kept])
    if kind == "30 % of sentences":
        changed = rng.choice(len(parts), size=max(1, round(0.3 * len(parts))), replace=False)
        changed = set() if len(parts) == 1 else set(changed.tolist())
        return " ".join(others[rng.integers(len(others))] if i in changed else part for i, part in enumerate(parts))
    if kind == "30 % of words":
        tokens = np.array(text.split(), dtype=object)
        changed = rng.choice(len(tokens), size=round(0.3 * len(tokens)), replace=False)
        tokens[changed] = words[rng.integers(len(words), size=len(changed))]
        return " ".join(tokens)
    return text


def add_edits(corpus: Corpus, n: int, reserve: pd.DataFrame, rng: np.random.Generator) -> Corpus:
    """Edits of `n` documents, one of each kind in turn, each within the window after its source."""
    others = {
        language: np.array([part for text in group["text"] for part in sentences(text)], dtype=object)
        for language, group in reserve.groupby("language")
    }
    tokens = {
        language: np.array(
            [w for t, told in zip(corpus.texts, corpus.languages, strict=True) if told == language for w in t.split()],
            dtype=object,
        )
        for language in others
    }
    long = [i for i, text in enumerate(corpus.texts) if len(text.split()) >= EDITED_WORDS]
    for k, i in enumerate(rng.choice(long, size=n, replace=False).tolist()):
        kind, language = KINDS[k % len(KINDS)], corpus.languages[i]
        text = edit(corpus.texts[i], kind, others[language], tokens[language], rng)
        corpus.add(text, corpus.days[i] + rng.uniform(0.1, 0.8 * WINDOW), f"copier {k % 7}", language, i, kind)
    return corpus


def real_corpus(folder: Path, n: int) -> Corpus:
    """Four fifths real texts, one fifth edits of them."""
    rng = np.random.default_rng(SEED)
    found = real_texts(folder)
    reserved = rng.random(len(found)) < 0.06
    base = found[~reserved]
    house = base.index[base["outlet"] == "White House"]
    spare = len(base) - round(0.8 * n)
    if spare < 0:
        raise ValueError(f"{len(base)} real texts are too few for {n} documents: ask for fewer")
    drop = rng.choice(house, size=min(spare, len(house)), replace=False)
    base = base.drop(drop)
    if len(base) > round(0.8 * n):
        base = base.iloc[np.sort(rng.choice(len(base), size=round(0.8 * n), replace=False))]
    corpus = Corpus()
    for text, day, outlet, language in base[["text", "day", "outlet", "language"]].itertuples(index=False):
        corpus.add(text, day, outlet, language)
    return add_edits(corpus, n - len(base), found[reserved], rng)


def recombined_corpus(folder: Path, n: int) -> Corpus:
    """Four fifths articles of an outlet's own sentences, a third of their words exchanged; one fifth edits of them.

    Without the exchange each sentence would stand in a dozen articles over years and count as a set phrase.
    """
    rng = np.random.default_rng(SEED)
    found = real_texts(folder)
    reserved = rng.random(len(found)) < 0.06
    corpus = Corpus()
    pools = {}
    for outlet, group in found[~reserved].groupby("outlet"):
        parts = [sentences(text) for text in group["text"]]
        every = np.array([part for text in parts for part in text], dtype=object)
        words = np.array([word for text in group["text"] for word in text.split()], dtype=object)
        pools[outlet] = (every, words, np.array([len(text) for text in parts]), group["language"].iloc[0])
    share = found[~reserved]["outlet"].value_counts(normalize=True).sort_index()
    for outlet in rng.choice(share.index.to_numpy(dtype=object), size=round(0.8 * n), p=share.to_numpy()):
        every, words, sizes, language = pools[outlet]
        drawn = every[rng.integers(len(every), size=max(2, int(rng.choice(sizes))))]
        text = edit(" ".join(drawn), "30 % of words", every, words, rng)
        corpus.add(text, rng.uniform(0, 730), outlet, language)
    return add_edits(corpus, n - len(corpus.texts), found[reserved], rng)


# --- engines: a corpus in, pairs of document numbers (first < second) out -------------------------------------


def ours(corpus: Corpus) -> set[tuple[int, int]]:
    names = [f"{i:07d}" for i in range(len(corpus.texts))]
    when = pd.Timestamp("2021-01-01", tz="UTC") + pd.to_timedelta(pd.Series(corpus.days, index=names), unit="D")
    table = find_copies(
        pd.Series(corpus.texts, index=names), when, pd.Series(corpus.outlets, index=names),
        pd.Series([None] * len(names), index=names), window_days=WINDOW, containment=CONTAINMENT,
    )  # fmt: skip
    groups: dict[str, list[int]] = {}
    for i, head in enumerate(table["copy_cluster"]):
        groups.setdefault(head, []).append(i)
    return {pair for members in groups.values() for pair in itertools.combinations(members, 2)}


def shingles(text: str) -> set[str]:
    words = re.findall(r"\w+", text.lower())
    return {" ".join(words[i : i + 5]) for i in range(len(words) - 4)} or {" ".join(words)}


def datasketch(corpus: Corpus, threshold: float = 0.5) -> set[tuple[int, int]]:
    from datasketch import MinHash, MinHashLSH

    index, pairs, hashes = MinHashLSH(threshold=threshold, num_perm=128), set(), []
    for i, text in enumerate(corpus.texts):
        sketch = MinHash(num_perm=128, seed=1)
        sketch.update_batch([run.encode() for run in shingles(text)])
        near = [j for j in index.query(sketch) if abs(corpus.days[i] - corpus.days[j]) <= WINDOW]
        pairs.update((j, i) for j in near if sketch.jaccard(hashes[j]) >= threshold)
        index.insert(i, sketch)
        hashes.append(sketch)
    return pairs


def rensa(corpus: Corpus, threshold: float = 0.3) -> set[tuple[int, int]]:
    from rensa import RMinHash, RMinHashLSH

    index, pairs, hashes = RMinHashLSH(threshold=threshold, num_perm=128, num_bands=64), set(), []
    for i, text in enumerate(corpus.texts):
        sketch = RMinHash(num_perm=128, seed=1)
        sketch.update(sorted(shingles(text)))
        near = [j for j in index.query(sketch) if abs(corpus.days[i] - corpus.days[j]) <= WINDOW]
        pairs.update((j, i) for j in near if sketch.jaccard(hashes[j]) >= threshold)
        index.insert(i, sketch)
        hashes.append(sketch)
    return pairs


ENGINES: dict[str, Callable[[Corpus], set[tuple[int, int]]]] = {
    "ours": ours,
    "datasketch, J ≥ .5": datasketch,
    "rensa, J ≥ .3": rensa,
}


def _alone(engine: str, source: Path, answer: Path) -> None:
    """Run one engine in this process, and write pairs, CPU seconds and memory before and at its peak."""
    corpus = pickle.loads(source.read_bytes())
    ENGINES[engine](Corpus(*(values[:50] for values in vars(corpus).values())))  # imports and patterns, once
    before = _peak()
    start = time.process_time()
    pairs = ENGINES[engine](corpus)
    seconds = time.process_time() - start
    answer.write_bytes(pickle.dumps((pairs, seconds, before, _peak())))


def _peak() -> float:
    """The most memory that this process ever held, MB; `getrusage` would count what its parent held."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024


def run(engine: str, corpus: Corpus) -> tuple[set[tuple[int, int]], float, float, float]:
    with tempfile.TemporaryDirectory() as folder:
        source, answer = Path(folder, "corpus"), Path(folder, "answer")
        source.write_bytes(pickle.dumps(corpus))
        process = multiprocessing.get_context("spawn").Process(target=_alone, args=(engine, source, answer))
        process.start()
        process.join()
        if process.exitcode:
            raise RuntimeError(f"{engine} ended with code {process.exitcode}")
        return pickle.loads(answer.read_bytes())


# --- figures --------------------------------------------------------------------------------------------------


def aligned(first: str, second: str) -> float:
    """Share of the shorter text's words in common runs of five or more, in order: a judge of its own (difflib)."""
    one, two = first.lower().split(), second.lower().split()
    blocks = difflib.SequenceMatcher(None, one, two, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size >= 5) / min(len(one), len(two))


def interval(hits: np.ndarray) -> str:
    """Mean of ones and zeros, with a 95 % interval from 1,000 bootstrap samples."""
    if not len(hits):
        return "–"
    rng = np.random.default_rng(SEED)
    means = rng.binomial(len(hits), hits.mean(), size=1000) / len(hits)  # what resampling ones and zeros amounts to
    low, high = np.quantile(means, [0.025, 0.975])
    return f"{_figure(hits.mean())} [{_figure(low)}, {_figure(high)}]"


def _figure(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")


def score(corpus: Corpus, pairs: set[tuple[int, int]], seconds: float, before: float, peak: float) -> dict[str, str]:
    planted = sorted(pair for pair in pairs if corpus.source[pair[0]] == corpus.source[pair[1]])
    others = sorted(pairs - set(planted))
    judged = np.array([aligned(corpus.texts[a], corpus.texts[b]) for a, b in others])
    wrong = int((judged < 0.5).sum())
    row = {
        "precision": interval(np.repeat([1.0, 0.0], [len(planted), wrong])),
        "precision, every unplanned pair wrong": interval(np.repeat([1.0, 0.0], [len(planted), len(others)])),
    }
    for kind in KINDS:
        edits = [i for i, told in enumerate(corpus.kind) if told == kind]
        row[f"recall, {kind}"] = interval(np.array([(corpus.source[i], i) in pairs for i in edits], dtype=float))
    real = [(a, b) for a, b in others if not corpus.kind[a] and not corpus.kind[b]]
    natural = {pair for pair, share in zip(others, judged, strict=True) if share >= 0.5}
    for name, among in independent(corpus).items():
        claimed = [pair for pair in real if among(*pair)]
        row[f"claimed, {name}"] = f"{len(claimed)}, {len(set(claimed) & natural)} of them natural copies"
    row["documents a CPU second"] = f"{len(corpus.texts) / seconds:,.0f}"
    row["peak MB (before)"] = f"{peak:,.0f} ({before:,.0f})"
    return row


def independent(corpus: Corpus) -> dict[str, Callable[[int, int], bool]]:
    """Pairs that were written independently, unless shown otherwise."""
    days, outlets = corpus.days, corpus.outlets
    return {
        "one outlet, within a day": lambda a, b: outlets[a] == outlets[b] and abs(days[a] - days[b]) <= 1,
        "two outlets, within the window": lambda a, b: outlets[a] != outlets[b],
    }


def n_independent(corpus: Corpus) -> str:
    """How many pairs of real texts there are of each sort."""
    base = pd.DataFrame({"day": corpus.days, "outlet": corpus.outlets})[[not kind for kind in corpus.kind]]

    def within(days: pd.Series, span: float) -> int:
        when = np.sort(days.to_numpy())
        return int((np.searchsorted(when, when + span, side="right") - np.arange(len(when)) - 1).sum())

    same = sum(within(group, 1) for _, group in base.groupby("outlet")["day"])
    window = within(base["day"], WINDOW) - sum(within(group, WINDOW) for _, group in base.groupby("outlet")["day"])
    return f"{same:,} pairs of one outlet within a day, {window:,} of two outlets within {WINDOW:g} days"


def table(title: str, corpus: Corpus, engines: list[str]) -> str:
    columns = {engine: score(corpus, *run(engine, corpus)) for engine in engines}
    lines = [f"## {title}", "", f"Among the documents that are no edits: {n_independent(corpus)}.", ""]
    lines += ["| | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for name in next(iter(columns.values())):
        lines.append(f"| {name} | " + " | ".join(column[name] for column in columns.values()) + " |")
    return "\n".join(lines) + "\n"


HEAD = """# Copies

`{command}` (Python {python}, datasketch {datasketch}, rensa {rensa}; one process an engine, CPU seconds from text to
pairs). Window {window:g} days for every engine, containment {containment:g} for ours; datasketch and rensa with 128
permutations and runs of five words.

Documents: four in five are texts, one in five is an edit of one of them ({kinds}), dated within the window after it.
Texts under {edited} words stay in the corpus and are not edited. *Trimmed* keeps the first 40 to 70 % of the words;
*re-headlined* has two other sentences on top and loses the first; sentences and words that replace come from texts
kept out of the corpus, and from the language's own word frequencies. A pair counts for ours when both stand in one
cluster, for the others when they claim it. Real texts copy one another too, so pairs that were not planted are judged
by another measure: a pair is a natural copy, and left out of the precision, when runs of five or more words that
`difflib` aligns hold half of the shorter text. The second line counts every one of them as wrong. Intervals: 95 %,
1,000 bootstrap samples of pairs or edits.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("COVERAGE_DATA"))
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--large", action="store_true", help="100,000 recombined documents as well")
    parser.add_argument("--engines", nargs="*", choices=list(ENGINES), default=list(ENGINES))
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".md"))
    asked = parser.parse_args()
    folder = Path(asked.data or "") / "coverage"
    if not folder.is_dir():
        sys.exit("coverage not found: give the folder that holds it as --data or COVERAGE_DATA")
    parts = [
        HEAD.format(
            command=f"python benchmarks/copies.py --documents {asked.documents}{' --large' if asked.large else ''}",
            python=platform.python_version(), datasketch=version("datasketch"), rensa=version("rensa"), window=WINDOW,
            containment=CONTAINMENT, kinds=", ".join(KINDS), edited=EDITED_WORDS,
        )
    ]  # fmt: skip
    title = f"{asked.documents:,} documents, four in five real"
    parts.append(table(title, real_corpus(folder, asked.documents), asked.engines))
    if asked.large:
        title = "100,000 documents, recombined from sentences of real ones with a third of the words exchanged"
        parts.append(table(title, recombined_corpus(folder, 100_000), asked.engines))
    text = "\n".join(parts)
    print(text)
    asked.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
