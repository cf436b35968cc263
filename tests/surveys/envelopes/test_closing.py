"""Closing and opening: never early, never twice, killed anywhere without loss, and nothing left in the files."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from assess.errors import RefusalError
from assess.releases.store import read_frozen
from assess.surveys import publishing
from assess.surveys.contract import frozen_instrument
from assess.surveys.envelopes import closing, opening, storage
from assess.surveys.envelopes.closing import close_cycle
from assess.surveys.envelopes.keys import LINK, OPENING, CycleKeys
from assess.surveys.envelopes.models import Comment, Envelope, Response, SealedAnswer
from assess.surveys.errors import KeyMissingError, StorageBusyError, TamperedBoxError
from assess.surveys.models import Cycle, Group, State
from tests.surveys.shop import CLOSES, QUARTER, Shop, open_shop


class KilledError(Exception):
    """Stands for the end of the process at this very place."""


def keys(shop: Shop) -> CycleKeys:
    return CycleKeys(shop.settings.key_dir, shop.cycle().id)


def test_a_cycle_is_never_closed_early(shop: Shop) -> None:
    with pytest.raises(RefusalError, match="open until 4 December 2026, 18:00 and is never closed early"):
        close_cycle(shop.database, shop.settings, QUARTER, now=CLOSES - timedelta(seconds=1))
    assert shop.cycle().state == State.OPEN


def test_after_closing_there_are_no_links_and_no_envelopes(shop: Shop) -> None:
    shop.everybody_answers("Ads")
    link_key = keys(shop).link_key()
    with shop.database.reading() as session:
        envelope_keys = session.scalars(select(Envelope.key)).all()
    assert all(secret in shop.stored_bytes() for secret in [link_key, *envelope_keys])
    assert shop.close() == State.SEALED
    stored = shop.stored_bytes()
    assert not any(secret in stored for secret in [link_key, *envelope_keys])
    assert (shop.count(Envelope), shop.count(SealedAnswer)) == (0, 8)
    assert not (keys(shop).folder / LINK).exists()
    assert keys(shop).is_closed


def test_after_opening_there_is_no_key_and_no_sealed_body(shop: Shop) -> None:
    shop.everybody_answers("Ads")
    shop.close()
    opening_key = (keys(shop).folder / OPENING).read_bytes()
    with shop.database.reading() as session:
        bodies = session.scalars(select(SealedAnswer.body)).all()
    shop.open()
    stored = shop.stored_bytes()
    assert opening_key[40:60] not in stored
    assert not any(body[115:150] in stored for body in bodies)
    assert shop.cycle().state == State.OPENED
    assert (shop.count(SealedAnswer), shop.count(Response), shop.count(Comment)) == (0, 8, 8)


def test_after_publication_no_answer_is_in_any_file(shop: Shop) -> None:
    canary = "a heron stands in the rain"
    shop.everybody_answers("Ads")
    shop.answer(shop.codes["Ads"][0], 2, CMT2=canary)
    shop.close()
    shop.open()
    with shop.database.reading() as session:
        ratings = session.scalars(select(Response.ratings)).all()
    assert canary.encode() in shop.stored_bytes()
    shop.publish()
    stored = shop.stored_bytes()
    assert canary.encode() not in stored
    assert not any(row in stored for row in ratings)
    assert (shop.count(Response), shop.count(Comment)) == (0, 0)


def test_what_was_answered_is_what_is_opened(shop: Shop) -> None:
    shop.answer(shop.codes["Ads"][0], 1)
    shop.answer(shop.codes["Ads"][0], 5, CMT1="replaced")
    for place, code in enumerate(shop.codes["Ads"][1:6]):
        shop.answer(code, 1 + place)
    shop.close()
    shop.open()
    with shop.database.reading() as session:
        rows = session.scalars(select(Response.ratings)).all()
        comments = session.execute(select(Comment.prompt, Comment.text)).all()
    width = len(frozen_instrument(shop.cycle()).whole_key().items)
    assert all(len(row) == width for row in rows)
    assert Counter(row[0] for row in rows) == Counter([5, 1, 2, 3, 4, 5])
    assert [tuple(row) for row in comments] == [("CMT1", "replaced")]


STEPS: list[tuple[object, str]] = [
    (closing, "shuffle_envelopes"),
    (closing, "_move_shuffled"),
    (closing, "empty"),
    (closing, "destroy_links"),
    (CycleKeys, "destroy"),
    (CycleKeys, "mark_closed"),
    (closing, "rewrite"),
    (opening, "take_over"),
    (opening, "decrypt"),
    (opening, "empty"),
    (opening, "finish_opening"),
    (opening, "rewrite"),
    (publishing, "freeze_result"),
    (publishing, "freeze"),
    (publishing, "score_guarded"),
    (publishing, "delete_answers"),
    (publishing, "empty"),
    (publishing, "rewrite"),
]


@pytest.mark.usefixtures("each_database")
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{getattr(step[0], '__name__', '')}.{step[1]}")
def test_killed_at_any_step_it_goes_on_and_ends_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: tuple[object, str], after: bool
) -> None:
    shop = open_shop(tmp_path, (("Lantern", None, 0), ("Ads", "Lantern", 7), ("Box", "Lantern", 6)))
    shop.everybody_answers("Ads", 6)
    shop.everybody_answers("Box", 5)
    where, name = step
    real: Callable[..., object] = getattr(where, name)

    def killed(*arguments: object, **named: object) -> object:
        if after:
            real(*arguments, **named)
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(where, name, killed)
        with pytest.raises(KilledError):
            shop.finish()
    shop.finish()
    cycle = shop.cycle()
    assert (cycle.state, cycle.envelopes, cycle.unreadable, cycle.running) == (State.PUBLISHED, 11, 0, None)
    assert [shop.count(table) for table in (Envelope, SealedAnswer, Response, Comment)] == [0, 0, 0, 0]
    assert not (keys(shop).folder / LINK).exists()
    assert not (keys(shop).folder / OPENING).exists()
    with shop.database.reading() as session:
        result, _checksum = read_frozen(session, cycle_id=cycle.id)
    entries = {entry["team"]: entry for entry in result["scores"]["cycles"][0]["teams"]}
    assert {name: entry["n"] for name, entry in entries.items()} == {"Ads": 6, "Box": 5}
    assert entries["Box"]["dimensions"]["COM"]["score_100"] == 50, "one each of 1 to 5"
    shop.database.close()


def test_every_step_may_be_run_twice(shop: Shop) -> None:
    shop.everybody_answers("Ads")
    assert (shop.close(), shop.close()) == (State.SEALED, State.SEALED)
    shop.open()
    shop.open()
    shop.publish()
    shop.publish()
    assert shop.close() == State.PUBLISHED
    assert shop.cycle().envelopes == 8


def test_with_an_open_reader_the_state_stays_closing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "PATIENCE_MS", 50)
    shop.everybody_answers("Ads")
    with shop.database.engine.connect() as reader:
        reader.execute(select(func.count()).select_from(Envelope)).scalar_one()
        with pytest.raises(StorageBusyError, match=r"The database is being read.*run the same command again"):
            shop.close()
        assert shop.cycle().state == State.CLOSING
    assert shop.close() == State.SEALED
    assert shop.count(SealedAnswer) == 8


def test_fewer_envelopes_than_the_minimum_are_destroyed_unopened(shop: Shop) -> None:
    shop.everybody_answers("Ads", 4)
    cycle_id = shop.cycle().id
    assert shop.close() == State.ABORTED
    assert [shop.count(table) for table in (Envelope, SealedAnswer, Response)] == [0, 0, 0]
    folder = CycleKeys(shop.settings.key_dir, cycle_id).folder
    assert sorted(path.name for path in folder.iterdir()) == ["closed"]
    with pytest.raises(Exception, match="There is no cycle 2026Q4"):
        shop.cycle()


def test_a_box_with_more_envelopes_than_invited_is_not_opened(shop: Shop) -> None:
    shop.everybody_answers("Care")
    with shop.database.writing() as session:
        cycle_id = session.scalar(select(Cycle.id))
        group_id = session.scalar(select(Group.id).where(Group.name == "Care"))
        session.add(Envelope(key=bytes(32), cycle_id=cycle_id, group_id=group_id, body=bytes(8335)))
    with pytest.raises(TamperedBoxError, match=r"nobody was invited to hand in.*Destroy the cycle with: assess cycle"):
        shop.close()
    assert shop.cycle().state == State.OPEN


def test_a_box_with_the_label_of_no_group_is_not_opened(shop: Shop) -> None:
    shop.everybody_answers("Care")
    with shop.database.writing() as session:
        session.execute(update(Envelope).values(group_id="0" * 16))
    with pytest.raises(TamperedBoxError):
        shop.close()


def test_junk_and_copies_are_counted_as_unreadable(shop: Shop) -> None:
    shop.everybody_answers("Ads", 7)
    with shop.database.writing() as session:
        rows = session.scalars(select(Envelope).order_by(Envelope.key)).all()
        rows[0].body = bytes(8335)
        rows[1].body = rows[2].body
    shop.finish()
    cycle = shop.cycle()
    assert (cycle.envelopes, cycle.unreadable) == (7, 2)
    with shop.database.reading() as session:
        result, _checksum = read_frozen(session, cycle_id=cycle.id)
    assert (result["invited"], result["unreadable"], shop.cycle().envelopes) == (21, 2, 7)
    assert result["scores"]["cycles"][0]["organisation"]["n"] == 5


def test_a_lost_opening_key_is_said_and_the_cycle_can_be_aborted(shop: Shop) -> None:
    from assess.surveys.cycles import abort_cycle

    shop.everybody_answers("Ads")
    shop.close()
    (keys(shop).folder / OPENING).unlink()
    with pytest.raises(KeyMissingError, match=r"opening\.key is missing; run this on the host that holds the key"):
        shop.open()
    assert shop.count(SealedAnswer) == 8
    abort_cycle(shop.database, shop.settings, QUARTER)
    assert shop.count(SealedAnswer) == 0


def test_key_files_are_for_their_owner_only(shop: Shop) -> None:
    folder = keys(shop).folder
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == {LINK: 0o600, OPENING: 0o600}


def test_destroying_overwrites_before_it_unlinks(shop: Shop, tmp_path: Path) -> None:
    path = keys(shop).folder / LINK
    secret = path.read_bytes()
    witness = tmp_path / "witness"
    witness.hardlink_to(path)
    keys(shop).destroy(LINK)
    assert not path.exists()
    assert len(witness.read_bytes()) == 32
    assert witness.read_bytes() != secret
