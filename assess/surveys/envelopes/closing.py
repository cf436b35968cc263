"""Closing: no more envelopes, links destroyed, bodies shuffled, files rewritten (anonymity.md, Closing).

Every step may be killed and run again. The state becomes `sealed` only when nothing deleted is left in the files.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from random import SystemRandom
from secrets import token_bytes

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from assess.audit.recording import record
from assess.config import Settings
from assess.errors import RefusalError
from assess.extensions import Database
from assess.localisation import format_moment
from assess.localisation import gettext as _
from assess.messages.outbox import forget_messages_to_members, rewrite_outbox
from assess.surveys.clock import latest, mark
from assess.surveys.cycles import find_cycle
from assess.surveys.envelopes.keys import LINK, OPENING, CycleKeys
from assess.surveys.envelopes.models import Envelope, SealedAnswer
from assess.surveys.envelopes.storage import empty, hold_box, rewrite
from assess.surveys.errors import TamperedBoxError
from assess.surveys.hidden_before import tree_with_memory
from assess.surveys.mailing import queue_for_key_holders
from assess.surveys.models import Cycle, Group, State

BATCH = 500
"""Envelopes moved at a time: what closing keeps in memory does not grow with the number of bodies."""


def close_cycle(database: Database, settings: Settings, quarter: str, *, now: datetime) -> State:
    """Bring a cycle from `open` to `sealed`, or to `aborted` when too few answered; return where it stands.

    RefusalError before its time, TamperedBoxError for a box that cannot be true, StorageBusyError while somebody reads.
    """
    stop_accepting(database, settings, quarter, now=now)
    shuffle_envelopes(database, quarter)
    return destroy_links(database, settings, quarter)


def stop_accepting(database: Database, settings: Settings, quarter: str, *, now: datetime) -> None:
    """Do step 1: under the lock that answering takes, refuse further envelopes and count those that are there."""
    with database.writing() as session:
        hold_box(session)
        cycle = find_cycle(session, quarter)
        if cycle.state != State.OPEN:
            if cycle.state == State.CREATED:
                raise RefusalError(_("The cycle %(quarter)s has not been opened.", quarter=quarter))
            return
        if latest(cycle, now) < cycle.closes_at:
            raise RefusalError(
                _(
                    "The survey is open until %(closes)s and is never closed early.",
                    closes=format_moment(cycle.closes_at.astimezone(settings.zone)),
                )
            )
        counts = _count(session, cycle)
        groups = session.scalars(select(Group).where(Group.cycle_id == cycle.id)).all()
        _hold_to_invited(counts, groups)
        for group in groups:
            group.envelopes = counts.get(group.id, 0)
        cycle.envelopes = sum(counts.values())
        cycle.state = State.CLOSING
        mark(cycle, now)


def shuffle_envelopes(database: Database, quarter: str) -> None:
    """Do steps 2 and 3: relabel what must be hidden, shuffle, drop the envelopes; one transaction, all or nothing.

    A cycle with fewer envelopes than the minimum is destroyed unopened.
    """
    with database.writing() as session:
        hold_box(session)
        cycle = find_cycle(session, quarter)
        if cycle.state != State.CLOSING:
            return
        counts = _count(session, cycle)
        tree = tree_with_memory(session, cycle)
        if sum(counts.values()) >= tree.minimum:
            _move_shuffled(session, cycle, tree.labels_after_closing(counts))
        empty(session, Envelope)
        forget_messages_to_members(session, cycle.id)


def destroy_links(database: Database, settings: Settings, quarter: str) -> State:
    """End of step 3: nobody can compute a link again, and no deleted row is left in any file."""
    with database.reading() as session:
        cycle = find_cycle(session, quarter)
        if cycle.state != State.CLOSING:
            return State(cycle.state)
        kept = session.scalar(select(func.count()).select_from(SealedAnswer)) or 0
        keys = CycleKeys(settings.key_dir, cycle.id)
    keys.destroy(LINK)
    if not kept:
        keys.destroy(OPENING)
    keys.mark_closed()
    rewrite(database)
    rewrite_outbox(database)
    with database.writing() as session:
        cycle = find_cycle(session, quarter)
        if cycle.state == State.CLOSING:
            cycle.state = State.SEALED if kept else State.ABORTED
            cycle.running = True if kept else None
            record(session, "cycle.closed" if kept else "cycle.too_few", quarter)
            queue_for_key_holders(session, settings, cycle)
        return State(cycle.state)


def _move_shuffled(session: Session, cycle: Cycle, labels: Mapping[str, str]) -> None:
    """Move the bodies in random order to new random ids; batch by batch, all in the caller's transaction."""
    order = list(session.scalars(select(Envelope.key).where(Envelope.cycle_id == cycle.id)))
    SystemRandom().shuffle(order)
    for start in range(0, len(order), BATCH):
        keys = order[start : start + BATCH]
        found = session.execute(select(Envelope.key, Envelope.group_id, Envelope.body).where(Envelope.key.in_(keys)))
        rows = {key: (group_id, body) for key, group_id, body in found}
        session.execute(
            insert(SealedAnswer),
            [
                {"id": token_bytes(16), "cycle_id": cycle.id, "group_id": labels[rows[key][0]], "body": rows[key][1]}
                for key in keys
            ],
        )
        session.execute(delete(Envelope).where(Envelope.key.in_(keys)))


def _count(session: Session, cycle: Cycle) -> dict[str, int]:
    counted = select(Envelope.group_id, func.count()).where(Envelope.cycle_id == cycle.id).group_by(Envelope.group_id)
    return {str(group_id): int(count) for group_id, count in session.execute(counted)}


def _hold_to_invited(counts: Mapping[str, int], groups: Sequence[Group]) -> None:
    """Refuse a box with more envelopes than invited or with labels of nobody: somebody wrote into the database."""
    invited = {group.id: group.invited for group in groups}
    if any(count > invited.get(group_id, 0) for group_id, count in counts.items()):
        raise TamperedBoxError(
            _(
                "The box holds envelopes that nobody was invited to hand in, so somebody has changed the database; "
                "nothing is opened. Destroy the cycle with: assess cycle abort"
            )
        )
