"""The job that brings all reports of a cycle together in one ZIP, for whoever asked for it on a page."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assess.config import Settings
from assess.jobs.wanting import Wanted
from assess.localisation import LANGUAGES
from assess.reports.cache import report_cache
from assess.reports.zips import zip_name
from assess.tasks.batches import Batch, Progress
from assess.tasks.running import Work

BATCH = "batch"
KEPT_SECONDS = 7 * 24 * 3600


def wanted_batch(quarter: str, languages: Sequence[str] = LANGUAGES) -> Wanted:
    """Say which batch is wanted; its job tells how many reports are done, and its result where the ZIP lies."""
    return Wanted(BATCH, " ".join([quarter, *languages]), {"quarter": quarter, "languages": list(languages)})


def make_batch(work: Work) -> Mapping[str, Any]:
    """Draw what is missing, together with whatever worker is free, and pack it."""
    quarter, languages = str(work.claim.arguments["quarter"]), list(work.claim.arguments["languages"])
    folder = batch_file(work.settings, quarter, languages).parent
    batch = Batch(work.database, work.settings, quarter, folder, languages=languages)

    def tell(progress: Progress) -> None:
        work.say(progress.done, progress.total)

    batch.run(processes=1, tell=tell)
    path = batch.write_zip()
    batch.remove_single_reports()
    return {"file": str(path)}


def batch_file(settings: Settings, quarter: str, languages: Sequence[str] = LANGUAGES) -> Path:
    """Say where the ZIP of a batch lies once it is made."""
    return _folder(settings) / wanted_batch(quarter, languages).key.replace(" ", "_") / zip_name(quarter)


def forget_old_batches(settings: Settings) -> None:
    """Remove ZIPs nobody came for: the reports in them can be drawn again."""
    for path in _folder(settings).glob("*/*"):
        if path.stat().st_mtime < time.time() - KEPT_SECONDS:
            path.unlink(missing_ok=True)


def _folder(settings: Settings) -> Path:
    return report_cache(settings).folder / "batches"
