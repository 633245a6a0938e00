"""What a site puts into its articles, wherever it stands, and text that recurs and is the article's own."""

import pandas as pd
import pytest

from helpers.copies import recurring_lines, recurring_runs, strip_lines, strip_runs
from helpers.copies.recurring_runs import keys_of

SUBJECTS = (
    "ferry harbour sailors", "wheat millers bakers", "choir singers concert", "bridge engineers girders",
    "hospital nurses fever", "railway drivers signals", "museum painters canvas", "forest foresters beetles",
    "school teachers lessons", "mine miners lamps", "market traders stalls", "weather storms gales",
)  # fmt: skip


def story(i, *, lines=8):
    """An article of its own about one subject; no sentence of it stands in another."""
    place, people, thing = SUBJECTS[i % len(SUBJECTS)].split()
    return [
        f"The {place} of town {i} saw {people} count {thing} for the {n}th time. The {people} went home by night {i}{n}."
        for n in range(lines)
    ]


def outlet(make, n=12):
    """Articles of one outlet, each made from a story's paragraphs."""
    texts = pd.Series({f"a{i:02}": "\n\n".join(make(i, story(i))) for i in range(n)})
    return texts, pd.Series("quay", index=texts.index)


def cleaned(texts, outlets):
    lines = recurring_lines(texts, outlets)["line"].tolist()
    bare = texts.map(lambda text: strip_lines(text, lines))
    runs = dict(keys_of(recurring_runs(bare, outlets))).get("quay", {})
    return bare.map(lambda text: strip_runs(text, runs))


def plain(n=12):
    return ["\n\n".join(story(i)) for i in range(n)]


@pytest.mark.parametrize(
    "label", ["Advertisement", "Story continues below", "Реклама", "광고", "广告", "Share this article"]
)
def test_a_label_goes_wherever_it_stands_and_however_often(label):
    def make(i, lines):
        lines[2:2] = [label]
        lines[6:6] = [label]
        return lines + ["More of it here.", "And yet more here."][: i % 2 + 0] + [f"Line {i} {k}" for k in range(14)]

    texts, outlets = outlet(make)
    assert not any(label in text for text in cleaned(texts, outlets))


def test_a_sentence_of_the_site_inside_paragraphs_goes_and_nothing_else():
    def make(i, lines):
        lines[1 + i % 5] += " Sign up for our evening newsletter here."
        return lines

    texts, outlets = outlet(make)
    found = recurring_runs(texts, outlets)
    assert found[["line", "kind", "n_articles"]].values.tolist() == [
        ["Sign up for our evening newsletter here.", "run", 12]
    ]
    assert cleaned(texts, outlets).tolist() == plain()


@pytest.mark.parametrize(
    "link",
    [
        "READ MORE: {0} of the {1} valley",
        "Read also: {0} of the {1} valley",
        "Читайте также: {0} {1}",
    ],
)
def test_a_link_inside_a_paragraph_goes_with_its_title(link):
    def make(i, lines):
        lines[3] += " " + link.format(SUBJECTS[(i + 3) % 12].title(), f"Number{i}")
        return lines

    texts, outlets = outlet(make)
    assert cleaned(texts, outlets).tolist() == plain()


def test_a_link_inside_a_chinese_paragraph_goes():
    def make(i, lines):
        number = "一二三四五六七八九十百千"[i]
        body = [f"第{number}座港口的工人在第{k}天清点了船只。他们晚上回家。" for k in "甲乙丙丁戊己"]
        body[2] += f"相关新闻：{number}号面包师等待面粉"
        return body

    texts, outlets = outlet(make)
    assert not any("面包师" in text or "相关" in text for text in cleaned(texts, outlets))
    assert all(text.count("回家") == 6 for text in cleaned(texts, outlets))


def test_a_teaser_of_another_article_before_read_more_goes():
    def make(i, lines):
        lines[3] += f" Bakers of {SUBJECTS[(i + 5) % 12].split()[0]} row {i} wait for the… READ MORE"
        return lines

    texts, outlets = outlet(make)
    assert cleaned(texts, outlets).tolist() == plain()


def test_the_standing_paragraph_of_an_agency_stays_in_line_and_inside_paragraphs():
    standing = "Ferry and harbour of the two towns have been closed to sailors since the war of the lighthouses."

    def make(i, lines):
        lines = [line.replace(f"town {i}", f"town {i}, where the war closed the lighthouses") for line in lines]
        return [line.replace("wheat", "harbour") for line in lines[:4]] + [
            f"Envoys spoke of harbour {i}, ferry {i} and sailors, closed to both towns. {standing}", *lines[4:], standing
        ]  # fmt: skip

    texts, outlets = outlet(make, 30)
    assert all(text.count(standing) == 2 for text in cleaned(texts, outlets))


@pytest.mark.parametrize(
    "said",
    [
        "He did not elaborate.", "Thank you very much.", "“Land and bread for all of us,” they sang.",
        "MS. QUAY: Go ahead, please.", "No one was hurt, she said."
    ],
)  # fmt: skip
def test_stock_phrases_slogans_and_speech_stay(said):
    def make(i, lines):
        if i % 16 == 0:
            lines[2] += " " + said
        return lines

    texts, outlets = outlet(make, 200)
    assert sum(said in text for text in cleaned(texts, outlets)) == 13


def test_one_story_told_often_is_no_furniture():
    texts = pd.Series({f"a{i}": "\n\n".join([*story(1), f"Update {i}."]) for i in range(12)})
    outlets = pd.Series("quay", index=texts.index)
    assert recurring_runs(texts, outlets).empty


def test_each_outlet_has_its_own_furniture():
    texts, outlets = outlet(
        lambda i, lines: [*lines[:3], lines[3] + " Follow us on the evening radio.", *lines[4:]], 24
    )
    outlets.iloc[12:] = "pier"
    outlets.iloc[20:] = "moor"  # four articles
    found = recurring_runs(texts, outlets)
    assert found[["outlet", "n_articles"]].values.tolist() == [["moor", 4], ["pier", 8], ["quay", 12]]


def test_the_credit_of_an_agency_stays_inside_a_paragraph():
    credit = "TASS contributed to this report from the harbour."
    texts, outlets = outlet(lambda i, lines: [*lines[:-1], f"{lines[-1]} {credit}"])
    assert all(credit in text for text in cleaned(texts, outlets))


@pytest.mark.parametrize("credit", ["Источник: {agency}", "Джерело: {agency}", "Source: {agency}", "({agency})"])
def test_a_credit_of_its_own_paragraph_stays_whoever_it_names(credit):
    names = ("ВЕСТИНФОРМ", "СЕВЕРПРЕСС", "SUDINFORM")  # no known agencies
    texts, outlets = outlet(lambda i, lines: [*lines, credit.format(agency=names[i % 3])])
    assert all(credit.format(agency=names[i % 3]) in text for i, text in enumerate(cleaned(texts, outlets)))


def test_texts_from_one_mould_keep_their_sentences():
    said = [f"The {subject.split()[0]} of the valley was counted again." for subject in SUBJECTS[:5]]
    texts, outlets = outlet(
        lambda i, lines: [f"Day {i} has begun. {said[i % 5]} {said[(i * i + 1) % 5]}", said[i // 5]], 25
    )
    assert not (recurring_runs(texts, outlets)["kind"] == "run").any()
