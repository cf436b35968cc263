"""What the doctor found: fine, worth knowing, or wrong; then why it matters and what to do."""

from dataclasses import dataclass
from enum import Enum, auto


class Grade(Enum):
    """How bad it is."""

    FINE = auto()
    NOTE = auto()
    WRONG = auto()


@dataclass(frozen=True)
class Finding:
    """One whole sentence each."""

    grade: Grade
    what: str
    why: str = ""
    remedy: str = ""


def fine(what: str) -> Finding:
    """Report what was looked at and is as it should be."""
    return Finding(Grade.FINE, what)


def note(what: str, why: str = "", remedy: str = "") -> Finding:
    """Report what somebody should know; it is no fault."""
    return Finding(Grade.NOTE, what, why, remedy)


def wrong(what: str, why: str, remedy: str = "") -> Finding:
    """Report a fault; the remedy may already be part of the sentence."""
    return Finding(Grade.WRONG, what, why, remedy)
