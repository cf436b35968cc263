"""Shown or withheld: a type, so that no caller can forget to ask."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")


class Reason(StrEnum):
    """Why a figure is withheld; never a count, and zero answers look like one to k-1."""

    TOO_FEW = "too_few"
    PROTECTS_OTHERS = "protects_others"
    NOT_ASKED = "not_asked"
    NOT_AVAILABLE = "not_available"


@dataclass(frozen=True)
class Released(Generic[T]):
    """A figure that passed disclosure control."""

    value: T


@dataclass(frozen=True)
class Suppressed:
    """A figure that did not, and the reason a reader understands."""

    reason: Reason
