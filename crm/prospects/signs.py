"""What is known of a linking page when it is judged: the columns of an export and, when it was fetched, the page."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class PageSigns:
    """One linking page. Only `source_url` is always known; None and empty mean "the export does not say".

    `kind` is one of text, image, redirect, form, frame, mention, unknown. `platform` is the export's own word
    ("message-boards", "wordpress"); several are joined by commas. `facts` is `PageFacts.to_dict()` of a fetched page.
    `brands` are names of the linked site (the rival), `our_brands` those of our own.
    """

    source_url: str
    title: str = ""
    anchor: str = ""
    ctx_before: str = ""
    ctx_after: str = ""
    kind: str = "unknown"
    nofollow: bool | None = None
    external_links: int | None = None
    page_type: str = ""
    platform: str = ""
    target_url: str = ""
    language: str = ""
    brands: tuple[str, ...] = ()
    our_brands: tuple[str, ...] = ()
    facts: dict[str, Any] | None = None
    ugc: bool | None = None
    sponsored: bool | None = None
    sitewide: bool | None = None
    is_spam: bool | None = None
    is_lost: bool | None = None
    source_http: int | None = None
    target_http: int | None = None
    links_in_group: int | None = None
    internal_links: int | None = None
    page_category: str = ""
    author: str = ""
