"""A project with a target page, a mailbox and some prospects that have contacts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from crm import clock, db
from crm.contacts import service as contacts
from crm.models.accounts import Competitor, Project
from crm.models.gap import Import, LinkingPage
from crm.models.mailboxes import Mailbox
from crm.models.prospects import Prospect
from crm.models.targets import HealthCheck, TargetPage
from tests.conftest import World

Maker = Callable[..., Prospect]
NAMES = ["Ines Vidal", "Jonas Weber", "Mina Sato", "Owen Price", "Ada Cruz", "Lars Holm", "Noor Aziz", "Pia Roth"]


@pytest.fixture
def s(world: World, now: object) -> Session:
    with db.transaction() as session:
        yield session


@pytest.fixture
def project(s: Session, world: World) -> Project:
    project = s.get_one(Project, world.project.id)
    project.brand_names = ["Tidyclock"]
    return project


@pytest.fixture
def target(s: Session, project: Project) -> TargetPage:
    page = TargetPage(
        project_id=project.id,
        url="https://tidyclock.example/rate-worksheet",
        title="Hourly rate worksheet",
        page_type="asset",
        topic="hourly rates for freelancers",
        keywords=["admin hours", "holidays"],
        text="The worksheet covers admin hours and holidays.",
        deserves={"deserves_inclusion": True, "meets_intent": True, "shows_trust": True},
        created_at=clock.now(),
    )
    s.add(page)
    s.flush()
    s.add(HealthCheck(target_page_id=page.id, at=clock.now(), passed=True, findings=[]))
    s.flush()
    return page


@pytest.fixture
def mailbox(s: Session, project: Project) -> Mailbox:
    return make_mailbox(s, project)


def make_mailbox(s: Session, project: Project) -> Mailbox:
    box = Mailbox(
        organisation_id=project.organisation_id,
        project_id=project.id,
        address="mara@tidyclock.example",
        sender_name="Mara Lindt",
        postal_address="Tidyclock GmbH\nMain Street 1, 10115 Berlin",
        time_zone="Europe/Berlin",
        smtp_host="127.0.0.1",
        smtp_port=25,
        imap_host="127.0.0.1",
        imap_port=143,
        username="mara",
        connected_at=clock.now(),
    )
    s.add(box)
    s.flush()
    return box


@pytest.fixture
def prospect(s: Session, project: Project, target: TargetPage) -> Maker:
    """`prospect("kit.example")` makes a ready prospect with a linking page and, unless told otherwise, a contact."""
    return maker(s, project, target)


def maker(s: Session, project: Project, target: TargetPage) -> Maker:
    upload = Import(project_id=project.id, filename="a.csv", sha256="0" * 64, size=1, uploaded_at=clock.now())
    rival = Competitor(project_id=project.id, domain="timeforge.example", position=0, created_at=clock.now())
    s.add_all([upload, rival])
    s.flush()
    made = []

    def make(domain: str, *, contact: bool = True, **changes: object) -> Prospect:
        n = len(made)
        evidence = {
            "title": f"Invoicing and hours, kit {n} | Site",
            "anchor": f"free rate worksheet {n}",
            "ctx_before": "Before you quote a fixed price, fill in the",
            "ctx_after": "and round up.",
            **{k: changes.pop(k) for k in ("title", "anchor", "ctx_before", "ctx_after", "source_url") if k in changes},
        }
        page = LinkingPage(
            project_id=project.id,
            import_id=upload.id,
            competitor_id=rival.id,
            file_row=n,
            source_key=f"{domain}/kit",
            source_domain=domain,
            target_url="https://timeforge.example/rate-sheet",
            **{"source_url": f"https://{domain}/kit-{n}", **evidence},
        )
        s.add(page)
        s.flush()
        values = {
            "stage": "prospect",
            "stage_at": clock.now(),
            "link_type": "resource_page",
            "action": "pitch_existing_page",
            "chance": 0.1,
            "rank_value": 50.0 - n,
            "relevance": 80.0,
            "dr": 40.0,
            "overlap": 2,
            **changes,
        }
        row = Prospect(
            project_id=project.id,
            domain=domain,
            best_page_id=page.id,
            target_page_id=target.id,
            created_at=clock.now(),
            **values,
        )
        s.add(row)
        s.flush()
        made.append(row)
        if contact:
            name = NAMES[n % len(NAMES)]
            contacts.add(
                s,
                row,
                address=f"{name.split()[0].lower()}@{domain}",
                name=name,
                source_kind="page",
                source_url=f"https://{domain}/about",
                found_by="test",
            )
        return row

    return make


class Counter:
    """How many statements ran."""

    n = 0


@pytest.fixture
def count_queries() -> Callable[[], object]:
    """`with count_queries() as c:` counts the statements in the block."""

    @contextmanager
    def counting() -> Iterator[Counter]:
        counter = Counter()

        def add(*_: object) -> None:
            counter.n += 1

        event.listen(db.engine(), "before_cursor_execute", add)
        try:
            yield counter
        finally:
            event.remove(db.engine(), "before_cursor_execute", add)

    return counting
