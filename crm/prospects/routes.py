"""Ways by which a person may pitch outside of the outbox: what is stored, and what is shown. Pure."""

ROUTES = {
    "contact form": "Contact form",
    "LinkedIn": "LinkedIn",
    "X": "X (Twitter)",
    "Facebook": "Facebook",
    "Instagram": "Instagram",
    "Mastodon": "Mastodon",
    "Bluesky": "Bluesky",
    "telephone": "Telephone",
    "own mail": "A mail written elsewhere",
    "in person": "In person",
}
