"""D5: there is no second way to a figure. Source is read here; what it does when it runs is tested where it stands."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRESENTERS = ("assess/reports/present", "assess/reports/charts")
# Rules that choose words from displayed values, and never print one.
MAY_READ_PLAIN_VALUES = (
    "assess/releases/",
    "assess/actions/",
    "assess/reports/team_reports.py",
    "assess/reports/drawn_reports.py",
)
SETTINGS = {"minimum", "place", "most", "value"}
STEPS = {"steps_done", "ticked"}  # of an action, ticked off by its leader; no answer is in them

CHOICES = {"teams"}  # how many somebody asked for


def sources(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    """Find calls of a function or method."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            found = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
            if found == name:
                yield node


def is_body(node: ast.AST) -> bool:
    """Whether this is the column in which documents are stored."""
    return isinstance(node, ast.Attribute) and node.attr == "body" and getattr(node.value, "id", "") == "ResultDocument"


def outside_releases() -> Iterator[tuple[str, ast.Module]]:
    return ((path, tree) for path, tree in sources("assess") if not path.startswith("assess/releases/"))


@pytest.mark.parametrize("maker", ["let_out", "register_of", "Released"])
def test_nobody_outside_the_releases_makes_a_released_figure(maker: str) -> None:
    assert [path for path, tree in outside_releases() for _call in calls(tree, maker)] == []


def test_nobody_outside_the_releases_reads_a_stored_result() -> None:
    found = []
    for path, tree in outside_releases():
        for call in calls(tree, "read_frozen"):
            kinds = [keyword.value for keyword in call.keywords if keyword.arg == "kind"]
            names_another = kinds and not (isinstance(kinds[0], ast.Constant) and kinds[0].value == "result")
            found += [] if names_another else [f"{path}:{call.lineno}"]
        found += [path for node in ast.walk(tree) if is_body(node)]
    assert found == []


def test_plain_values_go_to_rules_that_choose_words_and_to_nobody_else() -> None:
    found = [path for path, tree in sources("assess") for _call in calls(tree, "displayed")]
    assert found
    assert [path for path in found if not path.startswith(MAY_READ_PLAIN_VALUES)] == []


def test_presenters_say_sentences_that_take_released_figures_only() -> None:
    for path, tree in sources(*PRESENTERS):
        if path.endswith("present/saying.py"):
            continue
        imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        taken = {alias.name for node in imports if node.module == "assess.localisation" for alias in node.names}
        assert not taken & {"gettext", "ngettext", "lazy_gettext"}, path


def test_presenters_turn_no_number_into_text_by_themselves() -> None:
    for path, tree in sources(*PRESENTERS):
        pieces: list[ast.expr] = [
            node for node in ast.walk(tree) if isinstance(node, ast.FormattedValue) and node.format_spec is None
        ]
        pieces += [call for name in ("str", "repr", "format") for call in calls(tree, name)]
        for piece in pieces:
            values = [node for node in ast.walk(piece) if isinstance(node, ast.Attribute) and node.attr == "value"]
            assert not values, f"{path}:{piece.lineno}"


def test_fixed_numbers_are_settings_rules_and_places() -> None:
    seen = 0
    for path, tree in sources(*PRESENTERS):
        for call in calls(tree, "Fixed"):
            (argument,) = call.args
            if isinstance(argument, ast.Call) and getattr(argument.func, "id", "") == "len":
                (argument,) = argument.args
            name = argument.id if isinstance(argument, ast.Name) else getattr(argument, "attr", "")
            known = isinstance(argument, ast.Constant) or name.isupper() or name in SETTINGS | STEPS | CHOICES
            assert known, f"{path}:{call.lineno}"
            seen += 1
    assert seen > 5
