"""Which nodes were hidden last quarter: where there is a choice, the same are hidden again (disclosure, section 5)."""

from sqlalchemy.orm import Session

from assess.releases.register import open_register
from assess.surveys.contract import contract_of
from assess.surveys.cycle_tree import CycleTree, cycle_tree
from assess.surveys.earlier import published_before
from assess.surveys.models import Cycle


def hidden_last_quarter(session: Session, cycle: Cycle) -> frozenset[str]:
    """Give the ids of the nodes that the last published result before this cycle withholds; empty before the first.

    Read from what was released, so that it is the same however often closing and scoring are run again.
    """
    earlier = published_before(session, cycle, most=1)
    if not earlier:
        return frozenset()
    last = earlier[0]
    hidden = open_register(session, cycle_id=last.id).withheld
    contract = contract_of(last)
    groups = [group for group in contract["groups"] if not group["own_members"]]
    return frozenset(node["id"] for node in [*contract["units"], *groups] if node["name"] in hidden)


def tree_with_memory(session: Session, cycle: Cycle) -> CycleTree:
    """Read the tree of a cycle together with what was hidden last quarter."""
    return cycle_tree(cycle, hidden_last_quarter(session, cycle))
