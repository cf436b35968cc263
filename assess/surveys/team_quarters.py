"""What the pages of teams ask of surveys: how a team was asked in the published quarters, and where its line breaks."""

from collections import OrderedDict
from collections.abc import Sequence
from functools import partial
from threading import Lock

from flask import Flask
from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from assess.releases.register import open_register
from assess.surveys.contract import contract_of
from assess.surveys.earlier import all_published
from assess.surveys.groups import unit_id
from assess.surveys.models import Cycle, Group
from assess.teams.pages.quarters import Asked, Knowledge, QuarterOfTeam, add_knowledge

_QUARTERS_KEPT = 40


class ShownNodes:
    """Which nodes of a published quarter have figures: read once a process, because results do not change any more.

    With ten thousand teams the document of one quarter takes a second to read.
    """

    def __init__(self) -> None:
        self._names: OrderedDict[bytes, frozenset[str]] = OrderedDict()
        self._lock = Lock()

    def has_figures(self, session: Session, cycle: Cycle, name: str) -> bool:
        """Say whether a node is shown; the caller asks only about quarters that were not withdrawn."""
        with self._lock:
            names = self._names.get(cycle.id)
            if names is None:
                register = open_register(session, cycle_id=cycle.id)
                nodes = (*register.teams, *register.units)
                names = self._names[cycle.id] = frozenset(node.name for node in nodes if node.why_not() is None)
                while len(self._names) > _QUARTERS_KEPT:
                    self._names.popitem(last=False)
        return name in names


def hang_in_team_quarters(app: Flask) -> None:
    """Answer the pages of teams."""
    add_knowledge(app, Knowledge(partial(quarters_of_team, ShownNodes()), _open_quarter))


def quarters_of_team(shown: ShownNodes, session: Session, team_id: int) -> Sequence[QuarterOfTeam]:
    """List the published quarters, the oldest first; whether there are figures is read, the figures are not."""
    found: list[QuarterOfTeam] = []
    last: str | None = None
    for cycle in all_published(session):
        node, quarter = _quarter(shown, session, cycle, team_id)
        broken = quarter.has_figures and last not in {None, node}
        if quarter.has_figures:
            last = node
        found.append(QuarterOfTeam(quarter.quarter, quarter.asked, quarter.others, quarter.has_figures, broken))
    return found


def _quarter(nodes: ShownNodes, session: Session, cycle: Cycle, team_id: int) -> tuple[str | None, QuarterOfTeam]:
    """Find the node a team was asked in, and what it was."""
    contract = contract_of(cycle)
    unit = next((unit for unit in contract["units"] if unit["id"] == unit_id(team_id)), None)
    if unit is not None:
        return unit["id"], QuarterOfTeam(cycle.quarter, Asked.UNIT, (), nodes.has_figures(session, cycle, unit["name"]))
    part = f"team:{team_id}"
    group = session.scalar(
        select(Group).where(
            Group.cycle_id == cycle.id, cast(Group.parts, String).contains(f'"{part}"', autoescape=True)
        )
    )
    if group is None:
        return None, QuarterOfTeam(cycle.quarter, Asked.NOT)
    frozen = next(each for each in contract["groups"] if each["id"] == group.id)
    if frozen["own_members"]:
        name = next(each["name"] for each in contract["units"] if each["id"] == frozen["unit"])
        return None, QuarterOfTeam(cycle.quarter, Asked.ABOVE, (name,))
    shown = nodes.has_figures(session, cycle, group.name)
    if len(group.parts) == 1:
        return group.id, QuarterOfTeam(cycle.quarter, Asked.ALONE, (), shown)
    return group.id, QuarterOfTeam(cycle.quarter, Asked.TOGETHER, tuple(frozen["teams"]), shown)


def _open_quarter(session: Session) -> str | None:
    return session.scalar(select(Cycle.quarter).where(Cycle.running.is_(True)))
