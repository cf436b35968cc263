"""What is asked is frozen with the cycle: a changed questionnaire is refused on every way to an answer or a figure."""

from pathlib import Path

import pytest
from sqlalchemy import select, update

from assess.errors import RefusalError
from assess.surveys.contract import frozen_instrument
from assess.surveys.cycles import create_cycle
from assess.surveys.envelopes.models import Envelope, Response, SealedAnswer
from assess.surveys.inviting import open_cycle
from assess.surveys.models import Cycle, State
from tests.surveys.shop import CLOSES, OPENS, PREPARED, QUARTER, Shop, hire, installation

CHANGED = "The questionnaire of 2026Q4 is no longer the one in its contract; restore the version of Assess"


def swap_a_word(shop: Shop) -> None:
    """Change one word of one question in the stored text, as an operator with the database could."""
    item = frozen_instrument(shop.cycle()).items[0]
    text = item.text["en"]
    with shop.database.writing() as session:
        source = session.scalars(select(Cycle.instrument_source)).one()
        assert source.count(text) == 1
        session.execute(update(Cycle).values(instrument_source=source.replace(text, "I like my leader.")))


def test_the_questionnaire_in_force_is_the_one_of_the_contract(shop: Shop) -> None:
    assert frozen_instrument(shop.cycle()).code == "team24"
    swap_a_word(shop)
    with pytest.raises(RefusalError, match=CHANGED):
        frozen_instrument(shop.cycle())


def test_no_answer_is_taken_to_a_changed_question(shop: Shop) -> None:
    code = shop.codes["Ads"][0]
    swap_a_word(shop)
    with pytest.raises(RefusalError, match=CHANGED):
        shop.answer(code)
    assert shop.count(Envelope) == 0


def test_no_envelope_is_opened_under_a_changed_question(shop: Shop) -> None:
    shop.everybody_answers("Ads")
    shop.close()
    swap_a_word(shop)
    with pytest.raises(RefusalError, match=CHANGED):
        shop.open()
    assert shop.cycle().state == State.SEALED
    assert (shop.count(SealedAnswer), shop.count(Response)) == (len(shop.codes["Ads"]), 0)


def test_nothing_is_published_under_a_changed_question(shop: Shop) -> None:
    shop.everybody_answers("Ads")
    shop.close()
    shop.open()
    swap_a_word(shop)
    with pytest.raises(RefusalError, match=CHANGED):
        shop.publish()
    assert shop.cycle().state == State.OPENED


@pytest.mark.usefixtures("each_database")
def test_a_cycle_needs_the_file_it_was_created_from_no_longer(tmp_path: Path) -> None:
    settings, database = installation(tmp_path)
    hire(database, (("Lantern", None, 0), ("Ads", "Lantern", 8)))
    file = tmp_path / "own.toml"
    create_cycle(database, quarter=QUARTER, instrument="team24", opens_at=OPENS, closes_at=CLOSES)
    with database.reading() as session:
        source = session.scalars(select(Cycle.instrument_source)).one()
    file.write_text(source, encoding="utf-8")
    with database.writing() as session:
        session.execute(update(Cycle).values(state=State.ABORTED))
    create_cycle(database, quarter=QUARTER, instrument=str(file), opens_at=OPENS, closes_at=CLOSES)
    file.unlink()
    open_cycle(database, settings, QUARTER, now=PREPARED)
    with database.reading() as session:
        cycle = session.scalars(select(Cycle).where(Cycle.state == State.OPEN)).one()
    assert len(frozen_instrument(cycle).items) > 0
    database.close()
