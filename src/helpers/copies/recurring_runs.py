"""Runs of words inside paragraphs that belong to the site: "Sign up for our newsletter.", "READ MORE: another title".

A run is a sentence, or what stands where a sentence would, at the start or the end of paragraphs.  It is the site's
when unrelated articles of one outlet have it and it says nothing of them: its telling words are not in the rest of the
articles that it stands in, as those of an agency's standing paragraph are.  Own rules; `docs/methods.md` has what was
measured.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

import pandas as pd

from helpers.copies.agencies import is_credit_line, known_agencies
from helpers.copies.bearing import belongs
from helpers.copies.recurring_lines import COLUMNS, unrelated, usual
from helpers.extract.normalise import line_key
from helpers.text.lengths import n_words
from helpers.text.sentences import sentences

RUN, LEAD, END = "run", "lead-in", "end mark"
RUN_WORDS = 4  # "He did not elaborate" is no longer, and stands in fewer articles than `SHARE`
SHARE = {RUN: 0.08, LEAD: 0.03, END: 0.03}  # of an outlet's articles; a stock phrase of news is rarer than 0.08
MOST_TAKEN = 0.25  # of an outlet's words: more are texts from one mould, and their sentences not the site's
DEPTH = 2  # sentences from either end of a paragraph that are looked at
LEAD_WORDS, REST_WORDS = 4, 25
UNENDED, VARIED = 0.8, 0.5  # of what follows a lead-in has no full stop, and differs from article to article

_MARKS = ":：|»›→"
_LEAD = re.compile(  # words before a mark, or words in capitals before one that is not
    rf"^\W*((?:[^\W\d_]++[ ’'-]*){{1,4}}?)\s*(?:[{_MARKS}]|(?<=[A-ZА-ЯЁІЇЄ])\s(?=[^\W\d_]*[^\WA-ZА-ЯЁІЇЄ\d_]))\s*(.+)$"
)
_CAPITALS = re.compile(r"^(?:[^\W\d_a-zа-яёіїє]+[ -]?){2,4}$")
_END = re.compile(r"^(.*\S)\s((?:[A-ZА-ЯЁІЇЄ]{3,}\s?){2,4})$", re.DOTALL)
_STOP = re.compile(r"(?<![.!?。！？])[.!?。！？]++[\"'”’»)\]』」]*\s*$")
_BROKEN_OFF = re.compile(r"[—–]\s*$")
_SAID_BY = re.compile(r"^(?:Q\b|\W*[^\W\d_][^:：.!?]{0,60}[:：]\s)")
_QUOTED = re.compile(r"[\"“”«»„『』「」]")
_CUT_OFF = re.compile(r"(?:…|\.\.\.)\s*$")

Runs = Mapping[str, str]  # key of a run to its kind


def recurring_runs(texts: pd.Series, outlets: pd.Series, *, min_documents: int = 4) -> pd.DataFrame:
    """Runs of words inside paragraphs that an outlet repeats in unrelated articles without a bearing on them.

    Parameters
    ----------
    texts : Series of str, indexed by article_id
        Normalised, without recurring lines.
    outlets : Series of str, same index
    min_documents : int
        Unrelated articles that must share a run; at least a share (`SHARE`) of the outlet's too.

    Returns
    -------
    DataFrame with columns outlet, line, kind, n_articles, sorted
        `kind`: ``run``, a sentence of the same words; ``lead-in``, words before something that changes and ends without
        a full stop (the title of another article), which goes with them to the end of the paragraph; ``end mark``, a
        few words after what ends without one, which goes with them from the last full stop on.

    >>> of, letter = "Story of {0} and its {0}s. It goes on.", " Sign up for our letter!"
    >>> words = "cat dog hen ox cow pig ant bee elk fox owl rat yak ape asp bat".split()
    >>> texts = pd.Series([of.format(word) + letter * (i < 4) for i, word in enumerate(words)])
    >>> recurring_runs(texts, pd.Series(["x"] * 16)).values.tolist()
    [['x', 'Sign up for our letter!', 'run', 4]]
    """
    outlets = outlets.reindex(texts.index)
    rows = []
    for outlet, group in texts.dropna().groupby(outlets, sort=True):
        rows += [(outlet, *row) for row in _of_outlet(group.sort_index().to_dict(), min_documents)]
    return pd.DataFrame(rows, columns=COLUMNS).sort_values(["outlet", "line", "kind"], ignore_index=True)


def strip_runs(text: str, runs: Runs) -> str:
    """The text without those runs; a paragraph of nothing else goes.

    Parameters
    ----------
    text : str
    runs : mapping of `line_key` of a run, as `recurring_runs` gives it, to its kind

    >>> strip_runs("It snowed. READ MORE: Ice on the river\\n\\nFollow us on the radio.", {"read more": "lead-in",
    ...            "follow us on the radio": "run"})
    'It snowed.'
    """
    if not runs:
        return text
    paragraphs = (_without(paragraph, runs) for paragraph in text.split("\n\n"))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _of_outlet(texts: dict[str, str], min_documents: int) -> list[tuple[str, str, int]]:
    needed = {kind: max(min_documents, share * len(texts)) for kind, share in SHARE.items()}
    uses = _Uses()
    for article, text in texts.items():
        for paragraph in text.split("\n\n"):
            uses.read(article, paragraph)
    often = {place for place, articles in uses.holders.items() if len(articles) >= needed[place[0]]}
    if not often:
        return []
    shared = {key for _, key in often}
    rest = {a: {k for p in text.split("\n\n") if (k := line_key(p))} - shared for a, text in texts.items()}
    sample = list(texts.values())
    rows = []
    for kind, key in sorted(often):
        run, articles = usual(uses.forms[kind, key]), sorted(uses.holders[kind, key])
        n = unrelated(articles, rest)
        if n < needed[kind] or _is_credit(run) or not uses.furnished(kind, key):
            continue
        if kind == RUN and belongs(run, [texts[article] for article in articles], sample):
            continue
        rows.append((run, kind, n))
    taken = sum(n_words(run) * uses.forms[RUN, line_key(run)].total() for run, kind, _ in rows if kind == RUN)
    moulded = taken > MOST_TAKEN * sum(map(n_words, texts.values()))
    return [row for row in rows if not (moulded and row[1] == RUN)]


def _is_credit(run: str) -> bool:
    """Whether a run may tell whose story it is: a credit line, or words that name an agency."""
    return is_credit_line(run) or any(form in run for forms in known_agencies().values() for form in forms)


class _Uses:
    """Where each run stands, in which forms, and what follows a lead-in."""

    def __init__(self) -> None:
        self.holders: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.forms: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self.rests: dict[str, list[str]] = defaultdict(list)

    def read(self, article: str, paragraph: str) -> None:
        """Take in what may be a run at either end of a paragraph."""
        parts = [part.strip() for part in sentences(paragraph)]
        for part in dict.fromkeys([*parts[:DEPTH], *parts[-DEPTH:]]):
            if n_words(part) >= RUN_WORDS and not _QUOTED.search(part) and not _SAID_BY.search(part):
                self._add(RUN, part, article)
        if parts and (lead := _lead(parts[-1])):
            self._add(LEAD, lead[0], article)
            self.rests[line_key(lead[0])].append(lead[1])
        if parts and (end := _end(parts)):
            self._add(END, end, article)

    def furnished(self, kind: str, key: str) -> bool:
        """Whether what follows a lead-in ends as titles do, and is not always the same; others need not."""
        rests = self.rests[key]
        if kind != LEAD:
            return True
        unended = sum(not _STOP.search(rest) for rest in rests)
        return unended >= UNENDED * len(rests) and len({line_key(rest) for rest in rests}) >= VARIED * len(rests)

    def _add(self, kind: str, run: str, article: str) -> None:
        if key := line_key(run):
            self.holders[kind, key].add(article)
            self.forms[kind, key][run] += 1


def _lead(part: str) -> tuple[str, str] | None:
    """The lead-in of a paragraph's last part (before a mark, or in capitals), and what follows; a credit is none."""
    match = _LEAD.match(part)
    if not match or is_credit_line(part) or _QUOTED.search(match[2][:1]) or n_words(match[2]) > REST_WORDS:
        return None
    lead = match[1].strip()
    marked = part[match.end(1) :].lstrip()[:1] in _MARKS
    return (lead, match[2]) if lead and (marked or _CAPITALS.match(lead)) else None


def _end(parts: list[str]) -> str:
    """The words that end a paragraph after what has no full stop, or stand after its last one; empty if none do."""
    last = parts[-1]
    if is_credit_line(last):  # "Source: INTERFAX" says whose story it is
        return ""
    if len(parts) > 1 and n_words(last) <= LEAD_WORDS and not (_STOP.search(last) or _BROKEN_OFF.search(last)):
        return last
    match = _END.match(last)
    return match[2].strip() if match and n_words(match[1]) <= REST_WORDS else ""


def _without(paragraph: str, runs: Runs) -> str:
    """A paragraph without runs at either end."""
    parts = list(sentences(paragraph))
    while parts:
        last = parts[-1].strip()
        lead, end = _lead(last), _end([part.strip() for part in parts])
        if lead and runs.get(line_key(lead[0])) == LEAD:
            parts.pop()
        elif end and runs.get(line_key(end)) == END:
            parts.pop()
            if parts and line_key(end) == line_key(last) and _CUT_OFF.search(parts[-1]):
                parts.pop()  # the beginning of another article
        elif not (parts := _inner(parts, runs, last=True)) or parts[-1].strip() == last:
            break
    return "".join(_inner(parts, runs, last=False)).strip()


def _inner(parts: list[str], runs: Runs, *, last: bool) -> list[str]:
    """The parts without those of the `DEPTH` at one end that are runs."""
    edge = range(max(0, len(parts) - DEPTH), len(parts)) if last else range(min(DEPTH, len(parts)))
    return [part for i, part in enumerate(parts) if not (i in edge and runs.get(line_key(part)) == RUN)]


def keys_of(rows: pd.DataFrame) -> Iterator[tuple[str, dict[str, str]]]:
    """Runs of each outlet as `strip_runs` takes them."""
    for outlet, part in rows.groupby("outlet"):
        yield str(outlet), dict(zip(part["line"].map(line_key), part["kind"], strict=True))
