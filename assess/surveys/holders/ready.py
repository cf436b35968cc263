"""Which key holders can open what a cycle seals: two or three with a key in use."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts.models import Account
from assess.errors import RefusalError
from assess.extensions import Database
from assess.localisation import gettext as _
from assess.surveys.check_words import check_words
from assess.surveys.cycles import find_cycle
from assess.surveys.envelopes.seal import MOST_RECIPIENTS
from assess.surveys.holders.models import HolderKey
from assess.surveys.models import Level

FEWEST_HOLDERS = 2
"""With one holder, a lost code or a resignation would cost a whole quarter its answers."""


@dataclass(frozen=True)
class ReadyHolder:
    """One key holder with a key in use."""

    account_id: bytes
    name: str
    public_key: bytes


def ready_holders(session: Session) -> tuple[ReadyHolder, ...]:
    """List the active key holders with a key in use, by name."""
    rows = session.execute(
        select(Account.id, Account.name, HolderKey.public_key)
        .join(HolderKey, HolderKey.account_id == Account.id)
        .where(Account.is_active, Account.is_key_holder, HolderKey.retired_at.is_(None))
        .order_by(Account.name, Account.id)
    )
    return tuple(ReadyHolder(*row) for row in rows)


def default_level(session: Session) -> Level:
    """Choose `anonymous` once there are enough key holders, else `confidential`."""
    enough = len(ready_holders(session)) >= FEWEST_HOLDERS
    return Level.ANONYMOUS if enough else Level.CONFIDENTIAL


def check_words_of(database: Database, quarter: str) -> str:
    """Return the six words of an anonymous cycle's contract; empty for a confidential one."""
    with database.reading() as session:
        cycle = find_cycle(session, quarter)
        return check_words(cycle.contract) if cycle.contract and cycle.level == Level.ANONYMOUS else ""


def holders_for_a_cycle(session: Session) -> tuple[ReadyHolder, ...]:
    """Return the holders a new anonymous cycle is sealed to; RefusalError for fewer than two or more than three."""
    holders = ready_holders(session)
    if len(holders) < FEWEST_HOLDERS:
        raise RefusalError(
            _(
                "An anonymous survey needs two key holders with a key and has %(number)d; invite them with: "
                "assess holders invite ADDRESS --name NAME",
                number=len(holders),
            )
        )
    if len(holders) > MOST_RECIPIENTS:
        raise RefusalError(
            _(
                "An envelope is sealed to three key holders at most and %(number)d have a key; deactivate some.",
                number=len(holders),
            )
        )
    return holders
