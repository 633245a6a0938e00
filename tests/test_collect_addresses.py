"""Addresses: one form for a page, and none that leads into a private network."""

from __future__ import annotations

import asyncio
import re
from urllib.parse import unquote_to_bytes

import aiohttp
import numpy as np
import pytest

from helpers.collect.addresses import GuardedResolver, RefusedAddress, canonical, check_address


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0177.0.0.1/",
        "http://0x7f.1/",
        "http://127.1/",
        "http://[::1]/",
        "http://0/",
        "http://[::ffff:10.0.0.1]/",
        "http://[::ffff:a9fe:a9fe]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[::127.0.0.1]/",
        "http://169.254.169.254/",
        "http://10.1.2.3/",
        "http://192.168.0.1/",
        "http://100.64.0.1/",
        "http://[fe80::1%25eth0]/",
        "http://[fd00::1]/",
        "http://168.63.129.16/machine",
        "http://192.0.0.192/",
        "http://192.88.99.1/",
        "http://[fec0::1]/",
        "http://[3fff::1]/",
        "http://127。0。0。1/",
        "http://localhost/",
        "http://a.localhost/",
        "http://metadata.google.internal/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "http://user:pass@example.org/",
        "http://example.org:22/",
        "http:///x",
        "javascript:1",
        "http://example.org:99999/",
        "http://quay.invalid/",
    ],
)
def test_addresses_that_lead_inside_are_refused(address: str) -> None:
    with pytest.raises(RefusedAddress):
        check_address(address)


def test_public_addresses_are_not_refused() -> None:
    for address in (
        "http://example.org/",
        "https://example.org:8443/x?y",
        "http://93.184.215.14/",
        "http://xn--80ak6aa92e.com/",
    ):
        check_address(address)
    check_address("http://quay.invalid/", practice=True)
    with pytest.raises(RefusedAddress):
        check_address("http://127.0.0.1/", practice=True)


class Names(aiohttp.abc.AbstractResolver):
    """A name service that gives one answer after the other."""

    def __init__(self, *numbers: str) -> None:
        self.numbers = list(numbers)

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list:
        number = self.numbers.pop(0)
        return [{"hostname": host, "host": number, "port": port, "family": family, "proto": 0, "flags": 0}]

    async def close(self) -> None:
        pass


@pytest.mark.parametrize(
    "number", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fd00::1", "0.0.0.0"]
)
def test_names_that_resolve_inside_are_refused(number: str) -> None:
    async def ask() -> list:
        return await GuardedResolver(names=Names(number)).resolve("example.org", 80)

    with pytest.raises(RefusedAddress, match=r"example\.org: resolves to"):
        asyncio.run(ask())


def test_a_name_whose_answer_changes_is_checked_each_time() -> None:
    async def ask() -> list[str]:
        resolver, got = GuardedResolver(names=Names("93.184.215.14", "127.0.0.1")), []
        for _ in range(2):
            try:
                got += [place["host"] for place in await resolver.resolve("example.org", 80)]
            except RefusedAddress as error:
                got.append(str(error))
        return got

    assert asyncio.run(ask()) == ["93.184.215.14", "example.org: resolves to 127.0.0.1, which is not public"]


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("HTTP://Example.ORG:80", "http://example.org/"),
        ("http://e.org/ru/a?b=1&fbclid=2", "http://e.org/ru/a?b=1"),
        ("http://e.org/Новости", "http://e.org/%D0%9D%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8"),
        ("http://e.org./a/./b", "http://e.org/a/b"),
        ("http://[2001:DB8::1]:8080/a", "http://[2001:db8::1]:8080/a"),
    ],
)
def test_one_form_for_an_address(given: str, wanted: str) -> None:
    assert canonical(given) == wanted
    assert canonical(wanted) == wanted


# One line a page: every address on it is that page's, and no other line's is.
PAGES = """
https://www.quay.invalid/news/601234-pact-signed/ https://www.quay.invalid/news/601234-pact-signed/?utm_source=rss&utm_medium=rss https://www.QUAY.invalid:443/news/601234-pact-signed/#comments
https://russian.quay.invalid/news/601234-pact-signed/ https://russian.quay.invalid/news/601234-pact-signed/?ysclid=lx9
https://arabic.quay.invalid/news/601234-pact-signed/
https://www.quay.invalid/es/news/601234-pact-signed/
https://www.quay.invalid/news/601234-pact-signed/?lang=ru
https://www.quay.invalid/news/601234-pact-signed/?lang=ko https://www.quay.invalid/news/601234-pact-signed/?lang=ko&fbclid=Iw
https://www.quay.invalid/zh-cn/news/601234-pact-signed/
http://www.tower.invalid/en/article/q/6a4ae9a744af8ecdfa6678c5f1eda29c.kcmsf http://www.tower.invalid/en/article/q/6a4ae9a744af8ecdfa6678c5f1eda29c.kcmsf#top
http://www.tower.invalid/kp/article/q/6a4ae9a744af8ecdfa6678c5f1eda29c.kcmsf
http://www.tower.invalid/ru/article/q/6a4ae9a744af8ecdfa6678c5f1eda29c.kcmsf
https://en.wire.invalid/view/AEN20240619001000325?section=nk/nk https://en.wire.invalid/view/AEN20240619001000325?section=nk/nk&utm_campaign=a
https://en.wire.invalid/view/AEN20240619001000325?section=news
https://www.wire.invalid/view/AKR20240619001000325
https://cb.wire.invalid/view/ACK20240619001000325
https://cn.wire.invalid/view/ACK20240619001000325?input=rss
https://desk.invalid/politics/1805123 https://desk.invalid/politics/1805123?erid=2Vtz https://DESK.invalid/politics/1805123?_openstat=a%3Bb
https://desk.invalid/politics/1805123?page=2
https://desk.invalid/mezhdunarodnaya-panorama/21150123
https://old.invalid/doc?20240619 https://old.invalid/doc?20240619&utm_source=a
https://old.invalid/doc?20240620
https://old.invalid/story.php?id=5&cid=12
https://old.invalid/story.php?id=5&cid=13
https://old.invalid/story.php?id=5&amp;cid=14 https://old.invalid/story.php?id=5&cid=14
https://old.invalid/story.php;jsessionid=0A1B?id=7 https://old.invalid/story.php?id=7&PHPSESSID=3f
https://old.invalid/search?q=%CF%F0%E8 https://old.invalid/search?q=%cf%f0%e8
https://old.invalid/search?q=%CF%F0%E9
https://old.invalid/search?q=%B1%E8%C1%A4
https://old.invalid/Новости/2024 https://old.invalid/%D0%9D%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/2024 https://old.invalid/%d0%9d%d0%be%d0%b2%d0%be%d1%81%d1%82%d0%b8/2024
https://old.invalid/a%2Fb
https://old.invalid/a/b https://old.invalid/a/./c/../b https://old.invalid/%61/b
https://old.invalid//a/b
https://old.invalid/a/b/
https://old.invalid/a%20b https://old.invalid/a b
https://old.invalid/a+b
https://old.invalid/a?x=1+2 https://old.invalid/a?x=1+2&gclid=z
https://old.invalid/a?x=1%2B2
https://old.invalid/a?ref=page2
https://old.invalid/a?from=2024
http://old.invalid:8080/a http://OLD.invalid.:8080/a
http://новости.invalid/1 http://xn--b1amnebsh.invalid/1 HTTP://НОВОСТИ.invalid:80/1
https://old.invalid/2024/06/19/pact?amp=1
https://m.old.invalid/2024/06/19/pact
"""


def test_real_looking_addresses_fall_together_by_page_and_never_by_edition() -> None:
    pages = [re.split(r" (?=https?://)", line, flags=re.IGNORECASE) for line in PAGES.strip().splitlines()]
    forms = [{canonical(address) for address in page} for page in pages]
    assert [len(form) for form in forms] == [1] * len(pages)
    assert len(set.union(*forms)) == len(pages) > 40


def test_a_form_is_its_own_form_and_stands_for_the_same_bytes() -> None:
    rng = np.random.default_rng(20240619)
    letters = [*"ab/.?&=%;+~!'() #", "%2f", "%CF", "%d0%9d", "Н", "北", "..", "utm_a=1", "//", "\t", "%", "&amp;"]
    for _ in range(3000):
        made = "http://e.org/" + "".join(rng.choice(letters, size=rng.integers(0, 12)))
        form = canonical(made)
        assert canonical(form) == form, made
        assert form.isascii() and " " not in form and "#" not in form
    for name in ("/a%2Fb", "/%CF%F0%E8", "/a;b=1,2", "/x(1)'y'", "/100%25"):
        assert unquote_to_bytes(canonical("http://e.org" + name)) == unquote_to_bytes("http://e.org" + name)
        assert ("%2F" in canonical("http://e.org" + name)) == ("%2F" in name)


def test_relative_addresses_stand_on_their_page() -> None:
    base = "https://e.org/en/list/2?x=1"
    for link, wanted in {"3": "/en/list/3", "../4": "/en/4", "/5": "/5", "?p=2": "/en/list/2?p=2"}.items():
        assert canonical(link, base=base) == "https://e.org" + wanted
    assert canonical("//f.org/1", base=base) == "https://f.org/1"
    for broken in ("http://[broken", "http://e.org:port/"):
        with pytest.raises(ValueError):
            canonical(broken)
