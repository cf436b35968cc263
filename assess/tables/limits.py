"""How much a file may hold (design, input): refused before reading on."""

from assess.errors import InputError
from assess.localisation import gettext as _

MAX_COLUMNS = 2_000
MAX_ROWS = 2_000_000
MAX_BYTES = 1_000_000_000
MAX_LINE = 1_000_000  # characters in one line of text: 2,000 columns of 500 characters


def too_large(file: str) -> InputError:
    """Refuse a file over 1 GB, packed or unpacked."""
    return InputError(_("%(file)s is larger than 1 GB; split it into smaller files.", file=file))


def too_many_columns(file: str, row: int) -> InputError:
    """Refuse a row with more cells than any questionnaire has columns."""
    return InputError(
        _("%(file)s, row %(row)d: more than 2,000 columns; remove the columns that are not needed.", file=file, row=row)
    )


def too_many_rows(file: str) -> InputError:
    """Refuse to read on after two million rows."""
    return InputError(_("%(file)s has more than 2 million rows; split it into smaller files.", file=file))
