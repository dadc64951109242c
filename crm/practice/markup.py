"""Pages as HTML, in the manner of the software that the site runs on."""

import json
from collections.abc import Iterable
from html import escape

from crm.practice.cast import Kind, Link, Page, Person, Site
from crm.practice.dice import dice, slug

OTHERS = (
    "A page about paper",
    "Chamber of commerce",
    "The printers' guild",
    "City library",
    "Weather for the weekend",
    "A dictionary of trades",
    "The bicycle map",
    "Train times",
)


def render(site: Site, page: Page, placed: Iterable[Link] = ()) -> str:
    """The whole page; `placed` are links that its owner added since the world began."""
    body = _body(site, page, tuple(placed))
    head = (
        f"<title>{escape(page.title)}{' | ' + escape(site.name) if page.path != '/' else ''}</title>"
        f'<meta charset="utf-8"><meta name="viewport" content="width=device-width">{_meta(site, page)}'
    )
    frame = {"wordpress": _wordpress, "hugo": _hugo, "ghost": _ghost}.get(site.look, _handmade)
    return f'<!doctype html><html lang="{site.language}"><head>{head}</head>{frame(site, page, body)}</html>'


def not_found(site: Site) -> str:
    """What a site says about an address that it does not have."""
    words = {"de": "Seite nicht gefunden", "fr": "Page introuvable", "es": "Página no encontrada"}
    return f"<!doctype html><html><head><title>404 | {escape(site.name)}</title></head><body><h1>" + (
        f'{words.get(site.language, "Page not found")}</h1><p><a href="/">Home</a></p></body></html>'
    )


def elsewhere(host: str) -> bool:
    """Whether the host is one of the plain sites that pages of links name beside the rivals."""
    name, _, number = host.partition(":")[0].removesuffix(".example").rpartition("-")
    return number.isdigit() and name in {slug(other) for other in OTHERS}


def _meta(site: Site, page: Page) -> str:
    parts = []
    if site.look == "wordpress":
        parts.append('<meta name="generator" content="WordPress 6.8">')
    if site.look == "hugo":
        parts.append('<meta name="generator" content="Hugo 0.150.0">')
    if page.form in ("article", "list"):
        parts.append(f'<link rel="canonical" href="https://{site.domain}{page.path}">')
        parts.append(f'<meta property="article:published_time" content="{page.published}T09:00:00+00:00">')
        if page.author and site.look != "handmade":
            data: dict[str, object] = {
                "@context": "https://schema.org",
                "@type": "Article",
                "headline": page.title,
                "datePublished": str(page.published),
                "inLanguage": site.language,
                "author": {
                    "@type": "Person",
                    "name": page.author,
                    "url": f"https://{site.domain}/author/{slug(page.author)}/",
                },
            }
            parts.append(_json(data))
    shown = [p for p in site.people if p.shown == "json"]
    if shown and page.form in ("contact", "about", "home"):
        parts.append(
            _json(
                {
                    "@context": "https://schema.org",
                    "@type": "Organization",
                    "name": site.name,
                    "email": shown[0].address,
                    "url": f"https://{site.domain}/",
                }
            )
        )
    return "".join(parts)


def _json(data: dict[str, object]) -> str:
    return f'<script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script>'.replace("</s", "</s")


def _body(site: Site, page: Page, placed: tuple[Link, ...]) -> str:
    links = [*page.links, *placed]
    if page.form == "list":
        parts = [_p(text) for text in page.paragraphs]
        parts += [
            f"<h2>{n}. {escape(link.anchor)}</h2><p>{_a(link)} {escape(link.after)}</p>"
            for n, link in enumerate(links, 1)
        ]
    elif page.form in ("resources", "directory"):
        items = [f"<li>{escape(link.before)} {_a(link)} {escape(link.after)}</li>" for link in links]
        items += _elsewhere(site, page)
        parts = [*(_p(text) for text in page.paragraphs), "<ul>", *items, "</ul>"]
    elif page.form == "thread":
        posts = [
            f'<div class="post"><b>user{n * 17 % 91}</b> {_p(text)}</div>' for n, text in enumerate(page.paragraphs)
        ]
        parts = posts + [f'<div class="post"><p>{_sentence(link)}</p></div>' for link in links]
    else:
        parts = _mixed([_p(text) for text in page.paragraphs], [f"<p>{_sentence(link)}</p>" for link in links])
        parts += ["<h3>Elsewhere</h3><ul>", *_elsewhere(site, page), "</ul>"] if page.outbound > 8 else []
    if page.form in ("contact", "about"):
        parts.append(_addresses(p for p in site.people if page.form == "contact" or p.personal))
    if page.form == "author":
        parts.append(_addresses(p for p in site.people if p.name == page.author and p.shown != "none"))
    if page.form == "home" or site.kind is Kind.OWNER:
        parts.append(
            "<ul>"
            + "".join(f'<li><a href="{escape(p.path)}">{escape(p.title)}</a></li>' for p in site.pages if p.path != "/")
            + "</ul>"
        )
    return "".join(parts)


def _mixed(texts: list[str], links: list[str]) -> list[str]:
    """Link sentences between the paragraphs, not in a heap at the end."""
    out, rest = [], list(links)
    for text in texts:
        out.append(text)
        if rest:
            out.append(rest.pop(0))
    return out + rest


def _elsewhere(site: Site, page: Page) -> list[str]:
    r = dice("elsewhere", site.domain, page.path)
    return [
        f'<li><a href="https://{slug(name)}-{n}.example/">{name}</a></li>'
        for n, name in ((r.randint(1, 40), r.choice(OTHERS)) for _ in range(min(page.outbound, 30)))
    ]


def _sentence(link: Link) -> str:
    return f"{escape(link.before)} {_a(link)} {escape(link.after)}"


def _a(link: Link) -> str:
    rel = f' rel="{escape(link.rel)}"' if link.rel else ""
    inner = f'<img src="/logo.png" alt="{escape(link.anchor)}">' if link.image else escape(link.anchor)
    return f'<a href="{escape(link.target)}"{rel}>{inner}</a>'


def _p(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _addresses(people: Iterable[Person]) -> str:
    return "".join(_address(person) for person in people if person.shown != "json")


def _address(person: Person) -> str:
    who = escape(person.name or person.role.title())
    if person.shown == "mailto":
        return f'<p>{who}, {person.role}: <a href="mailto:{person.address}">Write to {who.split()[0]}</a></p>'
    if person.shown == "text":
        return f"<p>{who}, {person.role}: {person.address}</p>"
    if person.shown == "obfuscated":
        local, host = person.address.split("@")
        return f"<p>{who}, {person.role}: {local} [at] {host.replace('.', ' [dot] ')}</p>"
    return f'<p>{who}</p><form action="/contact/" method="post"><textarea name="text"></textarea></form>'


def _nav(site: Site) -> str:
    wanted = [p for p in site.pages if p.form in ("home", "about", "contact", "write")]
    return "".join(f'<a href="{escape(p.path)}">{escape(p.title)}</a> ' for p in wanted)


def _byline(site: Site, page: Page) -> str:
    if not page.author or page.form == "author":
        return ""
    if any(p.path == f"/author/{slug(page.author)}/" for p in site.pages):
        name = f'<a rel="author" href="/author/{slug(page.author)}/">{escape(page.author)}</a>'
    else:
        name = escape(page.author)
    return f'<p class="byline">By {name} <time datetime="{page.published}">{page.published:%d %B %Y}</time></p>'


def _wordpress(site: Site, page: Page, body: str) -> str:
    return (
        f'<body class="post-template"><header><p class="site-title"><a href="/">{escape(site.name)}</a></p><nav>'
        f'{_nav(site)}</nav></header><main><article class="post hentry"><h1 class="entry-title">{escape(page.title)}'
        f'</h1>{_byline(site, page)}<div class="entry-content">{body}</div></article></main><footer>'
        f"Proudly powered by WordPress. {_foot(site)}</footer></body>"
    )


def _hugo(site: Site, page: Page, body: str) -> str:
    return (
        f"<body><nav>{_nav(site)}</nav><main><h1>{escape(page.title)}</h1>{_byline(site, page)}{body}</main>"
        f"<footer><small>{_foot(site)}</small></footer></body>"
    )


def _ghost(site: Site, page: Page, body: str) -> str:
    return (
        f'<body><div class="gh-head">{_nav(site)}</div><article class="gh-article"><h1>{escape(page.title)}</h1>'
        f'{_byline(site, page)}<section class="gh-content">{body}</section></article><footer class="gh-foot">'
        f"{_foot(site)}</footer></body>"
    )


def _handmade(site: Site, page: Page, body: str) -> str:
    return (
        f'<body bgcolor="#ffffff"><table width="90%"><tr><td valign="top">{_nav(site)}</td><td><h1>{escape(page.title)}'
        f"</h1>{body}{_byline(site, page)}</td></tr></table><hr>{_foot(site)}</body>"
    )


def _foot(site: Site) -> str:
    desks = [p for p in site.people if not p.personal and p.shown == "mailto"]
    mail = f' <a href="mailto:{desks[0].address}">{desks[0].address}</a>' if desks and site.look == "handmade" else ""
    return f"(c) 2026 {escape(site.name)}{mail}"
