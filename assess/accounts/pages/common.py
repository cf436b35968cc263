"""What the views of accounts share: the database, the clock, and the words when too much has failed."""

import logging
from datetime import UTC, datetime

from flask import current_app, request

from assess.accounts.authenticator import SealingKey
from assess.accounts.pages.limits import FailedSignIns
from assess.extensions import Database
from assess.localisation import gettext as _

CANNOT_BE_TAKEN = 422
TOO_MANY = 429
WAIT_A_MINUTE = {"Retry-After": "60"}


def database() -> Database:
    """Return the database of this site."""
    found: Database = current_app.extensions["assess.database"]
    return found


def sealing_key() -> SealingKey:
    """Return what secrets of authenticator apps are sealed with."""
    key: SealingKey = current_app.extensions["assess.sealing_key"]
    return key


def moment() -> datetime:
    """Return this instant."""
    return datetime.now(UTC)


def log_refusal(what: str, reason: str) -> None:
    """Write down why somebody could not sign in: the reason in words of ours, nothing of what was sent."""
    logging.getLogger("assess").warning("%s: %s", what, reason)


def too_many_failures(email: str) -> bool:
    """Count a failure; True when there were too many."""
    counter: FailedSignIns = current_app.extensions["assess.failed_sign_ins"]
    return counter.too_many(request.remote_addr, email)


def too_many_sentence() -> str:
    """Ask to wait a minute."""
    return _("Too many attempts failed in the last minute. Wait a minute, then try again.")
