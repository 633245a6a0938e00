"""What notebooks show of scraped text is text."""

import pandas as pd
import pytest

from helpers import notebook
from helpers.study import load_study


@pytest.fixture
def shown(monkeypatch):
    found = []
    monkeypatch.setattr(notebook, "display", lambda thing: found.append(thing.data))
    return found


def sample(**given):
    row = {
        "outlet": "karvosk-herald", "address": "http://a.invalid/<1>", "title": "Rain <b>", "byline": None,
        "published": pd.Timestamp("2030-01-02T03:04Z"), "date_source": "meta", "text": "It rained.\n\n<img src=x>",
        "source": ["Menu", "<script>alert(1)</script>", "It rained."],
    }  # fmt: skip
    return pd.DataFrame([row | given])


def test_an_audit_escapes_strikes_and_marks(shown):
    notebook.show_audit(sample(), load_study("practice"))
    (page,) = shown
    assert "<script" not in page and "<img" not in page and "<b>" not in page
    assert "<del>Menu</del>" in page and "<p>It rained.</p>" in page and "<ins>&lt;img src=x&gt;</ins>" in page
    assert "1 of 3 lines kept" in page and "2030-01-02 03:04 UTC, from meta" in page and "no byline" in page


def test_an_audit_is_bounded_and_says_what_it_cut(shown):
    notebook.show_audit(sample(source=["x" * 10_000] * 500), load_study("practice"))
    assert "… and 440 lines more" in shown[0]
    assert len(shown[0]) < 60 * 450 + 5_000


def test_an_audit_without_text_says_so(shown):
    notebook.show_audit(pd.DataFrame(columns=sample().columns), load_study("official-voices"))
    assert "holds no text" in shown[0]
