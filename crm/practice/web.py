"""The practice web: one loopback server that answers by Host header from the world."""

import threading
from collections.abc import Callable
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from crm.practice.cast import Link, Page, Site, World
from crm.practice.ledger import Ledger
from crm.practice.markup import elsewhere, not_found, render

Now = Callable[[], datetime]


def answer(world: World, ledger: Ledger, now: datetime, host: str, path: str) -> tuple[int, str, str]:
    """(status, content type, body) of an address, with the links that stand there by `now`."""
    site = world.site_of(host)
    if site is None and elsewhere(host):
        return 200, "text/html; charset=utf-8", "<!doctype html><title>Elsewhere</title><p>A site of the neighbourhood."
    if site is None:
        return 404, "text/plain", "There is no such site in the practice world.\n"
    if path == "/robots.txt":
        return 200, "text/plain", site.robots
    placed = ledger.placed(site.domain, now)
    page = site.page(path) or _new_page(site, path, placed)
    if page is None or page.status != 200:
        return (page.status if page else 404), "text/html; charset=utf-8", not_found(site)
    mine = [
        Link(target, anchor, "We also like the", "which a reader sent us.")
        for where, target, anchor in placed
        if where.rstrip("/") == page.path.rstrip("/")
    ]
    return 200, "text/html; charset=utf-8", render(site, page, mine)


def _new_page(site: Site, path: str, placed: list[tuple[str, str, str]]) -> Page | None:
    """A guest article that did not exist when the world began."""
    if not any(where.rstrip("/") == path.rstrip("/") for where, _, _ in placed):
        return None
    author = next((p.name for p in site.people if p.personal), "")
    return Page(
        path,
        "A guest article on hours and money",
        "article",
        ("This guest article came to us by mail.",) * 3,
        author=author,
    )


class WebServer:
    """Runs in a thread of its own; `port` 0 takes a free one."""

    def __init__(self, world: World, ledger: Ledger, now: Now, port: int = 0) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(world, ledger, now))
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, name="practice-web", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stop answering and free the port."""
        self._server.shutdown()
        self._server.server_close()


def _handler(world: World, ledger: Ledger, now: Now) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body leave as one packet
        disable_nagle_algorithm = True
        server_version = "practice"
        sys_version = ""

        def do_GET(self) -> None:
            self._answer(with_body=True)

        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def _answer(self, with_body: bool) -> None:
            path = urlsplit(self.path).path
            status, kind, text = answer(world, ledger, now(), self.headers.get("Host", ""), path)
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if with_body:
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing; the world has no access log."""

    return Handler
