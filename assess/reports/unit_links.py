"""The link of a unit to its one-pager, `/m/<code>`: one for all of the unit, as long as its results are the newest.

The code is computed from the secret of the installation, the cycle and the unit; nothing is stored. It says nothing of
a person, leads to what all members may read, and has nothing in common with personal links, whose keys are destroyed.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts.secret import application_secret
from assess.config import Settings
from assess.errors import RefusalError
from assess.localisation import format_quarter
from assess.localisation import gettext as _
from assess.releases.models import Withdrawal
from assess.releases.register import open_register
from assess.surveys.contract import contract_of
from assess.surveys.cycles import find_cycle
from assess.surveys.envelopes.links import write_code
from assess.surveys.models import Cycle, State

_LABEL = b"assess/one-pager"
_BYTES = 16


@dataclass(frozen=True)
class UnitLink:
    """The link of one team or unit."""

    unit: str
    link: str


def unit_code(secret: bytes, cycle_id: bytes, unit_id: str) -> str:
    """Compute the code of a unit: 128 bits of an HMAC, as 26 characters.

    >>> unit_code(b"s" * 32, bytes(16), "g1") == unit_code(b"s" * 32, bytes(16), "g2")
    False
    """
    return write_code(hmac.digest(secret, _LABEL + cycle_id + unit_id.encode(), "sha256")[:_BYTES])


def unit_codes(secret: bytes, cycle: Cycle) -> Mapping[str, str]:
    """Map the codes of a cycle to the names of its groups and units, as its result knows them."""
    contract = contract_of(cycle)
    nodes = [*contract["units"], *(group for group in contract["groups"] if not group["own_members"])]
    return {unit_code(secret, cycle.id, str(node["id"])): str(node["name"]) for node in nodes}


def newest_with_results(session: Session) -> Cycle | None:
    """Find the cycle whose links lead somewhere: the newest that was published, even if it was withdrawn since."""
    published = select(Cycle).where(Cycle.state == State.PUBLISHED)
    return session.scalar(published.order_by(Cycle.quarter.desc()).limit(1))


def links_of_units(session: Session, settings: Settings, quarter: str) -> tuple[UnitLink, ...]:
    """List the links to hand out, by name.

    RefusalError before publication, after a withdrawal, and where newer results are out: then these links have ended.
    """
    cycle = find_cycle(session, quarter)
    newest = newest_with_results(session)
    if cycle.state != State.PUBLISHED or newest is None:
        raise RefusalError(
            _("The cycle %(quarter)s is not published yet; nobody sees figures before.", quarter=quarter)
        )
    open_register(session, cycle_id=cycle.id)  # refuses what was withdrawn
    if newest.id != cycle.id:
        raise RefusalError(
            _(
                "The links of %(quarter)s have ended: the results of %(newer)s are out.",
                quarter=format_quarter(quarter),
                newer=format_quarter(newest.quarter),
            )
        )
    codes = unit_codes(application_secret(settings), cycle)
    links = (UnitLink(name, f"{settings.base_url}/m/{code}") for code, name in codes.items())
    return tuple(sorted(links, key=lambda link: link.unit))


def withdrawn_because(session: Session, cycle: Cycle) -> str | None:
    """Give the reason why the results of a cycle were withdrawn; None where they were not."""
    gone = session.get(Withdrawal, cycle.id)
    return None if gone is None else gone.because
