"""Why a figure is withheld; what may be printed is a type of the releases."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a figure is withheld; never a count, and zero answers look like one to k-1."""

    TOO_FEW = "too_few"
    PROTECTS_OTHERS = "protects_others"
    NOT_ASKED = "not_asked"
    NOT_AVAILABLE = "not_available"
