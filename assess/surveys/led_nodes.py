"""Which nodes of a cycle belong to teams of today's tree: by the teams' ids, because names change and come again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.surveys.contract import contract_of
from assess.surveys.groups import unit_id
from assess.surveys.models import Cycle, Group


@dataclass(frozen=True)
class LedNode:
    """One node of a cycle, by the id and the name it has in the contract."""

    id: str
    name: str


def nodes_of_teams(session: Session, cycle: Cycle, team_ids: Collection[int]) -> Sequence[LedNode]:
    """List the units that are one of these teams, then the groups that have one of them in it.

    A merged group belongs to each of its teams (design, 4); the members a unit has of its own are no node.
    """
    contract = contract_of(cycle)
    wanted = {unit_id(team) for team in team_ids}
    units = [LedNode(str(unit["id"]), str(unit["name"])) for unit in contract["units"] if str(unit["id"]) in wanted]
    own = {str(group["id"]) for group in contract["groups"] if group["own_members"]}
    groups = session.scalars(select(Group).where(Group.cycle_id == cycle.id).order_by(Group.name))
    led = {str(team) for team in team_ids}
    mine = [
        LedNode(group.id, group.name)
        for group in groups
        if group.id not in own and led & {part.partition(":")[2] for part in group.parts}
    ]
    return [*units, *mine]
