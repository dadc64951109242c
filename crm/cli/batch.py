"""`flask batch ...`: suggested groups, drafts, checks, approval, pause."""

from typing import Any

import click
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from crm.batches import queries, service
from crm.batches.desk.queries import mailboxes
from crm.batches.making.service import Made, must_hold_somebody
from crm.batches.overview import queries as overview
from crm.batches.pitches.queries import find as find_template
from crm.batches.suggest import SIZE, Group
from crm.cli.output import emit, find_project, json_option, project_option
from crm.db import reading, transaction
from crm.errors import BadInput, NotFound
from crm.journal import Actor
from crm.models.accounts import Project
from crm.models.batches import Batch
from crm.models.mailboxes import Mailbox
from crm.models.prospects import Prospect
from crm.vocabulary import Angle

COMMAND = Actor("user", "command line")
group = click.Group("batch", help="Make, check, approve and steer batches.")
batch_argument = click.argument("batch")


@group.command("suggest")
@click.option("--size", default=SIZE, show_default=True, help="People in one batch at most.")
@project_option
@json_option
def suggest(size: int, project_name: str | None, as_json: bool) -> None:
    """Show the groups worth mailing next, best first."""
    if not 1 <= size <= 100:
        raise BadInput("A batch holds 1 to 100 people.")
    with reading() as s:
        found = [_group(g) for g in overview.suggest(s, find_project(s, project_name), size)]
    lines = [
        f"{g['key']}: {len(g['prospects'])} people, {g['expected_links']:.1f} links expected, "
        f"{len(g['without_contact'])} without contact, {g['left']} left for later"
        for g in found
    ]
    emit(found, as_json, "\n".join(lines) or "No group is ready: accept prospects and find contacts first.")


@group.command("create")
@click.option("--group", "key", help="Key of a suggestion, as `batch suggest` shows it (default: the first).")
@click.option("--prospect", "domains", multiple=True, help="Domain of a prospect; may be repeated instead of --group.")
@click.option("--angle", type=click.Choice([a.value for a in Angle]), help="Reason for the link, with --prospect.")
@click.option("--template", "template_name", help="Name of an own template (default: the starter).")
@click.option("--mailbox", "address", help="Address to send from (default: the project's first mailbox).")
@click.option("--name", default="", help="Name of the batch.")
@click.option("--size", default=SIZE, show_default=True, help="People at most, with a suggestion.")
@project_option
@json_option
def create(
    key: str | None,
    domains: tuple[str, ...],
    angle: str | None,
    template_name: str | None,
    address: str | None,
    name: str,
    size: int,
    project_name: str | None,
    as_json: bool,
) -> None:
    """Make a draft from a suggestion or from named prospects."""
    with transaction() as s:
        project = find_project(s, project_name)
        people, chosen_angle, exploring = _choice(s, project, key, domains, angle, size)
        template = find_template(s, project, template_name).row if template_name else None
        box = _mailbox(s, project, address)
        made = service.create(s, project, people, chosen_angle, template, box, name, exploring=exploring, actor=COMMAND)
        must_hold_somebody(made, len(people))
        data = {**_batch(s, made.batch), "left_out": [{"domain": d, "reason": r} for d, r in made.left_out]}
    emit(data, as_json, lambda: _text(data) + _left(made))


@group.command("list")
@project_option
@json_option
def list_batches(project_name: str | None, as_json: bool) -> None:
    """List the batches with their figures, newest first."""
    with reading() as s:
        rows = [
            {
                "id": c.batch.public_id,
                "name": c.batch.name,
                "angle": c.batch.angle,
                "state": c.batch.state,
                "people": c.people,
                "held": c.held,
                "sent": c.sent,
                "replies": c.replies,
                "placed": c.placed,
            }
            for c in overview.batches(s, find_project(s, project_name))
        ]
    text = "\n".join(
        "{id}  {state:8} {people:3} people {sent:3} mailed {placed:2} placed  {name}".format(**r) for r in rows
    )
    emit(rows, as_json, text or "No batch yet. `flask batch create` makes one.")


@group.command("show")
@batch_argument
@click.option("--mails", is_flag=True, help="Print every first mail in full.")
@project_option
@json_option
def show(batch: str, mails: bool, project_name: str | None, as_json: bool) -> None:
    """Show a batch: who is ready, who is held and why, and the mails."""
    with reading() as s:
        data = _batch(s, _find(s, project_name, batch), mails)
    emit(data, as_json, lambda: _text(data))


@group.command("approve")
@batch_argument
@project_option
@json_option
def approve(batch: str, project_name: str | None, as_json: bool) -> None:
    """Start the sequence for everybody who is ready; the held wait."""
    with transaction() as s:
        found = _find(s, project_name, batch)
        started = service.approve(s, found, COMMAND)
        held = len(queries.composition(s, found).held)
        data = {"id": found.public_id, "name": found.name, "started": started, "held": held}
    emit(data, as_json, f"{data['name']}: {started} scheduled, {held} held.")


@group.command("pause")
@batch_argument
@click.option("--reason", default="", help="Why, for the journal.")
@project_option
@json_option
def pause(batch: str, reason: str, project_name: str | None, as_json: bool) -> None:
    """Let nothing of a batch leave until it is resumed."""
    _steer("pause", batch, project_name, as_json, reason)


@group.command("resume")
@batch_argument
@project_option
@json_option
def resume(batch: str, project_name: str | None, as_json: bool) -> None:
    """Go on with a paused batch."""
    _steer("resume", batch, project_name, as_json)


@group.command("stop")
@batch_argument
@project_option
@json_option
def stop(batch: str, project_name: str | None, as_json: bool) -> None:
    """End a batch for everybody; no follow-up leaves."""
    _steer("stop", batch, project_name, as_json)


@group.command("copy")
@batch_argument
@project_option
@json_option
def copy(batch: str, project_name: str | None, as_json: bool) -> None:
    """Make a new draft with the same words; no people, no dates."""
    with transaction() as s:
        project = find_project(s, project_name)
        new = service.copy(s, project, _find(s, project_name, batch), COMMAND)
        data = {"id": new.public_id, "name": new.name}
    emit(data, as_json, f"{data['name']} ({data['id']})")


def _steer(verb: str, batch: str, project_name: str | None, as_json: bool, reason: str = "") -> None:
    with transaction() as s:
        found = _find(s, project_name, batch)
        words = service.steer(s, found, verb, COMMAND, reason)
        data = {"id": found.public_id, "name": found.name, "state": found.state}
    emit(data, as_json, words)


def _choice(
    s: Session, project: Project, key: str | None, domains: tuple[str, ...], angle: str | None, size: int
) -> tuple[list[Prospect], Angle, frozenset[int]]:
    if domains:
        if angle is None:
            raise BadInput("Say the reason for the link with --angle.")
        query = select(Prospect).where(Prospect.project_id == project.id, Prospect.domain.in_(domains))
        people = list(s.scalars(query.order_by(Prospect.rank_value.desc(), Prospect.id)))
        missing = sorted(set(domains) - {p.domain for p in people})
        if missing:
            raise NotFound(f"No prospect {', '.join(missing)} in {project.domain}. See `flask prospects list`.")
        return people, Angle(angle), frozenset()
    found = overview.suggest(s, project, size)
    chosen = next((g for g in found if g.picked and key in (None, g.key)), None)
    if chosen is None:
        raise NotFound("There is no such suggestion now. See `flask batch suggest`.")
    people = overview.prospects_of(s, project, [p.candidate.id for p in chosen.picked])
    exploring = {p.candidate.id for p in chosen.picked if p.exploring}
    return people, chosen.angle, frozenset(p.id for p in people if p.public_id in exploring)


def _mailbox(s: Session, project: Project, address: str | None) -> Mailbox | None:
    boxes = mailboxes(s, project)
    if address is None:
        return boxes[0] if boxes else None
    box = next((b for b in boxes if b.address.lower() == address.lower()), None)
    if box is None:
        raise NotFound(f"No mailbox {address} here. See `flask mailbox list`.")
    return box


def _find(s: Session, project_name: str | None, batch: str) -> Batch:
    project = find_project(s, project_name)
    query = select(Batch).where(Batch.project_id == project.id, or_(Batch.public_id == batch, Batch.name == batch))
    row = s.scalar(query.order_by(Batch.id.desc()).limit(1))
    if row is None:
        raise NotFound(f"No batch “{batch}”. See `flask batch list`.")
    return row


def _group(g: Group) -> dict[str, Any]:
    return {
        "key": g.key,
        "angle": g.angle.value,
        "link_type": g.link_type,
        "page_type": g.page_type,
        "expected_links": round(g.expected_links, 3),
        "prospects": [{"id": p.candidate.id, "domain": p.candidate.domain, "exploring": p.exploring} for p in g.picked],
        "without_contact": [c.domain for c in g.without_contact],
        "left": g.left,
    }


def _batch(s: Session, batch: Batch, mails: bool = False) -> dict[str, Any]:
    view = queries.composition(s, batch)
    people = [
        {
            "id": a.recipient.key,
            "domain": a.recipient.site,
            "name": a.name,
            "address": a.address,
            "state": a.enrollment.state,
            "held": a.held if a.composing else "",
            "findings": [{"rule": f.rule, "level": f.level, "words": f.words} for f in a.findings],
            "subject": a.letters[0].subject,
            **({"body": a.letters[0].body} if mails else {}),
        }
        for a in view.addressees
    ]
    return {
        "id": batch.public_id,
        "name": batch.name,
        "angle": batch.angle,
        "state": batch.state,
        "steps": len(view.steps),
        "ready": len(view.ready),
        "held": len(view.held),
        "first_day": view.ahead.first_day,
        "blockers": [f.words for f in view.verdict.blockers],
        "warnings": [f.words for f in view.verdict.warnings],
        "people": people,
    }


def _text(data: dict[str, Any]) -> str:
    lines = [f"{data['name']} ({data['id']}), {data['state']}: {data['ready']} ready, {data['held']} held"]
    lines += [f"  ! {words}" for words in data["blockers"]] + [f"  - {words}" for words in data["warnings"]]
    for person in data["people"]:
        lines.append(f"  {person['domain']}  {person['address']}  {person['held'] or person['state']}")
        if "body" in person:
            lines += ["", f"    {person['subject']}", "", *(f"    {row}" for row in person["body"].splitlines()), ""]
    return "\n".join(lines)


def _left(made: Made) -> str:
    return "".join(f"\n  left out: {domain} ({why})" for domain, why in made.left_out)
