"""How often something may fail: counted in memory only, forgotten after a minute.

Only failures are counted, so that a whole office behind one address is never locked out. What is counted is kept as an
HMAC under a key that is drawn when the process starts and is stored nowhere. Flask-Limiter is not used: it counts
before a view knows whether the request was a failure, and these lines need no store. Each web process counts for
itself.
"""

import hashlib
import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

WINDOW_SECONDS = 60.0
REMEMBERED = 20_000  # names at most; the oldest is forgotten first


class FailureCounter:
    """Counts failures per name in windows of one minute."""

    def __init__(self, *, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._windows: OrderedDict[bytes, tuple[float, int]] = OrderedDict()
        self._lock = Lock()

    def too_many(self, name: str | None) -> bool:
        """Count one failure of this name; True when it has had more than the limit within its minute."""
        digest = hmac.digest(self._key, (name or "").encode(), hashlib.sha256)
        now = self._clock()
        with self._lock:
            started, failures = self._windows.pop(digest, (now, 0))
            if now - started >= WINDOW_SECONDS:
                started, failures = now, 0
            self._windows[digest] = (started, failures + 1)
            if len(self._windows) > REMEMBERED:
                self._windows.popitem(last=False)
        return failures + 1 > self._limit
