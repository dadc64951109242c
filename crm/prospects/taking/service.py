"""Found domains become prospects. Running it again with the same domains changes figures, never decisions."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import clock
from crm.journal import SYSTEM, record
from crm.models.accounts import Project
from crm.models.gap import DomainRule
from crm.models.prospects import Prospect
from crm.prospects import actions, relevance
from crm.prospects.found import Counts, FoundDomain, Verdict, judge
from crm.prospects.ranking.service import rescore
from crm.prospects.signs import PageSigns
from crm.prospects.stages import DECIDED
from crm.vocabulary import Action, Realism, Stage

CHUNK = 500
TEXT_KEPT = 1200  # characters of evidence text kept for relevance, so that a new target page needs no import
PAGES_READ = 12


def upsert(s: Session, project: Project, found: Sequence[FoundDomain]) -> Counts:
    """Take found domains over, judge and score them; returns what happened.

    A domain is one prospect of the project. What a person decided (stage, link type, action, a rule for the domain)
    stays; noise and unrealistic links of undecided domains are set aside with the rule's name and reason.
    """
    known = _known(s, project.id, [f.domain for f in found])
    decided = select(DomainRule.domain, DomainRule.verdict).where(DomainRule.project_id == project.id)
    rules = {row.domain: row.verdict for row in s.execute(decided)}
    tally = dict.fromkeys(("new", "updated", "set_aside", "informational", "kept", "open"), 0)
    touched: list[Prospect] = []
    for one in found:
        row = known.get(one.domain)
        is_new = row is None
        if row is None:
            row = Prospect(project_id=project.id, domain=one.domain, stage_at=clock.now(), created_at=clock.now())
            row.stage, row.stage_reason, row.overrides, row.inputs = Stage.FOUND.value, "", {}, {}
            s.add(row)
            known[one.domain] = row
        verdict = judge(one, keep=rules.get(one.domain) == "keep")
        _figures(row, one, verdict)
        tally["new" if is_new else "updated"] += 1
        if is_new or Stage(row.stage) not in DECIDED:
            tally[_place(s, project, row, verdict, rules.get(one.domain), is_new)] += 1
        else:
            tally["kept"] += 1
        touched.append(row)
    s.flush()
    rescore(s, project.id, [p.id for p in touched])
    return Counts(**tally)


def _known(s: Session, project_id: int, domains: Sequence[str]) -> dict[str, Prospect]:
    rows: dict[str, Prospect] = {}
    for part in _chunks(domains):
        query = select(Prospect).where(Prospect.project_id == project_id, Prospect.domain.in_(part))
        rows.update({p.domain: p for p in s.scalars(query)})
    return rows


def _chunks(items: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


def _figures(row: Prospect, one: FoundDomain, verdict: Verdict) -> None:
    """Everything that the newest exports say, above which a person's word on the link type stands."""
    row.competitors = "".join(sorted(set(one.competitors)))
    row.overlap, row.links_total = len(row.competitors), one.links_total
    row.best_page_id = one.best_page_id
    row.dr, row.dr_source, row.traffic = one.dr, one.dr_source, one.traffic
    row.nofollow, row.language, row.n_ext_links = one.nofollow, one.language, one.n_ext_links
    kind = verdict.classified
    if row.link_type_by in (None, "machine"):
        row.link_type = kind.link_type.value if kind.link_type else None
        row.link_type_confidence, row.link_type_why, row.link_type_by = kind.confidence, kind.why, "machine"
    row.realism = kind.realism.value
    row.earned_because = kind.earned_because.value if kind.earned_because else None
    row.inputs = {**(row.inputs or {}), **_evidence(one, verdict, clock.now().date())}


def _evidence(one: FoundDomain, verdict: Verdict, today: date) -> dict[str, Any]:
    pages = [verdict.best, *(p for p in one.pages if p is not verdict.best)] if verdict.best else list(one.pages)
    texts = [
        relevance.page_text(title=p.title, url=p.source_url, anchor=p.anchor, context=f"{p.ctx_before} {p.ctx_after}")
        for p in pages[:PAGES_READ]
    ]
    best: PageSigns | None = verdict.best
    return {
        "text": " ".join(dict.fromkeys(texts))[:TEXT_KEPT],
        "linked": best.target_url if best else "",
        "anchor": best.anchor[:200] if best else "",
        "stale": actions.stale(best.title, best.source_url, today) if best else "",
    }


def _place(s: Session, project: Project, row: Prospect, verdict: Verdict, rule: str | None, is_new: bool) -> str:
    """Stage of an undecided domain; returns the name of the count it belongs to."""
    if rule == "set_aside":
        _stage(
            s, project, row, Stage.SET_ASIDE, row.set_aside_rule or "rejected", row.stage_reason or "set aside earlier"
        )
        return "set_aside"
    if verdict.noise is not None and rule != "keep":
        _stage(s, project, row, Stage.SET_ASIDE, verdict.noise.rule, verdict.noise.why, announce=not is_new)
        row.action, row.action_why = Action.ARCHIVE.value, verdict.noise.why
        return "set_aside"
    if verdict.classified.realism not in actions.OPEN_TIES and rule != "keep":
        why = f"{actions.TIES[Realism(verdict.classified.realism)]}: an outsider cannot copy this link"
        _stage(s, project, row, Stage.SET_ASIDE, "informational", why, announce=not is_new)
        row.action, row.action_why = Action.INFORMATIONAL.value, why
        return "informational"
    if row.stage == Stage.SET_ASIDE.value:
        _stage(s, project, row, Stage.FOUND, None, "no rule speaks against it any more")
        row.action = None
    return "open"


def _stage(
    s: Session, project: Project, row: Prospect, stage: Stage, rule: str | None, why: str, *, announce: bool = True
) -> None:
    """The machine moves only between found and set aside; a new row's first place needs no entry in the journal."""
    before = row.stage
    row.set_aside_rule, row.stage_reason = rule, why
    if before == stage.value:
        return
    row.stage, row.stage_at = stage.value, clock.now()
    if announce and row.id is not None:
        data = {"from": before, "to": stage.value, "reason": why, "rule": rule}
        record(s, "prospect.stage", row, project=project, actor=SYSTEM, data=data)
