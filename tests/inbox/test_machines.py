# ruff: noqa: E501
"""Automatic answers in many languages: the day of return, receipts, people who left; and people who only sound like machines."""

from datetime import UTC, date, datetime

import pytest

from crm.inbox.classify import classify
from crm.vocabulary import Intent, MailKind
from tests.inbox.letters import letter

FRIDAY = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

AWAY_UNTIL: list[tuple[str, str, date | None]] = [
    ("Automatic reply", "I am out of the office and will return on Monday, December 7th.", date(2026, 12, 7)),
    ("Automatic reply", "I'll be away from 20 November through 4 December 2026 inclusive.", date(2026, 12, 4)),
    ("Automatic reply", "Out of office until 12/07/2026 (US).", date(2026, 12, 7)),
    ("Automatic reply", "I'm on annual leave, back on the 7th of December.", date(2026, 12, 7)),
    ("Automatic reply", "I'm travelling this week and back next Wednesday.", date(2026, 11, 25)),
    ("Automatic reply", "I will be out of the office for two weeks starting today.", date(2026, 12, 4)),
    ("Abwesenheitsnotiz", "Ich bin bis einschließlich 6.12.2026 im Urlaub.", date(2026, 12, 6)),
    ("Abwesenheit", "Ich bin vom 20.11. bis 4.12. nicht im Büro. Am 7.12. bin ich zurück.", date(2026, 12, 7)),
    ("Automatische Antwort", "Ab dem 7. Dezember bin ich wieder erreichbar.", date(2026, 12, 7)),
    ("Automatische Antwort", "Ich bin in Elternzeit bis Ende März 2027.", date(2027, 3, 31)),
    ("Automatische Antwort", "Ich bin in der KW 49 wieder da.", None),
    ("Réponse automatique", "Je suis absent du 20/11 au 04/12 inclus.", date(2026, 12, 4)),
    ("Réponse automatique", "Je serai de retour le lundi 7 décembre.", date(2026, 12, 7)),
    ("Réponse automatique", "De retour le 1er décembre 2026.", date(2026, 12, 1)),
    ("Respuesta automática", "Estaré fuera hasta el 7 de diciembre.", date(2026, 12, 7)),
    ("Respuesta automática", "Vuelvo el próximo lunes.", date(2026, 11, 23)),
    ("Respuesta automática", "Estoy de vacaciones del 20 de noviembre al 4 de diciembre, ambos incluidos.", date(2026, 12, 4)),
    ("Risposta automatica", "Sarò assente fino al 7 dicembre compreso.", date(2026, 12, 7)),
    ("Risposta automatica", "Rientro in ufficio il 07/12/2026.", date(2026, 12, 7)),
    ("Risposta automatica", "Torno lunedì prossimo.", date(2026, 11, 23)),
    ("Resposta automática", "Estarei ausente até 7 de dezembro.", date(2026, 12, 7)),
    ("Resposta automática", "Regresso a 07.12.2026.", date(2026, 12, 7)),
    ("Automatisch antwoord", "Ik ben afwezig t/m 6 december.", date(2026, 12, 6)),
    ("Automatisch antwoord", "Ik ben op 7-12-2026 weer op kantoor.", date(2026, 12, 7)),
    ("Autoodpowiedź", "Jestem na urlopie do 6 grudnia włącznie.", date(2026, 12, 6)),
    ("Autoodpowiedź", "Wracam 07.12.2026.", date(2026, 12, 7)),
    ("Autosvar", "Jag är tillbaka måndagen den 7 december.", date(2026, 12, 7)),
    ("Autosvar", "Jag är på semester t.o.m. 6 december.", date(2026, 12, 6)),
    ("Autosvar", "Jeg er på ferie til og med den 6. december.", date(2026, 12, 6)),
    ("Autosvar", "Jeg er tilbake på kontoret 7. desember.", date(2026, 12, 7)),
    ("Automaattinen vastaus", "Olen lomalla 7.12.2026 asti.", date(2026, 12, 7)),
    ("Automaattinen vastaus", "Palaan töihin 7. joulukuuta.", date(2026, 12, 7)),
    ("Automatická odpověď", "Jsem mimo kancelář do 7. prosince.", date(2026, 12, 7)),
    ("Автоответ", "Я буду отсутствовать до 7 декабря включительно.", date(2026, 12, 7)),
    ("Автоответ", "Вернусь 07.12.2026.", date(2026, 12, 7)),
    ("Otomatik yanıt", "7 Aralık tarihine kadar izindeyim.", date(2026, 12, 7)),
    ("自動返信", "12月7日(月)まで休暇をいただいております。", date(2026, 12, 7)),
    ("自动回复", "我将于12月7日回到办公室。", date(2026, 12, 7)),
    ("부재중", "12월 7일까지 휴가입니다.", date(2026, 12, 7)),
    ("Răspuns automat", "Sunt în concediu până pe 7 decembrie.", date(2026, 12, 7)),
    ("Automatikus válasz", "December 7-ig szabadságon vagyok.", date(2026, 12, 7)),
    ("Automatic reply", "Thank you. I am out of the office until January 4.", date(2027, 1, 4)),
    ("Automatic reply", "I am on leave from Dec 21 - Jan 3, back 4 Jan.", date(2027, 1, 4)),
    ("Automatic reply", "Closed 24 Dec to 2 Jan. In my absence contact Bob on +44 20 7946 0958, order 12/345.", date(2027, 1, 2)),
    ("Automatic reply", "I am out today and back tomorrow.", date(2026, 11, 21)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("subject", "text", "day"), AWAY_UNTIL, ids=[f"{c[0][:12]} {k}" for k, c in enumerate(AWAY_UNTIL)]
)
def test_the_day_of_return_is_read(subject: str, text: str, day: date | None) -> None:
    raw = letter(text, subject=f"{subject}: About your page", answers="a@b", at=FRIDAY, Auto_Submitted="auto-replied")
    found = classify(raw)
    assert (found.kind, found.intent, found.return_on) == (MailKind.AUTO_REPLY, Intent.OUT_OF_OFFICE, day)


LEFT = [
    "Please note that John Smith no longer works at Acme. Contact jane@acme.example instead.",
    "I have left Fieldnotes as of 1 November. Please direct enquiries to desk@fieldnotes.example.",
    "Frau Maier ist nicht mehr in unserem Unternehmen beschäftigt. Bitte wenden Sie sich an info@werkblatt.example.",
    "Herr Kurz hat das Unternehmen verlassen.",
    "Je ne fais plus partie de la société Carnet depuis le 1er novembre. Merci de contacter lea@carnet.example.",
    "Ya no trabajo en Cuaderno. Para cualquier consulta, escriba a lea@cuaderno.example.",
    "Non lavoro più per Quaderno. Per informazioni scrivere a lea@quaderno.example.",
    "Não faço mais parte da equipe. Por favor escreva para lea@caderno.example.",
    "Ik ben niet langer werkzaam bij Notities. Mail lea@notities.example.",
    "Nie pracuję już w Notatniku. Proszę pisać na adres lea@notatnik.example.",
    "Jag har slutat på företaget. Kontakta info@foretag.example.",
    "Jeg er ikke længere ansat hos firmaet.",
]  # fmt: skip


@pytest.mark.parametrize("text", LEFT)
def test_people_who_left_are_told_from_people_who_are_away(text: str) -> None:
    found = classify(letter(text, subject="Automatic reply: About", answers="a@b", Auto_Submitted="auto-replied"))
    assert found.kind is MailKind.AUTO_REPLY
    assert found.auto is not None and found.auto.left


RECEIPTS = [
    ("[Ticket #4711] We received your request", "Hi, your request has been received. Ticket 4711."),
    ("Ihre Anfrage [#4711]", "Vielen Dank, Ihre Anfrage wurde unter der Nummer 4711 erfasst."),
    ("Votre demande #4711", "Votre demande a bien été enregistrée."),
    ("Re: About your page", "Thank you for contacting Acme support. Your request (4711) has been received and is being reviewed by our support staff."),
    ("Su solicitud 4711", "Su solicitud ha sido recibida y será atendida por nuestro equipo."),
    ("La tua richiesta", "La tua richiesta è stata presa in carico. Ticket 4711"),
    ("Twoje zgłoszenie 4711", "Potwierdzamy otrzymanie zgłoszenia. Numer: 4711."),
    ("Uw aanvraag 4711", "Uw aanvraag is ontvangen en geregistreerd onder 4711."),
    ("Seu chamado 4711", "Seu chamado foi aberto com o número 4711."),
    ("Ärende 4711", "Tack för ditt meddelande. Ditt ärendenummer är 4711."),
    ("お問い合わせ", "お問い合わせありがとうございます。このメールは自動送信されています。"),
]  # fmt: skip


@pytest.mark.parametrize(("subject", "text"), RECEIPTS)
@pytest.mark.parametrize("header", ["Auto_Submitted", "X_Autoreply"])
def test_receipts_of_machines_are_acknowledgements(subject: str, text: str, header: str) -> None:
    found = classify(letter(text, subject=subject, answers="a@b", **{header: "auto-generated"}))
    assert (found.kind, found.intent) == (MailKind.AUTO_REPLY, Intent.AUTO_ACK)


PEOPLE = [
    "Sorry for the slow reply, I was on holiday until Monday. Happy to add the link.",
    "I'm on holiday until 3 December but yes, interested. Remind me then.",
    "Thanks for your email. We're closed for the holidays but I'll add your link in January.",
    "Bin gerade im Urlaub, aber klar, mache ich nächste Woche.",
    "Ich bin ab Montag wieder im Büro und baue den Link dann ein.",
    "Je suis en congé jusqu'au 3 décembre, mais le lien m'intéresse.",
    "Je rentre de vacances, pouvez-vous me renvoyer l'adresse ?",
    "Estoy de viaje hasta el lunes, luego lo miro y os digo.",
    "Sono fuori ufficio oggi, ma la guida mi piace. La inserisco domani.",
    "Ik ben tot maandag weg maar ik zet hem er daarna op.",
    "Estou de férias, mas gostei do artigo. Vou incluir quando voltar.",
    "Jestem na urlopie, ale link dodam w przyszłym tygodniu.",
    "We received your proposal and like it. What's the URL?",
    "I got your ticket number wrong, sorry. Which page do you mean?",
    "Thank you for contacting us. We don't link to commercial sites.",
    "Vielen Dank für Ihre Nachricht. Leider passt das nicht zu uns.",
    "Merci pour votre message. Nous facturons 100 € par lien.",
    "Gracias por contactar con nosotros. ¿Cuánto ofrecen?",
    "Grazie per averci contattato. Purtroppo non inseriamo link.",
    "Bedankt voor je bericht. We plaatsen geen links.",
    "Dziękujemy za kontakt. Niestety nie dodajemy linków.",
    "Obrigado pelo contacto. Quanto pagam?",
    "Automatic emails like yours are annoying. Stop.",
    "I left the company last year, try sarah@acme.example.",
    "I'm travelling at the moment. Could you write again in December?",
    "Out of curiosity, are you in the office until Friday?",
    "I'll get back to you within a couple of days once I've asked my editor.",
    "Our team will discuss it on Monday and I'll get back to you shortly.",
]  # fmt: skip


@pytest.mark.parametrize("text", PEOPLE)
def test_people_who_mention_absence_or_receipt_stay_people(text: str) -> None:
    """Even with the headers that mail programs of people add."""
    for headers in ({}, {"X_Auto_Response_Suppress": "All"}, {"Precedence": "bulk"}):
        found = classify(letter(text, subject="Re: About your page", answers="a@b", at=FRIDAY, **headers))
        assert found.kind is not MailKind.AUTO_REPLY, headers
