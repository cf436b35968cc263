"""How gunicorn serves the site: its options, and a worker that does not name its program."""

import gc

from gunicorn.http import wsgi  # type: ignore[import-untyped] # it has no type hints
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped] # as above

from assess.app.headers import FIXED, HTTPS, UNLESS_SAID

THREADS = 4
"""A process runs one thread's Python at a time; the others wait for members' networks and for the disk."""

GARBAGE = 20_000
"""After how many new objects one looks for garbage in circles: with Python's 700 that is every other answer."""

_KNOWN_GOOD = frozenset([*FIXED, HTTPS, UNLESS_SAID])


class NamelessResponse(wsgi.Response):  # type: ignore[misc] # as above
    """An answer without a `Server` header: what serves the site is nobody's business."""

    def process_headers(self, headers: list[tuple[str, str]]) -> None:
        """Look for forged line ends only in headers that are not the same in every answer."""
        super().process_headers([header for header in headers if header not in _KNOWN_GOOD])
        self.headers += [header for header in headers if header in _KNOWN_GOOD]

    def default_headers(self) -> list[str]:
        """Leave the line out; gunicorn has no option for it."""
        return [line for line in super().default_headers() if not line.startswith("Server:")]


class WebWorker(ThreadWorker):  # type: ignore[misc] # as above
    """Gunicorn's worker of threads, as the site wants it."""

    def load_wsgi(self) -> None:
        """Load the site; what it consists of is not searched for garbage, and what answers leave behind seldom."""
        wsgi.Response = NamelessResponse
        super().load_wsgi()
        gc.collect()
        gc.freeze()
        gc.set_threshold(GARBAGE)


def server_options(host: str, port: int, workers: int) -> list[str]:
    """Name the options: no visitors in any log, no socket through which a running server could be changed."""
    worker = ["--workers", str(workers), "--threads", str(THREADS), "--worker-class", "assess.app.web_server.WebWorker"]
    log = ["--logger-class", "assess.operations.server_log.ServerLog", "--log-level", "warning"]
    return ["--bind", f"{host}:{port}", *worker, "--no-control-socket", *log]
