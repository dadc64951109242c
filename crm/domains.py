"""What a domain is: normal forms of hosts and URLs, the registrable domain, the keys that find duplicates. Pure.

All hosts inside the product are A-labels in lower case; `display` gives the form for people.
"""

import ipaddress
import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, unquote

import idna
from publicsuffixlist import PublicSuffixList

# Hosts that give each customer a name below theirs and are missing from the public suffix list's private section.
SHARED_SUFFIXES = frozenset(
    {
        "substack.com",
        "medium.com",
        "wordpress.com",
        "tumblr.com",
        "github.io",
        "gitlab.io",
        "netlify.app",
        "vercel.app",
        "pages.dev",
        "web.app",
        "wixsite.com",
        "weebly.com",
        "livejournal.com",
        "typepad.com",
        "over-blog.com",
        "canalblog.com",
        "hatenablog.com",
        "jimdofree.com",
        "jimdosite.com",
        "webnode.page",
        "notion.site",
        "ghost.io",
        "hashnode.dev",
        "tilda.ws",
        "ucoz.ru",
        "skyrock.com",
        "blog.hu",
        "estranky.cz",
    }
)
# Hosts where the customer is named in the path: host -> pattern of the path that names one.
SHARED_PATHS = {
    "medium.com": re.compile(r"/(@[\w.-]+)", re.ASCII),
    "substack.com": re.compile(r"/(@[\w.-]+)", re.ASCII),
    "sites.google.com": re.compile(r"/((?:view|site|a/[\w.-]+)/[\w.-]+)", re.ASCII),
    "hubpages.com": re.compile(r"/(@[\w.-]+)", re.ASCII),
}
TRACKING = re.compile(r"(utm_\w*|gclid|gad\w*|fbclid|srsltid|msclkid|ref)", re.IGNORECASE)
_SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*):(?=//)", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"(mailto|javascript|data|tel|sms|about|file|blob|vbscript|view-source):", re.IGNORECASE)
_PORT = re.compile(r":(\d{0,5})\Z")
_HOST = re.compile(r"(?=.{3,253}\Z)([a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LIKE_LATIN = frozenset("асеіјорѕхуһԁԛԝӏ")
_SAFE = re.compile(r"[A-Za-z0-9/?&=%:;@!$'()*+,~\[\]|._-]*")
_BLOGSPOT = re.compile(r"(?:\A|\.)(blogspot\.(?:[a-z]{2}|com|com?\.[a-z]{2}))\Z")
_WITH_PRIVATE = PublicSuffixList()
_KNOWN = PublicSuffixList(accept_unknown=False)
_REGISTRIES = PublicSuffixList(only_icann=True)


def host(url: str) -> str | None:
    """The host of a URL or bare host as A-label in lower case, or None when it names no public host.

    A user name before `@`, a scheme other than http and https, and a name without a dot give None.
    """
    parts = _parts(url)
    return parts[1] if parts else None


def registrable(host_or_url: str, *, private: bool = True) -> str | None:
    """The site a URL belongs to: its registrable domain; customers of shared hosts are sites of their own.

    `https://x.wordpress.com/a` is `x.wordpress.com`, `https://medium.com/@ann/b` is `medium.com/@ann`. With
    `private=False` only registries' suffixes count. An IP address is its own site. None when there is no host.
    """
    parts = _parts(host_or_url)
    if parts is None:
        return None
    _scheme, name, _port, rest = parts
    if private and (shared := _shared_path(name.removeprefix("www."), rest)):
        return shared
    return _site_of(name, private)


class Address(NamedTuple):
    """All forms of one URL or bare host: what `host`, `registrable`, `normal_url` and `url_key` say of it."""

    host: str
    site: str
    url: str
    key: str


@lru_cache(maxsize=4096)
def address(text: str) -> Address | None:
    """All forms at once, for reading millions of rows; None when there is no usable host."""
    parts = _parts(text)
    if parts is None:
        return None
    scheme, name, port, rest = parts
    rest = _escaped(rest)
    bare = name.removeprefix("www.")
    site = _shared_path(bare, rest) or _site_of(name, True) or name
    return Address(name, site, f"{scheme}://{_bracketed(name)}{port}{rest or '/'}", bare + port + _key_of(rest))


def site_of_plain(name: str) -> str | None:
    """The site of a host in its normal form; None for every other text."""
    return (_site_of(name, True) or name) if _HOST.fullmatch(name) and not name[-1].isdigit() else None


def site_of_host(name: str) -> str | None:
    """`registrable` for text that is a host and nothing else; much faster for plain lower-case names."""
    if (site := site_of_plain(name)) is not None:
        return site
    found = address(name)
    return found.site if found else None


def has_known_suffix(name: str) -> bool:
    """True when the host ends in a suffix that is really registered (or reserved for examples), not `v2.final`."""
    return name.rpartition(".")[2] in ("example", "test") or _KNOWN.publicsuffix(name) is not None


def normal_url(url: str) -> str:
    """A URL that can be fetched: scheme added, host as A-label, default port and fragment gone, spaces escaped.

    Never strict: text without a usable host comes back trimmed; ask `host` whether it is an address.
    """
    parts = _parts(url)
    if parts is None:
        return url.strip()
    scheme, name, port, rest = parts
    return f"{scheme}://{_bracketed(name)}{port}{_escaped(rest) or '/'}"


def url_key(url: str) -> str:
    """The key under which two spellings of one page meet: no scheme, www, trailing slash, fragment or tracking."""
    parts = _parts(url)
    if parts is None:
        return url.strip()
    _scheme, name, port, rest = parts
    return name.removeprefix("www.") + port + _key_of(_escaped(rest))


@lru_cache(maxsize=65536)
def display(domain: str) -> str:
    """The Unicode form of a domain for people; what cannot be decoded stays as it is.

    So does a label that looks like another name: Latin letters mixed with Cyrillic or Greek ones, or Cyrillic letters
    alone that all look like Latin ones, below an ending in Latin letters.
    """
    name, slash, path = domain.partition("/")
    labels = name.split(".")
    shown = [_unicode_label(label) for label in labels]
    plain_ending = not labels[-1].startswith("xn--")
    shown = [b if not _misleads(b, plain_ending) else a for a, b in zip(labels, shown, strict=True)]
    return ".".join(shown) + slash + path


def is_within(host_or_url: str, domain: str) -> bool:
    """True when a host is the domain or one of its subdomains (for `medium.com/@x`: the same site)."""
    if "/" in domain:
        return registrable(host_or_url) == domain
    name = host(host_or_url)
    return name is not None and (name == domain or name.endswith("." + domain))


def _parts(url: str) -> tuple[str, str, str, str] | None:
    """(scheme, host, ":port" or "", rest with path and query, no fragment), or None."""
    text = url.strip(" \t\r\n\f\v\u00a0\u200b\ufeff").replace("\t", "").replace("\n", "").replace("\r", "")
    if text.startswith(("https://", "http://")):
        scheme, _, text = text.partition("://")
    elif not text or _OTHER_SCHEME.match(text):
        return None
    else:
        scheme = "https"
        if found := _SCHEME.match(text):
            scheme, text = found.group(1).lower(), text[found.end() :]
        text = text.removeprefix("//")
        if scheme not in ("http", "https"):
            return None
    cut = min((i for i in map(text.find, "/?#") if i >= 0), default=len(text))
    authority, rest = text[:cut], text[cut:].partition("#")[0]
    if "@" in authority or "\\" in authority:
        return None
    found_port = _PORT.search(authority) if ":" in authority else None
    port = found_port.group(1) if found_port else ""
    name = _a_label(authority[: found_port.start()] if found_port else authority)
    if name is None:
        return None
    default = {"http": "80", "https": "443"}[scheme]
    return scheme, name, f":{port}" if port and port != default else "", rest


@lru_cache(maxsize=262144)
def _a_label(name: str) -> str | None:
    name = unquote(name).strip().rstrip(".").lower() if "%" in name else name.strip().rstrip(".").lower()
    if name.startswith("[") and name.endswith("]"):
        return _ip(name[1:-1])
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return None
    if name.replace(".", "").isdigit():
        return _ip(name)
    return name if _HOST.fullmatch(name) and not name.rpartition(".")[2].isdigit() else None


def _ip(text: str) -> str | None:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return None


@lru_cache(maxsize=262144)
def _site_of(name: str, private: bool) -> str | None:
    if (name[-1].isdigit() or ":" in name) and _ip(name):
        return name
    if not private:
        return _REGISTRIES.privatesuffix(name)
    if shared := _shared_suffix(name):
        label = name[: -len(shared) - 1].rpartition(".")[2]
        return shared if label in ("", "www") else f"{label}.{shared}"
    return _WITH_PRIVATE.privatesuffix(name) or _REGISTRIES.privatesuffix(name)


def _shared_suffix(name: str) -> str | None:
    if "blogspot." in name and (found := _BLOGSPOT.search(name)):
        return found.group(1)
    tail = name[name.rfind(".", 0, name.rfind(".")) + 1 :]  # every shared suffix has two labels
    return tail if tail in SHARED_SUFFIXES else None


def _escaped(rest: str) -> str:
    """Path and query with raw spaces and letters escaped; what is escaped already stays."""
    return rest if _SAFE.fullmatch(rest) else quote(rest, safe="/?&=%:;@!$'()*+,~[]|-._")


def _key_of(rest: str) -> str:
    """The part of a page's key behind the host."""
    if "?" not in rest:
        return rest.rstrip("/")
    path, _, query = rest.partition("?")
    kept = [p for p in query.split("&") if p and not TRACKING.fullmatch(p.partition("=")[0])]
    return path.rstrip("/") + ("?" + "&".join(kept) if kept else "")


def _shared_path(name: str, rest: str) -> str | None:
    """The site that the path names on hosts such as medium.com, or None."""
    shape = SHARED_PATHS.get(name)
    found = shape.match(rest) if shape else None
    return f"{name}/{found.group(1).lower()}" if found else None


def _bracketed(name: str) -> str:
    return f"[{name}]" if ":" in name else name


def _misleads(label: str, plain_ending: bool) -> bool:
    if label.isascii():
        return False
    scripts = {unicodedata.name(c, "").partition(" ")[0] for c in label if c.isalpha()}
    if len(scripts & {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"}) > 1:
        return True
    return plain_ending and scripts == {"CYRILLIC"} and all(c in _LIKE_LATIN for c in label if c.isalpha())


def _unicode_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return idna.decode(label)
    except (idna.IDNAError, UnicodeError):
        return label
