"""The whole main job on the practice world, with nobody at the keys, through the product's own doors."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import event, select

from config import Settings
from crm import clock, db, jobs, prepare, work
from crm.adapters import web
from crm.adapters.network import LoopbackWorld
from crm.batches import service as batches
from crm.batches.overview import queries as overview
from crm.contacts import run as contacts
from crm.db import transaction
from crm.gap import service as gap
from crm.journal import Actor
from crm.learning import run as learning
from crm.models.accounts import Project
from crm.models.mailboxes import Mailbox
from crm.models.prospects import Prospect
from crm.practice import setup
from crm.practice.actors import Post
from crm.practice.cast import EPOCH
from crm.practice.clock import HeldClock
from crm.practice.dice import dice
from crm.practice.doors import USER, Servers
from crm.practice.exports import write_all
from crm.practice.figures import Figures, collect, ranking
from crm.practice.ledger import Ledger
from crm.practice.network import ledger_path
from crm.practice.simulation import MORNING, Stage, advance
from crm.practice.standin import StandIn
from crm.prospects import service as prospects
from crm.vocabulary import LinkType
from crm.vocabulary import Stage as Standing

ACTOR = Actor("practice", "demo")
BATCH = 25
PITCHED = (
    *("pitch_existing_page", "offer_update", "propose_guest_contribution"),
    *("replace_broken_link", "add_to_media_list"),
)

Tell = Callable[[str, int, int], None]  # (step, done, total)


@dataclass(frozen=True)
class Scale:
    """How much is done: sites read for people, and waves of (people to mail, days to wait for them)."""

    contacts: int
    waves: tuple[tuple[int, int], ...]


FULL = Scale(150, ((80, 18), (32, 18)))


@dataclass
class Stand:
    """A practice installation in a folder of its own, its servers running, its clock held."""

    servers: Servers
    ledger: Ledger
    clock: HeldClock
    post: Post
    project_id: int
    mailbox_id: int
    folder: Path


@contextmanager
def stand(folder: Path, seed: int, refused: LinkType | None = None) -> Iterator[Stand]:
    """Set up the product in `folder`, in this process, on a practice world that stands still between two moves."""
    url = f"sqlite:///{folder / 'practice.db'}"
    settings = Settings(instance=folder, database_url=url, practice=True, durable=False)
    prepare(settings)
    event.listen(db.engine(), "connect", _no_waiting_for_the_disk)
    db.Base.metadata.create_all(db.engine())
    db.install_ids(_countable(seed))
    jobs.load_handlers()
    held = HeldClock(EPOCH)
    clock.install(held)
    ledger = Ledger(ledger_path(folder))
    servers = Servers(ledger, seed, held, refused=refused)
    ports = servers.start()
    web.install(web.Fetcher(LoopbackWorld(".example", ports.web), pause=0.0))
    try:
        with transaction() as s:
            made = setup.ensure(s, ports)
        setup.prove(made.mailbox_id)
        yield Stand(servers, ledger, held, Post(USER, ports.smtp), made.project_id, made.mailbox_id, folder)
    finally:
        servers.stop()
        ledger.close()
        clock.install(clock.real_now)
        db.install_ids(db.random_id)


def _countable(seed: int) -> Callable[[], str]:
    """Public ids that are the same in each run: the product spreads mails over the day by them."""
    source = dice(seed, "ids")
    return lambda: f"{source.getrandbits(96):024x}"


def _no_waiting_for_the_disk(connection: Any, _record: object) -> None:
    """A database that is thrown away at the end need not survive a power cut."""
    connection.execute("PRAGMA synchronous=OFF")


def demo(seed: int, tell: Tell, *, refused: LinkType | None = None, scale: Scale = FULL) -> Figures:
    """Play it through in a temporary folder and return the figures. The same seed gives the same figures."""
    with TemporaryDirectory(prefix="backloop-demo-") as name, stand(Path(name), seed, refused) as on:
        return play(on, tell, scale)


def play(on: Stand, tell: Tell, scale: Scale = FULL) -> Figures:
    """The main job from the files to the changed ranking."""
    bring_files(on, tell)
    choose(on, scale.contacts, tell)
    before = ranking(on.project_id)
    person = StandIn(on.project_id)
    end = on.clock()
    for n, (people, days) in enumerate(scale.waves):
        make_batches(on, people, tell)
        start, end = on.clock(), on.clock() + timedelta(days=days)
        step = f"practice weeks {n + 1}"

        def passed(moment: datetime, step: str = step, start: datetime = start, days: int = days) -> None:
            tell(step, min(days, (moment - start).days), days)
            if moment.hour < MORNING:
                person.morning()

        stage = Stage(on.servers.world, on.ledger, on.post, on.clock, person.look, passed, hours=3)
        advance(stage, end)
        tell(step, days, days)
    learning.refit_due()
    return collect(on.project_id, on.ledger, before)


def bring_files(on: Stand, tell: Tell) -> None:
    """Write the five exports and import them; the gap is computed when the last one is in."""
    files = write_all(on.servers.world, on.folder / "samples")
    for n, path in enumerate(files):
        with transaction() as s:
            project = s.get_one(Project, on.project_id)
            gap.start(s, project, gap.receive(s, project, path.name, io.BytesIO(path.read_bytes())))
        tell("files", n + 1, len(files))
    work.run_until_idle()


def choose(on: Stand, n_contacts: int, tell: Tell) -> None:
    """Take the pitchable sites of the gap as prospects, and read their pages for people."""
    found = select(Prospect).where(Prospect.project_id == on.project_id, Prospect.stage == Standing.FOUND)
    with transaction() as s:
        prospects.accept(s, list(s.scalars(found.where(Prospect.action.in_(PITCHED)).order_by(Prospect.id))), ACTOR)
    wanted = contacts.without_contact(on.project_id, n_contacts)
    for n, prospect_id in enumerate(wanted):
        contacts.find(prospect_id)
        tell("sites read for people", n + 1, len(wanted))


def make_batches(on: Stand, people: int, tell: Tell) -> int:
    """Take the suggested batches, best first, until so many people are scheduled. Returns how many are."""
    scheduled = 0
    while scheduled < people:
        with transaction() as s:
            project, box = s.get_one(Project, on.project_id), s.get_one(Mailbox, on.mailbox_id)
            started = 0
            for group in overview.suggest(s, project, min(BATCH, people - scheduled)):
                if not group.picked:
                    continue
                chosen = overview.prospects_of(s, project, [p.candidate.id for p in group.picked])
                made = batches.create(s, project, chosen, group.angle, None, box)
                try:
                    with s.begin_nested():
                        started = batches.approve(s, made.batch, ACTOR)
                except Exception:
                    continue
                break
            if not started:
                return scheduled
            scheduled += started
        tell("people scheduled", scheduled, people)
    return scheduled
