"""Whose links a file lists: ours or which rival's, from its targets and its name. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crm import domains


@dataclass(frozen=True)
class Owner:
    """`side` is "mine", a rival's key, or "" when a person has to say; `why` is a sentence."""

    side: str
    why: str


def owner(target: str | None, own: Sequence[str], rivals: Mapping[str, str]) -> Owner:
    """Whose file it is. `rivals` maps a registrable domain to the rival's key; `target` is the site it lists."""
    if target is None:
        return Owner("", "The file does not say whose links it lists.")
    if any(target == site or domains.is_within(target, site) for site in own):
        return Owner("mine", f"Its links point to {domains.display(target)}, your own site.")
    if target in rivals:
        return Owner(rivals[target], f"Its links point to {domains.display(target)}.")
    return Owner("", f"Its links point to {domains.display(target)}, which is neither you nor a competitor yet.")
