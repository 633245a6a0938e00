"""What an invented study brings to its tables: pages over loopback, simulated coders, what was planted, and scores.

An installation finds this module as the entry point ``helpers.invented``.
"""

from __future__ import annotations

from pathlib import Path

from helpers.data.store import Recipe, Recipes
from helpers.study import Study
from practice import collected
from practice.collected import web
from practice.schemas import NOTEBOOKS, TRUTH

__all__ = ["recipes", "web"]

NEEDS = {
    "scores_collect": "pages truth_articles",
    "scores_clean": "articles truth_articles truth_boilerplate",
    "scores_describe": "articles passages truth_articles truth_passages",
    "scores_topics": "articles passages counts boilerplate topic_terms topic_measures topic_fits truth_articles "
    "truth_topics truth_effects",
    "scores_frames": "articles passages indicator_hits frame_shares truth_passages truth_effects",
    "scores_validate": "articles passages indicator_validity codes coding_sample topics topic_terms topic_measures "
    "topic_documents copies truth_passages",
    "scores_compare": "estimates keyness truth_effects",
    "scores_events": "event_estimates event_contrasts bursts truth_effects",
    "scores_robustness": "multiverse topic_multiverse topic_terms truth_topics truth_effects",
}
"""Which tables are read to score a notebook."""


def recipes(study: Study) -> Recipes:
    """Recipes of the tables that only an invented study has, and of those that it makes in its own way."""
    pages = Recipe(("pages", "collect_ledger"), "practice.collected", files=collected.files)
    on_the_web = any(source.kind == "web" for source in study.sources)
    made = [
        *([pages] if on_the_web else []),  # a study may also come as shared counts
        Recipe(
            ("coding_sample", "codes"), "practice.coded", ("articles", "passages", "counts", "truth_passages"),
            files=_coding,
        ),
        Recipe(tuple(TRUTH), "practice.planted"),
        *(
            Recipe((name,), f"practice.scores.{name.removeprefix('scores_')}", tuple(needs.split()))
            for name, needs in NEEDS.items()
        ),
        Recipe(("scores",), "practice.scores", tuple(NOTEBOOKS)),
    ]  # fmt: skip
    return {name: recipe for recipe in made for name in recipe.writes}


def _coding(study: Study) -> list[Path]:
    """What people coded in the practice study, beside the simulated coders."""
    return [study.folder / "coding"]
