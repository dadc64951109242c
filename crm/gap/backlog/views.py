"""Screens of the content backlog: ideas, the publications one wants, what became of an idea."""

from flask import Blueprint, Response, request, url_for

from crm.accounts import access
from crm.db import reading, transaction
from crm.gap import queries
from crm.gap.backlog import publications
from crm.gap.backlog import service as backlog
from crm.html import done, page
from crm.models.targets import ContentIdea


def register(bp: Blueprint) -> None:
    """Hang the screens onto the gap's."""
    bp.get("/gap/content")(content)
    bp.post("/gap/content/publications")(set_publications)
    bp.post("/gap/content/<public_id>/publish")(publish_idea)
    bp.post("/gap/content/<public_id>/dismiss")(dismiss_idea)


def content() -> Response:
    with reading() as s:
        project = access.current_project(s)
        ideas = queries.ideas(s, project)
        listed = backlog.listed_publications(project)
    kinds = publications.table([(i.asset_kind, i.evidence.get("publications", {})) for i in ideas])
    typed = publications.spoken(listed)
    return page("gap/content.html", ideas=ideas, typed=typed, kinds=kinds, offers=publications.OFFERS)


def set_publications() -> Response:
    with transaction() as s:
        n = backlog.set_publications(s, access.current_project(s), request.form.get("publications", ""), access.actor())
    return done(f"{n} kinds of publications are kept; the backlog is weighed anew.", url_for("gap.content"))


def publish_idea(public_id: str) -> Response:
    with transaction() as s:
        idea = access.scoped(s, ContentIdea, public_id)
        project = access.current_project(s)
        n = backlog.publish(s, project, idea, request.form.get("url", ""), access.actor())
    return done(f"{n} sites that waited for it can be pitched now.", url_for("gap.content"))


def dismiss_idea(public_id: str) -> Response:
    with transaction() as s:
        idea = access.scoped(s, ContentIdea, public_id)
        token = backlog.dismiss(s, access.current_project(s), idea, access.actor())
    return done(f"{idea.title} is off the backlog.", url_for("gap.content"), undo=token)
