"""The WSGI entry point: `app` for gunicorn, waitress and the flask command."""

from crm import create_app

app = create_app()
