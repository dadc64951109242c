"""The WSGI entry point: `app` for gunicorn, waitress and the flask command."""

import threading

from crm import create_app
from crm.prospects import relevance

app = create_app()
_first = threading.Lock()


@app.before_request
def _warm_up() -> None:
    """With the first page, load behind it what takes seconds, so that no later click waits for it."""
    if _first.acquire(blocking=False):
        threading.Thread(target=relevance.warm_up, name="warm up", daemon=True).start()
