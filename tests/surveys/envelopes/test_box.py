"""The box: one row of one table per member, whatever is clicked, until closing and not a moment longer."""

import threading
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from assess.extensions import Database
from assess.surveys.answers import PlainAnswers
from assess.surveys.envelopes import box
from assess.surveys.envelopes.box import put_answers
from assess.surveys.envelopes.closing import close_cycle, stop_accepting
from assess.surveys.envelopes.models import Envelope, SealedAnswer
from assess.surveys.errors import BlankAnswersError, CycleClosedError, CycleNotYetOpenError, UnknownCodeError
from assess.surveys.invitations import find_invitation
from assess.surveys.models import Invitation
from tests.databases.dumping import dump
from tests.surveys.shop import CLOSES, DURING, ITEMS, OPENS, QUARTER, Shop

SECOND = timedelta(seconds=1)


def test_answering_changes_exactly_one_row_of_one_table(shop: Shop) -> None:
    before = dump(shop.database)
    shop.answer(shop.codes["Ads"][0])
    after = dump(shop.database)
    assert before - after == Counter()
    (added,) = (after - before).elements()
    assert added.startswith("envelopes: ")


def test_a_second_envelope_replaces_the_first(shop: Shop) -> None:
    code = shop.codes["Ads"][0]
    first = put_answers(shop.database, code, PlainAnswers({ITEMS[0]: 1}), now=DURING)
    second = put_answers(shop.database, code.lower(), PlainAnswers({ITEMS[0]: 5}), now=DURING)
    assert (first.replaced, second.replaced) == (False, True)
    assert shop.count(Envelope) == 1


def test_a_blank_never_replaces_an_envelope(shop: Shop) -> None:
    code = shop.codes["Ads"][0]
    shop.answer(code)
    before = dump(shop.database)
    with pytest.raises(BlankAnswersError):
        put_answers(shop.database, code, PlainAnswers({}, {"CMT1": "   "}), now=DURING)
    assert dump(shop.database) == before


def test_looking_changes_nothing(shop: Shop) -> None:
    before = dump(shop.database)
    view = find_invitation(shop.database, shop.codes["Ads"][0], now=DURING)
    assert view is not None
    assert (view.state, view.envelope_exists, view.group_name, view.contact) == (
        "open",
        False,
        "Ads",
        "people@lantern.example",
    )
    shop.answer(shop.codes["Ads"][0])
    again = find_invitation(shop.database, shop.codes["Ads"][0], now=DURING)
    neighbour = find_invitation(shop.database, shop.codes["Ads"][1], now=DURING)
    assert again is not None
    assert neighbour is not None
    assert (again.envelope_exists, neighbour.envelope_exists) == (True, False)
    (added,) = (dump(shop.database) - before).elements()
    assert added.startswith("envelopes: ")


@pytest.mark.parametrize("code", ["", "nonsense", "0" * 26, "0" * 16])
def test_an_unknown_code_is_refused_with_a_remedy(shop: Shop, code: str) -> None:
    with pytest.raises(UnknownCodeError, match="No survey belongs to this code; compare it with your invitation"):
        shop.answer(code)
    assert find_invitation(shop.database, code, now=DURING) is None


def test_the_window_opens_and_closes_to_the_second(shop: Shop) -> None:
    code = shop.codes["Ads"][0]
    with pytest.raises(CycleNotYetOpenError, match="has not opened yet; the opening time is in your invitation"):
        shop.answer(code, now=OPENS - SECOND)
    shop.answer(code, now=OPENS)
    shop.answer(code, now=CLOSES - SECOND)
    with pytest.raises(CycleClosedError, match="has closed; what you handed in before stays in the box"):
        shop.answer(code, now=CLOSES)
    assert shop.count(Envelope) == 1


def test_a_clock_set_back_does_not_open_the_box_again(shop: Shop) -> None:
    with pytest.raises(CycleClosedError):
        shop.answer(shop.codes["Ads"][0], now=CLOSES)
    with pytest.raises(CycleClosedError):
        shop.answer(shop.codes["Ads"][1], now=DURING)
    view = find_invitation(shop.database, shop.codes["Ads"][0], now=DURING)
    assert view is not None
    assert view.state == "closed"


def test_a_late_visit_leaves_no_time_behind(shop: Shop) -> None:
    late = CLOSES + timedelta(hours=3, minutes=7)
    with pytest.raises(CycleClosedError):
        shop.answer(shop.codes["Ads"][0], now=late)
    assert shop.cycle().clock_mark == CLOSES


def test_no_acknowledged_envelope_is_lost_when_closing_comes_in_between(shop: Shop) -> None:
    codes = [code for group in shop.codes.values() for code in group]
    acknowledged: list[str] = []
    started = threading.Barrier(5)

    def hand_in(part: list[str]) -> None:
        started.wait()
        for code in part:
            try:
                shop.answer(code, now=CLOSES - SECOND)
            except CycleClosedError:
                return
            acknowledged.append(code)

    workers = [threading.Thread(target=hand_in, args=(codes[place::4],)) for place in range(4)]
    for worker in workers:
        worker.start()
    for code in codes[:6]:
        shop.answer(code, now=DURING)
    started.wait()
    close_cycle(shop.database, shop.settings, QUARTER, now=CLOSES)
    for worker in workers:
        worker.join()
    assert shop.count(SealedAnswer) == len(set(acknowledged) | set(codes[:6]))
    assert shop.count(Envelope) == 0


def counted_when_closing_comes_between_check_and_insert(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> int:
    """Let another process stop accepting when an envelope has been checked and is not yet in the box."""
    real, closed = box._upsert, threading.Event()
    other = Database(shop.url)

    def close() -> None:
        stop_accepting(other, shop.settings, QUARTER, now=CLOSES)
        closed.set()

    closing = threading.Thread(target=close)

    def insert_late(*arguments: Any) -> None:
        closing.start()
        closed.wait(1)  # where the lock holds, closing waits for us
        real(*arguments)

    monkeypatch.setattr(box, "_upsert", insert_late)
    shop.answer(shop.codes["Ads"][0], now=CLOSES - SECOND)
    closing.join()
    other.close()
    assert shop.count(Envelope) == 1, "the member was told that it is in the box"
    return shop.cycle().envelopes or 0


def test_closing_waits_for_an_envelope_that_has_been_checked(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    assert counted_when_closing_comes_between_check_and_insert(shop, monkeypatch) == 1


def test_without_one_transaction_around_both_an_acknowledged_envelope_would_not_be_counted(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Database, "writing_rows", lambda database, **_lock: database.looking())
    assert counted_when_closing_comes_between_check_and_insert(shop, monkeypatch) == 0


def test_no_code_and_no_secret_is_in_any_file(shop: Shop, tmp_path: Path) -> None:
    shop.answer(shop.codes["Ads"][0])
    stored = shop.stored_bytes().upper()
    for codes in shop.codes.values():
        assert not any(code.encode() in stored for code in codes)


def test_two_bodies_of_one_member_are_stored_under_a_key_that_is_no_lookup(shop: Shop) -> None:
    shop.answer(shop.codes["Ads"][0])
    with shop.database.reading() as session:
        (envelope,) = session.scalars(select(Envelope)).all()
        lookups = set(session.scalars(select(Invitation.lookup)))
    assert envelope.key not in lookups
