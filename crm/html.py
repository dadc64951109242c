"""How views answer: a page or one block of it, and a redirect with a toast."""

from typing import Any, cast
from urllib.parse import urlsplit

from flask import Response, current_app, flash, make_response, redirect, render_template, request
from jinja2 import Template


def page(template: str, *, block: str | None = None, status: int = 200, **values: Any) -> Response:
    """Render a template; when htmx asks for a part (`HX-Request-Type: partial`), only the named block of it."""
    if block and request.headers.get("HX-Request-Type") == "partial":
        body = _block(template, block, values)
    else:
        body = render_template(template, **values)
    response = make_response(body, status)
    response.headers["Vary"] = "HX-Request-Type"
    return response


def done(words: str, url: str, *, undo: str | None = None) -> Response:
    """Say what happened in a toast (with Undo when a token is given) and go to `url`."""
    flash({"words": words, "undo": undo}, "toast")  # type: ignore[arg-type]
    return cast(Response, redirect(url, 303))


def safe_next(target: str) -> str:
    """`target` when it is a path of this site, else the start page (no open redirect)."""
    parts = urlsplit(target.replace("\\", "/"))
    good = target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return target if good and target.isprintable() else "/"


def _block(template: str, block: str, values: dict[str, Any]) -> str:
    """One block with the components that base.html gives to every page."""
    env = current_app.jinja_env
    found: Template = env.get_template(template)
    current_app.update_template_context(values)
    components = env.get_template("_ui.html").make_module(values)
    values |= {"ui": components, "icon": components.icon}  # type: ignore[attr-defined]
    return "".join(found.blocks[block](found.new_context(values)))
