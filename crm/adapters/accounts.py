"""How to reach a mail server: plain values, and the rule which hosts may be connected to."""

import ipaddress
import socket
from dataclasses import dataclass, field

from crm.adapters import addresses

TLS, STARTTLS, PLAIN = "tls", "starttls", "plain"


class MailHostRefused(OSError):
    """Our own rule forbids the connection; the message can be shown to a person."""


@dataclass(frozen=True)
class Account:
    """One side (SMTP or IMAP) of a mailbox. `token` is an OAuth access token; secrets never show in a repr.

    `private_ok` allows addresses of the own network (a setting of the installation, never of a user).
    """

    host: str
    port: int
    security: str
    username: str
    address: str
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    private_ok: bool = False

    def xoauth2(self) -> str:
        """The XOAUTH2 initial response before base64 (Google's and Microsoft's form)."""
        return f"user={self.username}\x01auth=Bearer {self.token}\x01\x01"


def checked_addresses(account: Account) -> list[str]:
    """Resolve the account's host once and return the addresses that may be used.

    Plain text is spoken to the loopback address only, so that no password crosses a wire in clear; everything else
    must be a public address unless the installation allows its own network. Raises MailHostRefused.
    """
    try:
        found = socket.getaddrinfo(account.host, account.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise MailHostRefused(f"There is no address for the mail server {account.host}.") from error
    usable = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in usable:
        if _refusal(account, address):
            raise MailHostRefused(f"{account.host} leads to {address}: {_refusal(account, address)}")
    return usable


def _refusal(account: Account, address: str) -> str:
    if account.security not in (TLS, STARTTLS, PLAIN):
        return "the kind of connection must be tls, starttls or plain."
    loopback = ipaddress.ip_address(address.partition("%")[0]).is_loopback
    if account.security == PLAIN:
        return "" if loopback else "a connection without TLS is allowed to this machine only."
    if account.private_ok or addresses.is_public(address):
        return ""
    return "it is not an address of the public internet."
