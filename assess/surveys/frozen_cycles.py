"""What a cycle froze when it opened, read once per process: contract, questionnaire, keys, names of groups.

A contract never changes once it exists, so the id of its cycle names it for good, and whatever is kept under it can be
found by its hash. State, times and clock mark change and are never kept: every visit reads them anew.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from sqlalchemy import bindparam, select

from assess.extensions import Driver, Prepared
from assess.surveys.answers import AnswerSheet
from assess.surveys.check_words import check_words
from assess.surveys.contract import contract_of, frozen_instrument, recipients_of
from assess.surveys.envelopes.seal import sealing_context
from assess.surveys.instruments import Instrument
from assess.surveys.models import Cycle

_KEPT = 4  # one cycle is open at a time; links of the one before are recognised until the next opens
_COLUMNS = (
    Cycle.id,
    Cycle.quarter,
    Cycle.level,
    Cycle.instrument_code,
    Cycle.instrument_source,
    Cycle.modules,
    Cycle.contract,
)
_CYCLE = Prepared(select(*_COLUMNS).where(Cycle.id == bindparam("id"), Cycle.contract.is_not(None)))


@dataclass(frozen=True)
class FrozenCycle:
    """Everything about a cycle that is public and can no longer change; the same for every member."""

    id: bytes
    quarter: str
    level: str
    modules: tuple[str, ...]
    instrument: Instrument
    """The effective instrument, as frozen when the cycle was created."""
    sheet: AnswerSheet
    contract: bytes
    contract_sha256: bytes
    content: Mapping[str, Any]
    """The contract as read; do not change it."""
    recipients: tuple[bytes, ...]
    """The public keys every envelope is sealed to."""
    context: bytes
    """What ties an envelope to this contract."""
    check_words: str
    group_names: Mapping[str, str]

    @property
    def contract_hash(self) -> str:
        """The first 20 hexadecimal digits, as printed on the page, in the invitation and in every report."""
        return self.contract_sha256.hex()[:20]


class _Kept:
    """The latest frozen cycles of this process; one object serves all threads."""

    def __init__(self) -> None:
        self._cycles: OrderedDict[bytes, FrozenCycle] = OrderedDict()
        self._lock = Lock()

    def find(self, cycle_id: bytes) -> FrozenCycle | None:
        return self._cycles.get(cycle_id)

    def last(self) -> FrozenCycle | None:
        with self._lock:
            return next(reversed(self._cycles.values()), None)

    def keep(self, cycle: FrozenCycle) -> None:
        with self._lock:
            self._cycles[cycle.id] = cycle
            while len(self._cycles) > _KEPT:
                self._cycles.popitem(last=False)


_kept = _Kept()


def frozen_cycle(driver: Driver, cycle_id: bytes) -> FrozenCycle | None:
    """Return what a cycle froze; None for one that never opened, RefusalError for a questionnaire that was changed."""
    found = _kept.find(cycle_id)
    if found is None:
        row = driver.first(_CYCLE, id=cycle_id)
        if row is None:
            return None
        found = _freeze(Cycle(**{column.key: value for column, value in zip(_COLUMNS, row, strict=True)}))
        _kept.keep(found)
    return found


def likely_cycle() -> FrozenCycle | None:
    """Return the cycle this process read last, which is nearly always the one that is answered; None before any."""
    return _kept.last()


def _freeze(cycle: Cycle) -> FrozenCycle:
    contract, content, instrument = cycle.contract or b"", contract_of(cycle), frozen_instrument(cycle)
    return FrozenCycle(
        id=cycle.id,
        quarter=cycle.quarter,
        level=cycle.level,
        modules=tuple(cycle.modules),
        instrument=instrument,
        sheet=AnswerSheet.of(instrument),
        contract=contract,
        contract_sha256=cycle.contract_sha256,
        content=content,
        recipients=recipients_of(contract),
        context=sealing_context(cycle.id, cycle.contract_sha256),
        check_words=check_words(contract),
        group_names={str(group["id"]): str(group["name"]) for group in content["groups"]},
    )
