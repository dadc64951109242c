"""Five export files as five tools would write them about this web: one for each rival and one for our own site."""

import csv
import io
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from random import Random

from crm.practice.cast import EPOCH, OWN, RIVALS, Kind, World
from crm.practice.dice import dice
from crm.practice.dirt import Row, maybe, number, rows_for

AHREFS = [
    "Referring page title",
    "Referring page URL",
    "Language",
    "Platform",
    "Referring page HTTP code",
    "Domain rating",
    "UR",
    "Domain traffic",
    "Referring domains",
    "Linked domains",
    "External links",
    "Page traffic",
    "Keywords",
    "Target URL",
    "Left context",
    "Anchor",
    "Right context",
    "Redirect Chain URLs",
    "Redirect Chain status codes",
    "Type",
    "Is spam",
    "Content",
    "Nofollow",
    "UGC",
    "Sponsored",
    "Rendered",
    "Raw",
    "Lost status",
    "Drop reason",
    "Discovered status",
    "First seen",
    "Last seen",
    "Lost",
    "Author",
    "Page type",
    "Page category",
    "Links in group",
]
SEMRUSH = [
    "Page ascore",
    "Source title",
    "Source url",
    "Target url",
    "Anchor",
    "External links",
    "Internal links",
    "Nofollow",
    "Sponsored",
    "Ugc",
    "Text",
    "Frame",
    "Form",
    "Image",
    "Sitewide",
    "First seen",
    "Last seen",
    "New link",
    "Lost link",
]
MAJESTIC = [
    "Target URL",
    "Source URL",
    "Anchor Text",
    "Source Crawl Date",
    "Source First Found Date",
    "FlagNoFollow",
    "FlagImageLink",
    "FlagRedirect",
    "FlagFrame",
    "FlagOldCrawl",
    "FlagAltText",
    "FlagMention",
    "Source Citation Flow",
    "Source Trust Flow",
    "Target Citation Flow",
    "Target Trust Flow",
    "Source Topical Trust Flow Topic 0",
]
MOZ = [
    "URL ",
    "Title",
    "Anchor Text",
    "Spam Score",
    "Page Authority",
    "Domain Authority",
    "Linking Domains",
    "Target URL",
    "HTTP Status Code",
]


def write_all(whole: World, folder: Path) -> list[Path]:
    """Write the five files into `folder` (made if it is missing) and return their paths, own site last."""
    folder.mkdir(parents=True, exist_ok=True)
    day = EPOCH.strftime("%Y-%m-%d")
    files = {
        f"{RIVALS[0]}-backlinks-subdomains_{day}_07-40-12.csv": ahrefs(whole),
        f"{RIVALS[1]}-backlinks.csv": semrush(whole),
        f"{RIVALS[2]}-majestic-backlinks.csv": majestic(whole),
        f"inbound-links-{RIVALS[3]}.csv": moz(whole),
        f"https___{OWN}_-Latest links-{day}.csv": search_console(whole),
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in files]


def ahrefs(whole: World) -> bytes:
    """UTF-16LE with a byte-order mark, TAB, everything quoted, under a .csv name."""
    r = dice(whole.seed, "ahrefs")
    lines = [_ahrefs_line(r, row) for row in rows_for(whole, RIVALS[0])]
    text = _csv([AHREFS, *lines], delimiter="\t", quoting=csv.QUOTE_ALL, lineterminator="\n")
    return b"\xff\xfe" + text.encode("utf-16-le")


def _ahrefs_line(r: Random, row: Row) -> list[str]:
    seen = f"{row.first_seen} {r.randint(0, 23):02}:{r.randint(0, 59):02}:{r.randint(0, 59):02}"
    last = f"{row.last_seen} 05:26:40"
    redirect = row.kind == "redirect"
    return [
        row.title,
        row.source_url,
        row.language,
        row.platform,
        str(row.status),
        number(r, row.dr),
        number(r, row.ur),
        maybe(r, number(r, row.traffic)),
        str(r.randint(1, 90)),
        str(row.linked_domains),
        str(row.external),
        number(r, row.page_traffic),
        str(r.randint(0, 300)),
        row.target_url,
        row.before,
        row.anchor,
        row.after,
        f"https://go.{RIVALS[0]}/x" if redirect else "",
        "301" if redirect else "",
        row.kind,
        str(row.spam).lower(),
        "true",
        str(row.nofollow).upper() if r.random() < 0.1 else str(row.nofollow).lower(),
        str(row.ugc).lower(),
        str(row.sponsored).lower(),
        "false",
        "true",
        "linkremoved" if row.lost else "",
        "",
        "linkfound",
        seen,
        last,
        last if row.lost else "",
        row.author,
        row.page_type,
        "",
        str(row.sitewide),
    ]


def semrush(whole: World) -> bytes:
    """UTF-8 with a byte-order mark, commas; booleans in words; a few rows are too short."""
    r = dice(whole.seed, "semrush")
    lines = []
    for row in rows_for(whole, RIVALS[1]):
        line = [
            number(r, round(row.dr * 0.8)),
            row.title,
            row.source_url,
            row.target_url,
            row.anchor,
            str(row.external),
            str(row.internal),
            _b(row.nofollow),
            _b(row.sponsored),
            _b(row.ugc),
            _b(row.kind == "text"),
            "false",
            "false",
            _b(row.kind == "image"),
            _b(row.sitewide > 2),
            str(row.first_seen),
            str(row.last_seen),
            _b((EPOCH.date() - row.first_seen).days < 60),
            _b(row.lost),
        ]
        lines.append(line[: r.randint(3, 12)] if r.random() < 0.004 else line)
    return b"\xef\xbb\xbf" + _csv([SEMRUSH, *lines], lineterminator="\n").encode()


def majestic(whole: World) -> bytes:
    """Commas, CRLF; a flag is blank or any text; some rows have a broken quote or one cell too many."""
    r = dice(whole.seed, "majestic")
    out = []
    for row in rows_for(whole, RIVALS[2]):
        line = [
            row.target_url,
            row.source_url,
            row.anchor,
            f"{row.last_seen:%d %b %Y}",
            f"{row.first_seen:%d %b %Y}",
            "+" if row.nofollow else "",
            "+" if row.kind == "image" else "",
            "+" if row.kind == "redirect" else "",
            "",
            "+" if row.lost else "",
            "",
            "",
            number(r, round(row.dr * 0.7)),
            number(r, round(row.dr * 0.55)),
            "31",
            "24",
            r.choice(("Business", "Business/Accounting", "Computers/Software", "")),
        ]
        out.append([*line, "stray cell"] if r.random() < 0.006 else line)
    text = _csv([MAJESTIC, *out], lineterminator="\r\n")
    return text.replace(",stray cell", ',"stray" cell').encode()


def moz(whole: World) -> bytes:
    """Five lines and a blank before the header; addresses without a scheme; a header with a space at its end."""
    r = dice(whole.seed, "moz")
    rule = "-" * 72
    preamble = f"{rule}\nInbound Links to,{RIVALS[3]}\nSorted by,page_authority\nFilter,all\n{rule}\n\n"
    lines = []
    for row in rows_for(whole, RIVALS[3]):
        spam = str(r.randint(60, 95)) if row.spam else maybe(r, str(r.randint(1, 30)), 0.1)
        bare = row.source_url.replace("https://", "").replace("http://", "")
        lines.append(
            [
                bare,
                row.title,
                row.anchor,
                spam,
                number(r, round(row.ur + 12)),
                number(r, round(row.dr * 0.9)),
                number(r, r.randint(1, 6000), "comma"),
                row.target_url.replace("https://", ""),
                str(row.status or ""),
            ]
        )
    return (preamble + _csv([MOZ, *lines], lineterminator="\n")).encode()


def search_console(whole: World) -> bytes:
    """What links to us: two columns, newest crawl first."""
    r = dice(whole.seed, "console")
    rows = sorted(rows_for(whole, OWN), key=lambda row: (row.last_seen, row.source_url), reverse=True)
    lines = [[row.source_url, str(row.last_seen)] for row in rows if not row.lost]
    boards = [site for site in whole.sites.values() if site.kind is Kind.SPAM][:8]
    for n, site in enumerate(boards):
        for k in range(r.randint(2, 9)):
            day = EPOCH.date() - timedelta(days=30 + 7 * n + k)
            lines.append([f"https://{site.domain}/out/{n}-{k}?u={OWN}", str(day)])
    return _csv([["Linking page", "Last crawled"], *lines], lineterminator="\n").encode()


def _b(value: bool) -> str:
    return "true" if value else "false"


def _csv(lines: Iterable[list[str]], **how: object) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, **how).writerows(lines)  # type: ignore[arg-type]
    return out.getvalue()
