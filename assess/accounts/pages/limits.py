"""How often signing in may fail, per address of the network and per account; a right password is never counted."""

import time
from collections.abc import Callable

from assess.limits import FailureCounter

FAILURES_A_MINUTE = 10


class FailedSignIns:
    """Counts failures by where they came from and by whom they were meant for."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._addresses = FailureCounter(limit=FAILURES_A_MINUTE, clock=clock)
        self._accounts = FailureCounter(limit=FAILURES_A_MINUTE, clock=clock)

    def too_many(self, address: str | None, email: str) -> bool:
        """Count one failure on both sides; True when either has had more than ten within its minute."""
        too_many = self._addresses.too_many(address), self._accounts.too_many(email.strip().lower())
        return any(too_many)
