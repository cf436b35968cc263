"""The one correction there is: a published result is withdrawn as a whole, for good, and stays listed (section 5).

Single figures are never replaced, and no second result is released: the difference of the two would be a third.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.audit.recording import record
from assess.errors import InputError
from assess.localisation import format_quarter
from assess.localisation import gettext as _
from assess.releases.models import Withdrawal
from assess.releases.store import read_frozen

LONGEST = 500


def withdraw(session: Session, *, cycle_id: bytes, quarter: str, because: str, now: datetime) -> None:
    """Withdraw a published result. InputError without a reason; RefusalError where there is nothing to withdraw."""
    reason = " ".join(because.split())
    if not reason or len(reason) > LONGEST:
        raise InputError(
            _(
                "Say in one sentence of at most %(most)s characters why the results of %(quarter)s are withdrawn; "
                "it stays listed.",
                most=LONGEST,
                quarter=format_quarter(quarter),
            )
        )
    _document, sha256 = read_frozen(session, cycle_id=cycle_id)
    session.add(Withdrawal(cycle_id=cycle_id, quarter=quarter, sha256=sha256, because=reason, withdrawn_at=now))
    record(session, "cycle.withdrawn", quarter, because=reason)


def withdrawals(session: Session) -> Sequence[Withdrawal]:
    """List what was withdrawn, the latest first."""
    return session.scalars(select(Withdrawal).order_by(Withdrawal.withdrawn_at.desc(), Withdrawal.quarter)).all()
