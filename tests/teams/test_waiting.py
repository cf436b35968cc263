"""A file between its preview and its import."""

from collections.abc import Collection
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from assess.accounts.models import Account
from assess.extensions import Database
from assess.teams.agreeing import Agreement, NotAgreedError
from assess.teams.fields import FaultyFileError
from assess.teams.importing import import_roster, import_teams
from assess.teams.models import LastImport, Person, WaitingImport
from assess.teams.roster_proposal import RosterProposal
from assess.teams.state import ROSTER, TEAMS
from assess.teams.team_proposal import TeamProposal
from assess.teams.waiting import (
    WAITS,
    OutdatedPreviewError,
    Waiting,
    discard_file,
    import_waiting_file,
    rewrite_copies,
    send_file,
    sweep_files,
    waiting_file,
)
from tests.databases.stores import Store
from tests.teams.office_files import NOW, database, people, tree, write
from tests.teams.office_files import ROSTER as PEOPLE
from tests.teams.office_files import TEAMS as TREE

__all__ = ["database"]

HR, OTHER = b"hr account bytes", b"another account!"
NEXT = b"name,email,team\nNew,new.colleague@lantern.example,Ads\n"


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Database:
    import_teams(database, write(tmp_path, "teams.csv", TREE))
    import_roster(database, write(tmp_path, "people.csv", PEOPLE))
    with database.writing() as session:
        for key, email in ((HR, "hr@x.example"), (OTHER, "other@x.example")):
            session.add(Account(id=key, email=email, name="HR", is_hr=True, created_at=NOW))
    return database


def sent(database: Database, kind: str = ROSTER, content: bytes = NEXT) -> Waiting:
    send_file(database, HR, kind, content, now=NOW)
    found = waiting_file(database, HR, kind, now=NOW)
    assert found is not None
    return found


def confirm(
    database: Database,
    found: Waiting,
    kind: str = ROSTER,
    renamed: Collection[str] = (),
    agreed: Collection[str] = ("going",),
) -> int:
    done = import_waiting_file(
        database, HR, kind, found.id, state=found.state, renamed=renamed, agreed=agreed, by="hr@x.example", now=NOW
    )
    return done.added


def waiting_files(database: Database) -> int:
    with database.reading() as session:
        return len(session.scalars(select(WaitingImport.id)).all())


def test_what_was_previewed_is_imported_and_the_file_is_gone(office: Database) -> None:
    found = sent(office)
    assert isinstance(found.proposal, RosterProposal)
    assert [row.name for row in found.proposal.joins] == ["New"]
    assert len(people(office)) == 3
    assert confirm(office, found) == 1
    assert set(people(office)) == {"New"}
    assert waiting_files(office) == 0
    with office.reading() as session:
        last = session.get_one(LastImport, ROSTER)
    assert (last.done_by, last.done_at, last.removed) == ("hr@x.example", NOW, 3)


def test_a_second_click_finds_it_imported_and_changes_nothing(office: Database) -> None:
    found = sent(office)
    confirm(office, found)
    with office.writing() as session:
        session.execute(update(Person).values(name="Newer"))
    assert confirm(office, found) == 1
    assert set(people(office)) == {"Newer"}


def test_after_any_change_of_roster_or_teams_the_preview_no_longer_holds(office: Database, tmp_path: Path) -> None:
    found = sent(office)
    import_teams(office, write(tmp_path, "t.csv", TREE + "Shop,Lantern,,,\n"))
    with pytest.raises(OutdatedPreviewError, match="have changed since this preview"):
        confirm(office, found)
    assert len(people(office)) == 3
    again = waiting_file(office, HR, ROSTER, now=NOW)
    assert again is not None
    assert again.state != found.state
    assert confirm(office, again) == 1


def test_a_file_that_no_longer_fits_says_so(office: Database, tmp_path: Path) -> None:
    found = sent(office)
    import_teams(office, write(tmp_path, "t.csv", "team\nLantern\n"))
    with pytest.raises(FaultyFileError, match="the team Ads is closed; take it up again first"):
        waiting_file(office, HR, ROSTER, now=NOW)
    with pytest.raises(OutdatedPreviewError):
        confirm(office, found)


def test_it_waits_for_one_account_only_and_for_an_hour(office: Database) -> None:
    found = sent(office)
    assert waiting_file(office, OTHER, ROSTER, now=NOW) is None
    with pytest.raises(OutdatedPreviewError):
        import_waiting_file(office, OTHER, ROSTER, found.id, state=found.state, by="", now=NOW)
    assert waiting_file(office, HR, ROSTER, now=NOW + WAITS) is None
    with pytest.raises(OutdatedPreviewError, match="does not wait any more"):
        import_waiting_file(office, HR, ROSTER, found.id, state=found.state, by="", now=NOW + WAITS)
    assert len(people(office)) == 3


def test_a_later_file_replaces_it_and_the_earlier_page_imports_nothing(office: Database) -> None:
    first = sent(office)
    sent(office, content=NEXT.replace(b"New", b"Newer"))
    assert waiting_files(office) == 1
    with pytest.raises(OutdatedPreviewError):
        confirm(office, first)


def test_another_process_finds_it(office: Database) -> None:
    sent(office)
    other = Database(office.url.render_as_string(hide_password=False))
    found = waiting_file(other, HR, ROSTER, now=NOW)
    assert found is not None
    assert confirm(other, found) == 1
    other.close()


def test_a_faulty_file_is_not_kept(office: Database) -> None:
    with pytest.raises(FaultyFileError):
        send_file(office, HR, ROSTER, b"name,email,team\nNew,nope,Ads\n", now=NOW)
    assert waiting_files(office) == 0


def test_what_was_thrown_away_or_forgotten_is_not_in_the_files(office: Database, each_database: Store) -> None:
    url, word = office.url.render_as_string(hide_password=False), b"new.colleague"
    sent(office)
    assert word in each_database.stored_bytes(url)
    discard_file(office, HR, ROSTER)
    rewrite_copies(office)
    assert word not in each_database.stored_bytes(url)
    sent(office)
    sweep_files(office, now=NOW + timedelta(minutes=59))
    assert waiting_files(office) == 1
    sweep_files(office, now=NOW + WAITS)
    assert waiting_files(office) == 0
    assert word not in each_database.stored_bytes(url)


def test_only_renames_that_were_asked_about_are_taken(office: Database) -> None:
    content = TREE.replace("Ads,Lantern", "Adverts,Lantern").encode()
    found = sent(office, TEAMS, content)
    assert isinstance(found.proposal, TeamProposal)
    assert [pair.after.name for pair in found.proposal.maybe_renamed] == ["Adverts"]
    assert confirm(office, found, TEAMS, {"Adverts", "Care"}, ()) == 0
    assert tree(office) == {"Lantern": None, "Adverts": "Lantern", "Care": "Lantern"}
    assert people(office)["Ada"][1] == "Adverts"


def test_nobody_goes_before_somebody_has_said_so_and_the_file_goes_on_waiting(office: Database) -> None:
    found = sent(office)
    with pytest.raises(NotAgreedError) as caught:
        confirm(office, found, agreed=("begin",))
    assert caught.value.missing == {Agreement.GOING}
    assert (len(people(office)), waiting_files(office)) == (3, 1)
    assert confirm(office, found) == 1


def test_no_team_goes_before_somebody_has_said_so_unless_it_is_renamed(office: Database) -> None:
    found = sent(office, TEAMS, TREE.replace("Ads,Lantern", "Adverts,Lantern").encode())
    with pytest.raises(NotAgreedError):
        confirm(office, found, TEAMS, agreed=())
    assert set(tree(office)) == {"Lantern", "Ads", "Care"}
    assert confirm(office, found, TEAMS, {"Adverts"}, ()) == 0
