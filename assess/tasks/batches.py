"""All reports of a cycle, in several languages, by several processes, into one folder and one ZIP.

Killed at any moment and started again it goes on where it was: a report that lies in the folder with the checksum its
job recorded is not touched again. The same cycle and versions give the same files and the same ZIP, byte by byte.
"""

import contextlib
import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

from assess.config import Settings
from assess.errors import InputError, RefusalError
from assess.extensions import Database
from assess.jobs.models import Job, JobState, Queue
from assess.jobs.queue import WorkQueue
from assess.jobs.sweep import sweep
from assess.jobs.wanting import Wanted, jobs_of, want
from assess.localisation import gettext as _
from assess.releases.entry import Entry
from assess.reports.cache import report_cache
from assess.reports.drawn_reports import drawn_report
from assess.reports.file_names import file_names, organisation_file_name
from assess.reports.files.writing import Format, write_cycle_file
from assess.reports.provenance import ONE_PAGER, ORGANISATION_REPORT, TEAM_REPORT
from assess.reports.renderer import renderer_fingerprint
from assess.reports.team_reports import ReportedCycle
from assess.reports.whole_files import remove_abandoned, write_whole
from assess.reports.zips import write_zip, zip_name
from assess.tasks.hands import Hands
from assess.tasks.reading import read_once
from assess.tasks.reports import IN_A_BATCH, REPORT, draw, wanted_report
from assess.tasks.running import Bodies, work_once

_NAP_SECONDS = 0.1
_SWEEP_SECONDS = 1.0
_NAMED = 3  # failures in one message


@dataclass(frozen=True)
class Progress:
    """One report more is in its place."""

    team: str
    path: Path
    done: int
    total: int


@dataclass(frozen=True)
class Order:
    """One report of a batch: what is wanted, and where it goes; without a team it is that of the organisation."""

    wanted: Wanted
    kind: str
    team: Entry | None
    name: str
    language: str
    path: Path


class Batch:
    """The reports of one cycle in some languages, on their way into a folder."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        quarter: str,
        out: Path,
        *,
        languages: Sequence[str],
        only_organisation: bool = False,
    ) -> None:
        self._database, self._settings, self._quarter, self._out = database, settings, quarter, out
        self._languages = tuple(languages)
        self._reported = read_once(database, quarter)
        self._cache = report_cache(settings)
        self._orders = {
            order.wanted.key: order
            for order in _orders(self._reported, out, languages, only_organisation=only_organisation)
        }
        self._failed: dict[str, str] = {}
        self._workbooks: list[Path] = []

    @property
    def total(self) -> int:
        """How many reports it has."""
        return len(self._orders)

    def run(self, *, processes: int, tell: Callable[[Progress], object]) -> None:
        """Bring every report into its place.

        Errors: InputError where the folder cannot be written; RefusalError naming the reports that could not be drawn,
        when all others are there.
        """
        try:
            self._out.mkdir(parents=True, exist_ok=True)
            remove_abandoned(self._out)
            pending = dict(self._orders)
            for progress in self._take(pending, self._already_there(pending)):
                tell(progress)
            if pending:
                self._ask(list(pending.values()))
                self._draw(pending, min(processes, len(pending)), tell)
        except OSError as error:
            raise unwritable(self._out, error) from error
        self._refuse_failures()

    def write_zip(self) -> Path:
        """Put all of them into one ZIP in the same folder, with a workbook of all figures; returns its path."""
        path = self._out / zip_name(self._quarter)
        reports = [order.path for order in self._orders.values()]
        try:
            write_zip(path, [*reports, *self._write_workbooks()], quarter=self._quarter)
        except OSError as error:
            raise unwritable(self._out, error) from error
        return path

    def remove_single_reports(self) -> None:
        """Leave the ZIP alone in its folder."""
        for path in [*(order.path for order in self._orders.values()), *self._workbooks]:
            path.unlink(missing_ok=True)

    def _write_workbooks(self) -> Sequence[Path]:
        """Write the figures of the whole cycle beside the reports."""
        self._workbooks = [
            path
            for language in self._languages
            for path in write_cycle_file(self._reported, self._out, Format.XLSX, language=language)
        ]
        return self._workbooks

    def _ask(self, orders: Sequence[Order]) -> None:
        """Ask for what is missing, also where its job was done once; workers that run anyway are called to help."""
        with self._database.writing() as session:
            want(session, [order.wanted for order in orders], now=datetime.now(UTC), again=True)
        queue = WorkQueue(self._settings, Queue.DEFAULT)
        queue.wake()
        queue.close()

    def _draw(self, pending: dict[str, Order], processes: int, tell: Callable[[Progress], object]) -> None:
        """Draw with processes of our own, or in this one where one is enough, until nothing is pending."""
        several = processes > 1
        bodies = {REPORT: draw}
        with (
            Hands(self._settings, bodies, kind=REPORT, count=processes) if several else contextlib.nullcontext() as own
        ):
            swept_at = 0.0
            while pending:
                found = list(self._take(pending, self._drawn(pending)))
                for progress in found:
                    tell(progress)
                if own is not None:
                    own.tend(progress=bool(found))
                if time.monotonic() - swept_at > _SWEEP_SECONDS:
                    sweep(self._database, now=datetime.now(UTC))
                    swept_at = time.monotonic()
                idle = several or not self._work_once(bodies)
                if pending and idle:
                    time.sleep(_NAP_SECONDS)

    def _work_once(self, bodies: Bodies) -> bool:
        return work_once(self._database, self._settings, bodies, version=renderer_fingerprint(), kind=REPORT)

    def _take(self, pending: dict[str, Order], found: Iterator[Order]) -> Iterator[Progress]:
        for order in found:
            del pending[order.wanted.key]
            if order.wanted.key not in self._failed:
                done = len(self._orders) - len(pending) - len(self._failed)
                yield Progress(order.name, order.path, done, len(self._orders))

    def _already_there(self, pending: dict[str, Order]) -> Iterator[Order]:
        """Find what an earlier run has brought into its place, and what is drawn already."""
        recorded = {job.key: _checksum(job) for job in self._jobs(pending) if job.state == JobState.DONE}
        for key, order in list(pending.items()):
            if _sha256_of(order.path) == recorded.get(key, ""):
                yield order
                continue
            content = self._cache.get(key)
            if content is not None:
                write_whole(order.path, content)
                yield order

    def _drawn(self, pending: dict[str, Order]) -> Iterator[Order]:
        """Bring into its place what has been drawn since; remember what could not be."""
        for job in self._jobs(pending):
            order = pending[job.key]
            if job.state == JobState.FAILED:
                self._failed[job.key] = f"{order.name}: {job.error}"
                yield order
            elif job.state == JobState.DONE:
                write_whole(order.path, self._content(order, _checksum(job)))
                yield order

    def _content(self, order: Order, recorded: str) -> bytes:
        """Return it from the cache, or draw it: the worker may have a cache of its own on another host."""
        content = drawn_report(self._reported, order.team, language=order.language, cache=self._cache, kind=order.kind)
        if hashlib.sha256(content).hexdigest() != recorded:
            raise RefusalError(
                _(
                    "Two workers drew different reports of %(team)s; see that they run the same versions.",
                    team=order.name,
                )
            )
        return content

    def _jobs(self, pending: dict[str, Order]) -> list[Job]:
        with self._database.reading() as session:
            return list(jobs_of(session, REPORT, list(pending)))

    def _refuse_failures(self) -> None:
        if self._failed:
            named = "; ".join(list(self._failed.values())[:_NAMED])
            raise RefusalError(
                _(
                    "Reports that could not be drawn: %(count)d (%(reasons)s). All others are there.",
                    count=len(self._failed),
                    reasons=named,
                )
            )


def unwritable(folder: Path, error: OSError) -> InputError:
    """Say that a folder cannot be written."""
    reason = error.strerror or type(error).__name__
    return InputError(
        _("%(file)s cannot be written (%(what)s); name another folder with --out.", file=folder, what=reason)
    )


def _orders(
    reported: ReportedCycle, out: Path, languages: Sequence[str], *, only_organisation: bool
) -> Iterator[Order]:
    for language in languages:
        whole = wanted_report(reported, None, language=language, priority=IN_A_BATCH, kind=ORGANISATION_REPORT)
        path = out / organisation_file_name(cycle=reported.label, language=language)
        yield Order(whole, ORGANISATION_REPORT, None, reported.source.organisation, language, path)
    for language, kind in product(() if only_organisation else languages, (TEAM_REPORT, ONE_PAGER)):
        names = file_names(reported.names, cycle=reported.label, language=language, kind=kind)
        for team, name in zip(reported.nodes, names, strict=True):
            wanted = wanted_report(reported, team, language=language, priority=IN_A_BATCH, kind=kind)
            yield Order(wanted, kind, team, team.name, language, out / name)


def _checksum(job: Job) -> str:
    return str((job.result or {}).get("sha256", ""))


def _sha256_of(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None
