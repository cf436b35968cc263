"""What arrives from the forms of teams, read into values or refused with a sentence."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from secrets import token_hex
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from assess.errors import AssessError, InputError, speaking_of
from assess.localisation import gettext as _
from assess.teams.editing import Facts
from assess.teams.history import Recording

Form = MultiDict[str, str]
EARLIEST = date(1900, 1, 1)
_ID_DIGITS = 32
_FACTS = ("leader", "function", "founded", "since")
FIELDS: Mapping[str, Collection[str]] = {
    "new": ("name", "parent", *_FACTS),
    "rename": ("name", "since"),
    "move": ("parent", "since"),
    "describe": _FACTS,
    "merge": ("other", "name", "since"),
    "close": ("since",),
    "take_up": ("parent", "since"),
    "split": ("first", "second", "since"),
}
"""Beside which fields of which form a message can stand."""


@dataclass(frozen=True)
class Refused:
    """What a page of teams says after a refusal: beside the field it is about, or above the form as a whole."""

    errors: Mapping[str, str] = field(default_factory=dict)
    refusal: str = ""

    @classmethod
    def by(cls, error: AssessError, prefix: str) -> "Refused":
        """Find the field in its form; ids of fields begin with the prefix of the form."""
        if error.about in FIELDS[prefix]:
            return cls({f"{prefix}-{error.about}": str(error)})
        return cls(refusal=str(error))


NOTHING_REFUSED = Refused()


def new_form_id() -> str:
    """Draw the id of a form: what it changes is done once, however often it is sent."""
    return token_hex(_ID_DIGITS // 2)


def read_form_id(form: Form) -> bytes:
    """Read it back; InputError where there is none of ours."""
    text = form.get("form", "")
    try:
        if len(text) == _ID_DIGITS:
            return bytes.fromhex(text)
    except ValueError:
        pass
    raise InputError(_("This form is out of date; open the page again."))


def recording_of(form: Form, *, by: str, zone: ZoneInfo) -> Recording:
    """Read since when a change holds: a day up to today, today where none is given."""
    now = datetime.now(UTC)
    today = now.astimezone(zone).date()
    with speaking_of("since"):
        since = read_day(form.get("since", "")) or today
        if since > today:
            raise InputError(_("A change is entered when it holds: the day lies in the future."))
    return Recording(by, now, since, read_form_id(form))


def facts_of(form: Form) -> Facts:
    """Read leader, function and founding day."""
    with speaking_of("founded"):
        founded = read_day(form.get("founded", ""))
    return Facts(form.get("function", ""), founded, form.get("leader", "") or None)


def read_day(text: str) -> date | None:
    """Read an ISO day; None for an empty field."""
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise InputError(_("“%(value)s” is no day; write it like 2026-11-23.", value=text[:40])) from None
    if day < EARLIEST:
        raise InputError(_("“%(value)s” is no day; write it like 2026-11-23.", value=text[:40]))
    return day


def numbers(texts: list[str]) -> frozenset[int]:
    """Read ids of people or teams; what is none is passed over, for it names nobody."""
    return frozenset(int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 10)
