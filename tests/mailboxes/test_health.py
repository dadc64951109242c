"""What the mailbox check says of a domain, and what a mail to oneself teaches."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from authlib.integrations.base_client import OAuthError

from config import Settings
from crm import db, prepare
from crm.adapters import oauth
from crm.adapters.dns import NoAnswer
from crm.db import reading, transaction
from crm.errors import BadInput, Refused
from crm.mailboxes import health, providers, run, service
from crm.mailboxes.health import Seen
from crm.models.accounts import Organisation
from crm.models.mailboxes import Mailbox, MailboxCheck
from tests.reliability.mail_server import MailServer, mail_server
from tests.reliability.rig import make_project

GOOD = Seen(
    domain="tidyclock.example",
    provider="google_workspace",
    mx=("smtp.google.com",),
    txt=("v=spf1 include:_spf.google.com ~all", "other=1"),
    dmarc=("v=DMARC1; p=none",),
    dkim={"google": ("v=DKIM1; p=abc",)},
)


def levels(**changes: object) -> dict[str, str]:
    from dataclasses import replace

    return {f.check: f.level for f in health.findings(replace(GOOD, **changes))}  # type: ignore[arg-type]


def test_a_domain_that_is_set_up_passes() -> None:
    assert levels() == {"MX": "ok", "SPF": "ok", "DKIM": "ok", "DMARC": "ok"}


@pytest.mark.parametrize(
    ("changes", "check", "level"),
    [
        ({"mx": ()}, "MX", "bad"),
        ({"txt": ()}, "SPF", "bad"),
        ({"txt": ("v=spf1 include:_spf.google.com ~all", "v=spf1 mx -all")}, "SPF", "bad"),
        ({"txt": ("v=spf1 +all",)}, "SPF", "bad"),
        ({"txt": ("v=spf1 " + " ".join(f"include:a{n}.example" for n in range(11)) + " ~all",)}, "SPF", "bad"),
        ({"txt": ("v=spf1 mx ~all",)}, "SPF", "bad"),
        ({"dmarc": ()}, "DMARC", "bad"),
        ({"dmarc": ("v=DMARC1; rua=mailto:a@b.example",)}, "DMARC", "bad"),
        ({"dmarc": ("v=DMARC1; p=none", "v=DMARC1; p=reject")}, "DMARC", "bad"),
        ({"dkim": {"google": ()}}, "DKIM", "warn"),
        ({"authentication_results": "mx; dkim=fail header.d=tidyclock.example"}, "DKIM", "bad"),
        ({"authentication_results": "mx; dkim=pass header.d=gappssmtp.com"}, "DKIM", "warn"),
        ({"authentication_results": "mx; dkim=pass header.d=tidyclock.example", "dkim": {}}, "DKIM", "ok"),
        ({"txt": None}, "SPF", "warn"),
        ({"is_free_mail": True}, "domain", "warn"),
    ],
)
def test_each_fault_of_a_domain_is_named(changes: dict[str, object], check: str, level: str) -> None:
    assert levels(**changes)[check] == level


def test_every_bad_record_comes_with_the_one_to_paste() -> None:
    found = health.findings(Seen("tidyclock.example", "google_workspace", (), (), (), {"google": ()}))
    records = {f.check: f.record for f in found}
    assert records["SPF"] == 'tidyclock.example. TXT "v=spf1 include:_spf.google.com ~all"'
    assert records["DMARC"].startswith("_dmarc.tidyclock.example. TXT")
    assert records["DKIM"].startswith("google._domainkey.tidyclock.example. TXT")
    assert not health.passed(found)


@pytest.mark.parametrize(
    ("address", "mx", "key"),
    [
        ("a@gmail.com", [], "gmail"),
        ("a@firm.example", ["aspmx.l.google.com."], "google_workspace"),
        ("a@firm.example", ["firm-example.mail.protection.outlook.com"], "microsoft"),
        ("a@firm.example", ["mx.notgoogle.com"], None),
    ],
)
def test_the_provider_is_known_by_address_or_by_its_mail_servers(address: str, mx: list[str], key: str | None) -> None:
    found = providers.guess(address, mx)
    assert (found.key if found else None) == key


@pytest.mark.parametrize(
    ("text", "port", "security"),
    [
        ("mail.x.example:465", 465, "tls"),
        ("mail.x.example:587", 587, "starttls"),
        ("127.0.0.1:2525", 2525, "plain"),
        ("mail.x.example", 993, "tls"),
    ],
)
def test_a_server_is_read_from_host_and_port(text: str, port: int, security: str) -> None:
    found = providers.endpoint(text, 993)
    assert (found.port, found.security) == (port, security)


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture
def mailbox(tmp_path: Path, server: MailServer) -> Mailbox:
    prepare(Settings(instance=tmp_path, database_url=f"sqlite:///{tmp_path / 'm.db'}"))
    db.Base.metadata.create_all(db.engine())
    with transaction() as s:
        project = make_project(s)
        return service.connect(
            s, s.get_one(Organisation, project.organisation_id), project, address=server.user,
            smtp=providers.endpoint(f"127.0.0.1:{server.smtp_port}", 587), imap=providers.endpoint(f"127.0.0.1:{server.imap_port}", 993),
            password=server.password, sender_name="Ada", postal_address="1 Lane",
        )  # fmt: skip


def test_fault_32_a_mail_to_oneself_shows_what_the_provider_does(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    monkeypatch.setattr(run, "WAIT_HERE", timedelta(seconds=1))
    found = run.probe(mailbox.id, pause=lambda _: None)
    assert found.arrived and found.rewrites_message_id is False and found.searches_message_id
    with reading() as s:
        row = s.get_one(Mailbox, mailbox.id)
        assert row.probed_at is not None and row.saves_sent is False and row.rewrites_message_id is False


def test_a_wrong_password_is_a_sentence_and_the_check_says_which_side_fails(mailbox: Mailbox) -> None:
    with transaction() as s:
        service.change_password(s, s.get_one(Mailbox, mailbox.id), "wrong", service.SYSTEM)
    with pytest.raises(Refused, match="refused the sign-in"):
        run.probe(mailbox.id)
    found = {f.check: f.level for f in run.check(mailbox.id)}
    assert found["IMAP"] == "bad"
    with reading() as s:
        assert s.query(MailboxCheck).one().passed is False


class Silent:
    def txt(self, name: str) -> list[str]:
        raise NoAnswer("timeout")

    mx = txt


def test_a_silent_name_server_is_no_verdict(mailbox: Mailbox) -> None:
    with transaction() as s:
        s.get_one(Mailbox, mailbox.id).smtp_security = "tls"
    found = {f.check: f.level for f in run.check(mailbox.id, resolver=Silent())}
    assert {found[c] for c in ("MX", "SPF", "DKIM", "DMARC")} == {"warn"}


@pytest.mark.parametrize(("host", "security"), [("mail.x.example", "plain"), ("", "tls"), ("mail.x.example", "none")])
def test_an_unsafe_connection_cannot_be_stored(mailbox: Mailbox, host: str, security: str) -> None:
    end = providers.Endpoint(host, 25, security)
    with transaction() as s, pytest.raises(BadInput):
        organisation = s.get_one(Organisation, mailbox.organisation_id)
        service.connect(s, organisation, None, address="b@tidyclock.example", smtp=end, imap=end, password="x")


CLIENT = oauth.Client("google", "my-client", "my-secret")


def test_signing_in_at_a_provider_uses_pkce_and_asks_for_lasting_access() -> None:
    begun = oauth.begin(CLIENT, "https://crm.example/back", "ada@firm.example")
    asked = parse_qs(urlsplit(begun.url).query)
    assert asked["code_challenge_method"] == ["S256"] and asked["access_type"] == ["offline"]
    assert asked["state"] == [begun.state] and begun.verifier not in begun.url
    assert "my-secret" not in begun.url


class FakeProvider:
    """Answers like the token address of a provider."""

    def __init__(self, *args: object, **more: object) -> None:
        pass

    def fetch_token(self, url: str, **more: object) -> dict[str, object]:
        return {"access_token": "first", "refresh_token": "lasting", "expires_in": 3600}

    def refresh_token(self, url: str, **more: object) -> dict[str, object]:
        return {"access_token": "second", "expires_in": 3600}


class Revoked(FakeProvider):
    def refresh_token(self, url: str, **more: object) -> dict[str, object]:
        raise OAuthError("invalid_grant")


def test_a_token_is_refreshed_before_it_ends_and_a_revoked_one_asks_to_connect_again() -> None:
    begun = oauth.begin(CLIENT, "https://crm.example/back", "ada@firm.example")
    grant = oauth.finish(
        CLIENT, "https://crm.example/back", "https://crm.example/back?code=1", begun, make=FakeProvider
    )
    assert oauth.refreshed(grant, make=Revoked) is grant
    old = oauth.Grant(CLIENT, "lasting", "first", 0.0)
    assert oauth.refreshed(old, make=FakeProvider).access_token == "second"
    assert oauth.refreshed(old, make=FakeProvider).refresh_token == "lasting"
    with pytest.raises(Refused, match="Connect it again"):
        oauth.refreshed(old, make=Revoked)
    assert "lasting" not in repr(old) and oauth.unpack(old.pack()) == old


def test_the_sign_in_under_way_is_sealed_in_the_cookie(mailbox: Mailbox) -> None:
    begun = oauth.begin(CLIENT, "https://crm.example/back", "a@firm.example")
    sealed = service.pack_sign_in(CLIENT, begun, "a@firm.example")
    assert "my-secret" not in sealed and begun.verifier not in sealed
    assert service.unpack_sign_in(sealed) == (CLIENT, begun, "a@firm.example")
    with pytest.raises(Refused):
        service.unpack_sign_in("")


def test_the_stored_password_stands_nowhere_in_the_database_file(
    mailbox: Mailbox, tmp_path: Path, server: MailServer
) -> None:
    with transaction() as s:
        service.change_password(s, s.get_one(Mailbox, mailbox.id), "canary-secret-42", service.SYSTEM)
    db.engine().dispose()
    raw = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    assert b"canary-secret-42" not in raw
