"""A worker process for the crawl tests: reads the queue of a database through a little web. Arguments: folder, port."""

import sys
import time
from pathlib import Path

import crm.models  # noqa: F401  registers every table
from config import Settings
from crm import prepare
from crm.adapters import web
from crm.adapters.network import LoopbackWorld
from crm.pages import run


def main(folder: str, port: int) -> None:
    prepare(Settings(instance=Path(folder), database_url=""))
    web.install(web.Fetcher(LoopbackWorld(".example", port)))
    print("ready", flush=True)
    until = time.monotonic() + 120
    while run.waiting() and time.monotonic() < until:
        run.tick(seconds=5)
    print("done", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
