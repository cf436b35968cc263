"""What an attacker can read out of order: everything from a careless variant kept here, nothing from the product.

Eight members answer in a known order. Over many runs a guess that pairs the n-th arrival with the n-th stored row is
right once in eight for the product; the bound is four standard deviations above chance.
"""

from collections.abc import Callable, Sequence
from math import sqrt
from pathlib import Path
from random import SystemRandom
from secrets import token_bytes
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from assess.extensions import Base, Database
from assess.surveys.answers import AnswerSheet, PlainAnswers
from assess.surveys.envelopes.closing import _move_shuffled
from assess.surveys.envelopes.links import envelope_key
from assess.surveys.envelopes.models import Envelope, SealedAnswer
from assess.surveys.envelopes.opening import decrypt
from assess.surveys.envelopes.seal import public_bytes, seal
from assess.surveys.instruments import load_instrument
from assess.surveys.models import Cycle

MEMBERS, RUNS = 8, 25
CHANCE = RUNS * 1.0  # a random order has one fixed point on average, with variance one
BOUND = CHANCE + 4 * sqrt(RUNS)
EVERYTHING = float(RUNS * MEMBERS)
CYCLE = Cycle(id=bytes(16))
KEY = ec.generate_private_key(ec.SECP256R1())

Mover = Callable[[Session, Sequence[bytes]], None]


def product(session: Session, _arrived: Sequence[bytes]) -> None:
    _move_shuffled(session, CYCLE, {"g": "g"})


def careless(session: Session, arrived: Sequence[bytes]) -> None:
    """Move in order of arrival under numbers that count: what a table with a running number would do."""
    bodies = {key: body for key, body in session.execute(select(Envelope.key, Envelope.body))}  # noqa: C416 - typed rows
    for number, key in enumerate(arrived):
        row = {"id": number.to_bytes(16, "big"), "cycle_id": CYCLE.id, "group_id": "g", "body": bodies[key]}
        session.execute(insert(SealedAnswer), [row])


def unshuffled(session: Session, _arrived: Sequence[bytes]) -> None:
    """Move in order of the envelopes' keys, as a copy without a shuffle does."""
    rows = session.execute(select(Envelope.key, Envelope.body).order_by(Envelope.key)).all()
    for _key, body in rows:
        session.execute(
            insert(SealedAnswer), [{"id": token_bytes(16), "cycle_id": CYCLE.id, "group_id": "g", "body": body}]
        )


def arrivals(folder: Path, mover: Mover) -> tuple[list[bytes], list[bytes], list[bytes], bytes]:
    """Run one small closing: keys and bodies in order of arrival, bodies as stored by id, bytes of the file."""
    path = folder / f"{token_bytes(6).hex()}.sqlite"
    database = Database(f"sqlite:///{path}")
    Base.metadata.create_all(database.engine, tables=[Envelope.__table__, SealedAnswer.__table__])  # type: ignore[list-item]
    keys = [envelope_key(token_bytes(16)) for _ in range(MEMBERS)]
    bodies = [token_bytes(8335) for _ in range(MEMBERS)]
    for key, body in zip(keys, bodies, strict=True):
        with database.writing() as session:
            session.add(Envelope(key=key, cycle_id=CYCLE.id, group_id="g", body=body))
    with database.writing() as session:
        mover(session, keys)
    with database.reading() as session:
        stored = list(session.scalars(select(SealedAnswer.body).order_by(SealedAnswer.id)))
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return keys, bodies, stored, path.read_bytes()


def hits(guessed: Sequence[bytes], true: Sequence[bytes]) -> int:
    return sum(one == other for one, other in zip(guessed, true, strict=True))


def test_the_careless_variant_gives_everybody_away_in_order_of_arrival(tmp_path: Path) -> None:
    total = 0
    for _run in range(RUNS):
        _keys, bodies, stored, _file = arrivals(tmp_path, careless)
        total += hits(stored, bodies)
    assert total == EVERYTHING


def test_the_order_of_arrival_is_not_in_the_sealed_answers(tmp_path: Path) -> None:
    total = 0
    for _run in range(RUNS):
        _keys, bodies, stored, _file = arrivals(tmp_path, product)
        assert sorted(stored) == sorted(bodies), "nothing is lost and nothing is there twice"
        total += hits(stored, bodies)
    assert total <= BOUND


def physical(file: bytes, bodies: Sequence[bytes]) -> list[bytes]:
    """Order bodies as their last copies lie in the file: pages are taken in order of insertion."""
    return sorted(bodies, key=lambda body: file.rfind(body[4000:4200]))


def by_key(keys: Sequence[bytes], bodies: Sequence[bytes]) -> list[bytes]:
    return [body for _key, body in sorted(zip(keys, bodies, strict=True))]


def test_without_the_shuffle_the_pages_repeat_the_order_of_the_envelopes(tmp_path: Path) -> None:
    total = 0
    for _run in range(RUNS):
        keys, bodies, _stored, file = arrivals(tmp_path, unshuffled)
        total += hits(physical(file, bodies), by_key(keys, bodies))
    assert total == EVERYTHING


def test_with_the_shuffle_the_pages_repeat_nothing_even_before_the_rewrite(tmp_path: Path) -> None:
    total = 0
    for _run in range(RUNS):
        keys, bodies, _stored, file = arrivals(tmp_path, product)
        total += hits(physical(file, bodies), by_key(keys, bodies))
    assert total <= BOUND


SHEET = AnswerSheet.of(load_instrument("team24").effective(()))
CONTEXT = b"assess/1"


def opened_orders() -> tuple[int, int]:
    """Open eight envelopes; count where rating n is of envelope n, and where comment n is of the writer of rating n."""
    items = [code for code, _lo, _hi in SHEET.items[:MEMBERS]]
    sealed = []
    for place, item in enumerate(items):
        plain = SHEET.encode(PlainAnswers({item: 2}, {"CMT1": str(place)}))
        sealed.append(("g", seal(plain, [public_bytes(KEY)], CONTEXT)))
    opened = decrypt(sealed, [KEY], CONTEXT, SHEET)
    writers = [ratings.index(2) for _label, ratings in opened.ratings]
    comments = [int(text) for _label, _prompt, text in opened.comments]
    assert sorted(writers) == sorted(comments) == list(range(MEMBERS))
    return (
        sum(writer == place for place, writer in enumerate(writers)),
        sum(writer == comment for writer, comment in zip(writers, comments, strict=True)),
    )


def test_opening_keeps_neither_the_order_of_envelopes_nor_ratings_and_comments_together() -> None:
    runs = [opened_orders() for _ in range(RUNS)]
    assert sum(order for order, _pair in runs) <= BOUND
    assert sum(pair for _order, pair in runs) <= BOUND


def test_opening_without_the_shuffle_would_keep_both(monkeypatch: pytest.MonkeyPatch) -> None:
    def leave_alone(self: SystemRandom, x: Any) -> None:
        return None

    monkeypatch.setattr(SystemRandom, "shuffle", leave_alone)
    runs = [opened_orders() for _ in range(3)]
    assert runs == [(MEMBERS, MEMBERS)] * 3
