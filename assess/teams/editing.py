"""Changing the tree by hand: each change is one transaction, dated, and kept in the history of the team.

A cycle that is open does not see it: its tree was frozen when it opened. Whatever would break the tree is refused with
a sentence. All of it works inside the caller's transaction.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from assess.audit.recording import record
from assess.errors import InputError, RefusalError, speaking_of
from assess.localisation import gettext as _
from assess.localisation import ngettext as _n
from assess.tables.labels import clean_name, is_email
from assess.teams.fields import NAME_LENGTH
from assess.teams.history import Recording, record_change
from assess.teams.leaders import key_holders_among
from assess.teams.models import Change, Person, Team
from assess.teams.reading import DEEPEST, function_code


@dataclass(frozen=True)
class Facts:
    """What is told of a team beside its name and place."""

    function: str
    founded_on: date | None
    leader_email: str | None


def found_team(session: Session, name: str, parent: Team | None, facts: Facts, recording: Recording) -> Team:
    """Begin a team."""
    team = _new_team(session, name, parent, facts)
    record_change(session, team, Change.FOUNDED, recording)
    if team.leader_email:
        record_change(session, team, Change.LED, recording, after=team.leader_email)
    record(session, "teams.changed", team.name, at=recording.at, what="founded")
    return team


def rename_team(session: Session, team: Team, name: str, recording: Recording) -> None:
    """Give a team another name; it stays the same team."""
    new = _free_name(session, name, but=team)
    if new != team.name:
        record_change(session, team, Change.RENAMED, recording, before=team.name, after=new)
        team.name = new
        record(session, "teams.changed", team.name, at=recording.at, what="renamed")


def move_team(session: Session, team: Team, parent: Team | None, recording: Recording) -> None:
    """Put a team with everything below it under another unit, or at the top."""
    _refuse_closed(team)
    if (None if parent is None else parent.id) == team.parent_id:
        return
    _check_place(session, team, parent)
    above = None if team.parent_id is None else session.get_one(Team, team.parent_id)
    names = {"before": "" if above is None else above.name, "after": "" if parent is None else parent.name}
    record_change(session, team, Change.MOVED, recording, **names)
    team.parent_id = None if parent is None else parent.id
    record(session, "teams.changed", team.name, at=recording.at, what="moved")


def describe_team(session: Session, team: Team, facts: Facts, recording: Recording) -> None:
    """Change leader, function and founding day; each that differs is a change of its own."""
    facts = _checked(session, facts)
    if facts == Facts(team.function, team.founded_on, team.leader_email):
        return
    if facts.leader_email != team.leader_email:
        names = {"before": team.leader_email or "", "after": facts.leader_email or ""}
        record_change(session, team, Change.LED, recording, **names)
    if facts.function != team.function:
        record_change(session, team, Change.FUNCTION, recording, before=team.function, after=facts.function)
    if facts.founded_on != team.founded_on:
        days = ["" if day is None else day.isoformat() for day in (team.founded_on, facts.founded_on)]
        record_change(session, team, Change.BEGUN, recording, before=days[0], after=days[1])
    team.leader_email, team.function, team.founded_on = facts.leader_email, facts.function, facts.founded_on
    record(session, "teams.changed", team.name, at=recording.at, what="described")


def close_team(session: Session, team: Team, recording: Recording) -> None:
    """End a team that nobody is in and nothing is under; its history stays."""
    if not team.is_current:
        return
    people = people_in(session, team)
    if people:
        raise RefusalError(
            _n(
                "%(num)d person is still in %(team)s. Put them into another team first: with a roster, or by merging.",
                "%(num)d people are still in %(team)s. Put them into another team first: with a roster, or by merging.",
                people,
                team=team.name,
            )
        )
    below = session.scalar(select(Team.name).where(Team.parent_id == team.id, Team.is_current).limit(1))
    if below is not None:
        raise RefusalError(
            _("%(below)s is under %(team)s. Move or close what is below it first.", below=below, team=team.name)
        )
    _close(session, team, Change.CLOSED, recording)
    record(session, "teams.changed", team.name, at=recording.at, what="closed")


def take_up_team(session: Session, team: Team, parent: Team | None, recording: Recording) -> None:
    """Let a closed team be there again."""
    if not team.is_current:
        _check_place(session, team, parent)
        team.parent_id, team.is_current = None if parent is None else parent.id, True
        record_change(session, team, Change.RETURNED, recording)
        record(session, "teams.changed", team.name, at=recording.at, what="taken_up")


def merge_teams(session: Session, one: Team, other: Team, name: str, recording: Recording) -> Team:
    """Make one new team of two: a changed set of people in one place is another team, and begins a line of its own.

    It stands where `one` stood and takes the people and the teams of both; they are closed. The name of either may be
    kept; the closed team then gets the day behind its own.
    """
    _refuse_closed(one)
    with speaking_of("other"):
        _refuse_same_line(session, one, other)
    parent = None if one.parent_id is None else session.get_one(Team, one.parent_id)
    parts = (one, other)
    part_names = [part.name for part in parts]
    _give_names_up(session, parts, clean_name(name), recording)
    facts = Facts(one.function if one.function == other.function else "", None, one.leader_email)
    team = _new_team(session, name, parent, facts)
    record_change(session, team, Change.FOUNDED, recording, before=", ".join(part_names))
    if team.leader_email:
        record_change(session, team, Change.LED, recording, after=team.leader_email)
    for part in parts:
        session.execute(update(Person).where(Person.team_id == part.id).values(team_id=team.id))
        session.execute(update(Team).where(Team.parent_id == part.id).values(parent_id=team.id))
        _close(session, part, Change.MERGED, recording, after=team.name)
    record(session, "teams.changed", team.name, at=recording.at, what="merged")
    return team


def split_team(
    session: Session,
    team: Team,
    names: tuple[str, str],
    *,
    second_people: Collection[int],
    second_teams: Collection[int],
    recording: Recording,
) -> tuple[Team, Team]:
    """Make two new teams of one and close it; who and what is not named goes to the first."""
    _refuse_closed(team)
    first_name, second_name = map(clean_name, names)
    with speaking_of("second"):
        if first_name == second_name:
            raise InputError(_("The two parts need two different names."))
    former = team.name
    parent = None if team.parent_id is None else session.get_one(Team, team.parent_id)
    _give_names_up(session, (team,), first_name, recording)
    _give_names_up(session, (team,), second_name, recording)
    with speaking_of("first"):
        first = _new_team(session, first_name, parent, Facts(team.function, None, team.leader_email))
    with speaking_of("second"):
        second = _new_team(session, second_name, parent, Facts(team.function, None, None))
    for part in (first, second):
        record_change(session, part, Change.FOUNDED, recording, before=former)
    if first.leader_email:
        record_change(session, first, Change.LED, recording, after=first.leader_email)
    people, below = Person.team_id == team.id, Team.parent_id == team.id
    session.execute(update(Person).where(people, Person.id.in_(second_people)).values(team_id=second.id))
    session.execute(update(Person).where(people).values(team_id=first.id))
    session.execute(update(Team).where(below, Team.id.in_(second_teams)).values(parent_id=second.id))
    session.execute(update(Team).where(below).values(parent_id=first.id))
    _close(session, team, Change.SPLIT, recording, after=f"{first.name}, {second.name}")
    record(session, "teams.changed", former, at=recording.at, what="split")
    return first, second


def people_in(session: Session, team: Team) -> int:
    """Count who is directly in a team."""
    return session.scalar(select(func.count()).select_from(Person).where(Person.team_id == team.id)) or 0


def _new_team(session: Session, name: str, parent: Team | None, facts: Facts) -> Team:
    facts = _checked(session, facts)
    team = Team(
        name=_free_name(session, name, but=None),
        parent_id=None if parent is None else parent.id,
        function=facts.function,
        founded_on=facts.founded_on,
        leader_email=facts.leader_email,
    )
    _check_place(session, None, parent)
    session.add(team)
    session.flush()
    return team


def _close(session: Session, team: Team, kind: Change, recording: Recording, *, after: str = "") -> None:
    record_change(session, team, kind, recording, after=after)
    if team.leader_email:
        record_change(session, team, Change.LED, recording, before=team.leader_email)
    team.is_current, team.leader_email = False, None
    session.flush()


def _give_names_up(session: Session, teams: Collection[Team], wanted: str, recording: Recording) -> None:
    """Let a new team have the name of one that is about to be closed."""
    for team in teams:
        if team.name == wanted:
            dated = f"{team.name[: NAME_LENGTH - 16]} ({recording.since_on.isoformat()})"
            while session.scalar(select(Team.id).where(Team.name == dated)) is not None:
                dated = f"{dated}*"
            record_change(session, team, Change.RENAMED, recording, before=team.name, after=dated)
            team.name = dated
            session.flush()


def _refuse_same_line(session: Session, one: Team, other: Team) -> None:
    """Refuse to merge a team with itself, a closed one, or one above or below it."""
    _refuse_closed(other)
    if one.id == other.id:
        raise InputError(_("Choose another team to merge with."))
    if _is_below(session, one, other) or _is_below(session, other, one):
        raise RefusalError(
            _(
                "%(one)s and %(other)s stand above each other; only teams side by side are merged.",
                one=one.name,
                other=other.name,
            )
        )


def _free_name(session: Session, name: str, *, but: Team | None) -> str:
    """Read a name that no other team has or has had."""
    with speaking_of("name"):
        return _read_free_name(session, name, but=but)


def _read_free_name(session: Session, name: str, *, but: Team | None) -> str:
    text = clean_name(name)
    if not text or len(text) > NAME_LENGTH or not text.isprintable():
        raise InputError(_("A name has 1 to %(number)d characters on one line.", number=NAME_LENGTH))
    same = session.scalar(select(Team).where(func.lower(Team.name) == text.lower()))
    if same is None or (but is not None and same.id == but.id):
        return text
    if same.is_current:
        raise InputError(_("There is a team %(team)s already; choose another name.", team=same.name))
    raise InputError(
        _("There was a team %(team)s, which is closed; take it up again or choose another name.", team=same.name)
    )


def _checked(session: Session, facts: Facts) -> Facts:
    leader = (facts.leader_email or "").strip().lower() or None
    with speaking_of("leader"):
        if leader is not None and not is_email(leader):
            raise InputError(_("“%(value)s” is no e-mail address; correct it or leave it empty.", value=leader[:60]))
        if leader is not None and key_holders_among(session, {leader}):
            raise RefusalError(_("%(email)s is a key holder, who can lead no team. Name somebody else.", email=leader))
    function = function_code(clean_name(facts.function))
    with speaking_of("function"):
        if len(function) > NAME_LENGTH or not function.isprintable():
            raise InputError(_("The function has at most %(number)d characters on one line.", number=NAME_LENGTH))
    return Facts(function, facts.founded_on, leader)


def _check_place(session: Session, team: Team | None, parent: Team | None) -> None:
    """Refuse a place that is closed, below the team itself, or too deep."""
    if parent is not None:
        with speaking_of("parent"):
            _refuse_parent(session, team, parent)


def _refuse_parent(session: Session, team: Team | None, parent: Team) -> None:
    _refuse_closed(parent)
    above = _path(session, parent)
    if team is not None and team.id in above:
        raise RefusalError(
            _("%(parent)s is %(team)s itself or below it; choose another place.", parent=parent.name, team=team.name)
        )
    deepest = len(above) + (1 if team is None else _height(session, team))
    if deepest > DEEPEST:
        raise RefusalError(
            _("The tree would have more than %(number)d levels; choose a place higher up.", number=DEEPEST)
        )


def _path(session: Session, team: Team) -> list[int]:
    """List a team and the units above it, by id; every step is a query, and there are at most a dozen."""
    path: list[int] = []
    at: int | None = team.id
    while at is not None and at not in path:
        path.append(at)
        at = session.scalar(select(Team.parent_id).where(Team.id == at))
    return path


def _height(session: Session, team: Team) -> int:
    """Count the levels of a team and what is below it."""
    height, level = 0, [team.id]
    while level and height <= DEEPEST:
        height += 1
        level = list(session.scalars(select(Team.id).where(Team.parent_id.in_(level), Team.is_current)))
    return height


def _is_below(session: Session, team: Team, unit: Team) -> bool:
    return unit.id in _path(session, team)


def _refuse_closed(team: Team) -> None:
    if not team.is_current:
        raise RefusalError(_("%(team)s is closed. Take it up again first.", team=team.name))
