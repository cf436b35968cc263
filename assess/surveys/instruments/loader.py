"""Read an instrument from TOML; a wrong file is refused with its name, the line and the reason."""

from functools import cache
from importlib import resources
from pathlib import Path

from assess.errors import InputError
from assess.localisation import gettext as _
from assess.surveys.instruments.lines import TomlSource
from assess.surveys.instruments.model import Instrument
from assess.surveys.instruments.parse import parse_instrument

BUILT_IN = ("team24", "team16")
MAX_BYTES = 1_000_000  # a questionnaire of this size is none


def load_instrument(code_or_path: str | Path) -> Instrument:
    """Load a built-in instrument by its code or any other from a TOML file.

    Errors: InputError when there is no such file or code, or with the line and the reason when the file is wrong.
    """
    if isinstance(code_or_path, str) and code_or_path in BUILT_IN:
        return _built_in(code_or_path)
    path = Path(code_or_path)
    return parse_text(path.name, _text_of(path))


def instrument_source(code_or_path: str | Path) -> str:
    """Give the TOML text of an instrument, comments included."""
    if isinstance(code_or_path, str) and code_or_path in BUILT_IN:
        return _built_in_text(code_or_path)
    return _text_of(Path(code_or_path))


def instrument_text(name: str, content: bytes) -> str:
    """Decode the bytes of an instrument file called `name`; InputError for what is too large or not UTF-8."""
    if len(content) > MAX_BYTES:
        raise InputError(_("%(file)s is larger than 1 MB and cannot be an instrument; name a TOML file.", file=name))
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise InputError(
            _("%(file)s, line %(line)d: The text is not UTF-8; save the file as UTF-8.", file=name, line=line)
        ) from error


def parse_text(name: str, text: str) -> Instrument:
    """Parse the text of an instrument file called `name`. Errors: InputError with the line and the reason."""
    return parse_instrument(TomlSource(name, text), built_in=_base)


@cache
def _built_in(code: str) -> Instrument:
    return parse_text(f"{code}.toml", _built_in_text(code))


def _built_in_text(code: str) -> str:
    return resources.files("assess.surveys.instruments").joinpath(f"{code}.toml").read_text(encoding="utf-8")


def _base(code: str) -> Instrument | None:
    return _built_in(code) if code in BUILT_IN else None


def _text_of(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise InputError(
            _(
                "There is no instrument %(name)s: no such file, and the built-in instruments are %(known)s.",
                name=str(path),
                known=", ".join(BUILT_IN),
            )
        ) from error
    except OSError as error:
        raise InputError(
            _("%(file)s cannot be read (%(what)s); check the path.", file=str(path), what=error.strerror or "")
        ) from error
    return instrument_text(path.name, content)
