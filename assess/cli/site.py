"""`assess init` and `assess serve`: an installation and its web processes."""

import socket
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import NoReturn

import click

from assess.accounts.administration import Roles, add_account, first_admin, recover_account
from assess.accounts.links import INVITATION
from assess.accounts.secret import application_secret, make_secret
from assess.app.web_server import server_options
from assess.cli.accounts import print_link
from assess.cli.options import installation
from assess.cli.supervising import supervise
from assess.cli.worker import usual_processes, worker_commands
from assess.config import Settings, load_settings
from assess.errors import InputError, RefusalError
from assess.extensions import Database, open_database
from assess.localisation import current_language
from assess.localisation import gettext as _
from assess.migrations import upgrade


@click.command()
@click.option("--admin", metavar="EMAIL", help="Address of the first administrator.")
@click.option("--name", help="Name of the first administrator.")
def init(admin: str | None, name: str | None) -> None:
    """Create or upgrade this installation: folders, secret, database, first administrator."""
    if (admin is None) != (name is None):
        raise InputError(_("--admin and --name go together: assess init --admin EMAIL --name NAME"))
    settings = load_settings()
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings.key_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    make_secret(settings)
    application_secret(settings)  # says at once what is wrong with one that was there
    database = open_database(settings)
    try:
        upgrade(database)
        click.echo(_("Ready: %(folder)s. Next: assess teams import FILE", folder=settings.data_dir))
        _first_admin(settings, database, admin, name)
    finally:
        database.close()


def _first_admin(settings: Settings, database: Database, email: str | None, name: str | None) -> None:
    """Make the first administrator, once; who is invited already gets a fresh link."""
    with database.reading() as session:
        known = first_admin(session)
    if known is None:
        if email is None or name is None:
            click.echo(_("Nobody can sign in yet; make the first account with: assess init --admin EMAIL --name NAME"))
            return
        roles, language, now = Roles(is_admin=True), current_language(), datetime.now(UTC)
        token = add_account(database, email=email, name=name, roles=roles, language=language, now=now)
        print_link(settings, token, INVITATION)
    elif email is not None:
        if known.email != email.strip().lower() or known.password_hash is not None:
            raise RefusalError(
                _(
                    "%(email)s is an administrator already; add further accounts with: assess accounts add EMAIL",
                    email=known.email,
                )
            )
        token, lasts = recover_account(database, known.email, now=datetime.now(UTC))
        print_link(settings, token, lasts)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8765, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option(
    "--background",
    default=None,
    type=click.IntRange(0, 64),
    help="Processes for background work; 0 where `assess worker` runs elsewhere, without it one per processor.",
)
def serve(host: str, port: int, workers: int, background: int | None) -> None:
    """Serve the site and do its background work; member pages leave no line in any log."""
    with installation() as (settings, _database):  # lets no restored database re-open a closed survey
        application_secret(settings)  # says what is missing before any process starts
    if not settings.is_https:
        click.echo(
            _(
                "ASSESS_BASE_URL begins with http: passwords and the sign-in cookie travel unprotected, and browsers "
                "on other machines cannot seal answers. Use https for anything but a trial."
            ),
            err=True,
        )
    run_server(host, port, workers, usual_processes() if background is None else background)


def run_server(
    host: str,
    port: int,
    workers: int = 2,
    background: int = 1,
    settings: Mapping[str, str] = MappingProxyType({}),
) -> NoReturn:
    """Run the web server, and workers beside it, until a signal; RefusalError where the address is taken.

    The settings are environment variables that these processes have and this one has not.
    """
    _refuse_taken_address(host, port)
    command = [sys.executable, "-m", "gunicorn", *server_options(host, port, workers), "assess.app:create_app()"]
    shown = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104 - compared, not bound
    click.echo(_("Serving on http://%(host)s:%(port)d – stop with Ctrl+C.", host=shown, port=port))
    sys.stdout.flush()
    beside = worker_commands(load_settings(), background) if background else {}
    sys.exit(supervise({_("The web server"): command, **beside}, settings))


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
