"""How gunicorn serves the site: its options, and a worker that does not name its program."""

import gc

from gunicorn.http import wsgi  # type: ignore[import-untyped] # it has no type hints
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped] # as above

THREADS = 4
"""A process runs one thread's Python at a time; the others wait for members' networks and for the disk."""


class NamelessResponse(wsgi.Response):  # type: ignore[misc] # as above
    """An answer without a `Server` header: what serves the site is nobody's business."""

    def default_headers(self) -> list[str]:
        """Leave the line out; gunicorn has no option for it."""
        return [line for line in super().default_headers() if not line.startswith("Server:")]


class WebWorker(ThreadWorker):  # type: ignore[misc] # as above
    """Gunicorn's worker of threads, as the site wants it."""

    def load_wsgi(self) -> None:
        """Load the site once for all, so that what it consists of is not searched for garbage between two answers."""
        wsgi.Response = NamelessResponse
        super().load_wsgi()
        gc.collect()
        gc.freeze()


def server_options(host: str, port: int, workers: int) -> list[str]:
    """Name the options: no visitors in any log, no socket through which a running server could be changed."""
    worker = ["--workers", str(workers), "--threads", str(THREADS), "--worker-class", "assess.app.web_server.WebWorker"]
    log = ["--logger-class", "assess.operations.server_log.ServerLog", "--log-level", "warning"]
    return ["--bind", f"{host}:{port}", *worker, "--no-control-socket", *log]
