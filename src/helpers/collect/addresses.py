"""Web addresses: one form for each page, and none that leads into a private network."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

Resolve = Callable[[str], tuple[str, int]]

PORTS = {None, 80, 443, 8000, 8080, 8443}
PRACTICE_SUFFIX = ".invalid"  # RFC 2606: never resolves, so it can only be served by `resolver`
_TRACKING = re.compile(
    r"^(?:utm_\w+|fbclid|gclid|yclid|dclid|msclkid|mc_[ce]id|igshid|_ga|ref_src|cmpid|ocid|at_\w+)$", re.I
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class RefusedAddress(ValueError):
    """An address that collecting must not ask; one line with the address and why."""


def canonical(address: str, *, base: str | None = None) -> str:
    """One form for the addresses of one page; the edition in host, path or query is kept.

    Parameters
    ----------
    address : str
    base : str, optional
        Page on which a relative address stands.

    Returns
    -------
    str
        Lower-case scheme and host, no default port, fragment or tracking parameters.

    >>> canonical("HTTPS://Example.org:443/a/../b?utm_source=x&id=1#top")
    'https://example.org/b?id=1'
    >>> canonical("story.html", base="http://example.org/en/")
    'http://example.org/en/story.html'
    """
    parts = urlsplit(urljoin(base or "", re.sub(r"[\t\r\n]", "", address.strip())))
    host = (parts.hostname or "").rstrip(".")
    port = parts.port
    if ":" in host:
        host = f"[{host}]"
    if port and (parts.scheme.lower(), port) not in (("http", 80), ("https", 443)):
        host += f":{port}"
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(pair[0])]
    path = quote(unquote(urlsplit(urljoin("http://h/", parts.path or "/")).path), safe="/:@!$&'()*+,;=~-._")
    return urlunsplit((parts.scheme.lower(), host.lower(), path or "/", urlencode(query), ""))


def check_address(address: str, *, practice: bool = False) -> None:
    """Refuse what is not http(s) to a host that may be public.

    Parameters
    ----------
    address : str
    practice : bool
        The study is invented: hosts ending in ``.invalid`` are its own.

    Raises
    ------
    RefusedAddress
        Other schemes, credentials, odd ports, and hosts written as a private number in any notation.  Names
        are checked again when they are resolved, by `GuardedResolver`.

    >>> check_address("http://2130706433/")
    Traceback (most recent call last):
    helpers.collect.addresses.RefusedAddress: http://2130706433/: host stands for 127.0.0.1, which is not
    public
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise RefusedAddress(f"{address[:200]}: not an address ({error})") from error
    if parts.scheme not in ("http", "https"):
        raise RefusedAddress(f"{address[:200]}: only http and https are asked")
    if not host or parts.username is not None or parts.password is not None:
        raise RefusedAddress(f"{address[:200]}: no host, or credentials in the address")
    if port not in PORTS:
        raise RefusedAddress(f"{address[:200]}: port {port} is not one that web sites use")
    number = _as_number(host)
    if number is not None and not is_public(number):
        raise RefusedAddress(f"{address[:200]}: host stands for {number}, which is not public")
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        raise RefusedAddress(f"{address[:200]}: host is not public")
    if host.endswith(PRACTICE_SUFFIX) and not practice:
        raise RefusedAddress(f"{address[:200]}: {PRACTICE_SUFFIX} hosts exist only in a study with practice: true")


def is_public(host: str | ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether a number is a public address, whatever other address is hidden in it.

    >>> is_public("8.8.8.8"), is_public("::ffff:10.0.0.1"), is_public("169.254.169.254"), is_public("64:ff9b::7f00:1")
    (True, False, False, False)
    """
    number = ipaddress.ip_address(str(host).split("%")[0])
    if isinstance(number, ipaddress.IPv6Address):
        inner = number.ipv4_mapped or number.sixtofour or (number.teredo and number.teredo[1])
        if number in _NAT64:
            inner = ipaddress.IPv4Address(int(number) & 0xFFFFFFFF)
        if inner:
            return is_public(inner)
        if int(number) < 2**32:  # the deprecated IPv4-compatible form
            return False
    return number.is_global and not number.is_multicast and not number.is_reserved


def _as_number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """A host written as a number: dotted, decimal, octal, hexadecimal, shortened, or IPv6."""
    host = unquote(host).translate({0x3002: ".", 0xFF0E: ".", 0xFF61: "."})
    try:
        return ipaddress.ip_address(host.split("%")[0])
    except ValueError:
        if not re.fullmatch(r"(?:0x[0-9a-f]*|\d+)(?:\.(?:0x[0-9a-f]*|\d+)){0,3}\.?", host, re.IGNORECASE):
            return None
    try:
        return ipaddress.ip_address(socket.inet_aton(host.rstrip(".")))
    except OSError:
        return None


class GuardedResolver(AbstractResolver):
    """Name service that gives out public numbers only; the connection is made to the very number that was
    checked.

    Parameters
    ----------
    practice : bool
    resolver : callable, optional
        ``host -> (ip, port)`` for the hosts of a practice study, and for those alone.
    names : AbstractResolver, optional
        The name service itself; the system's by default.
    """

    def __init__(
        self, *, practice: bool = False, resolver: Resolve | None = None, names: AbstractResolver | None = None
    ) -> None:
        self._practice, self._own, self._names = practice, resolver, names or ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Numbers of a host.

        Raises
        ------
        RefusedAddress
            One of them is not public: a name that leads to both is not to be trusted with either.
        OSError
            The name does not resolve.
        """
        if self._practice and self._own is not None and host.endswith(PRACTICE_SUFFIX):
            return [_practice_place(host, self._own)]
        found = await self._names.resolve(host, port, family)
        for place in found:
            if not is_public(place["host"]):
                raise RefusedAddress(f"{host}: resolves to {place['host']}, which is not public")
        return found

    async def close(self) -> None:
        """Let go of the name service."""
        await self._names.close()


def _practice_place(host: str, own: Resolve) -> ResolveResult:
    try:
        number, port = own(host)
    except LookupError as error:
        raise OSError(f"{host}: {error}") from error
    if not ipaddress.ip_address(number).is_loopback:
        raise RefusedAddress(f"{host}: a practice host must be on loopback, not {number}")
    return ResolveResult(
        hostname=host, host=number, port=port, family=socket.AF_INET, proto=0, flags=socket.AI_NUMERICHOST
    )
