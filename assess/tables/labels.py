"""What answers and rosters share: how a team is named and how a quarter is written."""

import re
import unicodedata
from collections.abc import Iterable

from assess.localisation import current_language

MAIL_LENGTH = 254
_QUARTER = re.compile(r"[0-9]{4}Q[1-4]")
_NUMBERS = re.compile(r"([0-9]+)")


def clean_name(text: str) -> str:
    """Bring a name to the form in which names are compared: NFC, single blanks, none outside."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def is_email(text: str) -> bool:
    r"""Tell whether a text in lower case can be an e-mail address; whether mail arrives there only mail can tell.

    >>> [is_email(text) for text in ("ada@shop.example", "ada@shop", "a\x07da@shop.example")]
    [True, False, False]
    """
    local, at, domain = text.partition("@")
    forbidden = set(text) & set(" \t\r\n,;<>\"'()")
    fits = text.isprintable() and text.count("@") == 1 and len(text) <= MAIL_LENGTH
    return bool(at and local and "." in domain) and fits and not forbidden


def is_quarter(text: str) -> bool:
    """Tell whether a cycle label is written like `2026Q3`."""
    return _QUARTER.fullmatch(text) is not None


def natural_order(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key under which team 2 stands before team 10 and equal keys mean equal names."""
    parts = [part for part in _NUMBERS.split(name) if part]
    return (*(_part_order(part) for part in parts), (-1, 0, name))


def _part_order(part: str) -> tuple[int, int, str]:
    if not (part.isascii() and part.isdecimal()):
        return (1, 0, part)
    digits = part.lstrip("0")
    return (0, len(digits), digits)  # by length first: as numbers, however many digits there are


def listed(names: Iterable[str]) -> str:
    """Join names as the reader's language does: `A, B`, in Chinese `A、B`."""
    return ("、" if current_language() == "zh" else ", ").join(names)


def some(names: list[str], limit: int = 10) -> str:
    """Join names for a notice; the rest of a long list is an ellipsis, in Chinese 等."""
    rest = "等" if current_language() == "zh" else ", …"
    return listed(names[:limit]) + (rest if len(names) > limit else "")
