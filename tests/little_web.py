"""A small web on loopback for tests: one server, many hosts by their Host header, every request written down."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from crm.adapters.network import LoopbackWorld
from crm.adapters.web import Fetcher


@dataclass
class Answer:
    body: bytes | str = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    drip_s: float = 0.0  # wait before each byte
    wait_s: float = 0.0  # wait before the answer


Route = Answer | str | Callable[[Any], Answer]


class LittleWeb:
    """`web["a.example", "/x"] = "<p>..."`; `web.asked` lists (host, path, User-Agent) of every request."""

    def __init__(self) -> None:
        self.routes: dict[tuple[str, str], Route] = {}
        self.asked: list[tuple[str, str, str]] = []
        self.open_now: dict[str, int] = {}
        self.most_at_once: dict[str, int] = {}
        self.lock = threading.Lock()
        web = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                web._answer(self)

            def log_message(self, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_: object) -> None:
                pass  # a reader that hangs up is part of the tests

        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port

    def __enter__(self) -> Self:
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def __setitem__(self, place: tuple[str, str], route: Route) -> None:
        self.routes[place] = route

    def fetcher(self, **options: Any) -> Fetcher:
        return Fetcher(LoopbackWorld(".example", self.port), **options)

    def paths(self, host: str) -> list[str]:
        return [path for asked, path, _agent in self.asked if asked == host]

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        host = handler.headers.get("Host", "").partition(":")[0]
        with self.lock:
            self.asked.append((host, handler.path, handler.headers.get("User-Agent", "")))
            self.open_now[host] = self.open_now.get(host, 0) + 1
            self.most_at_once[host] = max(self.most_at_once.get(host, 0), self.open_now[host])
        try:
            self._write(handler, self._found(host, handler))
        except OSError:
            handler.close_connection = True
        finally:
            with self.lock:
                self.open_now[host] -= 1

    def _found(self, host: str, handler: BaseHTTPRequestHandler) -> Answer:
        route = self.routes.get((host, handler.path))
        if route is None:
            return Answer("<h1>Not found</h1>", 404)
        if isinstance(route, str):
            return Answer(route)
        return route if isinstance(route, Answer) else route(handler)

    def _write(self, handler: BaseHTTPRequestHandler, answer: Answer) -> None:
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        if answer.wait_s:
            time.sleep(answer.wait_s)
        handler.send_response(answer.status)
        for name, value in {"Content-Type": "text/html; charset=utf-8", **answer.headers}.items():
            if value:
                handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        if not answer.drip_s:
            handler.wfile.write(body)
            return
        for i in range(len(body)):
            handler.wfile.write(body[i : i + 1])
            handler.wfile.flush()
            time.sleep(answer.drip_s)
