"""The one page fetcher: what it reads, what it refuses, and that it always comes back with an answer."""

import _socket
import gzip
import socket
import ssl
import threading
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from crm import fetched
from crm.adapters import addresses
from crm.adapters.network import LoopbackWorld, NoSuchHost, PublicNetwork
from crm.adapters.web import BROWSER, Fetcher
from crm.pages.facts import facts
from tests.little_web import Answer, LittleWeb


@pytest.fixture
def web() -> Iterator[LittleWeb]:
    with LittleWeb() as running:
        yield running


@pytest.fixture
def canary() -> Iterator["Canary"]:
    with Canary() as listening:
        yield listening


class Canary:
    """A listening socket on loopback that nobody may ever connect to."""

    def __enter__(self) -> "Canary":
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.settimeout(0.05)
        self.port = self.socket.getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def connections(self) -> int:
        try:
            self.socket.accept()
        except TimeoutError:
            return 0
        return 1


def numbers_resolved(host: str, port: int) -> list[str]:
    """The system's resolver for numbers and this machine's own name; it asks no name server."""
    host = "127.0.0.1" if host == "localhost" else host
    try:
        found = _socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except OSError as error:
        raise NoSuchHost(host) from error
    return [str(entry[4][0]) for entry in found]


BLOCKED = [
    "100.64.0.1",
    "224.0.0.1",
    "::127.0.0.1",
    "2002:7f00:1::",
    "64:ff9b::7f00:1",
    "::ffff:169.254.169.254",
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "0.0.0.0",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "192.0.2.1",
    "198.18.0.1",
    "2001:db8::1",
    "255.255.255.255",
    "ff02::1",
    "240.0.0.1",
    "64:ff9b:1::1",
    "2001:0:7f00:1::",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "2002:a00:1::",
    "64:ff9b::a00:1",
    "localhost",
    "127.1",
    "2130706433",
]


@pytest.mark.parametrize("literal", BLOCKED)
def test_an_address_that_is_not_of_the_public_internet_is_blocked(literal: str) -> None:
    assert not addresses.is_public(literal)


@pytest.mark.parametrize("literal", ["8.8.8.8", "2606:4700::1111", "1.1.1.1", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_an_address_of_the_public_internet_is_allowed(literal: str) -> None:
    assert addresses.is_public(literal)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/",
        "http://017700000001/", "http://0/", "http://①②⑦.⓪.⓪.①/", "http://localhost/", "http://[::1]/",
        "http://[::ffff:7f00:1]/", "http://[::ffff:127.0.0.1]/", "http://good.example\\@127.0.0.1/",
        "http://good.example:80\t@127.0.0.1", "http://u:p@8.8.8.8/", "file:///etc/passwd", "ftp://8.8.8.8/",
        "gopher://8.8.8.8/", "javascript:alert(1)", "//8.8.8.8/", "8.8.8.8", "", "http://", "http://[", "http://8.8.8.8:22/",
        "http://8.8.8.8:8080/", "http://\x00/", "http://a\r\nb/", "data:text/html,x", "http://224.0.0.1/",
    ],
)  # fmt: skip
def test_an_address_we_must_not_reach_is_refused_in_words(url: str) -> None:
    found = Fetcher(PublicNetwork(resolve=numbers_resolved), seconds=2).fetch(url)
    assert found.outcome in (fetched.REFUSED, fetched.DNS), found
    assert found.why and found.status is None and found.body == b""


COSTUMES = (
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "017700000001", "0", "①②⑦.⓪.⓪.①", "localhost", "[::1]",
    "[::ffff:7f00:1]", "[::ffff:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::]", "0.0.0.0",
    "good.example\\@127.0.0.1", "u:p@127.0.0.1",
)  # fmt: skip


def test_no_costume_of_loopback_reaches_the_canary_directly(canary: Canary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm.adapters.network.WEB_PORTS", frozenset({canary.port}))  # only the address rule is left
    for host in COSTUMES:
        for robots in (True, False):
            fetcher = Fetcher(PublicNetwork(resolve=numbers_resolved), seconds=2)
            found = fetcher.fetch(f"http://{host}:{canary.port}/", obey_robots=robots)
            assert found.outcome in (fetched.REFUSED, fetched.DNS), (host, found)
    assert canary.connections() == 0


def test_no_costume_of_loopback_reaches_the_canary_by_a_redirect(
    web: LittleWeb, canary: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.adapters.network.WEB_PORTS", frozenset({canary.port}))
    outside = PublicNetwork(resolve=numbers_resolved)
    fetcher = Fetcher(LoopbackWorld(".example", web.port, elsewhere=outside), seconds=2)
    for i, host in enumerate(c for c in COSTUMES if c.isascii()):
        web["a.example", f"/{i}"] = Answer(status=302, headers={"Location": f"http://{host}:{canary.port}/"})
        found = fetcher.fetch(f"http://a.example/{i}", obey_robots=False)
        assert found.outcome in (fetched.REFUSED, fetched.DNS), (host, found)
    assert canary.connections() == 0


def test_two_pages_that_point_at_each_other_are_given_up(web: LittleWeb) -> None:
    web["a.example", "/1"] = Answer(status=302, headers={"Location": "http://b.example/2"})
    web["b.example", "/2"] = Answer(status=307, headers={"Location": "http://a.example/1"})
    assert web.fetcher().fetch("http://a.example/1").outcome == fetched.REDIRECTS
    assert web.paths("a.example").count("/1") + web.paths("b.example").count("/2") <= 6


def test_ten_megabytes_of_links_cost_neither_time_nor_memory_without_end(web: LittleWeb) -> None:
    links = b"".join(b'<p><a href="https://l%d.example/%s">l%d</a>' % (i, b"x" * 160, i) for i in range(55_000))
    web["a.example", "/"] = Answer(b"<html><body><main><h1>Links</h1>" + links)
    assert len(links) > 10_000_000
    found = web.fetcher().fetch("http://a.example/")
    assert found.outcome == fetched.TOO_LARGE and len(found.body) == 2 * 1024 * 1024
    started = time.process_time()
    read = facts(found.body, found.final_url)
    assert len(read.links) == 2000 and time.process_time() - started < 10


def test_a_name_that_looks_like_another_is_asked_under_its_own(web: LittleWeb) -> None:
    web["xn--pple-43d.example", "/"] = "<p>x"
    web["apple.example", "/"] = "<p>real"
    assert web.fetcher().fetch("http://\u0430pple.example/").text == "<p>x"
    assert web.paths("apple.example") == []


def test_a_name_that_answers_publicly_first_and_locally_later_never_reaches_loopback(
    canary: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.adapters.network.WEB_PORTS", frozenset({canary.port}))
    answers = iter([["192.0.2.1"], ["127.0.0.1"], ["127.0.0.1"]])
    monkeypatch.setattr(addresses, "is_public", lambda address: address != "127.0.0.1")
    fetcher = Fetcher(PublicNetwork(resolve=lambda host, port: next(answers)), seconds=1)
    for _ in range(3):
        fetcher.fetch(f"http://rebind.example:{canary.port}/", obey_robots=False)
    assert canary.connections() == 0


def test_the_name_is_asked_once_per_connection_and_the_checked_address_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, reached = [], []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["8.8.8.8"] if len(asked) == 1 else ["127.0.0.1"]

    import httpcore2

    def connect(self: object, host: str, *args: object) -> None:
        reached.append(host)
        raise httpcore2.ConnectError("test")

    monkeypatch.setattr(httpcore2.SyncBackend, "connect_tcp", connect)
    found = Fetcher(PublicNetwork(resolve=resolve)).fetch("http://rebind.example/", obey_robots=False)
    assert asked == ["rebind.example"] and reached == ["8.8.8.8"] and found.outcome == fetched.CONNECTION


def test_one_bad_address_among_good_ones_refuses_the_name() -> None:
    network = PublicNetwork(resolve=lambda host, port: ["8.8.8.8", "10.0.0.1"])
    assert Fetcher(network).fetch("http://mixed.example/").outcome == fetched.REFUSED


@pytest.mark.parametrize("to", ["file:///etc/passwd", "http://[::ffff:7f00:1]:{port}/", "http://127.0.0.1:{port}/"])
def test_a_redirect_to_a_file_or_to_loopback_is_refused(web: LittleWeb, canary: Canary, to: str) -> None:
    web["a.example", "/"] = Answer(status=302, headers={"Location": to.format(port=canary.port)})
    found = web.fetcher().fetch("http://a.example/")
    assert found.outcome == fetched.REFUSED and found.chain[0].status == 302
    assert canary.connections() == 0


def test_names_outside_the_practice_web_are_refused(web: LittleWeb) -> None:
    assert web.fetcher().fetch("http://news.test/").outcome == fetched.REFUSED


def test_a_page_comes_with_text_headers_and_final_address(web: LittleWeb) -> None:
    web["a.example", "/"] = Answer("<title>Grüße</title>", headers={"X-One": "1", "ETag": '"7"'})
    found = web.fetcher().fetch("https://a.example/")
    assert (found.outcome, found.status, found.headers["x-one"]) == (fetched.OK, 200, "1")
    assert "Grüße" in found.text and found.final_url == "https://a.example/" and found.readable
    assert found.content_type == "text/html" and found.elapsed_s > 0


def test_redirects_are_followed_five_times_and_written_down(web: LittleWeb) -> None:
    for i in range(7):
        web["a.example", f"/{i}"] = Answer(status=301, headers={"Location": f"/{i + 1}"})
    web["a.example", "/7"] = "<p>here"
    assert web.fetcher().fetch("http://a.example/1").outcome == fetched.REDIRECTS
    found = web.fetcher().fetch("http://a.example/2#part")
    assert found.outcome == fetched.OK and found.final_url == "http://a.example/7"
    assert [hop.status for hop in found.chain] == [301] * 5 and found.chain[0].url == "http://a.example/2#part"


def test_robots_txt_is_obeyed_at_every_hop_and_asked_once(web: LittleWeb) -> None:
    web["a.example", "/robots.txt"] = "User-agent: *\nDisallow: /private\nCrawl-delay: 3\n"
    web["a.example", "/"] = Answer(status=302, headers={"Location": "/private/x"})
    fetcher = web.fetcher()
    found = fetcher.fetch("http://a.example/")
    assert found.outcome == fetched.ROBOTS and "robots.txt" in found.why
    assert web.paths("a.example") == ["/robots.txt", "/"]
    fetcher.fetch("http://a.example/private/y")
    assert web.paths("a.example") == ["/robots.txt", "/"]
    assert fetcher.robots("http://a.example/").delay() == 3


def test_robots_rules_for_our_own_name_win_over_those_for_all(web: LittleWeb) -> None:
    web["a.example", "/robots.txt"] = "User-agent: *\nAllow: /\n\nUser-agent: backloop\nDisallow: /*.html$\n"
    web["a.example", "/x.html"] = "<p>x"
    assert web.fetcher().fetch("http://a.example/x.html").outcome == fetched.ROBOTS


@pytest.mark.parametrize(("status", "outcome"), [(404, fetched.OK), (403, fetched.OK), (500, fetched.ROBOTS)])
def test_a_missing_robots_txt_allows_and_a_broken_one_forbids(web: LittleWeb, status: int, outcome: str) -> None:
    web["a.example", "/robots.txt"] = Answer("Disallow: /", status)
    web["a.example", "/"] = "<p>x"
    assert web.fetcher().fetch("http://a.example/").outcome == outcome


def test_a_page_of_our_own_may_be_read_against_robots(web: LittleWeb) -> None:
    web["a.example", "/robots.txt"] = "User-agent: *\nDisallow: /\n"
    web["a.example", "/"] = "<p>x"
    assert web.fetcher().fetch("http://a.example/", obey_robots=False).outcome == fetched.OK


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(404, "missing"), (410, "missing"), (403, "blocked"), (429, "blocked"), (500, "failed"), (999, "blocked")],
)
def test_each_status_has_its_outcome(web: LittleWeb, status: int, outcome: str) -> None:
    web["a.example", "/"] = Answer("<p>no", status)
    found = web.fetcher().fetch("http://a.example/")
    assert (found.outcome, found.status, found.why) == (outcome, status, f"HTTP {status}")


def test_a_copy_we_hold_is_confirmed_without_a_body(web: LittleWeb) -> None:
    def route(handler: object) -> Answer:
        held = handler.headers.get("If-None-Match") == '"7"'  # type: ignore[attr-defined]
        return Answer(b"" if held else b"<p>new", 304 if held else 200, {"ETag": '"7"'})

    web["a.example", "/"] = route
    assert web.fetcher().fetch("http://a.example/").outcome == fetched.OK
    assert web.fetcher().fetch("http://a.example/", etag='"7"').outcome == fetched.NOT_MODIFIED


def test_cookies_are_never_kept_and_the_user_agent_names_us(web: LittleWeb) -> None:
    seen: list[str | None] = []

    def route(handler: object) -> Answer:
        seen.append(handler.headers.get("Cookie"))  # type: ignore[attr-defined]
        return Answer("<p>x", headers={"Set-Cookie": "a=1"})

    web["a.example", "/"] = route
    fetcher = web.fetcher(contact="https://we.example/reader")
    fetcher.fetch("http://a.example/")
    fetcher.fetch("http://a.example/", user_agent=BROWSER)
    agents = [agent for _host, path, agent in web.asked if path == "/"]
    assert seen == [None, None] and agents == ["Backloop/1.0 (+https://we.example/reader)", BROWSER]


def test_proxies_of_the_environment_are_ignored(web: LittleWeb, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    web["a.example", "/"] = "<p>x"
    assert web.fetcher().fetch("http://a.example/").outcome == fetched.OK


def test_a_large_page_is_cut_at_two_mebibytes(web: LittleWeb) -> None:
    web["a.example", "/"] = Answer(b"<p>x</p>" * 400_000)
    found = web.fetcher().fetch("http://a.example/")
    assert found.outcome == fetched.TOO_LARGE and len(found.body) == 2 * 1024 * 1024 and found.readable


def test_a_gzip_bomb_is_counted_after_unpacking_and_costs_little_memory(web: LittleWeb) -> None:
    bomb = gzip.compress(b"\0" * 200_000_000)
    web["a.example", "/"] = Answer(bomb, headers={"Content-Encoding": "gzip"})
    tracemalloc.start()
    found = web.fetcher().fetch("http://a.example/")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.outcome == fetched.TOO_LARGE and len(found.body) == 2 * 1024 * 1024
    assert peak < 50_000_000


def test_a_page_that_drips_is_given_up_at_the_deadline(web: LittleWeb) -> None:
    web["a.example", "/robots.txt"] = Answer(status=404)
    web["a.example", "/"] = Answer(b"x" * 1000, drip_s=0.05)
    web["b.example", "/"] = Answer(b"x", wait_s=3)
    for host in ("a", "b"):
        started = time.monotonic()
        found = web.fetcher(seconds=0.6).fetch(f"http://{host}.example/")
        assert found.outcome == fetched.TIMEOUT and "0.6 seconds" in found.why
        assert time.monotonic() - started < 1.5


def test_headers_that_drip_are_given_up_as_well() -> None:
    server = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        connection, _ = server.accept()
        try:
            for _ in range(100):
                connection.sendall(b"H")
                time.sleep(0.05)
        except OSError:
            pass

    threading.Thread(target=drip, daemon=True).start()
    from crm.adapters.network import LoopbackWorld

    fetcher = Fetcher(LoopbackWorld(".example", server.getsockname()[1]), seconds=0.5)
    started = time.monotonic()
    assert fetcher.fetch("http://a.example/", obey_robots=False).outcome == fetched.TIMEOUT
    assert time.monotonic() - started < 1.5
    server.close()


def test_a_file_that_is_no_page_is_not_read(web: LittleWeb) -> None:
    web["a.example", "/x.pdf"] = Answer(b"%PDF" * 1000, headers={"Content-Type": "application/pdf"})
    found = web.fetcher().fetch("http://a.example/x.pdf")
    assert (found.outcome, found.status, found.body) == (fetched.NOT_HTML, 200, b"")


def test_bytes_without_a_type_are_looked_at(web: LittleWeb) -> None:
    web["a.example", "/text"] = Answer("<p>words", headers={"Content-Type": ""})
    web["a.example", "/junk"] = Answer(b"\0\1\2" * 99, headers={"Content-Type": ""})
    assert web.fetcher().fetch("http://a.example/text").outcome == fetched.OK
    assert web.fetcher().fetch("http://a.example/junk").outcome == fetched.NOT_HTML


@pytest.mark.parametrize(
    ("body", "kind", "word"),
    [
        ("日本語のページ".encode("cp932"), "text/html; charset=Shift_JIS", "日本語"),
        ('<meta charset="windows-1251"><p>Привет, мир'.encode("cp1251"), "text/html", "Привет"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=euc-jp">日本語'.encode("euc-jp"), "text/html", "日本語"),
        ("\ufeffÄpfel".encode("utf-16-le"), "text/html; charset=utf-8", "Äpfel"),
        ("Äpfel und Öl – schön".encode("cp1252"), "text/html", "Äpfel"),
        ("Äpfel".encode(), "text/html; charset=iso-8859-1", "Äpfel"),
        ("Äpfel".encode(), "text/html; charset=nonsense", "Äpfel"),
    ],
)  # fmt: skip
def test_the_charset_is_found_as_browsers_do(web: LittleWeb, body: bytes, kind: str, word: str) -> None:
    web["a.example", "/"] = Answer(body, headers={"Content-Type": kind})
    assert word in web.fetcher().fetch("http://a.example/").text


def test_a_server_that_speaks_no_http_and_one_that_is_absent_are_told_apart_from_pages() -> None:
    server = socket.create_server(("127.0.0.1", 0))

    def babble() -> None:
        for _ in range(2):
            connection, _ = server.accept()
            connection.sendall(b"220 mail ready\r\n")
            connection.close()

    threading.Thread(target=babble, daemon=True).start()
    from crm.adapters.network import LoopbackWorld

    found = Fetcher(LoopbackWorld(".example", server.getsockname()[1])).fetch("http://a.example/")
    assert found.outcome == fetched.CONNECTION and found.why
    server.close()
    found = Fetcher(LoopbackWorld(".example", server_port_free())).fetch("http://a.example/")
    assert found.outcome == fetched.CONNECTION


def server_port_free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def test_a_name_without_an_address_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    found = Fetcher().fetch("http://nowhere.example/")
    assert found.outcome == fetched.DNS and "nowhere.example" in found.why


def test_a_slow_name_server_counts_into_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(3) or [])
    started = time.monotonic()
    assert Fetcher(seconds=0.4).fetch("http://slow.example/").outcome == fetched.TIMEOUT
    assert time.monotonic() - started < 1.5


def test_the_system_resolver_turns_odd_numbers_into_addresses_that_are_then_checked() -> None:
    for odd in ("2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0"):
        assert numbers_resolved(odd, 80) and not any(addresses.is_public(a) for a in numbers_resolved(odd, 80))


@pytest.mark.parametrize("fault", ["unknown", "expired", "other name", ""])
def test_a_certificate_that_is_not_good_is_refused(tmp_path: Path, fault: str) -> None:
    name = "b.example" if fault == "other name" else "a.example"
    days = (-30, -1) if fault == "expired" else (-1, 30)
    made = certificate(tmp_path, name, days)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made)
    server = socket.create_server(("127.0.0.1", 0))

    def greet() -> None:
        try:
            stream = context.wrap_socket(server.accept()[0], server_side=True)
            stream.recv(4096)
            stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 3\r\n\r\n<p>")
        except OSError:
            pass

    threading.Thread(target=greet, daemon=True).start()

    class ToServer:
        def connect(self, host: str, port: int, timeout: float) -> object:
            import httpcore2

            return httpcore2.SyncBackend().connect_tcp("127.0.0.1", server.getsockname()[1], timeout, None, ())

    trust = ssl.create_default_context(cafile=None if fault == "unknown" else str(made))
    fetcher = Fetcher(ToServer(), tls=trust, seconds=3)  # type: ignore[arg-type]
    found = fetcher.fetch("https://a.example/", obey_robots=False)
    server.close()
    if fault:
        assert found.outcome == fetched.TLS and "certificate" in found.why and found.body == b""
    else:
        assert found.outcome == fetched.OK


def certificate(folder: Path, name: str, days: tuple[int, int]) -> Path:
    """A certificate of its own hand with its key, good between these days from now."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "both.pem").write_bytes(built.public_bytes(pem) + secret)
    return folder / "both.pem"
