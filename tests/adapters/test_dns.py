"""Which domains take mail, by what a name server says of them."""

from types import SimpleNamespace

import dns.resolver
import pytest

from crm.adapters.dns import NoAnswer, SystemResolver

ZONES = {
    ("mail.site", "MX"): [SimpleNamespace(preference=20, exchange="b.mail.site."), SimpleNamespace(preference=5, exchange="A.mail.site.")],
    ("null.site", "MX"): [SimpleNamespace(preference=0, exchange=".")],
    ("plain.site", "A"): ["192.0.2.1"],
}  # fmt: skip  # noqa: E501


@pytest.fixture(autouse=True)
def _zones(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(name: str, kind: str, lifetime: float) -> list[object]:
        if (name, kind) not in ZONES:
            raise dns.resolver.NXDOMAIN
        return list(ZONES[name, kind])

    monkeypatch.setattr(dns.resolver, "resolve", resolve)


def test_mail_hosts_come_by_preference() -> None:
    assert SystemResolver().mx("mail.site") == ["a.mail.site", "b.mail.site"]


def test_a_null_mx_takes_no_mail_and_a_bare_address_takes_it_itself() -> None:
    assert SystemResolver().mx("null.site") == [""]
    assert SystemResolver().mx("plain.site") == ["plain.site"]
    assert SystemResolver().mx("nobody.site") == []


def test_names_for_examples_are_asked_of_nobody() -> None:
    with pytest.raises(NoAnswer):
        SystemResolver().mx("shop.example")
