"""No form is forgotten, and what judges the language of a sentence can tell one from the other."""

from collections import Counter
from pathlib import Path

import pytest

from assess.app import create_app
from tests.accounts.accounts_cast import open_office
from tests.browser.forms.judging import not_in
from tests.browser.forms.rows import CONTROL
from tests.browser.forms.table import ROWS, WITHOUT, routes_of
from tests.databases.stores import Store


@pytest.mark.only_on("sqlite", "routes do not depend on the database")
def test_every_route_has_a_row_or_a_reason(tmp_path: Path, each_database: Store) -> None:
    office = open_office(tmp_path)
    app = create_app(office.settings)
    reasons = [route for routes in WITHOUT.values() for route in routes]
    tried = {row.route for row in ROWS if row.method == "POST"}
    assert tried | set(reasons) == set(routes_of(app))
    assert [route for route, number in Counter(reasons).items() if number > 1] == []
    assert sorted(tried & set(reasons)) == []
    app.extensions["assess.database"].close()
    office.database.close()


def test_no_row_is_there_twice_and_none_is_empty() -> None:
    assert [name for name, number in Counter(row.name for row in ROWS).items() if number > 1] == []
    assert [row.name for row in ROWS if not row.tries or not all(attempt.wrong for attempt in row.tries)] == []


@pytest.mark.parametrize(
    ("language", "sentence", "typed", "wrong"),
    [
        ("en", "There is a team 仓储部 already.", ["仓储部"], ""),
        ("en", "There is a team 仓储部 already.", ["Shop"], "仓储部"),
        ("en", "2026-02-30", [], "no word"),
        ("zh", "已有团队“Ada”，请另取名称。", ["ada"], ""),
        ("zh", "已有团队“Ada”，请另取名称。", ["Bea"], "Ada"),
        ("zh", "“bell and zero”不是时区，请写成 Europe/Berlin 这样的名称。", [CONTROL], ""),
        ("zh", "请选择PNG、JPEG或SVG。", [], ""),
        ("zh", "Fill in this field.", [], "Fill in this field"),
        ("zh", "127", [], "no Han character"),
    ],
)
def test_the_judge_tells_languages_apart(language: str, sentence: str, typed: list[str], wrong: str) -> None:
    assert not_in(language, sentence, typed).lower() == wrong.lower()
