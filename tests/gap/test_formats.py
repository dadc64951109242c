"""Each header that a tool is known to write finds its tool and report, and look-alikes are named and refused."""

import pytest

from crm.gap import detect
from crm.vocabulary import Grain

AHREFS = (
    "Referring page title,Referring page URL,Language,Platform,Referring page HTTP code,Domain rating,UR,Domain traffic,"
    "Referring domains,Linked domains,External links,Page traffic,Keywords,Target URL,Left context,Anchor,Right context,"
    "Redirect Chain URLs,Redirect Chain status codes,Type,Is spam,Content,Nofollow,UGC,Sponsored,Rendered,Raw,Lost status,"
    "Drop reason,Discovered status,First seen,Last seen,Lost,Author,Page type,Page category,Links in group"
)
USED = [
    (AHREFS, "ahrefs", "backlinks", Grain.BACKLINK),
    ("#," + AHREFS, "ahrefs", "backlinks", Grain.BACKLINK),
    (AHREFS.upper(), "ahrefs", "backlinks", Grain.BACKLINK),
    (AHREFS.replace("Target URL", "Target URL,Target page HTTP code"), "ahrefs", "broken backlinks", Grain.BACKLINK),
    (
        "#,Domain Rating,URL Rating (desc),Referring Domains,Referring Page URL,Referring Page Title,Internal Links Count,External Links Count,Link URL,TextPre,Link Anchor,TextPost,Type,Backlink Status,First Seen,Last Check,Day Lost,Language",
        "ahrefs",
        "backlinks (old)",
        Grain.BACKLINK,
    ),
    (
        "Domain,DR,Dofollow ref. domains,Dofollow linked domains,Traffic ,Keywords,Links to target,New links,Lost links,Dofollow links,First seen,Lost",
        "ahrefs",
        "referring domains",
        Grain.DOMAIN,
    ),
    (
        "#,Domain,Is spam,DR,Dofollow ref. domains,Dofollow linked domains,Traffic ,Keywords,Links to target,New links,Lost links,Dofollow links,First seen,Lost",
        "ahrefs",
        "referring domains",
        Grain.DOMAIN,
    ),
    ("domain,domain_rating,first_seen", "ahrefs", "referring domains (API)", Grain.DOMAIN),
    (
        "Referring page title,Referring page URL,Domain rating,UR,Intersect",
        "ahrefs",
        "link intersect, pages",
        Grain.GAP,
    ),
    ("Domain,Domain rating,Traffic,Intersect,rival.com/,other.net/", "ahrefs", "link intersect, domains", Grain.GAP),
    (
        "Page ascore,Source title,Source url,Target url,Anchor,External links,Internal links,Nofollow,Sponsored,Ugc,Text,Frame,Form,Image,Sitewide,First seen,Last seen,New link,Lost link",
        "semrush",
        "backlinks",
        Grain.BACKLINK,
    ),
    (
        "Page score,Page trust score,Source title,Source url,Target url,Anchor,External links,Internal links,Nofollow,Image,Form,Sitewide,First seen,Last seen",
        "semrush",
        "backlinks (old)",
        Grain.BACKLINK,
    ),
    (
        "page_ascore;source_title;source_url;target_url;anchor;external_num;internal_num;nofollow",
        "semrush",
        "backlinks",
        Grain.BACKLINK,
    ),
    (
        "Toxic Score,Source URL,Target URL,Source Domain,Anchor,Domain Authority Score,Status",
        "semrush",
        "backlink audit",
        Grain.BACKLINK,
    ),
    (
        "Domain ascore,Domain,Backlinks,IP Address,Country,First seen,Last seen",
        "semrush",
        "referring domains",
        Grain.DOMAIN,
    ),
    (
        "domain_ascore;domain;backlinks_num;ip;country;first_seen;last_seen",
        "semrush",
        "referring domains",
        Grain.DOMAIN,
    ),
    ("Domain,Authority Score,Matches,rival.com,other.net", "semrush", "backlink gap", Grain.GAP),
    (
        "URL,Title,Anchor Text,Page Authority,Domain Authority,Spam Score,Linking Domains,Target URL,Link Type,Link State",
        "moz",
        "inbound links",
        Grain.BACKLINK,
    ),
    ("Root Domain,Domain Authority,Linking Domains,Spam Score", "moz", "linking domains", Grain.DOMAIN),
    ("Root Domain,Domain Authority,rival.com,other.net", "moz", "link intersect", Grain.GAP),
    (
        "Target URL,Source URL,Anchor Text,Source Crawl Date,Source First Found Date,FlagNoFollow,FlagImageLink,FlagRedirect,FlagFrame,FlagOldCrawl,FlagAltText,FlagMention,Source Citation Flow,Source Trust Flow",
        "majestic",
        "backlinks (API)",
        Grain.BACKLINK,
    ),
    (
        "SourceURL,TargetURL,AnchorText,FlagNoFollow,SourceTrustFlow,SourceCitationFlow,LastSeenDate,DateLost",
        "majestic",
        "backlinks (API)",
        Grain.BACKLINK,
    ),
    (
        "Domain,Trust Flow,Citation Flow,Matched links,Total Links,IP,Country",
        "majestic",
        "referring domains",
        Grain.DOMAIN,
    ),
    ("Domain,TrustFlow,CitationFlow,rival.com,other.net", "majestic", "clique hunter", Grain.GAP),
    ("Domain,DA,Matches,rival.com,other.net", "serped", "link intersect", Grain.GAP),
    ("Donor URL,Acceptor URL,Link anchor,External links", "serpstat", "backlinks", Grain.BACKLINK),
    ("Linking page,Last crawled", "google", "latest links", Grain.BACKLINK),
    ("Linking page", "google", "sample links", Grain.BACKLINK),
    ("Site,Linking pages,Target pages", "google", "top linking sites", Grain.DOMAIN),
    ("אתר,דפים מקשרים,דפי יעד", "google", "top linking sites", Grain.DOMAIN),
    ("דף מקשר,נסרק לאחרונה", "google", "latest links", Grain.BACKLINK),
    ("Links,First discovered", "google", "latest links (old)", Grain.BACKLINK),
    ("Source Url,Anchor text,Target Url", "bing", "backlinks, pages", Grain.BACKLINK),
    ("Domain,Backlinks Count", "bing", "referring domains", Grain.DOMAIN),
    ("type,domain_from,url_from,domain_to,url_to,anchor,dofollow,rank", "dataforseo", "backlinks", Grain.BACKLINK),
    ("URL FROM,EXPECTED LANDING PAGE URL,EXPECTED ANCHOR", "generic", "backlinks to check", Grain.BACKLINK),
    ("Linking From,Linking To,Anchor Text,Link Status,Link Partner - Domain", "buzzstream", "links", Grain.BACKLINK),
    ("#harmonicc_pos,#harmonicc_val,#pr_pos,#pr_val,#host_rev,#n_hosts", "commoncrawl", "ranks", Grain.DOMAIN),
    (
        "First Name,Last Name,Title,Company,Company Name for Emails,Email,Email Status,Email Confidence,Person Linkedin Url,Website",
        "apollo",
        "contacts",
        Grain.CONTACT,
    ),
    (
        "Domain name,Organization,Email address,Type,First name,Last name,Position,Confidence score,Number of sources",
        "hunter",
        "contacts",
        Grain.CONTACT,
    ),
    ("Email,First name,Last name,Position,Company,Website,Confidence score", "hunter", "contacts", Grain.CONTACT),
    ("First Name,Last Name,Email,Website,Relationship Stage,Tags", "buzzstream", "contacts", Grain.CONTACT),
    ("domain,links_to", "generic", "gap", Grain.GAP),
    ("Domain,rival.com,https://other.net/", "generic", "gap", Grain.GAP),
    ("Backlink URL,Landing page,Anchor", "generic", "backlinks", Grain.BACKLINK),
    ("Name,Email,Website", "generic", "contacts", Grain.CONTACT),
]
REFUSED = [
    (
        "Subnet,Ref. domains,Top DR,Links to target,New links,Lost links,Dofollow links,First seen,Lost,IPs in subnet,Country,ISP",
        "ahrefs",
        "referring IPs",
    ),
    ("Anchor text,Ref. domains,Top DR,Links to target,Dofollow links,First seen", "ahrefs", "anchors"),
    ("Target URL,Referring domains,Dofollow,Top DR,Total backlinks", "ahrefs", "best by links"),
    (
        "#,Keyword,Country,Difficulty,Volume,CPC,Clicks,CPS,Parent Keyword,SERP Features,Global volume,Traffic potential",
        "ahrefs",
        "organic keywords",
    ),
    (
        "Keyword,Country,SERP features,Volume,KD,CPC,Organic traffic,Paid traffic,Current position,Current URL,Branded",
        "ahrefs",
        "organic keywords",
    ),
    ("Keyword,Position,URL,Title,UR,DR,Backlinks,Domains,Traffic,Keywords", "ahrefs", "SERP overview"),
    ("Date,Referring domains,Domain Rating,Organic traffic", "ahrefs", "performance"),
    (
        "Keyword,Position,Previous position,Search Volume,Keyword Difficulty,CPC,URL,Traffic,Traffic (%),Traffic Cost,Competition,Number of Results,Trends,Timestamp,SERP Features by Keyword",
        "semrush",
        "organic positions",
    ),
    ("Keyword,Intent,Volume,Trend,Keyword Difficulty,CPC (USD),SERP Features", "semrush", "keyword magic"),
    ("Keyword,Intents,rival.com,other.net,Volume,Keyword Difficulty,CPC", "semrush", "keyword gap"),
    ("IP Address,Domains,Backlinks,Country,First seen,Last seen", "semrush", "referring IPs"),
    ("Anchor,Domains,Backlinks,First seen,Last seen", "semrush", "anchors"),
    (
        "URL,Title,Total Links,PA,Linking Domains to Page,HTTP Status Code,Outbound Domains from Page",
        "moz",
        "top pages",
    ),
    ("Anchor Text,External Root Domains,External Links", "moz", "anchor text"),
    ("Keyword,Min Volume,Max Volume,Difficulty,Organic CTR,Priority", "moz", "keywords"),
    ("Anchor Text,Total Links,Deleted Links,Trust Flow", "majestic", "anchor text"),
    ("GlobalRank,TldRank,Domain,TLD,RefSubNets,RefIPs", "majestic", "top domains of the web"),
    ("Target page,Internal links", "google", "top linked pages"),
    ("Target page,Incoming links,Linking sites", "google", "top linked pages"),
    ("Top queries,Clicks,Impressions,CTR,Position", "google", "performance, queries"),
    ("URL,Last crawled", "google", "page indexing"),
    ("Keyword,Currency,Avg. monthly searches,Competition", "google", "keyword planner"),
    ("Anchor,Backlinks Count", "bing", "anchor texts"),
    ("Address,Content Type,Status Code,Status,Indexability,Title 1", "screamingfrog", "pages"),
    ("Dirección,Tipo de contenido,Código de estado,Indexabilidad", "screamingfrog", "pages"),
    ("Página,URL del enlace,Anchor,Código estado HTTP", "screamingfrog", None),
    ("Type,Source,Destination,Alt Text,Anchor,Status Code,Status,Follow,Link Position", "screamingfrog", "links"),
    ("Keyword,Volume,Position", "generic", "keywords"),
]


def _layout(text: str) -> detect.Layout:
    delimiter = ";" if ";" in text else ","
    return detect.layout({delimiter: [text.split(delimiter)]}, "export.csv")


@pytest.mark.parametrize(("header", "tool", "report", "grain"), USED)
def test_a_known_header_names_its_tool_and_report(header: str, tool: str, report: str, grain: Grain) -> None:
    found = _layout(header)
    assert (found.tool, found.report, found.grain, found.refused) == (tool, report, grain, None)
    assert found.columns


@pytest.mark.parametrize(("header", "tool", "report"), REFUSED)
def test_a_look_alike_is_refused_by_name_with_what_to_export_instead(
    header: str, tool: str, report: str | None
) -> None:
    found = _layout(header)
    assert found.refused is not None
    assert found.tool == tool
    assert report is None or found.report == report
    assert found.refused.reason and found.refused.export_instead


@pytest.mark.parametrize("header", ["colour,size,price", "id,created,amount", "foo"])
def test_an_unknown_header_is_never_guessed(header: str) -> None:
    found = detect.layout({",": [header.split(","), ["red", "12", "3"][: len(header.split(","))]]}, "x.csv")
    assert found.refused is not None
    assert found.tool == "generic"


def test_a_mapping_by_hand_stands_above_the_table() -> None:
    rows = [["Wo", "Wohin"], ["https://a.example/x", "https://b.example/"]]
    found = detect.layout({",": rows}, "x.csv", {"Wo": "source_url", "Wohin": "target_url"})
    assert (found.grain, found.refused, dict(found.columns)) == (
        Grain.BACKLINK,
        None,
        {0: "source_url", 1: "target_url"},
    )


GOOGLE = [
    (["Verweisende Seite", "Letzter Crawl"], ["https://a.example/x", "2026-05-01"], "latest links", True),
    (["リンク元ページ", "前回のクロール"], ["https://a.example/x", "2026-05-01"], "latest links", True),
    (["Page d'origine"], ["https://a.example/x"], "sample links", True),
    (["Sitio", "Páginas con enlaces", "Páginas de destino"], ["a.example.com", "12", "3"], "top linking sites", True),
    (
        ["Zielseite", "Eingehende Links", "Verweisende Websites"],
        ["https://own.example/", "12", "3"],
        "top linked pages",
        False,
    ),
    (["URL", "Letzter Crawl"], ["https://own.example/", "2026-05-01"], "page indexing", False),
    (
        ["Häufigste Suchanfragen", "Klicks", "Impressionen", "CTR", "Position"],
        ["rote schuhe", "12", "300", "4%", "8.1"],
        "performance",
        False,
    ),
]


@pytest.mark.parametrize(("header", "row", "report", "used"), GOOGLE)
def test_search_console_is_known_in_any_language_by_its_shape(
    header: list[str], row: list[str], report: str, used: bool
) -> None:
    found = detect.layout({",": [header, *[row] * 5]}, "Table.csv")
    assert (found.tool, found.report, found.refused is None) == ("google", report, used)


@pytest.mark.parametrize(
    ("name", "site"),
    [
        ("https___oztimberfloor.com.au_-Latest links-2026-05-18.csv", "oztimberfloor.com.au"),
        ("www.caldea.com-backlinks_refdomains.csv", "caldea.com"),
        ("lamicrobyflo.fr-backlinks-subdomains_2025-12-02_19-18-32 - Sheet1.csv", "lamicrobyflo.fr"),
        ("my-site.co.uk-backlinks.csv.gz", "my-site.co.uk"),
        ("backlinks_for_example.org_2026.xlsx", "example.org"),
        ("cruiseaway.head.csv", None),
        ("export (2).csv", None),
    ],
)
def test_a_file_name_may_tell_whose_links_it_lists(name: str, site: str | None) -> None:
    assert detect.site_in_name(name) == site
