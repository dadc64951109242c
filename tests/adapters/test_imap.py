"""Reading leaves no trace, finds what it must, and never lets a stranger's text into a command."""

import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crm.adapters import imap_parts, smtp
from crm.adapters.accounts import Account
from crm.adapters.imap import ImapFailed, open_box
from crm.adapters.imap_folders import Folder
from crm.adapters.imap_folders import role as role_of
from tests.reliability.certificates import server_context
from tests.reliability.mail_server import MailServer, mail_server
from tests.reliability.scripted_imap import ScriptedIMAP


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


@pytest.mark.parametrize(
    ("name", "expired", "trusted"),
    [("localhost", False, False), ("other.example", False, True), ("localhost", True, True)],
)
def test_fault_31_reading_refuses_a_certificate_that_does_not_verify_before_the_password(
    tmp_path: Path, name: str, expired: bool, trusted: bool
) -> None:
    context, root = server_context(tmp_path, name=name, expired=expired)
    client = ssl.create_default_context(cafile=str(root) if trusted else None)
    with ScriptedIMAP(tls=context) as rig:
        where = Account("127.0.0.1", rig.port, "tls", "ada", "ada@tidyclock.example", "canary", private_ok=True)
        with pytest.raises(ImapFailed, match="ertificate|CERTIFICATE"):
            open_box(where, tls=client)
    assert rig.lines == []


def test_fault_31_reading_refuses_stripped_starttls_before_the_password() -> None:
    with ScriptedIMAP(capabilities="IMAP4rev1") as rig:
        where = Account("127.0.0.1", rig.port, "starttls", "ada", "ada@tidyclock.example", "canary", private_ok=True)
        with pytest.raises(ImapFailed):
            open_box(where)
    assert not any("LOGIN" in line or "canary" in line for line in rig.lines)


def test_a_good_certificate_is_taken_for_reading(tmp_path: Path) -> None:
    context, root = server_context(tmp_path)
    with ScriptedIMAP(tls=context) as rig:
        where = Account("127.0.0.1", rig.port, "tls", "ada", "ada@tidyclock.example", "canary", private_ok=True)
        with open_box(where, tls=ssl.create_default_context(cafile=str(root))) as box:
            assert [f.role for f in box.folders()] == ["inbox", "sent", "junk"]


@pytest.mark.parametrize(
    "line",
    [
        b"", b"BODYSTRUCTURE", b"BODYSTRUCTURE (", b"BODYSTRUCTURE " + b"(" * 9000, b'BODYSTRUCTURE ("text" "plain"',
        b"BODYSTRUCTURE (NIL)", b'BODYSTRUCTURE (("a") ("b" "c")) \x00\xff', b"BODYSTRUCTURE () " * 50,
    ],
)  # fmt: skip
def test_a_structure_that_makes_no_sense_is_a_value_error_or_nothing(line: bytes) -> None:
    try:
        assert imap_parts.wanted(imap_parts.sections(line)) == []
    except ValueError:
        pass


def test_the_parts_with_words_are_found_in_any_order_and_depth() -> None:
    line = (
        b'* 1 FETCH (UID 3 BODYSTRUCTURE ((("image" "png" NIL NIL NIL "base64" 9000000)("text" "plain" ("charset" "utf-8")'
        b' NIL NIL "8bit" 12 1) "related")("message" "rfc822" NIL NIL NIL "7bit" 900 (NIL "s" NIL NIL NIL NIL NIL NIL NIL NIL)'
        b' ("text" "plain" NIL NIL NIL "7bit" 5 1) 9) "mixed" ("boundary" "b;1")))'
    )
    assert imap_parts.wanted(imap_parts.sections(line)) == ["1.2", "2.HEADER"]
