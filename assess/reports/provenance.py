"""What a report says of itself in its document information: enough to find its figures and to make it again."""

from collections.abc import Mapping
from dataclasses import dataclass

from assess.errors import InputError
from assess.localisation import gettext as _

TEAM_REPORT = "team-health"
ONE_PAGER = "one-page"
ORGANISATION_REPORT = "organisation-health"
TEAMS_OVER_TIME = "over-time"
_PREFIX = "Assess"
_BETWEEN = "; "


@dataclass(frozen=True)
class Provenance:
    """Which report of which result document this is, and what drew it; the checksum is printed in it as well.

    `told` is what a one-pager was told beside figures (`told.py`), or which teams were chosen; other reports have none.
    """

    report: str
    result_sha256: str
    node: str
    language: str
    command: str
    renderer: Mapping[str, str]
    told: str = ""
    look: str = ""
    """Hash of logo and accent colour; empty for the product's own."""

    def entries(self) -> dict[str, str]:
        """Write it as entries of a document information dictionary.

        >>> Provenance("team-health", "ab", "Ads", "en", "assess", {"pango": "1.50"}).entries()["AssessRenderer"]
        'pango 1.50'
        """
        named = {
            "Report": self.report,
            "Result": self.result_sha256,
            "Node": self.node,
            "Language": self.language,
            "Command": self.command,
            "Renderer": _BETWEEN.join(f"{name} {version}" for name, version in self.renderer.items()),
        }
        if self.told:
            named["Told"] = self.told
        if self.look:
            named["Look"] = self.look
        return {_PREFIX + name: value for name, value in named.items()}


def provenance_of(entries: Mapping[str, str]) -> Provenance:
    """Read it back. InputError for a file that is none of ours."""
    try:
        report, sha256, node, language, command, renderer = (
            entries[_PREFIX + name] for name in ("Report", "Result", "Node", "Language", "Command", "Renderer")
        )
    except KeyError as error:
        raise InputError(
            _("This is no report of Assess, or another program has saved it anew; use the file as it was written.")
        ) from error
    versions = dict(part.rsplit(" ", 1) for part in renderer.split(_BETWEEN) if " " in part)
    told, look = (entries.get(_PREFIX + name, "") for name in ("Told", "Look"))
    return Provenance(report, sha256, node, language, command, versions, told, look)
