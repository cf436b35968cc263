"""What an attacker can read out of order: everything from a careless variant kept here, nothing from the product.

Eight members answer in a known order. Over many runs a guess that pairs the n-th arrival with the n-th stored row is
right once in eight for the product; the bound is four standard deviations above chance.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from random import SystemRandom
from secrets import token_bytes
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import create_engine, insert, select, text

from assess.extensions import Base, Database
from assess.surveys.answers import AnswerSheet, PlainAnswers
from assess.surveys.envelopes.closing import _move_shuffled
from assess.surveys.envelopes.links import envelope_key, read_code
from assess.surveys.envelopes.models import Envelope, SealedAnswer
from assess.surveys.envelopes.opening import decrypt
from assess.surveys.envelopes.seal import public_bytes, seal
from assess.surveys.instruments import load_instrument
from assess.surveys.models import Cycle
from tests.databases.stores import PostgresqlStore, current_store
from tests.surveys.shop import Shop

MEMBERS, RUNS = 8, 25
CHANCE = RUNS * 1.0  # a random order has one fixed point on average, with variance one
BOUND = CHANCE + 4 * sqrt(RUNS)
CYCLE = Cycle(id=bytes(16))
KEY = ec.generate_private_key(ec.SECP256R1())

Mover = Callable[[Database, Sequence[bytes]], None]


def product(database: Database, _arrived: Sequence[bytes]) -> None:
    with database.writing() as session:
        _move_shuffled(session, CYCLE, {"g": "g"})


def careless(database: Database, arrived: Sequence[bytes]) -> None:
    """Move in order of arrival under numbers that count: what a table with a running number would do."""
    _move_in_order(database, arrived, lambda number: number.to_bytes(16, "big"))


def unshuffled(database: Database, arrived: Sequence[bytes]) -> None:
    """Move in order of the envelopes' keys, as a copy without a shuffle does."""
    _move_in_order(database, sorted(arrived), lambda _number: token_bytes(16))


def one_by_one(database: Database, arrived: Sequence[bytes]) -> None:
    """Move each envelope in a transaction of its own, as soon as it is there."""
    for key in arrived:
        _move_in_order(database, [key], lambda _number: token_bytes(16))


def _move_in_order(database: Database, keys: Sequence[bytes], new_id: Callable[[int], bytes]) -> None:
    with database.writing() as session:
        bodies = {key: body for key, body in session.execute(select(Envelope.key, Envelope.body))}  # noqa: C416 - typed
        for number, key in enumerate(keys):
            row = {"id": new_id(number), "cycle_id": CYCLE.id, "group_id": "g", "body": bodies[key]}
            session.execute(insert(SealedAnswer), [row])


@dataclass(frozen=True)
class Left:
    """What a closing leaves: keys and bodies in order of arrival, bodies as read by id, the address of the database."""

    keys: list[bytes]
    bodies: list[bytes]
    by_id: list[bytes]
    url: str

    @property
    def by_key(self) -> list[bytes]:
        return [body for _key, body in sorted(zip(self.keys, self.bodies, strict=True))]

    def as_it_lies(self) -> list[bytes]:
        """Order bodies as they last lie in the file, by bytes from a place where PostgreSQL does not cut them."""
        file = current_store().stored_bytes(self.url)
        return sorted(self.bodies, key=lambda body: file.rfind(body[4000:4200]))

    def ask(self, sql: str) -> list[Any]:
        """Read one column beside the product."""
        engine = create_engine(self.url)
        with engine.connect() as connection:
            found = list(connection.execute(text(sql)).scalars())
        engine.dispose()
        return found


def arrivals(folder: Path, mover: Mover) -> Left:
    """Run one small closing."""
    url = current_store().empty(folder / token_bytes(6).hex())
    database = Database(url)
    Base.metadata.create_all(database.engine, tables=[Envelope.__table__, SealedAnswer.__table__])  # type: ignore[list-item]
    keys = [envelope_key(token_bytes(16)) for _ in range(MEMBERS)]
    bodies = [token_bytes(8335) for _ in range(MEMBERS)]
    for key, body in zip(keys, bodies, strict=True):
        with database.writing() as session:
            session.add(Envelope(key=key, cycle_id=CYCLE.id, group_id="g", body=body))
    mover(database, keys)
    with database.reading() as session:
        by_id = list(session.scalars(select(SealedAnswer.body).order_by(SealedAnswer.id)))
    database.close()
    return Left(keys, bodies, by_id, url)


def hits(guessed: Sequence[bytes], true: Sequence[bytes]) -> int:
    return sum(one == other for one, other in zip(guessed, true, strict=True))


@pytest.mark.usefixtures("each_database")
def test_the_careless_variant_gives_everybody_away_in_order_of_arrival(tmp_path: Path) -> None:
    left = arrivals(tmp_path, careless)
    assert hits(left.by_id, left.bodies) == MEMBERS


@pytest.mark.usefixtures("each_database")
def test_the_order_of_arrival_is_not_in_the_sealed_answers(tmp_path: Path) -> None:
    total = 0
    for _run in range(RUNS):
        left = arrivals(tmp_path, product)
        assert sorted(left.by_id) == sorted(left.bodies), "nothing is lost and nothing is there twice"
        total += hits(left.by_id, left.bodies)
    assert total <= BOUND


@pytest.mark.only_on("sqlite", "its pages are taken in order of insertion; PostgreSQL says the order itself, below")
@pytest.mark.usefixtures("each_database")
def test_without_the_shuffle_the_pages_repeat_the_order_of_the_envelopes(tmp_path: Path) -> None:
    left = arrivals(tmp_path, unshuffled)
    assert hits(left.as_it_lies(), left.by_key) == MEMBERS


@pytest.mark.usefixtures("each_database")
def test_with_the_shuffle_the_pages_repeat_nothing_even_before_the_rewrite(tmp_path: Path) -> None:
    total = 0
    for _run in range(RUNS):
        left = arrivals(tmp_path, product)
        total += hits(left.as_it_lies(), left.by_key)
    assert total <= BOUND


# What every row of PostgreSQL says beside its columns: its place, the transaction that wrote it, the number of its
# body in the table where long values lie.
ORDERS = {
    "ctid": "SELECT body FROM sealed_answers ORDER BY ctid",
    "xmin": "SELECT body FROM sealed_answers ORDER BY CAST(CAST(xmin AS text) AS bigint), random()",
}


def on_postgresql(test: Callable[..., None]) -> Callable[..., None]:
    marked: Callable[..., None] = pytest.mark.usefixtures("each_database")(test)
    pytest.mark.only_on("postgresql", "rows of SQLite without a rowid have no such columns")(marked)
    return marked


@on_postgresql
@pytest.mark.parametrize(("order", "weak"), [("ctid", unshuffled), ("xmin", one_by_one)])
def test_hidden_columns_give_everybody_away_in_the_weak_variant(tmp_path: Path, order: str, weak: Mover) -> None:
    left = arrivals(tmp_path, weak)
    assert hits(left.ask(ORDERS[order]), left.by_key if weak is unshuffled else left.bodies) == MEMBERS


@on_postgresql
@pytest.mark.parametrize("order", ORDERS)
def test_hidden_columns_give_nobody_away_in_the_product(tmp_path: Path, order: str) -> None:
    runs = [arrivals(tmp_path, product) for _run in range(RUNS)]
    found = [left.ask(ORDERS[order]) for left in runs]
    assert sum(hits(bodies, left.bodies) for bodies, left in zip(found, runs, strict=True)) <= BOUND
    assert sum(hits(bodies, left.by_key) for bodies, left in zip(found, runs, strict=True)) <= BOUND


@on_postgresql
def test_while_open_the_order_of_arrival_is_there_as_the_page_says(shop: Shop) -> None:
    codes = list(shop.codes["Ads"])
    for code in codes:
        shop.answer(code)
    arrived = [envelope_key(read_code(code) or b"") for code in codes]
    assert ask(shop, "SELECT key FROM envelopes ORDER BY ctid") == arrived
    assert ask(shop, "SELECT key FROM envelopes ORDER BY CAST(CAST(xmin AS text) AS bigint)") == arrived


@on_postgresql
def test_after_closing_and_after_opening_all_rows_are_of_one_transaction(shop: Shop) -> None:
    shop.everybody_answers("Ads")
    shop.everybody_answers("Box", 5)
    shop.close()
    assert ask(shop, "SELECT count(DISTINCT CAST(xmin AS text)) FROM sealed_answers") == [1]
    shop.open()
    both = "SELECT CAST(xmin AS text) FROM responses UNION SELECT CAST(xmin AS text) FROM comments"
    assert len(ask(shop, both)) == 1


@on_postgresql
@pytest.mark.parametrize("table", ["envelopes", "sealed_answers", "responses", "comments"])
def test_emptying_starts_new_files_and_removes_the_old(shop: Shop, table: str) -> None:
    shop.everybody_answers("Ads")
    if table != "envelopes":
        shop.close()
    if table in {"responses", "comments"}:
        shop.open()
    before = set(ask(shop, FILES.format(table=table)))
    {"envelopes": shop.close, "sealed_answers": shop.open}.get(table, shop.publish)()
    assert len(before) >= 4
    assert not before & set(ask(shop, FILES.format(table=table)))
    store = current_store()
    assert isinstance(store, PostgresqlStore)
    store.stored_bytes(shop.url)  # asks for a checkpoint, after which the old ones are gone
    assert not [file for file in before if (store.server.data / file).exists()]


@on_postgresql
def test_deleting_instead_would_leave_every_body_in_the_file(shop: Shop) -> None:
    shop.everybody_answers("Ads")
    bodies = ask(shop, "SELECT body FROM envelopes")
    with shop.database.writing() as session:
        session.execute(text("DELETE FROM envelopes"))
    stored = shop.stored_bytes()
    assert all(body[4000:4100] in stored for body in bodies)


# A table and the one beside it that holds its long values, each with its indexes.
FILES = """
    SELECT pg_relation_filepath(c.oid) FROM pg_class AS c, pg_class AS t
    WHERE t.relname = '{table}' AND (
        c.oid IN (t.oid, t.reltoastrelid)
        OR c.oid IN (SELECT indexrelid FROM pg_index WHERE indrelid IN (t.oid, t.reltoastrelid)))
"""


def ask(shop: Shop, sql: str) -> list[Any]:
    with shop.database.reading() as session:
        return list(session.execute(text(sql)).scalars())


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
