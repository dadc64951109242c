"""The inbox: who needs an answer, the conversation, and what happened."""

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session

from crm.accounts import access
from crm.accounts.access import public
from crm.adapters import keys
from crm.db import reading, transaction
from crm.html import done, page
from crm.inbox import forms
from crm.inbox.deciding import service
from crm.inbox.following import service as following
from crm.inbox.meanings import FIRST, MORE
from crm.inbox.showing import queries
from crm.models.accounts import Project
from crm.models.mail import Thread
from crm.outbox import optout
from crm.outbox import service as outbox
from crm.outcomes import consequences

bp = Blueprint("inbox", __name__)


@bp.get("/inbox")
def index() -> Response:
    tab = request.args.get("tab", "needs")
    tab = tab if tab in queries.TABS else "needs"
    with reading() as s:
        project = access.current_project(s)
        found = queries.rows(s, project, tab, request.args.get("page", 1, type=int))
        first = access.scoped(s, Thread, found[0].public_id) if found else None
        return _page(s, project, tab, found, first, listing=True)


@bp.get("/inbox/<public_id>")
def thread(public_id: str) -> Response:
    with reading() as s:
        project = access.current_project(s)
        chosen = access.scoped(s, Thread, public_id)
        tab = request.args.get("tab") or queries.tab_of(chosen)
        return _page(s, project, tab, queries.rows(s, project, tab), chosen, listing=False)


@bp.post("/inbox/<public_id>/outcome")
def outcome(public_id: str) -> Response:
    asked = forms.outcome(request.form)
    with transaction() as s:
        project = access.current_project(s)
        chosen = access.scoped(s, Thread, public_id)
        words, token = _decided(s, chosen, asked)
        following = queries.next_waiting(s, project, chosen)
        url = url_for("inbox.thread", public_id=following.public_id) if following else url_for("inbox.index")
    return done(words, url, undo=token)


@bp.post("/inbox/<public_id>/reply")
def reply(public_id: str) -> Response:
    with transaction() as s:
        project = access.current_project(s)
        chosen = access.scoped(s, Thread, public_id)
        message = outbox.send_reply(s, chosen, request.form.get("text", ""), access.actor())
        token = outbox.undo_reply(s, message, project.id, access.user_id())
        service.answered_by_hand(s, chosen)
        to = message.rcpt
    return done(f"Answer to {to} leaves in 15 seconds.", url_for("inbox.thread", public_id=public_id), undo=token)


@bp.post("/inbox/<public_id>/contact")
def contact(public_id: str) -> Response:
    with transaction() as s:
        chosen = access.scoped(s, Thread, public_id)
        service.propose_contact(
            s, chosen, request.form.get("address", ""), request.form.get("name", ""), access.actor()
        )
    return done(
        "Added as a contact of this site; the answer is its source.", url_for("inbox.thread", public_id=public_id)
    )


@bp.post("/inbox/unplaced/<public_id>")
def place(public_id: str) -> Response:
    with transaction() as s:
        project = access.current_project(s)
        inbound = next((m for m in queries.unplaced(s, project) if m.public_id == public_id), None)
        chosen = access.scoped(s, Thread, request.form.get("thread", ""))
        service.place_by_hand(s, inbound, chosen, access.actor())
    return done("Put into the conversation.", url_for("inbox.thread", public_id=chosen.public_id))


@bp.get("/u/<token>")
@public
def opt_out(token: str) -> Response:
    """Shows a form and changes nothing: scanners follow every link of a mail."""
    return page("inbox/opt_out.html", token=token, said=False, project=None)


@bp.post("/u/<token>")
@public
def opted_out(token: str) -> Response:
    """A person's click, or the one-click request of a mail program. The same answer for a token that is none."""
    named = optout.named(keys.keys("unsubscribe"), token)
    if named is not None:
        with transaction() as s:
            following.opted_out_by_link(s, named)
    return page("inbox/opt_out.html", token=token, said=True, project=None)


csrf_exempt = [opted_out]


def _page(
    s: Session, project: Project, tab: str, found: list[queries.Row], chosen: Thread | None, *, listing: bool
) -> Response:
    numbers = queries.counts(s, project)
    ids = [row.public_id for row in found]
    at = ids.index(chosen.public_id) if chosen is not None and chosen.public_id in ids else -1
    return page(
        "inbox/index.html", view=tab, rows=found, counts=numbers, sorted_today=queries.sorted_today(s, project),
        unplaced=queries.unplaced(s, project), c=queries.conversation(s, chosen) if chosen is not None else None,
        listing=listing, at=at + 1,
        prev=ids[at - 1] if at > 0 else None, next=ids[at + 1] if 0 <= at < len(ids) - 1 else None,
        first=FIRST, more=MORE, words={k: consequences.of(k).words for k in (*FIRST, *MORE)},
    )  # fmt: skip


def _decided(s: Session, thread: Thread, asked: forms.OutcomeForm) -> tuple[str, str]:
    return service.decide(
        s,
        thread,
        asked.kind,
        actor=access.actor(),
        user_id=access.user_id(),
        note=asked.note,
        remind_on=asked.remind_on,
        page_url=asked.page_url,
    )
