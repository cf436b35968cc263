"""What leaders write: cleaned, measured, and refused with a sentence where it is too long or empty."""

import unicodedata
from collections.abc import Sequence
from datetime import date

from assess.actions.models import MOST_STEPS, NOTE_LENGTH, OWNER_LENGTH, STEP_LENGTH, TITLE_LENGTH
from assess.errors import InputError
from assess.localisation import format_day
from assess.localisation import gettext as _
from assess.tables.labels import clean_name


def clean_title(text: str) -> str:
    """Take what an action is called: one line, not empty."""
    title = _one_line(text)
    if not title:
        raise InputError(_("The action has no title; say in a few words what is to be done."))
    if len(title) > TITLE_LENGTH:
        raise InputError(
            _(
                "The title has %(count)d characters, and %(most)d fit; please shorten it.",
                count=len(title),
                most=TITLE_LENGTH,
            )
        )
    return title


def clean_steps(texts: Sequence[str]) -> tuple[str, ...]:
    """Take the steps of an action: one to eight lines; empty ones are left out."""
    steps = tuple(step for text in texts if (step := _one_line(text)))
    if not 1 <= len(steps) <= MOST_STEPS:
        raise InputError(
            _("An action has one to %(most)d steps, and %(count)d were given.", most=MOST_STEPS, count=len(steps))
        )
    for number, step in enumerate(steps, start=1):
        if len(step) > STEP_LENGTH:
            raise InputError(
                _(
                    "Step %(number)d has %(count)d characters, and %(most)d fit; please shorten it.",
                    number=number,
                    count=len(step),
                    most=STEP_LENGTH,
                )
            )
    return steps


def clean_owner(text: str) -> str:
    """Take who looks after it: a name in free text, or nothing."""
    owner = _one_line(text)
    if len(owner) > OWNER_LENGTH:
        raise InputError(
            _(
                "The owner’s name has %(count)d characters, and %(most)d fit; please shorten it.",
                count=len(owner),
                most=OWNER_LENGTH,
            )
        )
    return owner


def clean_note(text: str) -> str:
    """Take a note of several lines as it is; markup stays text, control characters are dropped."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = "\n".join("".join(sign for sign in line if _is_printed(sign)).rstrip() for line in lines)
    note = kept.strip()
    if len(note) > NOTE_LENGTH:
        raise InputError(
            _(
                "The note has %(count)d characters, and %(most)d fit; please shorten it.",
                count=len(note),
                most=NOTE_LENGTH,
            )
        )
    return note


def check_due(due_on: date | None, today: date) -> date | None:
    """Take a date that is not over."""
    if due_on is not None and due_on < today:
        raise InputError(
            _("%(day)s is over; choose a date from %(today)s on.", day=format_day(due_on), today=format_day(today))
        )
    return due_on


def _one_line(text: str) -> str:
    return "".join(sign for sign in clean_name(text) if _is_printed(sign))


def _is_printed(sign: str) -> bool:
    """Leave out control characters; those that only shape the line (joiners, direction marks) stay."""
    return sign == "\t" or unicodedata.category(sign) not in {"Cc", "Cs", "Cn"}
