"""One clock for the windows of a cycle, with a mark that only rises: a clock set back re-opens nothing."""

from datetime import datetime
from typing import Literal, Protocol

from assess.surveys.models import Cycle, State

MemberState = Literal["open", "not_yet", "closed"]


class Window(Protocol):
    """What the clock asks of a cycle: a whole row has it, and so have the few columns that a visit reads."""

    @property
    def state(self) -> str:
        """Where it stands."""

    @property
    def opens_at(self) -> datetime:
        """From when on members may answer."""

    @property
    def closes_at(self) -> datetime:
        """Until when; may be moved once."""

    @property
    def clock_mark(self) -> datetime | None:
        """The latest moment seen."""


def latest(cycle: Window, now: datetime) -> datetime:
    """Return the later of `now` and everything this cycle has seen before."""
    return now if cycle.clock_mark is None else max(now, cycle.clock_mark)


def mark(cycle: Cycle, now: datetime) -> datetime:
    """Remember `now` on the cycle and return the latest moment seen. Only for the side of HR and the worker.

    A member's visit never sets the mark to its own moment: that would be a time of answering.
    """
    cycle.clock_mark = latest(cycle, now)
    return cycle.clock_mark


def state_for_members(cycle: Window, now: datetime) -> MemberState:
    """Say what a personal link leads to; once a cycle has seen its closing time it never says `open` again."""
    now = latest(cycle, now)
    if cycle.state == State.CREATED:
        return "not_yet"
    if cycle.state != State.OPEN or now >= cycle.closes_at:
        return "closed"
    return "open" if now >= cycle.opens_at else "not_yet"
