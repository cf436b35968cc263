"""What a person is asked before a file is imported, in words: the tick, and what is said where it is missing."""

from collections.abc import Iterator
from dataclasses import dataclass

from assess.localisation import gettext as _
from assess.localisation import ngettext as _n
from assess.teams.agreeing import Agreement
from assess.teams.founding import NewTeam, NewTeams
from assess.teams.roster_proposal import RosterProposal
from assess.teams.team_proposal import TeamProposal


@dataclass(frozen=True)
class Question:
    """One tick: what it is about, its label, and the message where it is missing.

    `lines` are names, each with a remark that is mostly empty.
    """

    about: Agreement
    heading: str
    text: str
    label: str
    missing: str
    lines: tuple[tuple[str, str], ...] = ()


def questions_of(proposal: TeamProposal | RosterProposal) -> list[Question]:
    """List what is asked, in the order of the page."""
    return list(_of_teams(proposal) if isinstance(proposal, TeamProposal) else _of_roster(proposal))


def _of_roster(proposal: RosterProposal) -> Iterator[Question]:
    if proposal.new_teams.teams:
        yield _begin(proposal.new_teams)
    leave = len(proposal.leaves)
    if leave:
        yield Question(
            Agreement.GOING,
            _("Who would no longer be asked"),
            _n(
                "%(num)d person on the roster is not in this file. Surveys that open after the import will not ask "
                "that person. The name stands below, under “Leave”.",
                "%(num)d people on the roster are not in this file. Surveys that open after the import will not ask "
                "them. Their names stand below, under “Leave”.",
                leave,
            ),
            _n("Yes, this person is no longer here", "Yes, these %(num)d people are no longer here", leave),
            _("Tick this if it is so. If not, throw the file away and send one that names everybody."),
        )


def _of_teams(proposal: TeamProposal) -> Iterator[Question]:
    certain = len(proposal.gone) - len(proposal.maybe_renamed)
    if certain:
        yield Question(
            Agreement.GOING,
            _("Which teams would go"),
            _n(
                "%(num)d team is not in this file. Surveys that open after the import will not ask it; its history "
                "stays. It stands below, under “Teams that go”.",
                "%(num)d teams are not in this file. Surveys that open after the import will not ask them; their "
                "history stays. They stand below, under “Teams that go”.",
                certain,
            ),
            _n("Yes, this team is no longer there", "Yes, these %(num)d teams are no longer there", certain),
            _("Tick this if it is so. If not, throw the file away and send one that names every team."),
        )
    elif proposal.gone:
        yield Question(
            Agreement.GOING,
            _("Which teams would go"),
            _("Every team stays that is ticked above as renamed. One not ticked there goes."),
            _("Yes, what is not ticked above is no longer there"),
            _("A team that is not ticked above as renamed would go. Tick it there, or say here that it has gone."),
        )


def _begin(new: NewTeams) -> Question:
    number = len(new.teams)
    if new.under is None:
        place = _("They would begin at the top of the tree. Leaders and places can be entered later.")
    else:
        place = _(
            "They would begin directly under %(unit)s. Leaders and places can be entered later.", unit=new.under.name
        )
    return Question(
        Agreement.BEGIN,
        _("These teams do not exist yet"),
        place,
        _n("Add this team", "Add these %(num)d teams", number),
        _("Tick this if they are to begin. If not, correct the names in the file and send it again."),
        tuple((_team(one), _remark(one)) for one in new.teams),
    )


def _team(one: NewTeam) -> str:
    return _n("%(team)s: %(num)d person", "%(team)s: %(num)d people", one.people, team=one.name)


def _remark(one: NewTeam) -> str:
    return _("Written almost like %(other)s. Is it mistyped?", other=one.almost) if one.almost else ""
