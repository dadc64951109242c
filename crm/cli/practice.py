"""`flask practice`: the practice world of this installation."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import click
from alembic import command as alembic
from flask import current_app

from config import Settings
from crm import clock, prepare
from crm.cli.output import emit, json_option
from crm.cli.worker import alembic_config
from crm.db import transaction
from crm.practice.exports import write_all
from crm.practice.ledger import Ledger
from crm.practice.network import Ports, ledger_path
from crm.practice.world import world

group = click.Group("practice", help="The practice world: a made-up web and made-up people on this machine.")
WEB_THREADS = 8


@group.command("samples")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder for the files.")
@click.option("--seed", default=1, show_default=True, help="Which world.")
@json_option
def samples(out: Path, seed: int, as_json: bool) -> None:
    """Write five example exports as five tools would write them."""
    files = write_all(world(seed), out)
    emit([str(path) for path in files], as_json, "\n".join(str(path) for path in files))


@group.command("serve")
@click.option("--web-port", default=0, help="Port of the practice web; 0: as last time, else a free one.")
@click.option("--smtp-port", default=0, help="Port for outgoing mail.")
@click.option("--imap-port", default=0, help="Port of the mailbox.")
@click.option("--seed", default=1, show_default=True, help="Which world; fixed at the first start.")
def serve(web_port: int, smtp_port: int, imap_port: int, seed: int) -> None:
    """Run the practice web and mail servers on loopback until stopped."""
    from crm.practice.doors import Servers  # the mail servers are heavy, and no other command wants them

    ledger = Ledger(ledger_path(current_app.extensions["settings"].instance))
    servers = Servers(ledger, _seed(ledger, seed), clock.now, _wanted(ledger, web_port, smtp_port, imap_port))
    ports = servers.start()
    click.echo(json.dumps({"web": ports.web, "smtp": ports.smtp, "imap": ports.imap}))
    sys.stdout.flush()
    _until_stopped()
    servers.stop()


@group.command("next-day")
@click.option("--days", default=0, help="Business mornings to go on; default 1.")
@click.option("--hours", default=0, help="Hours to go on instead.")
@json_option
def next_day(days: int, hours: int, as_json: bool) -> None:
    """Let practice time pass: people answer, follow-ups leave, links appear."""
    from crm.practice import players  # imports every slice

    passed = players.let_pass(current_app.extensions["settings"], days=days or (0 if hours else 1), hours=hours)
    data = {"now": clock.now().isoformat(), "hours": passed.hours, "sent": passed.sent, "received": passed.received}
    emit(data, as_json, f"{passed.hours} hours passed: {passed.sent} mails sent, {passed.received} came in.")


@group.command("run")
@click.option(
    "--port", default=8000, show_default=True, help="Port of the product's pages; the next free one is taken."
)
@click.option("--seed", default=1, show_default=True, help="Which world; fixed at the first start.")
def run(port: int, seed: int) -> None:
    """Open the product on the practice world: servers, worker and pages, until Ctrl-C."""
    from crm.practice import setup
    from crm.practice.doors import Servers

    os.environ["BACKLOOP_PRACTICE"] = "1"
    settings = Settings()
    prepare(settings)
    alembic.upgrade(alembic_config(settings.url()), "head")
    ledger = Ledger(ledger_path(settings.instance))
    servers = Servers(ledger, _seed(ledger, seed), clock.now, _wanted(ledger, 0, 0, 0))
    ports = servers.start()
    with transaction() as s:
        made = setup.ensure(s, ports)
        token = setup.sign_in_token(s)
    setup.prove(made.mailbox_id)
    write_all(servers.world, settings.instance / "samples")
    port = _free(port)
    children = [_child("-m", "flask", "worker"), _child("-m", "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{port}",
                "--threads", str(WEB_THREADS), "--timeout", "120", "--log-level", "warning")]  # fmt: skip
    _wait_until_open(port, children)
    click.echo(f"\n  Open  http://127.0.0.1:{port}/enter/{token}\n\n  The address works once. Ctrl-C ends everything.")
    sys.stdout.flush()
    _until_stopped(children)
    for child in children:
        child.terminate()
    for child in children:
        child.wait(20)
    servers.stop()


def _seed(ledger: Ledger, wanted: int) -> int:
    """The seed of the first start; later ones cannot change a world in which somebody lives."""
    kept = ledger.fact("seed")
    if kept is None:
        ledger.note("seed", str(wanted))
    return int(kept or wanted)


def _wanted(ledger: Ledger, web: int, smtp: int, imap: int) -> Ports:
    """The ports asked for; where none is asked for, those of the last time if they are free."""
    kept = ledger.fact("ports")
    last = [int(p) for p in kept.split(",")] if kept else [0, 0, 0]
    return Ports(*(asked or (old if old and _free(old) == old else 0)
                   for asked, old in zip((web, smtp, imap), last, strict=True)))  # fmt: skip


def _free(port: int) -> int:
    """This port, or the next one on which nothing listens."""
    for candidate in range(port, port + 50):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", candidate))
            except OSError:
                continue
            return candidate
    return port


def _wait_until_open(port: int, children: list[subprocess.Popen[bytes]]) -> None:
    """Return when the pages answer, so that the printed address works at once."""
    until = time.monotonic() + 60
    while time.monotonic() < until and all(child.poll() is None for child in children):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)


def _child(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, *arguments], env=dict(os.environ))


def _until_stopped(children: list[subprocess.Popen[bytes]] | None = None) -> None:
    """Wait for SIGTERM or Ctrl-C, or for the end of a child."""
    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
    while not stop.wait(1.0):
        if any(child.poll() is not None for child in children or []):
            return
