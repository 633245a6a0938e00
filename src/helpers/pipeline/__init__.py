"""One function a stage: tables in, tables out.  Notebooks, the command line and a cluster all call these."""

from helpers.data.corpus import load_corpus, voices
from helpers.pipeline.address_checks import check
from helpers.pipeline.audit_sample import audit
from helpers.pipeline.bursts import bursts, first_reports
from helpers.pipeline.cleaned import clean
from helpers.pipeline.code_formats import export_codes, import_codes
from helpers.pipeline.coder_desks import adjudication_desk, frame_desk
from helpers.pipeline.codes import (
    check_codes,
    code_losses,
    codes,
    current_codes,
    disagreements,
    frame_agreement,
    pair_agreement,
    settled_codes,
)
from helpers.pipeline.coding_sample import chances, coding_plan, draw_sample, read_sample
from helpers.pipeline.counts import count, export_counts, import_counts
from helpers.pipeline.estimates import compare, gate, power
from helpers.pipeline.event_checks import event_checks, event_profiles
from helpers.pipeline.event_estimates import events
from helpers.pipeline.frame_shares import correct
from helpers.pipeline.indicator_measures import indicators, topic_shares
from helpers.pipeline.indicator_validity import check_measures
from helpers.pipeline.intrusion_tasks import intrusion_desk, intrusion_plan, intrusion_scores, intrusion_tasks
from helpers.pipeline.keyness import keyness, word_shifts, words_in_context
from helpers.pipeline.measure_checks import lint_codebook
from helpers.pipeline.multiverse import universes
from helpers.pipeline.pages import collect
from helpers.pipeline.topic_multiverse import topic_grid, topic_universes
from helpers.pipeline.topic_prevalence import topic_levels, topic_months
from helpers.pipeline.topics import choose_topics, topics
from practice.scores import scores

__all__ = [
    "adjudication_desk", "audit", "bursts", "chances", "check", "check_codes", "check_measures", "choose_topics",
    "clean", "code_losses", "codes", "coding_plan", "collect", "compare", "correct", "count", "current_codes",
    "disagreements", "draw_sample", "event_checks", "event_profiles", "events", "export_codes", "export_counts",
    "first_reports", "frame_agreement", "frame_desk", "gate", "import_codes", "import_counts", "indicators",
    "intrusion_desk", "intrusion_plan", "intrusion_scores", "intrusion_tasks", "keyness", "lint_codebook",
    "load_corpus", "pair_agreement", "power", "read_sample", "scores", "settled_codes", "topic_grid", "topic_levels",
    "topic_months", "topic_shares", "topic_universes", "topics", "universes", "voices", "word_shifts",
    "words_in_context",
]  # fmt: skip
