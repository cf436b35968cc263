"""Text in files that spreadsheet programs open must not become a formula."""

import unicodedata

# Excel, LibreOffice and WPS read these as the beginning of a formula, the wide forms in East Asian settings too.
_STARTS = "=+-@|%＝＋－＠"


def may_be_formula(text: str) -> bool:
    r"""Tell whether a program might compute a text; blanks and unseen characters before the sign do not help.

    >>> may_be_formula("=1+1"), may_be_formula(" \u200b@SUM(A1)"), may_be_formula("Ads"), may_be_formula("\t1")
    (True, True, False, True)
    """
    seen = next((c for c in text if not (c.isspace() or unicodedata.category(c) in {"Cf", "Mn"})), "")
    return bool(text) and (text[0] in "\t\r\n" or (seen != "" and seen in _STARTS))


def formula_safe(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet program would calculate.

    >>> formula_safe("=1+1"), formula_safe("Ads")
    ("'=1+1", 'Ads')
    """
    return f"'{cell}" if may_be_formula(cell) else cell
