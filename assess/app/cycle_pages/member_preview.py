"""The page of members as a plan would make it: nothing on it can be sent, and it is no page of a survey."""

import json

from flask import render_template
from sqlalchemy.orm import Session

from assess.app.site import settings
from assess.localisation import format_quarter
from assess.localisation import gettext as _
from assess.surveys.answers import AnswerSheet
from assess.surveys.contract import frozen_instrument, recipients_of
from assess.surveys.frozen_cycles import FrozenCycle
from assess.surveys.groups import Plan
from assess.surveys.invitations import MemberView
from assess.surveys.member.rendering import preview_words
from assess.surveys.models import Cycle
from assess.surveys.promising import promised_contract

_NOBODY = Plan((), ())
"""What a member sees depends on no group."""


def member_preview(session: Session, cycle: Cycle) -> str:
    """Render it in the reader's language."""
    instrument = frozen_instrument(cycle)
    contract = promised_contract(session, settings(), cycle, _NOBODY)
    promised = FrozenCycle(
        id=cycle.id,
        quarter=cycle.quarter,
        level=cycle.level,
        modules=tuple(cycle.modules),
        instrument=instrument,
        sheet=AnswerSheet.of(instrument),
        contract=contract,
        contract_sha256=b"",
        content=json.loads(contract),
        recipients=recipients_of(contract),
        context=b"",
        check_words=_("six words, fixed when the survey opens"),
        group_names={},
    )
    view = MemberView(promised, "", "open", envelope_exists=False, opens_at=cycle.opens_at, closes_at=cycle.closes_at)
    return render_template(
        "app/cycle_preview.html",
        **preview_words(view),
        quarter=cycle.quarter,
        cycle_name=format_quarter(cycle.quarter),
        level_words=cycle.level,
    )
