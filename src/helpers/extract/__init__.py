"""From a page or an export to a clean article: pure functions, no file, no clock, no network.

* A page: `decode` its bytes, `extract_article` (an `Extraction`), or a part of it: `extract_body`, `visible_lines`.
* What it says of itself: `read_metadata` (`Metadata`), `choose_title`, `author_names`.
* Dates: `parse_date` of a column's value, `visible_date` in a line, `relative_date` told from the time of reading.
* Plain text: `normalise`, `line_key`; words that ran together: `learn_joins`, `split_joins`.
* Its language: `detect_language`, `passage_languages`.
* Traces that a reader should know of, with the words that show them: `flags`, `template_flags`, `identical_elsewhere`,
  `impossible_output`, `machine_line`.
"""

import lazy_loader

from helpers.extras import needs

needs("text", "lxml", "trafilatura", "py3langid")

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "article": ["Extraction", "extract_article", "extract_body"],
        "bylines": ["author_names"],
        "dates": ["parse_date", "relative_date", "visible_date"],
        "encoding": ["decode"],
        "flags": ["flags", "identical_elsewhere", "impossible_output", "template_flags"],
        "glued_words": ["learn_joins", "split_joins"],
        "language": ["detect_language", "passage_languages"],
        "lines": ["visible_lines"],
        "metadata": ["Metadata", "read_metadata"],
        "normalise": ["line_key", "normalise"],
        "titles": ["choose_title"],
        "traces": ["machine_line"],
    },
)
