"""The way from the product to the practice servers: which ports they listen on, and the web that leads there."""

import time
from dataclasses import dataclass
from pathlib import Path

import httpcore2

from crm.adapters.network import LoopbackWorld
from crm.practice.ledger import Ledger

FRESH_SECONDS = 2.0


@dataclass(frozen=True)
class Ports:
    web: int
    smtp: int
    imap: int


def ledger_path(instance: Path) -> Path:
    """The servers' own record, apart from the product's database."""
    return instance / "practice-world.db"


class PracticeNetwork:
    """All names that end in .example, wherever the practice web server listens just now; nothing else."""

    def __init__(self, path: Path) -> None:
        self._path, self._port, self._read_at = path, 0, -FRESH_SECONDS

    def connect(self, host: str, port: int, timeout: float) -> httpcore2.NetworkStream:
        if time.monotonic() - self._read_at >= FRESH_SECONDS:
            ports = known_ports(self._path)
            self._port, self._read_at = (ports.web if ports else 0), time.monotonic()
        if not self._port:
            raise httpcore2.ConnectError("the practice web is not running; start it with: flask practice serve")
        return LoopbackWorld(".example", self._port).connect(host, port, timeout)


def known_ports(path: Path) -> Ports | None:
    """Where the servers listen (or did, if they are stopped); None before their first start."""
    if not path.exists():
        return None
    ledger = Ledger(path)
    try:
        kept = ledger.fact("ports")
    finally:
        ledger.close()
    return Ports(*(int(part) for part in kept.split(","))) if kept else None


class PracticeNames:
    """The name server of the practice world: every .example domain takes mail, and only ours is asked about records."""

    def txt(self, name: str) -> list[str]:
        """SPF, DMARC and a DKIM key of a domain that is set up well."""
        if not name.rstrip(".").endswith(".example"):
            return []
        if name.startswith("_dmarc."):
            return ["v=DMARC1; p=quarantine; adkim=s; aspf=s"]
        if "._domainkey." in name:
            return ["v=DKIM1; k=rsa; p=cHJhY3RpY2U="]
        return ["v=spf1 ip4:127.0.0.1 -all"]

    def mx(self, name: str) -> list[str]:
        """The mail host of a domain."""
        return [f"mail.{name.rstrip('.')}"] if name.rstrip(".").endswith(".example") else []
