"""One row of everything in Ada's project, for tests that walk through the whole application."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from crm import clock
from crm.accounts import service as accounts
from crm.db import Base
from crm.models.accounts import SavedView
from crm.models.batches import Batch, BatchStep, Enrollment, PitchTemplate
from crm.models.contacts import Contact, ContactProvider, Person, PersonAddress, Suppression
from crm.models.events import Job
from crm.models.gap import GapDomain, Import, LinkingPage, Snapshot
from crm.models.learning import RerunReason
from crm.models.mail import InboundMessage, Message, Thread, Touch
from crm.models.mailboxes import Mailbox
from crm.models.outcomes import Outcome, Placement, PlacementCheck, Reminder
from crm.models.prospects import Note, Prospect
from crm.models.targets import ContentIdea, Goal, HealthCheck, KeywordPosition, TargetPage
from tests.conftest import World


def fill(s: Session, world: World, words: str = "Invoicing kit") -> dict[str, Base]:
    """Write one of each, with `words` in every text that strangers can write; returns the rows by name."""
    made: dict[str, Base] = {}
    for step in (_ground, _gap, _people, _plan, _mail, _results):
        step(s, world, made, words)
    return made


def public_ids(rows: dict[str, Base]) -> list[str]:
    """Every public id among the rows."""
    return [row.public_id for row in rows.values() if hasattr(row, "public_id")]


def _put(s: Session, made: dict[str, Base], name: str, row: Any) -> Any:
    s.add(row)
    s.flush()
    made[name] = row
    return row


def _ground(s: Session, world: World, made: dict[str, Base], words: str) -> None:
    project, now = world.project, clock.now()
    made["project"] = project
    made["competitor"] = accounts.add_competitor(s, project, "hourglass.example")
    target = TargetPage(project_id=project.id, url="https://tidyclock.example/kit", title=words, created_at=now)
    _put(s, made, "target", target)
    check = HealthCheck(
        target_page_id=target.id,
        at=now,
        passed=True,
        findings=[{"rule": "text", "level": "ok", "words": words, "fix": ""}],
    )
    _put(s, made, "check", check)
    idea = ContentIdea(
        project_id=project.id, key="k", title=words, competitor_page="https://hourglass.example/x", created_at=now
    )
    _put(s, made, "idea", idea)
    days = {"starts_on": now.date(), "ends_on": now.date() + timedelta(days=90)}
    _put(s, made, "goal", Goal(project_id=project.id, links=8, created_at=now, **days))
    _put(s, made, "view", SavedView(project_id=project.id, name=words, url="/gap?min=3", created_at=now))
    job = Job(organisation_id=project.organisation_id, project_id=project.id, kind="none", title=words, created_at=now)
    _put(s, made, "job", job)


def _gap(s: Session, world: World, made: dict[str, Base], words: str) -> None:
    project, now = world.project, clock.now()
    rival: Any = made["competitor"]
    file = Import(
        project_id=project.id,
        filename=f"{words}.csv",
        sha256="0" * 64,
        size=10,
        state="done",
        tool="ahrefs",
        report="backlinks",
        grain="backlink",
        competitor_id=rival.id,
        rows_read=1,
        accepted=1,
        uploaded_at=now,
        imported_at=now,
        preview={"header": [words], "rows": [[words]]},
    )
    _put(s, made, "import", file)
    page = LinkingPage(
        project_id=project.id,
        import_id=file.id,
        competitor_id=rival.id,
        file_row=1,
        source_url="https://freelancestack.example/kit",
        source_key="freelancestack.example/kit",
        source_domain="freelancestack.example",
        title=words,
        target_url="https://hourglass.example/sheet",
        anchor=words,
        ctx_before=words,
        ctx_after=words,
        link_type="resource_page",
        confidence=0.8,
        why=[words],
        realism="realistic",
    )
    _put(s, made, "linking_page", page)
    snapshot = Snapshot(project_id=project.id, at=now, import_ids=[file.id], n_rows=1, n_domains=1, n_gap=1)
    _put(s, made, "snapshot", snapshot)
    domain = GapDomain(
        snapshot_id=snapshot.id,
        domain="freelancestack.example",
        links={rival.public_id: 1},
        overlap=1,
        links_total=1,
        in_gap=True,
    )
    _put(s, made, "gap_domain", domain)
    reason = RerunReason(project_id=project.id, kind="age:1", words=words, url="/gap", fired_at=now)
    _put(s, made, "rerun_reason", reason)
    place = KeywordPosition(
        project_id=project.id,
        import_id=file.id,
        keyword=words.lower(),
        url="https://hourglass.example/sheet",
        domain="hourglass.example",
        position=2,
        on=now.date(),
        data={"ref_domains": 9, "dr": 40, "title": words},
    )
    _put(s, made, "keyword_position", place)
    prospect = Prospect(
        project_id=project.id,
        domain="freelancestack.example",
        stage="ready",
        stage_at=now,
        stage_reason=words,
        link_type="resource_page",
        link_type_why=[words],
        angle="resource_page",
        action="pitch_existing_page",
        action_why=words,
        target_page_id=made["target"].id,  # type: ignore[attr-defined]
        best_page_id=page.id,
        competitors="A",
        overlap=1,
        links_total=1,
        dr=44.0,
        traffic=900.0,
        score=61.0,
        relevance=70.0,
        feasibility=50.0,
        value=60.0,
        worth=65.0,
        chance=0.05,
        chance_low=0.02,
        chance_high=0.09,
        rank_value=3.2,
        completeness=0.75,
        created_at=now,
    )
    _put(s, made, "prospect", prospect)
    _put(s, made, "note", Note(prospect_id=prospect.id, at=now, text=words, user_id=world.ada.id))


def _people(s: Session, world: World, made: dict[str, Base], words: str) -> None:
    home, now = world.project.organisation_id, clock.now()
    prospect: Any = made["prospect"]
    person = _put(s, made, "person", Person(organisation_id=home, name=words, first_name=words, created_at=now))
    address = PersonAddress(
        organisation_id=home,
        person_id=person.id,
        address="ines@freelancestack.example",
        normal="ines@freelancestack.example",
        domain="freelancestack.example",
    )
    _put(s, made, "address", address)
    contact = Contact(
        prospect_id=prospect.id,
        person_id=person.id,
        address_id=address.id,
        kind="named",
        role=words,
        source_kind="page",
        source_url="https://freelancestack.example/about",
        method="mailto",
        found_at=now,
        found_by="page search",
    )
    _put(s, made, "contact", contact)
    never = Suppression(
        organisation_id=home,
        kind="address",
        value="gone@other.example",
        reason="by_hand",
        detail=words,
        created_at=now,
    )
    _put(s, made, "suppression", never)
    service = ContactProvider(
        organisation_id=home, kind="http", template=f"https://people.example/{{domain}}?{words}", sealed_key="x",
        last_error=words, created_at=now,
    )  # fmt: skip
    _put(s, made, "service", service)
    mailbox = Mailbox(
        organisation_id=home,
        project_id=world.project.id,
        address="mara@tidyclock.example",
        sender_name=words,
        smtp_host="127.0.0.1",
        smtp_port=1,
        imap_host="127.0.0.1",
        imap_port=1,
        username="mara",
        connected_at=now,
    )
    _put(s, made, "mailbox", mailbox)


def _plan(s: Session, world: World, made: dict[str, Base], words: str) -> None:
    project, now = world.project, clock.now()
    home, mailbox, prospect, contact = (
        project.organisation_id,
        made["mailbox"].id,  # type: ignore[attr-defined]
        made["prospect"].id,  # type: ignore[attr-defined]
        made["contact"].id,  # type: ignore[attr-defined]
    )
    steps = [{"subject": words, "body": words, "delay_days": 0}]
    template = PitchTemplate(organisation_id=home, name=words, angle="resource_page", steps=steps, created_at=now)
    _put(s, made, "template", template)
    batch = Batch(
        project_id=project.id,
        name=words,
        angle="resource_page",
        mailbox_id=mailbox,
        template_id=template.id,
        state="running",
        approved_at=now,
        created_at=now,
    )
    _put(s, made, "batch", batch)
    _put(s, made, "step", BatchStep(batch_id=batch.id, step_no=1, subject="About your kit", body="Hello"))
    enrollment = Enrollment(
        organisation_id=home,
        batch_id=batch.id,
        prospect_id=prospect,
        contact_id=contact,
        person_id=made["person"].id,  # type: ignore[attr-defined]
        mailbox_id=mailbox,
        root_domain="freelancestack.example",
        state="active",
        fields={"opening_line": words},
        created_at=now,
    )
    _put(s, made, "enrollment", enrollment)
    touch = Touch(enrollment_id=enrollment.id, step_no=1, state="frozen", due_at=now, created_at=now)
    _put(s, made, "touch", touch)


def _mail(s: Session, world: World, made: dict[str, Base], words: str) -> None:
    home, now = world.project.organisation_id, clock.now()
    mailbox: Any = made["mailbox"]
    enrollment: Any = made["enrollment"]
    thread = Thread(
        organisation_id=home,
        project_id=world.project.id,
        mailbox_id=mailbox.id,
        enrollment_id=enrollment.id,
        prospect_id=enrollment.prospect_id,
        subject=words,
        last_at=now,
        needs_you_at=now,
    )
    _put(s, made, "thread", thread)
    message = Message(
        organisation_id=home,
        mailbox_id=mailbox.id,
        enrollment_id=enrollment.id,
        touch_id=made["touch"].id,  # type: ignore[attr-defined]
        thread_id=thread.id,
        person_id=made["person"].id,  # type: ignore[attr-defined]
        step_no=1,
        rcpt="ines@freelancestack.example",
        rcpt_normal="ines@freelancestack.example",
        rcpt_domain="freelancestack.example",
        root_domain="freelancestack.example",
        message_id="abc@tidyclock.example",
        subject=words,
        body_text=words,
        rendered=b"x",
        body_sha256="0" * 64,
        state="sent",
        due_at=now,
        claimed_at=now,
        sent_at=now,
        created_at=now,
    )
    _put(s, made, "message", message)
    inbound = InboundMessage(
        mailbox_id=mailbox.id,
        thread_id=thread.id,
        enrollment_id=enrollment.id,
        folder="INBOX",
        uidvalidity=1,
        uid=1,
        message_id="r@freelancestack.example",
        content_sha256="1" * 64,
        from_address="ines@freelancestack.example",
        from_name=words,
        subject=words,
        at=now,
        read_at=now,
        kind="reply",
        reply_text=words,
        full_text=words,
        intent="interested",
        intents=["interested"],
        phrases=[words],
    )
    _put(s, made, "inbound", inbound)


def _results(s: Session, world: World, made: dict[str, Base], words: str) -> None:
    project, now = world.project, clock.now()
    prospect: Any = made["prospect"]
    outcome = Outcome(
        project_id=project.id, prospect_id=prospect.id, kind="interested", at=now, by="machine", note=words
    )
    _put(s, made, "outcome", outcome)
    reminder = Reminder(project_id=project.id, prospect_id=prospect.id, due_on=now.date(), text=words, created_at=now)
    _put(s, made, "reminder", reminder)
    placement = Placement(
        project_id=project.id,
        prospect_id=prospect.id,
        page_url="https://freelancestack.example/kit",
        page_key="freelancestack.example/kit",
        target_url="https://tidyclock.example/kit",
        target_key="tidyclock.example/kit",
        state="live",
        anchor=words,
        reported_at=now,
        live_at=now,
        note=words,
    )
    _put(s, made, "placement", placement)
    seen = PlacementCheck(placement_id=placement.id, at=now, present=True, why=words, status=200, snippet=words)
    _put(s, made, "placement_check", seen)
