"""Teams that begin with a roster: which may, where they come, and that both go back together."""

import json
from collections.abc import Collection
from pathlib import Path

import pytest
from sqlalchemy import select

from assess.accounts.models import Account
from assess.audit.models import AuditEntry
from assess.audit.words import sentence_of
from assess.errors import RefusalError
from assess.extensions import Database
from assess.teams.agreeing import Agreement, NotAgreedError
from assess.teams.asking import questions_of
from assess.teams.fields import FaultyFileError
from assess.teams.founding import MOST_NEW
from assess.teams.importing import import_roster, import_teams, undo_import
from assess.teams.models import Team, TeamChange
from assess.teams.roster_proposal import RosterProposal
from assess.teams.state import ROSTER, TEAMS
from assess.teams.waiting import Waiting, import_waiting_file, send_file, waiting_file
from tests.teams.office_files import NOW, database, people, tree, write
from tests.teams.office_files import TEAMS as TREE

__all__ = ["database"]

HR = b"hr account bytes"
STAFF = "Full name,E-mail,Department\nAda,ada@x.example,Ads\nBo,bo@x.example,Box\nCy,cy@x.example,Ads\n"


@pytest.fixture
def empty(database: Database) -> Database:
    with database.writing() as session:
        session.add(Account(id=HR, email="hr@x.example", name="HR", is_hr=True, created_at=NOW))
    return database


def sent(database: Database, text: str = STAFF) -> tuple[Waiting, RosterProposal]:
    send_file(database, HR, ROSTER, text.encode(), now=NOW)
    found = waiting_file(database, HR, ROSTER, now=NOW)
    assert found is not None
    assert isinstance(found.proposal, RosterProposal)
    return found, found.proposal


def confirm(database: Database, found: Waiting, *agreed: str) -> None:
    import_waiting_file(database, HR, ROSTER, found.id, state=found.state, agreed=agreed, by="hr@x.example", now=NOW)


def bring(database: Database, text: str = STAFF, agreed: Collection[str] = ("begin",)) -> None:
    confirm(database, sent(database, text)[0], *agreed)


def test_one_staff_list_is_enough(empty: Database) -> None:
    found, proposal = sent(empty)
    assert [(one.name, one.people, one.almost) for one in proposal.new_teams.teams] == [("Ads", 2, ""), ("Box", 1, "")]
    with pytest.raises(NotAgreedError) as caught:
        confirm(empty, found)
    assert caught.value.missing == {Agreement.BEGIN}
    assert (tree(empty), people(empty)) == ({}, {}), "nothing is half imported"
    confirm(empty, found, "begin")
    assert tree(empty) == {"Ads": None, "Box": None}
    assert {name: told[1] for name, told in people(empty).items()} == {"Ada": "Ads", "Bo": "Box", "Cy": "Ads"}
    with empty.reading() as session:
        history = session.execute(select(TeamChange.kind, TeamChange.recorded_by, TeamChange.since_on)).all()
    assert history == [("founded", "hr@x.example", NOW.date())] * 2


def test_undo_takes_back_both_and_the_log_tells_both(empty: Database) -> None:
    bring(empty)
    undo_import(empty, ROSTER)
    assert (tree(empty), people(empty)) == ({}, {})
    with empty.reading() as session:
        assert session.scalars(select(Team.id)).all() == []
        assert session.scalars(select(TeamChange.id)).all() == []
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.position)).all()
        told = [sentence_of(entry) for entry in entries]
        kept = json.dumps([(entry.subject, entry.details) for entry in entries])
    assert told == [
        "Began teams that the roster names, at the top: 2.",
        "Imported the roster. Added: 3. Changed: 0. Left: 0. Unchanged: 0.",
        "Took the teams back that had begun with the roster: 2.",
        "Took the last import of the roster back.",
    ]
    assert "x.example" not in kept


@pytest.mark.parametrize(
    ("teams", "place"),
    [
        ("team,parent\nLantern,\nCare,Lantern\n", "Lantern"),
        ("team,parent\nLantern,\n", "Lantern"),
        ("team,parent\nAds,\n", None),
        ("team,parent\nLantern,\nOther,\n", None),
    ],
    ids=["a root with teams", "a root alone", "a team of people alone", "two at the top"],
)
def test_they_come_under_the_root_or_to_the_top(empty: Database, tmp_path: Path, teams: str, place: str | None) -> None:
    import_teams(empty, write(tmp_path, "t.csv", teams))
    bring(empty)
    assert tree(empty)["Box"] == place
    with empty.reading() as session:
        told = [sentence_of(e) for e in session.scalars(select(AuditEntry).order_by(AuditEntry.position))]
    where = f"under {place}" if place else "at the top"
    assert f"Began teams that the roster names, {where}: {1 if 'Ads' in teams else 2}." in told


def test_undo_leaves_the_teams_that_were_there(empty: Database, tmp_path: Path) -> None:
    import_teams(empty, write(tmp_path, "t.csv", TREE))
    import_roster(empty, write(tmp_path, "p.csv", "name,email,team\nOld,old@x.example,Care\n"))
    bring(empty, agreed=("begin", "going"))
    assert tree(empty)["Box"] == "Lantern"
    undo_import(empty, ROSTER)
    assert set(tree(empty)) == {"Lantern", "Ads", "Care"}
    assert set(people(empty)) == {"Old"}


def test_a_team_that_has_changed_since_keeps_the_import_from_being_taken_back(empty: Database, tmp_path: Path) -> None:
    bring(empty)
    import_teams(empty, write(tmp_path, "t.csv", "team,parent\nAds,\nBox,Ads\n"))
    with pytest.raises(RefusalError, match="which began with this import, has been changed since"):
        undo_import(empty, ROSTER)
    assert (set(people(empty)), set(tree(empty))) == ({"Ada", "Bo", "Cy"}, {"Ads", "Box"})
    undo_import(empty, TEAMS)
    undo_import(empty, ROSTER)
    assert tree(empty) == {}


def test_a_name_that_may_be_mistyped_is_pointed_out(empty: Database, tmp_path: Path) -> None:
    import_teams(empty, write(tmp_path, "t.csv", "team\nOperations\nTeam 1\n"))
    text = "name,email,team\nA,a@x.example,Opertions\nB,b@x.example,Team 2\nC,c@x.example,Salse\nD,d@x.example,Sales\n"
    _found, proposal = sent(empty, text)
    assert questions_of(proposal)[0].lines == (
        ("Opertions: 1 person", "Written almost like Operations. Is it mistyped?"),
        ("Team 2: 1 person", ""),
        ("Salse: 1 person", "Written almost like Sales. Is it mistyped?"),
        ("Sales: 1 person", "Written almost like Salse. Is it mistyped?"),
    )


def test_a_name_the_tree_could_not_have_is_an_error_of_its_row(empty: Database, tmp_path: Path) -> None:
    import_teams(empty, write(tmp_path, "t.csv", "team\nOperations\nOld\n"))
    import_teams(empty, write(tmp_path, "t.csv", "team\nOperations\n"))
    rows = ("operations", "Old", "OLD", "New", "NEW")
    text = "name,email,team\n" + "".join(f"P,p{n}@x.example,{team}\n" for n, team in enumerate(rows))
    with pytest.raises(FaultyFileError) as caught:
        sent(empty, text)
    assert [(error.row, error.column, error.what) for error in caught.value.errors] == [
        (2, "team", "there is no team operations, but Operations; write it alike"),
        (3, "team", "the team Old is closed; take it up again first or correct it"),
        (4, "team", "the team Old is closed; take it up again first or correct it"),
        (6, "team", "there is no team NEW, but New; write it alike"),
    ]


def test_a_column_of_something_else_begins_no_thousands_of_teams(empty: Database) -> None:
    text = "name,email,team\n" + "".join(f"P,p{n}@x.example,{n}\n" for n in range(MOST_NEW + 1))
    with pytest.raises(FaultyFileError, match="names 1001 teams that do not exist"):
        sent(empty, text)


def test_on_the_command_line_teams_have_to_be_there(empty: Database, tmp_path: Path) -> None:
    with pytest.raises(FaultyFileError, match="there is no team Ads; import the teams first"):
        import_roster(empty, write(tmp_path, "p.csv", STAFF))
