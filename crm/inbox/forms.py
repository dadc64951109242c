"""What the inbox's forms send."""

from dataclasses import dataclass
from datetime import date

from werkzeug.datastructures import MultiDict

from crm.errors import BadInput
from crm.vocabulary import OutcomeKind


@dataclass(frozen=True)
class OutcomeForm:
    """An outcome with what belongs to it: a note, a day to ask again, the page with the link."""

    kind: OutcomeKind
    note: str
    remind_on: date | None
    page_url: str


def outcome(form: MultiDict[str, str]) -> OutcomeForm:
    """Read the outcome buttons. Raises BadInput for an unknown word or a day that is none."""
    try:
        kind = OutcomeKind(form.get("outcome", ""))
    except ValueError as error:
        raise BadInput("Choose what happened.", field="outcome") from error
    given = form.get("remind_on", "").strip()
    try:
        day = date.fromisoformat(given) if given and kind is OutcomeKind.NOT_NOW else None
    except ValueError as error:
        raise BadInput("The day must look like 2027-02-18.", field="remind_on") from error
    return OutcomeForm(kind, form.get("note", "").strip()[:2000], day, form.get("page_url", "").strip()[:2000])
