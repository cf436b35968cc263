"""A logo as SVG: shapes and colour runs are taken over, everything that could act or fetch is refused.

Nothing of the file itself is kept: a new drawing is written from what is on the lists below.
"""

import re
from xml.etree.ElementTree import Element, SubElement, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from assess.errors import InputError
from assess.localisation import gettext as _

_SVG = "{http://www.w3.org/2000/svg}"
_SHAPES = {"svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon"}
_COLOURS = {"defs", "linearGradient", "radialGradient", "stop", "clipPath"}
_SILENT = {"title", "desc", "metadata"}  # left out without a word: they draw nothing
_PAINT = (
    *("fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "stroke-linecap"),
    *("stroke-linejoin", "stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset", "opacity", "clip-path"),
    *("clip-rule", "stop-color", "stop-opacity", "color"),
)
_PLACES = (
    *("id", "d", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy", "width", "height"),
    *("points", "transform", "viewBox", "preserveAspectRatio", "offset", "gradientUnits", "gradientTransform"),
    *("spreadMethod", "clipPathUnits"),
)
_ALLOWED = {*_PAINT, *_PLACES}
_VALUE = re.compile(r"[\w\s.,#%()+-]*", re.ASCII)
_OWN_PAINT = re.compile(r"url\(#[\w-]{1,64}\)", re.ASCII)
_FUNCTIONS = re.compile(r"(\w+)\s*\(")
_HARMLESS = {"rgb", "rgba", "hsl", "hsla", "matrix", "translate", "scale", "rotate", "skewX", "skewY"}
_MOST_PARTS, _DEEPEST = 3_000, 40


def clean_drawing(content: bytes, file: str) -> bytes:
    """Write a drawing anew from its harmless parts.

    Errors: InputError naming the first part that is not taken: scripts, styles, texts, pictures, references, and
    entities whatever they stand for.
    """
    try:
        root = fromstring(content, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException as error:
        raise InputError(
            _("%(file)s declares a document type or entities; save it as “plain SVG” or PNG.", file=file)
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        raise InputError(_("%(file)s is no SVG that can be read; save it as PNG.", file=file)) from error
    if root.tag != f"{_SVG}svg":
        raise InputError(_("%(file)s is no SVG that can be read; save it as PNG.", file=file))
    if sum(1 for _part in root.iter()) > _MOST_PARTS:
        raise InputError(_("%(file)s has more than 3,000 parts; simplify the drawing or save it as PNG.", file=file))
    clean = Element("svg", {"xmlns": _SVG[1:-1], **_attributes(root, file)})
    if "viewBox" not in clean.attrib and not {"width", "height"} <= clean.attrib.keys():
        raise InputError(_("%(file)s does not say how large it is; save it with a viewBox, or as PNG.", file=file))
    _take_over(root, clean, file, depth=1)
    return tostring(clean)


def _take_over(source: Element, target: Element, file: str, *, depth: int, within_clip: bool = False) -> None:
    if depth > _DEEPEST:
        raise _refused(file, "g")
    for part in source:
        if not part.tag.startswith(_SVG):
            continue  # what drawing programs note for themselves; comments are gone already
        name = part.tag.removeprefix(_SVG)
        if name in _SILENT:
            continue
        if name not in _SHAPES | _COLOURS:
            raise _refused(file, name)
        attributes = _attributes(part, file)
        if "clip-path" in attributes and (within_clip or name == "clipPath"):
            raise _refused(file, "clip-path")  # a path that is clipped by itself would be drawn for ever
        inside = within_clip or name == "clipPath"
        _take_over(part, SubElement(target, name, attributes), file, depth=depth + 1, within_clip=inside)


def _attributes(part: Element, file: str) -> dict[str, str]:
    """Take over places and paint; a `style` is taken apart, what drawing programs note for themselves is left out."""
    found: dict[str, str] = {}
    for name, value in part.attrib.items():
        if name == "style":
            pairs = [entry.split(":", 1) for entry in value.split(";") if ":" in entry]
            found |= {key.strip(): text.strip() for key, text in pairs if key.strip() in _PAINT}
        elif name.rpartition("}")[2].lower().startswith("on") or name.rpartition("}")[2] == "href":
            raise _refused(file, name.rpartition("}")[2])
        elif name in _ALLOWED:
            found[name] = value
    for name, value in found.items():
        if not _is_harmless(value):
            raise _refused(file, f"{name}={value[:40]}")
    return found


def _is_harmless(value: str) -> bool:
    if _OWN_PAINT.fullmatch(value.strip()):
        return True
    return _VALUE.fullmatch(value) is not None and set(_FUNCTIONS.findall(value)) <= _HARMLESS


def _refused(file: str, part: str) -> InputError:
    return InputError(
        _(
            "%(file)s holds “%(part)s”, which a logo may not have; turn texts into paths and save it as “plain SVG”, "
            "or as PNG.",
            file=file,
            part=part[:60],
        )
    )
