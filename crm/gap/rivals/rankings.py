"""Ranking files: which table lists who stands where for a keyword, and its rows. Pure.

Three shapes: one line per result with keyword, place and address (result pages, organic keywords); one line per result
of a single keyword that only the file name tells; one line per keyword with a column per site (keyword gap).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from crm import domains
from crm.gap import values
from crm.gap.headers import host_shaped, normal
from crm.gap.reader import Rejected, Table, Tally
from crm.gap.records import Broken, records

_WORDS = {
    "keyword": "Keyword; Keyphrase; Key phrase; Phrase; Query; Search term; Search query; ph; Top queries; Queries; "
    "Suchbegriff; Mot-clé; Palabra clave; Parola chiave; Palavra-chave; Zoekwoord; Słowo kluczowe; Nøgleord; "
    "Nyckelord; Anahtar kelime; Ключевое слово; Запрос; キーワード; 关键词; 關鍵字; 키워드; מילת מפתח",
    "position": "Position; Current position; Organic position; Rank; Pos; Pos.; po; Rank absolute; Rank group; "
    "Ranking; Average position; Posición; Posizione; Posição; Positie; Pozycja; Posisjon; Platz; Rang; "
    "Позиция; 順位; 排名; 순위",
    "url": "URL; Current URL; Page; Landing page; Address; Result URL; Result; Ranking URL; Page URL; Adresse; "
    "Dirección; Indirizzo; Endereço",
    "site": "Domain; Site; Website; Root domain",
    "title": "Title; Page title",
    "volume": "Volume; Search Volume; nq; Avg. monthly searches; MSV; Monthly volume; Suchvolumen; "
    "Volume de recherche; Volumen de búsqueda",
    "difficulty": "KD; Keyword Difficulty; Difficulty; KD %; Keyword Difficulty Index",
    "traffic": "Traffic; Organic traffic; Current organic traffic; Search Traffic",
    "ref_domains": "Domains; Ref. domains; Referring domains; Linking domains; Ref.Domains; RefDomains; "
    "Root domains linking",
    "backlinks": "Backlinks; Links; Total backlinks",
    "dr": "DR; Domain Rating; DA; Domain Authority; Authority Score; AS; Domain ascore",
    "on": "Date; Current date; Timestamp; Updated; Last update; Last updated; SERP updated; Checked on; Crawled",
    "kind": "Type; Position Type; Result type; Item type",
}
MEANING = {normal(word): to for to, listed in _WORDS.items() for word in listed.split(";")}
# What a person may call a column of a ranking file on the mapper screen.
SPOKEN = {
    "keyword": "keyword",
    "position": "place in the results",
    "url": "address of the result",
    "volume": "searches a month",
    "ref_domains": "referring domains of the result",
    "on": "day of the result page",
}
_SITE_COLUMN = re.compile(r"\A\s*(\S+?)(?::(?!//)|[\s(]|\Z)(.*)\Z", re.DOTALL)
_PLACE = frozenset(["", "position", "organicposition", "currentposition", "pos", "rank", "positions", "ranking"])
_PAGE = frozenset(["url", "page", "pages", "currenturl", "organicurl", "landingpage", "rankingurl"])
_DAY = re.compile(r"(20\d\d)[-_.]?([01]\d)[-_.]?([0-3]\d)")
_NOT_OF_A_KEYWORD = re.compile(
    r"google(?:[_ -][a-z]{2})?|serps?|overview|ahrefs|semrush|export|results?|\d{2}[-_]\d{2}[-_]\d{2}"
    r"|20\d\d[-_.]?\d\d[-_.]?\d\d"
)
FURTHEST = 200  # places beyond are no places


@dataclass(frozen=True, slots=True)
class Rank:
    """One result: who stands where for a keyword. None: the file does not say."""

    keyword: str
    url: str
    site: str
    position: int
    on: date | None = None
    volume: int | None = None
    difficulty: float | None = None
    ref_domains: int | None = None
    backlinks: int | None = None
    dr: float | None = None
    title: str = ""


@dataclass(frozen=True)
class Ranking:
    """How to read one ranking file. `sites`: column -> (site, "position" or "url") of a keyword gap."""

    table: Table
    columns: Mapping[str, int]
    sites: Mapping[int, tuple[str, str]]
    keyword: str = ""  # of a file that holds one result page
    speaks_of: str = ""  # site of a file that names no addresses
    day: date | None = None

    def rows(self, tally: Tally) -> Iterator[Rank]:
        """Every result in order; each line is counted as accepted, a duplicate or rejected."""
        yield from _rows(self, tally)


def recognise(
    table: Table, filename: str, mapping: Mapping[str, str] | None = None, keyword: str = ""
) -> Ranking | None:
    """The way to read a table as rankings, or None when it lists none.

    `mapping` is a person's {header: meaning}; `keyword` names the one of a file that holds a single result page.
    """
    header = table.layout.header
    named = {normal(name): meaning for name, meaning in (mapping or {}).items()}
    columns: dict[str, int] = {}
    sites: dict[int, tuple[str, str]] = {}
    for number, cell in enumerate(header):
        if (site := _site_column(cell)) and normal(cell) not in named:
            sites[number] = site
            continue
        meaning = named.get(normal(cell), "" if named.get("keyword") else MEANING.get(normal(cell), ""))
        if meaning in _WORDS and (normal(cell) in named or meaning not in columns):
            columns[meaning] = number
    single = {"position", "url"} <= columns.keys() and columns.keys() & {"ref_domains", "backlinks", "dr"}
    in_name = _keyword_in(filename) if single else ""
    one = "" if "keyword" in columns else keyword or in_name
    speaks_of = table.layout.target or ""
    places = "position" in columns and bool({"url", "site"} & columns.keys() or speaks_of)
    compared = "keyword" in columns and any(what == "position" for _site, what in sites.values())
    alone = not one or "url" in columns
    if not (("keyword" in columns or one) and alone and (places or compared)):
        return None
    if "linkingpage" in map(normal, header) or "source_url" in table.layout.columns.values():
        return None
    return Ranking(table, columns, sites if compared else {}, plain(one), speaks_of, day_in(filename))


def plain(text: str) -> str:
    """A keyword as it is stored: lower case, single spaces."""
    return " ".join(text.casefold().split())[:200]


def day_in(filename: str) -> date | None:
    """The day that a file name carries (`2026-11-20`, `20261120`), or None."""
    for year, month, day in _DAY.findall(filename):
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            continue
    return None


def _site_column(cell: str) -> tuple[str, str] | None:
    """(site, what) of a column such as `rival.com`, `rival.com: URL` or `rival.com (pages)`."""
    found = _SITE_COLUMN.match(cell)
    site = host_shaped(found.group(1)) if found else None
    if found is None or site is None:
        return None
    rest = normal(found.group(2))
    what = "position" if rest in _PLACE else "url" if rest in _PAGE else ""
    return site, what


def _keyword_in(filename: str) -> str:
    name = re.sub(r"(\.(csv|tsv|txt|xlsx|zip|gz))+\Z", "", filename.rpartition("/")[2].casefold())
    words = re.sub(r"[_\-.+()]+", " ", _NOT_OF_A_KEYWORD.sub(" ", name)).split()
    return " ".join(w for w in words if not w.isdigit())


def _rows(ranking: Ranking, tally: Tally) -> Iterator[Rank]:
    layout = ranking.table.layout
    tally.warnings.extend(ranking.table.part.warnings)
    stream = records(
        ranking.table.part, layout.delimiter, cell_limit=ranking.table.limits.cell, width=len(layout.header)
    )
    body = islice(stream, layout.header_at + 1, None)
    sample = list(islice(body, 200))
    read = _Reader(ranking, sample)
    seen: set[tuple[str, ...]] = set()
    for source in (sample, body):
        for cells in source:
            tally.rows_read += 1
            reason, found = read.line(cells)
            if reason:
                tally.rejected.append(Rejected(tally.rows_read, reason))
                continue
            mark = tuple(f"{r.keyword}\n{r.url}\n{r.on}" for r in found) or (read.cell(cells, "keyword"),)
            if mark in seen:
                tally.duplicates += 1
                continue
            seen.add(mark)
            tally.accepted += 1
            yield from found


class _Reader:
    """Lines of one file to results, with the file's habits of writing numbers and days."""

    def __init__(self, ranking: Ranking, sample: Sequence[list[str]]) -> None:
        self._ranking, self._width = ranking, len(ranking.table.layout.header)
        full = [row for row in sample if len(row) == self._width]
        self._comma = {name: values.comma_is_decimal([row[at] for row in full]) for name, at in ranking.columns.items()}
        days = ranking.columns.get("on")
        self._day_leads = values.day_first([row[days] for row in full]) if days is not None else None

    def cell(self, cells: Sequence[str], name: str) -> str:
        """The text under a meaning; empty when the file has no such column."""
        at = self._ranking.columns.get(name)
        return cells[at].strip() if at is not None and at < len(cells) else ""

    def line(self, cells: list[str]) -> tuple[str, list[Rank]]:
        """(why it cannot be used, results of this line)."""
        if isinstance(cells, Broken):
            return cells.reason, []
        if len(cells) != self._width:
            return f"{len(cells)} cells where the header has {self._width}", []
        keyword = plain(self.cell(cells, "keyword")) or self._ranking.keyword
        if not keyword:
            return "no keyword", []
        kind = normal(self.cell(cells, "kind"))
        if kind and not any(word in kind for word in ("organic", "featured", "snippet")):
            return f"not an organic result ({self.cell(cells, 'kind')[:40]})", []
        if self._ranking.sites:
            return "", self._compared(cells, keyword)
        return self._result(cells, keyword)

    def _result(self, cells: Sequence[str], keyword: str) -> tuple[str, list[Rank]]:
        position = self._place(self.cell(cells, "position"))
        if position is None:
            return "no place in the results", []
        address = self.cell(cells, "url") or self.cell(cells, "site") or self._ranking.speaks_of
        site = domains.registrable(address)
        if site is None:
            return f"{address[:80] or 'an empty cell'} is not an address", []
        return "", [self._rank(cells, keyword, domains.normal_url(address), site, position)]

    def _compared(self, cells: Sequence[str], keyword: str) -> list[Rank]:
        pages = {site: cells[at].strip() for at, (site, what) in self._ranking.sites.items() if what == "url"}
        found = []
        for at, (site, what) in self._ranking.sites.items():
            position = self._place(cells[at]) if what == "position" else None
            if position is not None:
                page = pages.get(site, "")
                url = domains.normal_url(page) if domains.host(page) else f"https://{site}/"
                found.append(self._rank(cells, keyword, url, site, position))
        return found

    def _rank(self, cells: Sequence[str], keyword: str, url: str, site: str, position: int) -> Rank:
        single = not self._ranking.sites
        day = values.day(self.cell(cells, "on"), day_leads=self._day_leads) if self.cell(cells, "on") else None
        whole = {name: self._number(cells, name) for name in ("volume", "ref_domains", "backlinks")}
        return Rank(
            keyword,
            url,
            site,
            position,
            day or self._ranking.day,
            volume=whole["volume"],
            difficulty=values.number(self.cell(cells, "difficulty"), whole=False),
            ref_domains=whole["ref_domains"] if single else None,
            backlinks=whole["backlinks"] if single else None,
            dr=values.number(self.cell(cells, "dr"), whole=False) if single else None,
            title=self.cell(cells, "title")[:200],
        )

    def _number(self, cells: Sequence[str], name: str) -> int | None:
        found = values.integer(self.cell(cells, name), comma=self._comma.get(name, False))
        return found if found is not None and found >= 0 else None

    def _place(self, text: str) -> int | None:
        found = values.number(text.strip().lstrip("#"), whole=False)
        return round(found) if found is not None and 1 <= found <= FURTHEST else None


def meanings(ranking: Ranking) -> dict[int, str]:
    """{column: meaning} for the preview; a site's columns carry its name."""
    named = {at: name for name, at in ranking.columns.items()}
    return {**named, **{at: f"{what} of {site}" for at, (site, what) in ranking.sites.items() if what}}
