"""What the composer and the review show of one batch. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.batches import lint, plan
from crm.batches.fields import FIELDS, FOR_THE_BATCH, Field
from crm.batches.letters import Letter
from crm.batches.lint import Finding
from crm.batches.pitches import queries as pitches
from crm.batches.queries import SKIPPED, Addressee, Composition, composition
from crm.batches.render import closing, names_used
from crm.batches.starters import MAX_STEPS, Step
from crm.batches.wording import queries as wording
from crm.batches.wording.keys import LETTERS
from crm.batches.wording.queries import Wording
from crm.errors import NotFound
from crm.learning.variants import MOST
from crm.models.accounts import Project
from crm.models.batches import Batch
from crm.models.mailboxes import Mailbox
from crm.models.prospects import Prospect
from crm.vocabulary import Angle, BatchState, Stage

_LEVEL = {"error": "bad", "warn": "warn", "info": "info", "good": "ok"}


@dataclass(frozen=True)
class Check:
    """One line of the check list, as the template wants it."""

    level: str
    words: str
    url: str = ""
    action: str = ""


@dataclass(frozen=True)
class Desk:
    """A batch with one step and one person in front."""

    view: Composition
    step_no: int
    current: Addressee | None
    mailboxes: tuple[Mailbox, ...]
    fields: tuple[Field, ...]
    for_batch: tuple[tuple[Field, str, str], ...]  # field, own words, what stands without them
    base: str
    wordings: tuple[Wording, ...]
    letter_shown: str
    templates: tuple[tuple[str, str], ...]  # key and name of those whose first mail could be tested as well

    @property
    def batch(self) -> Batch:
        """The batch itself."""
        return self.view.batch

    @property
    def step(self) -> Step:
        """The step in the editor."""
        return self.wording.step if self.step_no == 1 else self.view.steps[self.step_no - 1]

    @property
    def wording(self) -> Wording:
        """The wording of the first mail in the editor."""
        return next(w for w in self.wordings if w.letter == self.letter_shown)

    @property
    def may_add_wording(self) -> bool:
        """Whether one more wording is allowed."""
        return len(self.wordings) < MOST and self.batch.state != BatchState.DONE

    @property
    def may_add_step(self) -> bool:
        """Whether one more follow-up is allowed."""
        return len(self.view.steps) < MAX_STEPS

    @property
    def place(self) -> int:
        """The person's place in the list, from 1; 0 for an empty batch."""
        people = list(self.view.addressees)
        return people.index(self.current) + 1 if self.current in people else 0

    @property
    def letter(self) -> Letter | None:
        """The mail of this step to this person."""
        return self.current.letters[self.step_no - 1] if self.current else None

    @property
    def footer(self) -> str:
        """What the sender adds below the mail: the way out and the postal address."""
        return closing(self.view.mailbox.postal_address if self.view.mailbox else "")

    @property
    def n_words(self) -> int:
        """Words of this mail, without the footer."""
        return lint.word_count(self.letter.body) if self.letter else 0

    @property
    def n_links(self) -> int:
        """Addresses in this mail."""
        return len(set(lint.links(self.letter.body))) if self.letter else 0

    @property
    def saved_at(self) -> datetime | None:
        """When the words of this batch were last changed."""
        at = (self.batch.settings or {}).get("saved_at")
        return datetime.fromisoformat(at) if at else None

    @property
    def start_local(self) -> str:
        """The start as a date-and-time field wants it, in the mailbox's zone."""
        return plan.to_local(self.batch.start_at, self.zone)

    @property
    def zone(self) -> str:
        """The zone in which the start is typed."""
        return self.view.mailbox.time_zone if self.view.mailbox else "UTC"

    def at(self, offset: int) -> str:
        """Key of the person before (-1) or after (+1), turning round at the ends."""
        people = self.view.addressees
        return people[(self.place - 1 + offset) % len(people)].recipient.key if people else ""

    def leaves(self, addressee: Addressee) -> plan.Planned | None:
        """When this person's first mail would leave."""
        return self.view.ahead.first.get(addressee.recipient.key)

    def checks(self) -> list[Check]:
        """Blockers and warnings of the batch, then the remarks on its mails."""
        gate = [_check(f, self.base) for f in (*self.view.verdict.blockers, *self.view.verdict.warnings)]
        return [*gate, *(_check(f, self.base) for f in self.view.checks)]

    def own_checks(self) -> list[Check]:
        """The remarks on the person in front."""
        if self.current is None:
            return []
        found = [_check(f, "") for f in self.current.findings]
        return found or [Check("ok", "Nothing to remark on this mail.")]


def desk(s: Session, project: Project, batch: Batch, step_no: int = 1, to: str = "", letter: str = "") -> Desk:
    """The composer with this step and this person; when `to` names nobody, the first person, or the first of those who
    get the wording `letter`. Raises NotFound."""
    view = composition(s, batch)
    if not 1 <= step_no <= len(view.steps):
        raise NotFound("This batch has no such mail.")
    tested, people = wording.of_batch(s, batch), view.addressees
    current = next((a for a in people if a.recipient.key == to), None)
    shown_letter = _letter(tested, letter, current)
    if current is None or (letter and current.enrollment.variant != shown_letter):
        fits = (a for a in people if a.enrollment.variant == shown_letter)
        current = next(fits, current or (people[0] if people else None))
    settings = (batch.settings or {}).get("fields", {})
    computed = current.letters[0].values if current else {}
    steps = (*view.steps, *(w.step for w in tested))
    used = {n for step in steps for n in names_used(step.body) | names_used(step.subject)}
    shown = [n for n in FOR_THE_BATCH if n in used or settings.get(n)]
    shared = tuple((FIELDS[n], str(settings.get(n, "")), computed.get(n, "")) for n in shown)
    boxes = tuple(mailboxes(s, project))
    base, others = f"/batches/{batch.public_id}", _other_templates(s, project, batch, tested)
    fields = tuple(FIELDS.values())
    return Desk(view, step_no, current, boxes, fields, shared, base, tested, shown_letter, others)


def _other_templates(
    s: Session, project: Project, batch: Batch, tested: Sequence[Wording]
) -> tuple[tuple[str, str], ...]:
    """Key and name of the templates of this angle that the batch does not use yet."""
    taken = {w.template for w in tested}
    fitting = pitches.templates(s, project)[Angle(batch.angle)]
    return tuple(
        (t.key, t.name) for t in fitting if (t.row.id if t.row else None) != batch.template_id and t.name not in taken
    )


def _letter(tested: Sequence[Wording], asked: str, current: Addressee | None) -> str:
    """The wording in the editor: the one asked for, else that of the person in front, else A."""
    known = {w.letter for w in tested}
    own = current.enrollment.variant if current else LETTERS[0]
    return next((found for found in (asked, own) if found in known), LETTERS[0])


def mailboxes(s: Session, project: Project) -> Sequence[Mailbox]:
    """The mailboxes that this project may send from: its own first, then those of the whole organisation."""
    query = select(Mailbox).where(
        Mailbox.organisation_id == project.organisation_id,
        Mailbox.removed_at.is_(None),
        (Mailbox.project_id == project.id) | Mailbox.project_id.is_(None),
    )
    return list(s.scalars(query.order_by(Mailbox.project_id.is_(None), Mailbox.id)))


def addable(s: Session, project: Project, batch: Batch, limit: int = 30) -> list[Prospect]:
    """Ready prospects that would fit into this batch, best first."""
    query = select(Prospect).where(
        Prospect.project_id == project.id,
        Prospect.stage == Stage.READY.value,
        Prospect.target_page_id.is_not(None),
    )
    if batch.link_type:
        query = query.where(Prospect.link_type == batch.link_type)
    return list(s.scalars(query.order_by(Prospect.rank_value.desc(), Prospect.id).limit(limit)))


def next_to_review(view: Composition, after: str = "") -> Addressee | None:
    """The next mail that nobody has read: behind `after` first, then from the top."""
    people = [a for a in view.addressees if a.composing]
    place = next((i for i, a in enumerate(people) if a.recipient.key == after), -1)
    return next((a for a in (*people[place + 1 :], *people[: place + 1]) if _is_unread(a)), None)


def unread(view: Composition) -> int:
    """How many mails nobody has read yet."""
    return sum(1 for a in view.addressees if a.composing and _is_unread(a))


def _is_unread(addressee: Addressee) -> bool:
    return addressee.enrollment.reviewed_at is None and addressee.enrollment.hold_reason != SKIPPED


def _check(finding: Finding, base: str) -> Check:
    ways = {
        "mailbox": (f"/settings/mailboxes/new?next={base}", "Connect it"),
        "target": ("/targets", "Look at the page"),
        "recipients": (f"{base}#people", "Show them"),
        "opening_line": (f"{base}/review", "Write them"),
        "contact": (f"{base}#people", "Show them"),
        "what_it_adds": (f"{base}#shared", "Write it"),
        "body": (f"{base}#message", "Edit"),
        "subject": (f"{base}#message", "Edit"),
    }
    url, action = ways.get(finding.mend, ("", "")) if base and finding.level != "good" else ("", "")
    if finding.rule in ("mailbox_trouble", "no_sender_name", "no_postal_address", "slow"):
        url, action = "/settings/mailboxes", "Open mailboxes"
    return Check(_LEVEL[finding.level], finding.words, url, action)
