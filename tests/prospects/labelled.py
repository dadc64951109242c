"""Labelled linking pages: our own made ones and rows of real exports, cut into a development and a test half.

The halves are cut by a hash of the registrable domain, so that no site is in both. Rows of real exports are stored by
file and row only; their text is read from the corpora beside the checkout.
"""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from crm import domains
from crm.gap import judged, reader
from crm.prospects.classify import assess
from crm.prospects.signs import PageSigns

HERE = Path(__file__).resolve().parents[1] / "specimens" / "labels"
EXPORTS = Path(__file__).resolve().parents[3] / "shared" / "corpora" / "exports"
NOISE, LINKABLE = "noise", "linkable"  # linkable: the type cannot be told from the row


@dataclass(frozen=True)
class Labelled:
    page: PageSigns
    label: str
    origin: str  # made, probes, unseen or real

    @property
    def half(self) -> str:
        if self.origin in ("probes", "unseen"):
            return "dev"
        site = domains.registrable(self.page.source_url) or self.page.source_url
        return "test" if hashlib.sha256(site.encode()).digest()[0] % 2 else "dev"


def made(name: str = "made") -> Iterator[Labelled]:
    """Pages of our own making; `probes` (words and names that mislead) and `unseen` belong to the development half."""
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            page = PageSigns(
                source_url=row["source_url"],
                title=row["title"],
                anchor=row["anchor"],
                ctx_before=row["ctx_before"],
                kind=row["kind"],
                nofollow=True if row["nofollow"] else None,
                external_links=int(row["external_links"]) if row["external_links"] else None,
                target_url=row["target_url"],
                target_http=int(row["target_http"]) if row["target_http"] else None,
                ugc=True if row["ugc"] else None,
                is_spam=True if row["is_spam"] else None,
                our_brands=("Tidyclock",),
            )
            yield Labelled(page, row["label"], name)


def real() -> Iterator[Labelled]:
    """Rows of real exports; nothing where the corpora are absent."""
    if not EXPORTS.is_dir():
        return
    with (HERE / "real.csv").open(encoding="utf-8", newline="") as file:
        wanted = {(row["file"], int(row["row"])): row["label"] for row in csv.DictReader(file)}
    for name in sorted({file for file, _ in wanted}):
        for table in reader.tables(EXPORTS / name)[:1]:
            for row in table.rows(reader.Tally()):
                if (label := wanted.get((name, row.number))) is not None:
                    yield Labelled(judged.signs(row), label, "real")


def said(one: Labelled) -> str:
    """What the machine says of a page: noise or a link type."""
    found = assess(one.page)
    return NOISE if found.noise else str(found.classified.link_type)
