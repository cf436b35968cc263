"""Cycles that wait for somebody: past their closing time, half closed, sealed, opened."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.config import Settings
from assess.localisation import format_day
from assess.localisation import gettext as _
from assess.operations.doctor.finding import Finding, fine, note, wrong
from assess.surveys.expiry import OPENED_WITHIN, destroy_at
from assess.surveys.models import Cycle, Level, State


def examine_cycles(session: Session, settings: Settings, *, now: datetime) -> Iterator[Finding]:
    """Say of the running cycle whether it waits."""
    cycle = session.scalar(select(Cycle).where(Cycle.running.is_(True)))
    if cycle is None or (cycle.state == State.OPEN and now < cycle.closes_at):
        yield fine(_("No cycle waits for anybody."))
    elif cycle.state in {State.OPEN, State.CLOSING}:
        yield _not_closed(cycle)
    elif cycle.state == State.SEALED and cycle.unreadable is None:
        yield _sealed(cycle, settings, now)
    else:
        yield _not_published(cycle)


def _not_closed(cycle: Cycle) -> Finding:
    if cycle.state == State.OPEN:
        what = _("%(quarter)s has passed its closing time and is not closed.", quarter=cycle.quarter)
        why = _("The links and keys that its contract says are destroyed still exist.")
    else:
        what = _("The closing of %(quarter)s has begun and is not finished.", quarter=cycle.quarter)
        why = _("Envelopes that were shuffled may still be in the files in their old order.")
    return wrong(what, why, _("Run: assess cycle close %(quarter)s", quarter=cycle.quarter))


def _sealed(cycle: Cycle, settings: Settings, now: datetime) -> Finding:
    if now >= destroy_at(cycle):
        return wrong(
            _(
                "Nobody opened %(quarter)s within %(days)d days of closing.",
                quarter=cycle.quarter,
                days=OPENED_WITHIN.days,
            ),
            _("Its contract says that the envelopes are destroyed then."),
            _("Every command destroys them, for example: assess cycle status %(quarter)s", quarter=cycle.quarter),
        )
    if cycle.level == Level.CONFIDENTIAL:
        return wrong(
            _("%(quarter)s is closed and its envelopes are not opened.", quarter=cycle.quarter),
            _("The key that opens them exists longer than it should."),
            _("Run: assess cycle close %(quarter)s", quarter=cycle.quarter),
        )
    return note(
        _("%(quarter)s waits for a key holder to open it.", quarter=cycle.quarter),
        _(
            "What is not opened by %(day)s is destroyed.",
            day=format_day(destroy_at(cycle).astimezone(settings.zone)),
        ),
        _("Remind the key holders."),
    )


def _not_published(cycle: Cycle) -> Finding:
    return note(
        _("%(quarter)s is opened and not published.", quarter=cycle.quarter),
        _("Single answers are deleted at publication, not before."),
        _("Run: assess cycle publish %(quarter)s", quarter=cycle.quarter),
    )
