"""Positive, negative and payment shares of answers per template, and the tests of wordings."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from crm.batches.pitches.rates import Share
from crm.batches.wording import queries as wording
from crm.models.accounts import Project
from crm.reports import queries
from crm.reports.periods import Choice
from crm.reports.tables import Table

ENOUGH = 10  # answers before their shares are more than anecdotes
KINDS = ("interested", "refused", "payment")


@dataclass(frozen=True)
class Answered:
    """One template: how many mails brought answers, and what these said."""

    template: str
    sent: int
    replied: Share
    shares: dict[str, Share]

    @property
    def enough(self) -> bool:
        """Whether the shares of its answers may be compared."""
        return self.replied.wins >= ENOUGH

    def row(self) -> dict[str, Any]:
        """For CSV and JSON; shares are of the answers, None without any."""
        n = self.replied.wins
        told = {name: round(share.mean, 4) if n else None for name, share in self.shares.items()}
        open_ = n - sum(self.shares[name].wins for name in ("interested", "refused"))
        return {"template": self.template, "sent": self.sent, "replied": n, "reply_rate": round(self.replied.mean, 4),
                **told, "open": max(0, open_), "enough": self.enough}  # fmt: skip


def answered(s: Session, project: Project, wanted: Choice) -> list[Answered]:
    """Templates by what their answers said, the most positive first."""
    lines = []
    for key, found in queries.counted(s, project.id, "template", wanted).items():
        sent, n = int(found["sent"] - found["bounced"]), int(found["replied"])
        lines.append(Answered(key, sent, Share(n, sent), {kind: Share(min(n, int(found[kind])), n) for kind in KINDS}))
    return sorted(lines, key=lambda line: (-line.shares["interested"].low, line.template))


def quality(s: Session, project: Project, wanted: Choice) -> Table:
    """The same as a table."""
    columns = [
        ("template", "Template"),
        ("sent", "Delivered"),
        ("replied", "Answered"),
        ("reply_rate", "Answered, share"),
        ("interested", "Positive of answers"),
        ("refused", "Negative of answers"),
        ("payment", "Asked for payment"),
        ("open", "Neither yet"),
        ("enough", "Enough data"),
    ]
    kinds = dict.fromkeys(("reply_rate", "interested", "refused", "payment"), "share")
    return Table("What answers said", columns, [line.row() for line in answered(s, project, wanted)], kinds)


def wordings(s: Session, project: Project, wanted: Choice) -> Table:
    """Every wording under test with its answers; the period does not narrow it, a test is judged whole."""
    rows = [
        {
            "batches": ", ".join(b.name for b in test.batches), "wording": w.letter, "subject": w.step.subject,
            "sent": w.counted.sent, "judged": w.counted.ripe, "answered": w.counted.replied,
            "positive": w.counted.positive, "rate": round(w.result.rate, 4), "low": round(w.result.low, 4),
            "high": round(w.result.high, 4), "best": round(w.result.best, 4), "decided": w.result.wins,
        }
        for test in wording.tests(s, project)
        for w in test.wordings
    ]  # fmt: skip
    names = (
        "batches",
        "wording",
        "subject",
        "sent",
        "judged",
        "answered",
        "positive",
        "rate",
        "low",
        "high",
        "best",
        "decided",
    )
    words = {"rate": "Answer rate", "low": "Low 80 %", "high": "High 80 %", "best": "Chance of being the best",
             "judged": "Old enough to judge", "decided": "Best, 95 % sure"}  # fmt: skip
    columns = [(name, words.get(name, name.capitalize())) for name in names]
    return Table("Wordings against each other", columns, rows, dict.fromkeys(("rate", "low", "high", "best"), "share"))
