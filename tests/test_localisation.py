"""Text follows the reader, with and without a request."""

from datetime import UTC, datetime

import pytest

from assess.localisation import (
    best_language,
    current_language,
    format_day,
    format_moment,
    format_quarter,
    gettext,
    lazy_gettext,
    ngettext,
    use_language,
)

SENTENCE = "ASSESS_TIME_ZONE: “%(name)s” is no time zone. Use a name such as Europe/Berlin or Asia/Shanghai."


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-GB,en;q=0.9,zh;q=0.2", "en"),
        ("fr-FR,zh-TW;q=0.5", "zh"),
        ("de", "en"),
        ("", "en"),
        (None, "en"),
        ("zh_CN.UTF-8", "zh"),
        ("en;q=oops,zh;q=0.1", "zh"),
    ],
)
def test_the_browser_chooses_the_language(header: str | None, language: str) -> None:
    assert best_language(header) == language


def test_a_lazy_sentence_follows_the_reader_not_the_import() -> None:
    lazy = lazy_gettext(SENTENCE, name="X")
    with use_language("zh"):
        assert "时区" in str(lazy)
    assert str(lazy).startswith("ASSESS_TIME_ZONE: “X” is no time zone.")


def test_the_language_returns_after_the_block_even_after_an_error() -> None:
    with pytest.raises(RuntimeError), use_language("zh"):
        raise RuntimeError
    assert current_language() == "en"


def test_an_unknown_language_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="no such language"), use_language("fr"):
        pass


def test_days_moments_and_quarters_read_right_in_both_languages() -> None:
    moment = datetime(2026, 12, 4, 18, 0, tzinfo=UTC)
    assert format_day(moment) == "4 December 2026"
    assert format_moment(moment) == "4 December 2026, 18:00"
    assert format_quarter("2026Q4") == "2026 Q4"
    with use_language("zh"):
        assert format_day(moment) == "2026年12月4日"
        assert format_moment(moment) == "2026年12月4日18:00"
        assert format_quarter("2026Q4") == "2026年第四季度"


def test_a_sentence_without_places_may_hold_percent_signs() -> None:
    assert gettext("100 %") == "100 %"


@pytest.mark.parametrize("number", [1, 2, 8])
def test_a_sentence_that_counts_is_translated_for_every_number(number: int) -> None:
    one = "Too many wrong codes in a row. Wait one minute, or use a recovery code."
    many = "Too many wrong codes in a row. Wait %(num)s minutes, or use a recovery code."
    assert ngettext(one, many, number) == (one if number == 1 else many % {"num": number})
    with use_language("zh"):
        assert ngettext(one, many, number) == f"验证码连续输错次数过多。请等{number}分钟再试，或使用恢复码。"
