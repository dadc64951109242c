"""A sender process for the kill harness. `zygote` mode imports everything once and forks a worker per line of stdin."""

import json
import os
import signal
import sys
import time
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path

from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError

from config import Settings
from crm import db, prepare
from crm.adapters.accounts import Account
from crm.adapters.post import MailPost
from crm.models.mail import Message
from crm.outbox import claim, run
from crm.outbox.doubting import service as doubting
from crm.outbox.objections import queries as objections
from tests.reliability.rig import words_of_our_own


class HarnessPost(MailPost):
    """Real SMTP; the Sent folder is the server's own log of what it took."""

    def __init__(self, log: Path) -> None:
        super().__init__()
        self._log = log

    def sent_ids(self, account: Account, folder: str | None, ids: Collection[str]) -> set[str]:
        return set(ids) & set(self._log.read_text().split())


def work(plan: dict[str, object]) -> None:
    """Send and reap until killed or told to end."""
    prepare(Settings(instance=Path(str(plan["instance"])), database_url=str(plan["url"])))
    break_it(str(plan.get("broken", "")))
    objections.RECIPIENT_DOMAIN_HOUR_CAP = int(str(plan.get("domain_cap", 10**6)))
    lease, settle = timedelta(seconds=float(str(plan["lease"]))), timedelta(seconds=float(str(plan["settle"])))
    log = Path(str(plan["log"]))
    with words_of_our_own():
        while True:
            try:
                n = run.reap(post=HarnessPost(log), settle=settle)
                n += run.tick(3, post=HarnessPost(log), lease=lease)
            except (SQLAlchemyError, run.StorageFailed):
                n = 0
            if not n:
                time.sleep(0.05)


def break_it(how: str) -> None:
    """Variants with one protection taken out; the harness must catch each of them."""
    if how == "naive_requeue":

        def naive(s: object) -> int:
            for state in ("claimed", "sending", "in_doubt"):
                over = Message.lease_until <= claim.db_now(s)  # type: ignore[arg-type]
                s.execute(  # type: ignore[attr-defined]
                    update(Message).where(Message.state == state, over).values(state="queued", owner=None)
                )
            return 0

        doubting.release = naive  # type: ignore[assignment]
    elif how == "no_fencing":
        real = claim._changed

        def careless(s: object, where: object, **values: object) -> bool:
            if values.get("state") == "sending":
                return True  # whoever holds it, whatever happened meanwhile
            return real(s, where, **values)  # type: ignore[arg-type]

        claim._changed = careless  # type: ignore[assignment]
        run.MARGIN = timedelta(days=-1)
    elif how == "no_gate":

        def open_gate(s: object, claimed: claim.Claimed) -> bool:
            s.execute(update(Message).where(Message.id == claimed.pk).values(state="sending"))  # type: ignore[attr-defined]
            return True

        claim.gate = open_gate  # type: ignore[assignment]


def zygote() -> None:
    """Read one JSON plan, then fork a worker for each further line and print its process id."""
    plan = json.loads(sys.stdin.readline())
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            devnull = os.open(os.devnull, os.O_RDWR)
            os.dup2(devnull, 0)
            os.dup2(devnull, 1)
            db._engine = None
            work(plan)
        print(pid, flush=True)


if __name__ == "__main__":
    zygote()
