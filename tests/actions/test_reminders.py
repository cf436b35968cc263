"""Who is reminded of what, and when: a pure function of dates and of how far the actions are."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assess.actions.adopting import adopt_practice
from assess.actions.reminder_plans import reminder_plans
from assess.actions.reminders import Kind, Plan, RemindedAction, due, reminders
from assess.localisation import use_language
from tests.actions.history import CONTROLS, TOP, History, after, closing

OUT = date(2026, 12, 14)
ADOPTED = OUT + timedelta(days=5)
OPENS = date(2027, 3, 6)


def action(**more: Any) -> RemindedAction:
    usual: dict[str, Any] = {"place": 1, "title": "Stop list", "adopted_on": ADOPTED, "steps": 4, "steps_done": 0}
    return RemindedAction(**usual | more)


def told(plan: Plan) -> list[tuple[date, Kind]]:
    return [(r.on, r.kind) for r in reminders(plan)]


def test_whoever_chose_nothing_is_reminded_once_after_two_weeks() -> None:
    assert told(Plan("Ads", OUT)) == [(date(2026, 12, 28), Kind.CHOOSE)]
    assert "Choose one or two things" in reminders(Plan("Ads", OUT))[0].text


def test_an_action_that_does_not_begin_runs_late_and_loses_its_owner() -> None:
    due_on = date(2027, 2, 1)
    plan = Plan("Ads", OUT, (action(due_on=due_on, owner="Li Na"),), OPENS)
    assert told(plan) == [
        (ADOPTED + timedelta(days=28), Kind.BEGIN),
        (date(2027, 1, 25), Kind.DUE_SOON),
        (date(2027, 2, 2), Kind.OVERDUE),
        (date(2027, 2, 20), Kind.TELL_TEAM),
    ]
    assert "open steps: 4. Looked after by Li Na." in reminders(plan)[1].text
    left = Plan("Ads", OUT, (action(due_on=due_on, owner="Li Na", owner_left=True),), OPENS)
    assert told(left)[0] == (ADOPTED + timedelta(days=28), Kind.NEW_OWNER)
    assert told(left)[1:] == told(plan)[1:]
    quiet = Plan("Ads", OUT, (action(owner="Li Na", owner_left=True, steps_done=1),))
    assert told(quiet) == [(ADOPTED + timedelta(days=28), Kind.NEW_OWNER)]


def test_who_has_begun_or_finished_is_left_alone() -> None:
    assert told(Plan("Ads", OUT, (action(steps_done=1),))) == []
    assert told(Plan("Ads", OUT, (action(steps_done=4, due_on=ADOPTED, owner_left=True),))) == []


def test_a_date_within_a_week_of_adopting_needs_no_warning() -> None:
    plan = Plan("Ads", OUT, (action(steps_done=1, due_on=ADOPTED + timedelta(days=6)),))
    assert told(plan) == [(ADOPTED + timedelta(days=7), Kind.OVERDUE)]


def test_nothing_is_sent_once_the_next_survey_has_opened() -> None:
    late = Plan("Ads", OUT, (action(steps_done=1, due_on=OPENS),), OPENS)
    assert told(late) == [(OPENS - timedelta(days=14), Kind.TELL_TEAM), (OPENS - timedelta(days=7), Kind.DUE_SOON)]
    assert told(Plan("Ads", OUT, (), OUT + timedelta(days=10))) == [(OUT - timedelta(days=4), Kind.TELL_TEAM)]


def test_before_the_next_survey_the_team_is_told_whether_or_not_something_was_chosen() -> None:
    with_actions, without = Plan("Ads", OUT, (action(steps_done=4),), OPENS), Plan("Ads", OUT, (), OPENS)
    assert "tick off the steps" in reminders(with_actions)[0].text
    assert "what became of the last results" in reminders(without)[-1].text


def test_every_reminder_is_said_in_chinese_too() -> None:
    plans = [
        Plan("Ads", OUT, (), OPENS),
        Plan("Ads", OUT, (action(due_on=date(2027, 2, 1), owner="李娜"),), OPENS),
        Plan("Ads", OUT, (action(due_on=date(2027, 2, 1), owner="李娜", owner_left=True),), OPENS),
        Plan("Ads", OUT, (action(due_on=date(2027, 2, 1)),), OPENS),
    ]
    with use_language("zh"):
        for text in (r.text for plan in plans for r in reminders(plan)):
            assert any("\u4e00" <= sign <= "\u9fff" for sign in text)


days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
planned = st.builds(
    RemindedAction,
    place=st.integers(1, 2),
    title=st.just("x"),
    adopted_on=days,
    steps=st.integers(1, 8),
    steps_done=st.integers(0, 8),
    owner=st.sampled_from(["", "Li"]),
    due_on=st.none() | days,
    owner_left=st.booleans(),
)
plans = st.builds(Plan, st.just("Ads"), days, st.lists(planned, max_size=2).map(tuple), st.none() | days)


@given(plans, st.lists(days, min_size=2, max_size=6, unique=True).map(sorted))
def test_runs_send_everything_exactly_once_however_often_they_run(plan: Plan, runs: list[date]) -> None:
    sent = [r for earlier, later in pairwise(runs) for r in due(plan, after=earlier, until=later)]
    assert sent == [r for r in reminders(plan) if runs[0] < r.on <= runs[-1]]


@given(plans)
def test_no_action_is_reminded_twice_of_the_same_thing(plan: Plan) -> None:
    for place in {a.place for a in plan.actions}:
        one = Plan(
            plan.node, plan.published_on, tuple(a for a in plan.actions if a.place == place)[:1], plan.next_opens_on
        )
        kinds = [(r.kind, r.place) for r in reminders(one)]
        assert len(kinds) == len(set(kinds))


@pytest.mark.parametrize("node", ["Ada", "Team 01"])
def test_plans_come_from_what_is_stored(history: History, node: str) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    adopt_practice(history.database, "Ada", "P24", now=after("2026Q1", 3), zone=zone, owner="Person of Ada")
    found = {plan.node: plan for plan in reminder_plans(history.database, now=after("2026Q1", 4), zone=zone)}
    assert set(found) == {TOP, "Ada", *CONTROLS}
    assert found[node].published_on == closing("2026Q1").astimezone(zone).date()
    assert found[node].next_opens_on is None
    assert len(found[node].actions) == (node == "Ada")
    history.open("2026Q2", ("Ada", *CONTROLS))
    again = {plan.node: plan for plan in reminder_plans(history.database, now=after("2026Q1", 4), zone=zone)}
    assert again[node].next_opens_on == date(2026, 6, 6)
