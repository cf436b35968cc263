"""Text in files that spreadsheet programs open must not become a formula."""

STARTS = ("=", "+", "-", "@", "\t", "\r")


def formula_safe(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet program would calculate.

    >>> formula_safe("=1+1"), formula_safe("Ads")
    ("'=1+1", 'Ads')
    """
    return f"'{cell}" if cell.startswith(STARTS) else cell
