"""What the demo prints: the funnel, the conversion by link type, and how the ranking changed."""

from collections import Counter, defaultdict
from dataclasses import asdict, dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from crm import clock
from crm.db import reading
from crm.learning.model import fit
from crm.learning.queries import latest_fit
from crm.learning.service import frame
from crm.models.batches import Batch, Enrollment
from crm.models.gap import GapDomain, Import, Snapshot
from crm.models.mail import InboundMessage, Message
from crm.models.outcomes import Placement
from crm.models.prospects import Prospect
from crm.practice.ledger import Ledger
from crm.vocabulary import ImportState, MailKind, MessageState, PlacementState, Stage

SEEN = (PlacementState.LIVE.value, PlacementState.CHANGED.value)
OPEN = (Stage.FOUND.value, Stage.PROSPECT.value, Stage.READY.value)


@dataclass(frozen=True)
class TypeLine:
    """Conversion of one link type: prospects contacted, links seen, posterior mean and its 80 % interval."""

    link_type: str
    sent: int
    placed: int
    rate: float
    low: float
    high: float


@dataclass(frozen=True)
class Figures:
    """All figures of one run. `ranks`: (link type, mean place before, mean place after) of prospects not mailed."""

    files: int
    rows_read: int
    gap_domains: int
    prospects: int
    batches: int
    sent: int
    followups: int
    replies: int
    bounces: int
    auto_replies: int
    optouts: int
    placed: int
    by_link_type: tuple[TypeLine, ...]
    rank_changes: int
    mailed_twice: int
    sent_after_stop: int
    followup_before_inbox_read: int
    ranks: tuple[tuple[str, float, float], ...] = ()

    def as_json(self) -> dict[str, object]:
        """The figures for machines."""
        made = asdict(self)
        del made["ranks"]
        return made

    def in_words(self) -> str:
        """The figures for people."""
        lines = [
            f"{self.files} files, {self.rows_read:,} rows read",
            f"{self.gap_domains:,} domains in the gap, {self.prospects:,} prospects",
            f"{self.sent} people mailed in {self.batches} batches, {self.followups} follow-ups",
            f"{self.replies} replies, {self.auto_replies} automatic, {self.bounces} bounces, {self.optouts} opt-outs",
            f"{self.placed} links placed",
            "",
            f"{'link type':<20} {'mailed':>6} {'placed':>6} {'rate':>6}   80 % interval",
        ]
        for t in self.by_link_type:
            lines.append(f"{t.link_type:<20} {t.sent:>6} {t.placed:>6} {t.rate:>6.1%}   {t.low:.1%} to {t.high:.1%}")
        lines += ["", f"{self.rank_changes:,} prospects changed their place:"]
        for name, old, new in sorted(self.ranks, key=lambda r: r[2] - r[1]):
            lines.append(f"  {name:<20} mean place {old:>6.0f} -> {new:.0f}")
        lines += ["", f"By the practice servers' own record: {self.mailed_twice} mailed twice, "
                      f"{self.sent_after_stop} mailed after an answer, {self.followup_before_inbox_read} follow-ups "
                      "before the inbox was read."]  # fmt: skip
        return "\n".join(lines)


Ranking = dict[str, tuple[int, str]]  # domain -> (place, link type)


def ranking(project_id: int) -> Ranking:
    """The place of every prospect that was not mailed yet, the best first."""
    with reading() as s:
        query = (
            select(Prospect.domain, Prospect.link_type)
            .where(Prospect.project_id == project_id, Prospect.stage.in_(OPEN))
            .order_by(Prospect.rank_value.desc(), Prospect.domain)
        )
        return {domain: (n, link_type or "") for n, (domain, link_type) in enumerate(s.execute(query), 1)}


def collect(project_id: int, ledger: Ledger, before: Ranking) -> Figures:
    """Count everything; the last three figures come from the practice servers' own record."""
    after = ranking(project_id)
    common = [domain for domain in before if domain in after]
    old = {domain: n for n, domain in enumerate(common, 1)}
    new = {domain: n for n, domain in enumerate((d for d in after if d in old), 1)}
    with reading() as s:
        imports = select(Import).where(Import.project_id == project_id, Import.state == ImportState.DONE)
        files = list(s.scalars(imports))
        return Figures(
            files=len(files),
            rows_read=sum(f.rows_read for f in files),
            gap_domains=_gap(s, project_id),
            prospects=_count(s, select(func.count(Prospect.id)).where(
                Prospect.project_id == project_id, Prospect.stage != Stage.SET_ASIDE)),
            batches=_count(s, select(func.count(Batch.id)).where(Batch.approved_at.is_not(None))),
            sent=_count(s, _sent().where(Message.step_no == 1)),
            followups=_count(s, _sent().where(Message.step_no > 1)),
            replies=_mails(s, MailKind.REPLY),
            bounces=_mails(s, MailKind.BOUNCE),
            auto_replies=_mails(s, MailKind.AUTO_REPLY),
            optouts=_mails(s, MailKind.OPTOUT),
            placed=_count(s, select(func.count(Placement.id)).where(Placement.state.in_(SEEN))),
            by_link_type=_types(s, project_id),
            rank_changes=sum(old[d] != new[d] for d in common),
            mailed_twice=ledger.mailed_twice(),
            sent_after_stop=ledger.sent_after_stop(),
            followup_before_inbox_read=ledger.followup_before_inbox_read(),
            ranks=_moved(before, old, new),
        )  # fmt: skip


def _moved(before: Ranking, old: dict[str, int], new: dict[str, int]) -> tuple[tuple[str, float, float], ...]:
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for domain in old:
        places[before[domain][1]].append((old[domain], new[domain]))
    return tuple(
        (name, sum(a for a, _ in pairs) / len(pairs), sum(b for _, b in pairs) / len(pairs))
        for name, pairs in sorted(places.items())
        if name
    )


def _types(s: Session, project_id: int) -> tuple[TypeLine, ...]:
    """Everybody who was contacted, by the link type at that time; the rate leaves out who could not be reached."""
    if latest_fit(s, project_id) is None:
        return ()
    first = select(Enrollment.snapshot).join(Message, Message.enrollment_id == Enrollment.id)
    first = first.where(Message.state == MessageState.SENT, Message.step_no == 1)
    contacted = Counter(str(snapshot.get("link_type") or "") for snapshot in s.scalars(first))
    rates = fit(frame(s, project_id), now=clock.now()).rates("link_type")
    lines = [
        TypeLine(
            str(name),
            contacted[str(name)],
            int(row["wins"]),
            *(round(float(row[c]), 6) for c in ("mean", "low", "high")),
        )
        for name, row in rates.iterrows()
    ]
    return tuple(sorted((line for line in lines if line.sent), key=lambda line: (-line.rate, line.link_type)))


def _gap(s: Session, project_id: int) -> int:
    newest = select(func.max(Snapshot.id)).where(Snapshot.project_id == project_id).scalar_subquery()
    return _count(
        s, select(func.count(GapDomain.id)).where(GapDomain.snapshot_id == newest, GapDomain.in_gap.is_(True))
    )


def _sent() -> Select[int]:
    return select(func.count(Message.id)).where(
        Message.state == MessageState.SENT, Message.enrollment_id.is_not(None), Message.step_no.is_not(None)
    )


def _mails(s: Session, kind: MailKind) -> int:
    return _count(s, select(func.count(InboundMessage.id)).where(
        InboundMessage.kind == kind, InboundMessage.is_own.is_(False)))  # fmt: skip


def _count(s: Session, query: Select[int]) -> int:
    return int(s.scalar(query) or 0)
