"""The practice servers of one world: web and mail, in one process, on loopback."""

from crm import clock
from crm.practice.cast import OWN
from crm.practice.ledger import Ledger
from crm.practice.mailserver import MailServer
from crm.practice.network import Ports
from crm.practice.web import WebServer
from crm.practice.world import world
from crm.vocabulary import LinkType

USER = f"ada@{OWN}"
ANY = Ports(0, 0, 0)
PASSWORD = "practice"  # of a mailbox that exists on loopback only


class Servers:
    """The web server and the mail server of one world, in this process."""

    def __init__(
        self,
        ledger: Ledger,
        seed: int,
        now: clock.Source,
        wanted: Ports = ANY,
        *,
        refused: LinkType | None = None,
    ) -> None:
        self.ledger, self.world = ledger, world(seed, refused)
        self._web = WebServer(self.world, ledger, now, wanted.web)
        self._mail = MailServer(ledger, now, USER, PASSWORD, smtp=wanted.smtp, imap=wanted.imap)

    def start(self) -> Ports:
        """Listen, and write down where."""
        self._web.start()
        self._mail.start()
        ports = Ports(self._web.port, *self._mail.ports)
        self.ledger.note("ports", f"{ports.web},{ports.smtp},{ports.imap}")
        return ports

    def stop(self) -> None:
        """Close everything."""
        self._web.stop()
        self._mail.stop()
