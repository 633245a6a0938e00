"""Shares that rest on coders: hidden where these agree too little, and led back to the passages they rest on."""

import numpy as np
import pandas as pd
import pytest

from helpers.show.coded_passages import coded_shares
from practice.frame_coders import judge
from practice.scores.frames import as_coded, shares

SHARE = {"frame": "AID", "outlet": "post", "frame_name": "Aid", "outlet_name": "Post", "share": "20 % (10 % to 30 %)"}
PASSAGE = {
    "frame": "AID", "outlet": "post", "title": "Shells", "address": "https://post.invalid/1", "published": None,
    "text": "두 나라는 포탄을 보냈다.", "start": 6, "end": 9, "n_seen": 2, "n_coders": 2, "settled": "agreed",
    "fingerprint": "14e58eac", "judged": pd.Timestamp("2029-10-01", tz="UTC"),
}  # fmt: skip


def page(share=None, passage=None):
    return coded_shares(pd.DataFrame([SHARE | (share or {})]), pd.DataFrame([PASSAGE | (passage or {})]), "Shares")


def test_a_share_leads_to_its_passages_coders_and_definition():
    told = page()
    assert told.count('"#coded-AID-post"') == 1 and told.count('id="coded-AID-post"') == 1
    assert "<mark>포탄을</mark>" in told and "2 of 2, agreed" in told and "14e58eac" in told and "2029-10-01" in told
    assert told.index("<details>") < told.index('id="coded-AID-post"')  # inside, so that following the link opens it


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", '"><img src=x onerror=1>', "a</table><b>"])
def test_what_an_outlet_wrote_is_text(hostile):
    told = page({"outlet_name": hostile, "share": hostile}, {"title": hostile, "text": hostile, "start": 0, "end": 3})
    for tag in ("<script", "<img", "<b>", "onerror=1>"):
        assert tag not in told


def test_an_address_that_is_no_web_address_is_no_link():
    assert "href=" not in page(passage={"address": "javascript:alert(1)", "outlet": "post"}).split("<tbody")[2]


def test_without_text_or_marks_the_passage_is_named_alone():
    assert "<mark>" not in page(passage={"text": None, "start": np.nan, "end": np.nan})


def test_coders_miss_and_see_what_is_not_there_as_their_skill_says():
    planted, rng, n = pd.Series({"SHIELD": 0.2, "DANGER": 0.1, "AID": 0.0}), np.random.default_rng(4), 60_000
    drawn = rng.random((n, len(planted))) < planted.to_numpy()
    passages = [set(planted.index[row]) for row in drawn]
    seen = pd.DataFrame([[frame in one for frame in planted.index] for one in judge(passages, planted.index, rng=rng)])
    assert seen.mean().to_numpy() == pytest.approx(as_coded(planted).to_numpy(), abs=4 * 0.4 / n**0.5)
    assert (as_coded(planted) - planted).abs().max() > 0.005  # what a coder errs is more than the draws vary


def test_corrected_shares_are_scored_and_predictions_alone_are_counted():
    effects = pd.DataFrame(
        {
            "kind": "indicator",
            "measure": "AID",
            "side": "outlet",
            "group": ["a", "b"],
            "reference": "",
            "span": "all",
            "voice": "all",
            "scope": "all",
            "planted": [0.5, 0.1],
        }
    )
    seen = [as_coded(pd.Series({"AID": share}))["AID"] for share in (0.5, 0.1)]
    rows = [("a", "", seen[0]), ("b", "", seen[1]), ("a", "b", seen[0] - seen[1])]
    found = pd.DataFrame(
        [
            {"measure": "AID", "group": one, "reference": two, "method": method, "estimate": value + off,
             "low": value + off - 0.05, "high": value + off + 0.05, "n_coded": 40}
            for one, two, value in rows for method, off in (("raw", 0.1), ("coded", 9.0), ("corrected", 0.01))
        ]
    )  # fmt: skip
    told = shares(found, effects)
    assert told["verdict"].tolist() == ["inside the interval"] * 3 + ["less often than it says"]
    assert told["recovered"].iloc[-1] == 0
