"""Cuts a mail's text into plain pieces, deciding phrases and links, for a page that only ever prints escaped text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_URL = re.compile(r"https?://[^\s<>\"'()\[\]{}]{3,400}")
_ADDRESS = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}")


@dataclass(frozen=True)
class Piece:
    """A stretch of text; kind is "", "mark" or "link"."""

    text: str
    kind: str = ""


def pieces(text: str, phrases: Iterable[str]) -> list[Piece]:
    """The text in order; every deciding phrase marked once, every web address a link."""
    spans = [(m.start(), m.end(), "link") for m in _URL.finditer(text)]
    low = text.lower()
    for phrase in phrases:
        at = low.find(phrase.lower())
        if at < 0:  # the phrase crosses a line break
            words = [re.escape(w) for w in phrase.split()[:14]]
            hit = re.search(r"\s{1,4}".join(words), text, re.I) if words else None
            if hit:
                spans.append((hit.start(), hit.end(), "mark"))
        elif phrase:
            spans.append((at, at + len(phrase), "mark"))
    out: list[Piece] = []
    done = 0
    for start, end, kind in sorted(spans):
        if start < done:
            continue
        out += [Piece(text[done:start])] if start > done else []
        shown = text[start:end].rstrip(".,;:!?") if kind == "link" else text[start:end]
        out.append(Piece(shown, kind))
        done = start + len(shown)
    return out + ([Piece(text[done:])] if done < len(text) else [])


def pages_named(text: str, site: str) -> list[str]:
    """The addresses of pages of `site` that stand in a text."""
    found = [m.group(0).rstrip(".,;:!?") for m in _URL.finditer(text)]
    return [u for u in dict.fromkeys(found) if u.split("/")[2].lower().split(":")[0].endswith(site.lower())]


def addresses_named(text: str, besides: Iterable[str]) -> list[str]:
    """Mail addresses that stand in a text, without those `besides`."""
    known = {a.lower() for a in besides}
    found = [m.group(0).rstrip(".") for m in _ADDRESS.finditer(text)]
    return [a for a in dict.fromkeys(found) if a.lower() not in known]
