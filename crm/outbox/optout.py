"""The signed token in the opt-out address of a mail. It names one mail, never expires and cannot be guessed. Pure."""

from collections.abc import Sequence

from itsdangerous import BadData, URLSafeSerializer

SALT = "opt-out"


def token(keys: Sequence[str], message_public_id: str) -> str:
    """The token for one mail. `keys` newest first; the newest signs, all of them verify."""
    return str(_signer(keys).dumps(message_public_id))


def named(keys: Sequence[str], given: str) -> str | None:
    """The public id of the mail that the token names, or None when it was tampered with."""
    try:
        found = _signer(keys).loads(given)
    except BadData:
        return None
    return found if isinstance(found, str) else None


def url(base: str, keys: Sequence[str], message_public_id: str) -> str:
    """The opt-out page of one mail; "" unless the installation has a public https address."""
    if not base.startswith("https://"):
        return ""
    return f"{base.rstrip('/')}/u/{token(keys, message_public_id)}"


def _signer(keys: Sequence[str]) -> URLSafeSerializer:
    return URLSafeSerializer(list(reversed(keys)), salt=SALT)  # the last one signs
