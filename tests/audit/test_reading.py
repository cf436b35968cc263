"""Searching, paging and exporting: on the page, on the command line, and what spreadsheet programs make of it."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from assess.app import create_app
from assess.audit.reading import PAGE, Wanted, export_entries, find_entries
from assess.audit.recording import record
from assess.cli import group
from tests.accounts.accounts_cast import Office
from tests.app.browsing import signed_in

NEW_LINE = b"\r\n"
DAY = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def app(office: Office) -> Flask:
    return create_app(office.settings)


def write(office: Office, *subjects: str, event: str = "account.link_issued", day: datetime = DAY) -> None:
    with office.database.writing() as session:
        for subject in subjects:
            record(session, event, subject, at=day, because="50% of_all «Größe»")


def subjects(office: Office, wanted: Wanted, page: int = 1) -> list[str]:
    with office.database.reading() as session:
        return [entry.subject for entry in find_entries(session, wanted, page=page).entries]


def test_the_newest_come_first_and_pages_follow(office: Office) -> None:
    write(office, *(f"p{place}" for place in range(PAGE + 3)))
    assert subjects(office, Wanted())[:2] == [f"p{PAGE + 2}", f"p{PAGE + 1}"]
    assert subjects(office, Wanted(), page=2) == ["p2", "p1", "p0"]
    assert subjects(office, Wanted(), page=999) == ["p2", "p1", "p0"]


def test_text_is_looked_for_as_it_stands(office: Office) -> None:
    write(office, "anna_b@shop.example", "annaxb@shop.example")
    assert subjects(office, Wanted(text="anna_b")) == ["anna_b@shop.example"]
    assert len(subjects(office, Wanted(text="50% of_"))) == 2
    assert len(subjects(office, Wanted(text="größe"))) in {0, 2}, "SQLite folds the case of ASCII only"
    assert len(subjects(office, Wanted(text="«Größe»"))) == 2
    assert subjects(office, Wanted(text="50%xof")) == []


def test_groups_and_days(office: Office) -> None:
    write(office, "a", day=datetime(2026, 11, 23, 23, 59, 59, tzinfo=UTC))
    write(office, "2026Q4", event="cycle.aborted")
    write(office, "b", day=datetime(2026, 11, 25, tzinfo=UTC))
    assert subjects(office, Wanted(group="cycle")) == ["2026Q4"]
    begins, ends = datetime(2026, 11, 24, tzinfo=UTC), datetime(2026, 11, 25, tzinfo=UTC)
    assert subjects(office, Wanted(since=begins, until=ends)) == ["2026Q4"]


def test_an_export_has_every_entry_in_order_and_no_formula(office: Office) -> None:
    write(office, "=HYPERLINK(1)", "second")
    text = io.StringIO(newline="")
    with office.database.reading() as session:
        assert export_entries(session, Wanted(), text) == 2
    rows = list(csv.DictReader(io.StringIO(text.getvalue(), newline="")))
    assert [row["position"] for row in rows] == ["1", "2"]
    assert rows[0]["subject"] == "'=HYPERLINK(1)"
    assert rows[1]["previous_sha256"] == rows[0]["sha256"]


def test_the_page_shows_searches_and_exports(app: Flask, office: Office) -> None:
    browsing = signed_in(app, office, "ada")
    write(office, "<script>alert(1)</script>", "other@shop.example")
    page = browsing.see("/app/audit")
    assert b"<script>alert" not in browsing.client.get("/app/audit").data
    assert "Made a one-time link for other@shop.example" in page.text
    assert "other@shop.example to set" not in browsing.see("/app/audit?search=script").text
    wrong = browsing.see("/app/audit?since=yesterday&page=x&about=nothing")
    assert "Write a day like 2026-12-01." in wrong.text
    answer = browsing.send("/app/audit/export", "/app/audit")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.data.startswith(b"\xef\xbb\xbfposition,")
    assert f"Exported {answer.data.count(NEW_LINE) - 1} entries of this log." in browsing.see("/app/audit").text


@pytest.mark.only_on("sqlite", "commands open the database of their own folder")
def test_the_commands(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(office, "first@shop.example", "second@shop.example")
    monkeypatch.setenv("ASSESS_DATA_DIR", str(office.settings.data_dir))
    monkeypatch.setenv("ASSESS_KEY_DIR", str(office.settings.key_dir))

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(group, ["audit", *arguments], catch_exceptions=False)
        assert done.exit_code == 0
        return done.output

    listed = run("list", "--search", "second").splitlines()
    assert len(listed) == 2
    assert "second@shop.example" in listed[0]
    assert listed[1] == "Page 1 of 1, 1 entries."
    assert run("list", "--about", "cycle") == "No entry fits.\n"
    assert "2 entries" in run("verify")
    run("export", str(tmp_path / "log.csv"))
    assert len((tmp_path / "log.csv").read_text(encoding="utf-8-sig").splitlines()) == 3
    assert "3 entries" in run("verify")
    outcome = CliRunner().invoke(group, ["audit", "verify", "--noted", "feed"])
    assert "no longer there" in str(outcome.exception)


def test_times_among_the_facts_stand_in_the_zone_of_the_organisation_and_old_ones_stay(office: Office) -> None:
    with office.database.writing() as session:
        record(session, "cycle.planned", "2026Q4", opens_at="2026-11-27 06:50", closes_at="2026-12-04 23:30")
        record(session, "cycle.extended", "2026Q3", closes_at="Friday at noon")
    app = create_app(replace(office.settings, time_zone="Europe/Berlin"))
    page = signed_in(app, office, "ada").see("/app/audit?about=cycle").text
    assert "Planned the survey 2026Q4 from 2026-11-27 07:50 to 2026-12-05 00:30 (Europe/Berlin)." in page
    assert "Extended the survey 2026Q3 to Friday at noon (UTC)." in page
    with office.database.reading() as session:
        export_entries(session, Wanted(group="cycle"), exported := io.StringIO())
    assert "from 2026-11-27 06:50 to 2026-12-04 23:30 (UTC)." in exported.getvalue(), "beside times in UTC"
    app.extensions["assess.database"].close()
