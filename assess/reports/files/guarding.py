"""Texts in cells: nothing a spreadsheet program could take for a formula, nothing that turns the line around it."""

import re
import unicodedata

# Excel, LibreOffice and WPS read these as the beginning of a formula, the wide forms in East Asian settings too.
_STARTS = "=+-@|%＝＋－＠"
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")  # not in XML, or unseen
_TURNING = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")  # marks that change the direction of a line


def cell_text(text: str) -> str:
    r"""Leave out what no cell may hold; lines end in one way.

    >>> cell_text("Ads\x00 \u202e" + "txt.exe")
    'Ads txt.exe'
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _TURNING.sub("", _FORBIDDEN.sub("", lines))


def may_be_formula(text: str) -> bool:
    r"""Tell whether a program might compute a text; blanks and unseen characters before the sign do not help.

    >>> may_be_formula("=1+1"), may_be_formula(" \u200b@SUM(A1)"), may_be_formula("Ads"), may_be_formula("\t1")
    (True, True, False, True)
    """
    seen = next((c for c in text if not (c.isspace() or unicodedata.category(c) in {"Cf", "Mn"})), "")
    return bool(text) and (text[0] in "\t\n" or (seen != "" and seen in _STARTS))
