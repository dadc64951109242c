"""After the conversation: one transaction that says what became of the mail and, when it was sent, plans the next."""

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from crm import clock, journal
from crm.adapters.smtp import SendResult, Verdict
from crm.contacts import service as contacts
from crm.models.batches import BatchStep, Enrollment
from crm.models.mail import Message, SendAttempt, Thread
from crm.models.mailboxes import Mailbox
from crm.outbox import answers, schedule, states
from crm.outbox.answers import Answer, Consequence, Effect
from crm.outbox.claim import Claimed, db_now
from crm.outbox.freezing import service as freezing
from crm.outbox.objections import queries as objections
from crm.outbox.objections.queries import Case
from crm.outbox.resting import service as resting
from crm.outbox.stopping import service as stopping
from crm.prospects import service as prospects
from crm.prospects.stages import may_move
from crm.vocabulary import EnrollmentState, MessageState, Stage, StopReason

M = MessageState
HELD = (M.CLAIMED.value, M.SENDING.value)
PROVABLE = (M.QUEUED.value, M.CLAIMED.value, M.IN_DOUBT.value, M.REVIEW.value)


def record(s: Session, claimed: Claimed, result: SendResult, started_at: datetime, ended_at: datetime) -> str:
    """Write down how the conversation ended and do what follows. Returns the effect in one word.

    When the lease was lost meanwhile, only the attempt is kept, except that a 250 still proves that the mail left.
    """
    message = s.get_one(Message, claimed.pk)
    if message.enrollment_id is not None:  # the same order of locks as stop() and the gate
        s.execute(select(Enrollment.id).where(Enrollment.id == message.enrollment_id).with_for_update())
    consequence = _consequence(s, message, result)
    attempt = SendAttempt(
        message_pk=message.id,
        attempt=claimed.attempt,
        owner=claimed.owner,
        phase=result.phase,
        verdict=consequence.effect.value if result.verdict is not Verdict.WITHDRAWN else "withdrawn",
        code=result.code,
        enhanced=result.enhanced,
        text=result.text[:500],
        started_at=started_at,
        ended_at=ended_at,
    )
    s.add(attempt)
    if result.verdict is Verdict.WITHDRAWN:
        return attempt.verdict
    mine = (Message.owner == claimed.owner, Message.attempt == claimed.attempt, Message.state.in_(HELD))
    if not _apply(s, message, consequence, result, mine):
        attempt.verdict = "lost"
        if consequence.effect is Effect.SENT:
            mark_sent(s, message, clock.now(), "the server's late answer")
        return attempt.verdict
    resting.on_mailbox(s, message, consequence)
    _on_recipient(s, message, consequence)
    return consequence.effect.value


def mark_sent(s: Session, message: Message, at: datetime, proof: str) -> bool:
    """A mail that was not known to have left did leave: `proof` says how we know. Fences out whoever holds it."""
    s.flush()
    result = s.execute(
        update(Message)
        .where(Message.id == message.id, Message.state.in_(PROVABLE))
        .values(state=M.SENT.value, sent_at=at, attempt=Message.attempt + 1, state_reason=proof, lease_until=None)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(result, CursorResult)
    if result.rowcount != 1:
        return False
    s.refresh(message)
    message.claimed_at = message.claimed_at or at
    _after_sent(s, message, proof)
    return True


def _consequence(s: Session, message: Message, result: SendResult) -> Consequence:
    if result.verdict is Verdict.SENT:
        return Consequence(Effect.SENT)
    first, n = s.execute(
        select(func.min(SendAttempt.started_at), func.count()).where(
            SendAttempt.message_pk == message.id,
            ((SendAttempt.verdict == "retry") & (SendAttempt.phase != "late")) | (SendAttempt.code >= 550),
        )
    ).one()
    answer = Answer(
        verdict=result.verdict.value,
        phase=result.phase,
        code=result.code,
        enhanced=result.enhanced,
        text=result.text,
        n_before=n,
        age=clock.real_now() - first if first is not None else timedelta(),
        n_rests=_rests_in_a_row(s, message.mailbox_id),
    )
    return answers.decide(answer)


def _rests_in_a_row(s: Session, mailbox_id: int) -> int:
    query = (
        select(SendAttempt.verdict)
        .join(Message, Message.id == SendAttempt.message_pk)
        .where(Message.mailbox_id == mailbox_id)
        .order_by(SendAttempt.id.desc())
        .limit(5)
    )
    n = 0
    for verdict in s.scalars(query):
        if verdict != "hold":
            break
        n += 1
    return n


def _apply(s: Session, message: Message, c: Consequence, result: SendResult, mine: tuple[object, ...]) -> bool:
    """Change the mail's state under the fencing mark; False when it is not ours any more."""
    now = clock.now()
    after = {
        Effect.SENT: M.SENT,
        Effect.RETRY: M.QUEUED,
        Effect.HOLD: M.QUEUED,
        Effect.FAIL: M.FAILED,
        Effect.DOUBT: M.IN_DOUBT,
    }[c.effect]
    values: dict[str, object] = {
        "state": states.must(M.SENDING, after),
        "state_reason": c.reason or None,
        "last_phase": result.phase,
        "last_code": result.code,
        "last_enhanced": result.enhanced,
        "lease_until": None,
    }
    if after is M.SENT:
        values["sent_at"] = now
    elif after is M.IN_DOUBT:
        values |= {"doubt_since": db_now(s), "n_doubts": message.n_doubts + 1, "n_lookups": 0}
    elif after is M.QUEUED:
        values |= {"claimed_at": None, "owner": None, "due_at": now + c.wait if c.wait is not None else message.due_at}
    s.flush()
    change = update(Message).where(Message.id == message.id, *mine).values(**values)  # type: ignore[arg-type]
    done = s.execute(change.execution_options(synchronize_session=False))
    assert isinstance(done, CursorResult)
    if done.rowcount != 1:
        return False
    s.refresh(message)
    if after is M.SENT:
        _after_sent(s, message, "")
    elif after in (M.FAILED, M.IN_DOUBT):
        _note(
            s, f"message.{after.value}", message, {"reason": c.reason, "code": result.code, "text": result.text[:200]}
        )
    return True


def _after_sent(s: Session, message: Message, proof: str) -> None:
    around = objections.load(s, message.mailbox_id, message.enrollment_id)
    _into_thread(s, message, around)
    _note(s, "message.sent", message, {"step": message.step_no, **({"proof": proof} if proof else {})}, around)
    _count_day(message, around.mailbox)
    if around.enrollment is None:
        return
    assert around.batch is not None and around.prospect is not None
    if may_move(Stage(around.prospect.stage), Stage.CONTACTED) and around.prospect.stage in (
        Stage.IN_BATCH,
        Stage.READY,
        Stage.PROSPECT,
    ):
        prospects.set_stage(s, around.prospect, Stage.CONTACTED, f"mail {message.step_no} left")
    if around.enrollment.state != EnrollmentState.ACTIVE:
        return
    delay = _next_delay(s, around.enrollment, message.step_no or 1)
    if delay is None:
        around.enrollment.state = EnrollmentState.FINISHED.value
        around.enrollment.stop_reason, around.enrollment.stopped_at = StopReason.COMPLETED.value, clock.now()
        stopping.close_batch(s, around.batch.id)
    else:
        freezing.plan_next(s, message, around, delay)


def _next_delay(s: Session, enrollment: Enrollment, step_no: int) -> int | None:
    """Business days until the next mail; None when this was the last. Later steps exist in variant A if in no other."""
    query = select(BatchStep).where(BatchStep.batch_id == enrollment.batch_id, BatchStep.step_no == step_no + 1)
    steps = {step.variant: step for step in s.scalars(query)}
    step = steps.get(enrollment.variant) or steps.get("A")
    return step.delay_days if step is not None else None


def _into_thread(s: Session, message: Message, around: Case) -> None:
    thread = s.get(Thread, message.thread_id) if message.thread_id else None
    if thread is None:
        thread = Thread(
            organisation_id=message.organisation_id,
            project_id=around.project.id if around.project else None,
            mailbox_id=message.mailbox_id,
            enrollment_id=message.enrollment_id,
            prospect_id=around.enrollment.prospect_id if around.enrollment else None,
            subject=message.subject,
            last_at=message.sent_at or clock.now(),
        )
        s.add(thread)
        s.flush()
        message.thread_id = thread.id
    else:
        thread.last_at = message.sent_at or clock.now()
    if message.enrollment_id is None:
        thread.needs_you_at = None


def _count_day(message: Message, mailbox: Mailbox) -> None:
    """The warm-up counts days on which mails left; `ramp` holds the last such day."""
    mailbox.login_failures = 0
    ramp = dict(mailbox.ramp or {})
    zone = schedule.zone_of(mailbox.time_zone) or schedule.zone_of("UTC")
    today = (message.sent_at or clock.now()).astimezone(zone).date().isoformat()
    if ramp and ramp.get("last_day") != today:
        grown = not ramp.get("last_day") or ramp.get("held_on") != ramp["last_day"]
        mailbox.ramp = ramp | {"last_day": today, "at": int(ramp.get("at", 0)) + (1 if grown else 0)}


def _on_recipient(s: Session, message: Message, c: Consequence) -> None:
    if c.effect is not Effect.FAIL:
        return
    if c.suppress:
        words = f"{message.last_code} {message.last_enhanced or ''}".strip()
        contacts.suppress(
            s,
            organisation_id=message.organisation_id,
            kind="address",
            value=message.rcpt_normal,
            reason="bounce",
            detail=words,
        )
        contacts.mark_stale(s, message.organisation_id, message.rcpt_normal, words)
    enrollment = s.get(Enrollment, message.enrollment_id) if message.enrollment_id else None
    if enrollment is not None:
        reason = StopReason.BOUNCE if c.suppress else StopReason.FAILED
        stopping.stop(s, enrollment, reason, words=c.reason.replace("_", " "))


def _note(s: Session, kind: str, message: Message, data: dict[str, object], around: Case | None = None) -> None:
    around = around or objections.load(s, message.mailbox_id, message.enrollment_id)
    batch_id = around.batch.id if around.batch else None
    organisation = message.organisation_id
    journal.record(
        s, kind, message, project=around.project, organisation_id=organisation, batch_id=batch_id, data=dict(data)
    )
