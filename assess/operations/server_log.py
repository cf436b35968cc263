"""What the web server may write down: that something failed and where in the program, never who asked for what.

Gunicorn's own log names the address and the request line of everything it cannot read, and the path of everything that
fails: on member pages that is a personal link.
"""

import logging
import sys
import traceback
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped] # it has no type hints

_BEFORE_ANY_VISITOR = "Exception in worker process"
"""The site could not be started: the whole story helps, and there is no visitor in it."""


class ServerLog(Logger):  # type: ignore[misc] # as above
    """Gunicorn's log without visitors."""

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:  # noqa: ANN401 - gunicorn's own
        """Write no line about a visit, whatever gunicorn is told by its environment."""

    def warning(self, msg: Any, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - signature of logging
        """Leave out the address and the words of a request that cannot be read."""
        if str(msg).startswith("Invalid request"):
            self.error_log.warning("A request that cannot be read was refused.")
        else:
            super().warning(msg, *args, **kwargs)

    def exception(self, msg: Any, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - signature of logging
        """Write the kind of error and the line of code."""
        if str(msg) == _BEFORE_ANY_VISITOR:
            super().exception(msg, *args, **kwargs)
            return
        kind, _error, trace = sys.exc_info()
        frame = traceback.extract_tb(trace)[-1] if trace else None
        place = f"{Path(frame.filename).name}:{frame.lineno}" if frame else "?"
        self.error_log.log(logging.ERROR, "A request failed: %s at %s", kind.__name__ if kind else "?", place)
