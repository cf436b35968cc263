"""What is sent is sealed for the cycle of its link and for no other, whatever this process looked at before."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from assess.app import create_app
from assess.surveys.answers import PlainAnswers
from assess.surveys.envelopes.box import put_answers
from assess.surveys.errors import OtherCycleError
from assess.surveys.frozen_cycles import FrozenCycle, likely_cycle
from assess.surveys.invitations import find_invitation
from assess.surveys.models import Level
from tests.surveys.member.member_cast import MemberSite, build_site, envelopes, opened_answers
from tests.surveys.member.visiting import visit

GOOD = {"COM1": "4"}


@pytest.fixture(params=[(), ("LOAD", "REVW")])
def other(tmp_path: Path, site: MemberSite, request: pytest.FixtureRequest) -> Iterator[MemberSite]:
    """Another site in this process, with fewer items or the same."""
    (tmp_path / "other").mkdir()
    other = build_site(tmp_path / "other", modules=request.param)
    yield other
    other.database.close()


@pytest.fixture
def client_of_other(other: MemberSite) -> Iterator[FlaskClient]:
    app = create_app(other.settings)
    yield app.test_client()
    app.extensions["assess.database"].close()


def cycle_of(site: MemberSite) -> FrozenCycle:
    view = find_invitation(site.database, site.codes[0], now=datetime.now(UTC))
    assert view is not None
    return view.cycle


def test_answers_open_under_the_contract_of_their_own_link(
    client: FlaskClient, site: MemberSite, client_of_other: FlaskClient, other: MemberSite
) -> None:
    for _turn in range(2):
        visit(client, f"/s/{site.codes[0]}", data=GOOD)
        visit(client_of_other, f"/s/{other.codes[0]}", data=GOOD)
    for each in (site, other):
        assert opened_answers(each) == [PlainAnswers({"COM1": 4}, {})]


def test_the_messages_are_those_of_the_questionnaire_of_the_link(
    client: FlaskClient, site: MemberSite, client_of_other: FlaskClient, other: MemberSite
) -> None:
    visit(client_of_other, f"/s/{other.codes[0]}")
    visit(client, f"/s/{site.codes[0]}", data={"LOAD1": "4"})
    asked = "LOAD1" in {rating.code for rating in cycle_of(other).instrument.ratings}
    visit(client_of_other, f"/s/{other.codes[0]}", status=200 if asked else 422, data={"LOAD1": "4"})
    assert (len(envelopes(site)), len(envelopes(other))) == (1, int(asked))


def test_what_was_sealed_for_another_cycle_is_refused_and_leaves_nothing(site: MemberSite, other: MemberSite) -> None:
    with pytest.raises(OtherCycleError):
        put_answers(
            site.database, site.codes[0], PlainAnswers({"COM1": 4}), now=datetime.now(UTC), cycle=cycle_of(other)
        )
    assert envelopes(site) == []


def test_a_plain_form_for_an_anonymous_cycle_is_not_sealed_for_another(
    client: FlaskClient, site: MemberSite, tmp_path: Path
) -> None:
    (tmp_path / "anonymous").mkdir()
    anonymous = build_site(tmp_path / "anonymous", level=Level.ANONYMOUS)
    app = create_app(anonymous.settings)
    visit(client, f"/s/{site.codes[0]}")
    cycle_of(site)
    visit(app.test_client(), f"/s/{anonymous.codes[0]}", status=422, data=GOOD)
    assert envelopes(anonymous) == []
    app.extensions["assess.database"].close()
    anonymous.database.close()


@pytest.mark.only_on("sqlite", "SQLite says what it is told, the statements are the same")
def test_good_answers_to_the_likely_cycle_are_two_statements(client: FlaskClient, site: MemberSite) -> None:
    visit(client, f"/s/{site.codes[0]}")
    likely = likely_cycle()
    assert likely is not None
    assert likely.id == site.cycle_id
    database = client.application.extensions["assess.database"]
    database.close()
    told: list[str] = []
    event.listen(database.engine, "connect", lambda raw, _entry: raw.set_trace_callback(told.append))
    visit(client, f"/s/{site.codes[0]}", data=GOOD)
    words = [statement.split()[0] for statement in told if not statement.startswith("PRAGMA")]
    assert words == ["BEGIN", "SELECT", "INSERT", "COMMIT"]


def test_wrong_codes_are_counted_whatever_is_sent_to_them(client: FlaskClient, site: MemberSite) -> None:
    visit(client, f"/s/{site.codes[0]}")
    for place in range(60):
        visit(client, f"/s/{place:026}", status=404, data=GOOD if place % 2 else {"COM1": "9"})
    visit(client, f"/s/{'0' * 26}", status=429, data=GOOD)
    visit(client, f"/s/{site.codes[0]}", data=GOOD)
