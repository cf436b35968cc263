"""What a person has to say yes to before a file is imported in the browser: who or what goes, and which teams begin."""

from collections.abc import Collection
from enum import StrEnum

from assess.errors import InputError
from assess.teams.roster_proposal import RosterProposal
from assess.teams.team_proposal import TeamProposal


class Agreement(StrEnum):
    """One thing to say yes to."""

    GOING = "going"
    BEGIN = "begin"


class NotAgreedError(InputError):
    """Somebody would go or a team begin that nobody has said yes to; nothing was imported."""

    def __init__(self, missing: Collection[Agreement]) -> None:
        self.missing = frozenset(missing)
        super().__init__(", ".join(sorted(missing)))


def needed_for(proposal: TeamProposal | RosterProposal) -> frozenset[Agreement]:
    """List what has to be said yes to; of a tree, after it was said which of its teams are only renamed."""
    if isinstance(proposal, TeamProposal):
        return frozenset([Agreement.GOING] if proposal.gone else [])
    going = [Agreement.GOING] if proposal.leaves else []
    return frozenset([*going, *([Agreement.BEGIN] if proposal.new_teams.teams else [])])
