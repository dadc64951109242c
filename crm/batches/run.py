"""A test mail to oneself: the exact words of one recipient, sent to the mailbox that would send them."""

import time

from sqlalchemy import select

from crm import clock
from crm.adapters import smtp
from crm.batches.desk.queries import desk
from crm.batches.render import with_closing
from crm.db import new_public_id, reading
from crm.errors import BadInput, Refused
from crm.mailboxes import service as mailboxes
from crm.models.accounts import Project
from crm.models.batches import Batch
from crm.models.mailboxes import Mailbox
from crm.outbox.compose import CannotCompose, Draft, ascii_domain, compose

PATIENCE = 30.0  # seconds; somebody waits in front of the screen


def send_test(batch_id: str, key: str, step_no: int = 1) -> str:
    """Send the mail that this person would get to the batch's own mailbox; returns what happened in words.

    Raises Refused without a mailbox or when the server does not take it, BadInput when the mail cannot be made.
    """
    box, wire = _made(batch_id, key, step_no)
    address = box.address
    account = mailboxes.smtp_account(box)
    result = smtp.send(account, wire, address, address, time.monotonic() + PATIENCE)
    if result.verdict != smtp.Verdict.SENT:
        raise Refused(f"{address} could not send the test: {result.text or result.verdict}")
    return f"A test is on its way to {address}."


def _made(batch_id: str, key: str, step_no: int) -> tuple[Mailbox, bytes]:
    with reading() as s:
        batch = s.scalars(select(Batch).where(Batch.public_id == batch_id)).one()
        shown = desk(s, s.get_one(Project, batch.project_id), batch, step_no, key)
        box, letter = shown.view.mailbox, shown.letter
        if box is None:
            raise Refused("Connect a mailbox first; the test goes to its own address.")
        if letter is None or letter.fault:
            raise BadInput(letter.fault if letter else "There is nobody in this batch yet.")
        draft = Draft(
            message_id=f"{new_public_id().strip('_-').lower()}@{ascii_domain(box.address)}",
            sender=box.address,
            sender_name=box.sender_name,
            rcpt=box.address,
            rcpt_name=box.sender_name,
            subject=letter.subject,
            body=with_closing(letter.body, shown.footer),
            at=clock.now(),
        )
        try:
            wire = compose(draft)
        except CannotCompose as error:
            raise BadInput(str(error)) from error
        s.expunge(box)
        return box, wire
