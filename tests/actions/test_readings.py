"""Did it work? One life of an action after the other, from adoption to what is frozen about it."""

from collections.abc import Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from assess.actions.adopting import adapt_action, add_own_action, adopt_practice, drop_action
from assess.actions.board import board_of
from assess.actions.frozen import KIND, freeze_actions, track_record_until
from assess.actions.keeping import note_on, tick_step
from assess.actions.models import Action
from assess.actions.past import PastAction
from assess.errors import RefusalError
from assess.releases.models import ResultDocument
from assess.releases.withdrawals import withdraw
from assess.scoring.verdict import Reason, Verdict
from assess.surveys.cycles import find_cycle
from tests.actions.history import CONTROLS, LEVEL_OF_CONTROLS, TOP, History, after, closing, opening

SHANGHAI = ZoneInfo("Asia/Shanghai")
HELPED, UNCLEAR, FAILED = Verdict.LIKELY_HELPED, Verdict.CANNOT_TELL_YET, Verdict.LIKELY_DID_NOT_HELP
REST = {"TRU": 30.0, "ROL": 30.0, "MOT": 30.0}


def act(history: History, practice: str = "P24", node: str = "Ada", *, quarter: str = "2026Q1", steps: int = 9) -> int:
    """Adopt a practice and tick off so many of its steps."""
    now = after(quarter)
    place = adopt_practice(history.database, node, practice, now=now, zone=SHANGHAI).place
    running = board_of(history.database, node, now=now).running
    total = len(next(action for action in running if action.place == place).steps)
    for step in range(1, min(steps, total) + 1):
        tick_step(history.database, node, place, step, now=after(quarter, 20))
    return place


def outcome(history: History, quarter: str, ada: float | Mapping[str, float], **more: object) -> tuple[PastAction, ...]:
    """Publish a quarter in which all other teams stay as they were, and say what is told of Ada's actions."""
    levels = {"Ada": ada, **LEVEL_OF_CONTROLS}
    return history.publish(quarter, levels, **more).readings("Ada")  # type: ignore[arg-type]


def said(past: PastAction) -> tuple[Verdict, Reason | None, bool]:
    return past.verdict, past.reason, past.is_final


@pytest.mark.parametrize(
    ("level", "verdict", "reason"), [(80, HELPED, None), (38, UNCLEAR, Reason.NOISE), (10, FAILED, None)]
)
def test_an_action_that_was_carried_out_is_judged_from_the_figures(
    history: History, level: float, verdict: Verdict, reason: Reason | None
) -> None:
    act(history)
    (past,) = outcome(history, "2026Q2", {"COM": level, **REST})
    assert said(past) == (verdict, reason, True)
    assert (past.practice, past.dimension, past.adopted_in, past.since) == ("P24", "COM", "2026Q1", "2026Q1")
    assert past.steps_done == len(past.steps) == 4
    assert past.visible_change_100 is not None
    assert 15 <= past.visible_change_100 <= 40


def test_what_lifts_everybody_is_no_merit_of_the_action(history: History) -> None:
    act(history)
    everybody = {name: level + 20 for name, level in LEVEL_OF_CONTROLS.items()}
    (past,) = history.publish("2026Q2", {"Ada": {"COM": 52.0, **REST}, **everybody}).readings("Ada")
    assert past.verdict is UNCLEAR


def test_before_all_steps_are_done_nothing_is_told_and_it_is_judged_once_more(history: History) -> None:
    act(history, steps=3)
    (first,) = outcome(history, "2026Q2", {"COM": 80, **REST})
    assert said(first) == (UNCLEAR, Reason.STEPS_OPEN, False)
    assert first.visible_change_100 is not None
    tick_step(history.database, "Ada", 1, 4, now=after("2026Q2"))
    (second,) = outcome(history, "2026Q3", {"COM": 80, **REST})
    assert said(second) == (HELPED, None, True)
    assert (second.adopted_in, second.since) == ("2026Q1", "2026Q1")
    assert outcome(history, "2026Q4", {"COM": 80, **REST}) == ()


def test_steps_still_open_after_two_quarters_end_it(history: History) -> None:
    act(history, steps=3)
    outcome(history, "2026Q2", {"COM": 80, **REST})
    (second,) = outcome(history, "2026Q3", {"COM": 80, **REST})
    assert second.reason is Reason.STEPS_OPEN
    assert outcome(history, "2026Q4", {"COM": 80, **REST}) == ()


def test_a_step_ticked_off_after_the_survey_closed_counts_for_the_quarter_after(history: History) -> None:
    act(history, steps=3)
    history.open("2026Q2", ("Ada", *CONTROLS))
    tick_step(history.database, "Ada", 1, 4, now=closing("2026Q2") + timedelta(minutes=1))
    (first,) = outcome(history, "2026Q2", {"COM": 80, **REST})
    assert (first.reason, first.steps_done) == (Reason.STEPS_OPEN, 3)
    (second,) = outcome(history, "2026Q3", {"COM": 80, **REST})
    assert (second.verdict, second.steps_done) == (HELPED, 4)


def test_what_takes_two_quarters_is_judged_after_two(history: History) -> None:
    now = after("2026Q1")
    adopt_practice(history.database, TOP, "P46", now=now, zone=SHANGHAI)
    place = add_own_action(history.database, "Ada", "x", ["y"], now=now, zone=SHANGHAI, dimension="COM").place
    with history.database.writing() as session:
        session.execute(update(Action).where(Action.node == "Ada").values(practice="P46"))
    tick_step(history.database, "Ada", place, 1, now=after("2026Q1", 20))
    (first,) = outcome(history, "2026Q2", {"COM": 80, **REST})
    assert said(first) == (UNCLEAR, Reason.WITHIN_SPAN, False)
    (second,) = outcome(history, "2026Q3", {"COM": 80, **REST})
    assert said(second) == (HELPED, None, True)


def test_an_action_adopted_after_the_survey_opened_is_compared_with_that_quarter(history: History) -> None:
    history.open("2026Q2", ("Ada", *CONTROLS))
    late = opening("2026Q2") + timedelta(hours=1)
    adopt_practice(history.database, "Ada", "P24", now=late, zone=SHANGHAI)
    for step in range(1, 5):
        tick_step(history.database, "Ada", 1, step, now=late)
    assert outcome(history, "2026Q2", {"COM": 60, **REST}) == (), "the answers of this quarter knew nothing of it"
    (past,) = outcome(history, "2026Q3", {"COM": 61, **REST})
    assert said(past) == (UNCLEAR, Reason.NOISE, True), "the rise was before it began"
    assert (past.adopted_in, past.since) == ("2026Q1", "2026Q2")


def test_a_unit_is_not_judged(history: History) -> None:
    act(history, "P30", TOP)
    document = history.publish("2026Q2", {"Ada": 80.0, **LEVEL_OF_CONTROLS})
    (past,) = document.readings(TOP)
    assert said(past) == (UNCLEAR, Reason.NOT_A_TEAM, True)
    assert past.visible_change_100 is None


def test_the_habit_aims_at_nothing_that_could_be_judged(history: History) -> None:
    adopt_practice(history.database, "Team 01", "P68", now=after("2026Q1"), zone=SHANGHAI)
    document = history.publish("2026Q2", {"Ada": 30.0, **LEVEL_OF_CONTROLS})
    (past,) = document.readings("Team 01")
    proposed = [
        p.practice for p in freeze_actions(history.database, "2026Q1", now=after("2026Q2")).proposals("Team 01")
    ]
    expected = Reason.NO_DIMENSION if "P68" in proposed else Reason.STEPS_OPEN
    assert past.reason is expected


def test_an_action_follows_its_team_to_another_name(history: History) -> None:
    act(history)
    history.rename("Ada", "Ada Lovelace")
    document = history.publish("2026Q2", {"Ada Lovelace": {"COM": 80.0, **REST}, **LEVEL_OF_CONTROLS})
    (past,) = document.readings("Ada Lovelace")
    assert said(past) == (HELPED, None, True)
    assert (past.since, document.readings("Ada")) == ("2026Q1", ())
    with history.database.reading() as session:
        assert {action.node for action in session.scalars(select(Action))} == {"Ada Lovelace"}


def test_what_was_proposed_under_the_old_name_waits_under_the_new(history: History) -> None:
    first = history.publish("2026Q2", {"Ada": 30.0, **LEVEL_OF_CONTROLS}).proposals("Ada")
    history.rename("Ada", "Ada Lovelace")
    second = history.publish("2026Q3", {"Ada Lovelace": 30.0, **LEVEL_OF_CONTROLS}).proposals("Ada Lovelace")
    assert first
    assert not {each.practice for each in first} & {each.practice for each in second} - {"P68"}


def test_two_teams_that_swap_names_keep_their_own_actions(history: History) -> None:
    act(history)
    history.rename("Ada", "Between")
    history.rename("Team 01", "Ada")
    history.rename("Between", "Team 01")
    levels: dict[str, float | Mapping[str, float]] = {
        **LEVEL_OF_CONTROLS,
        "Ada": LEVEL_OF_CONTROLS["Team 01"],
        "Team 01": {"COM": 80.0, **REST},
    }
    document = history.publish("2026Q2", levels)
    assert document.readings("Ada") == ()
    (past,) = document.readings("Team 01")
    assert said(past) == (HELPED, None, True)


def test_a_team_that_was_merged_is_told_so(history: History) -> None:
    act(history)
    others = {name: level for name, level in LEVEL_OF_CONTROLS.items() if name != "Team 01"}
    document = history.publish(
        "2026Q2", {"Ada + Team 01": 80.0, **others}, merged={"Ada + Team 01": ["Ada", "Team 01"]}
    )
    (past,) = document.readings("Ada")
    assert said(past) == (UNCLEAR, Reason.MEMBERS_CHANGED, True)
    assert document.readings("Ada + Team 01") == ()


def test_a_group_of_the_same_name_with_other_teams_is_another_team(history: History) -> None:
    act(history)
    document = history.publish("2026Q2", {"Ada": 80.0, **LEVEL_OF_CONTROLS}, merged={"Ada": ["Ada", "Bo"]})
    assert document.readings("Ada")[0].reason is Reason.MEMBERS_CHANGED


def test_a_team_that_was_dissolved_is_told_so(history: History) -> None:
    act(history)
    document = history.publish("2026Q2", LEVEL_OF_CONTROLS)
    assert document.readings("Ada")[0].reason is Reason.MEMBERS_CHANGED


@pytest.mark.parametrize("hidden", ["2026Q1", "2026Q2"])
def test_a_team_hidden_in_one_of_the_quarters_gets_no_verdict_and_no_figure(empty: History, hidden: str) -> None:
    few = {name: {"Ada": 3, "Team 01": 7} if name == hidden else {} for name in ("2026Q1", "2026Q2")}
    empty.publish("2026Q1", {"Ada": 30.0, **LEVEL_OF_CONTROLS}, people=few["2026Q1"])
    act(empty, "P24")
    document = empty.publish("2026Q2", {"Ada": {"COM": 80.0, **REST}, **LEVEL_OF_CONTROLS}, people=few["2026Q2"])
    (past,) = document.readings("Ada")
    assert said(past) == (UNCLEAR, Reason.NOT_RELEASED, True)
    assert past.visible_change_100 is None
    assert document.content["effects"] == []


def test_a_changed_instrument_breaks_the_comparison(history: History) -> None:
    act(history)
    document = history.publish("2026Q2", {"Ada": 80.0, **LEVEL_OF_CONTROLS}, code="team16")
    assert document.readings("Ada")[0].reason is Reason.ITEMS_CHANGED


def test_a_module_that_is_not_asked_again_leaves_nothing_to_compare(empty: History) -> None:
    empty.publish("2026Q1", {"Ada": 30.0, **LEVEL_OF_CONTROLS}, modules=("REWD", "GROW"))
    place = act(empty, "P75")
    assert board_of(empty.database, "Ada", now=after("2026Q1")).running[place - 1].dimension == "REWD"
    document = empty.publish("2026Q2", {"Ada": 80.0, **LEVEL_OF_CONTROLS})
    assert document.readings("Ada")[0].reason is Reason.NOT_ASKED


def test_too_few_teams_without_an_action_leave_nothing_to_compare_with(history: History) -> None:
    act(history)
    for name in CONTROLS[:10]:
        act(history, "P24", name)
    (past,) = outcome(history, "2026Q2", {"COM": 80, **REST})
    assert past.reason is Reason.FEW_CONTROLS


def test_a_team_that_began_and_gave_up_is_no_control_and_gets_no_verdict(history: History) -> None:
    act(history)
    for name in CONTROLS[:10]:
        place = act(history, "P24", name, steps=1 if name != "Team 01" else 0)
        drop_action(history.database, name, place, now=after("2026Q1", 30))
    document = history.publish("2026Q2", {"Ada": {"COM": 80.0, **REST}, **LEVEL_OF_CONTROLS})
    assert document.readings("Team 02") == ()
    assert document.readings("Ada")[0].verdict is HELPED, "Team 01 never began, so five controls are left"


def test_own_words_and_the_note_are_frozen_with_the_verdict(history: History) -> None:
    act(history, steps=0)
    adapt_action(history.database, "Ada", 1, now=after("2026Q1"), title="Our list", steps=["One", "Two"])
    note_on(history.database, "Ada", 1, "late notices fell from 9 to 2", now=after("2026Q1"))
    (past,) = outcome(history, "2026Q2", 30.0)
    adapt_action(history.database, "Ada", 1, now=after("2026Q2"), title="Another title")
    again = freeze_actions(history.database, "2026Q2", now=after("2026Q2")).readings("Ada")[0]
    assert again == past
    assert (again.title, again.steps, again.noted) == ("Our list", ("One", "Two"), "late notices fell from 9 to 2")


def test_later_ticks_change_nothing_of_what_was_said(history: History) -> None:
    act(history, steps=3)
    before = outcome(history, "2026Q2", {"COM": 80, **REST})
    tick_step(history.database, "Ada", 1, 4, now=after("2026Q2"))
    assert freeze_actions(history.database, "2026Q2", now=after("2026Q2")).readings("Ada") == before


def test_nothing_is_frozen_before_publication(history: History) -> None:
    history.open("2026Q2", ("Ada", *CONTROLS))
    with pytest.raises(RefusalError):
        freeze_actions(history.database, "2026Q2", now=after("2026Q2"))


def test_what_was_tampered_with_is_refused(history: History) -> None:
    with history.database.writing() as session:
        chosen = ResultDocument.kind == KIND
        session.execute(update(ResultDocument).where(chosen).values(body=b"{}"))
    with pytest.raises(RefusalError, match="does not match its checksum"):
        freeze_actions(history.database, "2026Q1", now=after("2026Q1"))


def test_effects_of_finished_actions_are_kept_for_the_track_record(history: History) -> None:
    act(history)
    act(history, "P40", "Team 01", steps=1)
    document = history.publish("2026Q2", {"Ada": {"COM": 80.0, **REST}, **LEVEL_OF_CONTROLS})
    (effect,) = document.done_actions
    assert (effect.practice, effect.group) == ("P24", "2026Q1 COM")
    assert effect.effect.points > 20
    with history.database.reading() as session:
        record = track_record_until(session, find_cycle(session, "2026Q2"))
    assert (record.actions, record.practices) == (1, ())


def test_a_quarter_that_was_withdrawn_is_compared_with_nothing_and_its_actions_run_on(history: History) -> None:
    act(history)
    outcome(history, "2026Q2", {"COM": 80, **REST})
    with history.database.writing() as session:
        cycle = find_cycle(session, "2026Q1")
        withdraw(session, cycle_id=cycle.id, quarter="2026Q1", because="A wrong list of teams.", now=after("2026Q2"))
    document = freeze_actions(history.database, "2026Q2", now=after("2026Q2"))
    assert document.readings("Ada") == ()
    assert document.done_actions == ()
    act(history, "P40", quarter="2026Q2", steps=1)
    with history.database.writing() as session:
        cycle = find_cycle(session, "2026Q2")
        withdraw(session, cycle_id=cycle.id, quarter="2026Q2", because="The same.", now=after("2026Q2"))
    with pytest.raises(RefusalError, match="There are no results yet"):
        board_of(history.database, "Ada", now=after("2026Q2"))


def test_what_stands_on_the_board_of_a_withdrawn_quarter_still_runs(history: History) -> None:
    outcome(history, "2026Q2", {"COM": 35, **REST})
    act(history, "P40", quarter="2026Q2", steps=1)
    with history.database.writing() as session:
        cycle = find_cycle(session, "2026Q2")
        withdraw(session, cycle_id=cycle.id, quarter="2026Q2", because="A wrong list of teams.", now=after("2026Q2"))
    board = board_of(history.database, "Ada", now=after("2026Q2"))
    assert (board.quarter, [action.practice for action in board.running]) == ("2026Q1", ["P40"])
