"""The organisation as a whole: its own entry, and the unit of the tree that is the same people, if there is one.

Only a unit has a range for comparing and a change since last quarter. Where the tree has several tops, no unit is the
organisation, and nothing of it is compared with an earlier quarter.
"""

from assess.releases.entry import Entry
from assess.releases.register import Register


def top_of(cycle: Register) -> Entry | None:
    """Find the shown unit in which everybody stands whom the organisation counts."""
    everybody = cycle.organisation.number("n")
    if everybody is None:
        return None
    return next((unit for unit in cycle.units if unit.number("n") == everybody), None)


def shown_teams(cycle: Register) -> tuple[Entry, ...]:
    """List the teams of which something is shown, in the order of the tree."""
    return tuple(team for team in cycle.teams if team.why_not() is None)
