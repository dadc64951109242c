"""Pure: what waits for a person, in the order of expected links, and how much work that is."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """One line of Today: a count in the title, a line that names a site, one button."""

    key: str
    icon: str
    tone: str  # "", acc, good, warn, bad
    title: str
    line: str
    action: str
    url: str
    minutes: float


def task(key: str, n: int, title: tuple[str, str], line: str, action: str, url: str, minutes: float) -> Task | None:
    """A task when there is something to do; `title` are the words for one and for several with %s for the number."""
    if n <= 0:
        return None
    icon, tone = _LOOKS[key]
    words = title[0] if n == 1 else title[1].replace("%s", f"{n:,}")
    return Task(key, icon, tone, words, line, action, url, minutes)


def ordered(found: Sequence[Task | None]) -> list[Task]:
    """Replies, lost links, strong sites that began to link to rivals, mails that need a decision, batches near ready,
    contacts, new domains, then reminders."""
    return sorted((t for t in found if t), key=lambda t: list(_LOOKS).index(t.key))


def headline(tasks: Sequence[Task]) -> str:
    """ "About 40 minutes of work"."""
    minutes = sum(t.minutes for t in tasks)
    if not tasks:
        return "Nothing waits for you"
    if minutes < 8:
        return "A few minutes of work"
    if minutes < 90:
        return f"About {max(10, round(minutes / 5) * 5)} minutes of work"
    return f"About {minutes / 60:.0f} hours of work"


def people(n: int) -> str:
    """Who waits."""
    if not n:
        return "Nobody waits for an answer. The rest follows in order of expected links."
    who = "One person waits" if n == 1 else f"{_NUMBERS.get(n, f'{n:,}')} people wait"
    return f"{who} for you. Everything else can follow in order."


def expected(chances: Sequence[float]) -> str:
    """ "About 5 links expected, 3 to 8": mean and 80 % range of independent chances."""
    mean = sum(chances)
    spread = 1.28 * sum(p * (1 - p) for p in chances) ** 0.5
    low, high = max(0, round(mean - spread)), round(mean + spread)
    return (
        f"About {mean:.1f} links expected, {low} to {high}."
        if mean < 2
        else f"About {mean:.0f} links expected, {low} to {high}."
    )


_NUMBERS = {2: "Two", 3: "Three", 4: "Four", 5: "Five", 6: "Six", 7: "Seven", 8: "Eight", 9: "Nine"}
_LOOKS = {
    "replies": ("inbox", "acc"),
    "lost": ("unlink", "bad"),
    "alert": ("zap", "acc"),
    "doubt": ("mail-question", "warn"),
    "batch": ("send", ""),
    "contacts": ("at-sign", "warn"),
    "gap": ("git-compare", ""),
    "reminders": ("bell", ""),
    "awake": ("clock", ""),
    "goal": ("flag", "warn"),
    "rerun": ("rotate-ccw", ""),
}
