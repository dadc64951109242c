"""What people set about sending, checked field by field."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from crm.errors import BadInput
from crm.outbox.schedule import ALLOWED, PREFERRED, Rules, window_from


def sending(form: Mapping[str, str], days: list[str], liked_days: list[str]) -> dict[str, Any]:
    """The windows of a project in their stored form. Raises BadInput naming the field."""
    window = _window(days, form.get("from", ""), form.get("to", ""), "window")
    prefer = None
    if form.get("prefer") == "1":
        prefer = _window(liked_days, form.get("liked_from", ""), form.get("liked_to", ""), "prefer")
    consent = form.get("consent") == "1"
    return {"window": window, "prefer": prefer, "holidays": form.get("holidays") == "1", "consent": consent}


def shown(stored: Mapping[str, Any]) -> Rules:
    """The rules behind the form."""
    prefer = stored.get("prefer", {})
    return Rules(
        allowed=window_from(stored.get("window") or {}, ALLOWED) or ALLOWED,
        preferred=None if prefer is None else window_from(prefer, PREFERRED),
        country="on" if stored.get("holidays", True) else "",
    )


def _window(days: list[str], start: str, end: str, field: str) -> dict[str, Any]:
    chosen = sorted({int(d) for d in days if d.isdigit() and int(d) < 7})
    if not chosen:
        raise BadInput("Choose at least one weekday.", field=field)
    try:
        if not time.fromisoformat(start) < (time.max if end == "24:00" else time.fromisoformat(end)):
            raise BadInput("The window must end after it begins.", field=field)
    except ValueError as error:
        raise BadInput("Write times as 09:00.", field=field) from error
    return {"days": chosen, "from": start, "to": end}
