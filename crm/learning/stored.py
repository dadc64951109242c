"""Pure: a fit as plain JSON values and back. The covariance is packed as float32, lower triangle only."""

import base64
from typing import TYPE_CHECKING, Any

import numpy as np

from crm.learning.features import GROUPS, Floats
from crm.learning.layout import Layout
from crm.learning.priors import Delay, Priors

if TYPE_CHECKING:
    from crm.learning.model import Fitted

VERSION = 1


def pack(fitted: "Fitted") -> dict[str, Any]:
    """Everything needed to score and to explain; not the rows it was learned from."""
    lower = fitted.covariance[np.tril_indices(fitted.layout.size)].astype("<f4")
    return {
        "version": VERSION,
        "link_types": list(fitted.layout.link_types),
        "contacts": list(fitted.layout.contacts),
        "levels": {name: list(fitted.layout.levels[name]) for name in GROUPS},
        "weights": fitted.weights.tolist(),
        "covariance": base64.b64encode(lower.tobytes()).decode(),
        "base": fitted.base.tolist(),
        "ship": fitted.ship.tolist(),
        "ship_n": fitted.ship_n.tolist(),
        "reply": [fitted.reply.median, fitted.reply.spread],
        "placement": [fitted.placement.median, fitted.placement.spread],
        "dr_fill": fitted.dr_fill,
        "n_sent": fitted.n_sent,
        "n_matured": fitted.n_matured,
        "n_wins": fitted.n_wins,
        "capped": list(fitted.capped),
        "record": {name: list(pair) for name, pair in fitted.record.items()},
    }


def unpack(params: dict[str, Any], priors: Priors) -> dict[str, Any]:
    """Arguments of Fitted. Raises ValueError when the record is of another version."""
    if params.get("version") != VERSION:
        raise ValueError(f"a fit of version {params.get('version')} cannot be read; refit the project")
    levels = {name: tuple(params["levels"][name]) for name in GROUPS}
    layout = Layout(tuple(params["link_types"]), tuple(params["contacts"]), levels)
    return {
        "priors": priors,
        "layout": layout,
        "weights": np.array(params["weights"], dtype=float),
        "covariance": _square(params["covariance"], layout.size),
        "base": np.array(params["base"], dtype=float),
        "ship": np.array(params["ship"], dtype=float),
        "ship_n": np.array(params["ship_n"], dtype=float),
        "reply": Delay(*params["reply"]),
        "placement": Delay(*params["placement"]),
        "dr_fill": float(params["dr_fill"]),
        "n_sent": int(params["n_sent"]),
        "n_matured": float(params["n_matured"]),
        "n_wins": int(params["n_wins"]),
        "capped": tuple(params["capped"]),
        "record": {name: (int(wins), float(matured)) for name, (wins, matured) in params["record"].items()},
    }


def _square(text: str, size: int) -> Floats:
    lower = np.frombuffer(base64.b64decode(text), dtype="<f4").astype(float)
    square = np.zeros((size, size))
    square[np.tril_indices(size)] = lower
    return square + square.T - np.diag(np.diag(square))
