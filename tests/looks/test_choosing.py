"""The look of an installation: one in use, all kept, and old reports made again with theirs."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from assess.errors import RefusalError
from assess.extensions import Database
from assess.looks.choosing import look_in_use, look_with, use_look
from assess.looks.logos import read_logo
from assess.looks.look import Logo, Look
from assess.reports.cycle_reports import reported_cycle
from assess.reports.drawn_reports import report_key
from assess.reports.one_pagers import one_pager_pdf
from assess.reports.organisation_report import organisation_report_pdf
from assess.reports.rebuild import Comparison, rebuild
from assess.reports.team_reports import team_report_pdf
from tests.databases.stores import Store
from tests.looks.pictures import SVG, picture
from tests.reports import shop
from tests.reports.published import published

QUARTER = "2025Q2"
PNG_LOOK = Look("#1f6f54", Logo(picture(), "image/png"))


@pytest.fixture
def database(tmp_path: Path, each_database: Store) -> Iterator[Database]:
    database = Database(each_database.migrated(tmp_path))
    published(database, QUARTER)
    yield database
    database.close()


def use(database: Database, look: Look) -> None:
    with database.writing() as session:
        use_look(session, look)


def drawn(database: Database, name: str = shop.OPERATIONS) -> tuple[bytes, str]:
    with database.reading() as session:
        reported = reported_cycle(session, QUARTER)
    team = reported.cycle.node(name)
    assert team is not None
    return team_report_pdf(reported, team, language="en"), report_key(reported, team, language="en")


def test_one_look_is_in_use_and_all_are_kept(database: Database) -> None:
    looks = [Look(), PNG_LOOK, Look("#1f6f54"), PNG_LOOK, Look(), Look("", PNG_LOOK.logo)]
    for look in looks:
        use(database, look)
        with database.reading() as session:
            assert look_in_use(session) == look
    with database.reading() as session:
        assert all(asdict(look_with(session, look.sha256)) == asdict(look) for look in looks)


def test_a_report_without_a_look_says_nothing_of_one(database: Database) -> None:
    before, key = drawn(database)
    use(database, PNG_LOOK)
    use(database, Look())
    assert drawn(database) == (before, key)
    with database.reading() as session:
        assert rebuild(session, before).provenance.look == ""


@pytest.mark.parametrize("name", [shop.OPERATIONS, shop.WITHHELD])
def test_old_reports_are_made_again_to_the_byte_after_the_logo_changed(
    database: Database, name: str, tmp_path: Path
) -> None:
    (tmp_path / "logo.svg").write_text(SVG % "")
    svg_look = Look("", read_logo(tmp_path / "logo.svg"))
    contents = []
    for look in (Look(), PNG_LOOK, svg_look):
        use(database, look)
        contents.append(drawn(database, name))
    assert len({content for content, _key in contents}) == len({key for _content, key in contents}) == 3
    use(database, Look("#333333"))
    with database.reading() as session:
        for content, _key in contents:
            assert rebuild(session, content).comparison == Comparison.IDENTICAL


def test_the_organisation_report_and_a_one_pager_are_made_again_after_the_logo_changed(database: Database) -> None:
    use(database, PNG_LOOK)
    with database.reading() as session:
        reported = reported_cycle(session, QUARTER)
    team = reported.cycle.node(shop.OPERATIONS)
    assert team is not None
    contents = [organisation_report_pdf(reported, language="zh"), one_pager_pdf(reported, team, language="en")]
    use(database, Look())
    with database.reading() as session:
        for content in contents:
            made = rebuild(session, content)
            assert (made.comparison, made.provenance.look) == (Comparison.IDENTICAL, PNG_LOOK.sha256)


def test_a_report_whose_look_is_elsewhere_is_refused_with_a_sentence(database: Database) -> None:
    with database.reading() as session, pytest.raises(RefusalError, match="are not here"):
        look_with(session, "0" * 64)
