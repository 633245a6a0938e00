"""Is the yardstick right?  gensim's LDA and NMF as published for this corpus, fitted and scored again.

Grootendorst (2022), "BERTopic", table 1, BBC News: means over K = 10 … 50 and three seeds, engines with the defaults of
OCTIS, which are those of gensim (one pass in chunks of 2,000), on all documents; NPMI by gensim's `c_npmi` (windows of
ten words) and diversity, both over ten words a topic.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse
from topics_corpora import read
from topics_engines import N_TERMS

from helpers.topics.quality import coherence, diversity

TOPICS, SEEDS = (10, 20, 30, 40, 50), (0, 21, 42)  # of the paper's own runs
PUBLISHED = {"LDA": (0.014, 0.577), "NMF": (0.012, 0.549)}
WIDE = 25  # words of diversity in Dieng, Ruiz & Blei (2020)


def beside_published(folder: Path, windows: sparse.csr_matrix) -> pd.DataFrame:
    """One row an engine: published and our means, by gensim's scores and by ours."""
    from gensim.corpora import Dictionary
    from gensim.models import CoherenceModel, LdaModel, Nmf

    texts, _, vectoriser, counts = read(folder)
    words = [text.split() for text in texts]
    dictionary = Dictionary(words)
    bags = [dictionary.doc2bow(document) for document in words]
    columns = np.array([vectoriser.vocabulary_[dictionary[place]] for place in range(len(dictionary))])
    rows = {}
    for name, engine in {"LDA": LdaModel, "NMF": Nmf}.items():
        scores = []
        for n_topics, seed in [(n_topics, seed) for n_topics in TOPICS for seed in SEEDS]:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # too few passes is what was published
                model = engine(bags, num_topics=n_topics, id2word=dictionary, random_state=seed)
            best = np.argsort(model.get_topics(), axis=1)[:, ::-1]  # ties as OCTIS takes them
            shown = [[dictionary[place] for place in topic[:N_TERMS]] for topic in best]
            theirs = CoherenceModel(
                topics=shown, texts=words, dictionary=dictionary, coherence="c_npmi", processes=1, topn=N_TERMS
            )
            chosen = columns[best[:, :N_TERMS]]
            scores.append(
                {
                    "NPMI": theirs.get_coherence(),
                    "NPMI, our function": coherence(chosen, windows).mean(),
                    "NPMI, whole documents": coherence(chosen, counts).mean(),
                    "diversity": diversity(chosen),
                    "diversity, 25 words": diversity(columns[best[:, :WIDE]]),
                }
            )
        published = dict(zip(("NPMI published", "diversity published"), PUBLISHED[name], strict=True))
        rows[name] = {**published, **pd.DataFrame(scores).mean().to_dict()}
    return pd.DataFrame(rows).T
