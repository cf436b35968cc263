"""Dead ends of a link to results, by name; the error pages put them into words."""

from assess.errors import RefusalError


class UnknownUnitLinkError(RefusalError):
    """No unit has this link."""


class OlderResultsError(RefusalError):
    """The link is right, but newer results are out."""


class WithdrawnResultsError(RefusalError):
    """The results behind the link were withdrawn; the message is the reason."""
