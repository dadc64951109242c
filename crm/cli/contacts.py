"""`flask contacts import|find|list`: whom to write to."""

from pathlib import Path

import click
from sqlalchemy import select

from crm.cli.output import emit, find_project, json_option, project_option
from crm.contacts import queries, run
from crm.db import reading
from crm.errors import BadInput, NotFound
from crm.models.prospects import Prospect

group = click.Group("contacts", help="Whom to write to.")


@group.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@project_option
@json_option
def import_contacts(files: tuple[Path, ...], project_name: str | None, as_json: bool) -> None:
    """Contacts from files of Hunter, Apollo or any table with an e-mail column."""
    with reading() as s:
        project_id = find_project(s, project_name).id
    results = []
    for file in files:
        found = run.import_file(project_id, file, file.name, "import by command")
        if found.refused:
            raise BadInput(f"{file.name}: {found.refused}")
        rejected = [{"row": row, "reason": reason} for row, reason in found.rejected]
        results.append(
            {
                "file": str(file),
                "rows_read": found.rows_read,
                "added": found.added,
                "unchanged": found.unchanged,
                "rejected": rejected,
            }
        )
    emit(results, as_json, lambda: "\n".join(f"{r['file']}: {r['added']} of {r['rows_read']} added" for r in results))


@group.command("find")
@click.argument("domain", nargs=-1)
@click.option("--limit", default=25, help="Without domains: so many of the best prospects without a contact.")
@project_option
@json_option
def find(domain: tuple[str, ...], limit: int, project_name: str | None, as_json: bool) -> None:
    """Read the pages of prospects for people to write to."""
    with reading() as s:
        project = find_project(s, project_name)
        query = select(Prospect.id, Prospect.domain).where(Prospect.project_id == project.id)
        wanted = {row[1]: row[0] for row in s.execute(query.where(Prospect.domain.in_(domain)))} if domain else {}
    missing = [d for d in domain if d not in wanted]
    if missing:
        raise NotFound(f"No prospect {', '.join(missing)} in this project.")
    ids = list(wanted.values()) or run.without_contact(project.id, limit)
    results = []
    for prospect_id in ids:
        found = run.find(prospect_id)
        results.append({"prospect": prospect_id, "contacts": found.n_contacts, "pages": found.pages, "why": found.why})
    n = sum(r["contacts"] > 0 for r in results)  # type: ignore[operator]
    emit(results, as_json, f"{n} of {len(results)} sites have a contact now.")


@group.command("list")
@click.option("--limit", default=50)
@project_option
@json_option
def list_contacts(limit: int, project_name: str | None, as_json: bool) -> None:
    """Contacts with the page each was found on."""
    with reading() as s:
        rows = [
            {
                "domain": r.prospect.domain,
                "address": r.address.address,
                "name": r.person.name,
                "kind": r.contact.kind,
                "source": r.contact.source_url,
                "method": r.contact.method,
                "found_at": r.contact.found_at,
            }
            for r in queries.contacts(s, find_project(s, project_name))[:limit]
        ]
    emit(rows, as_json, "\n".join(f"{r['domain']}  {r['address']}  {r['source']}" for r in rows) or "No contacts yet.")
