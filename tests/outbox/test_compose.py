"""The bytes of a mail: one recipient, nothing smuggled in, the same id for the same step, threads that hold."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crm.outbox import compose, optout
from crm.outbox.compose import CannotCompose, Draft

AT = datetime(2026, 11, 24, 9, 10, tzinfo=UTC)


def draft(**changes: object) -> Draft:
    values: dict[str, object] = {
        "message_id": "abc@tidyclock.example",
        "sender": "ada@tidyclock.example",
        "sender_name": "Ada Lindt",
        "rcpt": "ines@site.example",
        "rcpt_name": "Ines Vidal",
        "subject": "About your kit",
        "body": "Hello Ines",
        "at": AT,
    }
    return Draft(**(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("evil", ["\r\nBcc: all@x.example", "a\nb", "a\rb", "a\x00b", "a\u2028b", "a\u0085b", "a\x0bb"])
@pytest.mark.parametrize("where", ["sender_name", "rcpt_name", "subject", "rcpt", "message_id", "in_reply_to"])
def test_fault_73_line_ends_and_control_characters_in_headers_are_refused(where: str, evil: str) -> None:
    base = {"rcpt": "ines@site.example", "message_id": "a@b.example", "in_reply_to": "a@b.example"}.get(where, "Eve")
    with pytest.raises(CannotCompose):
        compose.compose(draft(**{where: base + evil}))


@settings(deadline=None)
@example(name="", subject="", body="\n0\n\nx")
@given(name=st.text(max_size=40), subject=st.text(max_size=80), body=st.text(max_size=400))
def test_fault_73_whatever_is_accepted_has_one_recipient_and_only_known_headers(
    name: str, subject: str, body: str
) -> None:
    try:
        wire = compose.compose(draft(rcpt_name=name, sender_name=name, subject=subject, body=body))
    except CannotCompose:
        return
    mail = message_from_bytes(wire, policy=default)
    assert [a.addr_spec for a in mail["To"].addresses] == ["ines@site.example"]
    known = {"from", "to", "subject", "date", "message-id", "mime-version", "content-type", "content-transfer-encoding"}
    assert {h.lower() for h in mail} <= known
    assert len(mail.get_all("to")) == len(mail.get_all("from")) == 1
    assert mail.get_content().replace("\r\n", "\n").rstrip() == compose.body_text(body).rstrip()


@settings(deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=3000))
def test_fault_77_every_line_fits_and_there_is_a_text_part(body: str) -> None:
    wire = compose.compose(draft(body=body + "x" * 1500 + "👩‍👩‍👧 مرحبا"))
    assert all(len(line) <= 998 for line in wire.split(b"\r\n"))
    mail = message_from_bytes(wire, policy=default)
    assert mail.get_content_type() == "text/plain"
    assert "format" not in mail["Content-Type"].params


@pytest.mark.parametrize("rcpt", ["nobody", "a@b@c.example x", "<a@b.example>", "a @b.example", "@b.example", ""])
def test_an_address_that_is_none_is_refused(rcpt: str) -> None:
    with pytest.raises(CannotCompose):
        compose.compose(draft(rcpt=rcpt))


def test_fault_78_a_follow_up_names_the_mail_before_and_the_whole_chain() -> None:
    chain = tuple(f"m{n}@tidyclock.example" for n in range(30))
    mail = message_from_bytes(compose.compose(draft(in_reply_to=chain[-1], references=chain)), policy=default)
    assert mail["In-Reply-To"] == f"<{chain[-1]}>"
    assert mail["References"].split() == [f"<{m}>" for m in chain[-20:]]
    assert compose.reply_subject("About it") == compose.reply_subject("Re: About it") == "Re: About it"


def test_the_message_id_is_fixed_by_step_and_says_nothing_of_the_product() -> None:
    one = compose.message_id(b"k" * 32, "enr1", 1, 1, "ada@tidyclock.example")
    assert one == compose.message_id(b"k" * 32, "enr1", 1, 1, "ada@tidyclock.example")
    others = {compose.message_id(b"k" * 32, e, s, g, "ada@tidyclock.example") for e, s, g in [("enr1", 2, 1), ("enr1", 1, 2), ("enr2", 1, 1)]}  # fmt: skip
    assert one not in others and len(others) == 3
    local, _, host = one.partition("@")
    assert len(local) == 26 and host == "tidyclock.example" and "backloop" not in one


def test_list_unsubscribe_stays_on_one_line_and_one_click_only_with_a_web_address() -> None:
    url = "https://crm.tidyclock.example/u/" + "x" * 120
    wire = compose.compose(
        draft(unsubscribe_mailto="ada@tidyclock.example?subject=unsubscribe q1", unsubscribe_url=url)
    )
    line = next(x for x in wire.decode().split("\r\n") if x.startswith("List-Unsubscribe:"))
    assert line == f"List-Unsubscribe: <{url}>, <mailto:ada@tidyclock.example?subject=unsubscribe%20q1>"
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in wire
    without = compose.compose(draft(unsubscribe_mailto="ada@tidyclock.example?subject=unsubscribe q1"))
    assert b"List-Unsubscribe-Post" not in without and b"mailto:ada@" in without
    assert b"Precedence" not in wire and b"X-Mailer" not in wire


def test_the_same_draft_gives_the_same_bytes() -> None:
    assert compose.compose(draft(subject="Über die Liste")) == compose.compose(draft(subject="Über die Liste"))


def test_an_international_domain_goes_out_as_its_ascii_form() -> None:
    assert compose.envelope("jo@bücher.example") == "jo@xn--bcher-kva.example"
    assert b"jo@xn--bcher-kva.example" in compose.compose(draft(rcpt="jo@bücher.example"))


def test_an_opt_out_token_names_one_mail_and_breaks_with_every_changed_character() -> None:
    keys = ["new" * 11, "old" * 11]
    token = optout.token(keys, "abcDEF123")
    assert optout.named(keys, token) == "abcDEF123"
    assert optout.named(["newest" * 6, *keys], token) == "abcDEF123"
    for place in range(len(token)):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        assert optout.named(keys, changed) is None or changed == token
    assert optout.url("http://x.example", keys, "a") == "" and optout.url("", keys, "a") == ""
