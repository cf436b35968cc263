"""The fonts of the PDF: those inside the package and no others, so that a report looks the same on every machine.

`prepare_fonts` must run before WeasyPrint is imported: fontconfig reads its configuration once per process.
"""

import hashlib
import logging
import os
import struct
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from xml.sax.saxutils import escape

LATIN = "Source Sans 3"
CHINESE = "Noto Sans SC"
# Both have quotation marks, and the first font of a line decides how they look: the order follows the language.
FONT_ORDER = {"en": (LATIN, CHINESE), "zh": (CHINESE, LATIN)}
MISSING_MARK = "□"
_FILES = {
    (LATIN, False): "SourceSans3-Regular.ttf",
    (LATIN, True): "SourceSans3-SemiBold.ttf",
    (CHINESE, False): "NotoSansSC-Regular.ttf",
    (CHINESE, True): "NotoSansSC-Bold.ttf",
}
_log = logging.getLogger(__name__)


def font_family(language: str) -> str:
    """Return the CSS font list of a language: `'Noto Sans SC', 'Source Sans 3', sans-serif`."""
    return ", ".join([*(f"'{name}'" for name in FONT_ORDER[language]), "sans-serif"])


def prepare_fonts() -> None:
    """Point fontconfig at the package's fonts; the environment keeps this for child processes."""
    if "weasyprint" not in sys.modules:
        os.environ["FONTCONFIG_FILE"] = str(_configuration())


def printable(text: str) -> str:
    """Replace what the fonts cannot draw by a visible mark, drop invisible controls, and log the code points.

    Emoji, scripts other than Latin, Greek, Cyrillic and Chinese, and the rarest Chinese characters become □: a reader
    sees that something stood there. Direction and joining controls vanish, so a name cannot reorder the line around it.

    >>> printable("Team 🚀 七")
    'Team □ 七'
    """
    normal = unicodedata.normalize("NFC", text)
    unusual = {c for c in set(normal) if ord(c) not in _coverage(LATIN) and c not in "\n\t"}
    if not unusual:
        return normal
    replacements = {ord(c): _replacement(c) for c in unusual}
    lost = sorted(f"U+{ord(c):04X}" for c in unusual if replacements[ord(c)] == MISSING_MARK)
    if lost:
        _log.warning("report text has characters outside the fonts: %s", " ".join(lost))
    return normal.translate(replacements)


def text_width(text: str, size: float, *, language: str, bold: bool = False) -> float:
    """Width of one line in the unit of `size`, from the advance widths of the fonts (1 em for an unknown character).

    Chinese bold is measured with the regular file: Chinese characters are one em in both, and loading one big font less
    saves a third of a second.
    """
    return sum(_advance(c, language, bold) for c in text) * size / 1000


def _replacement(character: str) -> str:
    if ord(character) in _coverage(CHINESE):
        return character
    category = unicodedata.category(character)
    invisible = category in {"Cf", "Cc"} or 0xFE00 <= ord(character) <= 0xFE0F
    return "" if invisible else MISSING_MARK


@cache
def _advance(character: str, language: str, bold: bool) -> int:
    for name in FONT_ORDER[language]:
        widths = _widths(name, bold and name == LATIN)
        if ord(character) in widths:
            return widths[ord(character)]
    return 1000


@cache
def _coverage(name: str) -> frozenset[int]:
    return frozenset(_widths(name, False))


@cache
def _widths(name: str, bold: bool) -> dict[int, int]:
    """Read the advance widths of a font, by code point, from its tables.

    By hand, because fontTools names thirty thousand glyphs on the way: a third of a second and 15 MB that stay.
    """
    from fontTools.ttLib import TTFont

    with resources.as_file(resources.files("assess") / "fonts" / _FILES[name, bold]) as path, TTFont(path) as font:
        characters, metrics, header = (font.reader[table] for table in ("cmap", "hmtx", "hhea"))
    count = int.from_bytes(header[34:36], "big")  # of advances; glyphs behind them are as wide as the last
    advances = [advance for advance, _bearing in struct.iter_unpack(">Hh", metrics[: 4 * count])]
    return {code: advances[min(glyph, count - 1)] for code, glyph in _glyphs(characters)}


def _glyphs(table: bytes) -> Iterator[tuple[int, int]]:
    """Read which glyph belongs to which code point (OpenType: cmap, format 12, the one with all of Unicode)."""
    for place in range(int.from_bytes(table[2:4], "big")):
        start = int.from_bytes(table[8 + 8 * place : 12 + 8 * place], "big")
        if table[start : start + 2] != b"\x00\x0c":
            continue
        (groups,) = struct.unpack_from(">L", table, start + 12)
        for first, last, glyph in struct.iter_unpack(">LLL", table[start + 16 : start + 16 + 12 * groups]):
            yield from zip(range(first, last + 1), range(glyph, glyph + last - first + 1), strict=True)
        return
    raise ValueError("the font has no table of all characters")


@cache
def _configuration() -> Path:
    """Write the fontconfig file; it includes nothing of the system, and its cache lies in a folder of this account."""
    fonts = str(resources.files("assess") / "fonts")
    folder = _writable_folder(hashlib.sha256(fonts.encode()).hexdigest()[:16])
    text = (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
        f"<dir>{escape(fonts)}</dir>\n<cachedir>{escape(str(folder / 'cache'))}</cachedir>\n"
        f"<alias><family>sans-serif</family><prefer><family>{LATIN}</family><family>{CHINESE}</family></prefer></alias>\n"
        "</fontconfig>\n"
    )
    path = folder / "fonts.conf"
    if not path.is_file() or path.read_text() != text:
        with tempfile.NamedTemporaryFile("w", dir=folder, delete=False, suffix=".conf") as new:
            new.write(text)
        Path(new.name).replace(path)
    return path


def _writable_folder(name: str) -> Path:
    """Return this account's cache folder, or a private temporary one where the home folder is read-only."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base / "assess" / "fontconfig" / name
    try:
        (folder / "cache").mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return Path(tempfile.mkdtemp(prefix="assess-fonts-"))
