"""What the batch forms may contain; nothing else gets through."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crm.batches import plan
from crm.batches.fields import FOR_THE_BATCH
from crm.batches.starters import DELAYS, MAX_STEPS, Step
from crm.errors import BadInput
from crm.models.mailboxes import Mailbox
from crm.vocabulary import Angle

Form = Mapping[str, str]


@dataclass(frozen=True)
class StepForm:
    """Subject, text and delay of one step."""

    subject: str
    body: str
    delay_days: int | None


def step(form: Form) -> StepForm:
    """Raises BadInput when the delay is no number."""
    delay = form.get("delay_days", "").strip()
    if delay and not delay.isdigit():
        raise BadInput("The delay is a number of working days.", field="delay_days")
    return StepForm(form.get("subject", ""), form.get("body", ""), int(delay) if delay else None)


def settings(form: Form, mailboxes: Sequence[Mailbox], zone: str) -> dict[str, Any]:
    """Values for configure(); only what the form holds. Raises BadInput for an unknown mailbox or a bad time."""
    values: dict[str, Any] = {}
    if "name" in form:
        values["name"] = form["name"]
    if "mailbox" in form:
        chosen = next((m for m in mailboxes if m.public_id == form["mailbox"]), None)
        if form["mailbox"] and chosen is None:
            raise BadInput("There is no such mailbox.", field="mailbox")
        values["mailbox"] = chosen
    if "start_at" in form:
        try:
            values["start_at"] = plan.from_local(form["start_at"], zone)
        except ValueError as error:
            raise BadInput("The start is not a date and time.", field="start_at") from error
    if any(name in form for name in FOR_THE_BATCH):
        values["fields"] = {name: form.get(name, "") for name in FOR_THE_BATCH}
    if "override" in form:
        values["override"] = form["override"]
    return values


def angle(form: Form) -> Angle:
    """The chosen angle. Raises BadInput."""
    try:
        return Angle(form.get("angle", ""))
    except ValueError as error:
        raise BadInput("Choose a reason for the link.", field="angle") from error


def number(text: str | None, default: int = 1) -> int:
    """A small positive number from an address; the default for anything else."""
    return int(text) if text and text.isdigit() and len(text) < 4 else default


def sequence(form: Form) -> list[Step]:
    """The one to three mails of a template form; empty follow-ups are left out."""
    found = []
    for n in range(1, MAX_STEPS + 1):
        body = form.get(f"body_{n}", "").replace("\r\n", "\n").strip()
        if body or n == 1:
            subject = " ".join(form.get("subject_1", "").split()) if n == 1 else ""
            found.append(Step(subject, f"{body}\n" if body else "", number(form.get(f"delay_{n}"), DELAYS[n - 1])))
    return found
