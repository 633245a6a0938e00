"""Tables and sentences as a reader of the notebooks sees them, made from the tables that stages write."""

from helpers.views.corpus import (
    boilerplate, calendar, corpus, dates, events, flags, funnel, known_shares, monthly, outlets, reprints, voices,
)  # fmt: skip
from helpers.views.findings import (
    cautions, choices, clearest, copies_matter, curve_title, detectable, difference_table, differences,
    event_findings, event_overlaps, event_rows, event_table, findings, first_comparison, held_back,
    indicator_findings, keyness_articles, keyness_sentences, keyness_title, keyness_top, level_title, levels,
    main_differences, monthly_title, opening, placebos, plan_sentences, robustness, robustness_findings,
    topic_findings, topic_range_sentence, topic_universes, universe_summary, validation_findings, voices_matter,
    volume_title,
)  # fmt: skip
from helpers.views.measures import (
    carrying, checks, codebook, fired, gates, indicator_rates, indicator_voices, lint_counts, name_of, overlaps,
    specificity, topic_by_outlet, topic_languages, topic_shares, topic_stability, topics,
)  # fmt: skip

__all__ = [
    "boilerplate", "calendar", "carrying", "cautions", "checks", "choices", "clearest", "codebook", "copies_matter",
    "corpus", "curve_title", "dates", "detectable", "difference_table", "differences", "event_findings",
    "event_overlaps", "event_rows", "event_table", "events", "findings", "fired", "first_comparison", "flags",
    "funnel", "gates", "held_back", "indicator_findings", "indicator_rates", "indicator_voices", "keyness_articles",
    "keyness_sentences", "keyness_title", "keyness_top", "known_shares", "level_title", "levels", "lint_counts",
    "main_differences", "monthly", "monthly_title", "name_of", "opening", "outlets", "overlaps", "placebos",
    "plan_sentences", "reprints", "robustness", "robustness_findings", "specificity", "topic_by_outlet",
    "topic_findings", "topic_languages", "topic_range_sentence", "topic_shares", "topic_stability",
    "topic_universes", "topics", "universe_summary", "validation_findings", "voices", "voices_matter", "volume_title",
]  # fmt: skip
