"""A leader adopts, adapts, adds, assigns, ticks, notes, shares and gives up; and every kind of bad input."""

from collections.abc import Callable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from assess.actions.adopting import Done, adapt_action, add_own_action, adopt_practice, drop_action
from assess.actions.board import ActionView, board_of, commitments_of
from assess.actions.errors import ActionClosedError, BoardFullError, NoActionError
from assess.actions.keeping import assign_action, note_on, share_action, tick_step
from assess.actions.models import NOTE_LENGTH, Action, ActionStep
from assess.errors import InputError, RefusalError
from assess.localisation import use_language
from assess.surveys.models import Cycle, State
from assess.teams.models import Person, Team
from tests.actions.history import LEVEL_OF_CONTROLS, TOP, History, after, closing, opening

SHANGHAI = ZoneInfo("Asia/Shanghai")
SOON = after("2026Q1")
TODAY = SOON.astimezone(SHANGHAI).date()


def adopt(history: History, practice: str = "P24", node: str = "Ada", **more: object) -> Done:
    return adopt_practice(history.database, node, practice, **{"now": SOON, "zone": SHANGHAI, **more})  # type: ignore[arg-type]


def add_own(
    history: History, title: str = "Talk first", steps: tuple[str, ...] = ("Ask", "Try"), **more: object
) -> Done:
    return add_own_action(history.database, "Ada", title, steps, **{"now": SOON, "zone": SHANGHAI, **more})  # type: ignore[arg-type]


def running(history: History, node: str = "Ada") -> tuple[ActionView, ...]:
    return board_of(history.database, node, now=SOON).running


def test_a_proposal_is_adopted_with_its_steps_owner_and_date(history: History) -> None:
    due = TODAY + timedelta(days=30)
    assert adopt(history, " p24 ", owner="  Li  Na ", due_on=due) == Done(1)
    (action,) = running(history)
    assert (action.practice, action.dimension, action.basis, action.since) == ("P24", "COM", "clear", "2026Q1")
    assert (action.owner, action.due_on, action.is_shared, action.note) == ("Li Na", due, False, "")
    assert [step.done for step in action.steps] == [False] * 4
    with use_language("zh"):
        assert running(history)[0].title == "沟通安排表"
        assert running(history)[0].steps[1].text == "每类填一行"


def test_what_was_not_proposed_is_adopted_by_hand_and_aims_at_its_first_dimension_that_was_asked(
    history: History,
) -> None:
    adopt(history, "P07")
    (action,) = running(history)
    assert (action.practice, action.dimension, action.basis) == ("P07", "ROL", None)
    adopt(history, "P38", dimension="TRU")
    assert running(history)[1].dimension == "TRU"


def test_what_belongs_to_no_dimension_that_was_asked_aims_at_nothing_and_says_so(history: History) -> None:
    done = adopt(history, "P75")
    assert running(history)[0].dimension is None
    assert done.notices == (
        "It aims at no dimension of the survey, so next quarter nobody will judge whether it helped.",
    )


def test_two_actions_on_one_dimension_are_said_to_be_judged_together(history: History) -> None:
    adopt(history, "P24")
    assert "judged together" in adopt(history, "P25").notices[0]


def test_an_own_action_has_the_leaders_words(history: History) -> None:
    add_own(history, " Coffee   with Care ", ("Ask", "", "  Try it "), dimension="TRU", owner="Bo")
    (action,) = running(history)
    assert (action.practice, action.title, action.dimension) == (None, "Coffee with Care", "TRU")
    assert [step.text for step in action.steps] == ["Ask", "Try it"]


def test_a_third_action_waits_until_one_is_given_up(history: History) -> None:
    adopt(history, "P24")
    add_own(history)
    with pytest.raises(BoardFullError, match="two actions already; finish one or give it up"):
        adopt(history, "P40")
    drop_action(history.database, "Ada", 1, now=SOON)
    assert adopt(history, "P40") == Done(1)
    assert [action.title for action in running(history)][1] == "Talk first"


def test_the_same_practice_is_not_adopted_twice_but_again_after_giving_it_up(history: History) -> None:
    adopt(history, "P24")
    with pytest.raises(RefusalError, match="Ada has adopted this practice already"):
        adopt(history, "P24")
    drop_action(history.database, "Ada", 1, now=SOON)
    adopt(history, "P24")


def test_the_database_refuses_a_third_action_and_a_second_of_the_same_practice(history: History) -> None:
    adopt(history, "P24")
    with history.database.reading() as session:
        (stored,) = session.scalars(select(Action)).all()
    for place, practice in ((1, "P40"), (2, "P24"), (3, "P40")):
        twin = Action(
            cycle_id=stored.cycle_id,
            base_cycle_id=stored.base_cycle_id,
            node="Ada",
            line=stored.line,
            place=place,
            practice=practice,
            adopted_at=SOON,
        )
        with pytest.raises(Exception, match=r"(?i)unique|check"), history.database.writing() as session:
            session.add(twin)


def test_an_action_is_adapted_until_a_step_is_ticked_off(history: History) -> None:
    adopt(history, "P24")
    adapt_action(history.database, "Ada", 1, now=SOON, title="Our list", steps=["One", "Two", "Three"])
    (action,) = running(history)
    assert (action.title, [s.text for s in action.steps]) == ("Our list", ["One", "Two", "Three"])
    tick_step(history.database, "Ada", 1, 2, now=SOON)
    with pytest.raises(RefusalError, match="ticked off already"):
        adapt_action(history.database, "Ada", 1, now=SOON, steps=["Other"])
    adapt_action(history.database, "Ada", 1, now=SOON, title="Still ours")
    assert running(history)[0].title == "Still ours"
    assert running(history)[0].steps_done == 1


def test_steps_are_ticked_off_and_back_and_a_second_click_keeps_the_first_moment(history: History) -> None:
    adopt(history, "P24")
    for moment in (SOON, after("2026Q1", 40)):
        tick_step(history.database, "Ada", 1, 3, now=moment)
    with history.database.reading() as session:
        stored = session.scalars(select(ActionStep.done_at).where(ActionStep.place == 3)).one()
    assert stored == SOON
    tick_step(history.database, "Ada", 1, 3, now=SOON, done=False)
    tick_step(history.database, "Ada", 1, 3, now=SOON, done=False)
    assert running(history)[0].steps_done == 0
    with pytest.raises(NoActionError, match="no step 5; its steps are 1 to 4"):
        tick_step(history.database, "Ada", 1, 5, now=SOON)


def test_members_see_an_action_only_when_the_leader_says_so_and_never_the_note(history: History) -> None:
    adopt(history, "P24", owner="Li Na")
    note_on(history.database, "Ada", 1, "between us", now=SOON)
    assert commitments_of(history.database, "Ada", now=SOON) == ()
    share_action(history.database, "Ada", 1, now=SOON)
    (seen,) = commitments_of(history.database, "Ada", now=SOON)
    assert (seen.title, seen.owner, len(seen.steps)) == ("Who gets what, where, how often", "Li Na", 4)
    assert not hasattr(seen, "note")
    share_action(history.database, "Ada", 1, now=SOON, shown=False)
    assert commitments_of(history.database, "Ada", now=SOON) == ()
    share_action(history.database, "Ada", 1, now=SOON)
    drop_action(history.database, "Ada", 1, now=SOON)
    assert commitments_of(history.database, "Ada", now=SOON) == ()


def test_company_matters_are_for_the_business_head(history: History) -> None:
    for practice in ("P30", "P50"):
        with pytest.raises(RefusalError, match="is not for a team lead to decide"):
            adopt(history, practice)
        adopt(history, practice, node=TOP)


def test_before_the_first_results_there_is_nothing_to_adopt(history: History) -> None:
    with history.database.writing() as session:
        session.execute(update(Cycle).values(state=State.SCORED, running=True))
    with pytest.raises(RefusalError, match="There are no results yet"):
        adopt(history)


# --- bad input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("practice", ["P00", "P86", "24", "P24; drop", ""])
def test_an_unknown_practice_names_the_catalogue(history: History, practice: str) -> None:
    with pytest.raises(NoActionError, match="the catalogue has P01 to P85"):
        adopt(history, practice)


def test_an_unknown_team_names_the_known_ones(history: History) -> None:
    with pytest.raises(InputError, match=r"2026 Q1 has no team or unit “Bob”\. Known: Lantern, Ada"):
        adopt(history, node="Bob")


def test_an_unknown_dimension_names_those_that_were_asked(history: History) -> None:
    with pytest.raises(InputError, match="did not ask about “REWD”; choose one of: COM, TRU, ROL, MOT"):
        adopt(history, dimension="REWD")
    with pytest.raises(InputError, match="did not ask about “XX”"):
        add_own(history, dimension="XX")


def test_a_date_that_is_over_is_refused_in_the_zone_of_the_installation(history: History) -> None:
    with pytest.raises(InputError, match="is over; choose a date from 23 March 2026 on"):
        adopt(history, due_on=TODAY - timedelta(days=1))
    adopt(history, due_on=TODAY)
    with pytest.raises(InputError, match="is over"):
        assign_action(history.database, "Ada", 1, now=SOON, zone=SHANGHAI, due_on=date(1999, 1, 1))
    midnight = SOON.replace(hour=17)  # one o'clock of the next day in Shanghai
    with pytest.raises(InputError, match="from 24 March 2026 on"):
        assign_action(history.database, "Ada", 1, now=midnight, zone=SHANGHAI, due_on=TODAY)


def test_a_note_of_ten_thousand_characters_is_refused_and_a_shorter_one_kept_as_it_is(history: History) -> None:
    adopt(history)
    with pytest.raises(InputError, match="The note has 10000 characters, and 2000 fit"):
        note_on(history.database, "Ada", 1, "<b>x</b>" * 1_250, now=SOON)
    markup = '<script>alert("1")</script>\r\n=SUM(A1) {{ 7*7 }} 🏮 مرحبا 龘\x00\x07'
    note_on(history.database, "Ada", 1, markup + "\n" * 5, now=SOON)
    assert running(history)[0].note == '<script>alert("1")</script>\n=SUM(A1) {{ 7*7 }} 🏮 مرحبا 龘'
    note_on(history.database, "Ada", 1, "x" * NOTE_LENGTH, now=SOON)
    note_on(history.database, "Ada", 1, "", now=SOON)
    assert running(history)[0].note == ""


@pytest.mark.parametrize(
    ("title", "steps", "message"),
    [
        ("  ", ("Try",), "The action has no title"),
        ("x" * 121, ("Try",), "The title has 121 characters, and 120 fit"),
        ("Talk", (), "An action has one to 8 steps, and 0 were given"),
        ("Talk", ("", " "), "An action has one to 8 steps, and 0 were given"),
        ("Talk", ("Try",) * 9, "An action has one to 8 steps, and 9 were given"),
        ("Talk", ("Try", "y" * 201), "Step 2 has 201 characters, and 200 fit"),
    ],
)
def test_own_words_that_do_not_fit_say_which_and_how_long(
    history: History, title: str, steps: tuple[str, ...], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        add_own(history, title, steps)
    assert running(history) == ()


def test_an_owners_name_is_free_text_of_one_line(history: History) -> None:
    adopt(history, owner="Li Na\nand the night shift\x1b[31m")
    assert running(history)[0].owner == "Li Na and the night shift[31m"
    with pytest.raises(InputError, match="The owner’s name has 121 characters"):
        assign_action(history.database, "Ada", 1, now=SOON, zone=SHANGHAI, owner="x" * 121)


def test_an_owner_who_has_left_is_noticed_only_where_the_name_was_on_the_roster(history: History) -> None:
    adopt(history, owner="Person of Ada")
    adopt(history, "P40", owner="the early shift")
    assert [action.owner_left for action in running(history)] == [False, False]
    with history.database.writing() as session:
        session.delete(session.scalars(select(Person).where(Person.name == "Person of Ada")).one())
    assert [action.owner_left for action in running(history)] == [True, False]
    assign_action(history.database, "Ada", 1, now=SOON, zone=SHANGHAI, owner="Person of Team 01")
    assert running(history)[0].owner_left is False


def test_a_team_that_was_dissolved_adopts_nothing_more(history: History) -> None:
    with history.database.writing() as session:
        session.execute(update(Team).where(Team.name == "Ada").values(is_current=False))
    with pytest.raises(RefusalError, match="Ada has been dissolved since 2026 Q1"):
        adopt(history)


def test_an_action_adopted_after_the_next_survey_opened_says_when_it_is_judged(history: History) -> None:
    history.open("2026Q2", ("Ada", *LEVEL_OF_CONTROLS))
    late = opening("2026Q2") + timedelta(days=1)
    done = adopt(history, now=late)
    assert done.notices == ("The survey of 2026 Q2 is open already, so this action is judged one quarter later.",)
    assert running(history)[0].since == "2026Q2"


def test_a_tick_after_closing_says_that_it_comes_too_late_for_the_verdict(history: History) -> None:
    adopt(history)
    history.open("2026Q2", ("Ada", *LEVEL_OF_CONTROLS))
    before, late = closing("2026Q2") - timedelta(hours=1), closing("2026Q2") + timedelta(hours=1)
    assert tick_step(history.database, "Ada", 1, 1, now=before).notices == ()
    assert (
        "only steps count that were ticked off before" in tick_step(history.database, "Ada", 1, 2, now=late).notices[0]
    )


def test_what_is_over_is_closed_and_what_never_was_is_not_found(history: History) -> None:
    adopt(history, "P24")
    for step in range(1, 5):
        tick_step(history.database, "Ada", 1, step, now=SOON)
    with pytest.raises(NoActionError, match=r"Ada has no action 2\. Running: 1"):
        tick_step(history.database, "Ada", 2, 1, now=SOON)
    history.publish("2026Q2", {"Ada": 60.0, **LEVEL_OF_CONTROLS})
    changes: list[Callable[[], object]] = [
        lambda: tick_step(history.database, "Ada", 1, 1, now=after("2026Q2"), done=False),
        lambda: note_on(history.database, "Ada", 1, "x", now=after("2026Q2")),
        lambda: share_action(history.database, "Ada", 1, now=after("2026Q2")),
        lambda: drop_action(history.database, "Ada", 1, now=after("2026Q2")),
    ]
    for change in changes:
        with pytest.raises(ActionClosedError, match="Action 1 of Ada is over: the results of 2026 Q2"):
            change()
