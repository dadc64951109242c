"""What a person typed on the plan screen, as values; BadInput with a sentence when it cannot be used."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm.errors import BadInput
from crm.learning import planner
from crm.learning.planner import CAVEATS, Needed, Volume
from crm.learning.priors import DEFAULT
from crm.learning.quarters import quarter_of


@dataclass(frozen=True)
class Asked:
    """Pitches for links of a type, and the results that its rate rests on; `own`: the project's, not typed ones."""

    link_type: str
    volume: Volume
    wins: int
    matured: float
    own: bool


@dataclass(frozen=True)
class Answers:
    """What the calculators of the screen say."""

    need: Needed | None = None
    asked: Asked | None = None
    problem: str = ""


def answers(args: Mapping[str, str], record: Mapping[str, tuple[int, float]] | None = None) -> Answers:
    """Both calculators; a wrong entry becomes a sentence. `record`: the project's own links and matured pitches by
    link type, used where none are typed."""
    try:
        return Answers(needed_of(args), volume_of(args, record or {}))
    except BadInput as error:
        return Answers(problem=error.message)


def needed_of(args: Mapping[str, str]) -> Needed | None:
    """How many links a page needs; None while the form is empty. The caveats must be ticked first."""
    if not args.get("top1"):
        return None
    missing = [name for name in CAVEATS if not args.get(f"ok_{name}")]
    if missing:
        raise BadInput("Tick each caveat first: without them the number of links says nothing.")
    top = [int(_number(args, name)) for name in ("top1", "top2", "top3") if args.get(name)]
    their = [_number(args, name) for name in ("dr1", "dr2", "dr3") if args.get(name)]
    try:
        return planner.needed(
            top,
            have=int(_number(args, "have")),
            top_dr=their,
            dr=_number(args, "dr") if args.get("dr") else None,
            years=_number(args, "years"),
            unit="backlinks" if args.get("unit") == "backlinks" else "referring domains",
        )
    except ValueError as error:
        raise BadInput(str(error)) from error


def volume_of(args: Mapping[str, str], record: Mapping[str, tuple[int, float]]) -> Asked | None:
    """Pitches for so many links of a type; None while the form is empty."""
    if not args.get("links"):
        return None
    link_type = args.get("link_type", "resource_page")
    if link_type not in DEFAULT.types:
        raise BadInput("There is no such link type.")
    links = int(_number(args, "links"))
    if not 1 <= links <= 10_000:
        raise BadInput("Between 1 and 10,000 links.")
    own = not args.get("wins") and not args.get("matured")
    typed = (int(_number(args, "wins")), _number(args, "matured"))
    wins, matured = record.get(link_type, (0, 0.0)) if own else typed
    return Asked(link_type, planner.volume(links, *planner.rate_of(link_type, wins, matured)), wins, matured, own)


def goal_of(form: Mapping[str, str], today: date) -> dict[str, Any]:
    """Arguments of targets.service.set_goal."""
    first, last = quarter_of(today)
    by_type = {name: int(_number(form, f"type_{name}")) for name in DEFAULT.types if form.get(f"type_{name}")}
    try:
        starts = date.fromisoformat(form.get("starts_on") or first.isoformat())
        ends = date.fromisoformat(form.get("ends_on") or last.isoformat())
    except ValueError as error:
        raise BadInput("Give the days as 2026-10-01.") from error
    wanted = {name: n for name, n in by_type.items() if n > 0}
    return {"starts_on": starts, "ends_on": ends, "links": int(_number(form, "goal_links")), "by_type": wanted}


def _number(args: Mapping[str, str], name: str) -> float:
    text = (args.get(name) or "0").strip().replace(",", ".")
    try:
        value = float(text)
    except ValueError as error:
        raise BadInput(f"“{text}” is not a number.", field=name) from error
    if not 0 <= value < 1e9:
        raise BadInput(f"{text} is out of range.", field=name)
    return value
