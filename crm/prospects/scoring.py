"""Pure: feasibility x worth. Three parts, always shown apart and together; docs/learning.md has the formulas.

The chance of a link comes from the learned model; everything else from what is known of the domain. What is not
known has a stated middle value, never 0, and lowers the completeness instead.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

CEILING = 0.20  # the guides: warm gap outreach converts "rarely above 15 to 20 percent"
MIN_RELEVANCE = 20.0
DEFAULT_DR = 45.0
LEVELS: Mapping[str, float] = {"high": 90.0, "medium": 50.0, "low": 10.0}
HARM_LINES: Mapping[str, float] = {"spam_score": 30.0, "toxicity_score": 60.0, "toxic_score": 60.0}
_LINKS_WORTH: Mapping[bool | None, float] = {False: 1.0, None: 0.7, True: 0.3}


@dataclass(frozen=True)
class ScoreInputs:
    """What is known of one prospect; None is "not known".

    topic, context, language: 0 to 1 (see relevance.py). traffic: organic visits a month. weight: of the target page
    to the business. dr_fill: median DR of the import, used when DR is missing. overrides: {"relevance"|"feasibility"
    |"value": {"level": "high"|"medium"|"low", "reason": ...}} by a person. harm: why a link may do harm.
    """

    topic: float | None = None
    context: float | None = None
    language: float | None = None
    dr: float | None = None
    traffic: float | None = None
    nofollow: bool | None = None
    overlap: int | None = None
    contact_kind: str | None = None
    weight: float = 1.0
    dr_fill: float = DEFAULT_DR
    overrides: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    harm: str | None = None


@dataclass(frozen=True)
class Part:
    """One of the three parts: the value that counts, the machine's own, and why."""

    name: str
    value: float
    machine: float
    words: tuple[str, ...]


@dataclass(frozen=True)
class Scored:
    """relevance, feasibility and value are the machine's (0-100); worth, score and rank_value obey a person's word."""

    relevance: float
    feasibility: float
    value: float
    worth: float
    score: float
    rank_value: float
    completeness: float
    parts: tuple[Part, ...]


def score(inputs: ScoreInputs, chance: float) -> Scored:
    """Score one prospect whose learned chance of a link is `chance` (0 to 1)."""
    machine = {
        "relevance": relevance(inputs),
        "feasibility": 100 * min(1.0, max(0.0, chance) / CEILING),
        "value": value(inputs),
    }
    counted = {name: _said(inputs, name, own) for name, own in machine.items()}
    worth = (counted["relevance"] + counted["value"]) / 2
    believed = chance if counted["feasibility"] == machine["feasibility"] else counted["feasibility"] / 100 * CEILING
    words = {"relevance": _relevance_words(inputs), "feasibility": (f"{chance:.1%} chance of a link",)}
    words["value"] = _value_words(inputs)
    return Scored(
        **machine,
        worth=worth,
        score=min(100.0, math.sqrt(counted["feasibility"] * worth)),
        rank_value=believed * worth * max(0.0, inputs.weight),
        completeness=completeness(inputs),
        parts=tuple(Part(name, counted[name], machine[name], _why(inputs, name) + words[name]) for name in machine),
    )


def score_all(inputs: Sequence[ScoreInputs], chances: Sequence[float]) -> list[Scored]:
    """Score many; one chance for each."""
    return [score(one, float(chance)) for one, chance in zip(inputs, chances, strict=True)]


def relevance(inputs: ScoreInputs) -> float:
    """0-100 from topic, context and language. The model's `relevance` column."""
    topic, context, language = (_or(v, 0.5) for v in (inputs.topic, inputs.context, inputs.language))
    return 100 * (0.60 * topic + 0.25 * context + 0.15 * language)


def value(inputs: ScoreInputs) -> float:
    """0-100 from authority, traffic and follow; halved where authority has no visitors; 0 where a link may harm."""
    if inputs.harm:
        return 0.0
    authority = min(1.0, max(0.0, (_known(inputs.dr, inputs.dr_fill) - 10) / 60))
    visits = _finite(inputs.traffic)
    reach = authority * 0.8 if visits is None else min(1.0, math.log10(1 + max(0.0, visits)) / 5)
    whole = 100 * (0.50 * authority + 0.30 * reach + 0.20 * _LINKS_WORTH[inputs.nofollow])
    return whole * (0.5 if is_hollow(inputs) else 1.0)


def completeness(inputs: ScoreInputs) -> float:
    """Share of the 8 inputs that are known."""
    contact = None if inputs.contact_kind in (None, "", "unknown") else 1.0
    numbers = (inputs.topic, inputs.context, inputs.language, inputs.dr, inputs.traffic, inputs.overlap, contact)
    return (sum(_finite(v) is not None for v in numbers) + (inputs.nofollow is not None)) / 8


def is_hollow(inputs: ScoreInputs) -> bool:
    """High authority, next to no visitors: the tools are impressed, readers are not there."""
    dr, visits = _finite(inputs.dr), _finite(inputs.traffic)
    return dr is not None and visits is not None and dr >= 40 and visits < 100


def gates(inputs: ScoreInputs) -> list[str]:
    """Why this prospect should not be pitched, by its score inputs alone; empty when nothing stands against it."""
    found = [f"A link from here may harm: {inputs.harm}."] if inputs.harm else []
    if _said(inputs, "relevance", relevance(inputs)) < MIN_RELEVANCE:
        found.append(
            f"Too far from your topic: relevance {relevance(inputs):.0f}, at least {MIN_RELEVANCE:.0f} is needed."
        )
    return found


def badges(inputs: ScoreInputs) -> list[tuple[str, str]]:
    """Marks that a project may turn into filters: (name, words)."""
    dr, visits, overlap = _finite(inputs.dr), _finite(inputs.traffic), inputs.overlap or 0
    found = [
        ("dr40", "DR 40 or more") if dr is not None and dr >= 40 else None,
        ("traffic", "real visitors") if visits is not None and visits >= 100 else None,
        ("hollow", "high DR, no visitors") if is_hollow(inputs) else None,
        ("start_here", "start here: links to three or more rivals") if overlap >= 3 else None,
        ("pattern", "pattern: links to two or more rivals") if overlap == 2 else None,
        ("follow", "follow") if inputs.nofollow is False else None,
    ]
    return [badge for badge in found if badge]


def harm(metrics: Mapping[str, float]) -> str | None:
    """Words when a spam or toxicity metric is above its tool's line; metrics by lower-case name."""
    for name, line in HARM_LINES.items():
        measured = _finite(metrics.get(name))
        if measured is not None and measured > line:
            return f"{name.replace('_', ' ')} {measured:g} is above {line:g}"
    return None


def order_key(scored: Scored, domain: str) -> tuple[float, float, str]:
    """Sort ascending by this for the list: rank value, then completeness, then the name."""
    return (-scored.rank_value, -scored.completeness, domain)


def _said(inputs: ScoreInputs, name: str, machine: float) -> float:
    level = str((inputs.overrides.get(name) or {}).get("level", ""))
    return LEVELS.get(level, machine)


def _why(inputs: ScoreInputs, name: str) -> tuple[str, ...]:
    said = inputs.overrides.get(name) or {}
    return (f"set to {said['level']} by hand: {said.get('reason', '')}",) if said.get("level") in LEVELS else ()


def _relevance_words(inputs: ScoreInputs) -> tuple[str, ...]:
    def spoken(label: str, found: float | None) -> str:
        return f"{label} {found:.0%}" if _finite(found) is not None and found is not None else f"{label} not known"

    named = (("topic", inputs.topic), ("context", inputs.context), ("language", inputs.language))
    return tuple(spoken(label, found) for label, found in named)


def _value_words(inputs: ScoreInputs) -> tuple[str, ...]:
    if inputs.harm:
        return (f"may harm: {inputs.harm}",)
    dr, visits = _finite(inputs.dr), _finite(inputs.traffic)
    link = {False: "follow", None: "follow not known", True: "nofollow"}[inputs.nofollow]
    words = (
        f"DR {dr:.0f}" if dr is not None else f"DR not known, {inputs.dr_fill:.0f} assumed",
        f"{visits:,.0f} visits a month" if visits is not None else "visits not known",
        link,
    )
    return (*words, "halved: authority without visitors") if is_hollow(inputs) else words


def _finite(number: float | None) -> float | None:
    return float(number) if number is not None and math.isfinite(number) else None


def _known(number: float | None, missing: float) -> float:
    found = _finite(number)
    return missing if found is None else found


def _or(number: float | None, missing: float) -> float:
    return min(1.0, max(0.0, _known(number, missing)))
