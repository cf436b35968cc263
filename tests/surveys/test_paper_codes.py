"""Codes for people without e-mail: of those and of nobody else, in an order that says nothing, changing nothing."""

from pathlib import Path

import pytest
from sqlalchemy import select, update

from assess.errors import RefusalError
from assess.surveys.cycles import create_cycle
from assess.surveys.envelopes.links import envelope_key, read_code
from assess.surveys.envelopes.models import Envelope
from assess.surveys.errors import KeyMissingError
from assess.surveys.invitations import find_invitation
from assess.surveys.inviting import links_of, open_cycle
from assess.surveys.models import Invitation
from assess.surveys.paper_codes import paper_codes
from assess.teams.models import Person
from tests.databases.dumping import dump
from tests.databases.stores import Store
from tests.surveys.shop import CLOSES, DURING, LANTERN, OPENS, PREPARED, QUARTER, Shop, hire, installation

ON_PAPER = {"Ads": 3, "Care": 1}


@pytest.fixture
def shop(tmp_path: Path, each_database: Store) -> Shop:
    """Four people have no e-mail: three of Ads, one of Care."""
    settings, database = installation(tmp_path)
    hire(database, LANTERN)
    with database.writing() as session:
        for team, count in ON_PAPER.items():
            names = [f"{team} {number}" for number in range(count)]
            session.execute(update(Person).where(Person.name.in_(names)).values(email=None))
    create_cycle(database, quarter=QUARTER, instrument="team24", opens_at=OPENS, closes_at=CLOSES)
    links = open_cycle(database, settings, QUARTER, now=PREPARED)
    return Shop(settings, database, {g.group: tuple(link.rsplit("/", 1)[1] for link in g.links) for g in links})


def test_exactly_the_people_without_e_mail_get_one_each(shop: Shop) -> None:
    codes = paper_codes(shop.database, shop.settings, QUARTER, now=DURING)
    assert {group.name: len(group.codes) for group in codes.groups} == ON_PAPER
    short = {name: {code for code in known if len(code) == 16} for name, known in shop.codes.items()}
    assert {group.name: set(group.codes) for group in codes.groups} == {name: short[name] for name in ON_PAPER}
    for group in codes.groups:
        for code in group.codes:
            view = find_invitation(shop.database, code, now=DURING)
            assert view is not None
            assert view.group_name == group.name
    shop.database.close()


def test_the_order_is_that_of_the_codes_and_not_of_the_roster_or_the_table(shop: Shop) -> None:
    codes = paper_codes(shop.database, shop.settings, QUARTER, now=DURING)
    assert [group.name for group in codes.groups] == sorted(group.name for group in codes.groups)
    for group in codes.groups:
        assert list(group.codes) == sorted(group.codes)
    shop.database.close()


def without_log(shop: Shop) -> set[str]:
    """Return every row but those of the audit log, which says that codes were handed out, never whose."""
    return {row for row in dump(shop.database) if not row.startswith("audit_entries: ")}


def test_printing_and_sending_again_changes_nothing_and_gives_nobody_a_second_vote(shop: Shop) -> None:
    before = without_log(shop)
    first = paper_codes(shop.database, shop.settings, QUARTER, now=DURING)
    links = links_of(shop.database, shop.settings, QUARTER)
    shop.answer(first.groups[0].codes[0])
    answered = without_log(shop)
    assert paper_codes(shop.database, shop.settings, QUARTER, now=DURING) == first
    assert links_of(shop.database, shop.settings, QUARTER) == links
    assert without_log(shop) == answered
    shop.answer(first.groups[0].codes[0], rating=1)
    assert shop.count(Envelope) == 1
    assert len(answered) == len(before) + 1
    shop.database.close()


def test_the_one_who_draws_a_code_is_nowhere_in_the_database(shop: Shop) -> None:
    code = paper_codes(shop.database, shop.settings, QUARTER, now=DURING).groups[0].codes[0]
    shop.answer(code)
    secret = read_code(code)
    assert secret is not None
    with shop.database.reading() as session:
        assert session.get(Envelope, envelope_key(secret)) is not None
        paper = session.scalars(select(Invitation).where(Invitation.is_paper)).all()
    assert {(row.name, row.address, row.chat_id) for row in paper} == {(None, None, "")}
    stored = shop.stored_bytes()
    assert code.encode() not in stored
    assert secret not in stored
    shop.database.close()


def test_after_the_closing_time_no_code_is_printed_even_before_anybody_has_closed(shop: Shop) -> None:
    with pytest.raises(RefusalError, match="has closed; its links lead nowhere any more"):
        paper_codes(shop.database, shop.settings, QUARTER, now=CLOSES)
    shop.everybody_answers("Ads")
    shop.close()
    with pytest.raises(RefusalError, match="has closed; its links lead nowhere any more"):
        paper_codes(shop.database, shop.settings, QUARTER, now=DURING)
    shop.database.close()


def test_without_the_key_nobody_can_compute_a_code(shop: Shop) -> None:
    (key,) = shop.settings.key_dir.rglob("link.key")
    key.rename(key.with_name("elsewhere"))
    with pytest.raises(KeyMissingError):
        paper_codes(shop.database, shop.settings, QUARTER, now=DURING)
    shop.database.close()


@pytest.mark.usefixtures("each_database")
def test_before_opening_and_where_everybody_has_mail_there_is_nothing_to_print(tmp_path: Path) -> None:
    settings, database = installation(tmp_path)
    hire(database, LANTERN)
    create_cycle(database, quarter=QUARTER, instrument="team24", opens_at=OPENS, closes_at=CLOSES)
    with pytest.raises(RefusalError, match="has no links yet; open it first"):
        paper_codes(database, settings, QUARTER, now=PREPARED)
    with pytest.raises(RefusalError, match="has no links yet; open it first"):
        links_of(database, settings, QUARTER)
    open_cycle(database, settings, QUARTER, now=PREPARED)
    with pytest.raises(RefusalError, match="has an e-mail address; there is nothing to print"):
        paper_codes(database, settings, QUARTER, now=PREPARED)
    database.close()
