"""Topics again under every other fair choice: is each found, and does its difference between outlets stay?"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from scipy import sparse

from helpers.compare.clusters import CLUSTERS
from helpers.compare.mean_difference import difference
from helpers.compare.multiverse import draw, grid
from helpers.data.corpus import Corpus
from helpers.pipeline.analysed import analysed_articles, counts_for_topics
from helpers.pipeline.multiverse import table_of
from helpers.pipeline.multiverse_cache import computed, hash_of
from helpers.pipeline.names import measure_name
from helpers.pipeline.topic_fit import DISPLAYED, lacks, warned_once
from helpers.pipeline.topic_range import recommended
from helpers.study import Study
from helpers.study.universes import declared
from helpers.text.aliases import Aliases
from helpers.text.tokens import is_content, stop_words
from helpers.topics.matching import match_topics
from helpers.topics.topic_model import TopicModel

AGAIN = 0.5  # of the first ten terms shared: the same topic in another universe
FEWEST_OF_OUTLET = 20  # articles, before an outlet's topics are compared


@dataclass(frozen=True)
class Words:
    """One language's relevant passages as counts, with all that a universe may choose from.

    Attributes
    ----------
    matrix : csr matrix, shape (n_passages_and_voices, n_terms)
    terms : DataFrame, one row a term
        term; content (may carry a topic), name (of the pair), phrase (listed, without a name), word (content or
        function word).
    passages : DataFrame, one row a passage and voice
        place (of its article in `articles`), voice.
    articles : DataFrame
        article_id, outlet, day, is_original, doubtful and labels of clusters, sorted by article_id.
    pair : list of str
        The outlets compared: two, or none.
    names, topic_term : topics of the main analysis, β over `terms`; None until asked for.
    level, seed : of intervals.
    """

    matrix: sparse.csr_matrix
    terms: pd.DataFrame
    passages: pd.DataFrame
    articles: pd.DataFrame
    pair: list[str]
    names: list[str]
    level: float
    seed: int
    topic_term: np.ndarray | None = None

    @property
    def data(self) -> str:
        """A hash of all that its universes read."""
        csr = self.matrix
        entries = pd.DataFrame({"column": csr.indices, "count": csr.data})
        starts = pd.DataFrame({"start": csr.indptr})
        parts = [hash_of(table) for table in (entries, starts, self.terms, self.passages, self.articles)]
        return hash_of(pd.DataFrame({"part": parts}), self.pair, self.names, self.level, self.seed)

    def matched_to(self, main: Mapping) -> Words:
        """The same, with β of the main analysis, to which every universe's topics are matched."""
        matrix, kept, _ = selected(self, main)
        with warned_once():
            model = _model(main).set_params(n_topics=len(self.names)).fit(matrix)
        return dataclasses.replace(self, topic_term=_over_all(model.topic_term, kept, len(self.terms)))


def make(corpus: Corpus) -> pd.DataFrame:
    """``topic_multiverse``: the main analysis and others drawn from the declared grid, in each language.

    Every set of choices is tried at all numbers of topics; as many are drawn as keep to `study.universes.most`.
    """
    return universes(corpus)


def universes(corpus: Corpus, *, workers: int | None = None) -> pd.DataFrame:
    """The table ``topic_multiverse``.

    Parameters
    ----------
    corpus : Corpus
    workers : int, optional
        Processes, as in `helpers.pipeline.multiverse_cache.computed`.
    """
    study, counts, articles = corpus.study, counts_for_topics(corpus), analysed_articles(corpus)
    sheet, words, asked = corpus.table("topic_range"), {}, []
    fitted = set(corpus.table("topics")["language"])
    for language in [language for language in study.languages if language in fitted]:
        words[language] = one = gathered(study, counts, articles, language)
        named = {"language": language, "data": one.data}
        numbers = numbers_of(study, sheet, language)
        asked += [named | universe for universe in drawn(study, one, numbers, study.universes.most)]
    main = {name: options[0] for name, options in declared("topics", study.universes, study.analysis).items()}
    rows = computed(
        study, "topics", asked, lambda: partial(estimates, {k: one.matched_to(main) for k, one in words.items()}),
        workers=workers,
    )  # fmt: skip
    topics = corpus.table("topics").set_index("topic")["topic_name"]
    names = {("topic", topic): measure_name(study, "topic", topic, topics) for topic in topics.index}
    return table_of(study, "topics", "topic_multiverse", rows, names)


def numbers_of(study: Study, topic_range: pd.DataFrame, language: str) -> list[int]:
    """The numbers of topics that are tried: those the study gives, else its own and the recommended ones."""
    given = study.universes.topics.get("n_topics")
    return sorted(given or {study.analysis.n_topics, *recommended(study, topic_range, language)})


def drawn(study: Study, words: Words, numbers: list[int], most: int) -> list[dict]:
    """The universes of one language, each with all its numbers of topics; none that learns from the same as another."""
    chosen = draw(grid(topic_choices(study, words) | {"n_topics": [numbers]}), max(1, most // len(numbers)))
    distinct: dict[tuple, dict] = {}
    for universe in chosen:
        distinct.setdefault(_seen(words, universe), universe)
    return list(distinct.values())


def _seen(words: Words, universe: Mapping) -> tuple:
    """What a universe's model sees."""
    matrix, kept, rows = selected(words, universe)
    return (matrix.sum(), kept.tobytes(), rows.tobytes(), *_model_of(universe))


def topic_choices(study: Study, words: Words) -> dict[str, list]:
    """The declared choices but the number of topics, without options that change nothing in this language."""
    choices = declared("topics", study.universes, study.analysis)
    del choices["n_topics"]
    main = {name: options[0] for name, options in choices.items()}
    lively = {}
    for name, options in choices.items():
        seen: dict[tuple, object] = {}
        for option in options:
            seen.setdefault(_seen(words, main | {name: option}), option)
        lively[name] = list(seen.values())
    return lively


def gathered(study: Study, counts: pd.DataFrame, articles: pd.DataFrame, language: str) -> Words:
    """One language's counts as a matrix of passages; of analysed articles."""
    rows = counts[counts["language"] == language]
    keys = ["article_id", "position", "voice"]
    passages = rows[keys].drop_duplicates().sort_values(keys, ignore_index=True)
    terms = pd.Index(sorted(rows["term"].unique()), dtype=object)
    places = pd.MultiIndex.from_frame(passages[keys]).get_indexer(pd.MultiIndex.from_frame(rows[keys]))
    columns = terms.get_indexer(rows["term"].to_numpy(dtype=object))
    matrix = sparse.csr_matrix((rows["count"].to_numpy(float), (places, columns)), shape=(len(passages), len(terms)))
    matrix.sort_indices()
    ids = pd.Index(passages["article_id"].unique())
    articles = articles.set_index("article_id").loc[ids, ["outlet", "day", "is_original", "doubtful", *CLUSTERS]]
    able = [o for o in study.outlets if (articles["outlet"] == o).sum() >= FEWEST_OF_OUTLET][:2]
    number = study.analysis.n_topics
    return Words(
        matrix, _kinds(study, terms, language),
        passages[["voice"]].assign(place=ids.get_indexer(passages["article_id"])),
        articles.rename_axis("article_id").reset_index(), able if len(able) == 2 else [],
        [f"{language}-{k + 1:02d}" for k in range(number)], study.analysis.coverage_level, study.analysis.seed,
    )  # fmt: skip


def _kinds(study: Study, terms: pd.Index, language: str) -> pd.DataFrame:
    """What each term is."""
    names = Aliases({code: study.entities[code] for code in study.pair}, language).words
    content = np.array([is_content(term, language) for term in terms], dtype=bool)
    function = np.array([term in stop_words(language) and (len(term) > 1 or not term.isascii()) for term in terms])
    phrase = np.array([" " in term and names.isdisjoint(term.split(" ")) for term in terms], dtype=bool)
    table = pd.DataFrame({"term": terms, "content": content, "name": [term in names for term in terms]})
    return table.assign(phrase=phrase, word=content | function.astype(bool))


def selected(words: Words, universe: Mapping) -> tuple[sparse.csr_matrix, np.ndarray, np.ndarray]:
    """What a universe learns from: counts by article, the columns and the rows that it keeps of all.

    Returns
    -------
    matrix : csr matrix, shape (n_kept_articles, n_kept_terms)
    terms, articles : ndarray of int, row numbers in `Words.terms` and `Words.articles`
    """
    about, voice = words.articles, words.passages["voice"].to_numpy()
    middle = about["day"].median()
    keep = np.ones(len(about), dtype=bool)
    if universe["copies"] == "originals only":
        keep &= about["is_original"].to_numpy(bool)
    if universe["flagged"] == "out":
        keep &= ~about["doubtful"].to_numpy(bool)
    if universe["period"] != "whole":
        keep &= ((about["day"] >= middle) == (universe["period"] == "second half")).to_numpy()
        keep &= about["day"].notna().to_numpy()
    place = words.passages["place"].to_numpy()
    read = keep[place] & ((voice == universe["voice"]) | (universe["voice"] == "all"))
    rows = np.unique(place[read])
    number = np.searchsorted(rows, place[read])
    into = sparse.csr_matrix((np.ones(read.sum()), (number, np.flatnonzero(read))), shape=(len(rows), len(place)))
    matrix = (into @ words.matrix).tocsr()
    documents = np.bincount(matrix.indices, minlength=matrix.shape[1])
    wanted = _wanted(words.terms, universe, documents, len(rows)) & (documents >= max(universe["min_documents"], 1))
    kept = np.flatnonzero(wanted)
    matrix = matrix[:, kept].tocsr()
    matrix.sort_indices()
    return matrix, kept, rows


def _wanted(terms: pd.DataFrame, universe: Mapping, documents: np.ndarray, n: int) -> np.ndarray:
    """Which terms may carry a topic in a universe."""
    if universe["stop_words"] == "house list":
        wanted = terms["content"].to_numpy(bool)
    else:
        wanted = terms["word"].to_numpy(bool) & (documents <= n / 2)
    if universe["tokens"] != "with names":
        wanted = wanted & ~terms["name"].to_numpy(bool)
    return wanted | (terms["phrase"].to_numpy(bool) if universe["tokens"] == "with phrases" else False)


def _model_of(universe: Mapping) -> tuple[float, int]:
    return universe["smoothing"], universe["seed"]


def _model(universe: Mapping) -> TopicModel:
    smoothing, seed = _model_of(universe)
    return TopicModel(smoothing=smoothing, seed=seed)


def _over_all(topic_term: np.ndarray, kept: np.ndarray, n_terms: int) -> np.ndarray:
    """β with a column for every term there is; 0 for those not learned from."""
    whole = np.zeros((len(topic_term), n_terms))
    whole[:, kept] = topic_term
    return whole


def estimates(words: Mapping[str, Words], universe: Mapping) -> list[dict]:
    """Every topic of the main analysis in one universe, at each of its numbers of topics.

    A topic whose first terms are not found again has no estimate there: its absence is not agreement.
    """
    one = words[universe["language"]]
    matrix, kept, rows = selected(one, universe)
    articles = one.articles.iloc[rows].reset_index(drop=True)
    results = []
    wanting, models = lacks(matrix, max(universe["n_topics"])), {}
    if wanting is None:
        with warned_once():
            models = _model(universe).fit_each(matrix, universe["n_topics"])
    for number in universe["n_topics"]:
        sides = dict(zip(("group", "reference"), one.pair or ("", ""), strict=True))
        about = {"n_topics": number, "kind": "topic"} | sides
        blank = {"estimate": np.nan, "low": np.nan, "high": np.nan, "overlap": 0.0}
        if wanting:
            lacking, n, fewest = wanting
            note = f"{n} {lacking}; a topic model needs {fewest}"
            results += [about | blank | {"overlap": np.nan, "code": name, "note": note} for name in one.names]
            continue
        beta = _over_all(models[number].topic_term, kept, len(one.terms))
        pairs = match_topics(one.topic_term, beta, n=DISPLAYED).set_index("a")
        for place, name in enumerate(one.names):
            row = about | blank | {"code": name, "note": "topic not found"}
            if place in pairs.index:
                theirs, overlap = int(pairs.loc[place, "b"]), float(pairs.loc[place, "similarity"])
                row["overlap"] = overlap
                if overlap >= AGAIN:
                    row |= _between(one, articles, models[number].doc_topic[:, theirs])
            results.append(row)
    return results


def _between(words: Words, articles: pd.DataFrame, share: np.ndarray) -> dict[str, object]:
    """Difference of a topic's mean share between two outlets, with its interval."""
    here = articles["outlet"].isin(words.pair).to_numpy()
    first = (articles["outlet"] == words.pair[0]).to_numpy()[here] if words.pair else here[here]
    if not words.pair or first.all() or not first.any():
        return {"estimate": np.nan, "low": np.nan, "high": np.nan, "note": "no two outlets with articles"}
    estimate = difference(
        share[here], first, clusters=articles.loc[here, CLUSTERS].reset_index(drop=True), level=words.level,
        rng=np.random.default_rng(words.seed),
    )  # fmt: skip
    return {"estimate": estimate.estimate, "low": estimate.low, "high": estimate.high, "note": estimate.note}
