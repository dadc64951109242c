"""Twenty weeks of the practice world, once for each way of choosing whom to pitch; links per 100 people and mails.

.venv/bin/python bench/practice.py --seeds 4 --out figures.jsonl --plot docs/practice.svg
.venv/bin/python bench/practice.py --read figures.jsonl --plot docs/practice.svg      draw again
.venv/bin/python bench/practice.py --seeds 1 --mail      the same with every mail really sent: minutes per run

The exports are imported, the sites are read for people, prospects scored and mails composed by the product itself; each
person of the practice world then hears the mails that the product wrote for them and decides. Every Monday the model is
fitted to what has come in by then. Nobody looks at hidden traits. Without --mail the mails are not carried by SMTP and
IMAP: what somebody answers is taken as said, instead of being read from the answer's text, and nobody writes back.
The ways differ only in who is pitched:
product  the suggested batch (expected links per group, nine in ten by rank value, one to learn from)
static   the highest weighted score of type, relevance, overlap, contact and DR; nothing is learned
dr       the highest DR
People behave by their own dice, so that the same person is lucky or not in every way of the same world.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import func, select

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.learn import text  # noqa: E402
from crm.batches import service as batches  # noqa: E402
from crm.batches.overview import queries as overview  # noqa: E402
from crm.batches.queries import composition  # noqa: E402
from crm.db import reading, transaction  # noqa: E402
from crm.learning.batching import pick  # noqa: E402
from crm.learning.model import Fitted, fit  # noqa: E402
from crm.learning.priors import DEFAULT  # noqa: E402
from crm.learning.ranking.queries import unsent  # noqa: E402
from crm.models.accounts import Project  # noqa: E402
from crm.models.mail import Message  # noqa: E402
from crm.models.mailboxes import Mailbox  # noqa: E402
from crm.practice import demo  # noqa: E402
from crm.practice.actors import reader_of  # noqa: E402
from crm.practice.cast import EPOCH, World  # noqa: E402
from crm.practice.hearing import Heard, hear  # noqa: E402
from crm.practice.ledger import Reaction  # noqa: E402
from crm.practice.people import STOPS, react  # noqa: E402
from crm.practice.simulation import MORNING, Stage, advance  # noqa: E402
from crm.practice.standin import StandIn  # noqa: E402

WEEKS, REST = 20, 4  # weeks with new pitches, then weeks in which only answers and links come
EVERYBODY = 400
WORDS = {"product": "Backloop", "static": "static score", "dr": "DR"}
COLOURS = {"product": "#3546c9", "static": "#0d8f80", "dr": "#b57200"}
CONTACTS = {"named_verified": 1.0, "named": 0.7, "role": 0.4, "unknown": 0.3, "guessed": 0.2}

MEANT = {
    "interested_at": {"interested", "wants_guest_post", "placed"},
    "refused_at": {"no_fit", "optout", "hostile", "complaint", "asks_swap", "asks_payment"},
    "linked_at": {"place"},
}

Key = Callable[[pd.DataFrame], np.ndarray]


def static_score(frame: pd.DataFrame) -> np.ndarray:
    """A weighted score as other tools have it."""
    rate = frame["link_type"].map({t: DEFAULT.mean(t) for t in DEFAULT.types}).fillna(0.05).to_numpy() / 0.18
    contact = frame["contact_kind"].map(CONTACTS).fillna(0.3).to_numpy()
    shares = (
        rate,
        frame["relevance"].fillna(50).to_numpy() / 100,
        frame["overlap"].fillna(1).clip(upper=5).to_numpy() / 5,
        contact,
        frame["dr"].fillna(45).to_numpy() / 100,
    )
    return np.asarray(sum(w * s for w, s in zip((0.25, 0.3, 0.2, 0.1, 0.15), shares, strict=True)))


KEYS: dict[str, Key] = {"static": static_score, "dr": lambda frame: frame["dr"].fillna(0).to_numpy()}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seeds", type=int, default=3, help="Practice worlds.")
    options.add_argument("--first", type=int, default=11, help="Seed of the first world.")
    options.add_argument("--people", type=int, default=7, help="People pitched each week.")
    options.add_argument("--mail", action="store_true", help="Send every mail over the practice servers.")
    options.add_argument("--out", type=Path, help="Where each run leaves a line of JSON.")
    options.add_argument("--read", type=Path, help="Take the runs from such a file instead of playing.")
    options.add_argument("--plot", type=Path, help="Where to draw links by week.")
    given = options.parse_args()
    if given.read:
        runs = [json.loads(line) for line in given.read.read_text(encoding="utf-8").splitlines()]
    else:
        runs = []
        for seed in range(given.first, given.first + given.seeds):
            for run in mailed(seed, given.people) if given.mail else heard(seed, given.people):
                runs.append(run)
                print(json.dumps(run), flush=True)
                if given.out:
                    with given.out.open("a", encoding="utf-8") as f:
                        f.write(json.dumps(run) + "\n")
    told(runs)
    if given.plot:
        given.plot.write_text(drawn(runs), encoding="utf-8")


def heard(seed: int, people: int) -> Iterator[dict[str, object]]:
    """One world, every way: people and mails sent, and links standing at the end of each week."""
    with TemporaryDirectory(prefix="backloop-weeks-") as name, demo.stand(Path(name), seed) as on:
        demo.bring_files(on, _silent)
        demo.choose(on, EVERYBODY, _silent)
        crowd = Crowd.of(on)
        for way in WORDS:
            yield {"seed": seed, "way": way, **crowd.weeks(way, people)}


@dataclass
class Crowd:
    """Everybody who may be pitched: what the product knows of them, and the three mails that it wrote for each."""

    frame: pd.DataFrame
    letters: dict[str, tuple[str, list[bytes]]]
    world: World

    @classmethod
    def of(cls, on: demo.Stand) -> "Crowd":
        """Compose a batch of each suggested group; nothing of it is sent or kept."""
        letters, group = {}, {}
        with transaction() as s:
            project, box = s.get_one(Project, on.project_id), s.get_one(Mailbox, on.mailbox_id)
            for g in overview.suggest(s, project, 3000):
                chosen = overview.prospects_of(s, project, [p.candidate.id for p in g.picked])
                made = batches.create(s, project, chosen, g.angle, None, box)
                for who in composition(s, made.batch).ready:
                    key = who.enrollment.prospect.public_id
                    letters[key] = (who.address, [_raw(one.subject, one.body) for one in who.letters])
                    group[key] = g.key
            frame = unsent(s, on.project_id)
            s.rollback()
        frame = frame[frame["public_id"].isin(letters)].reset_index(drop=True)
        return cls(frame.assign(group=frame["public_id"].map(group)), letters, on.servers.world)

    def weeks(self, way: str, people: int) -> dict[str, object]:
        """Twenty Mondays of pitches, then four weeks in which only answers and links come."""
        rest, log, rng = self.frame, pd.DataFrame(), np.random.default_rng(1)
        links, pitched, n_mails = [], [], 0
        for week in range(WEEKS + REST):
            now = EPOCH + timedelta(days=7 * week)
            if week < WEEKS:
                at = suggested(rest, fit(log, now=now), people, rng) if way == "product" else best(rest, people, way)
                rows = [self.tell(rest.iloc[i], now) for i in at]
                n_mails += sum(row.pop("mails") for row in rows)
                log = pd.concat([log, pd.DataFrame(rows)], ignore_index=True)
                rest = rest.drop(index=rest.index[at]).reset_index(drop=True)
            by = log["linked_at"].dropna()
            links.append(int((by <= now + timedelta(days=7)).sum()))
            pitched.append(len(log))
        return {"links": links, "pitched": pitched, "mails": n_mails}

    def tell(self, row: pd.Series, now: datetime) -> dict[str, Any]:
        """Let one person hear up to three mails; returns the row of the log that comes of it."""
        address, mails = self.letters[row["public_id"]]
        reader = reader_of(self.world, address)
        earlier: list[Heard] = []
        happened: list[Reaction] = []
        at = now + timedelta(hours=2)
        for step, raw in enumerate(mails, 1):
            if any(r.kind in STOPS and r.due_at <= at for r in happened):
                break
            one = hear(raw, step, reader.person, reader.site)
            happened += react(reader, one, earlier, at)
            earlier.append(one)
            at += timedelta(days=(6, 13)[step > 1])  # 4 and 9 business days
        when = {
            kind: min((r.due_at for r in happened if r.kind in kinds), default=None) for kind, kinds in MEANT.items()
        }
        return {
            **row,
            **when,
            "sent_at": now,
            "bounced": any(r.kind == "dead" for r in happened),
            "mails": len(earlier),
        }


def suggested(rest: pd.DataFrame, fitted: Fitted, people: int, rng: np.random.Generator) -> list[int]:
    """The batch with the most expected links, then the next one, until so many people are found."""
    chance, found = fitted.chance(rest), []
    picked = []
    for _, rows in rest.groupby("group", sort=True):
        at = rows.index.to_numpy()
        chosen = at[pick(rows, fitted, size=people, rng=rng).positions]
        picked.append((-float(chance[chosen].sum()), chosen))
    for _, chosen in sorted(picked, key=lambda one: one[0]):
        found += chosen[: people - len(found)].tolist()
    return found


def best(rest: pd.DataFrame, people: int, way: str) -> list[int]:
    """The first by a fixed order."""
    return np.argsort(-KEYS[way](rest), kind="stable")[:people].tolist()


def _raw(subject: str, body: str) -> bytes:
    mail = EmailMessage()
    mail["Subject"] = subject
    mail.set_content(body)
    return mail.as_bytes()


def mailed(seed: int, people: int) -> Iterator[dict[str, object]]:
    """The same with every mail sent, every answer read and every link checked by the product."""
    for way in WORDS:
        yield by_mail(seed, way, people)


def by_mail(seed: int, way: str, people: int) -> dict[str, object]:
    """One world, one way: links standing at the end of each week by the practice servers' own record."""
    links, sent = [], []
    with TemporaryDirectory(prefix="backloop-weeks-") as name, demo.stand(Path(name), seed) as on:
        demo.bring_files(on, _silent)
        demo.choose(on, EVERYBODY, _silent)
        person = StandIn(on.project_id)

        def hour(moment: object) -> None:
            if moment.hour < MORNING:  # type: ignore[attr-defined]
                person.morning()

        for week in range(WEEKS + REST):
            if week < WEEKS:
                demo.make_batches(on, people, _silent) if way == "product" else by_key(on, people, KEYS[way])
            stage = Stage(on.servers.world, on.ledger, on.post, on.clock, person.look, hour, hours=3)
            advance(stage, on.clock() + timedelta(days=7))
            links.append(standing(on))
            sent.append(mails(first=True))
        return {"seed": seed, "way": way, "links": links, "pitched": sent, "mails": mails(first=False)}


def by_key(on: demo.Stand, people: int, key: Key) -> None:
    """Pitch the best people by a fixed order, each with the angle that the product proposes for their group."""
    tried: set[str] = set()
    while people > 0:
        with transaction() as s:
            project, box = s.get_one(Project, on.project_id), s.get_one(Mailbox, on.mailbox_id)
            angle = {p.candidate.id: g.angle for g in overview.suggest(s, project, 3000) for p in g.picked}
            frame = unsent(s, on.project_id)
            frame = frame[frame["public_id"].isin(set(angle) - tried)].reset_index(drop=True)
            if frame.empty:
                return
            order = frame["public_id"].iloc[np.argsort(-key(frame), kind="stable")[:people]]
            chosen = sorted(order, key=lambda i: angle[i])
            tried |= set(chosen)
            for one, ids in groupby(chosen, key=lambda i: angle[i]):
                made = batches.create(s, project, overview.prospects_of(s, project, list(ids)), one, None, box)
                try:
                    with s.begin_nested():
                        people -= batches.approve(s, made.batch, demo.ACTOR)
                except Exception:
                    continue


def standing(on: demo.Stand) -> int:
    """Sites on which a link of ours stands by now, by the practice servers' own record."""
    return sum(bool(on.ledger.placed(domain, on.clock())) for domain in on.servers.world.sites)


def mails(*, first: bool) -> int:
    """Pitches sent so far; with the follow-ups unless `first`."""
    with reading() as s:
        query = select(func.count(Message.id)).where(Message.state == "sent", Message.step_no.is_not(None))
        query = query.where(Message.enrollment_id.is_not(None))
        return s.scalar(query.where(Message.step_no == 1) if first else query) or 0


def told(runs: list[dict[str, object]]) -> None:
    """Print links per 100 people and per 100 mails of each way."""
    for way, found in _by_way(runs):
        links, people = sum(r["links"][-1] for r in found), sum(r["pitched"][-1] for r in found)
        every = sum(r["mails"] for r in found)
        each = " ".join(f"{100 * r['links'][-1] / r['pitched'][-1]:.1f}" for r in found)
        print(f"{way}: {links} links, {people} people ({100 * links / people:.1f} per 100; worlds: {each}), "
              f"{every} mails ({100 * links / every:.1f} per 100)")  # fmt: skip


def drawn(runs: list[dict[str, object]]) -> str:
    """Links by week, mean of the worlds, as SVG."""
    means = {way: np.mean([r["links"] for r in found], axis=0) for way, found in _by_way(runs)}
    weeks, top = WEEKS + REST, max(float(m.max()) for m in means.values())
    step = next(n for n in (1, 2, 5, 10, 20, 50) if top / n <= 6)

    def x(week: float) -> float:
        return 50 + 560 * week / weeks

    def y(links: float) -> float:
        return 270 - 240 * links / top

    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 330" font-family="sans-serif" font-size="12">',
        '<rect width="760" height="330" fill="#fff"/>',
    ]
    for n in range(0, int(top) + 1, step):
        parts.append(f'<line x1="50" x2="610" y1="{y(n):.0f}" y2="{y(n):.0f}" stroke="#e4e3de"/>')
        parts.append(text(44, round(y(n)) + 4, str(n), "end"))
    parts += [text(x(week), 290, str(week), "middle") for week in range(0, weeks + 1, 4)]
    parts.append(text(330, 314, "week", "middle"))
    for way, line in means.items():
        points = " ".join(f"{x(i + 1):.0f},{y(v):.1f}" for i, v in enumerate(line))
        points = f"{x(0):.0f},{y(0):.0f} {points}"
        parts.append(f'<polyline points="{points}" fill="none" stroke="{COLOURS[way]}" stroke-width="2.5"/>')
        parts.append(text(618, round(y(line[-1])) + 4, f"{WORDS[way]}: {line[-1]:.1f} links", "start"))
    return "\n".join([*parts, "</svg>\n"])


def _by_way(runs: list[dict[str, object]]) -> Iterator[tuple[str, list[dict[str, object]]]]:
    for way in WORDS:
        found = [r for r in runs if r["way"] == way]
        if found:
            yield way, found


def _silent(*_: object) -> None:
    pass


if __name__ == "__main__":
    main()
