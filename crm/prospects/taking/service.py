"""Found domains become prospects. Running it again with the same domains changes figures, never decisions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import clock, domains
from crm.journal import SYSTEM, record
from crm.models.accounts import Competitor, Project
from crm.models.gap import DomainRule, LinkingPage
from crm.models.prospects import Prospect
from crm.prospects import actions, audience, page_facts, passages, relevance
from crm.prospects.classify import assess
from crm.prospects.found import Counts, FoundDomain, Verdict, judge
from crm.prospects.ranking.service import fitting, rescore
from crm.prospects.signs import PageSigns
from crm.prospects.stages import DECIDED
from crm.vocabulary import Action, LinkType, Realism, Stage

CHUNK = 500
TEXT_KEPT = 1200  # characters of evidence text kept for relevance, so that a new target page needs no import
PAGES_READ = 12
DEAD_KEPT = 8
OPEN = frozenset({Stage.FOUND, Stage.PROSPECT, Stage.READY})  # where the machine may still change its mind
BRIEFED = ("dead_url", "dead_anchor", "dead_since", "mention", "quote", "audience", "tone", "subjects", "title", "dead")


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
        read = next((p for p in one.pages if p.source_url == row.inputs.get("page_read")), None)
        if read is not None and row.link_type:
            _believe(row, read)
        tally["new" if is_new else "updated"] += 1
        if is_new or Stage(row.stage) not in DECIDED:
            tally[_place(s, project, row, verdict, rules.get(one.domain), is_new)] += 1
        else:
            tally["kept"] += 1
        touched.append(row)
    s.flush()
    rescore(s, project.id, [p.id for p in touched])
    return Counts(**tally)


def reassess(s: Session, prospect: Prospect, facts: Mapping[str, Any]) -> bool:
    """Judge a prospect again now that its linking page was read; returns whether the link type changed.

    `facts` is `PageFacts.to_dict()`, with `dead_links` and `mentions` where they were looked for. The type changes only
    when the page says something that the export could not; a person's link type stays, and so does the type of a
    prospect that is set aside or already in a batch. Scores, next step and angle follow.
    """
    page = s.get(LinkingPage, prospect.best_page_id) if prospect.best_page_id else None
    if page is None or not facts:
        return False
    before = prospect.link_type
    dead = _replaceable(s, prospect.project_id, facts.get("dead_links") or ())
    said = page_facts.digest(dict(facts), dead)
    prospect.inputs = {
        **(prospect.inputs or {}),
        "page": said,
        "page_read": page.source_url,
        "page_at": clock.now().isoformat(),
    }
    kept = {k: v for k, v in (prospect.brief or {}).items() if k not in BRIEFED}
    about = str((dead or {}).get("url") or page.target_url)
    prospect.brief = {**kept, **_briefed(said), **_as_written(facts, page, about, prospect.domain)}
    if Stage(prospect.stage) in OPEN:
        _believe(prospect, _signs_of(page))
    s.flush()
    if prospect.link_type != before:
        project = s.get_one(Project, prospect.project_id)
        data = {"from": before, "to": prospect.link_type, "url": page.source_url}
        record(s, "prospect.page_read", prospect, project=project, actor=SYSTEM, data=data)
    rescore(s, prospect.project_id, [prospect.id])
    return prospect.link_type != before


def _believe(row: Prospect, signs: PageSigns) -> None:
    """Set type and staleness by what the page said, above the columns of the export and below a person."""
    said = row.inputs["page"]
    plain = assess(signs, believe_noise=False).classified
    seen = assess(replace(signs, facts=said), believe_noise=False).classified
    columns: Any = row.inputs.get("by_columns") or [row.link_type, row.link_type_confidence, row.link_type_why]
    if row.link_type_by in (None, "machine") and row.link_type:
        told = seen.link_type is not None and seen.link_type != plain.link_type
        said_type: Any = [seen.link_type, seen.confidence, seen.why] if told else columns
        row.link_type, row.link_type_confidence = LinkType(said_type[0]).value, said_type[1]
        row.link_type_why = list(said_type[2])
    is_list = row.link_type in (LinkType.RESOURCE_PAGE.value, LinkType.LIST_POST.value)
    changed, today = page_facts.changed_on(said, is_list=is_list), clock.now().date()
    title = said.get("title") or signs.title
    stale = actions.stale(title, signs.source_url, today, changed=changed, dead_links=said.get("dead_links", 0))
    row.inputs = {**row.inputs, "by_columns": columns, "stale": stale}


def _replaceable(s: Session, project_id: int, dead: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """The dead link that a page of ours may replace: one to a competitor, else one about a topic of ours."""
    rivals = list(s.scalars(select(Competitor.domain).where(Competitor.project_id == project_id)))
    theirs = [d for d in dead if any(domains.is_within(d["url"], rival) for rival in rivals)]
    if not theirs and dead:
        texts = [f"{d.get('anchor') or ''} {relevance.url_words(d['url'])}" for d in dead]
        theirs = [d for d, fits in zip(dead, fitting(s, project_id, texts), strict=True) if fits]
    return dict(theirs[0]) if theirs else None


def _briefed(said: Mapping[str, Any]) -> dict[str, Any]:
    """What pitches may say of the page. A day of death only when the link was seen dead before today."""
    found: dict[str, Any] = {}
    dead, mention = said.get("dead_target"), said.get("mention")
    if dead:
        found |= {"dead_url": dead["url"], "dead_anchor": dead.get("anchor") or ""}
        since = date.fromisoformat(dead.get("since") or clock.now().date().isoformat())
        found["dead_since"] = f"{since.day} {since:%B %Y}" if since < clock.now().date() else ""
    if mention:
        found["mention"] = dict(mention)
    return found


def _as_written(facts: Mapping[str, Any], page: LinkingPage, linked: str, site: str) -> dict[str, Any]:
    """What the brief says of the page itself: its sentence around the link, its readers, its tone, its subjects."""
    found = passages.quote(facts, linked, f"{page.ctx_before} {page.ctx_after}")
    return {
        "quote": asdict(found) if found else None,
        "audience": audience.audience(facts),
        "tone": audience.tone(facts),
        "subjects": passages.subjects(str(facts.get("text") or ""), [site, domains.registrable(page.target_url) or ""]),
        "title": str(facts.get("title") or "")[:300],
        "dead": [dict(d) for d in facts.get("dead_links") or ()][:DEAD_KEPT],
    }


def _signs_of(page: LinkingPage) -> PageSigns:
    return PageSigns(
        page.source_url,
        title=page.title,
        anchor=page.anchor,
        ctx_before=page.ctx_before,
        ctx_after=page.ctx_after,
        kind=page.kind,
        nofollow=page.nofollow,
        external_links=page.external_links,
        target_url=page.target_url,
        language=page.language,
    )


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
    row.harm = one.harm
    kind = verdict.classified
    if row.link_type_by in (None, "machine"):
        row.link_type = kind.link_type.value if kind.link_type else None
        row.link_type_confidence, row.link_type_why, row.link_type_by = kind.confidence, kind.why, "machine"
    row.realism = kind.realism.value
    row.earned_because = kind.earned_because.value if kind.earned_because else None
    said = {k: v for k, v in (row.inputs or {}).items() if k != "by_columns"}
    row.inputs = {**said, **_evidence(one, verdict, clock.now().date())}


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
