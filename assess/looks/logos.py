"""A logo from a file: checked, drawn once, and written anew, so that nothing but a picture is kept."""

import io
import warnings
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from assess.errors import InputError
from assess.localisation import gettext as _
from assess.looks.drawings import clean_drawing
from assess.looks.look import Logo

MOST_BYTES = 1_000_000
MOST_PIXELS = 16_000_000
_ROOM = (1200, 480)  # pixels a report can show: 50 mm by 20 mm at 600 dots an inch
_FORMATS = ("PNG", "JPEG")


def read_logo(path: Path) -> Logo:
    """Read a PNG, JPEG or SVG file of at most 1 MB.

    Errors: InputError with the remedy for a file that is none of these, too large packed or unpacked, or that holds
    more than a picture.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputError(
            _(
                "%(file)s cannot be read (%(what)s); check the path.",
                file=path,
                what=error.strerror or type(error).__name__,
            )
        ) from error
    return logo_from(content, path.name)


def logo_from(content: bytes, name: str) -> Logo:
    """Read a logo that was sent, under the name its file had. Errors as above."""
    if len(content) > MOST_BYTES:
        raise InputError(_("%(file)s is larger than 1 MB; save the logo smaller.", file=name))
    if b"<svg" in content[:4096] or content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return Logo(clean_drawing(content, name), "image/svg+xml")
    return Logo(_repainted(content, name), "image/png")


def _repainted(content: bytes, file: str) -> bytes:
    """Take over the pixels alone: no metadata, no colour profile, no second picture."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:  # the header tells; nothing is unpacked yet
                    raise _too_many_pixels(file)
                picture.load()
                upright = ImageOps.exif_transpose(picture)
                painted = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels(file) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, Warning) as error:
        raise InputError(
            _("%(file)s is no picture that can be read; save it as PNG, JPEG or SVG.", file=file)
        ) from error
    painted.thumbnail(_ROOM)
    out = io.BytesIO()
    Image.frombytes(painted.mode, painted.size, painted.tobytes()).save(out, "PNG", optimize=True)
    return out.getvalue()


def _too_many_pixels(file: str) -> InputError:
    return InputError(_("%(file)s has more than 16 million pixels; save the logo smaller.", file=file))
