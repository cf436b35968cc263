"""The sheets with codes to draw from a box: eight slips on a page, to cut, in both languages or in one.

A slip carries no name, no number and no group; only the first slip of a section, which says what to do, names the
group, so that the right box gets the right slips.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import segno
from markupsafe import Markup

from assess.localisation import HTML_LANGUAGE, LANGUAGES, format_moment, use_language
from assess.localisation import gettext as _
from assess.reports.fonts import font_family
from assess.reports.page import environment
from assess.reports.pdf import render_pdf
from assess.surveys.paper_codes import PaperCodes, PaperGroup

SLIPS_ON_A_PAGE = 8
_LETTERS = 4
"""Letters of a code that stand together: a group of four is read and typed without losing the place."""
_LONG_NAME = 50  # characters; a longer name is set smaller so that it leaves room for what to do


@dataclass(frozen=True)
class Wording:
    """The sentences of one language."""

    html_language: str
    fonts: Markup
    what_to_do: str
    box: str
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Slip:
    """One code, ready to print."""

    code: str
    picture: Markup


@dataclass(frozen=True)
class Cover:
    """The first slip of a section."""

    group: str
    is_long: bool
    wordings: tuple[Wording, ...]


Sheet = tuple[Cover | Slip | None, ...]


def printed_codes_pdf(codes: PaperCodes, language: str | None = None) -> bytes:
    """Draw the sheets of all groups; without a language every slip speaks both."""
    languages = LANGUAGES if language is None else (language,)
    with use_language(languages[0]):
        html = (
            environment()
            .get_template("reports/printed_codes.html")
            .render(
                html_language=HTML_LANGUAGE[languages[0]],
                title=_("Slips to cut out"),
                fonts=Markup(font_family(languages[0])),  # noqa: S704 - our own constant
                organisation=codes.organisation,
                address=shown_address(codes.base_url),
                wordings=[_wording(codes, None, spoken) for spoken in languages],
                sheets=[sheet for group in codes.groups for sheet in _sheets(codes, group, languages)],
            )
        )
    return render_pdf(html)


def shown_address(base_url: str) -> str:
    """Give the address that people type: browsers add https themselves.

    >>> shown_address("https://health.example.com"), shown_address("http://10.0.0.7:8765")
    ('health.example.com/s', 'http://10.0.0.7:8765/s')
    """
    return f"{base_url.removeprefix('https://')}/s"


def grouped(code: str) -> str:
    """Write a code in groups of four.

    >>> grouped("0123456789ABCDEF")
    '0123 4567 89AB CDEF'
    """
    return " ".join(code[start : start + _LETTERS] for start in range(0, len(code), _LETTERS))


def link_picture(link: str) -> segno.QRCode:
    """Make the QR code of a link: at least a seventh of it may be soiled or creased (level M)."""
    return segno.make_qr(link, error="m")


def _sheets(codes: PaperCodes, group: PaperGroup, languages: Sequence[str]) -> Iterator[Sheet]:
    """Begin every group on a page of its own; every page has eight places, empty ones at the end."""
    wordings = tuple(_wording(codes, group, language) for language in languages)
    slips: list[Cover | Slip | None] = [Cover(group.name, len(group.name) > _LONG_NAME, wordings)]
    slips += [_slip(codes.base_url, code) for code in group.codes]
    slips += [None] * (-len(slips) % SLIPS_ON_A_PAGE)
    for start in range(0, len(slips), SLIPS_ON_A_PAGE):
        yield tuple(slips[start : start + SLIPS_ON_A_PAGE])


def _slip(base_url: str, code: str) -> Slip:
    picture = link_picture(f"{base_url}/s/{code}")
    drawn = picture.svg_inline(omitsize=True, border=4, title=_("QR code of the link"), svgclass="qr", lineclass=None)
    return Slip(grouped(code), Markup(drawn))  # noqa: S704 - drawn by segno from a link of ours


def _wording(codes: PaperCodes, group: PaperGroup | None, language: str) -> Wording:
    with use_language(language):
        closes = format_moment(codes.closes_at.astimezone(ZoneInfo(codes.time_zone)))
        return Wording(
            html_language=HTML_LANGUAGE[language],
            fonts=Markup(font_family(language)),  # noqa: S704 - our own constant
            what_to_do=_(
                "Answer until %(closing)s (%(zone)s): scan the square, or type the address and the code.",
                closing=closes,
                zone=codes.time_zone,
            ),
            box="" if group is None else _("Slips for the box of this group: %(number)d", number=len(group.codes)),
            steps=(
                _("Cut along the dashed lines, fold every slip and put all of them into one box."),
                _("Everybody here without an e-mail address draws one; nobody notes who drew which."),
                _("Then delete the file: whoever has a code can answer in its owner’s place."),
            ),
        )
