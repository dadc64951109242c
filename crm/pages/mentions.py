"""Pages that name us without linking: the warmest reason to write. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crm import domains
from crm.pages.facts import PageFacts

_AROUND = 140


@dataclass(frozen=True)
class Mention:
    """A brand name in a page's content, with the words around it."""

    brand: str
    before: str
    after: str


def unlinked(page: PageFacts, brands: Sequence[str], own: Sequence[str]) -> list[Mention]:
    """Mentions on a page that has no link to any of our own domains. Names of fewer than three letters are skipped."""
    if any(domains.is_within(link.url, site) for link in page.links for site in own):
        return []
    found = []
    for brand in brands:
        if len(brand.strip()) < 3:
            continue
        match = re.search(rf"(?<![\w.-]){re.escape(brand.strip())}(?![\w-]|\.\w)", page.text, _flags(brand))
        if match:
            line_start = page.text.rfind("\n", 0, match.start()) + 1
            line_end = page.text.find("\n", match.end())
            before = page.text[max(line_start, match.start() - _AROUND) : match.start()]
            after = page.text[match.end() : min(line_end if line_end >= 0 else len(page.text), match.end() + _AROUND)]
            found.append(Mention(match.group(), before.lstrip(), after.rstrip()))
    return found


def _flags(brand: str) -> int:
    """A name that is also a plain word ("Notion") must be written as a name; others in any case."""
    return 0 if brand.isalpha() and " " not in brand else re.IGNORECASE
