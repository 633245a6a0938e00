"""No address of a private network is ever reached: however it is written, redirected to, or resolved."""

from __future__ import annotations

import asyncio
import ipaddress
import socket

import aiohttp
import numpy as np
import pytest
from loopback import HOST, HTML, NOW, QUICK, Site, html

from helpers.collect.addresses import GuardedResolver, RefusedAddress, canonical, check_address, is_public
from helpers.collect.answers import Answer
from helpers.collect.session import Session

PRIVATE = [
    ipaddress.ip_network(name)
    for name in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/29",
        "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4", "255.255.255.255/32", "192.0.2.0/24",
        "198.51.100.0/24", "203.0.113.0/24",
    )
]  # fmt: skip
PRIVATE_6 = ["::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "100::1"]


def number_in(network: ipaddress.IPv4Network, rng: np.random.Generator) -> ipaddress.IPv4Address:
    return network[int(rng.integers(0, network.num_addresses))]


def forms(number: ipaddress.IPv4Address) -> list[str]:
    """Every way of writing a number that some client takes for it."""
    whole, (a, b, c, d) = int(number), number.packed
    high, low = number.packed[:2].hex(), number.packed[2:].hex()
    wide = str.maketrans("0123456789.", "０１２３４５６７８９。")
    return [
        str(number), f"{number}.", str(whole), hex(whole), f"0{whole:o}", f"{a}.{whole & 0xFFFFFF}", f"{a}.{b}.{c << 8 | d}",
        f"0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}", f"0{a:o}.0{b:o}.0{c:o}.0{d:o}", f"0x{a:x}.{b}.0{c:o}.{d}", f"00{a:o}.{b}.{c}.{d}",
        f"[::ffff:{number}]", f"[::ffff:{high}:{low}]", f"[0:0:0:0:0:FFFF:{high}:{low}]", f"[64:ff9b::{high}:{low}]",
        f"[64:ff9b::{number}]", f"[2002:{high}:{low}::1]", f"[::{number}]", f"[64:ff9b:1::{high}:{low}]",
        str(number).translate(wide), "%31%32" if str(number).startswith("12") else str(number),
    ]  # fmt: skip


def test_a_private_number_is_refused_in_every_notation() -> None:
    rng = np.random.default_rng(169)
    for network in PRIVATE:
        for _ in range(8):
            number = number_in(network, rng)
            for form in forms(number):
                for address in (f"http://{form}/x", f"https://{form}:8443/x"):
                    if form == "%31%32":
                        continue
                    with pytest.raises(RefusedAddress):
                        check_address(address)
                    try:
                        plain = canonical(address)
                    except ValueError:
                        continue
                    with pytest.raises(RefusedAddress):
                        check_address(plain)
    for number in PRIVATE_6:
        assert not is_public(number)
        with pytest.raises(RefusedAddress):
            check_address(f"http://[{number}]/")


def test_names_of_this_machine_are_refused_in_any_letters() -> None:
    for name in (
        "localhost",
        "LOCALHOST",
        "ｌｏｃａｌｈｏｓｔ",
        "a.localhost",
        "local%68ost",
        "x.internal",
        "quay.local",
    ):
        with pytest.raises(RefusedAddress):
            check_address(f"http://{name}/")


def test_public_numbers_are_not_refused_in_any_notation_of_the_four() -> None:
    rng, n, refused = np.random.default_rng(8), 0, []
    while n < 60:
        number = ipaddress.IPv4Address(int(rng.integers(1 << 24, 223 << 24)))
        if not number.is_global or any(number in network for network in PRIVATE):
            continue
        n += 1
        for form in (str(number), str(int(number)), hex(int(number)), f"[::ffff:{number}]"):
            try:
                check_address(f"http://{form}/")
            except RefusedAddress as error:
                refused.append(str(error))
    assert refused == []


class Names(aiohttp.abc.AbstractResolver):
    """A name service whose answer changes each time it is asked; it counts."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers, self.n_asked = list(answers), 0

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list:
        self.n_asked += 1
        return [
            {"hostname": host, "host": number, "port": port, "family": socket.AF_INET, "proto": 0, "flags": 0}
            for number in self.answers[min(self.n_asked, len(self.answers)) - 1]
        ]

    async def close(self) -> None:
        pass


def ask(address: str, *, names: Names, reached: list[str], monkeypatch: pytest.MonkeyPatch) -> Answer:
    """Ask, with every connection reported instead of made."""

    async def connect(*, addr_infos: list, **_: object) -> None:
        reached.extend(info[4][0] for info in addr_infos)
        raise OSError("not in a test")

    monkeypatch.setattr("aiohttp.connector.aiohappyeyeballs.start_connection", connect)

    async def work() -> Answer:
        async with Session(contact="mailto:a@b.invalid", limits=QUICK, names=names, clock=lambda: NOW) as session:
            return await session.get(address)

    return asyncio.run(work())


def test_the_number_that_was_checked_is_the_one_that_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    reached: list[str] = []
    names = Names(["93.184.215.14"], ["127.0.0.1"])
    got = ask("http://www.example.org/a", names=names, reached=reached, monkeypatch=monkeypatch)
    assert reached and set(reached) == {"93.184.215.14"}  # the second answer was asked for, checked and refused
    assert got.outcome == "robots_refused" and "127.0.0.1, which is not public" in got.detail


@pytest.mark.parametrize("inside", ["127.0.0.1", "10.9.8.7", "169.254.169.254", "100.100.100.200", "0.0.0.0"])
def test_a_name_with_one_private_number_among_public_ones_is_never_connected_to(
    inside: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached: list[str] = []
    names = Names(["93.184.215.14", inside])
    got = ask("http://www.example.org/a", names=names, reached=reached, monkeypatch=monkeypatch)
    assert got.outcome == "robots_refused" and not reached


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:{port}/secret", "http://2130706433:{port}/secret", "http://0177.1:{port}/secret",
        "http://[::ffff:127.0.0.1]:{port}/secret", "//localhost:{port}/secret", "http://0x7f.1/secret",
        "http://169.254.169.254/latest/meta-data", "http://[fd00:ec2::254]/", "file:///etc/hostname", "gopher://127.0.0.1/1",
        "http://metadata.google.internal/", "ftp://www.quay.invalid/",
    ],
)  # fmt: skip
def test_a_redirect_inside_is_refused_at_every_hop(site: Site, target: str) -> None:
    port = site.server.server_address[1]
    site.pages = {
        "/a": (302, {**HTML, "Location": "/b"}, b""), "/b": (301, {**HTML, "Location": target.format(port=port)}, b""),
        "/secret": html(),
    }  # fmt: skip

    async def follow() -> Answer:
        async with Session(
            contact="mailto:a@b.invalid", practice=True, resolver=site.resolve, limits=QUICK, clock=lambda: NOW
        ) as session:
            return await session.follow(f"http://{HOST}/a")

    assert asyncio.run(follow()).outcome == "refused_address"
    assert "/secret" not in site.requests


def test_robots_txt_cannot_lead_inside_either(site: Site) -> None:
    site.pages = {"/robots.txt": (302, {"Location": "http://169.254.169.254/"}, b""), "/a": html()}

    async def get() -> Answer:
        async with Session(
            contact="mailto:a@b.invalid", practice=True, resolver=site.resolve, limits=QUICK, clock=lambda: NOW
        ) as session:
            return await session.get(f"http://{HOST}/a")

    got = asyncio.run(get())
    assert got.outcome == "robots_refused" and "not public" in got.detail


def test_a_practice_host_may_only_be_on_loopback() -> None:
    async def resolve() -> None:
        resolver = GuardedResolver(practice=True, resolver=lambda _: ("93.184.215.14", 80))
        await resolver.resolve("www.quay.invalid", 80)

    with pytest.raises(RefusedAddress, match="must be on loopback"):
        asyncio.run(resolve())
