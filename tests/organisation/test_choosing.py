"""What administrators set is checked, kept, logged with old and new value, and never comes before the operator."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from assess.audit.models import AuditEntry
from assess.audit.words import sentence_of
from assess.config import Settings, load_settings
from assess.errors import RefusalError
from assess.extensions import Database
from assess.organisation.choosing import SomebodyElseChangedError, WrongValuesError, choose
from assess.organisation.in_force import in_force, text_of
from tests.databases.stores import Store
from tests.surveys.shop import installation

GOOD = {
    "organisation": "灯笼工坊",
    "contact": "",
    "time_zone": "Europe/Berlin",
    "languages": "zh,en",
    "minimum_group_size": "7",
    "second_step": "everybody",
}


@pytest.fixture
def office(tmp_path: Path, each_database: Store) -> Iterator[tuple[Settings, Database]]:
    settings, database = installation(tmp_path)
    yield settings, database
    database.close()


def now_in_force(settings: Settings, database: Database) -> Settings:
    with database.reading() as session:
        return in_force(session, settings)


def log(database: Database) -> list[str]:
    with database.reading() as session:
        return [sentence_of(entry) for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.position))]


def test_what_was_set_is_in_force_and_stands_in_the_log(office: tuple[Settings, Database]) -> None:
    settings, database = office
    assert now_in_force(settings, database) == settings
    assert choose(database, settings, GOOD) == sorted(GOOD)
    found = now_in_force(settings, database)
    assert (found.organisation, found.contact, found.zone.key) == ("灯笼工坊", "", "Europe/Berlin")
    assert (found.languages, found.minimum_group_size, found.second_step) == (("zh", "en"), 7, "everybody")
    assert {name: text_of(found, name) for name in GOOD} == GOOD
    assert log(database) == [
        "Set the name of the organisation to “灯笼工坊”; before it was “Lantern”.",
        "Set whom members may ask to “”; before it was “people@lantern.example”.",
        "Set the time zone to “Europe/Berlin”; before it was “Asia/Shanghai”.",
        "Set the languages of pages to “zh,en”; before it was “en,zh”.",
        "Set the fewest answers behind any figure to “7”; before it was “5”.",
        "Set who needs a second step to “everybody”; before it was “admins”.",
    ]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("organisation", " "),
        ("organisation", "x" * 121),
        ("organisation", "a\x00b"),
        ("contact", "y" * 201),
        ("time_zone", ""),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "Europe"),
        ("time_zone", "../../etc/passwd"),
        ("languages", "de"),
        ("languages", "en,en"),
        ("minimum_group_size", "3"),
        ("minimum_group_size", "-5"),
        ("minimum_group_size", "5.0"),
        ("minimum_group_size", "５"),
        ("minimum_group_size", "101"),
        ("minimum_group_size", "9" * 4400),
        ("second_step", "nobody"),
    ],
)
def test_one_wrong_value_and_nothing_is_saved(office: tuple[Settings, Database], name: str, typed: str) -> None:
    settings, database = office
    with pytest.raises(WrongValuesError) as refused:
        choose(database, settings, GOOD | {name: typed})
    assert list(refused.value.messages) == [name]
    assert now_in_force(settings, database) == settings
    assert log(database) == []


def test_what_the_operator_has_set_nobody_else_changes(office: tuple[Settings, Database]) -> None:
    settings, database = office
    choose(database, settings, {"organisation": "Lamp", "contact": "hr@lamp.example"})
    fixed = replace(settings, fixed=frozenset({"organisation"}))
    found = now_in_force(fixed, database)
    assert (found.organisation, found.contact) == ("Lantern", "hr@lamp.example")
    with pytest.raises(RefusalError, match="The operator has set ASSESS_ORGANISATION"):
        choose(database, fixed, {"contact": "somebody", "organisation": "Torch"})
    assert now_in_force(fixed, database).contact == "hr@lamp.example"
    assert choose(database, fixed, {"organisation": "Lantern"}) == []


def test_the_second_of_two_people_is_told_and_a_second_click_is_nothing(office: tuple[Settings, Database]) -> None:
    settings, database = office
    seen = {"organisation": "Lantern", "contact": "people@lantern.example"}
    assert choose(database, settings, seen | {"organisation": "Lamp"}, seen=seen) == ["organisation"]
    assert choose(database, settings, seen | {"organisation": "Lamp"}, seen=seen) == []
    with pytest.raises(SomebodyElseChangedError):
        choose(database, settings, {"organisation": "Torch", "contact": "torch@torch.example"}, seen=seen)
    assert choose(database, settings, {"organisation": "Lamp", "contact": "x"}, seen=seen) == ["contact"]
    assert len(log(database)) == 2


def test_a_stored_value_that_can_no_longer_be_used_counts_not(office: tuple[Settings, Database]) -> None:
    settings, database = office
    choose(database, settings, {"time_zone": "Europe/Berlin", "organisation": "Lamp"})
    with database.writing() as session:
        session.execute(text("UPDATE chosen_settings SET time_zone = 'Gone/Zone'"))
    found = now_in_force(settings, database)
    assert (found.organisation, found.time_zone) == ("Lamp", "Asia/Shanghai")


@pytest.mark.parametrize("what", ["minimum_group_size = 3", "second_step = 'nobody'", "languages = 'de'", "id = 2"])
def test_the_database_keeps_the_floor_by_itself(office: tuple[Settings, Database], what: str) -> None:
    settings, database = office
    choose(database, settings, {"organisation": "Lamp"})
    with pytest.raises(IntegrityError), database.writing() as session:
        session.execute(text(f"UPDATE chosen_settings SET {what}"))  # noqa: S608 - from the list above


def test_the_environment_says_what_it_fixes() -> None:
    found = load_settings({"ASSESS_ORGANISATION": "Lantern", "ASSESS_CONTACT": "", "ASSESS_LANGUAGES": "zh, en"})
    assert found.fixed == {"organisation", "languages"}
    assert found.languages == ("zh", "en")
