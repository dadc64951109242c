"""Visits that placed links bring, read from files of analytics tools. Pure.

Known: Google Analytics 4 (exports of "Traffic acquisition" or free form, with # lines on top), Plausible (sources or
referrers) and any table with a column of sources and one of visits. Only sources that are sites count.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from crm import domains
from crm.errors import BadInput

_SOURCE = ("session source / medium", "session source/medium", "session source", "source / medium", "source",
           "referrer", "referrers", "page referrer", "full referrer", "name", "referring site", "website",
           "sitzung – quelle/medium", "quelle/medium", "quelle / medium", "quelle", "source / support",
           "fuente / medio", "fuente", "sorgente/mezzo", "sorgente / mezzo", "verweis")  # fmt: skip
_LANDING = (
    "landing page + query string",
    "landing page",
    "entry page",
    "page path",
    "page path and screen class",
    "page",
    "zielseite",
    "page de destination",
    "página de destino",
    "pagina di destinazione",
)
_SESSIONS = (
    "sessions",
    "visits",
    "visitors",
    "total users",
    "users",
    "unique visitors",
    "sitzungen",
    "besuche",
    "besucher",
    "sesiones",
    "sessioni",
    "visiteurs",
)
_ENGAGED = ("engaged sessions", "engaged", "sitzungen mit interaktionen", "sesiones con interacción")
_CONVERSIONS = (
    "key events",
    "conversions",
    "goal conversions",
    "goals",
    "total conversions",
    "schlüsselereignisse",
    "eventos clave",
)
_DAY = re.compile(r"(start|end) ?date\W+(\d{4})-?(\d{2})-?(\d{2})", re.IGNORECASE)
_TOTALS = frozenset({"grand total", "total", "totals", "(not set)", "(direct)", "direct / none", "google", "bing"})


@dataclass(frozen=True)
class Visits:
    """Visits from one site to one page of ours in the file's time."""

    source_domain: str
    landing_url: str
    sessions: int
    engaged: int
    conversions: float


@dataclass(frozen=True)
class ReferralFile:
    """What a file says. Days are None when it does not tell its time; `skipped` counts lines of no site."""

    rows: tuple[Visits, ...]
    starts_on: date | None
    ends_on: date | None
    skipped: int


def read(text: str) -> ReferralFile:
    """Read an export. Raises BadInput with the columns that are missing."""
    days = {m.group(1).lower(): date(int(m[2]), int(m[3]), int(m[4])) for m in _DAY.finditer(text[:4000])}
    lines = [line for line in text.lstrip("\ufeff").splitlines() if line.strip() and not line.startswith("#")]
    if not lines:
        raise BadInput("This file is empty.", field="file")
    delimiter = max(",;\t", key=lines[0].count)
    table = csv.DictReader(io.StringIO("\n".join(lines)), delimiter=delimiter)
    columns = {(name or "").strip().lower(): name for name in table.fieldnames or []}
    source, sessions = _column(columns, _SOURCE), _column(columns, _SESSIONS)
    if source is None or sessions is None:
        raise BadInput(
            "This is no export of visits: it needs a column with the source and one with sessions.", field="file"
        )
    found, skipped = _sum(table, columns, source, sessions)
    return ReferralFile(tuple(found), days.get("start"), days.get("end"), skipped)


def _sum(
    table: Iterable[Mapping[str, str | None]], columns: Mapping[str, str], source: str, sessions: str
) -> tuple[list[Visits], int]:
    landing, engaged = _column(columns, _LANDING), _column(columns, _ENGAGED)
    converted = _column(columns, _CONVERSIONS)
    totals: dict[tuple[str, str], list[float]] = {}
    skipped = 0
    for row in table:
        site = _site(row.get(source) or "")
        if site is None:
            skipped += 1
            continue
        kept = totals.setdefault((site, (row.get(landing) or "").strip() if landing else ""), [0.0, 0.0, 0.0])
        for i, column in enumerate((sessions, engaged, converted)):
            kept[i] += _number(row.get(column) or "") if column else 0.0
    return [Visits(site, page, int(n), int(e), c) for (site, page), (n, e, c) in totals.items()], skipped


def _site(text: str) -> str | None:
    """The site of "blog.example / referral" or of a full address; None for channels and totals."""
    name = re.split(r"\s+/\s+", text.strip())[0].strip().lower()
    if not name or name in _TOTALS or "." not in name:
        return None
    return domains.registrable(name)


def _column(columns: Mapping[str, str], wanted: tuple[str, ...]) -> str | None:
    return next((columns[w] for w in wanted if w in columns), None)


def _number(text: str) -> float:
    cleaned = re.sub(r"[^\d.,-]", "", text)
    if "," in cleaned and "." not in cleaned and re.fullmatch(r"\d{1,3}(,\d{3})+", cleaned) is None:
        cleaned = cleaned.replace(",", ".")
    try:
        return max(0.0, float(cleaned.replace(",", "")))
    except ValueError:
        return 0.0
