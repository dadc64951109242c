"""What people ask of the gap and import screens, read from the request."""

from collections.abc import Mapping
from urllib.parse import urlencode

from crm.errors import BadInput
from crm.gap.queries import PagesWanted
from crm.gap.rivals import rankings
from crm.vocabulary import LinkType

# Meanings that a column can be given by hand, with the words shown.
MEANINGS = {
    "": "leave out",
    "source_url": "linking page",
    "source_domain": "linking domain",
    "target_url": "linked page",
    "source_title": "title of the linking page",
    "anchor": "anchor text",
    "nofollow": "nofollow (yes or no)",
    "!nofollow": "dofollow (yes or no)",
    "is_lost": "lost (yes or no)",
    "first_seen": "first seen",
    "last_seen": "last seen",
    "external_links": "external links on the page",
    "backlinks": "number of links of the domain",
    "links_to": "list of rivals it links to",
    "m ahrefs dr domain": "Domain Rating",
    "m semrush as domain": "Authority Score",
    "m moz da domain": "Domain Authority",
    "m majestic tf domain": "Trust Flow",
    "domain_traffic": "visits of the domain",
    "page_traffic": "visits of the page",
    "languages": "language",
    "email": "mail address",
    "full_name": "name of a person",
    **rankings.SPOKEN,
}


def pages_wanted(args: Mapping[str, str]) -> PagesWanted:
    """Filters of the page-level view; unknown words are left out."""
    overlap = args.get("overlap", "")
    rival = args.get("rival", "")
    return PagesWanted(
        domain=args.get("domain", "")[:253],
        rival=rival if len(rival) == 1 and "A" <= rival <= "Z" else "",
        type=args.get("type", "") if args.get("type", "") in set(LinkType) else "",
        overlap=min(10, int(overlap)) if overlap.isdigit() and len(overlap) < 4 else 0,
        noise=args.get("noise", "") if args.get("noise") in ("yes", "no") else "",
        follow="yes" if args.get("follow") == "yes" else "",
        contacted="no" if args.get("contacted") == "no" else "",
        q=args.get("q", "").strip()[:200],
        sort="-overlap" if args.get("sort") == "-overlap" else "-rank",
        after=args.get("after", "")[:80],
    )


def pages_query(w: PagesWanted, **changes: str | int) -> str:
    """The query string of the page-level view with some conditions changed."""
    values = {name: getattr(w, name) for name in PagesWanted.__dataclass_fields__} | {"after": ""} | changes
    return urlencode([(name, v) for name, v in values.items() if v and not (name == "sort" and v == "-rank")])


def mapping(form: Mapping[str, str], header: list[str]) -> dict[str, str]:
    """{header word: meaning} from a mapper form whose fields are `c0`, `c1` ... Raises BadInput for unknown words."""
    found = {}
    for number, name in enumerate(header):
        meaning = form.get(f"c{number}", "")
        if meaning not in MEANINGS:
            raise BadInput(f"There is no meaning {meaning!r} for a column.")
        if meaning:
            found[name] = meaning
    return found


def owner(form: Mapping[str, str]) -> str:
    """One of "mine", a competitor's public id or a domain, from the owner form."""
    chosen = form.get("owner", "").strip()
    if chosen == "other":
        chosen = form.get("domain", "").strip()
    if not chosen:
        raise BadInput("Say whose links the file lists: yours, or which competitor's.", field="owner")
    return chosen
