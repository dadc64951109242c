"""Sites that rank for nearly everything: no outreach copies their links. A maintained list, and a rule. Pure.

Add a name without its ending when the house exists in many countries (`amazon`), else the whole domain.
"""

from crm import domains

_HOUSES = frozenset(
    """amazon google youtube facebook instagram linkedin pinterest tiktok twitter reddit quora ebay walmart wikipedia
    wikihow yahoo yelp tripadvisor airbnb ikea aliexpress alibaba craigslist glassdoor huffpost bloomberg reuters
    buzzfeed businessinsider techcrunch britannica investopedia stackoverflow stackexchange shutterstock gettyimages
    trustpilot capterra getapp softwareadvice researchgate sciencedirect""".split()
)
_WHOLE = frozenset(
    """x.com t.me about.com apple.com microsoft.com adobe.com netflix.com spotify.com booking.com bing.com etsy.com
    fandom.com wikimedia.org indeed.com forbes.com cnn.com bbc.com bbc.co.uk cnbc.com nytimes.com theguardian.com
    washingtonpost.com wsj.com usatoday.com dailymail.co.uk wired.com theverge.com cnet.com zdnet.com pcmag.com
    mashable.com time.com usnews.com inc.com entrepreneur.com nerdwallet.com webmd.com healthline.com mayoclinic.org
    imdb.com medium.com substack.com github.com g2.com gartner.com statista.com springer.com scribd.com slideshare.net
    target.com homedepot.com bestbuy.com nike.com freepik.com vimeo.com twitch.tv discord.com telegram.org whatsapp.com
    paypal.com zillow.com realtor.com weather.com espn.com mozilla.org wordpress.com wordpress.org blogger.com
    tumblr.com nih.gov europa.eu gov.uk who.int un.org archive.org""".split()
)
_SUFFIXES = (".gov", ".mil", ".gov.uk", ".gouv.fr", ".bund.de", ".gob.es", ".gov.au", ".gc.ca")
VERY_STRONG = 90.0  # authority on the DR scale from which a site is a giant whatever its name
FAR_ABOVE = 45.0  # or so far above our own ...
STRONG = 82.0  # ... and at least this strong
LANDSCAPE = 0.6  # share of the keywords from which a giant is truly part of the landscape


def giant(site: str, *, dr: float | None = None, own_dr: float | None = None) -> str:
    """Why a site is a giant, in words; empty when it is none."""
    name = domains.registrable(site) or site  # a customer of a shared host is no giant
    if name in _WHOLE or name.partition(".")[0] in _HOUSES:
        return "on the list of giant sites"
    if name.endswith(_SUFFIXES) or site.endswith(_SUFFIXES):
        return "a public authority"
    if dr is not None and dr >= VERY_STRONG:
        return f"DR {dr:.0f}: it ranks for nearly everything"
    if dr is not None and own_dr is not None and dr >= STRONG and dr - own_dr >= FAR_ABOVE:
        return f"DR {dr:.0f}, far above your {own_dr:.0f}"
    return ""
