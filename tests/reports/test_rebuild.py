"""A report is made again from the result its checksum names; what differs is named, be it the renderer or a number."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from assess.errors import InputError, RefusalError
from assess.extensions import Database
from assess.releases.models import ResultDocument
from assess.reports import organisation_report as organisation_module
from assess.reports import rebuild as rebuild_module
from assess.reports import team_reports
from assess.reports.cycle_reports import reported_cycle
from assess.reports.organisation_report import organisation_report_pdf
from assess.reports.page import report_page
from assess.reports.provenance import ORGANISATION_REPORT
from assess.reports.rebuild import Comparison, Rebuilt, rebuild
from assess.reports.renderer import renderer_versions
from assess.reports.team_reports import team_report_pdf
from tests.databases.stores import Store
from tests.reports import shop
from tests.reports.published import COMMENTS, published

QUARTER = "2025Q2"


@pytest.fixture
def database(tmp_path: Path, each_database: Store) -> Iterator[Database]:
    database = Database(each_database.migrated(tmp_path))
    published(database, "2025Q1")
    published(database, QUARTER, comments=COMMENTS)
    yield database
    database.close()


def drawn(database: Database, *, language: str = "en", name: str = shop.OPERATIONS) -> bytes:
    with database.reading() as session:
        reported = reported_cycle(session, QUARTER)
    team = reported.cycle.node(name)
    assert team is not None
    return team_report_pdf(reported, team, language=language)


def rebuilt(database: Database, content: bytes) -> Rebuilt:
    with database.reading() as session:
        return rebuild(session, content)


@pytest.mark.parametrize(("name", "language"), [(shop.OPERATIONS, "en"), (shop.SERVICE, "zh"), (shop.WITHHELD, "zh")])
def test_a_report_is_made_again_to_the_byte(database: Database, name: str, language: str) -> None:
    content = drawn(database, name=name, language=language)
    made = rebuilt(database, content)
    assert (made.comparison, made.quarter, made.content) == (Comparison.IDENTICAL, QUARTER, content)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_organisation_report_is_made_again_to_the_byte(database: Database, language: str) -> None:
    with database.reading() as session:
        content = organisation_report_pdf(reported_cycle(session, QUARTER), language=language)
    made = rebuilt(database, content)
    assert (made.comparison, made.quarter, made.content) == (Comparison.IDENTICAL, QUARTER, content)
    assert (made.provenance.report, made.provenance.node) == (ORGANISATION_REPORT, "Lumen Home")


def test_a_number_that_was_changed_in_the_organisation_report_is_found(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.reading() as session, monkeypatch.context() as then:
        then.setattr(organisation_module, "report_page", lambda report: report_page(report).replace("<b>", "<b>9"))
        content = organisation_report_pdf(reported_cycle(session, QUARTER), language="en")
    assert rebuilt(database, content).comparison == Comparison.NUMBERS


def test_another_version_of_a_library_is_named_and_the_numbers_are_the_same(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = {**renderer_versions(), "pango": "1.48.0", "freetype": "2.10"}
    with monkeypatch.context() as then:
        then.setattr(team_reports, "renderer_versions", lambda: older)
        content = drawn(database)
    made = rebuilt(database, content)
    assert made.comparison == Comparison.RENDERER
    assert made.versions == (("pango", "1.48.0", renderer_versions()["pango"]), ("freetype", "2.10", "–"))
    assert made.passages == ((), ())


def test_a_renderer_that_breaks_lines_and_pages_elsewhere_has_the_same_numbers(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Letters a fifth larger: other lines, more pages, other places for everything."""
    with monkeypatch.context() as then:
        then.setattr(team_reports, "renderer_versions", lambda: {**renderer_versions(), "weasyprint": "69.0"})
        larger = re.compile(r"html \{ font-size: [\d.]+pt")
        then.setattr(
            team_reports, "report_page", lambda report: larger.sub("html { font-size: 11.7pt", report_page(report))
        )
        content = drawn(database)
    made = rebuilt(database, content)
    assert len(made.content) != len(content)
    assert (made.comparison, made.passages) == (Comparison.RENDERER, ((), ()))


def test_a_number_that_was_changed_is_found(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as then:
        then.setattr(team_reports, "report_page", lambda report: report_page(report).replace(">69<", ">96<"))
        content = drawn(database)
    assert content != drawn(database)
    made = rebuilt(database, content)
    assert made.comparison == Comparison.NUMBERS
    assert "96" in made.passages[0]
    assert "69" in made.passages[1]


def test_a_word_that_was_changed_is_found(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as then:
        then.setattr(
            team_reports, "report_page", lambda report: report_page(report).replace("Two things", "Three things")
        )
        content = drawn(database)
    made = rebuilt(database, content)
    assert made.comparison == Comparison.WORDS
    assert made.passages[0] == ("Threethingstodo",)


def test_bytes_behind_the_end_are_noticed_although_every_word_is_the_same(database: Database) -> None:
    made = rebuilt(database, drawn(database) + b"\n% a note\n")
    assert (made.comparison, made.versions) == (Comparison.SAVED, ())


def test_comments_that_were_deleted_since_are_said_to_be_missing(database: Database) -> None:
    content = drawn(database)
    with database.writing() as session:
        session.execute(delete(ResultDocument).where(ResultDocument.kind == "comments"))
    made = rebuilt(database, content)
    assert made.comparison in {Comparison.WORDS, Comparison.NUMBERS}
    assert "Keepthesharedlist." in made.passages[0]


def test_a_result_that_is_not_here_is_named_by_its_checksum(database: Database) -> None:
    content = drawn(database)
    with database.writing() as session:
        session.execute(delete(ResultDocument).where(ResultDocument.quarter == QUARTER))
    with pytest.raises(RefusalError, match=r"no result document with the checksum [0-9a-f]{64} here"):
        rebuilt(database, content)


def test_a_result_that_was_tampered_with_rebuilds_nothing(database: Database) -> None:
    content = drawn(database)
    with database.writing() as session:
        session.execute(update(ResultDocument).where(ResultDocument.kind == "result").values(body=b"{}"))
    with pytest.raises(RefusalError, match="does not match its checksum"):
        rebuilt(database, content)


def test_a_report_made_from_a_file_names_the_command(database: Database) -> None:
    with pytest.raises(RefusalError, match=f"Rebuild it with: {re.escape(shop.COMMAND)}"):
        rebuilt(database, shop.pdf(shop.OPERATIONS, "en"))


def test_a_file_that_is_no_report_is_refused(database: Database) -> None:
    with pytest.raises(InputError, match="no report of Assess"):
        rebuilt(database, b"%PDF-1.4\n")


def test_a_report_of_a_kind_that_is_unknown_here_is_refused(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild_module, "TEAM_REPORT", "another")
    with pytest.raises(RefusalError, match="knows no report like this one"):
        rebuilt(database, drawn(database))
