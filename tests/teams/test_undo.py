"""One step back after an import, and what is kept for it."""

from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import undefer

from assess.errors import RefusalError
from assess.extensions import Database
from assess.surveys.cycles import create_cycle
from assess.surveys.inviting import open_cycle
from assess.teams.importing import import_roster, import_teams, last_import, undo_import
from assess.teams.models import LastImport, Person
from assess.teams.state import ROSTER, TEAMS, rows_of, state_sha256
from tests.databases.stores import Store
from tests.surveys.shop import PREPARED, QUARTER, installation
from tests.teams.office_files import NOW, database, people, tree, write
from tests.teams.office_files import ROSTER as PEOPLE
from tests.teams.office_files import TEAMS as TREE

__all__ = ["database"]


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Database:
    import_teams(database, write(tmp_path, "teams.csv", TREE))
    import_roster(database, write(tmp_path, "people.csv", PEOPLE))
    return database


def state(database: Database, *kinds: str) -> bytes:
    with database.reading() as session:
        return state_sha256(session, *kinds)


def test_a_roster_is_put_back_to_the_last_row(office: Database, tmp_path: Path) -> None:
    with office.reading() as session:
        before = rows_of(session, ROSTER)
    import_roster(office, write(tmp_path, "people.csv", "name,email,team\nNew,new@x.example,Ads\n"), now=NOW)
    assert set(people(office)) == {"New"}
    undone = undo_import(office, ROSTER)
    assert (undone.added, undone.changed, undone.left, undone.unchanged) == (1, 0, 3, 0)
    with office.reading() as session:
        assert rows_of(session, ROSTER) == before
        assert last_import(session, ROSTER) is None
    with pytest.raises(RefusalError, match="There is no import to take back"):
        undo_import(office, ROSTER)


def test_a_tree_is_put_back_and_new_teams_are_gone_again(office: Database, tmp_path: Path) -> None:
    with office.reading() as session:
        before = rows_of(session, TEAMS)
    text = "team,parent,former_name,founded_on\nLantern,,,\nShop,Lantern,,\nAdverts,Shop,Ads,2025-01-01\n"
    import_teams(office, write(tmp_path, "teams.csv", text), now=NOW)
    assert tree(office) == {"Lantern": None, "Shop": "Lantern", "Adverts": "Shop"}
    undo_import(office, TEAMS)
    with office.reading() as session:
        assert rows_of(session, TEAMS) == before


def test_only_the_last_import_can_be_taken_back(office: Database, tmp_path: Path) -> None:
    first = write(tmp_path, "a.csv", "name,email,team\nOne,one@x.example,Ads\n")
    import_roster(office, first)
    import_roster(office, write(tmp_path, "b.csv", "name,email,team\nTwo,two@x.example,Ads\n"))
    undo_import(office, ROSTER)
    assert set(people(office)) == {"One"}
    with pytest.raises(RefusalError):
        undo_import(office, ROSTER)


def test_what_was_changed_since_is_not_taken_back_with_it(office: Database) -> None:
    with office.writing() as session:
        session.execute(update(Person).where(Person.name == "Ada").values(name="Ada L."))
    with pytest.raises(RefusalError, match="changed since the import, by hand"):
        undo_import(office, ROSTER)
    assert "Ada L." in people(office)


def test_teams_with_people_in_them_are_not_taken_back_before_the_roster(office: Database) -> None:
    before = state(office, TEAMS)
    with pytest.raises(RefusalError, match="take the roster back first"):
        undo_import(office, TEAMS)
    assert state(office, TEAMS) == before
    undo_import(office, ROSTER)
    undo_import(office, TEAMS)
    assert (people(office), tree(office)) == ({}, {})


def test_a_roster_of_teams_that_are_no_longer_there_is_not_put_back(office: Database, tmp_path: Path) -> None:
    import_teams(office, write(tmp_path, "t.csv", TREE + "Shop,Lantern,,,\n"))
    import_roster(office, write(tmp_path, "a.csv", "name,email,team\nOne,one@x.example,Shop\n"))
    import_roster(office, write(tmp_path, "b.csv", "name,email,team\nOne,one@x.example,Ads\n"))
    undo_import(office, TEAMS)
    assert "Shop" not in tree(office)
    with pytest.raises(RefusalError, match="names teams that are no longer there"):
        undo_import(office, ROSTER)


def test_another_import_than_the_one_on_the_page_is_not_taken_back(office: Database) -> None:
    with pytest.raises(RefusalError):
        undo_import(office, ROSTER, import_id=b"another import id")
    assert len(people(office)) == 3


def test_an_opening_ends_it_and_nothing_of_the_copy_is_left_in_the_files(tmp_path: Path, each_database: Store) -> None:
    settings, database = installation(tmp_path / "shop")
    import_teams(database, write(tmp_path, "t.csv", "team\nLantern\n"))
    leaver = "somebody.who.left@lantern.example"
    stay = "".join(f"P{n},p{n}@lantern.example,Lantern\n" for n in range(6))
    import_roster(database, write(tmp_path, "a.csv", f"name,email,team\nGone,{leaver},Lantern\n{stay}"))
    import_roster(database, write(tmp_path, "b.csv", f"name,email,team\n{stay}"))
    with database.reading() as session:
        copy = session.get_one(LastImport, ROSTER, options=[undefer(LastImport.before)]).before[:64]
    assert copy in each_database.stored_bytes(settings.database_url)
    opens, closes = PREPARED, PREPARED.replace(year=2027)
    create_cycle(database, quarter=QUARTER, instrument="team24", opens_at=opens, closes_at=closes)
    open_cycle(database, settings, QUARTER, now=PREPARED)
    with database.reading() as session:
        assert session.scalars(select(LastImport)).all() == []
    assert copy not in each_database.stored_bytes(settings.database_url)
    with pytest.raises(RefusalError):
        undo_import(database, ROSTER)
    database.close()
