"""Pure: the most believable weights given delayed answers, by Newton steps that are halved until they help.

Each pitch is a yes (log p), a no (log(1-p)) or still silent at age a (log(1 - p·G(a)), a mixture cure likelihood).
Every weight has a Student-t prior.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from crm.learning.priors import NU

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
STEPS = 60
SMALL = 1e-9


@dataclass(frozen=True)
class Problem:
    """Rows of X with what became of them; `arrived` is G(age) for the silent ones. `base` is added to X·b."""

    x: Floats
    base: Floats
    yes: Bools
    no: Bools
    arrived: Floats
    mean: Floats
    sd: Floats
    weight: Floats  # how much each row counts, 0 to 1


def maximise(problem: Problem, free: Bools, start: Floats) -> Floats:
    """Weights at the peak; those not in `free` stay as in `start`. Deterministic."""
    b = start.copy()
    fixed = problem.x[:, ~free] @ b[~free]
    part = Problem(
        problem.x[:, free],
        problem.base + fixed,
        problem.yes,
        problem.no,
        problem.arrived,
        problem.mean[free],
        problem.sd[free],
        problem.weight,
    )
    b[free] = _climb(part, b[free])
    return b


def covariance(problem: Problem, b: Floats) -> Floats:
    """Inverse of the observed information at b: how sure each weight is."""
    p = expit(problem.base + problem.x @ b)
    information = _information(problem, p)
    tightness = _tightness(problem, b)
    inverse = np.linalg.inv((problem.x.T * information) @ problem.x + np.diag(tightness))
    return np.asarray((inverse + inverse.T) / 2, dtype=np.float64)


def _climb(problem: Problem, b: Floats) -> Floats:
    x, eta = problem.x, problem.base + problem.x @ b
    value = _height(problem, b, eta)
    for _ in range(STEPS):
        p = expit(eta)
        silent = p * (1 - problem.arrived) / np.maximum(1 - p * problem.arrived, 1e-12)
        target = np.where(problem.yes, 1.0, np.where(problem.no, 0.0, silent))
        slope = x.T @ (problem.weight * (target - p)) - _pull(problem, b)
        bend = (x.T * _information(problem, p)) @ x + np.diag(_tightness(problem, b))
        step = np.linalg.solve(bend, slope)
        b, eta, value, moved = _halved(problem, b, eta, value, step)
        if moved < SMALL:
            break
    return b


def _halved(
    problem: Problem, b: Floats, eta: Floats, value: float, step: Floats
) -> tuple[Floats, Floats, float, float]:
    along, scale = problem.x @ step, 1.0
    for _ in range(30):
        trial, trial_eta = b + scale * step, eta + scale * along
        height = _height(problem, trial, trial_eta)
        if height >= value - 1e-10:
            return trial, trial_eta, height, float(np.max(np.abs(scale * step), initial=0.0))
        scale /= 2
    return b, eta, value, 0.0


def _height(problem: Problem, b: Floats, eta: Floats) -> float:
    """Log likelihood plus log prior, up to a constant."""
    log_no = -np.logaddexp(0.0, eta)
    log_yes = eta + log_no
    hidden = np.log(np.maximum(1 - expit(eta) * problem.arrived, 1e-300))
    fit = problem.weight @ np.where(problem.yes, log_yes, np.where(problem.no, log_no, hidden))
    off = (b - problem.mean) / problem.sd
    return float(fit - (NU + 1) / 2 * np.log1p(off**2 / NU).sum())


def _information(problem: Problem, p: Floats) -> Floats:
    """Observed information of each row about its log odds; never negative."""
    g, known = problem.arrived, p * (1 - p)
    silent = g * known * (1 - 2 * p + p * p * g) / np.maximum(1 - p * g, 1e-12) ** 2
    each = np.where(problem.yes | problem.no, known, np.maximum(silent, 0.05 * g * known))
    return np.asarray(problem.weight * each, dtype=np.float64)


def _pull(problem: Problem, b: Floats) -> Floats:
    off = b - problem.mean
    return np.asarray((NU + 1) * off / (NU * problem.sd**2 + off**2), dtype=np.float64)


def _tightness(problem: Problem, b: Floats) -> Floats:
    """Curvature of the prior; its secant where the true one is flat or negative, so that steps stay safe."""
    off2, wide = (b - problem.mean) ** 2, NU * problem.sd**2
    secant = (NU + 1) / (wide + off2)
    return np.asarray(np.maximum(secant * (wide - off2) / (wide + off2), 0.25 * secant), dtype=np.float64)
