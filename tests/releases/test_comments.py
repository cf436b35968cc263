"""Where comments may be shown (design, Settled: comments): counted per prompt, bottom-up, languages apart."""

from collections import Counter
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from assess.releases.comments import comment_language, released_comments
from assess.scoring.engine import CycleScores, score_cycle
from tests.scoring.small_worlds import make_key, make_tree, matrix

MINIMUM = 10
SHOP, BAKERY, CAFE, STALL = range(4)
TREE = make_tree([("Shop", None, 0), ("Bakery", "Shop", 40), ("Café", "Shop", 40), ("Stall", "Shop", 40)])


def scores(*answers: int) -> CycleScores:
    """Score a shop in which so many people of bakery, café and stall answered."""
    nodes = [node for node, count in enumerate(answers, start=1) for _ in range(count)]
    return score_cycle(make_key(), matrix([[4, 4, 4, 4]] * len(nodes), nodes, items=4), TREE, minimum=5)


def english(node: int, count: int) -> list[tuple[int, str]]:
    return [(node, f"note {node}.{number}") for number in range(count)]


def chinese(node: int, count: int) -> list[tuple[int, str]]:
    return [(node, f"意见 {node}.{number}") for number in range(count)]


def shown(cycle: CycleScores, written: Sequence[tuple[int, str]]) -> dict[str, list[str]]:
    result = released_comments(cycle, {"CMT1": written}, minimum=MINIMUM)
    return {node: sorted(prompts["CMT1"]) for node, prompts in result.items()}


def texts(*written: list[tuple[int, str]]) -> list[str]:
    return sorted(text for part in written for _node, text in part)


def test_ten_comments_are_shown_in_their_own_team_and_nowhere_else() -> None:
    notes = english(BAKERY, 10)
    assert shown(scores(20, 20, 20), notes) == {"Bakery": texts(notes)}


def test_nine_move_up_and_are_dropped_at_the_top() -> None:
    assert shown(scores(20, 20, 20), english(BAKERY, 9)) == {}


def test_what_is_too_little_in_two_teams_is_shown_above_both() -> None:
    left, right, enough = english(BAKERY, 4), english(CAFE, 6), english(STALL, 12)
    assert shown(scores(20, 20, 20), left + right + enough) == {"Shop": texts(left, right), "Stall": texts(enough)}


def test_comments_already_shown_below_do_not_help_the_rest_over_the_threshold() -> None:
    few, enough = english(BAKERY, 9), english(STALL, 30)
    assert shown(scores(20, 20, 30), few + enough) == {"Stall": texts(enough)}


def test_a_team_that_is_not_released_shows_no_comment_of_its_own() -> None:
    cycle = scores(3, 3, 20)
    assert not cycle.pattern.published[BAKERY]
    notes = english(BAKERY, 12)
    assert shown(cycle, notes) == {"Shop": texts(notes)}


def test_each_prompt_is_counted_by_itself() -> None:
    written = {"CMT1": english(BAKERY, 6), "CMT2": english(BAKERY, 6)}
    assert released_comments(scores(20, 20, 20), written, minimum=MINIMUM) == {}


def test_a_language_with_two_writers_moves_up_and_joins_others_there() -> None:
    many, two, elsewhere = english(BAKERY, 10), chinese(BAKERY, 2), chinese(CAFE, 8)
    assert shown(scores(20, 20, 20), many + two) == {"Bakery": texts(many)}
    assert shown(scores(20, 20, 20), many + two + elsewhere) == {
        "Bakery": texts(many),
        "Shop": texts(two, elsewhere),
    }


def test_writers_of_a_language_that_is_not_shown_do_not_help_the_others_over_the_threshold() -> None:
    # Eleven wrote, nine in English: with the two left out, nine writers would stand behind what is shown.
    assert shown(scores(20, 20, 20), english(BAKERY, 9) + chinese(BAKERY, 2)) == {}
    together = english(BAKERY, 9) + chinese(BAKERY, 2) + english(CAFE, 1)
    assert shown(scores(20, 20, 20), together) == {"Shop": texts(english(BAKERY, 9), english(CAFE, 1))}


def test_a_language_with_three_writers_is_shown() -> None:
    notes = english(BAKERY, 7) + chinese(BAKERY, 3)
    assert shown(scores(20, 20, 20), notes) == {"Bakery": texts(notes)}


def test_any_han_character_makes_a_comment_chinese() -> None:
    assert comment_language("Mehr Zeit für 早会, please") == "zh"
    assert comment_language("𠮷") == "zh"
    assert comment_language("More time, please 🙂") == "en"
    assert comment_language("ありがとう") == "en"


@settings(max_examples=60, deadline=None)
@given(
    st.tuples(*[st.integers(0, 14)] * 3),
    st.lists(st.tuples(st.integers(1, 3), st.booleans()), max_size=60),
)
def test_no_comment_is_shown_twice_or_invented_and_no_language_below_three(
    answers: tuple[int, int, int], writers: list[tuple[int, bool]]
) -> None:
    written = [(node, f"意见 {n}" if han else f"note {n}") for n, (node, han) in enumerate(writers)]
    cycle = scores(*answers)
    result = shown(cycle, written)
    counted = Counter(text for group in result.values() for text in group)
    assert set(counted) <= {text for _node, text in written}
    assert all(count == 1 for count in counted.values())
    for node, group in result.items():
        assert cycle.pattern.published[cycle.tree.names.index(node)]
        assert all(count >= 3 for count in Counter(comment_language(text) for text in group).values())
        assert len(group) >= MINIMUM
