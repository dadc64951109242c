"""The installation's keys, each for one purpose, in `keys.json` (mode 0600) or from the environment.

Purposes: session, vault, unsubscribe, erasure (pepper), message_id. Each has a list, newest first; old ones still
verify and unseal. From the environment: BACKLOOP_KEY_<PURPOSE>, several separated by commas.
"""

import base64
import json
import os
import secrets
from pathlib import Path

PURPOSES = ("session", "vault", "unsubscribe", "erasure", "message_id")
_folder: Path | None = None


def use(folder: Path) -> None:
    """Keep keys.json in `folder`."""
    global _folder
    _folder = folder
    _stored.clear()


_stored: dict[str, list[str]] = {}


def keys(purpose: str) -> list[str]:
    """All keys of one purpose as URL-safe base64 of 32 random bytes, newest first. Made at the first call."""
    if purpose not in PURPOSES:
        raise ValueError(f"no such purpose: {purpose}")
    given = os.environ.get(f"BACKLOOP_KEY_{purpose.upper()}")
    if given:
        return given.split(",")
    if not _stored:
        _stored.update(_load())
    return _stored[purpose]


def rotate(purpose: str) -> str:
    """Put a new key in front of the old ones; returns it."""
    new = _new_key()
    _stored.update(_load())
    _stored[purpose] = [new, *_stored[purpose]]
    _save(_stored)
    return new


def _load() -> dict[str, list[str]]:
    path = _path()
    try:
        found: dict[str, list[str]] = json.loads(path.read_text())
    except FileNotFoundError:
        found = {}
    missing = [p for p in PURPOSES if p not in found]
    if missing:
        found |= {p: [_new_key()] for p in missing}
        _save(found)
    return found


def _save(all_keys: dict[str, list[str]]) -> None:
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as out:
        json.dump(all_keys, out, indent=1)
    fresh.replace(path)


def _path() -> Path:
    if _folder is None:
        raise RuntimeError("no folder for keys; create_app() or keys.use(folder) comes first")
    return _folder / "keys.json"


def _new_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
