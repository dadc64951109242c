"""What people write back: several wordings of each answer, some of them not in English."""

from crm.practice.dice import dice

EN: dict[str, tuple[str, ...]] = {
    "interested": (
        "Thanks for this, it is a good fit. I will add it when I next update the page, probably this week.",
        "Hi, happy to include it. I need a day or two to get to the site.",
        "That is useful for our readers. I'd be glad to add a link.",
        "Good catch, thank you. I like your page and will put it in.",
        "Sounds good to me! Let me find a spot for it on the page.",
        "Yes please, that would help the page. I'll get it done over the next days."),
    "placed": (
        "Done, I have added your link here: {url}",
        "Thanks for pointing it out. I just updated the page: {url}",
        "Added it to {url} a minute ago. Hope it helps.",
        "The link is live now: {url}"),
    "live": (
        "Quick note that the link is live now: {url}",
        "As promised, it is up: {url}",
        "I finally got round to it and have added your link: {url}",
        "Your piece is online now at {url}"),
    "wants_guest_post": (
        "We would love a guest post on that. Please send an outline of three or four sentences first.",
        "Yes, we take guest articles. Could you send us a draft of about 1,000 words?",
        "Send me a few headline ideas for a contribution and I will pick one.",
        "That topic would work for our blog. Feel free to send the draft over."),
    "no_fit": (
        "Thanks, but this is not a fit for our page.",
        "We don't add links to this page any more, sorry.",
        "I'll pass on this one. The page is for printed books only.",
        "Not interested, thank you.",
        "Thank you for writing. We have decided against including it.",
        "We only link to sources that we use ourselves, so no."),
    "not_now": (
        "We are in the middle of a redesign. Please get back to me in two months.",
        "Nice idea, but not right now. Can you try again next quarter?",
        "Our calendar is full until January. Maybe later.",
        "I can't look at this at the moment, please check back in the new year."),
    "question": (
        "Is the calculator really free, or do visitors have to sign up?",
        "Where does the data come from? I could not find the source.",
        "Who keeps the page up to date?",
        "Which paragraph do you mean exactly?"),
    "optout": (
        "Please remove me from your list.",
        "Unsubscribe me, please. I do not want further mails.",
        "Do not contact me again.",
        "Please take me off your mailing list and stop writing to us."),
    "asks_payment": (
        "We offer link insertions for $120 on this page. PayPal only.",
        "Our fee for a dofollow link is 90 EUR. Let me know if that works for your budget.",
        "We accept sponsored posts, the price is $150 per article. Shall I send the price list?",
        "Sure, a placement costs 200 USD per year. How would you like to pay?"),
    "asks_swap": (
        "I can link to you if you link back to us. Would that work?",
        "We are open to a link exchange. Which page of yours could mention us?",
        "Happy to swap links. Add ours first and I will do the same."),
    "wrong_person": (
        "I am not the right person for this, I only write there now and then.",
        "You have the wrong address, I have nothing to do with that website.",
        "I don't handle the website, sorry."),
    "forwards": (
        "I have passed this on to my colleague who looks after the website.",
        "Forwarding this to our editor, she will be in touch.",
        "I'm copying in our web team, they can decide."),
    "needs_asset": (
        "We could only link to original data. Do you have a study on this?",
        "A printable PDF version would be useful. If you make one, let us know.",
        "Do you have an infographic or a chart that we could embed?"),
    "hostile": (
        "Stop spamming us. I have reported this mail.",
        "Another link beggar. Leave us alone."),
}  # fmt: skip
OTHER: dict[str, dict[str, tuple[str, ...]]] = {
    "de": {
        "interested": ("Danke für den Hinweis, das passt gut. Ich nehme den Link gern auf.",),
        "placed": ("Erledigt, der Link steht jetzt hier: {url}",),
        "live": ("Der Link ist jetzt online: {url}",),
        "no_fit": ("Vielen Dank, aber das passt leider nicht zu unserer Seite.", "Kein Interesse, danke."),
        "not_now": ("Im Moment leider nicht, bitte melden Sie sich im neuen Jahr noch einmal.",),
        "optout": ("Bitte streichen Sie mich aus Ihrem Verteiler.", "Bitte schreiben Sie mir nicht mehr."),
    },
    "fr": {
        "interested": ("Merci, c'est intéressant. J'ajouterai le lien cette semaine.",),
        "placed": ("C'est fait, le lien est en ligne : {url}",),
        "live": ("Le lien est en ligne : {url}",),
        "no_fit": ("Merci, mais cela ne correspond pas à notre page.", "Nous ne sommes pas intéressés, merci."),
        "not_now": ("Pas pour le moment, recontactez-moi dans deux mois.",),
        "optout": ("Merci de me retirer de votre liste.", "Merci de ne plus me contacter."),
    },
    "es": {
        "interested": ("Gracias, encaja muy bien. Añadiré el enlace estos días.",),
        "placed": ("Listo, he añadido el enlace aquí: {url}",),
        "live": ("El enlace ya está publicado: {url}",),
        "no_fit": ("Gracias, pero no encaja con nuestra página.", "No nos interesa, gracias."),
        "not_now": ("Ahora no es posible, escríbame dentro de dos meses.",),
        "optout": ("Por favor, elimíneme de su lista.", "No me escriba más, por favor."),
    },
}  # fmt: skip
GREETINGS = ("Hi,", "Hello,", "Hi Ada,", "Dear Ada,", "", "Hey Ada,")
CLOSINGS = ("Best,", "Thanks,", "Kind regards,", "Cheers,", "Best wishes,", "")


def words(seed: int, address: str, kind: str, tongue: str, name: str, url: str) -> str:
    """The text of an answer, greeting and name included."""
    r = dice(seed, address, "words", kind)
    bank = OTHER.get(tongue, {}).get(kind) or EN[kind]
    parts = [r.choice(GREETINGS) if bank is EN.get(kind) else "", r.choice(bank).format(url=url)]
    closing = r.choice(CLOSINGS) if bank is EN.get(kind) else ""
    sign = "\n".join(part for part in (closing, name or "The office") if part)
    return "\n\n".join(part for part in (*parts, sign) if part)
