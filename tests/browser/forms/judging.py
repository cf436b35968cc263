"""Whether a sentence is in the reader's language, apart from names, formats and what the reader has typed."""

import re
from collections.abc import Iterable

SIGNS = re.compile(r"[\x00-\x1f\x7f\ufffd]")
BEGINNING = 12
"""So many letters of a long text are enough to know it by."""
HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]")
WORD = re.compile(r"[A-Za-z]{2,}")
NAMES = re.compile(
    r"anna@example\.com|Europe/Berlin|Asia/Shanghai|assess [a-z]+|ASSESS_[A-Z_]+"
    r"|[a-z0-9_]+\.(?:csv|xlsx|json|txt|toml)|team24|key = .value."
    r"|(?<![A-Za-z_])(?:TOML|PNG|JPEG|SVG|CSV|XLSX|JSON|UTF-8|MB|HR|Assess|script)(?![A-Za-z])"
    r"|(?<![A-Za-z_])(?:team|parent|function|founded_on|leader_email|former_name)(?=[列, 。”])"
    r"|(?<![A-Za-z_])(?:name|email|mail_language|chat_id)(?=[列, 。”])"
)
"""What is called so in every language."""


def not_in(language: str, sentence: str, typed: Iterable[str] = ()) -> str:
    """Say what is wrong with the language of a sentence; nothing if it is right.

    >>> not_in("zh", "“Hallo”不是日期，请写成2027-01-31。", ["Hallo"]), not_in("en", "Write a day like 2026-12-01.")
    ('', '')
    >>> not_in("zh", "请填写 field")
    'field'
    >>> not_in("zh", "2027-01-31"), not_in("en", "请填写")
    ('no Han character', '请填写')
    """
    rest = _without(NAMES.sub(" ", sentence), typed)
    if language == "en":
        return "".join(HAN.findall(rest)) or ("" if WORD.search(rest) else "no word")
    return " ".join(WORD.findall(rest)) or ("" if HAN.search(rest) else "no Han character")


def _without(sentence: str, typed: Iterable[str]) -> str:
    """Leave out what was typed; a message may repeat only the beginning of it, cleaned and in small letters."""
    rest = _plain(sentence)
    for text in sorted(map(_plain, typed), key=len, reverse=True):
        shortest = 1 if text[:1] > "\x7f" else min(len(text), BEGINNING)
        for length in range(len(text), max(shortest, 1) - 1, -1):
            if text[:length] in rest:
                rest = rest.replace(text[:length], " ")
                break
    return rest


def _plain(text: str) -> str:
    return " ".join(SIGNS.sub("", text).split()).lower()
