"""Changing the tree by hand: what is done, what is kept of it, and what is refused."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts.models import Account
from assess.audit.models import AuditEntry
from assess.audit.words import sentence_of
from assess.errors import AssessError
from assess.extensions import Database
from assess.teams import editing
from assess.teams.editing import Facts
from assess.teams.history import Recording, changes_of, former_leaders, led_since, teams_by_any_name, told
from assess.teams.importing import import_roster, import_teams, undo_import
from assess.teams.models import Person, Team, TeamChange
from assess.teams.reading import DEEPEST
from assess.teams.state import TEAMS
from tests.teams.office_files import ROSTER, database, people, tree, write
from tests.teams.office_files import TEAMS as TREE

__all__ = ["database"]

NOTHING = Facts("", None, None)
AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


def on(day: int = 20, form: int = 1) -> Recording:
    return Recording("hanna@shop.example", AT, date(2026, 11, day), bytes([form]) * 16)


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Database:
    import_teams(database, write(tmp_path, "teams.csv", TREE), now=AT)
    import_roster(database, write(tmp_path, "people.csv", ROSTER), now=AT)
    return database


def team(session: Session, name: str) -> Team:
    return session.scalars(select(Team).where(Team.name == name)).one()


def history(database: Database, name: str) -> list[str]:
    with database.reading() as session:
        return [f"{each.since}: {each.what}" for each in map(told, changes_of(session, team(session, name).id))]


def test_a_team_is_founded_renamed_moved_led_and_closed_and_every_step_is_dated(office: Database) -> None:
    with office.writing() as session:
        shop = editing.found_team(
            session, " Shop ", team(session, "Lantern"), Facts("营销", date(2026, 1, 2), "Sam@x.example"), on(1)
        )
        editing.rename_team(session, shop, "Store", on(2))
        editing.move_team(session, shop, team(session, "Care"), on(3))
        editing.describe_team(session, shop, Facts("service", None, None), on(4))
        editing.close_team(session, shop, on(5))
    assert history(office, "Store") == [
        "5 November 2026: Closed.",
        "4 November 2026: Founding day: 2 January 2026 → none.",
        "4 November 2026: Function: marketing → service.",
        "4 November 2026: Led by: sam@x.example → nobody.",
        "3 November 2026: Moved: under Lantern → under Care.",
        "2 November 2026: Renamed: Shop → Store.",
        "1 November 2026: Led by: nobody → sam@x.example.",
        "1 November 2026: Entered as a new team.",
    ]
    assert "Store" not in tree(office)
    with office.reading() as session:
        row = session.scalars(select(TeamChange).where(TeamChange.after == "Store")).one()
        assert (row.recorded_by, row.recorded_at) == ("hanna@shop.example", AT)
        assert former_leaders(session, "sam@x.example") == [("Store", date(2026, 11, 1), date(2026, 11, 4))]


def test_the_audit_log_says_what_and_of_which_team(office: Database) -> None:
    with office.writing() as session:
        before = len(session.scalars(select(AuditEntry)).all())
        ads = team(session, "Ads")
        editing.rename_team(session, ads, "Adverts", on(1))
        editing.rename_team(session, ads, "Adverts", on(2))
        editing.describe_team(session, ads, Facts("marketing", date(2024, 3, 1), "ada@lantern.example"), on(3))
        editing.merge_teams(session, ads, team(session, "Care"), "Both", on(4))
    with office.reading() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.position)).all()[before:]
    assert [sentence_of(entry) for entry in entries] == [
        "Changed the team Adverts: renamed.",
        "Changed the team Both: made of two teams.",
    ], "what changes nothing is not recorded"


def test_who_leads_since_when_is_the_latest_change_of_the_leader(office: Database) -> None:
    with office.writing() as session:
        editing.describe_team(session, team(session, "Care"), Facts("service", None, "li@x.example"), on(7))
    with office.reading() as session:
        assert led_since(changes_of(session, team(session, "Care").id)) == date(2026, 11, 7)
        assert led_since(changes_of(session, team(session, "Lantern").id)) is None


def test_two_merged_teams_are_a_new_one_that_may_keep_a_name(office: Database) -> None:
    with office.writing() as session:
        before = {name: team(session, name).id for name in ("Ads", "Care")}
        merged = editing.merge_teams(session, team(session, "Ads"), team(session, "Care"), "Ads", on(20))
        assert merged.id not in before.values()
    assert tree(office) == {"Lantern": None, "Ads": "Lantern"}
    assert {where for _email, where, *_ in people(office).values()} == {"Ads"}
    assert history(office, "Ads") == [
        "20 November 2026: Led by: nobody → ada@lantern.example.",
        "20 November 2026: Begun with people of Ads, Care.",
    ]
    old = history(office, "Ads (2026-11-20)")
    assert (
        old[:3]
        == [
            "20 November 2026: Led by: ada@lantern.example → nobody.",
            "20 November 2026: Merged into Ads.",
            "20 November 2026: Renamed: Ads → Ads (2026-11-20).",
        ]
        or "20 November 2026: Merged into Ads." in old
    )
    with office.reading() as session:
        assert team(session, "Care").is_current is False


def test_a_split_team_makes_two_and_people_go_where_they_were_sent(office: Database) -> None:
    with office.writing() as session:
        care = team(session, "Care")
        inner = editing.found_team(session, "Night", care, NOTHING, on(1, 2))
        paper = session.scalars(select(Person.id).where(Person.name == "Paper Person")).one()
        editing.split_team(
            session, care, ("Care", "Paper"), second_people={paper}, second_teams={inner.id}, recording=on(9, 3)
        )
    assert tree(office) == {
        "Lantern": None,
        "Ads": "Lantern",
        "Care": "Lantern",
        "Paper": "Lantern",
        "Night": "Paper",
    }
    assert {name: where for name, (_email, where, *_) in people(office).items()} == {
        "Ada": "Ads",
        "伟 张": "Care",
        "Paper Person": "Paper",
    }
    assert "9 November 2026: Split into Care, Paper." in history(office, "Care (2026-11-09)")


def test_a_closed_team_is_taken_up_again(office: Database) -> None:
    with office.writing() as session:
        shop = editing.found_team(session, "Shop", None, NOTHING, on(1))
        editing.close_team(session, shop, on(2))
        editing.close_team(session, shop, on(3))
        editing.take_up_team(session, shop, team(session, "Lantern"), on(4))
    assert tree(office)["Shop"] == "Lantern"
    assert history(office, "Shop")[:2] == ["4 November 2026: Taken up again.", "2 November 2026: Closed."]


Work = Callable[[Session], object]


def _deep(session: Session) -> object:
    parent = team(session, "Ads")
    for number in range(DEEPEST):
        parent = editing.found_team(session, f"L{number}", parent, NOTHING, on(1))
    return parent


REFUSED: list[tuple[Work, str]] = [
    (lambda s: editing.move_team(s, team(s, "Lantern"), team(s, "Ads"), on()), "Ads is Lantern itself or below it"),
    (lambda s: editing.move_team(s, team(s, "Ads"), team(s, "Ads"), on()), "Ads is Ads itself or below it"),
    (lambda s: editing.close_team(s, team(s, "Care"), on()), "2 people are still in Care"),
    (lambda s: editing.close_team(s, team(s, "Ads"), on()), "1 person is still in Ads"),
    (lambda s: editing.close_team(s, team(s, "Lantern"), on()), "Ads is under Lantern. Move or close"),
    (lambda s: editing.found_team(s, "ads", None, NOTHING, on()), "There is a team Ads already"),
    (lambda s: editing.found_team(s, "  ", None, NOTHING, on()), "A name has 1 to 120 characters"),
    (lambda s: editing.found_team(s, "x" * 121, None, NOTHING, on()), "A name has 1 to 120 characters"),
    (lambda s: editing.rename_team(s, team(s, "Ads"), "Care", on()), "There is a team Care already"),
    (lambda s: editing.found_team(s, "S", None, Facts("", None, "k@x.example"), on()), "is a key holder, who can lead"),
    (lambda s: editing.describe_team(s, team(s, "Ads"), Facts("", None, "K@x.example"), on()), "is a key holder"),
    (lambda s: editing.describe_team(s, team(s, "Ads"), Facts("", None, "nope"), on()), "“nope” is no e-mail address"),
    (lambda s: editing.describe_team(s, team(s, "Ads"), Facts("x" * 121, None, None), on()), "at most 120 characters"),
    (lambda s: editing.merge_teams(s, team(s, "Ads"), team(s, "Ads"), "X", on()), "Choose another team"),
    (lambda s: editing.merge_teams(s, team(s, "Ads"), team(s, "Lantern"), "X", on()), "stand above each other"),
    (lambda s: editing.merge_teams(s, team(s, "Ads"), team(s, "Care"), "Lantern", on()), "a team Lantern already"),
    (
        lambda s: editing.split_team(s, team(s, "Ads"), ("A", " A"), second_people=(), second_teams=(), recording=on()),
        "two different names",
    ),
    (_deep, "more than 12 levels"),
]


@pytest.mark.parametrize(("work", "sentence"), REFUSED)
def test_what_would_break_the_tree_is_refused_and_nothing_is_half_done(
    office: Database, work: Work, sentence: str
) -> None:
    with office.writing() as session:
        session.add(Account(email="k@x.example", name="Kim", is_key_holder=True, created_at=AT))
    before = (tree(office), people(office))
    with pytest.raises(AssessError, match=sentence), office.writing() as session:
        work(session)
    assert (tree(office), people(office)) == before
    with office.reading() as session:
        assert session.scalars(select(TeamChange).where(TeamChange.recorded_by != "")).all() == []


def test_closed_teams_are_not_changed_and_their_names_not_given_again(office: Database) -> None:
    with office.writing() as session:
        editing.close_team(session, editing.found_team(session, "Shop", None, NOTHING, on()), on())
    for work, sentence in (
        (lambda s: editing.found_team(s, "Shop", None, NOTHING, on()), "There was a team Shop, which is closed"),
        (lambda s: editing.found_team(s, "Store", team(s, "Shop"), NOTHING, on()), "Shop is closed"),
        (lambda s: editing.merge_teams(s, team(s, "Shop"), team(s, "Ads"), "X", on()), "Shop is closed"),
        (lambda s: editing.move_team(s, team(s, "Shop"), None, on()), "Shop is closed"),
    ):
        with pytest.raises(AssessError, match=sentence), office.writing() as session:
            work(session)


def test_imports_write_history_and_taking_one_back_takes_it_with_it(office: Database, tmp_path: Path) -> None:
    with office.reading() as session:
        count = len(session.scalars(select(TeamChange)).all())
    assert count == 4, "three teams and one leader"
    text = "team,parent,function,leader_email,former_name\nLantern,,,,\nAdverts,Lantern,service,bo@x.example,Ads\n"
    import_teams(office, write(tmp_path, "next.csv", text), now=AT)
    assert history(office, "Adverts")[:4] == [
        "24 November 2026: Founding day: 1 March 2024 → none.",
        "24 November 2026: Function: marketing → service.",
        "24 November 2026: Led by: ada@lantern.example → bo@x.example.",
        "24 November 2026: Renamed: Ads → Adverts.",
    ]
    assert history(office, "Care")[0] == "24 November 2026: Closed."
    undo_import(office, TEAMS)
    with office.reading() as session:
        assert len(session.scalars(select(TeamChange)).all()) == count


def test_a_team_is_found_by_a_former_name_unless_another_has_it_now(office: Database) -> None:
    with office.writing() as session:
        ads = team(session, "Ads")
        editing.rename_team(session, ads, "Adverts", on())
        assert teams_by_any_name(session)["Ads"].id == ads.id
        new = editing.found_team(session, "Ads", None, NOTHING, on())
        assert teams_by_any_name(session)["Ads"].id == new.id


names = st.sampled_from(["Lantern", "Ads", "Care", "A", "B"])
steps = st.lists(st.tuples(st.sampled_from(["found", "move", "rename", "close"]), names, names), max_size=8)


@given(steps)
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_whatever_is_done_the_tree_stays_a_tree_and_nobody_is_lost(
    office: Database, todo: list[tuple[str, str, str]]
) -> None:
    rollback = RuntimeError()
    with pytest.raises(RuntimeError), office.writing() as session:  # noqa: PT012
        for what, one, other in todo:
            found = session.scalars(select(Team).where(Team.name.in_((one, other)), Team.is_current)).all()
            known = {each.name: each for each in found}
            with session.begin_nested() as nested:
                try:
                    if what == "found":
                        editing.found_team(session, one, known.get(other), NOTHING, on())
                    elif one in known and what == "move":
                        editing.move_team(session, known[one], known.get(other), on())
                    elif one in known and what == "rename":
                        editing.rename_team(session, known[one], other, on())
                    elif one in known:
                        editing.close_team(session, known[one], on())
                except AssessError:
                    nested.rollback()
        current = {each.id: each for each in session.scalars(select(Team).where(Team.is_current))}
        assert len({each.name.lower() for each in current.values()}) == len(current)
        for each in current.values():
            seen: set[int] = set()
            at = each.parent_id
            while at is not None:
                assert at in current, "nothing is under a closed team"
                assert at not in seen
                seen.add(at)
                at = current[at].parent_id
        assert {person.team_id for person in session.scalars(select(Person))} <= set(current)
        raise rollback
