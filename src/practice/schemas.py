"""Tables that only an invented study has: what was planted, and how much of it each notebook recovered."""

from __future__ import annotations

from helpers.data.schemas import INSTANT, NUMBER, SCHEMAS, TEXT, WHOLE, YES_NO, Schema, schema

NOTEBOOKS = {
    "scores_collect": "01-collect",
    "scores_clean": "02-clean",
    "scores_describe": "03-describe",
    "scores_topics": "04-topics",
    "scores_frames": "05-frames",
    "scores_validate": "06-validate",
    "scores_compare": "07-compare",
    "scores_events": "08-events",
    "scores_robustness": "09-robustness",
}
"""Which notebook's work each table of scores is about."""

_SCORES = dict(
    notebook=TEXT, quantity=TEXT, planted=NUMBER, recovered=NUMBER, low=NUMBER, high=NUMBER, n=WHOLE, verdict=TEXT,
)  # fmt: skip

TRUTH: dict[str, Schema] = {
    "truth_articles": schema(
        "address", "date_shown byline author topic mentions translation_of foreign", address=TEXT, outlet=TEXT,
        bloc=TEXT, language=TEXT, kind=TEXT, relevant=YES_NO, published=INSTANT, date_shown=INSTANT, date_fault=TEXT,
        title=TEXT, byline=TEXT, author=TEXT, section=TEXT, topic=TEXT, copy_cluster=TEXT, copy_kind=TEXT, origin=TEXT,
        credit=TEXT, mentions=TEXT, is_original=YES_NO, is_first=YES_NO, flags=TEXT, translation_of=TEXT, foreign=TEXT,
        n_boilerplate_lines=WHOLE, charset_fault=TEXT, reachable=YES_NO, text=TEXT,
    ),
    "truth_passages": schema(
        "address position voice", "frame indicator speaker", address=TEXT, position=WHOLE, voice=TEXT, frame=TEXT,
        has_indicator=YES_NO, indicator=TEXT, kind=TEXT, relevant=YES_NO, speaker=TEXT, language=TEXT, n_words=WHOLE,
    ),
    "truth_effects": schema(
        "kind measure side group reference event span voice scope",
        "planted realised realised_articles indicator_planted indicator_realised indicator_articles", kind=TEXT,
        measure=TEXT, side=TEXT, group=TEXT, reference=TEXT, event=TEXT, span=TEXT, voice=TEXT, scope=TEXT,
        planted=NUMBER, realised=NUMBER, realised_articles=NUMBER, indicator_planted=NUMBER, indicator_realised=NUMBER,
        indicator_articles=NUMBER, n_passages=WHOLE, n_articles=WHOLE,
    ),
    "truth_topics": schema("topic language term", topic=TEXT, language=TEXT, term=TEXT),
    "truth_boilerplate": schema("outlet line", outlet=TEXT, line=TEXT, n_pages=WHOLE),
    "truth_pages": schema(
        "address", address=TEXT, outlet=TEXT, kind=TEXT, status=WHOLE, delay=NUMBER, sha256=TEXT,
    ),
}  # fmt: skip

SCORES: dict[str, Schema] = {
    name: schema("notebook quantity", "recovered low high", **_SCORES) for name in (*NOTEBOOKS, "scores")
}
SCHEMAS |= TRUTH | SCORES  # from now on the store knows them
