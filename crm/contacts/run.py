"""What takes time with contacts: reading a prospect's pages for people, one prospect or many."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import clock, domains, fetched, work
from crm.adapters import blobs, dns
from crm.contacts import addresses, extract, service
from crm.contacts.providers import kinds
from crm.contacts.providers import run as providers
from crm.db import reading, transaction
from crm.errors import BadInput
from crm.gap import service as gap
from crm.gap.files import Unreadable
from crm.gap.reader import Rejected, Tally, tables
from crm.gap.rows import Row
from crm.models.accounts import Project
from crm.models.contacts import Contact, PersonAddress
from crm.models.gap import Import, LinkingPage
from crm.models.pages import FetchTask
from crm.models.prospects import Prospect
from crm.prospects import service as prospects
from crm.vocabulary import ContactKind, Grain, Stage

FOUND_BY = "page search"
JUST_READ = timedelta(hours=1)


@dataclass(frozen=True)
class FindResult:
    """What a search brought: addresses kept, pages read, the contact form if that is the only way, and why not."""

    n_contacts: int
    pages: list[str]
    form_url: str | None
    why: str


def find(prospect_id: int) -> FindResult:
    """Read the linking page, then author, contact and about pages of the site, and keep the people found there."""
    with reading() as s:
        prospect = s.get_one(Prospect, prospect_id)
        project = s.get_one(Project, prospect.project_id)
        query = select(LinkingPage.source_url, LinkingPage.target_url).where(LinkingPage.id == prospect.best_page_id)
        evidence = s.execute(query).first()
        linking = evidence.source_url if evidence else f"https://{prospect.domain}/"
    pages, why = _read(project.organisation_id, linking, prospect.domain)
    seen = _look_over(project, linking, evidence.target_url) if evidence and pages else {}
    found = extract.candidates(pages, prospect.domain)[:5]
    known, unasked = _known_elsewhere(project, prospect.domain, pages, found)
    with transaction() as s:
        row = s.get_one(Prospect, prospect_id)
        if seen:
            prospects.reassess(s, row, seen)
        for candidate in found:
            service.add(
                s,
                row,
                address=candidate.address,
                name=candidate.name,
                role=candidate.role,
                kind=candidate.kind,
                source_kind="page",
                source_url=candidate.source_url,
                method=candidate.method,
                confidence=candidate.confidence,
                found_by=FOUND_BY,
            )
        for service_kind, answer in known:
            _keep_answer(s, row, service_kind, answer)
    check_mail_hosts(project.organisation_id, prospect_id)
    form, n_found = extract.form_route(pages), len(found) + len(known)
    if not n_found and not why:
        why = "no address on these pages" + (", but a contact form" if form else "")
    return FindResult(
        n_found, [p.url for p in pages], form, "" if n_found else "; ".join(x for x in (why, unasked) if x)
    )


def _known_elsewhere(
    project: Project, domain: str, pages: list[extract.Read], found: list[extract.Candidate]
) -> tuple[list[tuple[str, kinds.Answer]], str]:
    """What address services with the user's own key know, asked only when the pages name no person. Guesses are left
    out unless the project takes them."""
    if any(c.kind == ContactKind.NAMED for c in found):
        return [], ""
    author = next((str(p.facts["author"]) for p in pages if p.is_linking_page and p.facts.get("author")), "")
    known, why = providers.ask(project.organisation_id, domain, author)
    takes_guesses = bool(project.settings.get("guessed_contacts"))
    fit = [(k, a) for k, a in known if takes_guesses or a.kind != ContactKind.GUESSED]
    fit = [(k, a) for k, a in fit if not addresses.is_forbidden(a.address)]
    return fit[:5], why or ("" if fit or not known else "the address service only guessed")


def _keep_answer(s: Session, prospect: Prospect, service_kind: str, answer: kinds.Answer) -> None:
    service.add(
        s, prospect, address=answer.address, name=answer.name, role=answer.role, kind=answer.kind,
        source_kind="provider", source_url=answer.source_url or f"https://{prospect.domain}/", method=service_kind,
        confidence=answer.confidence, found_by="Hunter" if service_kind == "hunter" else "address service",
    )  # fmt: skip


def check_mail_hosts(organisation_id: int, prospect_id: int) -> None:
    """Ask the name server whether the domains of a prospect's addresses take mail. A silent server changes nothing."""
    of_prospect = select(Contact.address_id).where(Contact.prospect_id == prospect_id)
    with reading() as s:
        rows = s.scalars(select(PersonAddress.normal).where(PersonAddress.id.in_(of_prospect))).all()
    takes: dict[str, bool] = {}
    for host in {normal.rpartition("@")[2] for normal in rows}:
        try:
            takes[host] = any(dns.default().mx(host))  # a null MX is an empty name
        except dns.NoAnswer:
            continue
    with transaction() as s:
        for row in s.scalars(select(PersonAddress).where(PersonAddress.id.in_(of_prospect))):
            row.mx_ok = takes.get(row.normal.rpartition("@")[2], row.mx_ok)


@work.handler("find_contacts")
def find_many(job: work.Running) -> None:
    """Search contacts for the prospects named in the job, or for the best ones without any."""
    ids = job.params.get("prospect_ids") or without_contact(job.project_id, int(job.params.get("limit", 100)))
    n_found = 0
    for n, prospect_id in enumerate(ids):
        job.progress(n, len(ids), "sites read")
        n_found += find(prospect_id).n_contacts > 0
    job.progress(len(ids), len(ids))
    job.result(sites=len(ids), with_contact=n_found)


def _read(organisation_id: int, linking: str, site: str) -> tuple[list[extract.Read], str]:
    """The pages that could be read, and why the first one could not (empty when it could)."""
    from crm.pages.run import read_now

    pages: list[extract.Read] = []
    why = ""
    first = read_now(organisation_id, linking, "contact")
    if first.facts:
        pages.append(extract.Read(first.final_url or linking, True, first.facts))
    else:
        why = first.why
    home = f"https://{site}/"
    if not pages or not extract.worth_reading(pages[0]):
        start = read_now(organisation_id, home, "contact")
        if start.facts:
            pages.append(extract.Read(start.final_url or home, False, start.facts))
    for url in extract.worth_reading(pages[-1]) if pages else []:
        page = read_now(organisation_id, url, "contact")
        if page.facts:
            pages.append(extract.Read(page.final_url or url, False, page.facts))
        sure = [c for c in extract.candidates(pages, site) if c.confidence >= 0.8]
        if sure:
            break
    return pages, "" if pages else why


def judge_read_pages() -> int:
    """Judge prospects whose linking page the worker's queue has read within the hour; returns how many.

    A prospect that was judged after the reading is left alone, so that the timetable may call this at any time.
    """
    same_page = (LinkingPage.source_key == FetchTask.url_key) & (Project.organisation_id == FetchTask.organisation_id)
    query = (
        select(Prospect.id, Prospect.inputs, FetchTask.done_at, LinkingPage.source_url, LinkingPage.target_url, Project)
        .join(LinkingPage, LinkingPage.id == Prospect.best_page_id)
        .join(Project, Project.id == Prospect.project_id)
        .join(FetchTask, same_page)
        .where(FetchTask.purpose == "linking_page", FetchTask.done_at > clock.now() - JUST_READ)
    )
    with reading() as s:
        rows = s.execute(query).all()
    n_judged = 0
    for prospect_id, inputs, read_at, linking, linked, project in rows:
        if (inputs or {}).get("page_at", "") >= read_at.isoformat():
            continue
        seen = _look_over(project, linking, linked)
        if seen:
            with transaction() as s:
                prospects.reassess(s, s.get_one(Prospect, prospect_id), seen)
            n_judged += 1
    return n_judged


def _look_over(project: Project, linking: str, linked: str) -> dict[str, Any]:
    """What the linking page tells of the prospect: its facts, its dead links, whether it names us. Empty when the
    page could not be read."""
    from crm.pages.outgoing.run import look_over
    from crm.pages.run import last_look

    page = last_look(project.organisation_id, linking)
    return look_over(project.id, page, linked=linked) if page is not None and page.outcome == fetched.OK else {}


def without_contact(project_id: int | None, limit: int) -> list[int]:
    """The best prospects of a project that have no contact yet."""
    with reading() as s:
        has = select(Contact.prospect_id).where(Contact.retired_at.is_(None))
        query = (
            select(Prospect.id)
            .where(
                Prospect.project_id == project_id,
                Prospect.stage.in_((Stage.PROSPECT.value, Stage.FOUND.value)),
                Prospect.id.not_in(has),
            )
            .order_by(Prospect.rank_value.desc(), Prospect.id)
            .limit(limit)
        )
        return list(s.scalars(query))


@dataclass(frozen=True)
class ImportResult:
    """What became of a contact file's lines: added + unchanged + rejected = rows read."""

    rows_read: int
    added: int
    unchanged: int
    rejected: list[tuple[int, str]]
    refused: str


def import_file(project_id: int, path: Path, filename: str, found_by: str) -> ImportResult:
    """Contacts from a file of Hunter, Apollo or any table with an e-mail column, each at its prospect.

    A line without a prospect at its domain is rejected by number and reason; the rest is stored in one transaction.
    """
    tally = Tally()
    try:
        found = tables(path, filename=filename)
    except Unreadable as error:
        return ImportResult(0, 0, 0, [], error.reason)
    usable = [t for t in found if t.layout.grain is Grain.CONTACT and not t.layout.refused]
    if not usable:
        return ImportResult(0, 0, 0, [], "This file has no e-mail column; export contacts with their addresses.")
    rows = list(usable[0].rows(tally))
    rejected = [(r.row, r.reason) for r in tally.rejected]
    added = 0
    with transaction() as s:
        for row in rows:
            if row.duplicate:
                continue
            problem = _keep(s, project_id, row, filename, found_by)
            if problem:
                rejected.append((row.number, problem))
            else:
                added += 1
    return ImportResult(tally.rows_read, added, tally.rows_read - added - len(rejected), rejected, "")


def _keep(s: Session, project_id: int, row: Row, filename: str, found_by: str) -> str:
    person = row.person
    if person is None or not person.email:
        return "no e-mail address in this line"
    site = row.source_domain or domains.registrable(person.email.rpartition("@")[2]) or ""
    prospect = s.scalar(select(Prospect).where(Prospect.project_id == project_id, Prospect.domain == site))
    if prospect is None:
        return f"no prospect at {site or 'this domain'} in the project"
    if person.do_not_contact:
        return "the file says not to contact this person"
    try:
        service.add(
            s,
            prospect,
            address=person.email,
            name=person.full_name or f"{person.first_name} {person.last_name}".strip(),
            role=person.role or "",
            kind=ContactKind.NAMED_VERIFIED if (person.status or "").lower() in ("verified", "valid") else None,
            source_kind="import",
            source_url=f"file:{filename}#row-{row.number}",
            method="contact file",
            confidence=min(0.95, (person.confidence or 60.0) / 100),
            found_by=found_by,
        )
    except BadInput as error:
        return error.message
    return ""


@work.handler("import_contacts")
def import_upload(job: work.Running) -> None:
    """A contact file that was dropped on the import screen; its lines are counted on the import like any other's."""
    with reading() as s:
        upload = s.get_one(Import, job.params["import_id"])
    found = import_file(upload.project_id, blobs.path(upload.sha256), upload.filename, "uploaded file")
    with transaction() as s:
        row = s.get_one(Import, upload.id)
        if found.refused:
            gap.fail(s, row, found.refused)
            return
        tally = Tally(found.rows_read, found.added, found.unchanged, [Rejected(n, why) for n, why in found.rejected])
        gap.finish(s, s.get_one(Project, row.project_id), row, tally, None)
    job.result(rows_read=found.rows_read, added=found.added, rejected=len(found.rejected))
