"""Secrets are unreadable at rest, bound to their row, and survive a rotation of the key."""

from pathlib import Path

import pytest

from crm.adapters import keys, vault
from crm.errors import Refused


@pytest.fixture(autouse=True)
def _own_keys(tmp_path: Path) -> None:
    keys.use(tmp_path)


def test_a_sealed_secret_opens_for_its_own_row_only(tmp_path: Path) -> None:
    sealed = vault.seal("canary-password", "mailbox:abc")
    assert "canary" not in sealed
    assert vault.unseal(sealed, "mailbox:abc") == "canary-password"
    with pytest.raises(Refused, match="another mailbox"):
        vault.unseal(sealed, "mailbox:xyz")
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600


def test_old_secrets_open_after_a_rotation_and_can_be_sealed_anew() -> None:
    before = vault.seal("canary-password", "mailbox:abc")
    keys.rotate("vault")
    assert vault.unseal(before, "mailbox:abc") == "canary-password"
    assert vault.unseal(vault.reseal(before), "mailbox:abc") == "canary-password"


def test_a_secret_of_other_keys_is_refused_with_a_sentence(tmp_path: Path) -> None:
    sealed = vault.seal("canary", "mailbox:abc")
    keys.use(tmp_path / "elsewhere")
    with pytest.raises(Refused, match="Enter it again"):
        vault.unseal(sealed, "mailbox:abc")
