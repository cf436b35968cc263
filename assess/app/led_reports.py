"""Which reports a leader may read: of the nodes they lead today, of every published quarter that was not withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from assess.accounts.models import Account
from assess.releases.models import Withdrawal
from assess.surveys.led_nodes import LedNode, nodes_of_teams
from assess.surveys.models import Cycle, State
from assess.teams.leaders import ids_of_teams_led_by


@dataclass(frozen=True)
class LedQuarter:
    """One quarter with the nodes of it that somebody leads."""

    quarter: str
    nodes: Sequence[LedNode]


def reports_for_leader(session: Session, account: Account) -> Sequence[LedQuarter]:
    """List what an account may read as a leader, the latest quarter first; for everybody else nothing."""
    led = ids_of_teams_led_by(session, account.email)
    if not led or account.is_key_holder:
        return []
    withdrawn = select(Withdrawal.cycle_id)
    published = select(Cycle).where(Cycle.state == State.PUBLISHED, Cycle.id.not_in(withdrawn))
    return [
        LedQuarter(cycle.quarter, nodes)
        for cycle in session.scalars(published.order_by(Cycle.quarter.desc()))
        if (nodes := nodes_of_teams(session, cycle, led))
    ]


def find_report_for_leader(session: Session, account: Account, quarter: str, node_id: str) -> LedNode:
    """Find one of these reports; NotFound for every other one, as if it did not exist."""
    for led in reports_for_leader(session, account):
        for node in led.nodes:
            if (led.quarter, node.id) == (quarter, node_id):
                return node
    raise NotFound
