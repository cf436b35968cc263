"""Opening by a key holder: whole or not at all, the first one wins, and junk leaves no group too small."""

import json
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select, update

from assess.errors import RefusalError
from assess.surveys.answers import AnswerSheet
from assess.surveys.contract import contract_of, frozen_instrument, recipients_of
from assess.surveys.envelopes import opening as worker
from assess.surveys.envelopes.box import put_envelope
from assess.surveys.envelopes.links import read_code
from assess.surveys.envelopes.models import Comment, Response, SealedAnswer
from assess.surveys.envelopes.opened import without_small_groups
from assess.surveys.envelopes.opening import decrypt
from assess.surveys.envelopes.seal import seal
from assess.surveys.errors import AlreadyOpenedError, NotForThisHolderError
from assess.surveys.hidden_before import tree_with_memory
from assess.surveys.holders import opening
from assess.surveys.holders.handed_back import Counts
from assess.surveys.holders.models import HolderKey, Opening, OpeningPiece
from assess.surveys.holders.opening import StartedOpening
from assess.surveys.models import Cycle, State
from tests.databases.stores import Store
from tests.surveys.shop import DURING, QUARTER, Shop, appoint, open_shop

KEYS = {"Ada": ec.generate_private_key(ec.SECP256R1()), "Bo": ec.generate_private_key(ec.SECP256R1())}
TREE = (("Lantern", None, 0), ("Ads", "Lantern", 8), ("Box", "Lantern", 7), ("Care", "Lantern", 7))


@pytest.fixture
def shop(tmp_path: Path, each_database: Store) -> Iterator[Shop]:
    shop = open_shop(tmp_path, TREE, KEYS)
    for group in ("Ads", "Box", "Care"):
        shop.everybody_answers(group)
    yield shop
    shop.database.close()


def account_of(shop: Shop, name: str) -> bytes:
    with shop.database.reading() as session:
        public = next(h for h in contract_of(shop.cycle())["key_holders"] if h["name"] == name)["public_key"]
        return next(
            key.account_id for key in session.scalars(select(HolderKey)) if b64encode(key.public_key).decode() == public
        )


class Holder:
    """What the holder's page does, in Python: fetch, open, hand back."""

    def __init__(self, shop: Shop, name: str = "Ada") -> None:
        self.shop, self.account, self.key = shop, account_of(shop, name), KEYS[name]
        self.started: StartedOpening = opening.start_opening(shop.database, QUARTER, self.account)

    def fetched(self) -> list[list[Any]]:
        with self.shop.database.reading() as session:
            pieces = range(self.started.pieces)
            arguments = (session, QUARTER, self.account, self.started.opening)
            return [row for piece in pieces for row in opening.sealed_piece(*arguments, piece)]

    def opened(self) -> tuple[list[Any], list[Any], Counts]:
        with self.shop.database.reading() as session:
            sheet = AnswerSheet.of(frozen_instrument(self.shop.cycle()))
            labels = session.get_one(Opening, self.started.opening).labels
            tokens = {label: token for token, label in labels.items()}
            tree = tree_with_memory(session, self.shop.cycle())
        tree = replace(
            tree,
            ids=tuple(tokens[name] for name in tree.ids),
            places={tokens[name]: place for place, name in enumerate(tree.ids)},
        )
        found = decrypt(self.fetched(), [self.key], self.started.context, sheet)
        kept = np.array(self.started.tree.allowed)
        found = without_small_groups(found, tree, kept)
        ratings = [[token, [None if v == 128 else v for v in given]] for token, given in found.ratings]
        return (
            ratings,
            [list(c) for c in found.comments],
            Counts(len(ratings), found.unreadable, found.copies, 1, 1),
        )

    def keep(self, kind: str, rows: object, number: int = 0) -> None:
        opening.keep_piece(
            self.shop.database,
            QUARTER,
            self.account,
            self.started.opening,
            kind=kind,
            number=number,
            body=json.dumps(rows).encode(),
        )

    def complete(self, counts: Counts) -> None:
        opening.complete_opening(
            self.shop.database, self.shop.settings, QUARTER, self.account, self.started.opening, counts
        )

    def open(self) -> None:
        ratings, comments, counts = self.opened()
        self.keep("ratings", ratings)
        self.keep("comments", comments)
        self.complete(counts)


def test_a_key_holder_opens_what_the_server_cannot(shop: Shop) -> None:
    assert shop.close() == State.SEALED
    with pytest.raises(RefusalError, match="wait for a key holder; ask one of them to open: Ada, Bo"):
        shop.open()
    holder = Holder(shop, "Bo")
    holder.open()
    assert shop.cycle().state == State.OPENED
    assert (shop.count(Response), shop.count(SealedAnswer)) == (22, 0)
    assert (shop.count(Opening), shop.count(OpeningPiece)) == (0, 0)
    shop.publish()
    assert shop.cycle().state == State.PUBLISHED
    assert not any(token.encode() in shop.stored_bytes() for token in holder.started.tree.tokens)


def test_to_the_holder_a_group_is_a_random_token(shop: Shop) -> None:
    shop.close()
    first, second = Holder(shop), Holder(shop)
    assert not set(first.started.tree.tokens) & set(second.started.tree.tokens)
    with shop.database.reading() as session:
        labels = set(session.get_one(Opening, first.started.opening).labels.values())
    assert not labels & {token for token, _body in first.fetched()}
    assert Counter(token for token, _body in first.fetched()).total() == 22


def test_the_first_complete_opening_wins_and_the_other_learns_it(shop: Shop) -> None:
    shop.close()
    first, second = Holder(shop, "Ada"), Holder(shop, "Bo")
    ratings, comments, counts = second.opened()
    second.keep("ratings", ratings)
    second.keep("comments", comments)
    first.open()
    before = shop.count(Response)
    with pytest.raises(AlreadyOpenedError, match="have been opened"):
        second.complete(counts)
    assert shop.count(Response) == before


def test_only_a_holder_of_this_cycle_opens(shop: Shop) -> None:
    stranger = appoint(shop.database, "Cy")
    shop.close()
    with pytest.raises(NotForThisHolderError, match="not sealed to your key"):
        opening.start_opening(shop.database, QUARTER, stranger)


def test_nothing_is_handed_out_before_closing(shop: Shop) -> None:
    with pytest.raises(RefusalError, match="has not closed yet"):
        opening.start_opening(shop.database, QUARTER, account_of(shop, "Ada"))


def drop_a_row(rows: list[Any], counts: Counts) -> tuple[list[Any], Counts]:
    return rows[1:], counts


def count_one_less(rows: list[Any], counts: Counts) -> tuple[list[Any], Counts]:
    return rows[1:], replace(counts, readable=counts.readable - 1)


def count_below_zero(rows: list[Any], counts: Counts) -> tuple[list[Any], Counts]:
    return rows + rows[:1], replace(counts, readable=counts.readable + 1, unreadable=-1)


def move_all_to_one_group(rows: list[Any], counts: Counts) -> tuple[list[Any], Counts]:
    leaf = next(row[0] for row in rows)
    return [[leaf, ratings] for _token, ratings in rows], counts


def name_an_unknown_group(rows: list[Any], counts: Counts) -> tuple[list[Any], Counts]:
    return [["00" * 16, rows[0][1]], *rows[1:]], counts


def promise_a_second_piece(rows: list[Any], counts: Counts) -> tuple[list[Any], Counts]:
    return rows, replace(counts, ratings_pieces=2)


def send_something_else(rows: list[Any], counts: Counts) -> tuple[list[Any], Counts]:
    return [{"token": 1}, *rows[1:]], counts


@pytest.mark.parametrize(
    "tamper",
    [
        drop_a_row,
        count_one_less,
        count_below_zero,
        move_all_to_one_group,
        name_an_unknown_group,
        promise_a_second_piece,
        send_something_else,
    ],
)
def test_what_does_not_add_up_is_not_taken_over(
    shop: Shop, tamper: Callable[[list[Any], Counts], tuple[list[Any], Counts]]
) -> None:
    shop.close()
    holder = Holder(shop)
    ratings, comments, counts = holder.opened()
    rows, said = tamper(ratings, counts)
    holder.keep("ratings", rows)
    holder.keep("comments", comments)
    with pytest.raises(RefusalError, match="nothing was taken over"):
        holder.complete(said)
    assert (shop.count(Response), shop.count(SealedAnswer)) == (0, 22)
    assert shop.cycle().state == State.SEALED
    Holder(shop).open()
    assert shop.count(Response) == 22


def test_answers_that_do_not_fit_the_questionnaire_are_counted_not_stored(shop: Shop) -> None:
    shop.close()
    holder = Holder(shop)
    ratings, comments, counts = holder.opened()
    ratings[0][1] = [9] * len(ratings[0][1])
    ratings[1][1] = [1]
    ratings[2][1] = ["4"] * len(ratings[2][1])
    comments[0][2] = "x" * 5000
    holder.keep("ratings", ratings)
    holder.keep("comments", comments)
    holder.complete(counts)
    assert (shop.count(Response), shop.cycle().unreadable) == (19, 3)
    assert shop.count(Comment) == len(comments) - 1


def test_a_piece_sent_twice_is_there_once(shop: Shop) -> None:
    shop.close()
    holder = Holder(shop)
    ratings, comments, counts = holder.opened()
    for _again in range(2):
        holder.keep("ratings", ratings[:10], 0)
        holder.keep("ratings", ratings[10:], 1)
        holder.keep("comments", comments)
    holder.complete(replace(counts, ratings_pieces=2))
    assert shop.count(Response) == 22


def junk(shop: Shop, code: str) -> None:
    """Put an envelope into the box that opens but holds no answer."""
    cycle = shop.cycle()
    assert cycle.contract is not None
    secret = read_code(code)
    assert secret is not None
    body = seal(b"junk", recipients_of(cycle.contract), b"assess/1" + cycle.id + cycle.contract_sha256)
    put_envelope(shop.database, secret, body, now=DURING)


@pytest.mark.usefixtures("each_database")
@pytest.mark.parametrize("copies", [False, True])
def test_junk_and_copies_around_one_answer_release_nothing_of_its_group(tmp_path: Path, copies: bool) -> None:
    shop = open_shop(tmp_path, TREE, KEYS)
    shop.everybody_answers("Ads")
    shop.everybody_answers("Box")
    victim, *others = shop.codes["Care"]
    for code in others:
        junk(shop, code)
    shop.answer(victim, 1)
    shop.close()
    if copies:  # an operator repeats the victim's envelope instead
        with shop.database.writing() as session:
            label = next(g["id"] for g in contract_of(shop.cycle())["groups"] if g["name"] == "Care")
            rows = session.scalars(select(SealedAnswer).where(SealedAnswer.group_id == label)).all()
            body = max((row.body for row in rows), key=lambda b: is_answer(shop, b))
            session.execute(update(SealedAnswer).where(SealedAnswer.group_id == label).values(body=body))
    Holder(shop).open()
    care = next(g["id"] for g in contract_of(shop.cycle())["groups"] if g["name"] == "Care")
    with shop.database.reading() as session:
        assert care not in set(session.scalars(select(Response.group_id)))
    assert shop.cycle().unreadable == 6
    shop.publish()
    shop.database.close()


def is_answer(shop: Shop, body: bytes) -> bool:
    cycle = shop.cycle()
    sheet = AnswerSheet.of(frozen_instrument(cycle))
    context = b"assess/1" + cycle.id + cycle.contract_sha256
    return bool(decrypt([("x", body)], [KEYS["Ada"]], context, sheet).ratings)


@pytest.mark.usefixtures("each_database")
def test_without_deciding_again_the_junk_would_expose_the_victim(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("tests.surveys.holders.test_opening.without_small_groups", lambda opened, *_rest: opened)
    shop = open_shop(tmp_path, TREE, KEYS)
    victim, *others = shop.codes["Care"]
    shop.everybody_answers("Ads")
    for code in others:
        junk(shop, code)
    shop.answer(victim, 1)
    shop.close()
    Holder(shop).open()
    care = next(g["id"] for g in contract_of(shop.cycle())["groups"] if g["name"] == "Care")
    with shop.database.reading() as session:
        assert list(session.scalars(select(Response.group_id))).count(care) == 1
    shop.database.close()


@pytest.mark.parametrize("step", ["rewrite", "store_opened"])
def test_killed_while_taking_over_it_goes_on(shop: Shop, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    shop.close()
    holder = Holder(shop)
    ratings, comments, counts = holder.opened()
    holder.keep("ratings", ratings)
    holder.keep("comments", comments)
    with monkeypatch.context() as killed:
        killed.setattr(worker if step == "rewrite" else opening, step, lambda *_a: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            holder.complete(counts)
    assert shop.cycle().state == State.SEALED
    if step == "rewrite":
        shop.open()  # the command that closes goes on where the kill was
    else:
        holder.complete(counts)
    assert (shop.cycle().state, shop.count(Response)) == (State.OPENED, 22)


def test_no_opening_key_lies_on_the_server(shop: Shop) -> None:
    names = {path.name for path in shop.settings.key_dir.rglob("*") if path.is_file()}
    assert names == {"link.key"}
    with shop.database.reading() as session:
        assert session.scalars(select(Cycle.level)).one() == "anonymous"
