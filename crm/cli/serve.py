"""`flask serve`: the product on this machine, pages and worker together."""

import subprocess
import sys

import click
from flask import current_app


@click.command("serve")
@click.option("--port", default=8000, help="Port on 127.0.0.1.")
@click.option("--host", default="127.0.0.1", help="Address to listen on; behind a proxy it stays 127.0.0.1.")
@click.option("--threads", default=8)
@click.option("--no-worker", is_flag=True, help="Pages only; start `flask worker` elsewhere.")
def serve(port: int, host: str, threads: int, no_worker: bool) -> None:
    """Serve the pages and run the worker beside them until Ctrl-C."""
    settings = current_app.extensions["settings"]
    worker = None if no_worker else subprocess.Popen([sys.executable, "-m", "flask", "worker"])
    click.echo(f"Backloop is at http://{host}:{port}/ (data in {settings.instance})")
    try:
        subprocess.run(web_command(host, port, threads), check=False)
    finally:
        if worker is not None:
            worker.terminate()
            worker.wait(timeout=30)


def web_command(host: str, port: int, threads: int) -> list[str]:
    """The command that serves the pages: gunicorn, or waitress where gunicorn does not run."""
    if sys.platform == "win32":
        return [sys.executable, "-m", "waitress", f"--listen={host}:{port}", f"--threads={threads}", "wsgi:app"]
    bind = ["--bind", f"{host}:{port}", "--worker-class", "gthread", "--threads", str(threads)]
    return [sys.executable, "-m", "gunicorn", *bind, "--log-level", "warning", "wsgi:app"]


commands = [serve]
