"""Bytes and header values of mail into text, whatever the mail says about its own character set. Never raises."""

import codecs
import re
from email.header import decode_header

from charset_normalizer import from_bytes

# A text codec may be slow (punycode) or no codec for mail at all; only these families are tried as declared.
_REFUSED = ("punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem")
_ALIASES = {
    "x-sjis": "cp932", "shift_jis": "cp932", "shift-jis": "cp932", "x-euc-jp": "euc_jp", "ks_c_5601-1987": "cp949",
    "gb2312": "gb18030", "gbk": "gb18030", "iso-8859-8-i": "iso-8859-8", "us-ascii": "utf-8", "ascii": "utf-8",
    "ansi_x3.4-1968": "utf-8", "latin-1": "cp1252", "iso-8859-1": "cp1252", "x-mac-roman": "mac_roman", "utf8": "utf-8",
    "unicode-1-1-utf-8": "utf-8", "cp-850": "cp850", "windows-874": "cp874", "tis-620": "cp874",
    "iso-2022-jp": "iso2022_jp_2",
}  # fmt: skip
_CANDIDATES = ["utf_8", "cp1252", "cp1251", "koi8_r", "euc_jp", "cp932", "gb18030", "big5", "euc_kr", "iso8859_2"]
_TOLERATED = 0.03  # share of replaced characters with which a declared charset is still believed
_ENCODED_WORD = re.compile(r"=\?[^?\s]{1,60}\?[bBqQ]\?")


def text_of(data: bytes, declared: str | None) -> str:
    """`data` as text: the declared charset when it fits, else UTF-8, else the likeliest of the usual ones."""
    name = _codec(declared)
    for codec in dict.fromkeys((name or "utf-8", "utf-8")):
        text = _strict(data, codec)
        if text is not None and not (codec.startswith("iso2022") and _eight_bit(data)):
            return _clean(text)
    if name is not None and not name.startswith("iso2022") and name != "ascii":
        text = data.decode(name, "replace")
        if text.count("\ufffd") <= _TOLERATED * max(len(text), 1):
            return _clean(text)
    return _clean(_guessed(data))


def raw_text(value: object) -> str:
    """One header value unfolded, its encoded words left as they stand (addresses are compared, not shown)."""
    text = str(value)
    return " ".join((text if text.isascii() else _raw_header(text)).replace("\x00", "").split())


def header_text(value: object) -> str:
    """One header value, unfolded and with its encoded words read. Control characters become spaces."""
    text = str(value)
    if not text.isascii():
        text = _raw_header(text)
    if _ENCODED_WORD.search(text):
        text = _words(text)
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _codec(declared: str | None) -> str | None:
    name = (declared or "").strip().strip("\"'").lower()[:40]
    name = _ALIASES.get(name, name)
    if not name:
        return None
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    usable = getattr(found, "_is_text_encoding", True) and found.name not in _REFUSED
    return found.name if usable else None


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, LookupError, ValueError):
        return None


def _eight_bit(data: bytes) -> bool:
    return any(b > 127 for b in data[:4000])


def _guessed(data: bytes) -> str:
    best = from_bytes(data[:6000], cp_isolation=_CANDIDATES).best()
    codec = best.encoding if best is not None else "cp1252"
    return data.decode(codec, "replace")


def _clean(text: str) -> str:
    return text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")


def _raw_header(text: str) -> str:
    """Raw eight-bit bytes stand in the value as surrogates; RFC 6532 says UTF-8, older programs wrote anything."""
    data = text.encode("utf-8", "surrogateescape")
    return text_of(data, "utf-8")


def _words(text: str) -> str:
    try:
        # Encoded words cut in the middle of a space are common; the decoder wants them apart.
        pieces = decode_header(text.replace("\n", " ").replace("\r", " "))
    except Exception:  # noqa: BLE001 - the decoder raises many kinds on broken base64; the raw words are better than none
        return text
    out = []
    for piece, charset in pieces:
        out.append(text_of(piece, charset or "utf-8") if isinstance(piece, bytes) else piece)
    return "".join(out)
