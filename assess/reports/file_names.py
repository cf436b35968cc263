"""File names people can sort: `2026-Q4_customer-service_team-health_en.pdf`; Chinese names stay Chinese.

A team's name is data from outside: only letters and digits of any script survive, so it can name no folder, hide no
ending and reorder no line; collisions get a number.
"""

import re
import unicodedata
from collections.abc import Sequence

from assess.reports.provenance import TEAM_REPORT

_NOT_WORD = re.compile(r"[\W_]+")
ORGANISATION = "organisation"
_MOST_BYTES = 120  # file systems stop at 255 bytes for the whole name; a Chinese character takes three


def file_name(team: str, *, cycle: str | None, language: str, kind: str = TEAM_REPORT) -> str:
    """Name the report of one team, or another `kind` of it.

    >>> file_name("Customer service", cycle="2026Q4", language="en")
    '2026-Q4_customer-service_team-health_en.pdf'
    >>> file_name("../客服/一组", cycle=None, language="zh")
    '客服-一组_team-health_zh.pdf'
    """
    return _assembled(slug(team), cycle, language, kind)


def organisation_file_name(*, cycle: str | None, language: str) -> str:
    """Name the report of the whole organisation.

    >>> organisation_file_name(cycle="2026Q4", language="en")
    '2026-Q4_organisation_team-health_en.pdf'
    """
    return _assembled(ORGANISATION, cycle, language)


def file_names(teams: Sequence[str], *, cycle: str | None, language: str, kind: str = TEAM_REPORT) -> tuple[str, ...]:
    """Name the reports of all teams of a cycle, in their order; the second of two equal names ends in -2.

    The name of the organisation's report is taken already.
    """
    taken = {ORGANISATION}
    names = []
    for team in teams:
        base = slug(team)
        candidate, count = base, 1
        while candidate in taken:
            count += 1
            candidate = f"{base}-{count}"
        taken.add(candidate)
        names.append(_assembled(candidate, cycle, language, kind))
    return tuple(names)


def slug(name: str) -> str:
    """Reduce a name to lower-case letters and digits of any script, joined by hyphens; nothing left is `team`.

    >>> slug("Operations 运营"), slug("🚀"), slug("a_b/c.exe")
    ('operations-运营', 'team', 'a-b-c-exe')
    """
    plain = unicodedata.normalize("NFKC", name).casefold()
    words = _NOT_WORD.sub("-", unicodedata.normalize("NFC", plain)).strip("-")
    return words.encode()[:_MOST_BYTES].decode(errors="ignore").strip("-") or "team"


def _assembled(base: str, cycle: str | None, language: str, kind: str = TEAM_REPORT) -> str:
    quarter = f"{cycle[:4]}-{cycle[4:]}_" if cycle else ""
    return f"{quarter}{base}_{kind}_{language}.pdf"
