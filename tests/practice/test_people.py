"""Characters: a mail written with care wins more, and each mail has its consequence once."""

from collections import Counter
from email import message_from_bytes, policy

import pytest

from crm.practice import letters
from crm.practice.cast import EPOCH, LINK_TYPE_OF, OWN, Kind
from crm.practice.hearing import Heard, hear
from crm.practice.ledger import Accepted
from crm.practice.people import INTEREST, Reader, chance_of_interest, react
from crm.practice.world import world
from crm.vocabulary import Angle, LinkType

NORMAL = {Kind.RESOURCE: Angle.RESOURCE_PAGE, Kind.DEAD: Angle.BROKEN_LINK, Kind.LISTS: Angle.LIST_POST,
          Kind.BLOG: Angle.EDITORIAL, Kind.GUEST: Angle.GUEST_POST, Kind.PARTNER: Angle.PARTNERSHIP, Kind.NEWS: Angle.PR,
          Kind.MENTION: Angle.UNLINKED_MENTION, Kind.LOCAL: Angle.PARTNERSHIP}  # fmt: skip


def readers(refused: LinkType | None = None, seed: int = 1) -> list[Reader]:
    made = world(seed, refused)
    return [Reader(made, p, s) for p, s in made.people.values() if s.kind in NORMAL]


def careful(reader: Reader, step: int = 1) -> Heard:
    page = reader.site.linking_pages[0].path
    angles = frozenset({NORMAL[reader.site.kind]})
    return Heard(step, page, f"https://{OWN}/templates/timesheet/", reader.site.topic, angles, True, 110)


def generic(reader: Reader, step: int = 1) -> Heard:
    return Heard(step, None, f"https://{OWN}/", "tools", frozenset(), False, 110)


def yes(reader: Reader, make: "type[object] | object") -> bool:
    earlier: list[Heard] = []
    for step in (1, 2, 3):
        heard = make(reader, step)  # type: ignore[operator]
        plan = react(reader, heard, earlier, EPOCH)
        if any(r.kind in ("interested", "place", "wants_guest_post") for r in plan):
            return True
        earlier.append(heard)
    return False


def test_a_generic_mail_wins_far_less_than_one_that_names_the_page() -> None:
    everybody = readers()
    named = sum(yes(r, careful) for r in everybody)
    plain = sum(yes(r, generic) for r in everybody)
    assert named > 3 * plain > 0


def test_the_wrong_angle_wins_less_than_the_right_one() -> None:
    reader = next(r for r in readers() if r.site.kind is Kind.DEAD)
    wrong = Heard(1, reader.site.linking_pages[0].path, None, reader.site.topic, frozenset({Angle.PR}), True, 110)
    assert chance_of_interest(reader, careful(reader)) > 2 * chance_of_interest(reader, wrong)


def test_the_same_person_does_the_same_every_time() -> None:
    reader = readers()[5]
    assert [react(reader, careful(reader), [], EPOCH) for _ in range(3)][1:] == [
        react(reader, careful(reader), [], EPOCH)
    ] * 2


def test_in_a_world_that_refuses_a_link_type_nobody_grants_it() -> None:
    refused = readers(LinkType.RESOURCE_PAGE)
    granted = Counter(LINK_TYPE_OF[r.site.kind] for r in refused if yes(r, careful))
    assert granted[LinkType.RESOURCE_PAGE] == 0
    assert granted[LinkType.BROKEN_LINK] == 0  # these look like pages of links
    assert granted[LinkType.GUEST_CONTRIBUTION] > 0 and granted[LinkType.EDITORIAL_MENTION] > 0


def test_hidden_rates_order_the_link_types_otherwise_than_the_shipped_guess() -> None:
    assert INTEREST[LinkType.BROKEN_LINK] > INTEREST[LinkType.PARTNERSHIP]  # the shipped guess says the reverse
    assert max(INTEREST, key=INTEREST.__getitem__) is LinkType.UNLINKED_MENTION


def test_somebody_bounces_somebody_is_away_and_somebody_wants_money() -> None:
    kinds: Counter[str] = Counter()
    for reader in [*readers(), *readers(seed=2), *readers(seed=3)]:
        earlier: list[Heard] = []
        for step in (1, 2, 3):
            kinds.update(r.kind for r in react(reader, careful(reader, step), earlier, EPOCH))
            earlier.append(careful(reader, step))
    expected = ("dead", "full", "away", "left", "ticket", "interested", "place", "placed", "live", "wants_guest_post", "no_fit",
                "not_now", "question", "optout", "asks_payment", "asks_swap", "forwards", "hostile")  # fmt: skip
    assert not [kind for kind in expected if not kinds[kind]]


@pytest.fixture
def mail() -> Accepted:
    reader = next(r for r in readers() if r.site.kind is Kind.RESOURCE and r.person.personal)
    page = reader.site.linking_pages[0]
    text = (f"Hi {reader.person.name.split()[0]},\n\non {page.title} you list tools. Our timesheet template at "
            f"https://{OWN}/templates/timesheet/ may help your readers; it is a useful resource.\n\nAda")  # fmt: skip
    raw = (
        f"From: ada@{OWN}\r\nTo: {reader.person.address}\r\nSubject: Your page\r\nMessage-ID: <m1@{OWN}>\r\n\r\n{text}"
    )
    return Accepted(1, EPOCH, f"m1@{OWN}", reader.person.address, f"ada@{OWN}", 1, "Your page", raw.encode())


def test_a_reader_notices_page_target_name_and_angle(mail: Accepted) -> None:
    made = world(1)
    person, site = made.people[mail.rcpt]
    heard = hear(mail.raw, 1, person, site)
    assert heard.page == site.linking_pages[0].path and heard.topic == "timesheets" and heard.greets
    assert Angle.RESOURCE_PAGE in heard.angles and heard.target == f"https://{OWN}/templates/timesheet/"


def test_answers_are_mails_that_refer_to_ours(mail: Accepted) -> None:
    reader = Reader(world(1), *world(1).people[mail.rcpt])
    for kind in ("interested", "no_fit", "placed", "optout"):
        letter = letters.reply(reader, kind, mail, EPOCH, "https://x.example/y/")
        parsed = message_from_bytes(letter.raw, policy=policy.default)
        assert parsed["To"] == f"ada@{OWN}" and parsed["Subject"] == "Re: Your page"
        assert parsed["Message-ID"].strip("<>") == letter.message_id
        body = parsed.get_body(("plain",))
        assert body is not None and len(body.get_content()) > 20


def test_a_bounce_names_the_recipient_in_every_form() -> None:
    seen = set()
    for reader in readers()[:40]:
        mail = Accepted(1, EPOCH, "m@tidyclock.example", reader.person.address, f"ada@{OWN}", 1, "Hello",
                        f"From: ada@{OWN}\r\nTo: {reader.person.address}\r\nMessage-ID: <m@x>\r\n\r\nhello".encode())  # fmt: skip
        letter = letters.bounce(reader, mail, EPOCH, full=False)
        parsed = message_from_bytes(letter.raw, policy=policy.default)
        seen.add(str(parsed["Subject"]).split(":")[0])
        assert reader.person.address in letter.raw.decode()
        assert parsed.get_content_type() in ("multipart/report", "text/plain")
    assert len(seen) == 4
