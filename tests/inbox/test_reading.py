# ruff: noqa: E501
"""Raw bytes to text: parts, character sets, limits, visible answers, days; nothing ever raises or hangs."""

import ast
import json
import re
import time
from datetime import date
from pathlib import Path

import pytest

import crm.inbox as inbox_package
from crm.inbox.charsets import header_text, text_of
from crm.inbox.classify import classify
from crm.inbox.dates import days_in, return_day
from crm.inbox.html_text import html_to_text
from crm.inbox.marking import Piece, addresses_named, pages_named, pieces
from crm.inbox.match import subject_key
from crm.inbox.parse import LIMIT_RAW, parse
from crm.inbox.reply import reply_text, visible
from crm.inbox.trust import trusted
from tests.inbox.letters import letter

PACKAGE = Path(inbox_package.__file__).parent
ON = date(2026, 11, 23)


def test_headers_and_text_of_a_plain_mail() -> None:
    mail = parse(letter("Grüße aus Köln", subject="Re: Größe", answers="a@b.c"))
    assert (mail.subject, mail.from_address, mail.text.strip()) == (
        "Re: Größe",
        "person0@site0.example",
        "Grüße aus Köln",
    )
    assert mail.references == ("a@b.c",)


@pytest.mark.parametrize(
    ("data", "charset", "text"),
    [
        ("Grüße".encode("latin-1"), "iso-8859-1", "Grüße"),
        ("Grüße".encode(), "iso-8859-1-nonsense", "Grüße"),
        ("“quoted”".encode("cp1252"), "us-ascii", "“quoted”"),
        ("日本語".encode("iso2022_jp"), "iso-2022-jp", "日本語"),
        (b"a\x00b", "utf-8", "ab"),
        (b"", None, ""),
        (b"x", "punycode", "x"),
        ("Привет, как дела, всё хорошо".encode("cp1251"), "utf-8", "Привет, как дела, всё хорошо"),
    ],
)
def test_wrong_and_unknown_character_sets_give_text(data: bytes, charset: str | None, text: str) -> None:
    assert text_of(data, charset) == text


def test_broken_headers_are_read_as_far_as_they_go() -> None:
    assert header_text("=?utf-8?B?R3LDvMOfZQ==?= x") == "Grüße x"
    assert header_text("=?nonsense?Q?a?= b") in ("a b", "=?nonsense?Q?a?= b")
    assert header_text("a\r\n b\x07c") == "a b c"


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\r\n", b"\x00\xff\xfe", b"no colon at all", b"From: a@b.c\rSubject: cr only\r\rbody", b"Content-Type: multipart/mixed\n\nno boundary",
        b"Content-Type: multipart/mixed; boundary=\"x\"\n\n--x\n" * 3, b"Content-Type: text/plain; charset=\"\xff\"\n\nx", b"From: =?x?q?",
        b"Content-Transfer-Encoding: base64\n\n!!!!", b"Date: Foo, 99 Bar 99999 99:99\n\nx", b"From " + b"x" * 5000, b"Subject: " + b"a" * 100_000 + b"\n\nx",
        b"Content-Type: message/rfc822\n\nContent-Type: text/plain; charset=idna\n\n\xe4\xf6", b"Content-Type: text/plain; charset=idna\n\n\xe4\xf6",
    ],
)  # fmt: skip
def test_nonsense_never_raises(raw: bytes) -> None:
    assert classify(raw).as_dict()["kind"] in {"reply", "other", "list", "bounce", "auto_reply", "optout"}


def test_deep_nesting_and_many_parts_are_bounded() -> None:
    nested = (
        b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (k, k) for k in range(300)) + b"\nend"
    )
    many = (
        b'Content-Type: multipart/mixed; boundary="b"\n\n'
        + b"--b\nContent-Type: text/plain\n\nx\n" * 10_000
        + b"--b--\n"
    )
    for raw in (nested, many):
        started = time.perf_counter()
        mail = parse(raw)
        assert len(mail.parts) <= 200
        assert time.perf_counter() - started < 5


def test_only_the_first_two_megabytes_are_looked_at() -> None:
    mail = parse(letter("hello") + b"x" * (LIMIT_RAW + 10))
    assert mail.problems and mail.from_address == "person0@site0.example"


def test_html_becomes_lines_with_quotes_marked() -> None:
    html = "<style>p{}</style><p>Yes, <b>happy</b> to.</p><blockquote><p>Hello</p></blockquote><script>x()</script>"
    assert html_to_text(html).split("\n") == ["Yes, happy to.", "", "> Hello"]


def test_the_corpus_of_replies_is_cut_exactly(corpora: Path) -> None:
    folder = corpora / "replies"
    expected = json.loads((folder / "expected.json").read_text())
    exact = 0
    for file, want in expected.items():
        got = reply_text((folder / file).read_text(errors="replace"))
        assert not set(re.findall(r"\w+", want)) - set(re.findall(r"\w+", got)), f"{file} lost human words"
        exact += " ".join(got.split()) == " ".join(want.split())
    assert exact / len(expected) >= 0.95


INTRODUCTIONS = [
    "On Mon, Nov 23, 2026 at 9:00 AM Ada <ada@tidyclock.example> wrote:", "Am 23.11.2026 um 09:00 schrieb Ada <ada@tidyclock.example>:",
    "Le lun. 23 nov. 2026 à 09:00, Ada <ada@tidyclock.example> a écrit :", "El lun, 23 nov 2026 a las 9:00, Ada (<ada@tidyclock.example>) escribió:",
    "Il giorno lun 23 nov 2026 alle ore 09:00 Ada <ada@tidyclock.example> ha scritto:", "Em seg., 23 de nov. de 2026 às 09:00, Ada <ada@tidyclock.example> escreveu:",
    "Op ma 23 nov 2026 om 09:00 schreef Ada <ada@tidyclock.example>:", "pon., 23 lis 2026 o 09:00 Ada <ada@tidyclock.example> napisał(a):",
    "Den mån 23 nov. 2026 kl 09:00 skrev Ada <ada@tidyclock.example>:", "пн, 23 нояб. 2026 г. в 09:00, Ada <ada@tidyclock.example>:",
    "po 23. 11. 2026 v 9:00 odesílatel Ada <ada@tidyclock.example> napsal:", "23 Kas 2026 Pzt 09:00 tarihinde Ada <ada@tidyclock.example> şunu yazdı:",
    "ma 23. marrask. 2026 klo 9.00 Ada <ada@tidyclock.example> kirjoitti:", "2026年11月23日(月) 9:00 Ada <ada@tidyclock.example>:", "Ada <ada@tidyclock.example> 于2026年11月23日周一 09:00写道：",
    "-----Original Message-----\nFrom: Ada <ada@tidyclock.example>\nSent: Monday\nTo: x@y.example\nSubject: Hi", "Von: Ada <ada@tidyclock.example>\nGesendet: Montag, 23. November 2026 09:00\nAn: x@y.example\nBetreff: Hi",
    "________________________________\nDe : Ada <ada@tidyclock.example>\nEnvoyé : lundi 23 novembre 2026\nÀ : x@y.example\nObjet : Hi",
]  # fmt: skip


@pytest.mark.parametrize("introduction", INTRODUCTIONS, ids=[i.split("\n")[0][:30] for i in INTRODUCTIONS])
def test_what_an_introduction_brings_in_is_cut(introduction: str) -> None:
    assert (
        reply_text(f"Gladly, we will add it.\n\n{introduction}\n\nHello, reply stop to be left alone.")
        == "Gladly, we will add it."
    )


@pytest.mark.parametrize(
    ("body", "want"),
    [
        ("Yes.\n\n-- \nInes\nSite Ltd", "Yes."),
        ("Yes.\n\nSent from my iPhone", "Yes."),
        (
            "Yes.\n\nSent from my desk, which is much easier than my phone.",
            "Yes.\n\nSent from my desk, which is much easier than my phone.",
        ),
        ("> Can you add it?\nYes.\n> And the other?\nNo.", "Yes.\nNo."),
        ("On Monday I wrote:\nthat we will add it.", "On Monday I wrote:\nthat we will add it."),
        ("From: my point of view it is fine.", "From: my point of view it is fine."),
        ("To: be honest: no.\nDate: whenever you like.", "To: be honest: no.\nDate: whenever you like."),
        (
            "See below.\n\nOn 23 Nov 2026, Ada <a@b.example> wrote:\n> Question?\n\nAnswer here.",
            "See below.\n\nAnswer here.",
        ),
        ("", ""),
    ],
)
def test_human_words_stay(body: str, want: str) -> None:
    assert reply_text(body) == want


def test_what_was_cut_is_kept_apart() -> None:
    assert "Ada" in visible("Yes.\n\nOn 23 Nov 2026, Ada <a@b.example> wrote:\n> Hi Ada").quoted


def test_every_pattern_is_fast_on_pump_strings() -> None:
    pumps = [
        "> " * 25_000,
        "a" * 50_000,
        "On " * 16_000,
        "<a@" * 16_000,
        "1." * 25_000,
        " " * 50_000 + "x",
        "@a." * 16_000,
        "=?" * 25_000,
        "Re: " * 12_000,
        "-" * 50_000,
    ]
    slow = []
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "re.compile":
                pattern = re.compile(eval(ast.unparse(node.args[0]), {"_EAST": "", "_OUTSIDE": r"\s<>,;@"}))  # noqa: S307
                for pump in pumps:
                    started = time.perf_counter()
                    next(iter(pattern.finditer(pump)), None)
                    pattern.match(pump)
                    if time.perf_counter() - started > 0.5:
                        slow.append(f"{file.name}: {pattern.pattern[:40]} on {pump[:6]!r}")
    assert slow == []


def test_whole_mails_of_pump_strings_are_fast() -> None:
    for pump in (
        "> " * 26,
        "On x wrote " * 3000,
        "a@b.cc, " * 6000,
        "unsubscribe " * 4000,
        "<a@b.cc>: 550 5.1.1 x\n" * 3000,
    ):
        started = time.perf_counter()
        classify(letter(pump, sender="mailer-daemon@x.example", subject="undelivered"))
        assert time.perf_counter() - started < 5, pump[:12]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("back on 7 December", date(2026, 12, 7)), ("bis zum 3.1.", date(2027, 1, 3)), ("jusqu'au 14 décembre", date(2026, 12, 14)),
        ("del 20 de diciembre al 7 de enero", date(2027, 1, 7)), ("dal 23/12 al 06/01", date(2027, 1, 6)), ("2026-12-09", date(2026, 12, 9)),
        ("12月14日まで", date(2026, 12, 14)), ("Wracam 2 stycznia", date(2027, 1, 2)), ("till Monday", date(2026, 11, 30)), ("open 24/7", None), ("version 3.1.2", None),
    ],
)  # fmt: skip
def test_days_of_return_in_many_languages(text: str, day: date | None) -> None:
    assert return_day(text, ON) == day


def test_days_stand_in_the_order_of_the_text() -> None:
    assert [n.day for n in days_in("from 1 December to 5 December", ON)] == [date(2026, 12, 1), date(2026, 12, 5)]


@pytest.mark.parametrize(
    ("results", "pinned", "proven"),
    [
        (["mx.us.example; dmarc=pass header.from=a.example"], "mx.us.example", True),
        (["mx.us.example; spf=fail; dkim=pass"], "mx.us.example", True),
        (["mx.us.example; spf=pass; dmarc=fail"], "mx.us.example", False),
        (["evil.example; dmarc=pass", "mx.us.example; dmarc=fail"], "mx.us.example", False),
        (["evil.example; dmarc=pass"], "mx.us.example", False),
        ([], "mx.us.example", False),
        ([], None, None),
    ],
)
def test_only_the_pinned_provider_is_believed(results: list[str], pinned: str | None, proven: bool | None) -> None:
    assert trusted(results, pinned) is proven


def test_subjects_are_compared_without_answer_marks_and_tickets() -> None:
    assert subject_key("AW: Re: [Ticket #4711] About your page") == subject_key("About your page")


def test_text_is_cut_into_pieces_and_never_holds_markup() -> None:
    found = pieces("Happy to <b>add</b> it: https://site.example/x. Bye", ["Happy to"])
    assert found[0] == Piece("Happy to", "mark")
    assert Piece("https://site.example/x", "link") in found
    assert "".join(p.text for p in found) == "Happy to <b>add</b> it: https://site.example/x. Bye"
    assert pages_named("see https://www.site.example/a and https://evil.example/b", "site.example") == [
        "https://www.site.example/a"
    ]
    assert addresses_named("dan@site.example or me@x.example", ["ME@x.example"]) == ["dan@site.example"]
