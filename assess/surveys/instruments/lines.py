"""Where in a TOML file each table and key stands: tomllib reads values but forgets lines."""

import re
import tomllib
from collections import Counter
from pathlib import PurePath

from assess.errors import InputError
from assess.localisation import gettext as _

_HEADER = re.compile(r"^\s*\[\[?\s*([\w.\-\"']+(?:\s*\.\s*[\w.\-\"']+)*)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"^\s*((?:[\w\-]+|\"[^\"]*\")(?:\s*\.\s*(?:[\w\-]+|\"[^\"]*\"))*)\s*=")
_SYNTAX_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_NUMBERED_TABLES = ("dimensions", "items", "outcomes", "comments")


class TomlSource:
    """The text of one TOML file, its values, and the way back from a key to its line."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self._lines = _key_lines(text)

    def read(self) -> dict[str, object]:
        """Parse; InputError with line and reason when the syntax is wrong."""
        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            found = _SYNTAX_LINE.search(str(error))
            line = int(found[1]) if found else self.text.count("\n") + 1
            raise self._error(line, _("This is not valid TOML: %(why)s", why=_why(str(error)))) from error

    def error(self, path: tuple[str, ...], reason: str) -> InputError:
        """Name the file and the line of `path`, or of the nearest table around it."""
        for end in range(len(path), 0, -1):
            line = self._lines.get(".".join(path[:end]))
            if line is not None:
                return self._error(line, reason)
        return self._error(1, reason)

    def _error(self, line: int, reason: str) -> InputError:
        name = PurePath(self.file).name
        return InputError(_("%(file)s, line %(line)d: %(reason)s", file=name, line=line, reason=reason))


def _why(said: str) -> str:
    """Say in the reader's language what the parser, which speaks English alone, has found."""
    reasons = (
        (("Cannot", "Duplicate"), _("something is there twice; keep it once.")),
        (("Expected '='", "Invalid statement", "Invalid initial"), _('a line has the form key = "value".')),
        (("Expected newline",), _("after the value the line has to end; write one key a line.")),
        (("Unclosed", "Expected ']", "Expected '}"), _("a bracket is never closed; close it.")),
        (("Invalid value", "Invalid date"), _("there is no value, or none in quotes; write texts in quotes.")),
        (
            ("Unterminated", "Unescaped", "Escaped", "Illegal", "Invalid hex", "Found invalid", "Expected"),
            _("a text does not end where it should; begin and end it with a quotation mark."),
        ),
    )
    return next((why for heads, why in reasons if said.startswith(heads)), _("it cannot be read; correct this line."))


def _key_lines(text: str) -> dict[str, int]:
    """Map `items.3.text.en` (tables in arrays count from 0) to its line, from 1; the first mention wins."""
    lines: dict[str, int] = {}
    counts: Counter[str] = Counter()
    table = ""
    inside_text = ""  # the quotes that end a text of several lines
    for number, line in enumerate(text.splitlines(), start=1):
        if inside_text:
            inside_text = "" if inside_text in line else inside_text
            continue
        if header := _HEADER.match(line):
            table = _table_path(_plain(header[1]), counts, repeated=line.lstrip().startswith("[["))
            _remember(lines, table, number)
        elif key := _KEY.match(line):
            _remember(lines, f"{table}.{_plain(key[1])}".lstrip("."), number)
        inside_text = next((quotes for quotes in ('"""', "'''") if line.count(quotes) % 2), "")
    return lines


def _table_path(name: str, counts: Counter[str], *, repeated: bool) -> str:
    if repeated:
        counts[name] += 1
        return f"{name}.{counts[name] - 1}"
    first, dot, rest = name.partition(".")
    if first in _NUMBERED_TABLES and counts[first]:  # [items.text] belongs to the last [[items]]
        return f"{first}.{counts[first] - 1}{dot}{rest}"
    return name


def _remember(lines: dict[str, int], path: str, number: int) -> None:
    parts = path.split(".")
    for end in range(len(parts), 0, -1):
        lines.setdefault(".".join(parts[:end]), number)


def _plain(name: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in name.split("."))
