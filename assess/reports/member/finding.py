"""From a code to the unit it belongs to, and to what its members may read."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from threading import Lock

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts.secret import application_secret
from assess.actions.shared import shared_actions
from assess.config import Settings
from assess.extensions import Database
from assess.releases.entry import Entry
from assess.releases.models import ResultDocument, Withdrawal
from assess.reports.cycle_reports import reported_cycle
from assess.reports.member.errors import OlderResultsError, UnknownUnitLinkError, WithdrawnResultsError
from assess.reports.team_reports import ReportedCycle
from assess.reports.unit_links import newest_with_results, unit_codes, withdrawn_because
from assess.surveys.coming import coming_after
from assess.surveys.envelopes.links import read_code, write_code
from assess.surveys.models import Cycle, State

_KEPT = 64  # cycles whose codes are remembered; sixteen years of quarters
_Stamp = tuple[object, ...]


@dataclass(frozen=True)
class FoundUnit:
    """A unit and the cycle it is read from."""

    reported: ReportedCycle
    node: Entry


class Units:
    """Finds units; what is computed or read from frozen documents is kept, what changes is asked for each time."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._settings = database, settings
        self._codes: OrderedDict[bytes, Mapping[str, str]] = OrderedDict()
        self._read: tuple[_Stamp, ReportedCycle] | None = None
        self._lock = Lock()

    def find(self, typed: str) -> FoundUnit:
        """Find the unit of a code as it was typed.

        Errors: UnknownUnitLinkError, OlderResultsError, WithdrawnResultsError.
        """
        secret = read_code(typed)
        if secret is None:
            raise UnknownUnitLinkError
        code = write_code(secret)
        with self._database.reading() as session:
            newest = newest_with_results(session)
            if newest is None:
                raise UnknownUnitLinkError
            name = self._codes_of(newest).get(code)
            if name is None:
                raise self._dead_end(session, code)
            because = withdrawn_because(session, newest)
            if because is not None:
                raise WithdrawnResultsError(because)
            reported = replace(
                self._reported(session, newest),
                shared=shared_actions(session, newest),
                coming=coming_after(session, newest),
            )
        node = reported.cycle.node(name)
        if node is None:
            raise UnknownUnitLinkError
        return FoundUnit(reported, node)

    def _dead_end(self, session: Session, code: str) -> Exception:
        """Tell a link of an earlier quarter from one that never was."""
        earlier = session.scalars(select(Cycle).where(Cycle.state == State.PUBLISHED))
        if any(code in self._codes_of(cycle) for cycle in earlier):
            return OlderResultsError()
        return UnknownUnitLinkError()

    def _codes_of(self, cycle: Cycle) -> Mapping[str, str]:
        """Compute the codes of a cycle once; its contract never changes."""
        with self._lock:
            found = self._codes.get(cycle.id)
            if found is None:
                found = self._codes[cycle.id] = unit_codes(application_secret(self._settings), cycle)
                while len(self._codes) > _KEPT:
                    self._codes.popitem(last=False)
            return found

    def _reported(self, session: Session, cycle: Cycle) -> ReportedCycle:
        """Read the cycle anew only when other documents may be read."""
        documents = select(ResultDocument.id, ResultDocument.sha256, ResultDocument.is_published)
        stamp = (
            cycle.id,
            frozenset(map(tuple, session.execute(documents))),
            frozenset(session.scalars(select(Withdrawal.cycle_id))),
        )
        with self._lock:
            if self._read is None or self._read[0] != stamp:
                self._read = stamp, reported_cycle(session, cycle.quarter)
            return self._read[1]
