"""The people at work: they read what was delivered, decide, and do what is due. Their mails travel by SMTP."""

import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crm.practice import letters
from crm.practice.cast import Kind, Person, Site, World
from crm.practice.hearing import Heard, hear
from crm.practice.ledger import Accepted, Ledger, Reaction
from crm.practice.letters import Letter
from crm.practice.people import STOPS, Reader, react
from crm.practice.world import person_at

AUTOMATIC = ("away", "left", "ticket")


@dataclass(frozen=True)
class Post:
    """Where the people hand in their mail: the user's own incoming server."""

    user: str
    port: int
    host: str = "127.0.0.1"

    def send(self, mails: Sequence[Letter]) -> None:
        """Deliver mails to the user's inbox over one connection."""
        if not mails:
            return
        with smtplib.SMTP(self.host, self.port, timeout=20) as server:
            for mail in mails:
                server.sendmail("postmaster@practice.example", [self.user], mail.raw)


def act(world: World, ledger: Ledger, post: Post, now: datetime) -> int:
    """Let everybody read and do what is due by `now`; returns how many mails reached the user's inbox."""
    _read(world, ledger, now)
    sent = 0
    for due in ledger.due(now):
        if ledger.done(due.id, now):
            sent += _do(world, ledger, post, due, now)
    return sent


def _read(world: World, ledger: Ledger, now: datetime) -> None:
    for mail in ledger.unread():
        if mail.at > now:
            continue
        reader = reader_of(world, mail.rcpt)
        heard = hear(mail.raw, mail.step, reader.person, reader.site)
        earlier = [hear(m.raw, m.step, reader.person, reader.site) for m in _before(ledger, mail)]
        for reaction in react(reader, heard, earlier, mail.at):
            data = {**reaction.data, "mail": mail.id}
            ledger.plan(Reaction(reaction.due_at, reaction.address, reaction.kind, data))
        ledger.mark_read(mail.id, now)


def _before(ledger: Ledger, mail: Accepted) -> list[Accepted]:
    return [m for m in ledger.mails_to(mail.rcpt) if m.id < mail.id and 0 < m.step < mail.step]


def reader_of(world: World, address: str) -> Reader:
    """Who reads an address; an address that the world does not have belongs to nobody and bounces."""
    known = person_at(world, address)
    if known is not None:
        return Reader(world, *known)
    host = address.rpartition("@")[2]
    nobody = Person(address, "", "nobody", False, trait="dead")
    return Reader(world, nobody, world.site_of(host) or Site(host, host, Kind.BLOG, "tools", 10.0, 0))


def _do(world: World, ledger: Ledger, post: Post, due: Reaction, now: datetime) -> int:
    reader = reader_of(world, due.address)
    if due.kind == "place":
        anchor = reader.dice("anchor").choice(("Tidyclock", "this guide", "a helpful page", "free tool"))
        ledger.place(now, reader.site.domain, due.data["path"], due.data["target"], anchor)
        return 0
    mail = next(m for m in ledger.mails_to(due.address) if m.id == due.data["mail"])
    letter = _letter(reader, due, mail, now)
    ledger.deliver(now, due.address, due.kind, letter.message_id, due.kind in STOPS)
    post.send([letter])
    return 1


def _letter(reader: Reader, due: Reaction, mail: Accepted, now: datetime) -> Letter:
    if due.kind in ("dead", "full"):
        return letters.bounce(reader, mail, now, full=due.kind == "full")
    if due.kind in AUTOMATIC:
        return letters.automatic(reader, due.kind, mail, now, str(due.data.get("back", "")))
    if due.kind == "complaint":
        return letters.complaint(reader, mail, now)
    url = f"https://{reader.site.domain}{due.data['path']}" if "path" in due.data else ""
    return letters.reply(reader, due.kind, mail, now, url)


__all__ = ["Heard", "Post", "act", "reader_of"]
