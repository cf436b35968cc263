"""The views of a plan: make one, change it, throw it away, see what members will see."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from assess.accounts.models import Account
from assess.accounts.pages.rights import needs, require_hr
from assess.app.cycle_pages import plan_defaults as defaults
from assess.app.cycle_pages.common import CANNOT_BE_TAKEN, CONFLICT, cycle_or_404
from assess.app.cycle_pages.holder_states import holder_states
from assess.app.cycle_pages.member_preview import member_preview
from assess.app.cycle_pages.plan_differences import typed_otherwise
from assess.app.cycle_pages.plan_form import Offered, ReadPlan, in_order, read_plan, values_of
from assess.app.cycle_pages.planned_page import planned_page
from assess.app.site import database, moment, settings
from assess.localisation import format_quarter
from assess.localisation import gettext as _
from assess.surveys.cycles import abort_cycle, create_cycle
from assess.surveys.errors import ChangedSinceSeenError, DoneBeforeError, QuarterTakenError
from assess.surveys.models import Cycle, State
from assess.surveys.planned import change_planned_cycle, facts_of, mark_of

plans = Blueprint("plans", __name__)


@plans.get("/app/cycles/new")
@needs(require_hr)
def new(_account: Account) -> ResponseReturnValue:
    """Show the form, filled in with what most will want."""
    with database().reading() as session:
        offered = defaults.offered_now(session)
        values = defaults.first_values(session, offered)
    return _form(offered, values, {})


@plans.post("/app/cycles/new")
@needs(require_hr)
def create(_account: Account) -> ResponseReturnValue:
    """Keep the plan; a second click leads to the one the first has made."""
    with database().reading() as session:
        offered = defaults.offered_now(session)
        same = _made_before(session, request.form)
        is_taken = _is_taken(session, request.form.get("quarter", ""))
    if same:
        return redirect(f"/app/cycles/{same}", 303)
    plan = read_plan(request.form, offered, zone=settings().zone, now=moment())
    if is_taken:
        plan.errors["quarter"] = _taken(plan.quarter)
    if plan.facts is not None:
        try:
            _store(plan)
        except QuarterTakenError:
            plan.errors["quarter"] = _taken(plan.quarter)
        else:
            return redirect(f"/app/cycles/{plan.quarter}?planned", 303)
    return _form(offered, values_of(request.form), plan.errors), CANNOT_BE_TAKEN


@plans.get("/app/cycles/<quarter>/edit")
@needs(require_hr)
def edit(_account: Account, quarter: str) -> ResponseReturnValue:
    """Show the form of a plan that exists; once it is open there is nothing to change."""
    with database().reading() as session:
        cycle = cycle_or_404(session, quarter)
        if cycle.state != State.CREATED:
            return redirect(f"/app/cycles/{quarter}?opened", 303)
        return _form(defaults.offered_now(session, cycle), defaults.values_of_cycle(cycle), {}, cycle=cycle)


@plans.post("/app/cycles/<quarter>/edit")
@needs(require_hr)
def change(_account: Account, quarter: str) -> ResponseReturnValue:
    """Change it, unless somebody else was faster."""
    with database().reading() as session:
        cycle = cycle_or_404(session, quarter)
        if cycle.state != State.CREATED:
            return redirect(f"/app/cycles/{quarter}?opened", 303)
        offered = defaults.offered_now(session, cycle)
        session.expunge(cycle)
    plan = read_plan(request.form, offered, zone=settings().zone, now=moment())
    if plan.facts is None:
        seen = request.form.get("seen", "")
        page = _form(offered, values_of(request.form), plan.errors, cycle=cycle, seen=seen)
        return page, CANNOT_BE_TAKEN
    try:
        change_planned_cycle(database(), quarter, plan.facts, seen=request.form.get("seen", ""))
    except DoneBeforeError:
        return redirect(f"/app/cycles/{quarter}?opened", 303)
    except ChangedSinceSeenError as error:
        return _overtaken(quarter, str(error)), CONFLICT
    return redirect(f"/app/cycles/{quarter}?planned", 303)


@plans.post("/app/cycles/<quarter>/discard")
@needs(require_hr)
def discard(_account: Account, quarter: str) -> ResponseReturnValue:
    """Throw a plan away; one that has been opened meanwhile is not touched."""
    with database().reading() as session:
        cycle = cycle_or_404(session, quarter)
        if cycle.state != State.CREATED:
            return redirect(f"/app/cycles/{quarter}?opened", 303)
        if "sure" not in request.form:
            sentence = _("Tick the box first: this cannot be taken back.")
            return planned_page(session, cycle, errors={"discarding": sentence}), CANNOT_BE_TAKEN
    abort_cycle(database(), settings(), quarter)
    return redirect("/app/cycles?discarded", 303)


@plans.get("/app/cycles/<quarter>/preview")
@needs(require_hr)
def preview(_account: Account, quarter: str) -> ResponseReturnValue:
    """Show the page of members as it will be; nothing on it can be sent."""
    with database().reading() as session:
        cycle = cycle_or_404(session, quarter)
        if cycle.state != State.CREATED:
            return redirect(f"/app/cycles/{quarter}", 303)
        return member_preview(session, cycle)


def _store(plan: ReadPlan) -> None:
    facts = plan.facts
    if facts is None:
        raise ValueError("a plan with errors")
    create_cycle(
        database(),
        quarter=plan.quarter,
        instrument=facts.instrument,
        modules=facts.modules,
        opens_at=facts.opens_at,
        closes_at=facts.closes_at,
        latest_closes_at=facts.latest_closes_at,
        level=facts.level,
    )


def _made_before(session: Session, sent: MultiDict[str, str]) -> str:
    """Name the quarter of a plan that says exactly what is sent: the first of two clicks has made it."""
    quarter = sent.get("quarter", "")
    found = session.scalar(select(Cycle).where(Cycle.quarter == quarter, Cycle.state == State.CREATED))
    if found is None:
        return ""
    plan = read_plan(sent, defaults.offered_now(session, found), zone=settings().zone, now=moment())
    return quarter if plan.facts == facts_of(found) else ""


def _is_taken(session: Session, quarter: str) -> bool:
    taken = select(Cycle.id).where(Cycle.quarter == quarter, Cycle.state != State.ABORTED)
    return session.scalar(taken) is not None


def _taken(quarter: str) -> str:
    return _(
        "There is a survey of %(quarter)s already; somebody has planned it. Choose another quarter, or change that "
        "plan.",
        quarter=format_quarter(quarter),
    )


def _overtaken(quarter: str, refusal: str) -> str:
    """Show the plan as somebody else has changed it, and beside it what was typed, which is not lost."""
    with database().reading() as session:
        cycle = cycle_or_404(session, quarter)
        offered, stands = defaults.offered_now(session, cycle), defaults.values_of_cycle(cycle)
        session.expunge(cycle)
    typed = typed_otherwise(values_of(request.form), stands, offered)
    return _form(offered, stands, {}, cycle=cycle, refusal=refusal, typed=typed)


def _form(
    offered: Offered,
    values: dict[str, Any],
    errors: dict[str, str],
    *,
    cycle: Cycle | None = None,
    refusal: str = "",
    seen: str = "",
    typed: Sequence[tuple[str, str]] = (),
) -> str:
    with database().reading() as session:
        states = holder_states(session)
    return render_template(
        "app/cycle_plan.html",
        values=values,
        errors=in_order(errors),
        refusal=refusal,
        typed=typed,
        cycle_name="" if cycle is None else format_quarter(cycle.quarter),
        quarter="" if cycle is None else cycle.quarter,
        seen=seen or ("" if cycle is None else mark_of(cycle)),
        quarters=defaults.quarter_choices(offered),
        instruments=defaults.instrument_choices(offered),
        modules=defaults.module_choices(offered),
        holders=states,
        ready=offered.holders,
        fewest=offered.fewest_holders,
        zone=settings().time_zone,
        minimum=settings().minimum_group_size,
    )
