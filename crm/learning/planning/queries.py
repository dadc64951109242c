"""From goals to pitches: rates of the project, prospects at hand, daily caps, and what is short."""

import math
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm import clock, domains
from crm.learning import planner, queries
from crm.learning.axes import Line, line
from crm.learning.model import Fitted
from crm.learning.planner import Volume
from crm.learning.planning.shares import Milestone, milestones, shares, together
from crm.learning.priors import DEFAULT
from crm.models.accounts import Project
from crm.models.mailboxes import Mailbox
from crm.models.outcomes import Placement
from crm.models.prospects import Prospect
from crm.models.targets import ContentIdea, Goal, KeywordPosition, TargetPage
from crm.vocabulary import Stage

AT_HAND = (Stage.FOUND.value, Stage.PROSPECT.value, Stage.READY.value)
FOLLOWUPS = 1.2  # mails per pitch beside the first, with two follow-ups that stop on reply


@dataclass(frozen=True)
class TypePlan:
    """One link type: rate, pitches for its share of the goal, prospects at hand."""

    link_type: str
    wanted: int
    rate: Volume
    wins: int
    matured: float
    at_hand: int
    planned: int  # its part of the pitches that make all types together 80 % sure

    @property
    def usable(self) -> int:
        """Prospects at hand that the plan would pitch."""
        return min(self.planned, self.at_hand)

    @property
    def short(self) -> int:
        """How many prospects the plan misses."""
        return self.planned - self.usable


@dataclass(frozen=True)
class Plan:
    """What a goal takes."""

    goal: Goal
    won: int
    lines: list[TypePlan]
    weeks_left: float
    weeks_needed: float
    cap: int
    low: int
    high: int
    today: date
    milestones: list[Milestone]
    ideas: list[ContentIdea]
    line: Line

    @property
    def pitches(self) -> int:
        """Pitches to be 80 % sure of the goal, all link types together."""
        return sum(line.planned for line in self.lines)

    @property
    def usable(self) -> int:
        """Prospects at hand that the plan would pitch."""
        return sum(line.usable for line in self.lines)

    @property
    def short(self) -> int:
        """Prospects missing over all types."""
        return sum(line.short for line in self.lines)

    @property
    def sending_weeks(self) -> float:
        """Weeks in which a pitch still counts for the goal: nine in ten links come within 45 days of the mail."""
        in_time = self.weeks_left - planner.DELAY_TAIL_DAYS / 7
        return in_time if in_time >= 1 else self.weeks_left

    @property
    def a_week(self) -> int:
        """Pitches a week, so that most links come before the goal ends."""
        return math.ceil(self.pitches / max(1.0, self.sending_weeks))

    @property
    def sent_by(self) -> date:
        """When the last mail would leave under the daily caps."""
        return self.today + timedelta(weeks=self.weeks_needed)

    @property
    def linked_by(self) -> date:
        """When nine in ten of the links would be there."""
        return self.sent_by + timedelta(days=planner.DELAY_TAIL_DAYS)

    @property
    def too_late(self) -> bool:
        """Whether the daily caps or the delay of links reach beyond the goal's last day."""
        return bool(self.pitches) and self.linked_by > self.goal.ends_on

    def words(self) -> str:
        """ "Send 96, 16 a week; you have 61 prospects, 35 short: re-run the gap or build X"."""
        if not self.pitches:
            return "The goal is reached."
        said = f"Send {self.pitches:,}, {self.a_week:,} a week; you have {self.usable:,} prospects"
        if self.short:
            asset = f" or build “{self.ideas[0].title}”" if self.ideas else " or find an asset to build"
            said += f", {self.short:,} short: re-run the gap{asset}"
        return f"{said}." if self.short else f"{said} for it."

    def pace(self) -> str:
        """What the daily caps allow; empty when there is nothing to send."""
        if not self.pitches:
            return ""
        said = f"With follow-ups and {self.cap} mails a day the last one leaves on {self.sent_by:%-d %B %Y}"
        said += f", and nine in ten of the links are there by {self.linked_by:%-d %B %Y}"
        return said + (", after the goal ends." if self.too_late else ".")


def plan(s: Session, project: Project, goal: Goal) -> Plan:
    """Pitches, weeks and shortfalls of a goal, by the project's own rates."""
    today, fitted = clock.now().date(), _fitted(s, project.id)
    burn = burn_up(s, project.id, goal)
    won = burn[-1][1] if burn else 0
    lines = _lines(s, project.id, fitted, goal, max(0, goal.links - won))
    cap = daily_cap(s, project)
    rates = {line.link_type: planner.rate_of(line.link_type, line.wins, line.matured) for line in lines}
    sendable = {line.link_type: line.usable for line in lines}
    totals = planner.mixed(sendable, rates, np.random.default_rng(1)) if lines else [0]
    pitches = sum(line.planned for line in lines)
    return Plan(
        goal=goal,
        won=won,
        lines=lines,
        weeks_left=max(0.2, (goal.ends_on - today).days / 7),
        weeks_needed=planner.weeks(pitches, daily_cap=cap, followup_share=FOLLOWUPS),
        cap=cap,
        low=won + totals[len(totals) // 10],
        high=won + totals[len(totals) * 9 // 10],
        today=today,
        milestones=milestones(goal.starts_on, goal.ends_on, goal.links, burn, today),
        ideas=ideas(s, project.id),
        line=_burn_line(goal, burn, today),
    )


def record(s: Session, project_id: int) -> dict[str, tuple[int, float]]:
    """Links won and matured pitches of each link type that was pitched."""
    return dict(_fitted(s, project_id).record)


def goals(s: Session, project_id: int) -> list[Goal]:
    """Goals that have not ended, the next one to end first."""
    query = select(Goal).where(Goal.project_id == project_id, Goal.ends_on >= clock.now().date())
    return list(s.scalars(query.order_by(Goal.ends_on, Goal.id)))


def burn_up(s: Session, project_id: int, goal: Goal) -> list[tuple[date, int]]:
    """(day, links so far) from the goal's first day on; one point per link."""
    query = select(Placement.live_at).where(Placement.project_id == project_id, Placement.live_at.is_not(None))
    days = sorted(at.date() for at in s.scalars(query) if at and goal.starts_on <= at.date() <= goal.ends_on)
    return [(day, i + 1) for i, day in enumerate(days)]


def daily_cap(s: Session, project: Project) -> int:
    """Mails a day over the project's mailboxes; 20 while there is none."""
    mine = (Mailbox.project_id == project.id) | Mailbox.project_id.is_(None)
    query = select(func.sum(Mailbox.day_cap)).where(
        Mailbox.organisation_id == project.organisation_id, mine, Mailbox.removed_at.is_(None)
    )
    return int(s.scalar(query) or 20)


def ideas(s: Session, project_id: int) -> list[ContentIdea]:
    """Assets that would unlock most links, not yet built."""
    query = select(ContentIdea).where(
        ContentIdea.project_id == project_id, ContentIdea.published_at.is_(None), ContentIdea.dismissed_at.is_(None)
    )
    return list(s.scalars(query.order_by(ContentIdea.expected_links.desc()).limit(3)))


def pages(s: Session, project_id: int) -> list[TargetPage]:
    """Target pages, for the question how many links each needs."""
    query = select(TargetPage).where(TargetPage.project_id == project_id, TargetPage.archived_at.is_(None))
    return list(s.scalars(query.order_by(TargetPage.id)))


@dataclass(frozen=True)
class PageNeed:
    """How many links a page was said to need, and how many it has won since."""

    page: TargetPage
    needed: int
    on: date
    won: int

    @property
    def left(self) -> int:
        """Links still wanted."""
        return max(0, self.needed - self.won)


def needs(s: Session, project_id: int) -> list[PageNeed]:
    """Pages whose number is kept, those that want most links first."""
    kept = [p for p in pages(s, project_id) if (p.planner or {}).get("on")]
    won = _links_to(s, project_id) if kept else {}
    days = {p.id: date.fromisoformat(p.planner["on"]) for p in kept}
    since = {p.id: sum(day >= days[p.id] for day in won.get(domains.url_key(p.url), [])) for p in kept}
    found = [PageNeed(p, int(p.planner["needed_with_losses"]), days[p.id], since[p.id]) for p in kept]
    return sorted(found, key=lambda need: (-need.left, need.page.id))


def _links_to(s: Session, project_id: int) -> dict[str, list[date]]:
    """Days on which links that still stand were first seen, by the key of our page."""
    query = select(Placement.target_url, Placement.live_at).where(
        Placement.project_id == project_id, Placement.live_at.is_not(None), Placement.lost_at.is_(None)
    )
    found: dict[str, list[date]] = {}
    for url, at in s.execute(query):
        if at is not None:
            found.setdefault(domains.url_key(url), []).append(at.date())
    return found


def result_pages(s: Session, project: Project) -> list[str]:
    """Keywords whose stored results name links of the pages among the first three, most searched first."""
    rows = s.execute(
        select(KeywordPosition.keyword, KeywordPosition.data).where(
            KeywordPosition.project_id == project.id, KeywordPosition.position <= 3
        )
    )
    volume = {k: int(data.get("volume") or 0) for k, data in rows if {"ref_domains", "backlinks"} & (data or {}).keys()}
    return sorted(volume, key=lambda k: (-volume[k], k))[:200]


def first_three(s: Session, project: Project, keyword: str) -> dict[str, str]:
    """The calculator's fields filled from the newest results of a keyword: links and DR of the first three pages.

    Referring domains when the file has them for all three, else backlinks, never mixed; own pages are left out.
    """
    query = select(KeywordPosition).where(
        KeywordPosition.project_id == project.id,
        KeywordPosition.keyword == " ".join(keyword.casefold().split()),
        KeywordPosition.domain.not_in([project.domain, *project.own_domains]),
    )
    rows = [r for r in s.scalars(query) if {"ref_domains", "backlinks"} & (r.data or {}).keys()]
    last = max((r.on for r in rows), default=None)
    top = sorted((r for r in rows if r.on == last), key=lambda r: (r.position, r.id))[:3]
    name = "ref_domains" if top and all("ref_domains" in r.data for r in top) else "backlinks"
    found = {f"top{i}": str(r.data[name]) for i, r in enumerate(top, 1) if name in r.data}
    found |= {f"dr{i}": f"{r.data['dr']:g}" for i, r in enumerate(top, 1) if r.data.get("dr") is not None}
    return {**found, "unit": "backlinks" if name == "backlinks" else ""} if found else {}


def _burn_line(goal: Goal, burn: list[tuple[date, int]], today: date) -> Line:
    """Links won so far over the goal's days; dashed: an even pace to the goal."""
    span = max(1, (goal.ends_on - goal.starts_on).days)
    points, last = [(0.0, 0.0)], 0
    for day, n in burn:
        x = (day - goal.starts_on).days / span
        points += [(x, float(last)), (x, float(n))]
        last = n
    points.append((min(1.0, max(0.0, (today - goal.starts_on).days / span)), float(last)))
    words = f"{last} of {goal.links} links; the dashed line is an even pace."
    ends = [f"{goal.starts_on:%-d %b}", f"{goal.ends_on:%-d %b}"]
    return line(points, ends, words, other=[(0.0, 0.0), (1.0, float(goal.links))])


def _lines(s: Session, project_id: int, fitted: Fitted, goal: Goal, left: int) -> list[TypePlan]:
    """The links still wanted by type: as the goal says, the rest where the prospects at hand win most."""
    at_hand = _at_hand(s, project_id)
    record = {t: fitted.record.get(t, (0, 0.0)) for t in DEFAULT.types}
    rates = {t: planner.rate_of(t, *record[t]) for t in DEFAULT.types}
    means = {t: a / (a + b) for t, (a, b) in rates.items()}
    wanted = {t: n for t, n in shares(goal.by_type or {}, left, means, at_hand).items() if n > 0}
    volumes = {t: planner.volume(n, *rates[t]) for t, n in wanted.items()}
    planned = together(volumes, rates)
    return [TypePlan(t, n, volumes[t], *record[t], at_hand.get(t, 0), planned[t]) for t, n in wanted.items()]


def _at_hand(s: Session, project_id: int) -> dict[str, int]:
    query = select(Prospect.link_type, func.count(Prospect.id)).where(
        Prospect.project_id == project_id, Prospect.stage.in_(AT_HAND), Prospect.link_type.is_not(None)
    )
    return {str(t): n for t, n in s.execute(query.group_by(Prospect.link_type))}


def _fitted(s: Session, project_id: int) -> Fitted:
    stored = queries.latest_fit(s, project_id)
    return Fitted.from_params(stored.params if stored else None)
