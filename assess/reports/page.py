"""From a presented report to one self-contained HTML page; templates escape everything they print."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_eval_context
from jinja2.filters import do_join
from jinja2.nodes import EvalContext
from markupsafe import Markup

from assess.localisation import gettext as _
from assess.localisation import use_language
from assess.releases.released import printed
from assess.reports.fonts import FONT_ORDER, font_family
from assess.reports.present.organisation.pages import OrganisationReport
from assess.reports.present.pages import OnePager, OverTeams, TeamReport, WithheldReport

_PAGE, _PAGES = "\x00page\x00", "\x00pages\x00"


_TEMPLATES = {
    TeamReport: "team",
    WithheldReport: "withheld",
    OnePager: "one_pager",
    OrganisationReport: "organisation",
    OverTeams: "over_teams",
}


def report_page(report: TeamReport | WithheldReport | OnePager | OrganisationReport | OverTeams) -> str:
    """Fill the template in the report's own language."""
    name = _TEMPLATES[type(report)]
    with use_language(report.cover.language):
        return (
            environment()
            .get_template(f"reports/{name}.html")
            .render(
                report=report,
                fonts=Markup(font_family(report.cover.language)),  # noqa: S704 - our own constant
                all_fonts={language: Markup(font_family(language)) for language in FONT_ORDER},  # noqa: S704 - as above
                page_number=page_number(),
                gap="" if report.cover.language == "zh" else " ",
            )
        )


_BODIES = {
    OnePager: "member_body",
    OrganisationReport: "organisation_body",
    WithheldReport: "withheld_body",
    OverTeams: "over_teams_body",
}


def report_body(report: WithheldReport | OnePager | OrganisationReport | OverTeams, **more: object) -> Markup:
    """Fill the part of a web page that holds figures, in the report's own language; `more` is what a template needs.

    It is filled here and not by the site, because these templates refuse a number that is not released.
    """
    with use_language(report.cover.language):
        text = (
            environment()
            .get_template(f"reports/{_BODIES[type(report)]}.html")
            .render(report=report, gap="" if report.cover.language == "zh" else " ", **more)
        )
    return Markup(text)  # noqa: S704 - escaped by the template


def page_number() -> Markup:
    """Write the sentence of the footer as CSS content: `"Page " counter(page) " of " counter(pages)`."""
    sentence = _("Page %(page)s of %(pages)s", page=_PAGE, pages=_PAGES)
    parts = []
    for piece in sentence.replace(_PAGES, f"\x01{_PAGES}\x01").replace(_PAGE, f"\x01{_PAGE}\x01").split("\x01"):
        if piece in {_PAGE, _PAGES}:
            parts.append("counter(page)" if piece == _PAGE else "counter(pages)")
        elif piece:
            parts.append(f'"{piece}"')
    return Markup(" ".join(parts))  # noqa: S704 - our own sentence


@cache
def environment() -> Environment:
    """Return the templates of everything that is printed, with escaping on and no unknown names allowed."""
    made = Environment(
        loader=FileSystemLoader(_folder()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=False,
        finalize=_shown,
    )
    made.globals["_"] = _
    made.filters = {"join": _joined, "length": made.filters["length"]}  # no other way from a number to a text
    return made


def _shown(value: object) -> str:
    """Print text and released figures; a bare number in a template is a mistake in the program."""
    return printed(value)


@pass_eval_context
def _joined(context: EvalContext, values: Iterable[object], between: str = "") -> str:
    """Join like Jinja's own filter, what may be printed only."""
    joined: str = do_join(context, [printed(value) for value in values], between)
    return joined


def _folder() -> Path:
    """Find the templates: inside the package in a wheel, beside it in a checkout."""
    package = Path(__file__).parents[1]
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"
