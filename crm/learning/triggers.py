"""Pure: reasons to look at the gap again that the project's own results give."""

from dataclasses import dataclass

import pandas as pd

RECENT_DAYS = 30
OLDER_DAYS = 180
ANSWER_DAYS = 10  # a pitch younger than this had no fair chance of an answer
LEAST = 30  # pitches on each side
LEVEL = 0.05


@dataclass(frozen=True)
class Drop:
    """Answers of the last month against those before: shares, numbers, and how likely such a fall is by chance."""

    recent: int
    recent_answered: int
    before: int
    before_answered: int
    p: float

    @property
    def fell(self) -> bool:
        """Whether the fall is more than noise (one-sided Fisher test at 5 %)."""
        return self.p < LEVEL

    def words(self) -> str:
        """For the list of reasons."""
        now, then = self.recent_answered / self.recent, self.before_answered / self.before
        return (
            f"Answers fell from {then:.0%} ({self.before_answered} of {self.before}) to {now:.0%} "
            f"({self.recent_answered} of {self.recent}); by chance that happens in {self.p:.1%} of cases."
        )


def response_drop(pitches: pd.DataFrame, now: pd.Timestamp) -> Drop | None:
    """Compare pitches sent 10 to 40 days ago with those of the half year before; None without enough of both."""
    age = (now - pitches["sent_at"]).dt.total_seconds() / 86400
    waited = (pitches["replied_at"] - pitches["sent_at"]).dt.total_seconds() / 86400
    answered = (waited <= ANSWER_DAYS) & ~pitches["bounced"]
    fair = (age >= ANSWER_DAYS) & ~pitches["bounced"]
    recent = fair & (age < RECENT_DAYS + ANSWER_DAYS)
    before = fair & (age >= RECENT_DAYS + ANSWER_DAYS) & (age < OLDER_DAYS)
    n, m = int(recent.sum()), int(before.sum())
    if n < LEAST or m < LEAST:
        return None
    won, had = int((recent & answered).sum()), int((before & answered).sum())
    from scipy.stats import fisher_exact  # a second to import, needed once a day

    _, p = fisher_exact([[won, n - won], [had, m - had]], alternative="less")
    return Drop(n, won, m, had, float(p))
