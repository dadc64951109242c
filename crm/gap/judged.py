"""What the machine thinks of one row of an export: signs for the classifier, noise, link type, project facts. Pure."""

from dataclasses import dataclass

from crm import domains
from crm.gap.rows import Row
from crm.prospects import noise
from crm.prospects.classify import Assessed, assess
from crm.prospects.noise import Around, Noise
from crm.prospects.signs import PageSigns
from crm.vocabulary import Grain


@dataclass(frozen=True, slots=True)
class Judged:
    """A row with the machine's opinion; `flags` are facts of the project and of time, never noise."""

    row: Row
    assessed: Assessed
    flags: list[Noise]


def signs(row: Row) -> PageSigns:
    """What the classifier may know of a row. A row without a page stands for the home page of its site."""
    return PageSigns(
        source_url=row.source_url or f"https://{row.source_domain}/",
        title=row.source_title,
        anchor=row.anchor,
        ctx_before=row.ctx_before,
        ctx_after=row.ctx_after,
        kind=row.kind,
        nofollow=row.nofollow,
        external_links=row.external_links,
        page_type=row.page_type,
        platform=",".join(row.platforms),
        target_url=row.target_url,
        language=row.languages[0] if row.languages else "",
        brands=brands_of(row.target_domain),
        ugc=row.ugc,
        sponsored=row.sponsored,
        sitewide=row.sitewide,
        is_spam=row.is_spam,
        is_lost=row.is_lost,
        source_http=row.source_http,
        target_http=row.target_http,
        links_in_group=row.links_in_group,
        internal_links=row.internal_links,
        page_category=";".join(row.page_category),
        author=row.author,
    )


def brands_of(site: str) -> tuple[str, ...]:
    """The name a domain carries: `kilnworks.example` is Kilnworks. Empty for no domain."""
    name = domains.display(site).partition("/")[0].removeprefix("www.").partition(".")[0]
    return (name,) if name else ()


def judge(row: Row, around: Around) -> Judged:
    """Noise and link type of a row, and what the project knows of its site."""
    page = signs(row)
    facts = noise.flags(page, around)
    if row.duplicate:
        facts.append(Noise("duplicate", "the same page and target stand on an earlier line"))
    return Judged(row, assess(page), facts)


def judgeable(row: Row) -> bool:
    """Whether a row speaks of a linking site at all (a contact does not)."""
    return row.grain is not Grain.CONTACT
