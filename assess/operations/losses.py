"""What is lost, in sentences: what a backup does not hold, and what a restored installation has not got any more."""

from collections.abc import Iterator

from assess.config import Settings
from assess.localisation import format_moment
from assess.localisation import gettext as _
from assess.operations.backup import RunningCycle
from assess.operations.fate import Fate
from assess.operations.restore import Restored, RestoredCycle
from assess.surveys.models import Level, State
from assess.surveys.participation import ROUNDED_TO


def left_out_now(running: RunningCycle | None, *, has_keys: bool) -> Iterator[str]:
    """Say after a backup what a lost disk would cost today, and what must become of the files."""
    if running is None or running.state == State.SCORED:
        return
    quarter = running.quarter
    if running.state in {State.SEALED, State.OPENED}:
        yield _(
            "The answers of %(quarter)s are in no backup now; until it is published a lost disk would cost them.",
            quarter=quarter,
        )
        return
    yield _("It holds sealed envelopes of %(quarter)s; destroy it once %(quarter)s is published.", quarter=quarter)
    if has_keys:
        yield _(
            "Keep the file of the keys in another place than the backup, and destroy it once %(quarter)s has closed.",
            quarter=quarter,
        )
    elif running.level == Level.CONFIDENTIAL:
        yield _(
            "Without --keys a lost disk costs %(quarter)s its answers: only the key directory of this machine can open "
            "them.",
            quarter=quarter,
        )
    else:
        yield _(
            "Without --keys a lost disk costs %(quarter)s its reminders and reprinted codes, but no answers.",
            quarter=quarter,
        )


def losses(restored: Restored, settings: Settings) -> Iterator[str]:
    """Say after a restore what is gone and what people can do about it."""
    for cycle in restored.cycles:
        if cycle.fate != Fate.GOES_ON:
            yield _ended(cycle)
        elif cycle.was_running:
            yield from _going_on(cycle, format_moment(restored.made_at.astimezone(settings.zone)))
    yield _("Everybody signs in anew, and invitations to accounts that nobody had answered have to be sent again.")


def _ended(cycle: RestoredCycle) -> str:
    if cycle.fate == Fate.ANSWERS_LEFT_OUT:
        return _(
            "%(quarter)s had closed and was not published; its answers are in no backup, so it was aborted. Ask again "
            "with a new cycle.",
            quarter=cycle.quarter,
        )
    if cycle.fate == Fate.NOBODY_CAN_OPEN:
        return _(
            "%(quarter)s was open and confidential, and the key that opens its envelopes is lost, so it was aborted. "
            "Ask again with a new cycle.",
            quarter=cycle.quarter,
        )
    return _(
        "%(quarter)s has closed since the backup was made, so it was aborted: a closed survey is never opened again.",
        quarter=cycle.quarter,
    )


def _going_on(cycle: RestoredCycle, moment: str) -> Iterator[str]:
    yield _(
        "%(quarter)s goes on with at least %(number)d envelopes; those handed in after %(moment)s are gone. Ask "
        "everybody to send again with the same link: what is there is replaced, nothing counts twice.",
        quarter=cycle.quarter,
        number=cycle.envelopes // ROUNDED_TO * ROUNDED_TO,
        moment=moment,
    )
    if not cycle.has_link_key:
        yield _(
            "The key of the links of %(quarter)s is lost: links already sent work, but nobody can be reminded and no "
            "code printed again.",
            quarter=cycle.quarter,
        )
