"""Backloop: turns backlink gaps into links and learns from every answer. This file only wires the parts together."""

import importlib
import importlib.util
from typing import Any

from flask import Flask
from flask_babel import Babel
from flask_wtf import CSRFProtect

from config import ROOT, Settings
from crm import clock, db
from crm.adapters import blobs, keys
from crm.http import guard_requests

SLICES = (
    *("accounts", "pages", "targets", "prospects", "gap", "contacts", "mailboxes", "batches", "outbox", "outcomes"),
    *("inbox", "learning", "reports", "practice"),
)
csrf = CSRFProtect()


def create_app(settings: Settings | None = None) -> Flask:
    """The web application (and, through `flask`, the commands). Binds the process to its database and folders."""
    settings = settings or Settings()
    app = Flask("crm", root_path=str(ROOT / "crm"), template_folder=str(ROOT / "templates"))
    prepare(settings)
    app.config.update(_flask_config(settings))
    app.extensions["settings"] = settings
    csrf.init_app(app)
    Babel(app)
    guard_requests(app)
    _register_slices(app)
    from crm import cli  # commands import every slice; pages do not wait for them

    cli.register(app)
    return app


def prepare(settings: Settings) -> None:
    """Bind this process to the database, the keys and the stored files of `settings`; no web needed."""
    settings.instance.mkdir(parents=True, exist_ok=True)
    db.bind(settings.url(), durable=settings.durable)
    keys.use(settings.instance)
    blobs.use(settings.instance / "blobs")
    if settings.practice:
        importlib.import_module("crm.practice.clock").install(settings)
    else:
        clock.install(clock.real_now)


def _flask_config(settings: Settings) -> dict[str, Any]:
    return {
        "SECRET_KEY": keys.keys("session")[0],
        "SECRET_KEY_FALLBACKS": keys.keys("session")[1:],
        "SESSION_COOKIE_NAME": "__Host-backloop" if settings.https else "backloop",
        "SESSION_COOKIE_SECURE": settings.https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "MAX_CONTENT_LENGTH": settings.upload_limit_mb * 2**20,
        "MAX_FORM_PARTS": 5000,
        "TRUSTED_HOSTS": settings.trusted_hosts,
        "SEND_FILE_MAX_AGE_DEFAULT": 31536000,
        "WTF_CSRF_TIME_LIMIT": None,
        "BABEL_DEFAULT_LOCALE": "en",
    }


def _register_slices(app: Flask) -> None:
    for name in SLICES:
        if importlib.util.find_spec(f"crm.{name}.views"):
            views = importlib.import_module(f"crm.{name}.views")
            app.register_blueprint(views.bp)
            for view in getattr(views, "csrf_exempt", []):
                csrf.exempt(view)
