"""The one next thing HR does, whatever there is so far: for the home page and above the list of surveys."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assess.accounts.models import Account
from assess.accounts.pages.home import HomeEntry
from assess.app.cycle_pages.by_itself import missing_words
from assess.app.cycle_pages.common import shown_day, shown_moment
from assess.app.site import moment, settings
from assess.config import Settings
from assess.localisation import format_quarter
from assess.localisation import gettext as _
from assess.surveys.contract import contract_of, roster_minimum
from assess.surveys.expiry import destroy_at
from assess.surveys.models import Cycle, State
from assess.surveys.participation import first_figure_at
from assess.tables.labels import some
from assess.teams.models import Person, Team


def entries_of_hr(session: Session, account: Account) -> list[HomeEntry]:
    """Put the next thing to do on the home page of HR."""
    return [next_step(session, settings(), now=moment())] if account.is_hr else []


def next_step(session: Session, settings: Settings, *, now: datetime) -> HomeEntry:
    """Say what it is."""
    cycle = current_cycle(session)
    if cycle is not None:
        return _step_of(session, cycle, now)
    return _before_a_survey(session, settings)


def current_cycle(session: Session) -> Cycle | None:
    """Find the survey that is running, else the one planned to open first."""
    running = session.scalar(select(Cycle).where(Cycle.running.is_(True)))
    planned = select(Cycle).where(Cycle.state == State.CREATED).order_by(Cycle.opens_at, Cycle.quarter).limit(1)
    return running or session.scalar(planned)


def _before_a_survey(session: Session, settings: Settings) -> HomeEntry:
    teams = session.scalar(select(func.count()).select_from(Team).where(Team.is_current)) or 0
    people = session.scalar(select(func.count()).select_from(Person)) or 0
    if not teams:
        return HomeEntry(
            _("Next: the teams"),
            _(
                "A survey asks teams. Bring the team tree in from a spreadsheet, and after that the roster of who is "
                "where; or send your staff list as the roster at once, and the teams it names begin with it."
            ),
            ("/app/import/teams", _("Import the teams")),
            is_waiting=True,
        )
    if people < roster_minimum(settings):
        return HomeEntry(
            _("Next: the roster"),
            _(
                "People on the roster so far: %(people)d. A survey needs at least %(minimum)d, or nobody would be "
                "protected.",
                people=people,
                minimum=roster_minimum(settings),
            ),
            ("/app/import/roster", _("Import the roster")),
            is_waiting=True,
        )
    published = session.scalar(
        select(Cycle.quarter).where(Cycle.state == State.PUBLISHED).order_by(Cycle.quarter.desc()).limit(1)
    )
    if published is None:
        text = _("Teams and roster are there. Choose quarter and dates; nobody is asked before you open the survey.")
    else:
        text = _(
            "The results of %(quarter)s are published. Choose quarter and dates of the next survey; nobody is asked "
            "before you open it.",
            quarter=format_quarter(published),
        )
    return HomeEntry(_("Next: plan a survey"), text, ("/app/cycles/new", _("Plan a survey")), is_waiting=True)


def _step_of(session: Session, cycle: Cycle, now: datetime) -> HomeEntry:
    name, place = format_quarter(cycle.quarter), f"/app/cycles/{cycle.quarter}"
    if cycle.state == State.CREATED:
        return _planned(session, cycle, name, place, now)
    if cycle.state in {State.OPEN, State.CLOSING}:
        return _open(cycle, name, place, now)
    if cycle.state == State.SEALED:
        return _sealed(cycle, name, place)
    return HomeEntry(
        _("Next: publish %(survey)s", survey=name),
        _("Its envelopes are opened. Nobody sees a figure before you publish, you included."),
        (place, _("Look and publish")),
        is_waiting=True,
    )


def _planned(session: Session, cycle: Cycle, name: str, place: str, now: datetime) -> HomeEntry:
    missing = missing_words(session, cycle, now)
    opens, closes = shown_moment(cycle.opens_at), shown_moment(cycle.closes_at)
    if now >= cycle.closes_at:
        text = _("Its dates have passed and it was never opened. Choose other dates, or throw the plan away.")
    elif now >= cycle.opens_at and missing:
        text = _(
            "It was to open on %(opens)s and waits for you. It did not open by itself: %(why)s",
            opens=opens,
            why=" ".join(missing),
        )
    elif now >= cycle.opens_at:
        text = _("Its opening time has come. A background process opens it within a minute; where none runs, you do.")
    elif missing:
        text = _(
            "It is planned from %(opens)s to %(closes)s. Look at the preview, then open it: only then people are "
            "invited.",
            opens=opens,
            closes=closes,
        )
    else:
        text = _(
            "It opens by itself on %(opens)s and invites everybody; it closes on %(closes)s. You may look at it, and "
            "open it before.",
            opens=opens,
            closes=closes,
        )
    return HomeEntry(_("Next: open %(survey)s", survey=name), text, (place, _("Look and open")), is_waiting=True)


def _open(cycle: Cycle, name: str, place: str, now: datetime) -> HomeEntry:
    if cycle.state == State.CLOSING or now >= cycle.closes_at:
        return HomeEntry(
            _("Next: close %(survey)s", survey=name),
            _(
                "Its time is over since %(closes)s. A background process closes it within a minute; where none runs, "
                "you do.",
                closes=shown_moment(cycle.closes_at),
            ),
            (place, _("Look and close")),
            is_waiting=True,
        )
    if now < cycle.opens_at:
        text = _(
            "It begins on %(opens)s and ends on %(closes)s. There is nothing to do until then.",
            opens=shown_moment(cycle.opens_at),
            closes=shown_moment(cycle.closes_at),
        )
        return HomeEntry(_("%(survey)s is about to begin", survey=name), text, (place, _("Look after it")), rank=0)
    first = first_figure_at(cycle)
    if now >= first or first >= cycle.closes_at:
        text = _(
            "Members can answer until %(closes)s. You can look after it, and remind everybody.",
            closes=shown_moment(cycle.closes_at),
        )
    else:
        text = _(
            "Members can answer until %(closes)s. From %(first)s on you see how many take part; you can remind "
            "everybody at any time.",
            closes=shown_moment(cycle.closes_at),
            first=shown_moment(first),
        )
    return HomeEntry(_("%(survey)s is open", survey=name), text, (place, _("Look after it")), rank=0)


def _sealed(cycle: Cycle, name: str, place: str) -> HomeEntry:
    holders = [str(holder["name"]) for holder in contract_of(cycle)["key_holders"]]
    if not holders or cycle.unreadable is not None:
        return HomeEntry(
            _("Next: open the envelopes of %(survey)s", survey=name),
            _("It has closed. A background process opens the envelopes; where none runs, you have it done here."),
            (place, _("Look and open")),
            is_waiting=True,
        )
    return HomeEntry(
        _("%(survey)s waits for a key holder", survey=name),
        _(
            "One of them opens the envelopes: %(holders)s. What nobody has opened by %(day)s is destroyed.",
            holders=some(holders),
            day=shown_day(destroy_at(cycle)),
        ),
        (place, _("Look at it")),
        rank=0,
    )
