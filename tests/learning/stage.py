"""A project with prospects, and mails that were sent to them, as the earlier slices would have written it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy.orm import Session

from crm.models.accounts import Competitor, Project
from crm.models.batches import Batch, Enrollment
from crm.models.mail import Message
from crm.models.mailboxes import Mailbox
from crm.models.outcomes import Outcome, Placement
from crm.models.prospects import Prospect
from crm.models.targets import TargetPage
from crm.vocabulary import OutcomeKind, Stage

_number = count(1)


@dataclass
class Stage1:
    """The ground that everything else hangs on."""

    project: Project
    mailbox: Mailbox
    target: TargetPage
    batch: Batch


def ground(s: Session, project: Project, at: datetime) -> Stage1:
    """A rival, a target page, a mailbox and a running batch."""
    n = next(_number)
    s.add(Competitor(project_id=project.id, domain="clockly.example", position=0, created_at=at))
    target = TargetPage(
        project_id=project.id, url=f"https://{project.domain}/guide", title="Time tracking guide",
        keywords=["time tracking"], created_at=at,
    )  # fmt: skip
    mailbox = Mailbox(
        organisation_id=project.organisation_id, project_id=project.id, address=f"mara{n}@{project.domain}",
        smtp_host="127.0.0.1", smtp_port=25, imap_host="127.0.0.1", imap_port=143, username="mara", connected_at=at,
    )  # fmt: skip
    s.add_all([target, mailbox])
    s.flush()
    batch = Batch(
        project_id=project.id, name=f"Batch {n}", angle="resource_page", mailbox_id=mailbox.id, state="running",
        created_at=at,
    )  # fmt: skip
    s.add(batch)
    s.flush()
    return Stage1(project, mailbox, target, batch)


def prospect(s: Session, on: Stage1, at: datetime, link_type: str = "resource_page", **values: object) -> Prospect:
    """A prospect that may be pitched."""
    n = next(_number)
    made = Prospect(
        project_id=on.project.id, domain=f"site{n}.example", stage=Stage.READY.value, stage_at=at, created_at=at,
        link_type=link_type, overlap=1, dr=45.0, target_page_id=on.target.id,
        inputs={"text": "time tracking tools and guides"},
    )  # fmt: skip
    for name, value in values.items():
        setattr(made, name, value)
    s.add(made)
    s.flush()
    return made


def mailed(s: Session, on: Stage1, sent_at: datetime, link_type: str = "resource_page", **snapshot: object) -> Prospect:
    """A prospect whose first mail was accepted at `sent_at`."""
    found = prospect(s, on, sent_at, link_type, stage=Stage.CONTACTED.value)
    told = {
        "link_type": link_type, "angle": on.batch.angle, "relevance": 60.0, "worth": 60.0, "chance": 0.04, "dr": 45.0,
        "overlap": 1, "contact_kind": "named", "competitor": "clockly.example", "target_page": on.target.url,
        "template": "Resource page", **snapshot,
    }  # fmt: skip
    enrollment = Enrollment(
        organisation_id=on.project.organisation_id, batch_id=on.batch.id, prospect_id=found.id,
        mailbox_id=on.mailbox.id, root_domain=found.domain, state="finished", snapshot=told, created_at=sent_at,
    )  # fmt: skip
    s.add(enrollment)
    s.flush()
    s.add(
        Message(
            organisation_id=on.project.organisation_id, mailbox_id=on.mailbox.id, enrollment_id=enrollment.id, step_no=1,
            rcpt=f"a@{found.domain}", rcpt_normal=f"a@{found.domain}", rcpt_domain=found.domain,
            root_domain=found.domain, message_id=f"m{next(_number)}@x", subject="s", body_text="b", rendered=b"b",
            body_sha256="0", state="sent", due_at=sent_at, sent_at=sent_at, created_at=sent_at,
        )
    )  # fmt: skip
    s.flush()
    return found


def marked(s: Session, found: Prospect, kind: OutcomeKind, at: datetime, **values: object) -> Outcome:
    """An outcome, a person's unless `machine=True`."""
    made = Outcome(project_id=found.project_id, prospect_id=found.id, kind=kind.value, at=at, by="ada")
    for name, value in values.items():
        setattr(made, name, value)
    s.add(made)
    s.flush()
    return made


def placed(s: Session, found: Prospect, at: datetime | None, **values: object) -> Placement:
    """A watched link; seen live at `at`."""
    page = f"https://{found.domain}/links"
    made = Placement(
        project_id=found.project_id, prospect_id=found.id, page_url=page, page_key=page, target_url="t", target_key="t",
        reported_at=at or found.created_at, live_at=at, state="live" if at else "watching",
    )  # fmt: skip
    for name, value in values.items():
        setattr(made, name, value)
    s.add(made)
    s.flush()
    return made


def campaign(s: Session, on: Stage1, start: datetime, link_type: str, sent: int, refused: int, won: int) -> None:
    """So many pitches of a type: the first `refused` say no, the last `won` place a link."""
    for i in range(sent):
        found = mailed(s, on, start + timedelta(hours=i), link_type)
        if i < refused:
            marked(s, found, OutcomeKind.NO_FIT, start + timedelta(days=2))
        if i >= sent - won:
            marked(s, found, OutcomeKind.INTERESTED, start + timedelta(days=2))
            placed(s, found, start + timedelta(days=9))
