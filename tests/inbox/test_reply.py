# ruff: noqa: E501
"""Visible answers: heads and introductions in more than twenty languages, devices, signatures, answers between the lines, HTML."""

from email.message import EmailMessage

import pytest

from crm.inbox.classify import classify
from crm.inbox.reply import reply_text
from crm.vocabulary import Intent

BODIES = [
    ("top en", "Sure.\n\nOn Fri, 20 Nov 2026 at 09:00, Ada Lang <ada@us.example> wrote:\n\n> Hello,\n> would you add our guide?\n> Ada", "Sure."),
    ("top en split", "Sure.\n\nOn Fri, 20 Nov 2026 at 09:00, Ada Lang\n<ada@us.example> wrote:\n\n> Hello,\n> would you add our guide?\n> Ada", "Sure."),
    ("bottom en", "On Fri, 20 Nov 2026 at 09:00, Ada Lang <ada@us.example> wrote:\n\n> Hello,\n> would you add our guide?\n> Ada\n\nSure, below as usual.", "Sure, below as usual."),
    ("interleaved", "On 20 Nov 2026, Ada wrote:\n> Would you add it?\n\nYes.\n\n> And by when?\n\nBy Friday.\n\n> Thanks\n", "Yes.\n\nBy Friday."),
    ("outlook en", "Yes, will do.\n\nTom\n\n________________________________\nFrom: Ada Lang <ada@us.example>\nSent: 20 November 2026 09:00\nTo: Tom\nSubject: Your page\n\nHello, would you add it?", "Yes, will do.\n\nTom"),
    ("outlook de", "Machen wir.\n\nVon: Ada Lang [mailto:ada@us.example]\nGesendet: Freitag, 20. November 2026 09:00\nAn: Jonas\nBetreff: Ihre Seite\n\nHallo, wir haben...", "Machen wir."),
    ("outlook fr", "C'est noté.\n\nDe : Ada Lang <ada@us.example>\nEnvoyé : vendredi 20 novembre 2026 09:00\nÀ : Luc\nObjet : Votre page\n\nBonjour", "C'est noté."),
    ("outlook es", "De acuerdo.\n\nDe: Ada Lang <ada@us.example>\nEnviado el: viernes, 20 de noviembre de 2026 9:00\nPara: Luis\nAsunto: Tu página\n\nHola", "De acuerdo."),
    ("outlook it", "Va bene.\n\nDa: Ada Lang <ada@us.example>\nInviato: venerdì 20 novembre 2026 09:00\nA: Luca\nOggetto: La tua pagina\n\nCiao", "Va bene."),
    ("outlook nl", "Prima.\n\nVan: Ada Lang <ada@us.example>\nVerzonden: vrijdag 20 november 2026 09:00\nAan: Lars\nOnderwerp: Je pagina\n\nHoi", "Prima."),
    ("outlook pt", "Combinado.\n\nDe: Ada Lang <ada@us.example>\nEnviada em: sexta-feira, 20 de novembro de 2026 09:00\nPara: Luís\nAssunto: Sua página\n\nOlá", "Combinado."),
    ("outlook pl", "Zgoda.\n\nOd: Ada Lang <ada@us.example>\nWysłano: piątek, 20 listopada 2026 09:00\nDo: Łukasz\nTemat: Strona\n\nCześć", "Zgoda."),
    ("outlook sv", "Visst.\n\nFrån: Ada Lang <ada@us.example>\nSkickat: den 20 november 2026 09:00\nTill: Lars\nÄmne: Din sida\n\nHej", "Visst."),
    ("outlook da", "Fint.\n\nFra: Ada Lang <ada@us.example>\nSendt: 20. november 2026 09:00\nTil: Lars\nEmne: Din side\n\nHej", "Fint."),
    ("outlook no", "Greit.\n\nFra: Ada Lang <ada@us.example>\nSendt: fredag 20. november 2026 09:00\nTil: Lars\nEmne: Siden din\n\nHei", "Greit."),
    ("outlook fi", "Sopii.\n\nLähettäjä: Ada Lang <ada@us.example>\nLähetetty: perjantai 20. marraskuuta 2026 9.00\nVastaanottaja: Matti\nAihe: Sivusi\n\nHei", "Sopii."),
    ("outlook cs", "Dobře.\n\nOd: Ada Lang <ada@us.example>\nOdesláno: pátek 20. listopadu 2026 9:00\nKomu: Jan\nPředmět: Stránka\n\nDobrý den", "Dobře."),
    ("outlook ru", "Хорошо.\n\nОт: Ada Lang <ada@us.example>\nОтправлено: 20 ноября 2026 г. 9:00\nКому: Иван\nТема: Страница\n\nЗдравствуйте", "Хорошо."),
    ("outlook tr", "Olur.\n\nKimden: Ada Lang <ada@us.example>\nGönderildi: 20 Kasım 2026 Cuma 09:00\nKime: Ali\nKonu: Sayfanız\n\nMerhaba", "Olur."),
    ("outlook ja", "承知しました。\n\n差出人: Ada Lang <ada@us.example>\n送信日時: 2026年11月20日 9:00\n宛先: 太郎\n件名: ページ\n\nこんにちは", "承知しました。"),
    ("outlook zh", "好的。\n\n发件人: Ada Lang <ada@us.example>\n发送时间: 2026年11月20日 9:00\n收件人: 王\n主题: 页面\n\n你好", "好的。"),
    ("gmail ro", "Desigur.\n\nÎn vin., 20 nov. 2026 la 09:00, Ada Lang <ada@us.example> a scris:\n\n> Hello,\n> would you add our guide?\n> Ada", "Desigur."),
    ("gmail hu", "Rendben.\n\nAda Lang <ada@us.example> ezt írta (időpont: 2026. nov. 20., P, 9:00):\n\n> Hello,\n> would you add our guide?\n> Ada", "Rendben."),
    ("gmail el", "Βεβαίως.\n\nΣτις Παρ 20 Νοε 2026 στις 9:00 π.μ., ο χρήστης Ada Lang <ada@us.example> έγραψε:\n\n> Hello,\n> would you add our guide?\n> Ada", "Βεβαίως."),
    ("gmail uk", "Добре.\n\nпт, 20 лист. 2026 р. о 09:00 Ada Lang <ada@us.example> пише:\n\n> Hello,\n> would you add our guide?\n> Ada", "Добре."),
    ("gmail ko", "네.\n\n2026년 11월 20일 (금) 오전 9:00, Ada Lang <ada@us.example>님이 작성:\n\n> Hello,\n> would you add our guide?\n> Ada", "네."),
    ("apple de", "Gern.\n\nVon meinem iPhone gesendet\n\nAm 20.11.2026 um 09:00 schrieb Ada <ada@us.example>:\n\nHallo", "Gern."),
    ("apple fr", "D'accord.\n\nEnvoyé de mon iPhone\n\nLe 20 nov. 2026 à 09:00, Ada <ada@us.example> a écrit :\n\nBonjour", "D'accord."),
    ("apple es", "Vale.\n\nEnviado desde mi iPhone\n\nEl 20 nov 2026, a las 9:00, Ada <ada@us.example> escribió:\n\nHola", "Vale."),
    ("apple it", "Ok.\n\nInviato da iPhone\n\nIl giorno 20 nov 2026, alle ore 09:00, Ada <ada@us.example> ha scritto:\n\nCiao", "Ok."),
    ("apple nl", "Goed.\n\nVerstuurd vanaf mijn iPhone\n\nOp 20 nov. 2026 om 09:00 heeft Ada <ada@us.example> het volgende geschreven:\n\nHoi", "Goed."),
    ("apple pt", "Sim.\n\nEnviado do meu iPhone\n\nNo dia 20/11/2026, às 09:00, Ada <ada@us.example> escreveu:\n\nOlá", "Sim."),
    ("apple pl", "Tak.\n\nWysłane z iPhone'a\n\nWiadomość napisana przez Ada <ada@us.example> w dniu 20 lis 2026, o godz. 09:00:\n\nCześć", "Tak."),
    ("apple sv", "Ja.\n\nSkickat från min iPhone\n\n20 nov. 2026 kl. 09:00 skrev Ada <ada@us.example>:\n\nHej", "Ja."),
    ("samsung", "Yes please.\n\nSent from my Galaxy\n\n-------- Original message --------\nFrom: Ada <ada@us.example>\nDate: 20/11/2026 09:00 (GMT+01:00)\nTo: Tom\nSubject: page\n\nHello", "Yes please."),
    ("outlook ios", "Yes.\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\nFrom: Ada <ada@us.example>\nSent: Friday, November 20, 2026 9:00:00 AM\nTo: Tom\nSubject: page\n\nHello", "Yes."),
    ("proton", "Yes.\n\nSent with Proton Mail secure email.\n\nOn Friday, November 20th, 2026 at 9:00 AM, Ada <ada@us.example> wrote:\n\n> Hello\n", "Yes."),
    ("thunderbird de", "Ja.\n\nAm 20.11.26 um 09:00 schrieb Ada Lang:\n> Hello,\n> would you add our guide?\n> Ada", "Ja."),
    ("thunderbird fr", "Oui.\n\nLe 20/11/2026 à 09:00, Ada Lang a écrit :\n> Hello,\n> would you add our guide?\n> Ada", "Oui."),
    ("forwarded", "Can you handle this?\n\n---------- Forwarded message ---------\nFrom: Ada <ada@us.example>\nDate: Fri, 20 Nov 2026 at 09:00\nSubject: page\nTo: Tom\n\nHello", "Can you handle this?"),
    ("forwarded de", "Bitte übernehmen.\n\n---------- Weitergeleitete Nachricht ----------\nVon: Ada <ada@us.example>\nDatum: 20. November 2026\nBetreff: Seite\nAn: Jonas\n\nHallo", "Bitte übernehmen."),
    ("sig dashes", "Yes.\n\n-- \nTom Hale\nFieldnotes Ltd\n+44 20 7946 0958", "Yes."),
    ("sig kept human", "Yes.\n\nBest,\nTom\n\nPS: add the chart too.", "Yes.\n\nBest,\nTom\n\nPS: add the chart too."),
    ("list of dashes", "Two things:\n- the link\n- the date\n\nOK?", "Two things:\n- the link\n- the date\n\nOK?"),
    ("rule human", "Yes.\n----------\nNo wait, one more question: which page?", "Yes.\n----------\nNo wait, one more question: which page?"),
    ("from human", "From what I see, yes.\nTo be clear: the link stays.\nSubject to approval by my boss.", "From what I see, yes.\nTo be clear: the link stays.\nSubject to approval by my boss."),
    ("wrote human", "On Monday Ada wrote to me and I said yes.", "On Monday Ada wrote to me and I said yes."),
    ("quote inside", "You say: \"add it\". I wrote in 2024:\nnever again.", "You say: \"add it\". I wrote in 2024:\nnever again."),
    ("inline marked", "> would you add our guide?\n\nyes", "yes"),
    ("yahoo", "ok\n\nSent from Yahoo Mail on Android \n \n  On Fri, 20 Nov 2026 at 9:00, Ada<ada@us.example> wrote:   Hello would you", "ok"),
    ("mail.ru", "Хорошо.\n\nОтправлено из мобильной Почты Mail\n\n20 ноября 2026, в 09:00, Ada <ada@us.example> написал(а):\n\n> Здравствуйте", "Хорошо."),
    ("gmx", "Ja.\n\nGesendet: Freitag, 20. November 2026 um 09:00 Uhr\nVon: \"Ada\" <ada@us.example>\nAn: jonas@site.example\nBetreff: Seite\nHallo", "Ja."),
    ("html-ish Outlook bold", "Yes.\n\n*From:* Ada <ada@us.example>\n*Sent:* Friday\n*To:* Tom\n*Subject:* page\n\nHello", "Yes."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "body", "want"), BODIES, ids=[b[0] for b in BODIES])
def test_only_the_writers_own_words_are_shown(name: str, body: str, want: str) -> None:
    assert reply_text(body).split() == want.split()


PAGES = [
    ("gmail", "<div dir=\"ltr\">Sure, added.</div><br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">On Fri, Nov 20, 2026 at 9:00 AM Ada &lt;<a href=\"mailto:ada@us.example\">ada@us.example</a>&gt; wrote:<br></div><blockquote class=\"gmail_quote\">Hello, unsubscribe any time</blockquote></div>", "Sure, added."),
    ("outlook web", "<div>Sure, added.</div><div id=\"appendonsend\"></div><hr tabindex=\"-1\" style=\"width:98%\"><div id=\"divRplyFwdMsg\" dir=\"ltr\"><font><b>From:</b> Ada &lt;ada@us.example&gt;<br><b>Sent:</b> Friday, November 20, 2026 9:00 AM<br><b>To:</b> Ines<br><b>Subject:</b> About</font><div>&nbsp;</div></div><div>Hello, reply stop to be removed</div>", "Sure, added."),
    ("outlook desktop", "<html><body><p class=MsoNormal>Sure, added.<o:p></o:p></p><div style=\"border:none;border-top:solid #E1E1E1 1.0pt\"><p class=MsoNormal><b>Von:</b> Ada &lt;ada@us.example&gt; <br><b>Gesendet:</b> Freitag, 20. November 2026 09:00<br><b>An:</b> Ines<br><b>Betreff:</b> About</p></div><p class=MsoNormal>Hallo, abmelden jederzeit</p></body></html>", "Sure, added."),
    ("apple", "<html><body>Sure, added.<br><br><div id=\"AppleMailSignature\">Sent from my iPhone</div><div><br>On 20 Nov 2026, at 09:00, Ada &lt;ada@us.example&gt; wrote:<br><br></div><blockquote type=\"cite\"><div>Hello</div></blockquote></body></html>", "Sure, added."),
    ("yahoo", "<div>Sure, added.</div><div id=\"yahoo_quoted_1\" class=\"yahoo_quoted\"><div>On Friday, November 20, 2026 at 09:00:00 AM GMT+1, Ada &lt;ada@us.example&gt; wrote:</div><div>Hello remove me</div></div>", "Sure, added."),
    ("thunder", "<p>Sure, added.</p><div class=\"moz-cite-prefix\">Am 20.11.26 um 09:00 schrieb Ada:<br></div><blockquote type=\"cite\" cite=\"mid:x\"><p>Hallo</p></blockquote><p>PS: thanks</p>", "Sure, added. PS: thanks"),
    ("empty outlook", "<div><br></div><hr><div><b>From:</b> Ada &lt;ada@us.example&gt;<br><b>Sent:</b> Friday, November 20, 2026 9:00 AM<br><b>To:</b> Ines<br><b>Subject:</b> About</div><div>Hello, write stop and you are off the list</div>", ""),
]  # fmt: skip


@pytest.mark.parametrize(("name", "html", "want"), PAGES, ids=[p[0] for p in PAGES])
def test_html_answers_keep_their_words_and_lose_the_quoted_mail(name: str, html: str, want: str) -> None:
    """The quoted mail of each says how to be left alone; that is never the writer's wish."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Ines <ines@site.example>", "ada@us.example", "Re: About your page"
    mail["In-Reply-To"] = "<a@b.example>"
    mail.set_content(html, subtype="html")
    found = classify(bytes(mail))
    assert found.reply_text.split() == want.split()
    assert Intent.OPTOUT not in found.meaning.intents


INTRODUCTIONS = (
    "On Fri, 20 Nov 2026 at 09:00, Ada <ada@us.example> wrote:",
    "Am 20.11.2026 um 09:00 schrieb Ada:",
    "Le 20/11/2026 à 09:00, Ada a écrit :",
    "El 20 nov 2026, Ada <ada@us.example> escribió:",
    "Il giorno ven 20 nov 2026 alle 09:00 Ada <ada@us.example> ha scritto:",
    "Op 20-11-2026 schreef Ada:",
    "Em 20/11/2026, Ada escreveu:",
    "W dniu 20.11.2026 o 09:00, Ada pisze:",
)  # fmt: skip
SHORT = (
    "Sure, added.",
    "Done!",
    "Sounds good",
    "Mo, see you Monday",
    "Da ist er drin.",
    "Dom, sim.",
    "So machen wir das.",
    "Sì",
    "Oui",
    "No.",
    "Domani lo metto",
    "Marvellous",
    "Tomorrow",
    "Ok",
    "From tomorrow",
    "Maybe",
    "Ja",
    "Di nuovo no, grazie",
    "Le mail de trop: stop.",
    "To: be honest no",
)  # fmt: skip


@pytest.mark.parametrize("introduction", INTRODUCTIONS)
def test_a_short_line_right_above_an_introduction_stays(introduction: str) -> None:
    """No blank line between them, and words that begin like the name of a day."""
    for line in SHORT:
        for quoted in ("> Hello\n> Bye", "\nHello there"):
            assert reply_text(f"{line}\n{introduction}\n{quoted}") == line
