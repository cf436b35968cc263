"""How often one address may name a code that does not exist; valid codes are never counted."""

import time
from collections.abc import Callable

from assess.errors import RefusalError
from assess.limits import FailureCounter

FAILURES_A_MINUTE = 60


class TooManyFailedCodesError(RefusalError):
    """More codes that do not exist were tried from one address than typing errors explain."""


class FailedCodes(FailureCounter):
    """Counts failed codes per address."""

    def __init__(self, *, limit: int = FAILURES_A_MINUTE, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(limit=limit, clock=clock)
