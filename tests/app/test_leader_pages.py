"""The page of a node: what its leader reads of a quarter on one screen, and nobody else."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from assess.accounts.administration import Roles
from assess.jobs.models import Job
from assess.releases.withdrawals import withdraw
from assess.surveys.cycles import find_cycle
from assess.surveys.models import Cycle
from tests.actions.history import CONTROLS, TOP, after
from tests.app.leader_cast import FIRST, LEADERS, SECOND, Company, company
from tests.databases.stores import Store

pytestmark = pytest.mark.only_on("sqlite", "who may read what is asked on both in test_my_reports; here it is shown")
FACTS = {
    "en": ("usual range", "organisation", "Two things to do", "First step", "Over time"),
    "zh": ("通常范围", "公司整体", "建议做的两件事", "第一步", "历季走势"),
}


@pytest.fixture
def shop(tmp_path: Path, each_database: Store) -> Iterator[Company]:
    with company(tmp_path) as made:
        yield made


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_leader_reads_a_quarter_on_one_page(shop: Company, language: str) -> None:
    page = shop.as_(LEADERS["Ada"], language).see(shop.page("Ada"))
    assert page.h1 == "Ada"
    for fact in FACTS[language]:
        assert fact in page.text, fact
    assert len(page.tree.xpath("//svg[@class='scale']")) == 4, "four dimensions"
    assert page.tree.xpath("//svg[@class='scale']//*[@class='mark']"), "the organisation"
    assert len(page.tree.xpath("//div[@class='cards']/div")) == 2
    assert len(page.tree.xpath("//*[@class='stack items']//li")) == 26, (
        "24 items and two outcomes, and no sensitive one"
    )


def test_the_page_leads_to_the_files_and_the_other_quarter(shop: Company) -> None:
    lea = shop.as_(LEADERS["Ada"])
    links = {str(link) for link in lea.see(shop.page("Ada")).tree.xpath("//main//a/@href")}
    files = f"/app/reports/{SECOND}/{shop.node('Ada')}"
    wanted = {f"{files}/{part}{code}.{kind}" for code in ("en", "zh") for part, kind in (("", "pdf"), ("", "xlsx"))}
    assert links >= wanted | {f"{files}/members/en.pdf", shop.page("Ada", FIRST), shop.page("Ada")}
    assert not [link for link in links if "organisation" in link]


def test_every_page_of_others_is_as_if_it_did_not_exist(shop: Company) -> None:
    lea, head = shop.as_(LEADERS["Ada"]), shop.as_(LEADERS[TOP])
    hr = shop.as_("hr@shop.example", roles=Roles(is_hr=True))
    for browsing, foreign in ((lea, "Bea"), (lea, TOP), (head, "Ada"), (hr, "Ada"), (hr, TOP)):
        node = shop.node(foreign)
        for way in (
            shop.page(foreign),
            f"/app/reports/{SECOND}/{node}/en.xlsx",
            f"/app/reports/{SECOND}/{node}/members/en.pdf",
            f"/app/reports/{SECOND}/{node}/organisation/en.pdf",
        ):
            assert browsing.client.get(way).status_code == 404, (foreign, way)
    for way in (f"/app/nodes/2025Q1/{shop.node('Ada')}", f"/app/nodes/{SECOND}/none", "/app/nodes/x/y"):
        assert lea.client.get(way).status_code == 404, way


def test_who_leads_no_longer_loses_every_page_at_once_and_the_new_leader_reads_earlier_quarters(shop: Company) -> None:
    lea = shop.as_(LEADERS["Ada"])
    assert lea.client.get(shop.page("Ada")).status_code == 200
    shop.lead("Ada", "new@shop.example")
    for way in (shop.page("Ada"), shop.page("Ada", FIRST), f"/app/reports/{SECOND}/{shop.node('Ada')}/en.xlsx"):
        assert lea.client.get(way).status_code == 404, way
    assert "There is no report for you yet" in lea.see("/app/reports").text
    new = shop.as_("new@shop.example")
    assert new.client.get(shop.page("Ada", FIRST)).status_code == 200


def test_a_withdrawn_quarter_is_gone(shop: Company) -> None:
    lea = shop.as_(LEADERS["Ada"])
    with shop.database.writing() as session:
        cycle = find_cycle(session, SECOND)
        withdraw(session, cycle_id=cycle.id, quarter=SECOND, because="A mistake.", now=after(SECOND))
    assert lea.client.get(shop.page("Ada")).status_code == 404
    assert lea.client.get(shop.page("Ada", FIRST)).status_code == 200


def test_a_withheld_node_gets_advice_and_the_organisation_and_no_figure_of_its_own(shop: Company) -> None:
    page = shop.as_(LEADERS["Bea"]).see(shop.page("Bea"))
    assert "Fewer than 5 people answered" in page.text
    assert "Say what the answers are for" in page.text
    assert len(page.tree.xpath("//svg[@class='scale']")) == 4, "the organisation's picture"
    assert not page.tree.xpath("//*[@class='stack items'] | //*[@class='panels'] | //*[@class='big']")
    assert "of 10 answered" not in page.text


def test_the_business_head_reads_the_scores_inside_and_gets_the_report_of_the_whole(shop: Company) -> None:
    head = shop.as_(LEADERS[TOP])
    page = head.see(shop.page(TOP))
    names = [str(name) for name in page.tree.xpath("//table[@class='inside']//th[@scope='row']/text()")]
    assert set(names) <= {"Ada", *CONTROLS[1:]}
    assert len(names) >= 10
    assert "Bea" not in page.text, "not shown, not named"
    way = f"/app/reports/{SECOND}/{shop.node(TOP)}/organisation/en.pdf"
    assert page.tree.xpath(f"//a[@href='{way}']")
    assert head.see(way).h1 == "This report is drawn first"
    assert head.send(way).location == way
    with shop.database.reading() as session:
        (job,) = session.query(Job).all()
        assert (job.arguments["node"], job.arguments["kind"]) == (None, "organisation-health")


def test_what_a_contract_does_not_promise_the_head_does_not_read(shop: Company) -> None:
    with shop.database.writing() as session:
        for cycle in session.query(Cycle):
            contract = json.loads(cycle.contract or b"")
            del contract["readers"]
            cycle.contract = json.dumps(contract).encode()
    head = shop.as_(LEADERS[TOP])
    page = head.see(shop.page(TOP))
    assert not page.tree.xpath("//table")
    way = f"/app/reports/{SECOND}/{shop.node(TOP)}/organisation/en.pdf"
    assert (head.client.get(way).status_code, page.tree.xpath(f"//a[@href='{way}']")) == (404, [])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_workbook_holds_this_node_alone(shop: Company, language: str) -> None:
    answer = shop.as_(LEADERS["Ada"]).client.get(f"/app/reports/{SECOND}/{shop.node('Ada')}/{language}.xlsx")
    assert answer.status_code == 200
    assert f"2026-Q2_ada_team-health_{language}.xlsx" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    cells = {
        str(cell)
        for sheet in load_workbook(io.BytesIO(answer.data), read_only=True)
        for row in sheet.iter_rows(values_only=True)
        for cell in row
    }
    assert "Ada" in cells
    assert not cells & {"Bea", *CONTROLS}


def test_the_page_for_members_is_asked_for_by_its_kind(shop: Company) -> None:
    lea = shop.as_(LEADERS["Ada"])
    way = f"/app/reports/{SECOND}/{shop.node('Ada')}/members/zh.pdf"
    assert lea.send(way).location == way
    assert "It is being drawn" in lea.see(way).text
    with shop.database.reading() as session:
        (job,) = session.query(Job).all()
        assert (job.arguments["node"], job.arguments["kind"], job.arguments["language"]) == ("Ada", "one-page", "zh")


def test_leaders_alone_have_my_teams_among_their_places(shop: Company) -> None:
    way = "//nav[@class='places']//a[@href='/app/reports']"
    assert shop.as_(LEADERS["Ada"]).see("/app").tree.xpath(way)
    assert not shop.as_("hr@shop.example", roles=Roles(is_hr=True)).see("/app").tree.xpath(way)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_role_has_a_guide_whose_links_open_for_it(shop: Company, language: str) -> None:
    people = {
        "leader": shop.as_(LEADERS["Ada"], language),
        "hr": shop.as_("hr@shop.example", language, Roles(is_hr=True)),
        "holder": shop.as_("kim@council.example", language, Roles(is_key_holder=True)),
    }
    for role, browsing in people.items():
        assert browsing.see("/app").tree.xpath(f"//a[@href='/app/guide/{role}']"), role
        page = browsing.see(f"/app/guide/{role}")
        links = {str(link) for link in page.tree.xpath("//main//ol//a/@href")}
        assert links, role
        for link in links:
            assert browsing.client.get(link, follow_redirects=True).status_code == 200, (role, link)
        for other in ("leader", "hr", "holder", "admin"):
            page = browsing.see(f"/app/guide/{other}")
            assert other == role or not page.tree.xpath("//main//ol//a"), "no link that would be refused"
    assert people["hr"].client.get("/app/guide/nobody").status_code == 404
