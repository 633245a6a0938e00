"""One function a stage: tables in, tables out.  Notebooks, the command line and a cluster all call these."""

from helpers.stages.auditing import audit
from helpers.stages.bursting import bursts, first_reports
from helpers.stages.changing import events
from helpers.stages.checking import check
from helpers.stages.cleaning import clean
from helpers.stages.coding import intrusion_desk, intrusion_plan, intrusion_scores, intrusion_tasks
from helpers.stages.collecting import collect
from helpers.stages.comparing import compare, gate, power
from helpers.stages.confronting import check_measures
from helpers.stages.corpus import load_corpus, voices
from helpers.stages.correcting import correct
from helpers.stages.counting import count, export_counts, import_counts
from helpers.stages.exchanging import export_codes, import_codes
from helpers.stages.judging import (
    check_codes,
    code_losses,
    codes,
    current_codes,
    disagreements,
    frame_agreement,
    pair_agreement,
    settled_codes,
)
from helpers.stages.measuring import indicators, topic_shares
from helpers.stages.modelling import choose_topics, topics
from helpers.stages.prevailing import topic_levels, topic_months
from helpers.stages.questioning import event_checks, event_profiles
from helpers.stages.sampling import chances, coding_plan, draw_sample, read_sample
from helpers.stages.scoring import scores
from helpers.stages.seating import adjudication_desk, frame_desk
from helpers.stages.validating import lint_codebook
from helpers.stages.varying import universes
from helpers.stages.varying_topics import topic_grid, topic_universes
from helpers.stages.wording import keyness, word_shifts, words_in_context

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
