"""What people ask of the gap and import screens, read from the request."""

from collections.abc import Mapping

from crm.errors import BadInput
from crm.gap.rivals import rankings

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
