"""A check of a link as a text that can be handed on: what was asked, what came back, the page as it was."""

import hashlib
from datetime import datetime
from typing import Any, Protocol

from crm import charset


class Watched(Protocol):
    """The link."""

    @property
    def page_url(self) -> str: ...

    @property
    def target_url(self) -> str: ...


class Looked(Protocol):
    """One look at it."""

    @property
    def at(self) -> datetime: ...

    @property
    def present(self) -> bool | None: ...

    @property
    def why(self) -> str: ...

    @property
    def status(self) -> int | None: ...

    @property
    def facts(self) -> dict[str, Any]: ...

    @property
    def snippet(self) -> str: ...


def write(placement: Watched, check: Looked, body: bytes | None) -> str:
    """The text. `body` is the page as fetched, None when nothing came."""
    facts = check.facts or {}
    answer = {True: "there", False: "not there", None: "could not be told"}[check.present]
    lines = [
        "PROOF OF A LINK CHECK",
        "",
        f"Page       {placement.page_url}",
        f"Target     {placement.target_url}",
        f"Looked at  {check.at} (UTC)",
        f"The link   {answer}: {check.why}",
        f"Anchor     {facts.get('anchor') or '-'}",
        f"rel        {facts.get('rel') or '(none)'}",
        f"Place      {facts.get('position') or '-'}",
        f"Sentence   {check.snippet or '-'}",
        f"HTTP       {check.status or '-'}, final address {facts.get('final_url') or '-'}",
        f"Canonical  {facts.get('canonical') or '-'}",
        f"Listed by search engines  {_yes(facts.get('indexable'))}",
    ]
    lines += [f"Redirect   {hop}" for hop in _list(facts.get("chain"))]
    headers = facts.get("headers")
    lines += [f"Header     {k}: {v}" for k, v in sorted(headers.items())] if isinstance(headers, dict) else []
    if body is None:
        return "\n".join([*lines, "", "No page came back."]) + "\n"
    digest = hashlib.sha256(body).hexdigest()
    content_type = str(headers.get("content-type", "")) if isinstance(headers, dict) else ""
    lines += [
        f"SHA-256    {digest} of {len(body)} bytes",
        "",
        "THE PAGE AS IT WAS SENT",
        "",
        charset.decode(body, content_type),
    ]
    return "\n".join(lines) + "\n"


def _yes(value: object) -> str:
    return {True: "yes", False: "no"}.get(value if isinstance(value, bool) else None, "unknown")  # type: ignore[arg-type]


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
