"""Secrets at rest: sealed with the installation's rotating vault key and bound to the row they belong to."""

import json

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from crm.adapters import keys
from crm.errors import Refused


def seal(text: str, bound_to: str) -> str:
    """Encrypt `text` for one row, for example "mailbox:<public_id>"; the result is safe to store."""
    return _box().encrypt(json.dumps({"for": bound_to, "text": text}).encode()).decode()


def unseal(sealed: str, bound_to: str) -> str:
    """The text again. Raises Refused when the keys do not fit or the value was moved from another row."""
    try:
        held = json.loads(_box().decrypt(sealed.encode()))
    except (InvalidToken, ValueError) as error:
        raise Refused("The stored password cannot be opened with this installation's keys. Enter it again.") from error
    if held["for"] != bound_to:
        raise Refused("The stored password belongs to another mailbox. Enter it again.")
    return str(held["text"])


def reseal(sealed: str) -> str:
    """The same secret under the newest key (after `keys.rotate("vault")`)."""
    return _box().rotate(sealed.encode()).decode()


def _box() -> MultiFernet:
    return MultiFernet([Fernet(k) for k in keys.keys("vault")])
