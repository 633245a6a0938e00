"""What a page shows, line by line, and which lines of it an article keeps."""

import pytest

from helpers.extract.lines import held, visible_lines


def test_a_page_is_read_in_the_order_of_its_source_without_what_nobody_sees():
    page = """<html><head><title>Tab</title><style>p {}</style></head><body><nav><a>Home</a> <a>News</a></nav>
    <h1>Rain</h1><script>alert(1)</script><p>It <b>rained</b> on
    the bridge.<br>All day.</p><textarea>Comment</textarea><p>조약을 <i>체결</i>했다.</p>tail</body></html>"""
    assert visible_lines(page) == [
        "Home News", "Rain", "It rained on the bridge.", "All day.", "조약을 체결했다.", "tail",
    ]  # fmt: skip


@pytest.mark.parametrize("page", ["", "\x00", "%PDF-1.7 x", "<html></html>"])
def test_what_is_no_page_shows_nothing(page):
    assert visible_lines(page) == []


def test_pages_that_extraction_refuses_show_nothing_and_do_not_hang():
    assert visible_lines("<body>" + "<span>a</span>" * 200_000) == []
    assert visible_lines("<body>" + "<div>" * 100_000 + "x") == []
    assert visible_lines("<body>" + "<span>a</span>" * 2_000) == ["a" * 2_000]


def test_a_line_is_held_however_it_is_written():
    text = "“It rained,” he said.\n\n条约生效。"
    lines = ['"It rained," he said.', "It rained", "he said", "条约生效", "Other"]
    assert held(lines, text) == [True, False, False, True, False]  # too short to be told from chance


def test_part_of_a_paragraph_is_held_when_it_is_long_enough():
    assert held(["rained on the old bridge"], "All day it rained on the old bridge of the town.") == [True]
    assert held(["", "—"], "A text.") == [False, False]
