"""Frames as a codebook defines them: read, checked, counted by their indicators, predicted from people's codes.

Texts, counts and codes in, tidy frames out: no file, no clock and no network.

* The codebook: `parse_codebook` (from the text of a `codebook.yml`), `extend_codebook` (one that changes another),
  `Codebook`, `Frame`, `Indicator`, `CodebookError`; what is wrong with it: `lint`; what on these texts: `silent`,
  `quoted`, `inside_words`.
* Indicators: `score` (a text), `rates` (by article or passage), `carried` (is a frame there).
* Codes for the passages that nobody coded: `predict` on `text_features` or `count_features` (or both, `stacked`), by
  `groups` that keep copies and months together: `Predictions`; labels given elsewhere: `read_given` (each a `Given`),
  `labels_of`.
* How wrong an indicator or a classifier is beside people: `classifier_errors`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "classify": [
            "Predictions",
            "classifier_errors",
            "count_features",
            "groups",
            "predict",
            "stacked",
            "text_features",
        ],
        "codebook": ["Codebook", "CodebookError", "Frame", "Indicator", "extend_codebook", "parse_codebook"],
        "external_labels": ["Given", "labels_of", "read_given"],
        "indicators": ["carried", "rates", "score"],
        "lint": ["inside_words", "lint", "quoted", "silent"],
    },
)
