"""Addresses written so that robots miss them: spelled out, turned round, coded in attributes or small scripts. Pure.

Nothing is executed; the usual forms are recognised by their shape. Patterns work on short stretches only.
"""

import base64
import binascii
import codecs
import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser, LexborNode

_OPEN, _SHUT = r"[\[({<«|*_\-–]{1,2}", r"[\])}>»|*_\-–]{1,2}"
_AT_WORDS = r"at|ät|aet|arroba|arobase|arobas|chiocciola|apenstaartje|affe|klammeraffe|snabel-?a|kukac|malpa|małpa|zavináč|zavinac|arond|miukumauku|παπάκι|שטרודל|собака|равлик|艾特|골뱅이|アット(?:マーク)?|あっと"  # noqa: E501
_DOT_WORDS = r"dot|punkt|punto|point|ponto|punt|piste|kropka|tečka|tecka|bodka|pont|punct|nokta|prikk|punktum|τελεία|נקודה|точка|крапка|닷|ドット|どっと"  # noqa: E501
_LOCAL_BEFORE = r"[a-z0-9][a-z0-9._%+-]{0,60}"
_WORD = r"[a-z0-9][a-z0-9_%+-]{0,40}"
_AT_MARKED = rf"[ \t]{{0,3}}{_OPEN}[ \t]{{0,2}}(?:{_AT_WORDS}|@|a)[ \t]{{0,2}}{_SHUT}[ \t]{{0,3}}"
_AT_SPACED = (
    r"[ \t]{1,3}(?:at|AT|At|ät|arroba|arobase|arobas|chiocciola|apenstaartje|klammeraffe|snabel-?a|kukac|malpa|małpa"
    r"|zavináč|zavinac|arond|παπάκι|собака)[ \t]{1,3}"
)
_AT_OTHER = r"[ \t]{0,2}(?:＠|[★☆●○◎◆■▲＃♪](?=[a-z0-9]))[ \t]{0,2}|[ \t]{1,3}@[ \t]{0,3}|[ \t]{0,3}@[ \t]{1,3}"
_DOT_MARKED = rf"[ \t]{{0,3}}{_OPEN}[ \t]{{0,2}}(?:{_DOT_WORDS}|\.)[ \t]{{0,2}}{_SHUT}[ \t]{{0,3}}"
_DOT_SPACED = rf"[ \t]{{1,3}}(?:{_DOT_WORDS}|DOT|Dot|PUNKT)[ \t]{{1,3}}|[ \t]{{1,2}}\.[ \t]{{1,2}}(?=[a-z])"
_DOT_ANY = rf"(?:{_DOT_MARKED}|{_DOT_SPACED}|\.)"
_SPELLED = re.compile(
    rf"(?<![\w.@])({_WORD}(?:{_DOT_ANY}{_WORD}){{0,3}}?)(?:({_AT_MARKED})|({_AT_SPACED})|({_AT_OTHER}))"
    rf"({_WORD}(?:{_DOT_ANY}{_WORD}){{0,3}})({_DOT_ANY})([a-z]{{2,18}})(?![\w@])",
    re.IGNORECASE,
)
_DOT = re.compile(_DOT_ANY, re.IGNORECASE)
_REMOVE_ME = re.compile(r"[ \t]*[\[(]?\b(?:no-?spam|remove-?(?:this|me)|entfernen|delete-?this)\b[\])]?[ \t]*\.?", re.I)
_CF_PATH = re.compile(r"/cdn-cgi/l/email-protection#([0-9a-f]{6,400})", re.IGNORECASE)
_TYPO3 = re.compile(
    r"UnCryptMailto\((?:'|\"|%27|&#39;)([^'\"]{6,200}?)(?:'|\"|%27|&#39;)(?:\s*,\s*(-?\d+))?", re.IGNORECASE
)
_STRINGS = re.compile(r"'((?:[^'\\\n]|\\.){0,200})'|\"((?:[^\"\\\n]|\\.){0,200})\"")
_JOINED = re.compile(
    r"(?:(?:'[^'\n]{0,120}'|\"[^\"\n]{0,120}\"|[\w.]{1,40}(?:\(\d{1,3}\))?)\s*\+\s*){1,12}(?:'[^'\n]{0,120}'|\"[^\"\n]{0,120}\"|[\w.]{1,40}(?:\(\d{1,3}\))?)"  # noqa: E501
)
_ASSIGNED = re.compile(r"(?:var|let|const)?\s*\b([\w$]{1,40})\s*=\s*((?:'[^'\n]{0,200}'|\"[^\"\n]{0,200}\"|[\w$.]{1,40}(?:\(\d{1,3}\))?)(?:\s*\+\s*(?:'[^'\n]{0,200}'|\"[^\"\n]{0,200}\"|[\w$.]{1,40}(?:\(\d{1,3}\))?)){0,12})\s*[;\n,]")  # fmt: skip  # noqa: E501
_JOINED_LIST = re.compile(
    r"\[((?:\s*(?:'[^'\n]{0,60}'|\"[^\"\n]{0,60}\")\s*,?){2,8})\]\s*\.\s*(reverse\(\)\s*\.\s*)?join\(\s*['\"]([^'\"\n]{0,5})['\"]\s*\)"  # noqa: E501
)
_TEMPLATES = re.compile(r"`([^`\n]{0,200}\$\{[^`\n]{1,200})`")
_HOLE = re.compile(r"(\$\{[^{}]{1,60}\})")
_TURNED = re.compile(r"(?:'([^'\n]{5,100})'|\"([^\"\n]{5,100})\")\s*\.\s*split\(\s*['\"]{2}\s*\)\s*\.\s*reverse\(\)")
_CHAR_CODES = re.compile(r"fromCharCode\(([\d\s,]{5,900})\)")
_LOOKS = re.compile(r"[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}", re.IGNORECASE)
_USER_NAMES = ("data-user", "data-name", "data-local", "data-u", "data-part1", "data-account", "data-mailbox", "data-login", "data-a", "data-email-user", "data-id")  # fmt: skip  # noqa: E501
_HOST_NAMES = (
    "data-domain",
    "data-host",
    "data-website",
    "data-d",
    "data-part2",
    "data-server",
    "data-email-domain",
    "data-b",
)
_TLD_NAMES = ("data-tld", "data-part3", "data-ext", "data-c")
_CODED_NAMES = ("data-email", "data-mail", "data-mailto", "data-address", "data-enc-email", "data-contact", "data-enc", "data-e", "data-encoded", "data-href", "data-original-href", "data-m", "data-clipboard-text", "data-copy")  # fmt: skip  # noqa: E501


_MAIL_WORD = re.compile(
    r"(?:e-?mail|mail|contact\w*|write|reach|courriel|correo|kontakt|posta|schreib\w*|escr[ií]be\w*|скажите|почта|メール|お問い合わせ)"  # noqa: E501
    r"[^@.]{0,30}$",
    re.IGNORECASE,
)
_SENTENCE_HOSTS = frozenset(
    "the this that a an any some one each every which what my your our their his her its no all der die das dem".split()
)  # noqa: E501
_PLAIN_LOCALS = frozenset(
    "us me you here find meet see follow join visit talk live today lunch dinner look only now open free".split()
)  # noqa: E501
_MARKED_DOT = re.compile(
    r"(?<=@)([a-z0-9-]{1,40})\s?[\[({](?:\.|dot|punkt|point|punto)[\])}]\s?(?=[a-z])", re.IGNORECASE
)


_DESKS = frozenset(
    "webmaster info contact hello office editor editors admin redaktion kontakt presse press team support newsroom".split()  # noqa: E501
)  # noqa: E501


def _is_told(before: str, whole: str, line: str, local: str) -> bool:
    """Words that stand apart are an address when a word says so, when they stand alone, or have a dot before the @."""
    return (
        bool(_MAIL_WORD.search(before[-60:]))
        or len(line.strip()) <= len(whole) + 14
        or bool(re.search(r"[.\d_]", local) or local.lower() in _DESKS)
    )


def in_text(text: str) -> Iterator[tuple[str, str]]:
    """(address, method) for each one spelled out in visible text."""
    text = _REMOVE_ME.sub("", text).replace("．", ".")
    if "@" in text:
        for found in _MARKED_DOT.finditer(text):
            name = re.search(rf"{_LOCAL_BEFORE}$", text[max(0, found.start() - 62) : found.start() - 1], re.IGNORECASE)
            rest = re.match(r"[a-z]{2,18}(?:\.[a-z]{2,6})?", text[found.end() : found.end() + 30], re.IGNORECASE)
            if name and rest:
                yield f"{name.group()}@{found.group(1)}.{rest.group()}", "obfuscated"
    for line in text.split("\n"):
        if len(line) > 20_000:
            continue
        for match in _SPELLED.finditer(line):
            local, marked, spaced, other, host, dot, ending = match.groups()
            if spaced and not _is_spelled_dot(dot) and not _is_spelled_dot(host):
                continue  # "meet us at example.com" is a sentence
            shouted = bool(spaced) and spaced.strip() == "AT"
            told = shouted or _is_told(line[: match.start()], match.group(), line, local)
            if (spaced and spaced.strip().lower() in ("at", "ät") or other and "@" in other) and not told:
                continue  # so is "we arrived at this point in time"
            if not marked and (host.lower() in _SENTENCE_HOSTS or (local.lower() in _PLAIN_LOCALS and not shouted)):
                continue
            yield f"{_dotted(local)}@{_dotted(host)}.{ending}", "obfuscated"


def plain(text: str) -> list[str]:
    """Addresses spelled out in one attribute."""
    return [value for value, _ in in_text(unquote(text))]


def in_elements(tree: LexborHTMLParser) -> Iterator[tuple[LexborNode | None, str, str]]:
    """(element, address, method) for those hidden in attributes and scripts."""
    for node in tree.css("[data-cfemail]"):
        yield node, cfemail(node.attributes.get("data-cfemail") or ""), "cfemail"
    for node in tree.css("a[href]"):
        href = node.attributes.get("href") or ""
        if found := _CF_PATH.search(href):
            yield node, cfemail(found.group(1)), "cfemail"
        elif found := _TYPO3.search(unquote(href)):
            yield node, _shifted(found.group(1), found.group(2)), "script"
    for node in tree.css("joomla-hidden-mail[first][last]"):
        halves = [_unbased(node.attributes.get(name) or "") for name in ("first", "last")]
        yield node, "@".join(halves), "script"
    for node in tree.css('[itemprop~="email"]'):
        yield node, node.attributes.get("content") or node.text(), "microdata"
    yield from _from_data_attributes(tree)
    for node in tree.css("script"):
        if "json" not in (node.attributes.get("type") or "") and (code := node.text() or "") and len(code) < 60_000:
            place = node.parent if node.parent is not None and node.parent.tag != "head" else None
            yield from ((place, value, "script") for value in _from_script(code))
    for node in tree.css("[onclick], [onmouseover]"):
        code = (node.attributes.get("onclick") or "") + ";" + (node.attributes.get("onmouseover") or "")
        yield from ((node, value, "script") for value in _from_script(unquote(code) + ";"))


def _unbased(code: str) -> str:
    try:
        return base64.b64decode(code, validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return ""


def cfemail(code: str) -> str:
    """An address as Cloudflare codes it: the first byte is the key of all others. "" when it is none."""
    try:
        raw = bytes.fromhex(code)
    except ValueError:
        return ""
    return bytes(b ^ raw[0] for b in raw[1:]).decode("utf-8", "replace").partition("?")[0] if raw else ""


def _from_data_attributes(tree: LexborHTMLParser) -> Iterator[tuple[LexborNode, str, str]]:
    wanted = ",".join(f"[{name}]" for name in _USER_NAMES + _CODED_NAMES)
    for node in tree.css(wanted)[:200]:
        attributes = {k: v or "" for k, v in node.attributes.items()}
        user = next((attributes[n] for n in _USER_NAMES if attributes.get(n)), "")
        host = next((attributes[n] for n in _HOST_NAMES if attributes.get(n)), "")
        ending = next((attributes[n] for n in _TLD_NAMES if attributes.get(n)), "")
        if user and host:
            whole = f"{user}@{host}" + (f".{ending}" if ending else "")
            yield node, whole, "data-attribute"
            if not ending:
                yield node, f"{user[::-1]}@{host[::-1]}", "data-attribute"
        for name in _CODED_NAMES:
            if value := attributes.get(name):
                yield from ((node, address, "data-attribute") for address in decoded(value))


def decoded(value: str) -> Iterator[str]:
    """Addresses in a coded attribute: plain, spelled out, back to front, ROT13, Base64, or hex with a key."""
    value = unescape(unquote(value)).strip()
    if "@" in value:
        for attempt in (value, value[::-1], codecs.encode(value, "rot13")):
            if (found := _LOOKS.search(attempt)) and _has_known_ending(found.group()):
                yield found.group()
                return
    yield from plain(value)
    try:
        text = base64.b64decode(value + "=" * (-len(value) % 4), validate=True).decode("ascii")
        yield from (m.group() for m in _LOOKS.finditer(text))
    except (binascii.Error, ValueError):
        pass
    if re.fullmatch(r"[0-9a-fA-F]{12,}", value) and _LOOKS.fullmatch(cfemail(value)):
        yield cfemail(value)


def _from_script(code: str) -> Iterator[str]:
    if "@" not in code and not re.search(
        r"&#0*64|&#x0*40|\\x40|\\u0040|%40|fromCharCode|atob|rot13|\[at\]|&commat", code
    ):
        return
    code = code.replace("\\x40", "@").replace("\\u0040", "@").replace("\\/", "/")
    for match in _CHAR_CODES.finditer(code):
        text = "".join(chr(int(n)) for n in match.group(1).split(",") if n.strip().isdigit() and int(n) < 65536)
        yield from _mails_in(text)
    for match in re.finditer(r"atob\(\s*['\"]([A-Za-z0-9+/=]{8,400})['\"]", code):
        yield from decoded(match.group(1))
    for match in _JOINED_LIST.finditer(code):
        parts = [a or b for a, b in _STRINGS.findall(match.group(1))]
        yield from _mails_in(match.group(3).join(reversed(parts) if match.group(2) else parts))
    yield from _from_variables(code)
    for match in _JOINED.finditer(code):
        if "@" in (joined := _join(match.group(), {})) or "&#" in joined:
            yield from _mails_in(joined)
    known = {m.group(1): _join(m.group(2), {}) for m in list(_ASSIGNED.finditer(code))[:200]}
    for match in _TEMPLATES.finditer(code):
        yield from _mails_in("".join(known.get(x[2:-1].strip(), x) for x in _HOLE.split(match.group(1))))
    for match in _TURNED.finditer(code):
        yield from _mails_in((match.group(1) or match.group(2))[::-1])
    if "rot13" in code.lower() or "charCodeAt" in code:
        for a, b in _STRINGS.findall(code):
            yield from _mails_in(codecs.encode(a or b, "rot13"))


def _from_variables(code: str) -> Iterator[str]:
    """Follow small assignments and sums of strings from top to bottom, as mail cloaks of content systems use them."""
    known: dict[str, str] = {}
    for match in list(_ASSIGNED.finditer(code))[:200]:
        known[match.group(1)] = _join(match.group(2), known)[:300]
        yield from _mails_in(known[match.group(1)])
    for match in _JOINED.finditer(code):
        if not code[: match.start()].rstrip().endswith("="):  # those were followed above
            yield from _mails_in(_join(match.group(), known))


def _join(expression: str, known: dict[str, str]) -> str:
    parts = []
    for piece in re.findall(r"'[^'\n]*'|\"[^\"\n]*\"|[\w$.]+(?:\(\d+\))?", expression):
        if piece[0] in "'\"":
            parts.append(piece[1:-1])
        elif found := re.fullmatch(r"String\.fromCharCode\((\d+)\)", piece):
            parts.append(chr(int(found.group(1))) if int(found.group(1)) < 65536 else "")
        else:
            parts.append(known.get(piece, "\x00"))
    return unescape("".join(parts))


def _mails_in(text: str) -> Iterator[str]:
    text = unescape(unquote(text))
    for match in _LOOKS.finditer(text):
        if not (match.start() and text[match.start() - 1] == "\x00") and text[match.end() : match.end() + 1] != "\x00":
            yield match.group()


def _shifted(code: str, offset: str | None) -> str:
    """TYPO3 moves each letter by a small step; the step is the one that gives "mailto:"."""
    code = unescape(code)
    for step in [int(offset)] if offset else list(range(-26, 27)):
        text = "".join(_moved(c, sign * step) for c in code for sign in (1,))
        back = "".join(_moved(c, -step) for c in code)
        for attempt in (text, back):
            if attempt.startswith("mailto:"):
                return attempt[7:]
    return ""


def _moved(letter: str, step: int) -> str:
    for low, high in (("+", ":"), ("@", "Z"), ("a", "z")):
        if low <= letter <= high:
            size = ord(high) - ord(low) + 1
            return chr((ord(letter) - ord(low) + step) % size + ord(low))
    return letter


def _has_known_ending(address: str) -> bool:
    return 2 <= len(address.rpartition(".")[2]) <= 18 and not address.rpartition(".")[2].isdigit()


def _is_spelled_dot(text: str) -> bool:
    return bool(re.search(rf"{_DOT_MARKED}|{_DOT_SPACED}", text, re.IGNORECASE))


def _dotted(text: str) -> str:
    return _DOT.sub(".", text)
