"""What the page-level view was asked for: filters, order and place, from a query string and back to one. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from crm.vocabulary import LinkType, Stage

# Column to order by; a leading "-" means largest first. Nothing else is taken from a request.
SORTS = (
    *("rank", "overlap", "chance", "dr", "traffic", "site", "title", "anchor", "type", "target", "links", "visits"),
    *("first", "last"),
)
# How hard a link is to get, by its learned chance: from, below.
DIFFICULTY: Mapping[str, tuple[float, float]] = {"easy": (0.06, 1.01), "medium": (0.025, 0.06), "hard": (0.0, 0.025)}
STAGES = tuple(stage.value for stage in Stage)


@dataclass(frozen=True, slots=True)
class PagesWanted:
    """Filters of the page-level view; empty means no filter. `only` are the letters of exactly these rivals."""

    domain: str = ""
    rival: str = ""  # letter
    only: str = ""
    overlap: int = 0  # its site links to at least so many rivals
    type: str = ""
    noise: str = ""  # yes, no
    follow: str = ""  # yes, no
    lost: str = ""  # no
    difficulty: str = ""
    dr: int = 0  # at least
    traffic: int = 0  # at least, visits of the site
    stage: str = ""
    contacted: str = ""  # no
    q: str = ""
    sort: str = "-rank"
    after: str = ""


def pages_wanted(args: Mapping[str, Any]) -> PagesWanted:
    """Read a query string; unknown words are left out, never an error."""
    given = {name: str(args.get(name, "")) for name in PagesWanted.__dataclass_fields__}
    rival = given["rival"]
    return PagesWanted(
        domain=given["domain"][:253],
        rival=rival if len(rival) == 1 and "A" <= rival <= "Z" else "",
        only="".join(sorted(c for c in set(given["only"][:10].upper()) if "A" <= c <= "Z")),
        overlap=_number(given["overlap"], 10),
        type=_word(given["type"], tuple(LinkType)),
        noise=_word(given["noise"], ("yes", "no")),
        follow=_word(given["follow"], ("yes", "no")),
        lost=_word(given["lost"], ("no",)),
        difficulty=_word(given["difficulty"], tuple(DIFFICULTY)),
        dr=_number(given["dr"], 100),
        traffic=_number(given["traffic"], 10**9),
        stage=_word(given["stage"], STAGES),
        contacted=_word(given["contacted"], ("no",)),
        q=given["q"].strip()[:200],
        sort=_word(given["sort"], (*SORTS, *(f"-{name}" for name in SORTS))) or "-rank",
        after=given["after"][:300],
    )


def query(w: PagesWanted, **changes: Any) -> str:
    """The query string of the view with some conditions changed; that goes back to the first rows."""
    moved = replace(w, **{"after": "", **changes})
    pairs = [(f.name, getattr(moved, f.name)) for f in fields(moved) if getattr(moved, f.name) != f.default]
    return urlencode(pairs)


def turned(w: PagesWanted, key: str) -> str:
    """The query string that orders by `key`; a second time turns the order round."""
    return query(w, sort=key if w.sort == f"-{key}" else f"-{key}")


def chips(w: PagesWanted) -> list[tuple[str, str]]:
    """(condition in words, query string without it) for each filter that is set."""
    found = [
        ("domain", f"On {w.domain}"),
        ("rival", f"Links to {w.rival}"),
        ("only", f"Its site links to exactly {', '.join(w.only)}"),
        ("overlap", f"Its site links to {w.overlap} or more"),
        ("type", _plain(w.type)),
        ("noise", "Without noise" if w.noise == "no" else "Only noise"),
        ("follow", "Follow" if w.follow == "yes" else "Nofollow"),
        ("lost", "Still there"),
        ("difficulty", f"{_plain(w.difficulty)} to get"),
        ("dr", f"DR {w.dr} or more"),
        ("traffic", f"{w.traffic:,} visits or more"),
        ("stage", _plain(w.stage)),
        ("contacted", "Not contacted"),
        ("q", f"Contains “{w.q}”"),
    ]
    plain = PagesWanted()
    return [(words, query(w, **{name: getattr(plain, name)})) for name, words in found if getattr(w, name)]


def _plain(word: str) -> str:
    return word.replace("_", " ").capitalize()


def _word(text: str, allowed: tuple[str, ...]) -> str:
    return text if text in {str(one) for one in allowed} else ""


def _number(text: str, most: int) -> int:
    return min(most, int(text)) if text.isascii() and text.isdigit() and len(text) < 11 else 0
