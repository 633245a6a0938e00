"""The list of the world's press, and what a study takes from another one."""

from __future__ import annotations

import re
import zoneinfo
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from test_study import CODEBOOK, EVENTS, STUDY

from helpers.collect.addresses import canonical, check_address
from helpers.pipeline.address_checks import names_both
from helpers.study import Study, StudyError, load_study

CITIES = {"Pyongyang", "Moscow", "Seoul", "Beijing", "Tokyo", "Kyiv", "Washington", "London"}
FACTS = {"country", "ownership", "timezone", "language", "home", "access"}
LISTS = ("feeds", "sitemaps", "front")


@pytest.fixture(scope="module")
def world(root: Path) -> Study:
    return load_study("world-press", root=root)


def test_thirty_outlets_in_five_languages_from_every_capital(world: Study) -> None:
    outlets = world.outlets.values()
    assert len(outlets) >= 30
    assert {outlet.language for outlet in outlets} == set(world.languages) == {"en", "ru", "uk", "ko", "zh"}
    assert {outlet.city for outlet in outlets} >= CITIES
    assert {"state", "public", "private", "non-profit"} <= {outlet.ownership for outlet in outlets}
    assert {"open", "metered", "paywalled", "mirror"} == {outlet.access for outlet in outlets}
    for language in world.languages:
        assert sum(outlet.language == language for outlet in outlets) >= 5, language


def test_each_fact_of_an_outlet_has_a_source(world: Study) -> None:
    listed = {source.outlet: source for source in world.sources}
    assert set(listed) == set(world.outlets) and len(world.sources) == len(listed)
    for key, outlet in world.outlets.items():
        assert all((outlet.home, outlet.city, outlet.group)), key
        assert outlet.ownership != "unknown" and outlet.access != "unknown", key
        given = {name for name in LISTS if getattr(listed[key], name)}
        assert given, f"{key}: nothing leads to its articles"
        assert FACTS | given <= set(outlet.facts), key
        unexplained = set(LISTS) & set(outlet.facts) - given
        assert all(outlet.facts[name].startswith("none") for name in unexplained), f"{key}: source of no address"
        if not {"feeds", "sitemaps"} & given:
            assert outlet.facts["feeds"].startswith("none"), f"{key}: no word on why it has no feed"


def test_what_is_seen_in_a_list_is_an_address_of_the_outlet_and_the_list_is_explained(world: Study) -> None:
    readme = (world.folder / "README.md").read_text(encoding="utf-8")
    listed = {source.outlet: source for source in world.sources}
    seen = [
        (key, address, where.list) for key, outlet in world.outlets.items() for address, where in outlet.seen_in.items()
    ]
    for key, address, where in seen:
        own = [world.outlets[key].home, *(one for name in LISTS for one in getattr(listed[key], name))]
        assert address in own and f"`{where}`" in readme, (key, address)
    counts = {where: sum(one == where for _, _, one in seen) for _, _, where in seen}
    assert counts == {"kite-feeds": 15, "kite-media": 18, "rss-link-database": 2}  # as README.md says
    assert "15 of 55 feeds" in readme and "18 of 67 home pages" in readme


def test_nothing_is_called_verified_that_nobody_tried(world: Study) -> None:
    readme = (world.folder / "README.md").read_text(encoding="utf-8")
    assert all(outlet.verified is None for outlet in world.outlets.values())
    assert "`verified: unverified`" in readme
    front = (world.root / "README.md").read_text(encoding="utf-8")
    assert f"{len(world.outlets)} outlets" in front and "no address in it was tried" in front


def test_addresses_are_public_canonical_and_nobody_elses(world: Study) -> None:
    seen: dict[str, str] = {}
    for source in world.sources:
        for address in (*source.feeds, *source.sitemaps, *source.front):
            check_address(address)
            assert canonical(address) == address
            assert seen.setdefault(address, source.outlet) == source.outlet, address
    homes = [outlet.home for outlet in world.outlets.values()]
    assert len(set(homes)) == len(homes)
    for home in homes:
        check_address(home)
        assert canonical(home) == home
    editions = [(outlet.name, outlet.edition) for outlet in world.outlets.values()]
    assert len(set(editions)) == len(editions)


def test_zones_are_those_of_the_cities(world: Study) -> None:
    zones: dict[str, set[str]] = {}
    for outlet in world.outlets.values():
        assert outlet.timezone in zoneinfo.available_timezones()
        zones.setdefault(outlet.city, set()).add(outlet.timezone)
    assert all(len(found) == 1 for found in zones.values()), zones


def test_the_table_of_the_readme_is_the_file(world: Study) -> None:
    readme = (world.folder / "README.md").read_text(encoding="utf-8")
    listed = {source.outlet: source for source in world.sources}
    kinds = {"feeds": "feed", "sitemaps": "sitemap", "front": "page"}
    rows = [
        f"| `{key}` | {outlet.name} | {outlet.city} | {outlet.language} | {outlet.ownership} | {outlet.access} | "
        f"{', '.join(kinds[name] for name in LISTS if getattr(listed[key], name))} | {outlet.verified or 'unverified'} |"
        for key, outlet in world.outlets.items()
    ]
    assert (
        re.findall(r"^\| `[a-z0-9-]+` \| .* \|$", readme[: readme.index("Who is missing")], re.MULTILINE)[-len(rows) :]
        == rows
    )


def test_every_reference_that_facts_name_is_explained(world: Study) -> None:
    readme = (world.folder / "README.md").read_text(encoding="utf-8")
    known = re.findall(r"^\| (`.*`) \|", readme[readme.index("Where each fact was found") :], re.MULTILINE)
    names = [re.escape(name.split("…")[0].strip(": ")) for cell in known for name in re.findall(r"`([^`]+)`", cell)]
    pattern = re.compile(
        "|".join([*names, "none", "terms of NK News", "one list", "two lists", "the author", "the National"])
    )
    for key, outlet in world.outlets.items():
        for fact, source in outlet.facts.items():
            assert pattern.match(source), f"{key}.{fact}: {source!r} is no reference of the README"


def test_names_events_and_codebook_are_those_of_the_default_study(world: Study, root: Path) -> None:
    other = load_study("official-voices", root=root)
    assert world.shares == other.name
    assert world.entities == other.entities and world.events == other.events
    assert not {path.name for path in world.folder.iterdir()} & {"events.yml", "codebook.yml"}


@pytest.mark.parametrize(
    ("outlet", "both", "one"),
    [
        ("bbc-en", "Putin thanks Kim Jong Un for troops", "Seoul protests to Moscow"),
        ("bbc-ru", "Путин поблагодарил Ким Чен Ына", "Сеул заявил протест Москве"),
        ("bbc-uk", "Путін подякував Кім Чен Ину", "Сеул висловив протест Москві"),
        ("bbc-ko", "푸틴 대통령이 김정은에게 감사를 표했다", "서울, 러시아에 항의"),
        ("bbc-zh", "普京感谢金正恩派兵", "首尔向俄罗斯提出抗议"),
        ("kcna-en", "Russian delegation arrives", "Weather in Pyongyang"),
    ],
)
def test_the_check_finds_both_states_in_each_language(world: Study, outlet: str, both: str, one: str) -> None:
    assert names_both(world, outlet, (both, one)) == 1


SHARED = re.sub(r"entities:\n(?:  X.*\n)+", "shares: small\n", STUDY).lstrip()


@pytest.fixture
def studies(tmp_path: Path) -> Path:
    """A checkout with one whole study and one that shares it."""
    for name, files in {
        "small": {"study.yml": STUDY.lstrip(), "codebook.yml": CODEBOOK.lstrip(), "events.yml": EVENTS.lstrip()},
        "other": {"study.yml": SHARED},
    }.items():
        (tmp_path / "studies" / name).mkdir(parents=True)
        for file, text in files.items():
            (tmp_path / "studies" / name / file).write_text(text, encoding="utf-8")
    return tmp_path / "studies"


def failure(studies: Path, name: str = "other") -> str:
    with pytest.raises(StudyError) as caught:
        load_study(name, root=studies.parent)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_what_a_study_lacks_is_read_from_the_one_it_shares(studies: Path) -> None:
    one, two = (load_study(name, root=studies.parent) for name in ("small", "other"))
    assert (two.entities, two.events, two.codebook) == (one.entities, one.events, one.codebook)
    (studies / "other" / "events.yml").write_text("[]\n", encoding="utf-8")
    assert load_study("other", root=studies.parent).events == ()  # its own comes first, even an empty one
    (studies / "third").mkdir()
    (studies / "third" / "study.yml").write_text(SHARED.replace("shares: small", "shares: other"), encoding="utf-8")
    third = load_study("third", root=studies.parent)
    assert third.events == () and third.codebook == one.codebook  # through two studies


def test_sharing_that_cannot_work_says_what_to_do(studies: Path) -> None:
    path = studies / "other" / "study.yml"
    path.write_text(SHARED.replace("shares: small", "shares: smal"), encoding="utf-8")
    assert re.search(r"^other/study\.yml:\d+: .*'smal'.*did you mean 'small'", failure(studies))
    path.write_text(SHARED.replace("shares: small", "shares: other"), encoding="utf-8")
    assert "other → other" in failure(studies)
    path.write_text(SHARED.replace("shares: small\n", ""), encoding="utf-8")
    assert "no 'entities'" in failure(studies)
    path.write_text(SHARED, encoding="utf-8")
    small = studies / "small" / "study.yml"
    small.write_text(SHARED.replace("shares: small", "shares: other"), encoding="utf-8")
    assert "other → small → other" in failure(studies)
    small.write_text(SHARED.replace("shares: small\n", ""), encoding="utf-8")
    assert "nor in small" in failure(studies)


def test_a_fault_in_what_is_shared_names_the_file_it_is_in(studies: Path) -> None:
    path = studies / "other" / "study.yml"
    path.write_text(SHARED.replace("languages: [en, ru]", "languages: [en, ko]"), encoding="utf-8")
    message = failure(studies)
    assert message.startswith("small/study.yml:") and "'ko'" in message and "'other'" in message
    path.write_text(SHARED, encoding="utf-8")
    (studies / "small" / "codebook.yml").write_text(CODEBOOK.replace("tier: issue", "tier: isue"), encoding="utf-8")
    assert failure(studies).startswith("small/codebook.yml:")


EXTENDING = "version: 3\nextends: small\nframes:\n  TRADE:\n    indicators: {en: [barley]}\n"


def test_a_codebook_that_extends_another_changes_what_it_names(studies: Path) -> None:
    (studies / "other" / "codebook.yml").write_text(EXTENDING, encoding="utf-8")
    one, two = (load_study(name, root=studies.parent).codebook for name in ("small", "other"))
    before, after = one.frames["TRADE"], two.frames["TRADE"]
    assert two.version == 3 and after.fingerprint == before.fingerprint
    assert [rule.text for rule in after.indicators["en"]] == ["barley"]
    assert after.indicators["ru"] == before.indicators["ru"] and after.examples == before.examples
    (studies / "third").mkdir()
    (studies / "third" / "study.yml").write_text(SHARED, encoding="utf-8")
    third = "version: 1\nextends: other\nleave_out: [TRADE]\n" + CODEBOOK.lstrip().split("\n", 1)[1].replace(
        "TRADE", "GRAIN"
    )
    (studies / "third" / "codebook.yml").write_text(third, encoding="utf-8")
    assert list(load_study("third", root=studies.parent).codebook.frames) == ["GRAIN"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("extends: small", "extends: smal", ["other/codebook.yml:2: ", "'smal'", "did you mean 'small'"]),
        ("extends: small", "extends: other", ["other/codebook.yml:2: ", "other → other"]),
        ("extends: small", "extends: small\nleave_out: [TRAD]", ["other/codebook.yml:3: ", "'TRAD'", "'TRADE'"]),
        ("extends: small", "extends: small\nleave_out: [TRADE]", ["other/codebook.yml:5: ", "left out and given"]),
        ("extends: small", "extend: small", ["other/codebook.yml:2: ", "'extend'"]),
        ("version: 3", "version: 0", ["other/codebook.yml:1: ", "version 0"]),
        ("{en: [barley]}", "{en: [' ']}", ["other/codebook.yml:5: ", "' '"]),
        ("  TRADE:\n    indicators: {en: [barley]}", "  TRADE: grain", ["other/codebook.yml:4: ", "'grain'"]),
        ("  TRADE:", "  TRAD:", ["other/codebook.yml:4: ", "'name' is missing"]),
    ],
)
def test_a_fault_in_an_extending_codebook_names_its_line(
    studies: Path, old: str, new: str, expected: list[str]
) -> None:
    assert old in EXTENDING
    (studies / "other" / "codebook.yml").write_text(EXTENDING.replace(old, new), encoding="utf-8")
    message = failure(studies)
    assert message.startswith(expected[0]) and all(part in message for part in expected)


def test_a_fault_in_a_codebook_that_is_extended_names_that_one(studies: Path) -> None:
    (studies / "other" / "codebook.yml").write_text(EXTENDING, encoding="utf-8")
    path = studies / "small" / "codebook.yml"
    path.write_text(CODEBOOK.lstrip().replace("tier: issue", "tier: isue"), encoding="utf-8")
    assert failure(studies).startswith("small/codebook.yml:") and "isue" in failure(studies)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("access: paywaled", ["'paywaled'", "did you mean 'paywalled'?"]),
        ("facts: {ownershp: a book}", ["'ownershp'", "did you mean 'ownership'?"]),
        ("facts: {home: 3}", ["facts.home", "must be text"]),
        ("verified: yesterday", ["'yesterday'", "YYYY-MM-DD"]),
        ("home: herald.invalid", ["'herald.invalid'", "http://"]),
    ],
)
def test_facts_about_an_outlet_are_checked(studies: Path, line: str, expected: list[str]) -> None:
    path = studies / "small" / "study.yml"
    path.write_text(STUDY.lstrip().replace("    country: XAA", f"    country: XAA\n    {line}"), encoding="utf-8")
    message = failure(studies, "small")
    assert message.startswith("small/study.yml:")
    for part in expected:
        assert part in message


def test_a_day_of_verification_and_none_are_both_read(studies: Path) -> None:
    path = studies / "small" / "study.yml"
    for said, day in (("2030-02-03", "2030-02-03"), ("unverified", "None")):
        text = STUDY.lstrip().replace("    country: XAA", f"    country: XAA\n    verified: {said}")
        path.write_text(text, encoding="utf-8")
        assert str(load_study("small", root=studies.parent).outlets["herald"].verified) == day


def test_the_home_of_an_edition_is_on_a_host_of_its_lists_or_explained(world: Study) -> None:
    """A slip of the pen would give one outlet another's feed: hosts share a name, or are known to differ."""
    elsewhere = {"xinhua", "unian", "peoples-daily", "bbc-en", "bbc-ru", "bbc-uk", "bbc-ko", "bbc-zh"}
    for source in world.sources:
        own = set((urlsplit(world.outlets[source.outlet].home).hostname or "").split(".")[-3:]) - {"www", "com", "co"}
        for address in (*source.feeds, *source.sitemaps, *source.front):
            theirs = set((urlsplit(address).hostname or "").split("."))
            assert source.outlet in elsewhere or own & theirs - {"kr", "ru", "ua", "org", "net", "jp", "cn"}, address
