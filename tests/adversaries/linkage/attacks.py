"""Attacks on the link between a person and an answer, each against the product and against a weakened variant.

Eight members of one group answer, each with a pattern of their own, in an order and at times that the attacker may
know. An attack says for each person which pattern is theirs; what it cannot know it guesses at random. One right
guess of eight is chance.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from unittest.mock import patch

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.surveys.answers import AnswerSheet, PlainAnswers
from assess.surveys.contract import frozen_instrument
from assess.surveys.envelopes import box, closing
from assess.surveys.envelopes.box import put_answers
from assess.surveys.envelopes.keys import LINK, OPENING, CycleKeys
from assess.surveys.envelopes.links import envelope_key, link_secret, lookup_of, read_code
from assess.surveys.envelopes.models import Envelope, SealedAnswer
from assess.surveys.envelopes.opening import decrypt
from assess.surveys.envelopes.seal import sealing_context
from assess.surveys.models import Cycle, Invitation
from tests.surveys.shop import DURING, ITEMS, Shop, open_shop

MEMBERS = 8
TREE = (("Lantern", None, 0), ("Ads", "Lantern", MEMBERS), ("Box", "Lantern", 7))
HOLDERS = {"Ada": ec.generate_private_key(ec.SECP256R1()), "Bo": ec.generate_private_key(ec.SECP256R1())}

Guess = Mapping[bytes, int]
"""Pattern by invitation id."""


@dataclass
class Played:
    """One survey as it was answered, and what an attacker may have copied on the way.

    `order` are invitation ids as they answered; person n gave pattern n. `snapshots` are copies of the database taken
    after each answer.
    """

    shop: Shop
    order: list[bytes]
    snapshots: list[Path] = field(default_factory=list)

    @property
    def truth(self) -> Guess:
        return {person: pattern for pattern, person in enumerate(self.order)}

    def right(self, guess: Guess) -> int:
        """How many of the eight are linked."""
        return sum(guess.get(person) == pattern for person, pattern in self.truth.items())

    def keys(self) -> CycleKeys:
        return CycleKeys(self.shop.settings.key_dir, self.shop.cycle().id)

    def pattern(self, body: bytes, key: ec.EllipticCurvePrivateKey | None) -> int | None:
        """Open one body; None without the right key."""
        if key is None:
            return None
        cycle = self.shop.cycle()
        sheet = AnswerSheet.of(frozen_instrument(cycle))
        context = sealing_context(cycle.id, cycle.contract_sha256)
        opened = decrypt([("", body)], [key], context, sheet)
        return opened.ratings[0][1].index(5) if opened.ratings else None


def play(folder: Path, *, anonymous: bool, snapshots: bool = False, rng: Random) -> Played:
    """Let the eight answer in a random order, person n with pattern n (a five on item n), the other group as well."""
    shop = open_shop(folder, TREE, HOLDERS if anonymous else None)
    shop.everybody_answers("Box")
    codes = list(shop.codes["Ads"])
    rng.shuffle(codes)
    played = Played(shop, [person_of(shop, code) for code in codes])
    for pattern, code in enumerate(codes):
        ratings = {item: 5 if place == pattern else 1 for place, item in enumerate(ITEMS)}
        put_answers(shop.database, code, PlainAnswers(ratings), now=DURING + timedelta(minutes=pattern))
        if snapshots:
            played.snapshots.append(snapshot(shop, folder / f"snapshot-{pattern}.sqlite"))
    return played


def person_of(shop: Shop, code: str) -> bytes:
    """Who holds a code: known to the test, not to an attacker."""
    secret = read_code(code)
    assert secret is not None
    with shop.database.reading() as session:
        return session.scalars(select(Invitation.id).where(Invitation.lookup == lookup_of(secret))).one()


def snapshot(shop: Shop, path: Path) -> Path:
    """Copy the database as a backup does."""
    source = sqlite3.connect(str(shop.database.url.database))
    target = sqlite3.connect(path)
    source.backup(target)
    source.close()
    target.close()
    return path


def persons(shop: Shop) -> list[bytes]:
    """List the invitations of the group, as the database has them."""
    with shop.database.reading() as session:
        label = next(g for g in session.scalars(select(Invitation.group_id).distinct()) if is_ads(shop, g))
        return list(session.scalars(select(Invitation.id).where(Invitation.group_id == label).order_by(Invitation.id)))


def is_ads(shop: Shop, group: str) -> bool:
    with shop.database.reading() as session:
        members = session.scalars(select(Invitation.name).where(Invitation.group_id == group)).all()
    return any((name or "").startswith("Ads") for name in members)


def by_chance(shop: Shop, patterns: Sequence[int | None], rng: Random) -> Guess:
    """Pair persons with patterns at random, as somebody must who has no way from one to the other."""
    shuffled = [pattern for pattern in patterns if pattern is not None] or list(range(MEMBERS))
    rng.shuffle(shuffled)
    return dict(zip(persons(shop), shuffled, strict=False))


def bodies_of_ads(path: Path | str) -> dict[bytes, bytes]:
    """Read key and body of the group's envelopes out of a copy of the database."""
    with sqlite3.connect(path) as copy:
        rows = copy.execute(
            "SELECT key, body FROM envelopes WHERE group_id IN (SELECT id FROM cycle_groups WHERE name = 'Ads')"
        ).fetchall()
    copy.close()
    return dict(rows)


def with_both_keys(played: Played, rng: Random) -> Guess:
    """L12: link.key and opening.key and the database, while the survey is open."""
    keys = played.keys()
    key = keys.opening_key() if (keys.folder / OPENING).exists() else None
    return _by_links(played, keys.link_key(), key, rng)


def with_link_key_and_holder(played: Played, rng: Random) -> Guess:
    """A key holder together with the people who run the server, while the survey is open."""
    return _by_links(played, played.keys().link_key(), HOLDERS["Ada"], rng)


def _by_links(played: Played, link_key: bytes, key: ec.EllipticCurvePrivateKey | None, rng: Random) -> Guess:
    bodies = bodies_of_ads(str(played.shop.database.url.database))
    found: dict[bytes, int] = {}
    for person in persons(played.shop):
        body = bodies.get(envelope_key(link_secret(link_key, person)))
        pattern = None if body is None else played.pattern(body, key)
        if pattern is not None:
            found[person] = pattern
    return found or by_chance(played.shop, [], rng)


def with_every_byte_and_the_code(played: Played, rng: Random) -> Guess:
    """L11: every stored byte and the holder's key, but neither link.key nor mails nor knowledge of who came when.

    A row of a person is tried against a row of the box: where both carry one hash, a join links them.
    """
    bodies = bodies_of_ads(str(played.shop.database.url.database))
    opened = {key: played.pattern(body, HOLDERS["Ada"]) for key, body in bodies.items()}
    assert sorted(p for p in opened.values() if p is not None) == list(range(MEMBERS)), "readable, but whose?"
    with played.shop.database.reading() as session:
        lookups = {invitation.id: invitation.lookup for invitation in session.scalars(select(Invitation))}
    joined = {person: pattern for person, look in lookups.items() if (pattern := opened.get(look)) is not None}
    return joined or by_chance(played.shop, [pattern for _key, pattern in sorted(opened.items())], rng)


def with_snapshots(key: ec.EllipticCurvePrivateKey | None) -> Callable[[Played, Random], Guess]:
    """L5 and L11: a copy after every answer, and the knowledge of who answered when; with or without a holder's key."""

    def attack(played: Played, rng: Random) -> Guess:
        seen: set[bytes] = set()
        arrived: list[int | None] = []
        for path in played.snapshots:
            fresh = {k: body for k, body in bodies_of_ads(path).items() if k not in seen}
            seen |= set(fresh)
            arrived += [read(played, body, key) for body in fresh.values()]
        if None in arrived:
            return by_chance(played.shop, [], rng)
        return dict(zip(played.order, (p for p in arrived if p is not None), strict=True))

    return attack


def read(played: Played, body: bytes, key: ec.EllipticCurvePrivateKey | None) -> int | None:
    """Read a body that lies there in plain, or open it."""
    plain = body.rstrip(b"\0")
    return plain[0] - 1 if len(plain) == 1 else played.pattern(body, key)


def after_closing(played: Played, rng: Random) -> Guess:
    """L13: every byte the live system has after closing, and the holder's key.

    Where link.key is still there, ids are tried that follow from it; else rows are put beside persons as they lie.
    """
    with played.shop.database.reading() as session:
        rows = session.execute(select(SealedAnswer.id, SealedAnswer.body).order_by(SealedAnswer.id)).all()
    opened = {row_id: played.pattern(body, HOLDERS["Ada"]) for row_id, body in rows if _is_of_eight(played, body)}
    if (played.keys().folder / LINK).exists():
        link_key = played.keys().link_key()
        ids = {person: envelope_key(link_secret(link_key, person))[:16] for person in persons(played.shop)}
        return {person: pattern for person, i in ids.items() if (pattern := opened.get(i)) is not None}
    return by_chance(played.shop, list(opened.values()), rng)


def _is_of_eight(played: Played, body: bytes) -> bool:
    """Tell the group's rows by what was answered, which gives the attacker more than the label."""
    cycle = played.shop.cycle()
    sheet = AnswerSheet.of(frozen_instrument(cycle))
    ratings = decrypt([("", body)], [HOLDERS["Ada"]], sealing_context(cycle.id, cycle.contract_sha256), sheet).ratings
    return sorted(ratings[0][1][: len(ITEMS)]) == [1] * (len(ITEMS) - 1) + [5]


def in_file_order(played: Played, _rng: Random) -> Guess:
    """L1: after closing, the order in which bodies lie in the file, taken for the order in which people answered."""
    file = Path(str(played.shop.database.url.database)).read_bytes()
    with played.shop.database.reading() as session:
        bodies = list(session.scalars(select(SealedAnswer.body)))
    mine = [body for body in bodies if _is_of_eight(played, body)]
    mine.sort(key=lambda body: file.rfind(body[4000:4100]))
    patterns = [played.pattern(body, HOLDERS["Ada"]) for body in mine]
    return dict(zip(played.order, (p for p in patterns if p is not None), strict=True))


@contextmanager
def plain_bodies() -> Iterator[None]:
    """Weaken for L5: the box stores what was answered as it is."""

    def plain(text: bytes, _recipients: Sequence[bytes], _context: bytes) -> bytes:
        ratings = text.split(b"[", 1)[1].split(b"]", 1)[0].split(b",")
        return bytes([1 + (ratings.index(b"5") if b"5" in ratings else 0)]).ljust(8335, b"\0")

    with patch.object(box, "seal", plain):
        yield


@contextmanager
def one_hash() -> Iterator[None]:
    """Weaken for L11: one hash for the person's row and the envelope's instead of two."""
    with patch.object(box, "envelope_key", lookup_of):
        yield


@contextmanager
def order_kept() -> Iterator[None]:
    """Weaken for L1: closing moves rows in order of arrival, under numbers that count."""

    def move(session: Session, cycle: Cycle, labels: Mapping[str, str]) -> None:
        rows = session.execute(select(Envelope).where(Envelope.cycle_id == cycle.id)).scalars().all()
        for number, row in enumerate(sorted(rows, key=lambda row: ARRIVED.get(row.key, 0))):
            name = number.to_bytes(16, "big")
            session.add(SealedAnswer(id=name, cycle_id=cycle.id, group_id=labels[row.group_id], body=row.body))

    with patch.object(closing, "_move_shuffled", move):
        yield


@contextmanager
def key_kept() -> Iterator[None]:
    """Weaken for L13: closing names rows after envelopes and leaves link.key where it is."""

    def move(session: Session, cycle: Cycle, labels: Mapping[str, str]) -> None:
        for row in session.execute(select(Envelope).where(Envelope.cycle_id == cycle.id)).scalars().all():
            label = labels[row.group_id]
            session.add(SealedAnswer(id=row.key[:16], cycle_id=cycle.id, group_id=label, body=row.body))

    with patch.object(closing, "_move_shuffled", move), patch.object(CycleKeys, "destroy", lambda _self, _name: None):
        yield


ARRIVED: dict[bytes, int] = {}
"""Order of arrival by envelope key, for the variant that keeps it."""


def note_arrivals(played: Played) -> None:
    """Tell the variant that keeps the order what it is."""
    link_key = played.keys().link_key()
    ARRIVED.clear()
    for place, person in enumerate(played.order):
        ARRIVED[envelope_key(link_secret(link_key, person))] = place
