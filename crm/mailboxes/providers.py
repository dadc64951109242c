"""What is known of mail providers: servers, caps, how to sign in. Pure; figures as of 2026."""

from dataclasses import dataclass
from typing import Any

RAMP: dict[str, Any] = {"steps": [5, 8, 12, 16, 20, 25, 30], "at": 0, "skip": False}


@dataclass(frozen=True)
class Endpoint:
    """One server: host, port and tls, starttls or plain."""

    host: str
    port: int
    security: str = "tls"


@dataclass(frozen=True)
class Known:
    """A provider: its key, name, servers, and how one signs in there (app_password, oauth_google, oauth_microsoft)."""

    key: str
    name: str
    smtp: Endpoint
    imap: Endpoint
    sign_in: tuple[str, ...]
    help: str


PROVIDERS = (
    Known(
        "gmail",
        "Gmail",
        Endpoint("smtp.gmail.com", 465),
        Endpoint("imap.gmail.com", 993),
        ("app_password", "oauth_google"),
        "Turn on 2-step verification, then make an app password in your Google account under Security.",
    ),
    Known(
        "google_workspace",
        "Google Workspace",
        Endpoint("smtp.gmail.com", 465),
        Endpoint("imap.gmail.com", 993),
        ("oauth_google", "app_password"),
        "Use your own OAuth client, or an app password where the administrator allows it.",
    ),
    Known(
        "microsoft",
        "Microsoft 365 and Outlook.com",
        Endpoint("smtp.office365.com", 587, "starttls"),
        Endpoint("outlook.office365.com", 993),
        ("oauth_microsoft",),
        "Microsoft takes no passwords here any more: register an app and sign in with it.",
    ),
    Known(
        "fastmail",
        "Fastmail",
        Endpoint("smtp.fastmail.com", 465),
        Endpoint("imap.fastmail.com", 993),
        ("app_password",),
        "Make an app password under Settings, Privacy and Security.",
    ),
    Known(
        "yahoo",
        "Yahoo",
        Endpoint("smtp.mail.yahoo.com", 465),
        Endpoint("imap.mail.yahoo.com", 993),
        ("app_password",),
        "Make an app password in the account's security settings.",
    ),
    Known(
        "icloud",
        "iCloud",
        Endpoint("smtp.mail.me.com", 587, "starttls"),
        Endpoint("imap.mail.me.com", 993),
        ("app_password",),
        "Make an app-specific password in your Apple account.",
    ),
    Known(
        "gmx",
        "GMX",
        Endpoint("mail.gmx.net", 465),
        Endpoint("imap.gmx.net", 993),
        ("app_password",),
        "Allow IMAP and POP3 in the settings of the mailbox first.",
    ),
    Known(
        "zoho",
        "Zoho",
        Endpoint("smtp.zoho.com", 465),
        Endpoint("imap.zoho.com", 993),
        ("app_password",),
        "Turn on IMAP access, then make an app password.",
    ),
)
_BY_DOMAIN = {
    "gmail.com": "gmail",
    "googlemail.com": "gmail",
    "outlook.com": "microsoft",
    "hotmail.com": "microsoft",
    "live.com": "microsoft",
    "fastmail.com": "fastmail",
    "fastmail.fm": "fastmail",
    "yahoo.com": "yahoo",
    "icloud.com": "icloud",
    "me.com": "icloud",
    "mac.com": "icloud",
    "gmx.de": "gmx",
    "gmx.net": "gmx",
    "zoho.com": "zoho",
}
_BY_MX = (
    ("google.com", "google_workspace"),
    ("googlemail.com", "google_workspace"),
    ("outlook.com", "microsoft"),
    ("messagingengine.com", "fastmail"),
    ("yahoodns.net", "yahoo"),
    ("zoho.com", "zoho"),
    ("zoho.eu", "zoho"),
)
_CAPS = {"google_workspace": (30, 50), "gmail": (20, 30), "microsoft": (30, 50)}


def by_key(key: str) -> Known | None:
    """The provider of this key."""
    return next((p for p in PROVIDERS if p.key == key), None)


def guess(address: str, mx: list[str] | None = None) -> Known | None:
    """The provider of an address: by its domain, else by the MX hosts of the domain."""
    found = _BY_DOMAIN.get(address.rpartition("@")[2].lower())
    for host in mx or []:
        name = host.rstrip(".").lower()
        found = found or next((key for end, key in _BY_MX if name == end or name.endswith("." + end)), None)
    return by_key(found) if found else None


def caps(provider: str) -> dict[str, Any]:
    """First mails and mails in 24 hours, and the gap, for a mailbox of this provider."""
    new, total = _CAPS.get(provider, (20, 30))
    return {"new_cap": new, "day_cap": total, "hour_cap": min(20, total), "min_gap_s": 90, "jitter_s": 210}


def endpoint(text: str, default_port: int) -> Endpoint:
    """An Endpoint from "host:port" or "host": plain on this machine, STARTTLS on 587 and 143, TLS otherwise.

    Raises ValueError for something else.
    """
    host, _, port = text.strip().rpartition(":") if ":" in text else (text.strip(), "", str(default_port))
    if not host or not port.isdigit():
        raise ValueError(f"“{text}” is not HOST:PORT.")
    if host in ("127.0.0.1", "localhost"):
        return Endpoint(host, int(port), "plain")
    return Endpoint(host, int(port), "starttls" if int(port) in (587, 143, 25) else "tls")
