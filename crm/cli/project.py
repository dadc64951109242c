"""`flask project|competitor|target|suppress`: the ground of every job."""

from pathlib import Path

import click
from sqlalchemy import select

from crm.accounts import service as accounts
from crm.cli.output import emit, find_project, json_option, project_option
from crm.contacts import service as contacts
from crm.db import reading, transaction
from crm.models.accounts import Competitor, Project, User
from crm.models.contacts import Suppression
from crm.targets import service as targets
from crm.vocabulary import CompetitorKind, PageType

project = click.Group("project", help="Sites for which links are won.")
competitor = click.Group("competitor", help="Whose links we compare with.")
target = click.Group("target", help="Our own pages that shall be linked.")
suppress = click.Group("suppress", help="Whom never to write to.")


@project.command("add")
@click.argument("domain")
@click.option("--name", default="", help="Shown name; default: the domain.")
@click.option("--brand", multiple=True, help="A brand name; may be given several times.")
@click.option("--language", multiple=True, help="A market language (en, de ...); may be given several times.")
@click.option("--owner", default="", help="E-mail of the owner; made when there is no user yet.")
@json_option
def project_add(
    domain: str, name: str, brand: tuple[str, ...], language: tuple[str, ...], owner: str, as_json: bool
) -> None:
    """Add a site."""
    with transaction() as s:
        query = select(User).order_by(User.id)
        user = s.scalar(query.where(User.email == owner.lower()) if owner else query)
        if user is None:
            user = accounts.create_owner(s, email=owner or "owner@localhost.example", name="", password=None)
        made = accounts.create_project(
            s, user, domain=domain, name=name, brand_names=list(brand), languages=list(language)
        )
        data = {"id": made.public_id, "domain": made.domain, "name": made.name}
    emit(data, as_json, f"Project {data['domain']} is there.")


@project.command("list")
@json_option
def project_list(as_json: bool) -> None:
    """Every site of this installation."""
    with reading() as s:
        rows = [
            {"id": p.public_id, "domain": p.domain, "name": p.name} for p in s.scalars(select(Project).order_by("id"))
        ]
    emit(rows, as_json, "\n".join(f"{r['domain']}  {r['name']}" for r in rows) or "No project yet.")


@competitor.command("add")
@click.argument("address", nargs=-1, required=True)
@click.option("--kind", type=click.Choice([k.value for k in CompetitorKind]), default="serp")
@project_option
@json_option
def competitor_add(address: tuple[str, ...], kind: str, project_name: str | None, as_json: bool) -> None:
    """Add rivals by domain or page."""
    with transaction() as s:
        site = find_project(s, project_name)
        added = [accounts.add_competitor(s, site, a, kind=CompetitorKind(kind)) for a in address]
        rows = [{"letter": c.letter, "domain": c.domain, "url": c.url, "kind": c.kind} for c in added]
    emit(rows, as_json, "\n".join(f"{r['letter']}  {r['domain']}" for r in rows))


@competitor.command("list")
@project_option
@json_option
def competitor_list(project_name: str | None, as_json: bool) -> None:
    """The rivals of a project."""
    with reading() as s:
        site = find_project(s, project_name)
        query = select(Competitor).where(Competitor.project_id == site.id).order_by(Competitor.position)
        rows = [{"letter": c.letter, "domain": c.domain, "url": c.url, "kind": c.kind} for c in s.scalars(query)]
    emit(rows, as_json, "\n".join(f"{r['letter']}  {r['domain']}" for r in rows) or "No rivals yet.")


@target.command("add")
@click.argument("url")
@click.option("--type", "page_type", type=click.Choice([t.value for t in PageType]), default=None)
@click.option("--topic", default="")
@click.option("--keyword", multiple=True, help="May be given several times.")
@click.option("--weight", default=1.0, help="Business weight, 1 is normal.")
@project_option
@json_option
def target_add(
    url: str,
    page_type: str | None,
    topic: str,
    keyword: tuple[str, ...],
    weight: float,
    project_name: str | None,
    as_json: bool,
) -> None:
    """Add a page of yours that shall be linked."""
    kind = PageType(page_type) if page_type else None
    with transaction() as s:
        site = find_project(s, project_name)
        page = targets.add(s, site, url, page_type=kind, topic=topic, keywords=list(keyword), weight=weight)
        data = {"id": page.public_id, "url": page.url, "page_type": page.page_type, "weight": page.weight}
    emit(data, as_json, f"{data['url']} ({data['page_type']}) shall be linked.")


@target.command("list")
@project_option
@json_option
def target_list(project_name: str | None, as_json: bool) -> None:
    """The target pages of a project."""
    with reading() as s:
        rows = [
            {"id": p.public_id, "url": p.url, "page_type": p.page_type, "topic": p.topic, "weight": p.weight}
            for p in targets.targets(s, find_project(s, project_name))
        ]
    emit(rows, as_json, "\n".join(f"{r['url']}  {r['page_type']}" for r in rows) or "No target pages yet.")


@suppress.command("add")
@click.argument("value", nargs=-1, required=True)
@click.option("--reason", default="by_hand")
@project_option
@json_option
def suppress_add(value: tuple[str, ...], reason: str, project_name: str | None, as_json: bool) -> None:
    """Never write to these addresses or domains again."""
    with transaction() as s:
        home = find_project(s, project_name).organisation_id
        added = [_suppress_one(s, home, v, reason) for v in value]
    emit(added, as_json, "\n".join(f"never: {r['value']}" for r in added))


@suppress.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@project_option
@json_option
def suppress_import(file: Path, project_name: str | None, as_json: bool) -> None:
    """One address or domain a line (or the first column of a CSV)."""
    lines = [line.split(",")[0].strip().strip('"') for line in file.read_text("utf-8-sig").splitlines()]
    with transaction() as s:
        home = find_project(s, project_name).organisation_id
        added = [_suppress_one(s, home, v, "import") for v in lines if "." in v]
    emit({"read": len(lines), "suppressed": len(added)}, as_json, f"{len(added)} of {len(lines)} lines suppressed.")


@suppress.command("list")
@project_option
@json_option
def suppress_list(project_name: str | None, as_json: bool) -> None:
    """Everybody who is never written to."""
    with reading() as s:
        home = find_project(s, project_name).organisation_id
        query = select(Suppression).where(Suppression.organisation_id == home).order_by(Suppression.id)
        rows = [{"kind": r.kind, "value": r.value, "reason": r.reason, "at": r.created_at} for r in s.scalars(query)]
    emit(rows, as_json, "\n".join(f"{r['value']}  {r['reason']}" for r in rows) or "Nobody.")


def _suppress_one(s: object, organisation_id: int, value: str, reason: str) -> dict[str, str]:
    kind = "address" if "@" in value else "domain"
    row = contacts.suppress(s, organisation_id=organisation_id, kind=kind, value=value, reason=reason)  # type: ignore[arg-type]
    return {"kind": row.kind, "value": row.value}


commands = [project, competitor, target, suppress]
