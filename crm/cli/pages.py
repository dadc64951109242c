"""Commands that read single pages: `flask pages facts`."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from crm.adapters import web
from crm.cli.output import emit, find_project, json_option, project_option
from crm.db import reading
from crm.errors import CrmError, NotFound, Refused
from crm.pages.facts import PageFacts, facts
from crm.pages.outgoing import run as outgoing

SHOWN = ("title", "language", "author", "author_source", "published_on", "updated_on", "emails", "links", "kinds")

group = click.Group("pages", help="Pages of the web as we see them.")


@group.command("facts")
@click.argument("places", nargs=-1, required=True, metavar="URL|FILE...")
@click.option("--url", "address", default="", help="Address of a FILE, for its relative links.")
@json_option
def show_facts(places: tuple[str, ...], address: str, as_json: bool) -> None:
    """Read pages: title, language, author, dates, addresses, links with their place, kinds. A FILE needs no network."""
    results = [_one(place, address) for place in places] if len(places) == 1 else [_any(p, address) for p in places]
    emit(results if len(results) > 1 else results[0], as_json, lambda: "\n\n".join(map(_text, results)))


@group.command("dead")
@click.argument("url")
@project_option
@json_option
def show_dead(url: str, project_name: str | None, as_json: bool) -> None:
    """Follow every link of a page's content to other sites and list the dead ones."""
    with reading() as s:
        owner = find_project(s, project_name).organisation_id
    found = [asdict(d) for d in outgoing.dead_links(owner, url)]
    emit(
        found,
        as_json,
        lambda: "\n".join(f"{d['since']}  {d['url']}  {d['anchor']}  ({d['why']})" for d in found) or "None.",
    )


@group.command("habit")
@click.argument("site")
@project_option
@json_option
def show_habit(site: str, project_name: str | None, as_json: bool) -> None:
    """Tell how a site links out, from several of its recent pages."""
    with reading() as s:
        owner = find_project(s, project_name).organisation_id
    found = outgoing.habit(owner, site)
    emit(asdict(found), as_json, found.words)


@group.command("mentions")
@project_option
@json_option
def show_mentions(project_name: str | None, as_json: bool) -> None:
    """List pages already read that name the brand without linking to it."""
    with reading() as s:
        project_id = find_project(s, project_name).id
    rows = [{"url": url, **asdict(mention)} for url, mention in outgoing.mentions_without_link(project_id)]
    emit(
        rows,
        as_json,
        lambda: "\n".join(f"{r['url']}  …{r['before']}[{r['brand']}]{r['after']}…" for r in rows) or "None.",
    )


def _any(place: str, address: str) -> dict[str, Any]:
    """One of several: what cannot be read says why and does not stop the others."""
    try:
        return _one(place, address)
    except CrmError as error:
        key = "url" if place.lower().startswith(("http://", "https://")) else "file"
        nothing: dict[str, Any] = dict.fromkeys(SHOWN)
        return {key: place, **nothing, "emails": [], "links": [], "kinds": [], "why": error.message}


def _one(place: str, address: str) -> dict[str, Any]:
    if place.lower().startswith(("http://", "https://")):
        found = web.default_fetcher().fetch(place)
        if not found.readable:
            raise Refused(f"{place} could not be read: {found.why}.")
        read = facts(found.body, found.final_url, content_type=found.headers.get("content-type"), status=found.status)
        return {"url": place, **_shown(read)}
    path = Path(place)
    if not path.is_file():
        raise NotFound(f"There is no file {place}. Give a page's file, or an address that begins with http.")
    return {"file": place, **_shown(facts(path.read_bytes(), address))}


def _shown(read: PageFacts) -> dict[str, Any]:
    stored = read.to_dict()
    for link in stored["links"]:
        link.pop("hidden")
    return {name: stored[name] for name in SHOWN}


def _text(result: dict[str, Any]) -> str:
    lines = [result.get("url") or result.get("file", ""), f"  title      {result['title']}"]
    lines.append(f"  author     {result['author'] or 'none named'} ({result['author_source'] or '-'})")
    lines.append(f"  language   {result['language'] or '?'}   kinds {', '.join(result['kinds']) or '-'}")
    lines.append(f"  published  {result['published_on'] or '?'}   updated {result['updated_on'] or '?'}")
    lines += [f"  address    {e['value']} ({e['source']}, {e['method']})" for e in result["emails"]]
    lines += [
        f"  {x['position']:<9}  {x['url']}  [{x['rel'] or 'follow'}]  {x['anchor'][:60]}" for x in result["links"]
    ]
    return "\n".join(lines)
