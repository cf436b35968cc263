"""What a file of teams would change, before anything is written: new, gone, renamed, moved, told of differently."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.localisation import gettext as _
from assess.teams.fields import FaultyFileError, RowError
from assess.teams.history import Recording, record_change
from assess.teams.known import KnownTeam, known_teams
from assess.teams.leaders import key_holders_among
from assess.teams.likeness import alike_teams
from assess.teams.models import Change, Person, Team
from assess.teams.reading import TeamFile, TeamRow
from assess.teams.renaming import MaybeRenamed, maybe_renamed


@dataclass(frozen=True)
class TeamChange:
    """A team that stays, as it was and as the file has it."""

    before: KnownTeam
    after: TeamRow
    parent_stays: bool

    @property
    def returns(self) -> bool:
        """Whether it had left before."""
        return not self.before.is_current

    @property
    def renamed(self) -> bool:
        """Whether it gets another name and stays the same team, with its history."""
        return self.before.name != self.after.name

    @property
    def moves(self) -> bool:
        """Whether it gets another unit above it."""
        return not self.parent_stays

    @property
    def other_leader(self) -> bool:
        """Whether somebody else leads it."""
        return self.before.leader_email != self.after.leader_email

    @property
    def other_facts(self) -> bool:
        """Whether function or founding day are told differently."""
        return (self.before.function, self.before.founded_on) != (self.after.function, self.after.founded_on)

    @property
    def is_none(self) -> bool:
        """Whether nothing changes."""
        return not (self.returns or self.renamed or self.moves or self.other_leader or self.other_facts)


@dataclass(frozen=True)
class TeamProposal:
    """Everything a file of teams would do. `alike` is allowed and looks like a mistake."""

    file: TeamFile
    new: tuple[TeamRow, ...]
    gone: tuple[KnownTeam, ...]
    changes: tuple[TeamChange, ...]
    unchanged: tuple[KnownTeam, ...]
    maybe_renamed: tuple[MaybeRenamed, ...]
    alike: tuple[RowError, ...]

    @property
    def gone_with_people(self) -> tuple[KnownTeam, ...]:
        """Teams that go although people are in them: the next roster has to say where those are."""
        return tuple(team for team in self.gone if team.people)


def propose_teams(session: Session, file: TeamFile, *, renamed: Mapping[str, str] | None = None) -> TeamProposal:
    """Compare a file with the tree; FaultyFileError lists all that is wrong with it.

    `renamed` maps new names to former ones, in addition to the file's own column former_name.
    """
    known = {team.name: team for team in known_teams(session)}
    renames = _renames(file.rows, known, renamed or {})
    errors = [
        *file.errors,
        *_impossible_renames(file.rows, known),
        *_leaders_with_keys(session, file.rows),
    ]
    if errors:
        raise FaultyFileError(file.file, errors, file.headings)
    former = {row.name: renames.get(row.name, row.name) for row in file.rows}
    found = {name: known[old] for name, old in former.items() if old in known}
    stay = {team.id for team in found.values()}
    same = [_change(found, row) for row in file.rows if row.name in found]
    new = tuple(row for row in file.rows if row.name not in found)
    gone = tuple(team for team in known.values() if team.is_current and team.id not in stay)
    return TeamProposal(
        file=file,
        new=new,
        gone=gone,
        changes=tuple(change for change in same if not change.is_none),
        unchanged=tuple(change.before for change in same if change.is_none),
        maybe_renamed=maybe_renamed(new, gone, file.rows, known.values()),
        alike=(*alike_teams(file.rows), *_leaders_nobody_knows(session, file.rows)),
    )


def store_teams(session: Session, proposal: TeamProposal, recording: Recording) -> None:
    """Do what was proposed, inside the caller's transaction, and keep it in the history of every team it changes."""
    stored = {team.id: team for team in session.scalars(select(Team))}
    by_name: dict[str, Team] = {team.name: stored[team.id] for team in proposal.unchanged}
    for change in proposal.changes:
        by_name[change.after.name] = stored[change.before.id]
    for row in proposal.new:
        by_name[row.name] = Team(name=row.name)
        session.add(by_name[row.name])
    for row in proposal.file.rows:
        team = by_name[row.name]
        team.name, team.is_current = row.name, True
        team.function, team.founded_on, team.leader_email = row.function, row.founded_on, row.leader_email
    session.flush()
    for row in proposal.file.rows:
        by_name[row.name].parent_id = None if row.parent is None else by_name[row.parent].id
    for gone in proposal.gone:
        stored[gone.id].is_current = False
        record_change(session, stored[gone.id], Change.CLOSED, recording)
    for row in proposal.new:
        record_change(session, by_name[row.name], Change.FOUNDED, recording)
        if row.leader_email:
            record_change(session, by_name[row.name], Change.LED, recording, after=row.leader_email)
    for change in proposal.changes:
        for kind, before, after in _kinds(change):
            record_change(session, stored[change.before.id], kind, recording, before=before, after=after)
    session.flush()


def _kinds(change: TeamChange) -> Iterator[tuple[Change, str, str]]:
    """List what a change of a team is in its history."""
    old, new = change.before, change.after
    days = ["" if day is None else day.isoformat() for day in (old.founded_on, new.founded_on)]
    if change.returns:
        yield Change.RETURNED, "", ""
    if change.renamed:
        yield Change.RENAMED, old.name, new.name
    if change.moves:
        yield Change.MOVED, old.parent or "", new.parent or ""
    if change.other_leader:
        yield Change.LED, old.leader_email or "", new.leader_email or ""
    if old.function != new.function:
        yield Change.FUNCTION, old.function, new.function
    if days[0] != days[1]:
        yield Change.BEGUN, days[0], days[1]


def _change(found: Mapping[str, KnownTeam], row: TeamRow) -> TeamChange:
    before = found[row.name]
    if row.parent is None:
        return TeamChange(before, row, before.parent is None)
    above = found.get(row.parent)
    return TeamChange(before, row, above is not None and above.name == before.parent)


def _renames(rows: Sequence[TeamRow], known: Mapping[str, KnownTeam], asked: Mapping[str, str]) -> dict[str, str]:
    """Map new names to former ones: of a team that is there and no longer in the file, to a name nobody has had."""
    in_file = {row.name for row in rows}
    wanted = {row.name: row.former_name for row in rows if row.former_name}
    wanted |= {new: old for new, old in asked.items() if new in in_file}
    taken = Counter(wanted.values())
    return {
        new: old
        for new, old in wanted.items()
        if new not in known and old not in in_file and taken[old] == 1 and old in known and known[old].is_current
    }


def _impossible_renames(rows: Sequence[TeamRow], known: Mapping[str, KnownTeam]) -> list[RowError]:
    """Refuse former names that cannot be followed; one that was followed by an earlier import is no error."""
    in_file = {row.name for row in rows}
    taken = Counter(row.former_name for row in rows)
    errors = []
    for row in rows:
        former = row.former_name
        if former is None or former == row.name:
            continue
        is_there = former in known and known[former].is_current
        if former in in_file:
            what = _("%(team)s has a row of its own in this file; delete one of the two", team=former)
        elif taken[former] > 1:
            what = _("%(team)s is the former name of several teams; only one can keep its history", team=former)
        elif is_there and row.name in known:
            what = _(
                "there is or was a team %(team)s already; %(former)s needs another new name",
                team=row.name,
                former=former,
            )
        elif not is_there and row.name not in known:
            what = _("there is no team %(team)s; leave the former name empty or correct it", team=former)
        else:
            continue
        errors.append(RowError(row.row, "former_name", what, row.cells))
    return errors


def _leaders_with_keys(session: Session, rows: Sequence[TeamRow]) -> list[RowError]:
    holders = key_holders_among(session, {row.leader_email for row in rows if row.leader_email})
    return [
        RowError(
            row.row,
            "leader_email",
            _("%(email)s is a key holder, who can lead no team; name somebody else", email=row.leader_email),
            row.cells,
        )
        for row in rows
        if row.leader_email in holders
    ]


def _leaders_nobody_knows(session: Session, rows: Sequence[TeamRow]) -> list[RowError]:
    """Point out leaders who are not on the roster, once there is one: often the address is mistyped."""
    known = set(session.scalars(select(Person.email).where(Person.email.is_not(None))))
    if not known:
        return []
    return [
        RowError(
            row.row,
            "leader_email",
            _("%(email)s is nobody on the roster. Is it mistyped?", email=row.leader_email),
            row.cells,
        )
        for row in rows
        if row.leader_email is not None and row.leader_email not in known
    ]
