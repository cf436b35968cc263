"""What somebody finds who has stolen a backup: no answer, no code, no key, no order of arrival."""

import base64
from collections.abc import Iterator
from math import sqrt
from pathlib import Path
from random import Random
from secrets import token_bytes

import pytest
from sqlalchemy import select

from assess.extensions import Base, Database
from assess.operations.snapshot import rows_of
from assess.operations.tables import reflected
from assess.surveys.envelopes.closing import shuffle_envelopes, stop_accepting
from assess.surveys.envelopes.keys import LINK, OPENING, CycleKeys
from assess.surveys.envelopes.links import envelope_key, read_code
from assess.surveys.envelopes.models import Comment, Envelope, Response, SealedAnswer
from assess.surveys.envelopes.opening import take_over
from assess.surveys.models import Invitation
from tests.databases.stores import Store, current_store
from tests.operations.saving import rows, unpacked
from tests.surveys.shop import CLOSES, QUARTER, Shop, open_shop

CANARY = "the coffee machine hums in B flat"


@pytest.fixture
def shop(tmp_path: Path, each_database: Store) -> Iterator[Shop]:
    shop = open_shop(tmp_path)
    for place, code in enumerate(shop.codes["Ads"]):
        shop.answer(code, rating=1 + place % 5, CMT1=f"{CANARY} {place}")
    shop.everybody_answers("Box")
    yield shop
    shop.database.close()


def in_any_form(secret: bytes) -> list[bytes]:
    return [secret, secret.hex().encode(), secret.hex().upper().encode(), base64.b64encode(secret)]


def whole(shop: Shop) -> bytes:
    """All members unpacked, and the bytes that base 64 hides."""
    members = unpacked(shop.database)
    plain = b"\n".join(members.values())
    blobs = [
        base64.b64decode(value)
        for name in ("envelopes", "invitations", "cycles", "holder_keys", "result_documents")
        for row in rows(members, name)
        for value in row
        if isinstance(value, str) and _is_base64(value)
    ]
    return plain + b"\n" + b"\n".join(blobs)


def _is_base64(value: str) -> bool:
    try:
        return bool(value) and base64.b64encode(base64.b64decode(value, validate=True)).decode() == value
    except ValueError:
        return False


def keys_of(shop: Shop) -> list[bytes]:
    keys = CycleKeys(shop.settings.key_dir, shop.cycle().id)
    return [keys.copy_of(name) for name in (LINK, OPENING) if keys.holds(name)]


def test_in_mid_cycle_no_code_no_key_and_no_readable_answer_is_in_it(shop: Shop) -> None:
    stolen = whole(shop)
    for code in [code for codes in shop.codes.values() for code in codes]:
        secret = read_code(code)
        assert secret is not None
        assert not any(form in stolen for form in [code.encode(), code.lower().encode(), *in_any_form(secret)])
    for key in keys_of(shop):
        assert not any(form in stolen for form in in_any_form(key))
    assert CANARY.encode() not in stolen
    assert b'"ratings"' not in stolen
    with shop.database.reading() as session:
        bodies = session.scalars(select(Envelope.body)).all()
    assert len(bodies) == 15
    assert all(body in stolen for body in bodies), "sealed envelopes are saved: without them answers would be lost"


def test_shuffled_answers_are_not_in_it(shop: Shop) -> None:
    with shop.database.reading() as session:
        bodies = session.scalars(select(Envelope.body)).all()
    shop.close()
    assert shop.count(SealedAnswer) == 15
    stolen = whole(shop)
    assert not any(body in stolen for body in bodies)
    assert not any(body[4000:4100] in stolen for body in bodies)


def test_between_the_shuffle_and_the_end_of_closing_there_is_no_body_in_it_either(shop: Shop) -> None:
    with shop.database.reading() as session:
        bodies = session.scalars(select(Envelope.body)).all()
    stop_accepting(shop.database, shop.settings, QUARTER, now=CLOSES)
    shuffle_envelopes(shop.database, QUARTER)
    stolen = whole(shop)
    assert not any(body[4000:4100] in stolen for body in bodies)


def test_opened_answers_are_not_in_it_however_far_opening_has_come(shop: Shop) -> None:
    shop.close()
    take_over(shop.database, shop.settings, QUARTER)
    assert shop.count(Response) == 15
    with shop.database.reading() as session:
        ratings = set(session.scalars(select(Response.ratings)))
        comments = session.scalars(select(Comment.text)).all()
    assert any(CANARY in comment for comment in comments)
    for _step in range(2):
        stolen = whole(shop)
        assert CANARY.encode() not in stolen
        assert not any(form in stolen for row in ratings for form in in_any_form(row))
        shop.open()


def test_no_row_of_the_file_joins_an_invitation_to_an_envelope(shop: Shop) -> None:
    """L11 with a backup: people's rows and envelopes' rows share nothing but cycle and group."""
    members = unpacked(shop.database)
    invitations = {value for row in rows(members, "invitations") for value in row if isinstance(value, str)}
    envelopes = {value for row in rows(members, "envelopes") for value in row if isinstance(value, str)}
    with shop.database.reading() as session:
        groups = set(session.scalars(select(Invitation.group_id)))
    assert invitations & envelopes <= {base64.b64encode(shop.cycle().id).decode(), *groups}


MEMBERS, RUNS = 8, 25
BOUND = RUNS + 4 * sqrt(RUNS)  # a random order has one fixed point on average, with variance one


def order_in_the_file(folder: Path, *, weakened: bool) -> int:
    """Put eight envelopes in, save, and count where the n-th row of the file is the n-th that arrived."""
    database = Database(current_store().empty(folder / token_bytes(6).hex()))
    Base.metadata.create_all(database.engine, tables=[Envelope.__table__])  # type: ignore[list-item]
    arrived = [envelope_key(token_bytes(16)) for _ in range(MEMBERS)]
    if weakened:  # keys that count, as a running number would
        arrived = [bytes(31) + bytes([number]) for number in range(MEMBERS)]
    for number, key in enumerate(arrived):
        with database.writing() as session:
            session.add(Envelope(key=key, cycle_id=bytes(16), group_id="g", body=Random(number).randbytes(8335)))
    with database.engine.connect() as connection:
        saved = [bytes(row[0]) for row in rows_of(connection, reflected(connection).tables["envelopes"])]
    database.close()
    assert sorted(saved) == sorted(arrived)
    return sum(one == other for one, other in zip(saved, arrived, strict=True))


@pytest.mark.usefixtures("each_database")
def test_the_order_of_the_file_says_nothing_about_the_order_of_arrival(tmp_path: Path) -> None:
    assert sum(order_in_the_file(tmp_path, weakened=False) for _ in range(RUNS)) <= BOUND


@pytest.mark.usefixtures("each_database")
def test_with_keys_that_count_the_file_would_tell_the_order_of_arrival(tmp_path: Path) -> None:
    assert sum(order_in_the_file(tmp_path, weakened=True) for _ in range(3)) == 3 * MEMBERS
