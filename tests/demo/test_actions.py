"""The demo's leaders act through the product: one action helped, one did not, others are too early to tell."""

from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from assess.actions.board import board_of, commitments_of
from assess.actions.catalogue import practice_by_code
from assess.actions.frozen import FrozenActions, freeze_actions
from assess.demo.actions import ALL, DEEDS, act_after
from assess.demo.company import AFTER_SALES, INTERNATIONAL, LIGHTING, LIVE, PERFORMANCE, TEAMS
from assess.scoring.verdict import Reason, Verdict
from tests.actions.history import CONTROLS, History, Levels, closing, start
from tests.databases.stores import Store, using

ZONE = ZoneInfo("Asia/Shanghai")
LABELS = {4: "2026Q1", 5: "2026Q2", 6: "2026Q3"}
OTHERS = {name: 50.0 + 2.0 * place for place, name in enumerate(CONTROLS[:11])}
EVEN = dict.fromkeys(("COM", "TRU", "ROL", "MOT"), 60.0)
LEVELS: Mapping[int, Mapping[str, Mapping[str, float]]] = {
    4: {PERFORMANCE: {**EVEN, "ROL": 25.0}, AFTER_SALES: {**EVEN, "COM": 50.0}, LIVE: {**EVEN, "ROL": 62.0}},
    5: {PERFORMANCE: {**EVEN, "ROL": 70.0}, AFTER_SALES: {**EVEN, "COM": 55.0}, LIVE: {**EVEN, "ROL": 30.0}},
    6: {PERFORMANCE: {**EVEN, "ROL": 70.0}, AFTER_SALES: {**EVEN, "COM": 85.0}, LIVE: {**EVEN, "ROL": 60.0}},
}


@pytest.fixture(scope="module")
def acted(
    tmp_path_factory: pytest.TempPathFactory, each_database_of_module: Store
) -> tuple[History, dict[int, FrozenActions]]:
    """Three quarters in which the teams of the stories move as planned, and what is frozen about each."""
    with using(each_database_of_module):
        history = start(Path(tmp_path_factory.mktemp("demo")))
    documents = {}
    for number, label in LABELS.items():
        levels: Levels = {LIGHTING: EVEN, INTERNATIONAL: EVEN, **LEVELS[number], **OTHERS}
        documents[number] = history.publish(label, levels)
        act_after(history.database, ZONE, number, label, closing(label))
    return history, documents


def test_one_action_helped_one_did_not_and_others_are_too_early_to_tell(
    acted: tuple[History, dict[int, FrozenActions]],
) -> None:
    _history, documents = acted
    said = {
        (number, node): (past.verdict, past.reason)
        for number, document in documents.items()
        for node in {deed.node for deed in DEEDS}
        for past in document.readings(node)
    }
    assert said[5, PERFORMANCE] == (Verdict.LIKELY_HELPED, None)
    assert said[6, AFTER_SALES] == (Verdict.LIKELY_HELPED, None)
    assert said[5, LIVE] == (Verdict.LIKELY_DID_NOT_HELP, None)
    assert said[6, LIVE] == (Verdict.CANNOT_TELL_YET, Reason.STEPS_OPEN)
    assert said[6, LIGHTING] == (Verdict.CANNOT_TELL_YET, Reason.NOISE)


def test_now_actions_run_and_members_see_what_their_leader_shows(
    acted: tuple[History, dict[int, FrozenActions]],
) -> None:
    history, _documents = acted
    now = closing(LABELS[6])
    coffee = board_of(history.database, INTERNATIONAL, now=now).running[0]
    assert (coffee.practice, coffee.steps_done, len(coffee.steps)) == (None, 1, 3)
    assert [c.title for c in commitments_of(history.database, AFTER_SALES, now=now)] == ["Stop list"]
    assert commitments_of(history.database, INTERNATIONAL, now=now) == ()
    assert freeze_actions(history.database, LABELS[6], now=now).readings(AFTER_SALES)[0].noted


def test_every_deed_fits_its_practice_and_a_team_of_the_shop() -> None:
    names = {team.name for team in TEAMS}
    for deed in DEEDS:
        assert deed.node in names
        steps = deed.own_steps or practice_by_code(deed.practice).steps["en"]
        assert deed.steps_done == ALL or deed.steps_done <= len(steps)
        assert bool(deed.practice) != bool(deed.title)
