"""Finds what a link leads to; only links that lead nowhere are counted."""

from datetime import UTC, datetime

from flask import current_app, request

from assess.extensions import Database
from assess.surveys.errors import CycleClosedError, CycleNotYetOpenError, UnknownCodeError
from assess.surveys.invitations import MemberView, find_invitation
from assess.surveys.member.limits import FailedCodes, TooManyFailedCodesError
from assess.surveys.member.typed_codes import explain_code


def database() -> Database:
    """Return the database of this site."""
    found: Database = current_app.extensions["assess.database"]
    return found


def find(code: str) -> MemberView | None:
    """Look at the invitation behind a code."""
    return find_invitation(database(), code, now=datetime.now(UTC))


def invitation_or_refuse(code: str) -> MemberView:
    """Find the invitation of an open cycle; otherwise the error says which dead end it is."""
    view = find(code)
    if view is None:
        raise unknown(code)
    if view.state == "not_yet":
        raise CycleNotYetOpenError
    if view.state == "closed":
        raise CycleClosedError
    return view


def unknown(code: str) -> UnknownCodeError:
    """Count a code that leads nowhere and explain it."""
    count_failure()
    return UnknownCodeError(explain_code(code))


def count_failure() -> None:
    """Count one failure of this address; TooManyFailedCodesError when it has had enough for a minute."""
    counter: FailedCodes = current_app.extensions["assess.failed_codes"]
    if counter.too_many(request.remote_addr):
        raise TooManyFailedCodesError
