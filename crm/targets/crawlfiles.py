"""Files about our own pages: a crawler's table (Screaming Frog, Sitebulb and the like) and Search Console's page
indexing export. Pure: bytes in, pages out."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from crm import charset, domains
from crm.errors import BadInput

MAX_UNPACKED = 60_000_000
MAX_ROWS = 200_000
_ADDRESS = ("address", "url", "adresse", "dirección", "indirizzo", "endereço", "page url", "loc", "urls", "アドレス")
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "status": ("status code", "http status code", "status-code", "statuscode", "código de respuesta", "code http"),
    "indexability": ("indexability", "indexierbarkeit", "indexable", "indexabilité", "indexabilidad"),
    "why": ("indexability status", "indexierbarkeitsstatus", "indexable status"),
    "title": ("title 1", "title", "titel 1", "titre 1", "título 1", "titolo 1"),
    "words": ("word count", "wortanzahl", "wortzahl", "nombre de mots", "recuento de palabras", "words"),
    "depth": ("crawl depth", "crawl-tiefe", "crawltiefe", "profondeur de crawl", "profundidad de rastreo", "depth"),
    "inlinks": ("unique inlinks", "inlinks", "eindeutige inlinks", "unique internal inlinks"),
    "seconds": ("response time", "antwortzeit", "temps de réponse", "tiempo de respuesta"),
    "canonical": ("canonical link element 1", "canonical", "canonical url"),
    "redirect": ("redirect url", "weiterleitungs-url", "url de redirection", "redirect uri"),
    "crawled_on": ("last crawled", "zuletzt gecrawlt", "letzter crawl", "dernière exploration", "último rastreo",
                   "ultima scansione"),
}  # fmt: skip
_REASON = ("issue", "problem", "problème", "problema", "grund", "reason", "motivo")


@dataclass(frozen=True)
class PagesFile:
    """`source` is screamingfrog or search_console; each page is (address, facts). `reason` is what Search Console says
    of all of them, "" when the file does not tell. `skipped` counts lines without an address of ours."""

    source: str
    pages: tuple[tuple[str, dict[str, Any]], ...]
    reason: str
    skipped: int


def read(body: bytes, filename: str, site: str, *, reason: str = "") -> PagesFile:
    """Read a file. `reason` is a person's word where the file does not say it. Raises BadInput with what is missing."""
    tables = _tables(body, filename)
    told = reason or next((r for t in tables.values() if (r := _reason_of(t))), "")
    for text in tables.values():
        rows = _rows(text)
        header = next(rows, [])
        columns = [" ".join(str(h).replace("\ufeff", "").split()).lower() for h in header]
        address = next((columns.index(name) for name in _ADDRESS if name in columns), None)
        at = {name: i for name, names in _COLUMNS.items() if (i := _first(columns, names)) is not None}
        if address is None or not (at.keys() - {"title"}):
            continue
        return _taken(rows, address, at, site, told)
    raise BadInput(
        f"{filename} is no table of own pages: it needs a column “Address” with “Status Code” (Screaming Frog: "
        "Internal, HTML), or “URL” with “Last crawled” (Search Console: Page indexing, one reason).",
        field="file",
    )


def _taken(rows: Iterator[list[str]], address: int, at: dict[str, int], site: str, reason: str) -> PagesFile:
    source = "search_console" if set(at) <= {"crawled_on", "title"} else "screamingfrog"
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    skipped = 0
    for n, row in enumerate(rows):
        url = row[address].strip() if address < len(row) else ""
        if n >= MAX_ROWS or domains.host(url) is None or not domains.is_within(url, site):
            skipped += 1
            continue
        facts = {name: v for name, i in at.items() if i < len(row) and (v := _value(name, row[i])) is not None}
        if source == "search_console":
            facts["reason"] = reason
        found[domains.url_key(url)] = (domains.normal_url(url), facts)
    return PagesFile(source, tuple(found.values()), reason, skipped)


def _tables(body: bytes, filename: str) -> dict[str, str]:
    if not body.startswith(b"PK"):
        return {filename: charset.decode(body)}
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as pack:
            infos = [i for i in pack.infolist() if i.filename.lower().endswith((".csv", ".tsv", ".txt"))][:20]
            if sum(i.file_size for i in infos) > MAX_UNPACKED:
                raise BadInput(f"{filename} unpacks to more than 60 MB.", field="file")
            return {i.filename: charset.decode(pack.read(i)) for i in infos}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise BadInput(f"{filename} cannot be unpacked; export it again as CSV.", field="file") from error


def _rows(text: str) -> Iterator[list[str]]:
    """The lines of a table from its header on. Screaming Frog writes the name of the report above it."""
    lines = text.lstrip("\ufeff").splitlines()
    first = next(
        (n for n, line in enumerate(lines[:5]) if re.search(r"[,;\t]", line) or line.strip().lower() in _ADDRESS), 0
    )
    head = lines[first] if lines else ""
    delimiter = max(",;\t", key=head.count)
    try:
        yield from csv.reader(io.StringIO("\n".join(lines[first:])), delimiter=delimiter)
    except csv.Error:
        return


def _reason_of(text: str) -> str:
    """The reason in Search Console's Metadata.csv: a line "Issue,Not found (404)"."""
    for row in list(_rows(text))[:10]:
        if len(row) == 2 and row[0].strip().lower() in _REASON and row[1].strip():
            return row[1].strip()
    return ""


def _first(columns: list[str], names: tuple[str, ...]) -> int | None:
    return next((columns.index(name) for name in names if name in columns), None)


def _value(name: str, text: str) -> Any:
    text = text.strip()
    if not text:
        return None
    if name in ("status", "words", "depth", "inlinks"):
        digits = re.sub(r"[^\d]", "", text.partition(".")[0])
        return int(digits) if digits else None
    if name == "seconds":
        try:
            value = float(text.replace(",", "."))
        except ValueError:
            return None
        return value / 1000 if value > 60 else value
    return text[:500]
