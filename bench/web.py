"""Read 500 hosts of the practice web through the queue, with a worker killed half-way, and count what the server saw.

Also reads every page of the practice world and compares the facts with what the world knows of itself.
Run: .venv/bin/python -m bench.web [hosts] [pages per host]
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import crm.models  # noqa: F401  registers every table
from config import Settings
from crm import clock, db, prepare
from crm.models.accounts import Organisation
from crm.models.pages import FetchTask, HostState
from crm.pages import run, service
from crm.pages.facts import facts
from crm.practice.markup import render
from crm.practice.world import world
from tests.little_web import LittleWeb

ROOT = Path(__file__).parents[1]


def main(n_hosts: int, n_pages: int) -> None:
    crawl(n_hosts, n_pages)
    accuracy()


def crawl(n_hosts: int, n_pages: int) -> None:
    """500 hosts; every tenth forbids one page, every fiftieth asks for a pause."""
    folder = Path(tempfile.mkdtemp(prefix="backloop-web-"))
    prepare(Settings(instance=folder, database_url=""))
    db.Base.metadata.create_all(db.engine())
    sites = [s for s in world(1).sites.values() if len(s.pages) >= n_pages][:n_hosts]
    with LittleWeb() as web:
        forbidden = fill(web, sites, n_pages)
        queue(sites, n_pages)
        started = time.monotonic()
        worker = start(folder, web.port)
        half = len(sites) * n_pages // 2
        while asked(web).total() < half and worker.poll() is None:
            time.sleep(0.01)
        worker.kill()
        worker.wait()
        expire()
        worker = start(folder, web.port)
        worker.wait()
        seconds = time.monotonic() - started
        pages = asked(web)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        print(f"hosts {len(sites)}, pages {sum(1 for _ in pages)}, requests {len(web.asked)}, {seconds:.1f} s")
        print(f"pages a second {pages.total() / seconds:.1f}, peak memory of a worker {peak} MB")
        print(
            f"asked twice {sum(n > 1 for n in pages.values())}, most at once per host {max(web.most_at_once.values())}"
        )
        with db.reading() as s:
            open_ones = s.query(FetchTask).filter(FetchTask.done_at.is_(None)).count()
        print(f"forbidden pages asked {len(forbidden & set(pages))} of {len(forbidden)}, left over {run.waiting()}")
        print(f"in doubt since the kill, to be read a day later: {open_ones}")


def fill(web: LittleWeb, sites: list[object], n_pages: int) -> set[tuple[str, str]]:
    """Put the sites on the little web; returns the pages that robots.txt forbids."""
    forbidden = set()
    for i, site in enumerate(sites):
        for page in site.pages[:n_pages]:  # type: ignore[attr-defined]
            web[site.domain, page.path] = render(site, page)  # type: ignore[attr-defined, arg-type]
        rules = "User-agent: *\n"
        if i % 10 == 0:
            last = site.pages[n_pages - 1].path  # type: ignore[attr-defined]
            rules += f"Disallow: {last}$\n"
            forbidden.add((site.domain, last))  # type: ignore[attr-defined]
        if i % 50 == 0:
            rules += "Crawl-delay: 1\n"
        web[site.domain, "/robots.txt"] = rules  # type: ignore[attr-defined]
    return forbidden


def queue(sites: list[object], n_pages: int) -> None:
    with db.transaction() as s:
        owner = Organisation(name="bench", created_at=clock.now())
        s.add(owner)
        s.flush()
        for site in sites:
            for page in site.pages[:n_pages]:  # type: ignore[attr-defined]
                url = f"https://{site.domain}{page.path}"  # type: ignore[attr-defined]
                service.want(s, organisation_id=owner.id, project_id=None, url=url, purpose="linking_page")


def start(folder: Path, port: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.pages.crawler", str(folder), str(port)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)


def expire() -> None:
    """What a minute of waiting does to the leases of a dead worker."""
    with db.transaction() as s:
        for row in [*s.query(FetchTask), *s.query(HostState)]:
            row.lease_until = None


def asked(web: LittleWeb) -> Counter[tuple[str, str]]:
    return Counter((host, path) for host, path, _ in list(web.asked) if path != "/robots.txt")


def accuracy() -> None:
    """Facts of every practice page against the world's own record."""
    count: Counter[str] = Counter()
    started = time.monotonic()
    for site in world(1).sites.values():
        for page in (p for p in site.pages if p.status == 200):
            found = facts(render(site, page).encode(), f"https://{site.domain}{page.path}", status=200)
            named = page.author if page.author != "Guest author" else ""
            right = (found.author or "") == named
            count["pages"] += 1
            count["author right" if right and named else "no author right" if right else "author wrong or missed"] += 1
            links = {x.url: x for x in found.links}
            for link in page.links:
                seen = links.get(link.target)
                count["links right" if seen and (seen.position, seen.rel) == ("main", link.rel) else "links wrong"] += 1
            if found.published_on:
                count["dates right" if found.published_on == page.published.isoformat() else "dates wrong"] += 1
    each = (time.monotonic() - started) / count["pages"] * 1000
    print(", ".join(f"{k} {v}" for k, v in sorted(count.items())), f"- {each:.1f} ms a page")


if __name__ == "__main__":
    main(*(int(a) for a in (sys.argv[1:] or ["500", "3"])))
