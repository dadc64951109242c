"""Mail addresses: one normal form, role desks, and addresses nobody writes to. Pure."""

import re
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from crm import domains

FREE_MAIL = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com icloud.com me.com aol.com gmx.de gmx.net "
    "web.de mail.ru yandex.ru proton.me protonmail.com free.fr orange.fr libero.it seznam.cz wp.pl".split()
)
ROLES = frozenset(
    "info contact hello hi team office mail email editor editorial editors desk newsroom news press media pr tips "
    "marketing sales support help admin webmaster hostmaster partners partnerships advertising ads submissions "
    "contribute guestpost content blog redaktion kontakt presse contacto contato redaccion redaction redazione "
    "bureau service enquiries inquiries general feedback community web contactus mailbox inbox post welcome hallo hola "
    "bonjour ciao salut moin hej ahoj merhaba letters opinion pitches pitch submit stories story podcast show studio "
    "newsletter abo anzeigen werbung verlag sekretariat secretariat secretaria segreteria kundenservice kundendienst "
    "vertrieb buchhaltung datenschutz privacy legal jobs karriere careers events shop orders order bestellung booking "
    "reservations reception rezeption verwaltung administration admin gestion accueil rédaction redactie redakcja "
    "redakce toimitus redaksjon redaktion redactia szerkesztoseg sekretariatet biuro kancelaria iletisim bilgi billing "
    "accounts webteam board committee club library archive records museum school".split()
)
FORBIDDEN = frozenset(
    "mailer-daemon postmaster no-reply noreply donotreply do-not-reply bounce bounces abuse spam root daemon nobody "
    "listserv majordomo unsubscribe".split()
)
FORBIDDEN_STARTS = ("bounce", "noreply", "no-reply", "mailer-daemon")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]")


@dataclass(frozen=True)
class Address:
    """A usable address: as written, its normal form, and the registrable domain behind the @."""

    written: str
    normal: str
    domain: str


def parse(text: str) -> Address:
    """Read one bare address. Raises ValueError with a sentence naming what is wrong."""
    if _CONTROL.search(text):
        raise ValueError("The address holds a line break or control character; that could forge mail headers.")
    written = text.strip()
    try:
        valid = validate_email(written, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise ValueError(f"“{written[:80]}” is not a mail address: {error}") from error
    host = valid.ascii_domain.lower()
    return Address(written, _normal(valid.local_part, host), domains.registrable(host) or host)


def normal_form(address: str) -> str:
    """Lower case, A-label, without plus tag, and without dots for Gmail: equal forms reach the same person."""
    return parse(address).normal


def is_role(address: str) -> bool:
    """Whether the address is a desk (info@, editor@) and not a person."""
    local = address.partition("@")[0].lower().partition("+")[0]
    return local in ROLES or re.split(r"[-._]", local)[0] in ROLES


def is_forbidden(address: str) -> bool:
    """Whether nobody should be written to at this address: daemons, no-reply, lists."""
    local = address.partition("@")[0].lower()
    return (
        local in FORBIDDEN
        or local.startswith(("bounce", "noreply", "no-reply", "mailer-daemon"))
        or "-request" in local
    )


def is_free_mail(domain: str) -> bool:
    """Whether the domain gives addresses to everybody, so that it says nothing of the site."""
    return domain in FREE_MAIL


def clean_name(name: str) -> str:
    """A person's name fit for a mail header. Raises ValueError on line breaks and control characters."""
    if _CONTROL.search(name):
        raise ValueError("The name holds a line break or control character; that could forge mail headers.")
    return " ".join(name.split())[:120]


def _normal(local: str, host: str) -> str:
    local = local.lower().partition("+")[0] or local.lower()
    if host in ("gmail.com", "googlemail.com"):
        local, host = local.replace(".", ""), "gmail.com"
    return f"{local}@{host}"
