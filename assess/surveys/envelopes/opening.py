"""Opening: decrypt what is shuffled, check it, keep ratings and comments apart (anonymity.md, Closing, 4 and 5)."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import SystemRandom
from secrets import token_bytes
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from assess.config import Settings
from assess.errors import AssessError, RefusalError
from assess.extensions import Database
from assess.localisation import gettext as _
from assess.surveys.answers import AnswerSheet, PlainAnswers
from assess.surveys.contract import frozen_instrument
from assess.surveys.cycles import find_cycle
from assess.surveys.envelopes.keys import OPENING, CycleKeys
from assess.surveys.envelopes.models import Comment, Response, SealedAnswer
from assess.surveys.envelopes.seal import UnreadableEnvelopeError, sealing_context, unseal
from assess.surveys.envelopes.storage import empty, hold_box, rewrite
from assess.surveys.models import Cycle, State

NO_ANSWER = -128
BATCH = 500
"""Bodies in memory at a time."""


@dataclass(frozen=True)
class Opened:
    """What came out of the envelopes, each list in an order of its own, and how many could not be read."""

    ratings: tuple[tuple[str, bytes], ...]
    comments: tuple[tuple[str, str, str], ...]
    unreadable: int


def open_envelopes(database: Database, settings: Settings, quarter: str) -> None:
    """Bring a confidential cycle from `sealed` to `opened`; killed anywhere, it goes on where it was."""
    take_over(database, settings, quarter)
    destroy_opening_key(database, settings, quarter)


def take_over(database: Database, settings: Settings, quarter: str) -> None:
    """Decrypt and store in one transaction that also drops the sealed bodies: nothing is lost, nothing there twice."""
    with database.writing() as session:
        hold_box(session)
        cycle = find_cycle(session, quarter)
        if cycle.state != State.SEALED:
            if cycle.state in {State.CREATED, State.OPEN, State.CLOSING}:
                raise RefusalError(_("The cycle %(quarter)s is not closed yet; close it first.", quarter=quarter))
            return
        if cycle.unreadable is not None:  # an earlier run came this far
            return
        opened = _open(session, cycle, settings)
        sealed = session.scalar(select(func.count()).select_from(SealedAnswer))
        if len(opened.ratings) + opened.unreadable != sealed:
            raise RefusalError(_("Opened and unreadable envelopes do not add up; nothing was taken over."))
        _store(session, cycle, opened)
        cycle.unreadable = opened.unreadable
        empty(session, SealedAnswer)


def destroy_opening_key(database: Database, settings: Settings, quarter: str) -> None:
    """Destroy the key and rewrite the files; only then the cycle counts as opened."""
    with database.reading() as session:
        cycle = find_cycle(session, quarter)
        if cycle.state != State.SEALED:
            return
    CycleKeys(settings.key_dir, cycle.id).destroy(OPENING)
    rewrite(database)
    with database.writing() as session:
        cycle = find_cycle(session, quarter)
        if cycle.state == State.SEALED:
            cycle.state = State.OPENED


def decrypt(
    sealed: Iterable[Sequence[Any]], key: ec.EllipticCurvePrivateKey, context: bytes, sheet: AnswerSheet
) -> Opened:
    """Open (label, body) pairs; copies of one body count once, and what is no valid answer is counted as unreadable."""
    ratings: list[tuple[str, bytes]] = []
    comments: list[tuple[str, str, str]] = []
    seen: set[bytes] = set()
    total = 0
    for label, body in sealed:
        total += 1
        digest = hashlib.sha256(body).digest()
        if digest in seen:
            continue
        seen.add(digest)
        try:
            answers = sheet.decode(unseal(body, key, context))
        except (UnreadableEnvelopeError, AssessError):
            continue
        ratings.append((label, rating_bytes(answers, sheet)))
        comments += [(label, prompt, text) for prompt, text in answers.comments.items()]
    SystemRandom().shuffle(ratings)
    SystemRandom().shuffle(comments)
    return Opened(tuple(ratings), tuple(comments), total - len(ratings))


def rating_bytes(answers: PlainAnswers, sheet: AnswerSheet) -> bytes:
    """Write ratings as one signed byte per item in instrument order, -128 where nothing was answered."""
    values = [answers.ratings.get(code, NO_ANSWER) for code, _lo, _hi in sheet.items]
    return b"".join(value.to_bytes(1, "big", signed=True) for value in values)


def _open(session: Session, cycle: Cycle, settings: Settings) -> Opened:
    if session.scalar(select(SealedAnswer.id).limit(1)) is None:
        return Opened((), (), 0)
    key = CycleKeys(settings.key_dir, cycle.id).opening_key()
    context = sealing_context(cycle.id, cycle.contract_sha256)
    sealed = session.execute(select(SealedAnswer.group_id, SealedAnswer.body).execution_options(yield_per=BATCH))
    return decrypt(sealed, key, context, AnswerSheet.of(frozen_instrument(cycle)))


def _store(session: Session, cycle: Cycle, opened: Opened) -> None:
    """Insert ratings and comments, each row under a random id of its own."""
    responses = [
        {"id": token_bytes(16), "cycle_id": cycle.id, "group_id": label, "ratings": ratings}
        for label, ratings in opened.ratings
    ]
    comments = [
        {"id": token_bytes(16), "cycle_id": cycle.id, "group_id": label, "prompt": prompt, "text": text}
        for label, prompt, text in opened.comments
    ]
    if responses:
        session.execute(insert(Response), responses)
    if comments:
        session.execute(insert(Comment), comments)
