"""What can go wrong, in the words of the product; no room above this one invents its own base class.

Every message is one translatable sentence with the place and the remedy. The command line prints it and exits with
`exit_code`; the site turns it into a page with a next step.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


class AssessError(Exception):
    """The base of everything Assess says about itself; its text is meant for people."""

    exit_code = 1
    about = ""
    """Which of several things that were handed in it speaks of; empty for the whole."""


class InputError(AssessError):
    """Somebody handed in something unusable: the message names the place and the remedy."""

    exit_code = 2


class RefusalError(AssessError):
    """A rule of the product forbids what was asked, however well it was asked."""

    exit_code = 1


@contextmanager
def speaking_of(what: str) -> Iterator[None]:
    """Let what goes wrong inside speak of one of several things that were handed in."""
    try:
        yield
    except AssessError as error:
        error.about = what
        raise


@dataclass(frozen=True)
class Place:
    """Where in a file something is wrong; rows count from 1 and include the header row."""

    file: str
    row: int | None = None
    column: str | None = None
