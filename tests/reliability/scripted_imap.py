"""An IMAP server that does what the script says, and keeps every command and every byte it handed out.

It speaks what the product uses: LOGIN, AUTHENTICATE, LIST, STATUS, EXAMINE, SEARCH, FETCH (sizes, flags, whole mails,
ranges, parts, BODYSTRUCTURE), IDLE, APPEND, NOOP. A change of a flag, a move or a deletion is refused and remembered.
"""

import re
import socketserver
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from typing import Any

_FLAGS = {"Sent": "\\Sent", "Junk": "\\Junk", "Drafts": "\\Drafts", "All": "\\All"}
_LITERAL = re.compile(rb"\{(\d+)\}$")
_ITEM = re.compile(r"BODY\.PEEK\[([^\]]*)\](?:<0\.(\d+)>)?|(RFC822\.SIZE|FLAGS|BODYSTRUCTURE|UID)")
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


@dataclass
class Kept:
    """One mail in a folder."""

    raw: bytes
    flags: tuple[str, ...] = ()
    day: date = date(2026, 11, 23)


@dataclass
class ScriptedIMAP:
    """Use as a context manager. `before` sees every command and may return "abort" or "NO words" in place of obeying."""

    capabilities: str = "IMAP4rev1 IDLE SPECIAL-USE"
    before: Callable[[str], str] = lambda line: ""
    folders: dict[str, dict[int, Kept]] = field(default_factory=lambda: {"INBOX": {}, "Sent": {}, "Junk": {}})
    validity: dict[str, int] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None  # from the first byte
    lines: list[str] = field(default_factory=list)
    bytes_out: int = 0
    idling: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "ScriptedIMAP":
        rig = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                try:
                    if rig.tls is not None:
                        self.request = rig.tls.wrap_socket(self.request, server_side=True)
                        self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb")
                    Talk(rig, self).run()
                except (OSError, ConnectionError, ValueError):
                    pass

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

        self.lock, self._arrived = threading.Lock(), threading.Condition()
        self._server = Server(("127.0.0.1", 0), Handler)
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: Any) -> None:
        with self._arrived:
            self._arrived.notify_all()
        self._server.shutdown()
        self._server.server_close()

    def put(self, raw: bytes, folder: str = "INBOX", uid: int | None = None, **more: Any) -> int:
        """A mail arrives; whoever idles on the server is told."""
        with self._arrived:
            box = self.folders.setdefault(folder, {})
            number = uid or max(box, default=0) + 1
            box[number] = Kept(raw, **more)
            self._arrived.notify_all()
        return number

    def recreate(self, folder: str) -> None:
        """The folder is deleted and made again: the same mails, renumbered under another UIDVALIDITY."""
        mails = [self.folders[folder][n] for n in sorted(self.folders[folder])]
        self.validity[folder] = self.validity.get(folder, 7) + 1
        self.folders[folder] = {n * 10: kept for n, kept in enumerate(mails, 1)}

    def verbs(self) -> set[str]:
        """Every command that was ever given, UID commands with their second word."""
        words = [line.split(" ") for line in self.lines if " " in line]
        return {f"UID {w[2]}".upper() if w[1].upper() == "UID" else w[1].upper() for w in words}

    def wait_for_arrival(self, folder: str, n: int) -> int:
        with self._arrived:
            self.idling.set()
            self._arrived.wait_for(lambda: len(self.folders.get(folder, {})) != n, timeout=30)
            self.idling.clear()
            return len(self.folders.get(folder, {}))


class Talk:
    def __init__(self, rig: ScriptedIMAP, handler: socketserver.StreamRequestHandler) -> None:
        self.rig, self.into, self.out = rig, handler.rfile, handler.wfile
        self.folder = "INBOX"

    def say(self, words: bytes | str) -> None:
        data = words if isinstance(words, bytes) else words.encode()
        self.rig.bytes_out += len(data)
        self.out.write(data + b"\r\n")
        self.out.flush()

    def run(self) -> None:
        self.say("* OK ready")
        while line := self.into.readline():
            text = line.decode("latin-1").strip()
            self.rig.lines.append(text)
            tag, _, rest = text.partition(" ")
            wish = self.rig.before(rest)
            if wish == "abort":
                return
            if wish:
                self.say(f"{tag} {wish}")
                continue
            verb = rest.split(" ")[0].upper()
            done = getattr(self, f"do_{verb.lower()}", None)
            if done is None:
                self.say(f"{tag} BAD what")
                continue
            done(tag, rest)
            if verb == "LOGOUT":
                return

    def do_capability(self, tag: str, rest: str) -> None:
        self.say(f"* CAPABILITY {self.rig.capabilities}")
        self.say(f"{tag} OK done")

    def do_login(self, tag: str, rest: str) -> None:
        self.say(f"{tag} OK welcome")

    def do_noop(self, tag: str, rest: str) -> None:
        self.say(f"{tag} OK done")

    def do_logout(self, tag: str, rest: str) -> None:
        self.say("* BYE see you")
        self.say(f"{tag} OK done")

    def do_authenticate(self, tag: str, rest: str) -> None:
        self.say("+ ")
        self.into.readline()
        self.say(f"{tag} OK welcome")

    def do_list(self, tag: str, rest: str) -> None:
        for name in self.rig.folders:
            flag = f" {_FLAGS[name]}" if name in _FLAGS else ""
            self.say(f'* LIST (\\HasNoChildren{flag}) "/" "{name}"')
        self.say(f"{tag} OK done")

    def do_status(self, tag: str, rest: str) -> None:
        name = _first_quoted(rest)
        box = self.rig.folders[name]
        self.say(f'* STATUS "{name}" (UIDVALIDITY {self.rig.validity.get(name, 7)} UIDNEXT {max(box, default=0) + 1})')
        self.say(f"{tag} OK done")

    def do_examine(self, tag: str, rest: str) -> None:
        self.folder = _first_quoted(rest)
        self.say(f"* {len(self.rig.folders[self.folder])} EXISTS")
        self.say(f"* OK [UIDVALIDITY {self.rig.validity.get(self.folder, 7)}] numbers hold")
        self.say(f"{tag} OK [READ-ONLY] done")

    def do_append(self, tag: str, rest: str) -> None:
        size = _LITERAL.search(rest.encode("latin-1"))
        assert size is not None
        self.say("+ go on")
        raw = self.into.read(int(size.group(1)))
        self.into.readline()
        self.rig.put(raw, _first_quoted(rest))
        self.say(f"{tag} OK done")

    def do_idle(self, tag: str, rest: str) -> None:
        self.say("+ idling")
        n = len(self.rig.folders[self.folder])
        told = threading.Thread(target=self._tell, args=(n,), daemon=True)
        told.start()
        self.into.readline()  # DONE
        self.say(f"{tag} OK done")

    def _tell(self, n: int) -> None:
        now = self.rig.wait_for_arrival(self.folder, n)
        if now != n:
            self.say(f"* {now} EXISTS")

    def do_uid(self, tag: str, rest: str) -> None:
        what = rest.split(" ", 2)
        if what[1].upper() == "SEARCH":
            found = " ".join(str(n) for n in self._search(what[2]))
            self.say(f"* SEARCH {found}".rstrip())
        elif what[1].upper() == "FETCH":
            numbers, _, items = what[2].partition(" ")
            for uid in map(int, numbers.split(",")):
                kept = self.rig.folders[self.folder].get(uid)
                if kept is not None:
                    self._fetched(uid, kept, items)
        else:
            self.say(f"{tag} NO this mailbox is only read")
            return
        self.say(f"{tag} OK done")

    def _search(self, asked: str) -> list[int]:
        box = self.rig.folders[self.folder]
        words = asked.split(" ")
        if words[0].upper() == "UID":
            low = int(words[1].partition(":")[0])
            return sorted(n for n in box if n >= low) or sorted(box)[-1:]  # "n:*" always names the last one
        if words[0].upper() == "HEADER":
            return sorted(
                n for n, kept in box.items() if words[2].strip('"').encode() in kept.raw.split(b"\r\n\r\n")[0]
            )
        since, before = _day(words[1]), _day(words[3])
        return sorted(n for n, kept in box.items() if since <= kept.day < before)

    def _fetched(self, uid: int, kept: Kept, items: str) -> None:
        pieces = [f"UID {uid}".encode()]
        for section, limit, plain in _ITEM.findall(items):
            if plain == "RFC822.SIZE":
                pieces.append(f"RFC822.SIZE {len(kept.raw)}".encode())
            elif plain == "FLAGS":
                pieces.append(f"FLAGS ({' '.join(kept.flags)})".encode())
            elif plain == "BODYSTRUCTURE":
                pieces.append(b"BODYSTRUCTURE " + structure(message_from_bytes(kept.raw, policy=compat32)).encode())
            elif not plain:
                data = part(kept.raw, section)
                data = data[: int(limit)] if limit else data
                pieces.append(f"BODY[{section}] {{{len(data)}}}\r\n".encode() + data)
        self.say(b"* 1 FETCH (" + b" ".join(pieces) + b")")


def structure(mail: Message) -> str:
    """BODYSTRUCTURE of a mail."""
    if mail.is_multipart() and mail.get_content_maintype() == "multipart":
        inner = "".join(structure(p) for p in mail.get_payload() if isinstance(p, Message))
        return f'({inner} "{mail.get_content_subtype()}" ("boundary" "{mail.get_boundary()}") NIL NIL)'
    size = len(str(mail.get_payload())) if not mail.is_multipart() else 0
    main, sub = mail.get_content_maintype(), mail.get_content_subtype()
    lines = " 9" if main == "text" else ""
    return f'("{main}" "{sub}" ("charset" "utf-8") NIL NIL "{mail.get("Content-Transfer-Encoding", "7bit")}" {size}{lines})'


def part(raw: bytes, section: str) -> bytes:
    """What BODY[section] holds."""
    head, _, body = raw.partition(b"\r\n\r\n")
    if section == "":
        return raw
    if section == "HEADER":
        return head + b"\r\n\r\n"
    if section.startswith("HEADER.FIELDS"):
        found = re.search(rb"(?im)^message-id:.*$", head)
        return (found.group(0).strip() if found else b"") + b"\r\n\r\n"
    numbers, _, word = section.partition(".MIME") if ".MIME" in section else section.partition(".HEADER")
    here: Any = message_from_bytes(raw, policy=compat32)
    for n in numbers.split("."):
        here = here.get_payload()[int(n) - 1] if here.is_multipart() else here
    if section.endswith(".MIME"):
        return "".join(f"{k}: {v}\r\n" for k, v in here.items()).encode() + b"\r\n"
    if section.endswith(".HEADER"):
        here = here.get_payload()[0]
        return "".join(f"{k}: {v}\r\n" for k, v in here.items()).encode() + b"\r\n"
    return str(here.get_payload()).replace("\r\n", "\n").replace("\n", "\r\n").encode("utf-8", "surrogateescape")


def _first_quoted(text: str) -> str:
    found = re.search(r'"((?:[^"\\]|\\.)*)"', text)
    return found.group(1) if found else text.split(" ")[1]


def _day(text: str) -> date:
    day, month, year = text.split("-")
    return date(int(year), _MONTHS.index(month) + 1, int(day))
