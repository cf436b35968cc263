"""The list of all surveys, with the one thing to do next."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from assess.accounts.models import Account
from assess.accounts.pages.rights import needs, require_hr
from assess.app.cycle_pages.common import shown_day
from assess.app.cycle_pages.next_step import next_step
from assess.app.site import database, moment, settings
from assess.localisation import format_quarter
from assess.releases.models import Withdrawal
from assess.surveys.models import Cycle, State
from assess.surveys.state_words import state_word

overview = Blueprint("surveys_overview", __name__)

_NOTES = ("discarded", "aborted", "too_few")


@dataclass(frozen=True)
class Line:
    """One survey of the list; an aborted one has no page any more."""

    name: str
    state: str
    opens: str
    closes: str
    address: str
    is_withdrawn: bool


@overview.get("/app/cycles")
@needs(require_hr)
def surveys(_account: Account) -> ResponseReturnValue:
    """List them, the newest first."""
    with database().reading() as session:
        lines = list(_lines(session))
        step = next_step(session, settings(), now=moment())
    said = next((word for word in _NOTES if word in request.args), "")
    return render_template("app/cycles.html", lines=lines, step=step, said=said)


def _lines(session: Session) -> Iterator[Line]:
    withdrawn = set(session.scalars(select(Withdrawal.cycle_id)))
    was_there = or_(Cycle.state != State.ABORTED, Cycle.contract.is_not(None))  # a plan thrown away is no survey
    for cycle in session.scalars(select(Cycle).where(was_there).order_by(Cycle.quarter.desc(), Cycle.opens_at.desc())):
        is_gone = cycle.state == State.ABORTED
        yield Line(
            format_quarter(cycle.quarter),
            state_word(State(cycle.state)),
            shown_day(cycle.opens_at),
            shown_day(cycle.closes_at),
            "" if is_gone else f"/app/cycles/{cycle.quarter}",
            cycle.id in withdrawn,
        )
