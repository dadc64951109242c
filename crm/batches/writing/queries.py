"""What the mails of a batch are made of: its steps, its people, and the facts behind every field. Reads only."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from crm import domains
from crm.batches.fields import Facts
from crm.batches.letters import Recipient
from crm.batches.starters import Step
from crm.models.accounts import Project
from crm.models.batches import Batch, BatchStep, Enrollment
from crm.models.contacts import Contact
from crm.models.mail import Message
from crm.models.mailboxes import Mailbox
from crm.models.prospects import Prospect
from crm.prospects import passages
from crm.vocabulary import Angle, MessageState


def enrolled(s: Session, batch: Batch) -> list[Enrollment]:
    """The batch's enrollments with all that their words need, best prospect first."""
    query = (
        _whole()
        .join(Prospect, Prospect.id == Enrollment.prospect_id)
        .where(Enrollment.batch_id == batch.id)
        .order_by(Enrollment.exploring, Prospect.rank_value.desc(), Enrollment.id)
    )
    return list(s.scalars(query))


def loaded(s: Session, enrollment_id: int) -> Enrollment:
    """One enrollment with all that its words need, fresh from the database."""
    query = _whole().where(Enrollment.id == enrollment_id).execution_options(populate_existing=True)
    return s.scalars(query).one()


def _whole() -> Select[Enrollment]:
    return select(Enrollment).options(
        joinedload(Enrollment.prospect).joinedload(Prospect.best_page),
        joinedload(Enrollment.prospect).joinedload(Prospect.target_page),
        joinedload(Enrollment.contact).joinedload(Contact.person),
        joinedload(Enrollment.contact).joinedload(Contact.address),
    )


def steps_of(s: Session, batch: Batch, variant: str = "A") -> tuple[Step, ...]:
    """The sequence of a batch; a variant has its own first mail and shares the follow-ups."""
    query = select(BatchStep).where(BatchStep.batch_id == batch.id, BatchStep.variant == "A")
    rows = s.scalars(query.order_by(BatchStep.step_no))
    first, *rest = (Step(r.subject, r.body, r.delay_days) for r in rows)
    return first if variant == "A" else first_mails(s, batch).get(variant, first), *rest


def first_mails(s: Session, batch: Batch) -> dict[str, Step]:
    """The wordings of the first mail by letter; one without a text of its own has that of A."""
    query = select(BatchStep).where(BatchStep.batch_id == batch.id, BatchStep.step_no == 1)
    rows = list(s.scalars(query.order_by(BatchStep.variant)))
    return {r.variant: Step(r.subject, r.body or rows[0].body, r.delay_days) for r in rows}


def recipient_of(
    e: Enrollment, project: Project, batch: Batch, mailbox: Mailbox | None, firsts: Mapping[str, Step] | None = None
) -> Recipient:
    """One enrollment (with prospect, pages and contact loaded) as the pure part wants it. `firsts`: the wordings of
    the first mail, of which this person gets one."""
    settings = batch.settings or {}
    return Recipient(
        key=e.public_id,
        facts=facts_of(e, project, mailbox, Angle(batch.angle)),
        angle=Angle(batch.angle),
        turn=e.id,
        site=e.prospect.domain,
        own_domains=(project.domain, *project.own_domains),
        written=e.fields or {},
        for_batch=settings.get("fields", {}),
        kept=(e.snapshot or {}).get("fields", {}),
        words=e.words or {},
        long_allowed=bool(settings.get("long_allowed")),
        first=(firsts or {}).get(e.variant),
    )


def facts_of(e: Enrollment, project: Project, mailbox: Mailbox | None, angle: Angle) -> Facts:
    """What is known for one mail: person, linking page, our page, sender. A mail on a dead link or on a mention speaks
    of what was read on the page, where that is another place than the link of the export."""
    return _as_seen(_facts(e, project, mailbox), e.prospect, angle)


def _as_seen(facts: Facts, prospect: Prospect, angle: Angle) -> Facts:
    brief, page = prospect.brief or {}, prospect.best_page
    dead, mention = str(brief.get("dead_url") or ""), brief.get("mention")
    if angle is Angle.BROKEN_LINK and dead:
        facts = replace(facts, dead_since=str(brief.get("dead_since") or ""))
        if page is not None and domains.url_key(page.target_url) == domains.url_key(dead):
            return _quoted(facts, brief)
        words = str(brief.get("dead_anchor") or "")
        facts = replace(facts, competitor_url=dead, anchor=words, ctx_before="", ctx_after="")
        return _quoted(facts, brief) if (brief.get("quote") or {}).get("anchor") == words else facts
    if angle is Angle.UNLINKED_MENTION and mention:
        return replace(facts, anchor=mention["brand"], ctx_before=mention["before"], ctx_after=mention["after"])
    return facts if dead else _quoted(facts, brief)


def _quoted(facts: Facts, brief: Mapping[str, Any]) -> Facts:
    """The words around their link as they stand on the page that was read; those of the export where it was not."""
    found = brief.get("quote")
    if not found:
        return facts
    words = {"anchor": found["anchor"], "ctx_before": found["before"], "ctx_after": found["after"]}
    return replace(facts, heading=found["heading"], **words)


def _facts(e: Enrollment, project: Project, mailbox: Mailbox | None) -> Facts:
    prospect, page, target = e.prospect, e.prospect.best_page, e.prospect.target_page
    person = e.contact.person if e.contact else None
    brief = prospect.brief or {}
    quote = brief.get("quote") or {}
    theirs = [quote.get("before", ""), quote.get("anchor", ""), quote.get("after", ""), quote.get("heading", "")]
    return Facts(
        first_name=person.first_name if person else "",
        full_name=person.name if person else "",
        role=e.contact.role if e.contact else "",
        site=domains.display(prospect.domain),
        page_url=page.source_url if page else "",
        page_title=(page.title or str(brief.get("title") or "")) if page else "",
        anchor=page.anchor if page else "",
        ctx_before=page.ctx_before if page else "",
        ctx_after=page.ctx_after if page else "",
        competitor_url=page.target_url if page else "",
        target_url=target.url if target else "",
        target_title=target.title if target else "",
        target_kind=target.page_type if target else "guide",
        target_text=target.text if target else "",
        our_passage=passages.ours(target.text, theirs) if target else "",
        audience=str(brief.get("audience") or ""),
        topic=target.topic if target else "",
        keywords=tuple(target.keywords) if target else (),
        brand=next(iter(project.brand_names or []), project.name),
        own_site=domains.display(project.domain),
        sender_name=(mailbox.sender_name if mailbox else "") or project.name,
    )


def first_subject(s: Session, enrollment: Enrollment) -> str:
    """The subject of the first mail as it was sent to this person; empty before that."""
    query = select(Message.subject).where(
        Message.enrollment_id == enrollment.id, Message.step_no == 1, Message.state == MessageState.SENT.value
    )
    return s.scalar(query.order_by(Message.id.desc()).limit(1)) or ""
