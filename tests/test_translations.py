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
ONE_WORD = {  # English, the Chinese of docs/glossary.md, and what else it has been called
    r"check words": ("校验词", "核对词|核对码"),
    r"audit log": ("操作日志", "审计日志"),
    r"key holder": ("密钥保管人", "密钥持有人"),
    r"opening code": ("开封码", "开启码|打开码"),
    r"recovery code": ("恢复码", "备用码"),
    r"second step": ("两步验证", "第二步验证|二次验证"),
    r"one-time link": ("一次性链接", "单次链接"),
    r"personal link": ("专属链接", "个人链接"),
    r"one-pager": ("结果一页", "一页简报|单页"),
    r"(response|participation) rate|% response": ("参与率", "作答率|回复率"),
    r"authenticator": ("身份验证器", "(?<!身份)验证器"),
    r"team tree": ("团队架构", "团队树|团队结构|组织架构"),
    r"\broster": ("名册", "花名册"),
    r"\bsurveys? (has |is )?open": (".", "开启"),
    r"\bsealed (envelope|to)": ("封存", "密封|加封"),
}
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][:,;!?(]|[:,;!?)][\u4e00-\u9fff]")
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


@pytest.mark.parametrize("english", ONE_WORD)
def test_one_thing_has_one_word(english: str) -> None:
    wanted, others = ONE_WORD[english]
    asked = re.compile(english, re.IGNORECASE)
    named = {text for sentence, (text, _name) in translated().items() if asked.search(sentence)}
    assert named
    typed = ("--accept-short-roster", "assess ")  # what is typed on the command line stays English
    assert not {text for text in named if not re.search(wanted, text) and not any(t in text for t in typed)}
    assert not {text for text, _name in translated().values() if re.search(others, text)}


def test_punctuation_beside_chinese_is_full_width() -> None:
    assert not {text for text, _name in translated().values() if HALF_WIDTH.search(PLACES.sub("A", text))}
