"""Who links to a rival and not to us in the public web graph of Common Crawl, on domain level. Pure but for reading.

Files of a release: vertices `id TAB reversed.name [TAB n_hosts]`, edges `from_id TAB to_id`, ranks with a header.
Each is read once or twice as a stream in blocks; memory holds the found ids, never the graph. The graph names no
pages, so every candidate has to be confirmed on a page.
"""

import re
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

from crm import domains
from crm.prospects.known_hosts import KNOWN

BLOCK = 1 << 18  # compressed bytes read at once
SAVE_EVERY = 1 << 28  # bytes of text between two saved positions
# Networks that serve files for others; a link from them says nothing about an editor.
_NETWORKS = frozenset(
    """cloudflare.com cloudflare.net cloudfront.net akamaized.net akamai.net akamaihd.net fastly.net amazonaws.com
    googleapis.com gstatic.com googleusercontent.com jsdelivr.net unpkg.com cdnjs.com bootstrapcdn.com jquery.com
    azureedge.net windows.net b-cdn.net stackpathcdn.com wp.com gravatar.com doubleclick.net googletagmanager.com
    google.com facebook.com youtube.com instagram.com twitter.com x.com linkedin.com pinterest.com apple.com
    microsoft.com bit.ly t.co w3.org schema.org archive.org""".split()
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A domain that links to rivals in the graph. `harmonic_pos` is its place in the ranks, 1 the best."""

    domain: str
    competitors: tuple[str, ...]
    n_hosts: int
    harmonic_pos: int | None = None
    note: str = "confirm on page"

    @property
    def overlap(self) -> int:
        """Number of rivals it links to."""
        return len(self.competitors)


@dataclass
class State:
    """How far a pass came; `save` is called with it now and then, and it can be given back to go on."""

    ids: dict[str, int] = field(default_factory=dict)  # wanted domain -> vertex id
    vertices_done: bool = False
    sources: dict[str, list[int]] = field(default_factory=dict)  # domain -> ids that link to it
    edges_at: int = 0  # bytes of edges text that are done
    edges_done: bool = False


Report = Callable[[str, int], None]  # (step, bytes of text read so far)


def candidates(
    vertices: Path,
    edges: Path,
    *,
    mine: str,
    rivals: Sequence[str],
    ranks: Path | None = None,
    state: State | None = None,
    save: Callable[[State], None] | None = None,
    report: Report | None = None,
) -> list[Candidate]:
    """The gap from the graph, most rivals first, then by rank and name. Raises ValueError when no rival is in it.

    `mine` and `rivals` are registrable domains. `report` is called about every 16 MB of text and may raise to stop.
    """
    state = state or State()
    tell = report or (lambda _step, _n: None)
    if not state.vertices_done:
        state.ids = _ids(vertices, [mine, *rivals], tell)
        state.vertices_done = True
        if save:
            save(state)
    if not any(name in state.ids for name in rivals):
        raise ValueError(f"None of {', '.join(rivals)} is in this graph.")
    if not state.edges_done:
        _scan_edges(edges, state, tell, save)
    ours = set(state.sources.get(mine, ()))
    by_source: dict[int, set[str]] = {}
    for name in rivals:
        for source in state.sources.get(name, ()):
            if source not in ours:
                by_source.setdefault(source, set()).add(name)
    names = dict(_names(vertices, sorted(by_source), tell))
    own = {mine, *rivals}
    found = [
        Candidate(name, tuple(sorted(by_source[source])), hosts)
        for source, (name, hosts) in names.items()
        if name not in own and not stripped(name)
    ]
    places = _places(ranks, {c.domain for c in found}, tell) if ranks else {}
    ranked = [Candidate(c.domain, c.competitors, c.n_hosts, places.get(c.domain)) for c in found]
    return sorted(ranked, key=lambda c: (-c.overlap, c.harmonic_pos or 1 << 60, c.domain))


def stripped(domain: str) -> bool:
    """Whether a domain is a platform or a network that says nothing as a source."""
    return domain in _NETWORKS or domain in KNOWN


def turned(name: str) -> str:
    """`com.example` as `example.com`, without a leading www, and the other way round."""
    return ".".join(reversed(name.split("."))).removeprefix("www.")


def blocks(path: Path, *, skip: int = 0) -> Iterator[bytes]:
    """Whole lines of a plain or gz file in blocks of some megabytes, unpacked in a thread ahead of the reader.

    `skip` bytes of text are passed over. Raises ValueError when the file ends early.
    """
    waiting: Queue[bytes | BaseException | None] = Queue(maxsize=4)
    thread = Thread(target=_unpack, args=(path, waiting), daemon=True)
    thread.start()
    rest = b""
    while (piece := waiting.get()) is not None:
        if isinstance(piece, BaseException):
            raise ValueError(f"{path.name} ends early or is damaged ({piece}).") from piece
        if skip:
            if skip >= len(piece):
                skip -= len(piece)
                continue
            piece, skip = piece[skip:], 0
        cut = piece.rfind(b"\n") + 1
        if cut:
            yield rest + piece[:cut]
            rest = piece[cut:]
        else:
            rest += piece
    if rest:
        yield rest + b"\n"


def _unpack(path: Path, waiting: "Queue[bytes | BaseException | None]") -> None:
    try:
        with path.open("rb") as f:
            packed = f.read(2) == b"\x1f\x8b"
            f.seek(0)
            inflate, inside = zlib.decompressobj(31), False  # inside: a member began and did not end yet
            while data := f.read(BLOCK):
                if not packed:
                    waiting.put(data)
                    continue
                while data:
                    waiting.put(inflate.decompress(data))
                    inside = not inflate.eof
                    data = inflate.unused_data
                    if inflate.eof:
                        inflate = zlib.decompressobj(31)
            if inside:
                raise EOFError("cut short")
        waiting.put(None)
    except BaseException as e:
        waiting.put(e)


def _ids(vertices: Path, wanted: Sequence[str], tell: Report) -> dict[str, int]:
    """Vertex ids of the wanted domains (with and without www)."""
    found: dict[str, int] = {}
    for _n, block in _told(blocks(vertices), "Finding the domains", tell):
        for name in wanted:
            form = turned(name).encode()
            for needle in (b"\t%s\t" % form, b"\t%s\n" % form):
                if (at := block.find(needle)) >= 0:
                    found[name] = int(block[block.rfind(b"\n", 0, at) + 1 : at])
        if len(found) == len(wanted):
            break
    return found


def _scan_edges(edges: Path, state: State, tell: Report, save: Callable[[State], None] | None) -> None:
    """Collect the ids that link to a wanted id. Goes on at `state.edges_at`."""
    needles = [(b"\t%d\n" % vertex, state.sources.setdefault(name, [])) for name, vertex in state.ids.items()]
    saved = state.edges_at
    stream = blocks(edges, skip=state.edges_at)
    for _n, block in _told(stream, "Reading links", tell, start=state.edges_at):
        for needle, sources in needles:
            at = block.find(needle)
            while at >= 0:
                sources.append(int(block[block.rfind(b"\n", 0, at) + 1 : at]))
                at = block.find(needle, at + 1)
        state.edges_at += len(block)
        if save and state.edges_at - saved >= SAVE_EVERY:
            saved = state.edges_at
            save(state)
    state.edges_done = True
    if save:
        save(state)


def _names(vertices: Path, wanted: Sequence[int], tell: Report) -> Iterator[tuple[int, tuple[str, int]]]:
    """(id, (domain, hosts)) of the wanted ids, which are sorted. Vertices are numbered in order of the file."""
    ids = array("q", wanted)
    for _n, block in _told(blocks(vertices), "Naming the sites", tell):
        first = int(block[: block.index(b"\t")])
        last_line = block.rstrip(b"\n").rpartition(b"\n")[2]
        last = int(last_line[: last_line.index(b"\t")])
        if first > last:
            raise ValueError(f"{vertices.name} is not in the order of its numbers.")
        at = 0
        for i in range(bisect_left(ids, first), len(ids)):
            if ids[i] > last:
                break
            line_start = 0 if ids[i] == first else block.find(b"\n%d\t" % ids[i], at) + 1
            if ids[i] != first and line_start == 0:
                continue
            line = block[line_start : block.index(b"\n", line_start)]
            at = max(0, line_start - 1)
            cells = line.decode("ascii", "replace").split("\t")
            hosts = int(cells[2]) if len(cells) > 2 and cells[2].isdigit() else 0
            yield ids[i], (turned(cells[1]), hosts)


def _places(ranks: Path, wanted: set[str], tell: Report) -> dict[str, int]:
    """Place in the order of harmonic centrality of the wanted domains."""
    reversed_ = {turned(name).encode(): name for name in wanted}
    found: dict[str, int] = {}
    line = re.compile(rb"^(\d+)\t[^\t\n]*\t[^\t\n]*\t[^\t\n]*\t([^\t\n]+)", re.MULTILINE)
    for _n, block in _told(blocks(ranks), "Reading ranks", tell):
        for place, name in line.findall(block):
            if name in reversed_:
                found[reversed_[name]] = int(place)
        if len(found) == len(wanted):
            break
    return found


def _told(stream: Iterable[bytes], step: str, tell: Report, *, start: int = 0) -> Iterator[tuple[int, bytes]]:
    done, told = start, start
    for block in stream:
        yield done, block
        done += len(block)
        if done - told >= 1 << 24:
            told = done
            tell(step, done)
    tell(step, done)


def as_object(one: Candidate) -> dict[str, Any]:
    """Plain values for JSON."""
    return {
        "domain": one.domain,
        "name": domains.display(one.domain),
        "competitors": list(one.competitors),
        "overlap": one.overlap,
        "n_hosts": one.n_hosts,
        "harmonic_pos": one.harmonic_pos,
        "note": one.note,
    }


def state_from(data: Mapping[str, Any]) -> State:
    """A State from its saved plain values."""
    return State(**{name: data[name] for name in State.__dataclass_fields__ if name in data})
