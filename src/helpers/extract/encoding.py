"""Bytes of a page to text: UTF-8 if it nearly is, else what the page says if that is plausible, else what it
looks like.

Pages often declare UTF-8 and are not, or declare nothing; a good page may hold one damaged byte.
"""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from helpers.extract.foreign_bytes import eastern, foreign_chunks, is_dense

MAX_REPLACED = 0.02  # share of characters that may be damaged in a page that is UTF-8 all the same
SAMPLE = 64_000  # bytes that detection looks at
FOREIGN_SHARE = 0.3  # of signs that a page's declared charset does not have, or not its language
# Names under which pages declare a subset of what they use.
WIDER = {"euc_kr": "cp949", "ks_c_5601-1987": "cp949", "johab": "cp949", "gbk": "gb18030", "gb2312": "gb18030",
         "iso8859-1": "cp1252", "ascii": "cp1252", "shift_jis": "cp932", "big5": "big5hkscs",
         "iso8859-9": "cp1254"}  # fmt: skip
WESTERN = frozenset("cp1252 iso8859-15 cp1254 iso8859-2 cp1250 mac-roman".split())
EAST = frozenset("gb18030 cp949 cp932 big5hkscs".split())
CYRILLIC = ("cp1251", "koi8_u", "iso8859_5")
SINGLE = frozenset((*CYRILLIC, *WESTERN, "koi8-r", "koi8-u", "iso8859-5", "cp866", "mac-cyrillic"))
WELL_FORMED = 0.7  # of words beyond ASCII; letters of one alphabet, not small before capital
MAX_CAPITALS = 4  # letters of an abbreviation
SURE = 0.97  # of words well-formed in one alphabet: no text of two bytes a character reads like that
CANDIDATES = ["cp1251", "koi8_u", "iso8859_5", "cp949", "gb18030", "big5hkscs", "cp932", "euc_jp", "cp1252", "cp1250"]
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_MARKUP = re.compile(rb"<script.*?(?:</script>|\Z)|<style.*?(?:</style>|\Z)|<[^<>]*>", re.DOTALL | re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def decode(body: bytes, *, content_type: str | None = None) -> str:
    """The text of a page.

    Parameters
    ----------
    body : bytes
    content_type : str, optional
        The header, whose charset is a hint and no more.

    Returns
    -------
    str
        Damaged bytes become U+FFFD.

    >>> decode("Договор подписан в столице".encode("cp1251"), content_type="text/html; charset=utf-8")
    'Договор подписан в столице'
    """
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(codec, "replace")
    if b"\x1b$" in body[:SAMPLE]:
        return body.decode("iso2022_jp_2", "replace")  # seven bits a byte, which pass for ASCII
    if (codec := _unmarked_utf16(body)) is not None:
        return body.decode(codec, "replace")
    if (text := _as_utf8(body)) is not None:
        return text
    for name in _declared(body, content_type):
        if (text := _as_declared(body, name)) is not None:
            return text
    return body.decode(_looks_like(body), "replace")


def _unmarked_utf16(body: bytes) -> str | None:
    """UTF-16 without its mark shows in markup: every second byte of it is zero."""
    start = body[:30]
    for codec, zeros, others in (("utf-16-le", start[1::2], start[::2]), ("utf-16-be", start[::2], start[1::2])):
        if len(start) >= 20 and zeros.count(0) > 0.7 * len(zeros) and others.count(0) == 0:
            return codec
    return None


def _as_utf8(body: bytes) -> str | None:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        text = body.decode("utf-8", "replace")
    damaged = text.count("\ufffd") - body.count(b"\xef\xbf\xbd")
    sound = sum(1 for c in text if c > "\x7f") - damaged
    # One damaged byte of three makes up to three marks in a row: places are counted, not marks.
    places = min(damaged, len(re.findall("\ufffd+", text)))
    return text if places <= MAX_REPLACED * len(text) and sound >= damaged else None


def _declared(body: bytes, content_type: str | None) -> list[str]:
    """Codecs that header and page name, in that order, widened to what such pages use; UTF-8 was tried
    already."""
    header = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", content_type or "", re.IGNORECASE)
    in_page = _META.search(body[:4096])
    names = [header.group(1)] if header else []
    names += [in_page.group(1).decode("ascii", "replace")] if in_page else []
    declared = []
    for name in names:
        try:
            codec = codecs.lookup(name).name
        except LookupError:
            continue  # an invented name says nothing; detection decides
        codec = WIDER.get(codec, WIDER.get(name.lower(), codec))
        if codec != "utf-8" and codec not in declared:
            declared.append(codec)
    return declared


def _as_declared(body: bytes, codec: str) -> str | None:
    try:
        text = body.decode(codec, "replace")
    except (LookupError, ValueError):
        return None  # a codec that is no text encoding
    letters = [c for c in text if c.isalpha()]
    foreign = sum(c > "\x7f" for c in letters)
    if codec in WESTERN and is_dense(_words(body)):
        return None
    if codec in EAST and (_foreign_to(codec, text) or _is_other(codec, body)):
        return None
    if codec in SINGLE and _well_formed(_words(body).decode(codec, "replace")) < WELL_FORMED:
        return None
    return text if text.count("\ufffd") <= MAX_REPLACED * max(1, foreign) + 1 else None


def _foreign_to(codec: str, text: str) -> bool:
    """Whether a page reads as no page of its declared charset does: almost any bytes fit those of two bytes a sign.

    Kana where Chinese is declared is Japanese; signs of a larger set than the language uses, or half-width kana, are
    another charset read as this one.
    """
    signs = [c for c in text[:SAMPLE] if c >= "\u1100"]
    odd = {"gb18030": "gb2312", "cp949": "euc_kr", "cp932": "euc_jp", "big5hkscs": "big5"}.get(codec)
    if codec in ("gb18030", "big5hkscs"):
        kana = sum("\u3041" <= c <= "\u30ff" for c in signs)
        if kana > FOREIGN_SHARE * len(signs):
            return True
    if codec == "cp932":
        return sum("\uff61" <= c <= "\uff9f" for c in signs) > FOREIGN_SHARE * len(signs)
    rare = sum(not c.encode(odd, "ignore") for c in signs) if odd else 0
    return rare > FOREIGN_SHARE * len(signs)


def _is_other(codec: str, body: bytes) -> bool:
    """Whether a page that declares Korean or Chinese surely is the other: the two charsets have the same bytes."""
    return {codec, eastern(foreign_chunks(_words(body)))} == {"cp949", "gb18030"}


def _words(body: bytes) -> bytes:
    """The words near the top of a page, markup left aside."""
    sample = body[:SAMPLE]
    return b" ".join(_MARKUP.sub(b" ", sample[: sample.rfind(b">") + 1] or sample).split()) or sample


def _looks_like(body: bytes) -> str:
    """The likeliest codec of the words on the page."""
    words = _words(body)
    if not is_dense(words):
        return _western(words)
    chunks = foreign_chunks(words)
    shaped = {name: _well_formed(chunks.decode(name, "replace")) for name in CYRILLIC}
    likeliest = max(shaped, key=lambda name: shaped[name])  # the first of equals
    if shaped[likeliest] > SURE:
        return likeliest
    if (codec := eastern(chunks)) is not None:
        return codec
    if shaped[likeliest] >= WELL_FORMED:
        return likeliest
    best = from_bytes(chunks, cp_isolation=CANDIDATES).best()
    codec = codecs.lookup(best.encoding).name if best is not None else "cp1252"
    return WIDER.get(codec, codec)


def _western(words: bytes) -> str:
    """The likelier of Western and Central European."""
    shaped = {name: _well_formed(words.decode(name, "replace")) for name in ("cp1252", "cp1250")}
    return max(shaped, key=lambda name: shaped[name])


def _well_formed(text: str) -> float:
    """Share of the words beyond ASCII that some alphabet could have written; 1 where there is none.

    >>> [_well_formed(text) for text in ("Договор 1999 года", "дНЦНБНП", "Länder größer", "Lдnder")]
    [1.0, 0.0, 1.0, 0.0]
    """
    words = [word for word in re.findall(r"[^\s\d.,:;!?()\"'«»“”„–—-]+", text) if not word.isascii()][:2000]
    sound = 0
    for word in words:
        letters = word.replace("’", "").replace("\u0301", "")
        cyrillic = sum("\u0400" <= c <= "\u04ff" for c in letters)
        # Small letters of KOI8-R are capitals in Windows-1251: long words in capitals prove nothing.
        cased = letters.islower() or letters[1:].islower() or (letters.isupper() and len(letters) <= MAX_CAPITALS)
        sound += letters.isalpha() and cyrillic in (0, len(letters)) and cased
    return sound / len(words) if words else 1.0
