"""Sentences of `topics.md` that no figure decides."""

from __future__ import annotations

from topics_corpora import COVERAGE, NOISY, SHORT

UNSEEN = """**What was seen before.** The settings of our model (smoothing, neighbours, exclusivity, where learning
starts) were chosen on BBC News, its labels hidden from the model but its scores seen, so the tables of that corpus
flatter ours; the noisy and the short version are made from the same texts. The corpus "coverage" was not used to choose
any setting: where the two disagree, believe that one."""
SAMPLED = """On the same {n} samples of 80 % of the documents: mean and 95 % interval by Student's t; bold where it
excludes 0. Samples overlap and the corpus is one, so these are intervals for other draws from this corpus, and somewhat
too narrow."""
TIMED = """at K = 20 on BBC News the median of {n} rounds in which each engine had its turn, alone; elsewhere the median
over seeds, while other work ran beside it"""
UNTIMED = """the median over seeds, **while other work ran beside it**, so that times of different engines were not
taken under the same load"""
METHOD = """Means over seeds. Display words under three selectors: each engine's **own words** (ours are turned
towards exclusive terms already, BERTopic's are class-based TF-IDF of its clusters); **c-TF-IDF of shares**, the same
for all, from documents' topic shares alone; and **β turned**, the same for all, the engine's own weights times the
fourth root of the topic's part in a word, β (β / Σβ)^.25, for ours on the weights before its own turn. **NPMI** over
sliding windows of ten words (± standard deviation over seeds). **NMI** of each document's largest topic with the
labels. **Stability**: share of the selector's ten words found again in the matched topic (Hungarian), of other seeds
or of samples of 80 % of documents, *with* the fit of *all* documents or *between* samples; a topic without a partner
counts 0. **CPU** is of full fits on one thread, without the first of a process, which compiles; {timed}. Each engine
at each K has a process of its own, and the same samples. Engines: ours is `TopicModel` as it comes; scikit-learn NMF
on sublinear TF-IDF with `nndsvda`; scikit-learn LDA online, 20 passes; tomotopy LDA, 1,000 sweeps, its own priors;
BERTopic as it comes, smallest cluster 10 up to K = 20 and 5 above (with 10 it finds fewer than 50 topics)."""
WHAT = {
    NOISY: """Noise of a discussion group, made with a fixed seed: half of the documents cut to 40 words; a quarter
    begin with 30 words quoted from another; a fifth of the words replaced by draws from the corpus' frequencies; every
    document ends with the signature (8 to 15 words of the rarest quarter of the vocabulary) of one of 60 senders,
    whatever its label. NPMI is of the texts before the noise, so that words of a
    signature, never together there, count as far apart.""",
    COVERAGE: """English texts of KCNA and the White House, each distinct text once: words of two letters and more,
    scikit-learn's English stop words, in at least 5 documents and at most half of them. No labels, hence no NMI. The
    encoder is given the text as it is, of which it reads the first 256 word pieces.""",
    SHORT: """A stand-in for headlines, which this corpus lacks: the first eight words of each text, without the stop
    words that the makers of the corpus removed. NPMI is of the whole texts. Ours once with neighbours by its own latent
    space and once by the encoder's vectors (`vectors=`), which BERTopic has too.""",
}
NOT_HERE = """20 Newsgroups itself, which could not be had here; LDA with more passes or tuned priors; BERTopic with
outliers given to their nearest topic, with a larger encoder, or on raw text of BBC News; other K than 20 on the further
corpora; intervals that hold beyond these corpora. Many documents: `topics_scale.md`."""
YARDSTICK = """The configuration that matches is that of the paper's own evaluation code: all documents, gensim's
defaults (those of OCTIS: one pass in chunks of 2,000), seeds 0, 21 and 42, ten words a topic for both scores, gensim's
`c_npmi` with windows of ten words. NPMI over whole documents and diversity over 25 words do not match. Largest distance
from the published means: NPMI {off_npmi}, diversity {off_diversity}; asked for were ±{near_npmi} and ±{near_diversity}:
**{verdict}**. Our own function differs by up to {apart} on the same topics: gensim's sliding window forgets a word when
its first mention leaves the window, even if a second is still inside; ours does not. One pass is too little for LDA:
these two are a yardstick, not rivals."""
