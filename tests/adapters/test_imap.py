"""Reading leaves no trace, finds what it must, and never lets a stranger's text into a command."""

import socketserver
import threading
import time
from collections.abc import Iterator

import pytest

from crm.adapters import smtp
from crm.adapters.accounts import Account
from crm.adapters.imap import ImapFailed, open_box
from crm.adapters.imap_folders import Folder
from crm.adapters.imap_folders import role as role_of
from tests.reliability.mail_server import MailServer, mail_server


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


def account(server: MailServer, password: str = "practice") -> Account:
    return Account("127.0.0.1", server.imap_port, "plain", server.user, server.user, password)


def wire(n: int) -> bytes:
    head = f"From: Ada <ada@tidyclock.example>\r\nTo: you@site.example\r\nMessage-ID: <m{n}@tidyclock.example>\r\n"
    return (head + f"Subject: Number {n}\r\n\r\nHello {n}\r\n").encode()


def test_what_smtp_delivers_is_found_by_its_message_id_and_stays_unread(server: MailServer) -> None:
    out = Account("127.0.0.1", server.smtp_port, "plain", server.user, server.user, server.password)
    assert smtp.send(out, wire(1), server.user, server.user, time.monotonic() + 20).verdict == "sent"
    with open_box(account(server)) as box:
        folder = Folder("INBOX", "inbox")
        assert folder in box.folders()
        validity, following = box.status("INBOX")
        assert validity > 0 and following >= 2
        uids = box.uids("INBOX")
        found = list(box.fetch("INBOX", uids))
        assert [u for u, _, _ in found] == uids
        assert b"Hello 1" in found[0][1]
        assert box.find_message_id("INBOX", "m1@tidyclock.example") == [uids[0]]
        assert box.find_message_id("INBOX", "m@tidyclock.example") == []
        assert box.message_ids("INBOX")["m1@tidyclock.example"] == uids[0]
        assert box.uids("INBOX", uids[-1]) == []
        assert not any("Seen" in flag for _, _, flags in box.fetch("INBOX", uids) for flag in flags)


def test_a_copy_can_be_filed_and_is_found_again(server: MailServer) -> None:
    with open_box(account(server)) as box:
        box.append("Sent", wire(2))
        assert len(box.find_message_id("Sent", "m2@tidyclock.example")) == 1


def test_a_wrong_password_is_told_apart_from_a_dead_server(server: MailServer) -> None:
    with pytest.raises(ImapFailed) as refused:
        open_box(account(server, "wrong"))
    assert refused.value.login
    with pytest.raises(ImapFailed) as gone:
        open_box(Account("127.0.0.1", 9, "plain", "a", "a@b.example", "x"))
    assert not gone.value.login


class Recorder:
    """A server that says yes to everything and keeps every line it was told."""

    def __enter__(self) -> "Recorder":
        self.lines: list[str] = []
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.wfile.write(b"* OK ready\r\n")
                while line := self.rfile.readline():
                    text = line.decode("latin-1").strip()
                    outer.lines.append(text)
                    tag, _, rest = text.partition(" ")
                    verb = rest.split(" ")[0].upper()
                    extra = {
                        "CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n",
                        "UID": b"* SEARCH\r\n",
                        "LOGOUT": b"* BYE\r\n",
                    }
                    self.wfile.write(extra.get(verb, b"") + f"{tag} OK done\r\n".encode())

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def test_line_ends_in_a_message_id_or_a_folder_name_never_become_a_command() -> None:
    with Recorder() as recorder:
        with open_box(Account("127.0.0.1", recorder.port, "plain", "a", "a@b.example", "x")) as box:
            for evil in ('x"\r\nX1 STORE 1:* +FLAGS (\\Deleted)', "a\r\nb@c", "\x00@x", '"@x'):
                assert box.find_message_id("INBOX", evil) == []
            for folder in ('a"b', "a\r\nX2 DELETE INBOX"):
                with pytest.raises((ImapFailed, ValueError)):
                    box.uids(folder)
                    raise ImapFailed("a quoted name is fine")
        verbs = {line.split(" ")[1].upper() for line in recorder.lines if " " in line}
        assert verbs <= {"CAPABILITY", "LOGIN", "EXAMINE", "UID", "NOOP", "LOGOUT"}
        assert not any(line.startswith(("X1", "X2")) for line in recorder.lines)


def test_fault_70_only_reading_commands_are_used() -> None:
    with Recorder() as recorder:
        with open_box(Account("127.0.0.1", recorder.port, "plain", "a", "a@b.example", "x")) as box:
            box.uids("INBOX", 4)
            list(box.fetch("INBOX", [5]))
            box.message_ids("INBOX")
        words = " ".join(recorder.lines).upper()
        for forbidden in ("STORE", "SELECT", "EXPUNGE", "MOVE", "COPY", " BODY[", "RFC822]"):
            assert forbidden not in words


@pytest.mark.parametrize(
    ("name", "flags", "role"),
    [
        ("INBOX", (), "inbox"),
        ("[Gmail]/Gesendet", ("\\HasNoChildren", "\\Sent"), "sent"),
        ("[Gmail]/All Mail", ("\\All",), "all"),
        ("Sent Items", (), "sent"),
        ("INBOX/Spam", (), "junk"),
        ("Kunden", (), "other"),
    ],
)
def test_folders_have_a_role_by_flag_or_by_name(name: str, flags: tuple[str, ...], role: str) -> None:
    assert role_of(name, "/", flags) == role
