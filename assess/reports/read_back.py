"""Reading a finished report back: what it says of itself, and every word and number in it.

It reads the files our own renderer writes (packed objects, tagged text, a character map for each font) and is no reader
of PDF files in general: what it cannot read was not written by us, or was saved anew by another program.
"""

import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from assess.errors import InputError
from assess.localisation import gettext as _

_HEAD = re.compile(rb"%PDF-\d\.\d\n%\xf0\x9f\x96\xa4\n")  # the mark of the library that writes our files
_STREAM = re.compile(rb"(?<!\d)(\d+) 0 obj\s<<([^\n]*)>>\sstream\n")
_STRING = re.compile(r"/(\w+) (?:\(((?:\\.|[^\\)])*)\)|<([0-9a-f]*)>)", re.DOTALL)
_MOST_BYTES = 64 * 1024 * 1024  # of one unpacked stream; a report has a hundredth of it
_ARTIFACT = -1
_SPAN = "/S /Span/"


@dataclass(frozen=True)
class ReadBack:
    """The document information, and every passage (a paragraph, a cell, the text of a chart) without its blanks.

    Running heads and page numbers are outside the tags and left out: where pages break is the renderer's affair.
    """

    information: Mapping[str, str]
    passages: Counter[str]

    @property
    def numbers(self) -> Counter[str]:
        """Every number in it, with how often it stands there."""
        return Counter(
            number for passage in self.passages.elements() for number in re.findall(r"\d+(?:[.,]\d+)*", passage)
        )


def read_back(content: bytes) -> ReadBack:
    """Read a report. InputError for anything our renderer did not write."""
    try:
        if not _HEAD.match(content):
            raise ValueError("written by another program")
        objects, streams = _unpacked(content)
        return ReadBack(_information(content, objects), Counter(_passages(objects, streams)))
    except (ValueError, KeyError, IndexError, zlib.error) as error:
        raise InputError(
            _("This is no report of Assess, or another program has saved it anew; use the file as it was written.")
        ) from error


def _unpacked(content: bytes) -> tuple[dict[int, str], dict[int, str]]:
    """Return the objects, and the contents of the streams that draw or map characters, by number."""
    objects: dict[int, str] = {}
    streams: dict[int, str] = {}
    for found in _STREAM.finditer(content):
        number, entries = int(found[1]), found[2].decode("latin-1")
        if "/FontFile" in entries or "/Length1 " in entries or "/Filter /FlateDecode" not in entries:
            continue
        start = found.end()
        packed = content[start : start + _number(entries, "Length")]
        text = zlib.decompressobj().decompress(packed, _MOST_BYTES).decode("latin-1")
        if "/Type /ObjStm" in entries:
            objects |= _packed_objects(text, _number(entries, "First"))
        else:
            streams[number] = text
            objects[number] = entries
    return objects, streams


def _packed_objects(text: str, first: int) -> dict[int, str]:
    index = [int(word) for word in text[:first].split()]
    starts = [first + place for place in index[1::2]]
    ends = [*starts[1:], len(text)]
    return {number: text[start:end] for number, start, end in zip(index[::2], starts, ends, strict=True)}


def _information(content: bytes, objects: Mapping[int, str]) -> dict[str, str]:
    tail = content[content.rindex(b"/Type /XRef") :].decode("latin-1")
    return {name: _string(plain, coded) for name, plain, coded in _STRING.findall(objects[_reference(tail, "Info")])}


def _string(plain: str, coded: str) -> str:
    if coded:
        return bytes.fromhex(coded).decode("utf-16")
    return re.sub(r"\\(.)", r"\1", plain)


def _passages(objects: Mapping[int, str], streams: Mapping[int, str]) -> Iterator[str]:
    """Walk the tag tree and join the lines of each element; what is drawn without a mark stands alone."""
    fonts = {
        entries.split("/BaseFont /")[1][:6]: _character_map(streams[_reference(entries, "ToUnicode")])
        for entries in objects.values()
        if "/ToUnicode " in entries
    }
    lines: dict[tuple[int, int], str] = {}
    for number, text in streams.items():
        for mark, drawn in _drawn(text, fonts):
            if mark is None:
                yield _without_blanks(drawn)
            else:
                lines[number, mark] = lines.get((number, mark), "") + drawn
    (root,) = (entries for entries in objects.values() if "/Type /StructTreeRoot" in entries)
    waiting = list(_kids(root, objects))
    while waiting:
        element = waiting.pop()
        waiting += _kids(element, objects)
        for name, plain, coded in _STRING.findall(element):
            if name == "Alt":
                yield _without_blanks(_string(plain, coded))
        own = "" if _SPAN in element else _own_text(element, objects, lines)
        if own:
            yield _without_blanks(own)


def _own_text(element: str, objects: Mapping[int, str], lines: Mapping[tuple[int, int], str]) -> str:
    """Join what the element draws itself, and the spans in it (each of its lines is one)."""
    page = re.search(r"/Pg (\d+) 0 R", element)
    sheet = _reference(objects[int(page[1])], "Contents") if page else 0
    own = "".join(lines.get((sheet, mark), "") for mark in _marks(element))
    return own + "".join(_own_text(kid, objects, lines) for kid in _kids(element, objects) if _SPAN in kid)


def _kids(element: str, objects: Mapping[int, str]) -> list[str]:
    kids = re.search(r"/K \[([^]]*)\]", element)
    return [objects[int(number)] for number in re.findall(r"(\d+) 0 R", kids[1])] if kids else []


def _marks(element: str) -> list[int]:
    kids = re.search(r"/K \[([^]]*)\]", element)
    return [int(number) for number in re.sub(r"\d+ 0 R", "", kids[1]).split() if number.isdecimal()] if kids else []


def _drawn(text: str, fonts: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[int | None, str]]:
    """Go through a stream, one operator a line, and give each drawn text with its mark; decoration is left out."""
    marks: list[int | None] = [None]
    next_mark: int | None = None
    font: Mapping[str, str] = {}
    for before, line in pairwise(["", *text.split("\n")]):
        if line.startswith("<</MCID "):
            next_mark = int(line[8:].rstrip(">"))
        elif line == "BMC":
            marks.append(_ARTIFACT if before == "/Artifact" else marks[-1])
        elif line == "BDC":
            marks.append(next_mark)
        elif line == "EMC":
            marks.pop()
        elif line.endswith(" Tf"):
            font = fonts[line[1:7]]
        elif line.endswith((" TJ", " Tj")) and _ARTIFACT not in marks:
            glyphs = "".join(re.findall(r"<([0-9a-f]*)>", line))
            yield marks[-1], "".join(font[glyphs[place : place + 4]] for place in range(0, len(glyphs), 4))


def _character_map(text: str) -> dict[str, str]:
    body = "".join(re.findall(r"beginbfchar(.*?)endbfchar", text, re.DOTALL))
    return {glyph: bytes.fromhex(code).decode("utf-16-be") for glyph, code in re.findall(r"<(\w+)> <(\w+)>", body)}


def _number(entries: str, name: str) -> int:
    return int(re.findall(rf"/{name} (\d+)", entries)[0])


def _reference(entries: str, name: str) -> int:
    return int(re.findall(rf"/{name} (\d+) 0 R", entries)[0])


def _without_blanks(text: str) -> str:
    return re.sub(r"\s+", "", text)
