"""Verbs of the planner: keep what a page needs."""

from typing import Any

from sqlalchemy.orm import Session

from crm import clock
from crm.learning.planner import Needed
from crm.models.targets import TargetPage


def keep(s: Session, page: TargetPage, need: Needed, keyword: str = "") -> None:
    """Remember how many links a page needs, with the figures behind it and the day; the caveats were ticked."""
    kept: dict[str, Any] = {**need.as_dict(), "keyword": keyword[:200], "on": clock.now().date().isoformat()}
    page.planner = kept
    s.flush()


def forget(s: Session, page: TargetPage) -> None:
    """The page's number is no longer wanted."""
    page.planner = {}
    s.flush()
