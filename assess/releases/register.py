"""The release register: the only door through which reports, pages and exports get a figure.

A register is opened for one cycle of a published result document, or of a file that was scored just now. It gives the
figures of that document as `Released` or `Suppressed` and knows no others.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from assess.errors import RefusalError
from assess.localisation import gettext as _
from assess.releases.document import canonical_json
from assess.releases.entry import Entry
from assess.releases.released import Released, Suppressed, let_out
from assess.releases.rules import display_faults, refuse_faults
from assess.releases.store import has_published, read_frozen
from assess.scoring.measures import OVERALL
from assess.scoring.release import Reason

PROTECTING = (Suppressed(Reason.TOO_FEW), Suppressed(Reason.PROTECTS_OTHERS))
ItemSets = Mapping[str, frozenset[str]]


class UnknownNodeError(RefusalError):
    """A figure was asked for of a team or unit that the released result does not know."""


@dataclass(frozen=True)
class Register:
    """The figures of one cycle. `sha256` is the checksum of the document they stand in.

    `minimum` is what held when the cycle was asked, `groups` names the leaf teams of every group and `parents` the unit
    above every node (None: the organisation itself); a file says none of them, but for the units above units.
    `item_sets` lists the items behind every dimension where the questionnaire of that quarter is at hand. `actions`
    says of every node how earlier actions turned out; numbers in it follow from displayed ones (measurement, 6.6).
    """

    label: str | None
    teams: tuple[Entry, ...]
    units: tuple[Entry, ...]
    others: tuple[Entry, ...]
    organisation: Entry
    engine: str
    sha256: str
    minimum: int | None = None
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    parents: Mapping[str, str | None] = field(default_factory=dict)
    comments: Mapping[str, Mapping[str, tuple[Released[str], ...]]] = field(default_factory=dict)
    actions: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    item_sets: ItemSets | None = None

    @property
    def nodes(self) -> tuple[Entry, ...]:
        """Teams, then units, as the document lists them."""
        return (*self.teams, *self.units)

    @cached_property
    def _by_name(self) -> Mapping[str, Entry]:
        return {node.name: node for node in self.nodes}

    def node(self, name: str) -> Entry | None:
        """Find a team or unit; None when this cycle had none of this name."""
        return self._by_name.get(name)

    def figure(self, name: str, statistic: str, *part: str) -> Released[Any] | Suppressed:
        """Give one figure of a team or unit: `figure("Ads", "dimensions", "COM", "score_100")`.

        Errors: UnknownNodeError for a node the document does not know, NotReleasedError for a figure it does not hold.
        """
        node = self.node(name)
        if node is None:
            raise UnknownNodeError(
                _(
                    "The released result knows no team or unit “%(name)s”; only what was released can be shown.",
                    name=name,
                )
            )
        return node.figure(statistic, *part)

    @property
    def withheld(self) -> frozenset[str]:
        """Name the nodes of which nothing is shown."""
        return frozenset(node.name for node in self.nodes if node.why_not())

    @property
    def withheld_figures(self) -> Mapping[str, frozenset[str]]:
        """Name by code of a dimension or item, and for `overall`, the shown nodes in which this figure is withheld."""
        found: dict[str, set[str]] = {}
        for node in self.nodes:
            for kind in ("dimensions", "items", "outcomes"):
                part = node.part(kind)
                for code in part.codes:
                    if part.why_not(code) in PROTECTING:
                        found.setdefault(code, set()).add(node.name)
            if not node.why_not() and node.why_not(OVERALL) in PROTECTING:
                found.setdefault(OVERALL, set()).add(node.name)
        return {code: frozenset(names) for code, names in found.items()}


def open_register(
    session: Session,
    *,
    cycle_id: bytes,
    item_sets: ItemSets | None = None,
    comments: bool = False,
    actions: bool = False,
) -> Register:
    """Open the register of a published cycle, if asked for with its released comments and what became of actions.

    RefusalError before publication, and where the stored document does not match its checksum. Comments are deleted
    earlier than figures; there may be none any more.
    """
    result, sha256 = read_frozen(session, cycle_id=cycle_id)
    texts = {}
    if comments and has_published(session, cycle_id=cycle_id, kind="comments"):
        texts = read_frozen(session, cycle_id=cycle_id, kind="comments")[0]["comments"]
    read = {}
    if actions and has_published(session, cycle_id=cycle_id, kind="actions"):
        read = read_frozen(session, cycle_id=cycle_id, kind="actions")[0]["readings"]
    return register_of(
        result["scores"]["cycles"][0],
        engine=str(result["scores"]["engine"]),
        sha256=sha256,
        minimum=int(result["minimum"]["answers"]),
        groups={group["name"]: frozenset(group["teams"]) for group in result["groups"]},
        above={group["name"]: group.get("unit") for group in result["groups"] if not group.get("own_members")},
        comments=texts,
        actions=read,
        item_sets=item_sets,
    )


def scored_registers(document: Mapping[str, Any], *, minimum: int) -> tuple[Register, ...]:
    """Open the cycles of a file that was scored just now, oldest first; the same rules hold as for stored results."""
    sha256 = hashlib.sha256(canonical_json(dict(document))).hexdigest()
    cycles: Sequence[Mapping[str, Any]] = document["cycles"]
    for cycle in cycles:
        refuse_faults(display_faults(cycle, minimum=minimum))
    return tuple(register_of(cycle, engine=str(document["engine"]), sha256=sha256) for cycle in cycles)


def register_of(
    cycle: Mapping[str, Any],
    *,
    engine: str,
    sha256: str,
    minimum: int | None = None,
    groups: Mapping[str, frozenset[str]] | None = None,
    above: Mapping[str, str | None] | None = None,
    comments: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
    actions: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    item_sets: ItemSets | None = None,
) -> Register:
    """Open one cycle of a document whose right to be read has been settled."""
    label = cycle.get("cycle")
    return Register(
        label=None if label is None else str(label),
        teams=tuple(Entry(entry, (str(entry["team"]),)) for entry in cycle["teams"]),
        units=tuple(Entry(entry, (str(entry["team"]),)) for entry in cycle["units"]),
        others=tuple(Entry(entry) for entry in cycle["others"]),
        organisation=Entry(cycle["organisation"]),
        engine=engine,
        sha256=sha256,
        minimum=minimum,
        groups=groups or {},
        parents={**(above or {}), **{str(unit["team"]): unit.get("parent") for unit in cycle["units"]}},
        comments={
            node: {prompt: tuple(let_out(text) for text in texts) for prompt, texts in prompts.items()}
            for node, prompts in (comments or {}).items()
        },
        actions={node: tuple(Entry(each, (node,)) for each in read) for node, read in (actions or {}).items()},
        item_sets=item_sets,
    )
