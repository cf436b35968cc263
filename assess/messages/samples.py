"""Letters with made-up facts, to be looked at before any is sent."""

from datetime import datetime, timedelta

from assess.config import Settings
from assess.localisation import gettext as _
from assess.messages import wording
from assess.messages.letter import Letter
from assess.messages.models import Kind

_CODE, _HASH = "0" * 26, "0" * 20
_OPEN_FOR, _KEPT_FOR = timedelta(days=10), timedelta(days=30)


def sample(kind: Kind, settings: Settings, *, now: datetime) -> Letter:
    """Write a letter of a kind in the current language; its link leads nowhere."""
    sender = wording.Sender(settings.organisation, settings.contact)
    closes_at = (now + _OPEN_FOR).astimezone(settings.zone).replace(hour=18, minute=0)
    quarter = f"{closes_at.year}Q{(closes_at.month + 2) // 3}"
    personal, base = f"{settings.base_url}/s/{_CODE}", settings.base_url
    asking = wording.Asking(
        quarter=quarter,
        closes_at=closes_at,
        time_zone=settings.time_zone,
        minutes=5,
        minimum=settings.minimum_group_size,
        is_anonymous=True,
        contract_address=f"{base}/contract/{_HASH}",
        contract_hash=_HASH,
    )
    team = _("Team Lighthouse")
    if kind == Kind.INVITATION:
        return wording.invitation(sender, asking, personal)
    if kind == Kind.REMINDER:
        return wording.reminder(sender, asking, personal)
    if kind == Kind.CLOSING:
        return wording.closing(sender, quarter, (closes_at + _KEPT_FOR).date(), f"{base}/app/opening")
    if kind == Kind.PUBLICATION:
        return wording.publication(sender, quarter, team, f"{base}/app")
    if kind == Kind.MEMBERS:
        return wording.members(sender, quarter, f"{base}/m/{_CODE}")
    text = _(
        "“%(title)s” was adopted four weeks ago and no step is ticked off. The first step is meant to be small; "
        "if it does not fit, adapt it or give it up.",
        title=_("Say in one sentence what the meeting decides"),
    )
    return wording.actions(sender, quarter, [wording.Spoken(team, (text,))], f"{base}/app")
