"""All that an adversary sees in a file: printed text, metadata, alternative texts, bookmarks, attachments."""

import io
import re
import subprocess
from collections.abc import Mapping, Sequence
from html import unescape
from typing import Any

import pikepdf

from tests.reports.reading import structure

_NUMBER = re.compile(r"(?<![\w.])[+−-]?\d+(?:[.,]\d+)*")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*(?:%|%|per ?cent|个百分点)")
_TAG = re.compile(r"<[^>]+>")
_SPOKEN = re.compile(r'(?:alt|title|aria-label|content)="([^"]*)"')
_STYLE = re.compile(r"<style.*?</style>", re.DOTALL)
HEX = re.compile(r"[0-9a-f]{12,}")


def printed(content: bytes) -> str:
    """Read the printed text, page after page."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True)
    return done.stdout.decode()


def pages(content: bytes) -> list[str]:
    return printed(content).split("\f")[:-1]


def spoken(content: bytes) -> list[str]:
    """Read what is not printed: alternative texts, document information, XMP, bookmarks, names of attachments."""
    with pikepdf.open(io.BytesIO(content)) as document:
        texts = [
            str(element[key])
            for element in structure(document)
            for key in ("/Alt", "/ActualText", "/E", "/T")
            if key in element
        ]
        texts += [str(value) for value in document.docinfo.values()]
        metadata = document.Root.get("/Metadata")
        if metadata is not None:
            texts.append(_TAG.sub(" ", metadata.read_bytes().decode()))
        with document.open_outline() as outline:
            texts += [item.title for item in _all(outline.root)]
        texts += list(document.attachments)
        for page in document.pages:
            texts += [str(note.get("/Contents", "")) for note in page.get("/Annots", [])]
    return texts


def _all(items: Sequence[Any]) -> list[Any]:
    return [found for item in items for found in [item, *_all(item.children)]]


def everything(content: bytes) -> str:
    return "\n".join([printed(content), *spoken(content)])


def text_of_page(html: str) -> str:
    """Read the text of a page with its attributes; styles carry no text."""
    bare = _STYLE.sub(" ", html)
    return unescape("\n".join([_TAG.sub("\n", bare), *_SPOKEN.findall(bare)]))


def numbers(text: str) -> list[str]:
    """List every number; checksums and hashes are no numbers."""
    return _NUMBER.findall(HEX.sub(" ", text))


def percents(text: str) -> list[float]:
    return [float(found) for found in _PERCENT.findall(text)]


def without_checksums(text: str) -> str:
    return HEX.sub("#", text)


def replaced(text: str, names: Mapping[str, str]) -> str:
    for name, other in names.items():
        text = text.replace(name, other)
    return text
