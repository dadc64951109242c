"""300 people over 30 practice days, every character among them: the practice servers' own record finds no fault."""

import os
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from config import Settings
from crm import clock, create_app
from crm.batches.running import queries as running
from crm.db import reading, transaction
from crm.models.accounts import User
from crm.models.batches import Batch, Enrollment
from crm.practice.demo import Stand, stand
from crm.practice.doors import USER
from crm.practice.simulation import MORNING, Stage, advance
from crm.practice.standin import StandIn
from crm.templating import label
from tests.practice.crowd import enrolled, sites_with_people

PEOPLE, DAYS, AT_ONCE = 300, 30, 25
CHARACTERS = {"dead", "full", "away", "left", "ticket", "interested", "no_fit", "not_now", "optout", "asks_payment"}


@pytest.mark.reliability
@pytest.mark.parametrize("seed", [1, 2])
def test_a_month_with_three_hundred_people_breaks_no_promise(tmp_path: Path, seed: int) -> None:
    with stand(tmp_path, seed) as on:
        _play(on, seed)
        ledger = on.ledger
        mails = ledger.accepted()
        kinds = Counter(kind for _, _, kind, _ in ledger.delivered())
        said = {
            "seed": seed, "people": len({m.rcpt for m in mails}), "first mails": sum(m.step == 1 for m in mails),
            "follow-ups": sum(m.step > 1 for m in mails), "answers": dict(sorted(kinds.items())),
            "mailed_twice": ledger.mailed_twice(), "sent_after_stop": ledger.sent_after_stop(),
            "followup_before_inbox_read": ledger.followup_before_inbox_read(),
        }  # fmt: skip
        if "RELIABILITY_REPORT" in os.environ:
            with Path(os.environ["RELIABILITY_REPORT"]).open("a") as out:
                out.write(f"practice month: {said}\n")
        assert said["people"] == PEOPLE and said["follow-ups"] > 100
        assert set(kinds) >= CHARACTERS, kinds
        promises = ("mailed_twice", "sent_after_stop", "followup_before_inbox_read")
        assert [said[p] for p in promises] == [0, 0, 0], said
        _everybody_is_explained(tmp_path)


def _play(on: Stand, seed: int) -> None:
    sites = sites_with_people(seed, PEOPLE)
    for start in range(0, PEOPLE, AT_ONCE):
        with transaction() as s:
            enrolled(s, on.project_id, on.mailbox_id, sites[start : start + AT_ONCE])
    person = StandIn(on.project_id)
    stage = Stage(
        on.servers.world, on.ledger, on.post, on.clock, person.look,
        lambda moment: person.morning() if moment.hour < MORNING else None, hours=2,
    )  # fmt: skip
    advance(stage, clock.now() + timedelta(days=DAYS))


def _everybody_is_explained(folder: Path) -> None:
    """The screen of each batch names every person with what comes next or how it ended."""
    url = f"sqlite:///{folder / 'practice.db'}"
    app = create_app(Settings(instance=folder, database_url=url, practice=True, durable=False))
    app.config.update(TESTING=True)
    with reading() as s:
        user = s.scalars(select(User).where(User.email == USER)).one()
        batches = list(s.scalars(select(Batch).order_by(Batch.id)))
        shown = {b.public_id: running.lines(s, b) for b in batches}
        states = Counter((e.state, e.stop_reason or "") for e in s.scalars(select(Enrollment)))
    assert sum(len(found) for found in shown.values()) == PEOPLE
    assert all(reason or state == "active" for state, reason in states), states
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = f"{user.public_id}:{user.session_epoch}", True
    for public_id, found in shown.items():
        html = client.get(f"/batches/{public_id}/run").get_data(as_text=True)
        for line in found:
            assert line.words and line.name in html, line
            assert label(line.words) in html.replace("&#39;", "'"), line
