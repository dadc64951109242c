"""May this batch go? Pure: the state of the pages, the mailbox and the recipients in, a verdict with reasons out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from crm.batches.lint import Draft, Finding, word_count

SIZE_GOOD, SIZE_WARN, SIZE_MAX = 25, 50, 100
CEILING = 0.20  # warm gap outreach is "rarely above 15 to 20 percent"


@dataclass(frozen=True)
class PageHealth:
    """A page of ours that the batch pitches. `passed` is None while nobody has looked at it; `judged` False while no
    person has said that it deserves links (or given a reason to do without)."""

    title: str
    passed: bool | None
    words: str = ""
    judged: bool = True


@dataclass(frozen=True)
class Sender:
    """The mailbox as far as it decides whether mail may leave."""

    address: str
    sender_name: str
    postal_address: str
    trouble: str = ""  # why it cannot send now, in words
    new_cap: int = 20


@dataclass(frozen=True)
class Plan:
    """A batch as it would go now."""

    n_ready: int
    n_held: int
    n_steps: int
    expected_links: float
    pages: tuple[PageHealth, ...]
    sender: Sender | None
    override: str = ""  # a person's reason to start although a page failed its check


@dataclass(frozen=True)
class Verdict:
    """`blockers` must be solved first; `warnings` are said and left to the person."""

    blockers: tuple[Finding, ...]
    warnings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether the batch may be scheduled."""
        return not self.blockers

    @property
    def needs_mailbox(self) -> bool:
        """Whether only a mailbox is missing: the moment to ask for one."""
        return any(b.rule == "no_mailbox" for b in self.blockers)


def judge(plan: Plan) -> Verdict:
    """Every reason for and against sending, the most important first."""
    found = [*_size(plan), *_pages(plan), *_sender(plan), *_forecast(plan)]
    return Verdict(
        tuple(f for f in found if f.level == "error"),
        tuple(f for f in found if f.level != "error"),
    )


def _size(plan: Plan) -> list[Finding]:
    n = plan.n_ready
    if n == 0:
        words = "Nobody is ready. Mend the held recipients, or add prospects that have a contact."
        return [Finding("nobody_ready", "error", words, "recipients")]
    if n > SIZE_MAX:
        words = f"{n} people are too many for one batch: at most {SIZE_MAX}. Drop some; they stay prospects."
        return [Finding("too_many", "error", words, "recipients")]
    if n > SIZE_WARN:
        words = f"{n} people in one batch. Groups of {SIZE_GOOD} are easier to review and get more answers each."
        return [Finding("large", "warn", words, "recipients")]
    if plan.n_steps > 3:
        return [Finding("too_many_steps", "error", "At most three mails: one and two follow-ups.", "steps")]
    return []


def _pages(plan: Plan) -> list[Finding]:
    found = []
    for page in plan.pages:
        if page.passed is None:
            words = f"{page.title} has not been checked yet. Check it first: a page that cannot be found wins no link."
            found.append(Finding("page_unchecked", "warn", words, "target"))
        elif not page.passed:
            level = "warn" if plan.override else "error"
            words = f"{page.title} is not fit to be pitched: {page.words or 'its last check failed'}."
            found.append(Finding("page_unhealthy", level, words, "target"))
        if not page.judged:
            words = f"Nobody has said yet that {page.title} deserves links: three ticks on its page."
            found.append(Finding("page_unjudged", "warn" if plan.override else "error", words, "target"))
    if not plan.pages:
        words = "None of these prospects has a page of yours to pitch."
        found.append(Finding("no_page", "error", words, "target"))
    return found


def _sender(plan: Plan) -> list[Finding]:
    sender = plan.sender
    if sender is None:
        return [Finding("no_mailbox", "error", "Connect the mailbox these mails shall come from.", "mailbox")]
    found = []
    if sender.trouble:
        found.append(Finding("mailbox_trouble", "error", f"{sender.address} cannot send: {sender.trouble}.", "mailbox"))
    if not sender.sender_name.strip():
        found.append(Finding("no_sender_name", "error", f"{sender.address} has no sender name.", "mailbox"))
    if not sender.postal_address.strip():
        words = f"{sender.address} has no postal address. The law asks for one under each mail."
        found.append(Finding("no_postal_address", "error", words, "mailbox"))
    days = -(-plan.n_ready // max(1, sender.new_cap))
    if days > 5:
        words = f"At {sender.new_cap} first mails a day this takes {days} sending days."
        found.append(Finding("slow", "warn", words, "mailbox"))
    return found


def _forecast(plan: Plan) -> list[Finding]:
    rate = plan.expected_links / plan.n_ready if plan.n_ready else 0.0
    if rate <= CEILING:
        return []
    words = f"The forecast of {rate:.0%} is above what such outreach wins: rarely more than 15 to 20 percent."
    return [Finding("above_ceiling", "warn", words)]


def summary(
    drafts: Sequence[Draft], findings: Mapping[str, Sequence[Finding]], names: Mapping[str, str]
) -> list[Finding]:
    """The checks as lines for a card: each remark once with whom it concerns, then what is good about all."""
    grouped: dict[tuple[str, str, str], list[str]] = {}
    for key, remarks in findings.items():
        for f in remarks:
            grouped.setdefault((f.rule, f.level, f.mend), []).append(key)
    first = {(f.rule, f.level, f.mend): f.words for remarks in findings.values() for f in reversed(list(remarks))}
    lines = [
        Finding(rule, level, _told(first[(rule, level, mend)], keys, names), mend)
        for (rule, level, mend), keys in grouped.items()
    ]
    lines.sort(key=lambda f: ("error", "warn", "info").index(f.level))
    return [*lines, *_good(drafts, {f.rule for f in lines})]


def _told(words: str, keys: Iterable[str], names: Mapping[str, str]) -> str:
    who = list(dict.fromkeys(names.get(k, k) for k in keys))
    more = f" and {len(who) - 2} more" if len(who) > 2 else ""
    return f"{words} ({', '.join(who[:2])}{more})"


def _good(drafts: Sequence[Draft], rules: set[str]) -> list[Finding]:
    if not drafts:
        return []
    found = []
    if "no_placement" not in rules:
        found.append(Finding("placement", "good", f"Names the page and the place in all {len(drafts)} first mails"))
    counts = [word_count(d.body) for d in drafts]
    if not rules & {"too_long", "long"}:
        low, high = min(counts), max(counts)
        span = f"{low} words" if low == high else f"Between {low} and {high} words"
        found.append(Finding("length", "good", f"{span}; the limit is 200"))
    if not rules & {"spam_words", "filler", "flattery", "link_trade"}:
        found.append(Finding("words", "good", "No filler, praise or spam words"))
    if not rules & {"opening_repeated", "opening_empty", "copy_paste"}:
        found.append(Finding("openings", "good", "Every first line is different"))
    return found
