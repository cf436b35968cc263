"""What is proposed is frozen when first asked for, differs from quarter to quarter, and respects guards and scope."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from sqlalchemy import func, select, update

from assess.actions.adopting import adopt_practice
from assess.actions.board import board_of
from assess.actions.catalogue import practice_by_code
from assess.actions.facts import set_company_fact, set_vacancy
from assess.actions.frozen import KIND, freeze_actions
from assess.actions.judging import ActedOn, readings
from assess.actions.quarters import quarters_until
from assess.errors import InputError, RefusalError
from assess.releases.models import ResultDocument
from assess.scoring.advice import Basis
from assess.surveys.cycles import find_cycle
from assess.teams.models import Team
from tests.actions.history import LEVEL_OF_CONTROLS, TOP, History, after

SHANGHAI = ZoneInfo("Asia/Shanghai")
LOW = {"Ada": 30.0, **LEVEL_OF_CONTROLS}


def codes(history: History, quarter: str, node: str = "Ada") -> list[str]:
    return [p.practice for p in freeze_actions(history.database, quarter, now=after(quarter)).proposals(node)]


def test_the_board_shows_what_was_frozen_however_often_it_is_asked(history: History) -> None:
    first = freeze_actions(history.database, "2026Q1", now=after("2026Q1"))
    assert board_of(history.database, "Ada", now=after("2026Q1")).proposals == first.proposals("Ada")
    assert freeze_actions(history.database, "2026Q1", now=after("2026Q1", 60)).sha256 == first.sha256
    with history.database.reading() as session:
        kept = select(func.count()).select_from(ResultDocument).where(ResultDocument.kind == KIND)
        assert session.scalar(kept) == 1


def test_what_changes_later_changes_no_proposal(history: History) -> None:
    before = freeze_actions(history.database, "2026Q1", now=after("2026Q1"))
    set_company_fact(history.database, "bonus", holds=True)
    set_vacancy(history.database, "Ada", holds=True)
    with history.database.writing() as session:
        session.execute(update(Team).values(function="service", founded_on=date(2026, 2, 1)))
    after_all = freeze_actions(history.database, "2026Q1", now=after("2026Q1"))
    assert after_all == before
    assert after_all.settings("Ada").function is None


def test_the_next_quarter_knows_what_changed(history: History) -> None:
    set_company_fact(history.database, "equity", holds=True)
    set_vacancy(history.database, "Ada", holds=True)
    with history.database.writing() as session:
        session.execute(update(Team).where(Team.name == "Ada").values(function="service", founded_on=date(2026, 2, 14)))
    settings = history.publish("2026Q2", LOW).settings("Ada")
    assert (settings.function, settings.age_months) == ("service", 3)
    assert settings.has == {"equity", "vacancy"}
    assert freeze_actions(history.database, "2026Q2", now=after("2026Q2")).settings("Team 01").has == {"equity"}


def test_a_new_team_is_offered_its_ten_steps_on_the_board(history: History) -> None:
    assert board_of(history.database, "Ada", now=after("2026Q1")).start_up == ()
    with history.database.writing() as session:
        session.execute(update(Team).where(Team.name == "Ada").values(founded_on=date(2026, 5, 1)))
    history.publish("2026Q2", LOW)
    assert len(board_of(history.database, "Ada", now=after("2026Q2")).start_up) == 10


def test_no_practice_returns_within_three_quarters(history: History) -> None:
    quarters = ["2026Q1", "2026Q2", "2026Q3", "2026Q4", "2027Q1"]
    for quarter in quarters[1:]:
        history.publish(quarter, LOW)
    seen = [codes(history, quarter) for quarter in quarters]
    assert all(len(each) == 2 for each in seen)
    for place, each in enumerate(seen):
        recent = {code for past in seen[max(0, place - 3) : place] for code in past}
        assert not recent & set(each), quarters[place]
    assert len({code for each in seen for code in each}) >= 8


def test_what_was_adopted_by_hand_is_not_proposed_the_next_quarter(history: History) -> None:
    second = codes(history, "2026Q1")[1]
    dimension = practice_by_code(second).practice.belongs_to[0]
    assert dimension == "TRU"
    adopt_practice(history.database, "Ada", "P28", now=after("2026Q1"), zone=SHANGHAI)
    document = history.publish("2026Q2", LOW)
    trust = next(p for p in document.proposals("Ada") if p.dimension == "TRU")
    assert trust.practice not in {"P28", "P40"}
    assert {"P28", "P40"} <= set(trust.waiting)


def test_quarters_nobody_asked_about_are_frozen_in_turn(history: History) -> None:
    first = freeze_actions(history.database, "2026Q1", now=after("2026Q1"))
    history.publish("2026Q2", LOW)
    second = freeze_actions(history.database, "2026Q2", now=after("2026Q2"))
    with history.database.writing() as session:
        for row in session.scalars(select(ResultDocument).where(ResultDocument.kind == KIND)):
            session.delete(row)
    assert freeze_actions(history.database, "2026Q2", now=after("2026Q2")) == second
    assert freeze_actions(history.database, "2026Q1", now=after("2026Q1")) == first


def test_two_who_ask_at_once_freeze_one_document(history: History) -> None:
    with history.database.writing() as session:
        for row in session.scalars(select(ResultDocument).where(ResultDocument.kind == KIND)):
            session.delete(row)
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(freeze_actions, history.database, "2026Q1", now=after("2026Q1")) for _ in range(4)]
        assert len({each.result().sha256 for each in asked}) == 1
    with history.database.reading() as session:
        kept = select(func.count()).select_from(ResultDocument).where(ResultDocument.kind == KIND)
        assert session.scalar(kept) == 1


def test_two_clicks_at_once_adopt_once(history: History) -> None:
    def adopt(_click: int) -> bool:
        try:
            adopt_practice(history.database, "Ada", "P24", now=after("2026Q1"), zone=SHANGHAI)
        except RefusalError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(adopt, range(4))) == 1
    assert len(board_of(history.database, "Ada", now=after("2026Q1")).running) == 1


def test_the_business_head_alone_gets_what_two_leads_or_the_company_decide(history: History) -> None:
    document = freeze_actions(history.database, "2026Q1", now=after("2026Q1"))
    for node in document.content["proposals"]:
        for proposal in document.proposals(node):
            scope = practice_by_code(proposal.practice).scope
            assert scope == "team" or node == TOP
    assert document.proposals(TOP)[0].practice == "P30"


def test_a_withheld_team_is_proposed_the_habit_only(empty: History) -> None:
    document = empty.publish("2026Q1", LOW, people={"Ada": 4})
    assert [(p.practice, p.basis, p.because) for p in document.proposals("Ada")] == [("P68", Basis.HABIT, ())]


def test_every_team_gets_at_most_two_and_one_small(history: History) -> None:
    document = freeze_actions(history.database, "2026Q1", now=after("2026Q1"))
    assert len(document.content["proposals"]) == len(LOW) + 1
    for node in document.content["proposals"]:
        chosen = document.proposals(node)
        assert 1 <= len(chosen) <= 2
        assert any(practice_by_code(p.practice).effort == "S" for p in chosen)


def test_figures_that_are_not_displayed_move_no_verdict(history: History) -> None:
    """Means and spreads of the records may be anything: only displayed figures enter."""
    history.publish("2026Q2", {**LOW, "Ada": 80.0})
    with history.database.reading() as session:
        quarters = quarters_until(session, find_cycle(session, "2026Q2"), most=4)
    line = next(place.line for place in quarters[0].places if place.name == "Ada")
    acted = [ActedOn(b"1", line, False, "COM", "2026Q1", "4w", True, True)]
    told = readings(quarters, acted, frozenset())
    assert str(told[0].verdict.verdict) == "likely_helped"

    def spoilt(records: object) -> object:
        summary = records.summary  # type: ignore[attr-defined]
        nonsense = replace(summary, mean_100=np.full(summary.n.shape, 77.0), sd_100=np.full(summary.n.shape, 1.0))
        return replace(records, summary=nonsense)  # type: ignore[type-var]

    changed = [replace(q, records={c: spoilt(r) for c, r in q.records.items()}) for q in quarters]  # type: ignore[misc]
    assert readings(changed, acted, frozenset()) == told


def test_unknown_facts_and_teams_are_refused(history: History) -> None:
    with pytest.raises(InputError, match="“moon” is no fact about the company; use one of: bonus, equity"):
        set_company_fact(history.database, "moon", holds=True)
    with pytest.raises(InputError, match="There is no team “Nobody”"):
        set_vacancy(history.database, "Nobody", holds=True)


def test_a_fact_is_set_and_taken_back_however_often(history: History) -> None:
    for holds in (True, True, False, False, True):
        set_company_fact(history.database, "bonus", holds=holds)
    assert history.publish("2026Q2", LOW).settings("Ada").has == {"bonus"}
