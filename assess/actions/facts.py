"""Facts that guards ask for: what a team is for, how old it is, whether it is hiring; what holds of the company."""

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.actions.models import AdviceFact
from assess.actions.quarters import Place, QuarterView
from assess.errors import InputError
from assess.extensions import Database
from assess.localisation import gettext as _
from assess.scoring.advice import BUSINESS_HEAD, TEAM_LEAD, UNIT_HEAD, AdviceSettings
from assess.teams.history import teams_by_any_name
from assess.teams.models import Team

COMPANY_FACTS = ("bonus", "equity")
VACANCY = "vacancy"


def set_company_fact(database: Database, fact: str, *, holds: bool) -> None:
    """Say whether the company pays a bonus or has equity. InputError for any other fact."""
    if fact not in COMPANY_FACTS:
        raise InputError(
            _(
                "“%(fact)s” is no fact about the company; use one of: %(known)s.",
                fact=fact,
                known=", ".join(COMPANY_FACTS),
            )
        )
    _store(database, AdviceFact(fact=fact, team=""), holds=holds)


def set_vacancy(database: Database, team: str, *, holds: bool) -> None:
    """Say whether a team has an open vacancy. InputError for a team that is not there."""
    with database.reading() as session:
        if session.scalar(select(Team.id).where(Team.name == team, Team.is_current)) is None:
            raise InputError(_("There is no team “%(team)s”; use a name from the team tree.", team=team))
    _store(database, AdviceFact(fact=VACANCY, team=team), holds=holds)


def _store(database: Database, fact: AdviceFact, *, holds: bool) -> None:
    with database.writing() as session:
        known = session.get(AdviceFact, (fact.fact, fact.team))
        if holds and known is None:
            session.add(fact)
        elif not holds and known is not None:
            session.delete(known)


def settings_by_node(session: Session, view: QuarterView) -> dict[str, AdviceSettings]:
    """Read for every node of a quarter what its guards ask for, as it is known now."""
    teams = teams_by_any_name(session)  # a team may have been renamed since this quarter opened
    facts = session.execute(select(AdviceFact.fact, AdviceFact.team)).all()
    company = frozenset(fact for fact, team in facts if not team)
    hiring = frozenset(team for fact, team in facts if fact == VACANCY)
    at = view.closes_at.date()
    return {place.name: _settings(place, teams, company, hiring, at) for place in view.places}


def _settings(
    place: Place, teams: Mapping[str, Team], company: frozenset[str], hiring: frozenset[str], at: date
) -> AdviceSettings:
    own = (place.name,) if place.is_unit else place.teams
    functions = {teams[name].function for name in own if name in teams}
    vacancy = {VACANCY} if hiring.intersection((*own, *place.teams)) else set()
    return AdviceSettings(
        function=(functions.pop() or None) if len(functions) == 1 else None,
        age_months=_age(own, teams, at),
        has=company | vacancy,
        scopes=BUSINESS_HEAD if place.is_top else UNIT_HEAD if place.is_unit else TEAM_LEAD,
    )


def _age(names: Iterable[str], teams: Mapping[str, Team], at: date) -> int | None:
    """Count whole months since the oldest of the teams was founded; unknown where one of the dates is."""
    founded = [teams[name].founded_on if name in teams else None for name in names]
    known = [day for day in founded if day is not None]
    if not known or len(known) < len(founded):
        return None
    oldest = min(known)
    return max(0, (at.year - oldest.year) * 12 + at.month - oldest.month - (at.day < oldest.day))
