"""Per-recipient fields of delivery reports (RFC 3464), whether in their own part or pasted into the text.

Also the fields of complaint reports (RFC 5965) and the JSON that some senders' services mail instead.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from crm.inbox.parse import Mail

_FIELD = re.compile(r"^[ \t>*|]{0,6}([A-Za-z][A-Za-z\-]{2,40})[ \t]{0,3}:[ \t]*(.{0,1500})$")
_NAMES = {
    "final-recipient", "original-recipient", "action", "status", "diagnostic-code", "remote-mta", "x-actual-recipient",
    "last-attempt-date", "final-log-id", "will-retry-until", "x-supplementary-info", "x-postfix-queue-id",
    "reporting-mta", "arrival-date", "original-envelope-id", "received-from-mta", "dsn-gateway", "x-display-name",
    "x-postfix-sender", "x-mailer-error", "x-notes", "feedback-type", "original-rcpt-to", "original-mail-from",
    "user-agent", "version",
    "removal-recipient", "reported-domain", "source-ip", "abuse-type",
}  # fmt: skip
_PERSONAL = ("final-recipient", "original-recipient", "action", "x-actual-recipient")
_ADDRESS = re.compile(r"(?:\"[^\"@]{1,80}\"|[^\s<>\"',;:()\[\]]{1,120})@[^\s<>\"',;:()\[\]]{1,200}")
_XTEXT = re.compile(r"\+([0-9A-F]{2})")


@dataclass
class Group:
    """The fields of one recipient; names in lower case."""

    fields: dict[str, str] = field(default_factory=dict)

    @property
    def recipient(self) -> str:
        """The failed address: the final one, else the original one, else what a header names."""
        for name in ("final-recipient", "original-recipient", "x-actual-recipient"):
            address = address_of(self.fields.get(name, ""))
            if address:
                return address
        found = _ADDRESS.search(self.fields.get("diagnostic-code", ""))
        return found.group(0).lower().strip(".") if found and "final-recipient" in self.fields else ""

    @property
    def outcome(self) -> str:
        """failed, delayed, delivered, relayed or expanded; derived from the status where no action is given."""
        action = self.fields.get("action", "").split(";")[0].split("(")[0].strip().lower()
        if action.startswith("fail") or action in ("undeliverable", "bounced", "expired", "error"):
            return "failed"
        if action.split(" ")[0] in ("delayed", "delivered", "relayed", "expanded"):
            return action.split(" ")[0]
        status = self.fields.get("status", "").strip()[:1]
        return {"2": "delivered", "4": "delayed"}.get(status, "failed")

    @property
    def diagnostic(self) -> str:
        """What the server said."""
        value = self.fields.get("diagnostic-code", "")
        kind, semicolon, rest = value.partition(";")
        return (rest if semicolon and len(kind) < 20 else value).strip()


def groups(text: str) -> list[Group]:
    """The recipients' groups in a delivery report; the group about the message as a whole is dropped."""
    found: list[Group] = []
    current = Group()
    last = ""
    for line in text.split("\n")[:20_000]:
        if last and line[:1] in (" ", "\t") and line.strip() and not _is_field(line):
            current.fields[last] = (current.fields[last] + " " + line.strip())[:4000]
            continue
        hit = _FIELD.match(line[:1600])
        name = hit.group(1).lower() if hit else ""
        if not hit or name not in _NAMES:
            last = "" if not line.strip() else last if last == "diagnostic-code" and line[:1].isspace() else ""
            if not line.strip() and _complete(current):
                found.append(current)
                current = Group()
            continue
        if name in current.fields and name in _PERSONAL + ("status", "diagnostic-code"):
            if _complete(current):
                found.append(current)
                current = Group()
            elif name in current.fields:
                last = ""
                continue
        current.fields[name] = hit.group(2).strip()
        last = name
    found.append(current)
    return [g for g in found if g.recipient or "action" in g.fields]


def report_groups(mail: Mail) -> list[Group]:
    """Every recipient's group of the report's own parts, in order."""
    parts = mail.kinds("message/delivery-status", "message/global-delivery-status", "message/x-delivery-status")
    outer = [p for p in parts if not p.inside]  # a report may travel inside a report; the outer one is about us
    return [g for part in outer or parts[:1] for g in groups(part.text)]


def complaint_fields(mail: Mail) -> dict[str, str] | None:
    """The fields of an abuse report, or None when the mail is none (RFC 5965)."""
    parts = mail.kinds("message/feedback-report")
    if not parts and mail.report_type != "feedback-report":
        return None
    fields: dict[str, str] = {}
    for part in parts or [p for p in mail.parts if "feedback-type" in p.text[:4000].lower()]:
        for line in part.text.split("\n")[:300]:
            hit = _FIELD.match(line[:1600])
            if hit:
                fields.setdefault(hit.group(1).lower(), hit.group(2).strip())
    return fields or {"feedback-type": "abuse"}


def address_of(value: str) -> str:
    """The address in 'rfc822; <a@b>' and its relatives; '' when there is none."""
    _, semicolon, rest = value.partition(";")
    text = (rest if semicolon else value).strip()
    found = _ADDRESS.search(text)
    if not found:
        return ""
    address = found.group(0)
    address = (
        _XTEXT.sub(lambda m: chr(int(m.group(1), 16)), address) if "+2B" in address or "+3D" in address else address
    )
    return address.strip(".>").lower()


def service_notice(text: str) -> dict[str, Any] | None:
    """The JSON notice of a sending service (kinds Bounce, Complaint, Delivery) that a mail carries, or None."""
    start = text.find("{")
    if start < 0 or not any(k in text for k in ("notificationType", "eventType")):
        return None
    notice = _json(text[start:]) or _json(text[start:].replace("!\n ", "").replace("\n", ""))
    if isinstance(notice, dict) and isinstance(notice.get("Message"), str):
        return service_notice(notice["Message"])
    return notice if isinstance(notice, dict) else None


def _json(text: str) -> Any:
    try:
        return json.JSONDecoder(strict=False).raw_decode(text)[0]
    except (ValueError, RecursionError):
        return None


def _complete(group: Group) -> bool:
    return any(n in group.fields for n in ("final-recipient", "original-recipient", "x-actual-recipient")) and any(
        n in group.fields for n in ("action", "status", "diagnostic-code")
    )


def _is_field(line: str) -> bool:
    hit = _FIELD.match(line[:1600])
    return bool(hit) and hit.group(1).lower() in _NAMES if hit else False
