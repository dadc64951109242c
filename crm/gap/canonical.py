"""From the cells of a line to a canonical row. Pure."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from crm import domains
from crm.gap import values
from crm.gap.detect import Layout
from crm.gap.rows import Habits, Metric, NotUsable, Person, Row
from crm.vocabulary import Grain

Build = Callable[[int, Sequence[str]], Row]
_DATES = ("first_seen", "last_seen", "lost_at")
_WHOLE: tuple[str, ...] = (
    "source_http",
    "target_http",
    "external_links",
    "internal_links",
    "linked_domains",
    "page_keywords",
)
_WHOLE += ("backlinks", "dofollow_links")
_REAL = ("page_traffic", "domain_traffic")
_FLAGS = ("nofollow", "ugc", "sponsored", "sitewide", "is_spam", "is_lost")
LIVE_REASONS = ("", "live", "active", "found", "ok", "new")
_KIND_FLAGS = {
    "is_image": "image",
    "is_frame": "frame",
    "is_form": "form",
    "is_redirect": "redirect",
    "is_mention": "mention",
    "is_text": "text",
}
FLAG_COLUMNS = frozenset({*_FLAGS, "!nofollow", "group_size", "kind", *_KIND_FLAGS})  # what `flags` reads by itself
_TEXTS = {
    "source_title": "source_title",
    "anchor": "anchor",
    "ctx_before": "ctx_before",
    "ctx_after": "ctx_after",
    "lost_reason": "lost_reason",
    "author": "author",
    "page_type": "page_type",
    "country": "country",
    "ip": "ip",
}
_KINDS = {"text": "text", "image": "image", "img": "image", "a": "text", "href": "text", "textlink": "text"}
_KINDS |= {"imagelink": "image", "redirect": "redirect", "form": "form", "frame": "frame", "iframe": "frame"}
_KINDS |= {"mention": "mention", "anchor": "text", "canonical": "redirect", "rss": "text", "alternate": "text"}


def habits(layout: Layout, sample: Sequence[Sequence[str]]) -> Habits:
    """How this file writes numbers and dates, from its first records."""
    commas, day_first = set(), {}
    for i, meaning in layout.columns.items():
        cells = [row[i] for row in sample if i < len(row)]
        if meaning in _DATES:
            if (leads := values.day_first(cells)) is not None:
                day_first[i] = leads
        elif values.comma_is_decimal(cells):
            commas.add(i)
    return Habits(frozenset(commas), day_first)


def builder(layout: Layout, how: Habits) -> Build:
    """A function from (record number, cells) to a Row for this layout. It raises NotUsable with the reason."""
    column = {meaning: i for i, meaning in layout.columns.items()}
    scored = metric_columns(layout)
    grain = layout.grain or Grain.BACKLINK
    singles = plan(layout, how)

    def build(number: int, cells: Sequence[str]) -> Row:
        found: dict[str, object] = {"metrics": metrics(cells, scored, how)}
        _source(found, cells, column, grain, layout)
        _target(found, cells, column)
        _plain(found, cells, singles)
        flags(found, cells, column, layout)
        if grain is Grain.GAP:
            _links(found, cells, column, layout)
        if grain is Grain.CONTACT:
            found["person"] = _person(cells, column)
        return Row(grain=grain, number=number, raw=tuple(cells), **found)  # type: ignore[arg-type]

    return build


def _source(
    found: dict[str, object], cells: Sequence[str], column: Mapping[str, int], grain: Grain, layout: Layout
) -> None:
    at = column.get("source_url")
    url = cells[at].strip() if at is not None else ""
    site = url or (cells[column["source_domain"]].strip() if "source_domain" in column else "")
    if layout.report == "ranks":  # Common Crawl writes names the other way round
        site = ".".join(reversed(site.split(".")))
    place = domains.address(site)
    if place is None:
        if grain is Grain.CONTACT:
            return
        raise NotUsable(_why_no_address(site))
    found["source_host"], found["source_domain"] = place.host, place.site
    if url:
        found["source_text"], found["source_url"], found["source_key"] = url, place.url, place.key


def _why_no_address(text: str) -> str:
    if not text:
        return "the source address is empty"
    shown = text if len(text) <= 80 else text[:77] + "..."
    if "@" in text.partition("//")[2].partition("/")[0] or text.startswith("mailto:"):
        return f"'{shown}' holds a user name or mail address, not a web page"
    return f"'{shown}' is not a web address"


def _target(found: dict[str, object], cells: Sequence[str], column: Mapping[str, int]) -> None:
    at = column.get("target_url")
    text = cells[at].strip() if at is not None else ""
    if not text:
        return
    place = domains.address(text)
    if place is None:
        raise NotUsable(f"the target: {_why_no_address(text)}")
    found["target_url"], found["target_domain"], found["target_key"] = place.url, place.site, place.key


Parser = Callable[[str], object]


def plan(layout: Layout, how: Habits) -> list[tuple[str, int, Parser]]:
    """(field, column, parser) of the columns that are read one by one; decided once per file."""
    plan: list[tuple[str, int, Parser]] = []
    for at, meaning in layout.columns.items():
        if meaning in _TEXTS:
            plan.append((_TEXTS[meaning], at, str.strip))
        elif meaning in _WHOLE:
            plan.append((meaning, at, partial(values.integer, comma=at in how.commas)))
        elif meaning in _REAL:
            plan.append((meaning, at, partial(values.number, comma=at in how.commas)))
        elif meaning in _DATES:
            plan.append((meaning, at, partial(values.day, day_leads=how.day_first.get(at))))
        elif meaning in ("languages", "platforms"):
            plan.append((meaning, at, _listed))
        elif meaning == "page_category":
            plan.append((meaning, at, lambda cell: tuple(p.strip() for p in cell.split(";") if p.strip())))
        elif meaning == "redirect_chain":
            plan.append((meaning, at, lambda cell: tuple(cell.split())))
    return plan


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(part.strip().lower() for part in cell.split(",") if part.strip())


def _plain(found: dict[str, object], cells: Sequence[str], plan: Sequence[tuple[str, int, Parser]]) -> None:
    for name, at, parse in plan:
        if cells[at]:
            found[name] = parse(cells[at])


def flags(found: dict[str, object], cells: Sequence[str], column: Mapping[str, int], layout: Layout) -> None:
    """Fill in the yes-no fields and the kind of link; `found` holds `lost_at` and `lost_reason` where known."""
    majestic = layout.tool == "majestic"
    for name in _FLAGS:
        if (at := column.get(name)) is not None:
            found[name] = _flag(cells[at], name, majestic)
    if (at := column.get("!nofollow")) is not None and "nofollow" not in found:
        follows = values.truth(cells[at])
        found["nofollow"] = None if follows is None else not follows
    if (at := column.get("group_size")) is not None:
        size = values.integer(cells[at])
        found["links_in_group"] = size
        found["sitewide"] = None if size is None else size > 1
    if found.get("is_lost") is None and ("lost_at" in column or "lost_reason" in column):
        reason = str(found.get("lost_reason", "")).casefold()
        found["is_lost"] = found.get("lost_at") is not None or reason not in LIVE_REASONS
    found["kind"] = _kind(cells, column, majestic)


def _flag(cell: str, name: str, majestic: bool) -> bool | None:
    known = values.truth(cell, blank_is_false=majestic)
    if known is None and name == "nofollow" and cell.strip():
        words = cell.casefold().replace(",", " ").split()
        return True if "nofollow" in words else (False if words and set(words) <= {"follow", "dofollow"} else None)
    return known


def _kind(cells: Sequence[str], column: Mapping[str, int], majestic: bool) -> str:
    if (at := column.get("kind")) is not None and (word := cells[at].strip().casefold().replace(" ", "")):
        return _KINDS.get(word, "unknown")
    for meaning, kind in _KIND_FLAGS.items():
        if (at := column.get(meaning)) is not None and values.truth(cells[at], blank_is_false=majestic):
            return kind
    return "text" if majestic else "unknown"


def metric_columns(layout: Layout) -> list[tuple[int, tuple[str, ...]]]:
    """(column, (vendor, name, level)) of every score."""
    return [(i, tuple(m.split()[1:])) for i, m in layout.columns.items() if m.startswith("m ")]


def metrics(
    cells: Sequence[str] | Mapping[int, str], wanted: Sequence[tuple[int, tuple[str, ...]]], how: Habits
) -> tuple[Metric, ...]:
    """The scores of a line, in the order of the columns."""
    found = []
    for at, (vendor, name, level) in wanted:
        value = values.number(cells[at], comma=at in how.commas, whole=False)
        if value is not None:
            found.append(Metric(vendor, name, level, value))
    return tuple(found)


def _links(found: dict[str, object], cells: Sequence[str], column: Mapping[str, int], layout: Layout) -> None:
    links: dict[str, int] = {}
    pages: dict[str, str] = {}
    for at, site in layout.rivals.items():
        text = cells[at].strip()
        if text.casefold() in ("", "-", "–", "0", "false", "no", "n/a", "na", "none"):
            continue
        count = values.integer(text)
        links[site] = links.get(site, 0) + (count if count and count > 0 else 1)
        if domains.host(text.split()[0]) and count is None:
            pages[site] = text.split()[0]
    if (listed := column.get("links_to")) is not None:
        for name in cells[listed].replace(",", ";").split(";"):
            if (named := domains.registrable(name.strip())) is not None:
                links[named] = links.get(named, 0) + 1
    found["links"], found["link_pages"] = links, pages


def _person(cells: Sequence[str], column: Mapping[str, int]) -> Person:
    def text(name: str) -> str:
        at = column.get(name)
        return cells[at].strip() if at is not None else ""

    if "@" not in text("email").strip("@"):
        shown = text("email")
        raise NotUsable(f"'{shown[:80]}' is not a mail address" if shown else "the mail address is empty")
    return Person(
        text("email"),
        text("first_name"),
        text("last_name"),
        text("full_name"),
        text("role"),
        text("company"),
        values.number(text("confidence"), whole=False),
        text("email_status"),
        values.truth(text("do_not_contact")),
    )
