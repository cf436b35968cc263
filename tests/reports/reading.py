"""Readers of finished PDFs: the tag tree, and the place of every word."""

import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pikepdf

WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')


def structure(document: pikepdf.Pdf) -> Iterator[pikepdf.Dictionary]:
    """Walk all elements of the tag tree in reading order."""
    waiting: list[Any] = [document.Root.StructTreeRoot]
    while waiting:
        element = waiting.pop()
        if isinstance(element, pikepdf.Array):
            waiting += reversed(list(element))
        elif isinstance(element, pikepdf.Dictionary):
            if "/S" in element:
                yield element
            if "/K" in element:
                waiting.append(element.K)


def boxes(content: bytes) -> Iterator[list[tuple[float, float, float, float, str]]]:
    """Read the middle of the box of every word, page by page; fonts leave air above and below their letters."""
    done = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=content, capture_output=True, check=True)
    for sheet in done.stdout.decode().split("<page ")[1:]:
        found = []
        for *numbers, text in WORD.findall(sheet):
            left, top, right, bottom = map(float, numbers)
            air = (bottom - top) / 4
            found.append((left, top + air, right, bottom - air, text))
        yield found
