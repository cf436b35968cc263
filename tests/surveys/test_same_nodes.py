"""A new name breaks no line, and a name that another team has now joins none."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from assess.releases.store import read_frozen
from assess.reports.cycle_reports import reported_cycle
from assess.reports.present.history import Break, break_between, line_of
from assess.surveys.cycles import create_cycle, find_cycle
from assess.surveys.envelopes.closing import close_cycle
from assess.surveys.envelopes.opening import open_envelopes
from assess.surveys.inviting import open_cycle
from assess.surveys.publishing import publish_cycle
from assess.surveys.team_quarters import ShownNodes, quarters_of_team
from assess.teams import editing
from assess.teams.editing import Facts
from assess.teams.history import Recording
from assess.teams.models import Team
from assess.teams.pages.quarters import Asked
from tests.databases.stores import Store
from tests.surveys.shop import CLOSES, LANTERN, OPENS, PREPARED, QUARTER, Shop, hire, installation

NEXT = "2027Q1"
LATER = timedelta(days=90)


def run(shop: Shop, quarter: str, later: timedelta, *, meanwhile: Callable[[], None] = lambda: None) -> None:
    """Ask everybody in one quarter and publish it."""
    instrument, opens, closes = "team24", OPENS + later, CLOSES + later
    create_cycle(shop.database, quarter=quarter, instrument=instrument, opens_at=opens, closes_at=closes)
    links = open_cycle(shop.database, shop.settings, quarter, now=PREPARED + later)
    for group in links:
        for place, link in enumerate(group.links):
            shop.answer(str(link).rpartition("/")[2], 1 + place % 5, now=OPENS + later + timedelta(days=1))
    meanwhile()
    close_cycle(shop.database, shop.settings, quarter, now=closes)
    open_envelopes(shop.database, shop.settings, quarter)
    publish_cycle(shop.database, quarter, now=closes)


@pytest.fixture
def shop(tmp_path: Path, each_database: Store) -> Iterator[Shop]:
    settings, database = installation(tmp_path)
    hire(database, LANTERN)
    shop = Shop(settings, database, {})
    run(shop, QUARTER, timedelta())
    yield shop
    database.close()


def recording(now: datetime = CLOSES) -> Recording:
    return Recording("hr@x.example", now, now.date(), b"f" * 16)


def team(shop: Shop, name: str) -> int:
    with shop.database.reading() as session:
        return session.scalars(select(Team.id).where(Team.name == name)).one()


def changes(shop: Shop) -> dict[str, bool]:
    """Tell of every group of the next quarter whether the published result compares it with the first."""
    with shop.database.reading() as session:
        document = read_frozen(session, cycle_id=find_cycle(session, NEXT).id, kind="result")[0]
    return {entry["team"]: "change" in entry for entry in document["scores"]["cycles"][0]["teams"]}


def test_a_renamed_team_and_a_renamed_unit_go_on(shop: Shop) -> None:
    with shop.database.writing() as session:
        editing.rename_team(session, session.get_one(Team, team(shop, "Ads")), "Adverts", recording())
        editing.rename_team(session, session.get_one(Team, team(shop, "Lantern")), "Lantern Ltd", recording())
    run(shop, NEXT, LATER)
    assert changes(shop) == {"Adverts": True, "Box": True, "Care": True}
    with shop.database.reading() as session:
        reported = reported_cycle(session, NEXT)
        (history,) = reported.history
        assert {node.name for node in history.nodes} == {"Adverts", "Box", "Care", "Lantern Ltd"}
        for name in ("Adverts", "Lantern Ltd"):
            line = line_of(reported.history, reported.cycle, name, "COM", reported.instrument)
            assert [moment.score is not None for moment in line] == [True, True]
            assert line[1].broken is None
        quarters = quarters_of_team(ShownNodes(), session, team(shop, "Adverts"))
    assert [(q.quarter, q.asked, q.has_figures, q.broken) for q in quarters] == [
        (QUARTER, Asked.ALONE, True, False),
        (NEXT, Asked.ALONE, True, False),
    ]


def test_two_teams_that_change_names_keep_each_its_own_line(shop: Shop) -> None:
    ads, box = team(shop, "Ads"), team(shop, "Box")
    with shop.database.writing() as session:
        for number, name in ((ads, "passing"), (box, "Ads"), (ads, "Box")):
            editing.rename_team(session, session.get_one(Team, number), name, recording())
    run(shop, NEXT, LATER)
    with shop.database.reading() as session:
        first = read_frozen(session, cycle_id=find_cycle(session, QUARTER).id, kind="result")[0]
        (history,) = reported_cycle(session, NEXT).history
    counts = {entry["team"]: entry.get("n") for entry in first["scores"]["cycles"][0]["teams"]}
    assert (counts["Ads"], counts["Box"]) == (8, 7)
    assert (history.node("Box").displayed()["n"], history.node("Ads").displayed()["n"]) == (8, 7)  # type: ignore[union-attr]


def test_a_merged_team_under_an_old_name_begins_a_new_line(shop: Shop) -> None:
    with shop.database.writing() as session:
        one, other = session.get_one(Team, team(shop, "Ads")), session.get_one(Team, team(shop, "Box"))
        editing.merge_teams(session, one, other, "Ads", recording())
    run(shop, NEXT, LATER)
    assert changes(shop)["Ads"] is False
    assert changes(shop)["Care"] is True
    with shop.database.reading() as session:
        reported = reported_cycle(session, NEXT)
        (history,) = reported.history
        assert break_between(history, reported.cycle, "Ads", "COM", reported.instrument) is Break.TEAMS
        quarters = quarters_of_team(ShownNodes(), session, team(shop, "Ads"))
        gone = quarters_of_team(ShownNodes(), session, team(shop, "Box"))
    assert [q.asked for q in quarters] == [Asked.NOT, Asked.ALONE]
    assert [q.asked for q in gone] == [Asked.ALONE, Asked.NOT]


def test_changes_during_a_survey_do_not_touch_the_tree_it_opened_with(shop: Shop) -> None:
    def reorganise() -> None:
        with shop.database.writing() as session:
            contracts.append(find_cycle(session, NEXT).contract)
            ads, box = session.get_one(Team, team(shop, "Ads")), session.get_one(Team, team(shop, "Box"))
            editing.rename_team(session, ads, "Adverts", recording())
            editing.merge_teams(session, ads, box, "Both", recording())
            editing.found_team(session, "New", None, Facts("", None, None), recording())

    contracts: list[bytes | None] = []
    run(shop, NEXT, LATER, meanwhile=reorganise)
    with shop.database.reading() as session:
        assert contracts == [find_cycle(session, NEXT).contract]
        assert {node.name for node in reported_cycle(session, NEXT).cycle.teams} == {"Ads", "Box", "Care"}
    assert changes(shop) == {"Ads": True, "Box": True, "Care": True}
