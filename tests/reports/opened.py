"""Registers and entries opened from hand-made parts of documents, as only tests may."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from assess.releases.entry import Entry
from assess.releases.register import Register, register_of
from assess.releases.released import Released, let_out

T = TypeVar("T")


def register(cycle: Mapping[str, Any], comments: Mapping[str, Mapping[str, Sequence[str]]] | None = None) -> Register:
    """Open a cycle; `groups`, `minimum` and `item_sets` beside its entries say what an installation knows of it."""
    groups = {group["name"]: frozenset(group["teams"]) for group in cycle.get("groups", ())}
    sets = cycle.get("item_sets")
    return register_of(
        cycle,
        engine="1.0.0",
        sha256="0" * 64,
        minimum=cycle.get("minimum"),
        groups=groups,
        comments=comments,
        item_sets=None if sets is None else {code: frozenset(items) for code, items in sets.items()},
    )


def entry(content: Mapping[str, Any]) -> Entry:
    return Entry(content, (str(content.get("team")),))


def shown(value: T) -> Released[T]:
    return let_out(value)
