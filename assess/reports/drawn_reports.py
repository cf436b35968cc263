"""A report as bytes, drawn once: from the cache where the same inputs were drawn by the same renderer."""

import hashlib
import json
from dataclasses import asdict

from assess.releases.entry import Entry
from assess.releases.register import Register
from assess.reports.cache import ReportCache
from assess.reports.one_pagers import one_pager_pdf
from assess.reports.organisation_report import organisation_report_pdf
from assess.reports.provenance import ONE_PAGER, ORGANISATION_REPORT, TEAM_REPORT
from assess.reports.renderer import renderer_fingerprint
from assess.reports.team_reports import ReportedCycle, team_report_pdf


def report_key(reported: ReportedCycle, team: Entry | None, *, language: str, kind: str = TEAM_REPORT) -> str:
    """Hash everything that decides the bytes of one report: of a team, or (`kind`) its one-pager.

    That of the whole organisation has no team.

    The figures of this quarter and of those before stand in documents whose checksums are in `source`. Comments are
    hashed themselves: they are deleted earlier, and a report without them is another report.
    """
    name = None if team is None else team.name
    inputs = {
        "report": kind,
        "source": asdict(reported.source),
        "node": name,
        "language": language,
        "instrument": reported.instrument.sha256,
        "comments": {
            prompt: [str(text) for text in texts]
            for prompt, texts in ({} if name is None else reported.cycle.comments.get(name, {})).items()
        },
        "item_sets": [_item_sets(register) for register in (reported.cycle, *reported.history)],
        "told": reported.told(name).written() if kind == ONE_PAGER and name is not None else "",
        "record": asdict(reported.record) if kind == ORGANISATION_REPORT else None,
        "renderer": renderer_fingerprint(),
    }
    return hashlib.sha256(json.dumps(inputs, sort_keys=True, default=_plain).encode()).hexdigest()


def drawn_report(
    reported: ReportedCycle, team: Entry | None, *, language: str, cache: ReportCache | None, kind: str = TEAM_REPORT
) -> bytes:
    """Draw one report, or take it from the cache. Errors: RefusalError as in `team_report_pdf`."""
    if cache is None:
        return _drawn(reported, team, language, kind)
    key = report_key(reported, team, language=language, kind=kind)
    content = cache.get(key)
    if content is None:
        content = _drawn(reported, team, language, kind)
        cache.put(key, content)
    return content


def _drawn(reported: ReportedCycle, team: Entry | None, language: str, kind: str) -> bytes:
    if team is None:
        return organisation_report_pdf(reported, language=language)
    draw = one_pager_pdf if kind == ONE_PAGER else team_report_pdf
    return draw(reported, team, language=language)


def _plain(value: object) -> str:
    """Write what JSON has no word for, such as the picture of a logo."""
    return hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else str(value)


def _item_sets(register: Register) -> dict[str, list[str]]:
    return {code: sorted(items) for code, items in (register.item_sets or {}).items()}
