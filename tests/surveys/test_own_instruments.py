"""Questionnaires of an organisation's own: kept, replaced, planned with, taken away, and never mixed up."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assess.errors import AssessError, InputError
from assess.extensions import Database
from assess.localisation import use_language
from assess.surveys.contract import frozen_instrument
from assess.surveys.cycles import abort_cycle, create_cycle, find_cycle
from assess.surveys.instruments import instrument_source
from assess.surveys.inviting import open_cycle
from assess.surveys.models import Cycle
from assess.surveys.own_instruments import keeping
from assess.surveys.own_instruments.finding import known_instrument, own_instruments
from assess.surveys.own_instruments.keeping import Kept, keep_instrument, remove_instrument
from assess.surveys.planned import PlannedFacts, change_planned_cycle, facts_of, mark_of
from tests.surveys.own_files import own_file, without_module
from tests.surveys.shop import CLOSES, OPENS, PREPARED, QUARTER, Shop, hire, installation

NOW = datetime(2026, 11, 1, 9, tzinfo=UTC)


@pytest.fixture
def shop(tmp_path: Path, each_database: object) -> Iterator[Shop]:
    del each_database
    settings, database = installation(tmp_path)
    hire(database, (("Shop", None, 0), ("Ads", "Shop", 8)))
    yield Shop(settings, database, {})
    database.close()


def keep(database: Database, content: bytes, name: str = "mine.toml", now: datetime = NOW) -> Kept:
    with database.writing() as session:
        return keep_instrument(session, name, content, now=now)


def plan(database: Database, instrument: str = "calm", modules: tuple[str, ...] = ()) -> None:
    create_cycle(database, quarter=QUARTER, instrument=instrument, modules=modules, opens_at=OPENS, closes_at=CLOSES)


def cycle_of(database: Database) -> Cycle:
    with database.reading() as session:
        return find_cycle(session, QUARTER)


def codes(database: Database) -> list[str]:
    with database.reading() as session:
        return [each.instrument.code for each in own_instruments(session)]


def test_a_kept_questionnaire_is_planned_with_by_its_code(shop: Shop) -> None:
    assert keep(shop.database, own_file()).replaced == ""
    plan(shop.database, modules=("GOAL",))
    cycle = cycle_of(shop.database)
    asked = frozen_instrument(cycle)
    assert (cycle.instrument_code, cycle.instrument_source) == ("calm", own_file().decode())
    assert [item.code for item in asked.items] == ["CALM1", "CALM2", "GOAL1"]


def test_a_plan_can_change_to_it_and_back(shop: Shop) -> None:
    keep(shop.database, own_file())
    plan(shop.database, "team24")
    before = cycle_of(shop.database)
    facts = facts_of(before)
    own = PlannedFacts("calm", (), facts.opens_at, facts.closes_at, facts.latest_closes_at, facts.level)
    change_planned_cycle(shop.database, QUARTER, own, seen=mark_of(before))
    assert cycle_of(shop.database).instrument_source == own_file().decode()
    change_planned_cycle(shop.database, QUARTER, facts, seen=mark_of(cycle_of(shop.database)))
    assert cycle_of(shop.database).instrument_source == instrument_source("team24")


def test_a_new_version_replaces_the_one_before_also_in_the_plan(shop: Shop) -> None:
    keep(shop.database, own_file())
    plan(shop.database)
    mark = mark_of(cycle_of(shop.database))
    later = NOW + timedelta(hours=1)
    kept = keep(shop.database, own_file("1.1", "We may think."), now=later)
    assert (kept.replaced, kept.plans) == ("1.0", (QUARTER,))
    cycle = cycle_of(shop.database)
    assert frozen_instrument(cycle).items[0].text["en"] == "We may think."
    assert (cycle.planned_at, codes(shop.database)) == (later, ["calm"])
    assert mark_of(cycle) != mark, "whoever looked at the plan before has to look again"


def test_the_same_file_again_changes_nothing(shop: Shop) -> None:
    keep(shop.database, own_file())
    plan(shop.database)
    mark = mark_of(cycle_of(shop.database))
    assert keep(shop.database, own_file(), now=NOW + timedelta(hours=1)).plans == ()
    assert mark_of(cycle_of(shop.database)) == mark
    with shop.database.reading() as session:
        known = known_instrument(session, "calm")
        assert known is not None
        assert known.kept_at == NOW


def test_a_version_the_plan_could_not_ask_is_refused_and_changes_nothing(shop: Shop) -> None:
    keep(shop.database, own_file())
    plan(shop.database, modules=("GOAL",))
    with pytest.raises(InputError, match=r"The plan of 2026 Q4 could not ask this version: .*GOAL.*Change the plan"):
        keep(shop.database, without_module("1.1"))
    assert cycle_of(shop.database).instrument_source == own_file().decode()
    with shop.database.reading() as session:
        known = known_instrument(session, "calm")
        assert known is not None
        assert known.source == own_file().decode()


def test_other_words_need_another_version_once_it_was_asked(shop: Shop) -> None:
    keep(shop.database, own_file())
    plan(shop.database)
    keep(shop.database, own_file(words="We may think."))  # nobody has been asked yet: the version may stay
    open_cycle(shop.database, shop.settings, QUARTER, now=PREPARED)
    with pytest.raises(InputError, match=r"mine\.toml: Version 1\.0 of calm was asked in 2026 Q4 in other words"):
        keep(shop.database, own_file(words="We could think."))
    assert keep(shop.database, own_file("1.1", "We could think.")).plans == (), "an open survey keeps what it asks"
    assert frozen_instrument(cycle_of(shop.database)).items[0].text["en"] == "We may think."


def test_what_is_removed_stays_in_the_plan_and_is_offered_no_more(shop: Shop) -> None:
    keep(shop.database, own_file())
    plan(shop.database)
    with shop.database.writing() as session:
        assert remove_instrument(session, "calm")
        assert not remove_instrument(session, "calm"), "a second time there is nothing to remove"
        assert not remove_instrument(session, "team24")
    assert codes(shop.database) == []
    assert cycle_of(shop.database).instrument_source == own_file().decode()
    abort_cycle(shop.database, shop.settings, QUARTER)
    with pytest.raises(InputError, match="There is no instrument calm"):
        plan(shop.database)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"\xff\xfe" + "code".encode("utf-16-le"), "mine.toml"),
        (b"code = ", "mine.toml"),
        (b"", "mine.toml"),
        (own_file(code="team24"), "mine.toml"),
        (own_file(code="a/b"), "mine.toml"),
        (own_file().replace(b'text.zh = "\xe6', b'text.fr = "\xe6'), "mine.toml"),
        (b"#" * 1_000_001, "mine.toml"),
        (own_file() + b'\n[[comments]]\ncode = "CMT2"\ntext.en = "b"\ntext.zh = "b"\n'
         + b'[[comments]]\ncode = "CMT3"\ntext.en = "c"\ntext.zh = "c"\n', "calm"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_named_and_not_kept(shop: Shop, content: bytes, place: str, language: str) -> None:
    with use_language(language), pytest.raises(AssessError) as caught:
        keep(shop.database, content)
    assert place in str(caught.value)
    assert ("。" in str(caught.value)) is (language == "zh")
    assert codes(shop.database) == []


def test_there_is_an_end_to_how_many_are_kept(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST_KEPT", 2)
    keep(shop.database, own_file())
    keep(shop.database, own_file(code="calm2"))
    with pytest.raises(InputError, match="There are 2 questionnaires of your own already; remove one first"):
        keep(shop.database, own_file(code="calm3"))
    keep(shop.database, own_file("1.1"))
    assert codes(shop.database) == ["calm", "calm2"]
