"""`assess worker`: processes that do the background work of an installation."""

import os
import sys
from collections.abc import Sequence

import click

from assess.cli.options import installation
from assess.cli.supervising import own_command, supervise
from assess.config import Settings, load_settings
from assess.jobs.models import Queue
from assess.jobs.queue import WorkQueue
from assess.localisation import gettext as _


@click.command()
@click.option(
    "--processes",
    default=None,
    type=click.IntRange(1, 64),
    help="Processes that draw reports; without it one per processor, at most four.",
)
@click.option("--keeper/--no-keeper", default=None, help="Do what needs the keys; without it where the key folder is.")
@click.option("--only", type=click.Choice([queue.value for queue in Queue]), hidden=True)
def worker(processes: int | None, keeper: bool | None, only: str | None) -> None:
    """Do background work until Ctrl+C: draw reports, close surveys in time."""
    count = processes or usual_processes()
    if only is not None:
        serve_queue(Queue(only), count)
        return
    with installation() as (settings, _database):
        WorkQueue(settings, Queue.DEFAULT).close()  # says what is wrong with the queue before any process starts
    click.echo(_("Processes that draw reports: %(count)d. Stop with Ctrl+C.", count=count))
    sys.stdout.flush()
    sys.exit(supervise(worker_commands(settings, count, keeper=keeper)))


def usual_processes() -> int:
    """Choose as many as there are processors for this process, up to four."""
    return max(1, min(4, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1))


def worker_commands(settings: Settings, processes: int, *, keeper: bool | None = None) -> dict[str, Sequence[str]]:
    """Name the processes of a worker; the queue of the keeper has its own, on the host that has the keys."""
    commands: dict[str, Sequence[str]] = {
        _("The worker"): own_command("worker", "--only", Queue.DEFAULT.value, "--processes", str(processes))
    }
    if settings.key_dir.is_dir() if keeper is None else keeper:
        commands[_("The keeper's worker")] = own_command("worker", "--only", Queue.KEEPER.value)
    return commands


def serve_queue(queue: Queue, processes: int) -> None:
    """Serve one queue in this process and those it forks."""
    from assess.tasks.worker import Worker

    Worker(load_settings(), queue).serve(processes if queue == Queue.DEFAULT else 1)
