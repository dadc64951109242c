"""An SMTP client that knows how far it came.

smtplib raises the same exception for a connection lost before and after the final dot. Only the second one leaves it
unclear whether the mail was taken, so this client records the phase: connect, tls, auth, mail, rcpt, data, late, dot,
answered ("late": we ran out of our own time before the dot). Phases and time limits follow RFC 5321 section 4.5.3.2.
One recipient per message, always.
"""

import re
import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from crm.adapters.accounts import STARTTLS, TLS, Account, checked_addresses

CONNECT_SECONDS = 30.0
COMMAND_SECONDS = 300.0
DOT_SECONDS = 600.0
PER_SESSION = 10
FRESH_SECONDS = 10.0
_ENHANCED = re.compile(r"^\s*([245]\.\d{1,3}\.\d{1,3})\b")
_DOT_LINES = re.compile(rb"(?m)^\.")
_LINE_ENDS = re.compile(rb"\r\n|\r|\n")
Go = Callable[[], bool]


class Verdict(StrEnum):
    """What one conversation with the server means for the mail."""

    SENT = "sent"
    NOT_SENT = "not_sent"  # definitely not taken by the server
    WITHDRAWN = "withdrawn"  # we ourselves did not want it any more
    IN_DOUBT = "in_doubt"  # the final dot left, no answer came


@dataclass(frozen=True)
class SendResult:
    """The end of one conversation: verdict, phase reached, the server's code, enhanced code and words."""

    verdict: Verdict
    phase: str
    code: int | None = None
    enhanced: str | None = None
    text: str = ""


class _Phased(smtplib.SMTP):
    """smtplib with an address that was checked beforehand and verified TLS."""

    def __init__(self, account: Account, timeout: float, tls: ssl.SSLContext) -> None:
        self._account, self._tls = account, tls
        super().__init__(timeout=timeout)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        error: OSError = OSError("no address")
        for address in checked_addresses(self._account)[:3]:
            try:
                sock = socket.create_connection((address, port), timeout)
                # the dot goes out as a packet of its own; without this it waits 40 ms for an acknowledgement
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                break
            except OSError as failed:
                error = failed
        else:
            raise error
        self._host = self._account.host
        if self._account.security == TLS:
            return self._tls.wrap_socket(sock, server_hostname=self._account.host)
        return sock


@lru_cache(maxsize=1)
def _default_tls() -> ssl.SSLContext:
    """The trusted authorities, read once: that takes 20 ms."""
    return ssl.create_default_context()


class Session:
    """One connection that carries up to ten mails. Opened at the first send; every failure is a SendResult."""

    def __init__(
        self,
        account: Account,
        *,
        tls: ssl.SSLContext | None = None,
        connect_seconds: float = CONNECT_SECONDS,
        command_seconds: float = COMMAND_SECONDS,
        dot_seconds: float = DOT_SECONDS,
    ) -> None:
        self.account = account
        self._tls = tls or _default_tls()
        self._seconds = (connect_seconds, command_seconds, dot_seconds)
        self._smtp: _Phased | None = None
        self._used, self._last = 0, 0.0
        self.phase = "connect"

    def send(self, wire: bytes, sender: str, rcpt: str, *, deadline: float, go: Go | None = None) -> SendResult:
        """Hand one mail over.

        `deadline` is on the monotonic clock: at or after it the final dot is never sent, so a process that slept past
        its lease cannot deliver. `go` is asked right before DATA; False takes the mail back.
        """
        try:
            self._open()
            return self._transfer(wire, sender, rcpt, deadline, go)
        except smtplib.SMTPResponseException as error:
            refused = self._refused(error.smtp_code, error.smtp_error)
            if error.smtp_code == 421 or self.phase in ("connect", "tls", "auth"):
                self.close()
            else:
                self._reset()
            return refused
        except (smtplib.SMTPException, OSError, ValueError) as error:
            lost = self.phase == "dot"
            phase = self.phase
            self.close()
            return SendResult(Verdict.IN_DOUBT if lost else Verdict.NOT_SENT, phase, text=_words(error))

    def login(self) -> SendResult:
        """Only connect and sign in, for the check of a mailbox; SENT means that it worked."""
        try:
            self._open()
            self.phase = "answered"
            return SendResult(Verdict.SENT, "auth", 235)
        except smtplib.SMTPResponseException as error:
            return self._refused(error.smtp_code, error.smtp_error)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            return SendResult(Verdict.NOT_SENT, self.phase, text=_words(error))
        finally:
            self.close()

    def close(self) -> None:
        """End the connection; errors of a dead one do not matter."""
        if self._smtp is not None:
            self._smtp.close()
        self._smtp, self._used = None, 0

    def quit(self) -> None:
        """Say goodbye politely, then close."""
        if self._smtp is not None:
            try:
                self._limit(5.0)
                self._smtp.quit()
            except (smtplib.SMTPException, OSError):
                pass
        self.close()

    def _open(self) -> None:
        if self._smtp is not None and self._used < PER_SESSION and self._still_there():
            return
        self.quit()
        self.phase = "connect"
        smtp = _Phased(self.account, self._seconds[0], self._tls)
        self._smtp = smtp
        code, words = smtp.connect(self.account.host, self.account.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, words)
        self._limit(self._seconds[1])
        smtp.ehlo_or_helo_if_needed()
        if self.account.security == STARTTLS:
            self.phase = "tls"
            smtp.starttls(context=self._tls)  # raises when the server does not offer it; nothing was said before
            smtp.ehlo_or_helo_if_needed()
        self.phase = "auth"
        self._authenticate(smtp)

    def _authenticate(self, smtp: _Phased) -> None:
        if self.account.token:
            smtp.auth("XOAUTH2", lambda challenge=None: "" if challenge else self.account.xoauth2())
        elif self.account.password:
            if self.account.security == "plain" and not smtp.has_extn("auth"):
                return  # a server on this machine that asks nobody
            smtp.login(self.account.username, self.account.password)

    def _transfer(self, wire: bytes, sender: str, rcpt: str, deadline: float, go: Go | None) -> SendResult:
        smtp = self._smtp
        assert smtp is not None
        self._used += 1
        self.phase, options = "mail", []
        if not (sender + rcpt).isascii():
            if not smtp.has_extn("smtputf8"):
                return SendResult(Verdict.NOT_SENT, "mail", 553, "5.6.7", "The server does not take such an address.")
            options = ["SMTPUTF8", "BODY=8BITMIME"]
        self._limit(self._seconds[1])
        self._expect(smtp.mail(sender, options), 250)
        self.phase = "rcpt"
        self._expect(smtp.rcpt(rcpt), 250, 251)
        if go is not None and not go():
            self._reset()
            return SendResult(Verdict.WITHDRAWN, "rcpt", text="stopped right before DATA")
        self.phase = "data"
        smtp.putcmd("data")
        self._expect(smtp.getreply(), 354)
        return self._content(smtp, wire, deadline)

    def _content(self, smtp: _Phased, wire: bytes, deadline: float) -> SendResult:
        body = _DOT_LINES.sub(b"..", _LINE_ENDS.sub(b"\r\n", wire))
        smtp.send(body if body.endswith(b"\r\n") else body + b"\r\n")
        if time.monotonic() >= deadline:
            self.close()  # without the dot the server drops what it got
            return SendResult(Verdict.NOT_SENT, "late", text="the time for this mail was over before its last line")
        self._limit(self._seconds[2])
        self.phase = "dot"
        smtp.send(b".\r\n")
        code, words = smtp.getreply()
        self.phase, self._last = "answered", time.monotonic()
        if code == 250:
            return SendResult(Verdict.SENT, "answered", code, *_read(words))
        if code == 421:
            self.close()
        else:
            self._reset()
        return self._refused(code, words)

    def _expect(self, answer: tuple[int, bytes], *good: int) -> None:
        code, words = answer
        if code == -1:
            raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")
        if code not in good:
            raise smtplib.SMTPResponseException(code, words)

    def _refused(self, code: int, words: bytes | str) -> SendResult:
        enhanced, text = _read(words)
        return SendResult(Verdict.NOT_SENT, self.phase, code, enhanced, text)

    def _reset(self) -> None:
        """RSET; a server that hangs up on it does not change what it answered before."""
        try:
            if self._smtp is not None and self._smtp.rset()[0] != 250:
                self.close()
        except (smtplib.SMTPException, OSError):
            self.close()

    def _still_there(self) -> bool:
        if time.monotonic() - self._last < FRESH_SECONDS:
            return True
        try:
            self._limit(self._seconds[0])
            return self._smtp is not None and self._smtp.noop()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    def _limit(self, seconds: float) -> None:
        if self._smtp is not None and self._smtp.sock is not None:
            self._smtp.sock.settimeout(seconds)


def send(account: Account, wire: bytes, sender: str, rcpt: str, deadline: float, **options: Any) -> SendResult:
    """Send one mail over a connection of its own; `deadline` is a time.monotonic() value."""
    session = Session(account, **options)
    try:
        return session.send(wire, sender, rcpt, deadline=deadline)
    finally:
        session.quit()


def _read(words: bytes | str) -> tuple[str | None, str]:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    found = _ENHANCED.match(text)
    return (found.group(1) if found else None), " ".join(text.split())[:500]


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]
