"""Which nodes of a cycle belong to teams of today's tree: by the teams' ids, because names change and come again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Text, cast, false, or_, select
from sqlalchemy.orm import Session

from assess.surveys.contract import contract_of
from assess.surveys.groups import unit_id
from assess.surveys.models import Cycle, Group

_LOOKED_FOR = 50  # teams in one condition of a statement


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
    groups = select(Group.id, Group.name, Group.parts).where(Group.cycle_id == cycle.id).order_by(Group.name)
    if len(team_ids) <= _LOOKED_FOR:  # the database leaves most groups out; what is left is looked at properly
        written = cast(Group.parts, Text)
        groups = groups.where(or_(false(), *(written.like(f'%:{int(team)}"%') for team in team_ids)))
    led = {str(team) for team in team_ids}
    mine = [
        LedNode(group_id, name)
        for group_id, name, parts in session.execute(groups)
        if group_id not in own and led & {part.partition(":")[2] for part in parts}
    ]
    return [*units, *mine]
