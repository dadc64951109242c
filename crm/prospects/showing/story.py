"""The history of a prospect in sentences, newest first. Pure: rows in, lines out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Line:
    """One entry: icon, its colour, a sentence, when, and where to read more."""

    icon: str
    tone: str
    words: str
    at: datetime
    url: str = ""


STAGES = {
    "set_aside": ("archive", "warn", "Set aside"),
    "prospect": ("circle-check", "acc", "Accepted as a prospect"),
    "ready": ("target", "acc", "Ready to pitch"),
    "in_batch": ("send", "", "In a batch"),
    "contacted": ("send", "acc", "Contacted"),
    "replied": ("corner-up-left", "acc", "Replied"),
    "interested": ("circle-check", "good", "Interested"),
    "placed": ("link-2", "good", "Link placed"),
    "lost": ("unlink", "warn", "Link lost"),
    "declined": ("circle-x", "warn", "Declined"),
    "found": ("git-compare", "", "Back among the found"),
}
KINDS = {
    "prospect.page_read": ("file-text", "Link type read from its page"),
    "prospect.override": ("pencil", "Score set by hand"),
    "prospect.link_type": ("pencil", "Link type set by hand"),
    "prospect.action": ("pencil", "Next step chosen by hand"),
    "prospect.target_page": ("pencil", "Page to pitch chosen by hand"),
    "prospect.needs_asset": ("file-text", "Needs a better page first"),
}
SILENT = frozenset({"prospect.note", "prospect.put_back"})  # told by the note itself and by the change of stage


def tell(
    prospect: Any,
    events: Sequence[Any],
    notes: Sequence[Any],
    outcomes: Sequence[Any],
    contacts: Sequence[Any],
    names: Mapping[str, str],
) -> list[Line]:
    """All that happened to a prospect, newest first."""
    lines = [line for e in events if (line := _event(e, names))]
    lines += [Line("message-square", "", n.text, n.at) for n in notes]
    lines += [_outcome(o) for o in outcomes]
    lines += [_contact(c) for c in contacts]
    links = f"Found in the gap, links to {prospect.overlap or 1} of your competitors"
    lines.append(Line("git-compare", "", links, prospect.created_at))
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _event(e: Any, names: Mapping[str, str]) -> Line | None:
    who = f", by {names[e.actor_id]}" if e.actor_kind == "user" and e.actor_id in names else ""
    if e.kind in SILENT:
        return None
    if e.kind == "prospect.stage":
        icon, tone, words = STAGES.get(e.data.get("to", ""), ("activity", "", "Moved"))
        reason = e.data.get("reason", "")
        said = f": {reason}" if reason and reason.lower() not in words.lower() else ""
        return Line(icon, tone, f"{words}{said}{who}", e.at)
    icon, words = KINDS.get(e.kind, ("activity", e.kind.replace(".", " ").replace("_", " ").capitalize()))
    said = next((e.data[key] for key in ("reason", "why", "level", "to", "url") if e.data.get(key)), "")
    return Line(icon, "", f"{words}{': ' + str(said).replace('_', ' ') if said else ''}{who}", e.at)


def _outcome(o: Any) -> Line:
    words = {"asks_payment": "Asks for payment", "asks_swap": "Asks for a swap", "placed": "Link placed"}.get(
        o.kind, str(o.kind).replace("_", " ").capitalize()
    )
    said = f": {o.note}" if o.note else ""
    by = " (as the machine reads it)" if o.machine and not o.confirmed_at else ""
    tone = (
        "good"
        if o.kind in ("interested", "placed")
        else "warn"
        if o.kind in ("no_fit", "never_again", "bounced")
        else ""
    )
    return Line("inbox", tone, f"{words}{said}{by}", o.at)


def _contact(c: Any) -> Line:
    where = f" on {c.source_url}" if c.source_url else ""
    if c.retired_at is not None:
        return Line(
            "at-sign",
            "warn",
            f"Address {c.address.address} retired: {c.retired_reason or 'no longer used'}",
            c.retired_at,
        )
    return Line("at-sign", "acc", f"Address {c.address.address} found{where}", c.found_at)
