"""The audit log: whether it is whole."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from assess.audit.chain import HEAD_DIGITS, Fault, verify
from assess.localisation import gettext as _
from assess.operations.doctor.finding import Finding, fine, wrong


def examine_audit_log(session: Session) -> Iterator[Finding]:
    """Walk through the chain of checksums."""
    found = verify(session)
    if found.fault is None:
        head = found.head[:HEAD_DIGITS]
        yield fine(_("The audit log is whole: %(number)d entries up to %(head)s.", number=found.entries, head=head))
        return
    what = {
        Fault.CHANGED: _("Entry %(position)d of the audit log was changed.", position=found.position),
        Fault.GAP: _("Entries before number %(position)d of the audit log are missing.", position=found.position),
    }[found.fault]
    yield wrong(
        what,
        _("Somebody who can write to the database has changed what it says about them or about somebody else."),
        _("Compare with a backup, and find out who could write to the database."),
    )
