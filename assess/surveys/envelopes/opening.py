"""Opening: decrypt what is shuffled, check it, keep ratings and comments apart (anonymity.md, Closing, 4 and 5)."""

import hashlib
from collections.abc import Iterable, Sequence
from random import SystemRandom
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assess.audit.recording import record
from assess.config import Settings
from assess.errors import AssessError, RefusalError
from assess.extensions import Database
from assess.localisation import gettext as _
from assess.surveys.answers import AnswerSheet
from assess.surveys.contract import contract_of, frozen_instrument
from assess.surveys.cycles import find_cycle
from assess.surveys.envelopes.counts import envelopes_at_closing
from assess.surveys.envelopes.keys import OPENING, CycleKeys
from assess.surveys.envelopes.models import SealedAnswer
from assess.surveys.envelopes.opened import Opened, rating_bytes, store_opened, without_small_groups
from assess.surveys.envelopes.seal import UnreadableEnvelopeError, sealing_context, unseal
from assess.surveys.envelopes.storage import empty, hold_box, rewrite
from assess.surveys.hidden_before import tree_with_memory
from assess.surveys.models import Cycle, Level, State
from assess.tables.labels import listed

BATCH = 500
"""Bodies in memory at a time."""


def open_envelopes(database: Database, settings: Settings, quarter: str) -> None:
    """Bring a cycle from `sealed` to `opened`; killed anywhere, it goes on where it was.

    RefusalError at level `anonymous` until a key holder has opened: the server cannot.
    """
    take_over(database, settings, quarter)
    finish_opening(database, settings, quarter)


def holders_waited_for(database: Database, quarter: str) -> tuple[str, ...]:
    """Name the key holders of a sealed cycle that only they can open and nobody has opened yet."""
    with database.reading() as session:
        cycle = find_cycle(session, quarter)
        if cycle.level != Level.ANONYMOUS or cycle.state != State.SEALED or cycle.unreadable is not None:
            return ()
        return tuple(str(holder["name"]) for holder in contract_of(cycle)["key_holders"])


def take_over(database: Database, settings: Settings, quarter: str) -> None:
    """Decrypt and store in one transaction that also drops the sealed bodies: nothing is lost, nothing there twice."""
    with database.writing() as session:
        hold_box(session)
        cycle = find_cycle(session, quarter)
        if cycle.state != State.SEALED:
            if cycle.state in {State.CREATED, State.OPEN, State.CLOSING}:
                raise RefusalError(_("The cycle %(quarter)s is not closed yet; close it first.", quarter=quarter))
            return
        if cycle.unreadable is not None:  # an earlier run, or a key holder, came this far
            return
        _refuse_without_holder(cycle)
        opened = _open(session, cycle, settings)
        sealed = session.scalar(select(func.count()).select_from(SealedAnswer))
        if opened.envelopes != sealed:
            raise RefusalError(_("Opened and unreadable envelopes do not add up; nothing was taken over."))
        tree = tree_with_memory(session, cycle)
        kept = tree.kept_at_closing(envelopes_at_closing(session, cycle))
        store_opened(session, cycle, without_small_groups(opened, tree, kept))
        empty(session, SealedAnswer)
        record(session, "cycle.envelopes_opened", quarter)


def finish_opening(database: Database, settings: Settings, quarter: str) -> None:
    """Destroy the key, if the server has it, and rewrite the files; only then the cycle counts as opened."""
    with database.reading() as session:
        cycle = find_cycle(session, quarter)
        if cycle.state != State.SEALED or cycle.unreadable is None:
            return
    CycleKeys(settings.key_dir, cycle.id).destroy(OPENING)
    rewrite(database)
    with database.writing() as session:
        cycle = find_cycle(session, quarter)
        if cycle.state == State.SEALED:
            cycle.state = State.OPENED


def decrypt(
    sealed: Iterable[Sequence[Any]], keys: Sequence[ec.EllipticCurvePrivateKey], context: bytes, sheet: AnswerSheet
) -> Opened:
    """Open (label, body) pairs with any of the keys.

    Copies of one body count once, and what is no valid answer is counted as unreadable.
    """
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
            answers = sheet.decode(_unsealed(body, keys, context))
        except (UnreadableEnvelopeError, AssessError):
            continue
        ratings.append((label, rating_bytes(answers, sheet)))
        comments += [(label, prompt, text) for prompt, text in answers.comments.items()]
    SystemRandom().shuffle(ratings)
    SystemRandom().shuffle(comments)
    return Opened(tuple(ratings), tuple(comments), len(seen) - len(ratings), total - len(seen))


def _unsealed(body: bytes, keys: Sequence[ec.EllipticCurvePrivateKey], context: bytes) -> bytes:
    for key in keys[:-1]:
        try:
            return unseal(body, key, context)
        except UnreadableEnvelopeError:
            continue
    return unseal(body, keys[-1], context)


def _refuse_without_holder(cycle: Cycle) -> None:
    if cycle.level == Level.ANONYMOUS:
        raise RefusalError(
            _(
                "The envelopes of %(quarter)s wait for a key holder; ask one of them to open: %(holders)s.",
                quarter=cycle.quarter,
                holders=listed(holder["name"] for holder in contract_of(cycle)["key_holders"]),
            )
        )


def _open(session: Session, cycle: Cycle, settings: Settings) -> Opened:
    if session.scalar(select(SealedAnswer.id).limit(1)) is None:
        return Opened((), (), 0)
    key = CycleKeys(settings.key_dir, cycle.id).opening_key()
    context = sealing_context(cycle.id, cycle.contract_sha256)
    found = select(SealedAnswer.group_id, SealedAnswer.body).execution_options(yield_per=BATCH)
    with session.execute(found) as sealed:
        return decrypt(sealed, [key], context, AnswerSheet.of(frozen_instrument(cycle)))
