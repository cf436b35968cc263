"""What opening a planned cycle would freeze: the contract as it would be, and a sum over all that goes into it."""

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.config import Settings
from assess.surveys.contract import canonical_json, frozen_instrument, write_contract
from assess.surveys.groups import Plan
from assess.surveys.holders.ready import ready_holders
from assess.surveys.member.sealing_script import current_sealing_script
from assess.surveys.models import Cycle, Level
from assess.teams.models import Person


def promised_contract(session: Session, settings: Settings, cycle: Cycle, plan: Plan) -> bytes:
    """Write the contract as it would be if the cycle were opened now.

    At level `confidential` the key is made at opening, so its hash is another one then.
    """
    holders = []
    promised = Cycle(**{column.key: getattr(cycle, column.key) for column in _FACTS})
    if cycle.level == Level.ANONYMOUS:
        holders = [(holder.name, holder.public_key) for holder in ready_holders(session)]
        promised.sealing_script = current_sealing_script()
    keys = [key for _name, key in holders]
    return write_contract(promised, frozen_instrument(cycle), plan, keys, settings, holders)


def promised_sum(session: Session, settings: Settings, cycle: Cycle, plan: Plan) -> str:
    """Sum up the contract and who is invited how: opening what somebody looked at opens nothing else."""
    people = session.execute(select(Person.id, Person.name, Person.email, Person.mail_language).order_by(Person.id))
    content = {
        "contract": hashlib.sha256(promised_contract(session, settings, cycle, plan)).hexdigest(),
        "groups": [[group.id, list(group.members)] for group in plan.groups],
        "people": [list(row) for row in people],
    }
    return hashlib.sha256(canonical_json(content)).hexdigest()


_FACTS = (
    *(Cycle.id, Cycle.quarter, Cycle.level, Cycle.instrument_code, Cycle.instrument_source, Cycle.modules),
    *(Cycle.opens_at, Cycle.closes_at, Cycle.latest_closes_at),
)
