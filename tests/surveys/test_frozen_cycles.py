"""What is kept in memory about a cycle is what it promised; what may change is asked for at every visit."""

from datetime import timedelta

import pytest
from sqlalchemy import event, update

from assess.surveys.frozen_cycles import frozen_cycle
from assess.surveys.invitations import find_invitation
from assess.surveys.models import Cycle, State
from tests.surveys.shop import CLOSES, DURING, Shop


def told(shop: Shop) -> list[str]:
    """Every statement from now on, transactions included."""
    statements: list[str] = []
    shop.database.close()
    event.listen(shop.database.engine, "connect", lambda raw, _entry: raw.set_trace_callback(statements.append))
    with shop.database.looking():
        statements.clear()
    return statements


def test_a_frozen_cycle_says_what_its_contract_says(shop: Shop) -> None:
    cycle = shop.cycle()
    with shop.database.looking() as driver:
        frozen = frozen_cycle(driver, cycle.id)
    assert frozen is not None
    assert (frozen.contract, frozen.contract_hash) == (cycle.contract, cycle.contract_hash)
    assert sorted(frozen.group_names.values()) == sorted(shop.codes)
    assert frozen.content["cycle_id"] == cycle.id.hex()


def test_a_cycle_that_never_opened_has_nothing_frozen(shop: Shop) -> None:
    with shop.database.looking() as driver:
        assert frozen_cycle(driver, bytes(16)) is None


@pytest.mark.only_on("sqlite", "SQLite says what it is told, the statements are the same")
def test_after_the_first_visit_a_look_is_one_statement(shop: Shop) -> None:
    code = shop.codes["Ads"][0]
    shop.answer(code)
    statements = told(shop)
    assert find_invitation(shop.database, code, now=DURING) is not None
    (only,) = statements
    assert "contract" not in only
    assert "name" not in only


@pytest.mark.only_on("sqlite", "SQLite says what it is told, the statements are the same")
def test_answering_is_two_statements_under_the_lock(shop: Shop) -> None:
    code = shop.codes["Ads"][0]
    shop.answer(code)
    statements = told(shop)
    shop.answer(code)
    words = [statement.split()[0] for statement in statements]
    assert words[-4:] == ["BEGIN", "SELECT", "INSERT", "COMMIT"]
    assert words[:-4] == ["SELECT"]  # the cycle the answers are sealed for


def test_state_and_times_are_read_anew_at_every_visit(shop: Shop) -> None:
    code = shop.codes["Ads"][0]

    def states() -> tuple[str, object]:
        view = find_invitation(shop.database, code, now=CLOSES)
        assert view is not None
        return view.state, view.closes_at

    assert states() == ("closed", CLOSES)
    with shop.database.writing() as session:
        session.execute(
            update(Cycle).values(closes_at=CLOSES + timedelta(days=1), latest_closes_at=CLOSES + timedelta(2))
        )
    assert states() == ("open", CLOSES + timedelta(days=1))
    with shop.database.writing() as session:
        session.execute(update(Cycle).values(state=State.CLOSING))
    assert states()[0] == "closed"
