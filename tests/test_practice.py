"""The practice study: the same bytes every time, what is planted is there, the site behaves as it should."""

from __future__ import annotations

import gzip
import http.client
import re
import time
from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
import yaml
from some import some

from helpers.data.schemas import conform
from helpers.frames.indicators import score
from helpers.study import load_study
from helpers.text.aliases import Aliases
from helpers.text.counts import count_terms
from helpers.text.tokens import lemmas
from helpers.text.voices import split_voices
from practice import world
from practice.build import World, build
from practice.effects import EFFECT_KEY
from practice.pages import HTML, mark
from practice.schemas import TRUTH
from practice.sentences import draw, mismatches, render, words
from practice.site import Site, serve
from practice.world import AGENCIES, FRAMES, NOW, OUTLETS, TOPICS

_TRACES = {
    "ai_disclosed": len(world.MACHINE_WRITTEN),
    "no_source": len(world.MACHINE_WRITTEN),
    "metered": len(world.METERED),
    "future_date": len(world.DATE_FAULTS["future"]),
    "identical_elsewhere": 2 * len(world.LIFTED),
    "impossible_output": world.FLOOD[2],
    "template": len(world.SERIES) * world.N_SERIES,
}


@pytest.fixture(scope="module")
def made() -> World:
    return build()


@pytest.fixture(scope="module")
def small() -> World:
    return build(languages=("en", "ko"))


@pytest.fixture(scope="module")
def site(made: World) -> Iterator[Site]:
    with serve(made) as running:
        yield running


@pytest.fixture(scope="module")
def study(root):
    return load_study("practice", root=root)


@pytest.fixture(scope="module")
def articles(made: World) -> pd.DataFrame:
    return made.truth["truth_articles"]


def ask(site: Site, address: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """GET by hand, so that nothing between the test and the server decides anything."""
    _, _, host, path = address.split("/", 3)
    ip, port = site.resolve(host)
    connection = http.client.HTTPConnection(ip, port, timeout=5)
    try:
        connection.request("GET", "/" + path, headers={"Host": host, **headers})
        answer = connection.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def fired(texts: pd.Series, language: str, study) -> list[set[str]]:
    """Frames whose indicators fire in each text, by the project's own counting."""
    ids = [str(i) for i in range(len(texts))]
    passages = pd.DataFrame({"article_id": ids, "position": 0, "language": language, "text": list(texts)})
    counts = count_terms(passages, entities=study.entities, phrases=study.codebook.phrases(language))
    found: dict[str, set[str]] = defaultdict(set)
    for row in score(counts, study.codebook, pd.Series(language, index=ids)).itertuples():
        found[row.article_id].add(row.frame)
    return [found[i] for i in ids]


def test_two_builds_give_the_same_bytes(made: World) -> None:
    again = build()
    assert made.sha256 == again.sha256
    for name, table in made.truth.items():
        pd.testing.assert_frame_equal(table, again.truth[name])
    assert build(seed=1, languages=["en"]).sha256 != build(languages=["en"]).sha256


def test_enough_articles_in_every_language_and_a_background(articles: pd.DataFrame) -> None:
    assert len(articles) >= 700
    assert set(articles.outlet) == set(OUTLETS) and set(articles.language) == {"en", "ru", "uk", "ko", "zh"}
    assert articles.groupby("language").size().min() >= 100
    assert (~articles.relevant).mean() >= 0.25
    assert articles.published.between("2029-07-01", "2030-07-01").all()
    assert articles.address.is_unique and (articles.published < NOW).all()


def test_each_fault_is_planted_as_often_as_it_says(articles: pd.DataFrame) -> None:
    faults = articles.date_fault.value_counts()
    assert {kind: faults[kind] for kind in world.DATE_FAULTS} == {
        "missing": 12,
        "wrong": 10,
        "conflict": 8,
        "future": 6,
        "relative": 5,
    }
    charsets = articles.charset_fault[articles.charset_fault != "none"].value_counts()
    assert charsets.to_dict() == {"misdeclared": 4, "undeclared": 4, "damaged": 3}
    assert articles["flags"].str.contains("ai_disclosed no_source").sum() == len(world.MACHINE_WRITTEN) == 5
    assert set(articles.loc[articles["flags"].str.contains("ai_disclosed"), "language"]) == set(world.LANGUAGES)
    missing = articles[articles.date_fault == "missing"]
    assert missing.date_shown.isna().all()
    future = articles[articles.date_fault == "future"]
    assert (future.date_shown > NOW).all()
    relative = articles[articles.date_fault == "relative"]
    assert (relative.date_shown - relative.published).abs().max() < pd.Timedelta(days=1)
    fine = articles[articles.date_fault == "none"]
    assert (fine.date_shown == fine.published).all()


def test_each_trace_is_planted_as_often_as_it_says(articles: pd.DataFrame) -> None:
    traces = {name: articles[[name in flags.split() for flags in articles["flags"]]] for name in _TRACES}
    assert {name: len(rows) for name, rows in traces.items()} == _TRACES
    assert traces["ai_disclosed"].index.equals(traces["no_source"].index)
    assert set(traces["ai_disclosed"].outlet) == {outlet for outlet, _ in world.MACHINE_WRITTEN}
    assert set(traces["metered"].outlet) == {outlet for outlet, _ in world.METERED}
    assert set(traces["future_date"].index) == set(articles.index[articles.date_fault == "future"])
    assert set(traces["impossible_output"].outlet) == {world.FLOOD[0]}
    assert set(traces["template"].outlet) == set(world.SERIES)
    flood = traces["impossible_output"]
    assert flood.published.dt.tz_convert(OUTLETS[world.FLOOD[0]].zone).dt.date.eq(world.FLOOD[1]).all()
    assert flood.author.nunique() == 1 and flood.text.is_unique
    lifted = articles[articles.kind == "lifted"].merge(articles[articles.kind == "own"], on="copy_cluster")
    assert len(lifted) == len(world.LIFTED) and (lifted.text_x == lifted.text_y).all()
    assert (lifted.origin_x == lifted.outlet_y).all() and (lifted.credit_x == "none").all()
    assert (lifted.published_x > lifted.published_y).all() and not lifted.is_original_x.any()
    assert articles.author.isna().equals(articles["flags"].str.contains("no_author"))


def test_translations_say_the_same_in_another_language(made: World, articles: pd.DataFrame) -> None:
    passages = made.truth["truth_passages"].groupby("address")
    translated = articles[articles.kind == "translation"]
    assert sorted(zip(translated.translation_of, translated.outlet, strict=True)) == sorted(world.TRANSLATED)
    wires = articles[articles.copy_kind == "verbatim"].set_index("copy_cluster")
    for row in translated.itertuples():
        wire = wires.loc[row.translation_of]
        assert row.language != wire.language and row.origin == wire.origin and row.published > wire.published
        ours, theirs = (passages.get_group(address).frame.tolist() for address in (row.address, wire.address))
        assert ours == theirs


def test_foreign_paragraphs_end_their_articles(made: World, articles: pd.DataFrame) -> None:
    foreign = articles[articles.foreign.notna()]
    assert dict(zip(foreign.outlet, foreign.foreign, strict=True)) == {
        outlet: language for (outlet, _), language in world.FOREIGN.items()
    }
    passages = made.truth["truth_passages"].merge(articles[["address", "language", "foreign"]], on="address")
    other = passages[passages.language_x != passages.language_y]
    assert set(other.address) == set(foreign.address) and (other.language_x == other.foreign).all()
    last = passages.groupby("address").position.transform("max")
    assert (other.position == last[other.index]).all() and not other.relevant.any()


def test_copies_come_in_every_kind_and_credit(articles: pd.DataFrame) -> None:
    copies = articles[articles.kind == "copy"]
    assert set(copies.origin) == set(AGENCIES)
    assert copies.groupby("copy_kind").size().min() >= 15 and set(copies.copy_kind) == set(world.COPY_KINDS)
    assert set(copies.credit) == set(world.CREDITS)
    assert not copies.is_original.any()
    assert copies.groupby("copy_cluster").is_first.sum().eq(1).all()
    mentions = articles[articles.mentions.notna()]
    assert len(mentions) == len(world.MENTIONS) and (mentions.origin == "own").all()


def test_copies_share_more_text_than_any_two_other_articles_of_a_week(articles: pd.DataFrame) -> None:
    def shingles(text: str, language: str) -> set[tuple[str, ...]]:
        signs = language in ("ko", "zh")  # letters in runs of nine, where words are not parted or take endings
        found = re.findall(r"\w" if signs else r"\w+", text.lower())
        length = 9 if signs else 5
        return {tuple(found[i : i + length]) for i in range(len(found) - length + 1)}

    of = {row.address: shingles(row.text, row.language) for row in articles.itertuples()}
    same, other = [], []
    for _, group in articles.groupby("language"):
        rows = group.sort_values("published").to_dict("records")
        for i, one in enumerate(rows):
            for two in rows[i + 1 :]:
                if two["published"] - one["published"] > pd.Timedelta(days=7):
                    break
                a, b = of[one["address"]], of[two["address"]]
                shared = len(a & b) / min(len(a), len(b))
                (same if one["copy_cluster"] == two["copy_cluster"] else other).append(shared)
    assert min(same) > 0.4 and max(other) < 0.3


def test_a_difference_made_by_copies_is_gone_in_originals(made: World) -> None:
    rows = legality(made).set_index(["group", "reference", "scope"]).loc[world.COMPARED[0]]
    assert rows.planted["all"] > 0.05 and rows.realised["all"] > 0.05
    assert abs(rows.planted["originals"]) < 1e-9 and abs(rows.realised["originals"]) < 0.02
    assert abs(rows.realised["first"]) < rows.realised["all"] / 2


def test_differences_of_the_outlets_own_stay_in_originals(made: World) -> None:
    rows = legality(made).set_index(["group", "reference"])
    assert set(rows.index) == set(world.COMPARED)
    others = rows.loc[list(world.COMPARED[1:])]
    assert (others.planted < -0.05).all() and (others.realised < -0.03).all()


def legality(made: World) -> pd.DataFrame:
    """Planted differences of one frame in what outlets say themselves."""
    effects = made.truth["truth_effects"]
    return effects[(effects.reference != "") & (effects.measure == "LEGALITY") & (effects.voice == "outlet")]


def test_two_events_change_something_and_two_do_not(made: World) -> None:
    effects = made.truth["truth_effects"].set_index(EFFECT_KEY)
    for event in world.EVENTS:
        for frame in FRAMES:
            for bloc in ("partners", "neighbours"):
                key = ("indicator", frame, "group", bloc, "", event.id, "change", "outlet", "originals")
                shift = event.shift if (frame, bloc) == (event.frame, event.bloc) else 0.0
                assert effects.loc[key].planted == pytest.approx(shift, abs=0.02)
                assert effects.loc[key].realised == pytest.approx(shift, abs=0.08)


def test_rates_of_imperfect_indicators_are_as_planted(made: World) -> None:
    passages = made.truth["truth_passages"]
    pair = passages[passages.address.isin(made.truth["truth_articles"].query("kind == 'own'").address)]
    framed, plain = pair[pair.frame.notna()], pair[pair.frame.isna()]
    assert (framed.kind == "miss").mean() == pytest.approx(world.MISS_RATE, abs=0.04)
    assert (plain.kind == "decoy").mean() == pytest.approx(world.DECOY_RATE, abs=0.02)
    assert (pair.has_indicator == pair.indicator.notna()).all()
    quoted = pair[pair.voice == "quoted"].frame.notna().mean()
    assert quoted > pair[pair.voice == "outlet"].frame.notna().mean() + 0.03


def test_topic_and_frame_are_independent(made: World) -> None:
    rows = made.truth["truth_passages"].merge(
        made.truth["truth_articles"].query("kind == 'own'")[["address", "topic", "bloc"]], on="address"
    )
    for _, bloc in rows.groupby("bloc"):
        table = pd.crosstab(bloc.topic, bloc.frame.notna(), normalize="index")[True]
        assert table.max() - table.min() < 0.15


def test_word_files_have_one_shape() -> None:
    assert {language: mismatches(language) for language in world.LANGUAGES} == {code: [] for code in world.LANGUAGES}
    assert set(world.LANGUAGES) == {"en", "ru", "uk", "ko", "zh"}


@pytest.mark.parametrize("language", world.LANGUAGES)
def test_indicators_fire_where_planted_and_nowhere_else(language: str, study) -> None:
    rng, texts, wanted = np.random.default_rng(7), [], []
    for group, entries in (("frames", FRAMES), ("topics", TOPICS), ("background", world.BACKGROUND)):
        for name in entries:
            for kind, templates in words(language)[group][name].items():
                if kind in ("section", "terms"):
                    continue
                for i in range(len(templates)):
                    texts += [render(draw(rng, (group, name, kind, i)), language) for _ in range(4)]
                    wanted += [{name} if kind in ("hit", "decoy") else set()] * 4
    got = fired(pd.Series(texts), language, study)
    wrong = [(t, w, g) for t, w, g in zip(texts, wanted, got, strict=True) if w != g]
    assert not wrong, wrong[:3]


def test_one_plan_scores_alike_in_every_language(study) -> None:
    rng = np.random.default_rng(11)
    plans = [
        draw(rng, ("frames", frame, kind, i))
        for frame in FRAMES
        for kind, templates in words("en")["frames"][frame].items()
        for i in range(len(templates))
    ]
    scores = [fired(pd.Series([render(p, code) for p in plans]), code, study) for code in world.LANGUAGES]
    assert len(scores) == 5 and all(found == scores[0] for found in scores)


def test_every_paragraph_on_the_pair_names_both_states(made: World, study) -> None:
    names = {code: Aliases(study.entities, code) for code in world.LANGUAGES}
    truth = made.truth["truth_passages"]
    on_pair = set(zip(truth.address[truth.relevant], truth.position[truth.relevant], strict=True))
    for row in made.truth["truth_articles"].itertuples():
        paragraphs = row.text.split("\n\n")
        for i, paragraph in enumerate(paragraphs):
            both = {"XTV", "XLD"} <= names[row.language].names(lemmas(paragraph, row.language))
            is_credit = i == len(paragraphs) - 1 and row.credit == "credit"
            before = (row.address, i - 1) in on_pair
            assert both == ((row.address, i) in on_pair) or is_credit or (before and not both), paragraph


def test_voices_are_where_the_truth_has_them(made: World) -> None:
    truth = made.truth["truth_passages"].groupby(["address", "position"]).voice.agg(sorted).to_dict()
    for row in made.truth["truth_articles"].itertuples():
        for i, paragraph in enumerate(row.text.split("\n\n")):
            if (row.address, i) in truth:
                (passage,) = split_voices(paragraph)
                assert sorted(one.voice for one in passage.speech) == truth[row.address, i]


def test_topic_words_are_lemmas_that_occur(made: World, study) -> None:
    articles = made.truth["truth_articles"]
    for language, rows in articles.groupby("language"):
        seen = {word for text in rows.text for word in lemmas(text, language)}
        terms = made.truth["truth_topics"].query("language == @language").term
        assert not set(terms) - seen


def test_every_page_says_that_it_is_invented(made: World) -> None:
    for (host, path), page in made.pages.items():
        body = gzip.decompress(page.body) if path.endswith(".gz") else page.body
        language = next(o.language for o in OUTLETS.values() if o.host == host)
        texts = {body.decode(code, "replace") for code in ("utf-8", world.LEGACY.get(language, "utf-8"))}
        assert any(all(part in text for part in mark(language).split(" / ")) for text in texts), host + path


def test_the_study_files_say_what_the_world_says(study) -> None:
    assert study.practice and (study.start, study.end) == (world.START, world.END)
    assert {o.id: (o.country, o.language) for o in study.outlets.values()} == {
        o.id: (o.country, o.language) for o in OUTLETS.values()
    }
    assert [(event.id, event.day) for event in study.events] == [(e.id, e.day) for e in world.EVENTS]
    assert set(study.codebook.frames) == set(FRAMES)
    assert dict(study.analysis.agencies) == {code: tuple(a.names.values()) for code, a in AGENCIES.items()}
    text = yaml.safe_load((study.folder / "study.yml").read_text(encoding="utf-8"))
    assert {outlet: entry["home"] for outlet, entry in text["outlets"].items()} == {
        o.id: f"http://{o.host}" for o in OUTLETS.values()
    }


def test_every_article_can_be_discovered(made: World, study, articles: pd.DataFrame) -> None:
    listed: set[str] = set()
    for source in study.sources:
        host = OUTLETS[source.outlet].host
        todo, seen = [*source.sitemaps, *source.front], set()
        while todo:
            address = todo.pop()
            seen.add(address)
            body = made.pages[host, "/" + address.split("/", 3)[3]].body
            text = (gzip.decompress(body) if address.endswith(".gz") else body).decode()
            links = re.findall(r"<loc>(.*?)</loc>", text)
            links += [f"http://{host}{path}" for path in re.findall(r'<li><a href="(/.*?)"', text)]
            listed |= set(links)
            todo += [link for link in links if "/sitemap" in link and link not in seen]
    assert set(articles.address) <= listed


def test_the_server_serves_each_host_its_own(site: Site, made: World) -> None:
    for outlet in OUTLETS.values():
        status, headers, body = ask(site, f"http://{outlet.host}/")
        assert status == 200 and outlet.name in body.decode() and headers["date"] == "Fri, 10 Jan 2031 00:00:00 GMT"
    assert ask(site, "http://www.tarvenski-vestnik.invalid/robots.txt")[0] == 404
    assert b"Crawl-delay: 0.01" in ask(site, "http://www.karvosk-herald.invalid/robots.txt")[2]
    with pytest.raises(LookupError, match="not part of the practice site"):
        site.resolve("example.org")


def test_the_server_answers_odd_pages_as_planned(site: Site, made: World) -> None:
    statuses = {
        "missing": 404,
        "gone": 410,
        "redirect": 301,
        "private_redirect": 301,
        "paywall": 200,
        "consent": 200,
        "only_related": 200,
    }
    for row in made.truth["truth_pages"].itertuples():
        if row.kind in statuses:
            status, headers, body = ask(site, row.address)
            assert status == row.status == statuses[row.kind]
            if row.kind == "redirect":
                assert ask(site, headers["location"])[0] == 200
            if row.kind == "private_redirect":
                assert headers["location"].startswith("http://10.")
            if row.kind == "paywall":
                assert b'"isAccessibleForFree": false' in body
            if row.kind in ("consent", "only_related"):
                forms = words(OUTLETS[row.outlet].language)["forms"]
                assert forms["consent" if row.kind == "consent" else "related"] in body.decode()
                assert (row.kind == "consent") != (b"<article>" in body)
    assert set(statuses) <= set(made.truth["truth_pages"].kind)
    failing = made.truth["truth_pages"].query("kind == 'failing'")
    assert len(failing) >= 3 and ask(site, failing.address.iloc[0])[0] == 503


def test_the_server_knows_what_the_reader_has(site: Site, articles: pd.DataFrame) -> None:
    address = "http://www.karvosk-herald.invalid/"
    _, headers, _ = ask(site, address)
    status, _, body = ask(site, address, **{"If-None-Match": headers["etag"]})
    assert (status, body) == (304, b"")
    assert ask(site, address, **{"If-None-Match": '"other"'})[0] == 200
    page = articles[articles.outlet == "karvosk-herald"].address.iloc[0]
    modified = ask(site, page)[1]["last-modified"]
    assert ask(site, page, **{"If-Modified-Since": modified})[0] == 304
    assert ask(site, page, **{"If-Modified-Since": "Sun, 01 Jan 2029 00:00:00 GMT"})[0] == 200
    assert site.unmodified["www.karvosk-herald.invalid", "/"] == 1


def test_slow_pages_are_slow_and_closing_does_not_wait_for_them(made: World) -> None:
    kinds = made.truth["truth_pages"].set_index("kind")
    with serve(made) as site:
        begun = time.monotonic()
        assert ask(site, kinds.address["slow"])[0] == 200
        assert time.monotonic() - begun >= world.SLOW
        host, path = kinds.address["too_slow"].split("/", 3)[2:]
        connection = http.client.HTTPConnection(*site.resolve(host), timeout=0.2)
        with pytest.raises(TimeoutError):
            connection.request("GET", "/" + path, headers={"Host": host})
            connection.getresponse()
        connection.close()
        begun = time.monotonic()
    assert time.monotonic() - begun < 2
    assert site.requests[host, "/" + path] == 1
    assert not any(path.startswith("/members/") for _, path in site.requests)


def test_faulty_charsets_are_served_as_declared(site: Site, articles: pd.DataFrame) -> None:
    for row in some(articles[articles.charset_fault != "none"].itertuples()):
        _, headers, body = ask(site, row.address)
        with pytest.raises(UnicodeDecodeError):
            body.decode("utf-8")
        if row.charset_fault == "damaged":
            text = body.decode("utf-8", "replace")
            assert row.title in text and text.count("\ufffd") == 1 and headers["content-type"] == HTML
            continue
        assert row.title in body.decode(world.LEGACY[row.language])
        declared = row.charset_fault == "misdeclared"
        assert ("utf-8" in headers["content-type"]) == declared == (b'charset="utf-8"' in body)


def test_a_person_may_browse_without_the_hosts(made: World) -> None:
    with serve(made, any_host=True) as site:
        connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=5)
        connection.request("GET", "/www.brack-strait-post/archive/1.html")
        body = connection.getresponse().read()
        assert b"Brack Strait Post" in body
        assert b'href="/archive/' not in body and b'href="/www.brack-strait-post/archive/2.html"' in body
        connection.close()


def test_what_was_planted_fits_its_tables(made: World) -> None:
    assert set(made.truth) == set(TRUTH)
    for name, rows in made.truth.items():
        assert len(conform(name, rows)) == len(rows) > 0, name


def test_a_smaller_press_prints_what_the_whole_one_prints(made: World, small: World) -> None:
    assert set(small.outlets) == {key for key, outlet in OUTLETS.items() if outlet.language in ("en", "ko")}
    assert set(small.hosts) == {OUTLETS[key].host for key in small.outlets}
    assert small.pages == {place: page for place, page in made.pages.items() if place[0] in small.hosts}
    for name in ("truth_articles", "truth_passages", "truth_pages", "truth_boilerplate"):
        whole = made.truth[name]
        column = "address" if "address" in whole else "outlet"
        kept = whole[whole[column].isin(small.truth[name][column])].reset_index(drop=True)
        pd.testing.assert_frame_equal(small.truth[name], kept, check_dtype=False)
    assert len(small.truth["truth_articles"]) == 380 < len(made.truth["truth_articles"])


def test_effects_of_an_outlet_are_those_it_has_in_the_whole_press(made: World, small: World) -> None:
    of_outlets = [
        press.truth["truth_effects"].query("side == 'outlet'").set_index(EFFECT_KEY) for press in (made, small)
    ]
    pd.testing.assert_frame_equal(of_outlets[1], of_outlets[0].loc[of_outlets[1].index], check_dtype=False)
    groups = small.truth["truth_effects"].query("side == 'group'")
    assert set(groups["group"]) == {"partners", "neighbours"}
