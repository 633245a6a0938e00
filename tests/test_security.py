"""What docs/security.md claims: each claim names a test that exists, and the claims that no other test holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from helpers.report.without_outputs import without_outputs
from helpers.study import StudyError
from helpers.study.yaml_lines import read_yaml


def claims(text: str) -> list[str]:
    """Each bullet of the page before "Left to you", and each paragraph of the sections that have none."""
    claimed = text.split("## Left to you")[0]
    bullets = re.findall(r"^- .+(?:\n  .+)*", claimed, flags=re.MULTILINE)
    return bullets + claimed.split("## Pages\n")[1].replace("## Secrets\n", "").strip().split("\n\n")


def test_each_claim_names_a_test_that_there_is(root: Path) -> None:
    page = (root / "docs" / "security.md").read_text(encoding="utf-8")
    tests = "\n".join(path.read_text(encoding="utf-8") for path in sorted((root / "tests").glob("test_*.py")))
    there = set(re.findall(r"^(?:async )?def (test_\w+)", tests, flags=re.MULTILINE))
    said = claims(page)
    assert len(said) > 12 and not [claim for claim in said if not re.search(r"`test_\w+`", claim)]
    assert set(re.findall(r"`(test_\w+)`", page)) - there == set()


def test_the_page_stays_a_page_and_a_half(root: Path) -> None:
    assert len((root / "docs" / "security.md").read_text(encoding="utf-8").split()) < 900


@pytest.mark.parametrize(
    "tagged", ["!!python/object/apply:os.mkdir [made]", "!!python/object/new:os.mkdir [made]", "!!python/name:os.mkdir"]
)
def test_a_study_cannot_make_an_object(tagged: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tag is refused, or stands for nothing: what it marks is read as it is written."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "study.yml"
    path.write_text(f"title: {tagged}\n", encoding="utf-8")
    try:
        assert read_yaml(path).data == {"title": ["made"]}
    except StudyError as error:
        assert "study.yml:1" in str(error)
    assert not (tmp_path / "made").exists()


def test_a_mark_of_trust_does_not_travel() -> None:
    output = {"output_type": "display_data", "data": {"text/html": "<script>go()</script>"}, "metadata": {}}
    cell = {
        "cell_type": "code",
        "execution_count": 1,
        "metadata": {"trusted": True},
        "outputs": [output],
        "source": "1",
    }
    bare = without_outputs({"cells": [cell], "metadata": {}})
    assert bare["cells"][0]["metadata"] == {} and bare["cells"][0]["outputs"] == []


def test_a_page_tells_browsers_to_load_nothing(root: Path) -> None:
    frame = (root / "templates" / "report" / "frame.html.j2").read_text(encoding="utf-8")
    [policy] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', frame)
    stated = dict(part.strip().split(" ", 1) for part in re.sub(r"{%.*?%}", "", policy).split(";"))
    assert stated == {"default-src": "'none'", "img-src": "data:", "style-src": "'unsafe-inline'", "base-uri": "'none'",
                      "form-action": "'none'"}  # fmt: skip
