"""How far mail is, by survey and kind, and which addresses it did not reach; nothing here knows who has answered."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assess.audit.recording import record
from assess.errors import InputError
from assess.extensions import Database
from assess.localisation import gettext as _
from assess.messages.models import Kind, MessageState, OutboxMessage
from assess.messages.outbox import mark_bounced
from assess.surveys.models import Cycle


@dataclass(frozen=True)
class Counted:
    """How many messages of one kind stand where."""

    quarter: str
    kind: Kind
    state: MessageState
    number: int


def counted_mail(session: Session) -> list[Counted]:
    """Count the outbox."""
    rows = session.execute(
        select(Cycle.quarter, OutboxMessage.kind, OutboxMessage.state, func.count())
        .join(Cycle, Cycle.id == OutboxMessage.cycle_id)
        .group_by(Cycle.quarter, OutboxMessage.kind, OutboxMessage.state)
        .order_by(Cycle.quarter, OutboxMessage.kind, OutboxMessage.state)
    )
    return [Counted(quarter, Kind(kind), MessageState(state), number) for quarter, kind, state, number in rows]


def unreached(session: Session) -> Sequence[OutboxMessage]:
    """List what failed or came back, by address."""
    wrong = (MessageState.FAILED, MessageState.BOUNCED)
    chosen = select(OutboxMessage).where(OutboxMessage.state.in_(wrong))
    return session.scalars(chosen.order_by(OutboxMessage.recipient, OutboxMessage.kind)).all()


def note_bounced(database: Database, address: str) -> int:
    """Note that messages to an address came back; return how many are newly noted, none where that is noted already.

    InputError where nothing was sent to it.
    """
    recipient = address.strip().lower()
    with database.writing() as session:
        number = mark_bounced(session, recipient)
        if number:
            record(session, "mail.bounced", messages=number)
            return number
        noted = (OutboxMessage.recipient == recipient, OutboxMessage.state == MessageState.BOUNCED)
        if session.scalar(select(OutboxMessage.id).where(*noted).limit(1)) is None:
            raise InputError(_("Nothing in the outbox was sent to %(address)s.", address=address.strip()[:254]))
    return 0
