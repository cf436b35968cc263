"""How often one address may name a code that does not exist: counted in memory, forgotten after a minute.

Valid codes are never counted, because a whole office shares one address. An address is kept only as an HMAC under a
key that is drawn when the process starts and is stored nowhere. Flask-Limiter is not used: it counts before a view
knows whether the code was valid, and these forty lines need no store.
"""

import hashlib
import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from assess.errors import RefusalError

FAILURES_A_MINUTE = 60
WINDOW_SECONDS = 60.0
ADDRESSES = 20_000  # remembered at most; the oldest is forgotten first


class TooManyFailedCodesError(RefusalError):
    """More codes that do not exist were tried from one address than typing errors explain."""


class FailedCodes:
    """Counts failures per address in windows of one minute."""

    def __init__(self, *, limit: int = FAILURES_A_MINUTE, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._windows: OrderedDict[bytes, tuple[float, int]] = OrderedDict()
        self._lock = Lock()

    def too_many(self, address: str | None) -> bool:
        """Count one failure of this address; True when it has had more than the limit within its minute."""
        name = hmac.digest(self._key, (address or "").encode(), hashlib.sha256)
        now = self._clock()
        with self._lock:
            started, failures = self._windows.pop(name, (now, 0))
            if now - started >= WINDOW_SECONDS:
                started, failures = now, 0
            self._windows[name] = (started, failures + 1)
            if len(self._windows) > ADDRESSES:
                self._windows.popitem(last=False)
        return failures + 1 > self._limit
