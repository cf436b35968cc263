"""The page of a planned survey: what it will be, who would get a report, what it promises, and the button."""

from dataclasses import dataclass
from datetime import datetime

from flask import render_template, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assess.app.cycle_pages import plan_defaults as defaults
from assess.app.cycle_pages.by_itself import by_itself
from assess.app.cycle_pages.campaigns import campaigns_between
from assess.app.cycle_pages.common import keys_are_here, shown_moment
from assess.app.cycle_pages.reach import Reach, reach_of
from assess.app.site import moment, settings
from assess.errors import AssessError
from assess.localisation import format_day, format_quarter
from assess.localisation import gettext as _
from assess.surveys.contract import frozen_instrument, roster_minimum
from assess.surveys.groups import Plan
from assess.surveys.holders.ready import holders_for_a_cycle, ready_holders
from assess.surveys.inviting import plan_cycle
from assess.surveys.member.contract_page import ContractPage, contract_page
from assess.surveys.models import Cycle, Level
from assess.surveys.participation import first_hour_after_half
from assess.surveys.promising import promised_contract, promised_sum
from assess.tables.labels import some
from assess.teams.models import Person

NOTES = ("planned", "mail_sent", "confirmed")


@dataclass(frozen=True)
class Opening:
    """What opening would do, or why it cannot be done now; `link` leads to where that is put right."""

    refusal: str = ""
    link: tuple[str, str] | None = None
    seen: str = ""
    people: int = 0
    by_mail: int = 0
    on_paper: int = 0
    reach: Reach | None = None
    contract: ContractPage | None = None


def planned_page(session: Session, cycle: Cycle, *, refusal: str = "", errors: dict[str, str] | None = None) -> str:
    """Render the page; `errors` stand beside their fields."""
    opening = _opening(session, cycle)
    mail = settings().mail
    return render_template(
        "app/cycle_planned.html",
        quarter=cycle.quarter,
        cycle_name=format_quarter(cycle.quarter),
        facts=_facts(session, cycle),
        campaigns=_campaigns(cycle),
        opening=opening,
        by_itself=by_itself(session, cycle, moment()),
        mail_server="" if mail is None else f"{mail.host}:{mail.port}",
        sender="" if mail is None else mail.sender,
        refusal=refusal,
        errors=errors or {},
        unseen=_unseen(cycle),
        is_anonymous=cycle.level == Level.ANONYMOUS,
        opens_at_once=cycle.opens_at <= moment(),
        opens=shown_moment(cycle.opens_at),
        closes=shown_moment(cycle.closes_at),
        said=next((word for word in NOTES if word in request.args), ""),
        by=request.form.get("by", ""),
    )


def _facts(session: Session, cycle: Cycle) -> list[tuple[str, str]]:
    instrument = frozen_instrument(cycle)
    zone = settings().time_zone
    facts = [
        (_("Opens"), f"{shown_moment(cycle.opens_at)} ({zone})"),
        (_("Closes"), f"{shown_moment(cycle.closes_at)} ({zone})"),
        (_("At the latest, if extended once"), f"{shown_moment(cycle.latest_closes_at)} ({zone})"),
        (_("Questionnaire"), defaults.instrument_name(instrument)),
        (_("Driver modules"), defaults.module_names(instrument, cycle.modules)),
        (_("Languages"), defaults.language_names(instrument)),
        (_("Level"), _level(cycle)),
    ]
    if cycle.level == Level.ANONYMOUS:
        facts.append((_("Key holders"), some([holder.name for holder in ready_holders(session)]) or _("none yet")))
    return facts


def _level(cycle: Cycle) -> str:
    if cycle.level == Level.ANONYMOUS:
        return _("anonymous: a key holder opens the envelopes, the server cannot")
    return _("confidential: the server opens the envelopes after closing")


def _unseen(cycle: Cycle) -> str:
    """Say it where a survey is too short for a figure of participation."""
    first = first_hour_after_half(cycle.opens_at, cycle.closes_at, settings().zone)
    if first < cycle.closes_at:
        return ""
    return _(
        "It is so short that nobody will see how many take part: the first figure is counted at nine in the morning in "
        "the second half of a survey."
    )


def _campaigns(cycle: Cycle) -> list[str]:
    zone = settings().zone
    first, last = (at.astimezone(zone).date() for at in (cycle.opens_at, cycle.closes_at))
    return [
        _(
            "%(campaign)s: from %(first)s to %(last)s",
            campaign=each.name,
            first=format_day(each.first),
            last=format_day(each.last),
        )
        for each in campaigns_between(first, last)
    ]


def _opening(session: Session, cycle: Cycle) -> Opening:
    people = session.scalar(select(func.count()).select_from(Person)) or 0
    if people < roster_minimum(settings()):
        return Opening(
            _(
                "People on the roster so far: %(people)d. A survey needs at least %(minimum)d, or nobody would be "
                "protected.",
                people=people,
                minimum=roster_minimum(settings()),
            ),
            ("/app/import/roster", _("Import the roster")),
        )
    try:
        plan = plan_cycle(session, settings())
    except AssessError as error:
        return Opening(str(error), ("/app/import/roster", _("Import the roster")))
    by_mail = session.scalar(select(func.count()).select_from(Person).where(Person.email.is_not(None))) or 0
    refusal, link = _in_the_way(session, cycle, moment())
    return Opening(
        refusal,
        link,
        promised_sum(session, settings(), cycle, plan),
        people,
        by_mail,
        people - by_mail,
        reach_of(plan, minimum=settings().minimum_group_size, smallest=roster_minimum(settings())),
        _contract(session, cycle, plan),
    )


def _in_the_way(session: Session, cycle: Cycle, now: datetime) -> tuple[str, tuple[str, str] | None]:
    """Say what keeps the survey from being opened now, and where that is put right."""
    running = session.scalar(select(Cycle.quarter).where(Cycle.running.is_(True)))
    if running is not None:
        sentence = _("%(survey)s is not published yet; one survey at a time.", survey=format_quarter(running))
        return sentence, (f"/app/cycles/{running}", _("Look after it"))
    change = (f"/app/cycles/{cycle.quarter}/edit", _("Change the plan"))
    if now >= cycle.closes_at:
        return _("Its closing time has passed already; choose other dates."), change
    if cycle.level == Level.ANONYMOUS:
        try:
            holders_for_a_cycle(session)
        except AssessError as error:
            return str(error), change
    if not keys_are_here():
        return elsewhere(cycle.quarter), None
    return "", None


def elsewhere(quarter: str) -> str:
    """Say where a survey can be opened, on a host without the key directory."""
    return _(
        "The keys of surveys are kept on another machine, and only there a survey is opened. Ask whoever looks after "
        "it to run: assess cycle open %(quarter)s --mail",
        quarter=quarter,
    )


def _contract(session: Session, cycle: Cycle, plan: Plan) -> ContractPage:
    return contract_page(promised_contract(session, settings(), cycle, plan), frozen_instrument(cycle), fixed=False)
