"""Results for HR: published quarters alone, every report by a worker, all of them in one ZIP, and files of figures."""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from flask import Flask

from assess.accounts.administration import Roles, add_account
from assess.accounts.signing_in import welcome
from assess.app import create_app
from assess.jobs.models import Job, Queue
from assess.releases.withdrawals import withdraw
from assess.tasks.batch_job import batch_file
from assess.tasks.bodies import BODIES
from assess.tasks.running import work_once
from assess.teams.models import Team
from tests.accounts.accounts_cast import PASSWORD, SECRET
from tests.app.browsing import Browsing
from tests.databases.stores import Store
from tests.surveys.shop import CLOSES, QUARTER, Shop, open_shop

PLACE = f"/app/results/{QUARTER}"
NAME = "2026-Q4" if QUARTER.endswith("4") else f"{QUARTER[:4]}-{QUARTER[4:]}"


@pytest.fixture
def shop(tmp_path: Path, each_database: Store) -> Iterator[Shop]:
    shop = open_shop(tmp_path)
    shop.settings = replace(shop.settings, secret_key=SECRET)
    yield shop
    shop.database.close()


@pytest.fixture
def app(shop: Shop) -> Iterator[Flask]:
    app = create_app(shop.settings)
    yield app
    app.extensions["assess.database"].close()


def publish(shop: Shop) -> None:
    for group in shop.codes:
        shop.everybody_answers(group)
    shop.finish()


def hr(app: Flask, shop: Shop, language: str = "en") -> Browsing:
    now, email = datetime.now(UTC), "hr@shop.example"
    link = add_account(shop.database, email=email, name="Min", roles=Roles(is_hr=True), language=language, now=now)
    browsing = Browsing(app, language)
    welcome(shop.database, link, PASSWORD, now=now, language=language)
    browsing.send("/app/sign-in", email=email, password=PASSWORD)
    return browsing


def work(shop: Shop) -> None:
    """Do all that is due, as a worker of this version."""
    for _ in range(100):
        with shop.database.reading() as session:
            waiting = session.query(Job).filter(Job.state == "waiting", Job.queue == "default").order_by(Job.priority)
            version = waiting.first()
        if version is None:
            return
        known = version.version or ""
        assert work_once(shop.database, shop.settings, BODIES[Queue.DEFAULT], version=known, queue=Queue.DEFAULT)
    raise AssertionError("work that never ends")


def test_before_publication_there_is_nothing_and_the_page_says_when_there_will_be(app: Flask, shop: Shop) -> None:
    min_ = hr(app, shop)
    assert "nobody sees a figure before" in min_.see("/app/results").text
    assert "Read the results" not in min_.see("/app").text
    for address in ("", "/reports", "/over-time", "/batch", "/reports.zip", "/figures/en.xlsx", "/organisation/en.pdf"):
        min_.see(f"{PLACE}{address}", status=404)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_latest_quarter_is_one_step_away_and_shows_the_whole(app: Flask, shop: Shop, language: str) -> None:
    publish(shop)
    min_ = hr(app, shop, language)
    assert min_.see("/app").tree.xpath("//a[@href='/app/results']")
    assert min_.client.get("/app/results").location == PLACE
    page = min_.see(PLACE)
    assert page.h1 == "Lantern"
    assert page.tree.xpath("//table[contains(@class, 'heat')]//th[@scope='row']")
    lines = page.tree.xpath("//ul[contains(@class, 'scores')]/li")
    headings = page.tree.xpath("//table[contains(@class, 'heat')]//thead//th")[2:]
    assert [str(line.xpath("string(.//p[@class='name']/span/text())")).strip() for line in lines] == [
        heading.text_content().strip() for heading in headings
    ]
    whole = page.tree.xpath("//table[contains(@class, 'heat')]//tr[contains(@class, 'whole')]/td//b/text()")
    assert [str(line.xpath("string(.//b)")) for line in lines] == whole
    assert all(line.xpath(".//svg[contains(@class, 'scale')]") for line in lines)
    withdraw_it(shop)
    min_.see(PLACE, status=404)
    assert min_.client.get("/app/results").status_code == 200, "nothing is left to lead to"


def withdraw_it(shop: Shop) -> None:
    with shop.database.writing() as session:
        withdraw(session, cycle_id=shop.cycle().id, quarter=QUARTER, because="A mistake.", now=CLOSES)


def test_every_pdf_is_drawn_by_a_worker_once_asked_for(app: Flask, shop: Shop) -> None:
    publish(shop)
    min_ = hr(app, shop)
    ways = [str(way) for way in min_.see(f"{PLACE}/reports").tree.xpath("//a[contains(@href, '.pdf')]/@href")]
    names = [str(name) for name in min_.see(f"{PLACE}/reports").tree.xpath("//ul[@class='list']//p/strong/text()")]
    assert len(ways) == len(set(ways)) == 2 + 2 * len([name for name in names if name not in {"English", "简体中文"}])
    assert len(names) == len(set(names)), "members a unit has of its own are no node"
    chosen = [ways[0], ways[-1], f"{PLACE}/over-time/zh.pdf?team={names[2]}&dimension=COM"]
    for way in chosen:
        assert min_.see(way).h1 == "This report is drawn first"
        for _ in range(2):
            assert min_.send(way).location == way
            assert "It is being drawn" in min_.see(way).text
    with shop.database.reading() as session:
        assert session.query(Job).count() == len(chosen)
    work(shop)
    for way in chosen:
        answer = min_.client.get(way)
        assert (answer.status_code, answer.content_type, answer.data[:5]) == (200, "application/pdf", b"%PDF-")
        assert answer.headers["Cache-Control"] == "no-store"
        assert f"filename={NAME}_" in answer.headers["Content-Disposition"]


def test_all_reports_come_in_one_zip_with_their_progress_in_sight(app: Flask, shop: Shop) -> None:
    publish(shop)
    min_ = hr(app, shop)
    min_.see(f"{PLACE}/reports.zip", status=404)
    for _ in range(2):
        assert min_.send(f"{PLACE}/batch", f"{PLACE}/reports").location == f"{PLACE}/reports#batch"
    assert "a worker takes it up in a moment" in min_.see(f"{PLACE}/reports").text
    assert min_.client.get(f"{PLACE}/batch").get_json() == {"stage": "waiting", "done": 0, "total": None}
    with shop.database.writing() as session:
        job = session.query(Job).one()
        job.state, job.done, job.total, job.claim, job.heartbeat_at = "running", 3, 20, b"x" * 16, datetime.now(UTC)
    assert "3 of 20 are ready." in min_.see(f"{PLACE}/reports").text
    assert min_.client.get(f"{PLACE}/batch").get_json() == {"stage": "running", "done": 3, "total": 20}
    with shop.database.writing() as session:
        job = session.query(Job).one()
        job.state, job.claim, job.heartbeat_at = "waiting", None, None
    work(shop)
    page = min_.see(f"{PLACE}/reports")
    assert page.tree.xpath(f"//a[@href='{PLACE}/reports.zip']")
    answer = min_.client.get(f"{PLACE}/reports.zip")
    assert (answer.status_code, answer.content_type) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        kinds = {name.rsplit(".")[-1] for name in archive.namelist()}
        assert kinds == {"pdf", "xlsx"}
        assert archive.testzip() is None
    answer.close()
    batch_file(shop.settings, QUARTER).unlink()
    assert "Make the ZIP" in min_.see(f"{PLACE}/reports").text, "tidied away: it can be made again"
    min_.see(f"{PLACE}/reports.zip", status=404)


def test_a_batch_that_failed_says_why_and_can_be_tried_again(app: Flask, shop: Shop) -> None:
    publish(shop)
    min_ = hr(app, shop)
    min_.send(f"{PLACE}/batch", f"{PLACE}/reports")
    with shop.database.writing() as session:
        job = session.query(Job).one()
        job.state, job.error, job.finished_at = "failed", "The disk <b>is full</b>.", datetime.now(UTC)
    page = min_.see(f"{PLACE}/reports")
    assert "It could not be made: The disk <b>is full</b>." in page.text
    assert not page.tree.xpath("//p[@role='status']/b")
    min_.send(f"{PLACE}/batch", f"{PLACE}/reports")
    assert "a worker takes it up" in min_.see(f"{PLACE}/reports").text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_figures_for_other_programs(app: Flask, shop: Shop, language: str) -> None:
    publish(shop)
    min_ = hr(app, shop)
    book = openpyxl.load_workbook(io.BytesIO(min_.client.get(f"{PLACE}/figures/{language}.xlsx").data))
    assert len(book.sheetnames) > 2
    figures = json.loads(min_.client.get(f"{PLACE}/figures/{language}.json").data)
    assert figures
    packed = min_.client.get(f"{PLACE}/figures/{language}.csv")
    assert packed.headers["Content-Disposition"] == f"attachment; filename={NAME}_team-health_{language}.zip"
    with zipfile.ZipFile(io.BytesIO(packed.data)) as archive:
        assert all(archive.read(name).startswith(b"\xef\xbb\xbf") for name in archive.namelist())
        assert len(archive.namelist()) > 2


def test_teams_over_time_are_chosen_by_name_and_a_wrong_name_is_said_beside_its_field(app: Flask, shop: Shop) -> None:
    publish(shop)
    min_ = hr(app, shop)
    page = min_.see(f"{PLACE}/over-time")
    assert len(page.tree.xpath("//div[@class='panels']/section")) >= 2, "something is shown before anything is chosen"
    page = min_.see(f"{PLACE}/over-time?team=Box&team=&team=Nobody&team=bo&dimension=TRU")
    errors = {str(each.get("id")): each.text for each in page.tree.xpath("//p[@class='error']")}
    assert errors.keys() == {"team-2-error", "team-3-error"}
    assert errors["team-2-error"] == "No quarter knows “Nobody”. Choose from the list."
    assert errors["team-3-error"].startswith("No quarter knows “bo”. Perhaps: Box")
    assert page.tree.xpath("//input[@id='team-2'][@aria-invalid='true'][@aria-describedby='team-2-error']")
    assert not page.tree.xpath("//svg")
    page = min_.see(f"{PLACE}/over-time?team=Box&team=Box&dimension=TRU")
    assert [str(name) for name in page.tree.xpath("//div[@class='panels']/section/h2/text()")] == ["Box"]
    assert page.tree.xpath("//option[@value='TRU'][@selected]")
    page = min_.see(f"{PLACE}/over-time?team=&team=")
    assert page.tree.xpath("//p[@id='team-0-error'][text()='Name one to six teams or units.']")
    page = min_.see(f"{PLACE}/over-time?" + "&".join(["team=Box"] * 50) + "&dimension=<script>")
    assert len(page.tree.xpath("//input[@name='team']")) == 6
    min_.see(f"{PLACE}/over-time/en.pdf?team=Nobody", status=404)
    min_.see(f"{PLACE}/over-time/en.pdf", status=404)


def test_a_long_list_is_searched_and_paged(app: Flask, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(shop)
    monkeypatch.setattr("assess.app.results.downloads.PAGE", 1)
    min_ = hr(app, shop)
    page = min_.see(f"{PLACE}/reports?page=2")
    assert page.tree.xpath("//a[@rel='prev']")
    assert page.tree.xpath("//a[@rel='next']")
    for wild in ("0", "-3", "9999999999", "x", "²"):
        assert min_.see(f"{PLACE}/reports?page={wild}").h1 == "Reports and files"
    found = min_.see(f"{PLACE}/reports?q=BOX").tree.xpath("//a[contains(@href, '/nodes/')]/@hreflang")
    assert len(found) == 2
    assert "No team fits" in min_.see(f"{PLACE}/reports?q=nowhere").text


def test_a_big_organisation_finds_its_workbook_in_the_zip(
    app: Flask, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(shop)
    monkeypatch.setattr("assess.app.results.downloads.MOST_AT_ONCE", 2)
    min_ = hr(app, shop)
    assert "A workbook of all released figures is in the ZIP." in min_.see(f"{PLACE}/reports").text
    min_.see(f"{PLACE}/figures/en.xlsx", status=404)


def test_a_name_that_was_given_anew_leads_to_the_old_report(app: Flask, shop: Shop) -> None:
    publish(shop)
    min_ = hr(app, shop)
    with shop.database.writing() as session:
        session.query(Team).filter(Team.name == "Box").one().name = "Parcels"
    assert "Box" in min_.see(f"{PLACE}/reports").text, "as it was called then"
