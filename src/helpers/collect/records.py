"""One answer as one WARC 1.1 record, and back; ISO 28500:2017.

The same answer gives the same bytes.  Both digests are written, of the block and of the payload, and both are
checked whenever a record of ours is read; of a record that others wrote the block's is, because tools differ in what
they call the payload.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import io
import re
import uuid
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser
from warcio.warcwriter import WARCWriter

from helpers.collect.answers import REDIRECTS, Answer, Inflate, TooLarge, ascii_form, redirect_target

OUTCOME, DETAIL = "X-Outcome", "X-Outcome-Detail"  # extension fields, allowed by section 5 of the standard
LARGEST = 64_000_000  # bytes of a record, and of a page in it after unpacking
LEVEL = 6
_NAMESPACE = uuid.UUID("6f1c1f5e-5f0a-5e0c-9a52-7a4a0c1d2b3e")
_BLOCK = 1 << 20
_DROPPED = frozenset(
    {"content-encoding", "transfer-encoding", "content-length", "connection", "keep-alive", "set-cookie"}
)


class ArchiveError(ValueError):
    """An archive that cannot be written or read; one line with the file and what to do."""


@dataclass(frozen=True)
class Record:
    """One record as it stands in a file: its kind, its own fields (names in lower case), and its block."""

    kind: str
    fields: dict[str, str]
    block: bytes

    @property
    def is_http(self) -> bool:
        """Whether the block is a message of HTTP."""
        return self.fields.get("content-type", "").replace(" ", "").lower().startswith("application/http")


def pack(answer: Answer) -> bytes:
    """An answer as one gzip member; what has no status becomes a metadata record."""
    date = answer.retrieved.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    sha256 = hashlib.sha256(answer.body).hexdigest()
    name = uuid.uuid5(_NAMESPACE, "\n".join([answer.address, date, answer.outcome, str(answer.status), sha256]))
    fields = {"WARC-Date": date, "WARC-Record-ID": f"<urn:uuid:{name}>", OUTCOME: answer.outcome}
    if answer.detail:
        fields[DETAIL] = one_line(answer.detail)
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=False, warc_version="1.1")
    if answer.status:
        kind = "revisit" if answer.outcome == "not_modified" else "response"
        if kind == "revisit":
            fields["WARC-Profile"] = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
        headers = StatusAndHeaders(f"{answer.status} {answer.outcome}", _kept(answer), protocol="HTTP/1.1")
        body, content = answer.body, ""
    else:
        kind, headers, content = "metadata", None, "application/warc-fields"
        body = f"outcome: {answer.outcome}\r\n".encode()
    writer.write_record(
        writer.create_warc_record(
            answer.address, kind, payload=io.BytesIO(body), length=len(body), http_headers=headers,
            warc_headers_dict=fields, warc_content_type=content,
        )
    )  # fmt: skip
    return zlib.compress(out.getvalue(), LEVEL, 31)


def one_line(detail: str) -> str:
    """A detail as the archive holds it."""
    return " ".join(detail.encode("utf-8", "replace").decode().split())[:500].strip()


def _kept(answer: Answer) -> list[tuple[str, str]]:
    """Headers of the stored message: the body is held unpacked, so what spoke of its packing goes, with a note."""
    kept = [(k, ascii_form(v)) for k, v in answer.headers if k.lower() not in _DROPPED]
    kept += [("X-Archive-Orig-Content-Encoding", v) for k, v in answer.headers if k.lower() == "content-encoding"]
    return [*kept, ("Content-Length", str(len(answer.body)))]


def members(file: io.BufferedReader) -> Iterator[tuple[int, int, bytes]]:
    """(start, compressed length, content) of each whole gzip member from where the file stands, up to one that
    the end of the file cuts off.

    Raises
    ------
    ArchiveError
        A member is damaged, or larger than `LARGEST`.
    """
    start, held = file.tell(), b""
    while True:
        inflate, content, used = zlib.decompressobj(31), bytearray(), 0
        try:
            while not inflate.eof:
                held = held or file.read(_BLOCK)
                if not held:
                    return
                content += inflate.decompress(held, max(1, LARGEST - len(content)))
                if len(content) >= LARGEST:
                    raise ArchiveError(f"the record at {start} has more than {LARGEST:,} bytes")
                used += len(held) - len(inflate.unused_data) - len(inflate.unconsumed_tail)
                held = inflate.unused_data or inflate.unconsumed_tail
        except zlib.error as error:
            raise ArchiveError(f"damaged at {start} ({error})") from error
        yield start, used, bytes(content)
        start += used


def plain(file: io.BufferedReader) -> bytes:
    """The record that stands unpacked where the file stands, as far as it is there; no more than that is read."""
    head = bytearray()
    while b"\r\n\r\n" not in head and len(head) < _BLOCK and (line := file.readline(_BLOCK)):
        head += line
    length = re.search(rb"^content-length:\s*(\d{1,18})\s*$", head, re.IGNORECASE | re.MULTILINE)
    return bytes(head) + file.read(min(int(length.group(1)), LARGEST) if length else 0)


def parse(content: bytes, place: str) -> Record:
    """The record at the start of some bytes.

    Raises
    ------
    ArchiveError
        It is none, it is cut off, or its block does not match its digest.
    """
    _, parted, rest = content.partition(b"\r\n\r\n")
    fields = head_fields(content)
    length = fields.get("content-length", "")
    if not content.startswith(b"WARC/") or not parted or not length.isdecimal():
        raise ArchiveError(f"{place}: not a WARC record; restore the file or delete it to collect again")
    block = rest[: int(length)]
    if len(block) < int(length):
        raise ArchiveError(f"{place}: the record is cut off; restore the file or delete it to collect again")
    record = Record(fields.get("warc-type", ""), fields, block)
    if not matches(fields.get("warc-block-digest", ""), block):
        raise ArchiveError(f"{place}: the record does not match its digest; restore the file")
    return record


def head_fields(content: bytes) -> dict[str, str]:
    """The fields at the start of a record, names in lower case; none where its head does not end.

    >>> head_fields(b"WARC/1.1\\r\\nWARC-Type: response\\r\\n\\r\\nbody")
    {'warc-type': 'response'}
    """
    head, parted, _ = content.partition(b"\r\n\r\n")
    _, _, lines = head.partition(b"\r\n")
    fields: dict[str, str] = {}
    for line in lines.replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ").split(b"\r\n") if parted else ():
        name, _, value = line.decode("utf-8", "replace").partition(":")
        fields.setdefault(name.strip().lower(), value.strip())
    return fields


def matches(digest: str, content: bytes) -> bool:
    """Whether bytes have a digest, as ``sha1:…`` in base 32 or 16; one of another kind is not judged."""
    algorithm, _, value = digest.partition(":")
    if algorithm.lower() not in ("sha1", "sha-1", "sha256", "sha-256", "md5") or not value:
        return True
    computed = hashlib.new(algorithm.lower().replace("-", ""), content, usedforsecurity=False).digest()
    return value.lower() == computed.hex() or value.upper().rstrip("=") == base64.b32encode(computed).decode().rstrip(
        "="
    )


def answer_of(record: Record, place: str, *, size: int = LARGEST) -> Answer:
    """The answer that a record holds, its body out of the packings of HTTP.

    Raises
    ------
    ArchiveError
        A record of ours whose payload does not match its digest; a block that is no HTTP message or damaged.
    TooLarge
        The body has more than `size` bytes.
    """
    fields, status, headers, body = record.fields, 0, (), b""
    if record.is_http:
        stream = io.BytesIO(record.block)
        try:
            parsed = StatusAndHeadersParser(["HTTP"], verify=False).parse(stream)
        except (EOFError, ValueError) as error:
            raise ArchiveError(f"{place}: the response has no head ({type(error).__name__})") from error
        code = parsed.get_statuscode() or ""
        status, headers = int(code) if code.isdigit() else 0, tuple(parsed.headers)
        body = stream.read()
        if OUTCOME.lower() not in fields:
            body = unpacked(body, headers, place, size)
        elif not matches(fields.get("warc-payload-digest", ""), body):
            raise ArchiveError(f"{place}: the page does not match its digest; restore the file")
    return Answer(
        fields.get("warc-target-uri", "").strip("<>"), fields.get(OUTCOME.lower(), "ok"), instant(fields, place),
        status, headers, body, fields.get(DETAIL.lower(), ""),
    )  # fmt: skip


def unpacked(body: bytes, headers: tuple[tuple[str, str], ...], place: str, size: int) -> bytes:
    """A body as others archived it, without chunks and codings, where they are really there."""
    named = {name.lower(): value for name, value in headers}
    if "chunked" in named.get("transfer-encoding", "").lower():
        body = _without_chunks(body)
    coding = named.get("content-encoding", "").strip().lower()
    if not coding or body.lstrip()[:1] == b"<" or (coding in ("gzip", "x-gzip") and body[:2] != b"\x1f\x8b"):
        coding = ""  # many a crawler unpacks the body and leaves the header
    try:
        inflate = Inflate(coding, size)
        content = inflate.feed(body)
        inflate.end()
    except TooLarge:
        raise
    except ValueError as error:
        raise ArchiveError(f"{place}: {error}") from error
    return content


def _without_chunks(body: bytes) -> bytes:
    """The content of chunks; a body that is not in chunks as it is, as far as it goes."""
    content, at = bytearray(), 0
    while at < len(body):
        end = body.find(b"\r\n", at, at + 1000)
        digits = body[at : max(end, at)].split(b";")[0].strip()
        try:
            length = int(digits, 16)
        except ValueError:
            return bytes(content) if content else body
        if length <= 0:
            break
        content += body[end + 2 : end + 2 + length]
        at = end + 2 + length + 2
    return bytes(content)


def instant(fields: dict[str, str], place: str) -> dt.datetime:
    """When a record was made.

    Raises
    ------
    ArchiveError
        It does not say.
    """
    try:
        return dt.datetime.fromisoformat(fields.get("warc-date", "")).astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:  # the latter: outside the calendar
        raise ArchiveError(f"{place}: the record has no date that can be read") from error


def location_of(answer: Answer) -> str:
    """Where an archived redirect leads, empty for any other answer."""
    return redirect_target(answer) if answer.status in REDIRECTS and answer.header("Location") else ""
