"""What notebooks show of scraped text is text."""

import pandas as pd
import pytest

from helpers.show import audit, sentences


@pytest.fixture
def shown(monkeypatch):
    pages = []
    for module in (audit, sentences):
        monkeypatch.setattr(module, "display", lambda thing, **_: pages.append(getattr(thing, "data", thing)))
    return pages


def sample(**given):
    row = {
        "outlet_name": "Karvosk Herald", "address": "http://a.invalid/<1>", "title": "Rain <b>", "byline": None,
        "published": pd.Timestamp("2030-01-02T03:04Z"), "date_source": "meta", "text": "It rained.\n\n<img src=x>",
        "source": ["Menu", "<script>alert(1)</script>", "It rained."],
    }  # fmt: skip
    return pd.DataFrame([row | given])


def test_an_audit_escapes_strikes_and_marks(shown):
    audit.show_audit(sample())
    (page,) = shown
    assert "<script" not in page and "<img" not in page and "<b>" not in page
    assert "<del><bdi>Menu</bdi></del>" in page and "<p><bdi>It rained.</bdi></p>" in page
    assert "<ins><bdi>&lt;img src=x&gt;</bdi></ins>" in page
    assert "1 of 3 lines kept" in page and "2030-01-02 03:04 UTC, from meta" in page and "no byline" in page


def test_an_audit_is_bounded_and_says_what_it_cut(shown):
    audit.show_audit(sample(source=["x" * 10_000] * 500))
    assert "… and 440 lines more" in shown[0]
    assert len(shown[0]) < 60 * 450 + 5_000


def test_an_audit_without_text_says_so(shown):
    audit.show_audit(pd.DataFrame(columns=sample().columns))
    assert "holds no text" in shown[0]["text/plain"]
