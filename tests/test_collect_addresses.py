"""Addresses: one form for a page, and none that leads into a private network."""

from __future__ import annotations

import asyncio

import aiohttp
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
