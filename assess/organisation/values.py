"""What each setting may be, read from what somebody typed; the texts are those of the table."""

from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from assess.config import MINIMUM_FLOOR
from assess.errors import InputError
from assess.localisation import gettext as _
from assess.tables.labels import clean_name

NAME_LENGTH, CONTACT_LENGTH = 120, 200
MINIMUM_CEILING = 100
LANGUAGE_CHOICES = ("en,zh", "zh,en", "en", "zh")
SECOND_STEP_CHOICES = ("admins", "everybody")
"""Waiving it for everybody is left to the operator."""


def read_name(text: str) -> str:
    """Read the name of the organisation.

    >>> read_name("  Lantern  Works ")
    'Lantern Works'
    """
    name = clean_name(text)
    if not name or len(name) > NAME_LENGTH or not name.isprintable():
        raise InputError(_("Write a name of 1 to %(number)d characters.", number=NAME_LENGTH))
    return name


def read_contact(text: str) -> str:
    """Read whom members may ask; empty is nobody."""
    contact = clean_name(text)
    if len(contact) > CONTACT_LENGTH or not contact.isprintable():
        raise InputError(_("Write at most %(number)d characters.", number=CONTACT_LENGTH))
    return contact


def read_zone(text: str) -> str:
    """Read the name of a time zone."""
    name = text.strip()
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InputError(
            _("“%(name)s” is no time zone; write a name like Europe/Berlin or Asia/Shanghai.", name=name[:64])
        ) from error
    return name


def read_minimum(text: str) -> str:
    """Read how many answers any figure needs.

    >>> read_minimum("005")
    '5'
    """
    digits = text.strip()
    number = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 9 else 0
    if not MINIMUM_FLOOR <= number <= MINIMUM_CEILING:
        raise InputError(
            _("Write a whole number from %(floor)d to %(ceiling)d.", floor=MINIMUM_FLOOR, ceiling=MINIMUM_CEILING)
        )
    return str(number)


def read_languages(text: str) -> str:
    """Read which languages pages are offered in, the one for everybody else first."""
    return _one_of(text.replace(" ", ""), LANGUAGE_CHOICES)


def read_second_step(text: str) -> str:
    """Read who has to have a second step at sign-in."""
    return _one_of(text.strip(), SECOND_STEP_CHOICES)


READERS: Mapping[str, Callable[[str], str]] = {
    "organisation": read_name,
    "contact": read_contact,
    "time_zone": read_zone,
    "languages": read_languages,
    "minimum_group_size": read_minimum,
    "second_step": read_second_step,
}


def _one_of(text: str, choices: tuple[str, ...]) -> str:
    if text not in choices:
        raise InputError(_("Choose one of: %(allowed)s.", allowed="; ".join(choices)))
    return text
