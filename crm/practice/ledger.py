"""The practice servers' own record, in a file of its own: each mail accepted, each answer, each link placed.

It is written before a server answers, never by the product, and so it can testify against the product.
"""

import json
import sqlite3
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

READ_WITHIN = timedelta(hours=1)
FIRST_UID = 101  # pymap numbers the mails of a folder from here
SCHEMA = """
CREATE TABLE IF NOT EXISTS accepted (id INTEGER PRIMARY KEY, at TEXT, message_id TEXT, rcpt TEXT, sender TEXT,
  step INTEGER, subject TEXT, raw BLOB, read_at TEXT);
CREATE TABLE IF NOT EXISTS filed (id INTEGER PRIMARY KEY, folder TEXT, at TEXT, raw BLOB);
CREATE TABLE IF NOT EXISTS reaction (id INTEGER PRIMARY KEY, due_at TEXT, address TEXT, kind TEXT, data TEXT,
  done_at TEXT);
CREATE TABLE IF NOT EXISTS delivered (id INTEGER PRIMARY KEY, at TEXT, address TEXT, kind TEXT, message_id TEXT,
  stops INTEGER);
CREATE TABLE IF NOT EXISTS placed (id INTEGER PRIMARY KEY, at TEXT, domain TEXT, path TEXT, target TEXT, anchor TEXT);
CREATE TABLE IF NOT EXISTS looked (at TEXT, last_uid INTEGER);
CREATE TABLE IF NOT EXISTS fetched (uid INTEGER PRIMARY KEY, at TEXT);
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT);
CREATE INDEX IF NOT EXISTS accepted_rcpt ON accepted (rcpt);
CREATE INDEX IF NOT EXISTS reaction_due ON reaction (done_at, due_at);
"""


@dataclass(frozen=True)
class Accepted:
    """A mail that the server took responsibility for. `step` is 0 when it is an answer written by hand."""

    id: int
    at: datetime
    message_id: str
    rcpt: str
    sender: str
    step: int
    subject: str
    raw: bytes


@dataclass(frozen=True)
class Reaction:
    """Something that a person will do at `due_at`."""

    due_at: datetime
    address: str
    kind: str
    data: dict[str, Any]
    id: int = 0


class Ledger:
    """One SQLite file; safe to open from several processes and threads."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def accept(self, at: datetime, rcpt: str, sender: str, raw: bytes) -> int:
        """Write down a mail before the server answers 250; returns its number."""
        head = message_from_bytes(raw, policy=policy.default)
        message_id = str(head.get("Message-ID", "")).strip().strip("<>")
        values = (at.isoformat(), message_id, rcpt.lower(), sender, self._step(head), str(head.get("Subject", "")), raw)
        sql = "INSERT INTO accepted (at, message_id, rcpt, sender, step, subject, raw) VALUES (?,?,?,?,?,?,?)"
        return self._write(sql, values)

    def _step(self, head: Any) -> int:
        """Which mail of a sequence it is: one more than the own mails it refers to; 0 if it answers somebody's mail."""
        ids = [part.strip("<>") for part in str(head.get("References", head.get("In-Reply-To", ""))).split()]
        for known in ids:
            if self._one("SELECT 1 FROM delivered WHERE message_id = ?", (known,)):
                return 0
        return len(ids) + 1

    def file(self, folder: str, at: datetime, raw: bytes) -> None:
        """Keep a mail of the user's mailbox, so that the mailbox survives a restart."""
        self._write("INSERT INTO filed (folder, at, raw) VALUES (?,?,?)", (folder, at.isoformat(), raw))

    def filed(self) -> list[tuple[str, bytes]]:
        """All mails of the mailbox in the order in which they came."""
        return [(folder, raw) for folder, raw in self._all("SELECT folder, raw FROM filed ORDER BY id")]

    def unread(self) -> list[Accepted]:
        """Accepted mails that nobody has read yet, oldest first (equal times: by recipient)."""
        return self._accepted("WHERE read_at IS NULL ORDER BY at, rcpt, id")

    def accepted(self) -> list[Accepted]:
        """Everything accepted, oldest first."""
        return self._accepted("ORDER BY id")

    def mails_to(self, rcpt: str) -> list[Accepted]:
        """Everything accepted for one address."""
        return self._accepted("WHERE rcpt = ? ORDER BY id", (rcpt.lower(),))

    def mark_read(self, number: int, at: datetime) -> None:
        """The person has seen it."""
        self._write("UPDATE accepted SET read_at = ? WHERE id = ?", (at.isoformat(), number))

    def plan(self, reaction: Reaction) -> None:
        """Remember what a person will do."""
        sql = "INSERT INTO reaction (due_at, address, kind, data) VALUES (?,?,?,?)"
        data = json.dumps(reaction.data)
        self._write(sql, (reaction.due_at.isoformat(), reaction.address, reaction.kind, data))

    def due(self, now: datetime) -> list[Reaction]:
        """What should have happened by now and has not, in order."""
        sql = (
            "SELECT due_at, address, kind, data, id FROM reaction WHERE done_at IS NULL AND due_at <= ? "
            "ORDER BY due_at, address, id"
        )
        return [
            Reaction(datetime.fromisoformat(d), a, k, json.loads(j), i)
            for d, a, k, j, i in self._all(sql, (now.isoformat(),))
        ]

    def next_due(self) -> datetime | None:
        """When the next person does something."""
        row = self._one("SELECT min(due_at) FROM reaction WHERE done_at IS NULL")
        return datetime.fromisoformat(row[0]) if row and row[0] else None

    def done(self, number: int, at: datetime) -> bool:
        """Claim a planned reaction; False when somebody else did it already."""
        with self._lock:
            sql = "UPDATE reaction SET done_at = ? WHERE id = ? AND done_at IS NULL"
            return self._db.execute(sql, (at.isoformat(), number)).rowcount == 1

    def planned(self, address: str) -> list[Reaction]:
        """What is still to come from one address."""
        sql = "SELECT due_at, address, kind, data, id FROM reaction WHERE done_at IS NULL AND address = ? ORDER BY id"
        return [
            Reaction(datetime.fromisoformat(d), a, k, json.loads(j), i) for d, a, k, j, i in self._all(sql, (address,))
        ]

    def deliver(self, at: datetime, address: str, kind: str, message_id: str, stops: bool) -> None:
        """Note that an answer of `address` reached the user's inbox; `stops` if nothing automatic may follow it."""
        sql = "INSERT INTO delivered (at, address, kind, message_id, stops) VALUES (?,?,?,?,?)"
        self._write(sql, (at.isoformat(), address.lower(), kind, message_id, int(stops)))

    def delivered(self) -> list[tuple[datetime, str, str, bool]]:
        """(time, address, kind, stops) of everything that people and servers sent to the user."""
        rows = self._all("SELECT at, address, kind, stops FROM delivered ORDER BY id")
        return [(datetime.fromisoformat(at), address, kind, bool(stops)) for at, address, kind, stops in rows]

    def place(self, at: datetime, domain: str, path: str, target: str, anchor: str) -> None:
        """A link that its owner put on a page."""
        sql = "INSERT INTO placed (at, domain, path, target, anchor) VALUES (?,?,?,?,?)"
        self._write(sql, (at.isoformat(), domain, path, target, anchor))

    def placed(self, domain: str, now: datetime) -> list[tuple[str, str, str]]:
        """(path, target, anchor) of the links that stand on a site's pages by now."""
        sql = "SELECT path, target, anchor FROM placed WHERE domain = ? AND at <= ? ORDER BY id"
        return self._all(sql, (domain, now.isoformat()))

    def n_placed(self) -> int:
        """How many links were placed in this world, whenever they begin to stand there."""
        return int(self._one("SELECT count(*) FROM placed")[0])

    def note(self, name: str, value: str) -> None:
        """Keep a small fact, such as the ports."""
        self._write(
            "INSERT INTO fact VALUES (?,?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (name, value)
        )

    def fact(self, name: str) -> str | None:
        """A fact that was kept."""
        row = self._one("SELECT value FROM fact WHERE name = ?", (name,))
        return str(row[0]) if row else None

    def mailed_twice(self) -> int:
        """Steps of which somebody got more than one mail, and Message-IDs that were accepted more than once."""
        steps = "SELECT count(*) FROM (SELECT 1 FROM accepted WHERE step > 0 GROUP BY rcpt, step HAVING count(*) > 1)"
        ids = "SELECT count(*) FROM (SELECT 1 FROM accepted GROUP BY message_id HAVING count(*) > 1)"
        return int(max(self._one(steps)[0], self._one(ids)[0]))

    def sent_after_stop(self) -> int:
        """Automatic mails accepted for an address after its answer, bounce or refusal had reached the inbox."""
        sql = (
            "SELECT count(*) FROM accepted a WHERE a.step > 0 AND EXISTS (SELECT 1 FROM delivered d WHERE "
            "d.address = a.rcpt AND d.stops = 1 AND d.at < a.at)"
        )
        return int(self._one(sql)[0])

    def look(self, at: datetime, last_uid: int) -> None:
        """The user's mail program asked what is in the inbox; the newest mail there had this number."""
        self._write("INSERT INTO looked (at, last_uid) VALUES (?,?)", (at.isoformat(), last_uid))

    def fetch(self, at: datetime, uid: int) -> None:
        """A mail of the inbox was handed to the user's mail program."""
        self._write("INSERT OR IGNORE INTO fetched (uid, at) VALUES (?,?)", (uid, at.isoformat()))

    def followup_before_inbox_read(self) -> int:
        """Follow-ups accepted although the inbox was not looked at in the hour before, or something that lay in it at
        that look had not been fetched."""
        looks = [
            (datetime.fromisoformat(at), uid) for at, uid in self._all("SELECT at, last_uid FROM looked ORDER BY at")
        ]
        fetched = sorted((datetime.fromisoformat(at), uid) for uid, at in self._all("SELECT uid, at FROM fetched"))
        return sum(not _was_read(mail.at, looks, fetched) for mail in self.accepted() if mail.step > 1)

    def _accepted(self, where: str, values: tuple[Any, ...] = ()) -> list[Accepted]:
        sql = f"SELECT id, at, message_id, rcpt, sender, step, subject, raw FROM accepted {where}"  # noqa: S608
        return [Accepted(n, datetime.fromisoformat(at), *rest) for n, at, *rest in self._all(sql, values)]

    def _write(self, sql: str, values: tuple[Any, ...]) -> int:
        with self._lock:
            return int(self._db.execute(sql, values).lastrowid or 0)

    def _all(self, sql: str, values: tuple[Any, ...] = ()) -> list[Any]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def _one(self, sql: str, values: tuple[Any, ...] = ()) -> Any:
        with self._lock:
            return self._db.execute(sql, values).fetchone()


def _was_read(at: datetime, looks: list[tuple[datetime, int]], fetched: list[tuple[datetime, int]]) -> bool:
    """Whether a look of the last hour was followed by fetching everything that it showed."""
    by_then = {uid for moment, uid in fetched if moment <= at}
    recent = [last for moment, last in looks if at - READ_WITHIN <= moment <= at]
    return any(by_then.issuperset(range(FIRST_UID, last + 1)) for last in recent)
