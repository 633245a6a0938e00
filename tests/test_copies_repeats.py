"""Several texts under one address, and one text under many titles."""

import pandas as pd

from helpers.copies import first_of_same, teasers

BODY = "The bridge over the northern river opened on Monday at noon, and trains of both towns crossed it by night."


def test_other_texts_are_other_articles_and_a_longer_version_is_not():
    other = (
        "Wheat rose in price for the third week, and bakers of the valley asked the mayor for flour from the stores."
    )
    longer = f"{BODY} The mayor spoke of it for an hour, and the choir sang until it rained on everybody."
    assert first_of_same([BODY, other, longer, other.upper(), "", BODY]) == [0, 1, 0, 1, 0, 0]


def test_signs_are_compared_by_letters():
    one, two = "北方河上的大桥在第一场雪之前开通，火车当晚从桥上通过。", "小麦价格连续第三周上涨，面包师向市长求助。"
    assert first_of_same([one, two, one + "市长讲了一个小时的话。"]) == [0, 1, 0]
    assert first_of_same([]) == []


def items(texts, titles):
    return pd.Series(texts), pd.Series("quay", index=range(len(texts))), pd.Series(titles)


def test_a_teaser_is_found_by_its_unlike_titles():
    text = "This story is for members. Open the app to go on."
    titles = [
        "Bridge opens at noon",
        "Wheat is dear again",
        "The choir sings for envoys",
        "Storm over both towns",
        None,
    ]
    found = teasers(*items([text] * 5, titles))
    assert found.tolist() == [5] * 5  # the one without a title is of them


def test_an_article_that_came_again_under_new_headlines_is_none():
    titles = [
        "Bridge over northern river opens",
        "Trains of both towns cross by night",
        "Noon on Monday: bridge opened",
    ]
    assert teasers(*items([BODY] * 3, titles)).empty
    assert teasers(*items([BODY] * 3, [titles[0]] * 3)).empty
    assert teasers(*items([BODY] * 3, [None] * 3)).empty
    assert teasers(*items(["App only."] * 2, ["Wheat is dear", "Choir sings"])).empty  # two may be a mistake


def test_teasers_of_two_outlets_are_counted_apart():
    texts, outlets, titles = items(["App only."] * 6, ["Wheat is dear", "Choir sings", "Storm of night"] * 2)
    outlets.iloc[3:] = "pier"
    assert teasers(texts, outlets, titles).tolist() == [3] * 6
