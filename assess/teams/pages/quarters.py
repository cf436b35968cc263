"""What higher rooms know of a team: in which published quarters it has figures, and whether a survey is open."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from flask import Flask, current_app
from sqlalchemy.orm import Session

_EXTENSION = "assess.team_quarters"


class Asked(StrEnum):
    """How a team was asked in a quarter."""

    ALONE = "alone"
    TOGETHER = "together"
    UNIT = "unit"
    ABOVE = "above"
    NOT = "not"


@dataclass(frozen=True)
class QuarterOfTeam:
    """One published quarter of a team: structure only, never a figure.

    `broken` says that it was made of other teams than in the quarter before that it has figures of.
    """

    quarter: str
    asked: Asked
    others: tuple[str, ...] = ()
    has_figures: bool = False
    broken: bool = False


@dataclass(frozen=True)
class Knowledge:
    """The two questions that surveys answer for the pages of teams."""

    quarters: Callable[[Session, int], Sequence[QuarterOfTeam]]
    open_quarter: Callable[[Session], str | None]


def add_knowledge(app: Flask, knowledge: Knowledge) -> None:
    """Let the room of surveys answer."""
    app.extensions[_EXTENSION] = knowledge


def known_quarters(session: Session, team_id: int) -> Sequence[QuarterOfTeam]:
    """List the published quarters, the oldest first."""
    knowledge: Knowledge = current_app.extensions[_EXTENSION]
    return knowledge.quarters(session, team_id)


def open_quarter(session: Session) -> str | None:
    """Name the quarter that is being asked; None where none is."""
    knowledge: Knowledge = current_app.extensions[_EXTENSION]
    return knowledge.open_quarter(session)
