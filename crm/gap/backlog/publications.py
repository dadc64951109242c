"""Kinds of publications: the user's own list first, else told by the name of the site; and what each likes to link to.

Pure. The list is text as people write it: one kind per line, `Trade press: site.com, other.org`.
"""

import re
from collections.abc import Mapping, Sequence

from crm import domains
from crm.errors import BadInput

OTHER = "other sites"
# What a kind of publication likes to link to; the guides' pattern by audience.
OFFERS = {
    "news": "commentary and survey data",
    "developers": "documentation and code that runs",
    "marketing": "templates and calculators",
    "associations": "vendor-neutral education",
    "universities": "plain explanations with sources",
    "authorities": "plain explanations with sources",
}
_NAMES = (
    (
        "news",
        r"news|times|post\b|herald|daily|gazette|tribune|zeitung|nachrichten|journal|presse|press\b|magazin|diario",
    ),
    ("associations", r"associat|society|federat|council|institut|verband|verein|union|chamber|kammer|alliance|guild"),
    ("developers", r"\bdev\b|devs?\b|code|coding|stack|github|programm|software|\bapi|linux|python|javascript"),
    ("marketing", r"market|seo|growth|content|brand|adverti|agency|social|copywrit|werbe"),
)
_COMPILED = [(kind, re.compile(pattern)) for kind, pattern in _NAMES]
_UNIVERSITY = re.compile(r"\.(edu|ac)(\.[a-z]{2})?\Z|\buni-|universit")
_AUTHORITY = re.compile(r"\.(gov|gouv|gob|mil)(\.[a-z]{2})?\Z|\.europa\.eu\Z")
MOST_KINDS, MOST_SITES = 20, 500


def parse(text: str) -> dict[str, list[str]]:
    """{kind: sites} from what a person typed. Raises BadInput with the line that cannot be read."""
    found: dict[str, list[str]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        name, sign, listed = line.partition(":")
        sites = [domains.registrable(word) for word in re.split(r"[,;\s]+", listed) if word]
        if not sign or not name.strip() or not sites or None in sites:
            raise BadInput(f"Line {number}: write a kind and its sites, as in “Trade press: site.com, other.org”.")
        kept = found.setdefault(name.strip()[:40], [])
        kept += [site for site in sites if site and site not in kept]
    if len(found) > MOST_KINDS or sum(map(len, found.values())) > MOST_SITES:
        raise BadInput(f"At most {MOST_KINDS} kinds and {MOST_SITES} sites.")
    return found


def spoken(listed: Mapping[str, Sequence[str]]) -> str:
    """The list as text again."""
    return "\n".join(f"{name}: {', '.join(sites)}" for name, sites in listed.items())


def kind_of(site: str, listed: Mapping[str, Sequence[str]]) -> str:
    """What kind of publication a site is: as the user says, else by its name."""
    for name, sites in listed.items():
        if site in sites:
            return name
    if _UNIVERSITY.search(site):
        return "universities"
    if _AUTHORITY.search(site):
        return "authorities"
    name = site.partition("/")[0].rpartition(".")[0].replace("-", " ").replace(".", " ")
    return next((kind for kind, pattern in _COMPILED if pattern.search(name)), OTHER)


def kinds_of(sites: Sequence[str], listed: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """How many of the sites are of each kind, commonest first."""
    counts: dict[str, int] = {}
    for site in sites:
        kind = kind_of(site, listed)
        counts[kind] = counts.get(kind, 0) + 1
    return dict(sorted(counts.items(), key=lambda kn: (kn[0] == OTHER, -kn[1], kn[0])))


def table(ideas: Sequence[tuple[str, Mapping[str, int]]]) -> dict[str, dict[str, int]]:
    """{kind of publication: {kind of asset: sites}} over all ideas: what each kind links to, most sites first."""
    found: dict[str, dict[str, int]] = {}
    for asset, kinds in ideas:
        for kind, n in kinds.items():
            row = found.setdefault(kind, {})
            row[asset] = row.get(asset, 0) + n
    order = sorted(found, key=lambda kind: (kind == OTHER, -sum(found[kind].values()), kind))
    return {kind: dict(sorted(found[kind].items(), key=lambda kn: (-kn[1], kn[0]))) for kind in order}
