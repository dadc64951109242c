"""Whether an incoming mail is proven to come from whom it says: the own provider's word only.

The receiving provider writes its Authentication-Results on top (RFC 8601); any other line may be forged by the
sender, so only the top-most one with the pinned authserv-id counts.
"""

from collections.abc import Sequence

_PASSES = "pass"


def trusted(results: Sequence[str], authserv_id: str | None) -> bool | None:
    """True when the provider proved the sender, False when not; None while no authserv-id is pinned."""
    if not authserv_id:
        return None
    own = next(iter(results), "")
    words = own.lower().replace("\n", " ")
    if words.split(";")[0].split()[:1] != [authserv_id.lower()]:
        return False
    found = {method: _result(words, method) for method in ("dmarc", "spf", "dkim")}
    if found["dmarc"] and found["dmarc"] != "none":
        return found["dmarc"] == _PASSES
    return _PASSES in (found["spf"], found["dkim"])


def _result(words: str, method: str) -> str:
    for part in words.split(";")[1:]:
        name, equals, value = part.strip().partition("=")
        if equals and name.strip() == method:
            return value.split()[0].strip("();,") if value.split() else ""
    return ""
