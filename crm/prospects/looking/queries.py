"""What is known of a prospect's linking page from reading it: its state, its dead links, and the placement brief."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm import fetched
from crm.models.accounts import Project
from crm.models.gap import LinkingPage
from crm.models.pages import FetchedPage
from crm.models.prospects import Prospect
from crm.models.targets import TargetPage
from crm.prospects import passages
from crm.prospects.brief import Brief, BriefInputs, brief
from crm.prospects.passages import Quote
from crm.prospects.relevance import TargetText, TopicIndex, url_words
from crm.targets import service as targets
from crm.vocabulary import Action, EarnedBecause, LinkType

DEAD_SHOWN = 8
SITE_PAGES = 40
MENTIONS_SHOWN = 200
THIN = 25  # words below which a page was hardly read
CLOSED = (fetched.BLOCKED, fetched.ROBOTS, fetched.NOT_HTML, fetched.REFUSED)


@dataclass(frozen=True)
class Dead:
    """A dead link of the page: what stood there by its words, since when it fails, which page of ours replaces it."""

    url: str
    was: str
    why: str
    since: str
    ours: TargetPage | None


@dataclass(frozen=True)
class Look:
    """The newest look at the linking page. `closed` means that a person may see it and we may not; `thin` that it came
    but held nothing to read, as pages do that scripts write."""

    url: str
    at: datetime | None = None
    outcome: str = ""
    why: str = ""
    author: str = ""
    changed_on: str = ""
    language: str = ""
    dead: tuple[Dead, ...] = ()
    habit: str = ""
    habit_at: str = ""
    form_url: str = ""
    thin: bool = False

    @property
    def read(self) -> bool:
        """Whether there are facts of the page."""
        return self.outcome in (fetched.OK, fetched.PASTED, fetched.TOO_LARGE) and not self.thin

    @property
    def closed(self) -> bool:
        """Whether only a person can open it."""
        return self.outcome in CLOSED or self.thin


def look(s: Session, project: Project, p: Prospect, page: LinkingPage | None, ours: list[TargetPage]) -> Look | None:
    """The newest look at the page to pitch; None when no export named one."""
    if page is None:
        return None
    said = (p.brief or {}).get("habit") or {}
    words, on = str(said.get("words") or ""), str(said.get("on") or "")
    row = s.scalar(
        select(FetchedPage).where(
            FetchedPage.organisation_id == project.organisation_id, FetchedPage.url_key == page.source_key
        )
    )
    form = _form_url(s, project, p)
    if row is None:
        return Look(page.source_url, habit=words, habit_at=on, form_url=form)
    facts = row.facts or {}
    return Look(
        page.source_url,
        row.fetched_at,
        row.outcome,
        row.why,
        str(facts.get("author") or ""),
        str(facts.get("updated_on") or facts.get("published_on") or ""),
        str(facts.get("language") or ""),
        _dead((p.brief or {}).get("dead") or facts.get("dead_links") or [], ours),
        words,
        on,
        form,
        row.outcome == fetched.OK and bool(facts) and int(facts.get("words") or 0) < THIN,
    )


def brief_of(s: Session, p: Prospect, page: LinkingPage | None, target: TargetPage | None) -> Brief:
    """The placement brief from the export, from what reading the page brought, and from our page."""
    said, inputs = p.brief or {}, p.inputs or {}
    found = Quote(**said["quote"]) if said.get("quote") else None
    text = f"{target.title}\n{target.text}" if target else ""
    theirs = _theirs(found, page, str(said.get("title") or ""))
    return brief(
        BriefInputs(
            link_type=LinkType(p.link_type) if p.link_type else None,
            action=Action(p.action) if p.action else None,
            page_title=(page.title or str(said.get("title") or "")) if page else "",
            page_path=urlsplit(page.source_url).path if page else "",
            anchor=page.anchor if page else "",
            ours_title=target.title if target else "",
            ours_path=urlsplit(target.url).path if target else "",
            topic=inputs.get("topic"),
            relevance=p.relevance,
            overlap=p.overlap,
            earned=EarnedBecause(p.earned_because) if p.earned_because else None,
            stale=inputs.get("stale", ""),
            n_links=page.external_links if page else p.n_ext_links,
            quote=found,
            passage=passages.ours(target.text, theirs) if target else "",
            audience=str(said.get("audience") or ""),
            tone=str(said.get("tone") or ""),
            shared=tuple(passages.shared(text, said.get("subjects") or [])),
            lacking=tuple(passages.lacking(text, _came_for(found, page))) if text else (),
            unfit=tuple(targets.gate(s, target)) if target else (),
        )
    )


def _theirs(found: Quote | None, page: LinkingPage | None, title: str) -> list[str]:
    if page is None:
        return []
    sentence = [found.before, found.anchor, found.after, found.heading] if found else []
    return [*sentence, page.anchor, page.ctx_before, page.ctx_after, page.title or title, url_words(page.target_url)]


def _came_for(found: Quote | None, page: LinkingPage | None) -> list[str]:
    """The words by which readers are sent on; nothing when the link goes to a start page."""
    if page is None or not url_words(page.target_url):
        return []
    return [url_words(page.target_url), found.anchor if found else page.anchor]


def _dead(found: Sequence[dict[str, Any]], ours: list[TargetPage]) -> tuple[Dead, ...]:
    dead = found[:DEAD_SHOWN]
    if not dead:
        return ()
    index = TopicIndex([TargetText(t.title, t.topic, tuple(t.keywords or ()), t.text, t.url) for t in ours])
    fits = index.best([f"{d.get('anchor') or ''} {url_words(d['url'])}" for d in dead])
    return tuple(
        Dead(
            d["url"],
            str(d.get("anchor") or "") or url_words(d["url"]),
            str(d.get("why") or ""),
            str(d.get("since") or ""),
            ours[fit.page] if fit.page is not None else None,
        )
        for d, fit in zip(dead, fits, strict=True)
    )


def _form_url(s: Session, project: Project, p: Prospect) -> str:
    """A page of the site with a contact form, among those already read."""
    query = select(FetchedPage.final_url, FetchedPage.facts["kinds"]).where(
        FetchedPage.organisation_id == project.organisation_id,
        FetchedPage.url_key.startswith(p.domain, autoescape=True),
    )
    rows = s.execute(query.limit(SITE_PAGES)).all()
    return next((url for url, kinds in rows if url and "contact_form" in (kinds or ())), "")


@dataclass(frozen=True)
class Named:
    """A page that names us and does not link: the prospect, the words around the name, the page."""

    prospect: Prospect
    brand: str
    before: str
    after: str
    url: str


def unlinked(s: Session, project: Project) -> list[Named]:
    """Pages already read that name us without a link, the best prospect first."""
    query = select(Prospect).where(
        Prospect.project_id == project.id, Prospect.brief["mention"].as_string().is_not(None)
    )
    rows = s.scalars(query.order_by(Prospect.rank_value.desc(), Prospect.id).limit(MENTIONS_SHOWN))
    found = [(p, (p.brief or {}).get("mention"), str((p.inputs or {}).get("page_read") or "")) for p in rows]
    return [Named(p, m["brand"], m["before"], m["after"], url) for p, m, url in found if m]


def read_count(s: Session, project: Project) -> tuple[int, int]:
    """How many prospects' pages were read so far, and of how many prospects."""
    mine = select(func.count(Prospect.id)).where(Prospect.project_id == project.id)
    read = mine.where(Prospect.inputs["page_read"].as_string().is_not(None))
    return s.scalar(read) or 0, s.scalar(mine) or 0
