"""Markup in a text column: paragraphs kept, nothing of the page's machinery."""

import pytest

from helpers.extract.markup import is_markup, markup_text


def parts(text):
    return markup_text(text).split("\n\n")


def test_paragraphs_are_kept():
    assert parts("<p>A.</p><p>B.</p>") == ["A.", "B."]
    assert parts("<div>A <b>bold</b> word,\nwrapped.<br/>B.<ul><li>C</li><li>D</li></ul>tail</div>") == [
        "A bold word, wrapped.", "B.", "C", "D", "tail"
    ]  # fmt: skip


def test_escaped_markup_and_entities_are_read():
    assert parts("&lt;p&gt;Bread &amp;amp; salt&lt;/p&gt;&lt;p&gt;B.&lt;/p&gt;") == ["Bread & salt", "B."]
    assert parts("<p>조약을 체결했다.</p><p>Мост&nbsp;открыт.</p>") == ["조약을 체결했다.", "Мост\xa0открыт."]


def test_scripts_styles_forms_and_comments_are_not_text():
    page = "<p>A.</p><script>if (a<b) x()</script><style>p{}</style><!-- no --><form>Mail <input></form><p>B<!-- x --> C.</p>"
    assert parts(page) == ["A.", "B C."]


@pytest.mark.parametrize("text", ["", "Plain.", "a < b and c > d", "I <3 it", "x <- y -> z", "<Ada> said", "5 <p 6"])
def test_plain_text_is_left_alone(text):
    assert not is_markup(text)
    assert markup_text(text) == text


def test_unclosed_nested_and_broken_markup_is_read_as_far_as_it_goes():
    assert parts("<p>A.<p>B.<div><p>C") == ["A.", "B.", "C"]
    assert parts("\x00<p>A\x0b</p>") == ["A"]
    assert parts("<div>" * 5000 + "A." + "</div>" * 5000 + "<p>B.</p>")[-1] in ("B.", "A.")
    assert markup_text("<p></p>") == ""


def test_lines_of_a_text_that_is_only_dressed_stay_lines():
    text = "<h2>Head</h2>One.\n\nTwo,\nwrapped.\n\nThree.\n\nFour.<style>p{}</style>"
    assert [part.strip() for part in parts(text) if part.strip()] == [
        "Head",
        "One.",
        "Two,\nwrapped.",
        "Three.",
        "Four.",
    ]
