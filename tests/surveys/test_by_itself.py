"""A planned survey opens by itself only where its roster was confirmed lately, and says what is missing else."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from assess.config import Settings
from assess.errors import RefusalError
from assess.extensions import Database
from assess.jobs.models import Queue
from assess.mail_config import MailSettings
from assess.messages.models import Kind, OutboxMessage
from assess.surveys.by_itself import CONFIRMED_WITHIN, Wanting, what_is_missing
from assess.surveys.cycles import create_cycle, find_cycle
from assess.surveys.models import Cycle, Level, State
from assess.tasks.opening import overdue_openings
from assess.tasks.worker import Worker
from assess.teams.confirming import confirm_roster, confirmation
from assess.teams.models import Person, Team
from tests.databases.stores import Store
from tests.surveys.shop import QUARTER, hire, installation

NOW = datetime.now(UTC).replace(microsecond=0)
OPENS = NOW - timedelta(minutes=1)
MAIL = MailSettings("mail.invalid", "survey@lantern.example")


@pytest.fixture
def planned(tmp_path: Path, each_database: Store) -> Iterator[tuple[Settings, Database]]:
    """An installation with mail and a plan whose time has come, made in time."""
    settings, database = installation(tmp_path)
    settings = replace(settings, mail=MAIL)
    hire(database, (("Lantern", None, 0), ("Ads", "Lantern", 8)))
    plan(database)
    yield settings, database
    database.close()


def plan(database: Database, level: Level = Level.CONFIDENTIAL) -> None:
    create_cycle(
        database,
        quarter=QUARTER,
        instrument="team24",
        opens_at=OPENS,
        closes_at=OPENS + timedelta(days=9),
        level=level,
    )
    with database.writing() as session:
        session.execute(update(Cycle).values(planned_at=OPENS - timedelta(days=3)))


def missing(settings: Settings, database: Database, at: datetime = NOW) -> tuple[Wanting, ...]:
    with database.reading() as session:
        return what_is_missing(session, settings, find_cycle(session, QUARTER), at=at)


def due(settings: Settings, database: Database, now: datetime = NOW) -> list[str]:
    with database.reading() as session:
        return [str(job.arguments["quarter"]) for job in overdue_openings(session, settings, now=now)]


def test_it_waits_until_somebody_has_confirmed_the_roster(planned: tuple[Settings, Database]) -> None:
    settings, database = planned
    assert missing(settings, database) == (Wanting.ROSTER,)
    assert due(settings, database) == []
    assert confirm_roster(database, by="hanna@shop.example", now=NOW) == 8
    assert missing(settings, database) == ()
    assert due(settings, database) == [QUARTER]


def test_a_confirmation_holds_for_fourteen_days_and_not_a_second_longer(planned: tuple[Settings, Database]) -> None:
    settings, database = planned
    confirm_roster(database, by="", now=NOW - CONFIRMED_WITHIN)
    assert missing(settings, database) == ()
    assert missing(settings, database, NOW + timedelta(seconds=1)) == (Wanting.ROSTER,)


def test_a_roster_or_a_team_that_changes_takes_the_confirmation_with_it(planned: tuple[Settings, Database]) -> None:
    settings, database = planned
    confirm_roster(database, by="", now=NOW)
    with database.writing() as session:
        person = session.scalars(select(Person).limit(1)).one()
        name, person.name = person.name, "Somebody else"
    assert missing(settings, database) == (Wanting.ROSTER,)
    with database.writing() as session:
        session.scalars(select(Person).where(Person.name == "Somebody else")).one().name = name
    assert missing(settings, database) == (), "it is what was confirmed"
    with database.writing() as session:
        session.scalars(select(Team).where(Team.name == "Ads")).one().leader_email = "new@lantern.example"
    assert missing(settings, database) == (Wanting.ROSTER,)


def test_what_was_not_looked_at_is_not_confirmed(planned: tuple[Settings, Database]) -> None:
    _settings, database = planned
    with pytest.raises(RefusalError, match="have changed since you looked"):
        confirm_roster(database, by="", now=NOW, seen=b"other")
    with database.reading() as session:
        assert confirmation(session) is None
    with database.writing() as session:
        session.execute(delete(Person))
    with pytest.raises(RefusalError, match="Nobody is on the roster"):
        confirm_roster(database, by="", now=NOW)


def test_without_mail_or_beside_another_survey_it_waits(planned: tuple[Settings, Database]) -> None:
    settings, database = planned
    confirm_roster(database, by="", now=NOW)
    assert missing(replace(settings, mail=None), database) == (Wanting.MAIL,)
    with database.writing() as session:
        session.execute(update(Cycle).values(planned_at=OPENS + timedelta(seconds=1)))
    assert missing(settings, database) == (Wanting.PLANNED_LATE,), "nobody has had time to look at it"


def test_an_anonymous_plan_waits_for_key_holders(tmp_path: Path, each_database: Store) -> None:
    settings, database = installation(tmp_path)
    settings = replace(settings, mail=MAIL)
    hire(database, (("Lantern", None, 0), ("Ads", "Lantern", 8)))
    plan(database, Level.ANONYMOUS)
    confirm_roster(database, by="", now=NOW)
    assert missing(settings, database) == (Wanting.HOLDERS,)
    database.close()


def test_too_small_a_roster_does_not_open(tmp_path: Path, each_database: Store) -> None:
    settings, database = installation(tmp_path)
    settings = replace(settings, mail=MAIL)
    hire(database, (("Lantern", None, 0), ("Ads", "Lantern", 3)))
    plan(database)
    confirm_roster(database, by="", now=NOW)
    assert missing(settings, database) == (Wanting.PEOPLE,)
    database.close()


def test_the_worker_opens_it_and_queues_the_invitations_once(planned: tuple[Settings, Database]) -> None:
    settings, database = planned
    confirm_roster(database, by="", now=NOW)
    worker = Worker(settings, Queue.KEEPER)
    for _minute in range(2):
        worker.look_around()
        worker.work()
    worker.database.close()
    worker._calls.close()
    with database.reading() as session:
        cycle = find_cycle(session, QUARTER)
        assert cycle.state == State.OPEN
        kinds = session.scalars(select(OutboxMessage.kind)).all()
    assert kinds == [Kind.INVITATION] * 8
    assert due(settings, database) == []


def test_before_its_time_and_after_its_closing_nothing_is_due(planned: tuple[Settings, Database]) -> None:
    settings, database = planned
    confirm_roster(database, by="", now=NOW)
    assert due(settings, database, OPENS - timedelta(seconds=1)) == []
    assert due(settings, database, OPENS + timedelta(days=9)) == []
