"""Which quarters HR may read: every one that was published and not withdrawn; each other one does not exist."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from assess.app.site import database
from assess.releases.entry import Entry
from assess.releases.models import Withdrawal
from assess.reports.team_reports import ReportedCycle
from assess.surveys.contract import contract_of
from assess.surveys.models import Cycle, State
from assess.tasks.reading import read_once


@dataclass(frozen=True)
class ReportedNode:
    """One team or unit of a quarter: its id in the contract, its name, and whether it has figures of its own."""

    id: str
    name: str
    is_unit: bool
    is_shown: bool


def published_quarters(session: Session) -> Sequence[str]:
    """List them, the latest first."""
    published = select(Cycle.quarter).where(
        Cycle.state == State.PUBLISHED, Cycle.id.not_in(select(Withdrawal.cycle_id))
    )
    return session.scalars(published.order_by(Cycle.quarter.desc())).all()


def find_published_for_hr(quarter: str) -> ReportedCycle:
    """Read one of them; NotFound for every other one."""
    with database().reading() as session:
        if quarter not in published_quarters(session):
            raise NotFound
    return read_once(database(), quarter)


def nodes_of(reported: ReportedCycle) -> Sequence[ReportedNode]:
    """List units and teams by name, the units first."""
    with database().reading() as session:
        cycle = session.scalars(select(Cycle).where(Cycle.quarter == reported.label)).one()
        contract = contract_of(cycle)
    return sorted(_nodes(reported, contract), key=lambda node: (not node.is_unit, node.name.casefold()))


def find_node_for_hr(reported: ReportedCycle, node_id: str) -> Entry:
    """Find a team or unit of this quarter by its id in the contract; NotFound for every other one."""
    for node in nodes_of(reported):
        if node.id == node_id:
            entry = reported.cycle.node(node.name)
            if entry is not None:
                return entry
    raise NotFound


def _nodes(reported: ReportedCycle, contract: Mapping[str, Any]) -> Iterator[ReportedNode]:
    for kind in ("units", "groups"):
        for node in contract[kind]:
            entry = reported.cycle.node(str(node["name"]))
            if entry is not None and not node.get("own_members"):  # what a unit has of its own is no node
                yield ReportedNode(str(node["id"]), entry.name, kind == "units", entry.why_not() is None)
