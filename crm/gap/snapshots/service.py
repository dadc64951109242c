"""Verbs of one gap computation: begin a snapshot, store domains and evidence, hand over prospects, complete it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from crm import clock
from crm.gap.benchmark import Benchmark
from crm.gap.changes import LISTED, Before, spikes
from crm.gap.found import Place, signs_of
from crm.gap.judged import brands_of
from crm.gap.quality import Quality, held_of
from crm.journal import record
from crm.models.accounts import Competitor, Project
from crm.models.gap import GapDomain, LinkingPage, Snapshot
from crm.models.prospects import Prospect
from crm.prospects import scoring
from crm.prospects import service as prospects
from crm.prospects.classify import Assessed, assess
from crm.prospects.found import FoundDomain
from crm.prospects.noise import Noise
from crm.prospects.signs import PageSigns
from crm.vocabulary import Stage

Evidence = list[dict[str, Any]]
WORDS = {
    "own": "one of your own sites",
    "competitor": "a competitor's own site",
    "already_linking": "links to you already",
    "lost_to_us": "linked to you once and to no competitor",
}


@dataclass(frozen=True)
class Facts:
    """What a finished computation says besides its domains."""

    n_rows: int
    n_noise: int
    benchmark: Benchmark
    changes: dict[str, Any]
    quality: dict[str, dict[str, Any]] = field(default_factory=dict)  # side -> what of it counts
    strong: list[dict[str, Any]] = field(default_factory=list)  # strong sites with a new link to a rival


def previous(s: Session, project_id: int) -> dict[str, Before]:
    """The domains of the last finished snapshot, by name, links by rival's letter; empty when there is none."""
    last = _last(s, project_id)
    if last is None:
        return {}
    rivals = s.scalars(select(Competitor).where(Competitor.project_id == project_id))
    letter = {c.public_id: c.letter for c in rivals}
    query = select(GapDomain.domain, GapDomain.in_gap, GapDomain.own_links, GapDomain.links)
    rows = s.execute(query.where(GapDomain.snapshot_id == last.id))
    return {
        domain: Before(in_gap, own_links, {letter.get(key, key): n for key, n in links.items()})
        for domain, in_gap, own_links, links in rows
    }


def begin(s: Session, project_id: int, import_ids: list[int]) -> int:
    """Start a snapshot; unfinished ones of a killed worker are removed. Returns its inner id."""
    unfinished = select(Snapshot.id).where(Snapshot.project_id == project_id, Snapshot.n_domains == 0)
    stale = list(s.scalars(unfinished))
    s.execute(delete(GapDomain).where(GapDomain.snapshot_id.in_(stale)))
    s.execute(delete(Snapshot).where(Snapshot.id.in_(stale)))
    made = Snapshot(project_id=project_id, at=clock.now(), import_ids=import_ids, benchmark={}, changes={})
    s.add(made)
    s.flush()
    return made.id


def add_domains(s: Session, snapshot_id: int, places: Iterable[Place], public_ids: Mapping[str, str]) -> None:
    """Store domains of a snapshot. `public_ids` maps a rival's letter to its public id."""
    rows = [
        {
            "snapshot_id": snapshot_id,
            "domain": p.domain,
            "links": {public_ids.get(side, side): n for side, n in p.links.items()},
            "own_links": p.own_links,
            "overlap": p.overlap,
            "links_total": p.links_total,
            "in_gap": p.in_gap,
            "why_not": p.why_not,
            "best_page": p.best_page,
            "metrics": dict(p.scores),
        }
        for p in places
    ]
    if rows:
        s.execute(insert(GapDomain), rows)


def complete(s: Session, project: Project, snapshot_id: int, places: Mapping[str, Place], facts: Facts) -> None:
    """Write the figures that make a snapshot the current one."""
    last = _last(s, project.id)
    snapshot = s.get_one(Snapshot, snapshot_id)
    now = facts.benchmark.as_dict()
    now = {side: {**figures, **facts.quality.get(side, {})} for side, figures in now.items()}
    grown: dict[str, int] = {}
    if last is not None:
        was = {side: figures["domains"] for side, figures in last.benchmark.items() if side}
        grown = spikes(was, {side: figures["domains"] for side, figures in now.items() if side})
    snapshot.n_rows, snapshot.n_domains = facts.n_rows, len(places)
    snapshot.n_gap = sum(p.in_gap for p in places.values())
    snapshot.n_noise, snapshot.benchmark = facts.n_noise, now
    alerts = _worth_an_alert(s, project.id, facts.strong, set(last.benchmark) if last else set())
    snapshot.changes = {**facts.changes, "spikes": grown, "strong": alerts, "first": last is None}
    data = {"domains": snapshot.n_domains, "gap": snapshot.n_gap, "set_aside": facts.n_noise}
    record(s, "gap.computed", snapshot, project=project, data=data)


def _worth_an_alert(
    s: Session, project_id: int, found: Sequence[Mapping[str, Any]], known: set[str]
) -> list[dict[str, Any]]:
    """New links of strong sites to rivals whose links were known before; not from sites that are set aside."""
    held = [{**one, "to": "".join(x for x in one["to"] if x in known)} for one in found]
    held = [one for one in held if one["to"]][:LISTED]
    names = [one["domain"] for one in held]
    aside = select(Prospect.domain).where(
        Prospect.project_id == project_id, Prospect.domain.in_(names), Prospect.stage == Stage.SET_ASIDE.value
    )
    gone = set(s.scalars(aside))
    return [one for one in held if one["domain"] not in gone]


def _last(s: Session, project_id: int) -> Snapshot | None:
    query = select(Snapshot).where(Snapshot.project_id == project_id, Snapshot.n_domains > 0)
    return s.scalar(query.order_by(Snapshot.id.desc()).limit(1))


class Keeper:
    """Stores evidence and hands domains to the prospects, one chunk per transaction."""

    def __init__(
        self, project: Project, rivals: Sequence[Competitor], spam: Mapping[str, Mapping[str, float]] | None = None
    ) -> None:
        """`spam` holds the tools' spam scores per site, as `harm.spam_scores` gives them."""
        self._project_id, self._spam = project.id, spam or {}
        self._rival = {c.letter: c for c in rivals}
        self._markets = {code[:2].lower() for code in project.languages}
        self._ours = tuple(dict.fromkeys((*project.brand_names, *brands_of(project.domain))))
        self.quality = Quality()

    def take(
        self,
        s: Session,
        given: Sequence[tuple[Place | None, str, Evidence]],
        scale: Mapping[str, tuple[float, str]],
    ) -> int:
        """Store evidence of these domains and make or refresh their prospects; returns how many are set aside."""
        project = s.get_one(Project, self._project_id)
        flat = [row for _place, _name, rows in given for row in rows]
        signs = [self._signs(row) for row in flat]
        judged = [assess(page) for page in signs]
        ids = self._store(s, flat, judged)
        found, at = [], 0
        for place, name, rows in given:
            part = slice(at, at + len(rows))
            at += len(rows)
            found.append(self._found(place, name, rows, signs[part], ids[part], scale.get(name)))
        counts = prospects.upsert(s, project, found)
        self._weigh(s, [name for _place, name, _rows in given], flat, judged, scale)
        return counts.set_aside + counts.informational

    def weigh(self, given: Mapping[str, Evidence], scale: Mapping[str, tuple[float, str]], weight: float = 1.0) -> None:
        """Judge sites that link to us already, for the comparison only; nothing is stored of them."""
        for name, rows in given.items():
            judged = [assess(self._signs(row)) for row in rows]
            dr = scale[name][0] if name in scale else None
            self.quality.add(held_of(rows, judged), dr=dr, weight=weight)

    def _weigh(
        self,
        s: Session,
        names: Sequence[str],
        rows: Evidence,
        judged: Sequence[Assessed],
        scale: Mapping[str, tuple[float, str]],
    ) -> None:
        query = select(Prospect.domain, Prospect.relevance).where(Prospect.project_id == self._project_id)
        fits = {row.domain: row.relevance for row in s.execute(query.where(Prospect.domain.in_(names)))}
        by_site: dict[str, list[int]] = {}
        for number, row in enumerate(rows):
            by_site.setdefault(row["source_domain"], []).append(number)
        for name, numbers in by_site.items():
            held = held_of([rows[i] for i in numbers], [judged[i] for i in numbers])
            self.quality.add(held, dr=scale[name][0] if name in scale else None, relevance=fits.get(name))

    def _signs(self, row: dict[str, Any]) -> PageSigns:
        rival = self._rival.get(row["side"])
        return signs_of(row, brands_of(rival.domain) if rival else (), self._ours)

    def _store(self, s: Session, rows: Evidence, judged: Sequence[Assessed]) -> list[int]:
        """Inner ids of the evidence in order; rows that an earlier run stored are taken as they are."""
        known: dict[tuple[int, int], int] = {}
        for import_id in {row["import_id"] for row in rows}:
            numbers = [row["file_row"] for row in rows if row["import_id"] == import_id]
            for start in range(0, len(numbers), 500):
                query = select(LinkingPage.file_row, LinkingPage.id).where(
                    LinkingPage.import_id == import_id, LinkingPage.file_row.in_(numbers[start : start + 500])
                )
                known |= {(import_id, number): id_ for number, id_ in s.execute(query)}
        new: dict[tuple[int, int], LinkingPage] = {}
        for row, found in zip(rows, judged, strict=True):
            key = (row["import_id"], row["file_row"])
            if key not in known and key not in new:
                new[key] = self._page(row, found)
        s.add_all(new.values())
        s.flush()
        known |= {key: page.id for key, page in new.items()}
        return [known[row["import_id"], row["file_row"]] for row in rows]

    def _page(self, row: dict[str, Any], found: Assessed) -> LinkingPage:
        rival = self._rival.get(row["side"])
        metrics = [
            {"vendor": vendor, "name": name, "level": level, "value": value}
            for vendor, name, level, value in (json.loads(row["metrics"]) if row["metrics"] else [])
        ]
        same = {
            name: row[name]
            for name in (
                *("file_row", "source_url", "source_key", "source_domain", "title", "target_url", "anchor", "kind"),
                *("ctx_before", "ctx_after", "nofollow", "is_lost", "first_seen", "last_seen", "language"),
                *("external_links", "page_traffic"),
            )
        }
        return LinkingPage(
            project_id=self._project_id,
            import_id=row["import_id"],
            competitor_id=rival.id if rival else None,
            metrics=metrics,
            noise=[{"rule": n.rule, "why": n.why} for n in found.noise],
            link_type=found.classified.link_type.value if found.classified.link_type else None,
            confidence=found.classified.confidence,
            why=list(found.classified.why),
            realism=found.classified.realism.value,
            **same,
        )

    def _found(
        self,
        place: Place | None,
        name: str,
        rows: Evidence,
        signs: Sequence[PageSigns],
        ids: Sequence[int],
        scale: tuple[float, str] | None,
    ) -> FoundDomain:
        theirs = [i for i, row in enumerate(rows) if row["side"]]
        if place is None:
            gone = Noise("no_longer_linking", "no file lists a link to a competitor any more")
            return FoundDomain(name, "", 0, noise=(gone,))
        return FoundDomain(
            domain=name,
            competitors="".join(sorted(place.links)),
            links_total=place.links_total,
            best_page_id=ids[theirs[0]] if theirs else None,
            pages=[signs[i] for i in theirs],
            dr=scale[0] if scale else None,
            dr_source=scale[1] if scale else "",
            traffic=place.scores.get("traffic"),
            nofollow=place.nofollow,
            language=place.language,
            n_ext_links=place.external_links,
            noise=tuple(self._facts(place)),
            harm=scoring.harm(self._spam.get(name, {})),
        )

    def _facts(self, place: Place) -> list[Noise]:
        """Facts of this project and of time that set a domain aside, each reversible."""
        if place.why_not is not None:
            return [Noise(place.why_not, WORDS.get(place.why_not, place.why_not))]
        found = []
        if harm := scoring.harm(self._spam.get(place.domain, {})):
            found.append(Noise("harmful", f"a link from here may harm: {harm}"))
        if place.lost:
            found.append(Noise("lost", "every link to a competitor was gone when the tool last looked"))
        spoken = place.language[:2].lower()
        if spoken and self._markets and spoken not in self._markets:
            found.append(Noise("language", f"written in {spoken}, outside your markets"))
        return found
