"""Which report a table is, where its header stands and what each column means. Pure.

By words first (formats, lookalikes), then by shape for Search Console in other languages and for plain lists of
addresses. What is neither is not guessed: it is refused with its header, so that a person can name the columns.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from crm import domains
from crm.gap import formats, headers, lookalikes, shapes
from crm.gap.formats import Signature
from crm.gap.headers import normal
from crm.vocabulary import Grain

_FIND_HOST = re.compile(
    r"(?:https?___|https?:/{2}|sc-domain[_:])?((?:[a-z0-9-]+\.)+[a-z]{2,24}|(?:[a-z0-9-]+\.)+xn--[a-z0-9-]+)(?![a-z0-9.])"
)
_ENDINGS = re.compile(r"(\.(csv|tsv|txt|xlsx?|zip|gz|head))+\Z", re.IGNORECASE)
VENDORS = (
    "ahrefs",
    "semrush",
    "majestic",
    "serpstat",
    "serped",
    "dataforseo",
    "buzzstream",
    "apollo",
    "hunter",
    "moz",
    "bing",
)
CAPS = frozenset({100, 1_000, 50_000, 100_000, 1_048_575})


@dataclass(frozen=True)
class Refusal:
    """Why a table cannot be used and what to export instead."""

    reason: str
    export_instead: str


@dataclass(frozen=True)
class Layout:
    """How to read one table."""

    tool: str
    report: str
    grain: Grain | None
    delimiter: str = ","
    header_at: int = -1  # number of records above the first data record, less one; -1: no header
    header: tuple[str, ...] = ()
    width: int = 0
    columns: Mapping[int, str] = field(default_factory=dict)
    rivals: Mapping[int, str] = field(default_factory=dict)  # column -> site named by a host-shaped header
    refused: Refusal | None = None
    target: str | None = None
    warnings: tuple[str, ...] = ()


def layout(
    samples: Mapping[str, Sequence[Sequence[str]]], filename: str, mapping: Mapping[str, str] | None = None
) -> Layout:
    """The best reading of a table from its first records under each delimiter.

    `mapping` is a person's {header: meaning}; it stands above every table. Refusals come back as a Layout, too.
    """
    best: tuple[float, Layout] | None = None
    for delimiter, rows in samples.items():
        for score, found in _readings(delimiter, rows, mapping):
            if best is None or score > best[0]:
                best = (score, found)
    if best is None or best[0] < 100:
        shaped = _by_shape(samples, filename)
        if shaped is not None:
            return shaped
    if best is None:
        delimiter, rows = max(samples.items(), key=lambda item: _steadiness(item[1]))
        return _unknown(delimiter, 0, rows[0] if rows else [""], filename)
    return _with_target(best[1], samples[best[1].delimiter], filename)


def _readings(
    delimiter: str, rows: Sequence[Sequence[str]], mapping: Mapping[str, str] | None
) -> list[tuple[float, Layout]]:
    found = []
    steady = _steadiness(rows)
    for at, row in enumerate(rows[:30]):
        if mapping is None and _is_data(row):
            continue
        words = [normal(cell) for cell in row]
        known = sum(1 for w in words if w in headers.MEANING) + sum(1 for cell in row if headers.host_shaped(cell))
        if mapping is None and not any(words):
            continue
        made = _mapped(delimiter, at, row, mapping) if mapping else _named(delimiter, at, row)
        if made is not None:
            found.append((1000 + 10 * known + steady - at / 100, made))
        elif known >= 2 and len(row) >= 2 and not any(_is_address(cell) for cell in row):
            if generic := _generic(delimiter, at, row):
                found.append((300 + 10 * known + steady - at / 100, generic))
            else:
                found.append((10 * known + steady - at / 100, _unknown(delimiter, at, row, "")))
    return found


def _named(delimiter: str, at: int, row: Sequence[str]) -> Layout | None:
    header = [cell.strip() for cell in row]
    refused = formats.signature(header, lookalikes.FIRST)
    signature = refused or formats.signature(header)
    if signature is None or (len(header) == 1 and signature.tool == "generic"):
        return None
    return _laid_out(delimiter, at, header, signature)


def _laid_out(delimiter: str, at: int, header: list[str], signature: Signature) -> Layout:
    columns = headers.meanings(header, signature.columns)
    rivals = {i: site for i, cell in enumerate(header) if (site := headers.host_shaped(cell))}
    refused = None
    if signature.grain is None:
        reason = (
            f"This is the {signature.tool.title()} report '{signature.report}'; it does not list who links to a site."
        )
        refused = Refusal(reason, signature.instead)
    return Layout(
        signature.tool,
        signature.report,
        signature.grain,
        delimiter,
        at,
        tuple(header),
        len(header),
        columns,
        rivals if signature.grain is Grain.GAP else {},
        refused=refused,
    )


def _mapped(delimiter: str, at: int, row: Sequence[str], mapping: Mapping[str, str]) -> Layout | None:
    header = [cell.strip() for cell in row]
    wanted = {normal(name): meaning for name, meaning in mapping.items()}
    columns = {i: wanted[normal(cell)] for i, cell in enumerate(header) if wanted.get(normal(cell))}
    if len(columns) < len([m for m in wanted.values() if m]):
        return None
    rest = headers.meanings(header, dict.fromkeys(wanted, ""))
    columns = {**{i: m for i, m in rest.items() if m not in columns.values()}, **columns}
    rivals = {i: site for i, cell in enumerate(header) if i not in columns and (site := headers.host_shaped(cell))}
    grain = _grain_of(set(columns.values()), rivals)
    if grain is None:
        return None
    return Layout("generic", "mapped by hand", grain, delimiter, at, tuple(header), len(header), columns, rivals)


def _grain_of(meanings: set[str], rivals: Mapping[int, str]) -> Grain | None:
    if "email" in meanings:
        return Grain.CONTACT
    if "source_url" in meanings:
        return Grain.GAP if rivals and "target_url" not in meanings else Grain.BACKLINK
    if "source_domain" in meanings:
        return Grain.GAP if rivals or "links_to" in meanings else Grain.DOMAIN
    return None


def _generic(delimiter: str, at: int, row: Sequence[str]) -> Layout | None:
    """A report of an unknown tool whose words say enough: a source with a target, or a domain with its links."""
    header = [cell.strip() for cell in row]
    columns = headers.meanings(header)
    has = set(columns.values())
    if {"source_url", "target_url"} <= has:
        grain, report = Grain.BACKLINK, "backlinks"
    elif "source_url" in has and has & {"anchor", "first_seen", "last_seen", "nofollow", "!nofollow"}:
        grain, report = Grain.BACKLINK, "linking pages"
    elif "source_domain" in has and has & {"backlinks", "dofollow_links"} and "keyword" not in map(normal, header):
        grain, report = Grain.DOMAIN, "referring domains"
    else:
        return None
    tool = next((v for v in VENDORS if any(v in normal(cell) for cell in header)), "generic")
    return Layout(tool, report, grain, delimiter, at, tuple(header), len(header), columns)


def _unknown(delimiter: str, at: int, row: Sequence[str], filename: str) -> Layout:
    header = tuple(cell.strip() for cell in row)
    tool = next((v for v in VENDORS if v in filename.casefold()), "generic")
    shown = ", ".join(cell[:30] for cell in header[:8] if cell)
    refused = Refusal(
        f"No known report has these columns: {shown or '(none)'}.",
        "a backlinks or referring-domains export, or name the columns by hand",
    )
    return Layout(tool, "unknown", None, delimiter, at, header, len(header), refused=refused)


def _by_shape(samples: Mapping[str, Sequence[Sequence[str]]], filename: str) -> Layout | None:
    for delimiter, rows in sorted(samples.items(), key=lambda item: -_steadiness(item[1])):
        shape = shapes.recognise(rows, filename)
        if shape is None:
            if _steadiness(rows) > 8:  # plainly a table of several columns: no other delimiter may see one column in it
                return None
            continue
        header = tuple(cell.strip() for cell in rows[0]) if shape.has_header else ()
        refused = None
        if shape.instead:
            reason = f"This is the {shape.tool.title()} report '{shape.report}'; it does not list who links to a site."
            refused = Refusal(reason, shape.instead)
        width = max((len(row) for row in rows), default=1) if shape.grain is not Grain.URL else 0
        made = Layout(
            shape.tool,
            shape.report,
            shape.grain,
            delimiter,
            0 if shape.has_header else -1,
            header,
            width,
            shape.columns,
            refused=refused,
        )
        return _with_target(made, rows, filename)
    return None


def _with_target(made: Layout, rows: Sequence[Sequence[str]], filename: str) -> Layout:
    preamble = [cell for row in rows[: max(0, made.header_at)] for cell in row]
    site = next((site for cell in preamble if (site := headers.host_shaped(cell))), None) or site_in_name(filename)
    return replace(made, target=site)


def site_in_name(filename: str) -> str | None:
    """The site a file name speaks of (`https___shop.example_-Latest links.csv`), or None."""
    text = _ENDINGS.sub("", filename.strip().lower())
    for found in _FIND_HOST.finditer(text):
        name = found.group(1).strip("-")
        if domains.has_known_suffix(name) and (site := domains.registrable(name)):
            return site
    return None


def _steadiness(rows: Sequence[Sequence[str]]) -> float:
    """0 to 9: how many of the first 50 records have the commonest number of cells, if that is more than one."""
    counts = [len(row) for row in rows[:50]]
    usual = max(set(counts), key=counts.count) if counts else 1
    return 9 * counts.count(usual) / len(counts) if usual > 1 else 0.0


def _is_data(row: Sequence[str]) -> bool:
    """Whether a record is plainly no header: it holds the address of a page, or it is one long text."""
    if len(row) == 1 and len(row[0]) > 200:
        return True
    return any(_is_address(cell) and not headers.host_shaped(cell) for cell in row)


def _is_address(cell: str) -> bool:
    return cell.strip().startswith(("http://", "https://"))
