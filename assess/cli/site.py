"""`assess init` and `assess serve`: an installation and its web processes."""

import os
import socket
import sys
from typing import NoReturn

import click

from assess.cli.options import installation
from assess.config import load_settings
from assess.errors import RefusalError
from assess.extensions import open_database
from assess.localisation import gettext as _
from assess.migrations import upgrade


@click.command()
def init() -> None:
    """Create or upgrade the database of this installation."""
    settings = load_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    settings.key_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = open_database(settings)
    upgrade(database)
    database.close()
    click.echo(_("Ready: %(folder)s. Next: assess teams import FILE", folder=settings.data_dir))


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8765, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
def serve(host: str, port: int, workers: int) -> None:
    """Serve the site; member pages leave no line in any log."""
    with installation():  # says what is missing, and lets no restored database re-open a closed survey
        pass
    run_server(host, port, workers)


def run_server(host: str, port: int, workers: int = 2) -> NoReturn:
    """Replace this process by the web server; RefusalError where the address is taken."""
    _refuse_taken_address(host, port)
    arguments = ["--bind", f"{host}:{port}", "--workers", str(workers), "--threads", "4", "--worker-class", "gthread"]
    arguments += ["--no-control-socket"]
    command = [sys.executable, "-m", "gunicorn", *arguments, "--log-level", "warning", "assess.app:create_app()"]
    shown = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104 - compared, not bound
    click.echo(_("Serving on http://%(host)s:%(port)d – stop with Ctrl+C.", host=shown, port=port))
    sys.stdout.flush()
    os.execv(sys.executable, command)  # noqa: S606 - replaces this process, no shell


def _refuse_taken_address(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as gunicorn does: an address just left is free
        try:
            probe.bind((host, port))
        except OSError as error:
            raise RefusalError(
                _(
                    "The site cannot listen on %(host)s:%(port)d (%(what)s); choose another port with --port.",
                    host=host,
                    port=port,
                    what=error.strerror or type(error).__name__,
                )
            ) from error
