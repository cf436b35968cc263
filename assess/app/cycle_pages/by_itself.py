"""What the page of a plan says about opening by itself, and the button that the roster is right."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assess.app.cycle_pages.common import shown_moment
from assess.app.site import settings
from assess.localisation import gettext as _
from assess.surveys.by_itself import CONFIRMED_WITHIN, Wanting, what_is_missing
from assess.surveys.models import Cycle
from assess.teams.confirming import confirmation, roster_state
from assess.teams.models import Person, Team


@dataclass(frozen=True)
class ByItself:
    """Whether it will, what is missing, and how the roster stands."""

    when: str
    missing: tuple[str, ...]
    confirmed: str
    teams: int
    people: int
    state: str
    days: int


def by_itself(session: Session, cycle: Cycle, now: datetime) -> ByItself:
    """Put it into words."""
    found = confirmation(session)
    is_fresh = found is not None and max(now, cycle.opens_at) - found.at <= CONFIRMED_WITHIN
    return ByItself(
        when=shown_moment(cycle.opens_at) if cycle.opens_at > now else "",
        missing=missing_words(session, cycle, now),
        confirmed=_confirmed(found.by, found.at) if found is not None and is_fresh else "",
        teams=session.scalar(select(func.count()).select_from(Team).where(Team.is_current)) or 0,
        people=session.scalar(select(func.count()).select_from(Person)) or 0,
        state=roster_state(session).hex(),
        days=CONFIRMED_WITHIN.days,
    )


def missing_words(session: Session, cycle: Cycle, now: datetime) -> tuple[str, ...]:
    """Say what keeps a plan from opening by itself at its time, or now where that has passed."""
    words = {
        Wanting.MAIL: _("Mail is not set up on this server."),
        Wanting.ROSTER: _(
            "Within the %(days)d days before, nobody has said that teams and roster are right, or they have changed "
            "since.",
            days=CONFIRMED_WITHIN.days,
        ),
        Wanting.PLANNED_LATE: _("Its plan was made or changed after its own opening time."),
        Wanting.OTHER_RUNS: _("Another survey is not published yet."),
        Wanting.HOLDERS: _("An anonymous survey needs two or three key holders with a key."),
        Wanting.PEOPLE: _("Teams and roster do not fit each other, or too few people are on the roster."),
    }
    return tuple(words[each] for each in what_is_missing(session, settings(), cycle, at=max(now, cycle.opens_at)))


def _confirmed(who: str, at: datetime) -> str:
    if not who:
        return _("The roster was confirmed on %(moment)s, by a command on the server.", moment=shown_moment(at))
    return _("The roster was confirmed on %(moment)s by %(who)s.", moment=shown_moment(at), who=who)
