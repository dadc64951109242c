"""Where a first mail needs more than a good reason. Pure.

Germany: section 7 UWG asks for prior express consent even between companies. Austria: section 174 TKG 2021 likewise.
The Netherlands: consent, except for addresses that were published for such offers.
"""

_RULES = {
    "DE": "In Germany a first mail needs consent, even to companies. Ask by another way first, or drop this site.",
    "AT": "In Austria a first mail needs consent, even to companies. Ask by another way first, or drop this site.",
    "NL": "In the Netherlands only addresses published for such offers may be mailed without consent. Check the page.",
}


def consent_needed(country: str, domain: str) -> str:
    """The sentence of the law of the recipient's country (ISO 3166), or of the country the domain ends in; or ""."""
    code = country.strip().upper() or domain.rpartition(".")[2].upper()
    return _RULES.get(code, "")
