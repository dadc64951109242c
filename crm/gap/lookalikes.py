"""Reports that are no lists of links to a site: recognised, named, and answered with the report to export. Pure.

The same kind of table as formats.ACCEPTED. It is asked before that one for the rows in FIRST, after it for LAST.
"""

from crm.gap.formats import Signature

_AHREFS = "Site Explorer > Backlinks (or Referring domains), export as CSV"
_SEMRUSH = "Backlink Analytics > Backlinks (or Referring Domains), export as CSV"
_MOZ = "Link Explorer > Inbound Links, export as CSV"
_MAJESTIC = "Site Explorer > Backlinks, download as CSV"
_GOOGLE = "Links > External links > More: 'Latest links' (Export external links) or 'Top linking sites'"
_INDEXING = f"{_GOOGLE}; page indexing belongs to the screen Target pages"
_BING = "Backlinks > Pages, download all"
_KEYWORDS = (
    "a backlinks export of the same site; places in search results belong to the competitor finder: `flask gap rivals` "
    "or the screen Who ranks"
)
_PEOPLE = "the People list with a mail column; a list of websites names nobody to write to"
_FROG = (
    "a backlinks export of Ahrefs, Semrush, Moz, Majestic or Search Console; a crawl lists your own pages and belongs "
    "to the screen Target pages"
)
_SOURCE = (
    "sourceurl sourcepage referringpageurl linkingpage urlfrom linkingfrom donorurl sourcetitle sourcedomain "
    "email emailaddress"
)


def _no(tool: str, report: str, need: str, without: str, instead: str) -> Signature:
    return Signature(tool, report, None, need, without, instead)


_STATUS = (
    "statuscode|httpstatuscode|codigoestadohttp|códigoestadohttp|códigodeestado|códigodeestadohttp|códigohttp|codehttp"
    "|statuscodes|codedestatut|codedétat|codicedistato|codicedistatohttp|codicestato|codicestatohttp|códigodestatus"
    "|códigodestatushttp|statuskod|код*ответа|ステータスコード|状态码|codehttpdétat|httpstatus|estadohttp|httpcode"
)
_ADDRESS = "address|página|dirección|adresse|indirizzo|endereço|adres|адрес|アドレス|地址|url|direccion|pagina"
_FROG_WORDS = (
    "indexability|indexabilitystatus|title1|metadescription1|h11|crawldepth|indexierbarkeit|indexabilité"
    "|indexabilidad|indicizzabilità|indexabilidade|uniqueinlinks|inlinks|título1|titel1|titre1|titolo1|profundidaddel*"
    "|estadodeindexabilidad|インデックス*|可索引性"
)

FIRST: tuple[Signature, ...] = (
    _no(
        "bing",
        "search performance",
        "keyword|page|keywords|pages|date impressions clicks avgposition|averageposition|avgctr",
        "volume searchvolume",
        _BING,
    ),
    _no("google", "performance, queries", "topqueries|query|queries clicks impressions ctr|position", "", _GOOGLE),
    _no(
        "google",
        "performance",
        "toppages|page|pages|country|device|date|searchappearance clicks impressions ctr",
        "keyword",
        _GOOGLE,
    ),
    _no("bing", "search performance", "keyword|keywords impressions clicks", "volume searchvolume source", _BING),
    _no("google", "keyword planner", "keyword avgmonthlysearches", "", _KEYWORDS),
    _no("google", "page indexing", "url|urls lastcrawled|zuletztgecrawlt|letztercrawl", _SOURCE, _INDEXING),
    _no("google", "page indexing", "reason validation pages|items", "", _INDEXING),
    _no("google", "page indexing", "date notindexed|indexed|notindex*", "", _INDEXING),
    _no(
        "google",
        "top linked pages",
        "targetpage|toptargetpages|toplinkedpages|דףיעד incominglinks|internallinks|linkingsites",
        _SOURCE,
        _GOOGLE,
    ),
    _no("google", "top linking text", "=1 linkingtext|linktext|toplinkingtext", "", _GOOGLE),
    _no("google", "top linking text", "=2 rank linkingtext|linktext", "", _GOOGLE),
    _no(
        "google",
        "analytics",
        "sessionsource*|sessiondefaultchannel*|pagepathandscreenclass|defaultchannelgroup*|landingpage+",
        "",
        _GOOGLE,
    ),
    _no("screamingfrog", "links", "source destination|target", "domainrating dr pageascore linkingfrom", _FROG),
    _no(
        "screamingfrog",
        "links",
        "source|from|origen|quelle|origine|fonte destination|destino|ziel|destinazione|to|zieladresse|target "
        f"{_STATUS}|linkposition",
        "linkingfrom",
        _FROG,
    ),
    _no(
        "screamingfrog",
        "links",
        "urldelenlace|urldestino|urldulien|linkziel|urldellink página|pagina|address|adresse|origen|dirección",
        "linkanchor referringpageurl",
        _FROG,
    ),
    _no(
        "screamingfrog",
        "pages",
        f"address|página|dirección|adresse|indirizzo|endereço|アドレス|地址|direccion {_STATUS}",
        _SOURCE,
        _FROG,
    ),
    _no("screamingfrog", "pages", f"{_ADDRESS} {_FROG_WORDS}", _SOURCE + " referringdomains backlinks", _FROG),
    _no("ahrefs", "batch analysis", "target mode", _SOURCE, _AHREFS),
    _no("semrush", "organic competitors", "domain competitorrelevance|competitionlevel", "", _SEMRUSH),
    _no("buzzstream", "websites", "relationshipstage|buzzstream*", "email* linkingfrom", _PEOPLE),
    _no("ahrefs", "referring IPs", "subnet", "", _AHREFS),
    _no(
        "semrush",
        "referring IPs",
        "ipaddress|ip domains|domainsnum backlinks|backlinksnum",
        "domain sourceurl",
        _SEMRUSH,
    ),
    _no("ahrefs", "referring IPs", "ip|ipaddress refdomains|referringdomains", "domain sourceurl", _AHREFS),
    _no("serped", "keywords", "keyword keyworddifficulty|sv serped*", "", _KEYWORDS),
    _no("semrush", "keyword gap", "keyword @2", "kd parentkeyword", _KEYWORDS),
    _no("ahrefs", "content gap", "keyword @1", "searchvolume keyworddifficulty", _KEYWORDS),
    _no(
        "semrush",
        "organic positions",
        "keyword searchvolume position|previousposition|trafficcost|positiontype|serpfeatures*"
        "|keywordintents|keyworddifficulty|numberofresults",
        "",
        _KEYWORDS,
    ),
    _no(
        "semrush",
        "organic positions (API)",
        "keyword|ph|phrase position|po searchvolume|nq trafficcost|tc",
        "",
        _KEYWORDS,
    ),
    _no(
        "semrush",
        "keyword magic",
        "keyword volume keyworddifficulty|competitivedensity|intent|keywordintents|numberofresults|cpcusd",
        "kd difficulty parentkeyword currentposition",
        _KEYWORDS,
    ),
    _no("moz", "keywords", "keyword minvolume|maxvolume|monthlyvolume|organicctr|priority|mystarscore", "", _KEYWORDS),
    _no(
        "serpstat",
        "keywords",
        "keyword|keyphrase regionqueriescount*|concurrency|serpstat*|traff|cost",
        "difficulty kd",
        _KEYWORDS,
    ),
    _no(
        "ahrefs",
        "SERP overview",
        "keyword|position url|address dr|domainrating ur|ahrefsrank|backlinks",
        _SOURCE,
        _KEYWORDS,
    ),
    _no(
        "ahrefs",
        "organic keywords",
        "keyword kd|difficulty|currentposition|organictraffic*|serpfeatures|parentkeyword|parenttopic"
        "|trafficpotential|globalvolume|currenturl|current*|cps",
        "",
        _KEYWORDS,
    ),
    _no(
        "ahrefs",
        "top pages",
        "url|pageurl|currenturl|page topkeyword|currenttopkeyword|currenttraffic|trafficvalue|topkeywordvolume",
        _SOURCE,
        _AHREFS,
    ),
    _no(
        "semrush",
        "organic pages",
        "url numberofkeywords|traffic|trafficpercent* trafficcost|traffic*|adwordspositions",
        _SOURCE + " ur dr domainrating referringdomains",
        _SEMRUSH,
    ),
    _no("dataforseo", "keywords", "keyword keyworddata*|rankgroup|rankabsolute|searchvolume", "", _KEYWORDS),
    _no(
        "generic",
        "keywords",
        "keyword|keyphrase|phrase|suchbegriff|motclé|palabraclave|keywords volume|position|searchvolume|rank"
        "|cpc|difficulty|traffic|msv",
        _SOURCE + " domain",
        _KEYWORDS,
    ),
    _no(
        "moz",
        "top pages",
        "url pa|pageauthority linkingdomains*|linkingdomainstopage|totallinks|inboundlinks|links*",
        _SOURCE + " anchortext targeturl",
        _MOZ,
    ),
    _no(
        "moz",
        "anchor text",
        "anchortext|anchor externalrootdomains|externallinks|linkingdomains|externallinkingdomains|rootdomains",
        _SOURCE + " url domainrating topdr targeturl",
        _MOZ,
    ),
    _no(
        "majestic",
        "anchor text",
        "anchortext|anchor trustflow|citationflow|totallinks|deletedlinks|topicaltrustflow*",
        _SOURCE + " domainrating topdr dofollow targeturl dr",
        _MAJESTIC,
    ),
    _no("majestic", "top domains of the web", "globalrank|tldrank domain", "", _MAJESTIC),
    _no(
        "majestic",
        "pages",
        "url|item trustflow|citationflow|extbacklinks|refdomainsext",
        _SOURCE + " sourceurl targeturl",
        _MAJESTIC,
    ),
    _no("bing", "anchor texts", "=2 anchor|anchortext backlinkscount|backlinks|count", "", _BING),
    _no("semrush", "anchors", "anchor|anchortext domains|domainsnum backlinks|backlinksnum", _SOURCE, _SEMRUSH),
    _no(
        "ahrefs",
        "anchors",
        "anchor|anchortext|anchors refdomains|referringdomains|dofollowrefdomains|topdr|linkstotarget|referringpages"
        "|totalbacklinks|dofollowlinks|refpages",
        _SOURCE + " targeturl linkurl",
        _AHREFS,
    ),
    _no(
        "ahrefs",
        "linked domains",
        "domain|linkeddomain linksfromtarget|linkedpages|dofollowlinksfromtarget",
        "linkstotarget backlinks",
        _AHREFS,
    ),
    _no(
        "ahrefs",
        "competing domains",
        "domain|competitor|competingdomain keywordscommon|commonkeywords|keywordsunique*|uniquekeywords|share",
        "",
        _AHREFS,
    ),
    _no(
        "semrush",
        "backlink competitors",
        "domain commonrefdomains|commonreferringdomains|competitionlevel|competitorrelevance|commonkeywords|sekeywords",
        "",
        _SEMRUSH,
    ),
    _no(
        "semrush",
        "indexed pages",
        "sourceurl|url responsecode|title|sourcetitle domains|domainsnum backlinks|backlinksnum",
        "targeturl",
        _SEMRUSH,
    ),
    _no(
        "ahrefs", "broken links (outgoing)", "fromurl|pageurl tourl|linkurl httpcode|code", "referringpageurl", _AHREFS
    ),
    _no(
        "ahrefs",
        "content explorer",
        "contenttitle|contenturl|authorname domainrating|referringdomains|words",
        _SOURCE,
        _AHREFS,
    ),
    _no(
        "ahrefs",
        "performance",
        "date domainrating|referringdomains|organictraffic|avgorganictraffic|averageorganictraffic|organicpages",
        _SOURCE + " url domain targeturl",
        _AHREFS,
    ),
    _no(
        "ahrefs",
        "best by links",
        "targeturl|url|pageurl|page|target referringdomains|totalbacklinks|refdomains|dofollow|backlinks|linkstotarget",
        _SOURCE + " anchor anchortext domain keyword",
        _AHREFS,
    ),
    _no(
        "ahrefs", "site audit", "url pagerank|pr|depth|isvalidinternalhtml|pagerating httpstatuscode", _SOURCE, _AHREFS
    ),
)
