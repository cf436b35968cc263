"""Sentences of a report: only text and released figures go into their places."""

from assess.localisation import gettext as localised
from assess.releases.released import Printable, printed


def gettext(message: str, /, **values: Printable) -> str:
    """Translate a whole sentence and fill its places. UnreleasedError for a bare number."""
    return localised(message, **{name: printed(value) for name, value in values.items()})
