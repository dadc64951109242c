"""Bytes of a page to text, in the order that browsers use: mark, header, meta element, guess. Pure."""

import codecs
import re

from charset_normalizer import from_bytes

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_IN_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_IN_META = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_IN_XML = re.compile(rb"\A\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]{2,40})", re.IGNORECASE)
_META_WITHIN = 4096
# What browsers make of a label: Latin-1 is read as Windows-1252, and so on (WHATWG Encoding, table of labels).
_AS_BROWSERS = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "utf-16": "utf-16-le",
}
_LIKELY = ["utf_8", "cp1252", "cp1251", "cp932", "euc_jp", "gb18030", "big5", "cp949", "cp1250", "cp1254", "cp1253"]


def decode(body: bytes, content_type: str = "") -> str:
    """The text of a page; never raises. Bytes that fit no charset become the replacement sign."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    declared = _known(_first(_IN_HEADER, content_type)) or _declared_inside(body)
    text = _try(body, "utf-8")
    if text is not None and not (text.isascii() and declared):
        return text  # letters that happen to be valid UTF-8 are UTF-8, whatever an old label says
    if declared is not None:
        return body.decode(declared, "replace")
    return _guessed(body)


def _declared_inside(body: bytes) -> str | None:
    head = body[:_META_WITHIN]
    found = _IN_META.search(head) or _IN_XML.search(head)
    name = _known(found.group(1).decode("ascii", "replace")) if found else None
    return "utf-8" if name in ("utf-16-le", "utf-16-be") else name  # a meta element cannot be UTF-16 and be found


def _known(label: str | None) -> str | None:
    if not label:
        return None
    try:
        name = codecs.lookup(label.strip()).name
        codecs.decode(b"a", name)
    except (LookupError, ValueError, UnicodeError):
        return None
    if name in ("idna", "punycode", "unicode_escape", "raw_unicode_escape", "utf-7", "rot13", "hex", "base64", "zlib"):
        return None
    return _AS_BROWSERS.get(name, name)


def _guessed(body: bytes) -> str:
    best = from_bytes(body[:65536], cp_isolation=_LIKELY).best()
    return body.decode(best.encoding if best is not None else "cp1252", "replace")


def _try(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except UnicodeError:
        # The body may be cut in the middle of a letter; everything before must still be right.
        try:
            return body[: max(0, len(body) - 3)].decode(name)
        except UnicodeError:
            return None


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    return found.group(1) if found else None
