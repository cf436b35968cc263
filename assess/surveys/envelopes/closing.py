"""Closing: no more envelopes, links destroyed, bodies shuffled, files rewritten (anonymity.md, Closing).

Every step may be killed and run again. The state becomes `sealed` only when nothing deleted is left in the files.
"""

from collections import Counter
from datetime import datetime
from random import SystemRandom
from secrets import token_bytes

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.config import Settings
from assess.errors import RefusalError
from assess.extensions import Database
from assess.localisation import format_moment
from assess.localisation import gettext as _
from assess.surveys.clock import latest, mark
from assess.surveys.cycle_tree import cycle_tree
from assess.surveys.cycles import find_cycle
from assess.surveys.envelopes.keys import LINK, CycleKeys
from assess.surveys.envelopes.models import Envelope, SealedAnswer
from assess.surveys.envelopes.storage import empty, hold_box, rewrite
from assess.surveys.models import Cycle, Group, State


def close_cycle(database: Database, settings: Settings, quarter: str, *, now: datetime) -> None:
    """Bring a cycle from `open` to `sealed`. RefusalError before its time, StorageBusyError while somebody reads."""
    stop_accepting(database, settings, quarter, now=now)
    shuffle_envelopes(database, quarter)
    destroy_links(database, settings, quarter)


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
        for group in session.scalars(select(Group).where(Group.cycle_id == cycle.id)):
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
        rows = session.execute(select(Envelope.group_id, Envelope.body)).all()
        tree = cycle_tree(cycle)
        if len(rows) >= tree.minimum:
            labels = tree.labels_after_closing(Counter(group for group, _body in rows))
            shuffled = [(labels[group], body) for group, body in rows]
            SystemRandom().shuffle(shuffled)
            session.add_all(
                SealedAnswer(id=token_bytes(16), cycle_id=cycle.id, group_id=label, body=body)
                for label, body in shuffled
            )
        empty(session, Envelope)


def destroy_links(database: Database, settings: Settings, quarter: str) -> None:
    """End of step 3: nobody can compute a link again, and no deleted row is left in any file."""
    with database.reading() as session:
        cycle = find_cycle(session, quarter)
        if cycle.state != State.CLOSING:
            return
        keys = CycleKeys(settings.key_dir, cycle.id)
    keys.destroy(LINK)
    keys.mark_closed()
    rewrite(database)
    with database.writing() as session:
        cycle = find_cycle(session, quarter)
        if cycle.state == State.CLOSING:
            cycle.state = State.SEALED


def _count(session: Session, cycle: Cycle) -> Counter[str]:
    return Counter(session.scalars(select(Envelope.group_id).where(Envelope.cycle_id == cycle.id)))
