"""Text in the reader's language, with or without a web request: a thin layer over Babel.

English sentences are the message ids. Chinese lives in `assess/translations/zh/*.po`, one file per room, read once.
The language is a context variable, so that a worker, the command line and a request each have their own.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from gettext import NullTranslations
from importlib import resources
from io import BytesIO

from babel import Locale
from babel.dates import format_date as babel_format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import LazyProxy, Translations

LANGUAGES = ("en", "zh")
HTML_LANGUAGE = {"en": "en", "zh": "zh-CN"}
LANGUAGE_NAMES = {"en": "English", "zh": "简体中文"}
_LOCALES = {"en": Locale("en", "GB"), "zh": Locale("zh", "CN", script="Hans")}
_current: ContextVar[str] = ContextVar("language", default="en")


def current_language() -> str:
    """Return `en` or `zh`."""
    return _current.get()


def set_language(language: str) -> None:
    """Set the language for the rest of this context (a request or a command)."""
    _current.set(_known(language))


@contextmanager
def use_language(language: str) -> Iterator[None]:
    """Speak `language` inside the block and the former one after it."""
    token = _current.set(_known(language))
    try:
        yield
    finally:
        _current.reset(token)


def best_language(accept: str | None, offered: Sequence[str] = LANGUAGES) -> str:
    """Choose from an Accept-Language header or a POSIX locale name; any Chinese becomes `zh`.

    >>> best_language("fr, zh-TW;q=0.5"), best_language("zh-CN", ("en",)), best_language("fr", ("zh", "en"))
    ('zh', 'en', 'zh')
    """
    ranked: list[tuple[float, int, str]] = []
    for place, part in enumerate((accept or "").split(",")):
        tag, _sep, quality = part.strip().partition(";q=")
        language = tag[:2].lower()
        if language in offered:
            ranked.append((-_quality(quality), place, language))
    return min(ranked)[2] if ranked else offered[0]


def gettext(message: str, /, **values: object) -> str:
    """Translate a whole sentence and fill its `%(name)s` places."""
    text = _translations(current_language()).gettext(message)
    return text % values if values else text


def ngettext(singular: str, plural: str, number: int, /, **values: object) -> str:
    """Translate a sentence that counts; `%(num)s` is the number."""
    text = _translations(current_language()).ngettext(singular, plural, number)
    return text % {"num": number, **values}


def lazy_gettext(message: str, /, **values: object) -> LazyProxy:
    """Like gettext, but translated when printed: for class bodies and module constants."""
    return LazyProxy(gettext, message, enable_cache=False, **values)


def format_day(value: date | datetime) -> str:
    """23 November 2026, 2026年11月23日."""
    return babel_format_date(value, format="long", locale=_LOCALES[current_language()])


def format_moment(value: datetime) -> str:
    """Day and clock time: 4 December 2026, 18:00; 2026年12月4日18:00. `value` is already in the reader's zone."""
    joint = ", " if current_language() == "en" else ""
    return f"{format_day(value)}{joint}{value:%H:%M}"


def format_quarter(quarter: str) -> str:
    """Print a cycle label: `2026Q4` is 2026 Q4 in English and 2026年第四季度 in Chinese."""
    year, number = quarter.split("Q")
    if current_language() == "zh":
        return f"{year}年第{'一二三四'[int(number) - 1]}季度"
    return f"{year} Q{number}"


def _known(language: str) -> str:
    if language not in LANGUAGES:
        raise ValueError(f"no such language: {language}")
    return language


def _quality(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0


@cache
def _translations(language: str) -> NullTranslations:
    """All catalogues of one language, merged; English is the source and needs none."""
    merged = Translations()
    folder = resources.files("assess") / "translations" / language
    if folder.is_dir():
        for entry in sorted(folder.iterdir(), key=lambda e: e.name):
            if entry.name.endswith(".po"):
                catalogue = _read(entry.read_bytes(), language)
                merged.merge(catalogue)
                merged.plural = catalogue.plural  # merging keeps the rule of English
    return merged


def _read(po: bytes, language: str) -> Translations:
    catalogue = read_po(BytesIO(po), locale=_LOCALES[language])
    binary = BytesIO()
    write_mo(binary, catalogue)
    binary.seek(0)
    return Translations(binary)
