"""One release: what was released once is not released again, and nothing that could be computed from it (section 5)."""

from collections.abc import Mapping

from assess.errors import RefusalError
from assess.localisation import format_quarter
from assess.localisation import gettext as _
from assess.releases.structure import Result


class AlreadyReleasedError(RefusalError):
    """Figures of this quarter were released; there is no second release."""


class DerivedNodeError(RefusalError):
    """A new node is a union or difference of nodes that were released in the same quarter."""


def refuse_second_release(released: Result, new: Result, *, quarter: str) -> None:
    """Raise AlreadyReleasedError, or DerivedNodeError where the new document has a node that the first one implies."""
    for name in new.shown:
        if name not in released.shown and derivable(released, leaf_teams(new)[name]):
            raise DerivedNodeError(
                _(
                    "“%(name)s” is made of groups whose figures of %(quarter)s were released; figures of the same "
                    "people in another division are never released.",
                    name=name,
                    quarter=format_quarter(quarter),
                )
            )
    raise AlreadyReleasedError(
        _(
            "The figures of %(quarter)s have been released; a quarter is released once.",
            quarter=format_quarter(quarter),
        )
    )


def leaf_teams(result: Result) -> Mapping[str, frozenset[str]]:
    """Give the leaf teams of every node; people whom a unit has of its own count as a team in its name."""
    found: dict[str, set[str]] = {name: set() for name in result.parents}
    for group in result.document["groups"]:
        node = group["unit"] if group["own_members"] else group["name"]
        for name in (node, *result.ancestors(node)):
            found[name] |= set(group["teams"])
    return {name: frozenset(teams) for name, teams in found.items()}


def derivable(released: Result, teams: frozenset[str]) -> bool:
    """Whether sums over these teams follow from the released ones: by adding nodes, rests, or subtracting them.

    Teams that no released figure tells apart form one class: those with the same smallest released node around them.
    Nodes of a tree give every class by subtraction, hence every union of classes, and nothing else.
    """
    sets = leaf_teams(released)
    around: dict[str, str] = {}
    for name in sorted(released.shown, key=lambda node: -len(sets[node])):
        around |= dict.fromkeys(sets[name], name)
    if not teams or not teams <= around.keys():
        return False
    whole_classes = {owner for team, owner in around.items() if team in teams}
    return all(team in teams for team, owner in around.items() if owner in whole_classes)
