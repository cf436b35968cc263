"""Who is acting: whoever is signed in, a command on the server, or the schedule. Said once, at the door."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from getpass import getuser

ACCOUNT, COMMAND, SCHEDULE, PROGRAM, VISITOR = "account", "command", "schedule", "program", "visitor"


@dataclass(frozen=True)
class Actor:
    """`kind` is one of the five above; `name` the address of an account, or the user of a command, else empty."""

    kind: str
    name: str = ""

    def __str__(self) -> str:
        """Write it as it is stored.

        >>> str(Actor(ACCOUNT, "li@shop.example")), str(Actor(SCHEDULE))
        ('account:li@shop.example', 'schedule')
        """
        return f"{self.kind}:{self.name}" if self.name else self.kind


_PROGRAM = Actor(PROGRAM)
_acting: ContextVar[Actor] = ContextVar("assess_acting", default=_PROGRAM)


def current_actor() -> Actor:
    """Return who acts in this context; the program itself where nobody has been named."""
    return _acting.get()


def read_actor(stored: str) -> Actor:
    """Read what `str` wrote.

    >>> read_actor("command:root")
    Actor(kind='command', name='root')
    """
    kind, _colon, name = stored.partition(":")
    return Actor(kind, name)


def name_actor(actor: Actor) -> None:
    """Say who acts until the request or the process ends."""
    _acting.set(actor)


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Say who acts in this block."""
    token = _acting.set(actor)
    try:
        yield
    finally:
        _acting.reset(token)


def command_user() -> Actor:
    """Name the user who runs a command; a number where the system knows no name."""
    try:
        return Actor(COMMAND, getuser())
    except (KeyError, OSError):
        return Actor(COMMAND)
