"""What a list of prospects was asked for: filters, order and place, from a query string and back to one."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import parse_qs, urlencode

from crm.vocabulary import Action, LinkType, Realism, Stage

SIZES = (25, 50, 100)
# Column to order by; a leading "-" means largest first. Nothing else is taken from a request.
SORTS = (
    *("rank", "score", "chance", "relevance", "feasibility", "value", "dr", "traffic", "overlap", "links", "domain"),
    *("type", "completeness", "found"),
)
BADGES = ("dr40", "traffic", "follow", "pattern", "start_here")
ACTIVE = (Stage.CONTACTED, Stage.REPLIED, Stage.INTERESTED, Stage.PLACED, Stage.LOST, Stage.DECLINED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters of a list. Empty means no filter. `only` are the letters of exactly these rivals ("AC")."""

    q: str = ""
    stage: str = ""
    type: str = ""
    action: str = ""
    realism: str = ""
    only: str = ""
    overlap: int = 0  # links to at least so many rivals
    score: int = 0  # at least
    badge: tuple[str, ...] = ()
    contact: str = ""  # yes, no
    contacted: str = ""  # no: never mailed
    rule: str = ""  # why it was set aside
    target: str = ""  # public id of our page
    idea: str = ""  # public id of a content idea
    sort: str = "-rank"
    per: int = 25
    after: str = ""
    before: str = ""
    layout: str = ""


def wanted(args: Mapping[str, Any], **fixed: Any) -> Wanted:
    """Read a query string; whatever is not in a list of allowed words is left out, never an error."""
    given = {
        "q": str(args.get("q", "")).strip()[:200],
        "stage": _word(args, "stage", [*Stage, "open", "all"]),
        "type": _word(args, "type", [*LinkType, "unknown"]),
        "action": _word(args, "action", list(Action)),
        "realism": _word(args, "realism", list(Realism)),
        "only": "".join(sorted(c for c in set(str(args.get("only", ""))[:10]) if "A" <= c <= "Z")),
        "overlap": _number(args, "overlap", 10),
        "score": _number(args, "score", 100),
        "badge": tuple(b for b in BADGES if b in _all(args, "badge")),
        "contact": _word(args, "contact", ["yes", "no"]),
        "contacted": _word(args, "contacted", ["no"]),
        "rule": str(args.get("rule", ""))[:40],
        "target": str(args.get("target", ""))[:40],
        "idea": str(args.get("idea", ""))[:40],
        "sort": _word(args, "sort", [*SORTS, *("-" + name for name in SORTS)]) or "-rank",
        "per": _number(args, "per", 100) if _number(args, "per", 100) in SIZES else SIZES[0],
        "after": str(args.get("after", ""))[:120],
        "before": str(args.get("before", ""))[:120],
        "layout": _word(args, "layout", ["board"]),
    }
    return Wanted(**{**given, **fixed})


def arguments(text: str) -> dict[str, Any]:
    """A query string that travels inside another address, as `wanted` reads it."""
    found = parse_qs(text[:2000].lstrip("?"))
    return {name: values if name == "badge" else values[0] for name, values in found.items()}


def query(w: Wanted, **changes: Any) -> str:
    """The query string of a list with some conditions changed; a change of condition goes back to its first rows."""
    moved = replace(w, **({} if changes.keys() & {"after", "before"} else {"after": "", "before": ""}) | changes)
    pairs: list[tuple[str, Any]] = []
    for field in fields(moved):
        value = getattr(moved, field.name)
        if value == field.default or value in ("", 0, ()):
            continue
        pairs += [(field.name, v) for v in value] if isinstance(value, tuple) else [(field.name, value)]
    return urlencode(pairs)


def turned(w: Wanted, key: str) -> str:
    """The query string that orders by `key`; a second time turns the order round."""
    return query(w, sort=key if w.sort == f"-{key}" else f"-{key}")


def chips(w: Wanted) -> list[tuple[str, str]]:
    """(condition in words, query string without it) for each filter that is set."""
    words: list[tuple[str, dict[str, Any]]] = []
    if w.q:
        words.append((f"Contains “{w.q}”", {"q": ""}))
    if w.only:
        words.append((f"Links to exactly {', '.join(w.only)}", {"only": ""}))
    if w.overlap:
        words.append((f"Links to {w.overlap} or more", {"overlap": 0}))
    if w.type:
        words.append((_plain(w.type), {"type": ""}))
    if w.action:
        words.append((_plain(w.action), {"action": ""}))
    if w.realism:
        words.append((f"Tie: {_plain(w.realism).lower()}", {"realism": ""}))
    if w.score:
        words.append((f"Score {w.score} or more", {"score": 0}))
    if w.contact:
        words.append(("Has a contact" if w.contact == "yes" else "Needs a contact", {"contact": ""}))
    if w.contacted:
        words.append(("Not contacted", {"contacted": ""}))
    if w.rule:
        words.append((f"Set aside: {_plain(w.rule).lower()}", {"rule": ""}))
    if w.target:
        words.append(("For one of your pages", {"target": ""}))
    if w.idea:
        words.append(("Waits for one content idea", {"idea": ""}))
    for badge in w.badge:
        words.append((BADGE_WORDS[badge], {"badge": tuple(b for b in w.badge if b != badge)}))
    return [(text, query(w, **change)) for text, change in words]


BADGE_WORDS = {
    "dr40": "DR 40 or more",
    "traffic": "Real visitors",
    "follow": "Follow links",
    "pattern": "Two rivals or more",
    "start_here": "Three rivals or more",
}


def _plain(word: str) -> str:
    return word.replace("_", " ").capitalize()


def _word(args: Mapping[str, Any], name: str, allowed: list[Any]) -> str:
    value = str(args.get(name, ""))
    return value if value in {str(a) for a in allowed} else ""


def _number(args: Mapping[str, Any], name: str, most: int) -> int:
    text = str(args.get(name, ""))
    return min(most, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _all(args: Mapping[str, Any], name: str) -> list[str]:
    found = args.getlist(name) if hasattr(args, "getlist") else args.get(name, [])
    return [str(v) for v in ([found] if isinstance(found, str) else found)]
