"""Use cases of a cycle: refusals with their remedy, contract, extension, abortion, participation, restored data."""

import hashlib
import json
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from assess.errors import AssessError, InputError, RefusalError
from assess.extensions import Database
from assess.surveys import inviting
from assess.surveys.cycles import (
    abort_cycle,
    create_cycle,
    cycle_status,
    extend_cycle,
    honour_tombstones,
)
from assess.surveys.envelopes.keys import CycleKeys
from assess.surveys.envelopes.models import Envelope, SealedAnswer
from assess.surveys.errors import CycleClosedError, KeyMissingError
from assess.surveys.invitations import find_contract, find_invitation
from assess.surveys.inviting import links_of, open_cycle
from assess.surveys.models import Cycle, Group, Invitation, State
from assess.teams.models import Person, Team
from tests.databases.stores import Store
from tests.surveys.shop import CLOSES, DURING, LANTERN, OPENS, PREPARED, QUARTER, Shop, hire, installation, open_shop

pytestmark = pytest.mark.usefixtures("each_database")

DAY = timedelta(days=1)


def create(database: Database, quarter: str = QUARTER, **changed: Any) -> bytes:
    facts: dict[str, Any] = {"instrument": "team24", "opens_at": OPENS, "closes_at": CLOSES} | changed
    return create_cycle(database, quarter=quarter, **facts)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"quarter": "2026Q5"}, "“2026Q5” is no quarter; write it like 2026Q3"),
        ({"quarter": "autumn"}, "“autumn” is no quarter"),
        ({"closes_at": OPENS}, "would close before it opens; choose a later closing"),
        ({"latest_closes_at": CLOSES - DAY}, "latest closing lies before the closing; choose a later one"),
        ({"instrument": "nope"}, "no instrument nope.*built-in instruments are team24"),
        ({"modules": ("NOPE",)}, "no driver module NOPE; choose from"),
    ],
)
def test_a_cycle_that_cannot_be_is_refused(tmp_path: Path, changed: dict[str, Any], sentence: str) -> None:
    _settings, database = installation(tmp_path)
    with pytest.raises(AssessError, match=sentence):
        create(database, **changed)
    with database.reading() as session:
        assert session.scalars(select(Cycle)).all() == []
    database.close()


def test_a_quarter_has_one_cycle(shop: Shop) -> None:
    with pytest.raises(InputError, match="already a cycle 2026Q4; abort it first or use another quarter"):
        create(shop.database)


def test_an_unknown_quarter_is_refused_with_the_known_ones(shop: Shop) -> None:
    with pytest.raises(InputError, match=r"no cycle 2027Q1\. Known: 2026Q4"):
        cycle_status(shop.database, "2027Q1", now=DURING)


def test_one_cycle_at_a_time_is_between_open_and_published(shop: Shop) -> None:
    create(shop.database, "2027Q1")
    with pytest.raises(RefusalError, match="2026Q4 is not published yet; only one may run at a time"):
        open_cycle(shop.database, shop.settings, "2027Q1", now=PREPARED)
    with pytest.raises(RefusalError, match="2026Q4 has been opened before"):
        open_cycle(shop.database, shop.settings, QUARTER, now=PREPARED)


def test_nothing_opens_without_people_or_with_too_few(tmp_path: Path) -> None:
    settings, database = installation(tmp_path)
    create(database)
    with pytest.raises(RefusalError, match="Nobody is on the roster yet; import one with: assess roster import"):
        open_cycle(database, settings, QUARTER, now=PREPARED)
    hire(database, [("Lantern", None, 5)])
    with pytest.raises(RefusalError, match="Only 5 people are on the roster; with fewer than 6 nobody"):
        open_cycle(database, settings, QUARTER, now=PREPARED)
    database.close()


def test_people_of_a_team_that_is_gone_are_named_before_opening(tmp_path: Path) -> None:
    settings, database = installation(tmp_path)
    hire(database, LANTERN)
    create(database)
    with database.writing() as session:
        session.execute(update(Team).where(Team.name == "Box").values(is_current=False))
    with pytest.raises(RefusalError, match=r"Box 0 is on the roster in the team Box.*import a roster that fits"):
        open_cycle(database, settings, QUARTER, now=PREPARED)
    database.close()


def test_nothing_opens_after_its_closing_time(tmp_path: Path) -> None:
    settings, database = installation(tmp_path)
    hire(database, LANTERN)
    create(database)
    with pytest.raises(RefusalError, match="closing time has passed already; create the cycle again"):
        open_cycle(database, settings, QUARTER, now=CLOSES)
    database.close()


@pytest.mark.only_on("sqlite", "the disk of a PostgreSQL server may be another machine's")
def test_nothing_opens_without_room_for_the_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings, database = installation(tmp_path)
    hire(database, LANTERN)
    create(database)
    monkeypatch.setattr(inviting, "BYTES_PER_INVITED", 10**15)
    with pytest.raises(RefusalError, match=r"has \d+ MB free and the cycle may need \d+ MB; free some first"):
        open_cycle(database, settings, QUARTER, now=PREPARED)
    database.close()


def test_an_interrupted_opening_can_be_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings, database = installation(tmp_path)
    hire(database, LANTERN)
    create(database)
    with monkeypatch.context() as patched:
        patched.setattr(inviting, "_invite", lambda *_arguments: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            open_cycle(database, settings, QUARTER, now=PREPARED)
    with database.reading() as session:
        assert session.scalar(select(Cycle.state)) == State.CREATED
    links = open_cycle(database, settings, QUARTER, now=PREPARED)
    assert {group.group: len(group.links) for group in links} == {"Ads": 8, "Box": 7, "Care": 6}
    database.close()


def test_the_contract_is_canonical_and_says_what_was_promised(shop: Shop) -> None:
    cycle = shop.cycle()
    assert cycle.contract is not None
    content = json.loads(cycle.contract)
    assert cycle.contract == json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(), (
        "keys sorted, no blanks"
    )
    assert cycle.contract_hash == hashlib.sha256(cycle.contract).hexdigest()[:20]
    json.loads(cycle.contract, parse_float=pytest.fail)
    assert content["opens_at"] == "2026-11-23T01:00:00Z"
    assert content["closes_at"] == "2026-12-04T10:00:00Z"
    assert content["latest_closes_at"] == "2026-12-18T10:00:00Z"
    assert content["minimum"] == {"answers": 5, "invited": 6, "full": 10, "comments": 10}
    assert (content["cycle"], content["level"], content["time_zone"]) == (QUARTER, "confidential", "Asia/Shanghai")
    assert [(group["name"], group["headcount"]) for group in content["groups"]] == [("Ads", 8), ("Box", 7), ("Care", 6)]
    assert len(content["recipients"]) == 1
    assert "lantern.example" not in json.dumps([content["groups"], content["units"]]), "no person is named"


def test_the_contract_is_found_by_its_printed_hash(shop: Shop) -> None:
    printed = shop.cycle().contract_hash
    with shop.database.reading() as session:
        assert find_contract(session, printed.upper()) == shop.cycle().contract
        assert find_contract(session, printed[:19]) is None
        assert find_contract(session, "f" * 20) is None


def test_each_person_has_one_link_and_paper_belongs_to_nobody(tmp_path: Path) -> None:
    settings, database = installation(tmp_path)
    hire(database, LANTERN)
    with database.writing() as session:
        session.execute(update(Person).where(Person.name == "Care 0").values(email=None))
    create(database)
    links = open_cycle(database, settings, QUARTER, now=PREPARED)
    lengths = Counter((group.group, len(link.rsplit("/", 1)[1])) for group in links for link in group.links)
    assert lengths == {("Ads", 26): 8, ("Box", 26): 7, ("Care", 26): 5, ("Care", 16): 1}
    assert links_of(database, settings, QUARTER) == links
    with database.reading() as session:
        (paper,) = session.scalars(select(Invitation).where(Invitation.is_paper)).all()
        addresses = session.scalars(select(Invitation.address).where(~Invitation.is_paper)).all()
        paper_code = next(link for group in links for link in group.links if len(link.rsplit("/", 1)[1]) == 16)
    assert find_invitation(database, paper_code.rsplit("/", 1)[1], now=DURING) is not None
    assert (paper.name, paper.address) == (None, None)
    assert len(set(addresses)) == 20
    database.close()


def test_after_closing_nobody_can_compute_a_link(shop: Shop) -> None:
    shop.everybody_answers("Ads")
    shop.close()
    with pytest.raises(RefusalError, match="has closed; its links lead nowhere any more"):
        links_of(shop.database, shop.settings, QUARTER)
    with pytest.raises(KeyMissingError, match=r"link\.key is missing"):
        CycleKeys(shop.settings.key_dir, shop.cycle().id).link_key()
    view = find_invitation(shop.database, shop.codes["Ads"][0], now=CLOSES)
    assert view is not None
    assert (view.state, view.envelope_exists) == ("closed", False)


def test_the_next_opening_forgets_the_invitations_of_the_last_cycle(shop: Shop) -> None:
    shop.everybody_answers("Ads")
    shop.finish()
    create(shop.database, "2027Q1", opens_at=OPENS + 90 * DAY, closes_at=CLOSES + 90 * DAY)
    open_cycle(shop.database, shop.settings, "2027Q1", now=OPENS + 90 * DAY)
    assert find_invitation(shop.database, shop.codes["Ads"][0], now=OPENS + 91 * DAY) is None
    with shop.database.reading() as session:
        assert len(session.scalars(select(Invitation)).all()) == 21


def test_the_same_teams_have_the_same_group_in_the_next_quarter(shop: Shop) -> None:
    shop.everybody_answers("Ads")
    shop.finish()
    cycle_id = create(shop.database, "2027Q1", opens_at=OPENS + 90 * DAY, closes_at=CLOSES + 90 * DAY)
    open_cycle(shop.database, shop.settings, "2027Q1", now=OPENS + 90 * DAY)
    with shop.database.reading() as session:
        now = set(session.scalars(select(Group.id).where(Group.cycle_id == cycle_id)))
        before = set(session.scalars(select(Group.id).where(Group.cycle_id != cycle_id)))
    assert now == before


FIRST_FIGURE = datetime.fromisoformat("2026-11-29T09:00:00+08:00")  # half-time is on the 28th, 21:30 in Shanghai


def test_a_cycle_is_extended_once_up_to_the_contract(shop: Shop) -> None:
    contract = shop.cycle().contract
    for until in (CLOSES, CLOSES - DAY, CLOSES + 15 * DAY):
        with pytest.raises(InputError, match="must lie after 4 December 2026, 18:00 and not after 18 December 2026"):
            extend_cycle(shop.database, shop.settings, QUARTER, until, now=DURING)
    extend_cycle(shop.database, shop.settings, QUARTER, CLOSES + 14 * DAY, now=DURING)
    shop.answer(shop.codes["Ads"][0], now=CLOSES + DAY)
    assert shop.cycle().contract == contract
    with pytest.raises(RefusalError, match="2026Q4 has been extended once already"):
        extend_cycle(shop.database, shop.settings, QUARTER, CLOSES + 14 * DAY, now=DURING)


def test_a_cycle_is_not_extended_after_the_first_figure(shop: Shop) -> None:
    with pytest.raises(RefusalError, match="Figures of participation are out since half-time"):
        extend_cycle(shop.database, shop.settings, QUARTER, CLOSES + DAY, now=FIRST_FIGURE)


def test_a_closed_survey_is_never_extended(shop: Shop) -> None:
    with pytest.raises(CycleClosedError):
        shop.answer(shop.codes["Ads"][0], now=CLOSES)
    with pytest.raises(RefusalError, match="closing time has passed; a closed survey is never opened again"):
        extend_cycle(shop.database, shop.settings, QUARTER, CLOSES + DAY, now=DURING)


def test_before_half_time_nobody_sees_participation(shop: Shop) -> None:
    shop.everybody_answers("Ads")
    status = cycle_status(shop.database, QUARTER, now=FIRST_FIGURE - timedelta(seconds=1))
    assert status.participation is None
    assert [(group.name, group.invited, group.reached) for group in status.groups] == [
        ("Ads", 8, None),
        ("Box", 7, None),
        ("Care", 6, None),
    ]


def test_from_half_time_on_one_figure_a_day_rounded_down_to_tens(shop: Shop) -> None:
    shop.everybody_answers("Ads")
    shop.everybody_answers("Box", 4)
    status = cycle_status(shop.database, QUARTER, now=FIRST_FIGURE)
    assert status.participation is not None
    assert (status.participation.answers_at_least, status.participation.counted_on.isoformat()) == (10, "2026-11-29")
    assert [(group.name, group.reached) for group in status.groups] == [("Ads", True), ("Box", False), ("Care", False)]
    for group, count in (("Box", 7), ("Care", 6)):
        shop.everybody_answers(group, count)
    same_day = cycle_status(shop.database, QUARTER, now=FIRST_FIGURE + timedelta(hours=23, minutes=59))
    assert same_day.participation == status.participation
    next_day = cycle_status(shop.database, QUARTER, now=FIRST_FIGURE + DAY)
    assert next_day.participation is not None
    assert next_day.participation.answers_at_least == 20
    assert all(group.reached for group in next_day.groups)


def test_aborting_destroys_everything_unopened(shop: Shop) -> None:
    shop.everybody_answers("Ads")
    folder = CycleKeys(shop.settings.key_dir, shop.cycle().id).folder
    abort_cycle(shop.database, shop.settings, QUARTER)
    abort_cycle(shop.database, shop.settings, QUARTER)
    assert shop.count(Envelope) == 0
    assert [path.name for path in folder.iterdir()] == ["closed"]
    with pytest.raises(CycleClosedError):
        shop.answer(shop.codes["Ads"][0])
    create(shop.database)


def test_a_sealed_cycle_can_be_aborted_and_an_opened_one_cannot(shop: Shop) -> None:
    shop.everybody_answers("Ads")
    shop.finish()
    with pytest.raises(RefusalError, match="2026Q4 has been opened; nothing is left to abort"):
        abort_cycle(shop.database, shop.settings, QUARTER)


def test_a_sealed_cycle_that_is_aborted_leaves_nothing(shop: Shop) -> None:
    shop.everybody_answers("Ads")
    shop.close()
    abort_cycle(shop.database, shop.settings, QUARTER)
    assert shop.count(SealedAnswer) == 0


def test_a_database_restored_from_mid_cycle_never_opens_again(tmp_path: Path, each_database: Store) -> None:
    shop = open_shop(tmp_path)
    shop.everybody_answers("Ads")
    shop.database.close()
    backup = each_database.copy(shop.url, tmp_path / "backup")
    shop.close()
    shop.database.close()
    each_database.put_back(backup, shop.url)
    assert shop.cycle().state == State.OPEN
    assert honour_tombstones(shop.database, shop.settings) == (QUARTER,)
    assert honour_tombstones(shop.database, shop.settings) == ()
    with pytest.raises(CycleClosedError):
        shop.answer(shop.codes["Ads"][0])
    assert shop.count(Envelope) == 0
    shop.database.close()


def test_a_running_cycle_is_left_alone(shop: Shop) -> None:
    assert honour_tombstones(shop.database, shop.settings) == ()
    shop.answer(shop.codes["Ads"][0])
