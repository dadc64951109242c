"""From files to the sides of a comparison: which file speaks of which site and what it holds. Pure but for reading."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from crm import domains
from crm.gap import bulk, intersect, reader
from crm.gap.files import Limits, Unreadable
from crm.gap.intersect import GapRow, Side
from crm.gap.joined import Engine, Stored
from crm.vocabulary import Grain

COMMAND_LIMITS = Limits(rows=1 << 60, unpacked=64 << 30, ratio=1 << 20)  # a person's own files on their own machine


@dataclass
class Loaded:
    """One file as a side, or for a gap file the sides of the rivals in its columns."""

    path: Path
    side: Side = field(default_factory=dict)
    stored: list[Stored] = field(default_factory=list)  # tables that stayed inside the engine
    columns: dict[str, Side] = field(default_factory=dict)
    target: str | None = None
    vendor: str = ""  # tool and grain: what two vendors say of one rival does not add up
    rows_read: int = 0
    rejected: int = 0
    problem: str = ""


def load(
    path: Path, *, level: str = "domain", mapping: Mapping[str, str] | None = None, engine: Engine | None = None
) -> Loaded:
    """Read a file; with an engine, a large one stays in it. What cannot be used is told in `problem`.

    Raises OSError when the path cannot be opened.
    """
    loaded = Loaded(path)
    try:
        found = reader.tables(path, mapping=mapping, limits=COMMAND_LIMITS)
        for table in found:
            if table.layout.refused is not None:
                loaded.problem = loaded.problem or f"{path.name}: {table.layout.refused.reason}"
                continue
            _add(loaded, table, level, engine)
        if any(t.layout.refused is None for t in found):
            loaded.problem = ""
    except Unreadable as e:
        loaded.problem = f"{path.name}: {e.reason}"
    return loaded


def _add(loaded: Loaded, table: reader.Table, level: str, engine: Engine | None) -> None:
    tally = reader.Tally()
    loaded.vendor = f"{table.layout.tool} {table.layout.grain}"
    if table.layout.grain is Grain.GAP:
        for site, side in intersect.gather_gap(table.rows(tally)).items():
            loaded.columns[site] = intersect.merge([loaded.columns.get(site, {}), side])
    elif level == "domain" and engine is not None and (quick := _quick(loaded.path, table, engine)) is not None:
        loaded.stored.append(quick)
        loaded.target, tally.rows_read = loaded.target or quick.target, quick.rows
    else:
        loaded.side = intersect.merge([loaded.side, intersect.gather(table.rows(tally), level=level)])
    loaded.target = loaded.target or reader.main_target(tally) or table.layout.target
    loaded.rows_read += tally.rows_read
    loaded.rejected += tally.n_rejected


def _quick(path: Path, table: reader.Table, engine: Engine) -> Stored | None:
    return engine.add(path, table) if path.stat().st_size >= bulk.LARGE else None


def gap_of(
    mine: Sequence[Loaded],
    rivals: Sequence[tuple[str, Loaded]],
    *,
    min_overlap: int = 1,
    level: str = "domain",
    engine: Engine | None = None,
) -> list[GapRow]:
    """Compare the files of our side with those of the named rivals. Gap files bring rivals of their own."""
    files = [*mine, *(one for _name, one in rivals)]
    own_sites = {loaded.target for loaded in mine if loaded.target}
    sites = own_sites | {one.target for _name, one in rivals if one.target}
    sites |= {named for name, _one in rivals if "." in name and (named := domains.registrable(name))}
    sites |= {site for loaded in files for site in loaded.columns}
    held = [("", one.vendor, one.side) for one in mine]
    held += [(name, one.vendor, one.side) for name, one in rivals]
    held += [
        ("" if site in own_sites else site, one.vendor, side) for one in files for site, side in one.columns.items()
    ]
    stored = [("", one.vendor, each) for one in mine for each in one.stored]
    stored += [(name, one.vendor, each) for name, one in rivals for each in one.stored]
    if engine is not None and stored:
        stored += [(name, vendor, engine.add_side(side)) for name, vendor, side in held if side]
        ours, theirs = [each for name, _v, each in stored if not name], [one for one in stored if one[0]]
        return engine.gap(ours, theirs, outside=sites, min_overlap=min_overlap)
    by_name: dict[str, dict[str, list[Side]]] = {}
    for name, vendor, side in held:
        if side:
            by_name.setdefault(name, {}).setdefault(vendor, []).append(side)
    joined = {name: intersect.cover(map(intersect.merge, by.values())) for name, by in by_name.items()}
    own = joined.pop("", {})
    return intersect.compare(own, joined, outside=sites, min_overlap=min_overlap, level=level)
