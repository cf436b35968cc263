"""The words for codes that are not taken."""

from math import ceil

from assess.accounts.errors import CodesRestError
from assess.localisation import gettext as _
from assess.localisation import ngettext


def wrong_code_sentence() -> str:
    """Say what may be wrong with a code, without saying which."""
    return _("This code is not right, or it was used before. Wait for the next one in the app and type that.")


def rest_sentence(rest: CodesRestError) -> str:
    """Ask to wait, and name the way round."""
    return ngettext(
        "Too many wrong codes in a row. Wait one minute, or use a recovery code.",
        "Too many wrong codes in a row. Wait %(num)s minutes, or use a recovery code.",
        ceil(rest.wait.total_seconds() / 60),
    )


def retry_after(rest: CodesRestError) -> dict[str, str]:
    """Say the same to machines, in seconds."""
    return {"Retry-After": str(ceil(rest.wait.total_seconds()))}
