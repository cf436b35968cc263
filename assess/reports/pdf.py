"""Draw a page as tagged PDF/UA-1: our fonts only, no network, no files, the same bytes every time."""

import contextlib
import ctypes
import gc
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from assess.errors import RefusalError
from assess.localisation import gettext as _
from assess.reports.fonts import prepare_fonts, printable
from assess.reports.provenance import Provenance

_OBJECTS_BETWEEN_COLLECTIONS = 50_000


def render_pdf(html: str, provenance: Provenance | None = None) -> bytes:
    """Draw a self-contained page; with `provenance` the file says in its document information what it was made from.

    Errors: RefusalError when the drawing libraries are missing, or when the page asks for anything but inline data.
    """
    _load_library()
    from weasyprint.urls import FatalURLFetchingError

    from assess.reports.parsed_page import parsed_page

    def finish(document: Any, pdf: Any) -> None:  # noqa: ANN401 - WeasyPrint has no type hints
        _mark_languages(document, pdf)
        _add_information(pdf, provenance)

    try:
        with _few_collections(), _no_drawing_missing():
            fonts = _font_configuration()
            page, sheets = parsed_page(printable(html), fonts)
            pdf: bytes = page.write_pdf(stylesheets=sheets, pdf_variant="pdf/ua-1", font_config=fonts, finisher=finish)
    except FatalURLFetchingError as error:  # a BaseException: `except Exception` would let it end the worker
        raise RefusalError(
            _("The report asks for something outside itself and was not drawn: %(what)s", what=error)
        ) from error
    return pdf


@contextmanager
def _few_collections() -> Iterator[None]:
    """Look for garbage seldom: a page is some hundred thousand objects that are all in use until it is drawn."""
    before = gc.get_threshold()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def give_memory_back() -> None:
    """Hand what a report needed back to the system; the allocator keeps 20 MB of it otherwise. Linux only."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


@contextmanager
def _no_drawing_missing() -> Iterator[None]:
    """Stop where WeasyPrint could not draw a picture; it would only say so in its log, and the report lack a chart."""
    failures = _Failures()
    log = logging.getLogger("weasyprint")
    log.addHandler(failures)
    try:
        yield
    finally:
        log.removeHandler(failures)
    if failures.messages:
        raise DrawingError(_("A picture in the report could not be drawn, so nothing was written."))


class DrawingError(RefusalError):
    """A chart or a logo could not be drawn, or asks for something outside the report."""


class _Failures(logging.Handler):
    """Keeps what WeasyPrint says about pictures it could not draw."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        if str(record.msg).startswith("Failed to render"):
            self.messages.append(record.getMessage())


def _add_information(pdf: Any, provenance: Provenance | None) -> None:  # noqa: ANN401 - WeasyPrint has no type hints
    import pydyf  # type: ignore[import-untyped] # it has no type hints

    for name, value in (provenance.entries() if provenance else {}).items():
        pdf.info[name] = pydyf.String(value)


def _mark_languages(document: Any, pdf: Any) -> None:  # noqa: ANN401 - WeasyPrint has no type hints
    """Tag list items that have a language of their own; WeasyPrint knows the language of the whole document only.

    Items and tags come in the same order, page by page. Should they ever not match, none is tagged: rather no language
    than a wrong one.
    """
    import pydyf

    items = [element for page in document.pages for element in _list_items(page._page_box)]
    tags = [entry for entry in pdf.objects if isinstance(entry, dict) and entry.get("S") == "/LI"]
    if len(items) != len(tags):
        return
    for element, tag in zip(items, tags, strict=True):
        if element.get("lang"):
            tag["Lang"] = pydyf.String(element.get("lang"))


def _list_items(page_box: Any) -> list[Any]:  # noqa: ANN401 - WeasyPrint has no type hints
    """List the items of one page in order, each once; an item that runs on is there again on the next page."""
    boxes = (box for box in page_box.descendants() if box.element_tag == "li" and box.element is not None)
    return list({id(box.element): box.element for box in boxes}.values())


def _load_library() -> None:
    """Import WeasyPrint after the fonts are set; it loads Pango when imported."""
    prepare_fonts()
    try:
        import weasyprint  # noqa: F401 - it loads Pango here, or says that it cannot
    except OSError as error:
        raise RefusalError(
            _(
                "The libraries that draw PDF files are missing. Install them with: apt-get install libpango-1.0-0 "
                "libpangoft2-1.0-0 libharfbuzz-subset0"
            )
        ) from error


@cache
def _font_configuration() -> Any:  # noqa: ANN401 - WeasyPrint has no type hints
    """One for the process: a new one per report reads the fonts again."""
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()
