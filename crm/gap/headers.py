"""Header words of all tools and the one meaning each has inside the product. Pure.

Words are written as people see them; `normal` folds case, spaces, signs and width away. A leading `!` on a
meaning says that the column holds the opposite ("dofollow" is not nofollow).
"""

import unicodedata

from crm import domains

_WORDS: dict[str, str] = {
    "source_url": "Referring page URL; Source url; Source Page; Source page URL; Linking page; Linking page URL; "
    "url_from; Donor URL; Donor page; URL FROM; Linking from; Backlink URL; Backlink; Referring URL; Referring page; "
    "From URL; Link source; Source link; Linking URL; Page with link; Ссылающаяся страница; אתר מקשר; דף מקשר",
    "source_domain": "Domain; Referring domain; Source Domain; Root Domain; Site; domain_from; referring_domain; "
    "Link Partner - Domain; host_rev; Linking domain; Linking site; Website; Domain name; Ref domain; Donor domain; "
    "Referring Domain Name; Host; אתר; Referring site",
    "source_title": "Referring page title; Source title; Source Page Title; Page title; Title of linking page; "
    "title_from; page_from_title",
    "target_url": "Target URL; Link URL; Target Page; url_to; Acceptor URL; Acceptor page; Linking To; Landing page; "
    "EXPECTED LANDING PAGE URL; Link target; Links to; To URL; Destination URL; Target link; Linked page; URL TO; "
    "Target page URL; Linked URL",
    "anchor": "Anchor; Anchor text; AnchorText; Link Anchor; EXPECTED ANCHOR; Anchor / link text; Link text; "
    "Anchor and backlink",
    "ctx_before": "Left context; TextPre; text_pre; Text before",
    "ctx_after": "Right context; TextPost; text_post; Text after",
    "kind": "Type; Link Type; LinkType; item_type; Link form",
    "is_image": "FlagImageLink; FlagImages; FlagImage; Image; is_image",
    "is_text": "Text",
    "is_frame": "Frame; FlagFrame",
    "is_form": "Form; FlagForm",
    "is_redirect": "FlagRedirect; Redirect; is_redirect",
    "is_mention": "FlagMention",
    "nofollow": "Nofollow; No Follow; FlagNoFollow; Only rel=nofollow; Is nofollow; Rel nofollow; Follow type; rel",
    "!nofollow": "dofollow; Only follow; Do follow; Is dofollow; Follow",
    "ugc": "UGC; rel ugc",
    "sponsored": "Sponsored; rel sponsored",
    "sitewide": "Sitewide; Sitewide Link?; is_sitewide",
    "group_size": "Links in group; links_in_group",
    "is_spam": "Is spam; is_spam",
    "is_lost": "Lost link; is_lost; FlagDeleted; FlagOldCrawl; Is broken; Deleted",
    "lost_at": "Lost; DateLost; Date Lost; Day Lost; Lost date",
    "lost_reason": "Lost status; Drop reason; ReasonLost; Reason Lost; Backlink Status; Link status",
    "first_seen": "First seen; Source First Found Date; FirstIndexedDate; First Indexed Date; First Indexed; "
    "date_found; First found; First discovered; Discovered; Date found; First check",
    "last_seen": "Last seen; Source Crawl Date; LastSeenDate; Last Seen Date; Last Check; Last checked; Last crawled; "
    "Ref. page checked; Last visited; נסרק לאחרונה",
    "source_http": "Referring page HTTP code; HTTP Status Code; page_from_status_code; Response code; Http code",
    "target_http": "Target page HTTP code; url_to_status_code; Target HTTP code",
    "redirect_chain": "Redirect Chain URLs; redirect_url",
    "external_links": "External links; External Links Count; external_num; page_from_external_links; Outbound links; "
    "External outbound links; links_external",
    "internal_links": "Internal links; Internal Links Count; internal_num; page_from_internal_links; links_internal",
    "linked_domains": "Linked domains",
    "backlinks": "Backlinks; Links to target; Linking pages; Backlinks Count; backlinks_num; links_to_target; "
    "Total backlinks; Matched links; Number of links; דפים מקשרים; Links from domain; Backlinks total; Links",
    "target_pages": "Target pages; דפי יעד",
    "dofollow_links": "Dofollow links; dofollow_links; Dofollow backlinks; Follow links",
    "languages": "Language; Languages; page_from_language",
    "platforms": "Platform; Platforms; page_from_platform; domain_from_platform_type",
    "author": "Author",
    "page_type": "Page type",
    "page_category": "Page category",
    "ip": "IP Address; ip; ip_address; domain_from_ip; SourceIP",
    "country": "Country; Country code; domain_from_country",
    "m ahrefs dr domain": "Domain rating; DR; domain_rating",
    "m ahrefs ur page": "UR; URL Rating (desc); URL Rating",
    "m semrush as domain": "Domain ascore; domain_ascore; Domain Authority Score; authority_score; Authority Score; "
    "ascore; AS",
    "m semrush as page": "Page ascore; Page Authority Score; Page AS; page_ascore; Page score",
    "m semrush trust page": "Page trust score; Trust score",
    "m semrush toxic domain": "Toxic Score; Toxicity score; Toxicity",
    "m moz da domain": "Domain Authority; DA",
    "m moz pa page": "Page Authority; PA",
    "m moz spam domain": "Spam Score",
    "m majestic tf page": "SourceTrustFlow; Source Trust Flow",
    "m majestic cf page": "SourceCitationFlow; Source Citation Flow",
    "m majestic tf domain": "Trust Flow; TF; TrustFlow",
    "m majestic cf domain": "Citation Flow; CF; CitationFlow",
    "m cc harmonic_pos domain": "#harmonicc_pos",
    "m cc harmonic domain": "#harmonicc_val",
    "m cc pagerank_pos domain": "#pr_pos",
    "m cc pagerank domain": "#pr_val",
    "m dataforseo rank page": "rank; page_from_rank",
    "m dataforseo rank domain": "domain_from_rank",
    "m dataforseo spam domain": "backlink_spam_score; backlinks_spam_score",
    "m serpstat sdr domain": "SDR; Domain rank",
    "domain_traffic": "Domain traffic; Traffic; Organic traffic; Monthly visits",
    "page_traffic": "Page traffic",
    "page_keywords": "Keywords",
    "ref_domains": "Referring domains; Ref. domains; Dofollow ref. domains; Linking domains; RefDomains",
    "intersect": "Intersect; Matches; matches_num; links_to_count; Intersections",
    "links_to": "links_to",
    "email": "Email; Email address; E-mail; Emails; Mail; Work email; Contact email",
    "first_name": "First Name; Firstname; Given name",
    "last_name": "Last Name; Lastname; Surname; Family name",
    "full_name": "Name; Full name; Contact name; Author name",
    "role": "Job title; Position; Role; Job",
    "company": "Company Name; Organization; Company; Organisation",
    "confidence": "Confidence score; Email Confidence; Confidence; Score",
    "email_status": "Email Status; Verification status; Status",
    "do_not_contact": "Do Not Call; Email Bounced; Replied; Do not contact; Unsubscribed",
}


def normal(header: str) -> str:
    """Fold a header to its bare letters and digits of any script: `Referring page URL` = `referring_page_url`."""
    text = unicodedata.normalize("NFKC", header).strip(" \t\u00a0\u200b\ufeff\"'").casefold()
    return "".join(c for c in text if c.isalnum() or unicodedata.category(c) in ("Mn", "Mc"))


MEANING: dict[str, str] = {normal(word): to for to, words in _WORDS.items() for word in words.split(";")}


def host_shaped(header: str) -> str | None:
    """The site named by a header such as `rival.com`, `https://rival.com/` or `rafa-wino.pl/`; None for other words.

    A header counts when it has a dot, no space, and a suffix that registries really give out.
    """
    text = header.strip(" \t\u00a0\ufeff\"'").lower()
    if "." not in text or " " in text or text.endswith(".") or len(text) > 200:
        return None
    name = domains.host(text)
    return domains.registrable(text) if name and domains.has_known_suffix(name) else None


def meanings(header: list[str], overrides: dict[str, str] | None = None) -> dict[int, str]:
    """{column number: meaning} for the columns with a known meaning; the first column with a meaning keeps it.

    `overrides` maps normal headers to meanings of one tool ("" drops the column's usual meaning).
    """
    found: dict[int, str] = {}
    for number, text in enumerate(header):
        if host_shaped(text):
            continue
        word = normal(text)
        meaning = (overrides or {}).get(word, MEANING.get(word, ""))
        if meaning and meaning not in found.values():
            found[number] = meaning
    return found
