"""Web addresses: one form for each page, and none that leads into a private network."""

from __future__ import annotations

import ipaddress
import re
import socket
import unicodedata
from collections.abc import Callable
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

Resolve = Callable[[str], tuple[str, int]]

PORTS = {None, 80, 443, 8000, 8080, 8443}
PRACTICE_SUFFIX = ".invalid"  # RFC 2606: never resolves, so it can only be served by `resolver`
# What says how a reader came or which visit it is, never which page; `ref`, `source`, `from` and `cid` may be either.
_TRACKING = re.compile(
    r"^(?:utm_\w+|fbclid|gclid|gclsrc|dclid|msclkid|yclid|ysclid|twclid|ttclid|"
    r"gbraid|wbraid|mc_[ce]id|mkt_tok|igshid|igsh|li_fat_id|_ga|_gl|_openstat|_hs(?:enc|mi)|hsctatracking|"
    r"ref_src|ref_url|cmpid|ocid|erid|spm|srsltid|smid|ito|xtor|wt_mc(?:_o)?|ns_\w+|at_\w+|guc(?:e|counter)\w*|"
    r"__twitter_impression|__tn__|phpsessid|jsessionid|sessionid)$",
    re.IGNORECASE,
)
_SESSION = re.compile(r";jsessionid=[^/?;]*", re.IGNORECASE)
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})|([^A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=])")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# What `ipaddress` of some Python takes for public: protocol assignments with a cloud's metadata among them, old 6to4
# relays, another cloud's agent on the host, documentation, and the old site-local networks.
_NOT_PUBLIC = tuple(
    map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32", "3fff::/20", "fec0::/10"))
)


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
        Lower-case scheme and host (an international name as it stands in the name service), no default port,
        fragment, tracking or session parameters; bytes that are no UTF-8, such as Russian in Windows-1251, stay the
        bytes that they are.

    Raises
    ------
    ValueError
        It cannot be taken apart: a bracket that does not close, a port that is no number.

    >>> canonical("HTTPS://Example.org:443/a/../b?utm_source=x&id=1#top")
    'https://example.org/b?id=1'
    >>> canonical("story.html", base="http://example.org/en/")
    'http://example.org/en/story.html'
    """
    parts = urlsplit(urljoin(base or "", re.sub(r"[\t\r\n]", "", address.strip())))
    host = _host(parts.hostname or "")
    if parts.port and (parts.scheme.lower(), parts.port) not in (("http", 80), ("https", 443)):
        host += f":{parts.port}"
    pairs = re.split(r"&amp;|&", parts.query)
    query = "&".join(pair for pair in pairs if pair and not _TRACKING.match(unquote(pair.partition("=")[0])))
    path = _escaped(_SESSION.sub("", _without_dots(parts.path)))
    return urlunsplit((parts.scheme.lower(), host, path, _escaped(query), ""))


def _host(host: str) -> str:
    """A host in lower case and without its last dot; an international name in its ASCII form."""
    host = host.rstrip(".").lower()
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return host  # no name that could be asked for; whoever asks is told
    return f"[{host}]" if ":" in host else host


def _without_dots(path: str) -> str:
    """A path without ``.`` and ``..`` (RFC 3986, 5.2.4)."""
    kept: list[str] = []
    segments = path.split("/")[1:] or [""]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _escaped(text: str) -> str:
    """Percent-escapes in one form: none where none is needed, capitals, and never a change of what they stand for."""

    def _one(match: re.Match[str]) -> str:
        if match.group(1) is None:
            return quote(match.group(2), safe="", errors="replace")
        letter = chr(int(match.group(1), 16))
        return letter if letter in _UNRESERVED else match.group().upper()

    return _ESCAPE.sub(_one, text)


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
        host, port = _plain_host(parts.hostname or ""), parts.port
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
    if any(number in network for network in _NOT_PUBLIC):
        return False
    return number.is_global and not number.is_multicast and not number.is_reserved


def _plain_host(host: str) -> str:
    """A host in the characters that a client would ask for: full-width forms and foreign full stops are the same."""
    return unicodedata.normalize("NFKC", unquote(host)).translate({0x3002: ".", 0xFF61: "."}).lower()


def _as_number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """A host written as a number: dotted, decimal, octal, hexadecimal, shortened, or IPv6."""
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
        places = await self._names.resolve(host, port, family)
        for place in places:
            if not is_public(place["host"]):
                raise RefusedAddress(f"{host}: resolves to {place['host']}, which is not public")
        return places

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
