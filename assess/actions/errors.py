"""What can go wrong with actions; pages for these are made elsewhere."""

from assess.errors import InputError, RefusalError


class NoActionError(InputError):
    """An action, a step or a practice was named that is not there."""


class ActionClosedError(RefusalError):
    """An action is over, or its board is: newer results are out."""


class BoardFullError(RefusalError):
    """Two actions are running already."""
