"""A hundred people of the practice project who can be mailed at once, without import and search."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import clock
from crm.batches import service as batches
from crm.contacts import service as contacts
from crm.journal import Actor
from crm.models.accounts import Competitor, Project
from crm.models.batches import Batch
from crm.models.gap import Import, LinkingPage
from crm.models.mailboxes import Mailbox
from crm.models.prospects import Prospect
from crm.models.targets import TargetPage
from crm.practice.cast import Kind, Site
from crm.practice.world import world
from crm.vocabulary import Angle

ACTOR = Actor("practice", "test")


def sites_with_people(seed: int, n: int) -> list[Site]:
    """The first sites of the world that have somebody to write to."""
    fit = (s for s in world(seed).sites.values() if s.people and s.kind not in (Kind.OWNER, Kind.COUPON, Kind.FOREIGN))
    return [site for site, _ in zip(fit, range(n), strict=False)]


def enrolled(
    s: Session, project_id: int, mailbox_id: int, sites: list[Site], angle: Angle = Angle.RESOURCE_PAGE
) -> Batch:
    """One approved batch that mails the first person of each site."""
    project, box = s.get_one(Project, project_id), s.get_one(Mailbox, mailbox_id)
    upload = Import(project_id=project.id, filename="a.csv", sha256="0" * 64, size=1, uploaded_at=clock.now())
    s.add(upload)
    s.flush()
    rival = s.scalars(select(Competitor).where(Competitor.project_id == project.id).order_by(Competitor.id)).first()
    target = s.scalars(select(TargetPage).where(TargetPage.project_id == project.id).order_by(TargetPage.id)).first()
    assert rival is not None and target is not None
    rows = [_prospect(s, project, upload, rival, target, n, site) for n, site in enumerate(sites)]
    made = batches.create(s, project, rows, angle, None, box, "crowd")
    assert made.left_out == ()
    assert batches.approve(s, made.batch, ACTOR) == len(sites)
    return made.batch


def _prospect(
    s: Session, project: Project, upload: Import, rival: Competitor, target: TargetPage, n: int, site: Site
) -> Prospect:
    page = site.linking_pages[0]
    link = page.links[0]
    evidence = LinkingPage(
        project_id=project.id, import_id=upload.id, competitor_id=rival.id, file_row=n, source_domain=site.domain,
        source_url=f"https://{site.domain}{page.path}", source_key=f"{site.domain}{page.path}", title=f"{page.title} {n}",
        target_url=link.target, anchor=f"{link.anchor} {n}", ctx_before=link.before, ctx_after=link.after,
    )  # fmt: skip
    s.add(evidence)
    s.flush()
    row = Prospect(
        project_id=project.id, domain=site.domain, best_page_id=evidence.id, target_page_id=target.id, stage="prospect",
        stage_at=clock.now(), created_at=clock.now(), link_type="resource_page", action="pitch_existing_page", chance=0.1,
        rank_value=10.0, relevance=80.0, dr=40.0, overlap=1,
    )  # fmt: skip
    s.add(row)
    s.flush()
    person = site.people[0]
    contacts.add(s, row, address=person.address, name=person.name, role=person.role, source_kind="page",
                 source_url=f"https://{site.domain}/contact/", found_by="test")  # fmt: skip
    return row
