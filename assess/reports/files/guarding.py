"""Texts in cells: nothing that no cell may hold, nothing that turns the line around it."""

import re

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")  # not in XML, or unseen
_TURNING = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")  # marks that change the direction of a line


def cell_text(text: str) -> str:
    r"""Leave out what no cell may hold; lines end in one way.

    >>> cell_text("Ads\x00 \u202e" + "txt.exe")
    'Ads txt.exe'
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _TURNING.sub("", _FORBIDDEN.sub("", lines))
