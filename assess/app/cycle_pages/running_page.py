"""The page of a survey that has been opened: participation, and what can be done with it in its state."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import render_template, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assess.app.cycle_pages import plan_defaults as defaults
from assess.app.cycle_pages.common import keys_are_here, shown_day, shown_moment
from assess.app.cycle_pages.slip_files import files_of_slips, too_many_slips
from assess.app.site import moment, settings
from assess.localisation import format_day, format_moment, format_quarter
from assess.localisation import gettext as _
from assess.messages.models import MOST_REMINDERS, Kind
from assess.messages.outbox import reminders_queued
from assess.releases.models import Withdrawal
from assess.surveys.check_words import check_words
from assess.surveys.clock import latest, state_for_members
from assess.surveys.contract import contract_of, frozen_instrument
from assess.surveys.expiry import destroy_at
from assess.surveys.mailing import rounds_of
from assess.surveys.models import Cycle, Group, Invitation, Level, State
from assess.surveys.paper_codes import slips_by_group
from assess.surveys.participation import first_figure_at, known_participation
from assess.tables.labels import some

NOTES = (
    *("opened", "now_open", "extended", "reminded", "counted", "closed", "published", "done"),
    *("mail_sent",),
)
_TEMPLATES = {
    State.OPEN: "app/cycle_open.html",
    State.CLOSING: "app/cycle_open.html",
    State.SEALED: "app/cycle_closed.html",
    State.OPENED: "app/cycle_closed.html",
    State.SCORED: "app/cycle_closed.html",
    State.PUBLISHED: "app/cycle_published.html",
}
_SHOWN_GROUPS = 1000
_USUAL_EXTENSION = timedelta(days=3)


@dataclass(frozen=True)
class GroupLine:
    """One group: how many were asked, and whether enough have answered; empty before the first figure."""

    name: str
    invited: int
    reached: str


@dataclass(frozen=True)
class Taking:
    """What may be seen of participation, and nothing else."""

    invited: int
    groups: list[GroupLine]
    more: int
    answers: str
    first_on: str
    can_count: bool


def running_page(
    session: Session, cycle: Cycle, *, refusal: str = "", errors: dict[str, str] | None = None, about: str = ""
) -> str:
    """Render the page; `errors` stand beside their fields, `about` says in which form."""
    now = moment()
    return render_template(
        _TEMPLATES[State(cycle.state)],
        quarter=cycle.quarter,
        cycle_name=format_quarter(cycle.quarter),
        state=cycle.state,
        facts=_facts(session, cycle),
        contract=f"/contract/{cycle.contract_hash}",
        contract_hash=cycle.contract_hash,
        check_words=check_words(cycle.contract or b"") if cycle.level == Level.ANONYMOUS else "",
        taking=_taking(session, cycle, now),
        sending=_sending(session, cycle, now),
        extending=_extending(cycle, now),
        time_is_over=latest(cycle, now) >= cycle.closes_at,
        has_begun=latest(cycle, now) >= cycle.opens_at,
        opens=shown_moment(cycle.opens_at),
        closes=shown_moment(cycle.closes_at),
        keys_are_here=keys_are_here(),
        waits_for=_waits_for(cycle),
        destroyed_on=shown_day(destroy_at(cycle)),
        withdrawn=session.scalar(select(Withdrawal.because).where(Withdrawal.cycle_id == cycle.id)) or "",
        refusal=refusal,
        errors=errors or {},
        about=about,
        sent=request.form,
        said=next((word for word in NOTES if word in request.args), ""),
    )


def _facts(session: Session, cycle: Cycle) -> list[tuple[str, str]]:
    zone = str(contract_of(cycle)["time_zone"])  # of the times it promises, whatever the settings say by now

    def there(instant: datetime) -> str:
        return f"{format_moment(instant.astimezone(ZoneInfo(zone)))} ({zone})"

    holders = [str(holder["name"]) for holder in contract_of(cycle)["key_holders"]]
    instrument = frozen_instrument(cycle)
    closes = there(cycle.closes_at)
    mailed = rounds_of(session, cycle).recipients
    facts = [
        (_("Opens"), there(cycle.opens_at)),
        (_("Closes"), _("%(closes)s, extended once", closes=closes) if cycle.extended else closes),
        (_("Questionnaire"), defaults.instrument_name(instrument)),
        (_("Driver modules"), defaults.module_names(instrument, cycle.modules)),
        (_("Level"), _("anonymous") if holders else _("confidential")),
        (_("Who opens the envelopes"), some(holders) if holders else _("the server, after closing")),
        (_("Invitations by mail"), str(mailed.get((Kind.INVITATION, 1), 0))),
    ]
    return [*facts, (_("Reminders"), f"{reminders_queued(session, cycle.id)} / {MOST_REMINDERS}")]


def _taking(session: Session, cycle: Cycle, now: datetime) -> Taking:
    known, can_count = known_participation(cycle, now=now)
    every = select(Group.id, Group.name, Group.invited).where(Group.cycle_id == cycle.id)
    rows = session.execute(every.order_by(Group.name).limit(_SHOWN_GROUPS)).all()
    in_all = select(func.count(), func.sum(Group.invited)).where(Group.cycle_id == cycle.id)
    groups, invited = session.execute(in_all).one()
    answers = ""
    if known is not None and known.answers_at_least:
        answers = _(
            "At least %(number)d answers, counted on %(day)s.",
            number=known.answers_at_least,
            day=format_day(known.counted_on),
        )
    elif known is not None:
        answers = _("Fewer than ten answers, counted on %(day)s.", day=format_day(known.counted_on))

    def reached(group_id: str) -> str:
        if known is None:
            return ""
        return _("yes") if known.reached[group_id] else _("not yet")

    return Taking(
        invited=invited,
        groups=[GroupLine(name, asked, reached(group_id)) for group_id, name, asked in rows],
        more=groups - len(rows),
        answers=answers,
        first_on="" if known is not None or can_count else shown_moment(first_figure_at(cycle)),
        can_count=can_count,
    )


def _sending(session: Session, cycle: Cycle, now: datetime) -> dict[str, object]:
    invited = select(func.count()).select_from(Invitation).where(Invitation.cycle_id == cycle.id)
    slips = slips_by_group(session, cycle)
    is_open = state_for_members(cycle, now) == "open"
    return {
        "mail": settings().mail is not None,
        "next": reminders_queued(session, cycle.id) + 1,
        "most": MOST_REMINDERS,
        "is_open": is_open,
        "people": session.scalar(invited.where(Invitation.address.is_not(None))) or 0,
        "runs": cycle.state == State.OPEN and state_for_members(cycle, now) != "closed",
        "by_mail": invited_by_mail(session, cycle),
        "slips": sum(slips),
        "slip_files": files_of_slips(slips),
        "too_many": too_many_slips(slips, cycle.quarter),
        "opens": shown_moment(cycle.opens_at),
    }


def invited_by_mail(session: Session, cycle: Cycle) -> bool:
    """Whether everybody with an address has got the link by mail; then HR gets no copy of it.

    Whoever holds a link can see whether its envelope is there: with all of them HR would know how many have answered
    in every group, to the person and at any time.
    """
    return bool(rounds_of(session, cycle).recipients.get((Kind.INVITATION, 1)))


def _extending(cycle: Cycle, now: datetime) -> dict[str, str]:
    """Say whether the closing can be moved, and if not, why; the service decides."""
    if cycle.state != State.OPEN or latest(cycle, now) >= cycle.closes_at:
        return {"refusal": _("Its time is over; a closed survey is never opened again.")}
    if cycle.extended:
        return {"refusal": _("It has been extended once already.")}
    if cycle.closes_at >= cycle.latest_closes_at:
        return {"refusal": _("Its closing is the latest one the contract allows.")}
    if latest(cycle, now) >= first_figure_at(cycle):
        return {
            "refusal": _("Figures of participation are out since half-time, so the closing can no longer be moved.")
        }
    proposed = min(cycle.closes_at + _USUAL_EXTENSION, cycle.latest_closes_at).astimezone(settings().zone)
    return {
        "refusal": "",
        "latest": shown_moment(cycle.latest_closes_at),
        "until": shown_moment(first_figure_at(cycle)),
        "day": proposed.date().isoformat(),
        "time": f"{proposed:%H:%M}",
    }


def _waits_for(cycle: Cycle) -> str:
    if cycle.state != State.SEALED or cycle.level != Level.ANONYMOUS or cycle.unreadable is not None:
        return ""
    return some([str(holder["name"]) for holder in contract_of(cycle)["key_holders"]])
