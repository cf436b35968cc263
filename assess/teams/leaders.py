"""Who leads what: teams name their leaders by e-mail address."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assess.accounts.models import Account
from assess.tables.labels import natural_order
from assess.teams.models import Team


def teams_led_by(session: Session, email: str) -> list[str]:
    """Name the teams and units of today's tree that somebody leads."""
    led = select(Team.name).where(Team.is_current, func.lower(Team.leader_email) == email.lower())
    return sorted(session.scalars(led), key=natural_order)


def ids_of_teams_led_by(session: Session, email: str) -> set[int]:
    """Find the teams and units of today's tree that somebody leads, by id."""
    led = select(Team.id).where(Team.is_current, func.lower(Team.leader_email) == email.lower())
    return set(session.scalars(led))


def leads_something(session: Session, email: str) -> bool:
    """Whether somebody leads a team or unit of today's tree."""
    led = select(Team.id).where(Team.is_current, func.lower(Team.leader_email) == email.lower()).limit(1)
    return session.scalar(led) is not None


def leaders_without_account(session: Session) -> list[str]:
    """List the addresses of leaders of today's tree for whom there is no active account."""
    led = session.scalars(select(func.lower(Team.leader_email)).where(Team.is_current, Team.leader_email.is_not(None)))
    known = set(session.scalars(select(Account.email).where(Account.is_active)))
    return sorted(set(led) - known)


def key_holders_among(session: Session, emails: Collection[str]) -> set[str]:
    """Find who of these is a key holder and so cannot lead: key holders see answers before small groups are hidden."""
    holders = session.scalars(select(Account.email).where(Account.is_key_holder, Account.is_active))
    return set(holders) & {email.lower() for email in emails}
