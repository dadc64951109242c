"""Signing in at Google and Microsoft with the user's own client id: authorization code with PKCE, and token refresh.

Scopes and addresses are the providers' documented ones for IMAP and SMTP. Tokens are plain values here; whoever keeps
them seals them (vault.py).
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session

from crm import clock
from crm.errors import Refused

SOON = timedelta(minutes=2)
SECONDS = 20


@dataclass(frozen=True)
class Provider:
    """Where to sign in and what to ask for."""

    authorize: str
    token: str
    scope: str
    extra: tuple[tuple[str, str], ...] = ()


PROVIDERS = {
    "google": Provider(
        "https://accounts.google.com/o/oauth2/v2/auth",
        "https://oauth2.googleapis.com/token",
        "https://mail.google.com/",
        (("access_type", "offline"), ("prompt", "consent")),
    ),
    "microsoft": Provider(
        "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
        "https://login.microsoftonline.com/common/oauth2/v2.0/token",
        "offline_access https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send",
    ),
}


@dataclass(frozen=True)
class Client:
    """The user's own registration at the provider."""

    provider: str
    client_id: str
    client_secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class Grant:
    """What the provider gave us. Kept sealed as JSON (`pack` and `unpack`)."""

    client: Client
    refresh_token: str = field(repr=False)
    access_token: str = field(default="", repr=False)
    expires_at: float = 0.0  # seconds since 1970

    def pack(self) -> str:
        """As JSON, for the vault."""
        return json.dumps(asdict(self))

    def is_fresh(self, now: datetime) -> bool:
        """Whether the access token is good for some minutes more."""
        return bool(self.access_token) and self.expires_at > (now + SOON).timestamp()


@dataclass(frozen=True)
class Begun:
    """An authorization on its way: send the browser to `url`, keep `state` and `verifier` in the session."""

    url: str
    state: str
    verifier: str = field(repr=False)


Make = Callable[..., Any]


def unpack(text: str) -> Grant:
    """The grant that `pack` wrote."""
    held = json.loads(text)
    return Grant(Client(**held.pop("client")), **held)


def begin(client: Client, redirect_uri: str, login_hint: str) -> Begun:
    """Start an authorization (RFC 6749 with PKCE S256, RFC 7636)."""
    where = _provider(client.provider)
    verifier = generate_token(64)
    session = OAuth2Session(
        client.client_id, scope=where.scope, redirect_uri=redirect_uri, code_challenge_method="S256"
    )
    url, state = session.create_authorization_url(
        where.authorize, code_verifier=verifier, login_hint=login_hint, **dict(where.extra)
    )
    return Begun(str(url), str(state), verifier)


def finish(client: Client, redirect_uri: str, answer_url: str, begun: Begun, *, make: Make = OAuth2Session) -> Grant:
    """Turn the provider's answer into a grant. Raises Refused when it is not for us or says no."""
    where = _provider(client.provider)
    session = make(client.client_id, client.client_secret or None, redirect_uri=redirect_uri, state=begun.state)
    try:
        token = session.fetch_token(
            where.token, authorization_response=answer_url, code_verifier=begun.verifier, timeout=SECONDS
        )
    except (OAuthError, OSError, ValueError) as error:
        raise Refused(f"The provider did not give access: {error}") from error
    if not token.get("refresh_token"):
        raise Refused("The provider gave no lasting access. Remove the app's access there and connect again.")
    return _grant(client, token, "")


def refreshed(grant: Grant, *, make: Make = OAuth2Session) -> Grant:
    """A grant whose access token is good now. Raises Refused when the provider took the access back."""
    if grant.is_fresh(clock.real_now()):
        return grant
    where = _provider(grant.client.provider)
    session = make(grant.client.client_id, grant.client.client_secret or None)
    try:
        token = session.refresh_token(where.token, refresh_token=grant.refresh_token, timeout=SECONDS)
    except OAuthError as error:
        raise Refused("The provider no longer gives access to this mailbox. Connect it again.") from error
    return _grant(grant.client, token, grant.refresh_token)


def _grant(client: Client, token: dict[str, Any], old_refresh: str) -> Grant:
    expires = float(token.get("expires_at") or clock.real_now().timestamp() + float(token.get("expires_in", 3000)))
    return Grant(client, str(token.get("refresh_token") or old_refresh), str(token["access_token"]), expires)


def _provider(name: str) -> Provider:
    if name not in PROVIDERS:
        raise Refused(f"Signing in at {name} is not known here; use an app password.")
    return PROVIDERS[name]
