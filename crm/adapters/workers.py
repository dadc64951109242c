"""Who a worker process is, and whether the process that holds a mail is certainly dead."""

import os
import socket
from functools import lru_cache
from pathlib import Path


def me() -> str:
    """This process: host, process-id space, process id and start time. Two processes never share it."""
    return "|".join((_host(), _space(), str(os.getpid()), _started(os.getpid()) or "?"))


def is_dead(owner: str) -> bool:
    """True only when `owner` lived on this machine in this process-id space and is gone; a doubt means False."""
    parts = owner.split("|")
    if len(parts) != 4 or parts[0] != _host() or parts[1] != _space() or parts[3] == "?" or _space() == "?":
        return False
    return _started(int(parts[2])) != parts[3]


def home() -> str:
    """The machine, for telling a restored or cloned installation from a restart."""
    try:
        return Path("/etc/machine-id").read_text().strip()[:32] or _host()
    except OSError:
        return _host()


def _started(pid: int) -> str | None:
    """Start time of a process in clock ticks since boot; None when there is no such process (or only its remains)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (OSError, ValueError):
        return None
    return None if fields[0] in ("Z", "X") else fields[19]


@lru_cache(maxsize=1)
def _host() -> str:
    return socket.gethostname()


def _space() -> str:
    try:
        return str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        return "?"
