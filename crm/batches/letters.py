"""One recipient, one step: the mail as it would leave, its marks for the preview, and what is wrong with it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crm.batches import lint
from crm.batches.fields import MAY_BE_EMPTY, Facts, clean, values
from crm.batches.lint import Draft, Finding
from crm.batches.openings import Opening, propose
from crm.batches.render import NotRendered, Piece, names_used, pieces, render
from crm.batches.starters import Step
from crm.vocabulary import Angle


@dataclass(frozen=True)
class Recipient:
    """All that one person's mails depend on. `written` are fields in a person's words, `words` whole mails by step;
    `kept` are the values as they stood at approval: they hold against later changes of the evidence. `first` is the
    wording of the first mail that this person gets, where the batch tests several."""

    key: str
    facts: Facts
    angle: Angle
    turn: int = 0
    site: str = ""
    own_domains: tuple[str, ...] = ()
    written: Mapping[str, object] = field(default_factory=dict)
    for_batch: Mapping[str, object] = field(default_factory=dict)
    kept: Mapping[str, object] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    long_allowed: bool = False
    first: Step | None = None


@dataclass(frozen=True)
class Letter:
    """A mail for one recipient. `fault` is set when it could not be rendered; then nothing may leave."""

    key: str
    step_no: int
    subject: str
    body: str
    pieces: tuple[Piece, ...]
    values: dict[str, str]
    used: frozenset[str]
    own_words: bool
    fault: str = ""


@dataclass(frozen=True)
class Filled:
    """The values of one recipient and where the first line came from: `proposed` until a person wrote one."""

    values: dict[str, str]
    opening: Opening
    proposed: bool


def fill(recipient: Recipient) -> Filled:
    """Every field for this recipient, the first line proposed from the evidence when nobody wrote one."""
    opening = propose(recipient.facts, recipient.angle, recipient.turn)
    made = values(
        recipient.facts, recipient.written, recipient.for_batch, recipient.kept, {"opening_line": opening.text}
    )
    return Filled(made, opening, not clean(recipient.written.get("opening_line")))


def letter(
    recipient: Recipient, steps: Sequence[Step], step_no: int, first_subject: str = "", known: Filled | None = None
) -> Letter:
    """The mail of step `step_no` (1-based). A follow-up answers `first_subject`, by default the rendered first one.
    `known` are the recipient's values when they were filled before."""
    filled = (known or fill(recipient)).values
    step = recipient.first if step_no == 1 and recipient.first else steps[step_no - 1]
    own = recipient.words.get(str(step_no))
    if own is not None:
        subject, body = clean(own.get("subject")), str(own.get("body", "")).strip()
        if step_no > 1:
            subject = _again(first_subject or _first_subject(recipient, steps, filled))
        return Letter(recipient.key, step_no, subject, body, (Piece(body),), filled, frozenset(), True)
    try:
        used = names_used(step.body) | names_used(step.subject)
        cut = tuple(pieces(step.body, filled))
        subject = clean(render(step.subject, filled)) if step_no == 1 else ""
        if step_no > 1:
            subject = _again(first_subject or _first_subject(recipient, steps, filled))
        return Letter(recipient.key, step_no, subject, render(step.body, filled), cut, filled, used, False)
    except (NotRendered, ValueError) as error:
        return Letter(recipient.key, step_no, "", "", (), filled, frozenset(), False, str(error))


def remarks(made: Letter, recipient: Recipient) -> list[Finding]:
    """What the checker says of one mail by itself."""
    if made.fault:
        return [Finding("not_rendered", "error", made.fault, "body")]
    missing = lint.missing(made.used, made.values, MAY_BE_EMPTY)
    return [*missing, *lint.check(draft_of(made, recipient))]


def draft_of(made: Letter, recipient: Recipient) -> Draft:
    """The same mail in the checker's terms. In a mail of one's own words every fact that stands in it counts."""
    used = made.used
    if made.own_words:
        used = frozenset(n for n, v in made.values.items() if len(v) > 3 and v in made.body)
    return Draft(
        key=made.key,
        step_no=made.step_no,
        subject=made.subject,
        body=made.body,
        values=made.values,
        used=used,
        uses_opening="opening_line" in made.used,
        own_domains=recipient.own_domains,
        site=recipient.site,
        long_allowed=recipient.long_allowed,
    )


def all_remarks(
    recipients: Sequence[Recipient], steps: Sequence[Step]
) -> tuple[dict[str, list[Letter]], dict[str, list[Finding]]]:
    """Every mail of a batch and every remark, by recipient. Each remark of a follow-up says of which."""
    letters = {}
    for r in recipients:
        known = fill(r)
        letters[r.key] = [letter(r, steps, n, known=known) for n in range(1, len(steps) + 1)]
    found: dict[str, list[Finding]] = {}
    for r in recipients:
        first, *rest = letters[r.key]
        found[r.key] = remarks(first, r)
        said = {f.rule for f in found[r.key]}
        found[r.key] += [f for later in rest for f in remarks(later, r) if f.rule not in said]
    firsts = [draft_of(letters[r.key][0], r) for r in recipients if not letters[r.key][0].fault]
    for key, more in lint.compare(firsts).items():
        found[key] += more
    return letters, found


def _first_subject(recipient: Recipient, steps: Sequence[Step], filled: Mapping[str, str]) -> str:
    own = recipient.words.get("1", {}).get("subject")
    return clean(own) if own else clean(render((recipient.first or steps[0]).subject, filled))


def _again(subject: str) -> str:
    return f"Re: {subject.removeprefix('Re: ')}"
