"""Both languages are first-class: a sentence in one language only fails here."""

import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "_l": None, "_n": (1, 2), "ngettext": (1, 2)}
PLACES = re.compile(r"%\((\w+)\)[sd]")
HAN = re.compile(r"[\u4e00-\u9fff]")


def sources() -> Iterator[tuple[Path, str]]:
    """List every file that may hold text for people with Babel's name for its kind."""
    for path in sorted((ROOT / "assess").rglob("*.py")):
        yield path, "python"
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix in {".html", ".txt", ".xml"}:
            yield path, "jinja2"


def used_sentences() -> dict[str, str]:
    """Map each message id to a file that uses it."""
    found: dict[str, str] = {}
    for path, kind in sources():
        options = {"extensions": "jinja2.ext.i18n"} if kind == "jinja2" else {}
        for _line, message, _comments, _context in extract(
            kind, BytesIO(path.read_bytes()), keywords=KEYWORDS, options=options
        ):
            single = message[0] if isinstance(message, tuple) else message
            if single:
                found[single] = str(path.relative_to(ROOT))
    return found


@cache
def catalogues() -> dict[str, Catalog]:
    return {
        path.name: read_po(BytesIO(path.read_bytes()), abort_invalid=True)
        for path in sorted((ROOT / "assess" / "translations" / "zh").glob("*.po"))
    }


@cache
def translated() -> dict[str, tuple[str, str]]:
    """Map each message id to its Chinese and the catalogue it stands in."""
    result: dict[str, tuple[str, str]] = {}
    for name, catalogue in catalogues().items():
        for message in catalogue:
            if message.id:
                single = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
                text = message.string[0] if isinstance(message.string, (tuple, list)) else message.string
                assert not message.fuzzy, f"{name}: {single!r} is marked fuzzy"
                result[single] = (text or "", name)
    return result


def test_every_sentence_has_its_chinese() -> None:
    have = translated()
    missing = {s: where for s, where in used_sentences().items() if not have.get(s, ("", ""))[0]}
    assert not missing


def test_no_chinese_stands_for_a_sentence_that_is_gone() -> None:
    assert not set(translated()) - set(used_sentences())


def test_one_sentence_has_one_translation() -> None:
    seen: dict[str, tuple[str, str]] = {}
    for name, catalogue in catalogues().items():
        for message in catalogue:
            if message.id:
                key = str(message.id)
                text = str(message.string)
                assert seen.setdefault(key, (text, name))[0] == text, f"{key} differs in {name} and {seen[key][1]}"


@pytest.mark.parametrize("sentence", sorted(translated()))
def test_a_translation_fills_the_same_places(sentence: str) -> None:
    text, name = translated()[sentence]
    wanted = set(PLACES.findall(sentence))
    got = set(PLACES.findall(text))
    # A plural's English singular may spell the number out.
    assert got - {"num"} == wanted - {"num"}, f"{name}: {sentence!r} -> {text!r}"


def test_chinese_is_chinese() -> None:
    words = re.compile(r"[A-Za-z]{3,} [A-Za-z]{3,} [A-Za-z]{3,}")
    for sentence, (text, name) in translated().items():
        if words.search(PLACES.sub("", sentence)):
            assert HAN.search(text), f"{name}: {sentence!r} -> {text!r}"
