"""Topics of a document-term matrix: fitted, ranked, checked, labelled, laid out, and matched across languages.

Arrays and frames in, arrays and tidy frames out: no file, no clock, no network, and nothing else of the house.

* Fit: `TopicModel` (scikit-learn's way), which may warn (`SmallCorpusWarning`); how many: `sheet`, `recommended_range`.
* Read: `top_terms`, `term_scores`, `describe` (a `Topic` each), `topic_ids`; names that people gave, put back after
  a refit: `Label`, `assign_labels`, `proposal`.
* Trust: `worth` (quality with limits), `coherence`, `diversity`, `exclusivity`, `concentration`, `heldout_fit`,
  `stability` over samples from `document_sample`;
  `artefacts` (one outlet's, a wire story, furniture); `refit_shares` (what other fits would have given).
* See: `coordinates`, `distances` (a map: `Plane`), `cooccurrence`, `packages` (a network).
* Across fits and languages: `match_topics`, `align`, `strands`, `concept_profiles`, `language_signal`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "align": ["align", "concept_profiles", "language_signal", "strands"],
        "artefacts": ["artefacts"],
        "engine": ["topic_ids"],
        "labels": ["Label", "assign_labels", "proposal"],
        "matching": ["document_sample", "match_topics", "refit_shares", "stability"],
        "quality": ["coherence", "concentration", "diversity", "exclusivity", "heldout_fit", "worth"],
        "term_ranking": ["describe", "term_scores", "top_terms"],
        "topic_map": ["Plane", "coordinates", "distances"],
        "topic_model": ["SmallCorpusWarning", "Topic", "TopicModel"],
        "topic_network": ["cooccurrence", "packages"],
        "topic_number": ["recommended_range", "sheet"],
    },
)
