"""An SMTP server that does what the script says: answers, delays, hang-ups. It records before it answers."""

import re
import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_MESSAGE_ID = re.compile(rb"(?im)^message-id:\s*<([^>]+)>")
_GREETING = "220 scripted ESMTP"


@dataclass
class Rule:
    """What to do at one point: connect, ehlo, auth, mail, rcpt, data, body, dot, rset, noop.

    `answer` replaces the usual one, `delay` waits before it, `abort` hangs up instead. `times` limits how often; `then`
    is called before the answer.
    """

    at: str
    answer: str = ""
    delay: float = 0.0
    abort: bool = False
    times: int = 10**9
    match: str = ""
    then: Callable[[], None] | None = None


@dataclass(frozen=True)
class Accepted:
    """One mail the server took."""

    sender: str
    rcpts: tuple[str, ...]
    wire: bytes
    message_id: str


@dataclass
class ScriptedSMTP:
    """Use as a context manager; `port` is free and on loopback. `log` gets one Message-ID per line, before the 250."""

    rules: list[Rule] = field(default_factory=list)
    extensions: tuple[str, ...] = ("8BITMIME",)
    tls: ssl.SSLContext | None = None
    implicit_tls: bool = False
    log: Path | None = None
    accepted: list[Accepted] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> "ScriptedSMTP":
        rig = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                rig.connections += 1
                try:
                    Conversation(rig, self.request).run()
                except (OSError, ConnectionError, ValueError):
                    pass

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            request_queue_size = 64

        self.lock = threading.Lock()
        self._server = Server(("127.0.0.1", 0), Handler)
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._server.shutdown()
        self._server.server_close()

    def ids(self) -> list[str]:
        """Message-IDs in the order of acceptance."""
        return [a.message_id for a in self.accepted]

    def rule(self, at: str, line: str) -> Rule | None:
        with self.lock:
            for rule in self.rules:
                if rule.at == at and rule.times > 0 and rule.match in line:
                    rule.times -= 1
                    return rule
        return None

    def keep(self, mail: Accepted) -> None:
        with self.lock:
            self.accepted.append(mail)
            if self.log is not None:
                with self.log.open("a") as out:
                    out.write(mail.message_id + "\n")


class HangUp(ConnectionError):
    """The script wants the connection to end here."""


class Conversation:
    def __init__(self, rig: ScriptedSMTP, sock: socket.socket) -> None:
        self.rig = rig
        self.sock = rig.tls.wrap_socket(sock, server_side=True) if rig.implicit_tls and rig.tls else sock
        self.file = self.sock.makefile("rb")
        self.sender, self.rcpts = "", []  # type: ignore[var-annotated]

    def run(self) -> None:
        try:
            self.answer("connect", "", _GREETING)
            while line := self.file.readline():
                text = line.decode("utf-8", "replace").strip()
                self.rig.commands.append(text)
                if self.one(text):
                    return
        except HangUp:
            pass
        finally:
            self.sock.close()

    def one(self, text: str) -> bool:
        verb = text.split(" ")[0].upper()
        if verb in ("EHLO", "HELO"):
            lines = ["scripted", *self.rig.extensions]
            body = "\r\n".join(f"250{'-' if i < len(lines) - 1 else ' '}{x}" for i, x in enumerate(lines))
            self.answer("ehlo", text, body)
        elif verb == "STARTTLS" and self.rig.tls:
            self.answer("starttls", text, "220 go on")
            self.sock = self.rig.tls.wrap_socket(self.sock, server_side=True)
            self.file = self.sock.makefile("rb")
        elif verb == "AUTH":
            self.answer("auth", text, "235 2.7.0 welcome")
        elif verb == "MAIL":
            self.sender, self.rcpts = text, []
            self.answer("mail", text, "250 2.1.0 ok")
        elif verb == "RCPT":
            if self.answer("rcpt", text, "250 2.1.5 ok").startswith("2"):
                self.rcpts.append(text.partition("<")[2].partition(">")[0])
        elif verb == "DATA":
            if self.answer("data", text, "354 go on").startswith("354"):
                self.content()
        elif verb in ("RSET", "NOOP"):
            self.answer(verb.lower(), text, "250 2.0.0 ok")
        elif verb == "QUIT":
            self.say("221 2.0.0 bye")
            return True
        else:
            self.say("500 5.5.1 what")
        return False

    def content(self) -> None:
        self.answer("body", "", "")
        lines = []
        while (line := self.file.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        if line == b"":
            raise HangUp
        wire = b"".join(lines)
        rule = self.rig.rule("dot", wire.decode("latin-1"))
        found = _MESSAGE_ID.search(wire)
        if rule is None or rule.abort or rule.answer.startswith("2") or not rule.answer:
            name = found.group(1).decode() if found else ""
            self.rig.keep(Accepted(self.sender, tuple(self.rcpts), wire, name))
        self.obey(rule, "250 2.0.0 taken")

    def answer(self, at: str, line: str, usual: str) -> str:
        return self.obey(self.rig.rule(at, line), usual)

    def obey(self, rule: Rule | None, usual: str) -> str:
        words = rule.answer or usual if rule else usual
        if rule:
            if rule.then is not None:
                rule.then()
            time.sleep(rule.delay)
            if rule.abort:
                self.sock.shutdown(socket.SHUT_RDWR)
                raise HangUp
        if words:
            self.say(words)
        return words

    def say(self, words: str) -> None:
        self.sock.sendall(words.encode() + b"\r\n")
