"""What a leader may read: the nodes they lead today, in every published quarter that was not withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from assess.accounts.models import Account
from assess.actions.shared import shared_actions
from assess.extensions import Database
from assess.releases.entry import Entry
from assess.releases.models import Withdrawal
from assess.reports.team_reports import ReportedCycle
from assess.surveys.coming import coming_after
from assess.surveys.contract import contract_of
from assess.surveys.cycles import find_cycle
from assess.surveys.led_nodes import LedNode, nodes_of_teams
from assess.surveys.models import Cycle, State
from assess.tasks.reading import read_once
from assess.teams.leaders import ids_of_teams_led_by


@dataclass(frozen=True)
class LedQuarter:
    """One quarter with the nodes of it that somebody leads."""

    quarter: str
    nodes: Sequence[LedNode]


@dataclass(frozen=True)
class FoundNode:
    """A node that may be read, in the cycle it is read from, and what its leader reads beside its report.

    `reads_inside` is whether the contract names the leader of a unit among the readers of the scores inside it;
    `reads_organisation` whether this node is the top, and its leader was named as a reader of the whole.
    """

    led: LedNode
    entry: Entry
    reported: ReportedCycle
    reads_inside: bool
    reads_organisation: bool


def reports_for_leader(session: Session, account: Account, *, quarter: str | None = None) -> Sequence[LedQuarter]:
    """List what an account may read as a leader, the latest quarter first; for everybody else nothing.

    With `quarter`, of that one alone.
    """
    led = set() if account.is_key_holder else ids_of_teams_led_by(session, account.email)
    if not led:
        return []
    published = select(Cycle).where(Cycle.state == State.PUBLISHED, Cycle.id.not_in(select(Withdrawal.cycle_id)))
    if quarter is not None:
        published = published.where(Cycle.quarter == quarter)
    return [
        LedQuarter(cycle.quarter, nodes)
        for cycle in session.scalars(published.order_by(Cycle.quarter.desc()))
        if (nodes := nodes_of_teams(session, cycle, led))
    ]


def find_report_for_leader(session: Session, account: Account, quarter: str, node_id: str) -> LedNode:
    """Find one of these reports; NotFound for every other one, as if it did not exist."""
    for led in reports_for_leader(session, account, quarter=quarter):
        for node in led.nodes:
            if node.id == node_id:
                return node
    raise NotFound


def led_node_or_404(database: Database, account: Account, quarter: str, node_id: str) -> FoundNode:
    """Find a node this account leads with its figures, and what members are told beside them as it stands now."""
    with database.reading() as session:
        led = find_report_for_leader(session, account, quarter, node_id)
    reported = read_once(database, quarter)
    entry = reported.cycle.node(led.name)
    if entry is None:
        raise NotFound
    with database.reading() as session:
        cycle = find_cycle(session, quarter)
        reported = replace(reported, shared=shared_actions(session, cycle), coming=coming_after(session, cycle))
        contract = contract_of(cycle)
    readers = contract.get("readers", {})
    is_top = any(unit["id"] == led.id and unit["parent"] is None for unit in contract["units"])
    whole = is_top and "leader_of_the_root" in readers.get("organisation_report", ())
    inside = "leaders_of_the_unit_above" in readers.get("scores_of_a_node", ())
    return FoundNode(led, entry, reported, reads_inside=inside or whole, reads_organisation=whole)
