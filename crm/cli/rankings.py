"""`flask gap rivals`: who ranks, from files alone; and the first three of a result page for the planner."""

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import click

from crm import clock, domains
from crm.cli.output import emit, json_option
from crm.errors import BadInput
from crm.gap import reader
from crm.gap.files import Unreadable
from crm.gap.reader import Tally
from crm.gap.rivals import rankings
from crm.gap.rivals.choosing import Candidate, Stand, candidates, newest, whole
from crm.gap.rivals.rankings import Rank, plain
from crm.vocabulary import PageType

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False, readable=True)


@dataclass(frozen=True)
class FirstThree:
    """Links and authority of the first three pages, in one unit."""

    links: tuple[int, ...]
    dr: tuple[float, ...]
    unit: str


@click.command("rivals")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--mine", default="", metavar="DOMAIN", help="Your own site, which is no competitor.")
@click.option("--dr", "own_dr", type=float, help="Authority of your site: sites far above it are flagged.")
@click.option("--keyword", "keywords", multiple=True, help="Look at these keywords only; may be given again.")
@click.option("--page-type", type=click.Choice([t.value for t in PageType]), help="Kind of your page; others are left.")
@click.option("--map", "pairs", multiple=True, metavar="HEADER=MEANING", help="Name a column by hand.")
@json_option
def rivals(
    files: tuple[Path, ...],
    mine: str,
    own_dr: float | None,
    keywords: tuple[str, ...],
    page_type: str | None,
    pairs: tuple[str, ...],
    as_json: bool,
) -> None:
    """Propose search competitors: who ranks again and again, from FILES of rankings. Stores nothing.

    SERP overviews, organic keywords, content gap and keyword gap of Ahrefs and Semrush, or any table with keyword,
    place and address. Giants are flagged and not proposed; `flask import` takes the same files into a project.
    """
    named = [pair.rpartition("=") for pair in pairs]
    if any(not sign or not header for header, sign, _meaning in named):
        raise BadInput("Write --map HEADER=MEANING, for example --map 'Hakusana=keyword'.")
    mapping = {header: meaning for header, _sign, meaning in named} or None
    stands = [one for path in files for one in _stands(path, mapping)]
    wanted = {plain(word) for word in keywords}
    rows = newest(one for one in stands if not wanted or one.keyword in wanted)
    own = {domains.registrable(mine) or mine} if mine else set()
    kind = PageType(page_type) if page_type else None
    found = candidates(rows, own=own, own_dr=own_dr, page_type=kind)
    emit([_object(c) for c in found], as_json, lambda: _text(found))


def first_three(path: Path, keyword: str = "") -> FirstThree:
    """Links of the first three results in a SERP overview. Raises BadInput when the file does not tell."""
    ranks = [rank for rank, _day in _read(path, None, keyword)]
    ranks = [r for r in ranks if r.ref_domains is not None or r.backlinks is not None]
    there = sorted({r.keyword for r in ranks})
    chosen = plain(keyword) or (there[0] if len(there) == 1 else "")
    if chosen not in there:
        shown = ", ".join(there[:8]) or "none with links of its results"
        raise BadInput(f"{path.name}: name one keyword with --keyword. It holds {shown}.")
    top = sorted((r for r in ranks if r.keyword == chosen), key=lambda r: r.position)[:3]
    by_domain = all(r.ref_domains is not None for r in top)
    links = [r.ref_domains if by_domain else r.backlinks for r in top]
    unit = "referring domains" if by_domain else "backlinks"
    return FirstThree(tuple(n for n in links if n is not None), tuple(r.dr for r in top if r.dr is not None), unit)


def _stands(path: Path, mapping: dict[str, str] | None) -> list[Stand]:
    ranks = _read(path, mapping)
    pages: dict[tuple[str, date], list[tuple[str, int]]] = {}
    for rank, on in ranks:
        pages.setdefault((rank.keyword, on), []).append((rank.site, rank.position))
    full = {key for key, results in pages.items() if whole(results)}
    return [
        Stand(r.keyword, r.url, r.site, r.position, on, r.volume, r.dr, r.ref_domains, (r.keyword, on) in full, r.title)
        for r, on in ranks
    ]


def _read(path: Path, mapping: dict[str, str] | None, keyword: str = "") -> list[tuple[Rank, date]]:
    """Every result of a file with its day. Raises BadInput when it holds none."""
    today = clock.now().date()
    try:
        found = reader.tables(path)
        named = [rankings.recognise(table, table.part.name or path.name, mapping, keyword) for table in found]
        ranks = [(rank, rank.on or today) for one in named if one is not None for rank in one.rows(Tally())]
    except Unreadable as e:
        raise BadInput(f"{path.name}: {e.reason} Give {e.instead}.") from e
    if not ranks:
        raise BadInput(
            f"{path.name} lists no places in search results. Give a SERP overview, organic keywords or a keyword gap, "
            "or name columns with --map 'HEADER=keyword', position and url."
        )
    return ranks


def _object(c: Candidate) -> dict[str, Any]:
    plain_values = {**asdict(c), "kind": c.kind.value if c.kind else None, "visibility": round(c.visibility, 4)}
    names = {"first_page": "keywords", "top": "top3"}
    return {names.get(name, name): value for name, value in plain_values.items()}


def _text(found: list[Candidate]) -> str:
    lines = []
    for c in found[:30]:
        mark = "+" if c.proposed else "!" if c.giant else " "
        against = "" if c.proposed else f" ({c.against})"
        lines.append(f"{mark} {domains.display(c.site):<32} {c.visibility:>5.0%}  {c.why}{against}")
    n = sum(c.proposed for c in found)
    return "\n".join([f"{n} proposed (+), giants marked (!), of {len(found)} sites on the first page", *lines])
