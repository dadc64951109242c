"""The practice project: an organisation, its owner, the site, its pages, four rivals, a mailbox. No files yet."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.accounts import service as accounts
from crm.db import reading
from crm.journal import SYSTEM
from crm.mailboxes import run as mailboxes_run
from crm.mailboxes import service as mailboxes
from crm.mailboxes.providers import Endpoint
from crm.models.accounts import Competitor, Organisation, Project, User
from crm.models.mailboxes import Mailbox
from crm.models.targets import TargetPage
from crm.practice import clock
from crm.practice.cast import OWN, OWN_NAME, RIVALS
from crm.practice.doors import PASSWORD, USER
from crm.practice.network import Ports
from crm.practice.owners import KEYWORDS, OWN_PAGES, own_site
from crm.targets import run as targets_run
from crm.targets import service as targets
from crm.vocabulary import PageType

NAME = "Ada Lind"
# A practice mailbox offends no provider: it may send faster than a real one, and needs no warming.
CAPS = {"hour_cap": 60, "day_cap": 200, "new_cap": 100, "min_gap_s": 20, "jitter_s": 0, "ramp": {"skip": True}}
POSTAL = "Tidyclock, 4 Mill Lane, Practice Town"


@dataclass(frozen=True)
class Practice:
    """What the practice project consists of, by inner ids."""

    user_id: int
    organisation_id: int
    project_id: int
    mailbox_id: int


def ensure(s: Session, ports: Ports) -> Practice:
    """Make what is missing of the practice project; what is there stays as it is, only the ports follow the servers."""
    clock.start(s)
    user = s.scalar(select(User).where(User.email == USER))
    if user is None:
        user = accounts.create_owner(s, email=USER, name=NAME, password=None, organisation=OWN_NAME)
    project = s.scalar(select(Project).where(Project.organisation_id == user.organisation_id, Project.domain == OWN))
    if project is None:
        project = accounts.create_project(s, user, domain=OWN, name=OWN_NAME, brand_names=[OWN_NAME], languages=["en"])
    _targets(s, project)
    _rivals(s, project)
    box = _mailbox(s, project, ports)
    return Practice(user.id, user.organisation_id, project.id, box.id)


def prove(mailbox_id: int) -> None:
    """Try the mailbox by a mail to itself, as with a real one, and look at our own pages, unless that was done."""
    with reading() as s:
        probed = s.get_one(Mailbox, mailbox_id).probed_at
        pages = list(s.scalars(select(TargetPage.id).order_by(TargetPage.id)))
    if probed is None:
        mailboxes_run.probe(mailbox_id)
        for page_id in pages:
            targets_run.check(page_id)


def sign_in_token(s: Session) -> str:
    """The part of an address that signs the practice owner in once."""
    return accounts.one_time_token(s, s.scalars(select(User).where(User.email == USER)).one())


def _targets(s: Session, project: Project) -> None:
    site = own_site()
    for path, title, topic, page_type in OWN_PAGES:
        page = site.page(path)
        text = "\n".join(page.paragraphs) if page else ""
        made = targets.add(s, project, f"https://{OWN}{path}", page_type=PageType(page_type), title=title,
                           topic=KEYWORDS[topic][0], keywords=KEYWORDS[topic], text=text)  # fmt: skip
        if not made.deserves:
            targets.tick(s, made, list(targets.TICKS), project, SYSTEM)


def _rivals(s: Session, project: Project) -> None:
    known = set(s.scalars(select(Competitor.domain).where(Competitor.project_id == project.id)))
    for domain in RIVALS:
        if domain not in known:
            accounts.add_competitor(s, project, domain)


def _mailbox(s: Session, project: Project, ports: Ports) -> Mailbox:
    box = s.scalar(select(Mailbox).where(Mailbox.organisation_id == project.organisation_id, Mailbox.address == USER))
    if box is not None and (box.smtp_port, box.imap_port) == (ports.smtp, ports.imap):
        return box
    return mailboxes.connect(
        s,
        s.get_one(Organisation, project.organisation_id),
        project,
        address=USER,
        smtp=Endpoint("127.0.0.1", ports.smtp, "plain"),
        imap=Endpoint("127.0.0.1", ports.imap, "plain"),
        password=PASSWORD,
        sender_name=NAME,
        postal_address=POSTAL,
        provider="practice",
        caps=CAPS,
    )
