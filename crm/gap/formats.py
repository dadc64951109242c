"""The table of export formats: which header words make which tool's report, and what to export instead. Pure.

One row per report, most specific first; the first row whose words are all there wins. Words are folded headers
(see headers.normal); `a|b` is one of several, `a*` a beginning, `@2` at least two headers that are hosts,
`=3` exactly three columns. A row with `instead` is recognised and refused.
"""

from dataclasses import dataclass, field

from crm.gap.headers import host_shaped, normal
from crm.vocabulary import Grain


@dataclass(frozen=True)
class Signature:
    """One report of one tool. `columns` are meanings that hold in this report only."""

    tool: str
    report: str
    grain: Grain | None
    need: str
    without: str = ""
    instead: str = ""
    columns: dict[str, str] = field(default_factory=dict)

    def matches(self, words: frozenset[str], n_columns: int, n_hosts: int) -> bool:
        """Whether a header, as folded words, is this report's."""
        has = all(_one_there(token, words, n_columns, n_hosts) for token in self.need.split())
        return has and not any(_one_there(token, words, n_columns, n_hosts) for token in self.without.split())


def _one_there(token: str, words: frozenset[str], n_columns: int, n_hosts: int) -> bool:
    if token[0] == "@":
        return n_hosts >= int(token[1:])
    if token[0] == "=":
        return n_columns == int(token[1:])
    for option in token.split("|"):
        if option in words or (option[-1] == "*" and any(w.startswith(option[:-1]) for w in words)):
            return True
    return False


_B, _D, _G, _C = Grain.BACKLINK, Grain.DOMAIN, Grain.GAP, Grain.CONTACT
_SOURCES = "sourceurl|sourcepage|referringpageurl|linkingpage|urlfrom|linkingfrom|donorurl|sourcepageurl|referringpage"
_MOZ_SOURCE = {"url": "source_url", "title": "source_title", "sourceurl": "source_url", "targeturl": "target_url"}
_OLD_AHREFS = {"type": "nofollow", "domainrating": "m ahrefs dr domain", "title": "source_title"}
_FLAGS = {"lastseen": "last_seen", "title": "source_title"}
_REFDOMAINS = {"traffic": "domain_traffic", "keywords": ""}

ACCEPTED: tuple[Signature, ...] = (
    Signature("ahrefs", "broken backlinks", _B, "referringpageurl targetpagehttpcode targeturl"),
    Signature("ahrefs", "link intersect, pages", _G, "referringpageurl intersect", "targeturl"),
    Signature("ahrefs", "link intersect, domains", _G, "domain|referringdomain domainrating|dr intersect"),
    Signature("ahrefs", "link intersect, pages", _G, "referringpageurl domainrating|dr @2", "targeturl"),
    Signature("ahrefs", "backlinks", _B, "referringpageurl domainrating|dr targeturl"),
    Signature(
        "ahrefs", "backlinks (old)", _B, "referringpageurl linkurl linkanchor|anchor|anchortext", columns=_OLD_AHREFS
    ),
    Signature(
        "ahrefs", "backlinks (API)", _B, "urlfrom urlto domainratingsource|urlratingsource|domainrating|ahrefsrank"
    ),
    Signature("ahrefs", "linking pages", _B, "referringpageurl referringpagetitle|ur|domainrating|linkurl|targeturl"),
    Signature(
        "ahrefs",
        "referring domains",
        _D,
        "domain|referringdomain dr|domainrating linkstotarget|dofollowlinks|backlinks*"
        "|totalbacklinks|linkedpages|totallinks*|reflinks",
        "subnet anchortext anchor linksto @1 linksfromtarget",
        columns=_REFDOMAINS,
    ),
    Signature(
        "ahrefs",
        "referring domains (API)",
        _D,
        "domain|referringdomain domainrating",
        "linksto @1 keyword ur url linksfromtarget commonkeywords semrushrank authorityscore moz* targeturl keywords*",
        columns=_REFDOMAINS,
    ),
    Signature(
        "semrush", "backlink audit", _B, "sourceurl|sourcepage toxicscore|toxicityscore sourcedomain|targeturl|anchor"
    ),
    Signature("semrush", "backlinks", _B, "pageascore|pageas|pageauthorityscore sourceurl"),
    Signature("semrush", "backlinks (old)", _B, "pagescore|pagetrustscore sourceurl targeturl|targetpage"),
    Signature(
        "semrush", "backlinks (API)", _B, "sourceurl targeturl externalnum|internalnum|pageascore|newlink|lostlink"
    ),
    Signature(
        "semrush", "backlink gap", _G, "domain|referringdomain authorityscore|ascore|domainascore|as @1", _SOURCES
    ),
    Signature(
        "semrush", "backlink gap", _G, "domain|referringdomain authorityscore|ascore|domainascore|as matches*", _SOURCES
    ),
    Signature(
        "semrush",
        "referring domains",
        _D,
        "domainascore|authorityscore|ascore|domainauthorityscore domain|rootdomain"
        " backlinks|backlinksnum|backlinkscount|linkstotarget",
        "@1 commonrefdomains* competitionlevel",
    ),
    Signature("serped", "link intersect", _G, "domain da|dr|tf|pa matches|matchesnum|domainmatches @1", _SOURCES),
    Signature("moz", "link intersect", _G, "rootdomain|site|domain|linkingdomain domainauthority|da @1", _SOURCES),
    Signature(
        "moz",
        "inbound links",
        _B,
        "url|sourceurl|linkingpage|linkingurl anchortext|linktext domainauthority|da|pageauthority|pa"
        " targeturl|linktarget|linkedpage|targetpage|linkstopage",
        columns=_MOZ_SOURCE,
    ),
    Signature(
        "moz",
        "inbound links",
        _B,
        "sourceurl|linkingpage|linkingurl pa|pageauthority|da|domainauthority spamscore|targeturl",
        columns=_MOZ_SOURCE,
    ),
    Signature("moz", "inbound links", _B, "url anchortext pa|pageauthority da|domainauthority", columns=_MOZ_SOURCE),
    Signature(
        "moz",
        "linking domains",
        _D,
        "rootdomain|domain|linkingdomain da|domainauthority "
        "linkingdomains|spamscore|linkstotarget|links|inboundlinks|externallinks",
        "title pa keyword url anchortext",
        columns={"links": "backlinks", "rootdomain": "source_domain"},
    ),
    Signature(
        "majestic",
        "backlinks (API)",
        _B,
        "sourceurl targeturl flagnofollow|sourcetrustflow|flagredirect",
        columns=_FLAGS,
    ),
    Signature(
        "majestic", "backlinks", _B, "sourceurl targeturl sourcecitationflow|trustflow|citationflow|sourcecrawldate"
    ),
    Signature("majestic", "clique hunter", _G, "domain trustflow|citationflow @1", _SOURCES),
    Signature(
        "majestic",
        "referring domains",
        _D,
        "domain|refdomain|referringdomain trustflow|citationflow|tf|cf",
        _SOURCES + " url tldrank extbacklinks globalrank",
        columns={"links": "backlinks", "matchedlinks": "backlinks", "country": "country"},
    ),
    Signature("serpstat", "backlinks", _B, "donorurl|donorpage|donor acceptorurl|acceptorpage|acceptor|linkanchor"),
    Signature(
        "serpstat",
        "backlinks",
        _B,
        "referringpage|sourcepage|linkingpage|pagefrom targetpage|linkedpage|pageto sdr|domainrank*|externallinks",
    ),
    Signature(
        "serpstat",
        "referring domains",
        _D,
        "domain|referringdomain|donordomain sdr|serpstatdomainrank|domainrank* ",
        _SOURCES,
    ),
    Signature("dataforseo", "backlinks", _B, "urlfrom urlto"),
    Signature(
        "dataforseo",
        "referring domains",
        _D,
        "domain rank backlinks",
        _SOURCES,
        columns={"rank": "m dataforseo rank domain"},
    ),
    Signature("buzzstream", "links", _B, "linkingfrom linkingto"),
    Signature(
        "buzzstream",
        "contacts",
        _C,
        "relationshipstage|buzzstream*|linkpartner* email*|firstname|lastname|name|domain|website*|companyname|url",
        columns={
            "website": "source_domain",
            "websiteurl": "source_domain",
            "url": "source_domain",
            "emailaddresses": "email",
            "title": "role",
            "emails": "email",
        },
    ),
    Signature(
        "apollo",
        "contacts",
        _C,
        "email|personlinkedinurl|apollocontactid firstname|lastname emailstatus|personlinkedinurl"
        "|apollocontactid|emailconfidence|companynameforemails|apolloaccountid",
        columns={"title": "role", "website": "source_domain"},
    ),
    Signature(
        "hunter",
        "contacts",
        _C,
        "emailaddress|email confidencescore|confidence domainname|domain|firstname|website|company",
        columns={"title": "role", "domainname": "source_domain", "type": "email_status", "website": "source_domain"},
    ),
    Signature(
        "hunter",
        "contacts",
        _C,
        "email|emailaddress numberofsources|verificationstatus|leadslist|gibberish|acceptall",
        columns={"type": "email_status"},
    ),
    Signature("bing", "backlinks, pages", _B, "=3 sourceurl anchortext targeturl"),
    Signature("bing", "backlinks, pages", _B, "=2 sourceurl anchortext"),
    Signature("bing", "referring domains", _D, "=2 domain backlinkscount"),
    Signature("google", "top linking sites", _D, "site|toplinkingsites|אתר linkingpages|דפיםמקשרים targetpages|דפייעד"),
    Signature("google", "latest links", _B, "=2 linkingpage|דףמקשר lastcrawled|נסרקלאחרונה"),
    Signature("google", "sample links", _B, "=1 linkingpage|דףמקשר"),
    Signature("google", "latest links (old)", _B, "=2 links firstdiscovered", columns={"links": "source_url"}),
    Signature(
        "commoncrawl",
        "ranks",
        _D,
        "hostrev harmoniccval|prval|harmonicpos|harmonicp*",
        columns={
            "harmoniccval": "m cc harmonic domain",
            "harmoniccpos": "m cc harmonic_pos domain",
            "prval": "m cc pagerank domain",
            "prpos": "m cc pagerank_pos domain",
        },
    ),
    Signature("commoncrawl", "candidates", _G, "domain linksto confirm", columns={"linksto": "links_to"}),
    Signature("generic", "backlinks to check", _B, "urlfrom"),
    Signature(
        "generic",
        "gap",
        _G,
        "domain|referringdomain|rootdomain|site|sourcedomain linksto",
        _SOURCES,
        columns={"linksto": "links_to"},
    ),
    Signature(
        "generic",
        "gap",
        _G,
        "domain|referringdomain|rootdomain|site|sourcedomain|linkingdomain|website @2",
        _SOURCES + " keyword",
    ),
    Signature(
        "generic",
        "contacts",
        _C,
        "email|emailaddress|workemail|contactemail|mail name|firstname|fullname|domain|website|company"
        "|url|contactname|site",
        columns={"website": "source_domain", "url": "source_domain", "title": "role"},
    ),
)


def signature(header: list[str], table: tuple[Signature, ...] = ACCEPTED) -> Signature | None:
    """The first row of the table that this header satisfies, or None."""
    words = frozenset(normal(text) for text in header if text.strip() and not host_shaped(text))
    filled = sum(1 for text in header if text.strip())
    n_hosts = sum(1 for text in header if host_shaped(text))
    return next((row for row in table if row.matches(words, filled, n_hosts)), None)
