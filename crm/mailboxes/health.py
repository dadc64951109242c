"""What the DNS of a sender's domain must say, and the record to paste where it does not. Pure.

SPF: RFC 7208 (exactly one record, at most ten look-ups). DMARC: RFC 7489. DKIM is read from what a receiver said about
a mail of ours (RFC 8601), else from the usual selectors.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass

SPF_LOOKUPS = 10
_COSTS = re.compile(r"^[+?~-]?(include:|a\b|mx\b|ptr\b|exists:|redirect=)", re.I)
_INCLUDES = {
    "google_workspace": "include:_spf.google.com",
    "gmail": "include:_spf.google.com",
    "microsoft": "include:spf.protection.outlook.com",
    "fastmail": "include:spf.messagingengine.com",
    "zoho": "include:zohomail.com",
}
SELECTORS = {
    "google_workspace": ("google",),
    "microsoft": ("selector1", "selector2"),
    "fastmail": ("fm1", "fm2"),
    "zoho": ("zoho", "zmail"),
}
USUAL_SELECTORS = ("default", "mail", "dkim", "s1", "k1")


@dataclass(frozen=True)
class Finding:
    """One check: level ok, warn or bad; what was seen; and the DNS record that would mend it."""

    check: str
    level: str
    words: str
    record: str = ""

    def to_dict(self) -> dict[str, str]:
        """For storage and JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Seen:
    """What was asked of DNS and of a mail to oneself. None: could not be asked."""

    domain: str
    provider: str
    mx: tuple[str, ...] | None = None
    txt: tuple[str, ...] | None = None
    dmarc: tuple[str, ...] | None = None
    dkim: Mapping[str, tuple[str, ...]] | None = None  # selector -> TXT records
    authentication_results: str = ""
    is_free_mail: bool = False


def findings(seen: Seen) -> list[Finding]:
    """All checks of a domain, in the order people fix them."""
    if seen.is_free_mail:
        words = (
            f"{seen.domain} belongs to a mail provider, who looks after SPF, DKIM and DMARC. An own domain is better."
        )
        return [Finding("domain", "warn", words)]
    return [_mx(seen), _spf(seen), _dkim(seen), _dmarc(seen)]


def passed(found: list[Finding]) -> bool:
    """Whether batches may leave: nothing is bad."""
    return all(f.level != "bad" for f in found)


def _mx(seen: Seen) -> Finding:
    if seen.mx is None:
        return _unknown("MX")
    if not seen.mx:
        return Finding("MX", "bad", f"{seen.domain} has no MX record: answers and bounces cannot reach you.")
    return Finding("MX", "ok", f"Mail for {seen.domain} goes to {seen.mx[0]}.")


def _spf(seen: Seen) -> Finding:
    if seen.txt is None:
        return _unknown("SPF")
    records = [t for t in seen.txt if t.lower().split(" ")[0] == "v=spf1"]
    wanted = _INCLUDES.get(seen.provider, "mx")
    paste = f'{seen.domain}. TXT "v=spf1 {wanted} ~all"'
    if not records:
        return Finding("SPF", "bad", f"{seen.domain} does not say who may send in its name.", paste)
    if len(records) > 1:
        return Finding(
            "SPF", "bad", f"{seen.domain} has {len(records)} SPF records; exactly one is valid. Join them.", paste
        )
    terms = records[0].split()[1:]
    costs = sum(1 for t in terms if _COSTS.match(t))
    if costs > SPF_LOOKUPS:
        return Finding("SPF", "bad", f"The SPF record asks for {costs} look-ups; receivers stop at {SPF_LOOKUPS}.")
    if any(t.lower() == "+all" or t.lower() == "all" for t in terms):
        return Finding("SPF", "bad", "The SPF record lets everybody send in your name (+all).", paste)
    if wanted.startswith("include:") and wanted not in [t.lower().lstrip("+") for t in terms]:
        words = f"The SPF record does not name your provider ({wanted})."
        joined = " ".join(["v=spf1", wanted, *terms])
        return Finding("SPF", "bad", words, f'{seen.domain}. TXT "{joined}"')
    return Finding("SPF", "ok", "One SPF record, and it names who may send.")


def _dkim(seen: Seen) -> Finding:
    said = seen.authentication_results.lower()
    if "dkim=pass" in said:
        signer = re.search(r"header\.(?:d|i)=@?([a-z0-9.-]+)", said)
        aligned = signer is not None and (signer.group(1) == seen.domain or signer.group(1).endswith("." + seen.domain))
        if aligned:
            return Finding("DKIM", "ok", f"A mail to yourself was signed by {seen.domain}.")
        return Finding("DKIM", "warn", "Mails are signed, but not in the name of your domain. Turn on DKIM for it.")
    if "dkim=fail" in said:
        return Finding("DKIM", "bad", "A mail to yourself carried a DKIM signature that does not fit.")
    if seen.dkim is None:
        return _unknown("DKIM")
    present = [s for s, records in seen.dkim.items() if any("p=" in r for r in records)]
    if present:
        return Finding("DKIM", "ok", f"A key is published ({present[0]}._domainkey).")
    words = "No DKIM key was found. Turn DKIM on at your provider and paste the record it shows."
    selector = next(iter(seen.dkim), "default")
    return Finding("DKIM", "warn", words, f'{selector}._domainkey.{seen.domain}. TXT "v=DKIM1; k=rsa; p=…"')


def _dmarc(seen: Seen) -> Finding:
    if seen.dmarc is None:
        return _unknown("DMARC")
    records = [t for t in seen.dmarc if t.lower().replace(" ", "").startswith("v=dmarc1")]
    paste = f'_dmarc.{seen.domain}. TXT "v=DMARC1; p=none; rua=mailto:postmaster@{seen.domain}"'
    if not records:
        return Finding("DMARC", "bad", "There is no DMARC record; large providers ask for one.", paste)
    if len(records) > 1:
        return Finding("DMARC", "bad", "There is more than one DMARC record; receivers ignore them all.", paste)
    policy = re.search(r"p\s*=\s*(none|quarantine|reject)", records[0], re.I)
    if policy is None:
        return Finding("DMARC", "bad", "The DMARC record has no policy (p=).", paste)
    return Finding("DMARC", "ok", f"DMARC is set to {policy.group(1).lower()}.")


def _unknown(check: str) -> Finding:
    return Finding(check, "warn", "The name server did not answer; it is asked again tomorrow.")
