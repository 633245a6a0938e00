"""Texts to words, voices and counts, in every language that has a file in `helpers.text.languages`.

Strings and frames in, lists and tidy frames out: no disk but the language files, no clock, no network.

* Words: `tokens`, `lemmas`, `sentences`, `n_words`; what may carry a topic: `stop_words`, `is_content`.
* Voices: `split_voices` into a `Passage` a paragraph, with the `Speech` of the outlet and of each whom it quotes;
  `holds_voice`; `quotations`, `speaker_of`; `measured_voices`: how well.
* Names: `Aliases` of entities; which passages bear on a pair: `entities_named`, `reach`,
  `relevant`; which headlines only in passing: `in_passing`.
* Counts: `count_terms`, `background_totals`, the matrix `dtm`; phrases that may be counted: `choose_phrases`; what must
  not be shared: `scan_for_runs`; a term where it stands: `contexts`.
"""

import lazy_loader

from helpers.extras import needs

needs("text", "simplemma", "jieba", "kiwipiepy", "opencc")

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "aliases": ["Aliases"],
        "contexts": ["contexts"],
        "counts": ["background_totals", "count_terms", "dtm"],
        "lengths": ["n_words"],
        "passing": ["in_passing"],
        "phrases": ["choose_phrases", "scan_for_runs"],
        "quotes": ["quotations", "speaker_of"],
        "relevance": ["entities_named", "reach", "relevant"],
        "sentences": ["sentences"],
        "tokens": ["is_content", "lemmas", "stop_words", "tokens"],
        "voices": ["Passage", "Speech", "holds_voice", "measured_voices", "split_voices"],
    },
)
