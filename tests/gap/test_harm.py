"""Sites that the tools call spam or toxic are set aside by a rule of their own, with the figure, and can be put back."""

import io

from flask.testing import FlaskClient
from sqlalchemy import select

from crm import db, work
from crm.accounts import service as accounts
from crm.gap import run, service  # noqa: F401  registers the handlers of imports and the gap
from crm.models.accounts import Project
from crm.models.prospects import Prospect
from tests.conftest import World

MOZ = "URL,Title,Anchor Text,Spam Score,Page Authority,Domain Authority,Target URL\n"
SEMRUSH = "Page ascore,Source title,Source url,Target url,Anchor,Toxic Score,Source Domain,External links,Nofollow\n"
MOZ_DOMAINS = "Root Domain,Domain Authority,Linking Domains,Spam Score\n"


def _give(world: World, name: str, text: str, owner: str = "") -> None:
    with db.transaction() as s:
        project = s.get_one(Project, world.project.id)
        imp = service.receive(s, project, name, io.BytesIO(text.encode()))
        if owner:
            service.assign(s, project, imp, owner)
        service.start(s, project, imp)
    work.run_until_idle()


def _row(domain: str) -> tuple[str, str | None, str | None, str]:
    with db.reading() as s:
        p = s.scalars(select(Prospect).where(Prospect.domain == domain)).one()
        return p.stage, p.set_aside_rule, p.harm, p.stage_reason


def test_spam_and_toxicity_set_a_site_aside_with_the_figure_and_it_can_be_put_back(
    ada: FlaskClient, world: World
) -> None:
    with db.transaction() as s:
        accounts.add_competitor(s, s.get_one(Project, world.project.id), "rival.example")
    pages = "".join(
        f"https://{site}/useful-resources,Useful resources,rival,{spam},20,35,https://rival.example/\n"
        for site, spam in (("good.example", 3), ("spammy.example", 62), ("unknown.example", ""))
    )
    _give(world, "moz.csv", MOZ + pages)
    audit = "30,Useful resources,https://toxic.example/useful-resources,https://rival.example/,rival,88,toxic.example,9,false\n"
    _give(world, "audit.csv", SEMRUSH + audit)
    _give(world, "domains.csv", MOZ_DOMAINS + "listed.example,30,9,71\n", "rival.example")
    assert _row("spammy.example") == (
        "set_aside",
        "harmful",
        "spam score 62 is above 30",
        "a link from here may harm: spam score 62 is above 30",
    )
    assert _row("toxic.example")[:3] == ("set_aside", "harmful", "toxicity score 88 is above 60")
    assert _row("listed.example")[:3] == ("set_aside", "harmful", "spam score 71 is above 30")
    assert _row("good.example")[1:3] == (None, None) and _row("unknown.example")[1:3] == (None, None)
    assert "Harmful" in ada.get("/prospects/disqualified").text
    with db.reading() as s:
        public_id = s.scalar(select(Prospect.public_id).where(Prospect.domain == "spammy.example"))
    assert ada.post("/prospects/bulk", data={"prospect": public_id, "act": "put_back"}).status_code == 303
    _give(world, "again.csv", MOZ + pages.replace("useful-resources", "resources"))
    stage, _rule, harm, _why = _row("spammy.example")
    assert stage != "set_aside" and harm  # a person's word stands; the warning stays
