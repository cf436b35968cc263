"""Draw a page as tagged PDF/UA-1: our fonts only, no network, no files, the same bytes every time."""

from functools import cache
from types import ModuleType
from typing import Any

from assess.errors import RefusalError
from assess.localisation import gettext as _
from assess.reports.fonts import prepare_fonts, printable


def render_pdf(html: str) -> bytes:
    """Draw a self-contained page.

    Errors: RefusalError when the drawing libraries are missing, or when the page asks for anything but inline data.
    """
    weasyprint = _library()
    from weasyprint.urls import FatalURLFetchingError

    from assess.reports.fetching import InlineDataOnly

    try:
        document = weasyprint.HTML(string=printable(html), url_fetcher=InlineDataOnly(), base_url=None)
        pdf: bytes = document.write_pdf(pdf_variant="pdf/ua-1", font_config=_font_configuration())
    except FatalURLFetchingError as error:  # a BaseException: `except Exception` would let it end the worker
        raise RefusalError(
            _("The report asks for something outside itself and was not drawn: %(what)s", what=error)
        ) from error
    return pdf


def _library() -> ModuleType:
    """Import WeasyPrint after the fonts are set; it loads Pango when imported."""
    prepare_fonts()
    try:
        import weasyprint
    except OSError as error:
        raise RefusalError(
            _(
                "The libraries that draw PDF files are missing. Install them with: apt-get install libpango-1.0-0 "
                "libpangoft2-1.0-0 libharfbuzz-subset0"
            )
        ) from error
    module: ModuleType = weasyprint
    return module


@cache
def _font_configuration() -> Any:  # noqa: ANN401 - WeasyPrint has no type hints
    """One for the process: a new one per report reads the fonts again."""
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()
