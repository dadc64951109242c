"""Parts of pages for htmx, and where a form may lead."""

import pytest
from flask.testing import FlaskClient

from crm import db
from crm.html import safe_next
from tests.conftest import World
from tests.everything import fill


def test_htmx_gets_the_part_and_a_browser_the_page(ada: FlaskClient, world: World) -> None:
    with db.transaction() as s:
        job = fill(s, world)["job"].public_id  # type: ignore[attr-defined]
    whole = ada.get(f"/jobs/{job}")
    part = ada.get(f"/jobs/{job}", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert part.status_code == 200
    assert b"<html" in whole.data
    assert b"<html" not in part.data
    assert f'id="job-{job}"'.encode() in part.data
    assert "HX-Request-Type" in part.headers["Vary"]


@pytest.mark.parametrize(
    ("target", "goes"), [("/gap?min=3", "/gap?min=3"), ("//evil.example", "/"), ("x", "/"), ("", "/")]
)
def test_forms_lead_only_to_this_site(target: str, goes: str) -> None:
    assert safe_next(target) == goes
