"""From files to the sides of a comparison: which file speaks of which site and what it holds. Pure but for reading."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from crm import domains
from crm.gap import bulk, intersect, reader
from crm.gap.files import Limits, Unreadable
from crm.gap.intersect import GapRow, Side
from crm.vocabulary import Grain

COMMAND_LIMITS = Limits(rows=1 << 60, unpacked=64 << 30, ratio=1 << 20)  # a person's own files on their own machine


@dataclass
class Loaded:
    """One file as a side, or for a gap file the sides of the rivals in its columns."""

    path: Path
    side: Side = field(default_factory=dict)
    columns: dict[str, Side] = field(default_factory=dict)
    target: str | None = None
    rows_read: int = 0
    rejected: int = 0
    problem: str = ""


def load(path: Path, *, level: str = "domain", mapping: Mapping[str, str] | None = None) -> Loaded:
    """Read a file. What cannot be used is told in `problem`; OSError when the path cannot be opened."""
    loaded = Loaded(path)
    try:
        found = reader.tables(path, mapping=mapping, limits=COMMAND_LIMITS)
        for table in found:
            if table.layout.refused is not None:
                loaded.problem = loaded.problem or f"{path.name}: {table.layout.refused.reason}"
                continue
            _add(loaded, table, level)
        if any(t.layout.refused is None for t in found):
            loaded.problem = ""
    except Unreadable as e:
        loaded.problem = f"{path.name}: {e.reason}"
    return loaded


def _add(loaded: Loaded, table: reader.Table, level: str) -> None:
    tally = reader.Tally()
    if table.layout.grain is Grain.GAP:
        for site, side in intersect.gather_gap(table.rows(tally)).items():
            loaded.columns[site] = intersect.merge([loaded.columns.get(site, {}), side])
    elif level == "domain" and (quick := _quick(loaded.path, table)) is not None:
        loaded.side = intersect.merge([loaded.side, quick.side])
        loaded.target, tally.rows_read = loaded.target or quick.target, quick.rows
    else:
        loaded.side = intersect.merge([loaded.side, intersect.gather(table.rows(tally), level=level)])
    loaded.target = loaded.target or reader.main_target(tally) or table.layout.target
    loaded.rows_read += tally.rows_read
    loaded.rejected += tally.n_rejected


def _quick(path: Path, table: reader.Table) -> bulk.Gathered | None:
    return bulk.gather(path, table) if path.stat().st_size >= bulk.LARGE else None


def gap_of(
    mine: Sequence[Loaded], rivals: Sequence[tuple[str, Loaded]], *, min_overlap: int = 1, level: str = "domain"
) -> list[GapRow]:
    """Compare the files of our side with those of the named rivals. Gap files bring rivals of their own."""
    own_sites = {loaded.target for loaded in mine if loaded.target}
    sides: dict[str, Side] = {}
    sites: set[str] = set()
    own: list[Side] = [loaded.side for loaded in mine]
    for name, loaded in rivals:
        sides[name] = intersect.merge([sides.get(name, {}), loaded.side])
        named = domains.registrable(name) if "." in name else None
        sites |= {site for site in (loaded.target, named) if site}
    for loaded in (*mine, *(one for _name, one in rivals)):
        for site, side in loaded.columns.items():
            if site in own_sites:
                own.append(side)
            else:
                sides[site] = intersect.merge([sides.get(site, {}), side])
                sites.add(site)
    sides = {name: side for name, side in sides.items() if side}
    return intersect.compare(
        intersect.merge(own), sides, outside=own_sites | sites, min_overlap=min_overlap, level=level
    )
