"""Answers as mails on the wire: replies with quotes, automatic answers, delivery reports and complaints."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape

from crm.practice.answers import words
from crm.practice.dice import dice
from crm.practice.hearing import text_of
from crm.practice.ledger import Accepted
from crm.practice.people import Reader

POSTMASTER = "mailer-daemon"


@dataclass(frozen=True)
class Letter:
    """A mail ready to be delivered; `message_id` without brackets."""

    raw: bytes
    message_id: str


def reply(reader: Reader, kind: str, mail: Accepted, now: datetime, url: str) -> Letter:
    """A person's answer to a mail of ours, written the way people write."""
    person = reader.person
    r = reader.dice("letter", kind)
    text = words(reader.world.seed, person.address, kind, person.answers_in, person.name, url)
    letter = _start(reader, kind, mail, now)
    if r.random() < 0.06:
        del letter["References"], letter["In-Reply-To"]
    _, quoted = text_of(mail.raw)
    style = r.choice(("top", "top", "top", "none", "outlook", "html"))
    if style == "top":
        cited = "\n".join(f"> {line}" for line in quoted.strip().splitlines())
        text += f"\n\nOn {mail.at:%a, %d %b %Y at %H:%M}, {mail.sender} wrote:\n\n{cited}\n"
    elif style == "outlook":
        text += (f"\n\n-----Original Message-----\nFrom: {mail.sender}\nSent: {mail.at:%d %B %Y %H:%M}\n"
                 f"To: {person.address}\nSubject: {mail.subject}\n\n{quoted}")  # fmt: skip
    letter.set_content(text, cte="quoted-printable")
    if style == "html":
        letter.add_alternative("<div>" + escape(text).replace("\n", "<br>") + "</div>", subtype="html")
    return _done(letter)


def automatic(reader: Reader, kind: str, mail: Accepted, now: datetime, back: str) -> Letter:
    """Out of office, "has left", or the acknowledgement of a ticket system."""
    who = reader.person.name or "The office"
    letter = _start(reader, kind, mail, now)
    letter["Auto-Submitted"] = "auto-replied"
    if kind == "ticket":
        number = reader.dice("ticket").randint(10_000, 99_999)
        letter.replace_header("Subject", f"[#{number}] We received your request: {mail.subject}")
        text = (
            f"Thank you for your message. Your request has been received and has the number {number}. We answer soon."
        )
    elif kind == "left":
        letter.replace_header("Subject", f"Automatic reply: {mail.subject}")
        text = f"{who} has left the company. This mailbox is no longer read."
    else:
        letter.replace_header("Subject", f"Out of office: {mail.subject}")
        day = datetime.fromisoformat(back)
        text = f"I am out of the office and will be back on {day:%d %B %Y}. I read my mail when I return.\n\n{who}"
    letter.set_content(text)
    return _done(letter)


def bounce(reader: Reader, mail: Accepted, now: datetime, full: bool) -> Letter:
    """A delivery report in one of four common forms."""
    forms: tuple[Callable[[Reader, Accepted, bool], tuple[str, str, str]], ...] = (_postfix, _exchange, _plain, _large)
    sender, subject, text = dice(reader.site.domain, "mta").choice(forms)(reader, mail, full)
    letter = EmailMessage(policy=policy.SMTP)
    letter["From"] = sender
    letter["To"] = mail.sender
    letter["Subject"] = subject
    letter["Auto-Submitted"] = "auto-replied"
    letter["Return-Path"] = "<>"
    _stamp(letter, reader, "bounce", now, mail)
    letter.set_content(text)
    if sender.startswith(POSTMASTER) and "qmail" in text:
        return _done(letter)
    head = mail.raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("utf-8", "replace")
    status = "4.2.2" if full else "5.1.1"
    said = "452 4.2.2 mailbox full" if full else f"550 5.1.1 <{mail.rcpt}>: user unknown"
    report = (f"Reporting-MTA: dns; mail.{reader.site.domain}\nArrival-Date: {format_datetime(now)}\n\n"
              f"Final-Recipient: rfc822; {mail.rcpt}\nAction: failed\nStatus: {status}\n"
              f"Diagnostic-Code: smtp; {said}\n")  # fmt: skip
    return _report(letter, "delivery-status", report, head)


def complaint(reader: Reader, mail: Accepted, now: datetime) -> Letter:
    """A feedback report of a provider whose user pressed "this is spam"."""
    letter = EmailMessage(policy=policy.SMTP)
    letter["From"] = f"abuse@{reader.site.domain}"
    letter["To"] = mail.sender
    letter["Subject"] = f"FW: {mail.subject}"
    _stamp(letter, reader, "complaint", now, mail)
    letter.set_content("This is an email abuse report for a message that one of our users marked as spam.")
    head = mail.raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("utf-8", "replace")
    report = (f"Feedback-Type: abuse\nUser-Agent: Practice/1.0\nVersion: 1\nOriginal-Mail-From: <{mail.sender}>\n"
              f"Original-Rcpt-To: <{mail.rcpt}>\n")  # fmt: skip
    return _report(letter, "feedback-report", report, head)


def _start(reader: Reader, kind: str, mail: Accepted, now: datetime) -> EmailMessage:
    letter = EmailMessage(policy=policy.SMTP)
    person = reader.person
    letter["From"] = f'"{person.name}" <{person.address}>' if person.name else person.address
    letter["To"] = mail.sender
    letter["Subject"] = mail.subject if mail.subject.lower().startswith("re:") else f"Re: {mail.subject}"
    letter["In-Reply-To"] = f"<{mail.message_id}>"
    known = str(message_from_bytes(mail.raw, policy=policy.compat32).get("References", "")).split()
    letter["References"] = " ".join([*known, f"<{mail.message_id}>"])
    _stamp(letter, reader, kind, now, mail)
    return letter


def _stamp(letter: EmailMessage, reader: Reader, kind: str, now: datetime, mail: Accepted) -> None:
    letter["Date"] = format_datetime(now)
    number = dice(reader.world.seed, mail.rcpt, mail.step, kind, now.isoformat()).getrandbits(80)
    letter["Message-ID"] = f"<{number:020x}@{reader.site.domain}>"
    letter["MIME-Version"] = "1.0"


def _done(letter: EmailMessage) -> Letter:
    return Letter(letter.as_bytes(), str(letter["Message-ID"]).strip("<>"))


def _report(letter: EmailMessage, kind: str, report: str, head: str) -> Letter:
    """Put the machine-readable parts behind the words; the report type has to stand in the outermost header."""
    text = letter.get_content().strip()
    edge = "=_practice_" + str(letter["Message-ID"]).strip("<>")[:20]
    del letter["Content-Type"], letter["Content-Transfer-Encoding"]
    letter["Content-Type"] = f'multipart/report; report-type={kind}; boundary="{edge}"'
    parts = (("text/plain; charset=us-ascii", text), (f"message/{kind}", report), ("text/rfc822-headers", head))
    body = "".join(f"--{edge}\nContent-Type: {kind_}\n\n{part}\n\n" for kind_, part in parts) + f"--{edge}--\n"
    headers = "".join(f"{name}: {value}\n" for name, value in letter.items())
    raw = f"{headers}\n{body}".replace("\n", "\r\n").encode("utf-8", "replace")
    return Letter(raw, str(letter["Message-ID"]).strip("<>"))


def _postfix(reader: Reader, mail: Accepted, full: bool) -> tuple[str, str, str]:
    why = "452 4.2.2 The email account is over quota" if full else "550 5.1.1 User unknown in virtual mailbox table"
    text = (f"This is the mail system at host mail.{reader.site.domain}.\n\nI'm sorry to have to inform you that your "
            f"message could not\nbe delivered to one or more recipients.\n\n<{mail.rcpt}>: host "
            f"mail.{reader.site.domain} said: {why} (in reply to RCPT TO command)")  # fmt: skip
    return f"{POSTMASTER.upper()}@{reader.site.domain}", "Undelivered Mail Returned to Sender", text


def _exchange(reader: Reader, mail: Accepted, full: bool) -> tuple[str, str, str]:
    why = ("The recipient's mailbox is full and can't accept messages now." if full else
           "The email address you entered couldn't be found.")  # fmt: skip
    text = f"Delivery has failed to these recipients or groups:\n\n{mail.rcpt}\n{why}"
    return f"postmaster@{reader.site.domain}", f"Undeliverable: {mail.subject}", text


def _plain(reader: Reader, mail: Accepted, full: bool) -> tuple[str, str, str]:
    why = "This account is over quota. (#4.2.2)" if full else "Sorry, no mailbox here by that name. (#5.1.1)"
    copy = mail.raw.replace(b"\r\n", b"\n").decode("utf-8", "replace")
    text = (f"Hi. This is the qmail-send program at {reader.site.domain}.\nI'm afraid I wasn't able to deliver your "
            f"message to the following addresses.\nThis is a permanent error; I've given up. "
            f"Sorry it didn't work out.\n\n"
            f"<{mail.rcpt}>:\n{why}\n\n--- Below this line is a copy of the message.\n\n{copy}")  # fmt: skip
    return f"{POSTMASTER}@{reader.site.domain}", "failure notice", text


def _large(reader: Reader, mail: Accepted, full: bool) -> tuple[str, str, str]:
    why = "Your message wasn't delivered because the address couldn't be found, or is unable to receive mail."
    why = "The recipient's inbox is out of storage space." if full else why
    text = f"Address not found\n\n{mail.rcpt}\n{why}"
    return f"{POSTMASTER}@googlemail.example", "Delivery Status Notification (Failure)", text
