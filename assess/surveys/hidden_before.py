"""Which nodes were hidden last quarter: where there is a choice, the same are hidden again (disclosure, section 5)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from assess.releases.register import open_register
from assess.surveys.contract import contract_of
from assess.surveys.cycle_tree import CycleTree, cycle_tree
from assess.surveys.earlier import published_before
from assess.surveys.models import Cycle


@dataclass(frozen=True)
class HiddenBefore:
    """Ids of the nodes that were withheld as a whole, and by code of those in which a single figure was."""

    nodes: frozenset[str] = frozenset()
    figures: Mapping[str, frozenset[str]] = field(default_factory=dict)


def hidden_last_quarter(session: Session, cycle: Cycle) -> HiddenBefore:
    """Read what the last published result before this cycle withholds; nothing before the first.

    Read from what was released, so that it is the same however often closing and scoring are run again.
    """
    earlier = published_before(session, cycle, most=1)
    if not earlier:
        return HiddenBefore()
    last = earlier[0]
    register = open_register(session, cycle_id=last.id)
    contract = contract_of(last)
    groups = [group for group in contract["groups"] if not group["own_members"]]
    ids = {node["name"]: node["id"] for node in [*contract["units"], *groups]}

    def named(names: Collection[str]) -> frozenset[str]:
        return frozenset(ids[name] for name in names if name in ids)

    figures = {code: named(names) for code, names in register.withheld_figures.items()}
    return HiddenBefore(named(register.withheld), figures)


def tree_with_memory(session: Session, cycle: Cycle) -> CycleTree:
    """Read the tree of a cycle together with what was hidden last quarter."""
    before = hidden_last_quarter(session, cycle)
    return replace(cycle_tree(cycle, before.nodes), hidden_figures=before.figures)
