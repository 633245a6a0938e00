"""Documents with planted topics, made block by block so that no corpus is ever held; and whether topics are found.

Each document mixes few of 40 topics (Dirichlet) over 20,000 terms.  A topic is part background, with the frequencies of
Zipf's law, and part words of its own: the background times gamma noise, which is nearly 0 for most and large for some.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import linear_sum_assignment
from sklearn.preprocessing import normalize
from topics_engines import by_shares

SEED = 20240619
N_TOPICS, N_TERMS = 40, 20_000
WORDS = 100  # of a document, on average
BLOCK = 10_000  # documents
BACKGROUND = 0.3  # share of a topic's words that are anybody's
NOISE = 0.1  # shape of the gamma distribution that makes words telling
MIXED = 0.05  # concentration of topics in a document
FOUND = 0.8  # cosine from which a topic counts as found


@dataclass(frozen=True)
class Block:
    """Some documents: counts, and the share of each one's words that each topic gave."""

    counts: sparse.csr_matrix
    shares: np.ndarray


def planted_topics() -> np.ndarray:
    """Probabilities of terms by topic, shape (40, 20000), rows sum to 1."""
    rng = np.random.default_rng(SEED)
    base = rng.permutation(1 / (np.arange(N_TERMS) + 2.7))
    own = base * rng.gamma(NOISE, size=(N_TOPICS, N_TERMS))
    return BACKGROUND * base / base.sum() + (1 - BACKGROUND) * own / own.sum(axis=1, keepdims=True)


def planted_blocks(n_documents: int) -> Iterator[Block]:
    """Blocks of up to 10,000 documents, the same whenever they are asked for."""
    up_to = np.cumsum(planted_topics(), axis=1)
    for place, begin in enumerate(range(0, n_documents, BLOCK)):
        yield _block(np.random.default_rng([SEED, place]), min(BLOCK, n_documents - begin), up_to)


def recovered(found: np.ndarray, block: Block) -> dict[str, float]:
    """How well shares found in a block agree with those planted, topics matched one to one.

    ``shares`` is the mean cosine of the columns of θ, ``words`` of the topics' words by class-based TF-IDF of the
    shares, which is the same for every engine, and ``topics found`` counts those with cosine .8 and more in θ.
    """
    shares = _matched(found.T, block.shares.T)
    words = _matched(by_shares(found, block.counts), by_shares(block.shares, block.counts))
    return {"shares": shares.mean(), "words": words.mean(), "topics found": int((shares >= FOUND).sum())}


def _block(rng: np.random.Generator, n_documents: int, up_to: np.ndarray) -> Block:
    lengths = np.maximum(rng.poisson(WORDS, n_documents), 1)
    given = rng.multinomial(lengths, rng.dirichlet(np.full(N_TOPICS, MIXED), n_documents))
    rows = np.concatenate([np.repeat(np.arange(n_documents), given[:, k]) for k in range(N_TOPICS)])
    columns = np.concatenate([np.searchsorted(up_to[k], rng.random(given[:, k].sum())) for k in range(N_TOPICS)])
    columns = np.minimum(columns, N_TERMS - 1)  # sums of probabilities may end a hair below 1
    counts = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(n_documents, N_TERMS))
    return Block(counts, given / lengths[:, None])


def _matched(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    cosine = normalize(a) @ normalize(b).T
    return cosine[linear_sum_assignment(cosine, maximize=True)]
