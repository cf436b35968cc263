"""Changing the look of an installation, with its line in the log."""

from sqlalchemy.orm import Session

from assess.audit.recording import record
from assess.looks.choosing import look_in_use, use_look
from assess.looks.look import Look


def change_look(session: Session, look: Look) -> None:
    """Use a look from now on; the one that is used already is left as it is."""
    before = look_in_use(session)
    if look == before:
        return
    use_look(session, look)
    record(
        session,
        "settings.look_changed",
        accent=look.accent,
        accent_was=before.accent,
        logo="kept" if look.logo == before.logo else "gone" if look.logo is None else "new",
    )
