"""What surrounds every request: who is signed in, headers, errors, and what all templates may use."""

import hashlib
import logging
import secrets
from pathlib import Path
from typing import Any

from flask import Flask, Response, flash, g, redirect, render_template, request, session, url_for
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix

from crm import templating
from crm.accounts import access, queries
from crm.db import reading
from crm.errors import CrmError

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
log = logging.getLogger("crm")


def guard_requests(app: Flask) -> None:
    """Sign-in by default, security headers, readable errors, template filters."""
    settings = app.extensions["settings"]
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, settings.proxies, settings.proxies)  # type: ignore[method-assign]
    login = LoginManager(app)
    login.session_protection = "basic"
    login.user_loader(_load_user)
    app.before_request(_require_login)
    app.after_request(_headers)
    app.register_error_handler(CrmError, _refusal)
    app.register_error_handler(CSRFError, _csrf_refusal)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)
    app.context_processor(_for_templates)
    app.url_defaults(_content_hash)
    templating.register(app)


def _load_user(key: str) -> access.SignedIn | None:
    with reading() as s:
        return access.signed_in(s, key)


def _require_login() -> Response | None:
    view = _view(request.endpoint) if request.endpoint else None
    if view is None or request.endpoint == "static" or getattr(view, "is_public", False):
        return None
    if not current_user.is_authenticated:
        with reading() as s:
            first_run = not queries.has_users(s)
        target = url_for("accounts.welcome") if first_run else url_for("accounts.login", next=request.full_path)
        return redirect(target)  # type: ignore[return-value]
    return access.refuse_role(view)


def _view(endpoint: str) -> Any:
    from flask import current_app

    return current_app.view_functions.get(endpoint)


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", CSP)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _refusal(error: CrmError) -> tuple[str, int] | Response:
    """Show the sentence where the person was, when that is a form; else as a page of its own."""
    if request.method == "POST" and error.status in (409, 422, 400) and _came_from_here():
        flash({"words": error.message, "undo": None, "bad": True}, "toast")  # type: ignore[arg-type]
        return redirect(request.referrer or "/", 303)  # type: ignore[return-value]
    return _error_page(error.status, error.message)


def _csrf_refusal(error: CSRFError) -> tuple[str, int]:
    return _error_page(400, "This form was open for too long or came from elsewhere. Go back, reload and try again.")


def _too_large(error: RequestEntityTooLarge) -> tuple[str, int]:
    limit = (request.max_content_length or 0) // 2**20
    return _error_page(413, f"That is more than {limit} MiB at once. Send fewer files, or use `flask import FILE`.")


def _http_error(error: HTTPException) -> tuple[str, int] | Response:
    if isinstance(error, SecurityError) or (error.code and error.code < 400):
        return error.get_response()  # type: ignore[return-value]
    words = {404: "There is no such page here.", 405: "This address does not take that kind of request."}
    return _error_page(error.code or 500, words.get(error.code or 500, error.description or "This did not work."))


def _unexpected(error: Exception) -> tuple[str, int]:
    reference = secrets.token_hex(4)
    log.exception("request failed, reference %s", reference)
    return _error_page(500, "Something broke on our side. Nothing of what was stored before is lost.", reference)


def _error_page(status: int, words: str, reference: str = "") -> tuple[str, int]:
    return render_template("errors/error.html", status=status, words=words, reference=reference), status


def _came_from_here() -> bool:
    referrer = request.referrer or ""
    return referrer.startswith(request.host_url) and request.headers.get("HX-Request") is None


def _for_templates() -> dict[str, Any]:
    if not current_user.is_authenticated:
        return {"project": None, "nav": None, "practice": False}
    if "frame" not in g:
        from flask import current_app

        with reading() as s:
            project = access.current_project(s, required=False)
            g.frame = {
                "project": project,
                "nav": queries.navigation(s, project, current_user) if project else None,
                "practice": current_app.extensions["settings"].practice,
                "theme": session.get("theme", ""),
            }
    return dict(g.frame)


_hashes: dict[str, str] = {}


def _content_hash(endpoint: str, values: dict[str, Any]) -> None:
    """Put the content's hash into the address of a static file, so that it may be cached for ever."""
    if endpoint != "static" or "filename" not in values:
        return
    name = values["filename"]
    if name not in _hashes:
        path = Path(__file__).parent / "static" / name
        _hashes[name] = hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else "0"
    values["v"] = _hashes[name]
