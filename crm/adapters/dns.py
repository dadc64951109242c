"""DNS questions about mail domains. A name that does not exist is an empty answer; a silent server is NoAnswer."""

from typing import Protocol

import dns.exception
import dns.resolver

SECONDS = 5.0
RESERVED = (".example", ".test", ".invalid", ".localhost")  # no name server knows these names, and none is asked


class NoAnswer(Exception):
    """The name server could not be asked; nothing follows from that."""


class Resolver(Protocol):
    """What the mailbox check asks."""

    def txt(self, name: str) -> list[str]: ...

    def mx(self, name: str) -> list[str]: ...


class SystemResolver:
    """The machine's own name servers."""

    def txt(self, name: str) -> list[str]:
        """All TXT records, each joined from its parts."""
        return [b"".join(r.strings).decode("utf-8", "replace") for r in self._ask(name, "TXT")]

    def mx(self, name: str) -> list[str]:
        """MX hosts, the preferred first. A null MX (the domain takes no mail) is one empty name.

        Without any MX a domain that has an address takes mail itself (RFC 5321, 5.1).
        """
        if name.rstrip(".").endswith(RESERVED):
            raise NoAnswer(f"{name} is a name for examples")
        found = sorted(self._ask(name, "MX"), key=lambda r: r.preference)
        if not found and (self._ask(name, "A") or self._ask(name, "AAAA")):
            return [name]
        return [str(r.exchange).rstrip(".").lower() for r in found]

    def _ask(self, name: str, kind: str) -> list:  # type: ignore[type-arg]
        try:
            return list(dns.resolver.resolve(name, kind, lifetime=SECONDS))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, OSError, UnicodeError) as error:
            raise NoAnswer(str(error)[:200]) from error


_resolver: Resolver = SystemResolver()


def default() -> Resolver:
    """The process's resolver."""
    return _resolver


def install(resolver: Resolver) -> None:
    """Use another one (tests, the practice world)."""
    global _resolver
    _resolver = resolver
