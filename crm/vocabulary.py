"""Every enum of the field. Imports nothing of the project; the words are those on the screen."""

from enum import StrEnum


class LinkType(StrEnum):
    """How such a link is got."""

    RESOURCE_PAGE = "resource_page"
    EDITORIAL_MENTION = "editorial_mention"
    LIST_POST = "list_post"
    GUEST_CONTRIBUTION = "guest_contribution"
    BROKEN_LINK = "broken_link"
    PARTNERSHIP = "partnership"
    DIGITAL_PR = "digital_pr"
    UNLINKED_MENTION = "unlinked_mention"
    LOCAL_CITATION = "local_citation"


class Angle(StrEnum):
    """The reason given for the link; one per batch."""

    RESOURCE_PAGE = "resource_page"
    BROKEN_LINK = "broken_link"
    GUEST_POST = "guest_post"
    PR = "pr"
    LIST_POST = "list_post"
    EDITORIAL = "editorial"
    UNLINKED_MENTION = "unlinked_mention"
    PARTNERSHIP = "partnership"


class Stage(StrEnum):
    """Where a prospect stands."""

    FOUND = "found"
    SET_ASIDE = "set_aside"
    PROSPECT = "prospect"
    READY = "ready"
    IN_BATCH = "in_batch"
    CONTACTED = "contacted"
    REPLIED = "replied"
    INTERESTED = "interested"
    PLACED = "placed"
    LOST = "lost"
    DECLINED = "declined"


class Action(StrEnum):
    """The next step every prospect ends with."""

    PITCH = "pitch_existing_page"
    CREATE_PAGE = "create_page_first"
    OFFER_UPDATE = "offer_update"
    GUEST = "propose_guest_contribution"
    REPLACE_BROKEN = "replace_broken_link"
    MEDIA_LIST = "add_to_media_list"
    INFORMATIONAL = "mark_informational"
    ARCHIVE = "archive"


class EarnedBecause(StrEnum):
    """Why the competitor earned the link."""

    DATA = "data"
    OPINION = "opinion"
    UTILITY = "utility"
    BRAND = "brand_mention"
    RELATIONSHIP = "relationship"


class Realism(StrEnum):
    """Ties that an outsider cannot copy; REALISTIC when none is seen."""

    REALISTIC = "realistic"
    FOUNDER = "founder"
    SPONSOR = "sponsor"
    CUSTOMER = "customer"
    PARTNER = "partner"
    INVESTOR = "investor"
    LOCAL = "local"
    AFFILIATE = "affiliate"
    WIDGET = "widget"
    FOOTER = "footer"


class ContactKind(StrEnum):
    """How sure we are of an address."""

    NAMED_VERIFIED = "named_verified"
    NAMED = "named"
    ROLE = "role"
    GUESSED = "guessed"
    UNKNOWN = "unknown"


class BatchState(StrEnum):
    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"


class EnrollmentState(StrEnum):
    """DRAFT is being composed, HELD needs a person, ACTIVE and PAUSED are live, the rest is over."""

    DRAFT = "draft"
    HELD = "held"
    ACTIVE = "active"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"


class StopReason(StrEnum):
    """Why no further touch leaves."""

    REPLY = "reply"
    BOUNCE = "bounce"
    OPT_OUT = "opt_out"
    COMPLAINT = "complaint"
    PLACED = "placed"
    BY_HAND = "by_hand"
    SUPPRESSED = "suppressed"
    DOMAIN = "answer_from_domain"
    MANUAL_MAIL = "own_manual_mail"
    FAILED = "send_failed"
    COMPLETED = "sequence_done"


class TouchState(StrEnum):
    """A planned mail: PLANNED may be edited, FROZEN has become a Message, the rest never left."""

    PLANNED = "planned"
    NEEDS_DATA = "needs_data"
    FROZEN = "frozen"
    CANCELLED = "cancelled"


class MessageState(StrEnum):
    """States of an outgoing mail; which follows which is written in outbox/states.py."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    IN_DOUBT = "in_doubt"
    REVIEW = "review"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class MailKind(StrEnum):
    """What an incoming mail is."""

    REPLY = "reply"
    BOUNCE = "bounce"
    AUTO_REPLY = "auto_reply"
    COMPLAINT = "complaint"
    OPTOUT = "optout"
    DELIVERED = "delivered"
    LIST = "list"
    OTHER = "other"


class BounceVerdict(StrEnum):
    """What a bounce says of the address; only DEAD_ADDRESS suppresses."""

    DEAD_ADDRESS = "dead_address"
    MAILBOX_FULL = "mailbox_full"
    POLICY = "policy"
    CONTENT = "content"
    TEMPORARY = "temporary"


class Intent(StrEnum):
    """What an answer wants; several may hold, one leads."""

    INTERESTED = "interested"
    PLACED = "placed"
    ASKS_PAYMENT = "asks_payment"
    ASKS_SWAP = "asks_swap"
    WANTS_GUEST_POST = "wants_guest_post"
    FORWARDS = "forwards_to_colleague"
    NEEDS_ASSET = "needs_asset"
    NOT_NOW = "not_now"
    NO_FIT = "no_fit"
    OPTOUT = "optout"
    OUT_OF_OFFICE = "out_of_office"
    AUTO_ACK = "auto_ack"
    WRONG_PERSON = "wrong_person"
    QUESTION = "question"
    HOSTILE = "hostile"


class OutcomeKind(StrEnum):
    """What became of a prospect; a person's word stands above the machine's."""

    SENT = "sent"
    REPLIED = "replied"
    INTERESTED = "interested"
    PLACED = "placed"
    ASKS_PAYMENT = "asks_payment"
    ASKS_SWAP = "asks_swap"
    WANTS_GUEST_POST = "wants_guest_post"
    FORWARDED = "forwards_to_colleague"
    NOT_NOW = "not_now"
    NO_FIT = "no_fit"
    WRONG_PERSON = "wrong_person"
    NEEDS_ASSET = "needs_asset"
    NEVER_AGAIN = "never_again"
    BOUNCED = "bounced"
    NO_ANSWER = "no_answer"


class PlacementState(StrEnum):
    """WATCHING: not seen yet; LOST only after two failed checks on two days."""

    WATCHING = "watching"
    LIVE = "live"
    CHANGED = "changed"
    LOST = "lost"


class Channel(StrEnum):
    """Where a link came from."""

    OUTREACH = "outreach"
    PROGRAMME = "programme"
    ORGANIC = "organic"
    BOUGHT = "bought"


class PageType(StrEnum):
    """What kind of page of ours shall be linked."""

    PRODUCT = "product"
    GUIDE = "guide"
    COMPARISON = "comparison"
    ASSET = "asset"
    HOMEPAGE = "homepage"


class CompetitorKind(StrEnum):
    SERP = "serp"
    ASPIRATIONAL = "aspirational"


class Grain(StrEnum):
    """What one line of an export stands for."""

    BACKLINK = "backlink"
    DOMAIN = "domain"
    GAP = "gap"
    CONTACT = "contact"
    URL = "url"
    KEYWORD = "keyword"


class ImportState(StrEnum):
    """UPLOADED waits for the person's word; UNDONE keeps its record but no rows."""

    UPLOADED = "uploaded"
    REFUSED = "refused"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNDONE = "undone"


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Role(StrEnum):
    """Deny by default: OWNER may everything, MEMBER works, VIEWER reads."""

    OWNER = "owner"
    MEMBER = "member"
    VIEWER = "viewer"


class MailboxState(StrEnum):
    OK = "ok"
    PAUSED = "paused"
    NEEDS_LOGIN = "needs_login"
    RECOVERING = "recovering"
