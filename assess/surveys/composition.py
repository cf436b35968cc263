"""How many people joined and left each group since last quarter: said beside a change, because it may explain it.

Counted when a cycle opens, from who was invited then and who is now, while last quarter's invitations still exist; only
the two counts per node are kept. Answers do not enter.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.surveys.contract import contract_of
from assess.surveys.earlier import published_before
from assess.surveys.models import Cycle, Invitation

Parents = Mapping[str, str | None]


@dataclass(frozen=True)
class Invited:
    """Who is invited where: addresses by group; None for a group with paper invitations, which belong to nobody."""

    addresses: Mapping[str, frozenset[str] | None]
    parents: Parents

    def by_node(self) -> dict[str, frozenset[str] | None]:
        """Give all addresses in and below every node; None where some are unknown."""
        known: dict[str, set[str]] = {node: set() for node in self.parents}
        unknown: set[str] = set()
        for group, addresses in self.addresses.items():
            at: str | None = group
            while at is not None:
                if addresses is None:
                    unknown.add(at)
                else:
                    known[at] |= addresses
                at = self.parents[at]
        return {node: None if node in unknown else frozenset(found) for node, found in known.items()}


def turnover(before: Invited, now: Invited) -> dict[str, tuple[int, int]]:
    """Count joiners and leavers of every node that exists in both quarters and is known in both."""
    earlier, later = before.by_node(), now.by_node()
    return {
        node: (len(people - then), len(then - people))
        for node in earlier.keys() & later.keys()
        if (then := earlier[node]) is not None and (people := later[node]) is not None
    }


def composition_at_opening(session: Session, cycle: Cycle) -> dict[str, Any] | None:
    """Compare an opening cycle, its invitations already added, with the last published one; None without one.

    Must run before the invitations of other cycles are deleted.
    """
    earlier = published_before(session, cycle, most=1)
    if not earlier:
        return None
    last = earlier[0]
    before, now = invited_of(session, last), invited_of(session, cycle)
    if not before.addresses:  # a cycle that was aborted since then has deleted them
        return None
    counts = {node: list(pair) for node, pair in sorted(turnover(before, now).items())}
    return {"since": last.quarter, "nodes": counts}


def invited_of(session: Session, cycle: Cycle) -> Invited:
    """Read who was invited to a cycle and how its groups hang together."""
    rows = session.execute(select(Invitation.group_id, Invitation.address).where(Invitation.cycle_id == cycle.id)).all()
    found: dict[str, set[str]] = {}
    paper: set[str] = set()
    for group, address in rows:
        found.setdefault(group, set())
        if address is None:
            paper.add(group)
        else:
            found[group].add(address)
    addresses = {group: None if group in paper else frozenset(known) for group, known in found.items()}
    return Invited(addresses, _parents(contract_of(cycle)))


def _parents(contract: Mapping[str, Any]) -> dict[str, str | None]:
    """Give the unit above every unit and group of a contract."""
    units = {unit["id"]: unit["parent"] for unit in contract["units"]}
    return units | {group["id"]: group["unit"] for group in contract["groups"]}
