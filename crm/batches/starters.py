"""The pitches that come with the product: three plain texts for each angle, and how such a text is read. Pure."""

import re
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from crm.vocabulary import Angle, LinkType

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "pitches"
DELAYS = (0, 4, 9)  # business days after the mail before; MAIL section 5
MAX_STEPS = 3  # a fourth mail is refused: unsubscribes triple by then
NAMES = {
    Angle.RESOURCE_PAGE: "Resource addition",
    Angle.BROKEN_LINK: "Dead link, working page",
    Angle.GUEST_POST: "Guest article",
    Angle.PR: "Figures for the press",
    Angle.LIST_POST: "One more entry",
    Angle.EDITORIAL: "Second source",
    Angle.UNLINKED_MENTION: "Name to link",
    Angle.PARTNERSHIP: "Joining a list",
}
_ANGLE_OF = {
    LinkType.RESOURCE_PAGE: Angle.RESOURCE_PAGE,
    LinkType.EDITORIAL_MENTION: Angle.EDITORIAL,
    LinkType.LIST_POST: Angle.LIST_POST,
    LinkType.GUEST_CONTRIBUTION: Angle.GUEST_POST,
    LinkType.BROKEN_LINK: Angle.BROKEN_LINK,
    LinkType.PARTNERSHIP: Angle.PARTNERSHIP,
    LinkType.DIGITAL_PR: Angle.PR,
    LinkType.UNLINKED_MENTION: Angle.UNLINKED_MENTION,
    LinkType.LOCAL_CITATION: Angle.PARTNERSHIP,
}


@dataclass(frozen=True)
class Step:
    """One mail of a sequence. An empty subject means: same thread, "Re:" and the first subject."""

    subject: str
    body: str
    delay_days: int = 0

    def to_dict(self) -> dict[str, str | int]:
        """As stored in PitchTemplate.steps."""
        return asdict(self)


def angle_for(link_type: str | None) -> Angle:
    """The reason to give for a link of this type; resource page when the type is not known."""
    known = link_type in set(LinkType)
    return _ANGLE_OF[LinkType(str(link_type))] if known else Angle.RESOURCE_PAGE


def read_text(text: str, delay_days: int = 0) -> Step:
    """A pitch file: "Subject: ..." on the first line, then the mail. "Subject: Re:" means: same thread."""
    first, _, body = text.replace("\r\n", "\n").partition("\n")
    subject = re.sub(r"^subject:\s*", "", first, flags=re.IGNORECASE).strip()
    return Step("" if subject.lower() in ("re:", "re") else subject, body.strip() + "\n", delay_days)


@lru_cache(maxsize=16)
def starter(angle: Angle) -> tuple[Step, ...]:
    """The first mail and the two follow-ups for an angle."""
    folder = FOLDER / angle.value
    return tuple(
        read_text((folder / f"{n}.txt").read_text(encoding="utf-8"), DELAYS[n - 1]) for n in range(1, MAX_STEPS + 1)
    )
