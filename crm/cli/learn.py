"""`flask learn`: what the project's outcomes have taught, refit, and the way back."""

from typing import Any

import click
from sqlalchemy.orm import Session

from crm.cli.output import emit, find_project, json_option, project_option
from crm.db import reading, transaction
from crm.learning import queries, service
from crm.models.learning import LearnedFit

group = click.Group("learn", help="What the outcomes have taught.")


@group.command("status")
@project_option
@json_option
def status(project_name: str | None, as_json: bool) -> None:
    """Pitches, matured ones, links, and how good the score is."""
    with reading() as s:
        data = _status(s, find_project(s, project_name).id)
    emit(data, as_json, lambda: _text(data))


@group.command("refit")
@project_option
@json_option
def refit(project_name: str | None, as_json: bool) -> None:
    """Learn from everything known by now and score unsent prospects again."""
    with transaction() as s:
        project = find_project(s, project_name)
        service.refit(s, project.id)
        data = _status(s, project.id)
    emit(data, as_json, lambda: _text(data))


@group.command("reset")
@project_option
@json_option
def reset(project_name: str | None, as_json: bool) -> None:
    """Go back to the shipped weights until the next `flask learn refit`."""
    with transaction() as s:
        project = find_project(s, project_name)
        service.reset(s, project.id)
        data = _status(s, project.id)
    emit(data, as_json, lambda: _text(data))


def _status(s: Session, project_id: int) -> dict[str, Any]:
    fit: LearnedFit | None = queries.latest_fit(s, project_id)
    seen = queries.seen(s, project_id)
    measures = dict(fit.measures) if fit else {}
    predicted, actual = measures.get("predicted", 0.0), measures.get("actual", 0)
    return {
        "n": seen.sent,
        "n_sent": fit.n_sent if fit else 0,
        "matured": fit.n_matured if fit else 0,
        "wins": fit.n_wins if fit else 0,
        "judged": measures.get("n", 0),
        "predicted": round(predicted, 2),
        "actual": actual,
        "calibration": round(predicted / actual, 3) if actual else None,
        "brier": measures.get("brier"),
        "prior_brier": measures.get("prior_brier"),
        "log_loss": measures.get("log_loss"),
        "skill": measures.get("skill"),
        "lift": measures.get("lift"),
        "reliability": measures.get("reliability", []),
        "last_refit": fit.at.isoformat() if fit else None,
        "stepped_back": bool(measures.get("stepped_back")),
        "held": bool(measures.get("held")),
        "verdict": fit.verdict if fit else "Nothing was learned yet: the shipped guesses score.",
    }


def _text(data: dict[str, Any]) -> str:
    lines = [data["verdict"], f"{data['n']} pitches, {data['matured']} matured, {data['wins']} links."]
    if data["judged"]:
        lines.append(f"Judged on {data['judged']} pitches: predicted {data['predicted']}, got {data['actual']}.")
    return "\n".join(lines)
