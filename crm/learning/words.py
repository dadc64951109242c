"""Pure: the model's reasons for one prospect, in words, each with its factor on the odds of interest."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import expit

from crm.learning.features import GROUPS
from crm.learning.priors import AVERAGE_SITE

if TYPE_CHECKING:
    from crm.learning.model import Fitted

_CONTACT = {
    "named_verified": "named and verified contact",
    "named": "named contact",
    "role": "role address",
    "guessed": "guessed address",
    "unknown": "no contact yet",
}
_GROUP = {"competitor": "links seen at rival {}", "target_page": "pitching {}", "template": "template {}"}


_MANY = {
    "resource_page": "resource pages",
    "editorial_mention": "editorial mentions",
    "list_post": "list posts",
    "guest_contribution": "guest posts",
    "broken_link": "broken links",
    "partnership": "partnerships",
    "digital_pr": "digital PR",
    "unlinked_mention": "unlinked mentions",
    "local_citation": "local citations",
}


def many(link_type: str) -> str:
    """ "resource_page" as people speak of all of them."""
    return _MANY.get(link_type, f"{spoken(link_type)} links")


def spoken(link_type: str) -> str:
    """ "resource_page" as people say it."""
    return "digital PR" if link_type == "digital_pr" else link_type.replace("_", " ")


def explain(fitted: "Fitted", row: pd.DataFrame) -> list[tuple[str, float]]:
    """Factors whose product is the odds of interest. Terms worth nothing (factor 1 exactly) are left out."""
    rows = fitted._traits(row)
    layout, b = fitted.layout, fitted.weights
    t, c = int(rows.link_type[0]), int(rows.contact[0])
    known = t < layout.n_types
    name = spoken(layout.link_types[t]) if known else "link type unknown"
    base = float(fitted.base[t]) - AVERAGE_SITE
    lines = [
        (f"{name}: {expit(base):.1%} interested × {fitted.ship[t]:.0%} placed".replace("%", " %"), base),
        ("average site", AVERAGE_SITE),
        (f"your own results, all pitches: {fitted.n_wins} of {fitted.n_matured:.0f} matured", float(b[0])),
    ]
    if known:
        lines.append((_own(fitted, layout.link_types[t]), float(b[4 + t])))
    lines += [
        (_relevance(row), float(b[1] * rows.relevance_z[0])),
        (_overlap(float(rows.overlap_log2[0])), float(b[2] * rows.overlap_log2[0])),
        (_dr(row), float(rows.dr_z[0] * (b[3] + (b[4 + layout.n_types + t] if known else 0.0)))),
    ]
    if c < len(layout.contacts):
        lines.append((_CONTACT.get(layout.contacts[c], layout.contacts[c]), float(b[layout.contact_at + c])))
    for group in GROUPS:
        at = int(rows.groups[group][0])
        if at < len(layout.levels[group]):
            words = _GROUP[group].format(layout.levels[group][at])
            lines.append((words, float(b[layout.group_at(group) + at])))
    return [(words, float(np.exp(term))) for words, term in lines if term != 0.0]


def _own(fitted: "Fitted", link_type: str) -> str:
    """The project's own record with this type."""
    words = f"your own results with {many(link_type)}"
    if link_type not in fitted.record:
        return words
    wins, matured = fitted.record[link_type]
    return f"{words}: {wins} of {matured:.0f} matured"


def _relevance(row: pd.DataFrame) -> str:
    value = _value(row, "relevance")
    return f"relevance {value:.0f}" if value is not None else "relevance not known"


def _overlap(log2: float) -> str:
    n = round(2**log2)
    return f"{n} competitors" if n > 1 else "1 competitor"


def _dr(row: pd.DataFrame) -> str:
    value = _value(row, "dr")
    return f"DR {value:.0f}" if value is not None else "DR not known"


def _value(row: pd.DataFrame, name: str) -> float | None:
    if name not in row:
        return None
    value = pd.to_numeric(row[name], errors="coerce").iloc[0]
    return float(value) if np.isfinite(value) else None
